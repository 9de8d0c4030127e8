//! `POST /v1/select`.

use base64::Engine as _;
use serde_json::{Value, json};
use vitrine_testing::Database;
use vitrine_web::config::RawStore;
use vitrine_web::store::Store;

use crate::common::{TestServer, drawing, selection};

#[test]
fn known_inline_and_unknown_pictures_compete_side_by_side() {
    let server = TestServer::start();
    let good = server.upload(&drawing(1200, [40, 90, 160]));
    let inline = base64::engine::general_purpose::STANDARD.encode(drawing(60, [160, 90, 40]));
    let request = json!({"marketplace": "vitrine", "product": {"id": "p1"}, "candidates": [
        {"id": "good", "hash": good}, {"id": "small", "bytes": inline}, {"id": "gone", "hash": "0".repeat(64)},
        {"id": "text", "bytes": "aGVsbG8="}, {"id": "far", "url": "http://img.example.com/a.jpg"}]});
    let (status, body) = server.post_json("/v1/select", &request);
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["product_id"], "p1");
    assert_eq!(body["images"].as_array().unwrap().len(), 5);
    let error = |id: &str| body["images"].as_array().unwrap().iter().find(|image| image["id"] == id).unwrap()["error"]["code"].clone();
    assert_eq!(
        [error("gone"), error("text"), error("far"), error("good")],
        [json!("image_unknown"), json!("not_an_image"), json!("host_not_allowed"), Value::Null]
    );
    for key in ["rule_set", "gallery", "not_measurable"] {
        assert!(!body[key].is_null(), "{key}");
    }
}

#[test]
fn the_order_of_candidates_and_repeats_change_nothing() {
    let server = TestServer::start();
    let hashes: Vec<String> = (0..4u8).map(|n| server.upload(&drawing(600 + 10 * u32::from(n), [40 * n, 90, 160]))).collect();
    let request = selection("p1", &hashes);
    let first = server.post_json("/v1/select", &request);
    let mut turned = request.clone();
    turned["candidates"].as_array_mut().unwrap().reverse();
    assert_eq!(server.post_json("/v1/select", &turned), first);
    assert_eq!(server.post_json("/v1/select", &request), first);
    let other = server.post_json("/v1/select", &selection("p2", &hashes));
    assert_ne!(other.1["decision_id"], first.1["decision_id"]);
    assert!(server.text("/metrics").contains("vitrine_decisions_total{tenant=\"default\",result=\"new\"} 2"));
}

#[test]
fn what_is_impossible_is_refused_with_its_code() {
    let server = TestServer::with(tempfile::TempDir::new().unwrap(), "server: {candidates_max: 3, body_bytes_max: 20971520}\n");
    let hash = "0".repeat(64);
    let one = json!({"id": "a", "hash": hash});
    let cases = [
        (json!({"product": {"id": "p"}, "candidates": []}), "request_invalid"),
        (json!({"product": {"id": "p"}, "candidates": [one, one]}), "request_invalid"),
        (json!({"product": {"id": "p"}, "candidates": [{"id": "a"}]}), "request_invalid"),
        (json!({"product": {"id": "p"}, "candidates": [{"id": "a", "hash": hash, "url": "http://x/"}]}), "request_invalid"),
        (json!({"product": {"id": "p"}, "candidates": [{"id": "a", "path": "/etc/passwd"}]}), "request_invalid"),
        (json!({"product": {"id": ""}, "candidates": [one]}), "request_invalid"),
        (
            json!({"product": {"id": "p"}, "candidates": [one, {"id": "b", "hash": hash}, {"id": "c", "hash": hash}, {"id": "d", "hash": hash}]}),
            "too_many_candidates",
        ),
        (json!({"marketplace": "amazom", "product": {"id": "p"}, "candidates": [one]}), "rules_invalid"),
        (json!({"product": {"id": "p"}, "candidates": [{"id": "a", "hash": "xyz"}]}), "body_invalid"),
        (json!({"product": {"id": "p"}, "candidate": []}), "body_invalid"),
        (json!({"product": {"id": "p"}, "date": "yesterday", "candidates": [one]}), "body_invalid"),
    ];
    for (request, code) in cases {
        let (status, body) = server.post_json("/v1/select", &request);
        assert_eq!(body["code"], code, "{status} {request}: {body}");
    }
}

#[test]
fn many_identical_selections_at_once_store_one_decision() {
    let server = TestServer::start();
    let hashes: Vec<String> = (0..3u8).map(|n| server.upload(&drawing(500, [90, 80 * n, 20]))).collect();
    let request = selection("p1", &hashes);
    let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    let body = ureq::post(format!("http://{}/v1/select", server.address))
                        .send(request.to_string())
                        .unwrap()
                        .body_mut()
                        .read_to_string();
                    (200, serde_json::from_str(&body.unwrap()).unwrap())
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let folder = server.into_folder();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = RawStore { url: Database::of_folder(folder.path()), ..RawStore::default() }.resolve().unwrap();
        let store = Store::open(&config).await.unwrap();
        assert_eq!(store.decision_count(&Default::default()).await.unwrap(), 1);
    });
}

#[test]
fn a_picture_that_many_ask_for_at_once_is_looked_up_once() {
    let server = TestServer::start();
    let hashes: Vec<String> = (0..6_u8).map(|n| server.upload(&drawing(300, [40, 30 * n, 160]))).collect();
    let server = TestServer::with(server.into_folder(), "");
    let (together, caller) = (std::sync::Barrier::new(8), &server.caller);
    std::thread::scope(|callers| {
        for product in 0..8 {
            let (together, hashes) = (&together, &hashes);
            callers.spawn(move || {
                together.wait();
                assert_eq!(caller.post_json("/v1/select", &selection(&format!("p{product}"), hashes)).0, 200);
            });
        }
    });
    assert_eq!(server.counter("vitrine_pictures_total{tenant=\"default\",from=\"store\"}"), 6);
}
