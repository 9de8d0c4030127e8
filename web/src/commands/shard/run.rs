//! `vitrine shard run`: what is left of a job, run on this machine. This process hands out shards and keeps the books; the work is done
//! by another (this program again, with `--worker`), which a picture may break or stop without harm to the job.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use vitrine_detectors::Limits;
use vitrine_shards::{Crew, Event, Place, Plan, ShardError, Sources, Stores, Summary, THREADS_MAX, run_job, serve, stand_back};

use super::super::setting::{Models, Packs};
use super::super::{Failure, output};
use super::web::Hosts;

/// Run what is left of a job
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine shard run jobs/spring
  vitrine shard run s3://bucket/jobs/spring --slice 3/16      every sixteenth shard, on one of sixteen machines
  vitrine shard run jobs/spring --receipts > receipts.jsonl

Interrupted in any way, it goes on where it was when it is run again; several may run the same job at once. A picture that breaks or
stops its process is tried three times with its shard and three times alone, and becomes a row with the error `poison`. The exit code is
0 when every shard of the job, or of the slice, is committed, 1 when some are left.")]
pub struct Run {
    /// Place of the job
    job: String,
    /// Threads that decode and measure; 0 = one per core
    #[arg(long, default_value_t = 0, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(0..=THREADS_MAX as i64))]
    jobs: u8,
    /// How long one picture may take before its process is ended, s; what the process waits for others on the machine does not count
    #[arg(long, default_value_t = 120, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    patience: u64,
    /// Only every N-th shard, from the I-th on (from 0): `I/N`
    #[arg(long, default_value = "0/1", value_name = "I/N", value_parser = slice)]
    slice: (u32, u32),
    /// Take as much of the machine as any program does; without it, only what nobody else wants
    #[arg(long)]
    foreground: bool,
    #[command(flatten)]
    hosts: Hosts,
    /// Print the receipt of each shard as JSON when it is committed
    #[arg(long)]
    receipts: bool,
    #[command(flatten)]
    packs: Packs,
    #[command(flatten)]
    models: Models,
    /// Do the work of the process that starts this one
    #[arg(long, hide = true)]
    worker: bool,
}

impl Run {
    pub fn run(self) -> Result<ExitCode, Failure> {
        if self.worker && !self.foreground {
            // First of all: threads that stores and models bring along stand back too.
            stand_back();
        }
        let stores = Stores::new()?;
        let place = Place::open(&self.job, &stores)?;
        if self.worker { self.work(&place, stores) } else { self.lead(&place) }
    }

    fn work(&self, place: &Place, stores: Stores) -> Result<ExitCode, Failure> {
        let tools = super::tools(&self.models, &self.packs)?;
        let sources = Sources::new(stores, self.hosts.web()?.map(|web| Arc::new(web) as _), Limits::default());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if self.jobs == 0 { cores } else { self.jobs.into() };
        serve(place, &tools, &sources, threads)?;
        Ok(ExitCode::SUCCESS)
    }

    fn lead(&self, place: &Place) -> Result<ExitCode, Failure> {
        let rows: u64 = Plan::read(place)?.shards().iter().map(|shard| shard.expected_rows).sum();
        let bar = output::progress(usize::try_from(rows).unwrap_or(usize::MAX), "judging");
        let program: PathBuf =
            std::env::current_exe().map_err(|error| Failure::new(format!("this program's file is not known: {error}")))?;
        let command = || {
            let mut command = std::process::Command::new(&program);
            // The same words, `shard run` first.
            command.args(["shard", "run", "--worker"]).args(std::env::args_os().skip(3));
            Ok::<_, ShardError>(command)
        };
        let crew =
            Crew { command: &command, patience: Duration::from_secs(self.patience), stands_back: !self.foreground, slice: self.slice };
        let mut committed = 0;
        let mut unprinted = None;
        let summary = run_job(place, &crew, &mut |event| match event {
            Event::Resumed(rows) => {
                committed = rows;
                bar.set_position(rows);
                bar.reset_eta();
            }
            Event::Measured(pictures) => bar.set_position(committed + pictures),
            Event::Committed(receipt) => {
                committed += receipt.rows;
                bar.set_position(committed);
                if self.receipts && unprinted.is_none() {
                    let line = serde_json::to_string(receipt).map_err(std::io::Error::from);
                    unprinted = line.and_then(|line| bar.suspend(|| writeln!(std::io::stdout(), "{line}"))).err();
                }
            }
            Event::Broke { shard_id, attempt, how } => {
                said(&bar, &format!("shard {shard_id}: try {attempt} broke off ({how})"));
            }
            Event::Poison { shard_id, index } => {
                said(&bar, &format!("shard {shard_id}: picture {index} breaks its process by itself; its row says so"));
            }
        })?;
        bar.finish_and_clear();
        self.told(&summary, place);
        match unprinted {
            Some(error) => Err(Failure::from(error)),
            None => Ok(if summary.left == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }),
        }
    }

    fn told(&self, summary: &Summary, place: &Place) {
        for failed in &summary.failures {
            eprintln!("shard {}: {}", failed.shard_id, failed.error);
        }
        let Summary { committed, found, left, left_to_others, .. } = summary;
        let whose = match self.slice {
            (_, 1) => format!("{place}"),
            (index, of) => format!("slice {index}/{of} of {place}"),
        };
        // By the same versions it would be refused again.
        let is_refused = summary.failures.iter().any(|failed| matches!(failed.error, ShardError::Versions { .. }));
        match left {
            0 => eprintln!("all {} shards of {whose} are committed ({committed} by this run)", committed + found),
            left if is_refused => eprintln!("{left} shards of {whose} are left ({committed} were committed by this run)"),
            left => eprintln!("{left} shards of {whose} are left ({committed} were committed by this run); run it again to go on"),
        }
        if *left_to_others > 0 {
            eprintln!("{left_to_others} shards are left to other slices");
        }
    }
}

fn said(bar: &ProgressBar, line: &str) {
    bar.suspend(|| eprintln!("{line}"));
}

/// `3/16`: two whole numbers, the first below the second.
fn slice(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
    parts.filter(|(index, of)| index < of).ok_or_else(|| "write it like `3/16`: the first of sixteen is 0/16, the last 15/16".into())
}
