//! Diagnostics: one finding each, pointing into the person's own text. Plain data; showing it is for the doors.

use std::fmt;

use serde::Serialize;
use vitrine_engine::RuleId;

/// Whether a finding stops a rule set from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DiagnosticSeverity {
    /// The rule set cannot be used until it is mended.
    Error,
    /// It can be used; a person should look.
    Warning,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable code, `unknown-signal`.
    pub code: &'static str,
    /// Whether it stops.
    pub severity: DiagnosticSeverity,
    /// What is wrong, with the person's words in backticks.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The source's name as it was given; empty where the finding is about no text (an unknown marketplace).
    pub file: String,
    /// Line, from 1; 0 where the finding is about no text.
    pub line: usize,
    /// Column in characters, from 1; 0 where the finding is about no text.
    pub column: usize,
    /// The rule it is about.
    pub rule: Option<RuleId>,
}

impl Diagnostic {
    /// Whether it stops.
    pub fn is_error(&self) -> bool {
        self.severity == DiagnosticSeverity::Error
    }

    /// The order findings are shown in: by place, errors before warnings, then by code and words.
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        let key =
            |finding: &Self| (finding.file.clone(), finding.line, finding.column, finding.severity, finding.code, finding.message.clone());
        key(self).cmp(&key(other))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        }
        let severity = if self.is_error() { "error" } else { "warning" };
        write!(f, "{severity}[{}]: {}", self.code, self.message)?;
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// A place in a named source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, Default)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Collects findings about one source.
#[derive(Debug)]
pub(crate) struct Findings<'a> {
    file: &'a str,
    rule: Option<RuleId>,
    found: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(file: &'a str, rule: Option<RuleId>) -> Self {
        Self { file, rule, found: Vec::new() }
    }

    pub(crate) fn about(&mut self, rule: Option<RuleId>) {
        self.rule = rule;
    }

    pub(crate) fn error(&mut self, code: &'static str, at: Position, message: impl Into<String>, help: impl Into<String>) {
        self.push(code, DiagnosticSeverity::Error, at, message.into(), help.into());
    }

    pub(crate) fn warning(&mut self, code: &'static str, at: Position, message: impl Into<String>, help: impl Into<String>) {
        self.push(code, DiagnosticSeverity::Warning, at, message.into(), help.into());
    }

    fn push(&mut self, code: &'static str, severity: DiagnosticSeverity, at: Position, message: String, help: String) {
        let Position { line, column } = at;
        let (file, rule) = (self.file.to_owned(), self.rule.clone());
        self.found.push(Diagnostic { code, severity, message, help, file, line, column, rule });
    }

    pub(crate) fn any_error(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    pub(crate) fn into_vec(self) -> Vec<Diagnostic> {
        self.found
    }
}

/// `did you mean ...` for a word that is not among those known; else what `otherwise` says.
pub(crate) fn nearest_help<'w>(word: &str, known: impl Iterator<Item = &'w str>, otherwise: impl FnOnce() -> String) -> String {
    nearest(word, known).map_or_else(otherwise, |near| format!("did you mean `{near}`?"))
}

/// The known word nearest to `word`, if any is near; the first in order among equals.
pub(crate) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let lower = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let near = strsim::normalized_damerau_levenshtein(&lower, candidate).max(strsim::jaro_winkler(&lower, candidate) - 0.25);
        if near >= 0.55 && best.is_none_or(|(score, _)| near > score) {
            best = Some((near, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
