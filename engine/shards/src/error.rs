//! Why stock-wide work cannot go on: what, where, and what to do about it. A picture that cannot be measured is none of these: it is a row.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A failure of a plan, of a shard or of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ShardError {
    /// A store, folder or file does not do what it is asked to: try again when it does.
    #[error("cannot {doing} `{place}`: {cause}")]
    Storage {
        /// `read`, `write`, `list`.
        doing: Cow<'static, str>,
        /// The file or object.
        place: String,
        /// As the system tells it.
        cause: String,
    },
    /// Something was given that cannot be used.
    #[error("{what}\n  help: {help}")]
    Invalid {
        /// What is wrong, and where.
        what: String,
        /// What to do about it.
        help: String,
    },
    /// A plan is run with other versions than it was made for.
    #[error(
        "the plan was made for the {what} {planned}, and here is {here}\n  help: run it with the same rule packs and models, or plan a new job"
    )]
    Versions {
        /// `rule set`, `model set`.
        what: Cow<'static, str>,
        /// The plan's.
        planned: String,
        /// This program's.
        here: String,
    },
    /// The models have no time or cannot run: no fault of the pictures.
    #[error("the models cannot measure now: {0}\n  help: run the job again, with fewer threads or while less else runs")]
    Models(String),
    /// A process that ran a shard broke off again and again, and no single picture is to blame.
    #[error(
        "shard {shard} broke its process {attempts} times ({how}), and none of its pictures does so alone\n  help: give it more memory, or \
         run it with fewer threads"
    )]
    Broken {
        /// The shard.
        shard: u32,
        /// How often.
        attempts: u32,
        /// How it ended the last time.
        how: String,
    },
    /// So many pictures of a shard break or stop a process by themselves that something else must be wrong.
    #[error(
        "{pictures} pictures of shard {shard}, if not more, break their process by themselves ({how}), which is hardly their fault\n  help: \
         run it with more patience, fewer threads or other models; pictures that are to blame have to be taken out of the stock"
    )]
    Suspicious {
        /// The shard.
        shard: u32,
        /// How many were found.
        pictures: usize,
        /// How its process ended the last time.
        how: String,
    },
    /// A file of ours could not be written or read as columns.
    #[error("the columns of `{place}` cannot be {doing}: {cause}")]
    Columns {
        /// `written`, `read`.
        doing: Cow<'static, str>,
        /// The file or object.
        place: String,
        /// As the Parquet reader tells it.
        cause: String,
    },
}

impl ShardError {
    /// Something given that cannot be used, with what to do about it.
    pub fn invalid(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Invalid { what: what.into(), help: help.into() }
    }

    pub(crate) fn storage(doing: &'static str, place: impl Into<String>, cause: impl std::fmt::Display) -> Self {
        Self::Storage { doing: doing.into(), place: place.into(), cause: cause.to_string() }
    }

    pub(crate) fn written(place: impl Into<String>, cause: impl std::fmt::Display) -> Self {
        Self::Columns { doing: "written".into(), place: place.into(), cause: cause.to_string() }
    }

    pub(crate) fn unread(place: impl Into<String>, cause: impl std::fmt::Display) -> Self {
        Self::Columns { doing: "read".into(), place: place.into(), cause: cause.to_string() }
    }
}
