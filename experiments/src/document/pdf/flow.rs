//! Pages that fill from the top: marks with their places, and what each of them belongs to.

use super::tags::{Part, Place, Tree};
use super::wrap::{Line, Piece};
use crate::document::charts::Chart;
use crate::document::font;

/// A4, pt.
pub const PAGE: (f32, f32) = (595.28, 841.89);
/// Where content begins and ends, pt.
pub const LEFT: f32 = 38.0;
pub const TOP: f32 = 36.0;
pub const BOTTOM: f32 = PAGE.1 - 44.0;
/// Width of the content, pt.
pub const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;

/// Colours, by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Black,
    Soft,
    Line,
    Accent,
    Good,
    GoodTint,
    Bad,
    BadTint,
    Care,
    CareTint,
    Tint,
}

/// Something on a page.
pub enum Mark<'a> {
    /// A piece of text; its place is the foot of its first letter.
    Text { x: f32, y: f32, piece: Piece, of: Place },
    /// A filled rectangle that means nothing.
    Box { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// A chart.
    Chart { x: f32, y: f32, chart: &'a Chart, of: Place },
    /// A JPEG, in the middle of a square of this side.
    Picture { x: f32, y: f32, side: f32, jpeg: &'a [u8], of: Place },
}

/// A heading of the outline.
pub struct Entry {
    /// Its text.
    pub title: String,
    /// Page, from 0.
    pub page: usize,
    /// From the page's top, pt.
    pub y: f32,
}

/// Pages under construction.
pub struct Flow<'a> {
    /// What is on them.
    pub pages: Vec<Vec<Mark<'a>>>,
    /// What it is.
    pub tree: Tree,
    /// Its headings.
    pub outline: Vec<Entry>,
    /// Where the next thing begins, pt.
    pub y: f32,
}

impl<'a> Flow<'a> {
    pub fn new() -> Self {
        Self { pages: vec![Vec::new()], tree: Tree::default(), outline: Vec::new(), y: TOP }
    }

    /// What is left of the page, pt.
    pub fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Goes on to the next page unless there is so much room, or the page is empty.
    pub fn need(&mut self, height: f32) {
        if height > self.room() && self.y > TOP {
            self.turn();
        }
    }

    /// Goes on to the next page.
    pub fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Leaves room, but none at the top of a page.
    pub fn gap(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Puts a mark onto the page.
    pub fn put(&mut self, mark: Mark<'a>) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Puts a line at a height, its beginning at x.
    pub fn put_line(&mut self, line: Line, x: f32, y: f32, of: Place) {
        for piece in line.pieces {
            self.put(Mark::Text { x: x + piece.x, y: y + line.base, piece, of });
        }
    }

    /// Puts lines below each other, over as many pages as it takes. A single line is not left behind.
    pub fn lines(&mut self, lines: Vec<Line>, x: f32, of: Place) {
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let together = if index == 0 && count > 1 { line.height * 2.0 } else { line.height };
            self.need(together);
            let (y, height) = (self.y, line.height);
            self.put_line(line, x, y, of);
            self.y += height;
        }
    }

    /// Puts lines below each other from a height on, without turning the page.
    pub fn lines_at(&mut self, lines: Vec<Line>, x: f32, mut y: f32, of: Place) {
        for line in lines {
            let height = line.height;
            self.put_line(line, x, y, of);
            y += height;
        }
    }

    /// Whether text has letters that the typeface does not have.
    pub fn has_unknown_letters(&self) -> bool {
        self.pages.iter().flatten().any(|mark| match mark {
            Mark::Text { piece, .. } => piece.text.chars().any(|letter| !font::letter_of(letter, piece.style.weight).known),
            _ => false,
        })
    }

    /// A new part of a section.
    pub fn part(&mut self, within: Place, part: Part) -> Place {
        self.tree.add(Some(within), part)
    }
}
