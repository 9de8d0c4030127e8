//! Somebody at a browser: keeps the cookie and sends the token along.

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Method, Request};

use super::{TestServer, answer};

/// A browser.
#[derive(Clone)]
pub struct Person {
    base: String,
    agent: Agent,
    /// The session's cookie, `vitrine_session=…`; empty before signing in.
    pub cookie: String,
    /// The header of that name.
    pub csrf: String,
}

/// The password of accounts that tests make.
pub const PASSWORD: &str = "seven green bottles";

impl Person {
    /// Somebody who has not signed in.
    pub fn stranger(server: &TestServer) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None).build().new_agent();
        Self { base: format!("http://{}", server.address), agent, cookie: String::new(), csrf: String::new() }
    }

    /// One of the demo's people; the server has to be a demo.
    pub fn of_demo(server: &TestServer, role: &str) -> Self {
        let mut person = Self::stranger(server);
        let (status, body) = person.sign_in_at("/v1/session/demo", &json!({ "role": role }));
        assert_eq!((status, body["account"]["role"].as_str()), (200, Some(role)), "{body}");
        person
    }

    /// The same browser, looking at another server.
    pub fn moved_to(&self, server: &TestServer) -> Self {
        Self { cookie: self.cookie.clone(), csrf: self.csrf.clone(), ..Self::stranger(server) }
    }

    /// Signs in by name and password.
    pub fn sign_in(&mut self, name: &str, password: &str) -> (u16, Value) {
        self.sign_in_at("/v1/session", &json!({"name": name, "password": password}))
    }

    /// Sends what makes a session and keeps its cookie and token.
    pub fn sign_in_at(&mut self, path: &str, body: &Value) -> (u16, Value) {
        let (status, cookies, body) = self.send("POST", path, Some(body), &[]);
        if status == 200 {
            let cookie = cookies.iter().find(|cookie| cookie.starts_with("vitrine_session=")).expect("a cookie");
            self.cookie = cookie.split(';').next().unwrap().to_owned();
            self.csrf = body["csrf"].as_str().unwrap().to_owned();
        }
        (status, body)
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call("POST", path, Some(body))
    }

    /// A file: its type and its bytes.
    pub fn download(&self, path: &str) -> (String, Vec<u8>) {
        let request = self.agent.get(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        let mut response = request.call().unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        (kind, response.body_mut().read_to_vec().unwrap())
    }

    /// Asks until something is so, for half a minute.
    pub fn poll(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..300 {
            let (status, body) = self.get(path);
            assert_eq!(status, 200, "{body}");
            if is_so(&body) {
                return body;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("it never became so: {}", self.get(path).1)
    }

    /// Any call, with cookie and token.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let (status, _, body) = self.send(method, path, body, &[("x-csrf-token", &self.csrf)]);
        (status, body)
    }

    /// Any call with the cookie and just these headers; gives the cookies that are set too.
    pub fn send(&self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> (u16, Vec<String>, Value) {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(format!("{}{path}", self.base));
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let response = match body {
            Some(body) => self.agent.run(request.header("content-type", "application/json").body(body.to_string()).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let response = response.unwrap();
        let cookies = response.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
        let (status, body) = answer(response);
        (status, cookies, body)
    }
}
