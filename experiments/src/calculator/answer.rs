//! What comes back: figures by name, or why there are none.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::statistics::Refusal;

/// An answer of the calculator.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The figures, in the order they are written.
    Ok(Vec<(&'static str, Figure)>),
    /// Nothing can be estimated from this input.
    NotEstimable(Refusal),
    /// The method or setting is not offered.
    Unsupported(String),
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// A number; infinities are written as the texts `inf` and `-inf`.
    Number(f64),
    /// A list of numbers.
    Numbers(Vec<f64>),
    /// Yes or no.
    Flag(bool),
    /// A word.
    Word(&'static str),
    /// Does not apply here.
    Absent,
}

impl Answer {
    /// The same, unless a figure is not a number: then the refusal that this is.
    #[must_use]
    pub(super) fn checked(self) -> Self {
        let Self::Ok(figures) = &self else { return self };
        let broken = figures.iter().find(|(_, figure)| match figure {
            Figure::Number(x) => x.is_nan(),
            Figure::Numbers(list) => list.iter().any(|x| x.is_nan()),
            _ => false,
        });
        match broken {
            Some((name, _)) => Self::NotEstimable(Refusal::out_of_range(name, f64::NAN, "a number, which this input does not give")),
            None => self,
        }
    }
}

impl From<f64> for Figure {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Figure {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<Vec<f64>> for Figure {
    fn from(numbers: Vec<f64>) -> Self {
        Self::Numbers(numbers)
    }
}

impl From<(f64, f64)> for Figure {
    fn from((low, high): (f64, f64)) -> Self {
        Self::Numbers(vec![low, high])
    }
}

impl From<bool> for Figure {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Option<f64>> for Figure {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Absent, Self::Number)
    }
}

/// Fields are flat beside `status`.
impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Ok(figures) => {
                map.serialize_entry("status", "ok")?;
                for (name, figure) in figures {
                    map.serialize_entry(name, figure)?;
                }
            }
            Self::NotEstimable(refusal) => {
                map.serialize_entry("status", "not_estimable")?;
                map.serialize_entry("reason", &refusal.to_string())?;
                map.serialize_entry("refusal", refusal)?;
            }
            Self::Unsupported(reason) => {
                map.serialize_entry("status", "unsupported")?;
                map.serialize_entry("reason", reason)?;
            }
        }
        map.end()
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(x) => Real(*x).serialize(serializer),
            Self::Numbers(list) => serializer.collect_seq(list.iter().map(|x| Real(*x))),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Word(word) => serializer.serialize_str(word),
            Self::Absent => serializer.serialize_none(),
        }
    }
}

/// A number as the format writes it.
struct Real(f64);

impl Serialize for Real {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            x if x == f64::INFINITY => serializer.serialize_str("inf"),
            x if x == f64::NEG_INFINITY => serializer.serialize_str("-inf"),
            x if x.fract() == 0.0 && x.abs() < 9e15 && !(x == 0.0 && x.is_sign_negative()) => serializer.serialize_i64(x as i64),
            x => serializer.serialize_f64(x),
        }
    }
}
