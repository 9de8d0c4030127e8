//! Reports made by hand, in the states that a report can be in. Their numbers are plausible and nothing more.

use vitrine_experiments::design::{
    Choice, DecisionRule, Design, ExposureRule, Good, Guardrail, Looks, Metric, MetricKind, Scope, Serves, Stage, Unit, VariantDesign,
};
use vitrine_experiments::report::{
    ArmFigures, Bayes, Call, Comparison, DayPoint, Decision, Effect, Estimate, GuardrailResult, GuardrailState, HealthCheck, HealthState,
    LiftEstimate, MetricResult, PlanLine, Report, Role, RuleEffect, SegmentResult, SegmentTable, Verdict,
};

/// 2026-12-28, 06:00 UTC.
const AS_OF_MS: i64 = 1_798_437_600_000;
const DAY_MS: i64 = 86_400_000;

/// All states, by name.
pub fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("running", running()),
        ("shipped", shipped()),
        ("blocked", blocked()),
        ("refused", refused()),
        ("unbounded", unbounded()),
        ("several", several()),
        ("large", large()),
        ("hostile", hostile()),
        ("fresh", fresh()),
    ]
}

/// In its second week; nothing can be told yet.
pub fn running() -> Report {
    let mut report = shipped();
    report.stage = Stage::Running;
    report.stopped_ms = None;
    report.decision = None;
    report.as_of_ms = AS_OF_MS - 14 * DAY_MS;
    report.verdict = Verdict {
        call: Call::Wait,
        treatment: None,
        sentence: "After 13 of 28 days nothing can be told yet: the stricter pack may sell up to 1.1 % less or up to 6.3 % more.".into(),
        because: vec!["The any-time interval still contains 0.".into(), "Both guardrails are open.".into()],
        would_change: Some("About 9 more days at today’s traffic, if the effect is as large as planned.".into()),
    };
    let comparison = &mut report.comparisons[0];
    comparison.over_time.truncate(13);
    comparison.by_day.truncate(13);
    for metric in &mut comparison.metrics {
        if let Some(effect) = &mut metric.effect {
            (effect.significant, effect.better) = (false, false);
        }
        if let Some(guardrail) = &mut metric.guardrail {
            guardrail.state = GuardrailState::Open;
        }
    }
    report
}

