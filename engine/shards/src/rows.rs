//! The rows of a shard: for each picture who it is, what was measured, and what the rules make of it. The first two are facts, which a later
//! job may judge anew; the last is added to them column by column.

use std::sync::Arc;

use arrow_array::builder::{Float64Builder, ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use bytes::Bytes;
use jiff::civil::Date;
use vitrine_detectors::Detectors;
use vitrine_engine::{Action, ContentHash, Decision, Enforcement, Fault, SignalSet};
use vitrine_rules::columnar::{ColumnVerdicts, identity, signals_to_batch};
use vitrine_rules::{IfMissing, Role, Scope};

use crate::columns::{ParquetFile, TextLists, text_at, texts_of};
use crate::picture::{COLUMNS, Picture};
use crate::tools::{Rules, Tools};

/// A signal too, of files that were opened; here it is there for all whose bytes were had.
const CONTENT_HASH: &str = "content_hash";
const FAULTS: &str = "faults";
const ERROR_CODE: &str = "error_code";
const ERROR: &str = "error";
/// What judging adds.
const JUDGED: [&str; 7] = ["rules", "decision", "points", "quality", "firings", "undetermined", "rules_error"];

/// Whether a column that is no signal has this name.
pub fn is_ours(name: &str) -> bool {
    COLUMNS.iter().any(|(column, _)| *column == name) || JUDGED.contains(&name) || [FAULTS, ERROR_CODE, ERROR].contains(&name)
}

/// What is known of one picture.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Hash of its bytes; `None` where they could not be had.
    pub content_hash: Option<ContentHash>,
    /// What was measured, or why nothing was.
    pub measured: Result<(SignalSet, Vec<Fault>), RowError>,
}

/// Why a picture has no readings: a stable code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// `unreadable_file`, `truncated`, `poison`, ...
    pub code: String,
    /// For people.
    pub message: String,
}

