//! A whole stock, judged in shards: a *plan* in Parquet with one row a shard, [`run_shard`] as a pure function of its row and the versions,
//! a *commit* that only ever creates, a *manifest* of receipts that readers go by, and [`verify`], which accepts a job only when its
//! manifest is its plan and its rows are those expected.
//!
//! Everything up to and including [`commit`] knows nothing of the machine: a distributed engine runs the very same function. [`run_job`]
//! is what one machine does with a plan. All of it blocks, and is not for use from asynchronous code.

mod columns;
mod crew;
mod error;
mod inputs;
mod manifest;
mod measure;
mod picture;
mod place;
mod plan;
mod read;
mod rows;
mod run;
mod sources;
mod stores;
mod tools;
mod verify;

pub use crew::{Crew, Event, Failed, Summary, WorkerSettings, run_job, serve};
pub use error::ShardError;
pub use inputs::Defaults;
pub use manifest::{MANIFEST, Manifest, Receipt};
pub use measure::{POISON, THREADS_MAX};
pub use picture::Picture;
pub use place::{Created, Place};
pub use plan::{Inputs, PLAN, Plan, PlanRow, Planned, Question, SHARD_ROWS_MAX, SHARDS_MAX, ShardHead, key_of, plan_assess, plan_rejudge};
pub use read::{each_batch, row_to_json};
pub use rows::RowError;
pub use run::{Output, Step, Steps, commit, committed, run_shard};
pub use sources::{Sources, Web};
pub use stores::Stores;
pub use tools::Tools;
pub use verify::{Problem, Verification, verify};
