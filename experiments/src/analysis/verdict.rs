//! What to make of an experiment: the call that the planned decision rule makes, in one sentence that can be read out, with its reasons
//! and with what would change it.
//!
//! The order of questions is fixed: may the data be believed, is there a number, does the method behind it hold, may it be decided yet,
//! is the primary metric better, does every guardrail hold.

use super::settings::{Decides, Settings};
use super::{Context, effect, health, words};
use crate::design::{Good, Looks, Stage};
use crate::report::{Call, Comparison, Effect, GuardrailState, HealthCheck, HealthState, MetricResult, Role, Verdict};

/// The verdict on the whole experiment: that on the treatment which comes furthest.
pub fn of(context: &Context, settings: &Settings, health: &[HealthCheck], comparisons: &[Comparison]) -> Verdict {
    let blocking: Vec<&HealthCheck> = health::blocking(health).collect();
    if let Some(first) = blocking.first() {
        return blocked(first, &blocking);
    }
    if settings.progress.units == 0 {
        return nothing_yet(context);
    }
    let mut each: Vec<Judged> = comparisons.iter().map(|comparison| Judged::of(context, settings, comparison)).collect();
    // Stable: among equals the first of the design.
    each.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| b.gain.total_cmp(&a.gain)));
    let others: Vec<String> = each.iter().skip(1).map(|judged| judged.verdict.sentence.clone()).collect();
    let Some(first) = each.into_iter().next() else { return nothing_yet(context) };
    let mut verdict = first.verdict;
    verdict.because.extend(others);
    let warnings = health.iter().filter(|check| check.state == HealthState::Warns);
    verdict.because.extend(warnings.map(|check| format!("To be kept in mind ({}): {}.", check.title, check.sentence)));
    verdict
}

fn blocked(first: &HealthCheck, all: &[&HealthCheck]) -> Verdict {
    Verdict {
        call: Call::Blocked,
        treatment: None,
        sentence: format!("No effect may be read from these data: {}.", first.sentence),
        because: all.iter().map(|check| format!("{}: {}.", check.title, check.sentence)).collect(),
        would_change: Some(
            "Find and mend the cause, then start the experiment again with a new name: what has been collected cannot be repaired.".into(),
        ),
    }
}

fn nothing_yet(context: &Context) -> Verdict {
    let (sentence, change) = match context.stage {
        Stage::Draft | Stage::Review => ("It has not started.", "Its start, and the first units."),
        _ => ("No unit has been seen yet.", "The first exposures that the shop reports."),
    };
    Verdict { call: Call::Wait, treatment: None, sentence: sentence.into(), because: Vec::new(), would_change: Some(change.into()) }
}

/// The verdict on one treatment.
struct Judged {
    verdict: Verdict,
    /// The lift, or the difference, in the good direction.
    gain: f64,
}

impl Judged {
    fn of(context: &Context, settings: &Settings, comparison: &Comparison) -> Self {
        let primary = comparison.metrics.iter().find(|result| result.role == Role::Primary);
        let Some((primary, effect)) = primary.and_then(|primary| Some((primary, primary.effect.as_ref()?))) else {
            return Self { verdict: without_number(context, settings, comparison, primary), gain: f64::NEG_INFINITY };
        };
        let case = Case { context, settings, comparison, primary, effect };
        let size = effect.lift.map_or(effect.absolute.value, |lift| lift.value).abs();
        Self { verdict: case.verdict(), gain: if effect.better { size } else { -size } }
    }

    /// What comes first among treatments.
    fn rank(&self) -> u8 {
        match self.verdict.call {
            Call::Ship => 0,
            Call::Wait => 1,
            Call::Unreliable | Call::Blocked => 2,
            Call::Inconclusive => 3,
            Call::Keep => 4,
        }
    }
}

