//! Everything a request needs, made once at start.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use vitrine_engine::{ContentHash, DetectorId, Plan, SignalCatalog};
use vitrine_rules::{Diagnostic, PackSource, default_packs};

use crate::cache::Cache;
use crate::columns::KeptColumns;
use crate::config::Config;
use crate::exemptions::Exemptions;
use crate::experiments::answered::AnsweredExposures;
use crate::experiments::exploring::Chances;
use crate::experiments::exposure::UnitKey;
use crate::experiments::running::RunningExperiments;
use crate::feed::Bells;
use crate::fetch::Fetcher;
use crate::gate::Gate;
use crate::identity::Identity;
use crate::judge::{Judge, ScopeKey};
use crate::live::LiveRules;
use crate::metrics::Metrics;
use crate::models;
use crate::redis::{Redis, RedisFault};
use crate::routes::route_patterns;
use crate::rulebook::RuleBook;
use crate::shared::{SharedAnswers, SharedAnswersError};
use crate::store::{Store, StoreError};
use crate::studio::backtest::Runs;
use crate::studio::beside::Beside;
use crate::studio::census::KeptCensus;
use crate::studio::{follow, release};
use crate::turns::Turns;

/// The parts of a running server.
pub struct App {
    /// The settings.
    pub config: Config,
    /// Detectors, vocabulary and packs.
    pub judge: Judge,
    /// Named models that are not used, and why.
    pub models_refused: Vec<String>,
    /// All current detectors, sorted.
    pub detectors: Vec<DetectorId>,
    /// What judges now.
    pub live: LiveRules,
    /// What other rule books would have answered.
    pub beside: Beside,
    /// The catalogue as columns.
    pub columns: KeptColumns,
    /// What the rules in force make of it.
    pub census: KeptCensus,
    /// Backtests at work.
    pub runs: Runs,
    /// Whether the pack files say something else than what is published.
    pub files_differ: bool,
    /// This process among those that share the store.
    pub server_id: String,
    /// The database.
    pub store: Store,
    /// What is kept in memory.
    pub cache: Cache,
    /// Finished answers that other servers of the database have too.
    pub shared: Option<SharedAnswers>,
    /// Who makes which answer.
    pub answering: Turns<[u8; 32]>,
    /// Who writes what of which product of the catalogue.
    pub noting: Turns<[u8; 32]>,
    /// Who compiles which rules.
    pub compiling: Turns<([u8; 32], ScopeKey)>,
    /// Rules that people overturned for single pictures.
    pub exemptions: Exemptions,
    /// Experiments that take traffic or late events.
    pub experiments: RunningExperiments,
    /// Chances of pictures in variants that explore.
    pub chances: Chances,
    /// Exposures by answering that are not stored yet.
    pub answered_exposures: AnsweredExposures,
    /// What turns unit ids into pseudonyms.
    pub unit_key: UnitKey,
    /// Whether it has been told to stop.
    pub stopping: AtomicBool,
    /// The bound on CPU work.
    pub gate: Gate,
    /// Who measures which picture.
    pub measuring: Turns<ContentHash>,
    /// Who looks which picture up.
    pub looking_up: Turns<ContentHash>,
    /// Pictures by URL.
    pub fetcher: Fetcher,
    /// Redis, where the settings name one.
    pub redis: Option<Redis>,
    /// What wakes those who work on the feed.
    pub feed: Bells,
    /// The counters.
    pub metrics: Metrics,
    /// Who signs in, and how often they may try.
    pub identity: Identity,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Redis' address.
    #[error(transparent)]
    Redis(#[from] RedisFault),
    /// The rule packs.
    #[error("the rule packs cannot be used:\n{0}")]
    Packs(String),
    /// Answers shared through Redis.
    #[error("answers cannot be shared: {0}")]
    Shared(#[from] SharedAnswersError),
    /// The learned detectors.
    #[error("{0}")]
    Models(String),
    /// The address.
    #[error("cannot listen on `{bind}`: {cause}")]
    Bind {
        /// As the settings name it.
        bind: std::net::SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The runtime.
    #[error("the server broke off: {0}")]
    Runtime(#[from] std::io::Error),
}

impl App {
    /// Opens the store and checks the packs.
    ///
    /// # Errors
    /// When either cannot be used.
    pub async fn start(config: Config) -> Result<Arc<Self>, StartError> {
        let (detectors, refused) = models::load_what_is_right(&config.models).map_err(|error| StartError::Models(error.to_string()))?;
        let models_refused: Vec<String> = refused.iter().map(ToString::to_string).collect();
        for refusal in &models_refused {
            tracing::error!(refusal, "a model is not used; its signals are missing");
        }
        let judge = Judge::new(detectors, config.limits.clone());
        let files = packs(&config, judge.catalog())?;
        let mut detectors: Vec<DetectorId> = judge.full_plan().detectors().cloned().collect();
        detectors.sort();
        let store = Store::open(&config.store).await?;
        let files_differ = release::install(&store, &config.tenant, &files).await?;
        if files_differ {
            tracing::warn!("the pack files differ from the rules in force, which were published in the studio and hold");
        }
        let shared = match config.redis.as_ref().filter(|_| config.cache.shared_s > 0) {
            Some(redis) => Some(SharedAnswers::start(redis, Duration::from_secs(config.cache.shared_s), &store, &config.tenant).await?),
            None => None,
        };
        let live = follow::load(&store, &config.tenant, judge.catalog(), None).await?;
        let live = live.ok_or_else(|| StartError::Packs("no release is live".into()))?;
        let app = Arc::new(Self {
            exemptions: Exemptions::load(&store, &config.tenant).await?,
            experiments: RunningExperiments::default(),
            chances: Chances::default(),
            answered_exposures: AnsweredExposures::default(),
            unit_key: Self::load_unit_key(&store, &config.tenant).await?,
            live: LiveRules::new(live),
            beside: Beside::default(),
            columns: KeptColumns::default(),
            census: KeptCensus::default(),
            runs: Runs::default(),
            files_differ,
            server_id: server_id(),
            store,
            cache: Cache::new(&config.cache),
            shared,
            answering: Turns::default(),
            noting: Turns::default(),
            compiling: Turns::default(),
            stopping: AtomicBool::new(false),
            gate: Gate::new(config.pictures_max, config.queue_max),
            measuring: Turns::default(),
            looking_up: Turns::default(),
            fetcher: Fetcher::new(config.fetch.clone()),
            redis: config.redis.as_ref().map(Redis::connect).transpose()?,
            feed: Bells::default(),
            metrics: Metrics::new(&config.tenant, route_patterns()),
            identity: Identity::default(),
            judge,
            models_refused,
            detectors,
            config,
        });
        if let Err(error) = app.follow_experiments().await {
            tracing::error!(%error, "experiments cannot be followed");
        }
        follow::start(&app);
        Ok(app)
    }

    /// The plan that runs just these detectors.
    pub fn plan_of(&self, detectors: &[DetectorId]) -> Plan<'_> {
        self.judge.plan_of(detectors)
    }
}

/// Unlike any other process's, now or later: its number and the moment it started.
fn server_id() -> String {
    format!("{}-{}", std::process::id(), jiff::Timestamp::now().as_nanosecond())
}

fn packs(config: &Config, catalog: &Arc<SignalCatalog>) -> Result<RuleBook, StartError> {
    let sources = match &config.packs {
        None => default_packs(),
        Some(folder) => {
            let failed = |error: std::io::Error| StartError::Packs(format!("{}: {error}", folder.display()));
            let mut sources = Vec::new();
            for entry in std::fs::read_dir(folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.extension().is_some_and(|extension| extension == "yaml") {
                    sources.push(PackSource { name: path.display().to_string(), text: std::fs::read_to_string(&path).map_err(failed)? });
                }
            }
            sources.sort_by(|a, b| a.name.cmp(&b.name));
            sources
        }
    };
    RuleBook::read(sources, catalog).map_err(|findings| {
        let errors: Vec<String> = findings.iter().filter(|finding| Diagnostic::is_error(finding)).map(ToString::to_string).collect();
        StartError::Packs(errors.join("\n"))
    })
}
