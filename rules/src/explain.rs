//! The rules of a scope in plain sentences: what holds and why, what only warns, what cannot be measured yet, what is disabled,
//! what another rule takes the place of, and what begins later. Data for pages, text for the command line.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::Serialize;
use vitrine_engine::{Action, Enforcement, RuleId, RuleSetVersion, Severity, SignalCatalog, SignalId, SignalName};

use crate::diagnostic::{Diagnostic, Findings};
use crate::expression::{CheckedCondition, Names, condition, formula};
use crate::pack::{LocatedRule, Pack, PackSet};
use crate::resolve::{ScopedRanking, ScopedRule, resolve, scoped};
use crate::rule::{Condition, Grade, IfMissing, ParamValue};
use crate::scope::{CategoryPath, Scope};
use crate::sentence::{self, Words, list};
use crate::work::Work;

/// The rules of a scope, explained.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What they are the rules of.
    pub scope: Scope,
    /// Version of the rule set.
    pub rule_set: RuleSetVersion,
    /// Rules that act.
    pub acting: Vec<Statement>,
    /// Rules that warn without acting, because their evidence is second-hand.
    pub warning: Vec<Statement>,
    /// Rules that wait for signals which nothing measures yet.
    pub not_measurable: Vec<Statement>,
    /// Rules that are kept but never evaluated, because their evidence is contested.
    pub disabled: Vec<Statement>,
    /// Rules that another rule takes the place of.
    pub superseded: Vec<SupersededRule>,
    /// Rules of the scope that begin after its day, the earliest first.
    pub later: Vec<Statement>,
    /// How the pictures that the rules leave are ordered.
    pub ranking: Option<RankingStatement>,
    /// The signals that all these speak of, by name.
    pub signals: Vec<SignalMeaning>,
}

/// One rule in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    /// The rule.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// The pack it stands in.
    pub pack: String,
    /// What it demands and what follows where that is not so, as sentences.
    pub sentence: String,
    /// How bad, by the source's words.
    pub severity: Severity,
    /// What it asks for.
    pub action: Action,
    /// Whether it would act or only warn; `None` where it is disabled.
    pub enforcement: Option<Enforcement>,
    /// The signals it waits for.
    pub waits_for: Vec<SignalName>,
    /// Rules whose place it takes where both hold.
    pub supersedes: Vec<RuleId>,
    /// Where the rule comes from.
    pub source: String,
    /// How well it is evidenced.
    pub grade: Grade,
    /// When the source was read.
    pub checked: Date,
    /// Who answers for it.
    pub owner: String,
    /// First day it holds.
    pub effective_from: Option<Date>,
    /// Last day it holds.
    pub effective_to: Option<Date>,
    /// What deciding it takes at worst; `None` where its condition cannot be read.
    pub work: Option<Work>,
}

/// A rule that another one takes the place of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SupersededRule {
    /// The rule that does not hold.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// The rule that holds in its place.
    pub by: RuleId,
}

/// How pictures are ordered, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankingStatement {
    /// The pack whose ranking it is.
    pub pack: String,
    /// The formula as written.
    pub formula: String,
    /// What it looks at, as a sentence.
    pub sentence: String,
}

/// What a signal means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignalMeaning {
    /// Its name in rules.
    pub signal: SignalName,
    /// Its name in the sentences.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// Whether anything measures it.
    pub measured: bool,
}

