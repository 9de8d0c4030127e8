//! The ledger's law: the same set of events gives the same evidence, in whatever order and batches it comes.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use proptest::prelude::*;
use vitrine_experiments::design::{
    DecisionRule, Design, EXPOSURES, ExposureRule, Good, Metric, MetricKind, Scope, Serves, Unit, VariantDesign,
};
use vitrine_experiments::ledger::{Cells, Context, Event, Exposure, Happening, UnitLedger, evidence};

const START: i64 = 1_700_000_000_000;
const DAY: i64 = 86_400_000;

fn metric(name: &str, kind: MetricKind, cap: Option<f64>) -> Metric {
    Metric { name: name.into(), title: name.into(), kind, good: Good::Higher, unit: String::new(), cap }
}

fn design() -> Design {
    let variant =
        |name: &str| VariantDesign { name: name.into(), weight: 1, serves: Serves::Live, explores: None, description: String::new() };
    Design {
        title: "t".into(),
        hypothesis: "h".into(),
        owner: "o".into(),
        scope: Scope::default(),
        variants: vec![variant("control"), variant("treatment")],
        unit: Unit::Visitor,
        blocks: false,
        exposure: ExposureRule::Shown,
        metrics: vec![
            metric("conversion", MetricKind::Proportion { event: "purchase".into() }, None),
            metric("revenue", MetricKind::Total { event: "purchase".into() }, Some(50.0)),
            metric("ctr", MetricKind::Ratio { event: "click".into(), per: EXPOSURES.into() }, None),
        ],
        primary: "conversion".into(),
        guardrails: Vec::new(),
        minimum_lift: 0.05,
        planned_units: 0,
        planned_days: 7,
        decision: DecisionRule::default(),
        layer: "main".into(),
        share: 1.0,
        pre_period_days: 3,
        segments: vec!["device".into()],
    }
}

/// What happens to one of three units, at minutes from two days before the start.
fn happening() -> impl Strategy<Value = (usize, i64, Happening)> {
    let exposure = (0u8..2, prop::option::of("mobile|desktop"))
        .prop_map(|(variant, device)| Happening::Exposure(Exposure { variant, segments: [None, None, device, None] }));
    let outcome = ("purchase|click|other", 0i64..90_000_000).prop_map(|(name, millionths)| Happening::Outcome { name, millionths });
    (0usize..3, -2 * DAY..5 * DAY, prop_oneof![exposure, outcome]).prop_map(|(unit, at, what)| (unit, START + at, what))
}

fn fold(events: &[(usize, Event)], batch: usize) -> Cells {
    let design = design();
    let context = Context { design: &design, started_ms: START, stopped_ms: Some(START + 4 * DAY) };
    let (mut units, mut cells) = (vec![UnitLedger::default(); 3], Cells::default());
    for batch in events.chunks(batch) {
        for (place, unit) in units.iter_mut().enumerate() {
            unit.contribute(&mut cells, &context, -1);
            batch.iter().filter(|(of, _)| *of == place).for_each(|(_, event)| unit.take(event, &context));
            unit.contribute(&mut cells, &context, 1);
        }
    }
    cells
}

proptest! {
    #[test]
    fn order_and_batches_do_not_matter(events in prop::collection::vec(happening(), 1..60), seed in 0usize..1000, batch in 1usize..9) {
        let events: Vec<(usize, Event)> =
            events.into_iter().enumerate().map(|(i, (unit, at_ms, what))| (unit, Event { id: format!("e{i}"), at_ms, what })).collect();
        let mut shuffled = events.clone();
        for i in (1..shuffled.len()).rev() {
            shuffled.swap(i, (seed * 7919 + i * 104_729) % (i + 1));
        }
        let (once, again) = (fold(&events, events.len()), fold(&shuffled, batch));
        let design = design();
        let (once, again) = (evidence(&once, &design, 0, None), evidence(&again, &design, 0, None));
        // Cells that came to nothing again may be there or not: what the analysis reads must be the same.
        let seen = |evidence: &vitrine_experiments::evidence::Evidence| {
            let mut evidence = evidence.clone();
            evidence.days.retain(|day| day.events > 0);
            evidence.segments.retain(|segment| segment.cells.iter().any(|cell| cell.units > 0));
            serde_json::to_string(&evidence).unwrap()
        };
        prop_assert_eq!(seen(&once), seen(&again));
    }
}

#[test]
fn outcomes_count_from_the_first_exposure_on() {
    let outcome = |id: &str, at_ms, value: i64| Event {
        id: id.into(),
        at_ms,
        what: Happening::Outcome { name: "purchase".into(), millionths: value * 1_000_000 },
    };
    let exposure = |id: &str, at_ms| Event {
        id: id.into(),
        at_ms,
        what: Happening::Exposure(Exposure { variant: 1, segments: [None, None, Some("mobile".into()), None] }),
    };
    let events = vec![
        (0, outcome("before the start", START - DAY, 7)),
        (0, outcome("before the exposure", START + 10, 100)),
        (0, exposure("first", START + 20)),
        (0, outcome("first purchase", START + 20, 40)),
        (0, outcome("next day", START + DAY + 30, 30)),
        (1, outcome("never exposed", START + 5, 1)),
        (2, exposure("second unit", START + DAY)),
        (2, exposure("too late to count", START + 9 * DAY)),
    ];
    let design = design();
    let seen = evidence(&fold(&events, 2), &design, 0, None);
    assert_eq!(seen.days.len(), 2);
    assert_eq!(seen.days[0].cells[1].units, 1, "one unit on the first day");
    let revenue = |day: usize| &seen.days[day].cells[1].metrics["revenue"];
    assert!((revenue(0).moments.sum(0) - 40.0).abs() < 1e-9);
    assert!((revenue(1).moments.sum(0) - 50.0).abs() < 1e-9, "70 in all, capped at 50");
    assert!((revenue(1).uncapped.unwrap().sum(0) - 70.0).abs() < 1e-9);
    assert_eq!(revenue(1).capped_units, 1);
    assert!((revenue(1).moments.sum(2) - 7.0).abs() < 1e-9, "what was before the start adjusts");
    assert_eq!((seen.total[1].units, seen.total[0].units), (2, 0));
    assert_eq!(seen.counts.before_exposure, 1);
    assert_eq!(seen.segments.len(), 1);
    assert_eq!(seen.segments[0].cells[1].units, 2);
}

#[test]
fn the_beginning_of_a_time_slot_counts_for_nothing() {
    let mut design = design();
    design.unit = Unit::Slot { minutes: 60, washout_minutes: 10 };
    let slot = (START / 3_600_000 + 1) * 3_600_000;
    let context = Context { design: &design, started_ms: START, stopped_ms: None };
    let event = |minute: i64, what: Happening| Event { id: format!("{minute}"), at_ms: slot + minute * 60_000, what };
    let shown = || Happening::Exposure(Exposure { variant: 0, segments: Default::default() });
    let bought = || Happening::Outcome { name: "purchase".into(), millionths: 1_000_000 };
    let mut unit = UnitLedger::default();
    for event in [event(2, shown()), event(5, bought()), event(10, shown()), event(20, bought()), event(62, bought())] {
        unit.take(&event, &context);
    }
    let mut cells = Cells::default();
    unit.contribute(&mut cells, &context, 1);
    // The purchase in the next slot's beginning is of this slot's shoppers.
    assert_eq!((cells.counts.exposures, cells.counts.outcomes, cells.counts.before_exposure), (1, 2, 0));
}
