//! The life of a change of rules: draft, edits, backtest, review, canary, all, undone.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::common::person::Person;
use crate::common::{TestServer, drawing, selection};

const QUICK: &str = "studio: {demo: true}\nrollout: {stages: [0.5], products_min: 3, stage_ms: 0}\n";

/// One rule, so that what a change does can be told from the change alone.
const PACK: &str = r#"
pack: vitrine
title: House rules
marketplace: vitrine
owner: image-quality
ranking:
  quality: min(long_side_px / full_px, 1.0)
  params:
    full_px: { value: 1000, unit: px, range: [100, 10000] }
rules:
  - id: vitrine.too-small
    title: Large enough to be recognised
    require: long_side_px >= min_px
    params:
      min_px: { value: 180, unit: px, range: [50, 10000] }
    if_missing: reject
    severity: must
    action: suppress
    reason_code: image_too_small
    message: { en: "The longest side is only {value} {unit}; at least {limit} {unit} is needed." }
    source: Ours
    checked: 2026-11-21
    grade: P
"#;

struct Shop {
    server: TestServer,
    editor: Person,
    approver: Person,
    hashes: Vec<String>,
}

/// A server with 12 products of two pictures each: one of 300 px, one of 500 px.
fn shop() -> Shop {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("packs")).unwrap();
    std::fs::write(folder.path().join("packs/vitrine.yaml"), PACK).unwrap();
    let settings = format!("{QUICK}rules: {{packs: '{}/packs'}}\n", folder.path().display());
    let server = TestServer::with(folder, &settings);
    let hashes: Vec<String> = [300, 500].map(|size| server.upload(&drawing(size, [180, 60, 60]))).into();
    for product in 0..12 {
        assert_eq!(server.post_json("/v1/select", &selection(&format!("p{product}"), &hashes)).0, 200);
    }
    let (editor, approver) = (Person::of_demo(&server, "editor"), Person::of_demo(&server, "approver"));
    Shop { server, editor, approver, hashes }
}

impl Shop {
    fn draft(&self) -> i64 {
        self.editor.post("/v1/drafts", &json!({ "title": "Larger pictures" })).1["id"].as_i64().unwrap()
    }

    fn edit(&self, draft: i64, was: u32, value: u32) -> (u16, Value) {
        self.editor.post(&format!("/v1/drafts/{draft}/edits"), &json!({ "edits": [smallest(was, value)] }))
    }

    fn submitted(&self, value: u32) -> i64 {
        let draft = self.draft();
        assert_eq!(self.edit(draft, 180, value).0, 200);
        assert_eq!(self.editor.post(&format!("/v1/drafts/{draft}/submit"), &json!({ "reason": "Zoom needs it" })).0, 200);
        draft
    }

    fn main_of(&self, product: &str) -> Value {
        self.server.post_json("/v1/select", &selection(product, &self.hashes)).1["main"].clone()
    }
}

fn smallest(was: u32, value: u32) -> Value {
    json!({ "rule": "vitrine.too-small", "field": "params.min_px.value", "was": was, "value": value })
}