/// Explains the rules of a scope. Where a finding is an error, the explanation is of what could be read.
pub fn explain(packs: &PackSet, scope: &Scope, catalog: &SignalCatalog) -> (Explanation, Vec<Diagnostic>) {
    let (set, mut diagnostics) = resolve(packs, scope);
    let mut signals = BTreeSet::new();
    let mut state = |rule: &ScopedRule, enforcement: Option<Enforcement>| {
        let (statement, read, findings) = statement(rule, enforcement, catalog);
        signals.extend(read);
        diagnostics.extend(findings);
        statement
    };
    let (mut acting, mut warning, mut not_measurable) = (Vec::new(), Vec::new(), Vec::new());
    for rule in set.rules() {
        let statement = state(rule, Some(rule.enforcement));
        match (statement.waits_for.is_empty(), rule.enforcement) {
            (false, _) => not_measurable.push(statement),
            (true, Enforcement::Enforce) => acting.push(statement),
            (true, Enforcement::Warn) => warning.push(statement),
        }
    }
    let disabled = set.disabled().iter().map(|rule| state(rule, None)).collect();
    let later = later(packs, scope).iter().map(|rule| state(rule, rule.rule.grade.enforcement())).collect();
    let superseded = set
        .superseded()
        .iter()
        .map(|superseded| {
            let title = packs.rule(superseded.rule.as_str()).map(|(_, located)| located.rule.title.clone()).unwrap_or_default();
            SupersededRule { rule: superseded.rule.clone(), title, by: superseded.by.clone() }
        })
        .collect();
    let ranking = set.ranking().map(|ranking| {
        let (statement, read) = ranking_statement(ranking, catalog);
        signals.extend(read);
        statement
    });
    let explanation = Explanation {
        scope: scope.clone(),
        rule_set: set.version().clone(),
        acting,
        warning,
        not_measurable,
        disabled,
        superseded,
        later,
        ranking,
        signals: meanings(&signals, catalog),
    };
    (explanation, diagnostics)
}

/// One rule's plain sentence: what it demands and what follows where that is not so. Where its condition cannot be read, the sentence
/// shows it as written.
pub fn sentence_of(pack: &Pack, located: &LocatedRule, catalog: &SignalCatalog) -> String {
    let enforcement = located.rule.grade.enforcement();
    let scoped = scoped(pack, located, enforcement.unwrap_or(Enforcement::Warn));
    statement(&scoped, enforcement, catalog).0.sentence
}

/// One rule in words, whatever its scope and days.
pub fn statement_of(pack: &Pack, located: &LocatedRule, catalog: &SignalCatalog) -> Statement {
    let enforcement = located.rule.grade.enforcement();
    statement(&scoped(pack, located, enforcement.unwrap_or(Enforcement::Warn)), enforcement, catalog).0
}

/// What a grade says of a rule's evidence.
pub fn grade_in_words(grade: Grade) -> &'static str {
    match grade {
        Grade::P => "read in the authority's own text",
        Grade::Q => "the authority's own text, quoted by others",
        Grade::S => "second-hand",
        Grade::M => "what most second-hand sources say",
        Grade::C => "contested or out of date",
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scope { region, category, role, date, .. } = &self.scope;
        let region = region.as_ref().map_or_else(|| "every region".into(), |region| format!("region {region}"));
        let category = category.as_ref().map_or_else(|| "no category named".into(), |category| format!("category {category}"));
        let marketplace = self.scope.marketplace_or_house();
        writeln!(f, "Rules of {marketplace} for a {role} image: {region}, {category}, on {date}.")?;
        writeln!(f, "Rule set {}.", self.rule_set)?;
        write_section(f, "These rules act", &self.acting)?;
        write_section(f, "These rules warn only: their evidence is second-hand", &self.warning)?;
        write_section(f, "Not measurable yet: these rules wait for signals that nothing measures", &self.not_measurable)?;
        write_section(f, "These rules begin later", &self.later)?;
        write_section(f, "Disabled: kept on record, never applied", &self.disabled)?;
        if !self.superseded.is_empty() {
            writeln!(f, "\nTheir place is taken by another rule ({})", self.superseded.len())?;
            for SupersededRule { rule, title, by } in &self.superseded {
                writeln!(f, "  - {title} [{rule}]: {by} holds instead.")?;
            }
        }
        if let Some(ranking) = &self.ranking {
            writeln!(f, "\nOrder of the pictures that the rules leave\n  {} (pack {})", ranking.sentence, ranking.pack)?;
        }
        if !self.signals.is_empty() {
            writeln!(f, "\nWhat is measured")?;
            for SignalMeaning { signal, name, doc, measured } in &self.signals {
                writeln!(f, "  {name} [{signal}]{}: {doc}", if *measured { "" } else { " (not measured yet)" })?;
            }
        }
        Ok(())
    }
}

