//! `POST /v1/try` and small versions of pictures.

use base64::Engine as _;
use serde_json::{Value, json};
use ureq::Agent;

use crate::common::shop::{server, server_on};
use crate::common::{TestServer, drawing};

fn tried(server: &TestServer, bytes: &[u8], marketplaces: &[&str]) -> (u16, Value) {
    let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
    server.post_json("/v1/try", &json!({"bytes": bytes, "marketplaces": marketplaces, "language": "de"}))
}

#[test]
fn several_marketplaces_judge_a_picture_and_nothing_is_kept() {
    let server = server();
    let (status, answer) = tried(&server, &drawing(1000, [40, 90, 160]), &["shop", "bazaar"]);
    assert_eq!(status, 200, "{answer}");
    let verdicts: Vec<_> = answer["verdicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|verdict| {
            let text = |field: &str| verdict[field].as_str().unwrap_or("-").to_owned();
            (
                text("marketplace"),
                text("region"),
                text("role"),
                text("action"),
                verdict["may_lead"].as_bool().unwrap(),
                verdict["reasons"].as_array().unwrap().len(),
            )
        })
        .collect();
    let expected = [
        ("shop", "DE", "main", "suppress", false, 1),
        ("shop", "DE", "gallery", "suppress", false, 1),
        ("bazaar", "-", "main", "accept", true, 0),
        ("bazaar", "-", "gallery", "accept", false, 0),
    ];
    assert_eq!(verdicts, expected.map(|(a, b, c, d, e, f)| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned(), e, f)));
    assert_eq!(answer["verdicts"][0]["reasons"][0]["message"], "Die lange Seite hat 1000 px; erlaubt sind 900 px.");
    assert_eq!(answer["signals"]["long_side_px"]["value"], 1000.0);
    let hash = answer["content_hash"].as_str().unwrap();
    assert_eq!(server.get(&format!("/v1/images/{hash}")).1["code"], "image_unknown");
    assert_eq!(server.get(&format!("/v1/images/{hash}/thumbnail")).1["code"], "thumbnail_unknown");
}

#[test]
fn what_cannot_be_tried_is_told() {
    let server = server();
    let picture = drawing(100, [40, 90, 160]);
    assert_eq!(tried(&server, b"no picture", &["shop"]).1["code"], "not_an_image");
    assert_eq!(tried(&server, &picture, &["nowhere"]).1["code"], "request_invalid");
    assert_eq!(tried(&server, &picture, &[]).1["code"], "request_invalid");
    assert_eq!(tried(&server, &picture, &["shop"; 21]).1["code"], "request_invalid");
    assert_eq!(server.post_json("/v1/try", &json!({"bytes": "***", "marketplaces": ["shop"]})).1["code"], "request_invalid");
    assert_eq!(server.post_json("/v1/try", &json!({"marketplaces": ["shop"]})).1["code"], "body_invalid");
}

#[test]
fn a_measured_picture_has_a_small_version_that_never_changes() {
    let server = server();
    let hash = server.upload(&drawing(1000, [40, 90, 160]));
    let agent: Agent = Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
    let url = format!("http://{}/v1/images/{hash}/thumbnail", server.address);
    let mut response = agent.get(&url).call().unwrap();
    let header = |response: &ureq::http::Response<ureq::Body>, name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((response.status().as_u16(), header(&response, "content-type").as_str()), (200, "image/jpeg"));
    assert!(header(&response, "cache-control").contains("immutable"));
    let tag = header(&response, "etag");
    let small = image::load_from_memory(&response.body_mut().read_to_vec().unwrap()).unwrap().to_rgb8();
    assert_eq!((small.dimensions(), small.get_pixel(5, 5)[0] > 240, small.get_pixel(240, 240)[0] < 100), ((480, 480), true, true));
    assert_eq!(agent.get(&url).header("if-none-match", &tag).call().unwrap().status().as_u16(), 304);
    assert_eq!(server.get(&format!("/v1/images/{}/thumbnail", "0".repeat(64))).1["code"], "thumbnail_unknown");
    assert_eq!(server.get("/v1/images/x/thumbnail").1["code"], "parameter_invalid");

    let server = server_on(server.into_folder(), ", thumbnails: false");
    let other = server.upload(&drawing(300, [160, 90, 40]));
    assert_eq!(server.get(&format!("/v1/images/{other}/thumbnail")).1["code"], "thumbnail_unknown");
    assert_eq!(agent.get(format!("http://{}/v1/images/{hash}/thumbnail", server.address)).call().unwrap().status().as_u16(), 200);
}
