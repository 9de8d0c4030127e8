//! `vitrine shard`: a whole stock judged in shards, planned, run, verified and read.

mod plan;
mod read;
mod run;
mod verify;
mod web;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use vitrine_detectors::Limits;
use vitrine_shards::Tools;

use super::Failure;
use super::setting::{Models, Packs};

/// Judge a whole stock in shards, which can be interrupted, resumed and spread over machines
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine shard plan jobs/spring photos/                  what is to be judged, in shards of 1000 pictures
  vitrine shard run jobs/spring                           judge it; run again after an interruption, it goes on where it was
  vitrine shard verify jobs/spring                        whether every picture has its row; exit code 1 when not
  vitrine shard read jobs/spring > rows.jsonl
  vitrine shard plan jobs/new-rules --rejudge jobs/spring --packs packs/     new rules over the readings of an earlier job

A job lives in a folder or in an object store (`s3://bucket/jobs/spring`; settings come from AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT and AWS_ALLOW_HTTP). docs/stock.md tells the whole story.")]
pub struct Shard {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Plan(plan::Plan),
    Run(run::Run),
    Verify(verify::Verify),
    Read(read::Read),
}

impl Shard {
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Plan(command) => command.run(),
            Command::Run(command) => command.run(),
            Command::Verify(command) => command.run(),
            Command::Read(command) => command.run(),
        }
    }
}

/// Detectors and rule packs as these settings name them.
fn tools(models: &Models, packs: &Packs) -> Result<Tools, Failure> {
    Ok(Tools::new(models.detectors()?, Limits::default(), &packs.sources()?)?)
}
