//! Worlds with a known truth, and what has to be said of them.

mod calls;
mod health;
mod laws;
mod numbers;
mod world;

use super::*;
use crate::design::{DecisionRule, ExposureRule, Good, Guardrail, Looks, Metric, MetricKind, Scope, Serves, Unit, VariantDesign};
use crate::report::{Call, HealthCheck, HealthState, MetricResult};
use world::World;

/// Conversion decides, revenue must not fall, clicks explain.
fn design() -> Design {
    let metric = |name: &str, title: &str, kind| Metric {
        name: name.into(),
        title: title.into(),
        kind,
        good: Good::Higher,
        unit: if name == "revenue" { "EUR".into() } else { String::new() },
        cap: None,
    };
    Design {
        title: "Stricter pictures".into(),
        hypothesis: "clean pictures sell".into(),
        owner: "ann".into(),
        scope: Scope::default(),
        variants: ["control", "stricter"].map(variant).into(),
        unit: Unit::Visitor,
        blocks: false,
        exposure: ExposureRule::Shown,
        metrics: vec![
            metric("conversion", "Conversion", MetricKind::Proportion { event: "purchase".into() }),
            metric("items", "Items", MetricKind::Total { event: "items".into() }),
            metric("ctr", "Clicks per impression", MetricKind::Ratio { event: "click".into(), per: "exposures".into() }),
        ],
        primary: "conversion".into(),
        guardrails: Vec::new(),
        minimum_lift: 0.05,
        planned_units: 20_000,
        planned_days: 14,
        decision: DecisionRule::default(),
        layer: "main".into(),
        share: 1.0,
        pre_period_days: 0,
        segments: Vec::new(),
    }
}

fn variant(name: &str) -> VariantDesign {
    VariantDesign { name: name.into(), weight: 1, serves: Serves::Live, explores: None, description: String::new() }
}

fn guarded(margin: f64) -> Design {
    Design { guardrails: vec![Guardrail { metric: "items".into(), margin }], ..design() }
}

fn at_the_end(design: Design) -> Design {
    Design { decision: DecisionRule { looks: Looks::AtTheEnd, ..design.decision }, ..design }
}

fn running(design: Design) -> Context {
    Context {
        experiment: "stricter-2026".into(),
        design,
        stage: Stage::Running,
        started_ms: Some(world::START_MS),
        stopped_ms: None,
        simulated: Some("shoppers of a test".into()),
        decision: None,
    }
}

/// The experiment stopped when the evidence was put together.
fn stopped(design: Design, evidence: &Evidence) -> Context {
    Context { stage: Stage::Stopped, stopped_ms: Some(evidence.as_of_ms), ..running(design) }
}

fn check<'a>(report: &'a Report, name: &str) -> &'a HealthCheck {
    report.health.iter().find(|check| check.name == name).unwrap()
}

fn result<'a>(report: &'a Report, metric: &str) -> &'a MetricResult {
    report.comparisons[0].metrics.iter().find(|result| result.metric == metric).unwrap()
}
