//! The report as PDF: A4 pages laid out here, written by `krilla`. Tagged and held against PDF/UA-1 as it is written, so that a document
//! that a screen reader could not read is an error, not a file.

mod blocks;
mod chart;
mod flow;
mod table;
mod tags;
mod wrap;
mod write;

use super::DocumentError;
use super::content::Content;
use super::figures::moment;
use crate::report::Report;

/// What the document says of itself.
pub struct About {
    /// Its title.
    pub title: String,
    /// Who answers for it.
    pub owner: String,
    /// What stands at the foot of every page.
    pub foot: String,
    /// The moment it is of, ms since 1970 UTC.
    pub as_of_ms: i64,
    /// A name that no other report has.
    pub id: String,
}

/// The document.
pub fn document(report: &Report, content: &Content) -> Result<Vec<u8>, DocumentError> {
    let simulated = if report.simulated.is_some() { "Simulated · " } else { "" };
    let about = About {
        title: wrap::clean(&content.title),
        owner: wrap::clean(&report.design.owner),
        foot: wrap::clean(&format!("{simulated}Vitrine · {} · {}", report.experiment, moment(report.as_of_ms))),
        as_of_ms: report.as_of_ms,
        id: format!("{}@{}", report.experiment, report.as_of_ms),
    };
    write::document(&about, blocks::layout(content))
}
