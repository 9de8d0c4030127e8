//! What a log of explored selections says of another choice: every estimator that the log allows, side by side.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Doubt, Estimate, Log, Selection, Unusable};

/// A selection in which chance had a part.
#[derive(Debug, Clone, PartialEq)]
pub struct Explored {
    /// Which question was answered: product and candidates, by its place among the targets.
    pub question: usize,
    /// The picture that led.
    pub picture: String,
    /// The probability with which it did.
    pub propensity: f64,
    /// Whether the hoped-for outcome came.
    pub rewarded: bool,
    /// Who saw it.
    pub unit: u64,
}

/// What another choice would have earned, by the log.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OffPolicy {
    /// Logged selections.
    pub selections: usize,
    /// Different questions among them.
    pub questions: usize,
    /// Share of the selections whose question the other choice answers with the picture that was seen.
    pub same: f64,
    /// Share of the logged selections that were rewarded.
    pub logged: f64,
    /// The estimates; the first that is one is the one to begin with.
    pub estimates: Vec<Estimated>,
}

/// What one method says.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Estimated {
    /// The method, as people call it.
    pub method: String,
    /// What it is good for, in a sentence.
    pub about: String,
    /// The rewarded share under the other choice.
    pub value: Option<Interval>,
    /// The same less what was logged.
    pub effect: Option<Interval>,
    /// How many selections of the other choice the log is worth.
    pub effective: Option<f64>,
    /// Why it may be off.
    pub doubts: Vec<String>,
    /// Why there is no number.
    pub refused: Option<String>,
}

/// A number with its interval of the asked level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Selections that a picture's rate counts for before it was seen: a log says little of rare pictures.
const PRIOR_SELECTIONS: f64 = 20.0;

/// Judges a choice by a log. `targets` is what it would have shown, by question; `None` = no picture at all, which no log can speak of.
/// `alpha` is the error level of the intervals.
pub fn beside(log: &[Explored], targets: &[Option<String>], alpha: f64) -> OffPolicy {
    let same = log.iter().filter(|seen| targets.get(seen.question).is_some_and(|target| target.as_ref() == Some(&seen.picture))).count();
    let share = |count: usize| if log.is_empty() { 0.0 } else { count as f64 / log.len() as f64 };
    let questions: std::collections::HashSet<usize> = log.iter().map(|seen| seen.question).collect();
    let selections: Vec<Selection<(usize, bool), Option<String>>> = log
        .iter()
        .map(|seen| Selection {
            // Which half the unit is in: the model that predicts for one half has learned from the other.
            context: (seen.question, seen.unit % 2 == 0),
            action: Some(seen.picture.clone()),
            propensity: seen.propensity,
            reward: f64::from(u8::from(seen.rewarded)),
            unit: Some(seen.unit),
        })
        .collect();
    let policy = |(question, _): &(usize, bool)| vec![(targets.get(*question).cloned().flatten(), 1.0)];
    let rates = [Rates::of(log.iter().filter(|seen| seen.unit % 2 == 1)), Rates::of(log.iter().filter(|seen| seen.unit % 2 == 0))];
    let model = |(question, even): &(usize, bool), action: &Option<String>| rates[usize::from(!*even)].rate(*question, action.as_deref());
    let weighed = Log::weigh_with_model(&selections, policy, model);
    let by = |estimate: fn(&Log, f64) -> Result<Estimate, Unusable>| match &weighed {
        Ok(log) => estimate(log, alpha),
        Err(unusable) => Err(unusable.clone()),
    };
    OffPolicy {
        selections: log.len(),
        questions: questions.len(),
        same: share(same),
        logged: share(log.iter().filter(|seen| seen.rewarded).count()),
        estimates: vec![
            told("Self-normalised inverse propensity", "the one to begin with: a slight bias for far less noise", by(Log::self_normalised)),
            told("Doubly robust", "right where either the propensities or the rates per picture are", by(Log::doubly_robust)),
            told("Inverse propensity", "unbiased, and noisy where chances were small", by(Log::inverse_propensity)),
            told("Replay", "only for logs in which every picture had the same chance", by(Log::replay)),
        ],
    }
}

