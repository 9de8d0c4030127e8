//! The calculator before the start: how many units and days, what can be found with what there is, what looking early costs, and whether
//! to split products or their visitors. One question, one answer; what cannot be planned is refused in words.

mod baseline;
mod designs;
mod peeking;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::statistics::distributions::normal;
use crate::statistics::power::{Baseline, Family, Plan, TwoSample};
use crate::statistics::sequential::Sequence;
use crate::statistics::{Refusal, Tail};

pub use baseline::PlanMetric;
pub use designs::{DesignComparison, ProductQuestion};
pub use peeking::{Peeking, false_positives};

/// What is asked before an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanQuestion {
    /// The primary metric as it is today.
    pub metric: PlanMetric,
    /// The smallest relative lift that is worth finding: 0.05 = 5 %; below 0 for a loss.
    pub lift: f64,
    /// Error level, two-sided.
    #[serde(default = "five_percent")]
    pub alpha: f64,
    /// Chance to find a lift of that size, 0.5 to 1.
    #[serde(default = "eighty_percent")]
    pub power: f64,
    /// Weights of the variants, the control first.
    #[serde(default = "halves")]
    pub weights: Vec<u32>,
    /// Correlation of the metric with the same metric of the same units before the start, where that adjusts it (CUPED); 0 = not.
    #[serde(default)]
    pub correlation: f64,
    /// Units that come new each day, all traffic of the scope.
    pub units_per_day: f64,
    /// Share of them that takes part, 0 to 1.
    #[serde(default = "all")]
    pub share: f64,
    /// A size that is given, all variants together: what does it find?
    #[serde(default)]
    pub units: Option<u64>,
    /// The products whose pictures change, for comparing the two ways to split.
    #[serde(default)]
    pub products: Option<ProductQuestion>,
}

/// What can be said before an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanAnswer {
    /// Decided once, at the planned end.
    pub at_the_end: Option<PlanFigures>,
    /// Decided at any time.
    pub any_time: Option<PlanFigures>,
    /// How many times the units of the first the second has to be allowed to run to.
    pub times_fixed: Option<f64>,
    /// What can be found after so many days.
    pub detectable: Vec<Detectable>,
    /// The chance to find the lift with the size that was given.
    pub power: Option<PowerAt>,
    /// What looking every day without correcting for it does.
    pub peeking: Option<Peeking>,
    /// Products or their visitors.
    pub designs: Option<DesignComparison>,
    /// The answer in words.
    pub sentences: Vec<String>,
    /// What speaks against the plan.
    pub warnings: Vec<String>,
    /// Why there is no answer.
    pub refused: Option<String>,
}

/// A size and a length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanFigures {
    /// Units of all variants.
    pub units: u64,
    /// Of these, the control's.
    pub control_units: u64,
    /// Days to get them, at least 7.
    pub days: u64,
    /// The same in whole weeks, as it should be planned.
    pub whole_weeks_days: u64,
}

/// The smallest lift that is found after some days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Detectable {
    /// Days.
    pub days: u64,
    /// Units of all variants by then.
    pub units: u64,
    /// With one look at the end.
    pub at_the_end: f64,
    /// With looks at any time, up to that day.
    pub any_time: f64,
}

/// The chance to find the lift.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PowerAt {
    /// Units of all variants.
    pub units: u64,
    /// With one look at the end, 0 to 1.
    pub at_the_end: f64,
    /// With looks at any time, up to that size: at least this.
    pub any_time: f64,
}

/// Days of the table of what can be found.
const TABLE_DAYS: [u64; 6] = [7, 14, 21, 28, 42, 56];
/// Longer than this, and shoppers, prices and seasons are no longer those of the start.
const DAYS_MOST: u64 = 91;

/// Answers a question.
pub fn plan(question: &PlanQuestion) -> PlanAnswer {
    answer(question).unwrap_or_else(|refusal| PlanAnswer {
        at_the_end: None,
        any_time: None,
        times_fixed: None,
        detectable: Vec::new(),
        power: None,
        peeking: None,
        designs: None,
        sentences: Vec::new(),
        warnings: Vec::new(),
        refused: Some(refusal.to_string()),
    })
}

