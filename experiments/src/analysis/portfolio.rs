//! All experiments together: what was decided, what it adds up to, and how much of that is luck.
//!
//! Of many experiments, those that look best were also lucky (the winner's curse): the sum of what was measured is more than what
//! customers will feel. Each lift is therefore drawn towards the mean of all decided experiments of its metric, by how much lifts really
//! differ (empirical Bayes, DerSimonian and Laird 1986); with few experiments, towards none by the default belief about lifts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words;
use crate::design::{Choice, Scope, Stage, Unit};
use crate::report::{Call, LiftEstimate, Report, Role};
use crate::statistics::Difference;
use crate::statistics::bayes::{LIFT_SD, Posterior, Prior};
use crate::statistics::distributions::normal;
use crate::statistics::segments::shrink;

/// An experiment as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Head {
    /// Its id.
    pub id: String,
    /// As people call it.
    pub title: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it stands.
    pub stage: Stage,
    /// What is randomised.
    pub unit: Unit,
    /// Which selections it is about.
    pub scope: Scope,
    /// Share of the traffic that takes part, 0 to 1.
    pub share: f64,
    /// When it started, ms since 1970 UTC.
    pub started_ms: Option<i64>,
    /// When it was stopped, ms since 1970 UTC.
    pub stopped_ms: Option<i64>,
    /// Days that it was planned for.
    pub planned_days: u32,
    /// Simulated data, and what of.
    pub simulated: Option<String>,
    /// What its last report says.
    pub call: Option<Call>,
    /// The same in a sentence.
    pub sentence: Option<String>,
    /// The metric that decides.
    pub primary_title: String,
    /// The lift of that metric, of the treatment that the verdict is about.
    pub lift: Option<LiftEstimate>,
    /// Standard error of the lift, relative to the control.
    #[serde(default)]
    pub lift_error: Option<f64>,
    /// What was decided.
    pub choice: Option<Choice>,
    /// Whether it compares all that was shipped with none of it: the truth about the sum.
    #[serde(default)]
    pub holdout: bool,
}

/// What all decided experiments add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Portfolio {
    /// By metric, those with the most experiments first.
    pub metrics: Vec<PortfolioMetric>,
    /// How to read it.
    pub caution: String,
}

/// All decided experiments of one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PortfolioMetric {
    /// The metric.
    pub title: String,
    /// Each experiment, in the order of their start.
    pub experiments: Vec<PortfolioLine>,
    /// What was shipped, as measured, one on top of the other: 0.1 = 10 %.
    pub measured: f64,
    /// The same drawn towards the whole: what to expect.
    pub expected: f64,
    /// Lower end of what to expect.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What a holdout says of the same sum, where there is one.
    pub holdout: Option<Holdout>,
    /// The sum in a sentence.
    pub sentence: String,
}

/// One decided experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PortfolioLine {
    /// Its id.
    pub id: String,
    /// As people call it.
    pub title: String,
    /// What was decided.
    pub choice: Choice,
    /// The lift as measured.
    pub lift: f64,
    /// Drawn towards the whole.
    pub shrunken: f64,
    /// Lower end of that.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What a holdout says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Holdout {
    /// The experiment.
    pub id: String,
    /// The lift of everything shipped over nothing shipped.
    pub lift: LiftEstimate,
}

/// With fewer experiments their spread is a guess, and the default belief stands in.
const EXPERIMENTS_LEAST: usize = 5;

impl Head {
    /// Puts the figures of a report into a head: call, sentence, and the lift of the treatment that the verdict is about.
    #[must_use]
    pub fn with(self, report: &Report) -> Self {
        let about = report.verdict.treatment.as_deref();
        let comparison = report.comparisons.iter().find(|comparison| about.is_none_or(|name| name == comparison.treatment));
        let primary = comparison.and_then(|comparison| comparison.metrics.iter().find(|result| result.role == Role::Primary));
        let effect = primary.and_then(|result| result.effect.as_ref()).filter(|_| report.verdict.call != Call::Blocked);
        let control = primary.and_then(|result| result.control).filter(|control| *control != 0.0);
        Self {
            call: Some(report.verdict.call),
            sentence: Some(report.verdict.sentence.clone()),
            lift: effect.and_then(|effect| effect.lift),
            lift_error: effect
                .zip(control)
                .map(|(effect, control)| effect.absolute.std_error / control.abs())
                .filter(|error| error.is_finite()),
            ..self
        }
    }
}

