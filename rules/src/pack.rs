//! Packs: the rules of one authority, read from YAML with every fault at its place. A pack with a fault is left out whole:
//! half a policy is no policy.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vitrine_engine::{Action, RuleId, Severity};

use crate::diagnostic::{Diagnostic, Findings, Position, nearest_help};
use crate::rule::{Condition, Grade, IfMissing, Param, ParamValue, Rule};
use crate::scope::{CategoryPath, Role};
use crate::source::fields::Fields;
use crate::source::locate::{Node, TextPlace, locate};

/// A pack's text and the name that findings show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackSource {
    /// A path, as findings show it.
    pub name: String,
    /// The YAML.
    pub text: String,
}

/// Rules of one authority for one marketplace.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// Unique, kebab-case.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// The marketplace it answers for.
    pub marketplace: String,
    /// Regions of its rules, unless they say otherwise; empty = everywhere.
    pub regions: Vec<String>,
    /// Who answers for it.
    pub owner: String,
    /// How it orders the candidates that its rules leave.
    pub ranking: Option<LocatedRanking>,
    /// Its rules, in the order written.
    pub rules: Vec<LocatedRule>,
    /// The source's name.
    pub file: String,
}

/// A formula of quality 0..1 over signals and settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// The expression.
    pub quality: String,
    /// Its settings by name.
    pub params: BTreeMap<String, Param>,
}

/// A rule and where its parts stand.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedRule {
    /// The rule.
    pub rule: Rule,
    /// Where its parts stand.
    pub places: Places,
}

/// A ranking and where its parts stand.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedRanking {
    /// The ranking.
    pub ranking: Ranking,
    /// Where its parts stand.
    pub places: Places,
}

/// Where a rule and its parts stand in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// The rule itself: its `id`.
    pub rule: Position,
    /// The expression, character by character.
    pub expression: TextPlace,
    /// Values by their path inside the rule: `action`, `params.min_px.value`, `message.en`, `supersedes`.
    pub fields: BTreeMap<String, Position>,
}

impl Places {
    /// The place of a part, or of the rule where the part is not written.
    pub fn of(&self, path: &str) -> Position {
        self.fields.get(path).copied().unwrap_or(self.rule)
    }

    /// The place in the file of a line and column in the expression.
    pub fn in_expression(&self, at: Position) -> Position {
        self.expression.at(at)
    }
}

/// Parsed packs, sorted by id: the order of the sources never matters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PackSet {
    packs: Vec<Pack>,
}

