//! A batch of pictures read by a catalogue of signals: each column is looked up, and held against its signal's kind and range, once.
//!
//! What the catalogue objects to is missing, as it would be in a [`vitrine_engine::SignalSet`]: a column of another kind as a whole, a
//! value out of range in its row. So is a signal without a column.

use std::cell::OnceCell;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch, StringArray};
use arrow_buffer::{BooleanBuffer, ScalarBuffer};
use arrow_schema::DataType;
use vitrine_engine::{SignalCatalog, SignalId, SignalKind, SignalSpec, Value};

use super::numbers::{Numbers, both, pack};
use super::texts::Texts;
use super::truths::Truths;

/// The columns of one batch.
pub(crate) struct Columns<'b> {
    batch: &'b RecordBatch,
    catalog: &'b SignalCatalog,
    read: Vec<OnceCell<Column<'b>>>,
}

/// One signal of all rows.
enum Column<'b> {
    Missing,
    Numbers(Numbers),
    Flags { bits: BooleanBuffer, truths: Truths },
    Texts(OwnedTexts<'b>),
}

/// Texts with the keys of their dictionary, whatever their width was.
enum OwnedTexts<'b> {
    Plain { texts: &'b StringArray, known: Option<BooleanBuffer> },
    Coded { keys: Vec<u32>, words: &'b StringArray, known: Option<BooleanBuffer> },
}

impl<'b> Columns<'b> {
    pub(crate) fn new(batch: &'b RecordBatch, catalog: &'b SignalCatalog) -> Self {
        Self { batch, catalog, read: catalog.entries().iter().map(|_| OnceCell::new()).collect() }
    }

    pub(crate) fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// A signal as numbers.
    pub(crate) fn numbers(&self, id: SignalId) -> Numbers {
        match self.column(id) {
            Some(Column::Numbers(numbers)) => numbers.clone(),
            _ => Numbers::Unknown,
        }
    }

    /// A signal as truths.
    pub(crate) fn flags(&self, id: SignalId) -> Truths {
        match self.column(id) {
            Some(Column::Flags { truths, .. }) => truths.clone(),
            _ => Truths::all(None, self.rows()),
        }
    }

    /// A signal as texts.
    pub(crate) fn texts(&self, id: SignalId) -> Texts<'_> {
        match self.column(id) {
            Some(Column::Texts(OwnedTexts::Plain { texts, known })) => Texts::Plain { texts, known: known.clone() },
            Some(Column::Texts(OwnedTexts::Coded { keys, words, known })) => Texts::Coded { keys, words, known: known.clone() },
            _ => Texts::Unknown,
        }
    }

    /// One value of one row.
    pub(crate) fn value(&self, id: SignalId, row: usize) -> Option<Value> {
        match self.column(id)? {
            Column::Missing => None,
            Column::Numbers(numbers) => numbers.at(row).map(Value::Number),
            Column::Flags { bits, truths } => (truths.holds.value(row) || truths.fails.value(row)).then(|| Value::Bool(bits.value(row))),
            Column::Texts(_) => self.texts(id).at(row).map(Value::from),
        }
    }

    fn column(&self, id: SignalId) -> Option<&Column<'b>> {
        let cell = self.read.get(id.index())?;
        Some(cell.get_or_init(|| {
            let spec = &self.catalog.entry(id).spec;
            self.batch.column_by_name(spec.name.as_str()).map_or(Column::Missing, |array| read(array.as_ref(), spec))
        }))
    }
}

fn read<'b>(array: &'b dyn Array, spec: &SignalSpec) -> Column<'b> {
    match spec.kind {
        SignalKind::Number | SignalKind::Integer => numbers(array, spec).map_or(Column::Missing, Column::Numbers),
        SignalKind::Bool => match array.as_boolean_opt() {
            Some(flags) => {
                let bits = flags.values().clone();
                Column::Flags { truths: Truths::of(bits.clone(), flags.nulls().map(|nulls| nulls.inner())), bits }
            }
            None => Column::Missing,
        },
        SignalKind::Text => texts(array, spec).map_or(Column::Missing, Column::Texts),
    }
}

fn numbers(array: &dyn Array, spec: &SignalSpec) -> Option<Numbers> {
    let array = array.as_primitive_opt::<Float64Type>()?;
    let values: ScalarBuffer<f64> = array.values().clone();
    let (low, high) = spec.range.unwrap_or((f64::MIN, f64::MAX));
    let whole = spec.kind == SignalKind::Integer;
    // Beyond 2^53 every number is whole; below, going through an integer is exact and far cheaper than cutting off.
    let is_whole = |value: f64| value.abs() >= 9_007_199_254_740_992.0 || (value as i64) as f64 == value;
    let fits = |value: f64| value >= low && value <= high && value.is_finite();
    let fits: BooleanBuffer = if whole {
        pack(values.len(), |row| fits(values[row]) && is_whole(values[row]))
    } else {
        pack(values.len(), |row| fits(values[row]))
    };
    let fits = fits.has_false().then_some(fits);
    let known = both(array.nulls().map(|nulls| nulls.inner()), fits.as_ref());
    Some(Numbers::Many { values, known })
}

fn texts<'b>(array: &'b dyn Array, spec: &SignalSpec) -> Option<OwnedTexts<'b>> {
    let fits = |text: &str| spec.values.is_empty() || spec.values.iter().any(|value| *value == text);
    let nulls = array.nulls().map(|nulls| nulls.inner());
    if let Some(texts) = array.as_string_opt::<i32>() {
        let fitting = (!spec.values.is_empty()).then(|| pack(texts.len(), |row| fits(texts.value(row))));
        return Some(OwnedTexts::Plain { texts, known: both(nulls, fitting.as_ref()) });
    }
    let dictionary = array.as_any_dictionary_opt()?;
    let words = dictionary.values().as_string_opt::<i32>().filter(|words| words.data_type() == &DataType::Utf8)?;
    if words.is_empty() {
        return None;
    }
    let keys: Vec<u32> = dictionary.normalized_keys().into_iter().map(|key| u32::try_from(key).unwrap_or(0)).collect();
    // A word may itself be missing.
    let word_fits: Vec<bool> = (0..words.len()).map(|word| words.is_valid(word) && fits(words.value(word))).collect();
    let fitting = word_fits.contains(&false).then(|| pack(keys.len(), |row| word_fits[keys[row] as usize]));
    Some(OwnedTexts::Coded { known: both(nulls, fitting.as_ref()), keys, words })
}
