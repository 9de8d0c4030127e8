//! The catalogue's pictures as columns of signals, for questions over all of them: built from what the store holds, never measured
//! anew. A snapshot is one file of batches that many may read at once; it is built again when it is asked for and the catalogue has
//! changed meanwhile, at most a twentieth of the time.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;
use tokio::sync::Mutex;
use vitrine_engine::ContentHash;
use vitrine_rules::columnar::segment::{BATCH_ROWS, SegmentError, SegmentReader, SegmentWriter};
use vitrine_rules::columnar::{ColumnBuilder, StoredPicture};

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::store::{CatalogueFilter, CatalogueRow};

/// Products read from the store at once.
const PAGE: u32 = 500;
/// How much longer than its making a snapshot is used, though the catalogue has changed.
const USES: u32 = 20;

/// All pictures of the catalogue at one moment.
pub struct Columns {
    file: NamedTempFile,
    /// How many.
    pub pictures: u64,
    /// The products that they belong to.
    pub products: u64,
    /// Batches of the file.
    pub batches: usize,
    /// The catalogue's state that it is of: products, last change.
    of: (i64, i64),
    built: Instant,
    took: Duration,
}

/// The snapshot that there is, and the right to make another.
#[derive(Default)]
pub struct KeptColumns(Mutex<Option<Arc<Columns>>>);

impl Columns {
    /// A reader of the columns that are wanted.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn reader(&self, wanted: impl Fn(&str) -> bool) -> Result<SegmentReader<BufReader<File>>, ApiError> {
        let file = self.file.reopen().map_err(|error| unreadable(&error))?;
        SegmentReader::open(BufReader::new(file), wanted).map_err(|error| unreadable(&error))
    }
}

impl App {
    /// The catalogue's pictures as columns.
    ///
    /// # Errors
    /// When the store cannot be read or the disk is full.
    pub async fn columns(self: &Arc<Self>) -> Result<Arc<Columns>, ApiError> {
        let mut kept = self.columns.0.lock().await;
        let of = self.store.catalogue_size(&self.config.tenant).await?;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.of == of || kept.built.elapsed() < kept.took * USES) {
            return Ok(Arc::clone(kept));
        }
        let built = Arc::new(self.build_columns(of).await?);
        *kept = Some(Arc::clone(&built));
        Ok(built)
    }

    async fn build_columns(self: &Arc<Self>, of: (i64, i64)) -> Result<Columns, ApiError> {
        let started = Instant::now();
        let file = NamedTempFile::new().map_err(|error| unwritten(&error))?;
        let mut builder = ColumnBuilder::new(self.judge.catalog());
        let out = BufWriter::new(file.reopen().map_err(|error| unwritten(&error))?);
        let mut writer = SegmentWriter::new(out, builder.schema()).map_err(|error| unwritten(&error))?;
        let (mut pictures, mut products, mut batches) = (0, 0, 0);
        let mut after: Option<CatalogueRow> = None;
        loop {
            let mut page =
                self.store.catalogue(&self.config.tenant, CatalogueFilter::default(), after.as_ref().map(CatalogueRow::key), PAGE).await?;
            for row in &page {
                let known: Vec<(String, ContentHash)> = serde_json::from_str(&row.pictures).map_err(|error| unreadable(&error))?;
                if builder.len() + known.len() > BATCH_ROWS && !builder.is_empty() {
                    writer.write(&builder.finish().map_err(|error| unwritten(&error))?).map_err(|error| unwritten(&error))?;
                    batches += 1;
                }
                products += 1;
                for (image, content_hash) in known {
                    let rows = self.store.readings(&self.config.tenant, content_hash).await?;
                    let current = rows.into_iter().filter(|(detector, _)| self.detectors.contains(detector));
                    let measured = self.restored(content_hash, current)?;
                    builder.push(stored(row, &image, content_hash), &measured.signals);
                    pictures += 1;
                }
            }
            match page.pop() {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        writer.write(&builder.finish().map_err(|error| unwritten(&error))?).map_err(|error| unwritten(&error))?;
        batches += 1;
        writer.finish().map_err(|error: SegmentError| unwritten(&error))?;
        Ok(Columns { file, pictures, products, batches, of, built: Instant::now(), took: started.elapsed() })
    }
}

fn stored<'a>(row: &'a CatalogueRow, image: &'a str, content_hash: ContentHash) -> StoredPicture<'a> {
    let named = |text: &'a String| (!text.is_empty()).then_some(text.as_str());
    StoredPicture {
        product: &row.product_id,
        image,
        content_hash,
        category: named(&row.category),
        marketplace: named(&row.marketplace),
        region: named(&row.region),
        seller: named(&row.seller),
    }
}

/// What went wrong with the file belongs into the log.
pub fn unreadable(error: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%error, "columns of the catalogue");
    ApiError::new(Code::Internal, "the catalogue's columns cannot be read")
}

fn unwritten(error: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%error, "columns of the catalogue");
    ApiError::new(Code::Unavailable, "the catalogue's columns cannot be written; is there room in the folder for temporary files?")
}
