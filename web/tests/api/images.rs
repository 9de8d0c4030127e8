//! `/v1/images`.

use std::path::Path;

use serde_json::{Value, json};

use crate::common::{TestServer, drawing};

#[test]
fn a_picture_is_measured_and_found_again_by_its_hash() {
    let server = TestServer::start();
    let (status, body) = server.post("/v1/images?name=a.png", &drawing(300, [40, 90, 160]));
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["signals"]["long_side_px"]["value"], json!(300.0));
    let hash = body["content_hash"].as_str().unwrap();
    assert_eq!(server.get(&format!("/v1/images/{hash}")), (200, body.clone()));
    assert_eq!(server.get(&format!("/v1/images/{}", "0".repeat(64))).1["code"], "image_unknown");
    assert_eq!(server.get("/v1/images/x").1["code"], "parameter_invalid");
    assert_eq!(server.post("/v1/images?nam=a", b"").1["code"], "parameter_invalid");
}

#[test]
fn a_form_is_read_as_well_as_a_raw_body() {
    let server = TestServer::start();
    let picture = drawing(120, [200, 30, 30]);
    let mut form = b"--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n".to_vec();
    form.extend_from_slice(&picture);
    form.extend_from_slice(b"\r\n--cut--\r\n");
    let (status, body) = server.post_as("/v1/images", "multipart/form-data; boundary=cut", &form);
    assert_eq!((status, body["content_hash"].as_str().unwrap()), (200, server.upload(&picture).as_str()), "{body}");
    let (status, body) = server.post_as("/v1/images", "multipart/form-data; boundary=cut", b"--cut--\r\n");
    assert_eq!((status, body["code"].as_str()), (400, Some("body_invalid")));
    assert_eq!(server.post_as("/v1/images", "multipart/form-data", b"x").1["code"], "body_invalid");
}

#[test]
fn hostile_files_get_what_is_expected_of_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/catalog");
    let Ok(expected) = std::fs::read_to_string(folder.join("hostile/expected.jsonl")) else {
        println!("skipped: the hostile files are not here ({})", folder.display());
        return;
    };
    let server = TestServer::start();
    let mut wrong = Vec::new();
    for line in expected.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).unwrap();
        let (file, want) = (case["file"].as_str().unwrap(), case["expected"].as_str().unwrap());
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let (status, body) = server.post("/v1/images", &bytes);
        let right = match (status, want) {
            (200, "not an image") => false,
            (200, want) if want.starts_with("clean error") && !want.contains(" or ") => false,
            (200, want) if want.contains("truncated") => body["signals"]["is_truncated"]["value"] == json!(true),
            (200, _) => true,
            (422, want) => want != "decodes",
            _ => false,
        };
        if !right {
            wrong.push(format!("{file}: wanted `{want}`, got {status} {}", body["code"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(server.get("/healthz").0, 200);
}
