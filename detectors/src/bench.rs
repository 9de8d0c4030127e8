//! What the batcher costs over the bare runtime: both timed in one run, turn by turn, so that the machine's load falls on both alike.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::batcher::{Batcher, Lane, Settings};
use crate::learned::Sessions;
use crate::model::{Model, ModelError};
use crate::onnx::{Io, OnnxError, Runtime, Session, SessionOptions};

/// What was found, as numbers and as lines for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Pictures a second through the batcher over those of a bare loop with the same session, threads and batch size.
    pub throughput: f64,
    /// Median time that the batcher adds to a single picture, ms.
    pub added_ms: f64,
    /// Pictures a second with 64 callers over those with one, through the batcher.
    pub callers: f64,
    /// The same of bare loops: as many as there are sessions, at their best batch size, over one at batch size 1.
    pub bare: f64,
    /// One line for each.
    pub lines: Vec<String>,
}

/// Batch size of the comparison, where the graph takes so many.
const BATCH: usize = 8;
/// Rounds of each comparison; the median counts.
const ROUNDS: usize = 7;
/// Time of one round.
const ROUND: Duration = Duration::from_millis(700);
/// Single pictures timed.
const SINGLES: usize = 60;
/// Callers at once.
const CALLERS: usize = 64;

/// Compares for one model; takes about half a minute.
///
/// # Errors
/// When the model cannot be run.
pub fn compare(runtime: &Runtime, model: &Model, options: SessionOptions, sessions: usize) -> Result<Comparison, ModelError> {
    let failed = |error: OnnxError| ModelError::new(&model.manifest.model, error.to_string());
    let io = |batch_max: usize| Io { batch_max: batch_max.min(model.io().batch_max), ..model.io() };
    let session = |batch_max| Session::new(runtime, &model.onnx, io(batch_max), options).map_err(failed);
    let batcher = |count: usize, batch_max| {
        let sessions = (0..count).map(|_| session(batch_max).map(Sessions)).collect::<Result<Vec<_>, _>>()?;
        let settings = Settings { batch_time_max: Duration::from_secs(60), ..Settings::default() };
        Batcher::start("bench", sessions, settings).map_err(|refusal| ModelError::new(&model.manifest.model, refusal.message))
    };
    let batch = io(BATCH).batch_max;
    let pictures = |rate: f64| (rate * ROUND.as_secs_f64() / batch as f64).ceil().max(1.0) as usize * batch;
    let row = vec![0.1f32; io(1).row_len()];
    let rows = vec![row.as_slice(); batch];
    let mut bare = session(batch)?;

    let same = batcher(1, batch)?;
    let mut throughputs = Vec::new();
    let (mut bare_rates, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let bare_rate = bare_loop(&mut bare, &rows, ROUND).map_err(failed)?;
        let rate = called(&same, 2 * batch, &row, pictures(bare_rate));
        throughputs.push(rate / bare_rate);
        bare_rates.push(bare_rate);
        rates.push(rate);
    }

    let (mut alone, mut through) = (Vec::new(), Vec::new());
    for _ in 0..SINGLES {
        let start = Instant::now();
        bare.run(&rows[..1]).map_err(failed)?;
        alone.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        call(&same, &row);
        through.push(start.elapsed().as_secs_f64());
    }
    drop(same);

    let many = batcher(sessions, model.io().batch_max)?;
    let (mut scaled, mut bare_scaled) = (Vec::new(), Vec::new());
    let mut bares = (0..sessions).map(|_| session(batch)).collect::<Result<Vec<_>, _>>()?;
    for _ in 0..ROUNDS {
        let single = bare_loop(&mut bare, &rows[..1], ROUND).map_err(failed)?;
        let one = called(&many, 1, &row, pictures(single));
        scaled.push(called(&many, CALLERS, &row, pictures(single) * sessions) / one);
        bare_scaled.push(bare_loops(&mut bares, &rows, ROUND).map_err(failed)? / single);
    }
    let (throughput, added_ms) = (median(throughputs), (median(through) - median(alone.clone())) * 1e3);
    let (callers, bare_factor) = (median(scaled), median(bare_scaled));
    let lines = vec![
        format!(
            "batches of {batch}, one session of {} thread(s): {:.1} pictures/s through the batcher, {:.1} in a bare loop: {throughput:.3}",
            options.threads,
            median(rates),
            median(bare_rates)
        ),
        format!("one caller: {added_ms:.3} ms added to {:.2} ms (medians)", median(alone) * 1e3),
        format!("{CALLERS} callers over one, {sessions} session(s): {callers:.2} x; bare loops: {bare_factor:.2} x"),
    ];
    Ok(Comparison { throughput, added_ms, callers, bare: bare_factor, lines })
}

/// Pictures a second of one session run again and again.
fn bare_loop(session: &mut Session, rows: &[&[f32]], time: Duration) -> Result<f64, OnnxError> {
    let start = Instant::now();
    let mut done = 0;
    while start.elapsed() < time {
        session.run(rows)?;
        done += rows.len();
    }
    Ok(done as f64 / start.elapsed().as_secs_f64())
}

/// The same of several at once.
fn bare_loops(sessions: &mut [Session], rows: &[&[f32]], time: Duration) -> Result<f64, OnnxError> {
    std::thread::scope(|scope| {
        let loops: Vec<_> = sessions.iter_mut().map(|session| scope.spawn(move || bare_loop(session, rows, time))).collect();
        let rates = loops.into_iter().map(|each| each.join().unwrap_or_else(|_| Err(OnnxError::Run("a loop broke off".into()))));
        rates.sum()
    })
}

/// Pictures a second answered to so many callers, each of whom asks again when it has its answer. As many are asked for as a bare loop
/// would have done in the time. What callers write is taken to be there already: that is not the batcher's work.
fn called(batcher: &Batcher<Sessions>, callers: usize, row: &[f32], pictures: usize) -> f64 {
    let left = AtomicUsize::new(pictures);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| while left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() && call(batcher, row) {});
        }
    });
    pictures as f64 / start.elapsed().as_secs_f64()
}

/// One picture; true when it was answered. A slot that was used before keeps its numbers.
fn call(batcher: &Batcher<Sessions>, row: &[f32]) -> bool {
    let deadline = Instant::now() + Duration::from_secs(60);
    let Ok(slot) = batcher.claim(Lane::Online, deadline, || row.to_vec()) else { return false };
    slot.submit().wait().map(|answered| answered.finish(drop)).is_ok()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
