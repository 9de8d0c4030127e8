//! Settings: the only reader of the settings file and of `VITRINE_*`. [`RawConfig`] is what people write; [`Config`] is what the
//! program runs on: plain typed values, checked against each other.
//!
//! Precedence: default, then the file, then the environment. A variable's name is the field's path in capitals, with two
//! underscores between a section and its field: `server.body_bytes_max` is `VITRINE_SERVER__BODY_BYTES_MAX`. Lists are written
//! with commas. `VITRINE_CONFIG` names the file (default `vitrine.yaml`, which may be absent). Unknown keys and unknown
//! `VITRINE_*` variables are refused: a setting with a slip in its name must not pass for set.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_yaml::{Mapping, Value};
use vitrine_detectors::Limits;
use vitrine_engine::{SelectionPolicy, TenantId};

/// What every variable starts with.
const PREFIX: &str = "VITRINE_";
/// The variable that names the settings file.
const FILE_VARIABLE: &str = "VITRINE_CONFIG";
/// Read from the working directory where no file is named.
const FILE_DEFAULT: &str = "vitrine.yaml";

/// The settings as they are written; every field has a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawConfig {
    /// Whose data this process keeps. `VITRINE_TENANT`, default `default`.
    pub tenant: Tenant,
    /// The HTTP door.
    pub server: RawServer,
    /// Where pictures, readings, rule sets and decisions are kept.
    pub store: RawStore,
    /// What is kept in the process's memory.
    pub cache: RawCache,
    /// What a picture file may cost.
    pub limits: RawLimits,
    /// How much CPU work is taken on at once.
    pub work: RawWork,
    /// Fetching pictures by URL.
    pub fetch: RawFetch,
    /// Rule packs.
    pub rules: RawRules,
    /// How a main picture is chosen.
    pub select: RawSelect,
    /// What is written to standard error.
    pub log: RawLog,
}

/// A tenant's name as written in the settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tenant(pub String);

impl Default for Tenant {
    fn default() -> Self {
        Self(TenantId::default().as_str().to_owned())
    }
}

/// The HTTP door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawServer {
    /// Address and port; port 0 takes a free one. `VITRINE_SERVER__BIND`, default `127.0.0.1:8080`: reachable from this machine only.
    pub bind: String,
    /// Threads that answer requests; 0 = one per core. `VITRINE_SERVER__WORKERS`, default 0.
    pub workers: usize,
    /// Largest request body, bytes. Inline pictures grow by a third in base64. `VITRINE_SERVER__BODY_BYTES_MAX`, default 33554432 (32 MiB).
    pub body_bytes_max: usize,
    /// Most candidates of one selection. `VITRINE_SERVER__CANDIDATES_MAX`, default 50.
    pub candidates_max: usize,
    /// Longest time for one answer, ms. `VITRINE_SERVER__REQUEST_TIMEOUT_MS`, default 30000.
    pub request_timeout_ms: u64,
    /// Time that running requests get when the server is told to stop, s. `VITRINE_SERVER__SHUTDOWN_TIMEOUT_S`, default 10.
    pub shutdown_timeout_s: u64,
}

impl Default for RawServer {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1:8080".into(),
            workers: 0,
            body_bytes_max: 32 << 20,
            candidates_max: 50,
            request_timeout_ms: 30_000,
            shutdown_timeout_s: 10,
        }
    }
}

/// The database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawStore {
    /// `sqlite:FILE`; the file is made when absent. `VITRINE_STORE__URL`, default `sqlite:vitrine.db`.
    pub url: String,
    /// Connections that read at once; writing has one of its own. `VITRINE_STORE__READERS_MAX`, default 4.
    pub readers_max: u32,
    /// Most changes committed in one transaction. `VITRINE_STORE__BATCH_MAX`, default 512.
    pub batch_max: usize,
}

impl Default for RawStore {
    fn default() -> Self {
        Self { url: "sqlite:vitrine.db".into(), readers_max: 4, batch_max: 512 }
    }
}

