//! Chance among what the rules allow, holdouts, and events that come as files.

use serde_json::{Value, json};

use crate::common::shop::{self, at_the_shop};
use crate::common::{drawing, selection};
use crate::experiments::{Lab, lab, lab_on, plan};

fn exploring() -> Value {
    let mut plan = plan();
    plan["variants"] = json!([
        {"name": "control", "weight": 1, "serves": {"what": "live"}},
        {"name": "curious", "weight": 3, "serves": {"what": "live"},
            "explores": {"budget": 0.8, "even_share": 0.5, "reward": "click", "prior_rate": 0.1}}
    ]);
    plan
}

fn asked(candidates: &[(&str, String)], visitor: Option<&str>) -> Value {
    let mut request = at_the_shop("shoe", &[]);
    request["candidates"] = candidates.iter().map(|(id, hash)| json!({ "id": id, "hash": hash })).collect();
    if let Some(visitor) = visitor {
        request["unit_id"] = json!(visitor);
    }
    request
}

/// Asks for every visitor, shows what is answered and lets some click: those who see `liked` three times as often.
fn visit(lab: &Lab, candidates: &[(&str, String)], liked: &str, visitors: u32) -> Vec<(String, Value)> {
    let at = jiff::Timestamp::now().to_string();
    let (mut seen, mut events) = (Vec::new(), Vec::new());
    for visitor in 0..visitors {
        let request = asked(candidates, Some(&format!("visitor-{visitor}")));
        let (status, answer) = lab.server.post_json("/v1/select", &request);
        assert_eq!(status, 200, "{answer}");
        let (main, part) = (answer["main"].as_str().unwrap().to_owned(), answer["experiment"].clone());
        // The outcome first: neither order nor repetition matters.
        let clicks = if main == liked { visitor % 10 < 6 } else { visitor % 10 < 2 };
        if clicks {
            events.push(
                json!({"id": format!("click-{visitor}"), "type": "outcome", "name": "click", "exposure_id": part["exposure_id"], "at": at}),
            );
        }
        events.push(json!({"id": format!("view-{visitor}"), "type": "exposure", "exposure_id": part["exposure_id"], "at": at}));
        seen.push((main, part));
    }
    lab.send(&events);
    lab.send(&events[..events.len() / 2]);
    seen
}

/// Whether a truth lies within twice the 95 % interval, which chance alone leaves once in ten thousand times.
fn is_near(estimate: &Value, truth: f64) -> bool {
    let part = |name: &str| estimate["value"][name].as_f64().unwrap();
    (part("value") - truth).abs() < part("high") - part("low")
}

