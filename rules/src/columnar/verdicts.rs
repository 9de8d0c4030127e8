//! A compiled rule set over columns: the verdict of every row of a batch, as [`vitrine_engine::Evaluator::evaluate`] gives it, less the
//! reasons. Decisions, points, quality and the rules that speak are the same to the last bit.

use arrow_array::RecordBatch;
use arrow_buffer::BooleanBuffer;
use vitrine_engine::{Action, Decision, Enforcement, RuleId, SignalName};

use super::columns::Columns;
use super::condition::Rows;
use super::truths::Truths;
use crate::compile::{CompiledRule, CompiledRuleSet};
use crate::rule::IfMissing;

/// A compiled rule set, ready for batches of pictures.
#[derive(Debug, Clone)]
pub struct ColumnarRuleSet {
    set: CompiledRuleSet,
    /// Rules in the order in which their points add up.
    order: Vec<usize>,
    needs: Vec<SignalName>,
}

/// The verdicts of a batch: one entry a row in each part.
#[derive(Debug, Clone)]
pub struct ColumnVerdicts {
    decisions: DecisionBits,
    points: Vec<f64>,
    quality: Option<Vec<Option<f64>>>,
    rules: Vec<RuleBits>,
}

/// What one rule says of each row.
#[derive(Debug, Clone)]
pub struct RuleBits {
    /// The rule.
    pub rule: RuleId,
    /// Where it speaks, for what it asks or because it could not be judged and counts that as a fault.
    pub fired: BooleanBuffer,
    /// Where a missing signal leaves it open, whatever comes of that.
    pub open: BooleanBuffer,
}

impl ColumnarRuleSet {
    /// Prepares a compiled set.
    pub fn new(set: &CompiledRuleSet) -> Self {
        let mut order: Vec<usize> = (0..set.rules.len()).collect();
        order.sort_by(|a, b| set.rules[*a].id.cmp(&set.rules[*b].id));
        Self { needs: needs(set), set: set.clone(), order }
    }

    /// The signals that verdicts rest on, sorted: the columns to bring. What only messages show is not among them.
    pub fn needs(&self) -> &[SignalName] {
        &self.needs
    }

    /// Judges every row. A signal without a column, or with one of another type than its catalogue says, is missing in every row.
    pub fn evaluate(&self, batch: &RecordBatch) -> ColumnVerdicts {
        let columns = Columns::new(batch, &self.set.catalog);
        let rows = columns.rows();
        let mut decisions = DecisionBits::accept(rows);
        let mut points = vec![0.0; rows];
        let mut rules = Vec::with_capacity(self.set.rules.len());
        for rule in self.order.iter().filter_map(|index| self.set.rules.get(*index)) {
            let truths = rule.checked.condition.truths(Rows { columns: &columns, params: &rule.checked.params });
            let spoken = rule.spoken(&truths);
            if rule.enforcement == Enforcement::Enforce {
                decisions.add(&spoken, &rule.action, &mut points);
            }
            rules.push(RuleBits { rule: rule.id.clone(), fired: spoken.all(), open: truths.open() });
        }
        let quality = self.set.ranking.as_ref().map(|ranking| {
            let values = ranking.formula.values(Rows { columns: &columns, params: &ranking.params });
            (0..rows).map(|row| values.at(row).map(clamped)).collect()
        });
        ColumnVerdicts { decisions, points, quality, rules }
    }
}

impl ColumnVerdicts {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// What becomes of the picture in a row.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn decision(&self, row: usize) -> Decision {
        self.decisions.at(row)
    }

    /// The points off, row by row.
    pub fn points(&self) -> &[f64] {
        &self.points
    }

    /// The ranking score of a row, 0..1; `None` where there is no ranking or its signals are missing.
    pub fn quality(&self, row: usize) -> Option<f64> {
        self.quality.as_ref()?.get(row).copied().flatten()
    }

    /// What each rule says, sorted by id; rules that nobody can measure yet are not among them.
    pub fn rules(&self) -> &[RuleBits] {
        &self.rules
    }
}

