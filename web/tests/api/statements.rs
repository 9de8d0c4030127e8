//! Statements of reasons, objections and the page for both.

use serde_json::{Value, json};
use ureq::Agent;

use crate::common::person::Person;
use crate::common::shop::{at_the_shop, server};
use crate::common::{TestServer, drawing};

const BAD: &str = "\"><script>alert(1)</script>";

/// A product whose one picture is too large and is suppressed.
fn suppressed(server: &TestServer, product: &str, image: &str) -> String {
    let hash = server.upload(&drawing(1000, [40, 90, 160]));
    let mut request = at_the_shop(product, &[hash]);
    request["candidates"][0]["id"] = json!(image);
    let (status, answer) = server.post_json("/v1/select", &request);
    assert_eq!((status, &answer["images"][0]["action"]), (200, &json!("suppress")), "{answer}");
    answer["decision_id"].as_str().unwrap().to_owned()
}

fn page(server: &TestServer, path: &str, form: Option<&[(&str, &str)]>) -> (u16, String, String) {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
    let url = format!("http://{}{path}", server.address);
    let mut response = match form {
        Some(form) => agent.post(url).send_form(form.iter().copied()).unwrap(),
        None => agent.get(url).call().unwrap(),
    };
    let policy = response.headers().get("content-security-policy").map(|policy| policy.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status().as_u16(), policy, response.body_mut().read_to_string().unwrap())
}

#[test]
fn a_seller_reads_in_german_what_was_done_and_objects() {
    let server = server();
    let id = suppressed(&server, "p1", "front");
    let (status, statement) = server.get(&format!("/v1/decisions/{id}/statement?language=de-AT&image=front"));
    assert_eq!(status, 200, "{statement}");
    assert_eq!((&statement["language"], &statement["product"], &statement["image"]), (&json!("de"), &json!("p1"), &json!("front")));
    let section = &statement["sections"][0];
    assert_eq!((&section["rule"], &section["value"], &section["limit"]), (&json!("shop.large"), &json!(1000.0), &json!(900.0)));
    assert_eq!(section["message"], "Die lange Seite hat 1000 px; erlaubt sind 900 px.");
    assert_eq!(section["done"], "Das Bild wird nicht gezeigt.");
    assert!(
        section["evidence"].as_str().unwrap().contains("Terms of the shop") && section["fix"].as_str().unwrap().contains("At most 900 px")
    );
    assert!(statement["how_to_object"].as_str().unwrap().contains("Ein Mensch") && statement["at"].as_i64().unwrap() > 1_700_000_000_000);
    // A language that there is not is English.
    assert!(server.get(&format!("/v1/decisions/{id}/statement?language=tlh")).1["by"].as_str().unwrap().starts_with("Decided"));

    let text = format!("Das Bild ist richtig so. {BAD}");
    let objection = json!({"decision": id, "image": "front", "rule": "shop.large", "text": text});
    let (status, body) = server.post_json("/v1/objections", &objection);
    assert_eq!(status, 200, "{body}");
    assert_eq!(server.post_json("/v1/objections", &objection).1["code"], "objection_exists");

    let editor = Person::of_demo(&server, "editor");
    let (_, queue) = editor.get("/v1/queue?state=open");
    let item = &queue["items"][0];
    assert_eq!((&item["id"], &item["origin"], &item["objection"]), (&body["id"], &json!("objection"), &json!(text)), "{queue}");
    assert_eq!((&item["action"], &item["marketplace"]), (&json!("suppress"), &json!("shop")));
    // The person agrees with the seller: the picture may be shown from now on.
    let judged = editor.post(&format!("/v1/queue/{}/judgement", item["id"].as_str().unwrap()), &json!({"verdict": "overturn"}));
    assert_eq!(judged.0, 200);
    let hash = item["content_hash"].as_str().unwrap().to_owned();
    let (_, answer) = server.post_json("/v1/select", &at_the_shop("p1", &[hash]));
    assert_eq!((&answer["images"][0]["action"], &answer["images"][0]["exempted"]), (&json!("accept"), &json!(["shop.large"])));
    // What was decided then stays what it was.
    assert_eq!(server.get(&format!("/v1/decisions/{id}/statement?language=de")).1["sections"].as_array().unwrap().len(), 1);
    let (_, trail) = editor.get(&format!("/v1/audit?subject=queue:{}", item["id"].as_str().unwrap()));
    assert_eq!((&trail["records"][1]["actor"], &trail["records"][1]["action"]), (&json!("seller"), &json!("objection.made")));
}

