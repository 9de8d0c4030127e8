//! `vitrine shard verify`: whether a job is done, and what is missing otherwise.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use vitrine_shards::{Place, Stores, verify};

use super::super::{Failure, output};

/// Check that a job is done: manifest = plan, every file as committed, every picture a row; exit code 1 when not
#[derive(Debug, Args)]
pub struct Verify {
    /// Place of the job
    job: String,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let place = Place::open(&self.job, &Stores::new()?)?;
        let found = verify(&place)?;
        let mut out = output::stdout();
        if self.json {
            writeln!(out, "{}", serde_json::to_string(&found).map_err(std::io::Error::from)?)?;
        } else {
            for problem in &found.problems {
                writeln!(out, "{problem}")?;
            }
            let verdict = if found.is_done() { "the job is done" } else { "the job is not done" };
            writeln!(out, "{verdict}: {} of {} rows, {} of them without a verdict", found.rows, found.expected_rows, found.errors)?;
        }
        out.flush()?;
        Ok(if found.is_done() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}
