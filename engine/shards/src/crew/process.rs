//! A worker seen from outside: a process that is asked for one thing after the other, and that may break or stop at any of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::clock::Clock;
use super::messages::{Asked, Said};
use super::pauses::Pauses;
use crate::error::ShardError;

/// How long nothing may be heard while no picture is being measured: stores and models give up on a request earlier.
const SILENCE_MAX: Duration = Duration::from_secs(900);
/// Shortest wait for a word of a worker that has next to no time left, and is given none.
const WAIT_MIN: Duration = Duration::from_millis(50);

/// How long a worker may take to be ready: models are loaded and warmed up.
const START_MAX: Duration = Duration::from_secs(300);

/// A worker at work.
pub struct Worker {
    child: Child,
    input: ChildStdin,
    said: Receiver<Said>,
    pauses: Option<Pauses>,
}

/// How a worker ended in the middle of its work.
#[derive(Debug, Clone)]
pub struct Broke {
    /// For people.
    pub how: String,
    /// The pictures that were being measured.
    pub under_way: BTreeSet<u32>,
}

impl Worker {
    /// Starts a process, and waits until it can be asked: what goes wrong before that is no picture's fault. One that stands back is paused
    /// from then on.
    ///
    /// # Errors
    /// `Storage` when the system does not start it, or it ends or stops before it is ready.
    pub fn start(mut command: Command, stands_back: bool) -> Result<Self, ShardError> {
        let failed = |cause: &dyn std::fmt::Display| ShardError::storage("start", "a worker process", cause);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| failed(&error))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(&"it has no pipes"));
        };
        let (sender, said) = channel();
        std::thread::spawn(move || {
            // The process has ended, or says what is no text: then nothing more comes.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if Said::read(&line).is_some_and(|said| sender.send(said).is_err()) {
                    return;
                }
            }
        });
        let mut worker = Self { child, input, said, pauses: None };
        match worker.said.recv_timeout(START_MAX) {
            Ok(Said::Ready) => {
                worker.pauses = stands_back.then(|| Pauses::of(worker.child.id()));
                Ok(worker)
            }
            Ok(_) => Err(failed(&"it does not say that it is ready")),
            Err(RecvTimeoutError::Timeout) => Err(failed(&format!("it was not ready after {} s", START_MAX.as_secs()))),
            Err(RecvTimeoutError::Disconnected) => {
                let how = worker.ended().unwrap_or_default();
                Err(failed(&format!("it ended before it was ready ({how}); what it said stands above")))
            }
        }
    }

    /// Has something done, and gives the worker back with its last word; of one that breaks, nothing is left. `on` is told how many pictures
    /// are done.
    pub fn carry_out(mut self, asked: &Asked, patience: Duration, on: &mut dyn FnMut(u64)) -> Result<(Self, Said), Broke> {
        // Since when each is being measured, by the worker's own time; one that is with the models has no such time.
        let mut under_way: BTreeMap<u32, Option<Duration>> = BTreeMap::new();
        let broke = |how: String, under_way: BTreeMap<u32, Option<Duration>>| Broke { how, under_way: under_way.into_keys().collect() };
        let mut line = serde_json::to_vec(asked).unwrap_or_default();
        line.push(b'\n');
        if let Err(error) = self.input.write_all(&line).and_then(|()| self.input.flush()) {
            return Err(broke(self.ended().unwrap_or_else(|| error.to_string()), under_way));
        }
        let mut clock = Clock::of(self.child.id(), self.pauses.as_ref());
        let (mut done, mut heard) = (0, clock.now());
        loop {
            let (since, most) = match under_way.values().flatten().min() {
                Some(oldest) => (*oldest, patience),
                None => (heard, SILENCE_MAX.max(patience)),
            };
            let left = (since + most).saturating_sub(clock.now());
            match self.said.recv_timeout(left.max(WAIT_MIN)) {
                Ok(said) if said.is_last() => return Ok((self, said)),
                Ok(Said::Began(index)) => {
                    under_way.insert(index, Some(clock.now()));
                }
                Ok(Said::Handed(index)) => {
                    under_way.insert(index, None);
                }
                Ok(Said::Ended(index)) => {
                    under_way.remove(&index);
                    done += 1;
                    on(done);
                }
                Ok(_) => {}
                // It was not given the time.
                Err(RecvTimeoutError::Timeout) if clock.look() < since + most => continue,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(broke(format!("it stood still for {} s", most.as_secs()), under_way));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(broke(self.ended().unwrap_or_else(|| "it closed its output".into()), under_way));
                }
            }
            heard = clock.now();
        }
    }

    /// How it ended, where it has.
    fn ended(&mut self) -> Option<String> {
        self.pauses = None;
        self.child.wait().ok().map(|status| status.to_string())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.pauses = None;
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
