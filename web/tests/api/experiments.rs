//! The life of an experiment: planned, reviewed, started, measured, stopped, decided.

use serde_json::{Value, json};

use crate::common::person::Person;
use crate::common::{TestServer, drawing, selection};

/// A small plan: two variants by the rules in force, conversion decides, revenue is kept an eye on.
pub fn plan() -> Value {
    json!({
        "title": "Whiter backgrounds", "hypothesis": "Cleaner main pictures sell better", "owner": "image-quality",
        "variants": [
            {"name": "control", "weight": 1, "serves": {"what": "live"}},
            {"name": "treatment", "weight": 1, "serves": {"what": "live"}}
        ],
        "unit": {"what": "visitor"}, "exposure": "shown",
        "metrics": [
            {"name": "conversion", "title": "Conversion", "kind": "proportion", "event": "purchase", "good": "higher"},
            {"name": "revenue", "title": "Revenue", "kind": "total", "event": "purchase", "good": "higher", "unit": "EUR", "cap": 500.0},
            {"name": "returns", "title": "Returns", "kind": "count", "event": "return", "good": "lower"}
        ],
        "primary": "conversion", "guardrails": [{"metric": "returns", "margin": 0.1}],
        "minimum_lift": 0.05, "planned_units": 400, "planned_days": 7, "segments": ["device"]
    })
}

/// A server with people and two pictures.
pub struct Lab {
    pub server: TestServer,
    pub editor: Person,
    pub approver: Person,
    pub hashes: Vec<String>,
}

pub fn lab() -> Lab {
    lab_on(TestServer::with(tempfile::TempDir::new().unwrap(), "studio: {demo: true}\n"))
}

/// The same on a server of its own.
pub fn lab_on(server: TestServer) -> Lab {
    let hashes: Vec<String> = [300, 500].map(|size| server.upload(&drawing(size, [180, 60, 60]))).into();
    let (editor, approver) = (Person::of_demo(&server, "editor"), Person::of_demo(&server, "approver"));
    Lab { server, editor, approver, hashes }
}

impl Lab {
    pub fn move_to(&self, who: &Person, to: &str, more: Value) -> (u16, Value) {
        self.move_one("white", who, to, more)
    }

    fn move_one(&self, id: &str, who: &Person, to: &str, more: Value) -> (u16, Value) {
        let revision = self.editor.get(&format!("/v1/experiments/{id}")).1["revision"].clone();
        let mut body = json!({ "revision": revision, "to": to, "reason": "as planned" });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        who.post(&format!("/v1/experiments/{id}/moves"), &body)
    }

    pub fn start(&self, plan: &Value) {
        self.start_as("white", plan);
    }

    pub fn start_as(&self, id: &str, plan: &Value) {
        let (status, begun) = self.editor.post("/v1/experiments", &json!({ "id": id, "design": plan }));
        assert_eq!(status, 200, "{begun}");
        let (status, submitted) = self.move_one(id, &self.editor, "review", json!({}));
        assert_eq!(status, 200, "{submitted}");
        let (status, body) = self.move_one(id, &self.approver, "running", json!({}));
        assert_eq!(status, 200, "{body}");
    }

