//! Simulated traffic for the demo: what a shop asks for, product after product, so that canaries and shadows have something to see.

use std::net::SocketAddr;
use std::time::Duration;

use ureq::Agent;

/// Time between two questions.
const PAUSE: Duration = Duration::from_millis(150);

/// Asks for the main pictures of all products over and over, until the server is gone.
pub fn begin(address: SocketAddr, requests: Vec<String>) {
    std::thread::spawn(move || {
        let agent: Agent = Agent::config_builder().proxy(None).timeout_global(Some(Duration::from_secs(10))).build().new_agent();
        for request in requests.iter().cycle() {
            std::thread::sleep(PAUSE);
            let asked = agent.post(format!("http://{address}/v1/select")).content_type("application/json").send(request.as_str());
            // Refusals pass; a server that cannot be reached any more has ended.
            if matches!(asked, Err(ureq::Error::Io(_) | ureq::Error::ConnectionFailed)) {
                return;
            }
        }
    });
}
