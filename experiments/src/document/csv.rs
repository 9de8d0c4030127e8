//! The report as a table for other programs: a row per variant, metric and part, every number as it was computed.
//!
//! RFC 4180: commas, quotes doubled, CRLF. Text that a spreadsheet would run as a formula is preceded by an apostrophe; numbers never
//! are. An empty cell is a number that there is not; an end of an interval that is empty beside an effect that is not means that the
//! interval has no such end.

use crate::report::{Comparison, DayPoint, Effect, Estimate, GuardrailState, MetricResult, Report, Role};

/// The columns, in their order.
pub const COLUMNS: [&str; 50] = [
    "experiment",
    "as_of_ms",
    "simulated",
    "call",
    "control",
    "variant",
    "metric",
    "role",
    "part",
    "dimension",
    "value",
    "units",
    "units_control",
    "figure",
    "figure_control",
    "effect",
    "effect_low",
    "effect_high",
    "effect_std_error",
    "effect_p",
    "adjusted_p",
    "any_time",
    "any_time_low",
    "any_time_high",
    "any_time_p",
    "shrunken",
    "shrunken_low",
    "shrunken_high",
    "lift",
    "lift_low",
    "lift_high",
    "lift_outside",
    "significant",
    "better",
    "chance_better",
    "expected_loss",
    "variance_removed",
    "unadjusted",
    "unadjusted_low",
    "unadjusted_high",
    "uncapped",
    "uncapped_low",
    "uncapped_high",
    "guardrail_margin",
    "guardrail_p",
    "guardrail",
    "heterogeneity_p",
    "method",
    "refused",
    "concerns",
];

/// Columns of words; all others hold numbers, flags or nothing.
pub const WORDS: [&str; 14] = [
    "experiment",
    "simulated",
    "call",
    "control",
    "variant",
    "metric",
    "role",
    "part",
    "dimension",
    "value",
    "guardrail",
    "method",
    "refused",
    "concerns",
];

/// One row of the table, a cell for each of [`COLUMNS`]; empty where there is nothing to say.
pub type Cells = [String; COLUMNS.len()];

/// All rows of a report.
pub(super) fn rows(report: &Report) -> Vec<Cells> {
    let mut table = Vec::new();
    let control = report.arms.first().map_or("", |arm| arm.variant.as_str());
    for (index, comparison) in report.comparisons.iter().enumerate() {
        // The control's own rows stand once: they are the same beside every treatment.
        let sheet = Sheet { report, comparison, control, with_control: index == 0 };
        sheet.totals(&mut table);
        sheet.days(&mut table, "total_until_day", &comparison.over_time);
        sheet.days(&mut table, "day", &comparison.by_day);
        sheet.segments(&mut table);
    }
    table
}

/// The rows as CSV, the columns' names first.
pub(super) fn write(report: &Report) -> String {
    let mut text = String::new();
    line(&mut text, &COLUMNS);
    rows(report).iter().for_each(|cells| line(&mut text, cells));
    text
}

