//! A worker seen from inside: it reads what it is asked from standard input, and ends when nobody is left who could ask.

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::sync::Mutex;
use std::sync::mpsc::channel;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::messages::{Asked, Said};
use crate::error::ShardError;
use crate::place::Place;
use crate::plan::PlanRow;
use crate::run::{Step, commit, run_shard};
use crate::sources::Sources;
use crate::tools::Tools;

/// A worker's whole life, with so many threads that decode and measure. It ends the process when standard input ends, in the middle of
/// whatever it does: a run that was killed leaves nobody behind.
///
/// # Errors
/// `Storage` when standard output is closed.
pub fn serve(place: &Place, tools: &Tools, sources: &Sources, threads: usize) -> Result<(), ShardError> {
    // Without it the work is the same.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: getrlimit(Resource::Core).maximum });
    let (sender, questions) = channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
        std::process::exit(0);
    });
    let out = Mutex::new(io::stdout());
    let say = |said: &Said| said.write(&mut *out.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    let gone = |error: io::Error| ShardError::storage("write", "standard output", error);
    say(&Said::Ready).map_err(gone)?;
    for line in questions {
        let steps = |step: Step| {
            let said = match step {
                Step::Began(index) => Said::Began(number(index)),
                Step::Handed(index) => Said::Handed(number(index)),
                Step::Ended(index) => Said::Ended(number(index)),
            };
            // Nobody hears it: then standard input has ended too, and with it this process.
            let _ = say(&said);
        };
        let run = |row: &PlanRow, poison: &BTreeSet<u32>| run_shard(row, poison, tools, sources, threads, &steps);
        let answer = match serde_json::from_str::<Asked>(&line) {
            Ok(Asked::Run { row, poison, attempt }) => {
                run(&row, &poison).and_then(|output| commit(place, &row, output, attempt)).map(Said::Done)
            }
            Ok(Asked::Try { row, only }) => {
                let others = (0..number(usize::try_from(row.expected_rows).unwrap_or(usize::MAX))).filter(|index| !only.contains(index));
                run(&row, &others.collect()).map(|_| Said::Tried)
            }
            Err(error) => Err(ShardError::invalid(format!("a worker was asked what it does not know: {error}"), "this is a fault of ours")),
        };
        say(&answer.unwrap_or_else(Said::Failed)).map_err(gone)?;
    }
    Ok(())
}

/// A place in a shard; shards have no more than a few thousand.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
