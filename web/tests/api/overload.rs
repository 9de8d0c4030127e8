//! What the server does when there is more to do than time for it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
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

/// A connection that asks the same again and again, as cheaply as can be: who asks must not be what the server waits for.
struct Caller {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Caller {
    fn new(address: SocketAddr, request: &[u8]) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request).unwrap();
        stream.set_nonblocking(true).unwrap();
        Self { stream, heard: Vec::new() }
    }

    /// An answer that has come whole: its head and its body. It is asked for again at once.
    fn answer(&mut self, request: &[u8]) -> Option<(String, Vec<u8>)> {
        let mut part = [0; 16384];
        let got = self.stream.read(&mut part).ok()?;
        assert_ne!(got, 0, "the server keeps the connection of whoever it refuses");
        self.heard.extend(&part[..got]);
        let head = self.heard.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = String::from_utf8(self.heard[..head].to_vec()).unwrap();
        let length: usize = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap();
        if self.heard.len() < head + 4 + length {
            return None;
        }
        let body = self.heard.split_off(head + 4);
        self.heard.clear();
        self.stream.write_all(request).unwrap();
        Some((text, body))
    }
}

#[test]
fn more_requests_than_can_be_answered_are_refused_and_later_ones_are_answered() {
    let server = TestServer::with(tempfile::TempDir::new().unwrap(), "server: {workers: 1}\n");
    let hash = server.upload(&drawing(900, [40, 90, 160]));
    let request = json!({"product": {"id": "p1"}, "candidates": [{"id": "a", "hash": hash}]});
    let (status, answer) = server.post_json("/v1/select", &request);
    assert_eq!(status, 200, "{answer}");
    let body = request.to_string();
    let head =
        format!("POST /v1/select HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let asked = [head.into_bytes(), body.into_bytes()].concat();
    // Far more at once than one thread answers within the wait that a line may have.
    let mut callers: Vec<Caller> = (0..400).map(|_| Caller::new(server.address, &asked)).collect();
    let (begun, mut answered, mut refused) = (Instant::now(), 0, 0);
    // Some are refused, and others are answered all the while.
    while refused < 400 || answered < 400 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{answered} answered, {refused} refused");
        for caller in &mut callers {
            let Some((head, body)) = caller.answer(&asked) else { continue };
            let body: Value = serde_json::from_slice(&body).unwrap();
            if head.starts_with("HTTP/1.1 200") {
                assert_eq!(body, answer);
                answered += 1;
            } else {
                assert!(head.starts_with("HTTP/1.1 429") && head.contains("retry-after: 1"), "{head}");
                assert_eq!(body["code"], "overloaded");
                refused += 1;
            }
        }
    }
    assert!(server.text("/metrics").contains("code=\"overloaded\""));
    drop(callers);
    // The last of those who were too many may still be told so.
    let ended = Instant::now();
    while server.post_json("/v1/select", &request) != (200, answer.clone()) {
        assert!(ended.elapsed() < Duration::from_secs(10), "it goes on refusing");
    }
}
