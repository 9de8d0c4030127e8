//! Receipts of committed shards, and the manifest that they make: what a job's readers go by.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use vitrine_engine::ContentHash;

use crate::columns::{ParquetFile, batches, numbers, texts};
use crate::error::ShardError;
use crate::place::Place;

/// The manifest's key.
pub const MANIFEST: &str = "manifest.parquet";

/// What a committed shard is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The shard.
    pub shard_id: u32,
    /// Its key in the job.
    pub key: String,
    /// Its rows.
    pub rows: u64,
    /// Those among them that say why there is no verdict.
    pub errors: u64,
    /// Bytes of its file.
    pub bytes: u64,
    /// SHA-256 of them.
    pub sha256: ContentHash,
    /// The detectors.
    pub model_set: String,
    /// The rule packs.
    pub rule_set: String,
    /// The try that gave it, from 1; 0 where it was found committed and nobody knows any more.
    pub attempt: u32,
}

/// All receipts of a job, in the order of the shards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest(Vec<Receipt>);

const TEXTS: [&str; 4] = ["key", "sha256", "model_set", "rule_set"];
const NUMBERS: [&str; 5] = ["shard_id", "rows", "errors", "bytes", "attempt"];

impl Manifest {
    /// Of these receipts.
    pub fn new(mut receipts: Vec<Receipt>) -> Self {
        receipts.sort_by_key(|receipt| receipt.shard_id);
        Self(receipts)
    }

    /// The receipts, by shard.
    pub fn receipts(&self) -> &[Receipt] {
        &self.0
    }

    /// The manifest of a job; `None` where no run has come to its end yet.
    ///
    /// # Errors
    /// `Storage` or `Columns` when it cannot be read.
    pub fn read(place: &Place) -> Result<Option<Self>, ShardError> {
        let Some(bytes) = place.get(MANIFEST)? else { return Ok(None) };
        let name = place.shown(MANIFEST);
        let mut receipts = Vec::new();
        for batch in batches(bytes, &name)? {
            let [keys, hashes, model_sets, rule_sets] = all(TEXTS, |column| texts(&batch, column, &name))?;
            let [shards, rows, errors, sizes, attempts] = all(NUMBERS, |column| numbers(&batch, column, &name))?;
            for row in 0..batch.num_rows() {
                let bad = |error: &dyn std::fmt::Display| ShardError::unread(&name, error);
                receipts.push(Receipt {
                    shard_id: u32::try_from(shards.value(row)).map_err(|error| bad(&error))?,
                    key: keys.value(row).to_owned(),
                    rows: rows.value(row),
                    errors: errors.value(row),
                    bytes: sizes.value(row),
                    sha256: hashes.value(row).parse().map_err(|error| bad(&error))?,
                    model_set: model_sets.value(row).to_owned(),
                    rule_set: rule_sets.value(row).to_owned(),
                    attempt: u32::try_from(attempts.value(row)).map_err(|error| bad(&error))?,
                });
            }
        }
        Ok(Some(Self::new(receipts)))
    }

    /// Puts it in place of the one before.
    ///
    /// # Errors
    /// `Storage` or `Columns` when it cannot be written.
    pub fn write(&self, place: &Place) -> Result<(), ShardError> {
        let bytes = self.bytes().map_err(|error| ShardError::written(place.shown(MANIFEST), error))?;
        place.replace(MANIFEST, bytes)
    }

    fn bytes(&self) -> Result<Bytes, parquet::errors::ParquetError> {
        let text = |of: &dyn Fn(&Receipt) -> String| Arc::new(StringArray::from_iter_values(self.0.iter().map(of))) as ArrayRef;
        let number = |of: &dyn Fn(&Receipt) -> u64| Arc::new(self.0.iter().map(of).collect::<UInt64Array>()) as ArrayRef;
        let columns = vec![
            text(&|receipt| receipt.key.clone()),
            text(&|receipt| receipt.sha256.to_string()),
            text(&|receipt| receipt.model_set.clone()),
            text(&|receipt| receipt.rule_set.clone()),
            number(&|receipt| receipt.shard_id.into()),
            number(&|receipt| receipt.rows),
            number(&|receipt| receipt.errors),
            number(&|receipt| receipt.bytes),
            number(&|receipt| receipt.attempt.into()),
        ];
        let mut file = ParquetFile::new(&schema(), &[], 1 << 16)?;
        file.write(&RecordBatch::try_new(schema(), columns)?)?;
        file.finish()
    }
}

fn schema() -> SchemaRef {
    let texts = TEXTS.iter().map(|name| Field::new(*name, DataType::Utf8, false));
    let numbers = NUMBERS.iter().map(|name| Field::new(*name, DataType::UInt64, false));
    Arc::new(Schema::new(texts.chain(numbers).collect::<Vec<_>>()))
}

/// Every column of a list of names, or the first that is missing.
fn all<T, const N: usize>(names: [&str; N], column: impl Fn(&str) -> Result<T, ShardError>) -> Result<[T; N], ShardError> {
    let columns: Vec<T> = names.iter().map(|name| column(name)).collect::<Result<_, _>>()?;
    // As many as there are names.
    columns.try_into().map_err(|_| ShardError::unread(MANIFEST, "columns are missing"))
}
