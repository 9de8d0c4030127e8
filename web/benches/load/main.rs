//! `POST /v1/select` under load, with Postgres, Redis and the generator on the same machine, on loopback only: 1 M stored decisions, 10 known
//! pictures a request, 2 % of the answers new decisions. Prints each figure beside its goal. `DECISIONS=10000` makes the preparation shorter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod open;
#[path = "../support/mod.rs"]
mod support;

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use open::{Answered, Step, offer, p99, refusals_p99};
use serde_json::json;
use sqlx::AnyPool;
use support::{Failure, PRODUCTS, Requests, drawing, drive, empty_handler, exchange, middle, post, prepared, request};
use tokio::net::TcpStream;
use vitrine_testing::{Database, Redis};
use vitrine_web::config::Config;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 32;
/// One in so many requests asks about a product that nobody has asked about.
const NEW_ONE_IN: usize = 50;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
/// Selections of unknown pictures that are timed, and pictures of each.
const COLD: usize = 40;
/// An answer that came later than this is of no use to whoever asked.
const USEFUL: Duration = Duration::from_millis(250);
/// Pictures of the stock that is judged beside, again and again.
const STOCK: usize = 600;
/// Pictures of one shard, in place of 1,000: a round has to see some committed.
const SHARD: usize = 10;
/// Rounds alone and beside it: p99 of one alone is up to three times that of the next.
const TURNS: usize = 7;
/// A stock is hours of work, and not the start of a program.
const STARTED: Duration = Duration::from_secs(2);

