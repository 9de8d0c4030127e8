//! Rules from examples: given pictures that are good and pictures that are bad, the conditions that tell them apart best, each ready to
//! be added as a rule; and what such a condition makes of stored pictures.
//!
//! Conditions are those a person would write: one limit of one signal, a flag, a text, or two of these joined by `and` or `or`. How well
//! one does is measured by leaving out each example in turn and judging it by what the others teach (leave-one-out), so that a limit
//! that fits the examples by chance does not look good.

mod fit;
mod stored;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use vitrine_engine::{RuleId, SignalCatalog, SignalName, SignalSet};

use crate::edit::Edit;
use crate::rule::Param;
use fit::{Demand, Examples, Form, Joint, Shape, Tally};
pub use stored::{Borderline, Stored};

/// A condition that tells bad examples from good ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// What a good picture fulfils, as the `require` of a rule.
    pub condition: String,
    /// The settings of that condition by name.
    pub params: BTreeMap<String, Param>,
    /// The rule in a plain sentence.
    pub sentence: String,
    /// The signals it reads, in the order of the condition.
    pub signals: Vec<SignalName>,
    /// Share of bad examples among those that it speaks against, each judged without its own help.
    pub precision: f64,
    /// Share of the bad examples that it speaks against, each judged without its own help.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f_score: f64,
    /// What the condition as it stands makes of the examples.
    pub on_examples: Counts,
    /// What came of judging each example without its own help.
    pub left_out: Counts,
    #[serde(skip)]
    demand: Demand,
    #[serde(skip)]
    catalog: Arc<SignalCatalog>,
}

/// Examples by what they are and what a condition says; one that cannot be judged counts as not spoken against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Bad, and spoken against.
    pub tp: usize,
    /// Good, and spoken against.
    pub fp: usize,
    /// Bad, and let through.
    #[serde(rename = "fn")]
    pub fn_: usize,
    /// Good, and let through.
    pub tn: usize,
}

/// Examples that nothing can be learned from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InduceError {
    /// Too few to tell chance from meaning.
    #[error("{good} good and {bad} bad pictures are too few: give at least {LEAST_EXAMPLES} of each, better 20")]
    TooFew {
        /// Good examples.
        good: usize,
        /// Bad examples.
        bad: usize,
    },
    /// More than an answer while somebody waits allows.
    #[error("{given} pictures are too many: give at most {MOST_EXAMPLES}")]
    TooMany {
        /// All examples.
        given: usize,
    },
}

/// Fewest examples of each kind.
pub const LEAST_EXAMPLES: usize = 3;
/// Most examples together.
pub const MOST_EXAMPLES: usize = 400;

/// Most candidates that are told.
const MOST_CANDIDATES: usize = 12;
/// Signals of which pairs are made: those that do best alone.
const PAIRED_SIGNALS: usize = 12;
/// Forms that are judged by leaving out.
const JUDGED: usize = 32;
/// Least recall above the share of good examples that are hit.
const LEAST_INFORMED: f64 = 0.2;
/// By how much a pair has to do better than each of its halves.
const PAIR_GAIN: f64 = 0.02;

/// The conditions that speak against the bad examples and let the good ones through, the best first: by F-score when each example is
/// judged without its own help, then the simpler. The same examples in the same order give the same answer.
///
/// # Errors
/// When the examples are too few or too many.
pub fn induce(good: &[SignalSet], bad: &[SignalSet], catalog: &Arc<SignalCatalog>) -> Result<Vec<Candidate>, InduceError> {
    if good.len() < LEAST_EXAMPLES || bad.len() < LEAST_EXAMPLES {
        return Err(InduceError::TooFew { good: good.len(), bad: bad.len() });
    }
    let given = good.len() + bad.len();
    if given > MOST_EXAMPLES {
        return Err(InduceError::TooMany { given });
    }
    let own = |rows: &[SignalSet]| -> Vec<SignalSet> { rows.iter().map(|row| in_catalog(row, catalog).into_owned()).collect() };
    let (good, bad) = (own(good), own(bad));
    let examples = Examples::new(&good, &bad, catalog);

    let singles = best(&examples, examples.shapes().into_iter().map(Form::One));
    let judged: Vec<Judged> = singles.iter().map(|(form, _)| Judged::new(&examples, form)).collect();
    let pairs = best(&examples, pairs(&singles, catalog).into_iter());
    let halves = |form: &Form| match form {
        Form::One(_) => 0.0,
        Form::Two(one, _, other) => {
            let alone = |shape: &Shape| {
                let own = judged.iter().find(|half| half.form == Form::One(shape.clone()));
                own.map_or(0.0, |half| half.left_out.f_score())
            };
            alone(one).max(alone(other))
        }
    };
    let gained: Vec<Judged> = pairs
        .iter()
        .map(|(form, _)| Judged::new(&examples, form))
        .filter(|pair| pair.left_out.f_score() >= halves(&pair.form) + PAIR_GAIN)
        .collect();

    let mut all: Vec<Judged> = judged.into_iter().chain(gained).filter(|judged| judged.left_out.informed() >= LEAST_INFORMED).collect();
    // The order of the catalogue, in which they come, breaks the last ties.
    all.sort_by(|a, b| b.rank().total_cmp(&a.rank()).then(a.form.signals().cmp(&b.form.signals())).then(b.fitted.total_cmp(&a.fitted)));
    let candidates = all.into_iter().filter_map(|judged| judged.candidate(&examples, catalog));
    Ok(candidates.take(MOST_CANDIDATES).collect())
}

