//! `vitrine shard read`: the rows of a job that is done, as lines.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use vitrine_shards::{Place, Stores, each_batch, row_to_json};

use super::super::{Failure, output};

/// Print the rows of a finished job, one JSON object a picture, in the order of the plan
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine shard read jobs/spring --column image_id --column decision --column points
  vitrine shard read jobs/spring --errors

Notebooks and warehouses read the Parquet files themselves: those that `manifest.parquet` names, and no others.")]
pub struct Read {
    /// Place of the job
    job: String,
    /// Only these columns; may be given several times
    #[arg(long = "column", value_name = "NAME")]
    columns: Vec<String>,
    /// Only pictures without a verdict
    #[arg(long)]
    errors: bool,
}

impl Read {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let place = Place::open(&self.job, &Stores::new()?)?;
        let mut out = output::stdout();
        each_batch(&place, |batch| {
            if let Some(unknown) = self.columns.iter().find(|column| batch.column_by_name(column).is_none()) {
                let known: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
                return Err(Failure::new(format!("there is no column `{unknown}`")).help(format!("there are {}", known.join(", "))));
            }
            for index in 0..batch.num_rows() {
                let mut row = row_to_json(batch, index);
                if self.errors && row.contains_key("decision") {
                    continue;
                }
                if !self.columns.is_empty() {
                    row.retain(|column, _| self.columns.contains(column));
                }
                writeln!(out, "{}", serde_json::to_string(&row).map_err(std::io::Error::from)?)?;
            }
            Ok(())
        })?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
