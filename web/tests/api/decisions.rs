//! `/v1/decisions/{id}`.

use crate::common::{TestServer, drawing, selection};

#[test]
fn a_decision_survives_a_restart_and_replays_byte_for_byte() {
    let server = TestServer::start();
    let hashes: Vec<String> = (0..3u8).map(|n| server.upload(&drawing(400 + 200 * u32::from(n), [40, 90 * n, 160]))).collect();
    let (_, answer) = server.post_json("/v1/select", &selection("p1", &hashes));
    let id = answer["decision_id"].as_str().unwrap().to_owned();

    let server = TestServer::with(server.into_folder(), "");
    let (status, stored) = server.get(&format!("/v1/decisions/{id}"));
    assert_eq!((status, &stored["answer"]["main"]), (200, &answer["main"]));
    assert_eq!(stored["pictures"].as_array().unwrap().len(), 3);
    for path in [format!("/v1/decisions/{id}/replay"), format!("/v1/decisions/{id}?replay=true")] {
        let (status, replay) = server.get(&path);
        assert_eq!((status, replay["identical"].as_bool()), (200, Some(true)), "{replay}");
    }
    let (status, rule_set) = server.get(&format!("/v1/rules/{}", answer["rule_set"].as_str().unwrap()));
    assert_eq!((status, &rule_set["version"]), (200, &answer["rule_set"]));
    // The pictures are known after a restart, and the same question gets the same id.
    assert_eq!(server.post_json("/v1/select", &selection("p1", &hashes)).1["decision_id"], answer["decision_id"]);
    assert_eq!(server.get("/v1/decisions/nothing").1["code"], "decision_unknown");
    assert_eq!(server.get("/v1/rules/nothing").1["code"], "rule_set_unknown");
}
