//! The feed under all that can happen to it at once: changes twice and shuffled, by two doors, with poison among them, while one worker is
//! killed and one is paused for longer than a claim lasts. In the end everything is as after a quiet run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vitrine_testing::{Database, Redis};

use crate::process::{Door, Settings, Worker, change, removal, run, until};
use crate::redis_down::{read_all, stream_of};
use crate::support::{folder, json_lines};

/// How much of everything.
pub struct Size {
    pub products: usize,
    /// Changes of each product.
    pub revisions: i64,
    /// Changes that can never be judged as they are; a multiple of [`KINDS`].
    pub poison: usize,
    /// Longest time that a run may take.
    pub patience: Duration,
}

/// How fast it was.
pub struct Figures {
    /// The quiet run: one server, each change once, in order; changes a second.
    pub quiet: f64,
    /// The other: deliveries a second, from the first to the last that was settled.
    pub wild: f64,
}

/// Kinds of poison.
pub const KINDS: usize = 6;

/// All changes of all products, whose pictures come and go; every tenth product goes at last.
fn changes(size: &Size, pictures: &[String]) -> Vec<Value> {
    let one = |product: usize, revision: i64| {
        let id = format!("sku-{product}");
        if product.is_multiple_of(10) && revision == size.revisions {
            return removal(&id, revision);
        }
        let first = (product + revision as usize) % pictures.len();
        let count = 1 + (product * 7 + revision as usize * 3) % pictures.len();
        let chosen: Vec<&String> = pictures.iter().cycle().skip(first).take(count).collect();
        change(&id, revision, &chosen)
    };
    (1..=size.revisions).flat_map(|revision| (0..size.products).map(move |product| one(product, revision))).collect()
}

/// What can never be judged as it is, as a stream may hold it; the third of each kind is right under other settings.
fn poison(count: usize, pictures: &[String]) -> Vec<Vec<u8>> {
    let one = |number: usize| {
        let id = format!("poison-{number}");
        let mut change = change(&id, 1, &pictures.iter().collect::<Vec<_>>());
        match number % KINDS {
            0 => change["marketplace"] = json!("nowhere"),
            1 => change["revision"] = json!(-1),
            2 => change["candidates"].as_array_mut().unwrap().push(json!({ "id": "one-more", "hash": pictures[0] })),
            3 => return format!("{{\"id\": \"half-{number}\", \"revision\"").into_bytes(),
            4 => return [&[0xff, 0xfe, 0x00], id.as_bytes()].concat(),
            _ => return format!("[{number}]").into_bytes(),
        }
        change.to_string().into_bytes()
    };
    (0..count).map(one).collect()
}

/// How far every product is, and the catalogue: what has to be the same in the end.
fn state(door: &Door, products: usize) -> (BTreeMap<String, Value>, Vec<Value>) {
    let product = |product: usize| {
        let id = format!("sku-{product}");
        let mut found = door.product(&id);
        found.as_object_mut().unwrap().remove("settled_ms");
        (id, found)
    };
    let (mut catalogue, mut after) = (Vec::new(), String::new());
    loop {
        let page = door.caller.get(&format!("/v1/catalogue?{after}"));
        catalogue.extend(page["products"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        after = format!("after={next}");
    }
    ((0..products).map(product).collect(), catalogue)
}

/// The same order every time.
fn shuffle<T>(items: &mut [T]) {
    let mut state = 88_172_645_463_325_252_u64;
    for place in (1..items.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        items.swap(place, (state % (place as u64 + 1)) as usize);
    }
}

/// Runs both and compares.
pub fn quiet_and_wild(size: &Size, name: &str) -> Figures {
    let quiet_folder = folder(&format!("{name}-quiet"));
    let quiet = Door::open(&Database::postgres_of_folder(&quiet_folder), &quiet_folder, &[]);
    let pictures = quiet.pictures(5);
    let began = Instant::now();
    for revision in changes(size, &pictures).chunks(size.products) {
        for batch in revision.chunks(5_000) {
            assert_eq!(quiet.send(batch)["taken"], batch.len());
        }
        // The next revision comes when this one is settled, so that each of them is judged.
        quiet.settles_within(size.patience);
    }
    let total = size.products * size.revisions as usize;
    let figure = total as f64 / began.elapsed().as_secs_f64();
    let expected = state(&quiet, size.products);
    assert_eq!(expected.1.len(), size.products - size.products.div_ceil(10));
    quiet.stop();
    Figures { quiet: figure, wild: wild(size, name, &pictures, &expected) }
}

fn wild(size: &Size, name: &str, pictures: &[String], expected: &(BTreeMap<String, Value>, Vec<Value>)) -> f64 {
    let folder = folder(&format!("{name}-wild"));
    let (store, redis) = (Database::postgres_of_folder(&folder), Redis::start());
    let url = redis.url();
    // Long enough for a busy machine to keep what it holds, short enough to wait for.
    let settings = [("VITRINE_REDIS__URL", url.as_str()), ("VITRINE_FEED__CLAIM_MS", "2000"), ("VITRINE_SERVER__CANDIDATES_MAX", "5")];
    let door = Door::only_takes(&store, &folder, &settings);
    assert_eq!(door.pictures(5), pictures);
    let mut own = redis::Client::open(url.as_str()).unwrap().get_connection().unwrap();

    // Everything twice: once by each door, in two orders; what is no change at all can only stand in a stream, and does so twice.
    let mut posted = changes(size, pictures);
    let stream = |change: &Value| stream_of(change["product"]["id"].as_str().unwrap());
    let mut streamed: Vec<(String, Vec<u8>)> = posted.iter().map(|change| (stream(change), change.to_string().into_bytes())).collect();
    for (number, sent) in poison(size.poison, pictures).into_iter().enumerate() {
        streamed.push((stream_of(&format!("here-{number}")), sent.clone()));
        streamed.push((stream_of(&format!("there-{number}")), sent));
    }
    shuffle(&mut streamed);
    posted.reverse();
    shuffle(&mut posted);

    let deliveries = streamed.len() + posted.len();
    let mut workers: Vec<Worker> = (0..3).map(|_| Worker::start(&store, &folder, &settings)).collect();
    let began = Instant::now();
    let (parts, mut caught) = (12, 0);
    for (part, (streamed, posted)) in
        streamed.chunks(streamed.len().div_ceil(parts)).zip(posted.chunks(posted.len().div_ceil(parts))).enumerate()
    {
        for some in streamed.chunks(1_000) {
            let mut commands = redis::pipe();
            for (stream, sent) in some {
                commands.cmd("XADD").arg(stream).arg("*").arg("change").arg(sent).ignore();
            }
            let () = commands.query(&mut own).unwrap();
        }
        for batch in posted.chunks(1_000) {
            assert_eq!(door.send_again(batch)["refused"], json!([]));
        }
        if part >= 1 && caught < 2 && is_caught(&workers[caught], &store, &door) {
            if caught == 0 {
                workers[0].signal("KILL");
            }
            caught += 1;
        }
    }
    assert_eq!(caught, 2, "nobody was caught with something in hand: the test says nothing");
    // What the killed and the paused one had in hand comes to the third when their time is over.
    door.settles_within(size.patience);
    let figure = deliveries as f64 / began.elapsed().as_secs_f64();
    workers[1].signal("CONT");
    // The paused one brings its late word, which changes nothing, and leaves.
    for worker in workers.drain(1..) {
        worker.stop();
    }
    let same = state(&door, size.products) == *expected;
    assert!(same, "the state is not that of the quiet run");
    letters(size, &door, &store, &folder, &settings, pictures);
    assert!(state(&door, size.products).0 == expected.0);

    let told: BTreeSet<String> = read_all(&mut own, "dead", "letter").iter().map(|letter| text(letter, "letter_id")).collect();
    assert_eq!(told.len(), size.poison, "all letters were told in the streams");
    figure
}

/// Stops a worker while it has something in hand; `false` where there is nothing left to be had.
fn is_caught(worker: &Worker, store: &str, door: &Door) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(store).await.unwrap();
        let mine = format!("{}-%", worker.0.id());
        loop {
            worker.signal("STOP");
            let (in_hand,): (i64,) =
                sqlx::query_as("SELECT COUNT(*) FROM feed_changes WHERE worker LIKE $1").bind(&mine).fetch_one(&pool).await.unwrap();
            if in_hand > 0 {
                return true;
            }
            worker.signal("CONT");
            if door.status()["waiting"] == 0 {
                return false;
            }
        }
    })
}

