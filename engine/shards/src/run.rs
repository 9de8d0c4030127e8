//! One shard, from its row of the plan to its file: a pure function of the row and the versions. It knows nothing of the machine, of other
//! shards or of who asks; run again, anywhere, it gives the same bytes.

use std::collections::BTreeSet;

use bytes::Bytes;
use vitrine_engine::ContentHash;

use crate::columns::batches;
use crate::error::ShardError;
use crate::manifest::Receipt;
use crate::measure::measure_all;
use crate::place::{Created, Place};
use crate::plan::{Inputs, PlanRow, key_of};
use crate::rows::{FOOTER_DATE, FOOTER_ERRORS, FOOTER_ROLE, Judged, facts, facts_of, file_of, judged, marketplaces_of};
use crate::sources::Sources;
use crate::tools::Tools;

/// What happens to a picture, by its place in the shard: told as it happens, by any thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its bytes are there, its turn has come, and a thread does nothing else until it is handed on or known.
    Began(usize),
    /// Models are at work on it; the thread has gone on to others.
    Handed(usize),
    /// What there is to know of it is known.
    Ended(usize),
}

/// Whoever wants to know how far a shard is.
pub type Steps<'a> = &'a (dyn Fn(Step) + Sync);

/// A shard that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its Parquet file.
    pub file: Bytes,
    /// Its rows.
    pub rows: u64,
    /// Those among them without a verdict.
    pub errors: u64,
    /// SHA-256 of the file.
    pub sha256: ContentHash,
}

/// Runs a shard, on 1 to [`THREADS_MAX`](crate::THREADS_MAX) threads. Pictures in `poison`, by their places in the shard, become rows that
/// say so.
///
/// # Errors
/// `Versions` when the row was planned for others than these; `Invalid` when pictures are on hosts that may not be asked, or of a marketplace
/// without rules; `Storage` when a store does not answer; `Models` when they have no time.
pub fn run_shard(
    row: &PlanRow,
    poison: &BTreeSet<u32>,
    tools: &Tools,
    sources: &Sources,
    threads: usize,
    steps: Steps<'_>,
) -> Result<Output, ShardError> {
    for (what, planned, here) in [("model set", &row.model_set, tools.model_set()), ("rule set", &row.rule_set, tools.rule_set())] {
        if planned != here {
            return Err(ShardError::Versions { what: what.into(), planned: planned.clone(), here: here.to_owned() });
        }
    }
    let name = format!("{}/{}", row.job_id, key_of(row.shard_id));
    let facts = match &row.inputs {
        Inputs::Pictures(pictures) => {
            sources.refuse_forbidden(pictures)?;
            pictures.iter().try_for_each(|picture| tools.marketplaces().refuse_unknown(picture.marketplace.as_deref()))?;
            let found = measure_all(pictures, poison, tools, sources, threads, steps)?;
            facts(pictures, &found, &tools.detectors).map_err(|error| ShardError::written(&name, error))?
        }
        Inputs::Rows { file, sha256 } => {
            let facts = earlier(file, *sha256, tools, sources)?;
            marketplaces_of(&facts).iter().try_for_each(|name| tools.marketplaces().refuse_unknown(name))?;
            facts
        }
    };
    let judged: Judged = judged(&facts, tools, row.role, row.date).map_err(|error| ShardError::written(&name, error))?;
    let file = file_of(&judged, tools, row.role, row.date).map_err(|error| ShardError::written(&name, error))?;
    Ok(Output { rows: judged.batch.num_rows() as u64, errors: judged.errors, sha256: ContentHash::of(&file), file })
}

/// The facts of an earlier shard.
fn earlier(file: &str, sha256: ContentHash, tools: &Tools, sources: &Sources) -> Result<arrow_array::RecordBatch, ShardError> {
    let location = sources.stores().locate(file)?;
    let asked = async { object_store::ObjectStoreExt::get(location.store.as_ref(), &location.path).await?.bytes().await };
    let bytes = sources.stores().wait(asked).map_err(|error| ShardError::storage("read", file, error))?;
    if ContentHash::of(&bytes) != sha256 {
        let what = format!("`{file}` is not what it was when the job was planned");
        return Err(ShardError::invalid(what, "check the earlier job with `vitrine shard verify`, and plan anew"));
    }
    let batches = batches(bytes, file)?;
    let facts = match batches.as_slice() {
        [rows] => facts_of(rows, &tools.detectors),
        _ => None,
    };
    facts.ok_or_else(|| ShardError::unread(file, "it has not the columns of a shard of these detectors"))
}

/// Commits a shard under its key. Where another was first its file stands, this one is dropped, and the receipt is of what is there.
///
/// # Errors
/// `Storage` when it cannot be written; `Columns` when what is there is no shard.
pub fn commit(place: &Place, row: &PlanRow, output: Output, attempt: u32) -> Result<Receipt, ShardError> {
    let key = key_of(row.shard_id);
    let receipt = Receipt {
        shard_id: row.shard_id,
        key: key.clone(),
        rows: output.rows,
        errors: output.errors,
        bytes: output.file.len() as u64,
        sha256: output.sha256,
        model_set: row.model_set.clone(),
        rule_set: row.rule_set.clone(),
        attempt,
    };
    match place.create(&key, output.file)? {
        Created::Now => Ok(receipt),
        Created::Before => {
            let missing = || ShardError::storage("read", place.shown(&key), "it was there a moment ago");
            committed(place, row.shard_id)?.ok_or_else(missing)
        }
    }
}

/// The receipt of a shard as it stands in its place, read from the file itself; `None` where it is not committed.
///
/// # Errors
/// `Storage` when it cannot be read; `Columns` when it is no shard.
pub fn committed(place: &Place, shard_id: u32) -> Result<Option<Receipt>, ShardError> {
    Ok(found(place, shard_id)?.map(|found| found.receipt))
}

/// What stands in a shard's place.
pub(crate) struct Found {
    pub(crate) receipt: Receipt,
    /// What it was judged for, as its footer says.
    pub(crate) role: String,
    pub(crate) date: String,
}

/// A shard as it stands in its place; `None` where it is not committed.
pub(crate) fn found(place: &Place, shard_id: u32) -> Result<Option<Found>, ShardError> {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let key = key_of(shard_id);
    let Some(file) = place.get(&key)? else { return Ok(None) };
    let (bytes, sha256) = (file.len() as u64, ContentHash::of(&file));
    let name = place.shown(&key);
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| ShardError::unread(&name, error))?;
    let footer = reader.metadata().file_metadata();
    let said = |key: &str| {
        let found = footer.key_value_metadata().into_iter().flatten().find(|said| said.key == key);
        found.and_then(|said| said.value.clone()).ok_or_else(|| ShardError::unread(&name, format!("its footer does not say `{key}`")))
    };
    let receipt = Receipt {
        shard_id,
        rows: u64::try_from(footer.num_rows()).unwrap_or_default(),
        errors: said(FOOTER_ERRORS)?.parse().map_err(|error| ShardError::unread(&name, error))?,
        bytes,
        sha256,
        model_set: said("vitrine.model_set")?,
        rule_set: said("vitrine.rule_set")?,
        attempt: 0,
        key,
    };
    Ok(Some(Found { receipt, role: said(FOOTER_ROLE)?, date: said(FOOTER_DATE)? }))
}
