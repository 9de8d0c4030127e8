//! The evaluator's contract: signals in, verdict out. Total: it never fails and never waits.

use crate::ids::{RuleSetVersion, SignalName};
use crate::signal::SignalSet;
use crate::verdict::Verdict;

/// A rule set ready to judge pictures.
pub trait Evaluator: Send + Sync {
    /// Its version: same version, same signals, same verdict.
    fn version(&self) -> &RuleSetVersion;

    /// The signals it may read, sorted: only these have to be measured.
    fn needs(&self) -> &[SignalName];

    /// Judges one picture; messages come in `language` (`en`, `de`, ...), in English where a rule lacks it.
    fn evaluate(&self, signals: &SignalSet, language: &str) -> Verdict;
}