/// The facts of a shard's pictures as columns.
pub fn facts(pictures: &[Picture], facts: &[Facts], detectors: &Detectors) -> Result<RecordBatch, ArrowError> {
    let mut fields: Vec<Field> = COLUMNS.iter().map(|(name, nullable)| Field::new(*name, DataType::Utf8, *nullable)).collect();
    let texts = |column: usize| -> StringArray { pictures.iter().map(|picture| picture.texts().get(column).copied().flatten()).collect() };
    let mut columns: Vec<ArrayRef> = (0..COLUMNS.len()).map(|column| Arc::new(texts(column)) as ArrayRef).collect();

    let hashes: StringArray = facts.iter().map(|fact| fact.content_hash.map(|hash| hash.to_string())).collect();
    fields.push(Field::new(CONTENT_HASH, DataType::Utf8, true));
    columns.push(Arc::new(hashes));

    let nothing = SignalSet::new(Arc::clone(&detectors.catalog));
    let signals: Vec<SignalSet> =
        facts.iter().map(|fact| fact.measured.as_ref().map_or_else(|_| nothing.clone(), |(signals, _)| signals.clone())).collect();
    let signals = signals_to_batch(&detectors.catalog, &signals)?;
    for (field, column) in signals.schema().fields().iter().zip(signals.columns()).skip(identity::ALL.len()) {
        if field.name() == CONTENT_HASH {
            continue;
        }
        fields.push(field.as_ref().clone());
        columns.push(Arc::clone(column));
    }

    let mut faults = TextLists::new([("detector", false), ("code", false), ("message", false)]);
    for fact in facts {
        for fault in fact.measured.iter().flat_map(|(_, faults)| faults) {
            faults.push([Some(fault.detector.as_str()), Some(&fault.code), Some(&fault.message)]);
        }
        faults.end_row();
    }
    fields.push(faults.field(FAULTS));
    columns.push(faults.finish()?);

    let error = |text: fn(&RowError) -> &str| -> StringArray { facts.iter().map(|fact| fact.measured.as_ref().err().map(text)).collect() };
    for (name, column) in [(ERROR_CODE, error(|error| &error.code)), (ERROR, error(|error| &error.message))] {
        fields.push(Field::new(name, DataType::Utf8, true));
        columns.push(Arc::new(column));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// The facts among the columns of a shard; `None` where some are missing that these detectors would give.
pub fn facts_of(rows: &RecordBatch, detectors: &Detectors) -> Option<RecordBatch> {
    let schema = facts(&[], &[], detectors).ok()?.schema();
    let columns: Option<Vec<ArrayRef>> = schema.fields().iter().map(|field| rows.column_by_name(field.name()).cloned()).collect();
    RecordBatch::try_new(schema, columns?).ok()
}

/// The marketplace of each row.
pub fn marketplaces_of(facts: &RecordBatch) -> StringArray {
    facts.column_by_name("marketplace").and_then(texts_of).unwrap_or_else(|| StringArray::new_null(facts.num_rows()))
}

/// The rows of facts once they are judged, and how many of them have no verdict.
pub struct Judged {
    /// All columns.
    pub batch: RecordBatch,
    /// Rows that say why there is no verdict.
    pub errors: u64,
}

/// Judges facts, each row by the rules of its own marketplace, region and category.
pub fn judged(facts: &RecordBatch, tools: &Tools, role: Role, date: Date) -> Result<Judged, ArrowError> {
    let rows = facts.num_rows();
    let label = |name: &str| facts.column_by_name(name).and_then(texts_of).unwrap_or_else(|| StringArray::new_null(rows));
    let (marketplaces, regions, categories, broken) = (label("marketplace"), label("region"), label("category"), label(ERROR_CODE));
    let owned = |texts: &StringArray, row: usize| text_at(texts, row).map(str::to_owned);
    // Rule sets in the order in which they come, and which of them judges each row.
    let mut sets: Vec<(Arc<Rules>, ColumnVerdicts)> = Vec::new();
    let mut of_row: Vec<Option<Result<usize, String>>> = Vec::with_capacity(rows);
    for row in 0..rows {
        if broken.is_valid(row) {
            of_row.push(None);
            continue;
        }
        let scope =
            Scope { marketplace: owned(&marketplaces, row), region: owned(&regions, row), category: owned(&categories, row), role, date };
        of_row.push(Some(tools.rules(&scope).map(|rules| {
            sets.iter().position(|(known, _)| Arc::ptr_eq(known, &rules)).unwrap_or_else(|| {
                let verdicts = rules.columnar.evaluate(facts);
                sets.push((rules, verdicts));
                sets.len() - 1
            })
        })));
    }
    let firing_words: Vec<Vec<Words>> = sets.iter().map(|(rules, verdicts)| words_of(rules, verdicts)).collect();

    let mut columns = Columns::new();
    for (row, set) in of_row.iter().enumerate() {
        match set {
            Some(Ok(set)) => match (sets.get(*set), firing_words.get(*set)) {
                (Some((rules, verdicts)), Some(words)) => columns.judge(row, rules, verdicts, words),
                _ => columns.leave(None),
            },
            Some(Err(why)) => columns.leave(Some(why)),
            None => columns.leave(None),
        }
    }
    let errors = of_row.iter().filter(|set| !matches!(set, Some(Ok(_)))).count() as u64;
    let added = columns.finish()?;
    let known = facts.schema();
    let fields = known.fields().iter().map(|field| field.as_ref().clone()).chain(added.iter().map(|(field, _)| field.clone()));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let all = facts.columns().iter().cloned().chain(added.into_iter().map(|(_, column)| column)).collect();
    Ok(Judged { batch: RecordBatch::try_new(schema, all)?, errors })
}

/// What a firing of a rule says in its columns.
struct Words {
    reason_code: String,
    action: &'static str,
    /// Where a missing signal counts as a fault.
    faulted: &'static str,
    enforcement: &'static str,
}

/// One for each rule of the verdicts.
fn words_of(rules: &Rules, verdicts: &ColumnVerdicts) -> Vec<Words> {
    let words = |bits: &vitrine_rules::columnar::RuleBits| {
        let scoped = rules.compiled.rules().iter().find(|scoped| scoped.rule.id == bits.rule);
        let rule = scoped.map(|scoped| &scoped.rule);
        Words {
            reason_code: rule.map(|rule| rule.reason_code.clone()).unwrap_or_default(),
            action: match rule.map(|rule| &rule.action) {
                Some(Action::Suppress) => "suppress",
                Some(Action::Review) => "review",
                Some(Action::Demote(_)) => "demote",
                Some(Action::Tag(_)) | None => "tag",
            },
            faulted: match rule.map(|rule| rule.if_missing) {
                Some(IfMissing::Reject) => "suppress",
                Some(IfMissing::Review | IfMissing::Ignore) | None => "review",
            },
            enforcement: match scoped.map(|scoped| scoped.enforcement) {
                Some(Enforcement::Enforce) => "enforce",
                Some(Enforcement::Warn) | None => "warn",
            },
        }
    };
    verdicts.rules().iter().map(words).collect()
}

/// The columns that judging adds.
struct Columns {
    rules: StringBuilder,
    decision: StringBuilder,
    points: Float64Builder,
    quality: Float64Builder,
    firings: TextLists<4>,
    undetermined: ListBuilder<StringBuilder>,
    error: StringBuilder,
}

impl Columns {
    fn new() -> Self {
        Self {
            rules: StringBuilder::new(),
            decision: StringBuilder::new(),
            points: Float64Builder::new(),
            quality: Float64Builder::new(),
            firings: TextLists::new([("rule", false), ("reason_code", false), ("action", false), ("enforcement", false)]),
            undetermined: ListBuilder::new(StringBuilder::new()),
            error: StringBuilder::new(),
        }
    }

    fn judge(&mut self, row: usize, rules: &Rules, verdicts: &ColumnVerdicts, words: &[Words]) {
        self.rules.append_value(rules.compiled.version().as_str());
        self.decision.append_value(match verdicts.decision(row) {
            Decision::Accept => "accept",
            Decision::Demote => "demote",
            Decision::Review => "review",
            Decision::Suppress => "suppress",
        });
        self.points.append_option(verdicts.points().get(row).copied());
        self.quality.append_option(verdicts.quality(row));
        for (bits, words) in verdicts.rules().iter().zip(words) {
            let (fired, open) = (bits.fired.value(row), bits.open.value(row));
            if fired {
                let action = if open { words.faulted } else { words.action };
                self.firings.push([Some(bits.rule.as_str()), Some(&words.reason_code), Some(action), Some(words.enforcement)]);
            } else if open {
                self.undetermined.values().append_value(bits.rule.as_str());
            }
        }
        self.firings.end_row();
        self.undetermined.append(true);
        self.error.append_null();
    }

    fn leave(&mut self, why: Option<&String>) {
        self.rules.append_null();
        self.decision.append_null();
        self.points.append_null();
        self.quality.append_null();
        self.firings.end_row();
        self.undetermined.append(true);
        self.error.append_option(why);
    }

    fn finish(mut self) -> Result<Vec<(Field, ArrayRef)>, ArrowError> {
        let firings = (self.firings.field("firings"), self.firings.finish()?);
        let undetermined: ArrayRef = Arc::new(self.undetermined.finish());
        let text = |name: &str, mut column: StringBuilder| (Field::new(name, DataType::Utf8, true), Arc::new(column.finish()) as ArrayRef);
        let number =
            |name: &str, mut column: Float64Builder| (Field::new(name, DataType::Float64, true), Arc::new(column.finish()) as ArrayRef);
        let [rules, decision, points, quality, _, undetermined_name, error] = JUDGED;
        Ok(vec![
            text(rules, self.rules),
            text(decision, self.decision),
            number(points, self.points),
            number(quality, self.quality),
            firings,
            (Field::new(undetermined_name, undetermined.data_type().clone(), false), undetermined),
            text(error, self.error),
        ])
    }
}

/// What stands in a shard's footer beside the columns.
pub const FOOTER_ERRORS: &str = "vitrine.errors";
/// The role that it was judged for.
pub const FOOTER_ROLE: &str = "vitrine.role";
/// The day whose rules it was judged by.
pub const FOOTER_DATE: &str = "vitrine.date";

/// The rows as a Parquet file. Versions and the count of errors stand in its footer; nothing of who wrote it, where or when.
pub fn file_of(judged: &Judged, tools: &Tools, role: Role, date: Date) -> Result<Bytes, parquet::errors::ParquetError> {
    let detectors: Vec<String> = tools.detectors.all.iter().map(|detector| detector.spec().id.to_string()).collect();
    let said = [
        ("vitrine.model_set", tools.model_set().to_owned()),
        ("vitrine.detectors", detectors.join(" ")),
        ("vitrine.rule_set", tools.rule_set().to_owned()),
        (FOOTER_ROLE, role.to_string()),
        (FOOTER_DATE, date.to_string()),
        (FOOTER_ERRORS, judged.errors.to_string()),
    ];
    let mut file = ParquetFile::new(&judged.batch.schema(), &said, crate::plan::SHARD_ROWS_MAX)?;
    file.write(&judged.batch)?;
    file.finish()
}
