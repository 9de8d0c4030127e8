//! What belongs to the record: units, plan against fact, rules, methods, the decision, the design, and what the report is made of.

use super::head::choice_words;
use super::{Block, Cell, Column, Section, Table};
use crate::design::{Design, ExposureRule, Good, Looks, Scope, Serves, Unit};
use crate::document::charts::{Bar, Chart, Kind};
use crate::document::figures::{count, moment, percent};
use crate::document::terms;
use crate::report::Report;

pub fn units(report: &Report) -> Option<Section> {
    let all: u64 = report.arms.iter().map(|arm| arm.units).sum();
    if report.arms.is_empty() {
        return None;
    }
    let share = |units: u64| if all == 0 { 0.0 } else { units as f64 / all as f64 };
    let bars = report.arms.iter().map(|arm| Bar {
        label: arm.variant.clone(),
        share: share(arm.units) * 100.0,
        planned: arm.planned_share * 100.0,
        text: format!("{} units, {} (planned {})", count(arm.units), percent(share(arm.units)), percent(arm.planned_share)),
    });
    let seen = |units: u64| if all == 0 { "none yet".to_owned() } else { percent(share(units)) };
    let words = report.arms.iter().map(|arm| format!("{}: {} units, {}", arm.variant, count(arm.units), seen(arm.units)));
    let chart = Chart {
        alt: format!("Share of units of each variant. {}", words.collect::<Vec<_>>().join("; ")),
        caption: "Units that saw each variant, and their share; the dark mark and “planned” are the share that the plan gives them."
            .to_owned(),
        kind: Kind::Shares(bars.collect()),
    };
    Some(Section::new("Units per variant", vec![Block::Chart(chart)]))
}

pub fn plan(report: &Report) -> Option<Section> {
    let rows: Vec<Vec<Cell>> =
        report.plan.iter().map(|line| [&line.what, &line.planned, &line.actual].map(|text| Cell::from(text.as_str())).into()).collect();
    let columns = vec![Column::words("What", 1.4), Column::words("Planned", 1.6), Column::words("What happened", 1.8)];
    (!rows.is_empty()).then(|| Section::new("What was planned, and what happened", vec![Block::Table(Table { columns, rows })]))
}

