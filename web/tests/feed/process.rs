//! Servers and workers as processes, and what is asked of them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

use crate::server::{Caller, Server, read};
use crate::support::disc;

/// Settings as variables.
pub type Settings<'a> = &'a [(&'a str, &'a str)];

/// What all processes of these tests have in common: they look often, and nobody is slow.
const COMMON: Settings<'static> =
    &[("VITRINE_FEED__POLL_MS", "50"), ("VITRINE_MODELS__ENABLED", "false"), ("VITRINE_STUDIO__THUMBNAILS", "false")];

/// A server that takes changes in, and judges them unless the settings say otherwise.
pub struct Door {
    pub server: Server,
    pub caller: Caller,
}

impl Door {
    pub fn open(store: &str, folder: &Path, settings: Settings<'_>) -> Self {
        let server = Server::with(store, folder, &[COMMON, settings].concat());
        let caller = server.caller("editor");
        Self { server, caller }
    }

    /// A server that judges nothing.
    pub fn only_takes(store: &str, folder: &Path, settings: Settings<'_>) -> Self {
        Self::open(store, folder, &[settings, &[("VITRINE_FEED__WORK", "false")]].concat())
    }

    /// Sends changes; what the answer says of them.
    pub fn send(&self, changes: &[Value]) -> Value {
        let (status, answer) = post(&self.caller.agent, &self.server.address, changes).expect("the server answers");
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Sends changes until they are taken, as a sender does: a worker that hangs may hold a product's row for some seconds.
    pub fn send_again(&self, changes: &[Value]) -> Value {
        loop {
            match post(&self.caller.agent, &self.server.address, changes).expect("the server answers") {
                (200, answer) => return answer,
                (status, answer) => assert_eq!(status, 503, "{answer}"),
            }
        }
    }

    pub fn status(&self) -> Value {
        self.caller.get("/v1/feed")
    }

    /// How far a product of the house's rules is; null where nothing is settled.
    pub fn product(&self, product: &str) -> Value {
        self.caller.get(&format!("/v1/feed/products/{product}"))
    }

    /// Waits until nothing of the feed waits, but for results of receivers.
    pub fn settles(&self) {
        self.settles_within(PATIENCE);
    }

    pub fn settles_within(&self, patience: Duration) {
        until_within(patience, "all changes are settled", || {
            let status = self.status();
            let nothing = |value: &Value| value.is_null() || *value == 0;
            let stream = &status["stream"];
            [&status["waiting"], &status["in_hand"], &stream["unread"], &stream["unacknowledged"]].into_iter().all(nothing)
        });
    }

    /// Waits until everybody was told everything.
    pub fn tells(&self) {
        until("all results are told", || self.status()["results"] == json!([]));
    }

    /// Sends pictures, one for each number; their hashes.
    pub fn pictures(&self, count: u8) -> Vec<String> {
        let send = |number: u8| {
            let picture = disc([40 + 30 * number, 90, 200 - 30 * number], 240 + 20 * u32::from(number));
            let request = self.caller.agent.post(format!("{}/v1/images", self.server.address));
            let body = read(&mut request.content_type("application/octet-stream").send(&picture).unwrap()).unwrap();
            body["content_hash"].as_str().unwrap().to_owned()
        };
        (0..count).map(send).collect()
    }

    /// Stops it as a service manager does; it has to end well.
    pub fn stop(mut self) {
        ends_well(&mut self.server.process);
    }
}

/// Sends changes, whoever asks; `None` where the server is gone.
pub fn post(agent: &Agent, address: &str, changes: &[Value]) -> Option<(u16, Value)> {
    let request = agent.post(format!("{address}/v1/feed")).content_type("application/json");
    let mut answer = request.send(json!({ "changes": changes }).to_string()).ok()?;
    Some((answer.status().as_u16(), read(&mut answer)?))
}

/// A worker process, killed when dropped.
pub struct Worker(pub Child);

impl Worker {
    pub fn start(store: &str, folder: &Path, settings: Settings<'_>) -> Self {
        let mut command = vitrine(store, folder, settings);
        let mut process = command.arg("worker").stderr(Stdio::piped()).spawn().unwrap();
        let mut told = String::new();
        let mut errors = BufReader::new(process.stderr.take().unwrap());
        while !told.starts_with("working on the feed") {
            told.clear();
            assert!(errors.read_line(&mut told).unwrap() > 0, "the worker ended before it worked");
        }
        Self(process)
    }

    pub fn signal(&self, signal: &str) {
        send(&self.0, signal);
    }

    pub fn stop(mut self) {
        ends_well(&mut self.0);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a command of the program on a store.
pub fn run(store: &str, folder: &Path, settings: Settings<'_>, arguments: &[&str]) -> Output {
    vitrine(store, folder, settings).args(arguments).output().unwrap()
}

fn vitrine(store: &str, folder: &Path, settings: Settings<'_>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
    command.env("VITRINE_STORE__URL", store).env("VITRINE_LOG__LEVEL", "off").current_dir(folder).stdin(Stdio::null());
    command.envs(COMMON.iter().chain(settings).copied());
    command
}

fn send(process: &Child, signal: &str) {
    assert!(Command::new("kill").args([format!("-{signal}"), process.id().to_string()]).status().unwrap().success());
}

fn ends_well(process: &mut Child) {
    send(process, "TERM");
    assert!(process.wait().unwrap().success());
}

/// Waits until something is so, with patience for a busy machine.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    until_within(PATIENCE, what, is_so);
}

const PATIENCE: Duration = Duration::from_secs(120);

fn until_within(patience: Duration, what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < patience, "never so: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A change of a product: its candidates are the pictures with these hashes.
pub fn change(product: &str, revision: i64, hashes: &[&String]) -> Value {
    let candidates: Vec<Value> = hashes.iter().map(|hash| json!({ "id": format!("p-{}", &hash[..6]), "hash": hash })).collect();
    json!({
        "id": format!("{product}/{revision}"), "revision": revision, "at": "2026-11-20T12:00:00Z", "date": "2026-11-21",
        "product": { "id": product }, "candidates": candidates,
    })
}

pub fn removal(product: &str, revision: i64) -> Value {
    json!({
        "id": format!("{product}/{revision}"), "revision": revision, "at": "2026-11-20T12:00:00Z", "removed": true,
        "product": { "id": product },
    })
}
