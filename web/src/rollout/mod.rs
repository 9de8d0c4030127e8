//! How a release goes live: by stages, each a greater share of the products, watched by guardrails. The states and the moves between
//! them are here, as functions of plain values; storing them is for `studio::release`.

pub mod guard;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vitrine_engine::RuleId;

use crate::live::ReleaseNumber;
use crate::tally::Tally;
use guard::{Guardrail, upper_bound};

/// How many times its budget the share of emptied products may still be for a stage to go on.
const FEW: f64 = 3.0;

/// Where a roll-out stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for its day.
    Scheduled,
    /// It judges a share of the products.
    Canary,
    /// It judges all of them, or did until a later release took its place.
    Full,
    /// A guardrail or a person stopped it on its way.
    Stopped,
    /// It was taken back after it had gone live.
    Undone,
}

impl State {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Canary => "canary",
            Self::Full => "full",
            Self::Stopped => "stopped",
            Self::Undone => "undone",
        }
    }
}

/// A release on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rollout {
    /// Where it stands.
    pub state: State,
    /// Shares of the products, each stage's, growing; the last is followed by all.
    pub stages: Vec<f64>,
    /// The stage it is in, from 0.
    pub stage: usize,
    /// Since when it is in this stage, ms since 1970 UTC.
    pub since_ms: i64,
    /// When it begins; `None` = at once.
    pub start_at_ms: Option<i64>,
    /// The release that judged before it.
    pub before: ReleaseNumber,
    /// Since when it judges all products, or when that began, ms since 1970 UTC.
    pub in_force: Option<i64>,
    /// What stops it.
    pub budget: Budget,
    /// What happened to it, oldest first.
    pub log: Vec<Entry>,
}

/// Shares that a roll-out must not pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Budget {
    /// Products left with nothing that the release before shows.
    pub left_empty: f64,
    /// Pictures that a rule acts on beyond those it acted on before, of all pictures; for rules that are not named.
    pub actions: f64,
    /// The same for single rules, as their backtest foretold.
    #[schema(value_type = Object)]
    pub actions_of: BTreeMap<RuleId, f64>,
    /// Judgements of people that overturn the release's rules.
    pub overturned: f64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left_empty: 0.005, actions: 0.05, actions_of: BTreeMap::new(), overturned: 0.3 }
    }
}

/// One line of a roll-out's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// When, ms since 1970 UTC.
    pub at_ms: i64,
    /// What happened, for people.
    pub what: String,
}

/// What has to be seen of a stage before the next one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Products judged by both releases since the roll-out began; fewer where the stage's share holds fewer.
    pub products_min: u64,
    /// Time in a stage, ms.
    pub stage_ms: i64,
}

/// What becomes of a roll-out.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Nothing yet.
    Stay,
    /// The next stage, or all products.
    Advance,
    /// It must stop: which guardrail, in words.
    Stop(String),
}

impl Rollout {
    /// The share of the products that it judges now.
    pub fn share(&self) -> f64 {
        match self.state {
            State::Canary => self.stages.get(self.stage).copied().unwrap_or(1.0),
            State::Full => 1.0,
            State::Scheduled | State::Stopped | State::Undone => 0.0,
        }
    }

    /// The guardrails as they stand. `judgements` are (overturned, all) of people over the release's own reviews.
    pub fn guardrails(&self, seen: &Tally, judgements: (u64, u64)) -> Vec<Guardrail> {
        let mut rails = vec![Guardrail::of("left_empty", seen.newly_empty, seen.products, self.budget.left_empty)];
        for (rule, (old, new)) in &seen.by_rule {
            let limit = self.budget.actions_of.get(rule).copied().unwrap_or(self.budget.actions);
            let more = new.saturating_sub(*old);
            if more > 0 {
                rails.push(Guardrail::of(format!("actions:{rule}"), more, seen.pictures, limit));
            }
        }
        rails.push(Guardrail::of("overturned", judgements.0, judgements.1, self.budget.overturned));
        rails
    }