fn write_section(f: &mut fmt::Formatter<'_>, title: &str, statements: &[Statement]) -> fmt::Result {
    if statements.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title} ({})", statements.len())?;
    statements.iter().try_for_each(|statement| write!(f, "{statement}"))
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  - {} [{}]", self.title, self.rule)?;
        writeln!(f, "    {}", self.sentence)?;
        let dates = match (self.effective_from, self.effective_to) {
            (Some(from), Some(to)) => format!(" Holds from {from} to {to}."),
            (Some(from), None) => format!(" Holds from {from}."),
            (None, Some(to)) => format!(" Holds until {to}."),
            (None, None) => String::new(),
        };
        let waits: Vec<String> = self.waits_for.iter().map(|signal| format!("`{signal}`")).collect();
        let waits = if waits.is_empty() { String::new() } else { format!(" Waits for {}.", list(&waits, "and")) };
        let supersedes: Vec<String> = self.supersedes.iter().map(ToString::to_string).collect();
        let supersedes = if supersedes.is_empty() { String::new() } else { format!(" Takes the place of {}.", list(&supersedes, "and")) };
        let Self { source, grade, checked, owner, .. } = self;
        writeln!(
            f,
            "    Why: {source} (grade {grade:?}: {}; checked {checked}; owner {owner}).{dates}{waits}{supersedes}",
            grade_in_words(*grade)
        )
    }
}

/// The rule in words, the signals it reads, and what is wrong with it.
fn statement(
    scoped: &ScopedRule,
    enforcement: Option<Enforcement>,
    catalog: &SignalCatalog,
) -> (Statement, BTreeSet<SignalId>, Vec<Diagnostic>) {
    let rule = &scoped.rule;
    let mut findings = Findings::new(&scoped.file, Some(rule.id.clone()));
    let names = Names { catalog, params: &rule.params, places: &scoped.places };
    let read = condition(rule.condition.text(), names, &mut findings);
    let signals = read.as_ref().map(CheckedCondition::signals).unwrap_or_default();
    let waits_for: Vec<SignalName> =
        signals.iter().map(|id| catalog.entry(*id)).filter(|entry| entry.detector.is_none()).map(|entry| entry.spec.name.clone()).collect();
    let params: Vec<ParamValue> = rule.params.values().map(|param| param.value.clone()).collect();
    let statement = Statement {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        pack: scoped.pack.clone(),
        sentence: say(scoped, enforcement, read.as_ref(), catalog),
        severity: rule.severity,
        action: rule.action.clone(),
        enforcement,
        waits_for,
        supersedes: rule.supersedes.clone(),
        source: rule.source.clone(),
        grade: rule.grade,
        checked: rule.checked,
        owner: rule.owner.clone(),
        effective_from: rule.effective_from,
        effective_to: rule.effective_to,
        work: read.as_ref().map(|read| Work::of(read, &params)),
    };
    (statement, signals, findings.into_vec())
}

fn say(scoped: &ScopedRule, enforcement: Option<Enforcement>, read: Option<&CheckedCondition>, catalog: &SignalCatalog) -> String {
    let rule = &scoped.rule;
    let consequence = consequence(&rule.action, enforcement);
    let first = match (&rule.condition, demand_of(scoped, read, catalog)) {
        (_, Demanded::Must(demand)) => format!("{}; otherwise {consequence}.", capital(&demand)),
        (_, Demanded::MustNot(wrong)) => format!("When {wrong}, {consequence}."),
        (Condition::When(text), Demanded::AsWritten) => format!("When `{text}` holds, {consequence}."),
        (Condition::Require(text), Demanded::AsWritten) => format!("`{text}` must hold; otherwise {consequence}."),
    };
    let missing = match rule.if_missing {
        IfMissing::Ignore => "Where that cannot be measured, the rule keeps silent.",
        IfMissing::Review => "Where that cannot be measured, a person has to look.",
        IfMissing::Reject => "Where that cannot be measured, the picture is not shown.",
    };
    format!("{first} {missing}")
}

/// What a rule demands of a picture.
enum Demanded {
    /// This has to be so.
    Must(String),
    /// This may not be so.
    MustNot(String),
    /// Only the expression itself says it.
    AsWritten,
}

fn demand_of(scoped: &ScopedRule, read: Option<&CheckedCondition>, catalog: &SignalCatalog) -> Demanded {
    let rule = &scoped.rule;
    let settings: Vec<_> = rule.params.values().map(|param| (&param.value, param.unit.as_deref())).collect();
    let words = Words { catalog, settings: &settings };
    match (&rule.condition, read.and_then(CheckedCondition::tree)) {
        (Condition::Require(_), Some(tree)) => Demanded::Must(words.must(tree)),
        (Condition::When(_), Some(tree)) => words.must_not(tree).map_or_else(|| Demanded::MustNot(words.is(tree)), Demanded::Must),
        (_, None) => Demanded::AsWritten,
    }
}

