//! All metrics of one treatment against the control: the primary one first, then guardrails, then those that explain.

use super::settings::{Settings, cell, summaries};
use super::{Context, concerns, days, effect, few, guardrail, measure, segments};
use crate::design::{Design, Metric};
use crate::evidence::{Evidence, UnitValues};
use crate::report::{Comparison, GuardrailState, MetricResult, Role};
use crate::statistics::Refusal;

/// Compares the treatment at place `arm` of the design's variants with the control.
pub fn compare(context: &Context, evidence: &Evidence, settings: &Settings, arm: usize) -> Comparison {
    let design = &context.design;
    let primary = design.metric(&design.primary);
    Comparison {
        treatment: design.variants.get(arm).map(|variant| variant.name.clone()).unwrap_or_default(),
        metrics: in_order(design).into_iter().map(|(metric, role)| result(context, evidence, settings, arm, metric, role)).collect(),
        over_time: primary.map(|metric| days::over_time(metric, evidence, settings, arm)).unwrap_or_default(),
        by_day: primary.map(|metric| days::by_day(metric, design.unit, evidence, settings, arm)).unwrap_or_default(),
        segments: primary.map(|metric| segments::tables(design, metric, evidence, settings, arm)).unwrap_or_default(),
    }
}

/// The units themselves of control and treatment, where they are few and at hand.
pub fn few_units<'a>(evidence: &'a Evidence, settings: &Settings, arm: usize) -> Option<[&'a [UnitValues]; 2]> {
    let units = evidence.few_units.as_ref().filter(|_| settings.few)?;
    Some([units.first()?, units.get(arm)?])
}

fn in_order(design: &Design) -> Vec<(&Metric, Role)> {
    let role = |metric: &Metric| match metric.name == design.primary {
        true => Role::Primary,
        false if design.guardrails.iter().any(|guardrail| guardrail.metric == metric.name) => Role::Guardrail,
        false => Role::Secondary,
    };
    let mut metrics: Vec<_> = design.metrics.iter().map(|metric| (metric, role(metric))).collect();
    metrics.sort_by_key(|(_, role)| match role {
        Role::Primary => 0,
        Role::Guardrail => 1,
        Role::Secondary => 2,
    });
    metrics
}

fn result(context: &Context, evidence: &Evidence, settings: &Settings, arm: usize, metric: &Metric, role: Role) -> MetricResult {
    let design = &context.design;
    let index = design.metrics.iter().position(|other| other.name == metric.name).unwrap_or_default();
    let few = few_units(evidence, settings, arm);
    let [control, treatment] = summaries(&evidence.total, arm, &metric.name);
    let measured = match few {
        Some(units) => few::measure(metric, index, units, settings.alpha),
        None => measure::measure(metric, [&control, &treatment], settings.cuped),
    };
    let concerns = concerns::of(metric, [&control, &treatment], design.unit, few.is_some());
    let effect = measured.as_ref().ok().and_then(|measured| effect::of(metric, measured, settings));
    let refused = match (&measured, &effect) {
        (Err(refusal), _) => Some(refusal.to_string()),
        (Ok(_), None) => Some(Refusal::out_of_range("effect", f64::NAN, "a finite number, which these values do not give").to_string()),
        _ => None,
    };
    let margin = design.guardrails.iter().find(|guardrail| guardrail.metric == metric.name && role == Role::Guardrail);
    let guardrail = margin.map(|rail| {
        let found = measured
            .as_ref()
            .ok()
            .map(|measured| guardrail::judge(metric, rail.margin, measured, few.map(|units| (index, units)), settings));
        let found = found.unwrap_or_else(|| guardrail::open(rail.margin));
        // A method that does not hold for such data proves nothing, neither way.
        if concerns.is_empty() { found } else { crate::report::GuardrailResult { state: GuardrailState::Open, ..found } }
    });
    let seen = |figure: f64| figure.is_finite().then_some(figure);
    MetricResult {
        metric: metric.name.clone(),
        title: metric.title.clone(),
        definition: metric.definition(),
        unit: metric.unit.clone(),
        role,
        control: measured.as_ref().ok().and_then(|measured| seen(measured.control.mean)),
        treatment: measured.as_ref().ok().and_then(|measured| seen(measured.treatment.mean)),
        units: [cell(&evidence.total, 0).units, cell(&evidence.total, arm).units],
        effect: effect.filter(|_| refused.is_none()),
        refused,
        concerns,
        guardrail,
    }
}
