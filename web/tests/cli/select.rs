//! `vitrine select`: one line of answer for each line of request, whatever is in it.

use serde_json::json;

use super::support::{disc, folder, json_lines, lines_of};

fn requests(name: &str, lines: &[String]) -> String {
    let folder = folder(name);
    std::fs::write(folder.join("a.jpg"), disc([180, 40, 40], 700)).unwrap();
    std::fs::write(folder.join("b.jpg"), disc([40, 40, 180], 120)).unwrap();
    let text: Vec<String> = lines.iter().map(|line| line.replace("FOLDER", folder.to_str().unwrap())).collect();
    let file = folder.join("requests.jsonl");
    std::fs::write(&file, text.join("\n")).unwrap();
    file.to_str().unwrap().to_owned()
}

fn request(product: &str, candidates: &[&str]) -> String {
    let candidates: Vec<_> = candidates.iter().map(|name| json!({ "id": name, "path": format!("FOLDER/{name}.jpg") })).collect();
    json!({ "product": { "id": product, "category": "home" }, "candidates": candidates }).to_string()
}

#[test]
fn answers_come_in_order_and_name_every_candidate() {
    let file = requests("select", &[request("one", &["b", "a"]), request("two", &["a", "absent"])]);
    let answers = json_lines(&lines_of(&["select", &file]));
    assert_eq!(answers.iter().map(|answer| answer["product_id"].as_str().unwrap()).collect::<Vec<_>>(), ["one", "two"]);
    for answer in &answers {
        assert_eq!(answer["images"].as_array().unwrap().len(), 2);
        assert!(answer["rule_set"].is_string() && answer["gallery"].is_array());
    }
    let absent = answers[1]["images"].as_array().unwrap().iter().find(|image| image["id"] == "absent").unwrap().clone();
    assert_eq!(absent["error"]["code"], "unreadable_file");
}

#[test]
fn the_order_of_candidates_does_not_matter() {
    let file = requests("select-order", &[request("one", &["b", "a"]), request("one", &["a", "b"])]);
    let text = lines_of(&["select", &file]);
    let answers: Vec<&str> = text.lines().collect();
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn a_bad_line_is_told_with_its_number_and_stops_nothing() {
    let twice = request("twice", &["a", "a"]);
    let unknown = json!({ "product": { "id": "x" }, "candidates": [], "surprise": 1 }).to_string();
    let far = json!({ "product": { "id": "far" }, "marketplace": "nowhere", "candidates": [] }).to_string();
    let file = requests("select-bad", &["{ not json".into(), String::new(), twice, unknown, far, request("good", &["a"])]);
    let answers = json_lines(&lines_of(&["select", &file]));
    let numbers: Vec<_> = answers.iter().filter_map(|answer| answer["line"].as_u64()).collect();
    assert_eq!(numbers, [1, 3, 4, 5]);
    assert!(answers[..4].iter().all(|answer| answer["error"]["code"].is_string()));
    assert_eq!(answers[4]["product_id"], "good");
}

#[test]
fn an_address_or_a_hash_is_told_to_belong_to_the_server() {
    let line = json!({ "product": { "id": "p" }, "candidates": [{ "id": "u", "url": "https://example.com/a.jpg" }] }).to_string();
    let file = requests("select-url", &[line]);
    let answers = json_lines(&lines_of(&["select", &file]));
    assert_eq!(answers[0]["images"][0]["error"]["code"], "unsupported_source");
    assert!(answers[0]["main"].is_null());
}
