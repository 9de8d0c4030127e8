//! A metric's result in words: as the one that decides, and as a row among others.

use super::{Block, Cell, Column, Table, Tone};
use crate::design::{Design, Good, Looks};
use crate::document::figures::{Scale, count, lift, lift_interval, p, percent};
use crate::document::terms;
use crate::report::{Call, Effect, GuardrailState, MetricResult, Report};

/// The metric that decides: its number, and everything behind it.
pub fn primary(report: &Report, metric: &MetricResult, control: &str, treatment: &str) -> Vec<Block> {
    let scale = Scale::of(&report.design, &metric.metric, &metric.unit);
    let mut blocks = vec![match &metric.effect {
        Some(_) if blocked(report) => Block::Figure {
            value: "Not to be read".to_owned(),
            beside: format!("{}: the data cannot be believed. The numbers are for those who look for the cause.", metric.title),
            tone: Tone::Bad,
        },
        Some(effect) => {
            let (tone, word) = judged(effect);
            // A lift without bounds is no number to head a report with.
            let bounded = effect.lift.as_ref().filter(|lift| !lift.outside && lift.low.is_some() && lift.high.is_some());
            let shown = bounded.map_or_else(|| scale.difference(&effect.absolute), lift);
            let range = bounded.map_or_else(|| scale.interval(&effect.absolute), lift_interval);
            Block::Figure { value: shown, beside: format!("{}: {word}. Interval: {range}.", metric.title), tone }
        }
        None => Block::Figure { value: "No number".to_owned(), beside: format!("{}: {}", metric.title, refusal(metric)), tone: Tone::Care },
    }];
    blocks.extend(metric.concerns.iter().map(|concern| callout(concern)));
    blocks.push(Block::Text(rule(&report.design)));
    blocks.push(Block::Table(Table::facts(facts(metric, &scale, control, treatment))));
    blocks
}

/// Metrics as rows.
pub fn table<'a>(report: &Report, metrics: impl Iterator<Item = &'a MetricResult>, control: &str, treatment: &str) -> Table {
    let columns = vec![
        Column::words("Metric", 1.7),
        Column::numbers(control, 1.1),
        Column::numbers(treatment, 1.1),
        Column::term(&terms::DIFFERENCE, 1.8),
        Column::term(&terms::LIFT, 1.4),
        Column::term(&terms::ADJUSTED_P, 0.8),
        Column::words("Reading", 1.4),
    ];
    let rows = metrics.map(|metric| {
        let scale = Scale::of(&report.design, &metric.metric, &metric.unit);
        let mut row = figures(metric, &scale);
        match &metric.effect {
            Some(effect) => {
                row.push(Cell::new(scale.difference(&effect.absolute)).with_note(scale.interval(&effect.absolute)));
                row.push(
                    effect.lift.as_ref().map_or_else(|| Cell::from("none"), |value| Cell::new(lift(value)).with_note(lift_interval(value))),
                );
                row.push(Cell::new(p(effect.adjusted_p.unwrap_or(effect.absolute.p))));
            }
            None => row.extend(["no number", "no number", "no number"].map(Cell::from)),
        }
        row.push(if blocked(report) { Cell::new("Not to be read").with_tone(Tone::Bad) } else { reading(metric) });
        row
    });
    Table { rows: rows.collect(), columns }
}

/// Guardrails as rows.
pub fn guardrails<'a>(report: &Report, metrics: impl Iterator<Item = &'a MetricResult>, control: &str, treatment: &str) -> Table {
    let columns = vec![
        Column::named(&terms::GUARDRAIL, 1.9),
        Column::numbers(control, 1.1),
        Column::numbers(treatment, 1.1),
        Column::term(&terms::LIFT, 1.6),
        Column::term(&terms::MARGIN, 0.9),
        Column::term(&terms::P, 0.7),
        Column::words("State", 1.6),
    ];
    let rows = metrics.map(|metric| {
        let scale = Scale::of(&report.design, &metric.metric, &metric.unit);
        let mut row = figures(metric, &scale);
        let shown = metric.effect.as_ref().and_then(|effect| effect.lift.as_ref());
        row.push(shown.map_or_else(|| Cell::from("no number"), |value| Cell::new(lift(value)).with_note(lift_interval(value))));
        row.push(match &metric.guardrail {
            Some(guardrail) => Cell::new(percent(guardrail.margin)).with_note(worse(&report.design, &metric.metric)),
            None => Cell::from("none"),
        });
        row.push(metric.guardrail.map_or_else(|| Cell::from("no number"), |guardrail| Cell::new(p(guardrail.p))));
        row.push(if blocked(report) { Cell::new("Not to be read").with_tone(Tone::Bad) } else { reading(metric) });
        row
    });
    Table { rows: rows.collect(), columns }
}

/// Why there is no number.
pub fn refusal(metric: &MetricResult) -> String {
    metric.refused.clone().unwrap_or_else(|| "it cannot be estimated".to_owned())
}

/// Whether an effect is a difference, in a tone and a word.
pub fn judged(effect: &Effect) -> (Tone, &'static str) {
    match (effect.significant, effect.better) {
        (true, true) => (Tone::Good, "better"),
        (true, false) => (Tone::Bad, "worse"),
        (false, _) => (Tone::Plain, "no difference that can be told from chance"),
    }
}

/// Whether a check of the data has failed that blocks every effect.
pub fn blocked(report: &Report) -> bool {
    report.verdict.call == Call::Blocked
}

