//! How the numbers were made: every correction, method and tuning that was applied, and what was left alone.

use super::settings::{Decides, Settings, TUNING_WITHOUT_PLAN};
use super::{Context, words};
use crate::design::{Looks, MetricKind};
use crate::evidence::Evidence;
use crate::report::{Comparison, Role};

/// A sentence for each.
pub fn of(context: &Context, evidence: &Evidence, settings: &Settings, comparisons: &[Comparison]) -> Vec<String> {
    let design = &context.design;
    let level = words::percent(1.0 - settings.alpha);
    let mut notes = vec![format!(
        "The unit is what was randomised: {}. Every figure compares them, whatever they did how often.",
        words::units(design.unit)
    )];
    notes.push(
        "Decided on the absolute difference; the lift in per cent is shown with Fieller's interval (shares: the score interval), which keeps \
         its promise also where the control's own figure is uncertain."
            .into(),
    );
    notes.push(deciding(context, settings, &level));
    if settings.few {
        notes.push(format!(
            "There are so few {} that they were dealt out to the variants again and again: p is the share of deals with a difference as \
             large (studentised permutation). Intervals reach as far as these deals say, so that they agree with p.",
            words::units(design.unit)
        ));
    }
    notes.extend(adjusting(context, settings, comparisons));
    notes.extend(families(context, settings));
    notes.extend(caps(context, evidence));
    if design.metrics.iter().any(|metric| matches!(metric.kind, MetricKind::Quantile { .. })) {
        notes.push(
            "Percentiles come from counts in buckets that are 1 % wide: a percentile is right to half a percent of its value.".into(),
        );
    }
    notes.push(
        "The chance to be better is calibrated only under the belief that is named beside it, and it is no licence to stop when it looks \
         good; the decision does not use it."
            .into(),
    );
    notes
}

fn deciding(context: &Context, settings: &Settings, level: &str) -> String {
    match settings.decides {
        Decides::OneLook => format!(
            "Intervals are {level} intervals for one look, at the planned end. Deciding earlier, or looking until it fits, makes them too narrow."
        ),
        Decides::AnyTime => {
            let why = if settings.progress.stopped_early && context.design.decision.looks == Looks::AtTheEnd {
                "It was stopped before its plan, so that the numbers of one look do not hold; those that hold at any look decide. "
            } else {
                ""
            };
            let tuning = if settings.tuned_by_plan {
                format!("narrowest at the planned {} units of two variants", words::count(settings.tuning.round() as u64))
            } else {
                format!("narrowest at {} units, as no size was planned", words::count(TUNING_WITHOUT_PLAN as u64))
            };
            format!(
                "{why}Deciding intervals are {level} intervals that hold at any number of looks (asymptotic confidence sequence, {tuning}); those of one look are shown beside them."
            )
        }
    }
}

fn adjusting(context: &Context, settings: &Settings, comparisons: &[Comparison]) -> Option<String> {
    if context.design.pre_period_days == 0 {
        return None;
    }
    if !settings.cuped {
        return Some("Not adjusted by the time before the start: there are too few units for it.".into());
    }
    let primary = comparisons.iter().flat_map(|comparison| &comparison.metrics).find(|result| result.role == Role::Primary);
    let removed = primary.and_then(|result| result.effect.as_ref()).and_then(|effect| effect.variance_removed);
    Some(match removed {
        Some(removed) => format!(
            "Adjusted by what the same units did in the {} days before the start (CUPED); for the primary metric this takes away {} of the variance. The figures without it are shown beside.",
            context.design.pre_period_days,
            words::percent(removed)
        ),
        None => "Nothing is known of the units from before the start, so that nothing could be adjusted.".into(),
    })
}

fn families(context: &Context, settings: &Settings) -> Vec<String> {
    let design = &context.design;
    let treatments = design.variants.len().saturating_sub(1);
    let secondary = design.metrics.len().saturating_sub(1 + design.guardrails.len());
    let mut notes = Vec::new();
    if treatments > 1 {
        notes.push(format!(
            "The primary metric is asked of {treatments} treatments; its p is corrected for that (Holm). Intervals are not."
        ));
    }
    if secondary * treatments > 1 {
        notes.push(format!(
            "The {} comparisons of explaining metrics are one family of their own, corrected after Holm; they decide nothing.",
            secondary * treatments
        ));
    }
    if !design.guardrails.is_empty() {
        notes.push(format!(
            "Guardrails are tested one-sided at {} against their margin, each on its own and not corrected: every one has to hold. The margin is relative to the control's figure, whose uncertainty is counted in.",
            words::percent(settings.alpha)
        ));
    }
    notes
}

fn caps(context: &Context, evidence: &Evidence) -> Vec<String> {
    context
        .design
        .metrics
        .iter()
        .filter_map(|metric| {
            let cap = metric.cap?;
            let summaries = || evidence.total.iter().filter_map(|cell| cell.metrics.get(&metric.name));
            let units: u64 = summaries().map(|summary| summary.moments.units()).sum();
            let capped: u64 = summaries().map(|summary| summary.capped_units).sum();
            Some(format!(
                "{}: a unit's total above {} counts as that; {} of {} units were above. Caps draw effects towards none, so that the figure without it is shown beside.",
                metric.title,
                words::figure(cap, &metric.unit),
                words::count(capped),
                words::count(units)
            ))
        })
        .collect()
}