/// The question in the words of the statistics.
struct Setting {
    baseline: Baseline,
    test: TwoSample,
    /// Units of the two arms on one unit of all variants.
    two_arms: f64,
    /// The control's share of the two arms.
    control: f64,
    units_per_day: f64,
}

fn answer(question: &PlanQuestion) -> Result<PlanAnswer, Refusal> {
    let setting = Setting::of(question)?;
    let plan = Plan::for_lift(setting.baseline, question.lift, question.power, setting.test, setting.units_per_day * setting.two_arms)?;
    let at_the_end = setting.figures(plan.control_units + plan.treatment_units, plan.control_units);
    let any_time = setting.figures(plan.sequential.units_max, plan.sequential.units_max * setting.control);
    let detectable: Vec<Detectable> = TABLE_DAYS.into_iter().filter_map(|days| setting.detectable(days, question.power)).collect();
    let power = match question.units {
        Some(units) => Some(setting.power_at(units, question.lift)?),
        None => None,
    };
    let designs = question
        .products
        .as_ref()
        .map(|products| DesignComparison::of(products, &question.metric, question.lift, setting.test.alpha))
        .transpose()?;
    let peeking = Peeking::daily(at_the_end.days, question.alpha);
    let mut sentences = sentences(question, &at_the_end, &any_time, plan.sequential.times_fixed);
    sentences.push(peeking.sentence.clone());
    sentences.extend(designs.iter().map(|designs| designs.sentence.clone()));
    Ok(PlanAnswer {
        at_the_end: Some(at_the_end),
        any_time: Some(any_time),
        times_fixed: Some(plan.sequential.times_fixed),
        detectable,
        power,
        peeking: Some(peeking),
        designs,
        sentences,
        warnings: warnings(question, &setting, &at_the_end),
        refused: None,
    })
}

impl Setting {
    fn of(question: &PlanQuestion) -> Result<Self, Refusal> {
        Refusal::unless_level("alpha", question.alpha)?;
        if !(question.power > 0.5 && question.power < 1.0) {
            return Err(Refusal::out_of_range("power", question.power, "above 0.5 and below 1"));
        }
        if !(question.share > 0.0 && question.share <= 1.0) {
            return Err(Refusal::out_of_range("share", question.share, "above 0 and at most 1"));
        }
        if question.weights.len() < 2 || question.weights.contains(&0) {
            return Err(Refusal::out_of_range("weights", question.weights.len() as f64, "2 or more, each above 0"));
        }
        if !(question.correlation > -1.0 && question.correlation < 1.0) {
            return Err(Refusal::out_of_range("correlation", question.correlation, "above -1 and below 1"));
        }
        let control = f64::from(question.weights[0]);
        // The smallest treatment is the hardest to tell from the control.
        let treatment = question.weights[1..].iter().copied().min().map_or(control, f64::from);
        let all: f64 = question.weights.iter().map(|weight| f64::from(*weight)).sum();
        let treatments = (question.weights.len() - 1) as f64;
        let test =
            TwoSample { alpha: question.alpha / treatments, tail: Tail::Both, ratio: treatment / control, family: Family::StudentWelch };
        Ok(Self {
            baseline: question.metric.baseline(question.correlation)?,
            test,
            two_arms: (control + treatment) / all,
            control: control / (control + treatment),
            units_per_day: question.units_per_day * question.share,
        })
    }

    /// Figures of all variants from the units of two arms.
    fn figures(&self, two_arms: f64, control: f64) -> PlanFigures {
        let units = (two_arms / self.two_arms).ceil();
        let days = (units / self.units_per_day).ceil().max(7.0) as u64;
        PlanFigures { units: units as u64, control_units: control.ceil() as u64, days, whole_weeks_days: days.div_ceil(7) * 7 }
    }

