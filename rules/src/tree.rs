//! The typed tree that a condition is lowered to: plain data. Needed signals, missing values, findings and fast evaluation all come
//! from here. It knows neither YAML nor Rhai.
//!
//! Truth is three-valued (Kleene): a missing signal makes a comparison unknown, and unknown stays unknown only as long as what is
//! known does not decide. A number that cannot be computed (division by zero, overflow) is unknown as well.

use std::collections::BTreeSet;

use vitrine_engine::{SignalId, SignalSet, Value};

use crate::diagnostic::Position;
use crate::rule::ParamValue;

/// A setting's place among the settings of its rule, in the order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ParamId(pub(crate) u16);

impl ParamId {
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NumberExpr {
    Constant(f64),
    Signal(SignalId),
    Param(ParamId),
    Negate(Box<NumberExpr>),
    Arithmetic(Arithmetic, Box<[NumberExpr; 2]>),
    Call(Function, Vec<NumberExpr>),
}

/// A text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TextExpr {
    Constant(String),
    Signal(SignalId),
    Param(ParamId),
}

/// Texts to look among.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TextList {
    Items(Vec<TextExpr>),
    Param(ParamId),
}

/// Numbers to look among.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NumberList {
    Items(Vec<NumberExpr>),
    Param(ParamId),
}

/// A yes or no. `at` is the place in the expression's own text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum BoolExpr {
    Constant(bool),
    Signal(SignalId),
    Param(ParamId),
    Not(Box<BoolExpr>),
    All(Vec<BoolExpr>),
    Any(Vec<BoolExpr>),
    Compare { comparison: Comparison, sides: Box<[NumberExpr; 2]>, at: Position },
    SameText { sides: Box<[TextExpr; 2]>, at: Position },
    SameBool { sides: Box<[BoolExpr; 2]> },
    InNumbers { item: Box<NumberExpr>, list: NumberList, at: Position },
    InTexts { item: TextExpr, list: TextList, at: Position },
    TextTest { test: TextTest, sides: Box<[TextExpr; 2]> },
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Comparison {
    pub(crate) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }

    /// The comparison that holds exactly where this one does not; numbers here are finite.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
        }
    }

    /// The same comparison with its sides swapped.
    pub(crate) fn swapped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            other => other,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

/// The four operations and the remainder, which are exact to the last bit on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Arithmetic {
    /// `None` where the answer is no finite number.
    #[inline]
    pub(crate) fn apply(self, left: f64, right: f64) -> Option<f64> {
        let answer = match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Remainder => left % right,
        };
        answer.is_finite().then_some(answer)
    }
}

/// Pure functions of numbers: finite in, finite out, the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Min,
    Max,
    Abs,
    Clamp,
    Round,
    Floor,
    Ceil,
}

impl Function {
    pub(crate) const ALL: [Self; 7] = [Self::Min, Self::Max, Self::Abs, Self::Clamp, Self::Round, Self::Floor, Self::Ceil];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
            Self::Abs => "abs",
            Self::Clamp => "clamp",
            Self::Round => "round",
            Self::Floor => "floor",
            Self::Ceil => "ceil",
        }
    }

    /// How many numbers it takes.
    pub(crate) fn takes(self) -> std::ops::RangeInclusive<usize> {
        match self {
            Self::Min | Self::Max => 2..=4,
            Self::Clamp => 3..=3,
            _ => 1..=1,
        }
    }

    /// Applies it to as many numbers as it takes.
    pub(crate) fn apply(self, numbers: &[f64]) -> f64 {
        let lower = |a: f64, b: f64| if b < a { b } else { a };
        let higher = |a: f64, b: f64| if b > a { b } else { a };
        match (self, numbers) {
            (Self::Abs, [x]) => x.abs(),
            (Self::Round, [x]) => x.round(),
            (Self::Floor, [x]) => x.floor(),
            (Self::Ceil, [x]) => x.ceil(),
            // With the bounds the wrong way round the upper one wins.
            (Self::Clamp, [x, low, high]) => lower(higher(*x, *low), *high),
            (Self::Min, [first, rest @ ..]) => rest.iter().copied().fold(*first, lower),
            (Self::Max, [first, rest @ ..]) => rest.iter().copied().fold(*first, higher),
            // Never built: lowering counts the arguments.
            _ => f64::NAN,
        }
    }
}

/// What one text is asked about another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
}

impl TextTest {
    pub(crate) const ALL: [Self; 3] = [Self::Contains, Self::StartsWith, Self::EndsWith];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
        }
    }

    pub(crate) fn holds(self, text: &str, part: &str) -> bool {
        match self {
            Self::Contains => text.contains(part),
            Self::StartsWith => text.starts_with(part),
            Self::EndsWith => text.ends_with(part),
        }
    }
}

/// What a tree is evaluated on: one picture's signals (of the catalogue that the tree was lowered for) and the rule's settings.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) signals: &'a SignalSet,
    pub(crate) params: &'a [ParamValue],
}

impl<'a> Row<'a> {
    #[inline]
    fn signal(self, id: SignalId) -> Option<&'a Value> {
        self.signals.at(id).map(|reading| &reading.value)
    }

    #[inline]
    fn param(self, id: ParamId) -> Option<&'a ParamValue> {
        self.params.get(id.index())
    }
}