/// Adds up what was decided; simulated experiments and those without a lift are left out.
pub fn portfolio(heads: &[Head]) -> Portfolio {
    let counted: Vec<&Head> = heads.iter().filter(|head| head.simulated.is_none()).collect();
    let mut titles: Vec<&str> = Vec::new();
    for head in counted.iter().filter(|head| decided(head).is_some()) {
        if !titles.contains(&head.primary_title.as_str()) {
            titles.push(&head.primary_title);
        }
    }
    let mut metrics: Vec<PortfolioMetric> = titles.into_iter().filter_map(|title| metric(title, &counted)).collect();
    metrics.sort_by(|a, b| b.experiments.len().cmp(&a.experiments.len()).then_with(|| a.title.cmp(&b.title)));
    let caution = "What was shipped was chosen because it looked good, so that the sum as measured is too high (the winner's curse): expect \
                   the drawn figure. Effects are put one on top of the other as if they did not touch each other, and as if they lasted; \
                   only a part of the traffic that keeps the old rules (a holdout) shows the true sum. Experiments on simulated shoppers are left out.";
    Portfolio { metrics, caution: caution.into() }
}

/// Choice, lift and error of an experiment that counts.
fn decided(head: &Head) -> Option<(Choice, f64, f64)> {
    let error = head.lift_error.filter(|error| *error > 0.0)?;
    (!head.holdout).then_some((head.choice?, head.lift?.value, error))
}

fn metric(title: &str, heads: &[&Head]) -> Option<PortfolioMetric> {
    let mut of_metric: Vec<&Head> = heads.iter().copied().filter(|head| head.primary_title == title && decided(head).is_some()).collect();
    of_metric.sort_by(|a, b| a.started_ms.cmp(&b.started_ms).then_with(|| a.id.cmp(&b.id)));
    let found: Vec<(&Head, Choice, Difference)> = of_metric
        .into_iter()
        .filter_map(|head| {
            let (choice, lift, error) = decided(head)?;
            Some((head, choice, Difference::new(lift, error * error, 1e9, 0.0).ok()?))
        })
        .collect();
    let differences: Vec<Difference> = found.iter().map(|(.., difference)| *difference).collect();
    let drawn = drawn(&differences)?;
    let reach = normal::upper_quantile(0.025);
    let experiments: Vec<PortfolioLine> = found
        .iter()
        .zip(&drawn)
        .map(|((head, choice, difference), (shrunken, error))| PortfolioLine {
            id: head.id.clone(),
            title: head.title.clone(),
            choice: *choice,
            lift: difference.effect,
            shrunken: *shrunken,
            low: shrunken - reach * error,
            high: shrunken + reach * error,
        })
        .collect();
    let shipped: Vec<usize> = (0..found.len()).filter(|index| found[*index].1 == Choice::Ship).collect();
    let measured = shipped.iter().map(|index| 1.0 + differences[*index].effect).product::<f64>() - 1.0;
    let expected = shipped.iter().map(|index| 1.0 + drawn[*index].0).product::<f64>() - 1.0;
    let error = shipped.iter().map(|index| drawn[*index].1.powi(2)).sum::<f64>().sqrt();
    let (low, high) = (expected - reach * error, expected + reach * error);
    let holdout = heads
        .iter()
        .filter(|head| head.holdout && head.primary_title == title)
        .max_by_key(|head| head.started_ms)
        .and_then(|head| Some(Holdout { id: head.id.clone(), lift: head.lift? }));
    let sentence = sentence(title, found.len(), shipped.len(), [measured, expected, low, high], holdout.as_ref());
    Some(PortfolioMetric { title: title.to_owned(), experiments, measured, expected, low, high, holdout, sentence })
}