/// Where a rule speaks: for its own action, or as one that could not be judged.
pub(crate) struct Spoken {
    pub(crate) fires: BooleanBuffer,
    pub(crate) faulted: Option<(BooleanBuffer, Action)>,
}

impl Spoken {
    /// Both kinds together.
    pub(crate) fn all(&self) -> BooleanBuffer {
        match &self.faulted {
            Some((faulted, _)) => &self.fires | faulted,
            None => self.fires.clone(),
        }
    }

    /// Only in these rows.
    pub(crate) fn only_in(self, rows: &BooleanBuffer) -> Self {
        Self { fires: &self.fires & rows, faulted: self.faulted.map(|(faulted, action)| (&faulted & rows, action)) }
    }
}

impl CompiledRule {
    /// Where it speaks, by the truths of its condition.
    pub(crate) fn spoken(&self, truths: &Truths) -> Spoken {
        let fault = match self.if_missing {
            IfMissing::Ignore => None,
            IfMissing::Review => Some(Action::Review),
            IfMissing::Reject => Some(Action::Suppress),
        };
        let faulted = fault.map(|action| (truths.open(), action)).filter(|(open, _)| open.has_true());
        Spoken { fires: truths.are(self.fires_on).clone(), faulted }
    }
}

/// The strongest action of each row: in none of the bitmaps is accepted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DecisionBits {
    pub(crate) suppress: BooleanBuffer,
    review: BooleanBuffer,
    demote: BooleanBuffer,
}

impl DecisionBits {
    pub(crate) fn accept(rows: usize) -> Self {
        let none = BooleanBuffer::new_unset(rows);
        Self { suppress: none.clone(), review: none.clone(), demote: none }
    }

    /// Adds what an enforced rule asks for; points add up in the order of the calls.
    pub(crate) fn add(&mut self, spoken: &Spoken, action: &Action, points: &mut [f64]) {
        self.mark(&spoken.fires, action);
        if let Action::Demote(off) = action {
            spoken.fires.set_indices().for_each(|row| points[row] += off);
        }
        if let Some((faulted, action)) = &spoken.faulted {
            self.mark(faulted, action);
        }
    }

    fn mark(&mut self, rows: &BooleanBuffer, action: &Action) {
        match action {
            Action::Suppress => self.suppress |= rows,
            Action::Review => self.review |= rows,
            Action::Demote(_) => self.demote |= rows,
            Action::Tag(_) => {}
        }
    }

    pub(crate) fn at(&self, row: usize) -> Decision {
        match () {
            () if self.suppress.value(row) => Decision::Suppress,
            () if self.review.value(row) => Decision::Review,
            () if self.demote.value(row) => Decision::Demote,
            () => Decision::Accept,
        }
    }

    /// The rows whose decision is review.
    pub(crate) fn reviewed(&self) -> BooleanBuffer {
        &self.review & &!&self.suppress
    }

    /// The rows that are decided otherwise there.
    pub(crate) fn differs(&self, other: &Self) -> BooleanBuffer {
        let milder = |bits: &Self| &bits.demote & &!&(&bits.suppress | &bits.review);
        let walls = &(&self.suppress ^ &other.suppress) | &(&self.reviewed() ^ &other.reviewed());
        &walls | &(&milder(self) ^ &milder(other))
    }
}

/// A quality within its range, as a verdict tells it.
pub(crate) fn clamped(quality: f64) -> f64 {
    quality.clamp(0.0, 1.0)
}

fn needs(set: &CompiledRuleSet) -> Vec<SignalName> {
    let mut read = std::collections::BTreeSet::new();
    for rule in &set.rules {
        read.extend(&rule.checked.signals);
    }
    if let Some(ranking) = &set.ranking {
        ranking.formula.signals(&mut read);
    }
    let mut names: Vec<SignalName> = read.into_iter().map(|id| set.catalog.entry(id).spec.name.clone()).collect();
    names.sort();
    names
}