impl NumberExpr {
    /// Its value; `None` where a signal is missing or the number cannot be computed.
    #[inline]
    pub(crate) fn value(&self, row: Row<'_>) -> Option<f64> {
        match self {
            Self::Constant(number) => Some(*number),
            Self::Signal(id) => match row.signal(*id)? {
                Value::Number(number) if number.is_finite() => Some(*number),
                _ => None,
            },
            Self::Param(id) => match row.param(*id)? {
                ParamValue::Number(number) => Some(*number),
                _ => None,
            },
            Self::Negate(inner) => inner.value(row).map(|number| -number),
            Self::Arithmetic(operation, sides) => operation.apply(sides[0].value(row)?, sides[1].value(row)?),
            Self::Call(function, arguments) => {
                let mut numbers = [0.0; 4];
                let numbers = numbers.get_mut(..arguments.len())?;
                for (number, argument) in numbers.iter_mut().zip(arguments) {
                    *number = argument.value(row)?;
                }
                Some(function.apply(numbers))
            }
        }
    }

    /// The signal, where the number is nothing but a signal.
    pub(crate) fn lone_signal(&self) -> Option<SignalId> {
        match self {
            Self::Signal(id) => Some(*id),
            _ => None,
        }
    }

    /// Whether any signal is in it.
    pub(crate) fn reads_signals(&self) -> bool {
        let mut signals = BTreeSet::new();
        self.signals(&mut signals);
        !signals.is_empty()
    }

    pub(crate) fn signals(&self, into: &mut BTreeSet<SignalId>) {
        match self {
            Self::Constant(_) | Self::Param(_) => {}
            Self::Signal(id) => {
                into.insert(*id);
            }
            Self::Negate(inner) => inner.signals(into),
            Self::Arithmetic(_, sides) => sides.iter().for_each(|side| side.signals(into)),
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.signals(into)),
        }
    }
}

impl TextExpr {
    /// Its value; `None` where the signal is missing.
    #[inline]
    pub(crate) fn value<'r>(&'r self, row: Row<'r>) -> Option<&'r str> {
        match self {
            Self::Constant(text) => Some(text),
            Self::Signal(id) => match row.signal(*id)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            Self::Param(id) => match row.param(*id)? {
                ParamValue::Text(text) => Some(text),
                _ => None,
            },
        }
    }

    pub(crate) fn signals(&self, into: &mut BTreeSet<SignalId>) {
        if let Self::Signal(id) = self {
            into.insert(*id);
        }
    }
}

impl BoolExpr {
    /// Its truth; `None` where a missing signal leaves it open.
    pub(crate) fn truth(&self, row: Row<'_>) -> Option<bool> {
        match self {
            Self::Constant(truth) => Some(*truth),
            Self::Signal(id) => match row.signal(*id)? {
                Value::Bool(truth) => Some(*truth),
                _ => None,
            },
            Self::Param(id) => match row.param(*id)? {
                ParamValue::Bool(truth) => Some(*truth),
                _ => None,
            },
            Self::Not(inner) => inner.truth(row).map(|truth| !truth),
            Self::All(parts) => unless_any(parts, false, row),
            Self::Any(parts) => unless_any(parts, true, row),
            Self::Compare { comparison, sides, .. } => Some(comparison.holds(sides[0].value(row)?, sides[1].value(row)?)),
            Self::SameText { sides, .. } => Some(sides[0].value(row)? == sides[1].value(row)?),
            Self::SameBool { sides } => Some(sides[0].truth(row)? == sides[1].truth(row)?),
            Self::InNumbers { item, list, .. } => in_numbers(item.value(row)?, list, row),
            Self::InTexts { item, list, .. } => in_texts(item.value(row)?, list, row),
            Self::TextTest { test, sides } => Some(test.holds(sides[0].value(row)?, sides[1].value(row)?)),
        }
    }

    pub(crate) fn signals(&self, into: &mut BTreeSet<SignalId>) {
        match self {
            Self::Constant(_) | Self::Param(_) => {}
            Self::Signal(id) => {
                into.insert(*id);
            }
            Self::Not(inner) => inner.signals(into),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.signals(into)),
            Self::Compare { sides, .. } => sides.iter().for_each(|side| side.signals(into)),
            Self::SameText { sides, .. } | Self::TextTest { sides, .. } => sides.iter().for_each(|side| side.signals(into)),
            Self::SameBool { sides } => sides.iter().for_each(|side| side.signals(into)),
            Self::InNumbers { item, list, .. } => {
                item.signals(into);
                if let NumberList::Items(items) = list {
                    items.iter().for_each(|item| item.signals(into));
                }
            }
            Self::InTexts { item, list, .. } => {
                item.signals(into);
                if let TextList::Items(items) = list {
                    items.iter().for_each(|item| item.signals(into));
                }
            }
        }
    }
}

/// `!decisive`, unless a part is `decisive` or, failing that, unknown.
fn unless_any(parts: &[BoolExpr], decisive: bool, row: Row<'_>) -> Option<bool> {
    let mut answer = Some(!decisive);
    for part in parts {
        match part.truth(row) {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

fn in_numbers(item: f64, list: &NumberList, row: Row<'_>) -> Option<bool> {
    match list {
        NumberList::Param(id) => match row.param(*id)? {
            ParamValue::Numbers(numbers) => Some(numbers.contains(&item)),
            _ => None,
        },
        NumberList::Items(items) => among(items.iter().map(|other| Some(other.value(row)? == item))),
    }
}

fn in_texts(item: &str, list: &TextList, row: Row<'_>) -> Option<bool> {
    match list {
        TextList::Param(id) => match row.param(*id)? {
            ParamValue::Texts(texts) => Some(texts.iter().any(|text| text == item)),
            _ => None,
        },
        TextList::Items(items) => among(items.iter().map(|other| Some(other.value(row)? == item))),
    }
}

fn among(hits: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(false);
    for hit in hits {
        match hit {
            Some(true) => return Some(true),
            Some(false) => {}
            None => answer = None,
        }
    }
    answer
}
