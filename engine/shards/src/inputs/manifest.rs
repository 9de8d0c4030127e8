//! Manifests: tables with a row for each picture. Columns are found by name: `path` or `url` (or `source`), and where they are there
//! `product_id`, `image_id`, `category`, `region`, `marketplace`. A path that is not absolute counts from the manifest's folder.

use arrow_array::{Array, RecordBatch, StringArray};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::folder::absolute;
use crate::columns::texts_of;
use crate::error::ShardError;
use crate::picture::Picture;
use crate::stores::{address_below, file_of};

const HELP: &str = "a manifest has one of the columns `path` and `url`, and as it likes `product_id`, `image_id`, `category`, `region`, \
                    `marketplace`";

/// Where each column of a manifest stands.
struct Header {
    source: usize,
    product_id: Option<usize>,
    image_id: Option<usize>,
    category: Option<usize>,
    region: Option<usize>,
    marketplace: Option<usize>,
}

impl Header {
    fn of<'a>(manifest: &str, names: impl Iterator<Item = &'a str>) -> Result<Self, ShardError> {
        let (mut source, mut others) = (None, [None; 5]);
        for (at, name) in names.enumerate() {
            let name = name.trim().trim_start_matches('\u{feff}');
            let place = match name {
                "path" | "url" | "source" => &mut source,
                "product_id" => &mut others[0],
                "image_id" => &mut others[1],
                "category" => &mut others[2],
                "region" => &mut others[3],
                "marketplace" => &mut others[4],
                // A name mistyped in silence would judge a whole stock by the wrong rules.
                _ => return Err(ShardError::invalid(format!("`{manifest}` has a column `{name}`, which means nothing here"), HELP)),
            };
            if place.replace(at).is_some() {
                return Err(ShardError::invalid(
                    format!("`{manifest}` says twice where a picture is, or has a column twice (`{name}`)"),
                    HELP,
                ));
            }
        }
        let source = source.ok_or_else(|| ShardError::invalid(format!("`{manifest}` does not say where its pictures are"), HELP))?;
        let [product_id, image_id, category, region, marketplace] = others;
        Ok(Self { source, product_id, image_id, category, region, marketplace })
    }

    fn picture<'a>(&self, manifest: &str, row: u64, cell: impl Fn(usize) -> Option<&'a str>) -> Result<Picture, ShardError> {
        let text = |column: Option<usize>| column.and_then(&cell).filter(|text| !text.is_empty()).map(str::to_owned);
        let Some(named) = text(Some(self.source)) else {
            return Err(ShardError::invalid(format!("row {row} of `{manifest}` does not say where its picture is"), HELP));
        };
        Ok(Picture {
            product_id: text(self.product_id),
            image_id: text(self.image_id).unwrap_or_else(|| named.clone()),
            category: text(self.category),
            region: text(self.region),
            marketplace: text(self.marketplace),
            source: beside(manifest, &named)?,
        })
    }
}

/// Every row of a CSV manifest; the first line names the columns.
pub fn each_of_csv(manifest: &str, text: &Bytes, each: &mut dyn FnMut(Picture) -> Result<(), ShardError>) -> Result<(), ShardError> {
    let unread = |error: csv::Error| ShardError::invalid(format!("`{manifest}` cannot be read as CSV: {error}"), HELP);
    let mut reader = csv::Reader::from_reader(text.as_ref());
    let header = Header::of(manifest, reader.headers().map_err(unread)?.iter())?;
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(unread)?;
        each(header.picture(manifest, row as u64 + 1, |column| record.get(column))?)?;
    }
    Ok(())
}

/// Every row of a Parquet manifest.
pub fn each_of_parquet(manifest: &str, file: Bytes, each: &mut dyn FnMut(Picture) -> Result<(), ShardError>) -> Result<(), ShardError> {
    let unread = |error: &dyn std::fmt::Display| ShardError::invalid(format!("`{manifest}` cannot be read as Parquet: {error}"), HELP);
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| unread(&error))?;
    let header = Header::of(manifest, reader.schema().fields().iter().map(|field| field.name().as_str()))?;
    let mut row = 0;
    for batch in reader.build().map_err(|error| unread(&error))? {
        let batch: RecordBatch = batch.map_err(|error| unread(&error))?;
        let columns = (0..batch.num_columns()).map(|column| {
            let name = batch.schema_ref().field(column).name().clone();
            texts_of(batch.column(column)).ok_or_else(|| unread(&format!("the column `{name}` holds no text")))
        });
        let columns: Vec<StringArray> = columns.collect::<Result<_, _>>()?;
        for index in 0..batch.num_rows() {
            row += 1;
            let cell = |column: usize| columns.get(column).filter(|texts| texts.is_valid(index)).map(|texts| texts.value(index));
            each(header.picture(manifest, row, cell)?)?;
        }
    }
    Ok(())
}

/// A source as the manifest names it: addresses as they are, paths from the manifest's own folder.
fn beside(manifest: &str, named: &str) -> Result<String, ShardError> {
    if named.contains("://") || named.starts_with('/') {
        return Ok(named.to_owned());
    }
    match file_of(manifest) {
        Some(file) => absolute(&file.parent().map_or_else(|| named.into(), |folder| folder.join(named))),
        None => Ok(manifest.rsplit_once('/').map_or_else(|| named.to_owned(), |(prefix, _)| address_below(prefix, named))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures(text: &'static str) -> Result<Vec<Picture>, ShardError> {
        let mut pictures = Vec::new();
        each_of_csv("s3://stock/lists/spring.csv", &Bytes::from_static(text.as_bytes()), &mut |picture| {
            pictures.push(picture);
            Ok(())
        })?;
        Ok(pictures)
    }

    #[test]
    fn columns_are_found_by_name_and_paths_count_from_the_manifest() {
        let found = pictures("category,url,image_id\nshoes,a/b.jpg,7\n,https://x.example/c.jpg,\n,50% #1.jpg,\n").unwrap();
        assert_eq!((found[2].source.as_str(), found[2].image_id.as_str()), ("s3://stock/lists/50%25%20%231.jpg", "50% #1.jpg"));
        assert_eq!(found[0].source, "s3://stock/lists/a/b.jpg");
        assert_eq!((found[0].category.as_deref(), found[0].image_id.as_str()), (Some("shoes"), "7"));
        assert_eq!((found[1].category.as_deref(), found[1].image_id.as_str()), (None, "https://x.example/c.jpg"));
    }

    #[test]
    fn a_manifest_that_is_not_right_is_refused_with_the_place() {
        for (text, said) in [
            ("image_id\n1\n", "does not say where its pictures are"),
            ("path,catagory\na,b\n", "column `catagory`"),
            ("path,url\na,b\n", "says twice"),
            ("path,image_id\na,1\n,2\n", "row 2"),
            ("path,image_id\na\n", "as CSV"),
        ] {
            let error = pictures(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text:?}: {error}");
        }
    }
}
