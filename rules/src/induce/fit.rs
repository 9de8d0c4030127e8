//! Fitting: which limit of a signal tells the bad examples best from the good ones, alone and together with another one.

use std::collections::BTreeSet;
use std::sync::Arc;

use vitrine_engine::{SignalCatalog, SignalId, SignalKind, SignalSet, Value};

/// What must hold of one signal.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Atom {
    /// At least this much.
    AtLeast(SignalId, f64),
    /// At most this much.
    AtMost(SignalId, f64),
    /// Yes, or no.
    Flag(SignalId, bool),
    /// This text, or any other one.
    Text(SignalId, Arc<str>, bool),
}

/// An atom without its limit: what is fitted.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    AtLeast(SignalId),
    AtMost(SignalId),
    Fixed(Atom),
}

/// What must hold of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Demand {
    One(Atom),
    Both(Atom, Atom),
    Either(Atom, Atom),
}

/// How two shapes are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Both,
    Either,
}

/// What is fitted, as a whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    One(Shape),
    Two(Shape, Joint, Shape),
}

/// The examples, signal by signal.
pub(super) struct Examples<'a> {
    rows: Vec<&'a SignalSet>,
    bad: Vec<bool>,
    catalog: &'a SignalCatalog,
}

/// How a condition does on examples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) tp: usize,
    pub(super) fp: usize,
    pub(super) fn_: usize,
    pub(super) tn: usize,
}

/// Least share of good and of bad examples on which a signal has to be measured.
const LEAST_MEASURED: f64 = 0.6;
/// Most different texts among the examples for a signal that has a meaning by its single texts.
const MOST_TEXTS: usize = 8;
/// Most limits of one signal that are tried together with those of another.
const MOST_CUTS: usize = 40;

impl Atom {
    pub(super) fn signal(&self) -> SignalId {
        match self {
            Self::AtLeast(id, _) | Self::AtMost(id, _) | Self::Flag(id, _) | Self::Text(id, ..) => *id,
        }
    }

    /// Whether it holds; `None` where the signal is missing.
    fn holds(&self, row: &SignalSet) -> Option<bool> {
        let value = &row.at(self.signal())?.value;
        match (self, value) {
            (Self::AtLeast(_, limit), Value::Number(number)) => Some(number >= limit),
            (Self::AtMost(_, limit), Value::Number(number)) => Some(number <= limit),
            (Self::Flag(_, wanted), Value::Bool(flag)) => Some(flag == wanted),
            (Self::Text(_, text, wanted), Value::Text(own)) => Some((own == text) == *wanted),
            _ => None,
        }
    }

    /// How far a row is from the limit, above 0 where it holds.
    fn margin(&self, row: &SignalSet) -> Option<f64> {
        let number = |id| match row.at(id).map(|reading| &reading.value) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        match self {
            Self::AtLeast(id, limit) => Some((number(*id)? - limit) / scale(*limit)),
            Self::AtMost(id, limit) => Some((limit - number(*id)?) / scale(*limit)),
            // There is nothing between yes and no.
            _ => Some(if self.holds(row)? { FAR } else { -FAR }),
        }
    }
}

/// Farther than any number.
const FAR: f64 = 1e300;

/// Distances are told as shares of the limit, so that pixels and ratios compare.
fn scale(limit: f64) -> f64 {
    if limit == 0.0 { 1.0 } else { limit.abs() }
}

impl Demand {
    pub(super) fn atoms(&self) -> Vec<&Atom> {
        match self {
            Self::One(atom) => vec![atom],
            Self::Both(one, other) | Self::Either(one, other) => vec![one, other],
        }
    }

    /// Whether a row breaks it, as the rule language has it: unknown only as long as what is known does not decide.
    pub(super) fn broken(&self, row: &SignalSet) -> Option<bool> {
        match self {
            Self::One(atom) => atom.holds(row).map(|holds| !holds),
            Self::Both(one, other) => match (one.holds(row), other.holds(row)) {
                (Some(false), _) | (_, Some(false)) => Some(true),
                (Some(true), Some(true)) => Some(false),
                _ => None,
            },
            Self::Either(one, other) => match (one.holds(row), other.holds(row)) {
                (Some(true), _) | (_, Some(true)) => Some(false),
                (Some(false), Some(false)) => Some(true),
                _ => None,
            },
        }
    }

