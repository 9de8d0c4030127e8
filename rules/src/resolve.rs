//! Packs + scope -> one immutable rule set. What overrides what is explicit (`supersedes`); what cannot be decided is a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use vitrine_engine::{Action, Enforcement, RuleId, RuleSetVersion, Severity};

use crate::diagnostic::{Diagnostic, DiagnosticSeverity, Findings, nearest_help};
use crate::pack::{LocatedRule, Pack, PackSet, Places, Ranking};
use crate::rule::{Condition, IfMissing, Param, ParamValue, Rule};
use crate::scope::{CategoryPath, HOUSE, Scope};

/// The rules that hold for one scope. Immutable; its version is the hash of everything in it that can change a verdict, so a
/// stored set that was tampered with does not read back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredRuleSet", into = "StoredRuleSet")]
pub struct RuleSet {
    version: RuleSetVersion,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    scope: Scope,
    rules: Vec<ScopedRule>,
    disabled: Vec<ScopedRule>,
    superseded: Vec<Superseded>,
    ranking: Option<ScopedRanking>,
}

/// A rule in force, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopedRule {
    /// The rule.
    pub rule: Rule,
    /// Hash of what can change this rule's verdict.
    pub version: Arc<str>,
    /// Whether it acts or only warns.
    pub enforcement: Enforcement,
    /// The pack it stands in.
    pub pack: String,
    /// The pack's source, for findings.
    pub file: String,
    /// Where its parts stand there.
    pub places: Places,
}

/// A ranking in force, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopedRanking {
    /// The ranking.
    pub ranking: Ranking,
    /// The pack it stands in.
    pub pack: String,
    /// The pack's source, for findings.
    pub file: String,
    /// Where its parts stand there.
    pub places: Places,
}

/// A rule that another one takes the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Superseded {
    /// The rule that does not hold.
    pub rule: RuleId,
    /// The rule that holds in its place.
    pub by: RuleId,
}

impl RuleSet {
    /// Hash of everything that can change a verdict: 64 hexadecimal digits.
    pub fn version(&self) -> &RuleSetVersion {
        &self.version
    }

    /// What it was resolved for.
    pub fn scope(&self) -> &Scope {
        &self.content.scope
    }

    /// The rules in force, sorted by id.
    pub fn rules(&self) -> &[ScopedRule] {
        &self.content.rules
    }

    /// Rules of the scope that are never evaluated because of their grade, sorted by id.
    pub fn disabled(&self) -> &[ScopedRule] {
        &self.content.disabled
    }

    /// Rules of the scope that others take the place of, sorted by id.
    pub fn superseded(&self) -> &[Superseded] {
        &self.content.superseded
    }

    /// The ranking in force: the marketplace's own, else the house's.
    pub fn ranking(&self) -> Option<&ScopedRanking> {
        self.content.ranking.as_ref()
    }

