//! A job run on one machine: its shards are handed one by one to a worker, a process of its own, so that a picture that breaks or stops a
//! process costs tries and not the job. What is committed stays; whoever runs the job again goes on from there, and so does whoever runs it
//! at the same time.

mod background;
mod blame;
mod clock;
mod messages;
mod pauses;
mod process;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use serde::Serialize;

use crate::error::ShardError;
use crate::manifest::{Manifest, Receipt};
use crate::place::Place;
use crate::plan::{Inputs, Plan, PlanRow, key_of};
use crate::run::committed;

use blame::bisect;
use messages::{Asked, Said};
use process::{Broke, Worker};

pub use background::stand_back;
pub use worker::serve;

/// Tries of a shard before its pictures are suspected, and of a picture alone before it is called poison.
const TRIES: u32 = 3;
/// Failures in a row, of which none is a picture's, after which there is no use in going on.
const FAILURES_MAX: usize = 3;
/// Pictures of a shard that may be poison, whatever its size.
const POISON_FEW: usize = 3;
/// And one in so many of a large one: where more break their process, something else is wrong.
const POISON_ONE_IN: usize = 20;

/// How a job is run.
pub struct Crew<'a> {
    /// Makes the command of a worker: a process that ends in [`serve`] for the same job.
    pub command: &'a dyn Fn() -> Result<Command, ShardError>,
    /// How long one picture may be measured, by its process' own time, before that counts as stopped: what it waits for others on the
    /// machine, for other pictures and for models is not part of it.
    pub patience: Duration,
    /// Whether it makes room for whoever else is busy on the machine: a worker that stands back is paused, too.
    pub stands_back: bool,
    /// Which shards: those whose number leaves `slice.0` when divided by `slice.1`.
    pub slice: (u32, u32),
}

/// What happens, as it happens.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// So many rows were committed before.
    Resumed(u64),
    /// So many pictures of the shard at hand are done.
    Measured(u64),
    /// A shard is committed.
    Committed(&'a Receipt),
    /// A try of a shard came to nothing.
    Broke {
        /// The shard.
        shard_id: u32,
        /// The try, from 1.
        attempt: u32,
        /// How its process ended.
        how: &'a str,
    },
    /// A picture breaks its process by itself.
    Poison {
        /// The shard.
        shard_id: u32,
        /// The picture's place in it.
        index: u32,
    },
}

/// What came of a run.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Shards that this run committed.
    pub committed: usize,
    /// Shards of its slice that were committed before, or by others meanwhile.
    pub found: usize,
    /// Shards of its slice that nobody has committed yet.
    pub left: usize,
    /// The same of the other slices.
    pub left_to_others: usize,
    /// Why shards of this run are not.
    pub failures: Vec<Failed>,
    /// Copies of broken-off writes that were removed.
    pub swept: usize,
}

/// A shard that could not be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The shard.
    pub shard_id: u32,
    /// Why.
    pub error: ShardError,
}

/// Runs what is left of a job, then writes the manifest of what is committed.
///
/// # Errors
/// `Invalid` where there is no plan; `Storage` where the job's own place fails. Failures of shards are in the summary.
pub fn run_job(place: &Place, crew: &Crew<'_>, on: &mut dyn FnMut(Event<'_>)) -> Result<Summary, ShardError> {
    let plan = Plan::read(place)?;
    // Receipts first: a file that is put there in between has none among them.
    let known = Manifest::read(place)?.unwrap_or_default();
    let before: BTreeSet<String> = place.keys()?.into_iter().collect();
    withdraw_receipts(place, &known, &before)?;
    let is_ours = |shard_id: u32| shard_id % crew.slice.1.max(1) == crew.slice.0;
    let is_done = |shard_id: u32| before.contains(&key_of(shard_id));
    on(Event::Resumed(plan.shards().iter().filter(|shard| is_done(shard.shard_id)).map(|shard| shard.expected_rows).sum()));
    let mut run = Run { place, crew, worker: None, on };
    let (mut summary, mut receipts, mut in_a_row) = (Summary::default(), BTreeMap::new(), 0);
    for shard in plan.shards() {
        let shard_id = shard.shard_id;
        // Somebody else may have committed it since the run began.
        if !is_ours(shard_id) || is_done(shard_id) || place.has(&key_of(shard_id))? {
            continue;
        }
        match run.shard(&plan.row(shard_id)?) {
            Ok(receipt) => {
                in_a_row = 0;
                (run.on)(Event::Committed(&receipt));
                receipts.insert(shard_id, receipt);
            }
            Err(error) => {
                in_a_row += 1;
                let is_hopeless = matches!(error, ShardError::Versions { .. }) || in_a_row >= FAILURES_MAX;
                summary.failures.push(Failed { shard_id, error });
                if is_hopeless {
                    break;
                }
            }
        }
    }
    drop(run);
    summary.committed = receipts.len();
    let there = write_manifest(place, &plan, receipts)?;
    for shard in plan.shards() {
        match (is_ours(shard.shard_id), there.contains(&shard.shard_id)) {
            (true, true) => summary.found += 1,
            (true, false) => summary.left += 1,
            (false, true) => {}
            (false, false) => summary.left_to_others += 1,
        }
    }
    summary.found = summary.found.saturating_sub(summary.committed);
    let keys: BTreeSet<String> = place.keys()?.into_iter().collect();
    summary.swept = place.sweep(|key| keys.contains(key))?;
    Ok(summary)
}