/// Entries kept in memory. A picture's signals take about 8 kB, a verdict about 4 kB, a pair and a
/// decision's id about 100 bytes each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawCache {
    /// Pictures whose signals are kept. `VITRINE_CACHE__SIGNALS_MAX`, default 20000.
    pub signals_max: u64,
    /// Verdicts kept. `VITRINE_CACHE__VERDICTS_MAX`, default 40000.
    pub verdicts_max: u64,
    /// Compiled rule sets kept. `VITRINE_CACHE__RULE_SETS_MAX`, default 2000.
    pub rule_sets_max: u64,
    /// Pairs of pictures whose likeness is kept; 10 candidates make up to 45. `VITRINE_CACHE__PAIRS_MAX`, default 400000.
    pub pairs_max: u64,
    /// Finished answers kept, bytes in all: a selection asked again is answered from here. `VITRINE_CACHE__ANSWERS_BYTES_MAX`,
    /// default 128 MiB.
    pub answers_bytes_max: u64,
    /// Ids of stored decisions kept, so that a repeated selection asks no database. `VITRINE_CACHE__DECISIONS_MAX`, default 200000.
    pub decisions_max: u64,
}

impl Default for RawCache {
    fn default() -> Self {
        Self {
            signals_max: 20_000,
            verdicts_max: 40_000,
            rule_sets_max: 2_000,
            pairs_max: 400_000,
            answers_bytes_max: 134_217_728,
            decisions_max: 200_000,
        }
    }
}

/// Bounds on one picture file, checked before the memory they bound is allocated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawLimits {
    /// Largest file, bytes. `VITRINE_LIMITS__FILE_BYTES_MAX`, default 20971520 (20 MiB).
    pub file_bytes_max: u64,
    /// Largest picture, pixels. `VITRINE_LIMITS__PIXELS_MAX`, default 50000000.
    pub pixels_max: u64,
    /// Most memory of one decode, bytes. `VITRINE_LIMITS__DECODE_MEMORY_BYTES_MAX`, default 268435456 (256 MiB).
    pub decode_memory_bytes_max: u64,
    /// Longest decode, ms. `VITRINE_LIMITS__DECODE_TIME_MS_MAX`, default 2000.
    pub decode_time_ms_max: u64,
    /// Most scans of a progressive JPEG. `VITRINE_LIMITS__SCANS_MAX`, default 100.
    pub scans_max: u32,
    /// Most bytes of one piece of metadata after unpacking. `VITRINE_LIMITS__METADATA_BYTES_MAX`, default 4194304 (4 MiB).
    pub metadata_bytes_max: usize,
}

impl Default for RawLimits {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            file_bytes_max: limits.file_bytes,
            pixels_max: limits.pixels,
            decode_memory_bytes_max: limits.decode_memory_bytes,
            decode_time_ms_max: limits.decode_time.as_millis() as u64,
            scans_max: limits.scans,
            metadata_bytes_max: limits.metadata_bytes,
        }
    }
}

/// Bounded CPU work: decoding and measuring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawWork {
    /// Pictures measured at once; 0 = one per core. Memory follows: each may take `limits.decode_memory_bytes_max`.
    /// `VITRINE_WORK__PICTURES_MAX`, default 2.
    pub pictures_max: usize,
    /// Pictures that may wait for their turn; more are refused with 503 and `Retry-After`. `VITRINE_WORK__QUEUE_MAX`, default 200.
    pub queue_max: usize,
}

impl Default for RawWork {
    fn default() -> Self {
        Self { pictures_max: 2, queue_max: 200 }
    }
}

/// Fetching by URL. Private, loopback, link-local and other special addresses are never fetched, whatever the host's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawFetch {
    /// Hosts that pictures may come from: `img.example.com`, or `*.example.com` for all below it. `VITRINE_FETCH__HOSTS`, default none.
    pub hosts: Vec<String>,
    /// Exact addresses with port (`127.0.0.1:9000`) that are fetched although they are private: for an image store inside the
    /// own network, and for tests. The host has to be allowed as well. `VITRINE_FETCH__PRIVATE_ADDRESSES`, default none.
    pub private_addresses: Vec<String>,
    /// Longest fetch, redirects included, ms. `VITRINE_FETCH__TIMEOUT_MS`, default 5000.
    pub timeout_ms: u64,
    /// Most redirects followed. `VITRINE_FETCH__REDIRECTS_MAX`, default 3.
    pub redirects_max: u32,
    /// Fetches at once. `VITRINE_FETCH__PARALLEL_MAX`, default 32.
    pub parallel_max: usize,
}

