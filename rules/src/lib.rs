//! Rules: what a rule is, from text to verdict.

pub mod case;
mod check;
mod compile;
mod decide;
pub mod diagnostic;
pub mod diff;
mod evaluate;
pub mod explain;
mod expression;
mod message;
pub mod pack;
pub mod resolve;
pub mod rule;
pub mod scope;
mod sentence;
mod source;
mod tree;

pub use case::{Case, CaseReport, CaseResult, Outcome, default_cases, parse_cases, run_cases};
pub use check::check;
pub use compile::{CompiledRuleSet, compile};
pub use diagnostic::{Diagnostic, DiagnosticSeverity, Position};
pub use diff::{PacksDiff, RuleSetDiff, diff, diff_rule_sets};
pub use explain::{Explanation, Statement, explain};
pub use pack::{LocatedRanking, LocatedRule, Pack, PackSet, PackSource, Places, Ranking, parse};
pub use resolve::{RuleSet, ScopedRanking, ScopedRule, Superseded, resolve};
pub use rule::{Condition, Grade, IfMissing, Param, ParamValue, Rule};
pub use scope::{CategoryPath, InvalidCategory, Role, Scope, UnknownRole};

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
