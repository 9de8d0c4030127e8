//! `vitrine worker`: works on the catalogue's changes, beside servers and other workers.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use vitrine_web::app::App;
use vitrine_web::config::Config;
use vitrine_web::feed;

use super::Failure;

/// Judge the catalogue's changes as they come, and tell what became of them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine worker --config vitrine.yaml
  VITRINE_STORE__URL=postgres://vitrine@db/vitrine VITRINE_REDIS__URL=redis://cache:6379/ vitrine worker

Any number of workers on any number of machines share the work by the store alone. SIGTERM ends one: what it has in hand is finished, and
another that is killed loses what it had in hand to the others after feed.claim_ms. `vitrine serve` works on changes too, unless
feed.work is false.")]
pub struct Worker {
    /// File of settings
    #[arg(long, value_name = "FILE.yaml")]
    config: Option<PathBuf>,
}

impl Worker {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let config = Config::load(self.config.as_deref()).map_err(|error| Failure::new(error.to_string()))?;
        if let Some(level) = config.log_level {
            // Fails only where a log is there already, which is then used.
            let _ = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).try_init();
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            // Before anything is begun, so that no signal comes too early to be heard.
            let (mut terminated, mut interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
            let app = App::start(config).await.map_err(|error| Failure::new(error.to_string()))?;
            let working = feed::start(&app);
            eprintln!("working on the feed of `{}` as {}", app.config.tenant.as_str(), app.server_id);
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
            }
            working.stop().await;
            app.store.close().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}
