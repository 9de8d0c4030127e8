//! Each treatment against the control: the metric that decides, guardrails, the effect over time, segments, the other metrics.

use super::{Block, Cell, Column, Section, Table, Tone, metric};
use crate::design::Good;
use crate::document::charts::{Chart, Day, Forest, Kind, Mark, OverTime, Range, Row, Whole};
use crate::document::figures::{self, Scale, count, lift, lift_interval, p};
use crate::document::terms;
use crate::report::{Comparison, DayPoint, Estimate, GuardrailState, MetricResult, Report, Role, SegmentResult, SegmentTable};

pub fn sections(report: &Report) -> Vec<Section> {
    let control = report.arms.first().map_or("control", |arm| arm.variant.as_str());
    let mut sections = Vec::new();
    for comparison in &report.comparisons {
        let view = View { report, comparison, control };
        sections.extend(view.primary());
        sections.extend(view.guardrails());
        sections.extend(view.over_time());
        sections.extend(comparison.segments.iter().filter(|table| !table.segments.is_empty()).map(|table| view.segments(table)));
        sections.extend(view.others());
    }
    sections
}

struct View<'a> {
    report: &'a Report,
    comparison: &'a Comparison,
    control: &'a str,
}

impl View<'_> {
    fn primary(&self) -> Option<Section> {
        let primary = self.primary_metric()?;
        let blocks = metric::primary(self.report, primary, self.control, &self.comparison.treatment);
        Some(Section::new(self.titled(&format!("What decides: {}", primary.title)), blocks))
    }

    fn guardrails(&self) -> Option<Section> {
        let metrics: Vec<&MetricResult> = self.of(Role::Guardrail).collect();
        if metrics.is_empty() {
            return None;
        }
        let table = metric::guardrails(self.report, metrics.iter().copied(), self.control, &self.comparison.treatment);
        Some(Section::new(self.titled("Guardrails"), vec![Block::Table(table)]))
    }

    fn over_time(&self) -> Option<Section> {
        let scale = self.scale();
        let mut blocks = Vec::new();
        let up_to = days(&self.comparison.over_time, &scale);
        if let Some(last) = self.comparison.over_time.iter().rev().find(|point| point.effect.is_some()) {
            let band =
                last.any_time.as_ref().map(|any_time| format!(", any-time interval {}", scale.interval(any_time))).unwrap_or_default();
            let said = last.effect.as_ref().map(|effect| format!("{}{band}", scale.difference(effect))).unwrap_or_default();
            blocks.push(Block::Chart(Chart {
                kind: Kind::OverTime(OverTime { axis: self.axis(), days: up_to, height: 210 }),
                alt: format!("The difference up to each day, {} days; at the end of {}: {said}", self.comparison.over_time.len(), last.day),
                caption: "The difference of all units up to the end of each day (UTC). The shaded band holds on all days together, so it may be read at any time; the bars are the fixed intervals, right once only.".to_owned(),
            }));
        }
        let alone = days(&self.comparison.by_day, &scale);
        if alone.iter().filter(|day| day.value.is_some()).count() > 1 {
            blocks.push(Block::Chart(Chart {
                kind: Kind::OverTime(OverTime { axis: self.axis(), days: alone, height: 138 }),
                alt: format!("The difference of each day alone, {} days", self.comparison.by_day.len()),
                caption: "Each day’s own units and outcomes alone, with fixed intervals: a difference that fades is novelty, one that comes back every seventh day is the weekday. Single days are not to be read.".to_owned(),
            }));
        }
        (!blocks.is_empty()).then(|| Section::new(self.titled("The effect over time"), blocks))
    }

    fn segments(&self, table: &SegmentTable) -> Section {
        let scale = self.scale();
        let rows = table.segments.iter().map(|segment| segment_row(segment, &scale)).collect();
        let whole = self.primary_metric().and_then(|metric| metric.effect.as_ref());
        let whole = whole.map(|effect| Whole { value: scale.shown(effect.absolute.value), label: "all units".to_owned() });
        let columns = vec![
            Column::words("Segment", 1.6),
            Column::numbers(self.control, 0.7),
            Column::numbers(&self.comparison.treatment, 0.7),
            Column::term(&terms::DIFFERENCE, 2.0),
            Column::term(&terms::SHRUNKEN, 2.0),
            Column::term(&terms::ADJUSTED_P, 0.7),
        ];
        let mut blocks = vec![Block::Text(table.caution.clone())];
        blocks.push(Block::Chart(Chart {
            kind: Kind::Forest(Forest { axis: self.axis(), rows, whole }),
            alt: format!(
                "The difference in each of {} segments by {}; the numbers are in the table below",
                table.segments.len(),
                table.dimension
            ),
            caption: "Each segment’s own difference with its fixed interval. An arrow means that the interval goes on.".to_owned(),
        }));
        blocks.push(Block::Table(Table { columns, rows: table.segments.iter().map(|segment| segment_cells(segment, &scale)).collect() }));
        if let Some(heterogeneity) = table.heterogeneity_p {
            blocks.push(Block::Table(Table::facts(vec![(
                Cell::term(&terms::HETEROGENEITY),
                Cell::new(format!("p = {}", p(heterogeneity))),
            )])));
        }
        Section::new(self.titled(&format!("By {}", table.dimension)), blocks)
    }

    fn others(&self) -> Option<Section> {
        let metrics: Vec<&MetricResult> = self.of(Role::Secondary).collect();
        let all = &self.comparison.metrics;
        if all.len() < 2 {
            return None;
        }
        let mut blocks = vec![Block::Chart(Chart {
            kind: Kind::Forest(Forest {
                axis: "Lift, per cent of the control".to_owned(),
                rows: all.iter().map(|metric| self.metric_row(metric)).collect(),
                whole: None,
            }),
            alt: format!("The lift of each of {} metrics; the numbers are in the tables", all.len()),
            caption: "The lift of every metric with Fieller’s interval. An arrow means that the interval goes on; a dashed mark is a guardrail’s margin, on the side that it must not cross.".to_owned(),
        })];
        if !metrics.is_empty() {
            blocks.push(Block::Table(metric::table(self.report, metrics.iter().copied(), self.control, &self.comparison.treatment)));
        }
        let title = if metrics.is_empty() { "All metrics at a glance" } else { "Other metrics" };
        Some(Section::new(self.titled(title), blocks))
    }

    fn metric_row(&self, metric: &MetricResult) -> Row {
        let effect = metric.effect.as_ref();
        let shown = effect.and_then(|effect| effect.lift.as_ref());
        let margin = metric.guardrail.map(|guardrail| match self.report.design.metric(&metric.metric).map(|metric| metric.good) {
            Some(Good::Lower) => guardrail.margin * 100.0,
            _ => -guardrail.margin * 100.0,
        });
        let mark = match (&metric.guardrail, effect) {
            _ if metric::blocked(self.report) => Mark::Neutral,
            (Some(guardrail), _) => match guardrail.state {
                GuardrailState::Holds => Mark::Good,
                GuardrailState::Broken => Mark::Bad,
                GuardrailState::Open => Mark::Open,
            },
            (None, Some(effect)) if effect.significant => {
                if effect.better {
                    Mark::Good
                } else {
                    Mark::Bad
                }
            }
            _ => Mark::Open,
        };
        let (range, text) = match shown {
            Some(value) if !value.value.is_finite() => (Range::None, "no number".to_owned()),
            Some(value) if value.outside => (Range::None, format!("{}, set in two parts", lift(value))),
            Some(value) => (
                Range::of(value.value * 100.0, value.low.map(|low| low * 100.0), value.high.map(|high| high * 100.0)),
                if value.low.is_some() && value.high.is_some() { lift_interval(value) } else { "without a bound".to_owned() },
            ),
            None => (Range::None, "no number".to_owned()),
        };
        Row { label: metric.title.clone(), range, text, mark, margin }
    }

    fn primary_metric(&self) -> Option<&MetricResult> {
        self.of(Role::Primary).next()
    }

    fn of(&self, role: Role) -> impl Iterator<Item = &MetricResult> {
        self.comparison.metrics.iter().filter(move |metric| metric.role == role)
    }

    fn scale(&self) -> Scale {
        let primary = self.primary_metric();
        Scale::of(&self.report.design, &self.report.design.primary, primary.map_or("", |metric| metric.unit.as_str()))
    }

    fn axis(&self) -> String {
        let title = self.primary_metric().map_or("", |metric| metric.title.as_str());
        let scale = self.scale();
        match scale.difference_unit() {
            "" => format!("Difference in {title}"),
            unit => format!("Difference in {title}, {unit}"),
        }
    }

    /// With the treatment's name where there are several.
    fn titled(&self, title: &str) -> String {
        if self.report.comparisons.len() > 1 {
            format!("{title} ({} against {})", self.comparison.treatment, self.control)
        } else {
            title.to_owned()
        }
    }
}

