//! Rules: what a rule is, from text to verdict.
//!
//! People write *packs* in YAML ([`parse`]); for a marketplace, region, category, role and day they give one immutable *rule set*
//! ([`resolve`]); held against the catalogue of signals ([`check`], [`compile`]) it is ready to judge pictures. Every step answers with
//! all its findings, each at its place in the person's text. This crate names no signal and measures nothing.
//!
//! ```
//! use std::sync::Arc;
//! use vitrine_engine::{CatalogEntry, Decision, Evaluator, Reading, SignalCatalog, SignalSet, SignalSpec};
//! use vitrine_rules::{PackSource, Scope, compile, parse, resolve};
//!
//! // What people write.
//! let text = r#"
//! pack: vitrine
//! title: House rules
//! marketplace: vitrine
//! owner: image-quality
//! rules:
//!   - id: vitrine.longest-side
//!     title: Large enough
//!     require: long_side_px >= min_px
//!     params:
//!       min_px: { value: 500, unit: px, range: [100, 10000] }
//!     severity: must
//!     action: suppress
//!     reason_code: image_too_small
//!     message: { en: "The longest side is {value} {unit}; at least {limit} {unit} is required." }
//!     source: House rule
//!     checked: 2026-09-10
//!     grade: P
//! "#;
//! let (packs, findings) = parse(&[PackSource { name: "house.yaml".into(), text: text.into() }]);
//! assert!(findings.is_empty());
//!
//! // What holds today where no marketplace is named.
//! let (rule_set, findings) = resolve(&packs, &Scope::house("2026-11-21".parse().unwrap()));
//! assert!(findings.is_empty());
//!
//! // What can be measured; a rule that asks for anything else does not get past here.
//! let spec = SignalSpec::integer("long_side_px", 1.0, 65_535.0, "The longer side.").unit("px");
//! let catalog = Arc::new(SignalCatalog::new(vec![CatalogEntry::measured(spec, "file@1")]).unwrap());
//! let compiled = compile(&rule_set, &catalog).unwrap();
//! assert_eq!(compiled.needs(), ["long_side_px".into()]);
//!
//! // One picture judged.
//! let mut signals = SignalSet::new(catalog);
//! let reading = Reading { value: 320.0.into(), detector: "file@1".into(), confidence: None, region: None };
//! signals.insert("long_side_px", reading).unwrap();
//! let verdict = compiled.evaluate(&signals, "en");
//! assert_eq!(verdict.decision, Decision::Suppress);
//! assert_eq!(verdict.firings[0].message, "The longest side is 320 px; at least 500 px is required.");
//! ```

pub mod backtest;
pub mod case;
mod check;
pub mod columnar;
mod compile;
pub mod conflicts;
pub mod coverage;
mod decide;
pub mod diagnostic;
pub mod diff;
pub mod edit;
mod evaluate;
pub mod explain;
mod expression;
pub mod induce;
mod interval;
mod limits;
mod message;
pub mod pack;
mod pairs;
mod reach;
mod reads;
pub mod resolve;
pub mod rule;
pub mod scope;
mod sentence;
mod source;
mod tree;
mod work;

pub use case::{Case, CaseReport, CaseResult, Outcome, default_cases, parse_cases, run_cases};
pub use check::check;
pub use compile::{CompiledRuleSet, compile};
pub use conflicts::{Conflicts, ScopeConflict};
pub use coverage::{RuleCoverage, coverage};
pub use diagnostic::{Diagnostic, DiagnosticSeverity, Position};
pub use diff::{PacksDiff, RuleSetDiff, diff, diff_rule_sets};
pub use edit::{Conflict, Edit, EditRefusal, FieldFinding, field_findings};
pub use explain::{Explanation, Statement, explain, sentence_of, statement_of};
pub use induce::{Candidate, induce};
pub use pack::{LocatedRanking, LocatedRule, Pack, PackSet, PackSource, Places, Ranking, parse};
pub use reads::signals_of;
pub use resolve::{RuleSet, ScopedRanking, ScopedRule, Superseded, resolve};
pub use rule::{Condition, Grade, IfMissing, Param, ParamValue, Rule};
pub use scope::{CategoryPath, HOUSE, InvalidCategory, Role, Scope, UnknownRole};
pub use work::Work;

use include_dir::{Dir, include_dir};

/// The packs that ship, sorted by name.
pub fn default_packs() -> Vec<PackSource> {
    static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/packs");
    let mut packs: Vec<PackSource> = PACKS
        .files()
        .filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            let text = file.contents_utf8()?;
            name.ends_with(".yaml").then(|| PackSource { name: format!("rules/packs/{name}"), text: text.to_owned() })
        })
        .collect();
    packs.sort_by(|a, b| a.name.cmp(&b.name));
    packs
}
