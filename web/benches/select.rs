//! `POST /v1/select` with 10 known pictures against an empty handler that answers a body of the same size: both in this process, driven in
//! alternating rounds by the same generator over the same number of kept connections. Prints requests/s, p99 and the ratio (goal >= 0.35).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use support::{Failure, Requests, drive, empty_handler, middle, prepared};
use vitrine_web::config::Config;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 32;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);

fn main() -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(compare())
}

async fn compare() -> Result<(), Failure> {
    let folder = tempfile::TempDir::new()?;
    let text =
        format!("store: {{url: 'sqlite:{}/bench.db'}}\nserver: {{bind: '127.0.0.1:0'}}\nlog: {{level: 'off'}}\n", folder.path().display());
    let running = vitrine_web::server::start(Config::from_parts("bench.yaml", &text, [])?).await?;
    let (address, app, stop) = (running.address, running.app.clone(), running.handle());
    let serving = tokio::spawn(running.run());

    // Each decision is stored once before anything is timed, as in a catalogue that asks again.
    let (_, requests, size) = prepared(address, &app).await?;
    let requests: Requests = Arc::new(move |turn| requests[turn % requests.len()].clone());
    let (empty, empty_stop) = empty_handler(size, app.config.workers)?;

    let (mut select, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(drive(empty, CONNECTIONS, ROUND, &requests).await?);
        select.push(drive(address, CONNECTIONS, ROUND, &requests).await?);
    }
    let ((bare_rate, bare_p99), (rate, p99)) = (middle(&mut bare), middle(&mut select));
    println!("answer of {size} bytes, {CONNECTIONS} connections, {ROUNDS} rounds of {} s each, the median round", ROUND.as_secs());
    println!("empty handler  {bare_rate:>8.0} requests/s   p99 {:>6.2} ms", bare_p99.as_secs_f64() * 1e3);
    println!("/v1/select     {rate:>8.0} requests/s   p99 {:>6.2} ms   10 known pictures", p99.as_secs_f64() * 1e3);
    println!("ratio          {:>8.3}   (goal >= 0.35)", rate / bare_rate);
    stop.stop(true).await;
    empty_stop.stop(true).await;
    serving.await??;
    Ok(())
}