/// Four weeks, a clear answer, decided.
pub fn shipped() -> Report {
    let metrics = vec![
        result(
            "conversion",
            "Conversion",
            Role::Primary,
            [0.0412, 0.0427],
            Effect { significant: true, better: true, ..effect(0.0015, 0.000_42) },
        ),
        guarded("returns", "Returns", [0.081, 0.0807], effect(-0.0003, 0.0007), GuardrailState::Holds, 0.02),
        guarded("load-time", "Load time, 90th percentile", [812.0, 818.0], effect(6.0, 4.1), GuardrailState::Holds, 0.03),
        result(
            "revenue",
            "Revenue per visitor",
            Role::Secondary,
            [3.871, 3.964],
            Effect { uncapped: Some(estimate(0.121, 0.081)), ..effect(0.093, 0.037) },
        ),
        result(
            "clicks",
            "Clicks per impression",
            Role::Secondary,
            [0.112, 0.1163],
            Effect { significant: true, better: true, ..effect(0.0043, 0.0006) },
        ),
        result("bounce", "Bounces", Role::Secondary, [0.402, 0.4044], effect(0.0024, 0.0013)),
    ];
    let days = |count: u32| 1..=count;
    let over_time = days(28).map(|day| {
        point(day, 0.0015 + 0.002 / f64::from(day) * if day % 2 == 0 { 1.0 } else { -1.0 }, 0.0022 / f64::from(day).sqrt(), true)
    });
    let by_day = days(28).map(|day| point(day, 0.0015 + 0.0011 * f64::from(day % 5) - 0.0022, 0.0022, false));
    Report {
        experiment: "house-pack-2026-12".into(),
        design: design(),
        stage: Stage::Decided,
        as_of_ms: AS_OF_MS,
        started_ms: Some(AS_OF_MS - 28 * DAY_MS),
        stopped_ms: Some(AS_OF_MS),
        simulated: None,
        verdict: Verdict {
            call: Call::Ship,
            treatment: Some("stricter".into()),
            sentence: "The stricter pack sells more: 3.6 % more visitors buy, and with 95 % certainty at least 0.6 % more do.".into(),
            because: vec!["The any-time interval of conversion lies above 0.".into(), "Both guardrails hold within their margins.".into()],
            would_change: None,
        },
        health: vec![
            check(
                "sample_ratio",
                "Shares of units",
                HealthState::Passes,
                "49.98 % and 50.02 % of 842 911 visitors; planned were 50 % each (p = 0.71).",
            ),
            check(
                "several_variants",
                "Units that saw several variants",
                HealthState::Passes,
                "211 of 843 122 visitors (0.03 %) were left out.",
            ),
            check("missing_days", "Missing days", HealthState::Passes, "All 28 days have exposures and outcomes."),
            check("pre_period", "Before the start", HealthState::Unknown, "There is no time before the start for new visitors."),
        ],
        arms: vec![arm("control", 0.5, 421_290), arm("stricter", 0.5, 421_621)],
        comparisons: vec![Comparison {
            treatment: "stricter".into(),
            metrics,
            over_time: over_time.collect(),
            by_day: by_day.collect(),
            segments: vec![
                table("category", &["shoes", "dresses", "home", "toys", "watches", "garden"]),
                table("device", &["phone", "desktop", "tablet"]),
            ],
        }],
        plan: vec![
            line("Units", "800 000 visitors", "842 911 visitors"),
            line("Days", "28 days", "28 days"),
            line("Smallest lift worth having", "3 %", "3.6 % measured, 0.6 % to 6.8 %"),
            line("Looks", "at any time", "11 days on which somebody looked"),
        ],
        rules: vec![rule("vitrine.white-background", 0.121, 0.231, 0.62), rule("vitrine.off-centre", 0.04, 0.07, 0.21)],
        notes: vec![
            "Decisions are made on the absolute difference; the lift is shown with Fieller’s interval.".into(),
            "Three metrics that explain are corrected together (Benjamini–Hochberg, 5 %).".into(),
            "Confidence sequence tuned to 421 000 units an arm by the plan; looking at any time costs 38 % more units than one look."
                .into(),
        ],
        decision: Some(Decision {
            choice: Choice::Ship,
            by: "Pilar Reyes".into(),
            at_ms: AS_OF_MS + 3 * 3_600_000,
            reason: "Clear, and the returns did not move. Goes to all marketplaces on Monday.".into(),
        }),
        version: "0.1.0".into(),
    }
}

/// The shares of units are off.
pub fn blocked() -> Report {
    let mut report = shipped();
    report.stage = Stage::Running;
    report.decision = None;
    report.stopped_ms = None;
    report.simulated = Some("shoppers of a made-up shop, with every tenth exposure of the treatment lost".into());
    report.verdict = Verdict {
        call: Call::Blocked,
        treatment: None,
        sentence: "Nothing can be said: units of the stricter pack are missing.".into(),
        because: vec![
            "47.4 % instead of 50 % of the visitors are in `stricter`; chance does that less than once in a million times.".into(),
        ],
        would_change: Some("Find where exposures are lost, then start again with a new salt.".into()),
    };
    report.health.insert(0, check("weekday", "Weekdays", HealthState::Warns, "The last week has no Sunday."));
    report.health.insert(
        1,
        check(
            "sample_ratio",
            "Shares of units",
            HealthState::Blocks,
            "52.6 % and 47.4 % of 801 004 visitors; planned were 50 % each (p < 0.001).",
        ),
    );
    report.arms = vec![arm("control", 0.5, 421_290), arm("stricter", 0.5, 379_714)];
    report
}

