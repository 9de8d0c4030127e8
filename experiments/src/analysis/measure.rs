//! One metric in two arms: from summaries to a difference on the metric's own scale, whatever the kind of metric.

use super::few::Exact;
use crate::design::{Metric, MetricKind};
use crate::evidence::{Histogram, MetricSummary};
use crate::statistics::cuped::Cuped;
use crate::statistics::distributions::normal;
use crate::statistics::proportion_interval::Count;
use crate::statistics::quantile::{QuantileSummary, interval_sample};
use crate::statistics::{Arm, Difference, Moments, Refusal, Which, fieller, proportion_lift, ratio_cuped};

/// Two arms and their difference.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The control, adjusted where CUPED is on.
    pub control: Arm,
    /// The treatment likewise.
    pub treatment: Arm,
    /// Treatment minus control.
    pub difference: Difference,
    /// What CUPED did.
    pub adjusted: Option<Adjusted>,
    /// The difference without the cap.
    pub uncapped: Option<Difference>,
    /// The outcome of dealing the units out again, where they are few.
    pub exact: Option<Exact>,
    /// How it was made, in words.
    pub method: String,
    /// Events among units of both arms, where the arms are shares as they are.
    pub(super) shares: Option<[Count; 2]>,
}

/// What the time before the start did to a metric.
#[derive(Debug, Clone)]
pub struct Adjusted {
    /// The difference without it.
    pub plain: Difference,
    /// Share of the variance that it explains, 0 to 1.
    pub removed: f64,
    mean: Option<Cuped>,
}

/// Measures a metric; the summaries are those of control and treatment.
///
/// # Errors
/// When nothing can be estimated: too few units, no spread, no denominator.
pub fn measure(metric: &Metric, [control, treatment]: [&MetricSummary; 2], cuped: bool) -> Result<Measured, Refusal> {
    if let MetricKind::Quantile { level, .. } = metric.kind {
        let arms = [quantile_arm(Which::Control, &control.histogram, level)?, quantile_arm(Which::Treatment, &treatment.histogram, level)?];
        return Measured::plain(arms, "quantile with the interval of its order statistics");
    }
    let capped = of_moments(metric, [&control.moments, &treatment.moments], cuped)?;
    let uncapped = match (&control.uncapped, &treatment.uncapped) {
        (Some(a), Some(b)) => of_moments(metric, [a, b], cuped).ok().map(|measured| measured.difference),
        _ => None,
    };
    Ok(Measured { uncapped, ..capped })
}

impl Measured {
    /// Two arms as they are.
    ///
    /// # Errors
    /// When their difference has no error.
    pub fn plain([control, treatment]: [Arm; 2], method: &str) -> Result<Self, Refusal> {
        let difference = Difference::absolute(&control, &treatment)?;
        Ok(Self { control, treatment, difference, adjusted: None, uncapped: None, exact: None, method: method.to_owned(), shares: None })
    }

    /// The lift with the set that a critical value gives.
    ///
    /// # Errors
    /// When the control's mean is 0.
    pub fn lift(&self, critical: f64) -> Result<fieller::Lift, Refusal> {
        if let Some(cuped) = self.adjusted.as_ref().and_then(|adjusted| adjusted.mean.as_ref()) {
            return cuped.lift_at(critical);
        }
        match self.shares {
            Some([control, treatment]) => proportion_lift::lift_at(control, treatment, critical),
            None => fieller::lift_at(&self.control, &self.treatment, self.difference.dof, critical),
        }
    }
}

/// The arms of a metric without any adjustment.
///
/// # Errors
/// As [`Arm::new`].
pub fn plain_arms(metric: &Metric, moments: [&Moments<4>; 2], variables: [usize; 2]) -> Result<[Arm; 2], Refusal> {
    let [top, bottom] = variables;
    let arm = |which, moments: &Moments<4>| match metric.kind {
        // A summary from before the start counts events, so that it is a mean there.
        MetricKind::Proportion { .. } if top == 0 => Arm::proportion(which, moments.units(), events(moments)),
        MetricKind::Ratio { .. } => Arm::ratio(which, &moments.pick([top, bottom])),
        _ => Arm::mean(which, &moments.pick([top])),
    };
    Ok([arm(Which::Control, moments[0])?, arm(Which::Treatment, moments[1])?])
}

