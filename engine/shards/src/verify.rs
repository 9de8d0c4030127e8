//! Whether a job is done: its manifest names exactly the shards of its plan, every file is there as its receipt says, and there are as
//! many rows as were planned. Otherwise precisely what is missing.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::error::ShardError;
use crate::manifest::{Manifest, Receipt};
use crate::place::Place;
use crate::plan::{Plan, ShardHead, key_of};
use crate::run::{Found, found};

/// What was found of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Shards of the plan.
    pub shards: usize,
    /// Rows that the plan expects.
    pub expected_rows: u64,
    /// Rows of all shards that are right.
    pub rows: u64,
    /// Those among them without a verdict.
    pub errors: u64,
    /// What is not right, by shard.
    pub problems: Vec<Problem>,
}

/// Something that is not right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// No run has come to its end yet.
    NoManifest,
    /// The plan has a shard that the manifest does not name.
    NotInManifest {
        /// The shard.
        shard_id: u32,
        /// Whether its file is there all the same: the next run takes it up.
        is_committed: bool,
    },
    /// The manifest names a shard that the plan does not have, or names it twice.
    NotInPlan {
        /// The shard.
        shard_id: u32,
    },
    /// A shard whose file is gone.
    FileMissing {
        /// The shard.
        shard_id: u32,
        /// Its key.
        key: String,
    },
    /// A shard whose file is not the one that the receipt tells of.
    FileChanged {
        /// The shard.
        shard_id: u32,
        /// Its key.
        key: String,
        /// What differs.
        what: String,
    },
    /// A shard that has more or fewer rows than planned.
    WrongRows {
        /// The shard.
        shard_id: u32,
        /// Rows that it has.
        rows: u64,
        /// Rows planned.
        expected_rows: u64,
    },
    /// A shard that was made by other versions than planned.
    WrongVersions {
        /// The shard.
        shard_id: u32,
    },
    /// A shard that was judged for another role, or by another day's rules, than planned.
    WrongQuestion {
        /// The shard.
        shard_id: u32,
    },
}

impl Verification {
    /// Whether the job is done, and right.
    pub fn is_done(&self) -> bool {
        self.problems.is_empty()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoManifest => write!(f, "there is no manifest: no run has come to its end yet"),
            Self::NotInManifest { shard_id, is_committed: true } => write!(f, "shard {shard_id} is committed, but not in the manifest yet"),
            Self::NotInManifest { shard_id, is_committed: false } => write!(f, "shard {shard_id} is missing: it has not been run"),
            Self::NotInPlan { shard_id } => write!(f, "shard {shard_id} is in the manifest and not in the plan, or there twice"),
            Self::FileMissing { shard_id, key } => write!(f, "shard {shard_id}: its file `{key}` is gone"),
            Self::FileChanged { shard_id, key, what } => write!(f, "shard {shard_id}: `{key}` is not the file that was committed: {what}"),
            Self::WrongRows { shard_id, rows, expected_rows } => {
                write!(f, "shard {shard_id} has {rows} rows, and {expected_rows} were planned")
            }
            Self::WrongVersions { shard_id } => write!(f, "shard {shard_id} was made by other detectors or rules than planned"),
            Self::WrongQuestion { shard_id } => write!(f, "shard {shard_id} was judged for another role or day than planned"),
        }
    }
}

/// Checks a job: reads every file of it once.
///
/// # Errors
/// `Invalid` where there is no plan; `Storage` where the store does not answer.
pub fn verify(place: &Place) -> Result<Verification, ShardError> {
    let plan = Plan::read(place)?;
    let manifest = Manifest::read(place)?;
    let mut verified = Verification {
        shards: plan.shards().len(),
        expected_rows: plan.shards().iter().map(|shard| shard.expected_rows).sum(),
        rows: 0,
        errors: 0,
        problems: Vec::new(),
    };
    let mut receipts: BTreeMap<u32, &Receipt> = BTreeMap::new();
    match &manifest {
        None => verified.problems.push(Problem::NoManifest),
        Some(manifest) => {
            for receipt in manifest.receipts() {
                let is_planned = plan.shards().get(receipt.shard_id as usize).is_some();
                if receipts.insert(receipt.shard_id, receipt).is_some() || !is_planned {
                    verified.problems.push(Problem::NotInPlan { shard_id: receipt.shard_id });
                }
            }
        }
    }
    for shard in plan.shards() {
        let shard_id = shard.shard_id;
        match receipts.get(&shard_id) {
            Some(receipt) => match problem(place, shard, receipt)? {
                Some(problem) => verified.problems.push(problem),
                None => {
                    verified.rows += receipt.rows;
                    verified.errors += receipt.errors;
                }
            },
            None => {
                let is_committed = place.has(&key_of(shard_id))?;
                verified.problems.push(Problem::NotInManifest { shard_id, is_committed });
            }
        }
    }
    Ok(verified)
}

/// What is not right with a shard, if anything.
fn problem(place: &Place, shard: &ShardHead, receipt: &Receipt) -> Result<Option<Problem>, ShardError> {
    let (shard_id, key) = (shard.shard_id, key_of(shard.shard_id));
    let changed = |what: &dyn fmt::Display| Problem::FileChanged { shard_id, key: key.clone(), what: what.to_string() };
    let Found { receipt: there, role, date } = match found(place, shard_id) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(Some(Problem::FileMissing { shard_id, key })),
        Err(ShardError::Columns { cause, .. }) => return Ok(Some(changed(&cause))),
        Err(error) => return Err(error),
    };
    if there.sha256 != receipt.sha256 || key != receipt.key {
        return Ok(Some(changed(&format!("its SHA-256 is {}", there.sha256))));
    }
    if there.rows != shard.expected_rows || receipt.rows != there.rows {
        return Ok(Some(Problem::WrongRows { shard_id, rows: there.rows, expected_rows: shard.expected_rows }));
    }
    let versions = |receipt: &Receipt| receipt.model_set == shard.model_set && receipt.rule_set == shard.rule_set;
    if !versions(&there) || !versions(receipt) {
        return Ok(Some(Problem::WrongVersions { shard_id }));
    }
    if role != shard.role.to_string() || date != shard.date.to_string() {
        return Ok(Some(Problem::WrongQuestion { shard_id }));
    }
    if there.errors != receipt.errors {
        return Ok(Some(changed(&"the receipt counts other errors")));
    }
    Ok(None)
}