/// Metrics without a number, and with doubts.
pub fn refused() -> Report {
    let mut report = running();
    report.verdict.call = Call::Unreliable;
    report.verdict.sentence = "There is a number, but too few purchases for its interval to be right.".into();
    let metrics = &mut report.comparisons[0].metrics;
    metrics[0].concerns = vec!["41 purchases in the smaller arm; the interval needs at least 100".into()];
    metrics[1] =
        MetricResult { effect: None, refused: Some("only 3 returns in both arms together".into()), control: None, ..metrics[1].clone() };
    metrics[3] = MetricResult {
        effect: None,
        refused: Some("a unit has a value that is not finite".into()),
        control: None,
        treatment: None,
        ..metrics[3].clone()
    };
    metrics[4].concerns =
        vec!["the cap was hit by 4.1 % of the units; planned was 1 % at most".into(), "its skewness needs 12 000 units an arm".into()];
    let segments = &mut report.comparisons[0].segments[0].segments;
    segments[2] = SegmentResult {
        effect: None,
        shrunken: None,
        adjusted_p: None,
        refused: Some("fewer than 5 units in an arm".into()),
        ..segments[2].clone()
    };
    report
}

/// Lifts without bounds: the control's figure could be 0.
pub fn unbounded() -> Report {
    let mut report = running();
    let lifts = [
        LiftEstimate { value: 0.4, low: Some(-0.62), high: Some(1.9), outside: true },
        LiftEstimate { value: 0.1, low: None, high: None, outside: false },
        LiftEstimate { value: 0.2, low: Some(-0.1), high: None, outside: false },
        LiftEstimate { value: 0.2, low: None, high: Some(0.9), outside: false },
    ];
    for (metric, lift) in report.comparisons[0].metrics.iter_mut().zip(lifts) {
        if let Some(effect) = &mut metric.effect {
            effect.lift = Some(lift);
        }
    }
    if let Some(effect) = &mut report.comparisons[0].metrics[0].effect {
        effect.any_time = Some(Estimate { low: None, high: None, ..effect.absolute });
    }
    report
}

/// Two treatments.
pub fn several() -> Report {
    let mut report = shipped();
    let mut second = report.comparisons[0].clone();
    second.treatment = "lifestyle-first".into();
    second.segments.clear();
    report.comparisons.push(second);
    report.arms.push(arm("lifestyle-first", 0.2, 168_100));
    report.design.variants.push(variant("lifestyle-first", 20, Serves::Draft { id: 12 }));
    report
}

/// Twelve metrics and thirty segments.
pub fn large() -> Report {
    let mut report = shipped();
    report.design.title = "Does a stricter house pack, with white backgrounds, centred products and no text on pictures, help customers \
        to find what they want in all our marketplaces of Northern, Western and Southern Europe during the weeks before the holidays?"
        .into();
    let comparison = &mut report.comparisons[0];
    for number in 0..6 {
        let title = format!("Another metric that explains, number {number}, per visitor and week");
        comparison.metrics.push(result(&format!("other-{number}"), &title, Role::Secondary, [1.2, 1.3], effect(0.01, 0.02)));
    }
    let names: Vec<String> = (1..=30).map(|number| format!("category-{number} / subcategory with a longer name")).collect();
    comparison.segments = vec![table("category", &names.iter().map(String::as_str).collect::<Vec<_>>())];
    report
}

/// Text that wants to be something else, and text that goes on.
pub fn hostile() -> Report {
    let mut report = shipped();
    let script = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>";
    let long = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(12);
    let right_to_left = "ניסוי תמונות مقارنة \u{202e}gnihsilbup\u{202c}";
    report.experiment = "hostile".into();
    report.design.title = format!("{script} {long} {right_to_left} 商品画像 Ελλάδα Привет");
    report.design.hypothesis = "long ".repeat(2000);
    report.design.owner = "=HYPERLINK(\"http://example.com\")".into();
    report.simulated = Some(format!("{script}\u{0}\u{7}\r\nsecond line"));
    report.verdict.sentence = format!("{script} {}", "words that go on ".repeat(60));
    report.verdict.because = vec![long.clone(); 40];
    for comparison in &mut report.comparisons {
        comparison.treatment = format!("=1+1{script}");
        comparison.metrics[1].title = format!("-2+3 {right_to_left}");
        comparison.metrics[3].refused = Some(format!("@{script}"));
        comparison.metrics[3].effect = None;
        comparison.metrics[4].concerns = vec![long.repeat(8)];
        comparison.segments[0].segments[0].value = format!("=cmd|' /C calc'!A0 {script}");
        comparison.segments[0].segments[1].value = long.clone();
        comparison.over_time[3].day = "not a day".into();
    }
    for arm in &mut report.arms {
        arm.variant = format!("{}{script}", arm.variant);
    }
    report.health[0].sentence = "x".repeat(9000);
    report.notes.push(script.into());
    if let Some(effect) = &mut report.comparisons[0].metrics[2].effect {
        effect.absolute =
            Estimate { value: f64::NAN, low: Some(f64::NEG_INFINITY), high: Some(1e300), std_error: f64::INFINITY, p: f64::NAN };
        effect.lift = Some(LiftEstimate { value: f64::NAN, low: Some(f64::NAN), high: Some(f64::INFINITY), outside: false });
    }
    report
}

