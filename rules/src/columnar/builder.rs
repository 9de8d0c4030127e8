//! Pictures as columns and back: one column for each signal of a catalogue, and columns that say whose picture a row is.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, FixedSizeBinaryBuilder, Float64Builder, StringBuilder, UInt16Builder};
use arrow_array::types::UInt16Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use vitrine_engine::{ContentHash, DetectorId, Reading, SignalCatalog, SignalId, SignalKind, SignalSet, SignalSpec, Value};

use super::columns::Columns;

/// Names of the columns that say whose picture a row is. No signal's name begins with `@`.
pub mod identity {
    /// The product, text.
    pub const PRODUCT: &str = "@product";
    /// The picture's id in the catalogue, text.
    pub const IMAGE: &str = "@image";
    /// SHA-256 of its bytes, 32 bytes.
    pub const CONTENT_HASH: &str = "@content_hash";
    /// The product's category path, text or missing.
    pub const CATEGORY: &str = "@category";
    /// The marketplace it is offered on, text; missing = the house.
    pub const MARKETPLACE: &str = "@marketplace";
    /// The region it is offered in, text or missing.
    pub const REGION: &str = "@region";
    /// Who sells it, text or missing.
    pub const SELLER: &str = "@seller";
    /// All of them, in the order of the columns.
    pub const ALL: [&str; 7] = [PRODUCT, IMAGE, CONTENT_HASH, CATEGORY, MARKETPLACE, REGION, SELLER];
}

/// Whose picture a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredPicture<'a> {
    /// The product.
    pub product: &'a str,
    /// The picture's id in the catalogue.
    pub image: &'a str,
    /// Hash of its bytes.
    pub content_hash: ContentHash,
    /// The product's category path.
    pub category: Option<&'a str>,
    /// The marketplace it is offered on; `None` = the house.
    pub marketplace: Option<&'a str>,
    /// The region it is offered in.
    pub region: Option<&'a str>,
    /// Who sells it.
    pub seller: Option<&'a str>,
}

/// Collects pictures row by row and gives them as batches of one schema.
pub struct ColumnBuilder {
    catalog: Arc<SignalCatalog>,
    schema: SchemaRef,
    product: StringBuilder,
    image: StringBuilder,
    content_hash: FixedSizeBinaryBuilder,
    /// Category, marketplace, region, seller.
    labels: [StringBuilder; 4],
    signals: Vec<(SignalId, SignalColumn)>,
    rows: usize,
}

enum SignalColumn {
    Numbers(Float64Builder),
    Flags(BooleanBuilder),
    Texts(StringBuilder),
    /// Places among the values that the catalogue lists: the same words in every batch.
    Words {
        keys: UInt16Builder,
        words: Arc<StringArray>,
    },
}

impl ColumnBuilder {
    /// Columns for the signals that somebody measures.
    pub fn new(catalog: &Arc<SignalCatalog>) -> Self {
        Self::of(catalog, |_| true)
    }

    /// Columns for some of the signals that somebody measures: long texts that no condition asks for are not worth their place.
    pub fn of(catalog: &Arc<SignalCatalog>, wanted: impl Fn(&SignalSpec) -> bool) -> Self {
        let measured = catalog.entries().iter().filter(|entry| entry.detector.is_some() && wanted(&entry.spec));
        let signals: Vec<(SignalId, SignalColumn)> =
            measured.filter_map(|entry| Some((catalog.id(entry.spec.name.as_str())?, SignalColumn::of(&entry.spec)))).collect();
        let labels = |name: &&str| Field::new(*name, DataType::Utf8, ![identity::PRODUCT, identity::IMAGE].contains(name));
        let mut fields: Vec<Field> = identity::ALL.iter().map(labels).collect();
        fields[2] = Field::new(identity::CONTENT_HASH, DataType::FixedSizeBinary(32), false);
        fields.extend(signals.iter().map(|(id, column)| Field::new(catalog.entry(*id).spec.name.as_str(), column.data_type(), true)));
        Self {
            catalog: Arc::clone(catalog),
            schema: Arc::new(Schema::new(fields)),
            product: StringBuilder::new(),
            image: StringBuilder::new(),
            content_hash: FixedSizeBinaryBuilder::new(32),
            labels: std::array::from_fn(|_| StringBuilder::new()),
            signals,
            rows: 0,
        }
    }

