//! `/v1/rules…` and `/v1/signals`.

use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;
use vitrine_testing::Database;
use vitrine_web::app::App;
use vitrine_web::config::Config;
use vitrine_web::judge::ScopeKey;
use vitrine_web::selection::today;

use crate::common::TestServer;
use crate::common::person::Person;

#[test]
fn rules_are_listed_resolved_and_checked() {
    let server = TestServer::start();
    let (status, packs) = server.get("/v1/rules/packs");
    assert_eq!(status, 200);
    assert!(packs["packs"].as_array().unwrap().iter().any(|pack| pack["marketplace"] == "vitrine"), "{packs}");
    let (status, rules) = server.get("/v1/rules?role=main&date=2026-11-21");
    assert_eq!(status, 200, "{rules}");
    assert_eq!(rules["version"], rules["rule_set"]["version"]);
    assert_eq!(server.get("/v1/rules?marketplace=nowhere").1["code"], "rules_invalid");
    assert_eq!(server.get("/v1/rules?rolle=main").1["code"], "parameter_invalid");

    let (status, found) = server.post("/v1/rules/check", b"pack: a\nrules: [");
    assert_eq!((status, found["ok"].as_bool()), (200, Some(false)));
    assert!(found["findings"][0]["line"].as_u64().is_some(), "{found}");
    assert_eq!(server.post("/v1/rules/check", b"\xff\xfe").1["code"], "body_invalid");

    let (status, signals) = server.get("/v1/signals");
    assert!(status == 200 && signals["signals"].as_array().unwrap().iter().any(|signal| signal["name"] == "long_side_px"));
}

#[test]
fn marketplaces_that_contradict_each_other_are_told_and_what_a_draft_does_to_that() {
    let server = TestServer::with(tempfile::TempDir::new().unwrap(), "studio: {demo: true}\n");
    let editor = Person::of_demo(&server, "editor");
    let (status, found) = editor.get("/v1/rules/conflicts?marketplace=amazon&against=bol&category=apparel/adult");
    assert_eq!(status, 200, "{found}");
    let conflicts = found["pairs"][0]["conflicts"].as_array().unwrap();
    let person = conflicts.iter().find(|conflict| conflict["signals"] == json!(["person_score"])).unwrap();
    assert_eq!(
        (&person["one"][0]["rule"], &person["other"][0]["rule"]),
        (&json!("amazon-us.adult-clothing.on-model"), &json!("bol.main.no-model"))
    );
    assert!(editor.get("/v1/rules/conflicts?category=apparel/adult").1["pairs"].as_array().unwrap().len() > 1);
    assert_eq!(editor.get("/v1/rules/conflicts?marketplace=nowhere").1["code"], "rules_invalid");
    assert_eq!(editor.get("/v1/rules/conflicts?region=US").1["code"], "parameter_invalid");
    assert_eq!(server.get("/v1/rules/conflicts").0, 401);

    let draft = editor.post("/v1/drafts", &json!({ "title": "Models for bol" })).1["id"].as_i64().unwrap();
    assert_eq!(editor.get(&format!("/v1/drafts/{draft}/conflicts")).1, json!({ "begins": [], "ends": [] }));
    let edit = json!({ "rule": "bol.main.no-model", "field": "action", "was": "review", "value": { "demote": 5 } });
    let (status, body) = editor.post(&format!("/v1/drafts/{draft}/edits"), &json!({ "edits": [edit] }));
    assert_eq!(status, 200, "{body}");
    let (_, changes) = editor.get(&format!("/v1/drafts/{draft}/conflicts"));
    let amazon = changes["ends"].as_array().unwrap().iter().find(|ended| ended["other"] == "amazon");
    assert!(amazon.is_some_and(|ended| ended["category"].as_str().unwrap().starts_with("apparel/adult")), "{changes}");
    assert_eq!(changes["begins"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_many_ask_for_at_once_are_compiled_once() {
    let folder = TempDir::new().unwrap();
    let text = format!("store: {{url: '{}'}}\nlog: {{level: 'off'}}\nmodels: {{enabled: false}}\n", Database::of_folder(folder.path()));
    let app = App::start(Config::from_parts("test.yaml", &text, []).unwrap()).await.unwrap();
    let book = Arc::clone(&app.live.now().stable.1);
    let scope = ScopeKey { marketplace: None, region: None, category: None, date: today() };
    let (one, two) = tokio::join!(app.rules_of(&book, scope.clone()), app.rules_of(&book, scope));
    assert!(Arc::ptr_eq(&one.unwrap(), &two.unwrap()));
}
