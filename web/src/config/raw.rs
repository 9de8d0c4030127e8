//! The settings as they are written, section by section: names, meanings, defaults. What follows from them is for the parent.

use serde::{Deserialize, Serialize};
use vitrine_detectors::Limits;
use vitrine_detectors::onnx::Provider;
use vitrine_engine::{SelectionPolicy, TenantId};

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
    /// Redis, for those who have one.
    pub redis: RawRedis,
    /// The catalogue's changes.
    pub feed: RawFeed,
    /// What a picture file may cost.
    pub limits: RawLimits,
    /// How much CPU work is taken on at once.
    pub work: RawWork,
    /// Learned detectors.
    pub models: RawModels,
    /// Fetching pictures by URL.
    pub fetch: RawFetch,
    /// Rule packs.
    pub rules: RawRules,
    /// How a main picture is chosen.
    pub select: RawSelect,
    /// How releases of rules go live.
    pub rollout: RawRollout,
    /// The studio, where people sign in.
    pub studio: RawStudio,
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
    /// How long a server that is told to stop by SIGTERM says "not ready" at `/readyz` before it takes no more, so that whoever sends it
    /// traffic has time to turn away, ms. `VITRINE_SERVER__DRAIN_MS`, default 1000.
    pub drain_ms: u64,
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
            drain_ms: 1_000,
            shutdown_timeout_s: 10,
        }
    }
}

/// The database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawStore {
    /// `sqlite:FILE`, made when absent, or `postgres://USER:PASSWORD@HOST/DATABASE`, which any number of servers and workers share;
    /// what the address leaves out is read from `PGHOST`, `PGUSER`, `PGPASSWORD`. `VITRINE_STORE__URL`, default `sqlite:vitrine.db`.
    pub url: String,
    /// Connections of pages and reports that read at once; nine more look up what selections need, write, and work on the feed.
    /// `VITRINE_STORE__READERS_MAX`, default 4.
    pub readers_max: u32,
    /// Most changes committed in one transaction. `VITRINE_STORE__BATCH_MAX`, default 512.
    pub batch_max: usize,
    /// How long exposures, outcomes and records of what was stored are kept, days; 0 = for ever, else at least 36, since an event may
    /// come in for 35. What was summed stays summed, and decisions stay. Postgres lets go of whole months. `VITRINE_STORE__EVENTS_KEPT_DAYS`,
    /// default 0.
    pub events_kept_days: u64,
    /// Write a message for each new decision, to be published by the feed. Without anybody who takes them away they pile up.
    /// `VITRINE_STORE__OUTBOX`, default false.
    pub outbox: bool,
}

impl Default for RawStore {
    fn default() -> Self {
        Self { url: "sqlite:vitrine.db".into(), readers_max: 4, batch_max: 512, events_kept_days: 0, outbox: false }
    }
}

/// Redis: it wakes workers, and carries changes and results for services that like streams. Gone, hung or emptied, everything goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawRedis {
    /// `redis://USER:PASSWORD@HOST:6379/`, or `rediss://…` over TLS; empty = without Redis. `VITRINE_REDIS__URL`, default empty.
    pub url: String,
    /// Whether the address is that of any node of a Redis Cluster. `VITRINE_REDIS__CLUSTER`, default false.
    pub cluster: bool,
    /// What every key begins with; the tenant comes next. `VITRINE_REDIS__PREFIX`, default `vitrine`.
    pub prefix: String,
    /// Longest time for one command, ms. `VITRINE_REDIS__TIMEOUT_MS`, default 500.
    pub timeout_ms: u64,
    /// After three failures in a row Redis is tried once in so many ms, and not waited for meanwhile. `VITRINE_REDIS__PAUSE_MS`,
    /// default 1000.
    pub pause_ms: u64,
}

impl Default for RawRedis {
    fn default() -> Self {
        Self { url: String::new(), cluster: false, prefix: "vitrine".into(), timeout_ms: 500, pause_ms: 1_000 }
    }
}

/// The catalogue's changes: how they are worked on, and whom results are told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawFeed {
    /// Whether `vitrine serve` works on changes itself, and not `vitrine worker` alone. `VITRINE_FEED__WORK`, default true.
    pub work: bool,
    /// Products that one process judges at once. `VITRINE_FEED__PARALLEL_MAX`, default 4.
    pub parallel_max: usize,
    /// Times that a change is tried before it is put with the dead letters. `VITRINE_FEED__ATTEMPTS_MAX`, default 5.
    pub attempts_max: u32,
    /// A worker that was not heard of for so many ms loses what it has in hand to another. `VITRINE_FEED__CLAIM_MS`, default 60000.
    pub claim_ms: u64,
    /// How often workers look for themselves where nothing wakes them, ms. `VITRINE_FEED__POLL_MS`, default 500.
    pub poll_ms: u64,
    /// Streams that changes and results are spread over; the same for all processes. `VITRINE_FEED__SHARDS`, default 8.
    pub shards: u32,
    /// Most results that a stream holds, about; older ones make room. `VITRINE_FEED__RESULTS_MAX`, default 100000.
    pub results_max: u64,
    /// Days that a result waits for a receiver that cannot be reached. `VITRINE_FEED__RESULTS_KEPT_DAYS`, default 7.
    pub results_kept_days: u64,
    /// Addresses that results are sent to, each with the secret that signs them, `{url: …, secret: …}`; an address alone is signed with
    /// `feed.webhook_secret`. `VITRINE_FEED__WEBHOOKS` (addresses alone), default none.
    pub webhooks: Vec<RawWebhook>,
    /// The secret of addresses without one of their own. `VITRINE_FEED__WEBHOOK_SECRET`, default empty.
    pub webhook_secret: String,
    /// Longest time for a receiver's answer, ms; less than `feed.claim_ms`. `VITRINE_FEED__WEBHOOK_TIMEOUT_MS`, default 5000.
    pub webhook_timeout_ms: u64,
    /// Exact private addresses with port (`10.0.0.7:443`) that results may be sent to; all other private ones are refused.
    /// `VITRINE_FEED__WEBHOOK_PRIVATE_ADDRESSES`, default none.
    pub webhook_private_addresses: Vec<String>,
}