    fn detectable(&self, days: u64, power: f64) -> Option<Detectable> {
        let units = self.units_per_day * days as f64;
        let lift = Plan::detectable_lift(self.baseline, units * self.two_arms * self.control, power, self.test).ok()?;
        let reach = normal::quantile(power);
        let any_time = lift * (self.critical()? + reach) / (normal::upper_quantile(0.5 * self.test.alpha) + reach);
        Some(Detectable { days, units: units as u64, at_the_end: lift, any_time })
    }

    fn power_at(&self, units: u64, lift: f64) -> Result<PowerAt, Refusal> {
        let control = units as f64 * self.two_arms * self.control;
        let treatment = control * self.test.ratio;
        if control.min(treatment) < 2.0 {
            return Err(Refusal::out_of_range("units", units as f64, "enough for two in every variant"));
        }
        let (mean, now, then) = match self.baseline {
            Baseline::Proportion(p) => {
                let treated = p * (1.0 + lift);
                if !(0.0..=1.0).contains(&treated) {
                    return Err(Refusal::out_of_range("share with the lift", treated, "0 to 1"));
                }
                (p, p * (1.0 - p), treated * (1.0 - treated))
            }
            Baseline::Spread { mean, variance, correlation } => {
                let left = variance * (1.0 - correlation * correlation);
                (mean, left, left)
            }
            Baseline::Scaled { mean, variance, correlation } => {
                let left = variance * (1.0 - correlation * correlation);
                (mean, left, left * (1.0 + lift).powi(2))
            }
        };
        let shift = (lift * mean).abs() / (now / control + then / treatment).sqrt();
        let z = normal::upper_quantile(0.5 * self.test.alpha);
        let power = |critical: f64| normal::survival(critical - shift);
        Ok(PowerAt { units, at_the_end: power(z) + normal::survival(z + shift), any_time: self.critical().map_or(0.0, power) })
    }

    /// The sequence's critical value at the size that it is tuned to.
    fn critical(&self) -> Option<f64> {
        Sequence::new(self.test.alpha, 1.0).ok().map(|sequence| sequence.critical(1.0))
    }
}

fn sentences(question: &PlanQuestion, fixed: &PlanFigures, any_time: &PlanFigures, times: f64) -> Vec<String> {
    let percent = |share: f64| format!("{} %", (share * 1000.0).round() / 10.0);
    let mut sentences = vec![
        format!(
            "To find a lift of {} in {} of cases, with {} of experiments without any effect called a difference: {} units in all variants, {} days (plan {}).",
            percent(question.lift),
            percent(question.power),
            percent(question.alpha),
            fixed.units,
            fixed.days,
            fixed.whole_weeks_days
        ),
        format!(
            "To be allowed to decide at any time, let it run to {} units, {} days: {times:.1} times as many. It ends there only if the effect is \
             as small as that or none; over effects of that size, the average is about a fifth more than with one look.",
            any_time.units, any_time.days
        ),
    ];
    if question.weights.len() > 2 {
        sentences.push(format!(
            "{} treatments share the error level, so that each needs more units than one alone.",
            question.weights.len() - 1
        ));
    }
    sentences
}

fn warnings(question: &PlanQuestion, setting: &Setting, fixed: &PlanFigures) -> Vec<String> {
    let mut warnings = Vec::new();
    if fixed.days > DAYS_MOST {
        warnings.push(format!(
            "{} days are too long: shoppers, prices and seasons change, and cookies are lost. Take a larger share of the traffic, look for a larger lift, or take a metric that is less rare or less uneven",
            fixed.days
        ));
    }
    if let Baseline::Proportion(p) = setting.baseline {
        let rarer = fixed.control_units as f64 * p.min(1.0 - p);
        if rarer < 20.0 {
            warnings.push(format!("only about {rarer:.0} events are expected with the control: the plan is a rough guess"));
        }
    }
    if question.correlation > 0.9 {
        warnings.push("a correlation above 0.9 with the time before the start is rare: check where it comes from".into());
    }
    warnings
}

fn five_percent() -> f64 {
    0.05
}

fn eighty_percent() -> f64 {
    0.8
}

fn halves() -> Vec<u32> {
    vec![1, 1]
}

fn all() -> f64 {
    1.0
}

#[cfg(test)]
mod tests;
