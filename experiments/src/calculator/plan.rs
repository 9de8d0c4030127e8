//! Questions before and across experiments: power, several tests at once, boundaries.

use serde::Deserialize;

use super::answer::Answer;
use super::input::{Real, needed, tail, whole};
use super::{Outcome, Refusal};
use crate::statistics::power::{self, Baseline, Family, Plan, TwoSample};
use crate::statistics::{Tail, group_sequential, multiplicity, uniform_bounds};

#[derive(Deserialize)]
pub struct FamilyInput {
    p_values: Vec<Real>,
}

pub fn multiple_testing(input: FamilyInput) -> Outcome {
    let p_values: Vec<f64> = input.p_values.iter().map(|p| p.0).collect();
    Ok(Answer::Ok(vec![
        ("holm", multiplicity::holm(&p_values)?.into()),
        ("benjamini_hochberg", multiplicity::benjamini_hochberg(&p_values)?.into()),
        ("bonferroni", multiplicity::bonferroni(&p_values)?.into()),
        ("hochberg", multiplicity::hochberg(&p_values)?.into()),
        ("benjamini_yekutieli", multiplicity::benjamini_yekutieli(&p_values)?.into()),
    ]))
}

#[derive(Deserialize)]
pub struct PowerInput {
    kind: String,
    #[serde(default)]
    effect_size_d: Option<Real>,
    #[serde(default)]
    n_control: Option<Real>,
    #[serde(default)]
    alpha: Option<Real>,
    #[serde(default)]
    power: Option<Real>,
    #[serde(default)]
    ratio: Option<Real>,
    #[serde(default)]
    alternative: Option<String>,
    #[serde(default)]
    baseline: Option<Real>,
    #[serde(default)]
    absolute_effect: Option<Real>,
    #[serde(default)]
    n_treatment: Option<Real>,
    #[serde(default)]
    n_control_over_n_treatment: Option<Real>,
    #[serde(default)]
    mean: Option<Real>,
    #[serde(default)]
    variance: Option<Real>,
    #[serde(default)]
    correlation: Option<Real>,
    #[serde(default)]
    units_per_day: Option<Real>,
    #[serde(default)]
    scales: bool,
    #[serde(default)]
    n_total: Option<Real>,
    #[serde(default)]
    rel_effect_size: Option<Real>,
}

pub fn power(input: PowerInput) -> Outcome {
    let tail = tail(input.alternative.as_deref())?;
    let alpha = input.alpha.map_or(0.05, |a| a.0);
    if input.kind == "proportion_power" {
        let ratio = input.n_control_over_n_treatment.map_or(1.0, |r| r.0);
        let (baseline, effect) = (needed("baseline", input.baseline)?, needed("absolute_effect", input.absolute_effect)?);
        let power = power::two_proportions(baseline, effect, needed("n_treatment", input.n_treatment)?, ratio, alpha, tail)?;
        return Ok(Answer::Ok(vec![("power", power.into())]));
    }
    if input.kind.starts_with("lift_") {
        return lift(&input, TwoSample { alpha, tail, ratio: input.ratio.map_or(1.0, |r| r.0), family: Family::StudentWelch });
    }
    let family = if input.kind.starts_with("t_") {
        Family::StudentPooled
    } else if input.kind.starts_with("z_") {
        Family::Normal
    } else if input.kind.starts_with("mean_relative") {
        Family::StudentWelch
    } else {
        return Ok(Answer::Unsupported(format!(
            "kind `{}` is not offered; there are t_*, z_*, proportion_power, mean_relative_*, lift_plan and lift_detectable",
            input.kind
        )));
    };
    let test = TwoSample { alpha, tail, ratio: input.ratio.map_or(1.0, |r| r.0), family }.checked()?;
    if family == Family::StudentWelch { mean_relative(&input, &test) } else { standardised(&input, &test) }
}