impl Default for RawFetch {
    fn default() -> Self {
        Self { hosts: Vec::new(), private_addresses: Vec::new(), timeout_ms: 5_000, redirects_max: 3, parallel_max: 32 }
    }
}

/// Rule packs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawRules {
    /// Folder whose `*.yaml` take the place of the built-in packs; empty = the built-in ones. `VITRINE_RULES__PACKS`, default empty.
    pub packs: String,
}

/// How a main picture is chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawSelect {
    /// By how many points (hundredths of the quality scale) a challenger must beat the current main picture.
    /// `VITRINE_SELECT__KEEP_MARGIN`, default 5.
    pub keep_margin: f64,
    /// Whether a picture that waits for review may lead when nothing better is there. `VITRINE_SELECT__REVIEW_MAY_LEAD`, default true.
    pub review_may_lead: bool,
    /// Points off for a picture that differs from its copies among the candidates everywhere; in proportion for one that differs less:
    /// of several copies of one photograph the untouched one leads. `VITRINE_SELECT__DEPARTURE_POINTS`, default 50.
    pub departure_points: f64,
}

impl Default for RawSelect {
    fn default() -> Self {
        let policy = SelectionPolicy::default();
        Self { keep_margin: policy.keep_margin, review_may_lead: policy.review_may_lead, departure_points: policy.departure_points }
    }
}

/// Logging.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawLog {
    /// `off`, `error`, `warn`, `info`, `debug` or `trace`. `VITRINE_LOG__LEVEL`, default `info`.
    pub level: String,
}

impl Default for RawLog {
    fn default() -> Self {
        Self { level: "info".into() }
    }
}

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
    /// Time for running requests at stop.
    pub shutdown_timeout: Duration,
    /// The database.
    pub store: StoreConfig,
    /// Entries kept in memory.
    pub cache: RawCache,
    /// Bounds on one picture file.
    pub limits: Limits,
    /// Pictures measured at once.
    pub pictures_max: usize,
    /// Pictures that may wait for their turn.
    pub queue_max: usize,
    /// Fetching by URL.
    pub fetch: FetchConfig,
    /// Folder of rule packs; `None` = the built-in ones.
    pub packs: Option<PathBuf>,
    /// How a main picture is chosen.
    pub policy: SelectionPolicy,
    /// The most talkative level that is written; `None` = silence.
    pub log_level: Option<tracing::Level>,
}

/// The database, resolved.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `sqlite:FILE`.
    pub url: String,
    /// Connections that read at once.
    pub readers_max: u32,
    /// Most changes committed in one transaction.
    pub batch_max: usize,
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

