//! Backtest: what a changed rule book would have made of pictures that are stored already, from their readings alone.
//!
//! [`Backtest`] takes an old and a new [`crate::PackSet`] and judges batches of stored pictures by both, in the roles of a selection;
//! each batch gives a [`Partial`], partials merge in any order to the same result. Rules are evaluated over columns
//! ([`crate::columnar`]), each distinct condition once for each batch, whatever rule sets, roles and sides it is in. A product is
//! selected anew only where one of its verdicts changed.
//!
//! Two things differ from a live selection, since columns do not carry what they need: no points are taken off for a copy that departs
//! from its siblings, and there is no current main picture to keep.

mod batch;
mod overturned;
mod plan;
mod products;
mod question;
mod result;
mod tally;

pub use overturned::Overturned;
pub use question::{Filter, Place, Question};
pub use result::{BacktestResult, Decisions, Flip, Flips, Forecast, ForecastRule, GroupChange, RuleChange, Unjudged};
pub use tally::Partial;

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use arrow_array::RecordBatch;
use vitrine_engine::{SignalCatalog, SignalId};

use crate::check::{check, check_ranking, check_rule};
use crate::columnar::identity;
use crate::diagnostic::Diagnostic;
use crate::pack::{LocatedRanking, PackSet};
use crate::resolve::{ScopedRanking, scoped};
use plan::{Plan, ScopeKey};

/// A batch that is not one of stored pictures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the batch has no column `{column}` of the kind that pictures are stored with; build it with `ColumnBuilder`")]
pub struct BatchError {
    pub(crate) column: &'static str,
}

/// Two rule books and a question, ready for batches. Threads may share it.
pub struct Backtest {
    packs: Packs,
    question: Question,
    plan: RwLock<Arc<Plan>>,
    columns: BTreeSet<String>,
}

/// What rule sets are made from.
struct Packs {
    old: PackSet,
    new: PackSet,
    catalog: Arc<SignalCatalog>,
}

impl Backtest {
    /// Prepares to compare two rule books.
    ///
    /// # Errors
    /// The findings of both, when one of them is an error.
    pub fn new(old: &PackSet, new: &PackSet, question: Question, catalog: &Arc<SignalCatalog>) -> Result<Self, Vec<Diagnostic>> {
        let mut findings = check(new, catalog);
        if old != new {
            findings.extend(check(old, catalog));
        }
        findings.retain(Diagnostic::is_error);
        if !findings.is_empty() {
            return Err(findings);
        }
        let columns = columns([old, new], catalog);
        let packs = Packs { old: old.clone(), new: new.clone(), catalog: Arc::clone(catalog) };
        Ok(Self { packs, question, plan: RwLock::default(), columns })
    }

    /// The columns that it reads, sorted: what to bring in a batch. More do no harm.
    pub fn columns(&self) -> &BTreeSet<String> {
        &self.columns
    }

    /// Judges one batch by both rule books. The rows of one product must stand together, and in one batch.
    ///
    /// # Errors
    /// When the batch lacks the columns that say whose pictures they are.
    pub fn batch(&self, batch: &RecordBatch) -> Result<Partial, BatchError> {
        batch::judge(self, batch)
    }

    /// The plan with these scopes in it.
    fn plan_for(&self, scopes: &[ScopeKey]) -> Arc<Plan> {
        let plan = Arc::clone(&self.plan.read().unwrap_or_else(PoisonError::into_inner));
        if scopes.iter().all(|scope| plan.has(scope)) {
            return plan;
        }
        // Resolving under the lock: no two threads do it for the same scope.
        let mut shared = self.plan.write().unwrap_or_else(PoisonError::into_inner);
        let mut plan = Plan::clone(&shared);
        for scope in scopes {
            plan.add(scope, &self.packs, self.question.date);
        }
        *shared = Arc::new(plan);
        Arc::clone(&shared)
    }
}

/// Everything that some rule or ranking reads, and whose pictures they are.
fn columns(books: [&PackSet; 2], catalog: &Arc<SignalCatalog>) -> BTreeSet<String> {
    let mut signals: BTreeSet<SignalId> = BTreeSet::new();
    for pack in books.into_iter().flat_map(PackSet::packs) {
        for located in &pack.rules {
            let Some(enforcement) = located.rule.grade.enforcement() else { continue };
            if let (Some(checked), _) = check_rule(&scoped(pack, located, enforcement), catalog) {
                signals.extend(checked.signals);
            }
        }
        if let Some(LocatedRanking { ranking, places }) = pack.ranking.clone() {
            let ranking = ScopedRanking { ranking, pack: pack.id.clone(), file: pack.file.clone(), places };
            if let (Some(formula), _) = check_ranking(&ranking, catalog) {
                formula.signals(&mut signals);
            }
        }
    }
    let names = signals.into_iter().map(|id| catalog.entry(id).spec.name.to_string());
    names.chain(identity::ALL.map(str::to_owned)).collect()
}