fn main() -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<(), Failure> {
    let decisions: i64 = std::env::var("DECISIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let (folder, database, redis) = (tempfile::TempDir::new()?, Database::postgres(), Redis::start());
    let text = format!(
        "store: {{url: '{}'}}\nredis: {{url: '{}'}}\nserver: {{bind: '127.0.0.1:0'}}\nlog: {{level: 'off'}}\n",
        database.url,
        redis.url()
    );
    let running = vitrine_web::server::start(Config::from_parts("bench.yaml", &text, [])?).await?;
    let (address, app, stop) = (running.address, running.app.clone(), running.handle());
    let serving = tokio::spawn(running.run());

    let (hashes, known, size) = prepared(address, &app).await?;
    let stored = fill(&database.url, decisions).await?;
    println!("{stored} stored decisions on Postgres, answers of {size} bytes shared through Redis");

    let fresh = Arc::new(AtomicUsize::new(PRODUCTS));
    let requests: Requests = Arc::new(move |turn| match turn % NEW_ONE_IN {
        0 => request(fresh.fetch_add(1, Ordering::Relaxed), &hashes),
        _ => known[turn % known.len()].clone(),
    });
    let capacity = against_an_empty_handler(address, size, app.config.workers, &requests).await?;
    let alone = steady(address, 0.6 * capacity, &requests).await?;
    println!("at 60 % of that             p99 {:>7.1} ms   (goal <= 50)", ms(alone));
    overloaded(address, capacity, &requests).await?;
    cold(address).await?;
    beside_a_stock(address, folder.path(), 0.6 * capacity, &requests).await?;
    stop.stop(true).await;
    serving.await??;
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// As many decisions as wanted, each as large as a real one.
async fn fill(url: &str, wanted: i64) -> Result<i64, Failure> {
    let pool = AnyPool::connect(url).await?;
    let copies = "INSERT INTO decisions (tenant, id, product_id, document, stored_ms) \
         SELECT d.tenant, encode(sha256(convert_to('filler ' || n, 'UTF8')), 'hex'), 'filler-' || n, d.document, d.stored_ms \
         FROM (SELECT * FROM decisions ORDER BY id LIMIT 1) d, generate_series($1, $2) n";
    for begin in (1..=wanted).step_by(50_000) {
        sqlx::query(copies).bind(begin).bind((begin + 49_999).min(wanted)).execute(&pool).await?;
    }
    sqlx::query("ANALYZE").execute(&pool).await?;
    sqlx::query("CHECKPOINT").execute(&pool).await?;
    let stored = sqlx::query_scalar("SELECT COUNT(*) FROM decisions").fetch_one(&pool).await?;
    pool.close().await;
    Ok(stored)
}

/// Requests/s, as fast as they are answered.
async fn against_an_empty_handler(address: SocketAddr, size: usize, workers: usize, requests: &Requests) -> Result<f64, Failure> {
    let (empty, stop) = empty_handler(size, workers)?;
    let (mut select, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(drive(empty, CONNECTIONS, ROUND, requests).await?);
        select.push(drive(address, CONNECTIONS, ROUND, requests).await?);
    }
    stop.stop(true).await;
    let ((bare, _), (rate, _)) = (middle(&mut bare), middle(&mut select));
    println!("empty handler   {bare:>8.0} requests/s");
    println!("/v1/select      {rate:>8.0} requests/s   10 known pictures, 2 % new decisions");
    println!("ratio           {:>8.3}              (goal >= 0.2)", rate / bare);
    Ok(rate)
}

/// What 99 % wait at most at a steady rate.
async fn steady(address: SocketAddr, rate: f64, requests: &Requests) -> Result<Duration, Failure> {
    let answered = offer(address, &[Step { rate, time: Duration::from_secs(10) }], requests).await?;
    let served = answered.iter().filter(|one| one.status == Some(200)).count();
    if served * 100 < answered.len() * 99 {
        println!("only {served} of {} were served", answered.len());
    }
    Ok(p99(&answered, 200))
}

/// Three times as many requests as can be answered, for a while.
async fn overloaded(address: SocketAddr, capacity: f64, requests: &Requests) -> Result<(), Failure> {
    let time = Duration::from_secs(5);
    let steps = [0.5, 3.0, 0.5].map(|part| Step { rate: part * capacity, time });
    let answered = offer(address, &steps, requests).await?;
    let within = |from: Duration, to: Duration| answered.iter().filter(move |one| (from..to).contains(&one.due));
    let useful = |one: &&Answered| one.status == Some(200) && one.waited <= USEFUL;
    let during: Vec<Answered> = within(time, 2 * time).copied().collect();
    let good = during.iter().filter(useful).count() as f64 / time.as_secs_f64();
    let refused = during.iter().filter(|one| one.status == Some(429)).count();
    let unsent = during.iter().filter(|one| one.status.is_none()).count();
    println!(
        "three times as many         {:>6.1} % of capacity answered within {} ms   (goal >= 90); {refused} refused, {unsent} never sent",
        100.0 * good / capacity,
        USEFUL.as_millis()
    );
    match refused {
        0 => println!("refusals                   none needed   (goal: p99 <= 20 ms)"),
        _ => println!("refusals                    p99 {:>7.1} ms   (goal <= 20)", ms(refusals_p99(&during))),
    }
    // It has recovered when what comes is answered as it has to be without an overload.
    let slot = Duration::from_millis(100);
    let late = (0..time.as_millis() / slot.as_millis()).rev().find(|slots| {
        let from = 2 * time + slot * u32::try_from(*slots).unwrap_or_default();
        let (soon, all) = within(from, from + slot).fold((0, 0), |(soon, all), one| {
            (soon + usize::from(one.status == Some(200) && one.waited <= Duration::from_millis(50)), all + 1)
        });
        soon * 100 < all * 99
    });
    let recovered = late.map_or(Duration::ZERO, |slots| slot * u32::try_from(slots + 1).unwrap_or_default());
    println!("p99 <= 50 ms again after    {:>11.1} ms   (goal <= 2000)", ms(recovered));
    Ok(())
}

/// Selections of 10 pictures of 1 Mpx that nobody knows, two at a time.
async fn cold(address: SocketAddr) -> Result<(), Failure> {
    let mut bodies = Vec::with_capacity(COLD);
    for turn in 0..COLD {
        let picture = |at: usize| {
            let bytes = drawing(10_000 + 10 * turn + at, 1000)?;
            Ok::<_, Failure>(json!({"id": format!("image-{at}"), "bytes": base64::engine::general_purpose::STANDARD.encode(bytes)}))
        };
        let candidates = (0..10).map(picture).collect::<Result<Vec<_>, _>>()?;
        bodies.push(post(&json!({"product": {"id": format!("cold-{turn}"), "category": "shoes"}, "candidates": candidates})));
    }
    let (bodies, next) = (Arc::new(bodies), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> = (0..2)
        .map(|_| {
            let (bodies, next) = (Arc::clone(&bodies), Arc::clone(&next));
            tokio::spawn(async move {
                let (mut stream, mut buffer, mut times) = (TcpStream::connect(address).await?, Vec::new(), Vec::new());
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let asked = std::time::Instant::now();
                    let (status, _) = exchange(&mut stream, body, &mut buffer).await?;
                    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&buffer));
                    times.push(asked.elapsed());
                }
                Ok::<_, Failure>(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await??);
    }
    println!("10 unknown pictures of 1 Mpx, 2 at a time: p99 {:>7.1} ms   (goal < 1000)", ms(support::percentile(&mut times, 99)));
    Ok(())
}

/// The same steady rate alone and beside a stock that is judged, in turns.
async fn beside_a_stock(address: SocketAddr, folder: &std::path::Path, rate: f64, requests: &Requests) -> Result<(), Failure> {
    let pictures = folder.join("pictures");
    std::fs::create_dir_all(&pictures)?;
    for number in 0..STOCK {
        std::fs::write(pictures.join(format!("{number}.png")), drawing(20_000 + number, 1000)?)?;
    }
    let (mut alone, mut beside, mut judged) = (Vec::new(), Vec::new(), 0);
    for round in 0..TURNS {
        alone.push(steady(address, rate, requests).await?);
        let job = folder.join(format!("job-{round}"));
        let mut stock = Stock::begin(&pictures, &job)?;
        tokio::time::sleep(STARTED).await;
        beside.push(steady(address, rate, requests).await?);
        stock.end();
        judged +=
            SHARD * std::fs::read_dir(&job)?.flatten().filter(|file| file.file_name().to_string_lossy().starts_with("shard=")).count();
    }
    let (alone, beside) = (support::percentile(&mut alone, 50), support::percentile(&mut beside, 50));
    println!(
        "beside a stock at work      p99 {:>7.1} ms, alone {:.1} ms: {:+.0} %   (goal <= +25 %)",
        ms(beside),
        ms(alone),
        100.0 * (beside.as_secs_f64() / alone.as_secs_f64() - 1.0)
    );
    println!("pictures of it judged meanwhile {judged:>7}     in {TURNS} rounds");
    Ok(())
}

/// A stock that is judged by a program of its own, until it is told to end.
struct Stock(Child);

impl Stock {
    fn begin(pictures: &std::path::Path, job: &std::path::Path) -> Result<Self, Failure> {
        let vitrine = env!("CARGO_BIN_EXE_vitrine");
        let planned = Command::new(vitrine).args(["shard", "plan"]).arg(job).arg(pictures).args(["--rows", &SHARD.to_string()]).output()?;
        if !planned.status.success() {
            return Err(String::from_utf8_lossy(&planned.stderr).into_owned().into());
        }
        let run = Command::new(vitrine).args(["shard", "run"]).arg(job).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self(run))
    }

    fn end(&mut self) {
        if self.0.try_wait().is_ok_and(|ended| ended.is_some()) {
            println!("the stock was done before the round was over");
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