fn without_number(context: &Context, settings: &Settings, comparison: &Comparison, primary: Option<&MetricResult>) -> Verdict {
    let why = primary.and_then(|result| result.refused.clone()).unwrap_or_else(|| "the primary metric is none of its metrics".into());
    let title = primary.map_or(context.design.primary.as_str(), |result| result.title.as_str());
    let call = if settings.progress.ended { Call::Unreliable } else { Call::Wait };
    Verdict {
        call,
        treatment: Some(comparison.treatment.clone()),
        sentence: format!("Nothing can be said of {title} with `{}`: {why}.", comparison.treatment),
        because: vec![format!("{title}: {why}.")],
        would_change: Some(if call == Call::Wait {
            remaining(context, settings)
        } else {
            "A new experiment that is planned for this metric.".into()
        }),
    }
}

/// A treatment whose primary metric has a number.
struct Case<'a> {
    context: &'a Context,
    settings: &'a Settings,
    comparison: &'a Comparison,
    primary: &'a MetricResult,
    effect: &'a Effect,
}

impl Case<'_> {
    fn verdict(&self) -> Verdict {
        let (call, sentence, would_change) = self.call();
        Verdict {
            call,
            treatment: Some(self.comparison.treatment.clone()),
            sentence,
            because: self.because(),
            would_change: Some(would_change),
        }
    }

    fn call(&self) -> (Call, String, String) {
        let (ended, any_time) = (self.settings.progress.ended, self.settings.decides == Decides::AnyTime);
        let name = &self.comparison.treatment;
        let may_decide = any_time || ended;
        let claimed = may_decide && self.effect.significant;
        if !self.primary.concerns.is_empty() {
            let concern = words::list(&self.primary.concerns);
            return if ended || claimed {
                let sentence = format!("The figure of {} with `{name}` cannot be relied on: {concern}.", self.primary.title);
                (Call::Unreliable, sentence, self.cure())
            } else {
                (Call::Wait, format!("Too early to say whether `{name}` changes {}: {concern}.", self.primary.title), self.cure())
            };
        }
        let broken = self.rails(GuardrailState::Broken);
        if may_decide && !broken.is_empty() {
            let sentence =
                format!("{} makes {} worse by more than is acceptable. {}", self.harmful(), words::list(&broken), self.reading());
            return (Call::Keep, sentence, "A change that does not touch what the guardrail protects.".into());
        }
        if claimed && !self.effect.better {
            let sentence = format!("{} is worse. {}", self.harmful(), self.reading());
            return (Call::Keep, sentence, "Nothing in this experiment; another idea.".into());
        }
        if claimed {
            let open = self.rails(GuardrailState::Open);
            if open.is_empty() {
                let so = if self.context.design.is_holdout() { "what has changed since the start has helped" } else { "may go on" };
                let sentence = format!("`{name}` is better and {so}. {}", self.reading());
                return (Call::Ship, sentence, self.after_shipping());
            }
            let state = format!("but whether {} stays within what is acceptable is not known yet. {}", words::list(&open), self.reading());
            return if ended {
                let change = "More units for the guardrails: run on if the plan allows it, or plan them in next time.".into();
                (Call::Inconclusive, format!("`{name}` is better, {state}"), change)
            } else {
                (Call::Wait, format!("`{name}` is better so far, {state}"), remaining(self.context, self.settings))
            };
        }
        if ended {
            let sentence = format!("`{name}` cannot be told from the control. {}{}", self.reading(), self.ruled_out());
            return (Call::Inconclusive, sentence, self.after_nothing());
        }
        let sentence = if may_decide {
            format!("`{name}` cannot be told from the control yet. {}", self.reading())
        } else {
            format!("Not decided yet: the plan is to decide once, at its end. So far: {}", self.reading())
        };
        (Call::Wait, sentence, remaining(self.context, self.settings))
    }

    /// How a sentence begins that advises against the treatment; a holdout's is what is in force already.
    fn harmful(&self) -> String {
        let name = &self.comparison.treatment;
        match self.context.design.is_holdout() {
            true => format!("What has changed since the start has done harm: `{name}`"),
            false => format!("Keep the control: `{name}`"),
        }
    }

    /// The effect in words: `Conversion is 4.2 % higher than with the control (…); a difference like this …`.
    fn reading(&self) -> String {
        let title = &self.primary.title;
        let certainty = words::percent(1.0 - self.settings.alpha);
        let size = match &self.effect.lift {
            Some(lift) => {
                format!("{title} is {} than with the control ({}, {certainty} interval)", words::change(lift.value), words::range(lift))
            }
            None => {
                let unit = &self.primary.unit;
                let shown = match (self.settings.decides, &self.effect.any_time) {
                    (Decides::AnyTime, Some(any_time)) => any_time,
                    _ => &self.effect.absolute,
                };
                let end = |end: Option<f64>| end.map_or_else(|| "no bound".into(), |end| words::figure(end, unit));
                let direction = if shown.value < 0.0 { "lower" } else { "higher" };
                format!(
                    "{title} is {} {direction} than with the control ({certainty} interval of the difference: {} to {})",
                    words::figure(shown.value.abs(), unit),
                    end(shown.low),
                    end(shown.high)
                )
            }
        };
        let p = self.effect.adjusted_p.unwrap_or_else(|| effect::deciding_p(self.effect, self.settings));
        let when = match self.settings.decides {
            Decides::AnyTime if p >= 1.0 => return format!("{size}; chance alone does as much in any experiment that is looked at often."),
            Decides::AnyTime => "however often one looks, in at most ",
            Decides::OneLook => "in ",
        };
        let chance = words::chance(p);
        // "In at most fewer than 1 of …" would say the same thing twice.
        let when = if chance.starts_with("fewer") { when.replace("at most ", "") } else { when.to_owned() };
        format!(
            "{size}; a difference like this comes up by chance{} {when}{chance} without any effect.",
            if when.starts_with("however") { "," } else { "" }
        )
    }

    fn because(&self) -> Vec<String> {
        let mut because = Vec::new();
        let unit = &self.primary.unit;
        if let (Some(control), Some(treatment)) = (self.primary.control, self.primary.treatment) {
            because.push(format!(
                "{}: {} with the control ({} {names}), {} with `{}` ({} {names}).",
                self.primary.title,
                words::figure(control, unit),
                words::count(self.primary.units[0]),
                words::figure(treatment, unit),
                self.comparison.treatment,
                words::count(self.primary.units[1]),
                names = words::units(self.context.design.unit)
            ));
        }
        because.extend(self.primary.concerns.iter().map(|concern| format!("{}: {concern}.", self.primary.title)));
        for result in &self.comparison.metrics {
            let Some(rail) = result.guardrail else { continue };
            let state = match rail.state {
                GuardrailState::Holds => {
                    format!("holds: not worse by {} or more (p = {})", words::percent(rail.margin), words::small(rail.p))
                }
                GuardrailState::Broken => format!("is broken: worse by more than {}", words::percent(rail.margin)),
                GuardrailState::Open => {
                    let why = result.refused.clone().or_else(|| result.concerns.first().cloned());
                    let why = why.unwrap_or_else(|| format!("p = {}", words::small(rail.p)));
                    format!("is open: it may be worse by {} or more, or not ({why})", words::percent(rail.margin))
                }
            };
            because.push(format!("Guardrail {} {state}.", result.title));
        }
        because.push(self.against_minimum());
        because.push(progress(self.context, self.settings));
        because
    }

    fn against_minimum(&self) -> String {
        let least = self.context.design.minimum_lift;
        let wanted = words::percent(least);
        let Some(lift) = self.effect.lift else { return format!("Whether it reaches the {wanted} that are worth having cannot be said.") };
        let (worst, best) = self.in_good_direction(lift.low, lift.high);
        if lift.outside {
            format!("Whether it reaches the {wanted} that are worth having cannot be said.")
        } else if worst.is_some_and(|worst| worst >= least) {
            format!("It is surely as large as the {wanted} that are worth having.")
        } else if best.is_some_and(|best| best < least) {
            format!("It is surely smaller than the {wanted} that are worth having.")
        } else {
            format!("It may or may not reach the {wanted} that are worth having.")
        }
    }

    fn ruled_out(&self) -> String {
        let Some(lift) = self.effect.lift.filter(|lift| !lift.outside) else { return String::new() };
        let (_, best) = self.in_good_direction(lift.low, lift.high);
        let least = self.context.design.minimum_lift;
        if best.is_some_and(|best| best < least) {
            format!(" An improvement of {} or more can be ruled out.", words::percent(least))
        } else {
            format!(" An improvement of {} or more can't be ruled out either.", words::percent(least))
        }
    }

    /// The interval's ends as gains: the worst first.
    fn in_good_direction(&self, low: Option<f64>, high: Option<f64>) -> (Option<f64>, Option<f64>) {
        let design = &self.context.design;
        match design.metric(&design.primary).map_or(Good::Higher, |metric| metric.good) {
            Good::Higher => (low, high),
            Good::Lower => (high.map(|end| -end), low.map(|end| -end)),
        }
    }

    /// Titles of the guardrails in a state.
    fn rails(&self, state: GuardrailState) -> Vec<String> {
        let of_state = |result: &&MetricResult| result.guardrail.is_some_and(|rail| rail.state == state);
        self.comparison.metrics.iter().filter(of_state).map(|result| result.title.clone()).collect()
    }

    fn cure(&self) -> String {
        if self.settings.progress.ended {
            return "A longer experiment, or a metric that is less rare or less uneven.".into();
        }
        remaining(self.context, self.settings)
    }

    fn after_shipping(&self) -> String {
        if self.context.design.is_holdout() {
            return "A change that goes live from now on; the next holdout measures it.".into();
        }
        "A guardrail that breaks, or a lift that fades, in a part of the traffic that keeps the old rules for a while.".into()
    }

    fn after_nothing(&self) -> String {
        "More units than were planned, in a new experiment; or accepting that the effect, if any, is too small to matter.".into()
    }
}