#[test]
fn an_objection_has_to_speak_of_something_that_was_done() {
    let server = server();
    let id = suppressed(&server, "p1", "front");
    let objection = |field: &str, value: Value| {
        let mut body = json!({"decision": id, "image": "front", "rule": "shop.large", "text": "wrong"});
        body[field] = value;
        let (_, answer) = server.post_json("/v1/objections", &body);
        answer["code"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(objection("decision", json!("nothing")), "decision_unknown");
    assert_eq!(objection("image", json!("back")), "reason_unknown");
    assert_eq!(objection("rule", json!("shop.small")), "reason_unknown");
    for text in ["", "   \n ", "bell\u{7}", &"x".repeat(2001)] {
        assert_eq!(objection("text", json!(text)), "request_invalid", "{text:?}");
    }
    assert_eq!(objection("more", json!(1)), "body_invalid");
    assert_eq!(objection("text", json!("ä".repeat(2000))), "none");
    assert_eq!(server.get("/v1/decisions/nothing/statement").1["code"], "decision_unknown");
    assert_eq!(server.get(&format!("/v1/decisions/{id}/statement?image=back")).1["code"], "reason_unknown");
}

#[test]
fn an_objection_goes_to_the_category_that_its_own_decision_was_asked_for_in() {
    let server = server();
    let hash = server.upload(&drawing(1000, [40, 90, 160]));
    let object = |product: &str| {
        let mut request = at_the_shop(product, std::slice::from_ref(&hash));
        request["product"] = json!({ "id": product, "category": product });
        let (_, answer) = server.post_json("/v1/select", &request);
        if product == "old" {
            // As a program wrote it that did not tell.
            server.behind_its_back("UPDATE decisions SET document = REPLACE(document, 'asked_for', 'forgotten') WHERE product_id = 'old'");
        }
        let objection = json!({"decision": answer["decision_id"], "image": "c0", "rule": "shop.large", "text": "wrong"});
        let (status, body) = server.post_json("/v1/objections", &objection);
        assert_eq!(status, 200, "{body}");
    };
    ["shoes", "bags", "old"].into_iter().for_each(object);
    let (_, queue) = Person::of_demo(&server, "viewer").get("/v1/queue");
    let mut categories: Vec<(&Value, &Value)> =
        queue["items"].as_array().unwrap().iter().map(|item| (&item["product"], &item["category"])).collect();
    categories.sort_by_key(|(product, _)| product.as_str());
    // All have one set of rules, which is that of the first who asked.
    assert_eq!(categories, [(&json!("bags"), &json!("bags")), (&json!("old"), &json!("shoes")), (&json!("shoes"), &json!("shoes"))]);
}

#[test]
fn the_page_escapes_what_comes_from_outside_and_works_without_scripts() {
    let server = server();
    let id = suppressed(&server, BAD, BAD);
    let (status, policy, text) = page(&server, &format!("/statement/{id}?language=fr"), None);
    assert_eq!(status, 200);
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(
        !text.contains("<script")
            && text.contains("&lt;script&gt;alert(1)")
            && text.contains("lang=\"fr\"")
            && text.contains("<form method=\"post\"")
    );

    let form = [("image", BAD), ("rule", "shop.large"), ("language", "fr"), ("text", BAD)];
    let (status, _, text) = page(&server, &format!("/statement/{id}"), Some(&form));
    assert!(status == 200 && text.contains("contestation") && !text.contains("<script"), "{status} {text}");
    // A second one is told so on the page, which keeps its form.
    let (status, _, text) = page(&server, &format!("/statement/{id}"), Some(&form));
    assert!(status == 409 && text.contains("role=\"status\"") && text.contains("<form") && !text.contains("<script"), "{status} {text}");
    let (status, _, _) = page(&server, &format!("/statement/{id}"), Some(&[("text", "only")]));
    assert_eq!(status, 400);
    assert_eq!(page(&server, "/statement/nothing", None).0, 404);
    let (_, queue) = Person::of_demo(&server, "viewer").get("/v1/queue");
    assert_eq!((queue["items"].as_array().unwrap().len(), &queue["items"][0]["objection"]), (1, &json!(BAD)));
}
