//! Pictures of a stock that lie on the web: fetched as the server fetches them, from hosts that were allowed by name.

use clap::Args;
use vitrine_detectors::Limits;
use vitrine_shards::{RowError, Web};
use vitrine_web::config::{Config, FetchConfig};
use vitrine_web::fetch::Fetcher;

use super::super::Failure;

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

/// The server's way to fetch.
pub struct Fetching(Fetcher);

impl Web for Fetching {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, RowError> {
        // Called on a thread of the stores' runtime that may wait.
        tokio::runtime::Handle::current().block_on(self.0.fetch(url)).map_err(|error| {
            let body = error.body();
            RowError { code: body.code.clone(), message: format!("{}; {}", body.message, body.help) }
        })
    }
}
