//! `vitrine select`: a main picture, a gallery and the reasons for each product of a file of requests.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use clap::Args;
use serde::Serialize;
use vitrine_detectors::HeavyGate;
use vitrine_engine::{ImageId, Plan, SelectionPolicy};
use vitrine_rules::PackSet;
use vitrine_web::judge::{Effort, Judge, Measured, ScopeKey, SelectionRules, answer, judge_image};
use vitrine_web::wire::{CandidateSource, FileError, SelectAnswer, SelectRequest};

use super::assess::measure;
use super::in_order::in_order;
use super::setting::{Models, Packs, today};
use super::{Failure, output};

/// Choose the main picture of each product and order its gallery, with reasons
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine select requests.jsonl > answers.jsonl
  cat requests.jsonl | vitrine select -

A request is one line, the body of POST /v1/select, with `path` allowed in place of `url`:
  {\"marketplace\":\"amazon\",\"region\":\"US\",\"product\":{\"id\":\"mug\",\"category\":\"home/kitchen\"},
   \"candidates\":[{\"id\":\"a\",\"path\":\"photos/a.jpg\"},{\"id\":\"b\",\"path\":\"photos/b.jpg\"}]}
(on one line). Paths are relative to the current folder. Each request gets one line of answer, in the same order; a request that
cannot be read gets {\"line\":N,\"product_id\":null,\"error\":{...}} and never stops the others.")]
pub struct Select {
    /// File of requests, one JSON object a line; `-` reads standard input
    #[arg(value_name = "REQUESTS.jsonl")]
    requests: PathBuf,
    #[command(flatten)]
    packs: Packs,
    #[command(flatten)]
    models: Models,
    /// Run every model that the rules ask for, also where it can no longer change what becomes of a picture
    #[arg(long, env = "VITRINE_WORK__MEASURE_EVERYTHING")]
    measure_everything: bool,
}

/// Requests read at a time: enough for all cores, never the whole file.
const REQUESTS_AT_ONCE: usize = 256;

impl Select {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let selector = Selector::new(self.models.judge()?, self.packs.read()?, self.measure_everything);
        let mut input = open(&self.requests)?;
        let mut out = output::stdout();
        let mut number = 0;
        loop {
            let lines = some_lines(&mut input, &mut number).map_err(|error| Failure::io("read", &self.requests, &error))?;
            if lines.is_empty() {
                break;
            }
            in_order(&lines, |line| selector.line(line), |answer| writeln!(out, "{answer}").map_err(Failure::from))?;
        }
        out.flush()?;
        let (made, spared) = (selector.runs_made.into_inner(), selector.runs_spared.into_inner());
        if made + spared > 0 {
            let share = 100.0 * spared as f64 / (made + spared) as f64;
            eprintln!("model runs: {made} made, {spared} spared ({share:.1} %) because they could not change a decision");
        }
        Ok(ExitCode::SUCCESS)
    }
}

type Input = Box<dyn BufRead>;

fn open(requests: &std::path::Path) -> Result<Input, Failure> {
    if requests.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = std::fs::File::open(requests).map_err(|error| Failure::io("read", requests, &error))?;
    Ok(Box::new(io::BufReader::new(file)))
}

/// The next lines that are not blank, with their numbers from 1.
fn some_lines(input: &mut Input, number: &mut usize) -> io::Result<Vec<(usize, Vec<u8>)>> {
    let mut lines = Vec::new();
    while lines.len() < REQUESTS_AT_ONCE {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        *number += 1;
        if !line.trim_ascii().is_empty() {
            lines.push((*number, line));
        }
    }
    Ok(lines)
}

/// Answers requests; the rules of each scope are compiled once.
struct Selector {
    judge: Judge,
    packs: PackSet,
    rules: Mutex<HashMap<ScopeKey, RulesOrError>>,
    gate: HeavyGate,
    policy: SelectionPolicy,
    measure_everything: bool,
    runs_made: AtomicUsize,
    runs_spared: AtomicUsize,
}

type RulesOrError = Result<Arc<SelectionRules>, FileError>;

/// A line that is no request, or whose rules cannot be used.
#[derive(Serialize)]
struct BadLine {
    line: usize,
    product_id: Option<String>,
    error: FileError,
}

impl Selector {
    fn new(judge: Judge, packs: PackSet, measure_everything: bool) -> Self {
        Self {
            judge,
            packs,
            rules: Mutex::default(),
            gate: HeavyGate::default(),
            policy: SelectionPolicy::default(),
            measure_everything,
            runs_made: AtomicUsize::new(0),
            runs_spared: AtomicUsize::new(0),
        }
    }

