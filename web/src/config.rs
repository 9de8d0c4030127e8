//! Settings: the only reader of the settings file and of `VITRINE_*`. [`RawConfig`] is what people write; [`Config`] is what the
//! program runs on: plain typed values, checked against each other.
//!
//! Precedence: default, then the file, then the environment. A variable's name is the field's path in capitals, with two
//! underscores between a section and its field: `server.body_bytes_max` is `VITRINE_SERVER__BODY_BYTES_MAX`. Lists are written
//! with commas. `VITRINE_CONFIG` names the file (default `vitrine.yaml`, which may be absent). Unknown keys and unknown
//! `VITRINE_*` variables are refused: a setting with a slip in its name must not pass for set.

mod feed;
mod raw;
mod resolve;
mod variables;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_yaml::Value;
use vitrine_detectors::Limits;
use vitrine_engine::{SelectionPolicy, TenantId};

use crate::models::ModelsConfig;

use variables::{field_of, put, typed};

pub use feed::{FeedConfig, RedisConfig, Webhook};
pub use raw::{
    RawCache, RawConfig, RawFeed, RawFetch, RawLimits, RawLog, RawModels, RawRedis, RawRollout, RawRules, RawSelect, RawServer, RawStore,
    RawStudio, RawWebhook, RawWork, Tenant,
};

/// What every variable starts with.
const PREFIX: &str = "VITRINE_";
/// The variable that names the settings file.
const FILE_VARIABLE: &str = "VITRINE_CONFIG";
/// Read from the working directory where no file is named.
const FILE_DEFAULT: &str = "vitrine.yaml";

/// The settings, resolved and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whose data this process keeps.
    pub tenant: TenantId,
    /// Where to listen.
    pub bind: SocketAddr,
    /// Threads that answer requests.
    pub workers: usize,
    /// Largest request body, bytes.
    pub body_bytes_max: usize,
    /// Most candidates of one selection.
    pub candidates_max: usize,
    /// Longest time for one answer.
    pub request_timeout: Duration,
    /// How long it says "not ready" before it takes no more.
    pub drain: Duration,
    /// Time for running requests at stop.
    pub shutdown_timeout: Duration,
    /// The database.
    pub store: StoreConfig,
    /// Entries kept in memory.
    pub cache: RawCache,
    /// Redis; `None` = without.
    pub redis: Option<RedisConfig>,
    /// The catalogue's changes.
    pub feed: FeedConfig,
    /// Bounds on one picture file.
    pub limits: Limits,
    /// Pictures measured at once.
    pub pictures_max: usize,
    /// Pictures that may wait for their turn.
    pub queue_max: usize,
    /// Whether models run that can no longer change what becomes of a picture.
    pub measure_everything: bool,
    /// Learned detectors.
    pub models: ModelsConfig,
    /// Fetching by URL.
    pub fetch: FetchConfig,
    /// Folder of rule packs; `None` = the built-in ones.
    pub packs: Option<PathBuf>,
    /// How a main picture is chosen.
    pub policy: SelectionPolicy,
    /// How releases go live.
    pub rollout: RolloutConfig,
    /// People who sign in.
    pub studio: StudioConfig,
    /// The most talkative level that is written; `None` = silence.
    pub log_level: Option<tracing::Level>,
}

/// How releases go live, resolved.
#[derive(Debug, Clone)]
pub struct RolloutConfig {
    /// Shares of the products where an approver names none.
    pub stages: Vec<f64>,
    /// Products seen before the next stage.
    pub products_min: u64,
    /// Time in a stage.
    pub stage: Duration,
}

/// The studio, resolved.
#[derive(Debug, Clone)]
pub struct StudioConfig {
    /// Whether anybody may sign in as any of the demo's people.
    pub demo: bool,
    /// Whether cookies are sent over HTTPS only.
    pub secure_cookies: bool,
    /// Folder of the built pages; `None` = where `make ui` leaves them.
    pub ui: Option<PathBuf>,
    /// How long a session lasts.
    pub session: Duration,
    /// Whether a small version of every measured picture is kept.
    pub thumbnails: bool,
}

