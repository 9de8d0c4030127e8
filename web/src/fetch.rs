//! Picture URL -> bytes: only from hosts that the settings allow, never from an address inside a network, never more bytes or
//! time than allowed. Redirects are followed by hand, each checked like a first request; names are resolved by our own resolver,
//! which hands on only addresses that passed, so that the connection goes to the very address that was looked at.

mod address;
mod resolver;

use std::collections::HashMap;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use ureq::Agent;
use ureq::http::StatusCode;
use ureq::http::header::LOCATION;
use ureq::unversioned::transport::DefaultConnector;
use url::{Host, Url};
use vitrine_detectors::breaker::Breaker;

pub use address::is_public;
pub use resolver::{Lookup, SystemLookup};

use crate::config::FetchConfig;
use crate::error::{ApiError, Code};
use resolver::{CheckedResolver, Forbidden};

/// How long a host that does not answer is left alone.
const PAUSE: Duration = Duration::from_secs(1);
/// Hosts beyond which those that answer are forgotten.
const HOSTS_MAX: usize = 1024;

/// Fetches pictures; clones share their bound on parallel fetches and know the same hosts as silent.
#[derive(Clone)]
pub struct Fetcher {
    agent: Agent,
    config: Arc<FetchConfig>,
    places: Arc<Semaphore>,
    hosts: Arc<Mutex<HashMap<String, Arc<Breaker>>>>,
}

impl Fetcher {
    /// A fetcher that asks the system for addresses.
    pub fn new(config: FetchConfig) -> Self {
        Self::with_lookup(config, SystemLookup)
    }

    /// A fetcher that asks `lookup` for addresses; what it answers is checked all the same.
    pub fn with_lookup(config: FetchConfig, lookup: impl Lookup) -> Self {
        let agent = outgoing_by(lookup, config.private_addresses.clone(), "image/*");
        Self { agent, places: Arc::new(Semaphore::new(config.parallel_max)), config: Arc::new(config), hosts: Arc::default() }
    }

    /// Fetches one picture.
    ///
    /// # Errors
    /// `url_invalid`, `host_not_allowed`, `address_forbidden`, `fetch_failed`, `fetch_timeout`, or `file_too_large`.
    pub async fn fetch(&self, url: &str) -> Result<Vec<u8>, ApiError> {
        let deadline = Instant::now() + self.config.timeout;
        let failed = || ApiError::new(Code::Internal, "the fetch broke off");
        let url = self.checked(url).map_err(Fault::told)?;
        let host = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        let place = tokio::time::timeout(self.config.timeout, Arc::clone(&self.places).acquire_owned());
        let place = place.await.map_err(|_| self.late())?.map_err(|_| failed())?;
        // Asked only now: who has waited behind others that the same host kept waiting gives the place up at once.
        let breaker = self.breaker_of(&host);
        if !breaker.admits(Instant::now()) {
            let message = format!("`{}` did not answer lately, and is asked again in a moment", shortened(&host));
            return Err(ApiError::new(Code::FetchFailed, message));
        }
        let fetcher = self.clone();
        let fetching = tokio::task::spawn_blocking(move || {
            let _place = place;
            let fetched = fetcher.follow(url, deadline);
            let opened = match &fetched {
                Err(Fault::Silent(_)) => breaker.failed(Instant::now()),
                Ok(_) | Err(Fault::Answered(_) | Fault::Unwell(_) | Fault::Forbidden(_)) => {
                    breaker.succeeded();
                    false
                }
            };
            if opened {
                tracing::warn!(host, "a host of pictures is left alone: it does not answer");
            }
            fetched.map_err(Fault::told)
        });
        fetching.await.map_err(|_| failed())?
    }

    /// One try at a picture, for whoever has time and asks again: hosts that were silent are asked like others, and the fault says whether it
    /// is the picture's. Blocks.
    ///
    /// # Errors
    /// As [`Fetcher::fetch`], sorted by whose fault it is.
    pub fn try_once(&self, url: &str) -> Result<Vec<u8>, Fault> {
        self.follow(self.checked(url)?, Instant::now() + self.config.timeout)
    }

    /// Whether the settings allow an address's host. What is no address is not refused for its host.
    pub fn allows(&self, url: &str) -> bool {
        !matches!(self.checked(url), Err(Fault::Forbidden(_)))
    }

