//! Cases: a rule, the signals of a picture, and what the rule alone must ask for. Read from YAML that anyone can add to, and run
//! against the rules as they are.
//!
//! A case holds the rule, not the detectors: signals that nothing measures yet may be given like any other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};
use vitrine_engine::{Action, CatalogEntry, Evaluator, Reading, RuleId, SignalCatalog, SignalSet, Value, Verdict};

use crate::compile::{CompiledRuleSet, compile};
use crate::diagnostic::{Diagnostic, Findings, Position, nearest_help};
use crate::pack::{PackSet, PackSource};
use crate::scope::Scope;
use crate::source::fields::Fields;
use crate::source::locate::locate;

/// What one rule must make of one set of signals.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The rule.
    pub rule: RuleId,
    /// What the case shows, for people.
    pub name: Option<String>,
    /// The signals; those not named are missing.
    pub signals: BTreeMap<String, Value>,
    /// What the rule must ask for.
    pub expect: Outcome,
    /// The case file.
    pub file: String,
    /// Where in it the case begins.
    pub at: Position,
}

/// What a rule alone makes of a picture. A rule that only warns is named by its action all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It asks for suppression.
    Suppress,
    /// It asks for a person.
    Review,
    /// It takes points off.
    Demote,
    /// It marks the picture.
    Tag,
    /// It has nothing against the picture.
    Pass,
    /// It cannot tell and keeps silent.
    Undetermined,
}

/// What came of running cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseReport {
    /// One for each case, in order.
    pub results: Vec<CaseResult>,
    /// Rules in force that can be measured and have no case, sorted.
    pub without_case: Vec<RuleId>,
    /// Rules whose cases show only one side, always firing or never, sorted.
    pub one_sided: Vec<RuleId>,
}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseResult {
    /// The rule.
    pub rule: RuleId,
    /// The case's name.
    pub name: Option<String>,
    /// The case file.
    pub file: String,
    /// The line in it where the case begins.
    pub line: usize,
    /// What was expected.
    pub expected: Outcome,
    /// What came; `None` where the case could not be run.
    pub got: Option<Outcome>,
    /// Whether they agree.
    pub passed: bool,
    /// The rule's message where it spoke, or why the case could not be run.
    pub detail: String,
}

/// The cases of the default packs, sorted by name.
pub fn default_cases() -> Vec<PackSource> {
    static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cases");
    let mut cases: Vec<PackSource> = CASES
        .files()
        .filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            let text = file.contents_utf8()?;
            name.ends_with(".yaml").then(|| PackSource { name: format!("rules/cases/{name}"), text: text.to_owned() })
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// Reads case files. All findings come at once; a case with a finding is left out.
pub fn parse_cases(sources: &[PackSource]) -> (Vec<Case>, Vec<Diagnostic>) {
    let mut cases = Vec::new();
    let mut diagnostics = Vec::new();
    for source in sources {
        let mut findings = Findings::new(&source.name, None);
        parse_file(source, &mut cases, &mut findings);
        diagnostics.extend(findings.into_vec());
    }
    (cases, diagnostics)
}

/// Runs cases, each against its rule alone, whatever the rule's scope, days and grade.
pub fn run_cases(packs: &PackSet, cases: &[Case], catalog: &Arc<SignalCatalog>) -> CaseReport {
    let measurable = Arc::new(all_measurable(catalog));
    let mut compiled: BTreeMap<&RuleId, Result<CompiledRuleSet, String>> = BTreeMap::new();
    let results: Vec<CaseResult> = cases
        .iter()
        .map(|case| {
            let rule = compiled.entry(&case.rule).or_insert_with(|| rule_alone(packs, &case.rule, &measurable));
            run(case, rule.as_ref(), &measurable)
        })
        .collect();
    CaseReport { without_case: without_case(packs, cases, catalog), one_sided: one_sided(cases, &results), results }
}

impl CaseReport {
    /// Whether every case passed; rules without a case do not fail it.
    pub fn passed(&self) -> bool {
        self.results.iter().all(|result| result.passed)
    }

    /// The cases that failed, in order.
    pub fn failures(&self) -> impl Iterator<Item = &CaseResult> {
        self.results.iter().filter(|result| !result.passed)
    }
}

impl Outcome {
    /// Its name in case files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suppress => "suppress",
            Self::Review => "review",
            Self::Demote => "demote",
            Self::Tag => "tag",
            Self::Pass => "pass",
            Self::Undetermined => "undetermined",
        }
    }

    fn of(verdict: &Verdict) -> Self {
        match verdict.firings.first().map(|firing| &firing.action) {
            Some(Action::Suppress) => Self::Suppress,
            Some(Action::Review) => Self::Review,
            Some(Action::Demote(_)) => Self::Demote,
            Some(Action::Tag(_)) => Self::Tag,
            None if verdict.undetermined.is_empty() => Self::Pass,
            None => Self::Undetermined,
        }
    }
}

impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in self.failures() {
            writeln!(f, "{failure}")?;
        }
        let failed = self.failures().count();
        writeln!(f, "{} cases: {} passed, {failed} failed", self.results.len(), self.results.len() - failed)?;
        write_rules(f, "measurable rules without a case", &self.without_case)?;
        write_rules(f, "rules whose cases show one side only", &self.one_sided)
    }
}

impl fmt::Display for CaseResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.rule)?;
        if let Some(name) = &self.name {
            write!(f, ": {name}")?;
        }
        match self.got {
            Some(got) => write!(f, ": expected {}, got {}", self.expected.as_str(), got.as_str())?,
            None => write!(f, ": could not be run")?,
        }
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        Ok(())
    }
}

fn write_rules(f: &mut fmt::Formatter<'_>, what: &str, rules: &[RuleId]) -> fmt::Result {
    if rules.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = rules.iter().map(RuleId::as_str).collect();
    writeln!(f, "{what}: {}", names.join(", "))
}

fn parse_file(source: &PackSource, cases: &mut Vec<Case>, findings: &mut Findings<'_>) {
    let node = match locate(&source.text) {
        Ok(node) => node,
        Err(faults) => {
            for fault in faults {
                findings.error("not-yaml", fault.at, fault.message, fault.help);
            }
            return;
        }
    };
    let top = Position { line: 1, column: 1 };
    let values: Vec<serde_yaml::Value> = match serde_yaml::from_str(&source.text) {
        Ok(values) => values,
        Err(error) => {
            let at = error.location().map_or(top, |at| Position { line: at.line(), column: at.column() });
            findings.error("not-cases", at, format!("this is no list of cases: {error}"), "begin each case with `- rule: ...`");
            return;
        }
    };
    for (node, value) in node.items().iter().zip(&values) {
        let Some(mut fields) = Fields::new(node, value, "a case", findings) else { continue };
        let rule = fields.required::<String>("rule", "the id of a rule", findings);
        let name = fields.optional::<String>("name", "one line for people", findings);
        let expected = "signals by name, `{ sharpness: 0.4 }`, `{}` where all are missing";
        let signals = fields.required::<BTreeMap<String, Option<Value>>>("signals", expected, findings);
        let expect = "`suppress`, `review`, `demote`, `tag`, `pass` or `undetermined`";
        let expect = fields.required::<Outcome>("expect", expect, findings);
        fields.finish(findings);
        if let (Some(rule), Some(signals), Some(expect)) = (rule, signals, expect) {
            let signals = signals.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            cases.push(Case { rule: rule.into(), name, signals, expect, file: source.name.clone(), at: node.at });
        }
    }
}

/// The same catalogue with every signal measurable, so that a rule can be held before its detector exists.
pub(crate) fn all_measurable(catalog: &SignalCatalog) -> SignalCatalog {
    let given = |entry: &CatalogEntry| CatalogEntry { detector: Some(entry.detector.clone().unwrap_or_else(by_hand)), ..entry.clone() };
    // The names are those of a catalogue, each there once.
    SignalCatalog::new(catalog.entries().iter().map(given).collect()).unwrap_or_default()
}

