//! What a change does: judged as a selection is, once for each revision; overtaken ones change nothing; removal; refusals.

use serde_json::{Value, json};
use vitrine_testing::Database;

use crate::process::{Door, Worker, change, removal, until};
use crate::server::read;
use crate::support::folder;

#[test]
fn a_change_is_judged_as_a_selection_is_to_the_byte() {
    let folder = folder("feed-as-selection");
    let door = Door::open(&Database::of_folder(&folder), &folder, &[]);
    let pictures = door.pictures(4);
    let all: Vec<&String> = pictures.iter().collect();
    assert_eq!(door.send(&[change("fed", 1, &all)]), json!({ "taken": 1, "known": 0, "refused": [] }));
    door.settles();
    let fed = door.product("fed");
    assert_eq!((&fed["revision"], &fed["change_id"]), (&json!(1), &json!("fed/1")));

    // Another server, which has seen neither the change nor the decision, is asked the same.
    let other = Door::open(&Database::sqlite_of(&folder.join("other")), &folder, &[]);
    other.pictures(4);
    let mut question = change("fed", 1, &all);
    for field in ["id", "revision", "at"] {
        question.as_object_mut().unwrap().remove(field);
    }
    let text = |door: &Door, path: &str| {
        let request = door.caller.agent.get(format!("{}{path}", door.server.address));
        request.call().unwrap().body_mut().read_to_string().unwrap()
    };
    let (status, answer) = other.caller.post("/v1/select", &question).unwrap();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(fed["decision_id"], answer["decision_id"]);
    let path = format!("/v1/decisions/{}", fed["decision_id"].as_str().unwrap());
    assert_eq!(text(&door, &path), text(&other, &path), "the stored decisions are the same bytes");
    assert_eq!(door.caller.get("/v1/catalogue")["products"], other.caller.get("/v1/catalogue")["products"]);
    let (_, again) = door.caller.post("/v1/select", &question).unwrap();
    assert_eq!(again, answer);
}

#[test]
fn overtaken_changes_change_nothing_and_a_removed_product_is_gone() {
    let folder = folder("feed-overtaken");
    let door = Door::open(&Database::of_folder(&folder), &folder, &[]);
    let pictures = door.pictures(3);
    let (first, second) = (change("a", 1, &[&pictures[0]]), change("a", 2, &[&pictures[1], &pictures[2]]));
    // Of one batch the newest counts, wherever it stands.
    assert_eq!(door.send(&[second.clone(), first.clone()])["taken"], 1);
    door.settles();
    let settled = door.product("a");
    assert_eq!(settled["revision"], 2);
    assert_eq!(door.send(&[first.clone(), second.clone()]), json!({ "taken": 0, "known": 2, "refused": [] }));
    assert_eq!(door.product("a"), settled);

    let products = || door.caller.get("/v1/catalogue")["products"].as_array().unwrap().len();
    assert_eq!(products(), 1);
    let select = || {
        let asked = json!({ "product": second["product"], "candidates": second["candidates"], "date": second["date"] });
        let (status, answer) = door.caller.post("/v1/select", &asked).expect("the server answers");
        assert_eq!(status, 200, "{answer}");
    };
    select();
    assert_eq!(door.send(&[removal("a", 3)])["taken"], 1);
    door.settles();
    let removed = door.product("a");
    assert_eq!((&removed["revision"], &removed["decision_id"]), (&json!(3), &Value::Null));
    assert_eq!(products(), 0);
    select();
    assert_eq!(products(), 1, "who selects it puts it back, though the answer is known");
    assert_eq!(door.send(&[removal("a", 4)])["taken"], 1);
    door.settles();
    assert_eq!(products(), 0);
    assert_eq!(door.send(&[second, first])["known"], 2, "a removed product does not come back by an old change");
    assert_eq!(door.send(&[change("a", 5, &[&pictures[0]])])["taken"], 1);
    door.settles();
    assert_eq!((&door.product("a")["revision"], products()), (&json!(5), 1));
}

