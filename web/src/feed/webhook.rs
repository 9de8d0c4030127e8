//! Results to a receiver's address, signed: HMAC-SHA256 over the time and the body, so that the receiver knows who sent it and when.

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use sha2::Sha256;
use ureq::Agent;

use crate::config::{FeedConfig, Webhook};
use crate::fetch::outgoing;
use crate::store::Message;

/// The header with the time of sending, s since 1970 UTC.
const TIMESTAMP: &str = "vitrine-timestamp";
/// The header with the signature.
const SIGNATURE: &str = "vitrine-signature";

/// Sends to one address.
#[derive(Clone)]
pub struct Caller {
    webhook: Webhook,
    agent: Agent,
    timeout: std::time::Duration,
}

/// Why results were not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFault {
    /// It answered, and not with 2xx.
    #[error("the receiver answered with status {0}")]
    Status(u16),
    /// It cannot be reached, or may not be.
    #[error("{0}")]
    Unreachable(String),
}

impl CallFault {
    /// Whether another try of the same may be taken: the receiver has not said that it is wrong.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::Status(400..=499)) || matches!(self, Self::Status(408 | 425 | 429))
    }
}

/// `v1=` and the hexadecimal digits of HMAC-SHA256, by the secret's bytes, over the time in digits, a full stop, and the body.
pub fn signature(secret: &str, timestamp_s: u64, body: &[u8]) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(timestamp_s.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={digits}")
}

impl Caller {
    /// For an address of the settings.
    pub fn new(webhook: Webhook, config: &FeedConfig) -> Self {
        let agent = outgoing(config.webhook_private_addresses.clone(), "application/json");
        Self { webhook, agent, timeout: config.webhook_timeout }
    }

    /// As the outbox calls it.
    pub fn name(&self) -> &str {
        &self.webhook.name
    }

    /// Sends messages in one request; `Ok` where the receiver answered with 2xx.
    ///
    /// # Errors
    /// When it did not; it may have taken them all the same.
    pub async fn send(&self, messages: &[Message]) -> Result<(), CallFault> {
        let payloads: Vec<&str> = messages.iter().map(|message| message.payload.as_str()).collect();
        let body = format!("{{\"results\":[{}]}}", payloads.join(","));
        let caller = self.clone();
        let calling = tokio::task::spawn_blocking(move || caller.call(&body));
        calling.await.map_err(|_| CallFault::Unreachable("the call broke off".into()))?
    }

    fn call(&self, body: &str) -> Result<(), CallFault> {
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let request = self.agent.post(self.webhook.url.as_str()).config().timeout_global(Some(self.timeout)).build();
        let request = request.content_type("application/json").header(TIMESTAMP, now_s.to_string());
        let request = request.header(SIGNATURE, signature(&self.webhook.secret, now_s, body.as_bytes()));
        match request.send(body) {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(CallFault::Status(answer.status().as_u16())),
            Err(error) => Err(CallFault::Unreachable(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_python_makes() {
        // import hmac, hashlib
        // hmac.new(b"0123456789abcdef", b'1766400000.{"results":[]}', hashlib.sha256).hexdigest()
        let expected = "v1=cee56043951d1e2587dede146bb5eefefd7636e0909004553177e417eb66f4a2";
        assert_eq!(signature("0123456789abcdef", 1_766_400_000, br#"{"results":[]}"#), expected);
    }

    #[test]
    fn what_a_receiver_calls_wrong_does_not_pass() {
        for (status, passes) in [(400, false), (404, false), (410, false), (408, true), (429, true), (301, true), (500, true), (503, true)]
        {
            assert_eq!(CallFault::Status(status).may_pass(), passes, "{status}");
        }
    }
}
