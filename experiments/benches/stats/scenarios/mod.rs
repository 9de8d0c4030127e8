//! What is measured, one file a question. The bench runs all worlds, a test a few hundred.

mod pairs;

mod caps;
mod exploring;
mod families;
mod lifts;
mod looks;
mod mismatch;
mod nulls;
mod policies;
mod posteriors;
mod power;
mod products;

use vitrine_experiments::simulate::run;

use crate::table::{Row, Table};

/// How much to measure.
pub struct Size {
    worlds_most: usize,
    threads: usize,
}

impl Size {
    pub fn new(worlds_most: usize, threads: usize) -> Self {
        Self { worlds_most, threads }
    }

    /// Whether there are as many worlds as the targets were stated for.
    pub fn is_full(&self) -> bool {
        self.worlds_most >= 10_000
    }

    /// The same with so many times fewer worlds, for those that take long.
    fn fewer(&self, times: usize) -> Self {
        Self { worlds_most: self.worlds_most / times, ..*self }
    }

    /// What `one` says of each world of this name.
    fn worlds<T: Send>(&self, name: &str, one: impl Fn(&mut Random) -> T + Sync) -> Vec<T> {
        run::worlds(name, self.worlds_most as u64, self.threads, one)
    }
}

/// The random numbers of a world.
type Random = rand_chacha::ChaCha8Rng;

/// Runs all sections, or the one whose name begins with `only`; tells each row as soon as it is there.
pub fn run(size: &Size, only: Option<&str>, mut told: impl FnMut(&Row)) -> Table {
    type Section = (&'static str, fn(&'static str, &Size) -> Vec<Row>);
    const SECTIONS: &[Section] = &[
        ("5.1 No effect: decisions on the absolute difference at 5 %", nulls::rows),
        ("5.2 Intervals of the relative lift at 95 %: Fieller's, and the score interval for conversions", lifts::rows),
        ("5.3 No effect, 50 looks, stopped at the first that decides", looks::rows),
        ("5.4 Power against the planner", power::rows),
        ("5.5 Mismatch of the split, 28 daily looks", mismatch::rows),
        ("5.6 Ten metrics at once", families::rows),
        ("5.7 Bayesian reading under the default prior", posteriors::rows),
        ("5.8 Few products, randomised by product", products::rows),
        ("5.9 Caps on revenue, +10 %, 5,000 an arm", caps::rows),
        ("Off-policy estimates at 95 %", policies::rows),
        ("Thompson sampling", exploring::rows),
    ];
    let mut table = Table::default();
    for (section, rows) in SECTIONS.iter().filter(|(section, _)| only.is_none_or(|only| section.starts_with(only))) {
        let rows = rows(section, size);
        rows.iter().for_each(&mut told);
        table.0.extend(rows);
    }
    table
}

/// In how many worlds something holds.
fn count<T>(worlds: &[T], holds: impl Fn(&T) -> bool) -> usize {
    worlds.iter().filter(|world| holds(world)).count()
}

/// The same as a share.
fn share<T>(worlds: &[T], holds: impl Fn(&T) -> bool) -> f64 {
    count(worlds, holds) as f64 / worlds.len() as f64
}

/// The mean over worlds.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}