impl Default for RawFeed {
    fn default() -> Self {
        Self {
            work: true,
            parallel_max: 4,
            attempts_max: 5,
            claim_ms: 60_000,
            poll_ms: 500,
            shards: 8,
            results_max: 100_000,
            results_kept_days: 7,
            webhooks: Vec::new(),
            webhook_secret: String::new(),
            webhook_timeout_ms: 5_000,
            webhook_private_addresses: Vec::new(),
        }
    }
}

/// Where results are sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "WrittenWebhook")]
pub struct RawWebhook {
    /// The address.
    pub url: String,
    /// What signs the results; empty = `feed.webhook_secret`.
    pub secret: String,
}

/// As people and the environment write it.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenWebhook {
    Address(String),
    Whole(WholeWebhook),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeWebhook {
    url: String,
    #[serde(default)]
    secret: String,
}

impl From<WrittenWebhook> for RawWebhook {
    fn from(written: WrittenWebhook) -> Self {
        match written {
            WrittenWebhook::Address(url) => Self { url, secret: String::new() },
            WrittenWebhook::Whole(WholeWebhook { url, secret }) => Self { url, secret },
        }
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
    /// How long Redis, where there is one, keeps a finished answer for all servers of the database, s; 0 = nothing is put there.
    /// `VITRINE_CACHE__SHARED_S`, default 86400 (a day).
    pub shared_s: u64,
    /// Ids of stored decisions kept, and as many products of which it is known what the catalogue says, so that a repeated selection asks no
    /// database. `VITRINE_CACHE__DECISIONS_MAX`, default 200000.
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
            shared_s: 86_400,
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
    /// Run every model that the rules ask for, also where it can no longer change what becomes of a picture: for backtests of other
    /// rules on the same readings. `VITRINE_WORK__MEASURE_EVERYTHING`, default false.
    pub measure_everything: bool,
}

impl Default for RawWork {
    fn default() -> Self {
        Self { pictures_max: 2, queue_max: 200, measure_everything: false }
    }
}

/// Learned detectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawModels {
    /// Whether models run; without them their signals are missing, and rules say so. `VITRINE_MODELS__ENABLED`, default true.
    pub enabled: bool,
    /// Model manifests, and folders of them, beside the shipped ones. `VITRINE_MODELS__PLACES`, default none.
    pub places: Vec<String>,
    /// File of ONNX Runtime's library; empty = found by itself. `VITRINE_MODELS__ONNX_RUNTIME`, default empty.
    pub onnx_runtime: String,
    /// What runs the models: `cpu`, `cuda` or `tensorrt`; one that cannot start is an error. `VITRINE_MODELS__PROVIDER`, default `cpu`.
    pub provider: String,
    /// Number of the device, with `cuda` and `tensorrt`. `VITRINE_MODELS__DEVICE`, default 0.
    pub device: i32,
    /// Sessions of each model, each with a thread of its own; 0 = one per core, or one per device. `VITRINE_MODELS__SESSIONS`, default 0.
    pub sessions: usize,
    /// Threads of one run. `VITRINE_MODELS__THREADS`, default 1.
    pub threads: usize,
}

impl Default for RawModels {
    fn default() -> Self {
        let provider = Provider::default().as_str().to_owned();
        Self { enabled: true, places: Vec::new(), onnx_runtime: String::new(), provider, device: 0, sessions: 0, threads: 1 }
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

/// How releases of rules go live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawRollout {
    /// Shares of the products that a new release judges stage by stage, before all of them, where its approver names no others.
    /// `VITRINE_ROLLOUT__STAGES`, default `0.01,0.05,0.25,0.5`.
    pub stages: Vec<f64>,
    /// Products judged by the new release and the old one before the next stage; where a stage holds fewer, 9 of 10 of those.
    /// `VITRINE_ROLLOUT__PRODUCTS_MIN`, default 300.
    pub products_min: u64,
    /// Shortest time in a stage, ms. `VITRINE_ROLLOUT__STAGE_MS`, default 600000 (10 minutes).
    pub stage_ms: u64,
}

impl Default for RawRollout {
    fn default() -> Self {
        Self { stages: vec![0.01, 0.05, 0.25, 0.5], products_min: 300, stage_ms: 600_000 }
    }
}

/// The studio: people who sign in and change rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawStudio {
    /// Anybody may sign in as any of five people without a password: for trying it out, never for rules that matter.
    /// `VITRINE_STUDIO__DEMO`, default false.
    pub demo: bool,
    /// Cookies are sent over HTTPS only. `VITRINE_STUDIO__SECURE_COOKIES`, default false: `127.0.0.1` has no HTTPS.
    pub secure_cookies: bool,
    /// Folder of the built pages; empty = found by itself where `make ui` leaves them. `VITRINE_STUDIO__UI`, default empty.
    pub ui: String,
    /// How long a session lasts, hours; without use it ends after two. `VITRINE_STUDIO__SESSION_HOURS`, default 12.
    pub session_hours: u64,
    /// Keep a small version of every picture that is measured, so that people see what rules speak of.
    /// `VITRINE_STUDIO__THUMBNAILS`, default true.
    pub thumbnails: bool,
}

impl Default for RawStudio {
    fn default() -> Self {
        Self { demo: false, secure_cookies: false, ui: String::new(), session_hours: 12, thumbnails: true }
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