#[test]
fn what_is_wrong_with_one_change_is_told_and_the_others_are_taken() {
    let folder = folder("feed-refused");
    let door = Door::only_takes(&Database::of_folder(&folder), &folder, &[("VITRINE_SERVER__CANDIDATES_MAX", "3")]);
    let pictures = door.pictures(4);
    let good = change("a", 1, &[&pictures[0]]);
    let with = |field: &str, value: Value| {
        let mut changed = good.clone();
        changed[field] = value;
        changed
    };
    let cases = [
        (with("revision", json!(0)), "change_invalid", "`revision` is 0"),
        (with("id", json!("")), "change_invalid", "`id` has 0 bytes"),
        (with("id", json!("\u{0}")), "change_invalid", "U+0000"),
        (with("candidates", json!([])), "change_invalid", "`candidates` is empty"),
        (with("removed", json!(true)), "change_invalid", "no `candidates`"),
        (with("colour", json!("red")), "change_invalid", "unknown field `colour`"),
        (with("at", json!("yesterday")), "change_invalid", "this is no change"),
        (json!(7), "change_invalid", "this is no change"),
        (change("b", 1, &pictures.iter().collect::<Vec<_>>()), "too_many_candidates", "4 candidates"),
    ];
    let mut batch: Vec<Value> = cases.iter().map(|(change, ..)| change.clone()).collect();
    batch.push(good);
    let answer = door.send(&batch);
    assert_eq!((&answer["taken"], &answer["known"]), (&json!(1), &json!(0)));
    for (index, ((_, code, message), refused)) in cases.iter().zip(answer["refused"].as_array().unwrap()).enumerate() {
        assert_eq!((&refused["index"], &refused["code"]), (&json!(index), &json!(code)), "{refused}");
        assert!(refused["message"].as_str().unwrap().contains(message), "{refused}");
    }
    let agent = &door.caller.agent;
    let sent = |body: &str| {
        let request = agent.post(format!("{}/v1/feed", door.server.address)).content_type("application/json");
        let mut answer = request.send(body).unwrap();
        (answer.status().as_u16(), read(&mut answer).unwrap()["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(sent("{\"changes\": [1"), (400, "body_invalid".to_owned()));
    assert_eq!(sent("{}"), (400, "body_invalid".to_owned()));
    let many = format!("{{\"changes\":[{}]}}", vec!["1"; 5001].join(","));
    assert_eq!(sent(&many), (422, "request_invalid".to_owned()));
}

#[test]
fn a_change_without_rules_is_a_dead_letter_that_a_newer_one_overtakes() {
    let folder = folder("feed-dead");
    let door = Door::open(&Database::of_folder(&folder), &folder, &[]);
    let pictures = door.pictures(1);
    let mut nowhere = change("a", 1, &[&pictures[0]]);
    nowhere["marketplace"] = json!("nowhere");
    assert_eq!(door.send(&[nowhere.clone()])["taken"], 1);
    until("it is dead", || door.status()["dead_letters"] == 1);
    door.settles();
    let letters = door.caller.get("/v1/feed/dead");
    let letter = &letters["letters"][0];
    assert_eq!((&letter["code"], &letter["product_id"], &letter["attempts"]), (&json!("rules_invalid"), &json!("a"), &json!(1)));
    assert_eq!(serde_json::from_str::<Value>(letter["payload"].as_str().unwrap()).unwrap(), nowhere);
    // Sent again it is the same letter; replayed it is one more try, and dead again.
    assert_eq!(door.send(&[nowhere])["taken"], 1);
    door.settles();
    let (status, replayed) = door.caller.post("/v1/feed/replay", &json!({ "ids": [letter["id"], "unknown"] })).unwrap();
    assert_eq!((status, &replayed["waiting"]), (200, &json!(1)), "{replayed}");
    until("it is dead again", || door.status()["dead_letters"] == 1);
    let viewer = door.server.caller("viewer");
    assert_eq!(viewer.post("/v1/feed/replay", &json!({})).unwrap().0, 403);
    let records = door.caller.get("/v1/audit?subject=feed");
    assert_eq!(records["records"][0]["action"], "feed.replayed");
}

#[test]
fn a_dead_letter_that_nobody_will_mend_is_thrown_away_and_the_audit_trail_says_so() {
    let folder = folder("feed-discarded");
    let store = Database::of_folder(&folder);
    let door = Door::open(&store, &folder, &[]);
    let pictures = door.pictures(1);
    let nowhere = |product: &str| {
        let mut change = change(product, 1, &[&pictures[0]]);
        change["marketplace"] = json!("nowhere");
        change
    };
    assert_eq!(door.send(&[nowhere("a"), nowhere("b"), nowhere("c")])["taken"], 3);
    until("they are dead", || door.status()["dead_letters"] == 3);
    let letter = door.caller.get("/v1/feed/dead")["letters"][0]["id"].clone();
    let discard = |body: Value| door.caller.post("/v1/feed/discard", &body).unwrap();
    for unclear in [json!({}), json!({ "ids": [letter], "all": true }), json!({ "ids": vec!["x"; 1001] })] {
        assert_eq!(discard(unclear).0, 422);
    }
    assert_eq!(door.server.caller("viewer").post("/v1/feed/discard", &json!({ "all": true })).unwrap().0, 403);
    assert_eq!(door.status()["dead_letters"], 3);
    assert_eq!(discard(json!({ "ids": [letter, "unknown"] })), (200, json!({ "discarded": 1 })));
    let records = door.caller.get("/v1/audit?subject=feed");
    let record = &records["records"][0];
    assert_eq!((&record["action"], &record["detail"]), (&json!("feed.discarded"), &json!({ "letters": [letter] })));
    let discarded = crate::process::run(&store, &folder, &[], &["feed", "discard", "--all"]);
    assert_eq!(String::from_utf8_lossy(&discarded.stdout), "2 dead letters are thrown away\n");
    assert_eq!(door.status()["dead_letters"], 0);
}

#[test]
fn ages_and_counts_are_those_of_what_waits() {
    let folder = folder("feed-ages");
    let store = Database::of_folder(&folder);
    let door = Door::only_takes(&store, &folder, &[]);
    let pictures = door.pictures(1);
    let nothing = door.status();
    assert_eq!((&nothing["waiting"], &nothing["oldest_seconds"], &nothing["redis_answers"]), (&json!(0), &Value::Null, &Value::Null));
    let before = std::time::Instant::now();
    door.send(&[change("a", 1, &[&pictures[0]]), change("b", 1, &[&pictures[0]])]);
    let after = std::time::Instant::now();
    // A newer change of a product that waits already makes it wait no shorter.
    door.send(&[change("a", 2, &[&pictures[0]])]);
    let least = after.elapsed().as_secs_f64();
    let status = door.status();
    let most = before.elapsed().as_secs_f64();
    let oldest = status["oldest_seconds"].as_f64().unwrap();
    assert_eq!((&status["waiting"], &status["in_hand"]), (&json!(2), &json!(0)));
    assert!((least - 0.002..=most + 0.002).contains(&oldest), "{oldest} s is not between {least} and {most}");
    let metrics = door.caller.agent.get(format!("{}/metrics", door.server.address)).call().unwrap().body_mut().read_to_string().unwrap();
    for line in [
        "vitrine_feed_waiting{tenant=\"default\"} 2",
        "vitrine_feed_in_hand{tenant=\"default\"} 0",
        "# TYPE vitrine_feed_oldest_seconds gauge",
    ] {
        assert!(metrics.contains(line), "{line} is not in:\n{metrics}");
    }
    let printed = crate::process::run(&store, &folder, &[], &["feed", "status"]);
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.lines().any(|line| line.starts_with("changes that wait") && line.contains(" 2 ")), "{printed}");
}

#[test]
fn a_picture_that_cannot_be_fetched_is_tried_again_and_at_last_judged_without() {
    let folder = folder("feed-fetched");
    // Nobody listens there.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = address.to_string();
    let settings =
        [("VITRINE_FETCH__HOSTS", "127.0.0.1"), ("VITRINE_FETCH__PRIVATE_ADDRESSES", &address), ("VITRINE_FEED__ATTEMPTS_MAX", "2")];
    let door = Door::open(&Database::of_folder(&folder), &folder, &settings);
    let pictures = door.pictures(1);
    let mut fetched = change("a", 1, &[&pictures[0]]);
    fetched["candidates"].as_array_mut().unwrap().push(json!({ "id": "far", "url": format!("http://{address}/far.jpg") }));
    door.send(&[fetched]);
    until("it is judged", || door.product("a")["revision"] == 1);
    let decision = door.caller.get(&format!("/v1/decisions/{}", door.product("a")["decision_id"].as_str().unwrap()));
    let images = decision["answer"]["images"].as_array().unwrap().clone();
    assert!(images.iter().any(|image| image["id"] == "far" && image["error"]["code"] == "fetch_failed"), "{decision}");
    let metrics = door.caller.agent.get(format!("{}/metrics", door.server.address)).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(metrics.contains("vitrine_feed_changes_total{tenant=\"default\",result=\"again\"} 1"), "{metrics}");
    assert_eq!(door.status()["dead_letters"], 0);
}

#[test]
fn a_change_that_no_worker_comes_to_an_end_with_is_a_dead_letter() {
    let folder = folder("feed-spent");
    let store = Database::of_folder(&folder);
    let door = Door::only_takes(&store, &folder, &[]);
    let pictures = door.pictures(1);
    door.send(&[change("a", 1, &[&pictures[0]]), change("b", 1, &[&pictures[0]])]);
    // As workers leave it that took it and were gone before they came to an end.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&store).await.unwrap();
        sqlx::query("UPDATE feed_changes SET attempts = 1, worker = 'gone'").execute(&pool).await.unwrap();
        sqlx::query("UPDATE feed_changes SET lost = 4 WHERE product_id = 'a'").execute(&pool).await.unwrap();
    });
    let worker = Worker::start(&store, &folder, &[]);
    door.settles();
    assert_eq!(door.product("b")["revision"], 1);
    let letters = door.caller.get("/v1/feed/dead");
    let letters = letters["letters"].as_array().unwrap();
    assert_eq!(letters.len(), 1, "whoever was lost beside it is judged");
    assert_eq!((&letters[0]["code"], &letters[0]["product_id"]), (&json!("attempts_spent"), &json!("a")));
    worker.stop();
    let replayed = crate::process::run(&store, &folder, &[], &["feed", "replay", "--all"]);
    assert!(replayed.status.success(), "{}", String::from_utf8_lossy(&replayed.stderr));
    let worker = Worker::start(&store, &folder, &[]);
    until("it is judged", || door.product("a")["revision"] == 1);
    worker.stop();
}
