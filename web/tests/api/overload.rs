//! What the server does when there is more to do than time for it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::{TestServer, drawing};

/// A host that has a picture and keeps it back until it is told to send it.
fn slow_host(picture: Vec<u8>) -> (SocketAddr, mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (release, held) = mpsc::channel();
    std::thread::spawn(move || {
        for (turn, mut stream) in listener.incoming().flatten().enumerate() {
            let _ = stream.read(&mut [0; 2048]);
            if turn == 0 {
                let _ = held.recv();
            }
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", picture.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&picture));
        }
    });
    (address, release)
}

fn error<'a>(answer: &'a Value, id: &str) -> &'a Value {
    let images = answer["images"].as_array().unwrap();
    &images.iter().find(|image| image["id"] == id).unwrap()["error"]["code"]
}

#[test]
fn what_cannot_come_in_time_is_pending_and_is_there_the_next_time() {
    let picture = drawing(900, [40, 90, 160]);
    let (host, release) = slow_host(picture.clone());
    let settings = format!("fetch: {{hosts: ['127.0.0.1'], private_addresses: ['{host}'], timeout_ms: 20000}}\n");
    let server = TestServer::with(tempfile::TempDir::new().unwrap(), &settings);
    let ready = server.upload(&drawing(1200, [160, 90, 40]));
    let mut request = json!({"product": {"id": "p1"}, "deadline_ms": 300, "candidates": [
        {"id": "ready", "hash": ready}, {"id": "slow", "url": format!("http://{host}/a.png")}]});
    let (status, first) = server.post_json("/v1/select", &request);
    assert_eq!(status, 200, "{first}");
    assert_eq!((error(&first, "ready"), error(&first, "slow")), (&Value::Null, &json!("pending")));
    let ready = first["images"].as_array().unwrap().iter().find(|image| image["id"] == "ready").unwrap();
    assert!(ready["score"].is_f64(), "what is there is judged all the same: {first}");
    assert!(server.text("/metrics").contains("code=\"pending\"} 1"));
    // What was answered is a decision like any other.
    let (status, stored) = server.get(&format!("/v1/decisions/{}/replay", first["decision_id"].as_str().unwrap()));
    assert_eq!((status, &stored["identical"]), (200, &json!(true)), "{stored}");

    release.send(()).unwrap();
    // It was brought to its end in the background: its bytes are not needed any more.
    let hash = vitrine_engine::ContentHash::of(&picture).to_string();
    for _ in 0..500 {
        if server.get(&format!("/v1/images/{hash}")).0 == 200 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    request["candidates"][1] = json!({"id": "slow", "hash": hash});
    let (_, second) = server.post_json("/v1/select", &request);
    assert_eq!(error(&second, "slow"), &Value::Null);
    assert_ne!(second["decision_id"], first["decision_id"]);
    request.as_object_mut().unwrap().remove("deadline_ms");
    assert_eq!(server.post_json("/v1/select", &request).1, second, "how long one would have waited is no part of the decision");
}

#[test]
fn a_deadline_that_is_none_is_refused() {
    let server = TestServer::start();
    for deadline in [0, 30_001] {
        let request = json!({"product": {"id": "p1"}, "deadline_ms": deadline, "candidates": [{"id": "a", "hash": "0".repeat(64)}]});
        let (status, body) = server.post_json("/v1/select", &request);
        assert_eq!((status, &body["code"]), (422, &json!("request_invalid")), "{body}");
        assert!(body["message"].as_str().unwrap().contains("deadline_ms"), "{body}");
    }
}

#[test]
fn a_picture_that_comes_from_many_sides_at_once_is_measured_once() {
    let server = TestServer::start();
    let (picture, images) = (drawing(1600, [40, 90, 160]), format!("http://{}/v1/images", server.address));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
                agent.post(&images).content_type("application/octet-stream").send(&picture[..]).unwrap();
            });
        }
    });
    let metrics = server.text("/metrics");
    let measured = metrics.lines().find(|line| line.starts_with("vitrine_pictures_total") && line.contains("measured")).unwrap();
    assert!(measured.ends_with(" 1"), "{measured}");
}

#[test]
fn more_requests_than_can_be_answered_are_refused_and_later_ones_are_answered() {
    let server = TestServer::with(tempfile::TempDir::new().unwrap(), "server: {workers: 1}\n");
    let hash = server.upload(&drawing(900, [40, 90, 160]));
    let request = json!({"product": {"id": "p1"}, "candidates": [{"id": "a", "hash": hash}]});
    let (status, answer) = server.post_json("/v1/select", &request);
    assert_eq!(status, 200, "{answer}");
    // Far more callers than one thread answers in a few milliseconds, each of which asks again at once.
    let (ended, refusal) = (AtomicBool::new(false), Mutex::new(None));
    let begun = Instant::now();
    std::thread::scope(|callers| {
        for _ in 0..200 {
            callers.spawn(|| {
                let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
                while !ended.load(Relaxed) && begun.elapsed() < Duration::from_secs(60) {
                    let asked = agent.post(format!("http://{}/v1/select", server.address)).content_type("application/json");
                    let mut response = asked.send(request.to_string()).unwrap();
                    let body: Value = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
                    if response.status() == 200 {
                        assert_eq!(body, answer);
                        continue;
                    }
                    let after = response.headers().get("retry-after").map(|after| after.to_str().unwrap().to_owned());
                    *refusal.lock().unwrap() = Some((response.status().as_u16(), body["code"].clone(), after));
                    ended.store(true, Relaxed);
                }
            });
        }
    });
    let refusal = refusal.into_inner().unwrap().expect("one of them is refused");
    assert_eq!(refusal, (429, json!("overloaded"), Some("1".to_owned())));
    // The last of those who were too many may still be told so.
    let ended = Instant::now();
    while server.post_json("/v1/select", &request) != (200, answer.clone()) {
        assert!(ended.elapsed() < Duration::from_secs(10), "it goes on refusing");
    }
}