impl Candidate {
    /// Whether the rule would speak against a picture; `None` where that cannot be told.
    pub fn speaks(&self, signals: &SignalSet) -> Option<bool> {
        self.demand.broken(&in_catalog(signals, &self.catalog))
    }

    /// The candidate as an added rule: an edit whose value is the rule's document. It asks for a person and leaves the rest to the draft.
    pub fn as_edit(&self, rule: RuleId, pack: &str, checked: Date) -> Edit {
        words::edit(self, rule, pack, checked)
    }

    /// What it makes of stored pictures, each with a key of its own: how many it speaks against, and those nearest to its limit.
    pub fn on_stored<'a, K: Ord>(&self, rows: impl IntoIterator<Item = (K, &'a SignalSet)>, borderline: usize) -> Stored<K> {
        stored::on_stored(self, rows, borderline)
    }
}

fn in_catalog<'a>(row: &'a SignalSet, catalog: &Arc<SignalCatalog>) -> Cow<'a, SignalSet> {
    if Arc::ptr_eq(row.catalog(), catalog) { Cow::Borrowed(row) } else { Cow::Owned(row.for_catalog(catalog)) }
}

/// The forms that do best on the examples, with how well.
fn best(examples: &Examples<'_>, forms: impl Iterator<Item = Form>) -> Vec<(Form, f64)> {
    let score = |form: Form| {
        let tally = examples.tally(&examples.fit(&form, None)?);
        (tally.informed() >= LEAST_INFORMED).then(|| (form, tally.f_score()))
    };
    let mut best: Vec<(Form, f64)> = forms.filter_map(score).collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1));
    best.truncate(JUDGED);
    best
}

/// Pairs of the signals that do best alone, each asked for what it is asked for alone.
fn pairs(singles: &[(Form, f64)], catalog: &SignalCatalog) -> Vec<Form> {
    let mut shapes: Vec<&Shape> = Vec::new();
    for (form, _) in singles {
        if let Form::One(shape) = form
            && shapes.iter().all(|other| other.signal() != shape.signal())
        {
            shapes.push(shape);
        }
    }
    shapes.truncate(PAIRED_SIGNALS);
    // In the order of the catalogue, so that the condition does not depend on which of the two did better.
    shapes.sort_by_key(|shape| catalog.entry(shape.signal()).spec.name.clone());
    let two = |one: &Shape, joint, other: &Shape| Form::Two(one.clone(), joint, other.clone());
    let mut pairs = Vec::new();
    for (index, one) in shapes.iter().enumerate() {
        for other in shapes.iter().skip(index + 1) {
            pairs.extend([Joint::Both, Joint::Either].map(|joint| two(one, joint, other)));
        }
    }
    pairs
}

impl Shape {
    fn signal(&self) -> vitrine_engine::SignalId {
        match self {
            Self::AtLeast(id) | Self::AtMost(id) => *id,
            Self::Fixed(atom) => atom.signal(),
        }
    }
}

impl Form {
    fn signals(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Two(..) => 2,
        }
    }
}

/// A form with how it does when each example is left out.
struct Judged {
    form: Form,
    left_out: Tally,
    fitted: f64,
}

impl Judged {
    fn new(examples: &Examples<'_>, form: &Form) -> Self {
        let fitted = examples.fit(form, None).map(|demand| examples.tally(&demand).f_score()).unwrap_or_default();
        Self { form: form.clone(), left_out: examples.left_out(form), fitted }
    }

    /// The score to the hundredth: a difference below that is chance, and the simpler one comes first.
    fn rank(&self) -> f64 {
        (self.left_out.f_score() * 100.0).round()
    }

    fn candidate(&self, examples: &Examples<'_>, catalog: &Arc<SignalCatalog>) -> Option<Candidate> {
        let demand = examples.fit(&self.form, None)?;
        let on_examples = examples.tally(&demand);
        let written = words::write(&demand, catalog);
        let signals: Vec<SignalName> = demand.atoms().iter().map(|atom| catalog.entry(atom.signal()).spec.name.clone()).collect();
        Some(Candidate {
            sentence: words::sentence(&written, catalog),
            condition: written.condition,
            params: written.params,
            signals,
            precision: self.left_out.precision(),
            recall: self.left_out.recall(),
            f_score: self.left_out.f_score(),
            on_examples: on_examples.into(),
            left_out: self.left_out.into(),
            demand,
            catalog: Arc::clone(catalog),
        })
    }
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        let Tally { tp, fp, fn_, tn } = tally;
        Self { tp, fp, fn_, tn }
    }
}
