//! Start, run, stop. Stopping is graceful: readiness goes first, then no new connections, running requests end, what is queued for the
//! store is written.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use actix_web::HttpServer;
use actix_web::dev::{Server, ServerHandle};

use crate::app::{App, StartError};
use crate::config::Config;
use crate::feed::{self, Working};
use crate::routes::application;

/// A server that listens.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// Its parts.
    pub app: Arc<App>,
    server: Server,
    working: Option<Working>,
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
        .disable_signals()
        .shutdown_timeout(app.config.shutdown_timeout.as_secs())
        .bind(bind)
        .map_err(|cause| StartError::Bind { bind, cause })?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    let working = app.config.feed.work.then(|| feed::start(&app));
    Ok(Running { address, app, server: server.run(), working })
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
        let Self { app, server, working, .. } = self;
        let told = tokio::spawn(stop_when_told(Arc::clone(&app), server.handle()));
        let ended = server.await;
        told.abort();
        if let Some(working) = working {
            working.stop().await;
        }
        app.runs.stop();
        if let Err(error) = app.take_answered().await {
            tracing::error!(error = %error.body().message, "exposures of the last answers are lost");
        }
        app.store.close().await;
        Ok(ended?)
    }
}

/// SIGTERM says "not ready" for a while first; SIGINT, as somebody at a keyboard sends it, and a second signal of either kind do not.
async fn stop_when_told(app: Arc<App>, server: ServerHandle) {
    let told = told_to_stop().await;
    app.stopping.store(true, Relaxed);
    if let Told::Terminate = told {
        let _ = tokio::time::timeout(app.config.drain, told_to_stop()).await;
    }
    server.stop(true).await;
}

enum Told {
    Terminate,
    Interrupt,
}

#[cfg(unix)]
async fn told_to_stop() -> Told {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => Told::Terminate,
        _ = tokio::signal::ctrl_c() => Told::Interrupt,
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> Told {
    let _ = tokio::signal::ctrl_c().await;
    Told::Interrupt
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
