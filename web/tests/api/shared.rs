//! Answers that servers share through Redis are those that each would have made by itself, whatever becomes of Redis.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use redis::Commands as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use vitrine_testing::Redis;

use crate::common::{TestServer, drawing};

const PRODUCTS: usize = 40;

fn asked(product: usize, hashes: &[String]) -> Value {
    let candidates: Vec<Value> = (0..4).map(|at| json!({"id": format!("c{at}"), "hash": hashes[(product + at) % hashes.len()]})).collect();
    json!({"marketplace": "vitrine", "product": {"id": format!("p{product}")}, "candidates": candidates})
}

/// Remembers no answer by itself.
fn forgetful(redis: Option<&Redis>) -> TestServer {
    let redis = redis.map(|redis| format!("redis: {{url: '{}', timeout_ms: 50, pause_ms: 50}}\n", redis.url())).unwrap_or_default();
    TestServer::with(TempDir::new().unwrap(), &format!("cache: {{answers_bytes_max: 0}}\n{redis}"))
}

/// Pictures that all of these servers know, by their hashes.
fn pictures(servers: &[&TestServer]) -> Vec<String> {
    let mut hashes = Vec::new();
    for at in 0..8_u8 {
        let picture = drawing(500 + 90 * u32::from(at), [30 * at, 90, 160]);
        let known: Vec<String> = servers.iter().map(|server| server.upload(&picture)).collect();
        hashes.extend(known.into_iter().next());
    }
    hashes
}

struct Both {
    with: TestServer,
    without: TestServer,
    hashes: Vec<String>,
}

impl Both {
    /// Asks both about every product, and gives how many answers came from Redis.
    fn agree(&self, when: &str) -> u64 {
        let before = found_in_redis(&self.with);
        for product in 0..PRODUCTS {
            let request = asked(product, &self.hashes);
            let (status, answer) = self.with.post_json("/v1/select", &request);
            assert_eq!(status, 200, "{when}: {answer}");
            assert_eq!(answer, self.without.post_json("/v1/select", &request).1, "{when}, product {product}");
        }
        found_in_redis(&self.with) - before
    }

    /// Asks until all that was put there has arrived: nobody waits for that.
    fn until_all_are_shared(&self, when: &str) {
        let begun = Instant::now();
        while self.agree(when) < PRODUCTS as u64 {
            assert!(begun.elapsed() < Duration::from_secs(60), "{when}: not all answers are shared");
        }
    }
}

fn found_in_redis(server: &TestServer) -> u64 {
    server.counter("vitrine_answers_total{tenant=\"default\",from=\"redis\"}")
}

#[test]
fn redis_gone_flushed_hung_full_or_poisoned_changes_no_answer() {
    let redis = Redis::start();
    let mut admin = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    let (with, without) = (forgetful(Some(&redis)), forgetful(None));
    let hashes = pictures(&[&with, &without]);
    let both = Both { with, without, hashes };
    assert_eq!(both.agree("empty"), 0);
    both.until_all_are_shared("filled");

    redis::cmd("FLUSHALL").exec(&mut admin).unwrap();
    assert!(both.agree("flushed") < PRODUCTS as u64);
    both.until_all_are_shared("filled again");

    // Values of others, cut, of another kind, exchanged, and with a byte changed.
    let keys: Vec<String> = admin.keys("vitrine:default:answer:*").unwrap();
    assert_eq!(keys.len(), PRODUCTS);
    assert!(keys.iter().all(|key| key.contains(concat!(":", env!("CARGO_PKG_VERSION"), ":"))), "another version may answer otherwise");
    for (place, key) in keys.iter().enumerate() {
        let sealed: Vec<u8> = admin.get(&keys[(place + 1) % keys.len()]).unwrap();
        let mut own: Vec<u8> = admin.get(key).unwrap();
        let _: () = admin.del(key).unwrap();
        let _: () = match place % 5 {
            0 => admin.set(key, "poison"),
            1 => admin.set(key, &own[..own.len() / 2]),
            2 => admin.lpush(key, "poison"),
            3 => admin.set(key, sealed),
            _ => {
                let last = own.len() - 9;
                own[last] ^= 1;
                admin.set(key, own)
            }
        }
        .unwrap();
    }
    assert_eq!(both.agree("poisoned"), 0, "nothing of it is taken for an answer");

    redis.signal("STOP");
    assert_eq!(both.agree("hung"), 0);
    redis.signal("CONT");
    both.until_all_are_shared("going on");

    // Full, and told to throw nothing away.
    redis::cmd("FLUSHALL").exec(&mut admin).unwrap();
    for (name, value) in [("maxmemory-policy", "noeviction"), ("maxmemory", "1")] {
        redis::cmd("CONFIG").arg("SET").arg(name).arg(value).exec(&mut admin).unwrap();
    }
    assert_eq!(both.agree("full"), 0);
    assert_eq!(both.agree("still full"), 0);

    redis.signal("KILL");
    assert_eq!(both.agree("gone"), 0);
}

#[test]
fn ten_thousand_answers_are_the_same_while_redis_goes_through_everything() {
    const REQUESTS: usize = 10_000;
    let redis = Redis::start();
    let (with, without) = (forgetful(Some(&redis)), forgetful(None));
    let hashes = pictures(&[&with, &without]);
    let requests: Vec<Value> = (0..10 * PRODUCTS).map(|product| asked(product, &hashes)).collect();
    let expected: Vec<Value> = requests.iter().map(|request| without.post_json("/v1/select", request).1).collect();
    let (next, caller) = (AtomicUsize::new(0), &with.caller);
    std::thread::scope(|callers| {
        for _ in 0..4 {
            callers.spawn(|| {
                loop {
                    let turn = next.fetch_add(1, Relaxed);
                    if turn >= REQUESTS {
                        return;
                    }
                    let product = turn * 7 % requests.len();
                    assert_eq!(caller.post_json("/v1/select", &requests[product]), (200, expected[product].clone()), "request {turn}");
                }
            });
        }
        let mut admin = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
        let set = |admin: &mut redis::Connection, name: &str, value: &str| {
            redis::cmd("CONFIG").arg("SET").arg(name).arg(value).exec(admin).unwrap();
        };
        set(&mut admin, "maxmemory-policy", "noeviction");
        let mut states = 0;
        // Whatever happens next waits for some requests to go through what is.
        let go_on = |states: &mut usize| {
            *states += 1;
            let until = (next.load(Relaxed) + REQUESTS / 50).min(REQUESTS);
            let begun = Instant::now();
            while next.load(Relaxed) < until {
                assert!(begun.elapsed() < Duration::from_secs(60), "nobody asks any more");
                std::thread::sleep(Duration::from_millis(2));
            }
            until < REQUESTS * 9 / 10
        };
        while go_on(&mut states) {
            redis.signal("STOP");
            go_on(&mut states);
            redis.signal("CONT");
            go_on(&mut states);
            for key in admin.keys::<_, Vec<String>>("vitrine:default:answer:*").unwrap() {
                let _: () = admin.set(key, "poison").unwrap();
            }
            go_on(&mut states);
            set(&mut admin, "maxmemory", "1");
            go_on(&mut states);
            set(&mut admin, "maxmemory", "0");
            redis::cmd("FLUSHALL").exec(&mut admin).unwrap();
        }
        redis.signal("KILL");
        assert!(states > 12, "{states} states of Redis are too few");
    });
    assert!(next.load(Relaxed) >= REQUESTS);
    assert!(found_in_redis(&with) > 0, "Redis had no part in it");
}
