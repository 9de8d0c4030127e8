//! Simulated traffic for the demo: visitors who look at product after product, so that canaries, shadows and the running experiment
//! have something to see. They click a little more often where the experiment's treatment chose the picture.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

/// Time between two questions.
const PAUSE: Duration = Duration::from_millis(150);
/// Products that a visitor looks at.
const LOOKS: usize = 3;

/// Asks for the main pictures of all products over and over, until the server is gone.
pub fn begin(address: SocketAddr, requests: Vec<String>) {
    std::thread::spawn(move || {
        let agent: Agent = Agent::config_builder().proxy(None).timeout_global(Some(Duration::from_secs(10))).build().new_agent();
        let began = jiff::Timestamp::now().as_millisecond();
        for (number, request) in requests.iter().cycle().enumerate() {
            std::thread::sleep(PAUSE);
            if look(&agent, address, request, began, number).is_none() {
                return;
            }
        }
    });
}

/// One look of a visitor; `None` once the server cannot be reached any more. Refusals pass.
fn look(agent: &Agent, address: SocketAddr, request: &str, began: i64, number: usize) -> Option<()> {
    let visitor = format!("live-{began}-{}", number / LOOKS);
    let Ok(mut asked) = serde_json::from_str::<Value>(request) else { return Some(()) };
    asked["unit_id"] = json!(visitor);
    asked["device"] = json!(if (number / LOOKS).is_multiple_of(3) { "desktop" } else { "mobile" });
    let post =
        |path: &str, body: &Value| agent.post(format!("http://{address}{path}")).content_type("application/json").send(body.to_string());
    let mut answer = match post("/v1/select", &asked) {
        Ok(answer) => answer,
        Err(ureq::Error::Io(_) | ureq::Error::ConnectionFailed) => return None,
        Err(_) => return Some(()),
    };
    let text = answer.body_mut().read_to_string().ok()?;
    let part = serde_json::from_str::<Value>(&text).unwrap_or_default()["experiment"].take();
    if part.is_null() {
        return Some(());
    }
    let at = jiff::Timestamp::now().to_string();
    let mut events = vec![json!({"id": format!("shown-{number}"), "type": "exposure", "exposure_id": part["exposure_id"], "at": at})];
    // A small generator of whole numbers is random enough for a made-up shopper.
    let chance = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
    if chance < if part["variant"] == "treatment" { 88 } else { 82 } {
        events.push(json!({"id": format!("click-{number}"), "type": "outcome", "unit_id": visitor, "name": "click", "at": at}));
    }
    if chance.is_multiple_of(41) {
        events.push(json!({"id": format!("order-{number}"), "type": "outcome", "unit_id": visitor, "name": "purchase", "value": 20.0 + chance as f64 / 20.0, "at": at}));
    }
    let sent = post("/v1/events", &json!({ "events": events }));
    if matches!(sent, Err(ureq::Error::Io(_) | ureq::Error::ConnectionFailed)) { None } else { Some(()) }
}
