//! The server as a process of its own, and people who have signed in to it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;
use vitrine_testing::Database;

/// A server process, killed when dropped.
pub struct Server {
    pub process: Child,
    pub address: String,
}

/// Somebody who has signed in to it.
pub struct Caller {
    pub agent: Agent,
    pub address: String,
    session: String,
    csrf: String,
}

impl Server {
    pub fn start(folder: &Path) -> Self {
        Self::with(&Database::of_folder(folder), folder, &[])
    }

    /// On the database of an address, with more settings.
    pub fn with(store: &str, folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_vitrine"))
            .arg("serve")
            .env("VITRINE_STORE__URL", store)
            .envs([("VITRINE_SERVER__BIND", "127.0.0.1:0"), ("VITRINE_LOG__LEVEL", "off"), ("VITRINE_STUDIO__DEMO", "true")])
            .env("VITRINE_MODELS__ENABLED", "false")
            .envs(settings.iter().copied())
            .current_dir(folder)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        let mut errors = BufReader::new(process.stderr.take().unwrap());
        while !told.contains("listening on http://") {
            told.clear();
            assert!(errors.read_line(&mut told).unwrap() > 0, "the server ended before it listened");
        }
        let address = told.trim().trim_start_matches("listening on ").to_owned();
        Self { process, address }
    }

    pub fn caller(&self, role: &str) -> Caller {
        Caller::sign_in(&self.address, role).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Caller {
    pub fn sign_in(address: &str, role: &str) -> Option<Self> {
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .new_agent();
        let asked = agent.post(format!("{address}/v1/session/demo")).content_type("application/json");
        let mut answer = asked.send(json!({ "role": role }).to_string()).ok()?;
        let cookie = answer.headers().get("set-cookie")?.to_str().ok()?.split(';').next()?.to_owned();
        let body = read(&mut answer)?;
        Some(Self { agent, address: address.into(), session: cookie, csrf: body["csrf"].as_str()?.to_owned() })
    }

    /// `None` where the server is gone.
    pub fn post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        let request = self.agent.post(format!("{}{path}", self.address)).header("cookie", &self.session).header("x-csrf-token", &self.csrf);
        let mut answer = request.content_type("application/json").send(body.to_string()).ok()?;
        Some((answer.status().as_u16(), read(&mut answer)?))
    }

    pub fn get(&self, path: &str) -> Value {
        let request = self.agent.get(format!("{}{path}", self.address)).header("cookie", &self.session);
        read(&mut request.call().unwrap()).unwrap()
    }
}

/// An answer's body; `None` where it did not arrive whole.
pub fn read(answer: &mut ureq::http::Response<ureq::Body>) -> Option<Value> {
    serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()
}
