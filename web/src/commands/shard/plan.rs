//! `vitrine shard plan`: what a job has to do, written down before anything is done.

use std::process::ExitCode;

use clap::Args;
use vitrine_shards::{Defaults, Place, SHARD_ROWS_MAX, Stores, plan_assess, plan_rejudge};

use super::super::Failure;
use super::super::setting::{Models, Packs, Wanted};

/// Write a job's plan: which pictures, in which shards, by which detectors and rules
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine shard plan jobs/spring photos/
  vitrine shard plan jobs/spring stock.csv --marketplace amazon --region US
  vitrine shard plan s3://bucket/jobs/spring s3://bucket/photos --rows 4000
  vitrine shard plan jobs/new-rules --rejudge jobs/spring --packs packs/

A manifest (*.csv, *.parquet) has a column `path` or `url`, and as it likes `product_id`, `image_id`, `category`, `region` and
`marketplace`. The same inputs, rules and models on the same --date give the same plan, byte for byte. A plan is never changed.")]
pub struct Plan {
    /// Place of the job, `FOLDER/JOB` or `s3://BUCKET/JOBS/JOB`: its last part is the job's name
    #[arg(value_name = "JOB")]
    job: String,
    /// Folders, pictures, manifests (*.csv, *.parquet) and `s3://` prefixes
    #[arg(value_name = "INPUT", required_unless_present = "rejudge", conflicts_with = "rejudge")]
    inputs: Vec<String>,
    /// Judge the readings of an earlier job by these rules: nothing is fetched or measured again
    #[arg(long, value_name = "JOB")]
    rejudge: Option<String>,
    /// Pictures of a shard
    #[arg(long, default_value_t = 1000, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=SHARD_ROWS_MAX as i64))]
    rows: u32,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    packs: Packs,
    #[command(flatten)]
    models: Models,
    /// Print what was planned as JSON
    #[arg(long)]
    json: bool,
}

impl Plan {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let stores = Stores::new()?;
        let place = Place::open(&self.job, &stores)?;
        let tools = super::tools(&self.models, &self.packs)?;
        let scope = self.wanted.scope();
        let question = tools.question(scope.role, scope.date, self.rows as usize);
        let planned = match &self.rejudge {
            Some(earlier) => plan_rejudge(&place, &question, &Place::open(earlier, &stores)?)?,
            None => {
                let defaults = Defaults { category: scope.category, region: scope.region, marketplace: scope.marketplace };
                plan_assess(&place, &question, &self.inputs, &defaults)?
            }
        };
        if self.json {
            println!("{}", serde_json::to_string(&planned).map_err(std::io::Error::from)?);
        } else {
            let known = if planned.is_new { "" } else { " (it was planned before, just so)" };
            println!("planned {} pictures in {} shards at {place}{known}", planned.rows, planned.shards);
        }
        Ok(ExitCode::SUCCESS)
    }
}