fn days(points: &[DayPoint], scale: &Scale) -> Vec<Day> {
    let finite = |number: f64| Some(scale.shown(number)).filter(|number| number.is_finite());
    let ends = |estimate: &Option<Estimate>| estimate.map(|estimate| [estimate.low, estimate.high].map(|end| end.and_then(finite)));
    points
        .iter()
        .map(|point| Day {
            day: point.day.clone(),
            value: point.effect.or(point.any_time).and_then(|estimate| finite(estimate.value)),
            fixed: ends(&point.effect),
            band: ends(&point.any_time),
        })
        .collect()
}

fn segment_row(segment: &SegmentResult, scale: &Scale) -> Row {
    let Some(effect) = &segment.effect else {
        return Row { label: segment.value.clone(), range: Range::None, text: "no number".to_owned(), mark: Mark::Open, margin: None };
    };
    Row {
        label: segment.value.clone(),
        range: Range::of(scale.shown(effect.value), effect.low.map(|low| scale.shown(low)), effect.high.map(|high| scale.shown(high))),
        text: scale.interval(effect),
        mark: Mark::Neutral,
        margin: None,
    }
}

fn segment_cells(segment: &SegmentResult, scale: &Scale) -> Vec<Cell> {
    let estimate = |estimate: &Option<Estimate>| {
        estimate
            .as_ref()
            .map_or_else(|| Cell::new("no number"), |estimate| Cell::new(scale.difference(estimate)).with_note(scale.interval(estimate)))
    };
    let mut effect = estimate(&segment.effect);
    if let Some(refused) = &segment.refused {
        effect = effect.with_note(refused.as_str()).with_tone(Tone::Care);
    }
    vec![
        Cell::from(segment.value.as_str()),
        count(segment.units[0]).into(),
        count(segment.units[1]).into(),
        effect,
        estimate(&segment.shrunken),
        segment.adjusted_p.map_or_else(|| Cell::from("no number"), |value| Cell::new(figures::p(value))),
    ]
}
