//! A shop's visitors over days, with an effect of known size: what a server would hear of them. Each visitor is drawn from the seed and
//! their number alone, so that any part of the stream can be drawn again.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Exp, Poisson};
use serde::{Deserialize, Serialize};

use super::worlds::{Conversions, Revenue, standard};

/// What is true in a simulated shop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "world", rename_all = "snake_case")]
pub enum World {
    /// The variants do the same.
    Null,
    /// Treated visitors click and buy more by this lift.
    Effect {
        /// 0.1 = 10 % more.
        lift: f64,
    },
    /// The lift is there at first and wears off, by half every three days.
    Novelty {
        /// On the first day.
        lift: f64,
    },
    /// What treated visitors buy more, the others buy less: the shop as a whole gains nothing.
    Interference {
        /// Seen between the variants.
        lift: f64,
    },
    /// Nothing differs, but the exposures of some treated visitors are lost on the way.
    Mismatch {
        /// Share of them, 0 to 1.
        lost: f64,
    },
    /// Nothing differs, but programs are among the visitors, most of them in the treatment.
    Bots {
        /// Share of visitors, 0 to 1.
        share: f64,
    },
}

/// A simulated shop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shop {
    /// What is true.
    pub world: World,
    /// Visitors of each day.
    pub visitors_a_day: u64,
    /// Days.
    pub days: u64,
    /// Share of visitors who buy.
    pub buyers: f64,
    /// What everything is drawn from.
    pub seed: u64,
}

/// A visitor.
#[derive(Debug, Clone, PartialEq)]
pub struct Visitor {
    /// Their id.
    pub id: String,
    /// The day they come, from 0.
    pub day: u64,
    /// `mobile` or `desktop`.
    pub device: &'static str,
    /// Whether they have been here before.
    pub returning: bool,
    number: u64,
}

/// Something that happened to a visitor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Happened {
    /// When, ms after the start of the first day; below 0 for the time before.
    pub at_ms: i64,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What {
    /// A picture was shown.
    Shown,
    /// It was clicked.
    Clicked,
    /// Something was bought, for so much.
    Bought(f64),
    /// It was sent back.
    Returned,
}

const DAY_MS: f64 = 86_400_000.0;
const CLICKS: f64 = 0.08;
const RETURNS: f64 = 0.06;
/// More in a day than anybody sees.
const BOT_EXPOSURES: u64 = 5_200;

impl Shop {
    /// All visitors, day after day.
    pub fn visitors(&self) -> impl Iterator<Item = Visitor> + '_ {
        (0..self.visitors_a_day * self.days).map(|number| {
            let mut random = self.random(number, 0);
            let device = if (Conversions { rate: 0.62 }).happens(0.0, &mut random) { "mobile" } else { "desktop" };
            let returning = Conversions { rate: 0.4 }.happens(0.0, &mut random);
            Visitor { id: format!("visitor-{}-{number}", self.seed), day: number / self.visitors_a_day.max(1), device, returning, number }
        })
    }

    /// What happens to a visitor who is treated or not, in order of time. Without exposures there is nothing to see.
    pub fn day_of(&self, visitor: &Visitor, treated: bool) -> Vec<Happened> {
        let mut random = self.random(visitor.number, 1);
        let day = visitor.day as f64;
        let lift = match self.world {
            World::Effect { lift } if treated => lift,
            World::Novelty { lift } if treated => lift * 0.5_f64.powf(day / 3.0),
            World::Interference { lift } => lift / 2.0 * if treated { 1.0 } else { -1.0 },
            _ => 0.0,
        };
        let is_lost = matches!(self.world, World::Mismatch { lost } if treated && (Conversions { rate: lost }).happens(0.0, &mut random));
        if is_lost {
            return Vec::new();
        }
        let bots = match self.world {
            World::Bots { share } => share * if treated { 1.6 } else { 0.4 },
            _ => 0.0,
        };
        let start = day * DAY_MS + uniform(&mut random) * DAY_MS * 0.8;
        let mut happened = Vec::new();
        if bots > 0.0 && (Conversions { rate: bots }).happens(0.0, &mut random) {
            let shown = |place: u64| Happened { at_ms: (start + place as f64 * 400.0) as i64, what: What::Shown };
            return (0..BOT_EXPOSURES).map(shown).collect();
        }
        // Some buy often and some never: what they did before tells of what they do.
        let zeal = (0.8 * standard(&mut random) - 0.32).exp();
        if visitor.returning {
            let before = count(0.35 * zeal, &mut random);
            for _ in 0..before {
                let at_ms = -(uniform(&mut random) * 13.5 * DAY_MS) as i64 - 1000;
                happened.push(Happened { at_ms, what: What::Bought(Revenue::default().amount(0.0, &mut random)) });
            }
        }
        let mut at = start;
        for _ in 0..=count(2.0, &mut random) {
            happened.push(Happened { at_ms: at as i64, what: What::Shown });
            if (Conversions { rate: CLICKS }).happens(lift, &mut random) {
                happened.push(Happened { at_ms: (at + 4_000.0) as i64, what: What::Clicked });
            }
            at += Exp::new(1.0 / 120_000.0).map_or(60_000.0, |pause| pause.sample(&mut random));
        }
        let rate = (self.buyers * zeal * if visitor.returning { 1.4 } else { 0.75 }).min(0.9);
        if (Conversions { rate }).happens(lift, &mut random) {
            happened.push(Happened { at_ms: (at + 30_000.0) as i64, what: What::Bought(Revenue::default().amount(0.0, &mut random)) });
            if (Conversions { rate: RETURNS }).happens(0.0, &mut random) {
                happened.push(Happened { at_ms: (at + DAY_MS * 0.15) as i64, what: What::Returned });
            }
        }
        happened.sort_by_key(|one| one.at_ms);
        happened
    }

    fn random(&self, visitor: u64, part: u64) -> ChaCha8Rng {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(visitor * 2 + part);
        random
    }
}

impl World {
    /// What is true, in a sentence.
    pub fn sentence(&self) -> String {
        let percent = |share: f64| format!("{} %", (share * 1000.0).round() / 10.0);
        match self {
            Self::Null => "simulated shoppers; in truth the variants do the same".into(),
            Self::Effect { lift } => format!("simulated shoppers; in truth the treatment sells {} more", percent(*lift)),
            Self::Novelty { lift } => {
                format!("simulated shoppers; in truth the treatment sells {} more at first, and less and less", percent(*lift))
            }
            Self::Interference { lift } => format!("simulated shoppers; in truth the {} more are taken from the control", percent(*lift)),
            Self::Mismatch { lost } => {
                format!("simulated shoppers; in truth nothing differs, and {} of the treatment's exposures are lost", percent(*lost))
            }
            Self::Bots { share } => {
                format!("simulated shoppers; in truth nothing differs, and {} of the visitors are programs", percent(*share))
            }
        }
    }
}

fn uniform(random: &mut ChaCha8Rng) -> f64 {
    rand_distr::StandardUniform.sample(random)
}

fn count(mean: f64, random: &mut ChaCha8Rng) -> u64 {
    Poisson::new(mean.max(1e-9)).map_or(0, |poisson| poisson.sample(random) as u64)
}
