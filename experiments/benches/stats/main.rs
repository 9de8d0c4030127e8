//! Every method against worlds of known truth, beside the figures of a well-known engine: `make bench-stats`. Ends with 1 when a target
//! is missed.
//!
//! Without arguments a small form runs (300 worlds a scenario); `--full` takes as many as the targets were stated for, `--only 5.3`
//! one section, `--write FILE` also writes the table as markdown, FILE being relative to the repository; sections that were not measured stay
//! as they are there.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark ends where it fails")]

mod markdown;
mod scenarios;
mod table;

use std::path::Path;
use std::process::ExitCode;

use scenarios::Size;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |flag: &str| arguments.iter().position(|argument| argument == flag).and_then(|place| arguments.get(place + 1));
    let size = Size::new(if arguments.iter().any(|argument| argument == "--full") { 10_000 } else { 300 }, 2);
    let table = scenarios::run(&size, after("--only").map(String::as_str), |row| println!("{row}"));
    println!("{}", table.summary());
    if let Some(file) = after("--write") {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        std::fs::write(&file, markdown::document(&table, &before)).expect("the table can be written");
    }
    if table.missed().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
