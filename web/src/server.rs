//! Start, run, stop. Stopping is graceful: no new connections, running requests end, what is queued for the store is written.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::HttpServer;
use actix_web::dev::{Server, ServerHandle};

use crate::app::{App, StartError};
use crate::config::Config;
use crate::routes::application;

/// A server that listens.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// Its parts.
    pub app: Arc<App>,
    server: Server,
}

/// Starts to listen; a multi-threaded runtime has to be there, as `#[tokio::main]` makes it.
///
/// # Errors
/// When the store, the packs or the address cannot be used.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let app = App::start(config).await?;
    let bind = app.config.bind;
    let making = Arc::clone(&app);
    let server = HttpServer::new(move || application(Arc::clone(&making)))
        .workers(app.config.workers)
        .shutdown_timeout(app.config.shutdown_timeout.as_secs())
        .bind(bind)
        .map_err(|cause| StartError::Bind { bind, cause })?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    Ok(Running { address, app, server: server.run() })
}

impl Running {
    /// Stops it from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Answers until it is told to stop (SIGINT, SIGTERM, or the handle), then writes what is queued.
    ///
    /// # Errors
    /// When the system takes the address away.
    pub async fn run(self) -> Result<(), StartError> {
        let Self { app, server, .. } = self;
        let ended = server.await;
        app.runs.stop();
        app.store.close().await;
        Ok(ended?)
    }
}

/// Runs a server on a runtime of its own; `listening` is told the address as soon as it is known.
///
/// # Errors
/// As [`start`] and [`Running::run`].
pub fn serve(config: Config, listening: impl FnOnce(SocketAddr)) -> Result<(), StartError> {
    if let Some(level) = config.log_level {
        // Fails only where a log is there already, which is then used.
        let _ = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).try_init();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let running = start(config).await?;
        listening(running.address);
        running.run().await
    })
}
