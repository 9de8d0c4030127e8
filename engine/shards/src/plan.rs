//! The plan of a job: a Parquet file with one row for each shard, complete in itself. The same inputs give the same bytes.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use jiff::civil::Date;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use serde::{Deserialize, Serialize};
use vitrine_engine::ContentHash;
use vitrine_rules::Role;

use crate::columns::{ParquetFile, TextLists, numbers, text_at, texts};
use crate::error::ShardError;
use crate::inputs::{Defaults, each_picture};
use crate::manifest::{MANIFEST, Manifest};
use crate::picture::{COLUMNS, Picture};
use crate::place::{Created, Place};
use crate::tools::Marketplaces;

/// The plan's key.
pub const PLAN: &str = "plan.parquet";
/// Most shards of a job; a larger stock is several jobs.
pub const SHARDS_MAX: usize = 100_000;
/// Most pictures of a shard: its rows are held in memory.
pub const SHARD_ROWS_MAX: usize = 16_384;
/// Shards of a row group: as many are read to get at one.
const ROW_GROUP: usize = 16;

/// By what a stock is judged, and in shards of which size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The detectors: [`Tools::model_set`](crate::Tools::model_set).
    pub model_set: String,
    /// The rule packs: [`Tools::rule_set`](crate::Tools::rule_set).
    pub rule_set: String,
    /// The marketplaces that the rule packs know: [`Tools::marketplaces`](crate::Tools::marketplaces).
    pub marketplaces: Marketplaces,
    /// The role that pictures are judged for.
    pub role: Role,
    /// The day whose rules hold.
    pub date: Date,
    /// Pictures of a shard, 1..=[`SHARD_ROWS_MAX`].
    pub shard_rows: usize,
}

/// One shard, complete: with the versions it names, all that its rows depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRow {
    /// The job.
    pub job_id: String,
    /// The shard's place in the job, from 0.
    pub shard_id: u32,
    /// What it judges.
    pub inputs: Inputs,
    /// The detectors.
    pub model_set: String,
    /// The rule packs.
    pub rule_set: String,
    /// The role.
    pub role: Role,
    /// The day.
    pub date: Date,
    /// The rows that it has to give.
    pub expected_rows: u64,
}

/// What a shard judges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// Pictures, to be measured.
    Pictures(Vec<Picture>),
    /// The rows of an earlier shard, whose readings are judged anew.
    Rows {
        /// Where its file is.
        file: String,
        /// What its bytes have to be.
        sha256: ContentHash,
    },
}

/// What a plan was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// Shards.
    pub shards: usize,
    /// Rows of all of them.
    pub rows: u64,
    /// Whether it is new; false where the very same plan was there already.
    pub is_new: bool,
}

/// What is known of a shard without its inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardHead {
    /// The shard.
    pub shard_id: u32,
    /// The rows that it has to give.
    pub expected_rows: u64,
    /// The detectors.
    pub model_set: String,
    /// The rule packs.
    pub rule_set: String,
    /// The role.
    pub role: Role,
    /// The day.
    pub date: Date,
}

/// The key that a shard is committed under.
pub fn key_of(shard_id: u32) -> String {
    format!("shard={shard_id:06}.parquet")
}

/// Whether a key is one of a shard.
pub(crate) fn is_shard(key: &str) -> bool {
    key.starts_with("shard=")
}

/// Plans a first assessment, or one by new models: every picture is measured and judged.
///
/// # Errors
/// `Storage` and `Invalid` of the inputs; `Invalid` where there are no pictures, too many of them, or another plan at this place.
pub fn plan_assess(place: &Place, question: &Question, inputs: &[String], defaults: &Defaults) -> Result<Planned, ShardError> {
    let mut writer = PlanWriter::new(place, question)?;
    let mut pending = Vec::new();
    each_picture(inputs, defaults, place.stores(), &mut |picture| {
        question.marketplaces.refuse_unknown(picture.marketplace.as_deref())?;
        pending.push(picture);
        if pending.len() < question.shard_rows {
            return Ok(());
        }
        let pictures = std::mem::take(&mut pending);
        writer.push(pictures.len() as u64, Inputs::Pictures(pictures))
    })?;
    if !pending.is_empty() {
        writer.push(pending.len() as u64, Inputs::Pictures(pending))?;
    }
    writer.commit(place)
}

