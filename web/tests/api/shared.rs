//! Answers that servers share through Redis are those that each would have made by itself, whatever becomes of Redis.

use redis::Commands as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use vitrine_testing::Redis;

use crate::common::{TestServer, drawing};

const PRODUCTS: usize = 40;

/// Remembers no answer by itself.
fn forgetful(redis: Option<&Redis>) -> TestServer {
    let redis = redis.map(|redis| format!("redis: {{url: '{}', timeout_ms: 50, pause_ms: 50}}\n", redis.url())).unwrap_or_default();
    TestServer::with(TempDir::new().unwrap(), &format!("cache: {{answers_bytes_max: 0}}\n{redis}"))
}

struct Both {
    with: TestServer,
    without: TestServer,
    hashes: Vec<String>,
}

impl Both {
    /// Asks both about every product, and gives how many answers came from Redis.
    fn agree(&self, when: &str) -> u64 {
        let before = self.found_in_redis();
        for product in 0..PRODUCTS {
            let candidates: Vec<Value> =
                (0..4).map(|at| json!({"id": format!("c{at}"), "hash": self.hashes[(product + at) % self.hashes.len()]})).collect();
            let request = json!({"marketplace": "vitrine", "product": {"id": format!("p{product}")}, "candidates": candidates});
            let (status, answer) = self.with.post_json("/v1/select", &request);
            assert_eq!(status, 200, "{when}: {answer}");
            assert_eq!(answer, self.without.post_json("/v1/select", &request).1, "{when}, product {product}");
        }
        self.found_in_redis() - before
    }

    fn found_in_redis(&self) -> u64 {
        let metrics = self.with.text("/metrics");
        let line = metrics.lines().find(|line| line.starts_with("vitrine_answers_total") && line.contains("redis")).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }

    /// Asks until all that was put there has arrived: nobody waits for that.
    fn until_all_are_shared(&self, when: &str) {
        while self.agree(when) < PRODUCTS as u64 {}
    }
}

#[test]
fn redis_gone_flushed_hung_full_or_poisoned_changes_no_answer() {
    let redis = Redis::start();
    let mut admin = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    let (with, without) = (forgetful(Some(&redis)), forgetful(None));
    let pictures: Vec<Vec<u8>> = (0..8_u8).map(|at| drawing(500 + 90 * u32::from(at), [30 * at, 90, 160])).collect();
    let hashes = pictures.iter().map(|picture| [&with, &without].map(|server| server.upload(picture))[0].clone()).collect();
    let both = Both { with, without, hashes };
    assert_eq!(both.agree("empty"), 0);
    both.until_all_are_shared("filled");

    redis::cmd("FLUSHALL").exec(&mut admin).unwrap();
    assert!(both.agree("flushed") < PRODUCTS as u64);
    both.until_all_are_shared("filled again");

    // Values of others, cut, of another kind, exchanged, and with a byte changed.
    let keys: Vec<String> = admin.keys("vitrine:default:answer:*").unwrap();
    assert_eq!(keys.len(), PRODUCTS);
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
