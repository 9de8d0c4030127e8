//! `GET /v1/catalogue`: products found by id, category and seller.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::drawing;
use crate::common::person::Person;
use crate::common::shop::{at_the_shop, server};

#[test]
fn products_are_found_by_id_category_and_seller_page_after_page() {
    let server = server();
    let viewer = Person::of_demo(&server, "viewer");
    let hash = server.upload(&drawing(300, [40, 90, 160]));
    let select = |product: &str, category: &str, seller: &str| {
        let mut request = at_the_shop(product, std::slice::from_ref(&hash));
        request["product"] = json!({ "id": product, "category": category, "seller": seller });
        assert_eq!(server.post_json("/v1/select", &request).0, 200);
    };
    select("SKU_1", "apparel/adult", "Bert & Sons");
    select("SKU-1", "apparel", "anna");
    select("other", "apparels", "anna");
    let found = |query: &str| -> Vec<Value> {
        let (status, body) = viewer.get(&format!("/v1/catalogue{query}"));
        assert_eq!(status, 200, "{body}");
        body["products"].as_array().unwrap().iter().map(|product| product["product"].clone()).collect()
    };
    assert_eq!(found(""), ["SKU-1", "SKU_1", "other"]);
    // What was typed stands for itself: neither a pattern nor a capital.
    assert_eq!(found("?product=u_1"), ["SKU_1"]);
    assert_eq!(found("?product=%25"), Vec::<Value>::new());
    assert_eq!(found("?category=apparel"), ["SKU-1", "SKU_1"]);
    assert_eq!(found("?seller=bert%20%26"), ["SKU_1"]);
    assert_eq!(found("?marketplace=shop&seller=anna&category=apparels"), ["other"]);
    assert_eq!(found("?marketplace=elsewhere"), Vec::<Value>::new());
    let (_, body) = viewer.get("/v1/catalogue?product=sku_1");
    let expected = json!({ "product": "SKU_1", "marketplace": "shop", "region": "DE", "category": "apparel/adult", "seller": "Bert & Sons",
        "pictures": [{ "image": "c0", "content_hash": hash }] });
    assert_eq!((&body["products"][0], &body["next"]), (&expected, &Value::Null), "{body}");

    (0..70).for_each(|number| select(&format!("many{number:02}"), "home", "carl"));
    let (_, first) = viewer.get("/v1/catalogue?seller=carl");
    let next = first["next"].as_str().unwrap().replace('\u{1f}', "%1F");
    assert_eq!((first["products"].as_array().unwrap().len(), found(&format!("?seller=carl&after={next}")).len()), (60, 10));
    assert_eq!(viewer.get("/v1/catalogue?after=x").1["code"], "parameter_invalid");
    assert_eq!(viewer.get("/v1/catalogue?category=no%20path!").1["code"], "parameter_invalid");
    assert_eq!(server.get("/v1/catalogue").0, 401);
}

#[test]
fn a_product_stands_where_it_was_asked_for_last_whatever_answers_are_known() {
    let server = server();
    let viewer = Person::of_demo(&server, "viewer");
    let hash = server.upload(&drawing(300, [40, 90, 160]));
    let select = |marketplace: &str, region: &str, category: &str, seller: &str| -> Value {
        let mut request = at_the_shop("p", std::slice::from_ref(&hash));
        (request["marketplace"], request["region"]) = (json!(marketplace), json!(region));
        request["product"] = json!({ "id": "p", "category": category, "seller": seller });
        let (status, answer) = server.post_json("/v1/select", &request);
        assert_eq!(status, 200, "{answer}");
        answer["decision_id"].clone()
    };
    let found = || -> Vec<Value> {
        let products = viewer.get("/v1/catalogue").1["products"].as_array().unwrap().clone();
        products.iter().map(|product| json!([product["region"], product["category"], product["seller"]])).collect()
    };
    let decision = select("bazaar", "DE", "shoes", "anna");
    assert_eq!(select("bazaar", "FR", "bags", "bert"), decision, "the same rules make the same decision");
    assert_eq!(found(), [json!(["DE", "shoes", "anna"]), json!(["FR", "bags", "bert"])]);
    // There and back.
    select("bazaar", "DE", "bags", "anna");
    assert_eq!(found()[0], json!(["DE", "bags", "anna"]));
    select("bazaar", "DE", "shoes", "anna");
    assert_eq!(found()[0], json!(["DE", "shoes", "anna"]));

    // What is asked again writes nothing.
    assert_eq!(server.behind_its_back("DELETE FROM catalogue"), 2);
    select("bazaar", "DE", "shoes", "anna");
    assert!(found().is_empty());

    // Each marketplace has the picture reviewed by its own people; capitals make another of it, with the same rules.
    assert_eq!(select("shop", "DE", "shoes", "anna"), select("SHOP", "DE", "shoes", "anna"));
    let queue = viewer.get("/v1/queue").1["items"].as_array().unwrap().clone();
    let marketplaces: BTreeSet<&str> = queue.iter().map(|item| item["marketplace"].as_str().unwrap()).collect();
    assert_eq!(marketplaces, BTreeSet::from(["shop", "SHOP"]));
}