/// Plans to judge the rows of an earlier job anew, by other rules: nothing is fetched or measured.
///
/// # Errors
/// `Invalid` where the earlier job is not finished or there is another plan at this place; `Versions` where it was measured otherwise.
pub fn plan_rejudge(place: &Place, question: &Question, earlier: &Place) -> Result<Planned, ShardError> {
    let plan = Plan::read(earlier)?;
    let manifest = Manifest::read(earlier)?.filter(|manifest| manifest.receipts().len() == plan.shards().len());
    let Some(manifest) = manifest else {
        return Err(ShardError::invalid(format!("the job `{earlier}` is not finished"), "finish it with `vitrine shard run`"));
    };
    let mut writer = PlanWriter::new(place, question)?;
    for receipt in manifest.receipts() {
        if receipt.model_set != question.model_set {
            let (planned, here) = (question.model_set.clone(), receipt.model_set.clone());
            return Err(ShardError::Versions { what: "model set".into(), planned, here });
        }
        writer.push(receipt.rows, Inputs::Rows { file: earlier.address_of(&receipt.key), sha256: receipt.sha256 })?;
    }
    writer.commit(place)
}

struct PlanWriter<'a> {
    job_id: &'a str,
    question: &'a Question,
    file: ParquetFile,
    pending: Vec<PlanRow>,
    planned: Planned,
}

impl<'a> PlanWriter<'a> {
    fn new(place: &'a Place, question: &'a Question) -> Result<Self, ShardError> {
        if !(1..=SHARD_ROWS_MAX).contains(&question.shard_rows) {
            return Err(ShardError::invalid(
                format!("a shard cannot have {} pictures", question.shard_rows),
                format!("let it have 1 to {SHARD_ROWS_MAX}"),
            ));
        }
        let file = ParquetFile::new(&schema(), &[], ROW_GROUP).map_err(|error| ShardError::written(PLAN, error))?;
        let planned = Planned { shards: 0, rows: 0, is_new: true };
        Ok(Self { job_id: place.job_id(), question, file, pending: Vec::new(), planned })
    }

