//! Pictures of a stock that lie on the web: fetched as the server fetches them, from hosts that were allowed by name. Nobody waits for a
//! stock: a host that does not answer is asked again, and where it stays silent the shard waits for another run.

use std::time::Duration;

use clap::Args;
use vitrine_detectors::Limits;
use vitrine_shards::{NotFetched, RowError, ShardError, Web};
use vitrine_web::config::{Config, FetchConfig};
use vitrine_web::fetch::{Fault, Fetcher};

use super::super::Failure;

/// Pauses before a host that did not answer as one does is asked again.
const PAUSES: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(8)];

/// From where pictures may be fetched.
#[derive(Debug, Clone, Args)]
pub struct Hosts {
    /// Hosts that pictures may be fetched from, `img.example.com` or `*.example.com`; none where none is named
    #[arg(long = "allow-host", value_name = "HOST", env = "VITRINE_FETCH__HOSTS", value_delimiter = ',')]
    hosts: Vec<String>,
}

impl Hosts {
    /// A way to the web; `None` where no host is allowed.
    pub fn web(&self) -> Result<Option<Fetching>, Failure> {
        if self.hosts.is_empty() {
            return Ok(None);
        }
        let hosts = serde_json::to_string(&self.hosts).map_err(std::io::Error::from)?;
        let config = Config::from_parts("--allow-host", &format!("fetch: {{hosts: {hosts}}}"), []);
        let config = config.map_err(|error| Failure::new(error.to_string()))?;
        Ok(Some(Fetching(Fetcher::new(FetchConfig { bytes_max: Limits::default().file_bytes, ..config.fetch }))))
    }
}

/// The server's way to fetch, without its haste.
pub struct Fetching(Fetcher);

impl Web for Fetching {
    fn allows(&self, url: &str) -> bool {
        self.0.allows(url)
    }

    fn fetch(&self, url: &str) -> Result<Vec<u8>, NotFetched> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let fault = match self.0.try_once(url) {
                Ok(bytes) => return Ok(bytes),
                Err(fault) => fault,
            };
            match (&fault, pauses.next()) {
                (Fault::Unwell(_) | Fault::Silent(_), Some(pause)) => std::thread::sleep(pause),
                _ => return Err(not_fetched(url, fault)),
            }
        }
    }
}

/// Only what is the picture's own fault is a row: the rest may be otherwise another time.
fn not_fetched(url: &str, fault: Fault) -> NotFetched {
    match fault {
        Fault::Answered(error) => {
            let body = error.body();
            NotFetched::Picture(RowError { code: body.code.clone(), message: format!("{}; {}", body.message, body.help) })
        }
        Fault::Unwell(error) | Fault::Silent(error) => {
            NotFetched::Store(ShardError::Storage { doing: "fetch".into(), place: url.to_owned(), cause: error.body().message.clone() })
        }
        Fault::Forbidden(error) => NotFetched::Store(ShardError::invalid(
            format!("`{url}` may not be fetched: {}", error.body().message),
            "allow the host that it leads to with `--allow-host`; where that is inside a network, name the file or its object store instead",
        )),
    }
}
