//! Small bridges to Arrow: texts whatever their encoding, lists of records, and Parquet files with the same bytes for the same rows.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, StringArray, StructArray, UInt64Array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, Fields, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::error::ShardError;

/// A column as texts; `None` where it holds none.
pub fn texts_of(array: &ArrayRef) -> Option<StringArray> {
    if let Some(texts) = array.as_string_opt::<i32>() {
        return Some(texts.clone());
    }
    if let Some(texts) = array.as_string_opt::<i64>() {
        return Some(texts.iter().collect());
    }
    if let Some(texts) = array.as_string_view_opt() {
        return Some(texts.iter().collect());
    }
    let dictionary = array.as_any_dictionary_opt()?;
    let words = texts_of(dictionary.values())?;
    let keys = dictionary.normalized_keys();
    let word = |row: usize| {
        let word = *keys.get(row)?;
        (array.is_valid(row) && words.is_valid(word)).then(|| words.value(word))
    };
    Some((0..array.len()).map(word).collect())
}

/// A text of a row; `None` where it is missing.
pub fn text_at(texts: &StringArray, row: usize) -> Option<&str> {
    texts.is_valid(row).then(|| texts.value(row))
}

/// A column of texts of a file of ours.
pub fn texts(batch: &RecordBatch, name: &str, place: &str) -> Result<StringArray, ShardError> {
    batch.column_by_name(name).and_then(texts_of).ok_or_else(|| missing(name, place))
}

/// A column of whole numbers of a file of ours.
pub fn numbers(batch: &RecordBatch, name: &str, place: &str) -> Result<UInt64Array, ShardError> {
    let column = batch.column_by_name(name).and_then(|array| array.as_primitive_opt::<UInt64Type>().cloned());
    column.ok_or_else(|| missing(name, place))
}

fn missing(name: &str, place: &str) -> ShardError {
    ShardError::unread(place, format!("it has no such column as `{name}` should be"))
}

/// Records of texts in lists, one list a row.
pub struct TextLists<const N: usize> {
    columns: [StringBuilder; N],
    fields: Fields,
    lengths: Vec<usize>,
    held: usize,
}

impl<const N: usize> TextLists<N> {
    /// With these fields; `true` where one may be missing.
    pub fn new(fields: [(&str, bool); N]) -> Self {
        let fields = fields.iter().map(|(name, nullable)| Field::new(*name, DataType::Utf8, *nullable)).collect();
        Self { columns: std::array::from_fn(|_| StringBuilder::new()), fields, lengths: Vec::new(), held: 0 }
    }

    /// Adds a record to the row's list.
    pub fn push(&mut self, record: [Option<&str>; N]) {
        self.columns.iter_mut().zip(record).for_each(|(column, text)| column.append_option(text));
        self.held += 1;
    }

    /// Ends the row's list.
    pub fn end_row(&mut self) {
        self.lengths.push(std::mem::take(&mut self.held));
    }

    /// What the column is, in a schema.
    pub fn field(&self, name: &str) -> Field {
        Field::new_list(name, self.item(), false)
    }

    fn item(&self) -> Arc<Field> {
        Arc::new(Field::new("item", DataType::Struct(self.fields.clone()), false))
    }

    /// All lists so far, as a column.
    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let columns: Vec<ArrayRef> = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let records = StructArray::try_new(self.fields.clone(), columns, None)?;
        let offsets = OffsetBuffer::from_lengths(std::mem::take(&mut self.lengths));
        Ok(Arc::new(ListArray::try_new(self.item(), offsets, Arc::new(records), None)?))
    }
}

/// A Parquet file in memory, written batch by batch. Nothing in it but what is given: the same batches give the same bytes.
pub struct ParquetFile(ArrowWriter<Vec<u8>>);

impl ParquetFile {
    /// Begins a file; `said` stands in its footer.
    pub fn new(schema: &SchemaRef, said: &[(&str, String)], row_group: usize) -> Result<Self, parquet::errors::ParquetError> {
        let said = said.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone())).collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(row_group))
            .set_key_value_metadata(Some(said))
            .set_created_by("vitrine".to_owned());
        ArrowWriter::try_new(Vec::new(), Arc::clone(schema), Some(properties.build())).map(Self)
    }

    /// Adds a batch.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), parquet::errors::ParquetError> {
        self.0.write(batch)
    }

    /// Ends the file.
    pub fn finish(self) -> Result<Bytes, parquet::errors::ParquetError> {
        self.0.into_inner().map(Bytes::from)
    }
}

/// All batches of a small file of ours.
pub fn batches(file: Bytes, place: &str) -> Result<Vec<RecordBatch>, ShardError> {
    let unread = |error: parquet::errors::ParquetError| ShardError::unread(place, error);
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(unread)?;
    let batches = reader.with_batch_size(1 << 16).build().map_err(unread)?;
    batches.collect::<Result<_, _>>().map_err(|error| ShardError::unread(place, error))
}