impl PackSet {
    /// The packs, sorted by id.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Every rule with its pack, by pack and then in the order written.
    pub fn rules(&self) -> impl Iterator<Item = (&Pack, &LocatedRule)> {
        self.packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)))
    }

    /// One rule and its pack.
    pub fn rule(&self, id: &str) -> Option<(&Pack, &LocatedRule)> {
        self.rules().find(|(_, located)| located.rule.id.as_str() == id)
    }

    /// The marketplaces that some pack answers for, sorted.
    pub fn marketplaces(&self) -> Vec<&str> {
        self.packs.iter().map(|pack| pack.marketplace.as_str()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Longest text of a pack, bytes.
pub const MAX_PACK_BYTES: usize = 1 << 20;

/// Reads packs. All findings of all sources come at once; a pack with an error is left out of the set.
pub fn parse(sources: &[PackSource]) -> (PackSet, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut packs = Vec::new();
    let mut sources: Vec<&PackSource> = sources.iter().collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    for source in sources {
        let mut findings = Findings::new(&source.name, None);
        let pack = parse_pack(source, &mut findings);
        if !findings.any_error() {
            packs.extend(pack);
        }
        diagnostics.extend(findings.into_vec());
    }
    packs.sort_by(|a: &Pack, b| (&a.id, &a.file).cmp(&(&b.id, &b.file)));
    let packs = without_repeats(packs, &mut diagnostics);
    let set = PackSet { packs };
    diagnostics.extend(references(&set));
    diagnostics.sort_by(Diagnostic::order);
    (set, diagnostics)
}

fn parse_pack(source: &PackSource, findings: &mut Findings<'_>) -> Option<Pack> {
    let top = Position { line: 1, column: 1 };
    if source.text.len() > MAX_PACK_BYTES {
        findings.error("pack-too-large", top, format!("the pack has {} bytes", source.text.len()), "split it: a pack may have 1 MiB");
        return None;
    }
    let node = match locate(&source.text) {
        Ok(node) => node,
        Err(faults) => {
            for fault in faults {
                findings.error("not-yaml", fault.at, fault.message, fault.help);
            }
            return None;
        }
    };
    let value: serde_yaml::Value = match serde_yaml::from_str(&source.text) {
        Ok(value) => value,
        Err(error) => {
            let at = error.location().map_or(top, |at| Position { line: at.line(), column: at.column() });
            findings.error("not-yaml", at, format!("this is not YAML: {error}"), "check quotes, colons and indentation above this place");
            return None;
        }
    };
    let mut fields = Fields::new(&node, &value, "a pack", findings)?;
    let id = fields.required::<String>("pack", "the pack's name, such as `amazon-us`", findings);
    check_word(id.as_deref(), "pack", "abcdefghijklmnopqrstuvwxyz0123456789-", fields.at("pack"), findings);
    let title = fields.required::<String>("title", "one line for people", findings);
    let marketplace = fields.required::<String>("marketplace", "the marketplace, such as `amazon`", findings);
    check_word(marketplace.as_deref(), "marketplace", "abcdefghijklmnopqrstuvwxyz0123456789-", fields.at("marketplace"), findings);
    let regions = sorted(fields.list::<String>("regions", "regions such as `US`", findings));
    let owner = fields.required::<String>("owner", "who answers for the pack", findings);
    let ranking = fields.raw("ranking").and_then(|(node, value)| parse_ranking(node, value, findings));
    let rules = match fields.raw("rules") {
        Some((node, value)) => match value.as_sequence() {
            Some(values) => node
                .items()
                .iter()
                .zip(values)
                .filter_map(|(node, value)| {
                    let rule = parse_rule(node, value, &regions, owner.as_deref().unwrap_or_default(), findings);
                    findings.about(None);
                    rule
                })
                .collect(),
            None => {
                findings.error("wrong-shape", node.at, "`rules` must be a list", "start each rule with `- id: ...`");
                Vec::new()
            }
        },
        None => {
            findings.error("missing-field", node.at, "`rules` is missing", "add `rules:` with a list of rules");
            Vec::new()
        }
    };
    fields.finish(findings);
    Some(Pack { id: id?, title: title?, marketplace: marketplace?, regions, owner: owner?, ranking, rules, file: source.name.clone() })
}

fn parse_ranking(node: &Node, value: &serde_yaml::Value, findings: &mut Findings<'_>) -> Option<LocatedRanking> {
    let mut fields = Fields::new(node, value, "`ranking`", findings)?;
    let quality = fields.required::<String>("quality", "an expression with a value between 0 and 1", findings);
    let mut places = Places { rule: node.at, expression: expression_place(node, "quality"), fields: BTreeMap::new() };
    let params = fields.raw("params").map(|(node, value)| parse_params(node, value, &mut places, findings)).unwrap_or_default();
    fields.finish(findings);
    Some(LocatedRanking { ranking: Ranking { quality: quality?, params }, places })
}

fn parse_rule(node: &Node, value: &serde_yaml::Value, regions: &[String], owner: &str, findings: &mut Findings<'_>) -> Option<LocatedRule> {
    // The id first: every finding names its rule.
    findings.about(value.get("id").and_then(|id| id.as_str()).map(RuleId::from));
    let mut fields = Fields::new(node, value, "a rule", findings)?;
    let id = fields.required::<String>("id", "the rule's name, such as `amazon-us.longest-side`", findings);
    check_word(id.as_deref(), "id", "abcdefghijklmnopqrstuvwxyz0123456789-.", fields.at("id"), findings);
    let title = fields.required::<String>("title", "one line for people", findings);
    let categories = sorted(fields.list::<CategoryPath>("category", "category paths such as `apparel/adult`", findings));
    let except = sorted(fields.list::<CategoryPath>("except", "category paths such as `media/books`", findings));
    let has_roles = node.get("roles").is_some();
    let mut roles = sorted(fields.list::<Role>("roles", "roles among `main`, `gallery` and `swatch`", findings));
    if has_roles && roles.is_empty() {
        findings.error("wrong-value", fields.at("roles"), "`roles` names no role", "leave it out for all roles");
    }
    if roles.is_empty() {
        roles = Role::ALL.to_vec();
    }
    let own_regions = sorted(fields.list::<String>("regions", "regions such as `US`", findings));
    let regions = if node.get("regions").is_some() { own_regions } else { regions.to_vec() };
    let require = fields.optional::<String>("require", "an expression in quotes or plain", findings);
    let when = fields.optional::<String>("when", "an expression in quotes or plain", findings);
    let condition = match (require, when) {
        (Some(text), None) => Some(Condition::Require(text)),
        (None, Some(text)) => Some(Condition::When(text)),
        (Some(_), Some(_)) => {
            findings.error(
                "two-conditions",
                fields.at("when"),
                "the rule has both `require` and `when`",
                "keep one: `require` says what must hold, `when` says what is wrong",
            );
            None
        }
        (None, None) => {
            if node.get("require").is_none() && node.get("when").is_none() {
                findings.error(
                    "missing-field",
                    node.at,
                    "the rule has no condition",
                    "add `require:` (what must hold) or `when:` (what is wrong)",
                );
            }
            None
        }
    };
    let key = condition.as_ref().map_or("require", Condition::key);
    let mut places = Places { rule: fields.at("id"), expression: expression_place(node, key), fields: BTreeMap::new() };
    for entry in node.entries() {
        places.fields.insert(entry.key.clone(), entry.value.at);
    }
    let params = fields.raw("params").map(|(node, value)| parse_params(node, value, &mut places, findings)).unwrap_or_default();
    let if_missing = fields.optional::<IfMissing>("if_missing", "`ignore`, `review` or `reject`", findings).unwrap_or_default();
    let severity = fields.required::<Severity>("severity", "`must` or `should`", findings);
    let action = fields.required::<Action>("action", "`suppress`, `review`, `{ demote: 15 }` or `{ tag: some_word }`", findings);
    match &action {
        Some(Action::Demote(points)) if !(0.0..=100.0).contains(points) || *points == 0.0 => {
            findings.error(
                "wrong-value",
                fields.at("action"),
                format!("`demote: {points}` takes off too little or too much"),
                "points lie above 0 and up to 100",
            );
        }
        Some(Action::Tag(tag)) if tag.trim().is_empty() => {
            findings.error("wrong-value", fields.at("action"), "the tag is empty", "name the tag, such as `{ tag: low_resolution }`");
        }
        _ => {}
    }
    let reason_code = fields.required::<String>("reason_code", "a stable code such as `image_too_small`", findings);
    check_word(reason_code.as_deref(), "reason_code", "abcdefghijklmnopqrstuvwxyz0123456789_", fields.at("reason_code"), findings);
    let message = fields.required::<BTreeMap<String, String>>("message", "a text for each language, `en: ...`", findings);
    if let Some(texts) = &message {
        for entry in node.get("message").map(Node::entries).unwrap_or_default() {
            places.fields.insert(format!("message.{}", entry.key), entry.value.at);
        }
        if !texts.contains_key("en") {
            findings.error(
                "missing-message",
                fields.at("message"),
                "the message lacks `en`",
                "add `en: ...`: it is shown where a language is missing",
            );
        }
    }
    let effective_from = fields.optional::<Date>("effective_from", "a day such as 2027-01-31", findings);
    let effective_to = fields.optional::<Date>("effective_to", "a day such as 2027-12-31", findings);
    if let (Some(from), Some(to)) = (effective_from, effective_to)
        && to < from
    {
        findings.error(
            "wrong-dates",
            fields.at("effective_to"),
            format!("the rule ends on {to}, before it begins on {from}"),
            "swap or mend the two days",
        );
    }
    let source = fields.required::<String>("source", "where the rule comes from", findings);
    let checked = fields.required::<Date>("checked", "the day the source was read, such as 2026-09-10", findings);
    let grade = fields.required::<Grade>("grade", "`P`, `Q`, `S`, `M` or `C`", findings);
    let owner = fields.optional::<String>("owner", "who answers for the rule", findings).unwrap_or_else(|| owner.to_owned());
    let supersedes = sorted(fields.list::<RuleId>("supersedes", "ids of rules", findings));
    fields.finish(findings);
    let rule = Rule {
        id: RuleId::new(id?),
        title: title?,
        categories,
        except,
        roles,
        regions,
        condition: condition?,
        params,
        if_missing,
        severity: severity?,
        action: action?,
        reason_code: reason_code?,
        message: message?,
        effective_from,
        effective_to,
        source: source?,
        checked: checked?,
        grade: grade?,
        owner,
        supersedes,
    };
    Some(LocatedRule { rule, places })
}

fn parse_params(node: &Node, value: &serde_yaml::Value, places: &mut Places, findings: &mut Findings<'_>) -> BTreeMap<String, Param> {
    let mut params = BTreeMap::new();
    if Fields::new(node, value, "`params`", findings).is_none() {
        return params;
    }
    for entry in node.entries() {
        let name = entry.key.as_str();
        check_word(Some(name), "the name of a setting", "abcdefghijklmnopqrstuvwxyz0123456789_", entry.at, findings);
        let Some(value) = value.get(name) else { continue };
        let Some(mut fields) = Fields::new(&entry.value, value, &format!("`{name}`"), findings) else { continue };
        places.fields.insert(format!("params.{name}"), entry.at);
        for part in entry.value.entries() {
            places.fields.insert(format!("params.{name}.{}", part.key), part.value.at);
        }
        let value = fields.required::<ParamValue>("value", "a number, `true`, `false`, a text, or a list", findings);
        let unit = fields.optional::<String>("unit", "a unit such as `px`", findings);
        let range = fields.optional::<(f64, f64)>("range", "the lowest and the highest value, `[100, 10000]`", findings);
        let title = fields.optional::<String>("title", "one line for people", findings);
        check_range(name, value.as_ref(), range, &fields, findings);
        fields.finish(findings);
        if let Some(value) = value {
            params.insert(name.to_owned(), Param { value, unit, range, title });
        }
    }
    params
}

fn check_range(name: &str, value: Option<&ParamValue>, range: Option<(f64, f64)>, fields: &Fields<'_>, findings: &mut Findings<'_>) {
    let Some((low, high)) = range else { return };
    if low > high {
        findings.error(
            "wrong-range",
            fields.at("range"),
            format!("the range of `{name}` runs from {low} down to {high}"),
            "write the lower bound first",
        );
        return;
    }
    match value {
        Some(ParamValue::Number(number)) if *number < low || *number > high => {
            findings.error(
                "param-out-of-range",
                fields.at("value"),
                format!("`{name}` is {number}; allowed is {low} to {high}"),
                "change the value, or the range if the rule's owner agrees",
            );
        }
        Some(ParamValue::Number(_)) | None => {}
        Some(_) => findings.error(
            "wrong-range",
            fields.at("range"),
            format!("`{name}` is no number, so it can have no range"),
            "leave `range` out",
        ),
    }
}

fn expression_place(node: &Node, key: &str) -> TextPlace {
    node.get(key).map_or_else(|| TextPlace::starting(node.at), Node::text_place)
}

fn check_word(word: Option<&str>, what: &str, allowed: &str, at: Position, findings: &mut Findings<'_>) {
    let Some(word) = word else { return };
    let fits = word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(|c| allowed.contains(c));
    if !fits {
        let also = allowed.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        let also: Vec<String> = also.chars().map(|c| format!("`{c}`")).collect();
        findings.error(
            "wrong-word",
            at,
            format!("{what} cannot be `{word}`"),
            format!("use lower-case letters, digits and {}, a letter first", also.join(" or ")),
        );
    }
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items.dedup();
    items
}

/// Leaves out packs and rules whose name is taken, and says so: of two, neither is right.
fn without_repeats(packs: Vec<Pack>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Pack> {
    let mut pack_count: BTreeMap<String, usize> = BTreeMap::new();
    let mut rule_owners: BTreeMap<RuleId, Vec<(String, Position)>> = BTreeMap::new();
    for pack in &packs {
        *pack_count.entry(pack.id.clone()).or_default() += 1;
        for located in &pack.rules {
            rule_owners.entry(located.rule.id.clone()).or_default().push((pack.file.clone(), located.places.rule));
        }
    }
    packs
        .into_iter()
        .filter(|pack| {
            let mut findings = Findings::new(&pack.file, None);
            if pack_count.get(&pack.id).is_some_and(|count| *count > 1) {
                findings.error(
                    "repeated-pack",
                    Position { line: 1, column: 1 },
                    format!("another pack is called `{}` too", pack.id),
                    "rename one of the two",
                );
            }
            for located in &pack.rules {
                let here = (pack.file.clone(), located.places.rule);
                let others = rule_owners.get(&located.rule.id).into_iter().flatten().filter(|other| **other != here);
                if let Some((file, at)) = others.into_iter().next() {
                    findings.about(Some(located.rule.id.clone()));
                    let message = format!("another rule is called `{}` too, at {file}:{}:{}", located.rule.id, at.line, at.column);
                    findings.error("repeated-rule", located.places.rule, message, "rename one of the two");
                }
            }
            let keep = !findings.any_error();
            diagnostics.extend(findings.into_vec());
            keep
        })
        .collect()
}

/// Findings about what rules say of other rules, and of languages that one pack speaks only in part.
fn references(set: &PackSet) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let known: BTreeSet<&str> = set.rules().map(|(_, located)| located.rule.id.as_str()).collect();
    for pack in set.packs() {
        let languages: BTreeSet<&str> = pack.rules.iter().flat_map(|located| located.rule.message.keys()).map(String::as_str).collect();
        let mut findings = Findings::new(&pack.file, None);
        for LocatedRule { rule, places } in &pack.rules {
            findings.about(Some(rule.id.clone()));
            for other in &rule.supersedes {
                let at = places.of("supersedes");
                if !known.contains(other.as_str()) {
                    let help = nearest_help(other.as_str(), known.iter().copied(), || "name a rule of these packs, or leave it out".into());
                    findings.error("unknown-rule", at, format!("there is no rule `{other}` to supersede"), help);
                } else if reaches(set, other, &rule.id) {
                    let message = format!("`{}` and `{other}` supersede each other", rule.id);
                    findings.error("supersedes-cycle", at, message, "decide which of them holds");
                }
            }
            let lacking: Vec<&str> = languages.iter().copied().filter(|language| !rule.message.contains_key(*language)).collect();
            if !lacking.is_empty() {
                let message = format!("the message lacks {}, which other rules of the pack have", lacking.join(", "));
                findings.warning("missing-language", places.of("message"), message, "add it; until then the English text is shown");
            }
        }
        diagnostics.extend(findings.into_vec());
    }
    diagnostics
}

/// Whether following `supersedes` from one rule leads to another.
fn reaches(set: &PackSet, from: &RuleId, to: &RuleId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(id) = open.pop() {
        if id == *to {
            return true;
        }
        if let Some((_, located)) = set.rule(id.as_str()).filter(|_| seen.insert(id.clone())) {
            open.extend(located.rule.supersedes.iter().cloned());
        }
    }
    false
}
