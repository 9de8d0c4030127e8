//! The table of what was measured: a row holds a figure, what another engine reaches, the target, and says whether it is met.

use std::fmt::{self, Display, Formatter};

/// All rows.
#[derive(Default)]
pub struct Table(pub Vec<Row>);

/// One figure.
#[derive(Clone)]
pub struct Row {
    pub section: &'static str,
    pub world: String,
    pub measured: String,
    pub ours: Figure,
    pub peer: &'static str,
    pub target: Target,
    /// Share of worlds in which the result carries a typed "unreliable" verdict or is refused.
    pub unreliable: Option<f64>,
}

/// A share of worlds, or any other number.
#[derive(Clone, Copy)]
pub enum Figure {
    Share { hits: u64, of: u64 },
    Number(f64),
}

/// What a figure should be. Shares are held to their limits at 10,000 worlds, which are three standard errors from the promise; with
/// fewer worlds the limits give way by as many standard errors as those are wider.
#[derive(Clone, Copy)]
pub enum Target {
    None,
    AtMost { limit: f64, promise: f64 },
    AtLeast { limit: f64, promise: f64 },
    Between { low: f64, high: f64, promise: f64 },
    Number { low: f64, high: f64 },
}

pub enum Outcome {
    Shown,
    Met,
    /// The target is not met, and in nearly all of these worlds the report says that the result cannot be relied on.
    Flagged,
    Missed,
}

/// From this share on the verdict stands in for the target.
const FLAGGED_FROM: f64 = 0.9;

impl Row {
    pub fn share(section: &'static str, world: impl Into<String>, measured: impl Into<String>, hits: usize, of: usize) -> Self {
        Self::new(section, world.into(), measured.into(), Figure::Share { hits: hits as u64, of: of as u64 })
    }

    pub fn number(section: &'static str, world: impl Into<String>, measured: impl Into<String>, number: f64) -> Self {
        Self::new(section, world.into(), measured.into(), Figure::Number(number))
    }

    fn new(section: &'static str, world: String, measured: String, ours: Figure) -> Self {
        Self { section, world, measured, ours, peer: "", target: Target::None, unreliable: None }
    }

    pub fn peer(self, peer: &'static str) -> Self {
        Self { peer, ..self }
    }

    pub fn target(self, target: Target) -> Self {
        Self { target, ..self }
    }

    pub fn unreliable(self, share: f64) -> Self {
        Self { unreliable: Some(share), ..self }
    }

    pub fn outcome(&self) -> Outcome {
        match self.is_within() {
            None => Outcome::Shown,
            Some(true) => Outcome::Met,
            Some(false) if self.unreliable.is_some_and(|share| share >= FLAGGED_FROM) => Outcome::Flagged,
            Some(false) => Outcome::Missed,
        }
    }

    fn is_within(&self) -> Option<bool> {
        let (value, worlds) = match self.ours {
            Figure::Share { hits, of } => (hits as f64 / of as f64, of as f64),
            Figure::Number(number) => (number, f64::INFINITY),
        };
        let slack = |promise: f64| 4.0 * (promise * (1.0 - promise)).sqrt() * (1.0 / worlds.sqrt() - 0.01).max(0.0);
        Some(match self.target {
            Target::None => return None,
            Target::AtMost { limit, promise } => value <= limit + slack(promise),
            Target::AtLeast { limit, promise } => value >= limit - slack(promise),
            Target::Between { low, high, promise } => value >= low - slack(promise) && value <= high + slack(promise),
            Target::Number { low, high } => (low..=high).contains(&value),
        })
    }

    /// World and measure, ours, the peer's, target, share flagged, outcome.
    pub fn cells(&self) -> [String; 6] {
        let unreliable = self.unreliable.map_or(String::new(), |share| format!("{:.0}", 100.0 * share));
        let outcome = match self.outcome() {
            Outcome::Shown => "",
            Outcome::Met => "met",
            Outcome::Flagged => "said to be unreliable",
            Outcome::Missed => "**missed**",
        };
        let named = format!("{}: {}", self.world, self.measured);
        [named, self.ours.to_string(), self.peer.into(), self.target.to_string(), unreliable, outcome.into()]
    }
}

impl Table {
    pub fn missed(&self) -> Vec<&Row> {
        self.0.iter().filter(|row| matches!(row.outcome(), Outcome::Missed)).collect()
    }

    pub fn summary(&self) -> String {
        let count = |wanted: fn(&Outcome) -> bool| self.0.iter().filter(|row| wanted(&row.outcome())).count();
        format!(
            "{} targets met, {} not met where the result says that it is unreliable, {} missed, {} figures without a target",
            count(|outcome| matches!(outcome, Outcome::Met)),
            count(|outcome| matches!(outcome, Outcome::Flagged)),
            self.missed().len(),
            count(|outcome| matches!(outcome, Outcome::Shown))
        )
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let [named, ours, peer, target, unreliable, outcome] = self.cells();
        write!(
            f,
            "{:<4} {named:<74} {ours:>7}  {peer:>14}  {target:>13}  {unreliable:>4}  {outcome}",
            self.section.split(' ').next().unwrap_or("")
        )
    }
}

impl Display for Figure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { hits, of } => write!(f, "{:.2}", 100.0 * *hits as f64 / *of as f64),
            Self::Number(number) => write!(f, "{number:.3}"),
        }
    }
}

impl Display for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| format!("{}", (1e4 * share).round() / 1e2);
        match self {
            Self::None => Ok(()),
            Self::AtMost { limit, .. } => write!(f, "up to {}", percent(*limit)),
            Self::AtLeast { limit, .. } => write!(f, "{} or more", percent(*limit)),
            Self::Between { low, high, .. } => write!(f, "{} to {}", percent(*low), percent(*high)),
            Self::Number { low, high } => write!(f, "{low:.3} to {high:.3}"),
        }
    }
}