    /// How far a row is from changing sides, as a share of the limit; `None` where that is not known or no limit can be moved.
    pub(super) fn distance(&self, row: &SignalSet) -> Option<f64> {
        let margin = match self {
            Self::One(atom) => atom.margin(row)?,
            Self::Both(one, other) => one.margin(row)?.min(other.margin(row)?),
            Self::Either(one, other) => one.margin(row)?.max(other.margin(row)?),
        };
        (margin.abs() < FAR).then_some(margin.abs())
    }

    /// The atom that decides for a row: the nearer one.
    pub(super) fn nearest(&self, row: &SignalSet) -> Option<&Atom> {
        let near = |atom: &&Atom| atom.margin(row).map_or(FAR, f64::abs);
        self.atoms().into_iter().min_by(|a, b| near(a).total_cmp(&near(b)))
    }
}

impl Tally {
    pub(super) fn precision(self) -> f64 {
        share(self.tp, self.tp + self.fp)
    }

    pub(super) fn recall(self) -> f64 {
        share(self.tp, self.tp + self.fn_)
    }

    pub(super) fn f_score(self) -> f64 {
        share(2 * self.tp, 2 * self.tp + self.fp + self.fn_)
    }

    /// Recall less the share of good examples that are hit: 0 for a rule that knows nothing.
    pub(super) fn informed(self) -> f64 {
        self.recall() - share(self.fp, self.fp + self.tn)
    }