fn text(letter: &Value, field: &str) -> String {
    letter[field].as_str().unwrap().to_owned()
}

/// Dead letters are listed with their reasons and the very bytes that were sent, and what is mended is judged when it is replayed.
fn letters(size: &Size, door: &Door, store: &str, folder: &std::path::Path, settings: Settings<'_>, pictures: &[String]) {
    let output = run(store, folder, settings, &["feed", "dead", "--json", "--most", "100000"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = json_lines(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(listed.len(), size.poison, "each once, however often it came");
    let mut kinds: BTreeMap<(String, String), usize> = BTreeMap::new();
    for letter in &listed {
        *kinds.entry((text(letter, "code"), text(letter, "encoding"))).or_default() += 1;
        assert!(!text(letter, "reason").is_empty() && letter["died_ms"].as_i64().unwrap() > 0 && letter["attempts"].as_i64().unwrap() > 0);
    }
    let each = size.poison / KINDS;
    let expected =
        [("change_invalid", "base64", 1), ("change_invalid", "text", 3), ("rules_invalid", "text", 1), ("too_many_candidates", "text", 1)];
    let expected = expected.map(|(code, encoding, kinds)| ((code.to_owned(), encoding.to_owned()), kinds * each));
    assert_eq!(kinds, expected.into());
    let payloads: BTreeSet<String> = listed.iter().map(|letter| text(letter, "payload")).collect();
    for sent in poison(size.poison, pictures).into_iter().filter_map(|sent| String::from_utf8(sent).ok()) {
        assert!(payloads.contains(&sent), "{sent} is not among the letters as it was sent");
    }

    let mended: Settings<'_> = &settings[..2];
    let replayed = run(store, folder, mended, &["feed", "replay", "--all"]);
    assert_eq!(replayed.status.code(), Some(1), "{}", String::from_utf8_lossy(&replayed.stderr));
    let said = format!("{} wait to be judged, 0 are known by now, {} stay", 2 * each, size.poison - 2 * each);
    assert!(String::from_utf8_lossy(&replayed.stdout).starts_with(&said), "{}", String::from_utf8_lossy(&replayed.stdout));
    let worker = Worker::start(store, folder, mended);
    until("the mended ones are judged", || (0..each).all(|round| door.product(&format!("poison-{}", round * KINDS + 2))["revision"] == 1));
    until("the others are dead again", || door.status()["dead_letters"] == size.poison - each);
    door.tells();
    worker.stop();
}

#[test]
fn twice_shuffled_killed_paused_and_poisoned_it_ends_as_a_quiet_run_does() {
    let size = Size { products: 120, revisions: 5, poison: KINDS, patience: Duration::from_secs(120) };
    let figures = quiet_and_wild(&size, "feed-chaos");
    println!("{:.0} changes a second in order, {:.0} deliveries a second in disorder", figures.quiet, figures.wild);
}
