use super::*;

fn question(metric: PlanMetric, lift: f64) -> PlanQuestion {
    PlanQuestion {
        metric,
        lift,
        alpha: 0.05,
        power: 0.8,
        weights: vec![1, 1],
        correlation: 0.0,
        units_per_day: 5_000.0,
        share: 1.0,
        units: None,
        products: None,
    }
}

#[test]
fn a_share_of_five_percent_needs_what_is_published() {
    // statsmodels: 31,231 an arm for +10 % of 5 % at 80 % power.
    let answer = plan(&question(PlanMetric::Proportion { rate: 0.05 }, 0.1));
    let fixed = answer.at_the_end.unwrap();
    assert!((fixed.control_units as i64 - 31_231).abs() <= 12 && fixed.units == 2 * fixed.control_units, "{fixed:?}");
    assert_eq!((fixed.days, fixed.whole_weeks_days), (13, 14));
    assert!((answer.times_fixed.unwrap() - 1.9).abs() < 0.1);
    assert!(answer.any_time.unwrap().units > fixed.units && answer.refused.is_none());
}

#[test]
fn power_and_size_and_smallest_lift_agree_for_every_kind_of_metric() {
    let metrics = [
        PlanMetric::Proportion { rate: 0.05 },
        PlanMetric::Count { mean: 2.0, sd: None },
        PlanMetric::Total { mean: 3.0, sd: 15.0 },
        PlanMetric::Ratio { ratio: 0.04, sd: 0.09 },
        PlanMetric::Quantile { level: 0.9, value: 50.0, below: 40.0, above: 65.0 },
    ];
    for metric in metrics {
        let asked = question(metric, 0.07);
        let fixed = plan(&asked).at_the_end.unwrap();
        let found = plan(&PlanQuestion { units: Some(fixed.units), ..asked.clone() }).power.unwrap();
        assert!((found.at_the_end - 0.8).abs() < 0.01 && found.any_time < found.at_the_end, "{metric:?}: {found:?}");
        let long = PlanQuestion { units_per_day: fixed.units as f64 / 14.0, ..asked };
        let table = plan(&long).detectable;
        let two_weeks = table.iter().find(|line| line.days == 14).unwrap();
        assert!((two_weeks.at_the_end - 0.07).abs() < 0.002 && two_weeks.any_time > two_weeks.at_the_end, "{metric:?}: {two_weeks:?}");
        assert!(table.is_sorted_by(|a, b| a.at_the_end >= b.at_the_end), "longer finds smaller");
    }
}

#[test]
fn more_treatments_uneven_weights_and_less_traffic_cost_and_the_time_before_saves() {
    let asked = question(PlanMetric::Total { mean: 3.0, sd: 15.0 }, 0.05);
    let units = |question: PlanQuestion| plan(&question).at_the_end.unwrap().units as f64;
    let plain = units(asked.clone());
    assert!(units(PlanQuestion { weights: vec![1, 1, 1], ..asked.clone() }) > 1.5 * plain);
    assert!(units(PlanQuestion { weights: vec![9, 1], ..asked.clone() }) > 2.5 * plain);
    let adjusted = units(PlanQuestion { correlation: 0.7, ..asked.clone() });
    assert!((adjusted / plain - 0.51).abs() < 0.001, "{}", adjusted / plain);
    let half = plan(&PlanQuestion { share: 0.5, ..asked.clone() }).at_the_end.unwrap();
    assert!((half.days as f64 / plan(&asked).at_the_end.unwrap().days as f64 - 2.0).abs() < 0.1);
}

#[test]
fn splitting_visitors_is_shown_to_be_stronger_than_splitting_products() {
    let products = ProductQuestion { products: 40, impressions: 300.0, impressions_cv: 1.3, rate: Some(0.05), rate_sd: Some(0.025) };
    let answer = plan(&PlanQuestion { products: Some(products), ..question(PlanMetric::Ratio { ratio: 0.05, sd: 0.2 }, 0.1) });
    let designs = answer.designs.unwrap();
    assert!(designs.by_visitor_power > 2.0 * designs.by_product_power && designs.design_effect > 3.0, "{designs:?}");
    assert!(answer.sentences.contains(&designs.sentence));
}

#[test]
fn what_cannot_be_planned_is_refused_in_words() {
    let asked = question(PlanMetric::Proportion { rate: 0.05 }, 0.1);
    for (broken, word) in [
        (PlanQuestion { lift: 0.0, ..asked.clone() }, "no effect"),
        (PlanQuestion { metric: PlanMetric::Proportion { rate: 1.2 }, ..asked.clone() }, "rate"),
        (PlanQuestion { metric: PlanMetric::Total { mean: 0.0, sd: 1.0 }, ..asked.clone() }, "mean is 0"),
        (PlanQuestion { units_per_day: 0.0, ..asked.clone() }, "units per day"),
        (PlanQuestion { weights: vec![1], ..asked.clone() }, "weights"),
        (PlanQuestion { power: f64::NAN, ..asked.clone() }, "power"),
    ] {
        let refused = plan(&broken).refused.unwrap();
        assert!(refused.contains(word), "{refused}");
    }
}
