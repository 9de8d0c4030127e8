//! What shards are run with: detectors and rule packs, and the versions by which a plan names them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use vitrine_detectors::onnx::Provider;
use vitrine_detectors::{Detectors, HeavyGate, Limits};
use vitrine_engine::{ContentHash, Detector};
use vitrine_rules::columnar::ColumnarRuleSet;
use vitrine_rules::{CompiledRuleSet, Diagnostic, HOUSE, PackSet, PackSource, Role, Scope, check, compile, parse, resolve};

use crate::error::ShardError;
use crate::plan::Question;
use crate::rows;

/// Rule sets kept ready; a stock asks for fewer scopes than that at a time.
const SCOPES_KEPT: usize = 4096;

/// Detectors and rule packs, ready for any shard that was planned for them.
pub struct Tools {
    pub(crate) detectors: Detectors,
    pub(crate) limits: Limits,
    pub(crate) heavy: HeavyGate,
    packs: PackSet,
    marketplaces: Marketplaces,
    model_set: String,
    rule_set: String,
    kept: Mutex<Kept>,
}

/// The marketplaces that rule packs answer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marketplaces(Vec<String>);

impl Marketplaces {
    /// A name mistyped would leave a whole stock without a verdict.
    pub(crate) fn refuse_unknown(&self, marketplace: Option<&str>) -> Result<(), ShardError> {
        let name = marketplace.unwrap_or(HOUSE);
        if self.0.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Ok(());
        }
        let known = if self.0.is_empty() { "no marketplace at all".to_owned() } else { format!("`{}`", self.0.join("`, `")) };
        Err(ShardError::invalid(
            format!("no rule pack answers for the marketplace `{name}`"),
            format!("there are rules for {known}; mend the name, or give it a pack"),
        ))
    }
}

/// Rule sets by scope; scopes in which the same rules hold share one.
#[derive(Default)]
struct Kept {
    by_scope: HashMap<Scope, Result<Arc<Rules>, String>>,
    by_version: HashMap<String, Arc<Rules>>,
}

/// One rule set, for columns.
pub(crate) struct Rules {
    pub(crate) compiled: CompiledRuleSet,
    pub(crate) columnar: ColumnarRuleSet,
}

impl Tools {
    /// Takes the detectors, the limits for pictures, and the rule packs.
    ///
    /// # Errors
    /// `Invalid` with all findings where the packs have an error, as a server would find it too, or where a model's signal has the name of a
    /// column of ours.
    pub fn new(detectors: Detectors, limits: Limits, sources: &[PackSource]) -> Result<Self, ShardError> {
        let (packs, mut findings) = parse(sources);
        findings.extend(check(&packs, &detectors.catalog));
        if findings.iter().any(Diagnostic::is_error) {
            return Err(ShardError::invalid(told(&findings), "check them with `vitrine rules check`"));
        }
        let entries = detectors.catalog.entries();
        if let Some(taken) = entries.iter().find(|entry| rows::is_ours(entry.spec.name.as_str())) {
            let what = format!("the signal `{}` has the name of a column that every shard has", taken.spec.name);
            return Err(ShardError::invalid(what, "give it another name in the model's manifest"));
        }
        let mut texts: Vec<&str> = sources.iter().map(|source| source.text.as_str()).collect();
        texts.sort_unstable();
        Ok(Self {
            model_set: version_of(detectors.all.iter().map(|detector| version(detector.spec().id.to_string(), &detectors))),
            marketplaces: Marketplaces(packs.marketplaces().into_iter().map(str::to_owned).collect()),
            rule_set: version_of(texts.into_iter().map(str::to_owned)),
            detectors,
            limits,
            heavy: HeavyGate::default(),
            packs,
            kept: Mutex::default(),
        })
    }

    /// The version of all detectors together, 32 hexadecimal digits: the same where every picture is measured alike, by the same models on
    /// the same kind of device.
    pub fn model_set(&self) -> &str {
        &self.model_set
    }

    /// The version of all rule packs together, 32 hexadecimal digits.
    pub fn rule_set(&self) -> &str {
        &self.rule_set
    }

    /// What a job by these asks: for a role, by the rules of a day, in shards of so many pictures.
    pub fn question(&self, role: Role, date: Date, shard_rows: usize) -> Question {
        let (model_set, rule_set) = (self.model_set.clone(), self.rule_set.clone());
        Question { model_set, rule_set, marketplaces: self.marketplaces.clone(), role, date, shard_rows }
    }

    /// The marketplaces that the rule packs answer for.
    pub fn marketplaces(&self) -> &Marketplaces {
        &self.marketplaces
    }

    /// The rules of a scope, or why there are none.
    pub(crate) fn rules(&self, scope: &Scope) -> Result<Arc<Rules>, String> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.by_scope.get(scope) {
            return known.clone();
        }
        if kept.by_scope.len() >= SCOPES_KEPT {
            *kept = Kept::default();
        }
        let rules = self.made(scope, &mut kept);
        kept.by_scope.insert(scope.clone(), rules.clone());
        rules
    }

    fn made(&self, scope: &Scope, kept: &mut Kept) -> Result<Arc<Rules>, String> {
        let (rule_set, findings) = resolve(&self.packs, scope);
        if findings.iter().any(Diagnostic::is_error) {
            return Err(told_anywhere(findings));
        }
        if let Some(known) = kept.by_version.get(rule_set.version().as_str()) {
            return Ok(Arc::clone(known));
        }
        let compiled = compile(&rule_set, &self.detectors.catalog).map_err(told_anywhere)?;
        let rules = Arc::new(Rules { columnar: ColumnarRuleSet::new(&compiled), compiled });
        kept.by_version.insert(rule_set.version().to_string(), Arc::clone(&rules));
        Ok(rules)
    }
}

fn told(findings: &[Diagnostic]) -> String {
    let errors: Vec<String> = findings.iter().filter(|finding| finding.is_error()).map(ToString::to_string).collect();
    errors.join("; ")
}

/// The same without the folder that the packs happen to lie in: it becomes part of a row, which is the same on any machine.
fn told_anywhere(mut findings: Vec<Diagnostic>) -> String {
    for finding in &mut findings {
        finding.file = Path::new(&finding.file).file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    told(&findings)
}

/// A detector's version, with what runs it where that is not the processor.
fn version(id: String, detectors: &Detectors) -> String {
    let provider = detectors.learned.iter().find(|model| model.spec().id.as_str() == id).map(|model| model.provider());
    match provider {
        None | Some(Provider::Cpu) => id,
        Some(device) => format!("{id} on {}", device.as_str()),
    }
}

/// The first 32 digits of the hash of a list of texts.
fn version_of(texts: impl Iterator<Item = String>) -> String {
    let mut all = Vec::new();
    for text in texts {
        all.extend((text.len() as u64).to_le_bytes());
        all.extend(text.into_bytes());
    }
    ContentHash::of(&all).to_string().chars().take(32).collect()
}
