//! Thompson sampling within a budget: does it find the better pictures, and can its log be used afterwards?

use vitrine_experiments::off_policy::{Log, Selection};
use vitrine_experiments::simulate::worlds::Conversions;
use vitrine_experiments::thompson::{Candidate, Policy, Prior, Tally};

use super::{Random, Size, count, mean};
use crate::table::{Row, Target};

const RATES: [f64; 4] = [0.05, 0.04, 0.065, 0.05];
const IDS: [&str; 4] = ["a", "b", "c", "d"];
const ROUNDS: u64 = 40;
const A_ROUND: u64 = 500;

/// What happened in one product's life, tallies being brought up to date after every round.
struct Life {
    /// Clicks lost in the first and in the last quarter against the best that the budget allows.
    regret: [f64; 2],
    /// Largest share of any round that left the rules' own choice, by propensities.
    explored: f64,
    /// Whether the interval of showing the third picture always held its rate, and whether there was one.
    held: Option<bool>,
}

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let mut rows = Vec::new();
    for (world, budget) in [("four pictures, all left to it", 1.0), ("four pictures, budget of 20 %", 0.2)] {
        let seen = size.fewer(10).worlds(&format!("exploring, {world}"), |random| live(budget, random));
        let quarter = |place: usize| mean(seen.iter().map(|life| life.regret[place]));
        let most = seen.iter().map(|life| life.explored).fold(0.0, f64::max);
        let intervals: Vec<bool> = seen.iter().filter_map(|life| life.held).collect();
        rows.push(
            Row::number(section, world, "avoidable regret of the last quarter over the first", quarter(1) / quarter(0))
                .target(Target::Number { low: 0.0, high: 0.5 }),
        );
        rows.push(
            Row::number(section, world, "largest share that left the rules' choice", most)
                .target(Target::Number { low: 0.0, high: budget }),
        );
        rows.push(
            Row::share(section, world, "its log's interval of always the best held", count(&intervals, |held| *held), intervals.len())
                .target(Target::AtLeast { limit: 0.93, promise: 0.95 }),
        );
    }
    rows
}

fn live(budget: f64, random: &mut Random) -> Life {
    let policy = Policy::new(Prior::around(0.05, 40.0).unwrap(), budget, 0.1).unwrap();
    let mut tallies = [Tally::default(); 4];
    let mut logged = Vec::new();
    let mut life = Life { regret: [0.0; 2], explored: 0.0, held: None };
    for round in 0..ROUNDS {
        let candidates: Vec<Candidate<'_>> = IDS.iter().zip(tallies).map(|(id, tally)| Candidate { id, tally }).collect();
        let propensities = policy.propensities(&candidates, "a").unwrap();
        life.explored = life.explored.max(propensities[1..].iter().sum());
        // What the rules' own choice loses is theirs as far as the budget does not reach.
        let mut lost = (budget - 1.0) * (RATES[2] - RATES[0]) * A_ROUND as f64;
        let mut left = (A_ROUND, 1.0);
        for (action, (propensity, rate)) in propensities.iter().zip(RATES).enumerate() {
            // The round's selections, dealt out to the pictures one after the other.
            let shown = if action == 3 { left.0 } else { Conversions { rate: (propensity / left.1).min(1.0) }.among(left.0, 0.0, random) };
            left = (left.0 - shown, left.1 - propensity);
            let clicked = Conversions { rate }.among(shown, 0.0, random);
            tallies[action] = Tally { shown: tallies[action].shown + shown, clicked: tallies[action].clicked + clicked };
            let one = |place| Selection {
                context: (),
                action,
                propensity: *propensity,
                reward: f64::from(u8::from(place < clicked)),
                unit: None,
            };
            logged.extend((0..shown).map(one));
            lost += (RATES[2] - rate) * shown as f64;
        }
        match 4 * round / ROUNDS {
            0 => life.regret[0] += lost,
            3 => life.regret[1] += lost,
            _ => {}
        }
    }
    let estimate = Log::weigh(&logged, |()| vec![(2, 1.0)]).and_then(|log| log.self_normalised(0.05));
    life.held = estimate.ok().map(|estimate| (estimate.value.low..=estimate.value.high).contains(&RATES[2]));
    life
}
