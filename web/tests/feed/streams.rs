//! What stands in the streams: entries that are no change, entries of a worker that is gone, entries that are large.

use redis::Commands as _;
use serde_json::{Value, json};
use vitrine_testing::{Database, Redis};

use crate::process::{Door, Worker, change, until};
use crate::redis_down::stream_of;
use crate::support::folder;

#[test]
fn an_entry_that_is_no_change_is_a_letter_of_its_own_with_all_that_stood_in_it() {
    let folder = folder("feed-odd-entries");
    let redis = Redis::start();
    let door = Door::open(&Database::of_folder(&folder), &folder, &[("VITRINE_REDIS__URL", &redis.url())]);
    let pictures = door.pictures(1);
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    let stream = stream_of("a");
    let mut add = |fields: &[(&str, &[u8])]| -> String { own.xadd(&stream, "*", fields).unwrap() };
    // Two that say the same under another name, one that says two things, one that is no text; and one that is a change with more beside it.
    let nameless: [(&str, &[u8]); 1] = [("chnage", b"{\"id\": 1}")];
    let (first, second) = (add(&nameless), add(&nameless));
    let double = add(&[("change", b"{}"), ("change", b"[]")]);
    let bytes = add(&[("bytes", b"\xff\x00")]);
    let sent = change("a", 1, &[&pictures[0]]).to_string();
    add(&[("trace", b"t-1"), ("change", sent.as_bytes())]);
    until("the change is judged", || door.product("a")["revision"] == 1);
    until("the others are dead", || door.status()["dead_letters"] == 4);
    let letters = door.caller.get("/v1/feed/dead");
    let mut payloads: Vec<Value> = letters["letters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|letter| serde_json::from_str(letter["payload"].as_str().unwrap()).unwrap())
        .collect();
    payloads.sort_by_key(|payload| payload["entry"].as_str().map(|id| (id.len(), id.to_owned())));
    let entry = |id: &str, fields: Value| json!({ "stream": stream, "entry": id, "fields": fields });
    let expected = [
        entry(&first, json!([["chnage", "{\"id\": 1}"]])),
        entry(&second, json!([["chnage", "{\"id\": 1}"]])),
        entry(&double, json!([["change", "{}"], ["change", "[]"]])),
        entry(&bytes, json!([["bytes", { "base64": "/wA=" }]])),
    ];
    assert_eq!(payloads, expected);
    door.settles();
}

#[test]
fn what_a_worker_was_given_that_is_gone_is_taken_over_and_its_age_is_told() {
    let folder = folder("feed-foreign");
    let (store, redis) = (Database::of_folder(&folder), Redis::start());
    let url = redis.url();
    let settings = [("VITRINE_REDIS__URL", url.as_str()), ("VITRINE_FEED__CLAIM_MS", "300")];
    let door = Door::only_takes(&store, &folder, &settings);
    let pictures = door.pictures(1);
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    for product in ["a", "b"] {
        let (stream, sent) = (stream_of(product), change(product, 1, &[&pictures[0]]).to_string());
        redis::cmd("XGROUP").arg(&["CREATE", &stream, "vitrine", "0", "MKSTREAM"]).exec(&mut own).unwrap();
        let _: String = own.xadd(&stream, "*", &[("change", sent)]).unwrap();
    }
    let _: redis::Value =
        redis::cmd("XREADGROUP").arg(&["GROUP", "vitrine", "gone", "STREAMS", &stream_of("a"), ">"]).query(&mut own).unwrap();
    let status = door.status();
    assert_eq!((&status["stream"]["unread"], &status["stream"]["unacknowledged"]), (&json!(1), &json!(1)));
    let age = || door.status()["stream"]["oldest_seconds"].as_f64().unwrap();
    let first = age();
    until("the oldest gets older", || age() > first);
    let metrics = door.caller.agent.get(format!("{}/metrics", door.server.address)).call().unwrap().body_mut().read_to_string().unwrap();
    let oldest = metrics.lines().find(|line| line.starts_with("vitrine_feed_stream_oldest_seconds{")).unwrap();
    assert!(oldest.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap() > 0.0, "{oldest}");
    let worker = Worker::start(&store, &folder, &settings);
    until("both are judged", || ["a", "b"].iter().all(|product| door.product(product)["revision"] == 1));
    until("nothing is left in the streams", || {
        door.status()["stream"] == json!({ "unread": 0, "unacknowledged": 0, "oldest_seconds": null })
    });
    worker.stop();
}

#[test]
fn large_entries_come_in_although_an_answer_with_all_of_them_would_be_late() {
    let folder = folder("feed-large");
    let redis = Redis::start();
    let settings =
        [("VITRINE_REDIS__URL", redis.url()), ("VITRINE_REDIS__TIMEOUT_MS", "100".into()), ("VITRINE_REDIS__PAUSE_MS", "50".into())];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let store = Database::of_folder(&folder);
    let door = Door::only_takes(&store, &folder, &settings);
    let pictures = door.pictures(1);
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    // Blanks, as somebody writes them who likes his JSON wide; all are of one product, of which the newest counts.
    let blanks = " ".repeat(1 << 20);
    for revision in 1..=128 {
        let sent = change("a", revision, &[&pictures[0]]).to_string() + blanks.as_str();
        let _: String = own.xadd(stream_of("a"), "*", &[("change", sent)]).unwrap();
    }
    let worker = Worker::start(&store, &folder, &settings);
    until("the last is judged", || door.product("a")["revision"] == 128);
    let left = || -> i64 {
        let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
        own.xlen(stream_of("a")).unwrap()
    };
    until("all are taken in", || left() == 0);
    assert_eq!(door.status()["dead_letters"], 0);
    worker.stop();
}

#[test]
fn a_database_that_is_late_hides_nothing_that_redis_tells() {
    let folder = folder("feed-late-database");
    let (store, redis) = (Database::postgres_of_folder(&folder), Redis::start());
    let door = Door::only_takes(&store, &folder, &[("VITRINE_REDIS__URL", &redis.url())]);
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    let _: String = own.xadd(stream_of("a"), "*", &[("change", "{}")]).unwrap();
    let metrics = || door.caller.agent.get(format!("{}/metrics", door.server.address)).call().unwrap().body_mut().read_to_string().unwrap();
    let (of_redis, of_store) = ("vitrine_feed_stream_unread{tenant=\"default\"} 1", "vitrine_feed_oldest_seconds{");
    let text = metrics();
    assert!(text.contains(of_redis) && text.contains(of_store), "{text}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let text = runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&store).await.unwrap();
        let mut alone = pool.begin().await.unwrap();
        sqlx::query("LOCK TABLE feed_changes IN ACCESS EXCLUSIVE MODE").execute(&mut *alone).await.unwrap();
        metrics()
    });
    assert!(text.contains(of_redis) && !text.contains(of_store), "{text}");
}