#[test]
fn chance_chooses_among_what_is_allowed_and_its_log_judges_other_rules() {
    let lab = lab_on(shop::server());
    // The rules have nothing against two; one waits for a person, one is forbidden.
    let picture = |id, size, color| (id, lab.server.upload(&drawing(size, color)));
    let candidates = [
        picture("front", 600, [180, 60, 60]),
        picture("worn", 800, [60, 60, 180]),
        picture("small", 400, [60, 180, 60]),
        picture("huge", 950, [60, 60, 60]),
    ];
    lab.start(&exploring());
    let (_, by_rules) = lab.server.post_json("/v1/select", &asked(&candidates, None));
    assert_eq!(by_rules["main"], "front", "{by_rules}");
    let (own, liked) = ("front".to_owned(), "worn");

    let seen = visit(&lab, &candidates, liked, 600);
    let (mut explored, mut curious) = (0, 0);
    for (main, part) in &seen {
        assert!(main == "front" || main == "worn", "what waits or is forbidden is never shown: {main}");
        if part["variant"] == "control" {
            assert_eq!((main, &part["explored"]), (&own, &Value::Null), "only the curious variant explores");
            continue;
        }
        curious += 1;
        explored += u32::from(part["explored"] == true);
        assert_eq!(part["explored"] == true, *main != own, "{part}");
        let propensity = part["propensity"].as_f64().unwrap();
        assert!(propensity > 0.0 && propensity < 1.0, "{part}");
    }
    assert!(explored * 10 > curious && explored < curious, "{explored} of {curious}");
    // A stored decision says that it was explored, and can be made again.
    let (_, answer) = lab.server.post_json("/v1/select", &asked(&candidates, Some("visitor-0")));
    let id = answer["decision_id"].as_str().unwrap();
    let (status, replay) = lab.server.get(&format!("/v1/decisions/{id}/replay"));
    assert_eq!((status, &replay["identical"]), (200, &json!(true)), "{replay}");
    // By force, nothing is left to chance: nobody would learn from it.
    let mut forced = asked(&candidates, Some("visitor-0"));
    forced["force_variants"] = json!({"white": "curious"});
    let (_, forced) = lab.server.post_json("/v1/select", &forced);
    assert_eq!((&forced["main"], &forced["experiment"]["explored"]), (&json!(own), &Value::Null), "{forced}");

    // What the rules alone would have earned: a fifth of the selections, and less than what was logged.
    let (status, said) = lab.editor.post("/v1/experiments/white/off-policy", &json!({ "serves": {"what": "live"} }));
    assert_eq!(status, 200, "{said}");
    assert_eq!((&said["variant"], &said["questions"], &said["left_out"]), (&json!("curious"), &json!(1), &json!(0)), "{said}");
    assert_eq!(said["selections"], curious, "{said}");
    let estimate = &said["estimates"][0];
    assert!(is_near(estimate, 0.2), "{estimate}");
    assert!(estimate["effect"]["high"].as_f64().unwrap() < 0.0, "{estimate}");
    // A draft under which the other picture leads would have earned three times as much.
    let draft = lab.editor.post("/v1/drafts", &json!({ "title": "Larger pictures" })).1["id"].clone();
    let edit = json!({"rule": "shop.small", "field": "params.min_px.value", "was": 500, "value": 700});
    let (status, edited) = lab.editor.post(&format!("/v1/drafts/{draft}/edits"), &json!({ "edits": [edit] }));
    assert_eq!(status, 200, "{edited}");
    let (status, said) = lab.editor.post("/v1/experiments/white/off-policy", &json!({ "serves": {"what": "draft", "id": draft} }));
    assert_eq!(status, 200, "{said}");
    for estimate in &said["estimates"].as_array().unwrap()[..3] {
        assert!(is_near(estimate, 0.6), "{estimate}");
        assert!(estimate["effect"]["low"].as_f64().unwrap() > 0.0, "{estimate}");
    }
    assert_eq!(lab.editor.post("/v1/experiments/white/off-policy", &json!({ "serves": {"what": "release", "number": 99} })).0, 404);
}

#[test]
fn without_exploration_there_is_nothing_to_judge_by() {
    let lab = lab();
    lab.start(&plan());
    let (status, error) = lab.editor.post("/v1/experiments/white/off-policy", &json!({ "serves": {"what": "live"} }));
    assert_eq!((status, &error["code"]), (422, &json!("request_invalid")), "{error}");
    let mut never = exploring();
    never["variants"][1]["explores"]["budget"] = json!(0);
    let (_, begun) = lab.editor.post("/v1/experiments", &json!({ "id": "never", "design": never }));
    assert!(begun["faults"].to_string().contains("budget is 0"), "{begun}");
}

#[test]
fn a_holdout_keeps_its_visitors_from_everything_and_counts_all_others() {
    let lab = lab();
    let mut holdout = plan();
    holdout["title"] = json!("Holdout of the winter");
    holdout["variants"] = json!([
        {"name": "as-it-was", "weight": 1, "serves": {"what": "live"}},
        {"name": "everything", "weight": 3, "serves": {"what": "following"}}
    ]);
    let mut backwards = holdout.clone();
    backwards["variants"].as_array_mut().unwrap().reverse();
    let (_, begun) = lab.editor.post("/v1/experiments", &json!({ "id": "backwards", "design": backwards }));
    assert!(begun["faults"].to_string().contains("a holdout has two variants"), "{begun}");
    lab.start_as("winter", &holdout);
    lab.start(&plan());

    let at = jiff::Timestamp::now().to_string();
    let (mut held, mut events) = (0, Vec::new());
    for visitor in 0..120 {
        let name = format!("visitor-{visitor}");
        let part = lab.select(&name, json!({}))["experiment"].clone();
        held += u64::from(part["id"] == "winter");
        if part["id"] == "winter" {
            let forced = lab.select(&name, json!({ "force_variants": {"white": "treatment"} }))["experiment"].clone();
            assert_eq!((&forced["id"], &forced["variant"]), (&json!("white"), &json!("treatment")), "who tries out sees what is asked for");
        }
        assert!(part["id"] == "white" || part["variant"] == "as-it-was", "{part}");
        events.push(json!({"id": format!("view-{visitor}"), "type": "exposure", "exposure_id": part["exposure_id"], "at": at}));
        events.push(json!({"id": format!("buy-{visitor}"), "type": "outcome", "unit_id": name, "name": "purchase", "value": 5, "at": at}));
    }
    assert!((10..60).contains(&held), "{held}");
    let answer = lab.send(&events);
    assert_eq!((&answer["taken"], &answer["repeated"]), (&json!(240), &json!(0)), "an event of two experiments is one event: {answer}");
    let units = |id: &str| -> Vec<u64> {
        let (_, report) = lab.editor.get(&format!("/v1/experiments/{id}/report"));
        report["arms"].as_array().unwrap().iter().map(|arm| arm["units"].as_u64().unwrap()).collect()
    };
    assert_eq!(units("winter"), [held, 120 - held]);
    assert_eq!(units("white").iter().sum::<u64>(), 120 - held);
    let (_, list) = lab.editor.get("/v1/experiments");
    let holdouts: Vec<bool> = list["experiments"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|head| head["stage"] == "running")
        .map(|head| head["holdout"] == true)
        .collect();
    assert_eq!(holdouts.iter().filter(|holdout| **holdout).count(), 1, "{list}");
}