    fn push(&mut self, expected_rows: u64, inputs: Inputs) -> Result<(), ShardError> {
        let shard_id = u32::try_from(self.planned.shards).ok().filter(|_| self.planned.shards < SHARDS_MAX).ok_or_else(|| {
            ShardError::invalid(
                format!("the job would have more than {SHARDS_MAX} shards"),
                "give a shard more pictures, or make several jobs of the stock, by category or by folder",
            )
        })?;
        let Question { model_set, rule_set, role, date, .. } = self.question;
        self.pending.push(PlanRow {
            job_id: self.job_id.to_owned(),
            shard_id,
            inputs,
            model_set: model_set.clone(),
            rule_set: rule_set.clone(),
            role: *role,
            date: *date,
            expected_rows,
        });
        self.planned.shards += 1;
        self.planned.rows += expected_rows;
        if self.pending.len() == ROW_GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ShardError> {
        let batch = batch_of(&std::mem::take(&mut self.pending)).map_err(|error| ShardError::written(PLAN, error))?;
        self.file.write(&batch).map_err(|error| ShardError::written(PLAN, error))
    }

    fn commit(mut self, place: &Place) -> Result<Planned, ShardError> {
        if self.planned.shards == 0 {
            return Err(ShardError::invalid("there are no pictures in what is to be planned", "name a folder or a manifest that has some"));
        }
        self.flush()?;
        let bytes = self.file.finish().map_err(|error| ShardError::written(PLAN, error))?;
        let keys = place.keys()?;
        if let Some(key) = keys.iter().find(|key| is_shard(key) || *key == MANIFEST).filter(|_| !keys.iter().any(|key| key == PLAN)) {
            return Err(ShardError::invalid(
                format!("`{}` is there, and no plan that it belongs to", place.shown(key)),
                "it would count as done; give the new job a place of its own, or take away what is left of the old one",
            ));
        }
        match place.create(PLAN, bytes.clone())? {
            Created::Now => Ok(self.planned),
            Created::Before if place.get(PLAN)?.is_some_and(|known| known == bytes) => Ok(Planned { is_new: false, ..self.planned }),
            Created::Before => Err(ShardError::invalid(
                format!("there is another plan at `{place}` already"),
                "what is planned stays as it is; give the new job a name of its own",
            )),
        }
    }
}

/// A plan, of which single shards can be taken.
pub struct Plan {
    file: File,
    shards: Vec<ShardHead>,
    name: String,
}

impl Plan {
    /// Reads the plan of a job. Its inputs stay on disk.
    ///
    /// # Errors
    /// `Invalid` where there is none; `Columns` where it is not one of ours.
    pub fn read(place: &Place) -> Result<Self, ShardError> {
        let bytes = place.get(PLAN)?.ok_or_else(|| {
            ShardError::invalid(format!("there is no plan at `{place}`"), "make one with `vitrine shard plan`, or name the job's own place")
        })?;
        let name = place.shown(PLAN);
        let aside = || {
            let mut file = tempfile::tempfile()?;
            file.write_all(&bytes)?;
            Ok::<_, std::io::Error>(file)
        };
        let file = aside().map_err(|error| ShardError::storage("write", "the folder for temporary files", error))?;
        let mut plan = Self { file, shards: Vec::new(), name };
        let names = ["job_id", "shard_id", "model_set", "rule_set", "role", "date", "expected_rows"];
        for batch in plan.batches(|builder| {
            let mask = ProjectionMask::columns(builder.parquet_schema(), names);
            builder.with_projection(mask).build()
        })? {
            let text = |name: &str| texts(&batch, name, &plan.name);
            let (jobs, model_sets, rule_sets) = (text("job_id")?, text("model_set")?, text("rule_set")?);
            let (roles, dates) = (text("role")?, text("date")?);
            let (ids, expected) = (numbers(&batch, "shard_id", &plan.name)?, numbers(&batch, "expected_rows", &plan.name)?);
            for row in 0..batch.num_rows() {
                let in_order = u32::try_from(plan.shards.len()).ok().filter(|id| u64::from(*id) == ids.value(row));
                let Some(shard_id) = in_order.filter(|_| jobs.value(row) == place.job_id()) else {
                    let what = format!("the plan at `{place}` is of the job `{}`, or not whole", jobs.value(row));
                    return Err(ShardError::invalid(what, "a job's files stay together under its own name; plan it again"));
                };
                plan.shards.push(ShardHead {
                    shard_id,
                    expected_rows: expected.value(row),
                    model_set: model_sets.value(row).to_owned(),
                    rule_set: rule_sets.value(row).to_owned(),
                    role: roles.value(row).parse().map_err(|error| ShardError::unread(&plan.name, format!("{error}")))?,
                    date: dates.value(row).parse().map_err(|error| ShardError::unread(&plan.name, error))?,
                });
            }
        }
        Ok(plan)
    }

    /// All shards, in order.
    pub fn shards(&self) -> &[ShardHead] {
        &self.shards
    }

    /// One shard with its inputs.
    ///
    /// # Errors
    /// `Columns` where the plan cannot be read.
    pub fn row(&self, shard_id: u32) -> Result<PlanRow, ShardError> {
        let mut at = shard_id as usize;
        let batches = self.batches(|builder| {
            let groups = builder.metadata().row_groups().iter().map(|group| usize::try_from(group.num_rows()).unwrap_or(0));
            // A plan that somebody has written anew may have other groups than ours.
            let group = groups.take_while(|rows| at.checked_sub(*rows).map(|rest| at = rest).is_some()).count();
            let group = (group < builder.metadata().num_row_groups()).then_some(group);
            builder.with_row_groups(group.into_iter().collect()).with_offset(at).with_limit(1).build()
        })?;
        let row = batches.first().filter(|batch| batch.num_rows() == 1);
        let row = row.ok_or_else(|| ShardError::unread(&self.name, format!("it has no shard {shard_id}")))?;
        row_of(row, &self.name)
    }