impl RawConfig {
    /// Plain typed values, checked against each other.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let Self { tenant: Tenant(tenant), server, store, cache, limits, work, fetch, rules, select, log } = self;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let bind = server.bind.parse().map_err(|_| {
            ConfigError::new("server.bind", format!("`{}` is not an address with a port; write it like `127.0.0.1:8080`", server.bind))
        })?;
        require(!tenant.is_empty() && tenant.len() <= 100, "tenant", "name a tenant with 1 to 100 characters")?;
        require(store.url.starts_with("sqlite:"), "store.url", "only `sqlite:FILE` is known")?;
        require(store.url.len() > "sqlite:".len(), "store.url", "name the database file: `sqlite:vitrine.db`")?;
        require(!store.url.contains(":memory:"), "store.url", "a database in memory is lost at stop; name a file")?;
        require(store.readers_max > 0, "store.readers_max", "at least one connection has to read")?;
        require(store.batch_max > 0, "store.batch_max", "a transaction holds at least one change")?;
        require(server.candidates_max > 0, "server.candidates_max", "a selection has at least one candidate")?;
        require(server.request_timeout_ms > 0, "server.request_timeout_ms", "an answer takes more than 0 ms")?;
        require(limits.file_bytes_max > 0, "limits.file_bytes_max", "every file has bytes")?;
        require(limits.pixels_max > 0, "limits.pixels_max", "every picture has pixels")?;
        require(
            limits.file_bytes_max <= server.body_bytes_max as u64,
            "limits.file_bytes_max",
            "must not be more than `server.body_bytes_max`, or such a file could never be sent",
        )?;
        require(
            limits.decode_time_ms_max <= server.request_timeout_ms,
            "limits.decode_time_ms_max",
            "must not be more than `server.request_timeout_ms`, or the answer would come too late",
        )?;
        require(
            fetch.timeout_ms < server.request_timeout_ms,
            "fetch.timeout_ms",
            "must be less than `server.request_timeout_ms`, or a slow host would take the whole answer with it",
        )?;
        require(fetch.parallel_max > 0, "fetch.parallel_max", "at least one fetch at a time")?;
        require(fetch.redirects_max <= 10, "fetch.redirects_max", "more than 10 redirects are a loop")?;
        let points = |number: f64| number.is_finite() && number >= 0.0;
        require(points(select.keep_margin), "select.keep_margin", "must be 0 or more")?;
        require(points(select.departure_points), "select.departure_points", "must be 0 or more")?;
        let hosts = fetch.hosts.iter().map(|host| allowed_host(host)).collect::<Result<_, _>>()?;
        let private_addresses = fetch.private_addresses.iter().map(|address| private_address(address)).collect::<Result<Vec<_>, _>>()?;
        require(
            private_addresses.is_empty() || !fetch.hosts.is_empty(),
            "fetch.private_addresses",
            "has no effect while `fetch.hosts` allows no host",
        )?;
        Ok(Config {
            tenant: TenantId::new(tenant),
            bind,
            workers: if server.workers == 0 { cores } else { server.workers },
            body_bytes_max: server.body_bytes_max,
            candidates_max: server.candidates_max,
            request_timeout: Duration::from_millis(server.request_timeout_ms),
            shutdown_timeout: Duration::from_secs(server.shutdown_timeout_s),
            store: StoreConfig { url: store.url, readers_max: store.readers_max, batch_max: store.batch_max },
            cache,
            pictures_max: if work.pictures_max == 0 { cores } else { work.pictures_max },
            queue_max: work.queue_max,
            fetch: FetchConfig {
                hosts,
                private_addresses,
                timeout: Duration::from_millis(fetch.timeout_ms),
                redirects_max: fetch.redirects_max,
                parallel_max: fetch.parallel_max,
                bytes_max: limits.file_bytes_max,
            },
            limits: Limits {
                file_bytes: limits.file_bytes_max,
                pixels: limits.pixels_max,
                decode_memory_bytes: limits.decode_memory_bytes_max,
                decode_time: Duration::from_millis(limits.decode_time_ms_max),
                scans: limits.scans_max,
                metadata_bytes: limits.metadata_bytes_max,
            },
            packs: (!rules.packs.is_empty()).then(|| rules.packs.into()),
            policy: SelectionPolicy {
                keep_margin: select.keep_margin,
                review_may_lead: select.review_may_lead,
                departure_points: select.departure_points,
            },
            log_level: log_level(&log.level)?,
        })
    }
}

fn require(holds: bool, place: &str, message: &str) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::new(place, message)) }
}

fn parse_file<T: for<'de> Deserialize<'de> + Default>(name: &str, text: &str) -> Result<T, ConfigError> {
    // A file of comments only is an empty document, which no mapping can be read from.
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(T::default());
    }
    serde_yaml::from_str(text).map_err(|error| ConfigError::new(name, error.to_string()))
}

/// The path of the field that a variable sets.
fn field_of(variable: &str, defaults: &Value) -> Result<Vec<String>, ConfigError> {
    let path: Vec<String> = variable.trim_start_matches(PREFIX).split("__").map(str::to_lowercase).collect();
    match find(defaults, &path) {
        Some(value) if !value.is_mapping() => Ok(path),
        _ => Err(ConfigError::new(variable, format!("no such setting; known are {}", known_variables(defaults).join(", ")))),
    }
}