/// The database, resolved.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `sqlite:FILE` or `postgres://…`.
    pub url: String,
    /// Connections that read at once.
    pub readers_max: u32,
    /// Most changes committed in one transaction.
    pub batch_max: usize,
    /// How long records of the log are kept; `None` = for ever.
    pub events_kept: Option<Duration>,
    /// Whether each new decision is told in the outbox.
    pub outbox: bool,
    /// Whom results are told, as the outbox names them: the stream (empty) and webhooks. The store's settings alone name nobody.
    pub receivers: Vec<String>,
}

/// Fetching by URL, resolved.
#[derive(Debug, Clone)]
pub struct FetchConfig {
    /// Lower-case host names; `*.` in front means all below.
    pub hosts: Vec<String>,
    /// Exact private addresses that are fetched all the same.
    pub private_addresses: Vec<SocketAddr>,
    /// Longest fetch, redirects included.
    pub timeout: Duration,
    /// Most redirects followed.
    pub redirects_max: u32,
    /// Fetches at once.
    pub parallel_max: usize,
    /// Largest file, bytes.
    pub bytes_max: u64,
}

/// Settings that cannot be used: where, what, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ConfigError {
    place: String,
    message: String,
}

impl ConfigError {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

impl Config {
    /// Reads the settings file (`file`, else `VITRINE_CONFIG`, else `vitrine.yaml` if it is there) and the process's environment.
    ///
    /// # Errors
    /// When a named file cannot be read, a key is unknown, or values contradict each other.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut variables = Vec::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)).map(str::to_owned) else { continue };
            let value = value.into_string().map_err(|_| ConfigError::new(&name, "the value is not UTF-8 text"))?;
            variables.push((name, value));
        }
        let named = file
            .map(Path::to_path_buf)
            .or_else(|| variables.iter().find(|(name, _)| name == FILE_VARIABLE).map(|(_, path)| PathBuf::from(path)));
        let path = named.clone().unwrap_or_else(|| FILE_DEFAULT.into());
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(ConfigError::new(path.display().to_string(), format!("the settings file cannot be read: {error}"))),
        };
        Self::from_parts(&path.display().to_string(), &text, variables)
    }

    /// Settings from a file's text and a list of variables; `name` is how errors call the file.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from_parts(name: &str, text: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        // Once by itself, so that an error of the file has its line and column.
        let _: RawConfig = parse_file(name, text)?;
        let defaults = serde_yaml::to_value(RawConfig::default()).map_err(|error| ConfigError::new("settings", error.to_string()))?;
        let mut tree: Value = parse_file::<Option<Value>>(name, text)?.unwrap_or(Value::Null);
        let mut variables: Vec<_> = variables.into_iter().filter(|(name, _)| name != FILE_VARIABLE).collect();
        variables.sort();
        for (variable, value) in &variables {
            let path = field_of(variable, &defaults)?;
            let value = typed(variable, value, &path, &defaults)?;
            put(&mut tree, &path, value);
            // One at a time, so that an error names the variable it comes from.
            serde_yaml::from_value::<RawConfig>(tree.clone()).map_err(|error| ConfigError::new(variable, error.to_string()))?;
        }
        let raw: RawConfig = match tree {
            Value::Null => RawConfig::default(),
            tree => serde_yaml::from_value(tree).map_err(|error| ConfigError::new(name, error.to_string()))?,
        };
        raw.resolve()
    }
}