/// `lift_plan` and `lift_detectable`: a metric as it was before, by `baseline` (a proportion) or `mean` and `variance` (with the
/// `correlation` of a covariate; `scales` where a lift multiplies every unit's amount), with `units_per_day` in both arms.
fn lift(input: &PowerInput, test: TwoSample) -> Outcome {
    let baseline = match input.baseline {
        Some(proportion) => Baseline::Proportion(proportion.0),
        None => {
            let (mean, variance) = (needed("mean", input.mean)?, needed("variance", input.variance)?);
            let correlation = input.correlation.map_or(0.0, |correlation| correlation.0);
            if input.scales { Baseline::Scaled { mean, variance, correlation } } else { Baseline::Spread { mean, variance, correlation } }
        }
    };
    let power = input.power.map_or(0.8, |power| power.0);
    match input.kind.as_str() {
        "lift_plan" => {
            let lift = needed("rel_effect_size", input.rel_effect_size)?;
            let plan = Plan::for_lift(baseline, lift, power, test, needed("units_per_day", input.units_per_day)?)?;
            Ok(Answer::Ok(vec![
                ("n_control", plan.control_units.into()),
                ("n_treatment", plan.treatment_units.into()),
                ("days", plan.days.into()),
                ("sequential_n_total", plan.sequential.units_max.into()),
                ("sequential_days", plan.sequential.days_max.into()),
                ("sequential_times_fixed", plan.sequential.times_fixed.into()),
                ("tuning_n_star", plan.sequential.tuning.into()),
            ]))
        }
        "lift_detectable" => {
            let lift = Plan::detectable_lift(baseline, needed("n_control", input.n_control)?, power, test)?;
            Ok(Answer::Ok(vec![("rel_effect_size", lift.into())]))
        }
        other => Ok(Answer::Unsupported(format!("kind `{other}` is not offered; there are lift_plan and lift_detectable"))),
    }
}

/// `t_*` and `z_*`: solves for what the kind names, or for the one of size, effect and power that is not given.
fn standardised(input: &PowerInput, test: &TwoSample) -> Outcome {
    let solves = |words: &[&str]| words.iter().any(|word| input.kind.ends_with(word));
    if solves(&["_power"]) {
        let (d, n) = (needed("effect_size_d", input.effect_size_d)?, needed("n_control", input.n_control)?);
        if n.min(n * test.ratio) < 1.0 || test.family == Family::StudentPooled && n * (1.0 + test.ratio) <= 2.0 {
            return Err(Refusal::out_of_range("n_control", n, "above 1 in each arm"));
        }
        Ok(Answer::Ok(vec![("power", test.power(d, n).into())]))
    } else if solves(&["_mde", "_effect_size_d", "_effect_size"]) {
        let d = test.detectable(needed("n_control", input.n_control)?, needed("power", input.power)?)?;
        Ok(Answer::Ok(vec![("effect_size_d", d.into())]))
    } else if solves(&["_sample_size", "_n_control", "_n"]) {
        let n = test.control_units(needed("effect_size_d", input.effect_size_d)?, needed("power", input.power)?)?;
        Ok(Answer::Ok(vec![("n_control", n.into())]))
    } else {
        Ok(Answer::Unsupported(format!("kind `{}` is not offered", input.kind)))
    }
}

/// A mean with an effect relative to it; units over both arms.
fn mean_relative(input: &PowerInput, test: &TwoSample) -> Outcome {
    let (mean, variance) = (needed("mean", input.mean)?, needed("variance", input.variance)?);
    if mean == 0.0 {
        return Err(Refusal::ZeroBaseline);
    }
    if variance <= 0.0 {
        return Err(Refusal::out_of_range("variance", variance, "above 0"));
    }
    // The effect is a change of the mean itself: for a mean below 0 a lift is a decrease.
    let scale = mean / variance.sqrt();
    if input.kind.ends_with("_power") {
        let n = needed("n_total", input.n_total)? / (1.0 + test.ratio);
        if n.min(n * test.ratio) <= 1.0 {
            return Err(Refusal::out_of_range("n_total", n * (1.0 + test.ratio), "above 1 in each arm"));
        }
        Ok(Answer::Ok(vec![("power", test.power(needed("rel_effect_size", input.rel_effect_size)? * scale, n).into())]))
    } else if input.kind.ends_with("_rel_effect_size") {
        let n = needed("n_total", input.n_total)? / (1.0 + test.ratio);
        let d = test.detectable(n, needed("power", input.power)?)?;
        let lift = if test.tail == Tail::Both { d / scale.abs() } else { d / scale };
        Ok(Answer::Ok(vec![("rel_effect_size", lift.into())]))
    } else if ["_n_total", "_n_obs", "_sample_size"].iter().any(|word| input.kind.ends_with(word)) {
        let n = test.control_units(needed("rel_effect_size", input.rel_effect_size)? * scale, needed("power", input.power)?)?;
        Ok(Answer::Ok(vec![("n_total", (n * (1.0 + test.ratio)).ceil().into())]))
    } else {
        Ok(Answer::Unsupported(format!("kind `{}` is not offered", input.kind)))
    }
}