pub fn rules(report: &Report) -> Option<Section> {
    let several = report.comparisons.len() > 1;
    let mut blocks: Vec<Block> = Vec::new();
    let mut cautions: Vec<&str> = report.rules.iter().map(|rule| rule.caution.as_str()).collect();
    cautions.dedup();
    // What has to be said of all is said once.
    let common = cautions.len() == 1;
    blocks.extend(cautions.first().filter(|_| common).map(|caution| Block::Text((*caution).to_owned())));
    let rows = report.rules.iter().map(|rule| {
        let name = Cell::from(rule.rule.as_str()).with_note(if several { rule.treatment.as_str() } else { "" });
        let [control, treatment] = [rule.control_share, rule.treatment_share].map(|share| Cell::from(percent(share)));
        let caution = (!common).then(|| Cell::from(rule.caution.as_str()));
        [name, control, treatment, percent(rule.effect_share).into()].into_iter().chain(caution).collect()
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let mut columns = vec![
        Column::words("Rule", 1.8),
        Column::numbers("Acted, control", 0.9),
        Column::numbers("Acted, treatment", 0.9),
        Column::term(&terms::RULE_SHARE, 1.0),
    ];
    columns.extend((!common).then(|| Column::words("How to read it", 2.4)));
    blocks.push(Block::Table(Table { columns, rows }));
    (!report.rules.is_empty()).then(|| Section::new("Rules whose firings differ", blocks))
}

pub fn methods(report: &Report) -> Option<Section> {
    let mut methods: Vec<(&str, Vec<&str>)> = Vec::new();
    for metric in report.comparisons.iter().flat_map(|comparison| &comparison.metrics) {
        let Some(effect) = &metric.effect else { continue };
        match methods.iter_mut().find(|(method, _)| *method == effect.method) {
            Some((_, titles)) if titles.contains(&metric.title.as_str()) => {}
            Some((_, titles)) => titles.push(&metric.title),
            None => methods.push((&effect.method, vec![&metric.title])),
        }
    }
    let methods = methods.into_iter().map(|(method, titles)| format!("{method}: {}.", titles.join(", ")));
    let notes: Vec<String> = report.notes.iter().cloned().chain(methods).collect();
    (!notes.is_empty()).then(|| Section::new("Notes and methods", vec![Block::List(notes)]))
}

pub fn decision(report: &Report) -> Option<Section> {
    let decision = report.decision.as_ref()?;
    let facts = vec![
        (Cell::from("What"), Cell::from(choice_words(decision.choice, report.design.is_holdout()))),
        (Cell::from("By"), Cell::from(decision.by.as_str())),
        (Cell::from("When"), Cell::from(moment(decision.at_ms))),
        (Cell::from("Why"), Cell::from(decision.reason.as_str())),
    ];
    Some(Section::new("The decision", vec![Block::Table(Table::facts(facts))]))
}

pub fn design(report: &Report) -> Section {
    let design = &report.design;
    let row = |name: &str, value: String| (Cell::from(name), Cell::from(value));
    let looks = match design.decision.looks {
        Looks::AtTheEnd => "once, at the planned end",
        Looks::AnyTime => "at any time",
    };
    let units = if design.planned_units == 0 { "not planned by numbers".to_owned() } else { count(design.planned_units) };
    let mut facts = vec![
        row("Hypothesis", design.hypothesis.clone()),
        row("Owner", design.owner.clone()),
        row("Which selections", scope(&design.scope)),
        row("What is randomised", unit(design.unit)),
        row("When a unit counts", exposure(design.exposure).to_owned()),
        row("Smallest lift worth having", percent(design.minimum_lift)),
        row("Planned units", units),
        row("Planned days", count(design.planned_days.into())),
        row("Decision rule", format!("{looks}, error level {}, power {}", percent(design.decision.alpha), percent(design.decision.power))),
        row("Layer and share", format!("{}, {} at most", design.layer, percent(design.share))),
    ];
    if design.pre_period_days > 0 {
        facts.push(row("Adjusted by", format!("{} days before the start", design.pre_period_days)));
    }
    Section::new(
        "The design, as fixed before the start",
        vec![
            Block::Table(Table::facts(facts)),
            Block::Heading("Variants".to_owned()),
            variants(design),
            Block::Heading("Metrics".to_owned()),
            metrics(design),
        ],
    )
}

pub fn colophon(report: &Report) -> String {
    let (at, version) = (moment(report.as_of_ms), &report.version);
    format!("As of {at}, by vitrine {version}. The same evidence gives the same bytes; all numbers are in its JSON and CSV.")
}

fn variants(design: &Design) -> Block {
    let all: u64 = design.variants.iter().map(|variant| u64::from(variant.weight)).sum();
    let rows = design.variants.iter().enumerate().map(|(index, variant)| {
        let share = if all == 0 { 0.0 } else { f64::from(variant.weight) / all as f64 };
        vec![
            Cell::from(variant.name.as_str()).with_note(if index == 0 { "the control" } else { "" }),
            percent(share).into(),
            serves(&variant.serves).into(),
            variant.description.as_str().into(),
        ]
    });
    let columns = vec![
        Column::words("Variant", 1.2),
        Column::numbers("Share", 0.6),
        Column::words("Judged by", 1.6),
        Column::words("What differs", 2.0),
    ];
    Block::Table(Table { columns, rows: rows.collect() })
}

fn metrics(design: &Design) -> Block {
    let rows = design.metrics.iter().map(|metric| {
        let margin = design.guardrails.iter().find(|guardrail| guardrail.metric == metric.name);
        let role = match margin {
            _ if metric.name == design.primary => "decides".to_owned(),
            Some(guardrail) => format!("guardrail, margin {}", percent(guardrail.margin)),
            None => "explains".to_owned(),
        };
        let good = match metric.good {
            Good::Higher => "more",
            Good::Lower => "less",
        };
        vec![Cell::from(metric.title.as_str()), role.into(), good.into(), Cell::default().with_note(metric.definition())]
    });
    let columns =
        vec![Column::words("Metric", 1.7), Column::words("Part", 1.4), Column::words("Good is", 0.5), Column::words("What it is", 4.1)];
    Block::Table(Table { columns, rows: rows.collect() })
}

fn scope(scope: &Scope) -> String {
    let parts = [("marketplace", &scope.marketplace), ("region", &scope.region), ("category and below", &scope.category)];
    let parts: Vec<String> = parts.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name} {value}"))).collect();
    if parts.is_empty() { "all".to_owned() } else { parts.join(", ") }
}

fn unit(unit: Unit) -> String {
    match unit {
        Unit::Visitor => "visitors, one variant each".to_owned(),
        Unit::Product => "products, the same for all visitors".to_owned(),
        Unit::Seller => "sellers, with all products".to_owned(),
        Unit::Slot { minutes, washout_minutes: 0 } => format!("stretches of {minutes} minutes"),
        Unit::Slot { minutes, washout_minutes } => format!("stretches of {minutes} minutes, without the first {washout_minutes}"),
    }
}

fn exposure(rule: ExposureRule) -> &'static str {
    match rule {
        ExposureRule::Shown => "when its picture was shown",
        ExposureRule::Answered => "when it was answered",
    }
}

fn serves(serves: &Serves) -> String {
    match serves {
        Serves::Live => "the rules in force at the start".to_owned(),
        Serves::Release { number } => format!("release {number}"),
        Serves::Draft { id } => format!("draft {id}, as it was at the start"),
        Serves::Following => "whatever was in force at each moment".into(),
    }
}
