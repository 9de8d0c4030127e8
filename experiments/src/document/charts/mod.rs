//! The report's charts, drawn by `plotters` on whatever it can draw on: an SVG for the page, a page of the PDF. Every mark is told by
//! its shape or a label as well, never by colour alone, so that charts survive grey printers and colour-blind eyes.

mod axis;
mod forest;
mod ink;
mod over_time;
mod shares;
mod svg;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters_backend::DrawingBackend;

pub use svg::svg;

/// A chart with what has to be said about it.
pub struct Chart {
    /// What is drawn.
    pub kind: Kind,
    /// How to read it.
    pub caption: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// The kinds of charts.
pub enum Kind {
    /// A difference over days.
    OverTime(OverTime),
    /// Rows with intervals around a common nought.
    Forest(Forest),
    /// Shares of units as bars.
    Shares(Vec<Bar>),
}

/// A difference over days, in the numbers that are shown.
pub struct OverTime {
    /// What the vertical axis counts, with its unit.
    pub axis: String,
    /// Oldest first.
    pub days: Vec<Day>,
    /// px.
    pub height: u32,
}

/// One day of it. An end that is absent is without a bound.
pub struct Day {
    /// `2026-12-01`.
    pub day: String,
    /// The difference; absent where it cannot be estimated.
    pub value: Option<f64>,
    /// The fixed interval.
    pub fixed: Option<[Option<f64>; 2]>,
    /// The interval that holds on all days together.
    pub band: Option<[Option<f64>; 2]>,
}

/// Rows with intervals, in the numbers that are shown.
pub struct Forest {
    /// What the axis counts, with its unit.
    pub axis: String,
    /// From the top.
    pub rows: Vec<Row>,
    /// The value that all rows belong to.
    pub whole: Option<Whole>,
}

/// One row.
pub struct Row {
    /// Its name.
    pub label: String,
    /// Its interval.
    pub range: Range,
    /// The interval in words.
    pub text: String,
    /// How its mark looks.
    pub mark: Mark,
    /// A limit that the interval should not cross.
    pub margin: Option<f64>,
}

/// An interval around a value.
#[derive(Clone, Copy)]
pub enum Range {
    /// An end that is absent goes on without a bound.
    Known { value: f64, low: Option<f64>, high: Option<f64> },
    /// There is none.
    None,
}

/// What a mark tells, by its shape and its colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A filled circle: better, or holding.
    Good,
    /// A filled square: worse, or broken.
    Bad,
    /// A circle with a hole: not told from chance, or not known yet.
    Open,
    /// A small filled circle that says nothing.
    Neutral,
}

/// The value that all rows belong to.
pub struct Whole {
    /// The value.
    pub value: f64,
    /// Its name.
    pub label: String,
}

/// A bar of a share.
pub struct Bar {
    /// Its name.
    pub label: String,
    /// Per cent.
    pub share: f64,
    /// Per cent as planned.
    pub planned: f64,
    /// What stands beside it.
    pub text: String,
}

/// Width of every chart, px at its own size.
pub const WIDTH: u32 = 720;

/// Backend coordinates are whole numbers: so many of them make a px, so that a mark stands where its number is.
pub const FINE: i32 = 4;

/// What plotters divides font sizes by.
pub const FONT_SCALE: f64 = 1.24;

type Area<DB> = DrawingArea<DB, Shift>;
type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

impl Range {
    /// Of numbers; what is none cannot be drawn, and an end that is none is no bound.
    pub fn of(value: f64, low: Option<f64>, high: Option<f64>) -> Self {
        let end = |end: Option<f64>| end.filter(|end| end.is_finite());
        if value.is_finite() { Self::Known { value, low: end(low), high: end(high) } } else { Self::None }
    }
}

impl Chart {
    /// Its height, px.
    pub fn height(&self) -> u32 {
        match &self.kind {
            Kind::OverTime(chart) => chart.height,
            Kind::Forest(chart) => forest::height(chart),
            Kind::Shares(bars) => shares::height(bars),
        }
    }

    /// Draws it on an area of [`WIDTH`] by its height, in [`FINE`] coordinates a px.
    pub fn draw<DB: DrawingBackend>(&self, area: &Area<DB>) -> Drawn<DB> {
        match &self.kind {
            Kind::OverTime(chart) => over_time::draw(chart, area),
            Kind::Forest(chart) => forest::draw(chart, area),
            Kind::Shares(bars) => shares::draw(bars, area),
        }
    }
}

/// px in backend coordinates.
fn px(px: i32) -> i32 {
    px * FINE
}
