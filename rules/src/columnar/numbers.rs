//! Numbers of many rows at once, and the arithmetic of the tree over them: the same operations on the same values, so the same bits.

use arrow_buffer::{BooleanBuffer, ScalarBuffer};

use super::truths::Truths;
use crate::tree::{Arithmetic, Comparison, Function};

/// A number for each row, or for none.
#[derive(Debug, Clone)]
pub(crate) enum Numbers {
    /// Unknown in every row.
    Unknown,
    /// One for all rows.
    One(f64),
    /// One a row; where `known` is not set the value means nothing. `None` = known everywhere.
    Many { values: ScalarBuffer<f64>, known: Option<BooleanBuffer> },
}

impl Numbers {
    /// The value of a row.
    pub(crate) fn at(&self, row: usize) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::One(number) => Some(*number),
            Self::Many { values, known } => known.as_ref().is_none_or(|known| known.value(row)).then(|| values[row]),
        }
    }

    /// The rows that have one; `None` = all.
    pub(crate) fn known(&self, rows: usize) -> Option<BooleanBuffer> {
        match self {
            Self::Unknown => Some(BooleanBuffer::new_unset(rows)),
            Self::One(_) => None,
            Self::Many { known, .. } => known.clone(),
        }
    }

    pub(crate) fn negate(&self) -> Self {
        self.map(|number| -number)
    }

    /// One of the four operations or the remainder; unknown where the answer is no finite number.
    pub(crate) fn arithmetic(operation: Arithmetic, left: &Self, right: &Self) -> Self {
        let answer = match operation {
            Arithmetic::Add => Self::zip(left, right, |a, b| a + b),
            Arithmetic::Subtract => Self::zip(left, right, |a, b| a - b),
            Arithmetic::Multiply => Self::zip(left, right, |a, b| a * b),
            Arithmetic::Divide => Self::zip(left, right, |a, b| a / b),
            Arithmetic::Remainder => Self::zip(left, right, |a, b| a % b),
        };
        answer.finite()
    }

    /// A function of as many numbers as it takes: finite in, finite out.
    pub(crate) fn call(function: Function, arguments: &[Self]) -> Self {
        let lower = |a: f64, b: f64| if b < a { b } else { a };
        let higher = |a: f64, b: f64| if b > a { b } else { a };
        match (function, arguments) {
            (Function::Abs, [x]) => x.map(f64::abs),
            (Function::Round, [x]) => x.map(f64::round),
            (Function::Floor, [x]) => x.map(f64::floor),
            (Function::Ceil, [x]) => x.map(f64::ceil),
            (Function::Clamp, [x, low, high]) => Self::zip(&Self::zip(x, low, higher), high, lower),
            (Function::Min, [first, rest @ ..]) => rest.iter().fold(first.clone(), |least, next| Self::zip(&least, next, lower)),
            (Function::Max, [first, rest @ ..]) => rest.iter().fold(first.clone(), |most, next| Self::zip(&most, next, higher)),
            // Never built: lowering counts the arguments.
            _ => Self::Unknown,
        }
    }

    /// Compares as numbers compare: -0 is 0.
    pub(crate) fn compare(comparison: Comparison, left: &Self, right: &Self, rows: usize) -> Truths {
        match comparison {
            Comparison::Less => Self::test(left, right, rows, |a, b| a < b),
            Comparison::LessOrEqual => Self::test(left, right, rows, |a, b| a <= b),
            Comparison::Greater => Self::test(left, right, rows, |a, b| a > b),
            Comparison::GreaterOrEqual => Self::test(left, right, rows, |a, b| a >= b),
            Comparison::Equal => Self::test(left, right, rows, |a, b| a == b),
            Comparison::NotEqual => Self::test(left, right, rows, |a, b| a != b),
        }
    }

    /// Whether each number is among some.
    pub(crate) fn among(&self, numbers: &[f64], rows: usize) -> Truths {
        match self {
            Self::Unknown => Truths::all(None, rows),
            Self::One(number) => Truths::all(Some(numbers.contains(number)), rows),
            Self::Many { values, known } => Truths::of(pack(rows, |row| numbers.contains(&values[row])), known.as_ref()),
        }
    }

    fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::One(number) => Self::One(f(*number)),
            Self::Many { values, known } => Self::Many { values: values.iter().map(|value| f(*value)).collect(), known: known.clone() },
        }
    }

    fn zip(left: &Self, right: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        match (left, right) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::One(a), Self::One(b)) => Self::One(f(*a, *b)),
            (Self::One(a), Self::Many { values, known }) => {
                Self::Many { values: values.iter().map(|b| f(*a, *b)).collect(), known: known.clone() }
            }
            (Self::Many { values, known }, Self::One(b)) => {
                Self::Many { values: values.iter().map(|a| f(*a, *b)).collect(), known: known.clone() }
            }
            (Self::Many { values, known }, Self::Many { values: others, known: also }) => {
                let values = values.iter().zip(others.iter()).map(|(a, b)| f(*a, *b)).collect();
                Self::Many { values, known: both(known.as_ref(), also.as_ref()) }
            }
        }
    }

    fn test(left: &Self, right: &Self, rows: usize, f: impl Fn(f64, f64) -> bool) -> Truths {
        match (left, right) {
            (Self::Unknown, _) | (_, Self::Unknown) => Truths::all(None, rows),
            (Self::One(a), Self::One(b)) => Truths::all(Some(f(*a, *b)), rows),
            (Self::One(a), Self::Many { values, known }) => {
                let values: &[f64] = values;
                Truths::of(pack(rows, |row| f(*a, values[row])), known.as_ref())
            }
            (Self::Many { values, known }, Self::One(b)) => {
                let values: &[f64] = values;
                Truths::of(pack(rows, |row| f(values[row], *b)), known.as_ref())
            }
            (Self::Many { values, known }, Self::Many { values: others, known: also }) => {
                let (values, others): (&[f64], &[f64]) = (values, others);
                Truths::of(pack(rows, |row| f(values[row], others[row])), both(known.as_ref(), also.as_ref()).as_ref())
            }
        }
    }

    /// What is no finite number is unknown.
    fn finite(self) -> Self {
        match self {
            Self::One(number) if !number.is_finite() => Self::Unknown,
            Self::Many { values, known } if !values.iter().all(|value| value.is_finite()) => {
                let finite = pack(values.len(), |row| values[row].is_finite());
                Self::Many { known: both(Some(&finite), known.as_ref()), values }
            }
            other => other,
        }
    }
}

/// One bit a row.
pub(crate) fn pack(rows: usize, f: impl Fn(usize) -> bool) -> BooleanBuffer {
    BooleanBuffer::collect_bool(rows, f)
}

/// Known in both; `None` = everywhere.
pub(crate) fn both(one: Option<&BooleanBuffer>, other: Option<&BooleanBuffer>) -> Option<BooleanBuffer> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one & other),
        (known, None) | (None, known) => known.cloned(),
    }
}