    pub fn select(&self, visitor: &str, more: Value) -> Value {
        let mut request = selection("p1", &self.hashes);
        request["unit_id"] = json!(visitor);
        request["device"] = json!(if visitor.ends_with('1') { "mobile" } else { "desktop" });
        request.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let (status, answer) = self.server.post_json("/v1/select", &request);
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Events of visitors: each is shown a picture, some buy; a lift of the treatment as wished.
    fn traffic(&self, visitors: u32) -> Vec<Value> {
        let now = jiff::Timestamp::now();
        let mut events = Vec::new();
        for visitor in 0..visitors {
            let name = format!("visitor-{visitor}");
            let part = self.select(&name, json!({}))["experiment"].clone();
            let at = (now + jiff::SignedDuration::from_millis(i64::from(visitor % 50))).to_string();
            events.push(json!({"id": format!("view-{visitor}"), "type": "exposure", "exposure_id": part["exposure_id"], "at": at}));
            let buys = if part["variant"] == "treatment" { visitor % 5 < 2 } else { visitor % 5 < 1 };
            if buys {
                events.push(json!({"id": format!("order-{visitor}"), "type": "outcome", "unit_id": name, "name": "purchase",
                    "value": 20.0 + f64::from(visitor % 7), "at": (now + jiff::SignedDuration::from_secs(1)).to_string()}));
            }
        }
        events
    }

    pub fn send(&self, events: &[Value]) -> Value {
        let (status, answer) = self.server.post_json("/v1/events", &json!({ "events": events }));
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub fn report(&self) -> Value {
        let (status, mut report) = self.editor.get("/v1/experiments/white/report");
        assert_eq!(status, 200, "{report}");
        report["as_of_ms"] = json!(0);
        report
    }
}

#[test]
fn an_experiment_goes_from_a_plan_to_a_decision() {
    let lab = lab();
    // Faults are told while one plans, and stop it from being submitted.
    let mut faulty = plan();
    faulty["primary"] = json!("nothing");
    let (status, body) = lab.editor.post("/v1/experiments", &json!({ "id": "white", "design": faulty }));
    assert_eq!((status, body["faults"].as_array().unwrap().len()), (200, 1), "{body}");
    let (status, error) = lab.move_to(&lab.editor, "review", json!({}));
    assert_eq!((status, &error["code"]), (422, &json!("experiment_invalid")), "{error}");
    let (status, body) = lab.editor.call("PUT", "/v1/experiments/white", Some(&json!({ "revision": 1, "design": plan() })));
    assert_eq!((status, &body["revision"]), (200, &json!(2)), "{body}");
    assert_eq!(lab.editor.call("PUT", "/v1/experiments/white", Some(&json!({ "revision": 1, "design": plan() }))).1["code"], "stale");

    // Who submits does not start.
    assert_eq!(lab.move_to(&lab.approver, "review", json!({})).0, 200);
    assert_eq!(lab.move_to(&lab.approver, "running", json!({})).1["code"], "own_draft");
    assert_eq!(lab.move_to(&lab.editor, "draft", json!({})).0, 200);
    assert_eq!(lab.move_to(&lab.editor, "review", json!({})).0, 200);
    assert_eq!(lab.move_to(&lab.editor, "running", json!({})).1["code"], "not_allowed");
    let (status, running) = lab.move_to(&lab.approver, "running", json!({}));
    assert_eq!((status, &running["stage"]), (200, &json!("running")), "{running}");
    assert_eq!(
        lab.editor.call("PUT", "/v1/experiments/white", Some(&json!({ "revision": running["revision"], "design": plan() }))).1["code"],
        "not_now"
    );

    // The same visitor always sees the same; what was asked for by force and who is no customer is not counted.
    let part = lab.select("visitor-7", json!({}))["experiment"].clone();
    assert_eq!(lab.select("visitor-7", json!({}))["experiment"], part);
    let other = if part["variant"] == "control" { "treatment" } else { "control" };
    let forced = lab.select("visitor-7", json!({ "force_variants": {"white": other} }))["experiment"].clone();
    assert_eq!((&forced["variant"], &forced["forced"]), (&json!(other), &json!(true)));
    let mut unknown = selection("p1", &lab.hashes);
    unknown["force_variants"] = json!({"white": "no-such-variant"});
    assert_eq!(lab.server.post_json("/v1/select", &unknown).1["code"], "request_invalid");
    assert!(lab.select("visitor-7", json!({ "traffic": "bot" }))["experiment"].is_null());
    let (_, plain) = lab.server.post_json("/v1/select", &selection("p1", &lab.hashes));
    assert!(plain["experiment"].is_null(), "nobody is named: {plain}");

    let mut events = lab.traffic(300);
    let at = jiff::Timestamp::now().to_string();
    events.push(json!({"id": "forced", "type": "exposure", "exposure_id": forced["exposure_id"], "at": at}));
    let answer = lab.send(&events);
    assert_eq!((&answer["taken"], &answer["repeated"]), (&json!(events.len()), &json!(0)), "{answer}");
    let report = lab.report();
    let units: u64 = report["arms"].as_array().unwrap().iter().map(|arm| arm["units"].as_u64().unwrap()).sum();
    assert_eq!(units, 300, "{report}");
    let primary = &report["comparisons"][0]["metrics"][0];
    assert_eq!(primary["metric"], "conversion");
    assert!(primary["treatment"].as_f64().unwrap() > primary["control"].as_f64().unwrap(), "{primary}");

    let (status, stopped) = lab.move_to(&lab.approver, "stopped", json!({}));
    assert_eq!((status, &stopped["stage"]), (200, &json!("stopped")), "{stopped}");
    assert!(lab.select("visitor-7", json!({}))["experiment"].is_null());
    assert_eq!(lab.move_to(&lab.approver, "decided", json!({})).1["code"], "request_invalid");
    let (status, decided) = lab.move_to(&lab.approver, "decided", json!({ "choice": "ship" }));
    assert_eq!((status, &decided["decision"]["choice"]), (200, &json!("ship")), "{decided}");
    let (_, kept) = lab.editor.get("/v1/experiments/white/reports");
    let day = kept["days"][0]["day"].as_str().unwrap();
    let (status, of_day) = lab.editor.get(&format!("/v1/experiments/white/report?day={day}"));
    assert_eq!((status, &of_day["decision"]["choice"]), (200, &json!("ship")));
    assert_eq!(lab.editor.get("/v1/experiments/white/report?day=1999-01-01").1["code"], "report_unknown");
    for (format, kind, start) in [
        ("pdf", "application/pdf", "%PDF-"),
        ("html", "text/html", "<!"),
        ("csv", "text/csv", ""),
        ("parquet", "application/vnd.apache.parquet", "PAR1"),
        ("json", "application/json", "{"),
    ] {
        let (found, bytes) = lab.editor.download(&format!("/v1/experiments/white/report.{format}"));
        assert!(found.starts_with(kind) && bytes.starts_with(start.as_bytes()) && bytes.len() > 500, "{format}: {found}");
    }
    let (_, audit) = lab.editor.get("/v1/audit?subject=experiment:white");
    let actions: Vec<&str> = audit["records"].as_array().unwrap().iter().map(|record| record["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "experiment.moved").count(), 6, "{actions:?}");
    let (_, list) = lab.editor.get("/v1/experiments");
    assert_eq!(list["experiments"][0]["choice"], "ship");
}

#[test]
fn repeated_shuffled_and_late_events_give_the_report_of_the_clean_stream() {
    let (clean, messy) = (lab(), lab());
    // Each server seals with a key of its own, so each gets its own events.
    for lab in [&clean, &messy] {
        lab.start(&plan());
    }
    let events = clean.traffic(200);
    clean.send(&events);
    let mut shuffled = messy.traffic(200);
    // Times of the clean stream, so that both tell of the same moments.
    for (event, of_clean) in shuffled.iter_mut().zip(&events) {
        event["at"] = of_clean["at"].clone();
    }
    let count = shuffled.len();
    for i in (1..count).rev() {
        shuffled.swap(i, (i * 7919 + 13) % (i + 1));
    }
    for batch in shuffled.chunks(37) {
        messy.send(batch);
        messy.send(&batch[batch.len() / 2..]);
    }
    let again = messy.send(&shuffled);
    assert_eq!((&again["taken"], &again["repeated"]), (&json!(0), &json!(count)));
    let (mut clean, mut messy) = (clean.report(), messy.report());
    for report in [&mut clean, &mut messy] {
        report["started_ms"] = json!(0);
    }
    assert_eq!(clean["arms"], messy["arms"]);
    assert_eq!(clean["comparisons"], messy["comparisons"]);
    assert_eq!(clean["health"], messy["health"]);
}

#[test]
fn bad_events_are_refused_one_by_one() {
    let lab = lab();
    lab.start(&plan());
    let now = jiff::Timestamp::now();
    let (at, old) = (now.to_string(), (now - jiff::SignedDuration::from_hours(24 * 40)).to_string());
    let good = json!({"id": "a", "type": "outcome", "unit_id": "v", "name": "purchase", "at": at});
    let with = |name: &str, value: Value| {
        let mut event = good.clone();
        event[name] = value;
        event
    };
    let events = [
        good.clone(),
        with("id", json!("")),
        with("name", json!("Not a name")),
        with("at", json!(old)),
        with("value", json!(1e12)),
        json!({"id": "e", "type": "exposure", "at": at}),
        json!({"id": "e", "type": "exposure", "exposure_id": "forged", "at": at}),
        json!({"id": "o", "type": "outcome", "name": "purchase", "at": at}),
    ];
    let answer = lab.send(&events);
    assert_eq!(answer["taken"], 1, "{answer}");
    let refused: Vec<(u64, &str)> =
        answer["refused"].as_array().unwrap().iter().map(|one| (one["index"].as_u64().unwrap(), one["code"].as_str().unwrap())).collect();
    assert_eq!(
        refused,
        [
            (1, "event_invalid"),
            (2, "event_invalid"),
            (3, "event_out_of_time"),
            (4, "event_invalid"),
            (5, "event_invalid"),
            (6, "exposure_unknown"),
            (7, "event_invalid"),
        ]
    );
    let (status, error) = lab.server.post_json("/v1/events", &json!({ "events": [with("unknown", json!(1))] }));
    assert_eq!((status, &error["code"]), (400, &json!("body_invalid")));
}

#[test]
fn two_experiments_of_a_layer_share_no_visitor() {
    let lab = lab();
    let mut half = plan();
    half["share"] = json!(0.5);
    lab.start(&half);
    let begin = |id: &str, share: f64| {
        let mut plan = plan();
        plan["share"] = json!(share);
        assert_eq!(lab.editor.post("/v1/experiments", &json!({ "id": id, "design": plan })).0, 200);
        let submit = json!({ "revision": 1, "to": "review", "reason": "" });
        assert_eq!(lab.editor.post(&format!("/v1/experiments/{id}/moves"), &submit).0, 200);
        lab.approver.post(&format!("/v1/experiments/{id}/moves"), &json!({ "revision": 2, "to": "running", "reason": "go" }))
    };
    let (_, refused) = begin("too-much", 0.6);
    assert_eq!(refused["code"], "no_traffic_left");
    assert!(refused["message"].as_str().unwrap().contains("at most 50 %"), "it says how much there is: {refused}");
    assert_eq!(begin("other", 0.5).0, 200);
    let part = |visitor: u32| lab.select(&format!("v{visitor}"), json!({}))["experiment"].clone();
    let ids: Vec<String> = (0..60).map(|visitor| part(visitor)["id"].as_str().unwrap_or("none").to_owned()).collect();
    assert!(ids.iter().any(|id| id == "white") && ids.iter().any(|id| id == "other"), "{ids:?}");
    assert!(ids.iter().all(|id| id != "none"), "the two hold all of the layer: {ids:?}");
}

#[test]
fn a_growing_share_takes_in_more_and_moves_nobody() {
    let lab = lab();
    lab.start(&plan());
    let revision = || lab.editor.get("/v1/experiments/white").1["revision"].clone();
    let ramp =
        |share: f64| lab.approver.post("/v1/experiments/white/share", &json!({ "revision": revision(), "share": share, "reason": "more" }));
    assert_eq!(ramp(0.4).1["code"], "request_invalid", "it may only grow, and it has all");
    let asked = json!({ "revision": revision(), "share": 1.0 });
    assert_eq!(lab.editor.post("/v1/experiments/white/share", &asked).1["code"], "not_allowed");

    let lab = self::lab();
    let mut small = plan();
    small["share"] = json!(1.0);
    assert_eq!(lab.editor.post("/v1/experiments", &json!({ "id": "white", "design": small, "share": 0.2 })).0, 200);
    assert_eq!(lab.move_to(&lab.editor, "review", json!({})).0, 200);
    assert_eq!(lab.move_to(&lab.approver, "running", json!({})).0, 200);
    let parts = || -> Vec<Value> {
        (0..80).map(|visitor| lab.select(&format!("v{visitor}"), json!({}))["experiment"]["variant"].clone()).collect()
    };
    let before = parts();
    let taking_part = |parts: &[Value]| parts.iter().filter(|part| !part.is_null()).count();
    assert!((2..50).contains(&taking_part(&before)), "{before:?}");
    let revision = lab.editor.get("/v1/experiments/white").1["revision"].clone();
    let (status, body) =
        lab.approver.post("/v1/experiments/white/share", &json!({ "revision": revision, "share": 0.7, "reason": "all is well" }));
    assert_eq!((status, &body["share"]), (200, &json!(0.7)), "{body}");
    let after = parts();
    assert!(taking_part(&after) > taking_part(&before));
    for (before, after) in before.iter().zip(&after) {
        assert!(before.is_null() || before == after, "nobody changes sides");
    }
}

#[test]
fn events_of_an_experiment_that_cannot_be_read_are_refused_until_it_can_be() {
    let lab = lab();
    lab.start(&plan());
    let part = lab.select("ann", json!({}))["experiment"].clone();
    let at = jiff::Timestamp::now().to_string();
    lab.send(&[json!({"id": "view", "type": "exposure", "exposure_id": part["exposure_id"], "at": at})]);
    // Rules that are nowhere to be found.
    let broken =
        "UPDATE experiments SET revision = revision + 1, document = REPLACE(document, '\"serves\":[', '\"serves\":[{\"release\":99},')";
    assert_eq!(lab.server.behind_its_back(broken), 1);
    let order = json!({"id": "order", "type": "outcome", "unit_id": "ann", "name": "purchase", "value": 20.0, "at": at});
    let again = json!({"id": "again", "type": "exposure", "exposure_id": part["exposure_id"], "at": at});
    for event in [&order, &again] {
        let (status, error) = lab.server.post_json("/v1/events", &json!({ "events": [event] }));
        assert_eq!((status, &error["code"]), (503, &json!("unavailable")), "{error}");
    }
    // Whom it does not touch is not touched.
    lab.send(&[json!({"id": "order", "type": "outcome", "unit_id": "bob", "name": "purchase", "value": 20.0, "at": at})]);

    let mended = "UPDATE experiments SET revision = revision + 1, document = REPLACE(document, '{\"release\":99},', '')";
    assert_eq!(lab.server.behind_its_back(mended), 1);
    assert_eq!(lab.send(&[order, again])["taken"], 2);
    let counted = "UPDATE experiment_units SET document = document WHERE document LIKE '%\"purchase\":[1,20000000]%'";
    assert_eq!(lab.server.behind_its_back(counted), 1, "what was taken is counted");
}
