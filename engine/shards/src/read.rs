//! A job's rows, by its manifest and never by what lies in the folder. Every file is held against its receipt before a row of it is read.

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch};
use serde_json::{Map, Value};
use vitrine_engine::ContentHash;

use crate::columns::{batches, texts_of};
use crate::error::ShardError;
use crate::manifest::Manifest;
use crate::place::Place;
use crate::plan::Plan;

/// Hands on the rows of a job, a batch for each shard, in the order of the plan.
///
/// # Errors
/// `Invalid` where the job is not finished or a file is not the one that was committed; the first error of `each`.
pub fn each_batch<E: From<ShardError>>(place: &Place, mut each: impl FnMut(&RecordBatch) -> Result<(), E>) -> Result<(), E> {
    let plan = Plan::read(place)?;
    let manifest = Manifest::read(place)?.filter(|manifest| manifest.receipts().len() == plan.shards().len());
    let Some(manifest) = manifest else {
        return Err(ShardError::invalid(format!("the job `{place}` is not finished"), "finish it with `vitrine shard run`").into());
    };
    for receipt in manifest.receipts() {
        let file = place.get(&receipt.key)?.filter(|file| ContentHash::of(file) == receipt.sha256);
        let Some(file) = file else {
            let what = format!("`{}` is gone, or not the file that was committed", place.shown(&receipt.key));
            return Err(ShardError::invalid(what, "see what else is wrong with `vitrine shard verify`").into());
        };
        for batch in batches(file, &place.shown(&receipt.key))? {
            each(&batch)?;
        }
    }
    Ok(())
}

/// A row as a JSON object; what is missing is left out.
pub fn row_to_json(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let fields = batch.schema();
    let cells = fields.fields().iter().zip(batch.columns());
    cells.filter_map(|(field, column)| Some((field.name().clone(), cell(column.as_ref(), row)?))).collect()
}

fn cell(column: &dyn Array, row: usize) -> Option<Value> {
    if column.is_null(row) {
        return None;
    }
    if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
        return serde_json::Number::from_f64(numbers.value(row)).map(Value::Number);
    }
    if let Some(flags) = column.as_boolean_opt() {
        return Some(Value::Bool(flags.value(row)));
    }
    if let Some(records) = column.as_struct_opt() {
        let fields = records.fields().iter().zip(records.columns());
        let fields = fields.filter_map(|(field, column)| Some((field.name().clone(), cell(column.as_ref(), row)?)));
        return Some(Value::Object(fields.collect()));
    }
    if let Some(lists) = column.as_list_opt::<i32>() {
        let items = lists.value(row);
        return (!items.is_empty()).then(|| (0..items.len()).filter_map(|item| cell(items.as_ref(), item)).collect());
    }
    let texts = texts_of(&column.slice(row, 1))?;
    texts.is_valid(0).then(|| Value::String(texts.value(0).to_owned()))
}
