//! A report's table as Parquet: numbers as numbers, flags as flags, nothing as null.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use vitrine_experiments::document::{COLUMNS, Cells, WORDS, rows};
use vitrine_experiments::report::Report;

/// Columns of whole numbers.
const COUNTS: [&str; 3] = ["as_of_ms", "units", "units_control"];
/// Columns of yes and no.
const FLAGS: [&str; 3] = ["lift_outside", "significant", "better"];

/// The table of a report, byte for byte the same for the same report.
///
/// # Errors
/// When it cannot be put together.
pub fn parquet(report: &Report) -> Result<Vec<u8>, ParquetError> {
    let rows = rows(report);
    let columns = COLUMNS.iter().enumerate().map(|(place, name)| (*name, column(name, &rows, place), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.into_inner()
}

fn column(name: &str, rows: &[Cells], place: usize) -> ArrayRef {
    let cells = || rows.iter().map(|row| Some(row[place].as_str()).filter(|cell| !cell.is_empty()));
    if WORDS.contains(&name) {
        Arc::new(cells().collect::<StringArray>())
    } else if COUNTS.contains(&name) {
        Arc::new(cells().map(|cell| cell?.parse().ok()).collect::<Int64Array>())
    } else if FLAGS.contains(&name) {
        Arc::new(cells().map(|cell| Some(cell? == "true")).collect::<BooleanArray>())
    } else {
        Arc::new(cells().map(|cell| cell?.parse().ok()).collect::<Float64Array>())
    }
}
