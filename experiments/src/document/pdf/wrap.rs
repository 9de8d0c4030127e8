//! Text to lines of a width.

use super::flow::Ink;
use crate::document::font::{self, Weight};

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// pt.
    pub size: f32,
    /// Regular or bold.
    pub weight: Weight,
    /// Its colour.
    pub ink: Ink,
}

/// Text of one look.
pub struct Run {
    /// The text.
    pub text: String,
    /// Its look.
    pub style: Style,
    /// Whether it starts a line.
    pub fresh: bool,
}

/// Text of one look within a line.
#[derive(Debug, Clone)]
pub struct Piece {
    /// From the line's beginning, pt.
    pub x: f32,
    /// The text.
    pub text: String,
    /// Its look.
    pub style: Style,
}

/// A line.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// From left to right.
    pub pieces: Vec<Piece>,
    /// How far they reach, pt.
    pub width: f32,
    /// From this line to the next, pt.
    pub height: f32,
    /// From the line's top to the foot of its letters, pt.
    pub base: f32,
}

/// Height of a line in sizes of its font.
const LEADING: f32 = 1.36;

/// Text without what has no shape on paper: control characters, and marks that turn the direction of what follows. Words in backticks
/// stand in quotes.
pub fn clean(text: &str) -> String {
    let gone = |letter: char| matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let pairs = text.matches('`').count() / 2;
    let mut ticks = 0;
    let shown = |letter: char| match letter {
        '`' if ticks < pairs * 2 => {
            ticks += 1;
            if ticks % 2 == 1 { '“' } else { '”' }
        }
        letter if letter.is_control() => ' ',
        letter => letter,
    };
    text.chars().filter(|letter| !gone(*letter)).map(shown).collect()
}

/// A text in lines that are no wider than this, pt. Words that are wider are broken where they must.
pub fn wrap(runs: &[Run], width: f32) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    for run in runs.iter().filter(|run| !run.text.trim().is_empty()) {
        if run.fresh && lines.last().is_some_and(|line| !line.pieces.is_empty()) {
            lines.push(Line::default());
        }
        for word in clean(&run.text).split([' ', '\t', '\n']).filter(|word| !word.is_empty()) {
            for part in parts(word, run.style, width) {
                place(&mut lines, &part, run.style, width);
            }
        }
    }
    lines.retain(|line| !line.pieces.is_empty());
    lines
}

/// Puts a word at the end of the last line, or onto the next.
fn place(lines: &mut Vec<Line>, word: &str, style: Style, width: f32) {
    let length = font::width(word, style.size, style.weight);
    let gap = font::width(" ", style.size, style.weight);
    let full = lines.last().is_none_or(|line| !line.pieces.is_empty() && line.width + gap + length > width + 0.01);
    if full {
        if let Some(piece) = lines.last_mut().and_then(|line| line.pieces.last_mut()) {
            // Nobody sees it, but whoever copies the text gets two words instead of one.
            piece.text.push(' ');
        }
        lines.push(Line::default());
    }
    let Some(line) = lines.last_mut() else { return };
    line.height = line.height.max(style.size * LEADING);
    line.base = line.base.max(style.size * (LEADING - 1.0) / 2.0 + style.size * 0.93);
    match line.pieces.last_mut() {
        Some(piece) if piece.style == style => {
            piece.text.push(' ');
            piece.text.push_str(word);
            line.width += gap + length;
        }
        last => {
            let x = if let Some(piece) = last {
                piece.text.push(' ');
                line.width + gap
            } else {
                0.0
            };
            line.pieces.push(Piece { x, text: word.to_owned(), style });
            line.width = x + length;
        }
    }
}

/// A word in parts that fit: behind a hyphen or the like where there is one in the second half, else anywhere.
fn parts(word: &str, style: Style, width: f32) -> Vec<String> {
    if font::width(word, style.size, style.weight) <= width {
        return vec![word.to_owned()];
    }
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut length = 0.0;
    for letter in word.chars() {
        let advance = font::letter_of(letter, style.weight).advance * style.size;
        if length + advance > width && !part.is_empty() {
            let cut = part.rfind(['-', '_', '/', '.']).map(|at| at + 1).filter(|at| *at * 2 > part.len()).unwrap_or(part.len());
            let rest = part.split_off(cut);
            parts.push(std::mem::replace(&mut part, rest));
            length = font::width(&part, style.size, style.weight);
        }
        part.push(letter);
        length += advance;
    }
    parts.push(part);
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STYLE: Style = Style { size: 9.0, weight: Weight::Regular, ink: Ink::Black };

    fn lines(text: &str, width: f32) -> Vec<Line> {
        wrap(&[Run { text: text.to_owned(), style: STYLE, fresh: false }], width)
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_room_and_no_letter_is_lost(text in "\\PC{0,300}|[a-zA-Z-]{0,400}", width in 30.0_f32..400.0) {
            let lines = lines(&text, width);
            prop_assert!(lines.iter().all(|line| line.width <= width + 0.05), "{lines:?}");
            let squeezed = |text: &str| text.chars().filter(|letter| !" \t\n".contains(*letter)).collect::<String>();
            let shown: String = lines.iter().flat_map(|line| &line.pieces).map(|piece| piece.text.as_str()).collect();
            prop_assert_eq!(squeezed(&shown), squeezed(&clean(&text)));
        }
    }

    #[test]
    fn long_names_break_behind_a_hyphen() {
        let lines = lines("white-background-required-for-shoes-and-boots", 120.0);
        assert!(lines.len() > 1 && lines[0].pieces[0].text.trim_end().ends_with('-'), "{lines:?}");
    }

    #[test]
    fn marks_of_direction_are_taken_out() {
        assert_eq!(clean("a\u{202e}b\u{0}c\u{200b}"), "ab c");
    }

    #[test]
    fn words_in_backticks_stand_in_quotes() {
        assert_eq!(clean("share of `purchase` and `a`, not `"), "share of “purchase” and “a”, not `");
    }
}
