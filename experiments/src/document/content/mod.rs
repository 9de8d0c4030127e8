//! What a report says, in its order, as headings, paragraphs, tables and charts: written once, so that the HTML and the PDF can only
//! differ in their looks. Nothing is computed here; numbers are put into words.

mod effect;
mod head;
mod metric;
mod pictures;
mod record;

use super::charts::Chart;
use super::pictures::Changed;
use super::terms::Term;
use crate::report::{HealthState, Report};

/// A report in words.
pub struct Content {
    /// The experiment's title.
    pub title: String,
    /// Marks beside the title: simulated, the stage.
    pub badges: Vec<(Tone, String)>,
    /// Lines below the title.
    pub lines: Vec<String>,
    /// What to make of it.
    pub verdict: Callout,
    /// The parts, in their order.
    pub sections: Vec<Section>,
    /// Words with definitions, by the alphabet; those that the report uses.
    pub terms: Vec<&'static Term>,
    /// What the last line says.
    pub colophon: String,
}

/// A part under a heading.
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// Something in a section.
pub enum Block {
    /// A heading below the section's.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// The one number that matters, with what surrounds it.
    Figure { value: String, beside: String, tone: Tone },
    /// Something that must not be overlooked.
    Callout(Callout),
    /// Statements.
    List(Vec<String>),
    /// Rows and columns.
    Table(Table),
    /// A chart.
    Chart(Chart),
    /// Main pictures side by side.
    Pictures(Changed),
}

/// A statement that stands out.
pub struct Callout {
    /// How it is to be taken.
    pub tone: Tone,
    /// In a word or two.
    pub label: String,
    /// In a sentence.
    pub sentence: String,
    /// Further statements, each a paragraph.
    pub because: Vec<String>,
}

/// Rows and columns. The first column names the row.
pub struct Table {
    /// Columns; none have titles in a table of facts.
    pub columns: Vec<Column>,
    /// Rows, as wide as the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
pub struct Column {
    /// Its title.
    pub title: String,
    /// What the title means.
    pub term: Option<&'static Term>,
    /// Whether it holds numbers, which stand at the right.
    pub numbers: bool,
    /// Its share of the width, in proportion to the others.
    pub width: f32,
}

/// A cell.
#[derive(Clone, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// A quiet second line.
    pub note: Option<String>,
    /// How it is to be taken; never told by colour alone.
    pub tone: Tone,
    /// What a name in it means.
    pub definition: Option<String>,
    /// What a word in it means.
    pub term: Option<&'static Term>,
}

/// How something is to be taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// As wished.
    Good,
    /// Not as wished.
    Bad,
    /// With care.
    Care,
}

/// What a report says.
pub fn content(report: &Report, changed: &[Changed]) -> Content {
    let failed = report.health.iter().any(|check| matches!(check.state, HealthState::Blocks | HealthState::Warns));
    let health = (!report.health.is_empty()).then(|| head::health(report));
    let mut sections = Vec::new();
    let mut late = None;
    if failed {
        sections.extend(health)
    } else {
        late = health
    }
    sections.extend(effect::sections(report));
    sections.extend(record::units(report));
    sections.extend(record::plan(report));
    sections.extend(record::rules(report));
    sections.extend(changed.iter().filter(|changed| changed.products > 0).map(pictures::section));
    sections.extend(late);
    sections.extend(record::methods(report));
    sections.extend(record::decision(report));
    sections.push(record::design(report));
    Content {
        title: report.design.title.clone(),
        badges: head::badges(report),
        lines: head::lines(report),
        verdict: head::verdict(report),
        terms: terms(&sections),
        sections,
        colophon: record::colophon(report),
    }
}

/// The words with definitions that tables use.
fn terms(sections: &[Section]) -> Vec<&'static Term> {
    let tables = sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let mut terms: Vec<&'static Term> = tables
        .flat_map(|table| {
            table.columns.iter().filter_map(|column| column.term).chain(table.rows.iter().flatten().filter_map(|cell| cell.term))
        })
        .collect();
    terms.sort_unstable_by_key(|term| term.word.to_lowercase());
    terms.dedup();
    terms
}

impl Section {
    fn new(title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { title: title.into(), blocks }
    }
}

impl Table {
    /// Names and values without a heading; each value may have a note.
    fn facts(rows: Vec<(Cell, Cell)>) -> Self {
        let column = |width| Column { title: String::new(), term: None, numbers: false, width };
        Self { columns: vec![column(1.0), column(2.6)], rows: rows.into_iter().map(|(name, value)| vec![name, value]).collect() }
    }

    /// Whether it has a row of titles.
    pub fn has_head(&self) -> bool {
        self.columns.iter().any(|column| !column.title.is_empty())
    }
}

impl Column {
    fn words(title: &str, width: f32) -> Self {
        Self { title: title.to_owned(), term: None, numbers: false, width }
    }

    fn numbers(title: &str, width: f32) -> Self {
        Self { numbers: true, ..Self::words(title, width) }
    }

    /// Titled by a word with a definition.
    fn term(term: &'static Term, width: f32) -> Self {
        Self { term: Some(term), ..Self::numbers(term.word, width) }
    }

    /// Words titled by a word with a definition.
    fn named(term: &'static Term, width: f32) -> Self {
        Self { term: Some(term), ..Self::words(term.word, width) }
    }
}

impl Cell {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    fn term(term: &'static Term) -> Self {
        Self { term: Some(term), ..Self::new(term.word) }
    }

    fn with_note(self, note: impl Into<String>) -> Self {
        let note = note.into();
        Self { note: (!note.is_empty()).then_some(note), ..self }
    }

    fn with_tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    fn defined(self, definition: impl Into<String>) -> Self {
        Self { definition: Some(definition.into()), ..self }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}