#[test]
fn a_threshold_goes_from_draft_to_every_product_and_back() {
    let shop = shop();
    let before: Vec<Value> = (0..12).map(|product| shop.main_of(&format!("p{product}"))).collect();
    let draft = shop.draft();
    let (status, body) = shop.edit(draft, 180, 400);
    assert_eq!(status, 200, "{body}");
    assert!(body["findings"].as_array().unwrap().iter().all(|finding| finding["severity"] != "error"), "{body}");
    assert!(body["sentences"]["vitrine.too-small"]["new"].as_str().unwrap().contains("400"), "{body}");
    assert_eq!(body["diff"]["rules"][0]["rule"], "vitrine.too-small");

    // A picture of one's own, by the draft's rules and by those in force; strangers have no draft.
    let own = json!({ "bytes": base64::engine::general_purpose::STANDARD.encode(drawing(350, [60, 90, 60])), "marketplaces": ["vitrine"] });
    let by_draft = json!({ "bytes": own["bytes"], "marketplaces": ["vitrine"], "draft": draft });
    let action = |answer: &Value| answer["verdicts"][0]["action"].clone();
    assert_eq!(action(&shop.server.post_json("/v1/try", &own).1), "accept");
    assert_eq!(action(&shop.editor.post("/v1/try", &by_draft).1), "suppress");
    assert_eq!(shop.server.post_json("/v1/try", &by_draft).0, 401);

    // What it would change: one picture of each product.
    let (status, flips) = shop.editor.post(&format!("/v1/drafts/{draft}/preview"), &json!({}));
    assert_eq!((status, &flips["total"]), (200, &json!(12)), "{flips}");
    let flip = &flips["flips"][0];
    assert_eq!((&flip["old"]["main"] == "suppress", &flip["new"]["main"]), (false, &json!("suppress")));
    let reason = flip["reasons_new"].as_array().unwrap().iter().find(|reason| reason["rule"] == "vitrine.too-small").unwrap();
    assert_eq!((&reason["value"], &reason["limit"]), (&json!(300.0), &json!(400.0)));

    let (_, started) = shop.editor.post(&format!("/v1/drafts/{draft}/backtest"), &json!({}));
    let run = shop.editor.poll(&format!("/v1/backtests/{}", started["id"].as_str().unwrap()), |run| run["state"] == "done");
    assert_eq!(
        (&run["total"], &run["result"]["newly_suppressed"], &run["result"]["newly_empty"]),
        (&json!(24), &json!(12), &json!(0)),
        "{run}"
    );

    assert_eq!(shop.editor.post(&format!("/v1/drafts/{draft}/submit"), &json!({ "reason": "Zoom needs it" })).0, 200);
    let (status, error) = shop.editor.post(&format!("/v1/drafts/{draft}/approve"), &json!({ "reason": "fine" }));
    assert_eq!((status, &error["code"]), (403, &json!("not_allowed")));
    let (status, answer) = shop.approver.post(&format!("/v1/drafts/{draft}/approve"), &json!({ "reason": "As foretold" }));
    assert_eq!(status, 200, "{answer}");
    let release = answer["release"].as_i64().unwrap();
    let (_, running) = shop.approver.get(&format!("/v1/releases/{release}"));
    assert_eq!((&running["state"], &running["share"]), (&json!("canary"), &json!(0.5)), "{running}");

    // Traffic moves it on by itself.
    let full = shop.approver.poll(&format!("/v1/releases/{release}"), |release| {
        (0..12).for_each(|product| drop(shop.main_of(&format!("p{product}"))));
        release["state"] == "full"
    });
    assert!(full["rollout"]["seen"]["products"].as_u64().unwrap() >= 3, "{full}");
    let after: Vec<Value> = (0..12).map(|product| shop.main_of(&format!("p{product}"))).collect();
    assert!(after.iter().all(|main| *main == "c1"), "{after:?}");

    let (status, undone) = shop.approver.post(&format!("/v1/releases/{release}/undo"), &json!({ "reason": "Too many went" }));
    assert_eq!((status, &undone["state"]), (200, &json!("undone")), "{undone}");
    assert_eq!((0..12).map(|product| shop.main_of(&format!("p{product}"))).collect::<Vec<_>>(), before);
    let (_, trail) = shop.approver.get(&format!("/v1/audit?subject=release:{release}"));
    let actions: Vec<&str> = trail["records"].as_array().unwrap().iter().map(|record| record["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["release.undone", "release.advanced", "release.published"]);
    assert_eq!(trail["records"][0]["reason"], "Too many went");
    let (_, history) = shop.editor.get("/v1/history?product=p3");
    assert_eq!(history["release"], 1, "{history}");
    assert!(!history["decisions"].as_array().unwrap().is_empty());
    let held = &history["held"][0];
    assert_eq!((&held["rule"], &held["roles"]), (&json!("vitrine.too-small"), &json!(["main", "gallery"])), "{history}");
    assert_eq!((held["version"].as_str().map(str::len), &held["enforcement"]), (Some(64), &json!("enforce")));
    assert_eq!(shop.editor.get("/v1/history?product=p3&date=2020-01-01").1["held"], json!([]));
}

#[test]
fn a_whole_new_rule_is_written_edited_and_taken_back() {
    let shop = shop();
    let draft = shop.draft();
    let edits = format!("/v1/drafts/{draft}/edits");
    let send = |edit: Value| shop.editor.post(&edits, &json!({ "edits": [edit] }));
    let document = json!({
        "pack": "vitrine", "id": "vitrine.wide", "title": "Not too wide", "categories": [], "roles": ["main"], "condition": { "require": "long_side_px <= max_px" },
        "params": { "max_px": { "value": 400, "unit": "px", "range": [100, 10000] } }, "if_missing": "ignore", "severity": "should",
        "action": "suppress", "reason_code": "not_too_wide", "message": { "en": "{value} {unit} are more than {limit} {unit}." },
        "source": "Ours", "checked": "2026-11-21", "grade": "P"
    });
    let whole = |was: &Value, value: &Value| json!({ "rule": "vitrine.wide", "field": "", "was": was, "value": value });
    let (status, body) = send(whole(&Value::Null, &document));
    assert_eq!((status, &body["diff"]["rules"][0]["kind"]), (200, &json!("added")), "{body}");
    assert_eq!(shop.editor.post(&format!("/v1/drafts/{draft}/preview"), &json!({})).1["total"], 12);
    // A second person who writes a rule of this name sees the first one's.
    let mut other = document.clone();
    other["title"] = json!("Mine");
    assert_eq!(send(whole(&Value::Null, &other)).1["code"], "edit_conflict");

    // Its fields are edited like those of any rule.
    let limit = |was: u32, value: u32| json!({ "rule": "vitrine.wide", "field": "params.max_px.value", "was": was, "value": value });
    let (status, body) = send(limit(400, 600));
    assert_eq!((status, body["edits"].as_array().unwrap().len()), (200, 2), "{body}");
    assert!(body["sentences"]["vitrine.wide"]["new"].as_str().unwrap().contains("600"), "{body}");
    assert_eq!(send(limit(400, 700)).1["conflicts"][0]["theirs"], 600);
    assert_eq!(shop.editor.post(&format!("/v1/drafts/{draft}/preview"), &json!({})).1["total"], 0);
    assert_eq!(send(limit(600, 400)).1["edits"].as_array().unwrap().len(), 1, "back at what was written, the edit is gone");
    assert_eq!(send(limit(400, 600)).0, 200);

    // Without the rule its fields are nowhere: they go with it.
    let (status, body) = shop.editor.call("DELETE", &format!("{edits}?rule=vitrine.wide&field="), None);
    assert_eq!((status, &body["edits"]), (200, &json!([])), "{body}");
}

#[test]
fn two_people_edit_one_draft_and_nothing_is_lost() {
    let shop = shop();
    let admin = Person::of_demo(&shop.server, "admin");
    let draft = shop.draft();
    assert_eq!(shop.edit(draft, 180, 400).0, 200);
    // The other saw 180 still.
    let other = json!({ "edits": [smallest(180, 300), { "rule": "vitrine.too-small", "field": "title", "was": "Large enough to be recognised", "value": "Large" }] });
    let (status, conflict) = admin.post(&format!("/v1/drafts/{draft}/edits"), &other);
    assert_eq!((status, &conflict["code"]), (409, &json!("edit_conflict")), "{conflict}");
    let told = &conflict["conflicts"][0];
    assert_eq!((&told["was"], &told["theirs"], &told["yours"], &told["by"]), (&json!(180), &json!(400), &json!(300), &json!("editor")));
    let (_, body) = shop.editor.get(&format!("/v1/drafts/{draft}"));
    assert_eq!(body["edits"].as_array().unwrap().len(), 1, "nothing of it was saved: {body}");
    // Other fields do not meet; the same value does not conflict; back at the release's value the edit is gone.
    let title = json!({ "edits": [{ "rule": "vitrine.too-small", "field": "title", "was": "Large enough to be recognised", "value": "Large" }, smallest(180, 400)] });
    let (status, body) = admin.post(&format!("/v1/drafts/{draft}/edits"), &title);
    assert_eq!((status, body["edits"].as_array().unwrap().len()), (200, 2), "{body}");
    assert_eq!(shop.edit(draft, 400, 180).1["edits"].as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_is_told_and_changes_nothing() {
    let shop = shop();
    let draft = shop.draft();
    let refused = |edit: Value, code: &str| {
        let (status, error) = shop.editor.post(&format!("/v1/drafts/{draft}/edits"), &json!({ "edits": [edit] }));
        assert_eq!((status, error["code"].as_str().unwrap()), (422, code), "{error}");
    };
    refused(json!({ "rule": "no.such", "field": "title", "was": null, "value": "x" }), "edit_invalid");
    refused(json!({ "rule": "vitrine.too-small", "field": "colour", "was": null, "value": "x" }), "edit_invalid");
    refused(json!({ "rule": "vitrine.too-small", "field": "params.min_px.value", "was": 180, "value": {"a": 1} }), "edit_invalid");
    // A hostile expression is kept as a draft with its findings, and can go no further.
    for text in ["loop { }", "eval(\"1\")", "long_side_px >= min_px; import \"x\"", "sharpnes > 1"] {
        let edit =
            json!({ "edits": [{ "rule": "vitrine.too-small", "field": "condition", "was": "long_side_px >= min_px", "value": text }] });
        let (status, tried) = shop.editor.post(&format!("/v1/drafts/{draft}/check"), &edit);
        let errors = tried["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == "error").count();
        assert!(status == 200 && errors > 0, "{text}: {tried}");
    }
    let edit =
        json!({ "edits": [{ "rule": "vitrine.too-small", "field": "condition", "was": "long_side_px >= min_px", "value": "loop { }" }] });
    assert_eq!(shop.editor.post(&format!("/v1/drafts/{draft}/edits"), &edit).0, 200);
    let (status, error) = shop.editor.post(&format!("/v1/drafts/{draft}/submit"), &json!({ "reason": "please" }));
    assert_eq!((status, error["code"].as_str().unwrap()), (422, "rules_invalid"), "{error}");
    let (status, error) = shop.editor.post("/v1/drafts/99/submit", &json!({ "reason": "please" }));
    assert_eq!((status, error["code"].as_str().unwrap()), (404, "draft_unknown"));

    // One on its way at a time; the one in force cannot be undone twice.
    let (one, two) = (shop.submitted(400), shop.submitted(450));
    let approve = |draft: i64| shop.approver.post(&format!("/v1/drafts/{draft}/approve"), &json!({ "reason": "fine", "stages": [0.01] }));
    let release = approve(one).1["release"].as_i64().unwrap();
    let (status, error) = approve(two);
    assert_eq!((status, error["code"].as_str().unwrap()), (409, "rollout_running"), "{error}");
    assert_eq!(shop.approver.post(&format!("/v1/releases/{release}/stop"), &json!({ "reason": "wait" })).1["state"], "stopped");
    let (status, error) = shop.approver.post(&format!("/v1/releases/{release}/undo"), &json!({ "reason": "again" }));
    assert_eq!((status, error["code"].as_str().unwrap()), (409, "not_now"), "{error}");
    assert_eq!(shop.approver.post("/v1/releases/1/undo", &json!({ "reason": "the first" })).0, 409, "there is nothing before the first");
}

#[test]
fn a_shadow_counts_and_acts_on_nothing() {
    let shop = shop();
    let before: Vec<Value> = (0..12).map(|product| shop.main_of(&format!("p{product}"))).collect();
    let draft = shop.draft();
    assert_eq!(shop.edit(draft, 180, 600).0, 200);
    assert_eq!(shop.editor.post(&format!("/v1/drafts/{draft}/shadow"), &json!({ "on": true })).0, 200);
    let seen = shop.editor.poll(&format!("/v1/drafts/{draft}/shadow"), |seen| {
        assert_eq!((0..12).map(|product| shop.main_of(&format!("p{product}"))).collect::<Vec<_>>(), before);
        seen["products"] == 12
    });
    assert_eq!((&seen["newly_empty"], &seen["newly_suppressed"]), (&json!(12), &json!(24)), "{seen}");
}

#[test]
fn a_release_that_empties_products_is_stopped_by_itself() {
    let shop = shop();
    let draft = shop.submitted(600);
    let (_, answer) =
        shop.approver.post(&format!("/v1/drafts/{draft}/approve"), &json!({ "reason": "no backtest was looked at", "stages": [0.9] }));
    let release = answer["release"].as_i64().unwrap();
    let stopped = shop.approver.poll(&format!("/v1/releases/{release}"), |release| {
        (0..12).for_each(|product| drop(shop.main_of(&format!("p{product}"))));
        release["state"] == "stopped"
    });
    let log = stopped["rollout"]["log"].as_array().unwrap().last().unwrap()["what"].as_str().unwrap().to_owned();
    assert!(log.contains("left with no main picture") || log.contains("acts on"), "{log}");
    assert!(!shop.main_of("p1").is_null());
}

#[test]
fn the_screens_questions_are_answered() {
    let server = TestServer::with(tempfile::TempDir::new().unwrap(), QUICK);
    let viewer = Person::of_demo(&server, "viewer");
    let (_, index) = viewer.get("/v1/rules/index");
    assert!(index["rules"].as_array().unwrap().len() > 150);
    let (_, explained) = viewer.get("/v1/rules/explained?role=main&marketplace=amazon&region=US");
    assert!(explained["acting"].as_array().unwrap().len() > 5, "{explained}");
    let (_, home) = viewer.get("/v1/home");
    assert!(!home["coming"].as_array().unwrap().is_empty(), "{home}");
    let counted = server.text("/metrics");
    assert!(counted.contains("route=\"/v1/rules/index\",status=\"200\"} 1"), "{counted}");

    let shop = shop();
    let (_, explained) = shop.editor.get("/v1/rules/explained?role=main");
    assert!(explained["fires"]["vitrine.too-small"]["pictures"].is_u64());
    let (_, one) = shop.editor.get("/v1/rules/one/vitrine.too-small");
    assert_eq!(
        (&one["rule"]["params"]["min_px"]["value"], &one["effect"], &one["cases"]["both_sides"]),
        (&json!(180.0), &json!("not_measured"), &json!(true)),
        "{one}"
    );
    let (_, spread) = shop.editor.get("/v1/signals/long_side_px/distribution");
    assert_eq!((&spread["n"], &spread["missing"]), (&json!(24), &json!(0)), "{spread}");
    let (_, home) = shop.editor.get("/v1/home");
    assert_eq!((&home["health"]["products"], &home["health"]["pictures"]), (&json!(12), &json!(24)), "{home}");
    assert_eq!(shop.editor.get("/v1/rules/one/no.such").0, 404);
    assert_eq!(shop.editor.get("/v1/signals/no_such/distribution").0, 404);
}
