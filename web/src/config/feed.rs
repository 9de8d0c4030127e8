//! Redis and the feed: from what people write to what runs.

use std::net::SocketAddr;
use std::time::Duration;

use sha2::{Digest, Sha256};
use url::Url;

use super::resolve::{private_addresses, require};
use super::{ConfigError, RawFeed, RawRedis, RawWebhook};

/// Fewest bytes of a secret that signs.
const SECRET_BYTES_MIN: usize = 16;

/// Redis, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisConfig {
    /// Its address.
    pub url: String,
    /// Whether it is a node of a cluster.
    pub cluster: bool,
    /// What every key begins with.
    pub prefix: String,
    /// Longest time for one command.
    pub timeout: Duration,
    /// Between two tries while it fails.
    pub pause: Duration,
}

/// The feed, resolved.
#[derive(Debug, Clone)]
pub struct FeedConfig {
    /// Whether a server works on changes itself.
    pub work: bool,
    /// Products that one process judges at once.
    pub parallel_max: usize,
    /// Times that a change is tried.
    pub attempts_max: i64,
    /// How long a worker may keep silent.
    pub claim: Duration,
    /// Between two looks where nothing wakes.
    pub poll: Duration,
    /// Streams that changes are spread over.
    pub shards: u32,
    /// Most results of a stream, about.
    pub results_max: u64,
    /// How long a result waits for its receiver.
    pub results_kept: Duration,
    /// Where results are sent.
    pub webhooks: Vec<Webhook>,
    /// Longest time for a receiver's answer.
    pub webhook_timeout: Duration,
    /// Exact private addresses that results may be sent to.
    pub webhook_private_addresses: Vec<SocketAddr>,
}

/// Where results are sent, and what signs them.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// What outbox and metrics call it: its host and a part of its address' hash, so that nothing secret in it is told.
    pub name: String,
    /// The address.
    pub url: Url,
    /// The key of the signature.
    pub secret: String,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl RawRedis {
    /// Plain typed values; `None` without an address.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn resolve(self) -> Result<Option<RedisConfig>, ConfigError> {
        let Self { url, cluster, prefix, timeout_ms, pause_ms } = self;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:".contains(letter);
        require(
            (1..=100).contains(&prefix.len()) && prefix.chars().all(plain),
            "redis.prefix",
            "1 to 100 letters, digits, `-`, `_`, `.` and `:`",
        )?;
        require((1..=60_000).contains(&timeout_ms), "redis.timeout_ms", "a command takes 1 to 60000 ms")?;
        require(pause_ms <= 600_000, "redis.pause_ms", "at most 600000, ten minutes")?;
        if url.is_empty() {
            return Ok(None);
        }
        require(
            ["redis://", "rediss://"].iter().any(|scheme| url.starts_with(scheme)) && redis::Client::open(url.as_str()).is_ok(),
            "redis.url",
            "write `redis://HOST:PORT/`, or `rediss://HOST:PORT/` over TLS",
        )?;
        Ok(Some(RedisConfig { url, cluster, prefix, timeout: Duration::from_millis(timeout_ms), pause: Duration::from_millis(pause_ms) }))
    }
}

impl RawFeed {
    /// Plain typed values.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn resolve(self) -> Result<FeedConfig, ConfigError> {
        require((1..=1024).contains(&self.parallel_max), "feed.parallel_max", "a process judges 1 to 1024 products at once")?;
        require((1..=1000).contains(&self.attempts_max), "feed.attempts_max", "a change is tried 1 to 1000 times")?;
        require((100..=86_400_000).contains(&self.claim_ms), "feed.claim_ms", "100 ms to a day; far longer than one product takes")?;
        require((1..=60_000).contains(&self.poll_ms), "feed.poll_ms", "workers look every 1 to 60000 ms")?;
        require((1..=1024).contains(&self.shards), "feed.shards", "1 to 1024 streams")?;
        require(self.results_max > 0, "feed.results_max", "a stream holds at least one result")?;
        require((1..=3650).contains(&self.results_kept_days), "feed.results_kept_days", "1 to 3650 days")?;
        require((1..=120_000).contains(&self.webhook_timeout_ms), "feed.webhook_timeout_ms", "an answer takes 1 to 120000 ms")?;
        require(
            self.webhooks.is_empty() || self.webhook_timeout_ms < self.claim_ms,
            "feed.webhook_timeout_ms",
            "has to be less than `feed.claim_ms`, for which results are taken to be told: others would tell them at the same time",
        )?;
        let webhook_private_addresses = private_addresses("feed.webhook_private_addresses", &self.webhook_private_addresses)?;
        let webhooks = self.webhooks.into_iter().map(|webhook| webhook.resolve(&self.webhook_secret)).collect::<Result<_, _>>()?;
        Ok(FeedConfig {
            work: self.work,
            parallel_max: self.parallel_max,
            attempts_max: i64::from(self.attempts_max),
            claim: Duration::from_millis(self.claim_ms),
            poll: Duration::from_millis(self.poll_ms),
            shards: self.shards,
            results_max: self.results_max,
            results_kept: Duration::from_hours(24 * self.results_kept_days),
            webhooks,
            webhook_timeout: Duration::from_millis(self.webhook_timeout_ms),
            webhook_private_addresses,
        })
    }
}

impl RawWebhook {
    fn resolve(self, common: &str) -> Result<Webhook, ConfigError> {
        let wrong = |message: &str| ConfigError::new("feed.webhooks", format!("`{}`: {message}", self.url));
        let url = Url::parse(&self.url).map_err(|_| wrong("this is no address; write `https://HOST/PATH`"))?;
        let is_plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        let host = url.host_str().filter(|_| is_plain).ok_or_else(|| wrong("write `https://HOST/PATH`, without user name and password"))?;
        let secret = if self.secret.is_empty() { common.to_owned() } else { self.secret.clone() };
        if secret.len() < SECRET_BYTES_MIN {
            return Err(wrong("needs a `secret` of at least 16 bytes, its own or `feed.webhook_secret`"));
        }
        let hash = Sha256::digest(self.url.as_bytes());
        let hash: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Ok(Webhook { name: format!("{host}#{hash}"), url, secret })
    }
}

/// Whom results are told, as the outbox names them: the stream, or whoever else reads the outbox (empty), and webhooks.
pub(super) fn receivers(has_stream: bool, feed: &FeedConfig) -> Vec<String> {
    let stream = has_stream.then(String::new);
    let mut all: Vec<String> = stream.into_iter().chain(feed.webhooks.iter().map(|webhook| webhook.name.clone())).collect();
    all.sort();
    all.dedup();
    all
}
