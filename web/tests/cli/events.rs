//! Events as whole processes take them in: the server killed in the middle of it, everything sent again, and the report is that of a
//! server that nobody disturbed.

use std::time::Duration;

use serde_json::{Value, json};

use crate::server::{Caller, Server};

/// Times that the server is killed.
const KILLS: u64 = 5;
const VIEWS: usize = 3_000;
const BATCH: usize = 250;

fn plan() -> Value {
    json!({
        "title": "Killed and started again", "hypothesis": "Nothing is lost and nothing counts twice", "owner": "tests",
        "variants": [
            {"name": "control", "weight": 1, "serves": {"what": "live"}},
            {"name": "treatment", "weight": 1, "serves": {"what": "live"}}
        ],
        "unit": {"what": "visitor"}, "exposure": "shown",
        "metrics": [
            {"name": "conversion", "title": "Conversion", "kind": "proportion", "event": "purchase", "good": "higher"},
            {"name": "revenue", "title": "Revenue", "kind": "total", "event": "purchase", "good": "higher"}
        ],
        "primary": "conversion", "minimum_lift": 0.05, "planned_days": 7
    })
}

fn start(server: &Server) {
    let (editor, approver) = (server.caller("editor"), server.caller("approver"));
    assert_eq!(editor.post("/v1/experiments", &json!({ "id": "killed", "design": plan() })).unwrap().0, 200);
    let submit = json!({ "revision": 1, "to": "review", "reason": "" });
    assert_eq!(editor.post("/v1/experiments/killed/moves", &submit).unwrap().0, 200);
    let (status, body) = approver.post("/v1/experiments/killed/moves", &json!({ "revision": 2, "to": "running", "reason": "go" })).unwrap();
    assert_eq!(status, 200, "{body}");
}

/// Exposure ids of a tenth as many visitors as views.
fn exposures(caller: &Caller, picture: &str) -> Vec<Value> {
    let ask = |visitor: usize| {
        let request = json!({"product": {"id": "p"}, "unit_id": format!("v{visitor}"), "candidates": [{"id": "a", "hash": picture}]});
        caller.post("/v1/select", &request).unwrap().1["experiment"]["exposure_id"].clone()
    };
    (0..VIEWS / 10).map(ask).collect()
}

fn events(ids: &[Value], at: jiff::Timestamp) -> Vec<Value> {
    let mut events = Vec::new();
    for view in 0..VIEWS {
        let at = (at + jiff::SignedDuration::from_millis(view as i64)).to_string();
        let who = view % ids.len();
        events.push(json!({"id": format!("shown-{view}"), "type": "exposure", "exposure_id": ids[who], "at": at}));
        if who.is_multiple_of(3) {
            continue;
        }
        events.push(json!({"id": format!("bought-{view}"), "type": "outcome", "unit_id": format!("v{who}"), "name": "purchase",
            "value": 1.37 * (view % 11) as f64, "at": at}));
    }
    events
}

fn comparisons(server: &Server) -> (Value, Value) {
    let report = server.caller("viewer").get("/v1/experiments/killed/report");
    (report["comparisons"].clone(), report["arms"].clone())
}

#[test]
fn killed_while_it_takes_in_events_it_loses_none_and_counts_none_twice() {
    let (calm_folder, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (calm, server) = (Server::start(calm_folder.path()), Server::start(folder.path()));
    for server in [&calm, &server] {
        start(server);
    }
    // Each server seals with a key of its own; times and values are the same.
    let now = jiff::Timestamp::now();
    let of = |server: &Server| {
        let caller = server.caller("viewer");
        let picture = crate::publish::upload(&caller);
        events(&exposures(&caller, &picture), now)
    };
    let (all, disturbed) = (of(&calm), of(&server));
    for batch in all.chunks(BATCH) {
        let (status, answer) = calm.caller("viewer").post("/v1/events", &json!({ "events": batch })).unwrap();
        assert_eq!((status, answer["taken"].as_u64()), (200, Some(batch.len() as u64)), "{answer}");
    }

    let mut server = Some(server);
    let mut killed = 0;
    for (place, batch) in disturbed.chunks(BATCH).enumerate() {
        let body = json!({ "events": batch });
        if place as u64 % 4 == 1 && killed < KILLS {
            // Sent, and killed a moment later: nobody knows how far it got.
            killed += 1;
            let mut running = server.take().unwrap();
            let caller = running.caller("viewer");
            let sending = std::thread::spawn(move || caller.post("/v1/events", &body));
            std::thread::sleep(Duration::from_millis(3 * killed));
            running.process.kill().unwrap();
            let _ = sending.join();
            drop(running);
            server = Some(Server::start(folder.path()));
            let (status, answer) = server.as_ref().unwrap().caller("viewer").post("/v1/events", &json!({ "events": batch })).unwrap();
            assert_eq!(status, 200, "{answer}");
            let seen = answer["taken"].as_u64().unwrap() + answer["repeated"].as_u64().unwrap();
            assert_eq!(seen, batch.len() as u64, "{answer}");
            assert!(answer["repeated"] == 0 || answer["taken"] == 0, "a batch is taken in whole or not at all: {answer}");
        } else {
            let (status, answer) = server.as_ref().unwrap().caller("viewer").post("/v1/events", &body).unwrap();
            assert_eq!(status, 200, "{answer}");
        }
    }
    assert_eq!(killed, KILLS);
    assert_eq!(comparisons(server.as_ref().unwrap()), comparisons(&calm));
    println!("killed {killed} times while taking in {} events; the report is that of the undisturbed server", disturbed.len());
}
