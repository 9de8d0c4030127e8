//! From what people write to what the program runs on: every setting checked by itself and against the others.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use vitrine_detectors::onnx::{Provider, SessionOptions};
use vitrine_detectors::{Limits, LoadOptions};
use vitrine_engine::{SelectionPolicy, TenantId};

use super::feed::receivers;
use super::{Config, ConfigError, FetchConfig, RawConfig, RawModels, RawStore, RolloutConfig, StoreConfig, StudioConfig, Tenant};
use crate::experiments::ingest::LATE_DAYS_MAX;
use crate::models::ModelsConfig;

/// Longest time that anything is kept for, days.
const DAYS_MAX: u64 = 36_500;

impl RawConfig {
    /// Plain typed values, checked against each other.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let Self {
            tenant: Tenant(tenant),
            server,
            store,
            cache,
            redis,
            feed,
            limits,
            work,
            models,
            fetch,
            rules,
            select,
            rollout,
            studio,
            log,
        } = self;
        let (redis, feed) = (redis.resolve()?, feed.resolve()?);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let bind = server.bind.parse().map_err(|_| {
            ConfigError::new("server.bind", format!("`{}` is not an address with a port; write it like `127.0.0.1:8080`", server.bind))
        })?;
        require(!tenant.is_empty() && tenant.len() <= 100, "tenant", "name a tenant with 1 to 100 characters")?;
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
        let growing = rollout.stages.windows(2).all(|pair| pair[0] < pair[1]);
        require(
            growing && rollout.stages.iter().all(|share| *share > 0.0 && *share < 1.0),
            "rollout.stages",
            "shares between 0 and 1, each greater than the one before",
        )?;
        require((1..=24 * 90).contains(&studio.session_hours), "studio.session_hours", "a session lasts 1 to 2160 hours")?;
        let hosts = fetch.hosts.iter().map(|host| allowed_host(host)).collect::<Result<_, _>>()?;
        let private_addresses = private_addresses("fetch.private_addresses", &fetch.private_addresses)?;
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
            drain: Duration::from_millis(server.drain_ms),
            shutdown_timeout: Duration::from_secs(server.shutdown_timeout_s),
            store: StoreConfig { receivers: receivers(store.outbox || redis.is_some(), &feed), ..store.resolve()? },
            cache,
            redis,
            feed,
            pictures_max: if work.pictures_max == 0 { cores } else { work.pictures_max },
            queue_max: work.queue_max,
            measure_everything: work.measure_everything,
            models: models.resolve()?,
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
            rollout: RolloutConfig {
                stages: rollout.stages,
                products_min: rollout.products_min,
                stage: Duration::from_millis(rollout.stage_ms),
            },
            studio: StudioConfig {
                demo: studio.demo,
                secure_cookies: studio.secure_cookies,
                ui: (!studio.ui.is_empty()).then(|| PathBuf::from(&studio.ui)),
                session: Duration::from_secs(studio.session_hours * 3600),
                thumbnails: studio.thumbnails,
            },
            log_level: log_level(&log.level)?,
        })
    }
}

impl RawStore {
    /// Plain typed values.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn resolve(self) -> Result<StoreConfig, ConfigError> {
        let is_server = ["postgres://", "postgresql://"].iter().any(|scheme| self.url.starts_with(scheme));
        require(self.url.starts_with("sqlite:") || is_server, "store.url", "write `sqlite:FILE` or `postgres://USER@HOST/DATABASE`")?;
        require(self.url.len() > "sqlite:".len(), "store.url", "name the database file: `sqlite:vitrine.db`")?;
        require(!self.url.contains(":memory:"), "store.url", "a database in memory is lost at stop; name a file")?;
        require(
            !is_server || url::Url::parse(&self.url).is_ok(),
            "store.url",
            "this is no address; write `postgres://USER@HOST/DATABASE`",
        )?;
        require(self.readers_max > 0, "store.readers_max", "at least one connection has to read")?;
        require(self.batch_max > 0, "store.batch_max", "a transaction holds at least one change")?;
        let days = self.events_kept_days;
        require(days == 0 || days > LATE_DAYS_MAX as u64, "store.events_kept_days", "0, or at least 36: an event may come in for 35 days")?;
        require(days <= DAYS_MAX, "store.events_kept_days", "at most 36500, a hundred years; 0 keeps them for ever")?;
        Ok(StoreConfig {
            url: self.url,
            readers_max: self.readers_max,
            batch_max: self.batch_max,
            events_kept: (days > 0).then(|| Duration::from_hours(24 * days)),
            outbox: self.outbox,
            receivers: Vec::new(),
        })
    }
}

impl RawModels {
    /// Plain typed values.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn resolve(self) -> Result<ModelsConfig, ConfigError> {
        let provider = Provider::parse(&self.provider, self.device).ok_or_else(|| {
            ConfigError::new("models.provider", format!("`{}` is no provider; write cpu, cuda or tensorrt", self.provider))
        })?;
        require(self.threads > 0, "models.threads", "a run has at least one thread")?;
        let sessions = match (self.sessions, provider) {
            (0, Provider::Cpu) => std::thread::available_parallelism().map_or(1, usize::from),
            (0, _) => 1,
            (sessions, _) => sessions,
        };
        let session = SessionOptions { provider, threads: self.threads };
        Ok(ModelsConfig {
            enabled: self.enabled,
            library: (!self.onnx_runtime.is_empty()).then(|| self.onnx_runtime.into()),
            places: self.places.into_iter().map(PathBuf::from).collect(),
            options: LoadOptions { session, sessions, ..LoadOptions::default() },
        })
    }
}

pub(super) fn require(holds: bool, place: &str, message: &str) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::new(place, message)) }
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

pub(super) fn private_addresses(place: &str, addresses: &[String]) -> Result<Vec<SocketAddr>, ConfigError> {
    let read = |address: &String| {
        let wrong = || ConfigError::new(place, format!("`{address}` is not an address with a port; write it like `127.0.0.1:9000`"));
        address.parse().map_err(|_| wrong())
    };
    addresses.iter().map(read).collect()
}

fn log_level(level: &str) -> Result<Option<tracing::Level>, ConfigError> {
    match level {
        "off" => Ok(None),
        "error" | "warn" | "info" | "debug" | "trace" => Ok(level.parse().ok()),
        _ => Err(ConfigError::new("log.level", format!("`{level}` is not a level; write off, error, warn, info, debug or trace"))),
    }
}
