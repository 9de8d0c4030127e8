//! Redis emptied, hung and gone: everything that was acknowledged is judged, and the streams work again when Redis does.

use redis::Commands as _;
use serde_json::{Value, json};
use vitrine_testing::{Database, Redis};

use crate::process::{Door, change, removal, until};
use crate::support::folder;

/// The stream of a product's changes, computed as the document says.
pub fn stream_of(product: &str) -> String {
    format!("vitrine:default:feed:{{{}}}", vitrine_web::feed::shard_of(product, 8))
}

pub fn add(redis: &mut redis::Connection, product: &str, change: &Value) {
    let _: String = redis.xadd(stream_of(product), "*", &[("change", change.to_string())]).unwrap();
}

/// All that stands in a kind of stream, as JSON, of whatever shard.
pub fn read_all(redis: &mut redis::Connection, kind: &str, field: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for shard in 0..8 {
        let entries: redis::streams::StreamRangeReply = redis.xrange_all(format!("vitrine:default:{kind}:{{{shard}}}")).unwrap();
        found.extend(entries.ids.iter().map(|entry| serde_json::from_str(&entry.get::<String>(field).unwrap()).unwrap()));
    }
    found
}

#[test]
fn an_emptied_redis_loses_nothing_that_was_acknowledged_and_is_used_on() {
    let folder = folder("feed-emptied");
    let redis = Redis::start();
    let door = Door::open(&Database::of_folder(&folder), &folder, &[("VITRINE_REDIS__URL", &redis.url())]);
    let pictures = door.pictures(2);
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    add(&mut own, "first", &change("first", 1, &[&pictures[0]]));
    until("what a service wrote itself is judged", || door.product("first")["revision"] == 1);
    for number in 0..60 {
        assert_eq!(door.send(&[change(&format!("sku-{number}"), 1, &[&pictures[number % 2]])])["taken"], 1);
        if number % 20 == 10 {
            let _: String = redis::cmd("FLUSHALL").query(&mut own).unwrap();
        }
    }
    door.settles();
    assert!((0..60).all(|number| door.product(&format!("sku-{number}"))["revision"] == 1));
    add(&mut own, "last", &change("last", 1, &[&pictures[0]]));
    add(&mut own, "last", &removal("last", 2));
    until("the group was made again", || door.product("last")["revision"] == 2);
    door.tells();
    assert!(read_all(&mut own, "results", "result").iter().any(|result| result["kind"] == "product.removed"));
}

#[test]
fn a_redis_that_hangs_or_is_gone_keeps_nobody_waiting() {
    let folder = folder("feed-hung");
    let redis = Redis::start();
    let settings =
        [("VITRINE_REDIS__URL", redis.url()), ("VITRINE_REDIS__TIMEOUT_MS", "200".into()), ("VITRINE_REDIS__PAUSE_MS", "100".into())];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let door = Door::open(&Database::of_folder(&folder), &folder, &settings);
    let pictures = door.pictures(2);
    assert_eq!(door.status()["redis_answers"], json!(true));
    redis.signal("STOP");
    assert_eq!(door.send(&[change("hung", 1, &[&pictures[0]])])["taken"], 1);
    until("it is judged without Redis", || door.product("hung")["revision"] == 1);
    assert_eq!(door.status()["redis_answers"], json!(false));
    assert_eq!(door.status()["results"][0]["receiver"], "stream", "its result waits");
    let metrics = door.caller.agent.get(format!("{}/metrics", door.server.address)).call().unwrap().body_mut().read_to_string().unwrap();
    for line in ["vitrine_feed_redis_answers{tenant=\"default\"} 0", "vitrine_feed_waiting{tenant=\"default\"} 0"] {
        assert!(metrics.contains(line), "{line} is not in:\n{metrics}");
    }
    redis.signal("CONT");
    door.tells();
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    let results = read_all(&mut own, "results", "result");
    assert!(results.iter().any(|result| result["product_id"] == "hung" && result["main"].is_string()), "{results:?}");
    add(&mut own, "after", &change("after", 1, &[&pictures[1]]));
    until("the streams are read again", || door.product("after")["revision"] == 1);
    drop((own, redis));
    assert_eq!(door.send(&[change("gone", 1, &[&pictures[0]])])["taken"], 1);
    until("it is judged without Redis", || door.product("gone")["revision"] == 1);
    door.stop();
}

#[test]
fn a_redis_cluster_carries_changes_and_results() {
    let folder = folder("feed-cluster");
    let redis = Redis::with(&["--cluster-enabled", "yes"]);
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    let _: String = redis::cmd("CLUSTER").arg(&["ADDSLOTSRANGE", "0", "16383"]).query(&mut own).unwrap();
    until("the cluster is one", || {
        let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
        redis::cmd("CLUSTER").arg("INFO").query::<String>(&mut own).unwrap().contains("cluster_state:ok")
    });
    let settings = [("VITRINE_REDIS__URL", redis.url()), ("VITRINE_REDIS__CLUSTER", "true".into())];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let door = Door::open(&Database::of_folder(&folder), &folder, &settings);
    let pictures = door.pictures(1);
    for number in 0..16 {
        let product = format!("sku-{number}");
        add(&mut own, &product, &change(&product, 1, &[&pictures[0]]));
    }
    assert_eq!(door.send(&[change("posted", 1, &[&pictures[0]])])["taken"], 1);
    until("all of them are judged", || (0..16).all(|number| door.product(&format!("sku-{number}"))["revision"] == 1));
    door.settles();
    door.tells();
    assert_eq!(door.status()["redis_answers"], json!(true));
    assert_eq!(door.status()["stream"], json!({ "unread": 0, "unacknowledged": 0, "oldest_seconds": null }));
    let told: std::collections::BTreeSet<String> =
        read_all(&mut own, "results", "result").iter().map(|result| result["product_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told.len(), 17);
}

#[test]
fn a_full_redis_keeps_results_waiting_and_nothing_else() {
    let folder = folder("feed-full");
    let redis = Redis::with(&["--maxmemory-policy", "noeviction"]);
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    let door = Door::open(&Database::of_folder(&folder), &folder, &[("VITRINE_REDIS__URL", &redis.url())]);
    let pictures = door.pictures(1);
    redis::cmd("CONFIG").arg(&["SET", "maxmemory", "1"]).exec(&mut own).unwrap();
    own.set::<_, _, ()>("any", "more").unwrap_err();
    assert_eq!(door.send(&[change("full", 1, &[&pictures[0]])])["taken"], 1);
    until("it is judged", || door.product("full")["revision"] == 1);
    assert_eq!(door.status()["results"][0]["waiting"], 1);
    redis::cmd("CONFIG").arg(&["SET", "maxmemory", "0"]).exec(&mut own).unwrap();
    door.tells();
    assert!(read_all(&mut own, "results", "result").iter().any(|result| result["product_id"] == "full"));
}