fn told(method: &str, about: &str, estimate: Result<Estimate, Unusable>) -> Estimated {
    let interval = |figure: super::Figure| Interval { value: figure.value, low: figure.low, high: figure.high };
    let (estimate, refused) = match estimate {
        Ok(estimate) => (Some(estimate), None),
        Err(unusable) => (None, Some(unusable.to_string())),
    };
    Estimated {
        method: method.to_owned(),
        about: about.to_owned(),
        value: estimate.as_ref().map(|estimate| interval(estimate.value)),
        effect: estimate.as_ref().map(|estimate| interval(estimate.effect)),
        effective: estimate.as_ref().map(|estimate| estimate.effective),
        doubts: estimate.iter().flat_map(|estimate| estimate.doubts.iter().map(Doubt::to_string)).collect(),
        refused,
    }
}

/// Rewarded shares by picture, drawn towards the share of all.
struct Rates<'a> {
    overall: f64,
    by_picture: HashMap<(usize, &'a str), (f64, f64)>,
}

impl<'a> Rates<'a> {
    fn of(half: impl Iterator<Item = &'a Explored>) -> Self {
        let (mut by_picture, mut all) = (HashMap::<_, (f64, f64)>::new(), (0.0, 0.0));
        for seen in half {
            let counts = by_picture.entry((seen.question, seen.picture.as_str())).or_default();
            for (shown, rewarded) in [counts, &mut all] {
                *shown += 1.0;
                *rewarded += f64::from(u8::from(seen.rewarded));
            }
        }
        Self { overall: if all.0 > 0.0 { all.1 / all.0 } else { 0.0 }, by_picture }
    }

    fn rate(&self, question: usize, picture: Option<&str>) -> f64 {
        let (shown, rewarded) = picture.and_then(|picture| self.by_picture.get(&(question, picture))).copied().unwrap_or_default();
        (rewarded + PRIOR_SELECTIONS * self.overall) / (shown + PRIOR_SELECTIONS)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    use super::*;

    /// Three pictures of each of 40 products; the rules lead with the first nine times in ten.
    fn log(selections: usize) -> Vec<Explored> {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut even = move || (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        let one = |place: usize| {
            let drawn = even();
            let (picture, propensity) = if drawn < 0.8 { (0, 0.8) } else { (1 + usize::from(drawn > 0.9), 0.1) };
            let rewarded = even() < [0.05, 0.10, 0.02][picture];
            Explored { question: place % 40, picture: format!("p{picture}"), propensity, rewarded, unit: (place / 3) as u64 }
        };
        (0..selections).map(one).collect()
    }

    fn always(picture: &str) -> Vec<Option<String>> {
        vec![Some(picture.to_owned()); 40]
    }

    #[test]
    fn a_better_picture_is_found_by_every_method_that_may_speak() {
        // One log out of many: an interval that nearly always covers.
        let said = beside(&log(30_000), &always("p1"), 0.001);
        assert_eq!((said.selections, said.questions), (30_000, 40));
        for estimated in &said.estimates[..3] {
            let (value, effect) = (estimated.value.unwrap(), estimated.effect.unwrap());
            assert!(value.low < 0.10 && 0.10 < value.high, "{estimated:?}");
            assert!(effect.low > 0.0, "{estimated:?}");
        }
        assert!(said.estimates[3].refused.as_ref().is_some_and(|why| why.contains("same chance")), "{:?}", said.estimates[3]);
    }

    #[test]
    fn what_was_never_shown_or_hardly_seen_is_refused_with_the_reason() {
        for (targets, word) in [(always("p9"), "shows what the policy would select in only"), (vec![None; 40], "in only 0 %")] {
            let said = beside(&log(3_000), &targets, 0.05);
            assert!(said.estimates.iter().all(|one| one.value.is_none() && one.refused.is_some()), "{said:?}");
            assert!(said.estimates[0].refused.as_ref().is_some_and(|why| why.contains(word)), "{said:?}");
        }
        let little = beside(&log(60), &always("p1"), 0.05);
        assert!(little.estimates[0].refused.is_some(), "{little:?}");
        assert!(beside(&[], &[], 0.05).estimates[0].refused.as_ref().is_some_and(|why| why.contains("no selections")));
    }
}
