//! Whether the variants were alike before anything was done to them.

use super::made;
use crate::analysis::settings::summaries;
use crate::analysis::{Context, effect, measure, words};
use crate::design::Metric;
use crate::evidence::Evidence;
use crate::report::{HealthCheck, HealthState};
use crate::statistics::Difference;
use crate::statistics::adequacy::{self, IMBALANCE_ALPHA};

/// Every metric that has a time before the start; `None` where none was planned. A difference in the primary metric blocks: what was
/// there before is no effect. One in another metric warns.
pub fn check(context: &Context, evidence: &Evidence) -> Option<HealthCheck> {
    let design = &context.design;
    if design.pre_period_days == 0 {
        return None;
    }
    let (name, title) = ("pre_period", "Alike before the start");
    let mut looked = 0_u32;
    let (mut worst, mut state): (Option<(f64, String)>, HealthState) = (None, HealthState::Passes);
    for (arm, variant) in design.variants.iter().enumerate().skip(1) {
        for metric in &design.metrics {
            let Some(p) = p_before(metric, evidence, arm) else { continue };
            looked += 1;
            if adequacy::of_pre_period(p).is_some() {
                let found = if metric.name == design.primary { HealthState::Blocks } else { HealthState::Warns };
                state = state.min(found);
            }
            if worst.as_ref().is_none_or(|(least, _)| p < *least) {
                worst = Some((p, format!("{} of `{}` and the control", metric.title, variant.name)));
            }
        }
    }
    let Some((p, what)) = worst else {
        return Some(made(name, title, HealthState::Unknown, "nothing is known of the units from before the start".into()));
    };
    let sentence = match state {
        HealthState::Passes => format!(
            "in the {} days before the start the variants were alike: {looked} comparisons, least p = {}",
            design.pre_period_days,
            words::small(p)
        ),
        _ => format!(
            "the variants differed before anything was done to them: {what} by more than chance does in {} (blocks below p = {IMBALANCE_ALPHA} where it is the primary metric)",
            words::chance(p)
        ),
    };
    Some(made(name, title, state, sentence))
}

fn p_before(metric: &Metric, evidence: &Evidence, arm: usize) -> Option<f64> {
    let [control, treatment] = summaries(&evidence.total, arm, &metric.name);
    let arms = measure::plain_arms(metric, [&control.moments, &treatment.moments], [2, 3]).ok()?;
    let difference = Difference::absolute(&arms[0], &arms[1]).ok()?;
    effect::estimate(&difference, 0.05).map(|estimate| estimate.p)
}
