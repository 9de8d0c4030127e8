//! A running server and a plain client.

pub mod person;
pub mod shop;

use std::io::Cursor;
use std::net::SocketAddr;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Response;
use vitrine_testing::Database;
use vitrine_web::config::Config;

/// A server on a free port with a database of its own; stopped when dropped.
pub struct TestServer {
    pub address: SocketAddr,
    pub folder: TempDir,
    /// Asks it, from any thread.
    pub caller: Caller,
    stop: Option<Box<dyn FnOnce()>>,
}

/// A client of one server.
pub struct Caller {
    address: SocketAddr,
    agent: Agent,
}

impl Caller {
    pub fn post_as(&self, path: &str, kind: &str, body: &[u8]) -> (u16, Value) {
        answer(self.agent.post(format!("http://{}{path}", self.address)).content_type(kind).send(body).unwrap())
    }

    pub fn post_json(&self, path: &str, body: &Value) -> (u16, Value) {
        self.post_as(path, "application/json", body.to_string().as_bytes())
    }
}

impl TestServer {
    pub fn start() -> Self {
        Self::with(TempDir::new().unwrap(), "")
    }

    /// With more settings, and on a folder that may hold a database already.
    pub fn with(folder: TempDir, settings: &str) -> Self {
        let text = format!("store: {{url: '{}'}}\nlog: {{level: 'off'}}\n{settings}", Database::of_folder(folder.path()));
        let bind = [("VITRINE_SERVER__BIND".to_owned(), "127.0.0.1:0".to_owned())];
        let config = Config::from_parts("test.yaml", &text, bind).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let running = vitrine_web::server::start(config).await.unwrap();
                tell.send((running.address, running.handle(), tokio::runtime::Handle::current())).unwrap();
                running.run().await.unwrap();
            });
        });
        let (address, handle, runtime) = told.recv().unwrap();
        let stop = Box::new(move || {
            runtime.block_on(handle.stop(true));
            thread.join().unwrap();
        });
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None).build().new_agent();
        Self { address, folder, caller: Caller { address, agent }, stop: Some(stop) }
    }

    /// Stops the server and gives back the folder with its database.
    pub fn into_folder(mut self) -> TempDir {
        self.stop.take().unwrap()();
        std::mem::replace(&mut self.folder, TempDir::new().unwrap())
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        answer(self.caller.agent.get(format!("http://{}{path}", self.address)).call().unwrap())
    }

    pub fn text(&self, path: &str) -> String {
        self.caller.agent.get(format!("http://{}{path}", self.address)).call().unwrap().body_mut().read_to_string().unwrap()
    }

    pub fn post(&self, path: &str, body: &[u8]) -> (u16, Value) {
        self.post_as(path, "application/octet-stream", body)
    }

    pub fn post_as(&self, path: &str, kind: &str, body: &[u8]) -> (u16, Value) {
        self.caller.post_as(path, kind, body)
    }

    pub fn post_json(&self, path: &str, body: &Value) -> (u16, Value) {
        self.caller.post_json(path, body)
    }

    /// Does something to its database behind its back; gives how many rows it changed.
    pub fn behind_its_back(&self, sql: &'static str) -> u64 {
        let changing = async {
            let pool = sqlx::AnyPool::connect(&Database::of_folder(self.folder.path())).await.unwrap();
            let changed = sqlx::query(sql).execute(&pool).await.unwrap().rows_affected();
            pool.close().await;
            changed
        };
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(changing)
    }

    /// What a counter of `/metrics` says; its line begins so.
    pub fn counter(&self, line: &str) -> u64 {
        let metrics = self.text("/metrics");
        let found = metrics.lines().find(|found| found.starts_with(line)).unwrap_or_else(|| panic!("no `{line}` in {metrics}"));
        found.rsplit(' ').next().unwrap().parse().unwrap()
    }

    /// Uploads a picture and gives its hash.
    pub fn upload(&self, bytes: &[u8]) -> String {
        let (status, body) = self.post("/v1/images", bytes);
        assert_eq!(status, 200, "{body}");
        body["content_hash"].as_str().unwrap().to_owned()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop();
        }
    }
}

fn answer(mut response: Response<ureq::Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().unwrap();
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    if status >= 400 {
        for field in ["code", "message", "help"] {
            assert!(body[field].as_str().is_some_and(|words| !words.is_empty()), "{status} without `{field}`: {body}");
        }
    }
    (status, body)
}

/// A drawn product: a box of one colour on white, `size` px.
pub fn drawing(size: u32, color: [u8; 3]) -> Vec<u8> {
    let inside = size / 4..size * 3 / 4;
    let picture = image::RgbImage::from_fn(size, size, |x, y| {
        let shade = ((x * 7 + y * 13) % 23) as u8;
        if inside.contains(&x) && inside.contains(&y) { image::Rgb(color.map(|c| c.saturating_sub(shade))) } else { image::Rgb([255; 3]) }
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

/// A selection among known pictures.
pub fn selection(product: &str, hashes: &[String]) -> Value {
    let candidates: Vec<Value> = hashes.iter().enumerate().map(|(index, hash)| json!({"id": format!("c{index}"), "hash": hash})).collect();
    json!({"product": {"id": product}, "date": "2026-11-21", "candidates": candidates})
}
