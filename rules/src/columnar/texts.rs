//! Texts of many rows at once. A question about one text is asked once for each word of a dictionary, not once for each row.

use arrow_array::{Array, StringArray};
use arrow_buffer::BooleanBuffer;

use super::numbers::{both, pack};
use super::truths::Truths;

/// A text for each row, or for none.
#[derive(Debug, Clone)]
pub(crate) enum Texts<'a> {
    /// Unknown in every row.
    Unknown,
    /// One for all rows.
    One(&'a str),
    /// One a row.
    Plain { texts: &'a StringArray, known: Option<BooleanBuffer> },
    /// A word of `words` for each row, by its place there.
    Coded { keys: &'a [u32], words: &'a StringArray, known: Option<BooleanBuffer> },
}

impl<'a> Texts<'a> {
    /// The text of a row.
    pub(crate) fn at(&self, row: usize) -> Option<&'a str> {
        let is_known = |known: &Option<BooleanBuffer>| known.as_ref().is_none_or(|known| known.value(row));
        match self {
            Self::Unknown => None,
            Self::One(text) => Some(text),
            Self::Plain { texts, known } => is_known(known).then(|| texts.value(row)),
            Self::Coded { keys, words, known } => is_known(known).then(|| words.value(keys[row] as usize)),
        }
    }

    /// The rows that have one; `None` = all.
    pub(crate) fn known(&self, rows: usize) -> Option<BooleanBuffer> {
        match self {
            Self::Unknown => Some(BooleanBuffer::new_unset(rows)),
            Self::One(_) => None,
            Self::Plain { known, .. } | Self::Coded { known, .. } => known.clone(),
        }
    }

    /// A question about each text.
    pub(crate) fn test(&self, rows: usize, f: impl Fn(&str) -> bool) -> Truths {
        match self {
            Self::Unknown => Truths::all(None, rows),
            Self::One(text) => Truths::all(Some(f(text)), rows),
            Self::Plain { texts, known } => Truths::of(pack(rows, |row| f(texts.value(row))), known.as_ref()),
            Self::Coded { keys, words, known } => {
                let answers: Vec<bool> = (0..words.len()).map(|word| f(words.value(word))).collect();
                Truths::of(pack(rows, |row| answers[keys[row] as usize]), known.as_ref())
            }
        }
    }

    /// A question about two texts of each row.
    pub(crate) fn test_both(&self, other: &Self, rows: usize, f: impl Fn(&str, &str) -> bool) -> Truths {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Truths::all(None, rows),
            (texts, Self::One(other)) => texts.test(rows, |text| f(text, other)),
            (Self::One(text), others) => others.test(rows, |other| f(text, other)),
            (texts, others) => {
                let known = both(texts.known(rows).as_ref(), others.known(rows).as_ref());
                let bits = pack(rows, |row| texts.at(row).zip(others.at(row)).is_some_and(|(text, other)| f(text, other)));
                Truths::of(bits, known.as_ref())
            }
        }
    }
}
