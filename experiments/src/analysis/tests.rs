use super::*;
use crate::design::{DecisionRule, ExposureRule, Good, Metric, MetricKind, Scope, Serves, Unit, VariantDesign};
use crate::report::Call;

fn design() -> Design {
    let variant = |name: &str| VariantDesign { name: name.into(), weight: 1, serves: Serves::Live, description: String::new() };
    let metric = |name: &str, kind, good| Metric { name: name.into(), title: name.into(), kind, good, unit: String::new(), cap: None };
    Design {
        title: "Stricter pictures".into(),
        hypothesis: "clean pictures sell".into(),
        owner: "ann".into(),
        scope: Scope::default(),
        variants: vec![variant("control"), variant("stricter")],
        unit: Unit::Visitor,
        exposure: ExposureRule::Shown,
        metrics: vec![metric("conversion", MetricKind::Proportion { event: "purchase".into() }, Good::Higher)],
        primary: "conversion".into(),
        guardrails: Vec::new(),
        minimum_lift: 0.05,
        planned_units: 10_000,
        planned_days: 14,
        decision: DecisionRule::default(),
        layer: "main".into(),
        share: 1.0,
        pre_period_days: 0,
        segments: Vec::new(),
    }
}

fn context(design: Design) -> Context {
    Context {
        experiment: "stricter-2026".into(),
        design,
        stage: Stage::Running,
        started_ms: Some(0),
        stopped_ms: None,
        simulated: None,
        decision: None,
    }
}

#[test]
fn without_evidence_there_is_a_report_and_no_number() {
    let made = report(&context(design()), &Evidence::default());
    assert_eq!((made.verdict.call, made.arms.len(), made.comparisons.len()), (Call::Wait, 2, 1));
    assert!(made.comparisons[0].metrics[0].effect.is_none() && made.comparisons[0].metrics[0].refused.is_some());
    let text = serde_json::to_string(&made).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), made);
}
