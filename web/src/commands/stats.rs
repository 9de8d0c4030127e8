//! `vitrine stats`: the analyst's calculator. One question a line in, one answer a line out; every number comes from the experiments crate.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vitrine_experiments::calculator::{Answer, CATEGORIES, calculate};

use super::{Failure, output};

/// Answer statistical questions: tests, intervals, sample sizes, sequential bounds, mismatch checks
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  echo '{\"id\": 1, \"category\": \"srm\", \"input\": {\"users\": [510000, 480000], \"weights\": [0.5, 0.5]}}' | vitrine stats
  vitrine stats questions.jsonl > answers.jsonl
  vitrine stats --list

A line is {id, category, input}; its answer {id, status, ...} with the status `ok`, `not_estimable` (with the reason: there is no
number), `unsupported` or `invalid` (the line is not a question of its category). The exit code is 0: each line speaks for itself.")]
pub struct Stats {
    /// File of questions, one JSON object a line; standard input where none is named
    questions: Option<PathBuf>,
    /// Print the categories and end
    #[arg(long)]
    list: bool,
}

#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: Value,
    category: String,
    input: Value,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a Value,
    #[serde(flatten)]
    body: Body,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body {
    Answer(Answer),
    Invalid { status: &'static str, line: usize, reason: String },
}

impl Stats {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut out = output::stdout();
        if self.list {
            CATEGORIES.iter().try_for_each(|category| writeln!(out, "{category}"))?;
            out.flush()?;
            return Ok(ExitCode::SUCCESS);
        }
        match &self.questions {
            None => answer(std::io::stdin().lock(), &mut out)?,
            Some(path) => {
                let file = std::fs::File::open(path).map_err(|error| Failure::io("read", path, &error))?;
                answer(std::io::BufReader::new(file), &mut out)?;
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn answer(questions: impl BufRead, out: &mut impl Write) -> Result<(), Failure> {
    for (index, text) in questions.lines().enumerate() {
        let text = text?;
        if text.trim().is_empty() {
            continue;
        }
        let invalid = |reason: String| Body::Invalid { status: "invalid", line: index + 1, reason };
        let (id, body) = match serde_json::from_str::<Question>(&text) {
            Err(error) => (Value::Null, invalid(error.to_string())),
            Ok(Question { id, category, input }) => {
                let mut place = serde_path_to_error::Track::new();
                let answer = calculate(&category, serde_path_to_error::Deserializer::new(input, &mut place));
                (id, answer.map_or_else(|error| invalid(format!("input.{}: {error}", place.path())), Body::Answer))
            }
        };
        writeln!(out, "{}", serde_json::to_string(&Line { id: &id, body }).map_err(std::io::Error::from)?)?;
    }
    Ok(())
}
