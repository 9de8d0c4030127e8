//! What a worker is asked, and what it says: one JSON object a line.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::error::ShardError;
use crate::manifest::Receipt;
use crate::plan::PlanRow;

/// What a worker's lines begin with: other output may stand between them.
const MARK: &str = "vitrine-shard ";

/// What a worker is asked to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Run a shard and commit it.
    Run {
        /// The shard.
        row: PlanRow,
        /// Pictures that are not to be touched.
        poison: BTreeSet<u32>,
        /// The try.
        attempt: u32,
    },
    /// Measure some pictures of a shard, to see whether that ends well; nothing is committed.
    Try {
        /// The shard.
        row: PlanRow,
        /// The pictures.
        only: BTreeSet<u32>,
    },
}

/// What a worker says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The worker has all it needs, and may be asked.
    Ready,
    /// A picture is being measured.
    Began(u32),
    /// Models are at work on it.
    Handed(u32),
    /// It is done.
    Ended(u32),
    /// The shard is committed.
    Done(Receipt),
    /// The pictures were measured.
    Tried,
    /// The shard cannot be run, through no picture's fault.
    Failed(ShardError),
}

impl Said {
    /// Whether it is the last word on what was asked.
    pub fn is_last(&self) -> bool {
        !matches!(self, Self::Ready | Self::Began(_) | Self::Handed(_) | Self::Ended(_))
    }

    /// Its line, written at once: a process that breaks has nothing left to say.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        // The line must not run into what others have begun to print.
        let line = format!("\n{MARK}{}\n", serde_json::to_string(self).map_err(io::Error::from)?);
        out.write_all(line.as_bytes())?;
        out.flush()
    }

    /// What a line says, if it is one of ours.
    pub fn read(line: &str) -> Option<Self> {
        let (_, said) = line.split_once(MARK)?;
        serde_json::from_str(said).ok()
    }
}
