//! `/v1/queue`: from a rule that asks for review to a person's word that changes the next selection.

use serde_json::{Value, json};

use crate::common::person::Person;
use crate::common::shop::{at_the_shop, server, server_on};
use crate::common::{TestServer, drawing};

fn selected(server: &TestServer, product: &str, hashes: &[String]) -> Value {
    let (status, answer) = server.post_json("/v1/select", &at_the_shop(product, hashes));
    assert_eq!(status, 200, "{answer}");
    answer
}

fn items(person: &Person, query: &str) -> Vec<Value> {
    let (status, body) = person.get(&format!("/v1/queue{query}"));
    assert_eq!(status, 200, "{body}");
    body["items"].as_array().unwrap().clone()
}

fn is_identical(server: &TestServer, decision: &Value) -> bool {
    let (status, replay) = server.get(&format!("/v1/decisions/{}/replay", decision.as_str().unwrap()));
    assert_eq!(status, 200, "{replay}");
    replay["identical"].as_bool().unwrap()
}

#[test]
fn an_overturned_rule_is_ignored_for_that_picture_and_for_no_other() {
    let server = server();
    let editor = Person::of_demo(&server, "editor");
    let hashes = [server.upload(&drawing(300, [40, 90, 160])), server.upload(&drawing(310, [160, 90, 40]))];
    assert!(items(&editor, "").is_empty());
    let before = selected(&server, "p1", &hashes);
    assert!(before["images"].as_array().unwrap().iter().all(|image| image["action"] == "review" && image.get("exempted").is_none()));

    let found = items(&editor, "?state=open&rule=shop.small");
    assert_eq!(found.len(), 2);
    let item = found.iter().find(|item| item["content_hash"] == json!(hashes[0])).unwrap();
    let expected = json!({
        "product": "p1", "image": "c0", "category": "", "marketplace": "shop", "rule": "shop.small", "title": "At least 500 px <b>",
        "message": "The long side is 300 px; 500 px are asked for.", "value": 300.0, "limit": 500.0, "unit": "px", "origin": "rule",
        "objection": null, "judgements": 0, "mine": null, "state": "open", "action": "review", "decision": before["decision_id"]
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(item[field], *value, "{field} of {item}");
    }
    // The same pictures elsewhere ask nothing new.
    selected(&server, "p1", &hashes);
    selected(&server, "p2", &hashes);
    assert_eq!(items(&editor, "").len(), 2);
    assert_eq!(editor.get("/v1/home").1["queue"], json!({ "open": 2 }));
    assert!(items(&editor, "?rule=shop.large").is_empty());

    let path = format!("/v1/queue/{}", item["id"].as_str().unwrap());
    assert_eq!(editor.post(&format!("{path}/case"), &json!({})).1["code"], "not_overturned");
    let (status, judged) = editor.post(&format!("{path}/judgement"), &json!({"verdict": "overturn", "note": "drawn small on purpose"}));
    assert_eq!((status, &judged["mine"], &judged["judgements"]), (200, &json!("overturn"), &json!(1)), "{judged}");
    assert_eq!(items(&editor, "?state=open").len(), 1);
    assert_eq!(editor.get("/v1/queue").1["mine_done"], 1);

    let after = selected(&server, "p1", &hashes);
    assert_eq!((&after["images"][0]["id"], &after["main"]), (&json!("c0"), &json!("c0")), "{after}");
    assert_eq!((&after["images"][0]["action"], &after["images"][0]["exempted"]), (&json!("accept"), &json!(["shop.small"])), "{after}");
    assert_eq!((&after["images"][1]["action"], after["images"][1].get("exempted")), (&json!("review"), None), "{after}");
    assert_ne!(before["decision_id"], after["decision_id"]);
    for decision in [&before, &after] {
        assert!(is_identical(&server, &decision["decision_id"]));
    }

    let (status, case) = editor.post(&format!("{path}/case"), &json!({}));
    let yaml = case["case_yaml"].as_str().unwrap();
    let (cases, findings) = vitrine_rules::case::parse_cases(&[vitrine_rules::PackSource { name: "c".into(), text: yaml.into() }]);
    assert!(status == 200 && findings.is_empty() && cases.len() == 1, "{yaml} {findings:?}");
    assert_eq!((cases[0].rule.as_str(), cases[0].expect.as_str(), cases[0].signals.len()), ("shop.small", "pass", 1));

    // It holds after a restart, and what is taken back holds no more.
    let server = server_on(server.into_folder(), "");
    assert_eq!(selected(&server, "p1", &hashes), after);
    let editor = editor.moved_to(&server);
    let (status, undone) = editor.post(&format!("{path}/undo"), &json!({}));
    assert_eq!((status, &undone["mine"], &undone["state"]), (200, &Value::Null, &json!("open")), "{undone}");
    assert_eq!(editor.post(&format!("{path}/undo"), &json!({})).1["code"], "nothing_to_undo");
    assert_eq!(selected(&server, "p1", &hashes), before);
    assert!(is_identical(&server, &after["decision_id"]));

    let (_, trail) = editor.get(&format!("/v1/audit?subject=queue:{}", item["id"].as_str().unwrap()));
    let told: Vec<&Value> = trail["records"].as_array().unwrap().iter().map(|record| &record["action"]).collect();
    assert_eq!(told, ["queue.taken_back", "queue.judged"]);
    assert_eq!(trail["records"][1]["reason"], "drawn small on purpose");
}

#[test]
fn a_picture_that_people_freed_of_a_rule_is_judged_without_it_in_previews_backtests_and_counts() {
    let server = server();
    let editor = Person::of_demo(&server, "editor");
    let hashes = [server.upload(&drawing(300, [40, 90, 160])), server.upload(&drawing(310, [160, 90, 40]))];
    selected(&server, "p1", &hashes);
    let item = items(&editor, "").into_iter().find(|item| item["content_hash"] == json!(hashes[0])).unwrap();
    let fires = || editor.get("/v1/rules/one/shop.small").1["fires"]["pictures"].clone();
    assert_eq!(fires(), 2);
    let overturn = json!({ "verdict": "overturn" });
    assert_eq!(editor.post(&format!("/v1/queue/{}/judgement", item["id"].as_str().unwrap()), &overturn).0, 200);
    assert_eq!(fires(), 1);

    let draft = editor.post("/v1/drafts", &json!({ "title": "No small pictures" })).1["id"].as_i64().unwrap();
    let edit = json!({ "rule": "shop.small", "field": "action", "was": "review", "value": "suppress" });
    assert_eq!(editor.post(&format!("/v1/drafts/{draft}/edits"), &json!({ "edits": [edit] })).0, 200);
    let (_, flips) = editor.post(&format!("/v1/drafts/{draft}/preview"), &json!({}));
    assert_eq!((&flips["total"], &flips["flips"][0]["content_hash"]), (&json!(1), &json!(hashes[1])), "{flips}");
    let (_, started) = editor.post(&format!("/v1/drafts/{draft}/backtest"), &json!({}));
    let run = editor.poll(&format!("/v1/backtests/{}", started["id"].as_str().unwrap()), |run| run["state"] == "done");
    assert_eq!((&run["result"]["pictures"], &run["result"]["newly_suppressed"]), (&json!(2), &json!(1)), "{run}");
}

#[test]
fn judgements_are_for_editors_and_have_to_make_sense() {
    let server = server();
    let hash = server.upload(&drawing(300, [40, 90, 160]));
    selected(&server, "p1", &[hash]);
    let people = ["viewer", "analyst", "editor", "approver", "admin"].map(|role| (role, Person::of_demo(&server, role)));
    let id = items(&people[0].1, "")[0]["id"].as_str().unwrap().to_owned();
    for (role, person) in &people {
        for (call, body) in [("judgement", json!({"verdict": "approve"})), ("undo", json!({})), ("case", json!({}))] {
            let (status, answer) = person.post(&format!("/v1/queue/{id}/{call}"), &body);
            let refused = answer["code"] == "not_allowed";
            assert_eq!(refused, ["viewer", "analyst"].contains(role), "{role} {call}: {status} {answer}");
            let (_, _, answer) = person.send("POST", &format!("/v1/queue/{id}/{call}"), Some(&body), &[]);
            assert_eq!(answer["code"], "csrf");
        }
        assert_eq!(person.get("/v1/queue/agreement").0, 200);
    }
    let stranger = Person::stranger(&server);
    assert_eq!(stranger.get("/v1/queue").1["code"], "not_signed_in");
    assert_eq!(stranger.get("/v1/queue/agreement").1["code"], "not_signed_in");
    let editor = &people[2].1;
    let bad = [
        json!({"verdict": "maybe"}),
        json!({}),
        json!({"verdict": "approve", "note": "x".repeat(2001)}),
        json!({"verdict": "approve", "region": {"x": 0.0, "y": 0.0, "width": 0.5, "height": 0.5}}),
        json!({"verdict": "wrong_region", "region": {"x": 0.9, "y": 0.0, "width": 0.5, "height": 0.5}}),
    ];
    for body in bad {
        let (status, answer) = editor.post(&format!("/v1/queue/{id}/judgement"), &body);
        assert!(status == 400 || status == 422, "{body}: {answer}");
    }
    let right = json!({"verdict": "wrong_region", "region": {"x": 0.1, "y": 0.0, "width": 0.5, "height": 0.5}});
    assert_eq!(editor.post(&format!("/v1/queue/{id}/judgement"), &right).0, 200);
    assert_eq!(editor.post("/v1/queue/nothing/judgement", &right).1["code"], "queue_item_unknown");
    assert_eq!(editor.get("/v1/queue?stat=open").1["code"], "parameter_invalid");
}

#[test]
fn some_items_ask_a_second_person_and_agreement_is_measured() {
    let server = server();
    let hashes: Vec<String> = (0..24u8).map(|n| server.upload(&drawing(120 + 4 * u32::from(n), [40, 9 * n, 160]))).collect();
    for (index, hashes) in hashes.chunks(8).enumerate() {
        selected(&server, &format!("p{index}"), hashes);
    }
    let (editor, approver) = (Person::of_demo(&server, "editor"), Person::of_demo(&server, "approver"));
    let all = items(&editor, "?state=open");
    assert_eq!(all.len(), 24);
    for item in &all {
        editor.post(&format!("/v1/queue/{}/judgement", item["id"].as_str().unwrap()), &json!({"verdict": "approve"}));
    }
    assert_eq!((items(&editor, "?state=open").len(), items(&editor, "?state=mine").len()), (0, 24));
    let asks_two = |item: &Value| u8::from_str_radix(&item["id"].as_str().unwrap()[..2], 16).unwrap().is_multiple_of(5);
    let again = items(&approver, "?state=open");
    assert!(!again.is_empty() && again.len() == all.iter().filter(|item| asks_two(item)).count(), "{}", again.len());
    // The second person is not told what the first one said.
    assert!(again.iter().all(|item| item["mine"].is_null() && item["judgements"] == 1));
    for (index, item) in again.iter().enumerate() {
        let verdict = if index == 0 { "overturn" } else { "approve" };
        judge(&approver, item, verdict);
    }
    let (_, agreement) = approver.get("/v1/queue/agreement");
    assert_eq!((agreement["pairs"].as_u64(), agreement["agreed"].as_u64()), (Some(again.len() as u64), Some(again.len() as u64 - 1)));
    assert_eq!((&agreement["by_rule"][0]["rule"], &agreement["by_rule"][0]["judged"]), (&json!("shop.small"), &json!(24)));
    // One against one settles nothing: the item waits for a third, and the rule holds meanwhile.
    let admin = Person::of_demo(&server, "admin");
    let tied = items(&admin, "?state=open");
    assert_eq!((tied.len(), &tied[0]["id"]), (1, &again[0]["id"]));
    judge(&admin, &tied[0], "overturn");
    assert!(items(&admin, "?state=open").is_empty());
    let hash = tied[0]["content_hash"].as_str().unwrap().to_owned();
    assert_eq!(selected(&server, "p9", &[hash])["images"][0]["exempted"], json!(["shop.small"]));
}

fn judge(person: &Person, item: &Value, verdict: &str) {
    let (status, body) = person.post(&format!("/v1/queue/{}/judgement", item["id"].as_str().unwrap()), &json!({ "verdict": verdict }));
    assert_eq!(status, 200, "{body}");
}
