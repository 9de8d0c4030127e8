//! Models that a server was told to use: what is not right is refused with its reason, and the rest goes on.

use serde_json::json;
use tempfile::TempDir;

use crate::common::TestServer;

#[test]
fn a_bad_model_is_refused_with_its_reason_and_the_server_serves_on() {
    let folder = TempDir::new().unwrap();
    let manifest = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    manifest("garbled.yaml", "name: [");
    manifest("missing.yaml", "name: missing");
    manifest(
        "strange.yaml",
        &format!(
            "name: strange\ntitle: Strange\nmodel: strange.onnx\nmodel_sha256: {}\nlicence: MIT\ncard: strange.md\n\
             input: {{name: image, layout: nchw, color: rgb, width: 8, height: 8, resize: stretch, batch: dynamic}}\n\
             signals: [{{name: strange_score, kind: number, range: [0, 1], doc: Strange., output: scores}}]\n",
            "0".repeat(64)
        ),
    );
    std::fs::write(folder.path().join("strange.onnx"), b"no graph").unwrap();
    let places = format!("models: {{places: ['{}', '/nowhere/at/all']}}", folder.path().display());
    let server = TestServer::with(TempDir::new().unwrap(), &places);

    let (status, models) = server.get("/v1/models");
    assert_eq!(status, 200);
    let refused: Vec<&str> = models["refused"].as_array().unwrap().iter().map(|reason| reason.as_str().unwrap()).collect();
    assert_eq!(refused.len(), 4, "{refused:?}");
    for (reason, words) in refused.iter().zip(["garbled.yaml", "missing.yaml", "strange", "/nowhere/at/all"]) {
        assert!(reason.contains(words) && reason.len() > words.len() + 10, "{reason}");
    }
    let shipped = models["models"].as_array().unwrap();
    assert!(shipped.iter().any(|model| model["id"].as_str().unwrap().starts_with("listing@")), "{models}");
    assert_eq!(server.get("/readyz").1["status"], "ready");
    let selection = json!({"product": {"id": "p"}, "candidates": [{"id": "a", "bytes": "AAAA"}]});
    let (status, answer) = server.post_json("/v1/select", &selection);
    assert_eq!((status, answer["images"][0]["error"]["code"].as_str()), (200, Some("not_an_image")), "{answer}");
}
