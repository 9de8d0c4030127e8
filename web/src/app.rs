//! Everything a request needs, made once at start.

use std::sync::Arc;

use vitrine_engine::{DetectorId, Plan};
use vitrine_rules::{Diagnostic, PackSet, PackSource, default_packs, parse};

use crate::cache::Cache;
use crate::config::Config;
use crate::exemptions::Exemptions;
use crate::fetch::Fetcher;
use crate::gate::Gate;
use crate::identity::Identity;
use crate::judge::Judge;
use crate::metrics::Metrics;
use crate::models;
use crate::store::{Store, StoreError};

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
    /// The database.
    pub store: Store,
    /// What is kept in memory.
    pub cache: Cache,
    /// Rules that people overturned for single pictures.
    pub exemptions: Exemptions,
    /// The bound on CPU work.
    pub gate: Gate,
    /// Pictures by URL.
    pub fetcher: Fetcher,
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
    /// The rule packs.
    #[error("the rule packs cannot be used:\n{0}")]
    Packs(String),
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
        let packs = packs(&config)?;
        let (detectors, refused) = models::load_what_is_right(&config.models).map_err(|error| StartError::Models(error.to_string()))?;
        let models_refused: Vec<String> = refused.iter().map(ToString::to_string).collect();
        for refusal in &models_refused {
            tracing::error!(refusal, "a model is not used; its signals are missing");
        }
        let judge = Judge::new(detectors, packs, config.limits.clone());
        let mut detectors: Vec<DetectorId> = judge.full_plan().detectors().cloned().collect();
        detectors.sort();
        let store = Store::open(&config.store).await?;
        Ok(Arc::new(Self {
            exemptions: Exemptions::load(&store, &config.tenant).await?,
            store,
            cache: Cache::new(&config.cache),
            gate: Gate::new(config.pictures_max, config.queue_max),
            fetcher: Fetcher::new(config.fetch.clone()),
            metrics: Metrics::new(&config.tenant),
            identity: Identity::default(),
            judge,
            models_refused,
            detectors,
            config,
        }))
    }

    /// The plan that runs just these detectors.
    pub fn plan_of(&self, detectors: &[DetectorId]) -> Plan<'_> {
        self.judge.plan_of(detectors)
    }
}

fn packs(config: &Config) -> Result<PackSet, StartError> {
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
    let (packs, mut findings) = parse(&sources);
    findings.extend(vitrine_rules::check(&packs, &std::sync::Arc::new(vitrine_detectors::catalog())));
    let errors: Vec<String> = findings.iter().filter(|finding| Diagnostic::is_error(finding)).map(ToString::to_string).collect();
    if errors.is_empty() { Ok(packs) } else { Err(StartError::Packs(errors.join("\n"))) }
}