/// Just started: nothing was seen.
pub fn fresh() -> Report {
    let mut report = running();
    report.verdict.sentence = "Nothing was seen yet.".into();
    report.verdict.because.clear();
    report.health.clear();
    report.arms = vec![arm("control", 0.5, 0), arm("stricter", 0.5, 0)];
    report.rules.clear();
    report.plan.clear();
    report.notes.clear();
    let comparison = &mut report.comparisons[0];
    comparison.over_time.clear();
    comparison.by_day.clear();
    comparison.segments.clear();
    for metric in &mut comparison.metrics {
        (metric.effect, metric.control, metric.treatment, metric.units) = (None, None, None, [0, 0]);
        metric.refused = Some("no unit was exposed yet".into());
    }
    report
}

fn design() -> Design {
    let metric = |name: &str, title: &str, kind: MetricKind, good: Good, unit: &str, cap: Option<f64>| Metric {
        name: name.into(),
        title: title.into(),
        kind,
        good,
        unit: unit.into(),
        cap,
    };
    Design {
        title: "Stricter house pack before the holidays".into(),
        hypothesis:
            "Pictures with white backgrounds and centred products are understood faster, so more visitors buy, and nobody sends more back."
                .into(),
        owner: "Chidi Okafor".into(),
        scope: Scope { marketplace: Some("vitrine".into()), region: Some("EU".into()), category: None },
        variants: vec![variant("control", 50, Serves::Live), variant("stricter", 50, Serves::Draft { id: 41 })],
        unit: Unit::Visitor,
        blocks: false,
        exposure: ExposureRule::Shown,
        metrics: vec![
            metric("conversion", "Conversion", MetricKind::Proportion { event: "purchase".into() }, Good::Higher, "", None),
            metric("returns", "Returns", MetricKind::Proportion { event: "return".into() }, Good::Lower, "", None),
            metric(
                "load-time",
                "Load time, 90th percentile",
                MetricKind::Quantile { event: "load".into(), level: 0.9 },
                Good::Lower,
                "ms",
                None,
            ),
            metric("revenue", "Revenue per visitor", MetricKind::Total { event: "purchase".into() }, Good::Higher, "EUR", Some(500.0)),
            metric(
                "clicks",
                "Clicks per impression",
                MetricKind::Ratio { event: "click".into(), per: "exposures".into() },
                Good::Higher,
                "",
                None,
            ),
            metric("bounce", "Bounces", MetricKind::Proportion { event: "bounce".into() }, Good::Lower, "", None),
        ],
        primary: "conversion".into(),
        guardrails: vec![Guardrail { metric: "returns".into(), margin: 0.02 }, Guardrail { metric: "load-time".into(), margin: 0.03 }],
        minimum_lift: 0.03,
        planned_units: 800_000,
        planned_days: 28,
        decision: DecisionRule { alpha: 0.05, power: 0.8, looks: Looks::AnyTime },
        layer: "main".into(),
        share: 0.5,
        pre_period_days: 14,
        segments: vec!["category".into(), "device".into()],
    }
}

fn variant(name: &str, weight: u32, serves: Serves) -> VariantDesign {
    VariantDesign { name: name.into(), weight, serves, explores: None, description: format!("What {name} means.") }
}

fn arm(variant: &str, planned_share: f64, units: u64) -> ArmFigures {
    ArmFigures { variant: variant.into(), planned_share, units }
}

