//! From effect to rule: which rules act on more or fewer selections in the treatment, and how the effect splits over them if every change
//! of a selection counts the same. An attribution by arithmetic, not a measurement: rules were not randomised one by one.

use crate::design::Design;
use crate::evidence::{Evidence, RuleFirings};
use crate::report::{Comparison, Role, RuleEffect};

/// Rules whose share of selections differs by less than this are taken for unchanged.
const DIFFERENCE_LEAST: f64 = 0.001;

/// The rules that differ, for each treatment, the largest part first.
pub fn attribute(design: &Design, evidence: &Evidence, comparisons: &[Comparison]) -> Vec<RuleEffect> {
    design
        .variants
        .iter()
        .enumerate()
        .skip(1)
        .zip(comparisons)
        .flat_map(|((arm, variant), comparison)| of_treatment(&variant.name, arm, evidence, comparison))
        .collect()
}

fn of_treatment(treatment: &str, arm: usize, evidence: &Evidence, comparison: &Comparison) -> Vec<RuleEffect> {
    let differing: Vec<(&RuleFirings, f64, f64)> = evidence
        .rules
        .iter()
        .filter_map(|rule| Some((rule, share(rule, 0)?, share(rule, arm)?)))
        .filter(|(_, control, treated)| (treated - control).abs() >= DIFFERENCE_LEAST)
        .collect();
    let total: f64 = differing.iter().map(|(_, control, treated)| (treated - control).abs()).sum();
    let caution = caution(differing.len(), comparison);
    let mut effects: Vec<RuleEffect> = differing
        .into_iter()
        .map(|(rule, control_share, treatment_share)| RuleEffect {
            rule: rule.rule.clone(),
            treatment: treatment.to_owned(),
            control_share,
            treatment_share,
            effect_share: (treatment_share - control_share).abs() / total,
            caution: caution.clone(),
        })
        .collect();
    effects.sort_by(|a, b| b.effect_share.total_cmp(&a.effect_share).then_with(|| a.rule.cmp(&b.rule)));
    effects
}

/// The share of a variant's selections in which the rule acted.
fn share(rule: &RuleFirings, arm: usize) -> Option<f64> {
    let (acted, of) = (*rule.selections.get(arm)?, *rule.of.get(arm)?);
    (of > 0).then(|| acted as f64 / of as f64)
}

fn caution(rules: usize, comparison: &Comparison) -> String {
    let found = comparison
        .metrics
        .iter()
        .any(|result| result.role == Role::Primary && result.effect.as_ref().is_some_and(|effect| effect.significant));
    let split = match rules {
        1 => {
            "it is the only rule that acts differently, so that the whole effect is put down to it; other differences between the rule sets, such as their order, may share in it"
        }
        _ => {
            "the effect is split in proportion to how often each rule acts differently, as if every changed selection counted the same; only an experiment that changes one rule alone measures it"
        }
    };
    if found {
        split.to_owned()
    } else {
        format!("no effect has been told from chance yet, so that there is nothing to split so far; {split}")
    }
}
