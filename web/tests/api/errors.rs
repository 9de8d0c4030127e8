//! Every error has a body with code, message and help.

use tempfile::TempDir;

use crate::common::TestServer;

#[test]
fn errors_outside_the_handlers_have_the_same_body() {
    let server = TestServer::with(TempDir::new().unwrap(), "server: {body_bytes_max: 1000}\nlimits: {file_bytes_max: 1000}\n");
    assert_eq!(server.get("/nothing").1["code"], "route_unknown");
    assert_eq!(server.get("/v1/select").1["code"], "method_not_allowed");
    assert_eq!(server.post("/healthz", b"").1["code"], "method_not_allowed");
    assert_eq!(server.post("/v1/select", b"{").1["code"], "body_invalid");
    assert_eq!(server.post("/v1/select", &vec![b' '; 5000]).1["code"], "body_too_large");
    assert_eq!(server.post("/v1/images", b"").1["code"], "empty_file");
    // A character that Postgres cannot keep.
    assert_eq!(server.post("/v1/select", br#"{"product": {"id": "a\u0000b"}, "candidates": []}"#).1["code"], "body_invalid");
    assert_eq!(server.get("/v1/decisions/a%00b").1["code"], "parameter_invalid");
    assert!(server.text("/metrics").contains("code=\"body_too_large\"} 1"));
}
