//! Another policy's value from logged selections: does the interval hold the truth?

use vitrine_experiments::off_policy::{Estimate, Log, Unusable};
use vitrine_experiments::simulate::selections::{Catalogue, Traffic};
use vitrine_experiments::simulate::worlds::standard;

use super::{Random, Size, count, mean, share};
use crate::table::{Row, Target};

const COVERS: Target = Target::AtLeast { limit: 0.93, promise: 0.95 };

type Estimator = fn(&Log) -> Result<Estimate, Unusable>;
const ESTIMATORS: [(&str, Estimator); 4] = [
    ("replay", |log| log.replay(0.05)),
    ("inverse propensity", |log| log.inverse_propensity(0.05)),
    ("self-normalised", |log| log.self_normalised(0.05)),
    ("doubly robust", |log| log.doubly_robust(0.05)),
];

/// What one estimator said in one world.
struct Said {
    value_held: bool,
    effect_held: bool,
    doubted: bool,
    error: f64,
    width: f64,
}

pub fn rows(section: &'static str, size: &Size) -> Vec<Row> {
    let traffic = |visitors, explored| Traffic { visitors, selections: 3, visitor_sd: 0.5, explored };
    let scenarios = [
        ("all left to chance, 3 x 1,000", traffic(1000, 1.0), 4..=4, false),
        ("30 % left to chance, 3 x 2,000", traffic(2000, 0.3), 3..=5, false),
        ("30 % left to chance, 3 x 2,000, a policy that mixes", traffic(2000, 0.3), 3..=5, true),
        ("10 % left to chance, 3 x 4,000", traffic(4000, 0.1), 3..=5, false),
        ("30 % left to chance, 3 x 400", traffic(400, 0.3), 3..=5, false),
    ];
    let mut rows: Vec<Row> = Vec::new();
    for (world, traffic, candidates, mixes) in scenarios {
        let seen = size.worlds(&format!("policies, {world}"), |random| {
            let catalogue = Catalogue::draw(30, candidates.clone(), random);
            estimates(&catalogue, &traffic, mixes, random)
        });
        let refused = share(&seen, Result::is_err);
        let given: Vec<&Vec<Option<Said>>> = seen.iter().filter_map(|seen| seen.as_ref().ok()).collect();
        if given.is_empty() {
            rows.push(Row::share(section, world, "refused", seen.len(), seen.len()));
            continue;
        }
        for (place, (name, _)) in ESTIMATORS.into_iter().enumerate() {
            let said: Vec<&Said> = given.iter().filter_map(|said| said[place].as_ref()).collect();
            if said.is_empty() {
                continue;
            }
            let flagged = refused + (1.0 - refused) * share(&said, |said| said.doubted);
            let row = |what: &str, hits| {
                Row::share(section, world, format!("{what}, {name}"), hits, said.len()).target(COVERS).unreliable(flagged)
            };
            rows.push(row("value held", count(&said, |said| said.value_held)));
            rows.push(row("effect held", count(&said, |said| said.effect_held)));
            rows.push(Row::number(
                section,
                world,
                format!("mean error over half-width, {name}"),
                mean(said.iter().map(|said| said.error)) / mean(said.iter().map(|said| said.width)),
            ));
        }
    }
    let blind = size.worlds("policies, blind", |random| {
        let catalogue = Catalogue::draw(30, 3..=5, random);
        let logged = catalogue.log(&traffic(1000, 0.0), random);
        matches!(Log::weigh(&logged, |_| vec![(1, 0.5), (0, 0.5)]), Err(Unusable::NoOverlap { .. }))
    });
    rows.push(
        Row::share(section, "nothing left to chance", "refused for want of overlap", count(&blind, |refused| *refused), blind.len())
            .target(Target::AtLeast { limit: 1.0, promise: 1.0 }),
    );
    rows
}

fn estimates(catalogue: &Catalogue, traffic: &Traffic, mixes: bool, random: &mut Random) -> Result<Vec<Option<Said>>, Unusable> {
    // The policy under question ranks by a score that knows something of the rates; the model of the reward errs by a fifth.
    let noisy = |sd: f64, random: &mut Random| -> Vec<Vec<f64>> {
        catalogue.products.iter().map(|rates| rates.iter().map(|rate| rate * (sd * standard(random)).exp()).collect()).collect()
    };
    let (scores, model) = (noisy(0.3, random), noisy(0.2, random));
    let policy = |product: &usize| -> Vec<(usize, f64)> {
        let scores = &scores[*product];
        if mixes {
            let sum: f64 = scores.iter().map(|score| score * score).sum();
            scores.iter().enumerate().map(|(action, score)| (action, score * score / sum)).collect()
        } else {
            let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
            vec![(best, 1.0)]
        }
    };
    let logged = catalogue.log(traffic, random);
    let log = Log::weigh_with_model(&logged, policy, |product, action| model[*product][*action])?;
    let explored = |product: usize| {
        let rates = &catalogue.products[product];
        (0..rates.len())
            .map(|action| (action, traffic.explored / rates.len() as f64 + if action == 0 { 1.0 - traffic.explored } else { 0.0 }))
            .collect()
    };
    let (truth, base) = (catalogue.value(|product| policy(&product)), catalogue.value(explored));
    let said = |estimate: Estimate| Said {
        value_held: estimate.value.low <= truth && truth <= estimate.value.high,
        effect_held: estimate.effect.low <= truth - base && truth - base <= estimate.effect.high,
        doubted: !estimate.doubts.is_empty(),
        error: estimate.value.value - truth,
        width: 0.5 * (estimate.value.high - estimate.value.low),
    };
    Ok(ESTIMATORS.iter().map(|(_, estimator)| estimator(&log).ok().map(said)).collect())
}