    fn breaker_of(&self, host: &str) -> Arc<Breaker> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= HOSTS_MAX && !hosts.contains_key(host) {
            hosts.retain(|_, breaker| breaker.is_open());
        }
        Arc::clone(hosts.entry(host.to_owned()).or_insert_with(|| Arc::new(Breaker::new(PAUSE))))
    }

    fn follow(&self, mut url: Url, deadline: Instant) -> Result<Vec<u8>, Fault> {
        for _ in 0..=self.config.redirects_max {
            let mut response = self
                .agent
                .get(url.as_str())
                .config()
                .timeout_global(Some(deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))))
                .build()
                .call()
                .map_err(|error| self.told(&error))?;
            let status = response.status();
            if status.is_redirection() {
                let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
                let target = target.and_then(|target| url.join(target).ok());
                let target = target.ok_or_else(|| ApiError::new(Code::FetchFailed, "a redirect names no address"))?;
                url = self.checked(target.as_str())?;
                continue;
            }
            if !status.is_success() {
                let error = ApiError::new(Code::FetchFailed, format!("the host answered with status {}", status.as_u16()));
                let is_unwell = status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
                return Err(if is_unwell { Fault::Unwell(error) } else { error.into() });
            }
            return self.read(response.body_mut().as_reader());
        }
        Err(ApiError::new(Code::FetchFailed, format!("more than {} redirects", self.config.redirects_max)).into())
    }

    /// Reads no byte more than allowed, whatever the length header says.
    fn read(&self, reader: impl Read) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        reader.take(self.config.bytes_max + 1).read_to_end(&mut bytes).map_err(|error| match error.kind() {
            std::io::ErrorKind::TimedOut => Fault::Silent(self.late()),
            _ => match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
                Some(inner) => self.told(inner),
                None => Fault::Silent(ApiError::new(Code::FetchFailed, "the connection broke off")),
            },
        })?;
        if bytes.len() as u64 > self.config.bytes_max {
            let message = format!("the host sends more than the {} bytes allowed", self.config.bytes_max);
            return Err(ApiError::refused(&vitrine_detectors::Refusal::new(vitrine_detectors::Reason::FileTooLarge, message)).into());
        }
        Ok(bytes)
    }

    /// The URL in its normal form, if its scheme, host and address may be asked at all.
    fn checked(&self, text: &str) -> Result<Url, Fault> {
        let invalid = |message: &str| Fault::Answered(ApiError::new(Code::UrlInvalid, format!("`{}` {message}", shortened(text))));
        let mut url = Url::parse(text).map_err(|_| invalid("is not an absolute URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("is neither `http` nor `https`"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("carries a user name or password"));
        }
        url.set_fragment(None);
        let name = match url.host() {
            Some(Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
            Some(host) => host.to_string(),
            None => return Err(invalid("names no host")),
        };
        if !self.config.hosts.iter().any(|allowed| host_matches(allowed, &name)) {
            let message = format!("pictures are not fetched from `{}`", shortened(&name));
            return Err(Fault::Forbidden(ApiError::new(Code::HostNotAllowed, message)));
        }
        Ok(url)
    }

    fn told(&self, error: &ureq::Error) -> Fault {
        match error {
            ureq::Error::Timeout(_) => Fault::Silent(self.late()),
            ureq::Error::Other(inner) if inner.is::<Forbidden>() => {
                let message = "the host's address is private, local or otherwise special";
                Fault::Forbidden(ApiError::new(Code::AddressForbidden, message))
            }
            ureq::Error::Io(inner) if inner.kind() == std::io::ErrorKind::TimedOut => Fault::Silent(self.late()),
            ureq::Error::HostNotFound => Fault::Unwell(ApiError::new(Code::FetchFailed, "the host's name is not known")),
            // The cause may tell of the network behind us: it belongs into the log.
            other => {
                tracing::debug!(error = %other, "fetch");
                let message = "the host could not be reached or did not answer as a web server";
                Fault::Silent(ApiError::new(Code::FetchFailed, message))
            }
        }
    }

    fn late(&self) -> ApiError {
        ApiError::new(Code::FetchTimeout, format!("fetching took longer than {} ms", self.config.timeout.as_millis()))
    }
}

/// Why a picture did not come, and whose fault that is.
#[derive(Debug)]
pub enum Fault {
    /// The picture's: its address is none, or its host says what is to be said of it.
    Answered(ApiError),
    /// The host's, which says so, or whose name nobody knows: another time it may have the picture.
    Unwell(ApiError),
    /// The host's, or the network's before it: there was no answer in time, or none of a web server's.
    Silent(ApiError),
    /// The settings': they do not allow the host, or where it leads.
    Forbidden(ApiError),
}

impl Fault {
    /// In the API's words.
    pub fn told(self) -> ApiError {
        match self {
            Self::Answered(error) | Self::Unwell(error) | Self::Silent(error) | Self::Forbidden(error) => error,
        }
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self::Answered(error)
    }
}

/// What speaks to hosts outside: it connects to public addresses and to exactly these private ones, and follows no redirect by itself.
pub fn outgoing(private_addresses: Vec<SocketAddr>, accept: &str) -> Agent {
    outgoing_by(SystemLookup, private_addresses, accept)
}

fn outgoing_by(lookup: impl Lookup, private_addresses: Vec<SocketAddr>, accept: &str) -> Agent {
    let settings = Agent::config_builder()
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("vitrine/", env!("CARGO_PKG_VERSION")))
        .accept(accept)
        .build();
    Agent::with_parts(settings, DefaultConnector::default(), CheckedResolver::new(lookup, private_addresses))
}

fn host_matches(allowed: &str, name: &str) -> bool {
    match allowed.strip_prefix("*.") {
        Some(parent) => name.strip_suffix(parent).is_some_and(|below| below.len() > 1 && below.ends_with('.')),
        None => allowed == name,
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().filter(|letter| !letter.is_control()).take(120).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