fn progress(context: &Context, settings: &Settings) -> String {
    let (design, progress) = (&context.design, &settings.progress);
    let planned = match design.planned_units {
        0 => String::new(),
        units => format!("{} of {} planned {}, ", words::count(progress.units), words::count(units), words::units(design.unit)),
    };
    let rule = match (settings.decides, design.decision.looks) {
        (Decides::AnyTime, Looks::AtTheEnd) => "it was stopped before its planned end, so that only numbers that hold at any look count",
        (Decides::AnyTime, Looks::AnyTime) => "the plan allows to decide at any time, by numbers that hold at any look",
        (Decides::OneLook, _) => "the plan is to decide once, at its end",
    };
    format!("The plan: {planned}day {:.0} of {}; {rule}.", progress.days, design.planned_days)
}

/// What is left of the plan.
fn remaining(context: &Context, settings: &Settings) -> String {
    let (design, progress) = (&context.design, &settings.progress);
    let days = (f64::from(design.planned_days) - progress.days).ceil().max(0.0);
    let units = design.planned_units.saturating_sub(progress.units);
    let more = match (design.planned_units > 0 && units > 0, days > 0.0) {
        (true, true) => format!("{} more {} or {days:.0} more days, whichever comes first", words::count(units), words::units(design.unit)),
        (true, false) => format!("{} more {}", words::count(units), words::units(design.unit)),
        (false, true) => format!("{days:.0} more days"),
        (false, false) => "nothing more: the plan has ended".into(),
    };
    let early = if settings.decides == Decides::AnyTime {
        "; earlier, an interval that leaves no doubt on which side of the control it lies"
    } else {
        ""
    };
    format!("To the end of the plan: {more}{early}.")
}
