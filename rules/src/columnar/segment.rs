//! Segments: batches of pictures in a file (Arrow IPC), written once and read back by the columns that are wanted. Where the file lies is
//! the caller's business.

use std::io::{Read, Seek, Write};

use arrow_array::RecordBatch;
use arrow_ipc::reader::FileReader;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, Schema, SchemaRef};

/// Rows of a batch that suit both reading and evaluating: what is worked on stays in the processor's cache, and there is progress to tell.
pub const BATCH_ROWS: usize = 16_384;

/// The name under which a segment says how many rows it has.
const ROWS: &str = "rows";

/// A segment that cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("the segment of columns cannot be {doing}: {cause}; build it again from the stored readings")]
pub struct SegmentError {
    doing: &'static str,
    #[source]
    cause: ArrowError,
}

impl SegmentError {
    fn writing(cause: ArrowError) -> Self {
        Self { doing: "written", cause }
    }

    fn reading(cause: ArrowError) -> Self {
        Self { doing: "read", cause }
    }
}

/// Writes a segment.
pub struct SegmentWriter<W: Write> {
    writer: FileWriter<W>,
    rows: u64,
}

impl<W: Write> SegmentWriter<W> {
    /// Begins a segment; `out` should be buffered.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub fn new(out: W, schema: &Schema) -> Result<Self, SegmentError> {
        Ok(Self { writer: FileWriter::try_new(out, schema).map_err(SegmentError::writing)?, rows: 0 })
    }

    /// Adds a batch of the segment's schema.
    ///
    /// # Errors
    /// When it cannot be written, or is of another schema.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), SegmentError> {
        self.rows += batch.num_rows() as u64;
        self.writer.write(batch).map_err(SegmentError::writing)
    }

    /// Ends the segment; without this it does not read back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<W, SegmentError> {
        self.writer.write_metadata(ROWS, self.rows.to_string());
        self.writer.finish().map_err(SegmentError::writing)?;
        self.writer.into_inner().map_err(SegmentError::writing)
    }
}

/// Reads a segment, batch by batch.
pub struct SegmentReader<R> {
    reader: FileReader<R>,
    rows: u64,
}

impl<R: Read + Seek> SegmentReader<R> {
    /// Opens a segment for the columns that are wanted; those that it does not have are left out. Unbuffered input is right: batches are
    /// read whole.
    ///
    /// # Errors
    /// When it is no segment, or not a whole one.
    pub fn open(mut input: R, wanted: impl Fn(&str) -> bool) -> Result<Self, SegmentError> {
        let head = FileReader::try_new(&mut input, None).map_err(SegmentError::reading)?;
        let rows = head.custom_metadata().get(ROWS).and_then(|rows| rows.parse().ok()).unwrap_or_default();
        let schema = head.schema();
        let fields = schema.fields().iter().enumerate();
        let columns: Vec<usize> = fields.filter(|(_, field)| wanted(field.name())).map(|(index, _)| index).collect();
        let reader = FileReader::try_new(input, Some(columns)).map_err(SegmentError::reading)?;
        Ok(Self { reader, rows })
    }

    /// The number of rows in all batches.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The number of batches.
    pub fn batches(&self) -> usize {
        self.reader.num_batches()
    }

    /// The schema of the columns in the file.
    pub fn schema(&self) -> SchemaRef {
        self.reader.schema()
    }

    /// One batch, with the wanted columns.
    ///
    /// # Errors
    /// When there is none of that number, or it cannot be read.
    pub fn read(&mut self, index: usize) -> Result<RecordBatch, SegmentError> {
        self.reader.set_index(index).map_err(SegmentError::reading)?;
        let missing = || SegmentError::reading(ArrowError::IpcError(format!("batch {index} is not there")));
        self.reader.next().ok_or_else(missing)?.map_err(SegmentError::reading)
    }
}