    fn batches(
        &self,
        read: impl FnOnce(ParquetRecordBatchReaderBuilder<File>) -> Result<parquet::arrow::arrow_reader::ParquetRecordBatchReader, ParquetError>,
    ) -> Result<Vec<RecordBatch>, ShardError> {
        let unread = |error: &dyn std::fmt::Display| ShardError::unread(&self.name, error);
        let file = self.file.try_clone().map_err(|error| unread(&error))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(read).map_err(|error| unread(&error))?;
        reader.collect::<Result<_, ArrowError>>().map_err(|error| unread(&error))
    }
}

fn schema() -> SchemaRef {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        text("job_id", false),
        Field::new("shard_id", DataType::UInt64, false),
        text("kind", false),
        TextLists::new(COLUMNS).field("inputs"),
        text("rows_of", true),
        text("rows_sha256", true),
        text("model_set", false),
        text("rule_set", false),
        text("role", false),
        text("date", false),
        Field::new("expected_rows", DataType::UInt64, false),
    ]))
}

fn batch_of(rows: &[PlanRow]) -> Result<RecordBatch, ArrowError> {
    let texts = |text: &dyn Fn(&PlanRow) -> Option<String>| Arc::new(rows.iter().map(text).collect::<StringArray>()) as ArrayRef;
    let numbers = |number: &dyn Fn(&PlanRow) -> u64| Arc::new(rows.iter().map(number).collect::<UInt64Array>()) as ArrayRef;
    let mut inputs = TextLists::new(COLUMNS);
    for row in rows {
        if let Inputs::Pictures(pictures) = &row.inputs {
            pictures.iter().for_each(|picture| inputs.push(picture.texts()));
        }
        inputs.end_row();
    }
    let earlier = |row: &PlanRow| match &row.inputs {
        Inputs::Pictures(_) => None,
        Inputs::Rows { file, sha256 } => Some((file.clone(), sha256.to_string())),
    };
    RecordBatch::try_new(
        schema(),
        vec![
            texts(&|row| Some(row.job_id.clone())),
            numbers(&|row| row.shard_id.into()),
            texts(&|row| Some(if earlier(row).is_some() { "rejudge" } else { "assess" }.into())),
            inputs.finish()?,
            texts(&|row| Some(earlier(row)?.0)),
            texts(&|row| Some(earlier(row)?.1)),
            texts(&|row| Some(row.model_set.clone())),
            texts(&|row| Some(row.rule_set.clone())),
            texts(&|row| Some(row.role.to_string())),
            texts(&|row| Some(row.date.to_string())),
            numbers(&|row| row.expected_rows),
        ],
    )
}

fn row_of(batch: &RecordBatch, place: &str) -> Result<PlanRow, ShardError> {
    let text = |name: &str| Ok(text_at(&texts(batch, name, place)?, 0).map(str::to_owned));
    let needed = |name: &str| text(name)?.ok_or_else(|| ShardError::unread(place, format!("`{name}` is missing")));
    let bad = |what: String| ShardError::unread(place, what);
    let inputs = match (text("rows_of")?, text("rows_sha256")?) {
        (Some(file), Some(sha256)) => Inputs::Rows { file, sha256: sha256.parse().map_err(|error| bad(format!("{error}")))? },
        _ => Inputs::Pictures(pictures_of(batch, place)?),
    };
    Ok(PlanRow {
        job_id: needed("job_id")?,
        shard_id: u32::try_from(numbers(batch, "shard_id", place)?.value(0)).map_err(|error| bad(error.to_string()))?,
        inputs,
        model_set: needed("model_set")?,
        rule_set: needed("rule_set")?,
        role: needed("role")?.parse().map_err(|error| bad(format!("{error}")))?,
        date: needed("date")?.parse().map_err(|error| bad(format!("{error}")))?,
        expected_rows: numbers(batch, "expected_rows", place)?.value(0),
    })
}

fn pictures_of(batch: &RecordBatch, place: &str) -> Result<Vec<Picture>, ShardError> {
    let inputs = batch.column_by_name("inputs").and_then(|column| column.as_list_opt::<i32>()).map(|lists| lists.value(0));
    let records = inputs.as_ref().and_then(|records| records.as_struct_opt());
    let records = records.ok_or_else(|| ShardError::unread(place, "`inputs` holds no pictures"))?;
    let records = RecordBatch::from(records.clone());
    let columns: Vec<StringArray> = COLUMNS.iter().map(|(name, _)| texts(&records, name, place)).collect::<Result<_, _>>()?;
    let cell = |column: usize, row: usize| columns.get(column).and_then(|texts| text_at(texts, row));
    Ok((0..records.num_rows()).map(|row| Picture::from_texts(std::array::from_fn(|column| cell(column, row)))).collect())
}
