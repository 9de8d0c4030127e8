//! `POST /v1/select` with 10 known pictures against an empty handler that answers a body of the same size: both in this process, driven in
//! alternating rounds by the same generator over the same number of kept connections. Prints requests/s, p99 and the ratio (goal >= 0.35).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::io::Cursor;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use actix_web::{App as HttpApp, HttpResponse, HttpServer, web};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vitrine_web::config::Config;
use vitrine_web::pictures::Wanted;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 32;
const PICTURES: usize = 60;
const PRODUCTS: usize = 200;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);

type Failure = Box<dyn std::error::Error + Send + Sync>;

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

    let mut hashes = Vec::new();
    for number in 0..PICTURES {
        let picture = app.picture_of_bytes(drawing(number)?, None, Wanted::Everything).await.map_err(|error| error.to_string())?;
        hashes.push(picture.measured.content_hash.to_string());
    }
    let requests: Vec<Vec<u8>> = (0..PRODUCTS).map(|product| request(product, &hashes)).collect();
    // Each decision is stored once before anything is timed, as in a catalogue that asks again.
    let mut size = 0;
    for request in &requests {
        size = size.max(exchange(&mut TcpStream::connect(address).await?, request, &mut Vec::new()).await?);
    }
    let body = "x".repeat(size);
    let empty = HttpServer::new(move || {
        let body = body.clone();
        HttpApp::new().default_service(web::to(move |_asked: web::Bytes| {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type("application/json").body(body) }
        }))
    });
    let empty = empty.workers(app.config.workers).bind("127.0.0.1:0")?;
    let empty_address = empty.addrs()[0];
    let empty = empty.run();
    let empty_stop = empty.handle();
    let empty = tokio::spawn(empty);

    let (mut select, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(drive(empty_address, &requests).await?);
        select.push(drive(address, &requests).await?);
    }
    let ((bare_rate, bare_p99), (rate, p99)) = (middle(&mut bare), middle(&mut select));
    println!("answer of {size} bytes, {CONNECTIONS} connections, {ROUNDS} rounds of {} s each, the median round", ROUND.as_secs());
    println!("empty handler  {bare_rate:>8.0} requests/s   p99 {:>6.2} ms", bare_p99.as_secs_f64() * 1e3);
    println!("/v1/select     {rate:>8.0} requests/s   p99 {:>6.2} ms   10 known pictures", p99.as_secs_f64() * 1e3);
    println!("ratio          {:>8.3}   (goal >= 0.35)", rate / bare_rate);
    stop.stop(true).await;
    empty_stop.stop(true).await;
    serving.await??;
    empty.await??;
    Ok(())
}

fn request(product: usize, hashes: &[String]) -> Vec<u8> {
    let candidate = |turn: usize| json!({"id": format!("image-{turn}"), "hash": hashes[(product * 7 + turn * 3) % hashes.len()]});
    let candidates: Vec<_> = (0..10).map(candidate).collect();
    let body = json!({"product": {"id": format!("sku-{product}"), "category": "shoes"}, "date": "2026-11-21", "candidates": candidates})
        .to_string();
    let head =
        format!("POST /v1/select HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.into_bytes(), body.into_bytes()].concat()
}

/// Product-like drawings that differ in size and colour.
fn drawing(number: usize) -> Result<Vec<u8>, Failure> {
    let side = 600 + 5 * number as u32;
    let inside = side / 6..side * 5 / 6;
    let colour = [(number * 37 % 200) as u8, (number * 91 % 200) as u8, (number * 53 % 200) as u8];
    let picture = image::RgbImage::from_fn(side, side, |x, y| {
        let on = inside.contains(&x) && inside.contains(&y);
        if on { image::Rgb(colour.map(|c| c.saturating_add((x * 50 / side) as u8))) } else { image::Rgb([255; 3]) }
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)?;
    Ok(bytes)
}

async fn drive(address: SocketAddr, requests: &[Vec<u8>]) -> Result<(f64, Duration), Failure> {
    let started = Instant::now();
    let callers: Vec<_> = (0..CONNECTIONS)
        .map(|caller| {
            let requests = requests.to_vec();
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                let (mut times, mut buffer, mut turn) = (Vec::new(), Vec::with_capacity(32 << 10), caller * 31);
                while started.elapsed() < ROUND {
                    let asked = Instant::now();
                    exchange(&mut stream, &requests[turn % requests.len()], &mut buffer).await?;
                    times.push(asked.elapsed());
                    turn += 1;
                }
                Ok::<_, Failure>(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await??);
    }
    let took = started.elapsed().as_secs_f64();
    times.sort();
    Ok((times.len() as f64 / took, times[times.len() * 99 / 100]))
}

/// Sends a request and reads its whole answer; the body's size.
async fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<usize, Failure> {
    stream.write_all(request).await?;
    buffer.clear();
    let mut end = None;
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        if end.is_none() {
            let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(&buffer[..head])?;
            if !text.starts_with("HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(buffer).into_owned().into());
            }
            let length = text.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(|n| n.trim().to_owned()));
            let length: usize = length.ok_or("no length")?.parse()?;
            end = Some((head + 4 + length, length));
        }
        if let Some((all, length)) = end
            && buffer.len() >= all
        {
            return Ok(length);
        }
    }
}

fn middle(rounds: &mut [(f64, Duration)]) -> (f64, Duration) {
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    rounds[rounds.len() / 2]
}
