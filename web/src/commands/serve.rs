//! `vitrine serve`: the same judgements over HTTP.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use vitrine_web::config::Config;

use super::Failure;

/// Answer over HTTP: selections, pictures, stored decisions, rules
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine serve
  vitrine serve --config vitrine.yaml
  VITRINE_SERVER__BIND=0.0.0.0:8080 vitrine serve

Settings come from the file named by --config, else VITRINE_CONFIG, else vitrine.yaml where it exists; VITRINE_* variables take the
place of single fields. vitrine.example.yaml explains every field. The page at / lists every route with an example.")]
pub struct Serve {
    /// File of settings
    #[arg(long, value_name = "FILE.yaml")]
    config: Option<PathBuf>,
}

impl Serve {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let config = Config::load(self.config.as_deref()).map_err(|error| Failure::new(error.to_string()))?;
        let listening = |address| eprintln!("listening on http://{address}");
        vitrine_web::serve(config, listening).map_err(|error| Failure::new(error.to_string()))?;
        Ok(ExitCode::SUCCESS)
    }
}
