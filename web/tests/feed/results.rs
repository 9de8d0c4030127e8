//! Webhooks: signed as the document says, told again until they are taken, and in nobody's way.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use vitrine_testing::{Database, Redis};

use crate::process::{Door, change, removal, until};
use crate::redis_down::read_all;
use crate::support::folder;

const SECRET: &str = "a secret of this test";

/// A request as it came: headers by their lower-case names, and the body.
#[derive(Debug, Clone)]
struct Call {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    fn header(&self, wanted: &str) -> &str {
        self.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    fn results(&self) -> Vec<Value> {
        serde_json::from_slice::<Value>(&self.body).unwrap()["results"].as_array().unwrap().clone()
    }
}

/// A receiver that says these statuses in turn, and the last one for ever.
fn receiver(address: SocketAddr, statuses: Vec<u16>) -> Arc<Mutex<Vec<Call>>> {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let (listener, kept) = (TcpListener::bind(address).unwrap(), Arc::clone(&calls));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Some(call) = read(&stream.unwrap()) else { continue };
            let mut kept = kept.lock().unwrap();
            let status = statuses[kept.len().min(statuses.len() - 1)];
            kept.push(call.0);
            let _ = write!(&call.1, "HTTP/1.1 {status} said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    calls
}

fn read(stream: &TcpStream) -> Option<(Call, TcpStream)> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((Call { headers, body }, stream.try_clone().ok()?))
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Whether Python's own HMAC, by the lines of the document, finds a call's signature right.
fn python_agrees(call: &Call) -> bool {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/feed.md")).unwrap();
    let (_, rest) = document.split_once("```python\n").unwrap();
    let (lines, _) = rest.split_once("```").unwrap();
    let check = "import sys\nsys.exit(0 if is_ours(sys.argv[1].encode(), sys.argv[2], sys.argv[3], sys.stdin.buffer.read(), 600) else 1)\n";
    let mut python = Command::new("python3")
        .args(["-c", &format!("{lines}\n{check}"), SECRET, call.header("vitrine-timestamp"), call.header("vitrine-signature")])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(&call.body).unwrap();
    python.wait().unwrap().success()
}

#[test]
fn results_are_signed_and_told_until_they_are_taken_and_a_receiver_that_is_down_keeps_nobody_waiting() {
    let folder = folder("feed-webhooks");
    let (up, down) = (free_address(), free_address());
    let redis = Redis::start();
    let settings: [(&str, &str); 4] = [
        ("VITRINE_REDIS__URL", &redis.url()),
        ("VITRINE_FEED__WEBHOOKS", &format!("http://{up}/up,http://{down}/down")),
        ("VITRINE_FEED__WEBHOOK_SECRET", SECRET),
        ("VITRINE_FEED__WEBHOOK_PRIVATE_ADDRESSES", &format!("{up},{down}")),
    ];
    // It fails at first, and says once that it does not like what it got.
    let told = receiver(up, vec![503, 400, 200]);
    let door = Door::open(&Database::of_folder(&folder), &folder, &settings);
    let pictures = door.pictures(2);
    let mut changes: Vec<Value> = (0..20).map(|number| change(&format!("sku-{number}"), 1, &[&pictures[number % 2]])).collect();
    changes.push(removal("sku-gone", 1));
    door.send(&changes);
    let ids = |calls: &Mutex<Vec<Call>>| -> BTreeSet<String> {
        let results = calls.lock().unwrap().iter().skip(2).flat_map(Call::results).collect::<Vec<_>>();
        results.iter().map(|result| result["id"].as_str().unwrap().to_owned()).collect()
    };
    until("the one that is up is told everything", || ids(&told).len() == 21);
    let mut own = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    until("the stream too", || {
        read_all(&mut redis::Client::open(redis.url()).unwrap().get_connection().unwrap(), "results", "result").len() >= 21
    });
    until("only the one that is down is not", || {
        let results = door.status()["results"].as_array().unwrap().clone();
        results.len() == 1 && results[0]["waiting"] == 21 && results[0]["receiver"].as_str().unwrap().starts_with("127.0.0.1#")
    });

    // Every call is signed, also those that were refused; a changed body is not.
    let calls = told.lock().unwrap().clone();
    assert!(calls.iter().all(python_agrees));
    let mut forged = calls[0].clone();
    forged.body.push(b' ');
    assert!(!python_agrees(&forged));
    let all: Vec<Value> = calls.iter().flat_map(Call::results).collect();
    let one = all.iter().find(|result| result["product_id"] == "sku-3").unwrap();
    assert_eq!((&one["kind"], &one["revision"], &one["change_id"]), (&json!("product.judged"), &json!(1), &json!("sku-3/1")));
    assert_eq!(one["decision_id"], door.product("sku-3")["decision_id"]);
    assert!(one["main"].is_string() && one["gallery"].is_array(), "{one}");
    assert!(all.iter().any(|result| result["kind"] == "product.removed" && result["decision_id"].is_null()));
    // What stands in the streams is the same, to the id.
    let streamed: BTreeSet<String> =
        read_all(&mut own, "results", "result").iter().map(|result| result["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(streamed, ids(&told));

    let late = receiver(down, vec![200]);
    door.tells();
    let late_ids: BTreeSet<String> =
        late.lock().unwrap().iter().flat_map(Call::results).map(|result| result["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(late_ids, streamed);
}

#[test]
fn one_by_one_ends_when_the_receiver_is_down_and_what_was_told_is_not_told_again() {
    let folder = folder("feed-one-by-one");
    let address = free_address();
    let url = format!("http://{address}/");
    let settings = [("VITRINE_FEED__WEBHOOKS", url.as_str()), ("VITRINE_FEED__WEBHOOK_SECRET", SECRET)];
    let store = Database::of_folder(&folder);
    // As long as the settings do not allow the address, results wait.
    let door = Door::open(&store, &folder, &settings);
    let pictures = door.pictures(1);
    door.send(&(0..6).map(|number| change(&format!("sku-{number}"), 1, &[&pictures[0]])).collect::<Vec<_>>());
    until("all results wait", || door.status()["results"][0]["waiting"] == 6);
    door.stop();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&store).await.unwrap();
        sqlx::query("UPDATE outbox SET due_ms = 0").execute(&pool).await.unwrap();
    });
    // It does not like the six of them, takes the first, and is down at the second.
    let calls = receiver(address, vec![400, 200, 503, 200]);
    let allowed = address.to_string();
    let door = Door::open(&store, &folder, &[&settings[..], &[("VITRINE_FEED__WEBHOOK_PRIVATE_ADDRESSES", &allowed)]].concat());
    door.tells();
    let calls = calls.lock().unwrap().clone();
    let sizes: Vec<usize> = calls.iter().map(|call| call.results().len()).collect();
    assert_eq!(sizes[..3], [6, 1, 1]);
    assert!(sizes[3] >= 4, "the others are told together again: {sizes:?}");
    let ids = |calls: &[Call]| -> Vec<String> {
        calls.iter().flat_map(Call::results).map(|result| result["id"].as_str().unwrap().to_owned()).collect()
    };
    let taken = [ids(&calls[1..2]), ids(&calls[3..])].concat();
    assert_eq!((taken.len(), taken.iter().collect::<BTreeSet<_>>().len()), (6, 6), "each is taken once");
}

#[test]
fn a_private_address_is_not_called_unless_the_settings_name_it() {
    let folder = folder("feed-private");
    let address = free_address();
    let calls = receiver(address, vec![200]);
    let url = format!("http://{address}/");
    let settings = [("VITRINE_FEED__WEBHOOKS", url.as_str()), ("VITRINE_FEED__WEBHOOK_SECRET", SECRET)];
    let door = Door::open(&Database::of_folder(&folder), &folder, &settings);
    let pictures = door.pictures(1);
    door.send(&[change("a", 1, &[&pictures[0]])]);
    let failed = || {
        let metrics =
            door.caller.agent.get(format!("{}/metrics", door.server.address)).call().unwrap().body_mut().read_to_string().unwrap();
        let line =
            metrics.lines().find(|line| line.starts_with("vitrine_feed_results_total") && line.contains("failed")).unwrap().to_owned();
        line.rsplit_once(' ').unwrap().1 != "0"
    };
    until("it was tried", failed);
    assert!(calls.lock().unwrap().is_empty());
    assert_eq!(door.status()["results"][0]["waiting"], 1);
}