/// What a rule demands of a picture, in words without what follows: "the long side must be at least 500 px".
pub(crate) fn demand(scoped: &ScopedRule, catalog: &SignalCatalog) -> String {
    let mut findings = Findings::new(&scoped.file, None);
    let names = Names { catalog, params: &scoped.rule.params, places: &scoped.places };
    let read = condition(scoped.rule.condition.text(), names, &mut findings);
    match (&scoped.rule.condition, demand_of(scoped, read.as_ref(), catalog)) {
        (_, Demanded::Must(demand)) => demand,
        (_, Demanded::MustNot(wrong)) => format!("it must not be that {wrong}"),
        (Condition::When(text), Demanded::AsWritten) => format!("`{text}` must not hold"),
        (Condition::Require(text), Demanded::AsWritten) => format!("`{text}` must hold"),
    }
}

fn consequence(action: &Action, enforcement: Option<Enforcement>) -> String {
    let follows = match action {
        Action::Suppress => "the picture is not shown".to_owned(),
        Action::Review => "a person has to look at the picture".to_owned(),
        Action::Demote(points) => format!("the picture loses {} points", crate::message::number(*points)),
        Action::Tag(tag) => format!("the picture is marked `{tag}`"),
    };
    match enforcement {
        Some(Enforcement::Enforce) => follows,
        Some(Enforcement::Warn) => format!("a warning is given (by the source's words {follows})"),
        None => format!("nothing happens, the rule being disabled (by the source's words {follows})"),
    }
}

/// Rules of the scope that begin after its day.
fn later(packs: &PackSet, scope: &Scope) -> Vec<ScopedRule> {
    let category = scope.category.as_deref().and_then(|category| category.parse::<CategoryPath>().ok());
    let mut later: Vec<ScopedRule> = packs
        .rules()
        .filter(|(pack, located)| {
            let rule = &located.rule;
            pack.marketplace.eq_ignore_ascii_case(scope.marketplace_or_house())
                && rule.effective_from.is_some_and(|from| from > scope.date)
                && rule.roles.contains(&scope.role)
                && rule.holds_for_category(category.as_ref())
                && rule.holds_for_region(scope.region.as_deref())
        })
        .map(|(pack, located)| scoped(pack, located, located.rule.grade.enforcement().unwrap_or(Enforcement::Warn)))
        .collect();
    later.sort_by(|a, b| (a.rule.effective_from, &a.rule.id).cmp(&(b.rule.effective_from, &b.rule.id)));
    later
}

fn ranking_statement(ranking: &ScopedRanking, catalog: &SignalCatalog) -> (RankingStatement, BTreeSet<SignalId>) {
    // What is wrong with a formula is told by `check`; here it is shown as it is written.
    let mut findings = Findings::new(&ranking.file, None);
    let names = Names { catalog, params: &ranking.ranking.params, places: &ranking.places };
    let mut signals = BTreeSet::new();
    if let Some(tree) = formula(&ranking.ranking.quality, names, &mut findings) {
        tree.signals(&mut signals);
    }
    let looked_at: Vec<String> = signals.iter().map(|id| sentence::name(&catalog.entry(*id).spec)).collect();
    let sentence = if looked_at.is_empty() {
        "By a formula of its own.".to_owned()
    } else {
        format!("By a quality from 0 to 1 that weighs {}.", list(&looked_at, "and"))
    };
    (RankingStatement { pack: ranking.pack.clone(), formula: ranking.ranking.quality.clone(), sentence }, signals)
}

fn meanings(signals: &BTreeSet<SignalId>, catalog: &SignalCatalog) -> Vec<SignalMeaning> {
    let mut meanings: Vec<SignalMeaning> = signals
        .iter()
        .map(|id| catalog.entry(*id))
        .map(|entry| SignalMeaning {
            signal: entry.spec.name.clone(),
            name: sentence::name(&entry.spec),
            doc: entry.spec.doc.to_string(),
            measured: entry.detector.is_some(),
        })
        .collect();
    meanings.sort_by(|a, b| a.signal.cmp(&b.signal));
    meanings
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
