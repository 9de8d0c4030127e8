//! The report of an experiment as documents: a page, a PDF, a table. All are drawn from the same [`Report`] and compute nothing; the
//! same report gives the same bytes.

mod charts;
mod content;
mod csv;
mod figures;
mod font;
mod html;
mod pdf;
mod pictures;
mod terms;

pub use csv::{COLUMNS, Cells, WORDS};
pub use pictures::{Changed, Pair, Side};

use crate::report::Report;

/// The report as a page that needs nothing else: style, charts and pictures are in it, there is no script. Light or dark as the reader
/// has it.
pub fn html(report: &Report, changed: &[Changed]) -> String {
    html::page(&content::content(report, changed))
}

/// The report as a PDF of A4 pages: real text, tagged for screen readers, with an outline.
///
/// # Errors
/// [`DocumentError`] where the document could not be put together.
pub fn pdf(report: &Report, changed: &[Changed]) -> Result<Vec<u8>, DocumentError> {
    pdf::document(report, &content::content(report, changed))
}

/// The report as CSV: a row per variant, metric and part (total, days, segments), every number as it was computed.
pub fn csv(report: &Report) -> String {
    csv::write(report)
}

/// The rows of that table.
pub fn rows(report: &Report) -> Vec<Cells> {
    csv::rows(report)
}

/// A document could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// A chart.
    #[error("a chart of the report could not be drawn: {0}")]
    Chart(String),
    /// The PDF.
    #[error("the report could not be written as PDF: {0}; its HTML and CSV are not touched by that")]
    Pdf(String),
}
