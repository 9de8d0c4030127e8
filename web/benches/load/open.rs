//! Requests that come when they come, whether those before them have been answered or not: what one waits is counted from the moment at which
//! it was due. A caller gives up one that it could not even send within its patience, so that an overload ends when its step ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::support::{Failure, Requests, exchange, percentile};

/// Requests under way at once, at most; `CALLERS` says another number.
const CALLERS: usize = 256;
/// How long after it was due a request is still sent.
const PATIENCE: Duration = Duration::from_millis(100);

/// So many requests a second for so long.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub rate: f64,
    pub time: Duration,
}

/// What became of one.
#[derive(Debug, Clone, Copy)]
pub struct Answered {
    /// When it was due, from the start.
    pub due: Duration,
    /// How long after that it was answered.
    pub waited: Duration,
    /// How long after it was sent it was answered.
    pub took: Duration,
    /// Of the answer; `None` where it was not sent.
    pub status: Option<u16>,
}

/// Lets requests come, step after step; all that became of them, in the order in which they were due.
pub async fn offer(address: SocketAddr, steps: &[Step], requests: &Requests) -> Result<Vec<Answered>, Failure> {
    let due: Arc<Vec<Duration>> = Arc::new(moments(steps));
    let (next, started) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let callers = std::env::var("CALLERS").ok().and_then(|text| text.parse().ok()).unwrap_or(CALLERS);
    let callers: Vec<_> = (0..callers)
        .map(|_| {
            let (due, next, requests) = (Arc::clone(&due), Arc::clone(&next), Arc::clone(requests));
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                let (mut answered, mut buffer) = (Vec::new(), Vec::with_capacity(32 << 10));
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&due) = due.get(number) else { return Ok::<_, Failure>(answered) };
                    let now = started.elapsed();
                    // What is given up costs next to nothing: the processors are those of the server, too.
                    if now > due + PATIENCE {
                        answered.push(Answered { due, waited: now - due, took: Duration::ZERO, status: None });
                        continue;
                    }
                    let request = requests(number);
                    if now < due {
                        tokio::time::sleep_until((started + due).into()).await;
                    }
                    let sent = started.elapsed();
                    let (status, _) = exchange(&mut stream, &request, &mut buffer).await?;
                    let now = started.elapsed();
                    answered.push(Answered { due, waited: now - due, took: now - sent, status: Some(status) });
                }
            })
        })
        .collect();
    let mut all = Vec::with_capacity(due.len());
    for caller in callers {
        all.extend(caller.await??);
    }
    all.sort_by_key(|answered| answered.due);
    Ok(all)
}

/// When requests come: by chance, as many a second as a step says, in the same order each time.
fn moments(steps: &[Step]) -> Vec<Duration> {
    let (mut state, mut begin, mut moments) = (88_172_645_463_325_252_u64, 0.0, Vec::new());
    for Step { rate, time } in steps {
        let end = begin + time.as_secs_f64();
        let mut at: f64 = begin;
        loop {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let chance = ((state >> 11) as f64 + 1.0) / ((1_u64 << 53) as f64 + 1.0);
            at -= chance.ln() / rate;
            if at >= end {
                break;
            }
            moments.push(Duration::from_secs_f64(at));
        }
        begin = end;
    }
    moments
}

/// What 99 % of those with this status waited at most, from when they were due.
pub fn p99(answered: &[Answered], status: u16) -> Duration {
    let mut waited: Vec<Duration> = answered.iter().filter(|one| one.status == Some(status)).map(|one| one.waited).collect();
    percentile(&mut waited, 99)
}

/// What 99 % of the refusals took at most, from when they were sent.
pub fn refusals_p99(answered: &[Answered]) -> Duration {
    let mut took: Vec<Duration> = answered.iter().filter(|one| one.status == Some(429)).map(|one| one.took).collect();
    percentile(&mut took, 99)
}
