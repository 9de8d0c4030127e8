//! The split of an experiment, looked at on each of 28 days of 500 users.

use vitrine_experiments::simulate::worlds::Conversions;
use vitrine_experiments::statistics::sample_ratio::{self, CONCENTRATION, Watch};

use super::{Size, count};
use crate::table::{Row, Target};

const DAYS: u64 = 28;
const USERS: u64 = 500;

/// The smallest p-value over the days: chi-square, then the e-process.
fn watch(treated: f64, days: u64, random: &mut super::Random) -> (f64, f64) {
    let mut watch = Watch::new(&[1.0, 1.0], CONCENTRATION).unwrap();
    let (mut users, mut least) = ([0, 0], 1.0_f64);
    for _ in 0..days {
        let in_treatment = Conversions { rate: treated }.among(USERS, 0.0, random);
        let today = [USERS - in_treatment, in_treatment];
        users = [users[0] + today[0], users[1] + today[1]];
        watch.look(&today).unwrap();
        least = least.min(sample_ratio::check(&users, &[1.0, 1.0]).unwrap().p_value);
    }
    (least, watch.p_value())
}

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let healthy = size.worlds("mismatch, healthy", |random| watch(0.5, DAYS, random));
    let long = size.worlds("mismatch, healthy for a year", |random| watch(0.5, 365, random));
    let lopsided = size.worlds("mismatch, lopsided", |random| watch(0.493, DAYS, random));
    let world = "an even split";
    let mut rows = Vec::new();
    for (alpha, peer) in [(0.05, "28.3"), (0.01, "6.8"), (0.001, "1.0")] {
        let hits = count(&healthy, |(chi, _)| *chi <= alpha);
        rows.push(Row::share(section, world, format!("chi-square at {alpha} ever alarms"), hits, healthy.len()).peer(peer));
    }
    for (alpha, peer) in [(0.05, "1.5"), (0.01, "0.3")] {
        let target = Target::AtMost { limit: alpha, promise: alpha };
        let row = |world: &'static str, seen: &[(f64, f64)]| {
            Row::share(section, world, format!("e-process at {alpha} ever alarms"), count(seen, |(_, e)| *e <= alpha), seen.len())
                .target(target)
        };
        rows.push(row(world, &healthy).peer(peer));
        rows.push(row("an even split, looked at for a year", &long));
    }
    let world = "a split of 50.7 to 49.3";
    let seen = |holds: &dyn Fn(&(f64, f64)) -> bool| lopsided.iter().filter(|seen| holds(seen)).count();
    rows.push(Row::share(section, world, "found by the e-process at 0.05", seen(&|(_, e)| *e <= 0.05), lopsided.len()).peer("10"));
    rows.push(Row::share(section, world, "found by the e-process at 0.01", seen(&|(_, e)| *e <= 0.01), lopsided.len()).peer("4"));
    rows.push(Row::share(section, world, "found by chi-square at 0.001", seen(&|(chi, _)| *chi <= 0.001), lopsided.len()).peer("10"));
    rows
}
