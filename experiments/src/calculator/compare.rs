//! Questions that compare two arms of a metric.

use super::answer::{Answer, Figure};
use super::input::{Comparison, Scale, needed};
use super::{Outcome, Refusal};
use crate::statistics::bayes::{Posterior, Prior};
use crate::statistics::cuped::Cuped;
use crate::statistics::fieller::{self, LiftSet};
use crate::statistics::sequential::Sequence;
use crate::statistics::{Arm, Difference, Test, Which, log_ratio, noninferiority, ratio_cuped};

pub fn frequentist(input: Comparison) -> Outcome {
    // Some references keep these two under the metric's own category.
    match input.difference.as_deref() {
        Some("relative_fieller") => return fieller(input),
        Some("relative_log_ratio") => return log_ratio(input),
        _ => {}
    }
    let Some(arms) = Arms::read(&input)? else { return Ok(unknown_metric(&input)) };
    let difference = arms.difference(input.scale())?;
    let test = difference.test(0.0, input.tail()?, input.alpha())?;
    let mut figures = arms.figures(&difference, &test);
    if let Some(theta) = arms.theta {
        figures.push(("theta", theta.into()));
    }
    Ok(Answer::Ok(figures))
}

pub fn noninferiority(input: Comparison) -> Outcome {
    let Some(arms) = Arms::read(&input)? else { return Ok(unknown_metric(&input)) };
    let difference = arms.difference(input.scale())?;
    let test = noninferiority::test(&difference, needed("margin", input.margin)?, input.tail()?, input.alpha())?;
    Ok(Answer::Ok(arms.figures(&difference, &test)))
}

pub fn sequential(input: Comparison) -> Outcome {
    let Some(arms) = Arms::read(&input)? else { return Ok(unknown_metric(&input)) };
    let difference = arms.difference(input.scale())?;
    let sequence = Sequence::new(input.alpha(), input.tuning_n_star.map_or(5000.0, |n| n.0))?;
    let look = sequence.look(&difference);
    Ok(Answer::Ok(vec![
        ("n_total", difference.units.into()),
        ("rho", sequence.rho().into()),
        ("point_estimate", difference.effect.into()),
        ("std_error", difference.std_error.into()),
        ("half_width", look.half_width.into()),
        ("ci_low", (difference.effect - look.half_width).into()),
        ("ci_high", (difference.effect + look.half_width).into()),
        ("log_e_value", look.log_e_value.into()),
        ("p_value", look.p_value.into()),
    ]))
}

pub fn bayesian(input: Comparison) -> Outcome {
    let Some(arms) = Arms::read(&input)? else { return Ok(unknown_metric(&input)) };
    let scale = input.scale();
    let difference = arms.difference(scale)?;
    let prior = match input.prior.as_ref().filter(|prior| prior.proper) {
        None => Prior::Flat,
        Some(prior) => {
            let prior_scale = if prior.scale.as_deref() == Some("absolute") { Scale::Absolute } else { Scale::Relative };
            let base = arms.baseline.abs();
            let factor = match (prior_scale, scale) {
                (Scale::Relative, Scale::Absolute) => base,
                (Scale::Absolute, Scale::Relative) => 1.0 / base,
                _ => 1.0,
            };
            Prior::Normal { mean: prior.mean.0 * factor, variance: prior.variance.0 * factor * factor }
        }
    };
    let posterior = Posterior::new(&difference, prior)?;
    let (low, high) = posterior.interval(input.alpha())?;
    let (gain, loss) = (posterior.expected_gain(), posterior.expected_loss());
    let (chance, risk_control, risk_treatment) =
        if input.inverse { (posterior.chance_below_zero(), loss, gain) } else { (posterior.chance_above_zero(), gain, loss) };
    Ok(Answer::Ok(vec![
        ("posterior_mean", posterior.mean.into()),
        ("posterior_sd", posterior.sd.into()),
        ("chance_to_win", chance.into()),
        ("ci_low", low.into()),
        ("ci_high", high.into()),
        ("risk_control", risk_control.into()),
        ("risk_treatment", risk_treatment.into()),
    ]))
}

