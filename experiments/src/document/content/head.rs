//! The top of a report: what it is of, what to make of it, and whether its data can be believed.

use super::{Block, Callout, Cell, Column, Section, Table, Tone};
use crate::design::{Choice, Stage};
use crate::document::figures::{day, moment};
use crate::report::{Call, HealthState, Report};

pub fn badges(report: &Report) -> Vec<(Tone, String)> {
    let simulated = report.simulated.as_ref().map(|_| (Tone::Care, "Simulated".to_owned()));
    let (tone, stage) = match (report.stage, report.decision.as_ref().map(|decision| decision.choice)) {
        (_, Some(choice)) => (choice_tone(choice), choice_words(choice, report.design.is_holdout()).to_owned()),
        (Stage::Draft, _) => (Tone::Plain, "Draft".to_owned()),
        (Stage::Review, _) => (Tone::Plain, "In review".to_owned()),
        (Stage::Running, _) => (Tone::Plain, "Running".to_owned()),
        (Stage::Stopped, _) => (Tone::Plain, "Stopped".to_owned()),
        (Stage::Decided, _) => (Tone::Plain, "Decided".to_owned()),
    };
    simulated.into_iter().chain([(tone, stage)]).collect()
}

pub fn lines(report: &Report) -> Vec<String> {
    let since = report.started_ms.map(|ms| format!("started {}", day(ms)));
    let until = report.stopped_ms.map(|ms| format!("stopped {}", day(ms)));
    let dates: Vec<String> = since.into_iter().chain(until).collect();
    let of = format!("Report of {}", moment(report.as_of_ms));
    let mut lines = vec![
        [vec![format!("Experiment {}", report.experiment), format!("owner {}", report.design.owner)], dates, vec![of]].concat().join(" · "),
    ];
    if let Some(simulated) = &report.simulated {
        lines.push(format!("Simulated, not measured on customers: {simulated}"));
    }
    lines
}

pub fn verdict(report: &Report) -> Callout {
    let verdict = &report.verdict;
    let (tone, call) = match verdict.call {
        Call::Ship if report.design.is_holdout() => (Tone::Good, "It has helped"),
        Call::Keep if report.design.is_holdout() => (Tone::Bad, "It has done harm"),
        Call::Ship => (Tone::Good, "Ship it"),
        Call::Keep => (Tone::Bad, "Keep the control"),
        Call::Inconclusive => (Tone::Plain, "Inconclusive"),
        Call::Wait => (Tone::Plain, "Wait: not enough is known yet"),
        Call::Blocked => (Tone::Bad, "Blocked: the data cannot be believed"),
        Call::Unreliable => (Tone::Care, "Unreliable: the method does not hold for such data yet"),
    };
    let about = verdict.treatment.as_ref().filter(|_| report.comparisons.len() > 1);
    let label = about.map_or_else(|| call.to_owned(), |treatment| format!("{call}: {treatment}"));
    let change = verdict.would_change.as_ref().map(|change| format!("What would change this: {change}"));
    Callout { tone, label, sentence: verdict.sentence.clone(), because: verdict.because.iter().cloned().chain(change).collect() }
}

pub fn health(report: &Report) -> Section {
    let mut checks: Vec<_> = report.health.iter().collect();
    checks.sort_by_key(|check| check.state);
    let rows = checks.iter().map(|check| {
        let (tone, state) = match check.state {
            HealthState::Blocks => (Tone::Bad, "Failed: it blocks"),
            HealthState::Warns => (Tone::Care, "Keep in mind"),
            HealthState::Passes => (Tone::Good, "As it should be"),
            HealthState::Unknown => (Tone::Plain, "Could not be checked"),
        };
        vec![Cell::from(check.title.as_str()), Cell::new(state).with_tone(tone), Cell::from(check.sentence.as_str())]
    });
    let columns = vec![Column::words("Check", 1.3), Column::words("Outcome", 0.95), Column::words("What was seen", 3.0)];
    let title = match checks.first().map(|check| check.state) {
        Some(HealthState::Blocks) => "Health: a check that blocks has failed",
        Some(HealthState::Warns) => "Health: to be kept in mind",
        _ => "Health of the data",
    };
    Section::new(title, vec![Block::Table(Table { columns, rows: rows.collect() })])
}

/// What was decided; a holdout ships nothing, it says what all that went live meanwhile has brought.
pub fn choice_words(choice: Choice, is_holdout: bool) -> &'static str {
    match choice {
        Choice::Ship if is_holdout => "Decided: it has helped",
        Choice::Keep if is_holdout => "Decided: it has done harm",
        Choice::Ship => "Decided: shipped",
        Choice::Keep => "Decided: the control stays",
        Choice::Inconclusive => "Decided: nothing certain was learnt",
    }
}

fn choice_tone(choice: Choice) -> Tone {
    match choice {
        Choice::Ship => Tone::Good,
        Choice::Keep => Tone::Bad,
        Choice::Inconclusive => Tone::Plain,
    }
}
