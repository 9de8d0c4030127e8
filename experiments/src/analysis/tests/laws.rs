//! Laws of the report.

use proptest::prelude::*;

use super::*;

#[test]
fn the_same_evidence_gives_the_same_bytes_also_after_it_was_stored() {
    let mut full = guarded(0.02);
    full.segments = vec!["device".into()];
    full.pre_period_days = 14;
    full.metrics[1].cap = Some(4.0);
    full.metrics.push(Metric {
        name: "p90".into(),
        title: "p90".into(),
        kind: MetricKind::Quantile { event: "wait".into(), level: 0.9 },
        good: Good::Lower,
        unit: "s".into(),
        cap: None,
    });
    let evidence = World::better(40).evidence(&full);
    let context = running(full);
    let text = |evidence: &Evidence| serde_json::to_string(&report(&context, evidence)).unwrap();
    let first = text(&evidence);
    assert_eq!(first, text(&evidence));
    let stored: Evidence = serde_json::from_str(&serde_json::to_string(&evidence).unwrap()).unwrap();
    assert_eq!(first, text(&stored));
    // Read back and written again, it is the same text; and its own design makes it again.
    let read: Report = serde_json::from_str(&first).unwrap();
    assert_eq!(first, serde_json::to_string(&read).unwrap());
    let again = Context { design: read.design.clone(), ..context.clone() };
    assert_eq!(first, serde_json::to_string(&report(&again, &stored)).unwrap());
}

#[test]
fn evidence_that_does_not_fit_the_design_gives_no_number_and_no_fall() {
    let evidence = World::better(41).evidence(&design());
    let mut other = design();
    other.variants.push(variant("third"));
    other.metrics[0].name = "unheard-of".into();
    other.primary = "unheard-of".into();
    let made = report(&running(other.clone()), &evidence);
    assert!(made.comparisons.iter().all(|comparison| comparison.metrics[0].effect.is_none()));
    other.primary = "nowhere".into();
    assert!(report(&running(other), &evidence).comparisons[0].over_time.is_empty());
    let mut broken = evidence;
    broken.total.truncate(1);
    broken.days.iter_mut().for_each(|day| day.cells.clear());
    assert_ne!(report(&running(design()), &broken).verdict.call, Call::Ship);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn parts_of_the_evidence_add_up_in_any_order_to_the_same_calls(seeds in prop::collection::vec(0_u64..1000, 3), lift in 0_usize..3, turn in 0_usize..3) {
        let rates: [fn(usize, usize) -> f64; 3] = [|_, _| 0.2, |arm, _| 0.2 + 0.05 * arm as f64, |arm, _| 0.25 - 0.06 * arm as f64];
        let parts: Vec<Evidence> = seeds
            .iter()
            .map(|seed| World { days: 8, daily: vec![400, 400], rate: rates[lift], ..World::null(*seed) }.evidence(&design()))
            .collect();
        let context = running(guarded(0.1));
        let sum = |order: [usize; 3]| order.iter().map(|index| &parts[*index]).fold(Evidence::default(), |sum, part| sum.merge(part));
        let one = report(&context, &sum([0, 1, 2]));
        let other = report(&context, &sum([[2, 1, 0], [1, 0, 2], [2, 0, 1]][turn]));
        prop_assert_eq!(one.verdict.call, other.verdict.call);
        prop_assert_eq!(&one.verdict.sentence, &other.verdict.sentence);
        let states = |report: &Report| report.health.iter().map(|check| (check.name.clone(), check.state)).collect::<Vec<_>>();
        prop_assert_eq!(states(&one), states(&other));
        for (a, b) in one.comparisons[0].metrics.iter().zip(&other.comparisons[0].metrics) {
            let (a, b) = (a.effect.as_ref().unwrap().absolute, b.effect.as_ref().unwrap().absolute);
            prop_assert!((a.value - b.value).abs() <= 1e-9 * a.std_error && (a.p - b.p).abs() < 1e-9);
        }
    }
}