pub fn fieller(input: Comparison) -> Outcome {
    let Some(arms) = Arms::read(&input)? else { return Ok(unknown_metric(&input)) };
    let lift = match &arms.cuped {
        Some(cuped) => cuped.lift(input.alpha())?,
        None => fieller::lift(&arms.control, &arms.treatment, input.alpha())?,
    };
    let (set, low, high) = match lift.set {
        LiftSet::Between(low, high) => ("between", Some(low), Some(high)),
        LiftSet::Outside(..) => ("outside", None, None),
        LiftSet::Any => ("any", None, None),
    };
    let mut figures = vec![
        ("point_estimate", lift.estimate.into()),
        ("dof", lift.dof.into()),
        ("g", lift.g.into()),
        ("bounded", low.is_some().into()),
        ("ci_low", low.into()),
        ("ci_high", high.into()),
        ("set", Figure::Word(set)),
    ];
    if let LiftSet::Outside(below, above) = lift.set {
        figures.extend([("up_to", below.into()), ("from", above.into())]);
    }
    Ok(Answer::Ok(figures))
}

pub fn log_ratio(input: Comparison) -> Outcome {
    let Some(arms) = Arms::read(&input)? else { return Ok(unknown_metric(&input)) };
    let (control, treatment) = arms.on_own_scale();
    let (estimate, low, high) = log_ratio::lift(&control, &treatment, input.alpha())?;
    Ok(Answer::Ok(vec![("point_estimate", estimate.into()), ("ci_low", low.into()), ("ci_high", high.into())]))
}

/// Both arms of a metric, with what CUPED adds.
struct Arms {
    control: Arm,
    treatment: Arm,
    /// The control's unadjusted mean.
    baseline: f64,
    theta: Option<f64>,
    cuped: Option<Cuped>,
}

impl Arms {
    /// `None` when the metric's name is not known.
    fn read(input: &Comparison) -> Result<Option<Self>, Refusal> {
        let each = |of: &dyn Fn(Which) -> Result<Arm, Refusal>| -> Result<Option<Self>, Refusal> {
            let (control, treatment) = (of(Which::Control)?, of(Which::Treatment)?);
            Ok(Some(Self { control, treatment, baseline: control.mean, theta: None, cuped: None }))
        };
        match input.metric.as_str() {
            "mean" | "count" | "revenue" => each(&|which| Arm::mean(which, &input.moments(which)?)),
            "proportion" => each(&|which| input.proportion(which)),
            "ratio" => each(&|which| Arm::ratio(which, &input.moments(which)?)),
            "quantile_unit" => each(&|which| input.quantile(which)?.arm(which)),
            "quantile_event" => each(&|which| input.quantile(which)?.clustered_arm(which, &input.clusters(which)?)),
            "mean_cuped" => {
                let moments = (input.moments(Which::Control)?, input.moments(Which::Treatment)?);
                let cuped = Cuped::new(&moments.0, &moments.1)?;
                Ok(Some(Self {
                    control: cuped.control,
                    treatment: cuped.treatment,
                    baseline: moments.0.mean(0),
                    theta: Some(cuped.theta),
                    cuped: Some(cuped),
                }))
            }
            "ratio_cuped" => {
                let (theta, control, treatment) = ratio_cuped::adjust(&input.moments(Which::Control)?, &input.moments(Which::Treatment)?)?;
                Ok(Some(Self { control, treatment, baseline: control.mean, theta: Some(theta), cuped: None }))
            }
            _ => Ok(None),
        }
    }

    fn difference(&self, scale: Scale) -> Result<Difference, Refusal> {
        match (scale, &self.cuped) {
            (Scale::Absolute, _) => Difference::absolute(&self.control, &self.treatment),
            (Scale::Relative, None) => Difference::relative(&self.control, &self.treatment),
            (Scale::Relative, Some(cuped)) => cuped.relative(),
        }
    }

    /// Arms whose means are those of the metric, also after CUPED.
    fn on_own_scale(&self) -> (Arm, Arm) {
        self.cuped.as_ref().map_or((self.control, self.treatment), Cuped::centred)
    }

    fn figures(&self, difference: &Difference, test: &Test) -> Vec<(&'static str, Figure)> {
        vec![
            ("control_mean", self.control.mean.into()),
            ("treatment_mean", self.treatment.mean.into()),
            ("control_variance", self.control.variance.into()),
            ("treatment_variance", self.treatment.variance.into()),
            ("point_estimate", difference.effect.into()),
            ("std_error", difference.std_error.into()),
            ("dof", difference.dof.into()),
            ("statistic", test.statistic.into()),
            ("p_value", test.p_value.into()),
            ("ci_low", test.low.into()),
            ("ci_high", test.high.into()),
        ]
    }
}

fn unknown_metric(input: &Comparison) -> Answer {
    Answer::Unsupported(format!(
        "metric `{}` is not offered; there are mean, proportion, ratio, mean_cuped, ratio_cuped, quantile_unit and quantile_event",
        input.metric
    ))
}
