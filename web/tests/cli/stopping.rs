//! A server that is told to stop: whoever sends it traffic learns of it first, and nobody who was let in is sent away.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use ureq::Agent;
use vitrine_testing::Database;

use crate::server::Server;

fn signal(server: &Server, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), server.process.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn status(address: &str, path: &str) -> Option<u16> {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
    Some(agent.get(format!("{address}{path}")).call().ok()?.status().as_u16())
}

#[test]
fn readiness_goes_first_and_a_request_that_was_let_in_is_answered() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut server = Server::with(&Database::of_folder(folder.path()), folder.path(), &[("VITRINE_SERVER__DRAIN_MS", "600000")]);
    let address = server.address.clone();
    assert_eq!(status(&address, "/readyz"), Some(200));

    // Half a request: the rest comes when the server has long been told to stop.
    let body = json!({"product": {"id": "p"}, "candidates": [{"id": "a", "hash": "0".repeat(64)}]}).to_string();
    let mut slow = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    let head = format!(
        "POST /v1/select HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).unwrap();

    signal(&server, "TERM");
    while status(&address, "/readyz") != Some(503) {
        assert!(server.process.try_wait().unwrap().is_none(), "it stopped before it said that it would");
    }
    assert_eq!(status(&address, "/healthz"), Some(200), "it answers all the same");

    // Told again, it takes no more, and still waits for those that it let in.
    signal(&server, "TERM");
    let told = Instant::now();
    while status(&address, "/healthz").is_some() {
        assert!(told.elapsed() < Duration::from_secs(30), "it goes on taking requests");
    }
    slow.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("decision_id"), "{answer}");
    assert!(server.process.wait().unwrap().success());
}
