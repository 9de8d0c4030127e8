//! The table as a document.

use crate::table::Table;

/// The document with the sections measured now, and those of the document `before` that were not.
pub fn document(table: &Table, before: &str) -> String {
    let mut sections: Vec<(&str, String)> = before.split("\n## ").skip(1).filter_map(|part| part.split_once('\n')).map(own).collect();
    let mut measured: Vec<(&str, String)> = Vec::new();
    for row in &table.0 {
        if measured.last().is_none_or(|(section, _)| *section != row.section) {
            measured.push((row.section, format!("\n{COLUMNS}\n")));
        }
        if let Some((_, text)) = measured.last_mut() {
            *text += &format!("| {} |\n", row.cells().join(" | "));
        }
    }
    for (section, text) in measured {
        match sections.iter_mut().find(|(other, _)| *other == section) {
            Some((_, old)) => *old = text,
            None => sections.push((section, text)),
        }
    }
    let body: String = sections.iter().map(|(section, text)| format!("\n## {section}\n{text}")).collect();
    let count = |outcome: &str| body.matches(&format!("| {outcome} |\n")).count();
    let summary = format!(
        "{} targets are met; {} are not where the result says itself that it is unreliable; {} are missed.",
        count("met"),
        count("said to be unreliable"),
        count("**missed**")
    );
    format!("{HEAD}\n{summary}\n{body}")
}

fn own<'a>((section, text): (&'a str, &str)) -> (&'a str, String) {
    (section, format!("{}\n", text.trim_end_matches('\n')))
}

const COLUMNS: &str = "\
| world: what was measured | ours | gbstats 0.8.0 | target | unreliable, % | |
|---|---|---|---|---|---|";

const HEAD: &str = "\
# Statistics, measured

Written by `make bench-stats WRITE=docs/statistics-measured.md`. Every line is a share of 10,000 seeded simulated experiments, in percent, or
a number with three digits. How the worlds are made stands in `experiments/src/simulate/worlds.rs`, what is done with them in
`experiments/benches/stats/scenarios/`.

The third column holds what gbstats 0.8.0 (GrowthBook's engine) reaches in such worlds, measured before with up to as many experiments;
scipy, statsmodels or a definition in theory where it has no such method. Limits lie three standard errors from the promise. *Unreliable*
is the share of these experiments in which the result carries a typed verdict that it cannot be relied on yet, or is refused.
";