    /// The schema of its batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Rows pushed since the last batch.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether nothing was pushed since the last batch.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds a picture with its readings; what the catalogue does not know, or objects to, is left out.
    pub fn push(&mut self, picture: StoredPicture<'_>, signals: &SignalSet) {
        let own;
        let signals = if Arc::ptr_eq(signals.catalog(), &self.catalog) {
            signals
        } else {
            own = signals.for_catalog(&self.catalog);
            &own
        };
        self.product.append_value(picture.product);
        self.image.append_value(picture.image);
        // A hash has the 32 bytes that the column was made for.
        let _ = self.content_hash.append_value(picture.content_hash.as_bytes());
        let labels = [picture.category, picture.marketplace, picture.region, picture.seller];
        self.labels.iter_mut().zip(labels).for_each(|(column, label)| column.append_option(label));
        for (id, column) in &mut self.signals {
            column.push(signals.at(*id).map(|reading| &reading.value));
        }
        self.rows += 1;
    }

    /// What was pushed since the last batch.
    ///
    /// # Errors
    /// Never, short of a fault in Arrow: the columns are made of one length.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(self.product.finish()), Arc::new(self.image.finish()), Arc::new(self.content_hash.finish())];
        columns.extend(self.labels.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        for (_, column) in &mut self.signals {
            columns.push(column.finish()?);
        }
        self.rows = 0;
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }
}

/// Readings alone as a batch, of pictures that belong to nothing.
///
/// # Errors
/// Never, short of a fault in Arrow.
pub fn signals_to_batch(catalog: &Arc<SignalCatalog>, rows: &[SignalSet]) -> Result<RecordBatch, ArrowError> {
    let mut builder = ColumnBuilder::new(catalog);
    let nobody = StoredPicture {
        product: "",
        image: "",
        content_hash: ContentHash::of(b""),
        category: None,
        marketplace: None,
        region: None,
        seller: None,
    };
    rows.iter().for_each(|signals| builder.push(nobody, signals));
    builder.finish()
}

/// The readings of one row, as a catalogue takes them; without confidence and place, which columns do not carry.
pub fn row_of(batch: &RecordBatch, row: usize, catalog: &Arc<SignalCatalog>) -> SignalSet {
    let mut signals = SignalSet::new(Arc::clone(catalog));
    if row >= batch.num_rows() {
        return signals;
    }
    let wanted: Vec<usize> =
        (0..batch.num_columns()).filter(|column| catalog.id(batch.schema_ref().field(*column).name()).is_some()).collect();
    let Ok(one) = batch.slice(row, 1).project(&wanted) else { return signals };
    let columns = Columns::new(&one, catalog);
    for field in one.schema_ref().fields() {
        let Some(id) = catalog.id(field.name()) else { continue };
        let detector = catalog.entry(id).detector.clone().unwrap_or_else(|| DetectorId::from("stored"));
        if let Some(value) = columns.value(id, 0) {
            // The columns hold what the catalogue takes.
            let _ = signals.insert(field.name(), Reading { value, detector, confidence: None, region: None });
        }
    }
    signals
}

impl SignalColumn {
    fn of(spec: &SignalSpec) -> Self {
        match spec.kind {
            SignalKind::Number | SignalKind::Integer => Self::Numbers(Float64Builder::new()),
            SignalKind::Bool => Self::Flags(BooleanBuilder::new()),
            SignalKind::Text if spec.values.is_empty() || spec.values.len() > usize::from(u16::MAX) => Self::Texts(StringBuilder::new()),
            SignalKind::Text => Self::Words {
                keys: UInt16Builder::new(),
                words: Arc::new(StringArray::from_iter_values(spec.values.iter().map(|value| value.as_ref()))),
            },
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Numbers(_) => DataType::Float64,
            Self::Flags(_) => DataType::Boolean,
            Self::Texts(_) => DataType::Utf8,
            Self::Words { .. } => DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8)),
        }
    }

    fn push(&mut self, value: Option<&Value>) {
        match (self, value) {
            (Self::Numbers(column), Some(Value::Number(number))) => column.append_value(*number),
            (Self::Numbers(column), _) => column.append_null(),
            (Self::Flags(column), Some(Value::Bool(flag))) => column.append_value(*flag),
            (Self::Flags(column), _) => column.append_null(),
            (Self::Texts(column), Some(Value::Text(text))) => column.append_value(text),
            (Self::Texts(column), _) => column.append_null(),
            (Self::Words { keys, words }, Some(Value::Text(text))) => {
                let place = words.iter().position(|word| word == Some(text));
                keys.append_option(place.and_then(|place| u16::try_from(place).ok()));
            }
            (Self::Words { keys, .. }, _) => keys.append_null(),
        }
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Numbers(column) => Arc::new(column.finish()),
            Self::Flags(column) => Arc::new(column.finish()),
            Self::Texts(column) => Arc::new(column.finish()),
            Self::Words { keys, words } => Arc::new(DictionaryArray::<UInt16Type>::try_new(keys.finish(), Arc::clone(words) as ArrayRef)?),
        })
    }
}