fn figures(metric: &MetricResult, scale: &Scale) -> Vec<Cell> {
    let figure = |value: Option<f64>, units: u64| {
        let units = format!("{}\u{a0}units", count(units));
        Cell::new(value.map_or_else(|| "no number".to_owned(), |value| scale.value(value))).with_note(units)
    };
    vec![
        Cell::from(metric.title.as_str()).defined(metric.definition.as_str()),
        figure(metric.control, metric.units[0]),
        figure(metric.treatment, metric.units[1]),
    ]
}

/// What is to be made of a metric: for guardrails whether they hold, for others whether they differ; or why there is no number.
fn reading(metric: &MetricResult) -> Cell {
    let cell = match (&metric.effect, &metric.guardrail) {
        (None, _) => Cell::new("No number").with_tone(Tone::Care).with_note(refusal(metric)),
        (Some(_), Some(guardrail)) => match guardrail.state {
            GuardrailState::Holds => Cell::new("Holds").with_tone(Tone::Good),
            GuardrailState::Broken => Cell::new("Broken").with_tone(Tone::Bad),
            GuardrailState::Open => Cell::new("Not known yet").with_tone(Tone::Care),
        },
        (Some(effect), None) => match judged(effect) {
            (tone @ Tone::Good, _) => Cell::new("Better").with_tone(tone),
            (tone @ Tone::Bad, _) => Cell::new("Worse").with_tone(tone),
            (tone, _) => Cell::new("No difference told").with_tone(tone),
        },
    };
    if metric.concerns.is_empty() {
        return cell;
    }
    let concerns = format!("Doubtful: {}", metric.concerns.join("; "));
    let note = cell.note.iter().cloned().chain([concerns]).collect::<Vec<_>>().join(". ");
    cell.with_tone(Tone::Care).with_note(note)
}

fn callout(concern: &str) -> Block {
    Block::Callout(super::Callout { tone: Tone::Care, label: "Doubtful".to_owned(), sentence: concern.to_owned(), because: Vec::new() })
}

/// The planned decision rule, in words.
fn rule(design: &Design) -> String {
    let metric = design.metric(&design.primary).map_or(design.primary.as_str(), |metric| metric.title.as_str());
    let looks = match design.decision.looks {
        Looks::AtTheEnd => "once, at the planned end, by the fixed interval",
        Looks::AnyTime => "at any time, by the any-time interval",
    };
    let guardrails = match design.guardrails.len() {
        0 => "there is no guardrail",
        1 => "the guardrail has to hold",
        _ => "every guardrail has to hold",
    };
    format!(
        "Planned before the start: {metric} decides, {looks}, at an error level of {} with a power of {} for a lift of {}; {guardrails}.",
        percent(design.decision.alpha),
        percent(design.decision.power),
        percent(design.minimum_lift),
    )
}

fn facts(metric: &MetricResult, scale: &Scale, control: &str, treatment: &str) -> Vec<(Cell, Cell)> {
    let figure = |value: Option<f64>, units: u64| {
        let value = value.map_or_else(|| "no number".to_owned(), |value| scale.value(value));
        Cell::new(value).with_note(format!("of {} units", count(units)))
    };
    let mut facts = vec![
        (Cell::from("What it is"), Cell::from(metric.definition.as_str())),
        (Cell::from(control).with_note("the control"), figure(metric.control, metric.units[0])),
        (Cell::from(treatment).with_note("the treatment"), figure(metric.treatment, metric.units[1])),
    ];
    let Some(effect) = &metric.effect else { return facts };
    facts.push((Cell::term(&terms::DIFFERENCE), Cell::new(scale.difference(&effect.absolute))));
    facts.push((Cell::term(&terms::INTERVAL), Cell::new(scale.interval(&effect.absolute))));
    if let Some(any_time) = &effect.any_time {
        facts.push((Cell::term(&terms::ANY_TIME), Cell::new(scale.interval(any_time))));
    }
    if let Some(value) = &effect.lift {
        facts.push((Cell::term(&terms::LIFT), Cell::new(lift(value)).with_note(lift_interval(value))));
    }
    facts.push((Cell::term(&terms::P), Cell::new(p(effect.absolute.p))));
    if let Some(adjusted) = effect.adjusted_p {
        facts.push((Cell::term(&terms::ADJUSTED_P), Cell::new(p(adjusted))));
    }
    if let Some(bayes) = &effect.bayes {
        facts.push((
            Cell::term(&terms::CHANCE),
            Cell::new(percent(bayes.chance_better)).with_note(format!("believed before: {}", bayes.prior)),
        ));
        facts.push((Cell::term(&terms::LOSS), Cell::new(scale.magnitude(bayes.expected_loss))));
    }
    if let Some(share) = effect.variance_removed {
        facts.push((Cell::term(&terms::VARIANCE), Cell::new(percent(share))));
    }
    for (term, estimate) in [(&terms::UNADJUSTED, &effect.unadjusted), (&terms::UNCAPPED, &effect.uncapped)] {
        if let Some(estimate) = estimate {
            facts.push((Cell::term(term), Cell::new(scale.difference(estimate)).with_note(scale.interval(estimate))));
        }
    }
    facts.push((Cell::from("Method"), Cell::from(effect.method.as_str())));
    facts
}

fn worse(design: &Design, metric: &str) -> &'static str {
    match design.metric(metric).map(|metric| metric.good) {
        Some(Good::Lower) => "more at most",
        _ => "less at most",
    }
}
