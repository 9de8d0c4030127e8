//! Health, counters, description.

use crate::common::TestServer;

#[test]
fn those_who_run_it_find_their_way() {
    let server = TestServer::start();
    assert_eq!(server.get("/healthz").1["status"], "ok");
    assert_eq!(server.get("/readyz").1["status"], "ready");
    let (status, description) = server.get("/openapi.json");
    assert_eq!(status, 200);
    let page = server.text("/docs");
    for path in description["paths"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("<code>{path}</code>")), "{path} is not on the page");
    }
    assert!(!page.contains("http://cdn") && !page.contains("<script"), "the page loads nothing");
    assert!(server.text("/").contains("/docs"));
    let metrics = server.text("/metrics");
    assert!(metrics.contains("vitrine_requests_total{tenant=\"default\",route=\"/healthz\",status=\"200\"} 1"), "{metrics}");
}