    fn line(&self, (number, line): &(usize, Vec<u8>)) -> String {
        let request: Result<SelectRequest, _> = serde_json::from_slice(line);
        let (product_id, error) = match request {
            Err(error) => (None, bad_request(format!("the line is no selection request: {error}"))),
            Ok(request) => match self.answer(&request) {
                Ok(answer) => return to_line(&answer),
                Err(error) => (Some(request.product.id.to_string()), error),
            },
        };
        to_line(&BadLine { line: *number, product_id, error })
    }

    /// The answer to one request.
    fn answer(&self, request: &SelectRequest) -> Result<SelectAnswer, FileError> {
        let mut ids = BTreeSet::new();
        if let Some(twice) = request.candidates.iter().find(|candidate| !ids.insert(&candidate.id)) {
            return Err(bad_request(format!("the candidate id `{}` appears twice; ids are unique within a request", twice.id)));
        }
        let rules = self.rules(request)?;
        let needs = rules.needs();
        let plan = self.judge.plan(&needs);
        let language = request.language.as_deref().unwrap_or("en");
        let evaluators = rules.evaluators();
        let sparing = if self.measure_everything { Effort::Full } else { Effort::AsNeeded(&evaluators) };
        let measured = |effort: Effort<'_>| -> Vec<(ImageId, Result<Measured, FileError>)> {
            request.candidates.iter().map(|candidate| (candidate.id.clone(), self.measured(candidate, &plan, effort))).collect()
        };
        let answered = |pictures: &[(ImageId, Result<Measured, FileError>)]| {
            let judged = |picture: &Result<Measured, FileError>| match picture {
                Ok(measured) => Ok(Arc::new(judge_image(&rules, measured, language))),
                Err(error) => Err(error.clone()),
            };
            let images: Vec<_> = pictures.iter().map(|(id, picture)| (id.clone(), judged(picture))).collect();
            answer(&request.product.id, &rules, &images, request.current_main.as_ref().into(), &self.policy)
        };
        let mut pictures = measured(sparing);
        let mut chosen = answered(&pictures);
        let spared = |pictures: &[(ImageId, Result<Measured, FileError>)]| -> usize {
            pictures.iter().filter_map(|(_, picture)| picture.as_ref().ok()).map(|measured| measured.runs_spared).sum()
        };
        if chosen.main.is_none() && spared(&pictures) > 0 {
            // The least bad one is named by all that stands against each.
            pictures = measured(Effort::Full);
            chosen = answered(&pictures);
        }
        let planned = plan.models().detectors().count() * pictures.iter().filter(|(_, picture)| picture.is_ok()).count();
        let spared = spared(&pictures);
        self.runs_made.fetch_add(planned - spared, Relaxed);
        self.runs_spared.fetch_add(spared, Relaxed);
        Ok(chosen)
    }

    fn rules(&self, request: &SelectRequest) -> RulesOrError {
        let scope = ScopeKey {
            marketplace: request.marketplace.clone(),
            region: request.region.clone(),
            category: request.product.category.clone(),
            date: request.date.unwrap_or_else(today),
        };
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let compile = || {
            self.judge.selection_rules(&self.packs, &scope).map(Arc::new).map_err(|findings| {
                let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
                FileError { code: "invalid_scope".into(), message: told.join("; ") }
            })
        };
        known.entry(scope.clone()).or_insert_with(compile).clone()
    }

    fn measured(&self, candidate: &CandidateSource, plan: &Plan<'_>, effort: Effort<'_>) -> Result<Measured, FileError> {
        match (&candidate.path, &candidate.bytes, &candidate.url, &candidate.hash) {
            (Some(path), None, None, None) => measure(path, &self.judge, plan, effort, &self.gate),
            (None, Some(encoded), None, None) => {
                let bytes = base64::engine::general_purpose::STANDARD
                    .decode(encoded)
                    .map_err(|error| bad_request(format!("`bytes` is not base64: {error}")))?;
                Ok(self.gate.pass(&bytes, plan.needs(), || self.judge.measure(&bytes, None, plan, effort))?)
            }
            (None, None, Some(_), None) => {
                Err(unsupported("a `url` is fetched by the server only; download the picture and give its `path`"))
            }
            (None, None, None, Some(_)) => Err(unsupported("a `hash` is known to the server only; give the picture's `path`")),
            _ => Err(bad_request("a candidate has exactly one of `path` and `bytes`".into())),
        }
    }
}

fn bad_request(message: String) -> FileError {
    FileError { code: "invalid_request".into(), message }
}

fn unsupported(message: &str) -> FileError {
    FileError { code: "unsupported_source".into(), message: message.into() }
}

fn to_line(answer: &impl Serialize) -> String {
    // Answers are text, finite numbers and flags: there is nothing in them that JSON cannot say.
    serde_json::to_string(answer).unwrap_or_default()
}