#[derive(Deserialize)]
pub struct BoundInput {
    v: Real,
    alpha: Real,
    v_opt: Real,
    #[serde(default)]
    alpha_opt: Option<Real>,
    #[serde(default)]
    one_sided: bool,
}

pub fn normal_mixture_bound(input: BoundInput) -> Outcome {
    let alpha_opt = input.alpha_opt.unwrap_or(input.alpha).0;
    let bound = uniform_bounds::normal_mixture(input.v.0, input.alpha.0, input.v_opt.0, alpha_opt, input.one_sided)?;
    Ok(Answer::Ok(vec![("bound", bound.into())]))
}

#[derive(Deserialize)]
pub struct ShareSequenceInput {
    successes: Real,
    n: Real,
    alpha: Real,
    t_opt: Real,
    #[serde(default)]
    alpha_opt: Option<Real>,
}

pub fn share_interval(input: ShareSequenceInput) -> Outcome {
    let (successes, trials) = (whole("successes", input.successes.0)?, whole("n", input.n.0)?);
    let alpha_opt = input.alpha_opt.unwrap_or(input.alpha).0;
    let (low, high) = uniform_bounds::share_interval(successes, trials, input.alpha.0, input.t_opt.0, alpha_opt)?;
    Ok(Answer::Ok(vec![("ci_low", low.into()), ("ci_high", high.into())]))
}

#[derive(Deserialize)]
pub struct SpendingInput {
    information_fractions: Vec<Real>,
    alpha: Real,
    phi: Real,
    #[serde(default)]
    sides: Option<Real>,
}

pub fn group_sequential(input: SpendingInput) -> Outcome {
    let two_sided = match input.sides.map_or(2.0, |sides| sides.0) {
        1.0 => false,
        2.0 => true,
        other => return Err(Refusal::out_of_range("sides", other, "1 or 2")),
    };
    let fractions: Vec<f64> = input.information_fractions.iter().map(|x| x.0).collect();
    let bounds = group_sequential::bounds(&fractions, input.alpha.0, input.phi.0, two_sided)?;
    Ok(Answer::Ok(vec![("z_bounds", bounds.into())]))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::calculator::calculate;

    fn asked(input: Value) -> Value {
        serde_json::to_value(calculate("power", input).unwrap()).unwrap()
    }

    #[test]
    fn a_plan_and_the_lift_it_finds_are_two_sides_of_one() {
        let plan = asked(json!({ "kind": "lift_plan", "baseline": 0.05, "rel_effect_size": 0.1, "units_per_day": 5000 }));
        assert_eq!((&plan["n_control"], &plan["days"]), (&json!(31_234), &json!(13)), "{plan}");
        assert!(plan["sequential_n_total"].as_f64() > Some(110_000.0));
        let found = asked(json!({ "kind": "lift_detectable", "baseline": 0.05, "n_control": 31_234 }));
        assert!((found["rel_effect_size"].as_f64().unwrap() - 0.1).abs() < 1e-4, "{found}");
        let revenue = json!({ "kind": "lift_detectable", "mean": 2.73, "variance": 398.0, "scales": true, "n_control": 50_000 });
        assert!(asked(revenue)["rel_effect_size"].as_f64() > Some(0.12));
        assert_eq!(asked(json!({ "kind": "lift_detectable", "mean": 0, "variance": 1, "n_control": 100 }))["status"], "not_estimable");
        assert_eq!(asked(json!({ "kind": "lift_other", "baseline": 0.1 }))["status"], "unsupported");
    }
}
