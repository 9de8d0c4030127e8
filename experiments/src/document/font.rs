//! The typeface of the PDF, and how wide its letters are. Roboto, for Latin, Greek and Cyrillic letters; see `fonts/README.md`.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, GlyphId, MetadataProvider, charmap::Charmap};

/// The font files.
pub static REGULAR: &[u8] = include_bytes!("../../fonts/Roboto-Regular.ttf");
/// The same in bold.
pub static BOLD: &[u8] = include_bytes!("../../fonts/Roboto-Bold.ttf");

/// Shown for letters that the typeface does not have.
const UNKNOWN: char = '\u{fffd}';

static FACES: LazyLock<[Option<Face>; 2]> = LazyLock::new(|| [REGULAR, BOLD].map(Face::new));

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Body text.
    Regular,
    /// Headings and what matters.
    Bold,
}

/// A font file's letters.
pub struct Face {
    letters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    per_em: f32,
}

/// A letter as it is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Letter {
    /// Its glyph.
    pub glyph: u32,
    /// Its width in sizes of the font.
    pub advance: f32,
    /// Whether the typeface has it; otherwise a replacement is drawn.
    pub known: bool,
}

/// Width of a text, in the unit of the size.
pub fn width(text: &str, size: f32, weight: Weight) -> f32 {
    text.chars().map(|letter| letter_of(letter, weight).advance).sum::<f32>() * size
}

/// A letter of the typeface.
pub fn letter_of(letter: char, weight: Weight) -> Letter {
    let [regular, bold] = &*FACES;
    let face = match weight {
        Weight::Regular => regular,
        Weight::Bold => bold,
    };
    // The files are part of the program, so both faces are there; half an em is what a letter takes where they were damaged.
    face.as_ref().map_or(Letter { glyph: 0, advance: 0.5, known: false }, |face| face.letter(letter))
}

impl Face {
    fn new(file: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(file).ok()?;
        let per_em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        Some(Self { letters: font.charmap(), metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()), per_em })
    }

    fn letter(&self, letter: char) -> Letter {
        let found = self.letters.map(letter);
        let glyph = found.or_else(|| self.letters.map(UNKNOWN)).unwrap_or(GlyphId::NOTDEF);
        let advance = self.metrics.advance_width(glyph).unwrap_or(self.per_em / 2.0) / self.per_em;
        Letter { glyph: glyph.to_u32(), advance, known: found.is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_have_what_reports_are_written_with() {
        for weight in [Weight::Regular, Weight::Bold] {
            for letter in "Aäßéłőžğ ŕ αβΩ Жяї €£ −–…·’“”≤≥∞ \u{202f}\u{a0}".chars() {
                assert!(letter_of(letter, weight).known, "{letter:?}");
            }
        }
    }

    #[test]
    fn figures_are_of_one_width() {
        let widths: Vec<f32> = ('0'..='9').map(|digit| letter_of(digit, Weight::Regular).advance).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{widths:?}");
    }

    #[test]
    fn an_unknown_letter_takes_room() {
        let letter = letter_of('漢', Weight::Regular);
        assert!(!letter.known && letter.advance > 0.0 && letter.glyph != 0);
    }
}
