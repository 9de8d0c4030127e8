//! Charts as SVG, for the page.

use plotters::prelude::{IntoDrawingArea, SVGBackend};

use super::{Chart, FINE, WIDTH};
use crate::document::DocumentError;

/// The chart as an `<svg>` element; all text in it is escaped.
pub fn svg(chart: &Chart) -> Result<String, DocumentError> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (WIDTH * FINE as u32, chart.height() * FINE as u32)).into_drawing_area();
        chart.draw(&area).map_err(|failure| DocumentError::Chart(failure.to_string()))?;
        area.present().map_err(|failure| DocumentError::Chart(failure.to_string()))?;
    }
    Ok(text)
}
