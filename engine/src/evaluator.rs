//! The evaluator's contract: signals in, verdict out. Total: it never fails and never waits.

use std::collections::BTreeSet;

use crate::ids::{RuleSetVersion, SignalName};
use crate::signal::SignalSet;
use crate::verdict::Verdict;

/// A rule set ready to judge pictures.
pub trait Evaluator: Send + Sync {
    /// Its version: same version, same signals, same verdict.
    fn version(&self) -> &RuleSetVersion;

    /// The signals it may read, sorted: only these have to be measured.
    fn needs(&self) -> &[SignalName];

    /// Which of the `pending` signals, that nobody has looked for yet, can still change what becomes of this picture. Measuring the
    /// others, whatever they would say, leaves the decision as it is; and unless that is [`Suppress`](crate::Decision::Suppress), after
    /// which points mean nothing, points, quality and tags too.
    fn still_needed(&self, signals: &SignalSet, pending: &BTreeSet<SignalName>) -> BTreeSet<SignalName>;

    /// Judges one picture; messages come in `language` (`en`, `de`, ...), in English where a rule lacks it.
    fn evaluate(&self, signals: &SignalSet, language: &str) -> Verdict;
}
