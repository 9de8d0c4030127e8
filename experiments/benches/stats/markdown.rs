//! The table as a document.

use crate::table::Table;

pub fn document(table: &Table) -> String {
    let mut text = format!("{HEAD}\n{}.\n", table.summary());
    let mut section = "";
    for row in &table.0 {
        if row.section != section {
            section = row.section;
            text += &format!("\n## {section}\n\n{COLUMNS}\n");
        }
        text += &format!("| {} |\n", row.cells().join(" | "));
    }
    text
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
