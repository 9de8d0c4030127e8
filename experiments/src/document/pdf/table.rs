//! Tables over pages: a row stays together where a page can hold it, and the titles of the columns stand on every page.

use super::blocks::{inks, run};
use super::flow::{BOTTOM, Flow, Ink, LEFT, Mark, TOP, WIDTH};
use super::tags::{Part, Place};
use super::wrap::{Line, Run, wrap};
use crate::document::content::{Cell, Table, Tone};
use crate::document::font::{self, Weight};

const SIZE: f32 = 8.1;
const NOTE: f32 = 7.2;
const GAP: f32 = 9.0;
const PAD: f32 = 1.7;
const LINES_OF_TITLE: usize = 6;

pub fn table(flow: &mut Flow, section: Place, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    let place = flow.part(section, Part::Table);
    if table.has_head() { rows(flow, place, table) } else { facts(flow, place, table) }
}

fn rows(flow: &mut Flow, place: Place, table: &Table) {
    let columns = Columns::of(table);
    let beside = columns.notes_beside(table);
    let titles = columns.titles(table);
    let head = flow.part(place, Part::Head);
    let first = table.rows.first().map_or(0.0, |cells| height(&columns.lines(cells, Some(&beside))));
    flow.need(height(&titles) + first.min(120.0));
    let row = flow.part(head, Part::Row);
    let cells: Vec<Place> = titles.iter().map(|_| flow.part(row, Part::ColumnTitle)).collect();
    columns.put(flow, &titles, Some(&cells));
    let rows = flow.part(place, Part::Rows);
    for cells in &table.rows {
        columns.row(flow, rows, columns.lines(cells, Some(&beside)), Some(&titles));
    }
}

/// Names and values: two beside each other where both are short.
fn facts(flow: &mut Flow, place: Place, table: &Table) {
    let rows = flow.part(place, Part::Rows);
    let halves = Columns::shared(&[1.0, 1.5, 1.0, 1.5], &[]);
    let whole = halves.first_two();
    let short = |lines: &[Vec<Line>]| lines.iter().all(|cell| cell.len() <= 1);
    let mut cells = table.rows.as_slice();
    while let [first, rest @ ..] = cells {
        cells = rest;
        if let [second, rest @ ..] = rest {
            let both = halves.lines(&[first.as_slice(), second.as_slice()].concat(), None);
            if short(&both) {
                cells = rest;
                halves.row(flow, rows, both, None);
                continue;
            }
        }
        whole.row(flow, rows, whole.lines(first, None), None);
    }
}

/// Where columns begin and how wide they are, pt.
struct Columns(Vec<(f32, f32, bool)>);

impl Columns {
    fn of(table: &Table) -> Self {
        let widths: Vec<f32> = table.columns.iter().map(|column| column.width).collect();
        let numbers: Vec<bool> = table.columns.iter().map(|column| column.numbers).collect();
        Self::shared(&widths, &numbers)
    }

    /// Columns that share the page in proportion.
    fn shared(widths: &[f32], numbers: &[bool]) -> Self {
        let all: f32 = widths.iter().sum();
        let room = WIDTH - GAP * (widths.len().max(1) - 1) as f32;
        let mut x = LEFT;
        let columns = widths.iter().enumerate().map(|(index, share)| {
            let width = room * share / all;
            let begin = x;
            x += width + GAP;
            (begin, width, numbers.get(index).copied().unwrap_or(false))
        });
        Self(columns.collect())
    }

    /// The first column, and all the rest as the second.
    fn first_two(&self) -> Self {
        let second = self.0.get(1).map(|(x, _, numbers)| (*x, LEFT + WIDTH - x, *numbers));
        Self(self.0.first().copied().into_iter().chain(second).collect())
    }

    /// A row of the table. One that no page can hold goes on over several; where it goes on, the titles stand again.
    fn row(&self, flow: &mut Flow, rows: Place, mut lines: Vec<Vec<Line>>, titles: Option<&Vec<Vec<Line>>>) {
        let row = flow.part(rows, Part::Row);
        // In rows of names and values every other cell is a name.
        let title = |index: usize| if titles.is_some() { index == 0 } else { index.is_multiple_of(2) };
        let places: Vec<Place> =
            (0..lines.len()).map(|index| flow.part(row, if title(index) { Part::RowTitle } else { Part::Cell })).collect();
        let again = titles.map_or(0.0, |titles| height(titles));
        while height(&lines) > flow.room() {
            if flow.y <= TOP + again + 1.0 {
                let part = self.cut(&mut lines, flow.room());
                self.put(flow, &part, Some(&places));
            }
            if height(&lines) <= 2.0 * PAD {
                return;
            }
            flow.turn();
            if let Some(titles) = titles {
                self.put(flow, titles, None);
            }
        }
        self.put(flow, &lines, Some(&places));
    }