    /// What becomes of it now. `catalogue` is the number of products there are.
    pub fn step(&self, seen: &Tally, judgements: (u64, u64), catalogue: u64, pace: Pace, now_ms: i64) -> Step {
        match self.state {
            State::Scheduled if self.start_at_ms.is_none_or(|start| start <= now_ms) => return Step::Advance,
            State::Canary => {}
            _ => return Step::Stay,
        }
        if let Some(rail) = self.guardrails(seen, judgements).into_iter().find(|rail| rail.tripped) {
            return Step::Stop(in_words(&rail));
        }
        // A stage goes on when few are left empty for certain enough, or when nearly all of its products (their number varies by chance)
        // have been seen and there is no more to learn in it.
        let held = catalogue as f64 * self.share();
        let half = pace.products_min.min((held / 2.0) as u64);
        let nearly_all = ((0.9 * held - 3.0 * held.sqrt()).max(1.0) as u64).max(half);
        let few = upper_bound(seen.newly_empty, seen.products) <= FEW * self.budget.left_empty;
        let enough = seen.products >= nearly_all || (seen.products >= pace.products_min && few);
        if enough && now_ms - self.since_ms >= pace.stage_ms { Step::Advance } else { Step::Stay }
    }

    /// Moves one stage on.
    pub fn advance(&mut self, now_ms: i64, by: &str) {
        let next = if self.state == State::Scheduled { 0 } else { self.stage + 1 };
        self.stage = next;
        self.since_ms = now_ms;
        self.state = if next < self.stages.len() { State::Canary } else { State::Full };
        if self.state == State::Full {
            self.in_force = Some(now_ms);
        }
        let what = match self.stages.get(next) {
            Some(share) => format!("judges {} of the products ({by})", percent(*share)),
            None => format!("judges all products ({by})"),
        };
        self.log.push(Entry { at_ms: now_ms, what });
    }

    /// When it was taken back after it had judged all products.
    pub fn taken_back(&self) -> Option<i64> {
        (self.state == State::Undone && self.in_force.is_some()).then_some(self.since_ms)
    }

    /// Ends it on its way, or takes it back.
    pub fn end(&mut self, state: State, now_ms: i64, why: &str) {
        self.state = state;
        self.since_ms = now_ms;
        self.log.push(Entry { at_ms: now_ms, what: format!("{}: {why}", state.as_str()) });
    }
}

fn in_words(rail: &Guardrail) -> String {
    let (value, limit) = (percent(rail.value), percent(rail.limit));
    match rail.name.split_once(':') {
        Some((_, rule)) => format!("`{rule}` acts on {value} more of the pictures than before; {limit} are allowed"),
        None if rail.name == "left_empty" => format!("{value} of the products are left with no main picture; {limit} are allowed"),
        None => format!("people overturned {value} of the reviews; {limit} are allowed"),
    }
}