/// Takes receipts of files that are gone out of the manifest. It is done before anything else: a run that puts another file in such a place
/// and is killed before it has written its manifest must not leave the old file's receipt to it.
fn withdraw_receipts(place: &Place, known: &Manifest, keys: &BTreeSet<String>) -> Result<(), ShardError> {
    let there: Vec<Receipt> = known.receipts().iter().filter(|receipt| keys.contains(&receipt.key)).cloned().collect();
    if there.len() < known.receipts().len() { Manifest::new(there).write(place) } else { Ok(()) }
}

/// Writes the manifest of all that is committed; the shards in it. Whoever ends at the same time does so too: after the last write of either
/// nothing is left out, since both look again.
fn write_manifest(place: &Place, plan: &Plan, mut receipts: BTreeMap<u32, Receipt>) -> Result<BTreeSet<u32>, ShardError> {
    let known = Manifest::read(place)?.unwrap_or_default();
    for receipt in known.receipts() {
        receipts.entry(receipt.shard_id).or_insert_with(|| receipt.clone());
    }
    let mut written = None;
    loop {
        let keys: BTreeSet<String> = place.keys()?.into_iter().collect();
        for shard in plan.shards().iter().filter(|shard| keys.contains(&key_of(shard.shard_id))) {
            if !receipts.contains_key(&shard.shard_id) {
                receipts.extend(committed(place, shard.shard_id)?.map(|receipt| (shard.shard_id, receipt)));
            }
        }
        // A receipt of a file that is gone, or of no shard of this plan, tells of nothing.
        receipts.retain(|shard_id, receipt| (*shard_id as usize) < plan.shards().len() && keys.contains(&receipt.key));
        if written == Some(receipts.len()) {
            return Ok(receipts.into_keys().collect());
        }
        Manifest::new(receipts.values().cloned().collect()).write(place)?;
        written = Some(receipts.len());
    }
}

/// As many pictures of a shard as may be to blame for what breaks it.
fn poison_most(row: &PlanRow) -> usize {
    POISON_FEW.max(usize::try_from(row.expected_rows).unwrap_or(usize::MAX) / POISON_ONE_IN)
}

struct Run<'a> {
    place: &'a Place,
    crew: &'a Crew<'a>,
    worker: Option<Worker>,
    on: &'a mut dyn FnMut(Event<'_>),
}

impl Run<'_> {
    /// A shard, tried until it is committed or there is nobody left to blame.
    fn shard(&mut self, row: &PlanRow) -> Result<Receipt, ShardError> {
        let shard_id = row.shard_id;
        let mut poison = BTreeSet::new();
        let mut attempt = 1;
        loop {
            let asked = Asked::Run { row: row.clone(), poison: poison.clone(), attempt };
            let broke = match self.ask(&asked)? {
                Ok(Said::Done(receipt)) => return Ok(receipt),
                Ok(Said::Failed(error)) => return Err(error),
                Ok(_) => Broke { how: "its worker gave no receipt".into(), under_way: BTreeSet::new() },
                Err(broke) => broke,
            };
            (self.on)(Event::Broke { shard_id, attempt, how: &broke.how });
            if attempt >= TRIES {
                let found = self.culprits(row, &poison, &broke)?;
                if found.is_empty() {
                    // Its last try may have been broken from outside: that is no reason to give a shard up that others have done.
                    return match committed(self.place, shard_id)? {
                        Some(receipt) => Ok(receipt),
                        None => Err(ShardError::Broken { shard: shard_id, attempts: attempt, how: broke.how }),
                    };
                }
                poison.extend(&found);
                if poison.len() > poison_most(row) {
                    return Err(ShardError::Suspicious { shard: shard_id, pictures: poison.len(), how: broke.how });
                }
                found.iter().for_each(|index| (self.on)(Event::Poison { shard_id, index: *index }));
            }
            attempt += 1;
        }
    }

    /// The pictures that break a process by themselves: among those that were being measured when it broke, else among all.
    fn culprits(&mut self, row: &PlanRow, poison: &BTreeSet<u32>, broke: &Broke) -> Result<Vec<u32>, ShardError> {
        if matches!(row.inputs, Inputs::Rows { .. }) {
            // No picture is touched.
            return Ok(Vec::new());
        }
        let all: Vec<u32> = (0..u32::try_from(row.expected_rows).unwrap_or(u32::MAX)).filter(|index| !poison.contains(index)).collect();
        let suspects: Vec<u32> = broke.under_way.iter().copied().collect();
        let mut breaks = |only: &[u32]| {
            let asked = Asked::Try { row: row.clone(), only: only.iter().copied().collect() };
            match self.ask(&asked)? {
                Ok(Said::Failed(error)) => Err(error),
                Ok(_) => Ok(false),
                Err(_) => Ok(true),
            }
        };
        // What breaks without any picture is no picture's fault.
        if breaks(&[])? {
            return Ok(Vec::new());
        }
        let most = poison_most(row).saturating_sub(poison.len());
        let found = bisect(&suspects, TRIES, most, &mut breaks)?;
        if found.is_empty() { bisect(&all, TRIES, most, &mut breaks) } else { Ok(found) }
    }

    /// Asks a worker, which is started where there is none, and is gone after it broke.
    fn ask(&mut self, asked: &Asked) -> Result<Result<Said, Broke>, ShardError> {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => Worker::start((self.crew.command)()?, self.crew.stands_back)?,
        };
        let on = &mut *self.on;
        let answer = worker.carry_out(asked, self.crew.patience, &mut |done| on(Event::Measured(done)));
        Ok(answer.map(|(worker, said)| {
            self.worker = Some(worker);
            said
        }))
    }
}