fn find<'a>(tree: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(tree, |tree, key| tree.as_mapping()?.get(key.as_str()))
}

fn known_variables(defaults: &Value) -> Vec<String> {
    fn walk(tree: &Value, name: &str, names: &mut Vec<String>) {
        match tree.as_mapping() {
            Some(mapping) => {
                for (key, value) in mapping {
                    let glue = if name.ends_with('_') { "" } else { "__" };
                    walk(value, &format!("{name}{glue}{}", key.as_str().unwrap_or_default().to_uppercase()), names);
                }
            }
            None => names.push(name.to_owned()),
        }
    }
    let mut names = Vec::new();
    walk(defaults, PREFIX, &mut names);
    names
}

/// A variable's text as a value of the type that its field has.
fn typed(variable: &str, text: &str, path: &[String], defaults: &Value) -> Result<Value, ConfigError> {
    match find(defaults, path) {
        Some(Value::String(_)) => Ok(Value::String(text.to_owned())),
        Some(Value::Sequence(_)) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::Sequence(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        _ => serde_yaml::from_str(text).map_err(|error| ConfigError::new(variable, error.to_string())),
    }
}

fn put(tree: &mut Value, path: &[String], value: Value) {
    let Some((key, rest)) = path.split_first() else {
        *tree = value;
        return;
    };
    if !tree.is_mapping() {
        *tree = Value::Mapping(Mapping::new());
    }
    if let Some(mapping) = tree.as_mapping_mut() {
        let key = Value::String(key.clone());
        if !mapping.contains_key(&key) {
            mapping.insert(key.clone(), Value::Null);
        }
        if let Some(below) = mapping.get_mut(&key) {
            put(below, rest, value);
        }
    }
}

fn allowed_host(host: &str) -> Result<String, ConfigError> {
    let name = host.strip_prefix("*.").unwrap_or(host);
    match url::Host::parse(name) {
        Ok(parsed) if name != "*" && !name.is_empty() => {
            let prefix = if host.starts_with("*.") { "*." } else { "" };
            Ok(format!("{prefix}{}", parsed.to_string().trim_end_matches('.')))
        }
        _ => Err(ConfigError::new("fetch.hosts", format!("`{host}` is not a host name; write `img.example.com` or `*.example.com`"))),
    }
}

fn private_address(address: &str) -> Result<SocketAddr, ConfigError> {
    address.parse().map_err(|_| {
        ConfigError::new("fetch.private_addresses", format!("`{address}` is not an address with a port; write it like `127.0.0.1:9000`"))
    })
}

fn log_level(level: &str) -> Result<Option<tracing::Level>, ConfigError> {
    match level {
        "off" => Ok(None),
        "error" | "warn" | "info" | "debug" | "trace" => Ok(level.parse().ok()),
        _ => Err(ConfigError::new("log.level", format!("`{level}` is not a level; write off, error, warn, info, debug or trace"))),
    }
}

#[cfg(test)]
mod tests {
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
        let config = load(text, &[("VITRINE_SERVER__BIND", "127.0.0.1:2"), ("VITRINE_FETCH__HOSTS", "a.example, *.B.example")]).unwrap();
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
            ("limits: {file_bytes_max: 99999999}", &[], "limits.file_bytes_max"),
            ("fetch: {timeout_ms: 60000}", &[], "fetch.timeout_ms"),
            ("fetch: {hosts: ['*']}", &[], "fetch.hosts"),
            ("fetch: {private_addresses: ['127.0.0.1:9']}", &[], "fetch.private_addresses"),
            ("select: {keep_margin: -1}", &[], "select.keep_margin"),
            ("select: {keep_margin: .nan}", &[], "select.keep_margin"),
            ("select: {departure_points: -1}", &[], "select.departure_points"),
            ("log: {level: loud}", &[], "log.level"),
            ("tenant: ''", &[], "tenant"),
        ];
        for (text, variables, expected) in cases {
            let error = load(text, variables).unwrap_err().to_string();
            assert!(error.contains(expected), "{text} {variables:?}: {error}");
        }
    }
}