/// Each lift drawn towards the whole, with its error.
fn drawn(lifts: &[Difference]) -> Option<Vec<(f64, f64)>> {
    if lifts.len() >= EXPERIMENTS_LEAST {
        let together = shrink(lifts).ok()?;
        return Some(together.each.iter().map(|one| (one.shrunken_effect, one.shrunken_error)).collect());
    }
    let prior = Prior::Normal { mean: 0.0, variance: LIFT_SD * LIFT_SD };
    lifts.iter().map(|lift| Posterior::new(lift, prior).ok().map(|posterior| (posterior.mean, posterior.sd))).collect()
}

fn sentence(title: &str, decided: usize, shipped: usize, [measured, expected, low, high]: [f64; 4], holdout: Option<&Holdout>) -> String {
    if shipped == 0 {
        return format!("{decided} experiments on {title} were decided and none was shipped.");
    }
    let truth = holdout.map_or_else(String::new, |holdout| {
        format!(" The holdout says {} ({}).", words::change(holdout.lift.value), words::range(&holdout.lift))
    });
    format!(
        "Of {decided} decided experiments on {title}, {shipped} were shipped: as measured they add up to {}, expect {} ({} to {}).{truth}",
        words::change(measured),
        words::change(expected),
        words::percent(low),
        words::percent(high)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(id: &str, lift: f64, error: f64, choice: Choice) -> Head {
        Head {
            id: id.into(),
            title: id.into(),
            owner: "ann".into(),
            stage: Stage::Decided,
            unit: Unit::Visitor,
            scope: Scope::default(),
            share: 1.0,
            started_ms: Some(id.len() as i64),
            stopped_ms: None,
            planned_days: 14,
            simulated: None,
            call: None,
            sentence: None,
            primary_title: "Conversion".into(),
            lift: Some(LiftEstimate { value: lift, low: Some(lift - 2.0 * error), high: Some(lift + 2.0 * error), outside: false }),
            lift_error: Some(error),
            choice: Some(choice),
            holdout: false,
        }
    }

    #[test]
    fn what_was_shipped_is_expected_to_be_less_than_what_was_measured() {
        let lifts = [
            ("a", 0.06, Choice::Ship),
            ("b", 0.05, Choice::Ship),
            ("c", -0.01, Choice::Keep),
            ("d", 0.0, Choice::Keep),
            ("e", 0.01, Choice::Inconclusive),
        ];
        let heads: Vec<Head> = lifts.into_iter().map(|(id, lift, choice)| head(id, lift, 0.02, choice)).collect();
        let found = portfolio(&heads);
        let conversion = &found.metrics[0];
        assert_eq!(conversion.experiments.len(), 5);
        assert!((conversion.measured - (1.06 * 1.05 - 1.0)).abs() < 1e-12);
        assert!(conversion.expected < conversion.measured && conversion.expected > 0.02, "{conversion:?}");
        assert!(conversion.sentence.contains("2 were shipped") && found.caution.contains("winner's curse"));
        let mut turned = heads.clone();
        turned.reverse();
        assert_eq!(portfolio(&turned), found, "the order of experiments does not matter");
    }

    #[test]
    fn few_experiments_are_drawn_towards_none_and_a_holdout_is_no_part_of_the_sum() {
        let mut truth = head("holdout", 0.03, 0.01, Choice::Inconclusive);
        truth.holdout = true;
        let mut made_up = head("demo", 0.9, 0.01, Choice::Ship);
        made_up.simulated = Some("shoppers".into());
        let found = portfolio(&[head("a", 0.10, 0.05, Choice::Ship), truth, made_up]);
        let conversion = &found.metrics[0];
        // As certain as the belief: half of it.
        assert!((conversion.expected - 0.05).abs() < 1e-12 && conversion.experiments.len() == 1);
        assert!(conversion.sentence.contains("The holdout says 3.0 % higher"));
        assert!(portfolio(&[]).metrics.is_empty());
    }
}