/// Units with an event.
fn events(moments: &Moments<4>) -> u64 {
    moments.sum(0).round().clamp(0.0, moments.units() as f64) as u64
}

fn of_moments(metric: &Metric, moments: [&Moments<4>; 2], cuped: bool) -> Result<Measured, Refusal> {
    let ratio = matches!(metric.kind, MetricKind::Ratio { .. });
    let method = match metric.kind {
        MetricKind::Proportion { .. } => "difference of two shares (Welch's t-test)",
        MetricKind::Ratio { .. } => "ratio of sums by the delta method",
        _ => "Welch's t-test",
    };
    let mut plain = Measured::plain(plain_arms(metric, moments, [0, 1])?, method)?;
    if matches!(metric.kind, MetricKind::Proportion { .. }) {
        let [a, b] = moments.map(|arm| Count::new(events(arm), arm.units()));
        plain.shares = Some([a?, b?]);
    }
    if !cuped {
        return Ok(plain);
    }
    // Without anything from before the start there is nothing to adjust by.
    let adjusted = if ratio { by_ratio(moments, &plain) } else { by_mean(moments, &plain) };
    Ok(adjusted.unwrap_or(plain))
}

fn by_mean(moments: [&Moments<4>; 2], plain: &Measured) -> Option<Measured> {
    let cuped = Cuped::new(&moments[0].pick([0, 2]), &moments[1].pick([0, 2])).ok().filter(|cuped| cuped.theta != 0.0)?;
    let (control, treatment) = cuped.centred();
    finish(plain, [control, treatment], cuped.absolute().ok()?, Some(cuped))
}

fn by_ratio(moments: [&Moments<4>; 2], plain: &Measured) -> Option<Measured> {
    let (_, control, treatment) = ratio_cuped::adjust(moments[0], moments[1]).ok().filter(|(theta, ..)| *theta != 0.0)?;
    finish(plain, [control, treatment], Difference::absolute(&control, &treatment).ok()?, None)
}

fn finish(plain: &Measured, [control, treatment]: [Arm; 2], difference: Difference, mean: Option<Cuped>) -> Option<Measured> {
    let removed = (1.0 - (difference.std_error / plain.difference.std_error).powi(2)).clamp(0.0, 1.0);
    let adjusted = Adjusted { plain: plain.difference, removed, mean };
    let method = format!("{}, adjusted by the time before the start (CUPED)", plain.method);
    Some(Measured { control, treatment, difference, adjusted: Some(adjusted), uncapped: None, exact: None, method, shares: None })
}

fn quantile_arm(which: Which, histogram: &Histogram, level: f64) -> Result<Arm, Refusal> {
    let values = histogram.count();
    let empty = Refusal::TooFewUnits { arm: which, units: values, needed: 2 };
    if values < 2 {
        return Err(empty);
    }
    let sample = interval_sample(values);
    let half = normal::upper_quantile(0.025) * (level * (1.0 - level) / sample as f64).sqrt();
    let [lower, estimate, upper] = [level - half, level, level + half].map(|at| smooth_quantile(histogram, at));
    if upper <= lower {
        return Err(Refusal::NoVariance { arm: which });
    }
    QuantileSummary { values, sample, level, estimate, lower, upper }.arm(which)
}

/// The quantile with the values of a bucket spread evenly over it, so that samples too large for the bucket's width still have a spread.
fn smooth_quantile(histogram: &Histogram, level: f64) -> f64 {
    let place = level.clamp(0.0, 1.0) * histogram.count() as f64;
    let mut before = 0.0;
    for (bucket, count) in &histogram.0 {
        let count = *count as f64;
        if before + count >= place && count > 0.0 {
            let middle = Histogram::value(*bucket);
            return middle * (1.0 + (HALF_BUCKET - 1.0 / HALF_BUCKET) * ((place - before) / count - 0.5));
        }
        before += count;
    }
    histogram.0.keys().next_back().map_or(0.0, |bucket| Histogram::value(*bucket))
}

/// Square root of the growth of a bucket's bounds.
const HALF_BUCKET: f64 = 1.004_987_562_112_089;
