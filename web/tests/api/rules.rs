//! `/v1/rules…` and `/v1/signals`.

use crate::common::TestServer;

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