fn line(text: &mut String, cells: &[impl AsRef<str>]) {
    for (index, cell) in cells.iter().map(AsRef::as_ref).enumerate() {
        if index > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) || cell.trim() != cell {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

struct Sheet<'a> {
    report: &'a Report,
    comparison: &'a Comparison,
    control: &'a str,
    with_control: bool,
}

/// A row under construction: cells by the name of their column.
struct Row(Cells);

impl Row {
    fn text(&mut self, column: &str, text: &str) -> &mut Self {
        self.put(column, harmless(text))
    }

    fn number(&mut self, column: &str, number: impl Into<Option<f64>>) -> &mut Self {
        let text = number.into().filter(|number| number.is_finite()).map(|number| number.to_string()).unwrap_or_default();
        self.put(column, text)
    }

    fn estimate(&mut self, column: &str, estimate: Option<&Estimate>) -> &mut Self {
        let Some(estimate) = estimate else { return self };
        self.number(column, estimate.value)
            .number(&format!("{column}_low"), estimate.low)
            .number(&format!("{column}_high"), estimate.high)
            .number(&format!("{column}_std_error"), estimate.std_error)
            .number(&format!("{column}_p"), estimate.p)
    }

    /// Columns that do not exist are parts of an estimate that the table leaves out.
    fn put(&mut self, column: &str, text: String) -> &mut Self {
        if let Some(index) = COLUMNS.iter().position(|name| *name == column) {
            self.0[index] = text;
        }
        self
    }
}

impl Sheet<'_> {
    fn totals(&self, table: &mut Vec<Cells>) {
        for metric in &self.comparison.metrics {
            if self.with_control {
                let mut row = self.row(self.control, &metric.metric, metric.role, "total");
                row.put("units", metric.units[0].to_string()).number("figure", metric.control);
                table.push(row.0);
            }
            let mut row = self.row(&self.comparison.treatment, &metric.metric, metric.role, "total");
            total(&mut row, metric);
            table.push(row.0);
        }
    }

    fn days(&self, table: &mut Vec<Cells>, part: &str, points: &[DayPoint]) {
        for point in points {
            for variant in self.variants() {
                let mut row = self.row(variant, &self.report.design.primary, Role::Primary, part);
                row.text("dimension", "day").text("value", &point.day);
                if variant == self.control {
                    row.put("units", point.units[0].to_string());
                } else {
                    units(&mut row, point.units);
                    row.estimate("effect", point.effect.as_ref()).estimate("any_time", point.any_time.as_ref());
                }
                table.push(row.0);
            }
        }
    }

    fn segments(&self, table: &mut Vec<Cells>) {
        for dimension in &self.comparison.segments {
            for segment in &dimension.segments {
                for variant in self.variants() {
                    let mut row = self.row(variant, &self.report.design.primary, Role::Primary, "segment");
                    row.text("dimension", &dimension.dimension).text("value", &segment.value);
                    if variant == self.control {
                        row.put("units", segment.units[0].to_string());
                    } else {
                        units(&mut row, segment.units);
                        row.estimate("effect", segment.effect.as_ref())
                            .estimate("shrunken", segment.shrunken.as_ref())
                            .number("adjusted_p", segment.adjusted_p)
                            .number("heterogeneity_p", dimension.heterogeneity_p)
                            .text("refused", segment.refused.as_deref().unwrap_or_default());
                    }
                    table.push(row.0);
                }
            }
        }
    }

    fn variants(&self) -> impl Iterator<Item = &str> {
        self.with_control.then_some(self.control).into_iter().chain([self.comparison.treatment.as_str()])
    }

    fn row(&self, variant: &str, metric: &str, role: Role, part: &str) -> Row {
        let mut row = Row(std::array::from_fn(|_| String::new()));
        row.text("experiment", &self.report.experiment)
            .put("as_of_ms", self.report.as_of_ms.to_string())
            .text("simulated", self.report.simulated.as_deref().unwrap_or_default())
            .text("call", &word(&self.report.verdict.call))
            .text("control", self.control)
            .text("variant", variant)
            .text("metric", metric)
            .text("role", &word(&role))
            .text("part", part);
        row
    }
}

fn total(row: &mut Row, metric: &MetricResult) {
    units(row, metric.units);
    row.number("figure", metric.treatment).number("figure_control", metric.control);
    if let Some(effect) = &metric.effect {
        numbers(row, effect);
    }
    if let Some(guardrail) = &metric.guardrail {
        let state = match guardrail.state {
            GuardrailState::Holds => "holds",
            GuardrailState::Broken => "broken",
            GuardrailState::Open => "open",
        };
        row.number("guardrail_margin", guardrail.margin).number("guardrail_p", guardrail.p).text("guardrail", state);
    }
    row.text("refused", metric.refused.as_deref().unwrap_or_default()).text("concerns", &metric.concerns.join("; "));
}

fn numbers(row: &mut Row, effect: &Effect) {
    row.estimate("effect", Some(&effect.absolute))
        .estimate("any_time", effect.any_time.as_ref())
        .estimate("unadjusted", effect.unadjusted.as_ref())
        .estimate("uncapped", effect.uncapped.as_ref())
        .number("adjusted_p", effect.adjusted_p)
        .number("variance_removed", effect.variance_removed)
        .put("significant", effect.significant.to_string())
        .put("better", effect.better.to_string())
        .text("method", &effect.method);
    if let Some(lift) = &effect.lift {
        row.number("lift", lift.value)
            .number("lift_low", lift.low)
            .number("lift_high", lift.high)
            .put("lift_outside", lift.outside.to_string());
    }
    if let Some(bayes) = &effect.bayes {
        row.number("chance_better", bayes.chance_better).number("expected_loss", bayes.expected_loss);
    }
}

fn units(row: &mut Row, [control, treatment]: [u64; 2]) {
    row.put("units", treatment.to_string()).put("units_control", control.to_string());
}

/// The word that an enum has on the wire.
fn word(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}

/// Text that no spreadsheet takes for a formula (OWASP, CSV injection).
fn harmless(text: &str) -> String {
    let runs = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || text.starts_with(['\t', '\r', '\n']);
    if runs { format!("'{text}") } else { text.to_owned() }
}
