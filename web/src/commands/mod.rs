//! The command line: its subcommands, how they fail, and where they print.

mod assess;
mod demo;
mod duplicates;
mod experiment;
mod failure;
mod feed;
mod files;
mod in_order;
mod models;
mod openapi;
mod output;
mod rules;
mod sample;
mod select;
mod serve;
mod setting;
mod shard;
mod signals;
mod stats;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use failure::Failure;

/// Rules over real photographs decide which picture leads.
#[derive(Debug, Parser)]
#[command(name = "vitrine", version, about, long_about = None, after_help = EXAMPLES, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  vitrine assess photos/                                 what the house rules say of a folder of pictures
  vitrine assess photos/ --marketplace amazon --region US --report report.html
  vitrine select requests.jsonl                          choose a main picture for each product
  vitrine rules explain --marketplace zalando --region DE
  vitrine shard plan jobs/spring s3://stock/photos       a whole stock, in shards that can be interrupted and resumed
  vitrine serve                                          the same over HTTP
  vitrine worker                                         the catalogue's changes, judged as they come

Every subcommand has its own --help with examples.";

#[derive(Debug, Subcommand)]
enum Command {
    Assess(assess::Assess),
    Select(select::Select),
    Duplicates(duplicates::Duplicates),
    Shard(shard::Shard),
    Serve(serve::Serve),
    Worker(worker::Worker),
    #[command(subcommand)]
    Feed(feed::Feed),
    Rules(rules::Rules),
    Signals(signals::Signals),
    Models(models::Models),
    Stats(stats::Stats),
    #[command(subcommand)]
    Experiment(experiment::Experiment),
    Openapi(openapi::Openapi),
    Sample(sample::Sample),
    Demo(demo::Demo),
}

/// Carries out what was asked for.
pub fn run(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        Command::Assess(command) => command.run(),
        Command::Select(command) => command.run(),
        Command::Duplicates(command) => command.run(),
        Command::Shard(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Worker(command) => command.run(),
        Command::Feed(command) => command.run(),
        Command::Rules(command) => command.run(),
        Command::Signals(command) => command.run(),
        Command::Models(command) => command.run(),
        Command::Stats(command) => command.run(),
        Command::Experiment(command) => command.run(),
        Command::Openapi(command) => command.run(),
        Command::Sample(command) => command.run(),
        Command::Demo(command) => command.run(),
    }
}
