//! A whole stock, judged in shards: a *plan* in Parquet with one row a shard, [`run_shard`] as a pure function of its row and the versions,
//! a *commit* that only ever creates, a *manifest* of receipts that readers go by, and [`verify`], which accepts a job only when its
//! manifest is its plan and its rows are those expected.
//!
//! Everything up to and including [`commit`] knows nothing of the machine: a distributed engine runs the very same function. [`run_job`]
//! is what one machine does with a plan. All of it blocks, and is not for use from asynchronous code.
//!
//! ```
//! use std::collections::BTreeSet;
//! use vitrine_detectors::{Detectors, Limits};
//! use vitrine_rules::{Role, default_packs};
//! use vitrine_shards::{
//!     Defaults, Manifest, Place, Plan, Sources, Stores, Tools, commit, each_batch, plan_assess, row_to_json, run_shard, verify,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A stock of one picture.
//! let folder = tempfile::tempdir()?;
//! let photos = folder.path().join("photos");
//! std::fs::create_dir(&photos)?;
//! image::RgbImage::new(64, 64).save(photos.join("shoe.png"))?;
//!
//! // What is to be done, and by what.
//! let tools = Tools::new(Detectors::without_models()?, Limits::default(), &default_packs())?;
//! let stores = Stores::new()?;
//! let place = Place::open(&folder.path().join("spring").display().to_string(), &stores)?;
//! let question = tools.question(Role::Main, "2026-11-21".parse()?, 1000);
//! plan_assess(&place, &question, &[photos.display().to_string()], &Defaults::default())?;
//!
//! // One shard, as any engine would run it.
//! let row = Plan::read(&place)?.row(0)?;
//! let output = run_shard(&row, &BTreeSet::new(), &tools, &Sources::new(stores, None, Limits::default()), 2, &|_| ())?;
//! let receipt = commit(&place, &row, output, 1)?;
//! Manifest::new(vec![receipt]).write(&place)?;
//!
//! // What came of it.
//! assert!(verify(&place)?.is_done());
//! each_batch(&place, |batch| {
//!     let row = row_to_json(batch, 0);
//!     assert_eq!(row["image_id"], "shoe.png");
//!     assert_eq!(row["decision"], "suppress");
//!     Ok::<_, vitrine_shards::ShardError>(())
//! })?;
//! # Ok(())
//! # }
//! ```

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

pub use crew::{Crew, Event, Failed, Summary, run_job, serve, stand_back};
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
pub use sources::{NotFetched, Sources, Web};
pub use stores::Stores;
pub use tools::{Marketplaces, Tools};
pub use verify::{Problem, Verification, verify};
