//! Few products, which differ more than pictures change them: what randomising them costs, and what splitting their visitors gains.

use vitrine_experiments::simulate::worlds::Products;
use vitrine_experiments::statistics::distributions::{normal, student_t};
use vitrine_experiments::statistics::permutation::{self, Cluster};
use vitrine_experiments::statistics::power::{ProductDesigns, ProductTraffic};
use vitrine_experiments::statistics::{Arm, Difference, Moments, Tail, Which};

use super::{Random, Size, count, mean};
use crate::table::{Row, Target};

const DRAWS: u64 = 499;

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let mut rows = Vec::new();
    for (products, naive, delta, permuted) in [
        (6, "38.6", "10.2", "5.1"),
        (10, "42.3", "9.6", "5.7"),
        (20, "46.0", "8.3", "5.0"),
        (50, "48.1", "7.0", ""),
        (200, "50.9", "5.6", ""),
    ] {
        if products > 20 && !size.is_full() {
            continue;
        }
        rows.extend(without_effect(section, size, products, [naive, delta, permuted]));
    }
    let refused = size.worlds("products, 4", |random| permutation::decide(&arm(4, 0.0, random), &arm(4, 0.0, random), DRAWS, 1).is_err());
    rows.push(
        Row::share(section, "no effect, 4 products an arm", "refused", count(&refused, |refused| *refused), refused.len())
            .target(Target::AtLeast { limit: 1.0, promise: 1.0 }),
    );
    rows.extend(designs(section, size));
    rows
}

fn without_effect(section: &'static str, size: &Size, products: usize, peers: [&'static str; 3]) -> Vec<Row> {
    let world = format!("no effect, {products} products an arm");
    let seen = size.worlds(&format!("products, {products}"), |random| {
        let (a, b) = (arm(products, 0.0, random), arm(products, 0.0, random));
        let claimed = |p: Option<f64>| p.is_some_and(|p| p <= 0.05);
        let decided = permutation::decide(&a, &b, DRAWS, rand_chacha::rand_core::Rng::next_u64(random)).ok();
        [claimed(naive(&a, &b)), claimed(difference(&a, &b).map(|found| p_value(&found))), claimed(decided)]
    });
    let row = |what: &str, place: usize| {
        Row::share(section, &*world, what, count(&seen, |claimed| claimed[place]), seen.len()).peer(peers[place])
    };
    vec![
        row("claimed, impressions counted as units", 0),
        row("claimed by the delta method over products", 1),
        row("claimed", 2).target(Target::AtMost { limit: if products == 6 { 0.06 } else { 0.057 }, promise: 0.05 }),
    ]
}

/// 40 products of about 300 visitors, +10 %: the planner's two designs, planned and measured.
fn designs(section: &'static str, size: &Size) -> Vec<Row> {
    let shop = Products { log_mean: 300.0_f64.ln(), log_sd: 0.0, ..Products::default() };
    let traffic = ProductTraffic { products: 40, impressions: 300.0, impressions_cv: 0.0, rate: shop.mean_rate(), rate_sd: shop.rate_sd() };
    let planned = ProductDesigns::compare(&traffic, 0.1, 0.05).unwrap();
    let seen = size.worlds("products, designs", |random| {
        let by_product = [0.0, 0.1].map(|lift| (0..20).map(|_| shop.product(lift, random)).collect::<Vec<_>>());
        let randomised = difference(&by_product[0], &by_product[1]).unwrap();
        let decided = permutation::decide(&by_product[0], &by_product[1], 199, rand_chacha::rand_core::Rng::next_u64(random)).unwrap();
        // Visitors are the units here, one impression each.
        let split: Vec<[[f64; 2]; 2]> = (0..40).map(|_| shop.split_product(0.1, random)).collect();
        let visitors = [0, 1].map(|i| {
            let [clicks, seen] = split.iter().fold([0.0, 0.0], |sum, product| [sum[0] + product[i][0], sum[1] + product[i][1]]);
            Arm::proportion([Which::Control, Which::Treatment][i], seen as u64, clicks as u64).unwrap()
        });
        let split = Difference::absolute(&visitors[0], &visitors[1]).unwrap();
        let width = |found: &Difference| student_t::upper_quantile(0.025, found.dof) * found.std_error / shop.mean_rate();
        [(decided <= 0.05, width(&randomised)), (p_value(&split) <= 0.05, width(&split))]
    });
    let world = "40 products of 300 visitors, +10 %";
    let mut rows = Vec::new();
    for (place, design, power, half_width, peers) in [
        (0, "products randomised", planned.by_product_power, planned.by_product_half_width, ["7.0", "0.45"]),
        (1, "visitors split within each", planned.by_visitor_power, planned.by_visitor_half_width, ["19.2", "0.17"]),
    ] {
        rows.push(
            Row::share(section, world, format!("found, {design}"), count(&seen, |seen| seen[place].0), seen.len())
                .peer(peers[0])
                .target(Target::Between { low: power - 0.02, high: power + 0.02, promise: power }),
        );
        rows.push(
            Row::number(section, world, format!("half-width of the lift, {design}"), mean(seen.iter().map(|seen| seen[place].1)))
                .peer(peers[1])
                .target(Target::Number { low: 0.95 * half_width, high: 1.05 * half_width }),
        );
    }
    rows
}

fn arm(products: usize, lift: f64, random: &mut Random) -> Vec<Cluster> {
    (0..products).map(|_| Products::default().product(lift, random)).collect()
}

fn difference(a: &[Cluster], b: &[Cluster]) -> Option<Difference> {
    let ratio = |which, arm: &[Cluster]| Arm::ratio(which, &arm.iter().copied().collect::<Moments<2>>());
    Difference::absolute(&ratio(Which::Control, a).ok()?, &ratio(Which::Treatment, b).ok()?).ok()
}

fn p_value(difference: &Difference) -> f64 {
    difference.test(0.0, Tail::Both, 0.05).unwrap().p_value
}

/// The mistake: every impression counted as a unit of its own.
fn naive(a: &[Cluster], b: &[Cluster]) -> Option<f64> {
    let sums = |arm: &[Cluster]| arm.iter().fold([0.0, 0.0], |sum, product| [sum[0] + product[0], sum[1] + product[1]]);
    let [[clicks, seen], [other_clicks, other_seen]] = [sums(a), sums(b)];
    let (p, q) = (clicks / seen, other_clicks / other_seen);
    let error = (p * (1.0 - p) / seen + q * (1.0 - q) / other_seen).sqrt();
    (error > 0.0).then(|| 2.0 * normal::survival((q - p).abs() / error))
}
