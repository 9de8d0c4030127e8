//! Truths of many rows at once: three-valued (Kleene), as two bitmaps, so that every connective is a few word operations.

use std::ops::Not;

use arrow_buffer::BooleanBuffer;

/// For each row true, false, or unknown: in neither bitmap. No row is in both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Truths {
    pub(crate) holds: BooleanBuffer,
    pub(crate) fails: BooleanBuffer,
}

impl Truths {
    /// The same for every row.
    pub(crate) fn all(truth: Option<bool>, rows: usize) -> Self {
        let filled = |wanted: bool| if truth == Some(wanted) { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) };
        Self { holds: filled(true), fails: filled(false) }
    }

    /// `bits` where they are known; `None` = everywhere.
    pub(crate) fn of(bits: BooleanBuffer, known: Option<&BooleanBuffer>) -> Self {
        let fails = !&bits;
        match known {
            Some(known) => Self { holds: &bits & known, fails: &fails & known },
            None => Self { holds: bits, fails },
        }
    }

    /// From one truth a row.
    pub(crate) fn from_rows(rows: usize, mut truth: impl FnMut(usize) -> Option<bool>) -> Self {
        let truths: Vec<Option<bool>> = (0..rows).map(&mut truth).collect();
        let are = |wanted: bool| BooleanBuffer::collect_bool(rows, |row| truths[row] == Some(wanted));
        Self { holds: are(true), fails: are(false) }
    }

    /// The rows where it is unknown.
    pub(crate) fn open(&self) -> BooleanBuffer {
        !&(&self.holds | &self.fails)
    }

    /// The rows where it is `truth`.
    pub(crate) fn are(&self, truth: bool) -> &BooleanBuffer {
        if truth { &self.holds } else { &self.fails }
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        Self { holds: &self.holds & &other.holds, fails: &self.fails | &other.fails }
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        Self { holds: &self.holds | &other.holds, fails: &self.fails & &other.fails }
    }

    /// Whether both are the same, known where both are.
    pub(crate) fn same(&self, other: &Self) -> Self {
        let holds = &(&self.holds & &other.holds) | &(&self.fails & &other.fails);
        let fails = &(&self.holds & &other.fails) | &(&self.fails & &other.holds);
        Self { holds, fails }
    }

    /// Unknown wherever `known` is not set.
    pub(crate) fn only_where(self, known: Option<&BooleanBuffer>) -> Self {
        match known {
            Some(known) => Self { holds: &self.holds & known, fails: &self.fails & known },
            None => self,
        }
    }
}

impl Not for Truths {
    type Output = Self;

    fn not(self) -> Self {
        Self { holds: self.fails, fails: self.holds }
    }
}