    /// Titles of a few lines: they stand on every page, and must leave room for what they are of.
    fn titles(&self, table: &Table) -> Vec<Vec<Line>> {
        let titles = table.columns.iter().zip(&self.0);
        let titles = titles.map(|(column, (_, width, _))| {
            let mut lines = wrap(&[run(&column.title, NOTE, Weight::Bold, Ink::Soft)], *width);
            lines.truncate(LINES_OF_TITLE);
            lines
        });
        titles.collect()
    }

    /// By column, whether all its notes fit beside what they are of.
    fn notes_beside(&self, table: &Table) -> Vec<bool> {
        let fits = |cell: &Cell, width: f32| {
            let note = cell.note.as_ref().map_or(0.0, |note| font::width(note, NOTE, Weight::Regular) + SIZE);
            font::width(&cell.text, SIZE, Weight::Bold) + note <= width
        };
        let columns = self.0.iter().enumerate();
        columns.map(|(index, (_, width, _))| table.rows.iter().filter_map(|row| row.get(index)).all(|cell| fits(cell, *width))).collect()
    }

    /// The lines of cells; in rows of names and values, `None`, notes always follow.
    fn lines(&self, cells: &[Cell], beside: Option<&[bool]>) -> Vec<Vec<Line>> {
        let cells = cells.iter().zip(&self.0).enumerate();
        let title = |index: usize| if beside.is_some() { index == 0 } else { index.is_multiple_of(2) };
        let below = |index: usize| beside.is_some_and(|beside| !beside.get(index).copied().unwrap_or(false));
        cells.map(|(index, (cell, (_, width, _)))| wrap(&runs(cell, title(index), beside.is_some(), below(index)), *width)).collect()
    }

    /// Puts a row; without places it repeats what was told already, and belongs to nothing.
    fn put(&self, flow: &mut Flow, row: &[Vec<Line>], places: Option<&[Place]>) {
        let height = height(row);
        let top = flow.y + PAD;
        for (index, (cell, (x, width, numbers))) in row.iter().zip(&self.0).enumerate() {
            let mut y = top;
            for line in cell {
                let indent = if *numbers { (width - line.width).max(0.0) } else { 0.0 };
                match places.and_then(|places| places.get(index)) {
                    Some(place) => flow.put_line(line.clone(), x + indent, y, *place),
                    None => flow.put_line(line.clone(), x + indent, y, Place::MAX),
                }
                y += line.height;
            }
        }
        let y = flow.y + height;
        flow.put(Mark::Box { x: LEFT, y: y - 0.4, width: WIDTH, height: 0.4, ink: Ink::Line });
        flow.y = y;
    }

    /// Takes as many lines off the row as fit.
    fn cut(&self, row: &mut [Vec<Line>], room: f32) -> Vec<Vec<Line>> {
        let mut parts = Vec::with_capacity(row.len());
        for cell in row {
            let mut used = 2.0 * PAD;
            let fits = cell.iter().take_while(|line| {
                used += line.height;
                used <= room.min(BOTTOM - TOP)
            });
            let count = fits.count();
            parts.push(cell.drain(..count).collect());
        }
        parts
    }
}

fn height(row: &[Vec<Line>]) -> f32 {
    row.iter().map(|cell| cell.iter().map(|line| line.height).sum::<f32>()).fold(0.0, f32::max) + 2.0 * PAD
}

/// A cell's text and its note.
fn runs(cell: &Cell, title: bool, has_head: bool, below: bool) -> Vec<Run> {
    let (weight, ink) = match (title, cell.tone) {
        (true, _) if has_head => (Weight::Bold, Ink::Black),
        (true, _) => (Weight::Regular, Ink::Soft),
        (false, Tone::Plain) => (Weight::Regular, Ink::Black),
        (false, tone) => (Weight::Bold, inks(tone).0),
    };
    let note = cell.note.as_ref().map(|note| Run { fresh: below, ..run(note, NOTE, Weight::Regular, Ink::Soft) });
    std::iter::once(run(&cell.text, SIZE, weight, ink)).chain(note).collect()
}