fn estimate(value: f64, std_error: f64) -> Estimate {
    Estimate { value, low: Some(value - 1.96 * std_error), high: Some(value + 1.96 * std_error), std_error, p: 0.034 }
}

fn effect(value: f64, std_error: f64) -> Effect {
    Effect {
        absolute: estimate(value, std_error),
        any_time: Some(estimate(value, std_error * 1.5)),
        lift: None,
        adjusted_p: Some(0.041),
        significant: false,
        better: false,
        bayes: Some(Bayes { chance_better: 0.9997, expected_loss: std_error / 9.0, prior: "lifts of about ±5 %, centred on none".into() }),
        variance_removed: Some(0.181),
        unadjusted: Some(estimate(value * 1.2, std_error * 1.1)),
        uncapped: None,
        method: "Welch’s t-test on CUPED-adjusted means".into(),
    }
}

fn result(metric: &str, title: &str, role: Role, figures: [f64; 2], effect: Effect) -> MetricResult {
    let base = figures[0];
    let lift = effect.absolute;
    let ends = [lift.low, lift.high].map(|end| end.map(|end| end / base));
    let lift = LiftEstimate { value: lift.value / base, low: ends[0], high: ends[1], outside: false };
    let design = design();
    let known = design.metric(metric);
    MetricResult {
        metric: metric.into(),
        title: title.into(),
        definition: known.map_or_else(|| "events per exposed unit".into(), Metric::definition),
        unit: known.map_or_else(String::new, |metric| metric.unit.clone()),
        role,
        control: Some(figures[0]),
        treatment: Some(figures[1]),
        units: [421_290, 421_621],
        effect: Some(Effect { lift: Some(lift), ..effect }),
        refused: None,
        concerns: Vec::new(),
        guardrail: None,
    }
}

fn guarded(metric: &str, title: &str, figures: [f64; 2], effect: Effect, state: GuardrailState, margin: f64) -> MetricResult {
    MetricResult { guardrail: Some(GuardrailResult { margin, p: 0.004, state }), ..result(metric, title, Role::Guardrail, figures, effect) }
}

fn point(day: u32, value: f64, std_error: f64, band: bool) -> DayPoint {
    DayPoint {
        day: format!("2026-12-{day:02}"),
        units: [15_000 * u64::from(day), 15_010 * u64::from(day)],
        effect: Some(estimate(value, std_error)),
        any_time: band.then(|| estimate(value, std_error * 1.7)),
    }
}

fn table(dimension: &str, values: &[&str]) -> SegmentTable {
    let segments = values.iter().enumerate().map(|(index, value)| {
        let (effect, error) = (0.0015 + 0.0012 * ((index * 5 % 7) as f64 - 3.0), 0.0006 * (index as f64 + 1.5).sqrt());
        SegmentResult {
            value: (*value).into(),
            units: [90_000 / (index as u64 + 1), 90_100 / (index as u64 + 1)],
            effect: Some(estimate(effect, error)),
            shrunken: Some(estimate(0.0015 + (effect - 0.0015) * 0.3, error * 0.6)),
            adjusted_p: Some(0.2 + 0.01 * index as f64),
            refused: None,
        }
    });
    SegmentTable {
        dimension: dimension.into(),
        heterogeneity_p: Some(0.41),
        segments: segments.collect(),
        caution: format!(
            "{} segments were looked at: one of twenty would look different by chance alone. Decide on all units.",
            values.len()
        ),
    }
}

fn check(name: &str, title: &str, state: HealthState, sentence: &str) -> HealthCheck {
    HealthCheck { name: name.into(), title: title.into(), state, sentence: sentence.into() }
}

fn line(what: &str, planned: &str, actual: &str) -> PlanLine {
    PlanLine { what: what.into(), planned: planned.into(), actual: actual.into() }
}

fn rule(rule: &str, control_share: f64, treatment_share: f64, effect_share: f64) -> RuleEffect {
    RuleEffect {
        rule: rule.into(),
        treatment: "stricter".into(),
        control_share,
        treatment_share,
        effect_share,
        caution: "Split by how much more often it acted; rules that act together cannot be told apart.".into(),
    }
}