fn parse_file<T: for<'de> Deserialize<'de> + Default>(name: &str, text: &str) -> Result<T, ConfigError> {
    // A file of comments only is an empty document, which no mapping can be read from.
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(T::default());
    }
    serde_yaml::from_str(text).map_err(|error| ConfigError::new(name, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::variables::known_variables;
    use super::*;

    const EXAMPLE: &str = include_str!("../../vitrine.example.yaml");

    fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_parts("vitrine.yaml", text, variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn the_example_is_the_defaults_and_names_every_variable() {
        let example: RawConfig = serde_yaml::from_str(EXAMPLE).unwrap();
        assert_eq!(example, RawConfig::default());
        // Equal values do not show that a key is written down: compare the written tree too.
        let written: Value = serde_yaml::from_str(EXAMPLE).unwrap();
        let defaults = serde_yaml::to_value(RawConfig::default()).unwrap();
        assert_eq!(known_variables(&written), known_variables(&defaults));
        for variable in known_variables(&defaults) {
            assert!(EXAMPLE.contains(&format!("{variable}\n")) || EXAMPLE.contains(&format!("{variable} ")), "{variable} is not named");
        }
    }

    #[test]
    fn nothing_written_is_the_defaults() {
        let config = load("", &[]).unwrap();
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        assert!(config.fetch.hosts.is_empty());
        assert_eq!(config.limits, Limits::default());
        assert!(load("# nothing\n\n", &[]).is_ok());
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
        let text = "server: {bind: '127.0.0.1:1', candidates_max: 7}\n";
        let config = load(
            text,
            &[
                ("VITRINE_SERVER__BIND", "127.0.0.1:2"),
                ("VITRINE_FETCH__HOSTS", "a.example, *.B.example"),
                ("VITRINE_ROLLOUT__STAGES", "0.25, 0.5"),
            ],
        )
        .unwrap();
        assert_eq!(config.rollout.stages, [0.25, 0.5]);
        assert_eq!((config.bind.port(), config.candidates_max, config.queue_max), (2, 7, 200));
        assert_eq!(config.fetch.hosts, ["a.example", "*.b.example"]);
    }

    #[test]
    fn slips_are_refused_with_their_place() {
        type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
        let cases: &[Case<'_>] = &[
            ("sever: {}", &[], "unknown field"),
            ("server: {bin: x}", &[], "unknown field"),
            ("server: {workers: many}", &[], "vitrine.yaml"),
            ("", &[("VITRINE_SERVER_BIND", "127.0.0.1:1")], "VITRINE_SERVER_BIND: no such setting"),
            ("", &[("VITRINE_SERVER", "x")], "no such setting"),
            ("", &[("VITRINE_SERVER__WORKERS", "many")], "VITRINE_SERVER__WORKERS"),
            ("server: {bind: here}", &[], "server.bind"),
            ("store: {url: 'mysql://x'}", &[], "store.url"),
            ("store: {url: 'sqlite::memory:'}", &[], "store.url"),
            ("store: {url: 'sqlite:'}", &[], "store.url"),
            ("store: {url: 'postgres://host:port/x'}", &[], "store.url"),
            ("store: {events_kept_days: 35}", &[], "store.events_kept_days"),
            ("store: {events_kept_days: 40000}", &[], "store.events_kept_days"),
            ("limits: {file_bytes_max: 99999999}", &[], "limits.file_bytes_max"),
            ("fetch: {timeout_ms: 60000}", &[], "fetch.timeout_ms"),
            ("fetch: {hosts: ['*']}", &[], "fetch.hosts"),
            ("fetch: {private_addresses: ['127.0.0.1:9']}", &[], "fetch.private_addresses"),
            ("select: {keep_margin: -1}", &[], "select.keep_margin"),
            ("select: {keep_margin: .nan}", &[], "select.keep_margin"),
            ("select: {departure_points: -1}", &[], "select.departure_points"),
            ("rollout: {stages: [0.5, 0.1]}", &[], "rollout.stages"),
            ("rollout: {stages: [1.5]}", &[], "rollout.stages"),
            ("studio: {session_hours: 0}", &[], "studio.session_hours"),
            ("redis: {url: 'http://here'}", &[], "redis.url"),
            ("redis: {url: 'redis://127.0.0.1/', timeout_ms: 0}", &[], "redis.timeout_ms"),
            ("redis: {prefix: 'a{b}'}", &[], "redis.prefix"),
            ("feed: {shards: 0}", &[], "feed.shards"),
            ("feed: {attempts_max: 0}", &[], "feed.attempts_max"),
            ("feed: {claim_ms: 10}", &[], "feed.claim_ms"),
            ("feed: {claim_ms: 5000, webhooks: [{url: 'https://a.example/', secret: 0123456789abcdef}]}", &[], "feed.webhook_timeout_ms"),
            ("feed: {webhooks: ['https://a.example/']}", &[], "feed.webhooks"),
            ("feed: {webhooks: [{url: 'ftp://a.example/', secret: 0123456789abcdef}]}", &[], "feed.webhooks"),
            ("feed: {webhooks: [{uri: 'https://a.example/'}]}", &[], "feed.webhooks"),
            ("log: {level: loud}", &[], "log.level"),
            ("tenant: ''", &[], "tenant"),
        ];
        for (text, variables, expected) in cases {
            let error = load(text, variables).unwrap_err().to_string();
            assert!(error.contains(expected), "{text} {variables:?}: {error}");
        }
    }
}