    fn new(content: Content) -> Self {
        Self { version: version_of(&content), content }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredRuleSet {
    version: RuleSetVersion,
    content: Content,
}

impl From<RuleSet> for StoredRuleSet {
    fn from(set: RuleSet) -> Self {
        Self { version: set.version, content: set.content }
    }
}

impl TryFrom<StoredRuleSet> for RuleSet {
    type Error = String;

    fn try_from(stored: StoredRuleSet) -> Result<Self, String> {
        for scoped in stored.content.rules.iter().chain(&stored.content.disabled) {
            if scoped.version != rule_version(&scoped.rule) {
                return Err(format!("rule `{}` is not what its version says", scoped.rule.id));
            }
        }
        let set = Self::new(stored.content);
        if set.version == stored.version { Ok(set) } else { Err(format!("the rule set is not what its version `{}` says", stored.version)) }
    }
}

/// The rule set of a scope, with findings. Where a finding is an error the set must not be used; it is then what could be resolved.
pub fn resolve(packs: &PackSet, scope: &Scope) -> (RuleSet, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let marketplace = scope.marketplace_or_house();
    let own: Vec<&Pack> = packs.packs().iter().filter(|pack| pack.marketplace.eq_ignore_ascii_case(marketplace)).collect();
    if own.is_empty() {
        let known = packs.marketplaces();
        let help = nearest_help(&marketplace.to_lowercase(), known.iter().copied(), String::new);
        let help = [help, format!("known: {}", known.join(", "))].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        diagnostics.push(about_scope("unknown-marketplace", format!("no pack answers for marketplace `{marketplace}`"), help));
    }
    let category = match scope.category.as_deref().map(str::parse::<CategoryPath>).transpose() {
        Ok(category) => category,
        Err(error) => {
            diagnostics.push(about_scope("wrong-category", error.to_string(), "leave the category out for rules of all categories".into()));
            None
        }
    };
    check_region(&own, scope, &mut diagnostics);
    let region = scope.region.as_deref();
    let (mut rules, mut disabled) = (BTreeMap::new(), BTreeMap::new());
    for (pack, located) in own.iter().flat_map(|pack| pack.rules.iter().map(move |located| (pack, located))) {
        let rule = &located.rule;
        let holds = rule.roles.contains(&scope.role)
            && rule.holds_on(scope.date)
            && rule.holds_for_category(category.as_ref())
            && rule.holds_for_region(region);
        if holds {
            let (list, scoped) = match rule.grade.enforcement() {
                Some(enforcement) => (&mut rules, scoped(pack, located, enforcement)),
                None => (&mut disabled, scoped(pack, located, Enforcement::Warn)),
            };
            list.insert(rule.id.clone(), scoped);
        }
    }
    if rules.is_empty() {
        check_only_elsewhere(&own, scope, category.as_ref(), &mut diagnostics);
    }
    let superseded = supersede(&mut rules, &mut diagnostics);
    let content = Content {
        scope: scope.clone(),
        rules: rules.into_values().collect(),
        disabled: disabled.into_values().collect(),
        superseded,
        ranking: ranking(packs, &own, region, &mut diagnostics),
    };
    diagnostics.sort_by(Diagnostic::order);
    (RuleSet::new(content), diagnostics)
}

impl PackSet {
    /// A rule set of one rule alone, in force whatever its scope, days and grade say; `None` for an unknown rule. For case files and
    /// previews: a disabled rule is held against pictures here, as a warning.
    pub fn alone(&self, rule: &str, scope: &Scope) -> Option<RuleSet> {
        let (pack, located) = self.rule(rule)?;
        let enforcement = located.rule.grade.enforcement().unwrap_or(Enforcement::Warn);
        let rules = vec![scoped(pack, located, enforcement)];
        Some(RuleSet::new(Content { scope: scope.clone(), rules, disabled: Vec::new(), superseded: Vec::new(), ranking: None }))
    }
}

pub(crate) fn scoped(pack: &Pack, located: &LocatedRule, enforcement: Enforcement) -> ScopedRule {
    ScopedRule {
        rule: located.rule.clone(),
        version: rule_version(&located.rule),
        enforcement,
        pack: pack.id.clone(),
        file: pack.file.clone(),
        places: located.places.clone(),
    }
}

fn about_scope(code: &'static str, message: String, help: String) -> Diagnostic {
    Diagnostic { code, severity: DiagnosticSeverity::Error, message, help, file: String::new(), line: 0, column: 0, rule: None }
}

/// A region that no rule of the marketplace names is a slip of the pen, unless the marketplace has rules for everywhere.
fn check_region(own: &[&Pack], scope: &Scope, diagnostics: &mut Vec<Diagnostic>) {
    let Some(region) = scope.region.as_deref() else { return };
    let rules = || own.iter().flat_map(|pack| &pack.rules).map(|located| &located.rule);
    if own.is_empty() || rules().any(|rule| rule.holds_for_region(Some(region))) {
        return;
    }
    let mut known: Vec<&str> = rules().flat_map(|rule| &rule.regions).map(String::as_str).collect();
    known.sort_unstable();
    known.dedup();
    if !known.is_empty() {
        let message = format!("`{}` has no rules for region `{region}`", scope.marketplace_or_house());
        diagnostics.push(about_scope("unknown-region", message, format!("known: {}", known.join(", "))));
    }
}

/// Rules that hold for this category and role, but in other regions only: every picture would pass, and nobody would know why.
fn check_only_elsewhere(own: &[&Pack], scope: &Scope, category: Option<&CategoryPath>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(region) = scope.region.as_deref() else { return };
    let known: BTreeSet<&str> = own
        .iter()
        .flat_map(|pack| &pack.rules)
        .map(|located| &located.rule)
        .filter(|rule| rule.roles.contains(&scope.role) && rule.holds_on(scope.date) && rule.holds_for_category(category))
        .filter(|rule| rule.grade.enforcement().is_some())
        .flat_map(|rule| &rule.regions)
        .map(String::as_str)
        .collect();
    let already = diagnostics.iter().any(|finding| finding.code == "unknown-region");
    if !known.is_empty() && !already {
        let known: Vec<&str> = known.into_iter().collect();
        let message = format!("no rule of `{}` holds here for region `{region}`, so every picture passes", scope.marketplace_or_house());
        let help = format!("rules for this category and role hold in {}", known.join(", "));
        diagnostics.push(Diagnostic { severity: DiagnosticSeverity::Warning, ..about_scope("no-rules-here", message, help) });
    }
}

/// Takes superseded rules out. Whether a rule is itself superseded does not matter to what it supersedes: a chain holds as one.
fn supersede(rules: &mut BTreeMap<RuleId, ScopedRule>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Superseded> {
    let mut by: BTreeMap<RuleId, RuleId> = BTreeMap::new();
    for scoped in rules.values() {
        for other in scoped.rule.supersedes.iter().filter_map(|other| rules.get(other)) {
            if scoped.enforcement == Enforcement::Warn && other.enforcement == Enforcement::Enforce {
                let mut findings = Findings::new(&scoped.file, Some(scoped.rule.id.clone()));
                let message = format!("`{}` only warns, yet takes the place of `{}`, which acts", scoped.rule.id, other.rule.id);
                findings.warning(
                    "supersedes-weaker",
                    scoped.places.of("supersedes"),
                    message,
                    "raise its grade by better evidence, or let both hold",
                );
                diagnostics.extend(findings.into_vec());
            }
            by.entry(other.rule.id.clone()).or_insert_with(|| scoped.rule.id.clone());
        }
    }
    rules.retain(|id, _| !by.contains_key(id));
    by.into_iter().map(|(rule, by)| Superseded { rule, by }).collect()
}

/// The marketplace's ranking, else the house's. Two of one marketplace for one region are a finding; the first by pack id is kept.
fn ranking(packs: &PackSet, own: &[&Pack], region: Option<&str>, diagnostics: &mut Vec<Diagnostic>) -> Option<ScopedRanking> {
    let holds = |pack: &&Pack| {
        pack.regions.is_empty() || region.is_none_or(|region| pack.regions.iter().any(|own| own.eq_ignore_ascii_case(region)))
    };
    let of = |candidates: Vec<&Pack>| -> Vec<ScopedRanking> {
        candidates
            .into_iter()
            .filter_map(|pack| {
                let located = pack.ranking.clone()?;
                Some(ScopedRanking { ranking: located.ranking, pack: pack.id.clone(), file: pack.file.clone(), places: located.places })
            })
            .collect()
    };
    let mut found = of(own.iter().copied().filter(holds).collect());
    if found.is_empty() {
        found = of(packs.packs().iter().filter(|pack| pack.marketplace == HOUSE).collect());
    }
    for other in found.iter().skip(1).filter(|other| found.first().is_some_and(|first| first.ranking != other.ranking)) {
        let mut findings = Findings::new(&other.file, None);
        let message =
            format!("`{}` and `{}` both rank pictures here, differently", found.first().map_or("", |first| &first.pack), other.pack);
        findings.error("two-rankings", other.places.rule, message, "keep one `ranking` for a marketplace and region");
        diagnostics.extend(findings.into_vec());
    }
    found.into_iter().next()
}

/// Raised whenever the same rules would be judged differently by new code.
const LANGUAGE_VERSION: u32 = 1;

/// Everything of a rule that can change a verdict, in fixed order; maps are sorted by key.
#[derive(Serialize)]
struct Judging<'a> {
    id: &'a RuleId,
    condition: &'a Condition,
    params: BTreeMap<&'a str, JudgingParam<'a>>,
    if_missing: IfMissing,
    severity: Severity,
    action: &'a Action,
    reason_code: &'a str,
    message: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct JudgingParam<'a> {
    value: &'a ParamValue,
    unit: Option<&'a str>,
}

fn judging_params(params: &BTreeMap<String, Param>) -> BTreeMap<&str, JudgingParam<'_>> {
    params.iter().map(|(name, param)| (name.as_str(), JudgingParam { value: &param.value, unit: param.unit.as_deref() })).collect()
}

pub(crate) fn rule_version(rule: &Rule) -> Arc<str> {
    let judging = Judging {
        id: &rule.id,
        condition: &rule.condition,
        params: judging_params(&rule.params),
        if_missing: rule.if_missing,
        severity: rule.severity,
        action: &rule.action,
        reason_code: &rule.reason_code,
        message: &rule.message,
    };
    hash(&(LANGUAGE_VERSION, judging)).into()
}

fn version_of(content: &Content) -> RuleSetVersion {
    let rules: Vec<(&str, &str, Enforcement)> =
        content.rules.iter().map(|scoped| (scoped.rule.id.as_str(), &*scoped.version, scoped.enforcement)).collect();
    let ranking = content.ranking.as_ref().map(|scoped| (&scoped.ranking.quality, judging_params(&scoped.ranking.params)));
    RuleSetVersion::new(hash(&(LANGUAGE_VERSION, rules, ranking)))
}

/// SHA-256 over the canonical JSON: fields in the order of their types, maps sorted, numbers in their shortest form.
fn hash(content: &impl Serialize) -> String {
    struct Sink(Sha256);
    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut sink = Sink(Sha256::new());
    // Neither the sink nor these plain types can fail to serialise.
    let _ = serde_json::to_writer(&mut sink, content);
    sink.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
