//! What was planned against what happened.

use super::settings::{Decides, Settings};
use super::{Context, words};
use crate::design::Looks;
use crate::evidence::Evidence;
use crate::report::PlanLine;

/// One line for each thing that was planned.
pub fn of(context: &Context, evidence: &Evidence, settings: &Settings) -> Vec<PlanLine> {
    let design = &context.design;
    let progress = &settings.progress;
    let line = |what: &str, planned: String, actual: String| PlanLine { what: what.into(), planned, actual };
    let mut lines = vec![
        line(
            &format!("{} in all variants", words::units(design.unit)),
            if design.planned_units == 0 { "not planned by numbers".into() } else { words::count(design.planned_units) },
            words::count(progress.units),
        ),
        line("days", design.planned_days.to_string(), format!("{:.1}", progress.days)),
    ];
    let weights: f64 = design.variants.iter().map(|variant| f64::from(variant.weight)).sum();
    for (arm, variant) in design.variants.iter().enumerate() {
        let units = evidence.total.get(arm).map_or(0, |cell| cell.units);
        let actual = if progress.units == 0 { "none yet".into() } else { words::percent(units as f64 / progress.units as f64) };
        lines.push(line(&format!("share of `{}`", variant.name), words::percent(f64::from(variant.weight) / weights), actual));
    }
    let looks = |any: bool| if any { "at any time" } else { "once, at the planned end" };
    let decides = match settings.decides {
        Decides::AnyTime => looks(true).to_owned(),
        Decides::OneLook if settings.few && design.decision.looks == Looks::AnyTime => {
            "once, at the planned end: there are too few units for anything else".into()
        }
        Decides::OneLook => looks(false).to_owned(),
    };
    let decides =
        if progress.stopped_early && !settings.few { format!("{decides}, since it was stopped before its plan") } else { decides };
    lines.push(line("decided", looks(design.decision.looks == Looks::AnyTime).into(), decides));
    lines
}