    pub(super) fn count(&mut self, bad: bool, broken: bool) {
        let counter = match (bad, broken) {
            (true, true) => &mut self.tp,
            (true, false) => &mut self.fn_,
            (false, true) => &mut self.fp,
            (false, false) => &mut self.tn,
        };
        *counter += 1;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of examples")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A limit that can be chosen: the rows that break it, and how wide the gap is that it lies in, as a share of the signal's spread.
struct Choice {
    atom: Atom,
    broken: Bits,
    gap: f64,
}

impl<'a> Examples<'a> {
    pub(super) fn new(good: &'a [SignalSet], bad: &'a [SignalSet], catalog: &'a SignalCatalog) -> Self {
        Self {
            rows: good.iter().chain(bad).collect(),
            bad: vec![false; good.len()].into_iter().chain(vec![true; bad.len()]).collect(),
            catalog,
        }
    }

    /// What can be asked of the signals that are measured on most examples and mean something to people.
    pub(super) fn shapes(&self) -> Vec<Shape> {
        let ids = self
            .catalog
            .entries()
            .iter()
            .filter(|entry| entry.detector.is_some())
            .filter_map(|entry| self.catalog.id(entry.spec.name.as_str()));
        let mut shapes = Vec::new();
        for id in ids.filter(|id| self.is_measured(*id)) {
            match self.catalog.entry(id).spec.kind {
                SignalKind::Number | SignalKind::Integer => shapes.extend([Shape::AtLeast(id), Shape::AtMost(id)]),
                SignalKind::Bool => shapes.extend([true, false].map(|wanted| Shape::Fixed(Atom::Flag(id, wanted)))),
                SignalKind::Text => {
                    let texts = self.texts(id);
                    if texts.len() <= MOST_TEXTS {
                        let both = |text: Arc<str>| [true, false].map(|wanted| Shape::Fixed(Atom::Text(id, Arc::clone(&text), wanted)));
                        shapes.extend(texts.into_iter().filter(|text| is_plain(text)).flat_map(both));
                    }
                }
            }
        }
        shapes
    }

    fn is_measured(&self, id: SignalId) -> bool {
        [true, false].into_iter().all(|class| {
            let own = || self.rows.iter().zip(&self.bad).filter(|(_, bad)| **bad == class);
            share(own().filter(|(row, _)| row.at(id).is_some()).count(), own().count()) >= LEAST_MEASURED
        })
    }

    fn texts(&self, id: SignalId) -> BTreeSet<Arc<str>> {
        let text = |row: &&SignalSet| match &row.at(id)?.value {
            Value::Text(text) => Some(Arc::clone(text)),
            _ => None,
        };
        self.rows.iter().filter_map(text).collect()
    }

    /// The best demand of a form on all examples but one.
    pub(super) fn fit(&self, form: &Form, left_out: Option<usize>) -> Option<Demand> {
        let bad = Bits::of(self.rows.len(), |row| self.bad.get(row) == Some(&true) && left_out != Some(row));
        match form {
            Form::One(shape) => {
                let choices = self.choices(shape, left_out);
                let best = choices.iter().max_by(|a, b| better((score(&a.broken, &bad), a.gap), (score(&b.broken, &bad), b.gap)))?;
                Some(Demand::One(best.atom.clone()))
            }
            Form::Two(one, joint, other) => {
                let few = |shape| self.best_choices(self.choices(shape, left_out), &bad);
                let (ones, others) = (few(one), few(other));
                let mut best: Option<((f64, f64), &Choice, &Choice)> = None;
                for one in &ones {
                    for other in &others {
                        let broken = match joint {
                            // Both must hold: broken where either is.
                            Joint::Both => one.broken.or(&other.broken),
                            Joint::Either => one.broken.and(&other.broken),
                        };
                        let value = (score(&broken, &bad), one.gap + other.gap);
                        if best.as_ref().is_none_or(|(most, ..)| better(value, *most).is_gt()) {
                            best = Some((value, one, other));
                        }
                    }
                }
                let (_, one, other) = best?;
                let (one, other) = (one.atom.clone(), other.atom.clone());
                Some(match joint {
                    Joint::Both => Demand::Both(one, other),
                    Joint::Either => Demand::Either(one, other),
                })
            }
        }
    }

    pub(super) fn tally(&self, demand: &Demand) -> Tally {
        let mut tally = Tally::default();
        for (row, bad) in self.rows.iter().zip(&self.bad) {
            tally.count(*bad, demand.broken(row) == Some(true));
        }
        tally
    }

    /// Each example judged by what the others teach.
    pub(super) fn left_out(&self, form: &Form) -> Tally {
        let mut tally = Tally::default();
        for (index, (row, bad)) in self.rows.iter().zip(&self.bad).enumerate() {
            let broken = self.fit(form, Some(index)).and_then(|demand| demand.broken(row)) == Some(true);
            tally.count(*bad, broken);
        }
        tally
    }

    fn best_choices(&self, mut choices: Vec<Choice>, bad: &Bits) -> Vec<Choice> {
        if choices.len() > MOST_CUTS {
            choices.sort_by(|a, b| better((score(&b.broken, bad), b.gap), (score(&a.broken, bad), a.gap)));
            choices.truncate(MOST_CUTS);
        }
        choices
    }

    fn choices(&self, shape: &Shape, left_out: Option<usize>) -> Vec<Choice> {
        let broken = |atom: &Atom| {
            Bits::of(self.rows.len(), |row| left_out != Some(row) && self.rows.get(row).and_then(|row| atom.holds(row)) == Some(false))
        };
        let (id, at_least) = match shape {
            Shape::Fixed(atom) => return vec![Choice { atom: atom.clone(), broken: broken(atom), gap: 0.0 }],
            Shape::AtLeast(id) => (*id, true),
            Shape::AtMost(id) => (*id, false),
        };
        let mut values: Vec<(f64, bool)> = self
            .rows
            .iter()
            .zip(&self.bad)
            .enumerate()
            .filter(|(index, _)| left_out != Some(*index))
            .filter_map(|(_, (row, bad))| match row.at(id)?.value {
                Value::Number(number) => Some((number, *bad)),
                _ => None,
            })
            .collect();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (Some((low, _)), Some((high, _))) = (values.first(), values.last()) else { return Vec::new() };
        let spread = (high - low).max(f64::MIN_POSITIVE);
        let spec = &self.catalog.entry(id).spec;
        let whole = spec.kind == SignalKind::Integer;
        let mut choices = Vec::new();
        // A limit between two values of the same kind of example is never better than one at the end of their run.
        let classes: Vec<(f64, bool, bool)> = groups(&values);
        for pair in classes.windows(2) {
            let [(low, low_good, low_bad), (high, high_good, high_bad)] = pair else { continue };
            let same_kind = low_good != low_bad && (low_good, low_bad) == (high_good, high_bad);
            if same_kind {
                continue;
            }
            let limit = between(*low, *high, at_least, whole);
            let atom = if at_least { Atom::AtLeast(id, limit) } else { Atom::AtMost(id, limit) };
            choices.push(Choice { broken: broken(&atom), atom, gap: (high - low) / spread });
        }
        choices
    }
}

/// The different values in order, each with whether good and whether bad examples have it.
fn groups(values: &[(f64, bool)]) -> Vec<(f64, bool, bool)> {
    let mut groups: Vec<(f64, bool, bool)> = Vec::new();
    for (value, bad) in values {
        match groups.last_mut() {
            Some((last, has_good, has_bad)) if last == value => {
                *has_good |= !bad;
                *has_bad |= *bad;
            }
            _ => groups.push((*value, !bad, *bad)),
        }
    }
    groups
}

/// The shortest number near the middle of a gap that keeps its two ends apart: above `low` for a lower limit, below `high` for an upper.
fn between(low: f64, high: f64, at_least: bool, whole: bool) -> f64 {
    let fits = |limit: f64| if at_least { limit > low && limit <= high } else { limit >= low && limit < high };
    let middle = low / 2.0 + high / 2.0;
    for digits in 0..17 {
        let text = format!("{middle:.digits$e}");
        let Ok(limit) = text.parse::<f64>() else { continue };
        if fits(limit) && (!whole || limit.fract() == 0.0) {
            return limit;
        }
    }
    if at_least { high } else { low }
}

/// A text that can be written in an expression as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '#' | '.' | '/' | ' '))
}

fn score(broken: &Bits, bad: &Bits) -> f64 {
    let (tp, broken, bad) = (broken.and(bad).count(), broken.count(), bad.count());
    share(2 * tp, broken + bad)
}

fn better(one: (f64, f64), other: (f64, f64)) -> std::cmp::Ordering {
    one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
}

/// A set of rows.
#[derive(Debug, Clone, PartialEq)]
struct Bits(Vec<u64>);

impl Bits {
    fn of(len: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0u64; len.div_ceil(64)];
        for row in (0..len).filter(|row| is_in(*row)) {
            if let Some(word) = words.get_mut(row / 64) {
                *word |= 1 << (row % 64);
            }
        }
        Self(words)
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    fn or(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a | b).collect())
    }

    fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn limits_are_short_and_keep_the_ends_apart() {
        for (low, high, at_least, whole, limit) in [
            (0.412, 0.527, true, false, 0.5),
            (0.412, 0.427, true, false, 0.42),
            (482.0, 733.0, true, true, 600.0),
            (3.0, 4.0, true, true, 4.0),
            (3.0, 4.0, false, true, 3.0),
            (0.0, 1.0, false, false, 0.5),
            (499.0, 500.0, true, true, 500.0),
        ] {
            assert_eq!(between(low, high, at_least, whole), limit, "{low} {high}");
        }
    }

    proptest! {
        #[test]
        fn every_limit_lies_in_its_gap(a in -1e6..1e6f64, b in -1e6..1e6f64, at_least: bool) {
            prop_assume!(a != b);
            let (low, high) = (a.min(b), a.max(b));
            let limit = between(low, high, at_least, false);
            let apart = if at_least { limit > low && limit <= high } else { limit >= low && limit < high };
            prop_assert!(apart);
        }
    }
}
