//! Events in files: CSV and Parquet with the fields of an event as columns, JSON lines with an event a line. Read in batches, whatever the
//! size of the file.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Cursor, Read};
use std::path::Path;

use bytes::Bytes;
use jiff::Timestamp;
use parquet::basic::{LogicalType, TimeUnit, TimestampType};
use parquet::file::reader::{ChunkReader, FileReader as _, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use serde_json::{Map, Number, Value as Json};

use super::ingest::EventBody;

/// Kinds of files that hold events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180 with a head line; an empty cell is an absent field.
    Csv,
    /// Columns by the names of the fields; times as text, or as timestamps of any unit.
    Parquet,
    /// An event a line.
    JsonLines,
}

/// Why a file cannot be read to its end.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {cause}")]
pub struct FileFault {
    place: String,
    cause: String,
}

/// The events of a file, in its order.
pub type Events = Box<dyn Iterator<Item = Result<EventBody, FileFault>> + Send>;

impl Format {
    /// The format of a file, by its name's end.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// The format of a body, by its media type; parameters after a semicolon do not count.
    pub fn of_media_type(text: &str) -> Option<Self> {
        match text.split(';').next()?.trim().to_ascii_lowercase().as_str() {
            "text/csv" => Some(Self::Csv),
            "application/vnd.apache.parquet" => Some(Self::Parquet),
            "application/x-ndjson" | "application/jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// The events of a file.
///
/// # Errors
/// When it cannot be opened or is not of its format.
pub fn open(path: &Path, format: Format) -> Result<Events, FileFault> {
    let file = File::open(path).map_err(|error| fault("the file", error))?;
    match format {
        Format::Parquet => parquet(file),
        Format::Csv => Ok(csv(file)),
        Format::JsonLines => Ok(json_lines(file)),
    }
}

/// The events of a body.
///
/// # Errors
/// When it is not of its format.
pub fn read(bytes: Bytes, format: Format) -> Result<Events, FileFault> {
    match format {
        Format::Parquet => parquet(bytes),
        Format::Csv => Ok(csv(Cursor::new(bytes))),
        Format::JsonLines => Ok(json_lines(Cursor::new(bytes))),
    }
}

fn csv(read: impl Read + Send + 'static) -> Events {
    let rows = csv::Reader::from_reader(BufReader::new(read)).into_deserialize::<EventBody>();
    // The head is line 1; the reader's own message names the line too, where it knows it.
    Box::new(rows.enumerate().map(|(row, event)| event.map_err(|error| fault(format!("row {}", row + 1), error))))
}

fn json_lines(read: impl Read + Send + 'static) -> Events {
    let lines = BufReader::new(read).lines().enumerate();
    let filled = lines.filter(|(_, line)| line.as_ref().map_or(true, |line| !line.trim().is_empty()));
    Box::new(filled.map(|(place, line)| {
        let at = || format!("line {}", place + 1);
        serde_json::from_str(&line.map_err(|error| fault(at(), error))?).map_err(|error| fault(at(), error))
    }))
}

fn parquet<R: ChunkReader + 'static>(read: R) -> Result<Events, FileFault> {
    let whole = |error| fault("the file is not readable Parquet", error);
    let reader = SerializedFileReader::new(read).map_err(whole)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    // The reader knows milli- and microseconds by itself; nanoseconds come as plain numbers.
    let nanoseconds = schema.columns().iter().any(|column| {
        column.name() == "at"
            && matches!(column.logical_type_ref(), Some(LogicalType::Timestamp(TimestampType { unit: TimeUnit::NANOS, .. })))
    });
    let rows = RowIter::from_file_into(Box::new(reader)).enumerate();
    Ok(Box::new(rows.map(move |(place, row)| {
        let at = || format!("row {}", place + 1);
        let row = row.map_err(|error| fault(at(), error))?;
        let mut event = Map::new();
        for (name, field) in row.get_column_iter() {
            if let Some(value) = value(field, nanoseconds).map_err(|cause| fault(at(), format!("`{name}`: {cause}")))? {
                event.insert(name.clone(), value);
            }
        }
        serde_json::from_value(Json::Object(event)).map_err(|error| fault(at(), error))
    })))
}

/// A cell as JSON; `None` = empty.
fn value(field: &Field, nanoseconds: bool) -> Result<Option<Json>, String> {
    let number = |number: f64| Number::from_f64(number).map(Json::Number).ok_or_else(|| format!("{number} is no number"));
    let time = |time: Result<Timestamp, jiff::Error>| time.map(|time| Json::String(time.to_string())).map_err(|error| error.to_string());
    Ok(Some(match field {
        Field::Null => return Ok(None),
        Field::Str(text) => Json::String(text.clone()),
        Field::Double(value) => number(*value)?,
        Field::Float(value) => number(f64::from(*value))?,
        Field::Int(value) => Json::from(*value),
        Field::Long(value) if nanoseconds => time(Timestamp::from_nanosecond(i128::from(*value)))?,
        Field::Long(value) => Json::from(*value),
        Field::TimestampMillis(ms) => time(Timestamp::from_millisecond(*ms))?,
        Field::TimestampMicros(us) => time(Timestamp::from_microsecond(*us))?,
        other => return Err(format!("{other} is neither text, a number nor a time")),
    }))
}

fn fault(place: impl Into<String>, cause: impl std::fmt::Display) -> FileFault {
    FileFault { place: place.into(), cause: cause.to_string() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray, TimestampNanosecondArray};
    use parquet::arrow::ArrowWriter;

    use super::*;
    use crate::experiments::ingest::EventKind;

    fn all(bytes: impl Into<Bytes>, format: Format) -> Vec<EventBody> {
        read(bytes.into(), format).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn outcome(id: &str, value: Option<f64>) -> EventBody {
        EventBody {
            id: id.into(),
            kind: EventKind::Outcome,
            exposure_id: None,
            unit_id: Some("v-1".into()),
            product_id: None,
            seller: None,
            name: Some("purchase".into()),
            value,
            at: "2026-12-01T10:21:00Z".parse().unwrap(),
            traffic: None,
        }
    }

    fn file(at: ArrayRef) -> Vec<u8> {
        let text = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as ArrayRef;
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("id", text(vec![Some("o-1"), Some("o-2")]), false),
            ("type", text(vec![Some("outcome"), Some("outcome")]), false),
            ("unit_id", text(vec![Some("v-1"), Some("v-1")]), true),
            ("seller", text(vec![None, None]), true),
            ("name", text(vec![Some("purchase"), Some("purchase")]), true),
            ("value", Arc::new(Float64Array::from(vec![Some(39.9), None])) as ArrayRef, true),
            ("at", at, false),
        ])
        .unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn the_same_events_come_from_every_format() {
        let wanted = vec![outcome("o-1", Some(39.9)), outcome("o-2", None)];
        let csv = "id,type,unit_id,name,value,at\no-1,outcome,v-1,purchase,39.9,2026-12-01T10:21:00Z\n\
                   o-2,outcome,v-1,purchase,,2026-12-01T11:21:00+01:00\n";
        assert_eq!(all(csv, Format::Csv), wanted);
        let lines: Vec<String> = wanted.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        assert_eq!(all(lines.join("\n\n") + "\n", Format::JsonLines), wanted);
        let at: Timestamp = "2026-12-01T10:21:00Z".parse().unwrap();
        let times: [ArrayRef; 3] = [
            Arc::new(TimestampMicrosecondArray::from(vec![at.as_microsecond(); 2])),
            Arc::new(TimestampNanosecondArray::from(vec![at.as_nanosecond() as i64; 2]).with_timezone("UTC")),
            Arc::new(StringArray::from(vec!["2026-12-01T10:21:00Z"; 2])),
        ];
        for at in times {
            assert_eq!(all(file(at), Format::Parquet), wanted);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_row() {
        let broken = |bytes: &'static str, format| {
            let read = read(Bytes::from_static(bytes.as_bytes()), format).map_or_else(Err, |events| events.collect::<Result<Vec<_>, _>>());
            read.unwrap_err().to_string()
        };
        let row = broken("id,type,at\na,outcome,2026-12-01T10:21:00Z\nb,outcome,yesterday\n", Format::Csv);
        assert!(row.starts_with("row 2: ") && row.contains("line: 3"), "{row}");
        let column = broken("id,type,at,colour\na,outcome,2026-12-01T10:21:00Z,red\n", Format::Csv);
        assert!(column.contains("unknown field `colour`"), "{column}");
        assert!(broken("{\"id\":1}\n", Format::JsonLines).starts_with("line 1: "));
        assert!(broken("no parquet", Format::Parquet).starts_with("the file is not readable Parquet"));
        assert_eq!(Format::of(Path::new("a/events.PARQUET")), Some(Format::Parquet));
        assert_eq!(Format::of_media_type("text/csv; charset=utf-8"), Some(Format::Csv));
    }
}