fn by_hand() -> vitrine_engine::DetectorId {
    "case@1".into()
}

fn rule_alone(packs: &PackSet, rule: &RuleId, catalog: &Arc<SignalCatalog>) -> Result<CompiledRuleSet, String> {
    let Some((_, located)) = packs.rule(rule.as_str()) else {
        let known = packs.rules().map(|(_, located)| located.rule.id.as_str());
        let help = nearest_help(rule.as_str(), known, || "`vitrine rules list` names all rules".into());
        return Err(format!("there is no rule `{rule}`: {help}"));
    };
    let rule_set = packs.alone(rule.as_str(), &Scope::house(located.rule.checked)).ok_or_else(|| format!("there is no rule `{rule}`"))?;
    compile(&rule_set, catalog).map_err(|findings| findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn run(case: &Case, rule: Result<&CompiledRuleSet, &String>, catalog: &Arc<SignalCatalog>) -> CaseResult {
    let (got, detail) = match rule.map_err(Clone::clone).and_then(|rule| Ok((rule, signals_of(case, catalog)?))) {
        Ok((rule, signals)) => {
            let verdict = rule.evaluate(&signals, "en");
            let message = verdict.firings.first().map(|firing| firing.message.clone()).unwrap_or_default();
            (Some(Outcome::of(&verdict)), message)
        }
        Err(reason) => (None, reason),
    };
    CaseResult {
        rule: case.rule.clone(),
        name: case.name.clone(),
        file: case.file.clone(),
        line: case.at.line,
        expected: case.expect,
        got,
        passed: got == Some(case.expect),
        detail,
    }
}

/// The signals of a case, held against a catalogue.
pub(crate) fn signals_of(case: &Case, catalog: &Arc<SignalCatalog>) -> Result<SignalSet, String> {
    let mut set = SignalSet::new(Arc::clone(catalog));
    for (name, value) in &case.signals {
        if catalog.id(name).is_none() {
            let known = catalog.entries().iter().map(|entry| entry.spec.name.as_str());
            let help = nearest_help(name, known, || "`vitrine signals` names all signals".into());
            return Err(format!("there is no signal `{name}`: {help}"));
        }
        set.insert(name, Reading { value: value.clone(), detector: by_hand(), confidence: None, region: None })?;
    }
    Ok(set)
}

/// Rules that act or warn on what can be measured, and that no case speaks of.
fn without_case(packs: &PackSet, cases: &[Case], catalog: &Arc<SignalCatalog>) -> Vec<RuleId> {
    let covered: BTreeSet<&RuleId> = cases.iter().map(|case| &case.rule).collect();
    let mut lacking: Vec<RuleId> = packs
        .rules()
        .map(|(_, located)| &located.rule)
        .filter(|rule| rule.grade.enforcement().is_some() && !covered.contains(&rule.id))
        .filter(|rule| {
            let alone = packs.alone(rule.id.as_str(), &Scope::house(rule.checked));
            alone.and_then(|set| compile(&set, catalog).ok()).is_some_and(|compiled| compiled.not_measurable.is_empty())
        })
        .map(|rule| rule.id.clone())
        .collect();
    lacking.sort();
    lacking
}

/// What a rule makes of missing signals is no side of its condition.
fn one_sided(cases: &[Case], results: &[CaseResult]) -> Vec<RuleId> {
    let mut sides: BTreeMap<&RuleId, (bool, bool)> = BTreeMap::new();
    for (case, result) in cases.iter().zip(results).filter(|(case, _)| !case.signals.is_empty()) {
        let (passes, fires) = sides.entry(&case.rule).or_default();
        match result.got {
            Some(Outcome::Pass) => *passes = true,
            Some(Outcome::Undetermined) | None => {}
            Some(_) => *fires = true,
        }
    }
    sides.into_iter().filter(|(_, (passes, fires))| passes != fires).map(|(rule, _)| rule.clone()).collect()
}