#[test]
fn products_known_before_are_dealt_out_in_pairs_and_neighbours_are_warned_of() {
    let lab = lab();
    let at = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48)).to_string();
    let ask = |product: u32| {
        let mut request = selection(&format!("p{product}"), &lab.hashes);
        request["product"]["category"] = json!("shoes/boots");
        request["product"]["seller"] = json!(format!("seller-{}", product % 5));
        request
    };
    // Ten products that sell very differently, two by two alike.
    for product in 0..10 {
        assert_eq!(lab.server.post_json("/v1/select", &ask(product)).0, 200);
        let buy = |n: u32| json!({"id": format!("old-{product}-{n}"), "type": "outcome", "product_id": format!("p{product}"), "name": "purchase", "at": at});
        let bought: Vec<Value> = (0..product / 2 * 10 + product % 2).map(buy).collect();
        lab.send(&bought);
    }
    let mut by_product = plan();
    by_product["unit"] = json!({"what": "product"});
    by_product["blocks"] = json!(true);
    lab.start(&by_product);
    let variant = |product: u32| lab.server.post_json("/v1/select", &ask(product)).1["experiment"]["variant"].as_str().unwrap().to_owned();
    for pair in 0..5 {
        assert_ne!(variant(2 * pair), variant(2 * pair + 1), "the two of a pair are apart");
    }
    assert!(["control", "treatment"].contains(&variant(77).as_str()), "one that nobody knew is split by its hash");
    let (_, body) = lab.editor.get("/v1/experiments/white");
    let warnings = body["warnings"].to_string();
    assert!(warnings.contains("11 of the 11 products in its scope have a seller with others of them"), "{warnings}");
    assert!(warnings.contains("11 of the 11 products in its scope stand in a category with others of them"), "{warnings}");
    let mut visitors = plan();
    visitors["blocks"] = json!(true);
    let (_, begun) = lab.editor.post("/v1/experiments", &json!({ "id": "visitors", "design": visitors }));
    assert!(begun["faults"].to_string().contains("blocks are of products or sellers"), "{begun}");
}

#[test]
fn events_come_as_columns_too() {
    let lab = lab();
    lab.start(&plan());
    let exposure = lab.select("visitor-1", json!({}))["experiment"]["exposure_id"].as_str().unwrap().to_owned();
    let at = jiff::Timestamp::now();
    let csv = format!(
        "id,type,exposure_id,unit_id,name,value,at\nview,exposure,{exposure},,,,{at}\nbuy,outcome,,visitor-1,purchase,12.5,{at}\nold,outcome,,visitor-1,purchase,1,2001-01-01T00:00:00Z\n"
    );
    let (status, answer) = lab.server.post_as("/v1/events", "text/csv; charset=utf-8", csv.as_bytes());
    assert_eq!((status, &answer["taken"], &answer["refused"][0]["index"]), (200, &json!(2), &json!(2)), "{answer}");
    let (_, again) = lab.server.post_as("/v1/events", "text/csv", csv.as_bytes());
    assert_eq!((&again["taken"], &again["repeated"]), (&json!(0), &json!(2)), "{again}");
    let (status, error) = lab.server.post_as("/v1/events", "text/csv", b"id,type,at\nx,outcome,today\n");
    assert_eq!((status, &error["code"]), (400, &json!("body_invalid")), "{error}");
    assert!(error["message"].as_str().unwrap().starts_with("row 1: "), "{error}");
    let (status, error) = lab.server.post_as("/v1/events", "application/vnd.apache.parquet", b"PAR1");
    assert_eq!((status, &error["code"]), (400, &json!("body_invalid")), "{error}");
    let report = lab.report();
    assert_eq!(report["arms"].as_array().unwrap().iter().map(|arm| arm["units"].as_u64().unwrap()).sum::<u64>(), 1);
}