/// `0.005` as `0.5 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", (share * 10_000.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    const PRODUCTS: u64 = 20_000;
    // What is drawn.
    const POSITION: u64 = 0;
    const ASKED: u64 = 1;
    const EMPTIED: u64 = 2;
    const CHANGED: u64 = 3;
    const BEFORE: u64 = 4;
    const AFTER: u64 = 5;
    const PACE: Pace = Pace { products_min: 300, stage_ms: 60_000 };

    fn begun() -> Rollout {
        Rollout {
            state: State::Canary,
            stages: vec![0.01, 0.05, 0.25, 0.5],
            stage: 0,
            since_ms: 0,
            start_at_ms: None,
            before: 1,
            in_force: None,
            budget: Budget::default(),
            log: Vec::new(),
        }
    }

    /// A number in [0, 1) that belongs to these three: SplitMix64 (Steele et al., 2014), for a simulation needs many.
    fn draw(seed: u64, what: u64, number: u64) -> f64 {
        let mut z = (seed << 48 ^ what << 40 ^ number).wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A seeded roll-out over a catalogue whose products are asked for at random: the greatest share it judged, and whether it came
    /// to judge all. The set empties `emptied` of the products, and changes the main picture of 2 %.
    fn simulate(seed: u64, emptied: f64) -> (f64, bool) {
        let (mut rollout, mut seen, mut greatest) = (begun(), Tally::default(), 0.0_f64);
        let mut counted = vec![false; PRODUCTS as usize];
        let positions: Vec<f64> = (0..PRODUCTS).map(|product| draw(seed, POSITION, product)).collect();
        for minute in 0..20_000_u64 {
            greatest = greatest.max(rollout.share());
            for call in 0..100 {
                let product = (draw(seed, ASKED, minute * 100 + call) * (PRODUCTS - 1) as f64) as u64;
                let judged = positions[product as usize] < rollout.share();
                if judged && !std::mem::replace(&mut counted[product as usize], true) {
                    seen.products += 1;
                    seen.pictures += 6;
                    seen.newly_empty += u64::from(draw(seed, EMPTIED, product) < emptied);
                    seen.main_changed += u64::from(draw(seed, CHANGED, product) < 0.02);
                    let counts = seen.by_rule.entry("a.rule".into()).or_default();
                    counts.0 += u64::from(draw(seed, BEFORE, product) < 0.3);
                    counts.1 += u64::from(draw(seed, AFTER, product) < 0.3);
                }
            }
            let now_ms = minute as i64 * 60_000;
            match rollout.step(&seen, (0, 0), PRODUCTS, PACE, now_ms) {
                Step::Stay => {}
                Step::Advance => rollout.advance(now_ms, "test"),
                Step::Stop(_) => return (greatest, false),
            }
            if rollout.state == State::Full {
                return (1.0, true);
            }
        }
        (greatest, false)
    }

    #[test]
    fn of_200_sets_that_empty_three_in_a_hundred_products_95_in_100_stop_before_a_quarter_and_equal_ones_pass() {
        let stopped = (0..200).filter(|seed| simulate(*seed, 0.03).0 < 0.25).count();
        let passed = (0..200).filter(|seed| simulate(1000 + seed, 0.0).1).count();
        println!("stopped before 25 % of the products: {stopped} of 200; equal sets that pass: {passed} of 200");
        assert!(stopped >= 190 && passed >= 190, "{stopped} {passed}");
    }

    #[test]
    fn a_set_at_its_budget_is_stopped_by_mistake_in_one_of_a_hundred_at_most() {
        let stopped = (0..200).filter(|seed| !simulate(5000 + seed, Budget::default().left_empty).1).count();
        println!("at the budget: {stopped} of 200 stopped");
        assert!(stopped <= 7, "{stopped} of 200");
    }

    #[test]
    fn it_waits_for_enough_products_and_enough_time_and_begins_on_its_day() {
        let seen = |products| Tally { products, ..Tally::default() };
        let mut rollout = begun();
        assert_eq!(rollout.step(&seen(299), (0, 0), 1_000_000, PACE, 60_000), Step::Stay);
        assert_eq!(rollout.step(&seen(300), (0, 0), 1_000_000, PACE, 59_999), Step::Stay);
        assert_eq!(rollout.step(&seen(300), (0, 0), 1_000_000, PACE, 60_000), Step::Advance);
        // Of a small catalogue, nine of ten that the stage holds.
        rollout.stage = 2;
        assert_eq!(rollout.step(&seen(11), (0, 0), 100, PACE, 60_000), Step::Stay);
        assert_eq!(rollout.step(&seen(22), (0, 0), 100, PACE, 60_000), Step::Advance);
        // Where some are left empty, it has to see more.
        let some = Tally { products: 300, newly_empty: 3, ..Tally::default() };
        assert_eq!(rollout.step(&some, (0, 0), 1_000_000, PACE, 60_000), Step::Stay);
        assert_eq!(rollout.step(&seen(0), (0, 0), 0, PACE, 60_000), Step::Stay);
        assert!(matches!(rollout.step(&seen(300), (90, 100), 100, PACE, 60_000), Step::Stop(why) if why.contains("90 %")));

        let mut later = Rollout { state: State::Scheduled, start_at_ms: Some(5), ..begun() };
        assert_eq!(later.step(&seen(0), (0, 0), 100, PACE, 4), Step::Stay);
        assert_eq!(later.step(&seen(0), (0, 0), 100, PACE, 5), Step::Advance);
        assert_eq!(later.share(), 0.0);
        later.advance(5, "test");
        assert_eq!((later.state, later.stage, later.share()), (State::Canary, 0, 0.01));
        for _ in 0..4 {
            later.advance(6, "test");
        }
        assert_eq!((later.state, later.share(), later.in_force), (State::Full, 1.0, Some(6)));
        later.end(State::Undone, 9, "wrong");
        assert_eq!((later.share(), later.taken_back()), (0.0, Some(9)));
    }
}
