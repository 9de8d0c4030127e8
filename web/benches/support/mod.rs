//! What the benches of the selection share: products and their pictures, and callers that keep a connection open and ask again as soon as
//! they are answered.

use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::{App as HttpApp, HttpResponse, HttpServer, web};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vitrine_web::app::App;
use vitrine_web::pictures::Wanted;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A request by its number.
pub type Requests = Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>;

/// A handler that reads the request and answers a body of a size: as fast as the framework is.
pub fn empty_handler(size: usize, workers: usize) -> Result<(SocketAddr, ServerHandle), Failure> {
    let body = "x".repeat(size);
    let server = HttpServer::new(move || {
        let body = body.clone();
        HttpApp::new().default_service(web::to(move |_asked: web::Bytes| {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type("application/json").body(body) }
        }))
    });
    let server = server.workers(workers).bind("127.0.0.1:0")?;
    let address = server.addrs().first().copied().ok_or("no address")?;
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok((address, handle))
}

/// Different pictures.
const PICTURES: usize = 60;
/// Different products.
pub const PRODUCTS: usize = 200;

/// Measures the pictures, and has each product's decision stored; gives the pictures' hashes, the products' requests, and the size of the
/// largest answer, bytes.
pub async fn prepared(address: SocketAddr, app: &Arc<App>) -> Result<(Vec<String>, Vec<Vec<u8>>, usize), Failure> {
    let mut hashes = Vec::new();
    for number in 0..PICTURES {
        let picture = drawing(number, 600 + 5 * number as u32)?;
        let picture = app.picture_of_bytes(picture, None, Wanted::Everything).await.map_err(|error| error.to_string())?;
        hashes.push(picture.measured.content_hash.to_string());
    }
    let requests: Vec<Vec<u8>> = (0..PRODUCTS).map(|product| request(product, &hashes)).collect();
    let mut size = 0;
    for request in &requests {
        size = size.max(exchange(&mut TcpStream::connect(address).await?, request, &mut Vec::new()).await?.1);
    }
    Ok((hashes, requests, size))
}

/// `POST /v1/select` of a product with ten of these pictures.
pub fn request(product: usize, hashes: &[String]) -> Vec<u8> {
    let candidate = |turn: usize| json!({"id": format!("image-{turn}"), "hash": hashes[(product * 7 + turn * 3) % hashes.len()]});
    let candidates: Vec<_> = (0..10).map(candidate).collect();
    post(&json!({"product": {"id": format!("sku-{product}"), "category": "shoes"}, "date": "2026-11-21", "candidates": candidates}))
}

/// A body as a whole request.
pub fn post(body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let head =
        format!("POST /v1/select HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.into_bytes(), body.into_bytes()].concat()
}

/// Product-like drawings that differ in size and colour.
pub fn drawing(number: usize, side: u32) -> Result<Vec<u8>, Failure> {
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

/// So many callers ask again as soon as they are answered; requests/s, and what 99 % of them waited at most.
pub async fn drive(address: SocketAddr, callers: usize, time: Duration, requests: &Requests) -> Result<(f64, Duration), Failure> {
    let started = Instant::now();
    let callers: Vec<_> = (0..callers)
        .map(|caller| {
            let requests = Arc::clone(requests);
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                let (mut times, mut buffer, mut turn) = (Vec::new(), Vec::with_capacity(32 << 10), caller * 31);
                while started.elapsed() < time {
                    let request = requests(turn);
                    let asked = Instant::now();
                    let (status, _) = exchange(&mut stream, &request, &mut buffer).await?;
                    if status != 200 {
                        return Err(String::from_utf8_lossy(&buffer).into_owned().into());
                    }
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
    Ok((times.len() as f64 / started.elapsed().as_secs_f64(), percentile(&mut times, 99)))
}

/// What so many of a hundred waited at most.
pub fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Sends a request and reads its whole answer; its status and the body's size.
pub async fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<(u16, usize), Failure> {
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
            let status: u16 = text.split(' ').nth(1).ok_or("no status")?.parse()?;
            let length = text.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(|n| n.trim().to_owned()));
            let length: usize = length.ok_or("no length")?.parse()?;
            end = Some((head + 4 + length, status, length));
        }
        if let Some((all, status, length)) = end
            && buffer.len() >= all
        {
            return Ok((status, length));
        }
    }
}

/// The round in the middle.
pub fn middle(rounds: &mut [(f64, Duration)]) -> (f64, Duration) {
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    rounds[rounds.len() / 2]
}
