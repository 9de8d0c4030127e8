//! Many callers, one model: rows of numbers come one by one and are run many at once.
//!
//! Pull model: a session takes the next batch when it is free, so that batches grow by themselves while it is busy and an idle one adds
//! no wait; there is no timer. A caller [claims](Batcher::claim) a slot (or is refused at once, with the time to come back), writes its
//! row into it, [submits](Slot::submit) it, and [waits](Ticket::wait) for the answer, blocking or as a future. A ticket dropped before
//! its turn is never run. [`plan`] decides who is let in and who runs next, without clock or threads; this module has the threads.
//! What rows and answers are is the [`Runner`]'s business.

mod answer;
mod cost;
mod metrics;
mod plan;

use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use answer::Reply;
use plan::{Plan, Waiting};

use crate::breaker::Breaker;

pub use metrics::{Histogram, Metrics, Parts};
pub use plan::{BUCKETS, Lane, Settings};

/// Runs batches. Owned by one thread.
pub trait Runner: Send + 'static {
    /// What a caller writes: reused, so that its memory stays.
    type Row: Send + 'static;
    /// What a caller gets.
    type Answer: Send + 'static;

    /// Most rows of one batch.
    fn batch_max(&self) -> usize;

    /// An empty row, ready to be written.
    fn row(&self) -> Self::Row;

    /// One answer per row, in order, and the time of the run itself, without copying.
    ///
    /// # Errors
    /// A sentence, when the whole batch could not be run.
    fn run(&mut self, rows: &[&Self::Row]) -> Result<(Vec<Self::Answer>, Duration), String>;
}

/// How long a model whose runs fail is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The queue holds as many as it may.
    Full,
    /// What waits already would make it late.
    Busy,
    /// Its time was over before its turn or before its end.
    Late,
    /// The caller left before its turn.
    Cancelled,
    /// The run failed.
    Failed,
    /// The last runs failed: it is left alone for a moment.
    Paused,
    /// The batcher is being stopped.
    Stopped,
}

impl Cause {
    /// All of them, in the order of their counters.
    pub const ALL: [Self; 7] = [Self::Full, Self::Busy, Self::Late, Self::Cancelled, Self::Failed, Self::Paused, Self::Stopped];

    /// Its name in metrics and error codes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Busy => "busy",
            Self::Late => "late",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }
}

/// A request that got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Why.
    pub cause: Cause,
    /// When it is worth to come back, where that can be told.
    pub retry_after: Option<Duration>,
    /// A sentence for people.
    pub message: String,
}

impl Refusal {
    fn new(cause: Cause, retry_after: Option<Duration>) -> Self {
        let message = match cause {
            Cause::Full => "too many pictures wait for the model",
            Cause::Busy => "the model has more to do than it could finish before this picture's deadline",
            Cause::Late => "the deadline passed before the model came to this picture",
            Cause::Cancelled => "the request was cancelled",
            Cause::Failed => "the model could not be run",
            Cause::Paused => "the model's last runs failed; it is tried again in a moment",
            Cause::Stopped => "the model is being stopped",
        };
        Self { cause, retry_after, message: message.to_owned() }
    }
}

/// The threads of a model's sessions and the queue before them.
pub struct Batcher<R: Runner> {
    shared: Arc<Shared<R>>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared<R: Runner> {
    state: Mutex<State<R>>,
    changed: Condvar,
    metrics: Metrics,
    /// A model whose runs fail is not asked for every picture.
    breaker: Breaker,
}

struct State<R: Runner> {
    plan: Plan<Entry<R>>,
    /// Rows to be written again.
    free: Vec<R::Row>,
    stopping: bool,
}

struct Entry<R: Runner> {
    row: R::Row,
    reply: Arc<Reply<Outcome<R::Answer>>>,
}

type Outcome<A> = Result<(A, Ran), Refusal>;

/// How a row's batch went.
#[derive(Debug, Clone, Copy)]
struct Ran {
    started: Instant,
    ended: Instant,
    infer: Duration,
    batch: usize,
}

impl<R: Runner> Batcher<R> {
    /// Starts one thread for each of the runners, which share the queue, after runs that warm them up and teach the cost of a batch.
    ///
    /// # Errors
    /// When there is no runner, a warm-up run fails, or no thread can be started.
    pub fn start(name: &str, mut runners: Vec<R>, settings: Settings) -> Result<Self, Refusal> {
        let failed = |message: String| Refusal { message, ..Refusal::new(Cause::Failed, None) };
        let Some(batch_max) = runners.iter().map(Runner::batch_max).min() else { return Err(failed("there is no session".into())) };
        let mut plan = Plan::new(settings, batch_max, runners.len());
        for (index, runner) in runners.iter_mut().enumerate() {
            // The first run of a session is slow, and its cost alone would say nothing of batches.
            let sizes: &[usize] = if index == 0 { &[1, 1, 2] } else { &[1] };
            for size in sizes {
                let rows: Vec<R::Row> = (0..(*size).min(batch_max)).map(|_| runner.row()).collect();
                let start = Instant::now();
                runner.run(&rows.iter().collect::<Vec<_>>()).map_err(failed)?;
                plan.learn(rows.len(), start.elapsed());
            }
        }
        let state = State { plan, free: Vec::new(), stopping: false };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
            metrics: Metrics::default(),
            breaker: Breaker::new(PAUSE),
        });
        let mut batcher = Self { shared, threads: Vec::new() };
        for (session, runner) in runners.into_iter().enumerate() {
            let shared = Arc::clone(&batcher.shared);
            let thread = std::thread::Builder::new().name(format!("{name}-{session}")).spawn(move || serve(&shared, session, runner));
            batcher.threads.push(thread.map_err(|error| failed(format!("no thread for the model's session: {error}")))?);
        }
        Ok(batcher)
    }

    /// A slot to write a row into, if its answer can be there by the deadline; `row` makes a new one where none is left to reuse.
    ///
    /// # Errors
    /// A refusal, within microseconds, when the queue is full or the deadline could not be kept.
    pub fn claim(&self, lane: Lane, deadline: Instant, row: impl FnOnce() -> R::Row) -> Result<Slot<R>, Refusal> {
        let claimed = Instant::now();
        if !self.shared.breaker.admits(claimed) {
            self.shared.metrics.refused(Cause::Paused);
            return Err(Refusal::new(Cause::Paused, Some(PAUSE)));
        }
        let mut state = self.shared.lock();
        let admitted = if state.stopping { Err((Cause::Stopped, None)) } else { state.plan.admit(claimed, lane, deadline) };
        let free = state.free.pop();
        drop(state);
        match admitted {
            Ok(()) => Ok(Slot { shared: Arc::clone(&self.shared), row: Some(free.unwrap_or_else(row)), lane, deadline, claimed }),
            Err((cause, retry_after)) => {
                self.shared.metrics.refused(cause);
                Err(Refusal::new(cause, retry_after))
            }
        }
    }

    /// What has been done so far.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Rows claimed or waiting in both lanes.
    pub fn waiting(&self) -> usize {
        self.shared.lock().plan.ahead()
    }
}

/// Refuses what waits and lets running batches end.
impl<R: Runner> Drop for Batcher<R> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.stopping = true;
        let waiting = state.plan.drain();
        drop(state);
        self.shared.changed.notify_all();
        waiting.into_iter().for_each(|entry| self.shared.refuse(&entry.item, Cause::Stopped));
        for thread in self.threads.drain(..) {
            // A runner's panic was caught and answered: there is nothing to pass on.
            let _ = thread.join();
        }
    }
}

impl<R: Runner> Shared<R> {
    /// Nothing panics while holding the lock: what it guards is whole.
    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse(&self, entry: &Entry<R>, cause: Cause) {
        if entry.reply.give(Err(Refusal::new(cause, None))) {
            self.metrics.refused(cause);
        }
    }
}

/// The life of one session's thread.
fn serve<R: Runner>(shared: &Shared<R>, session: usize, mut runner: R) {
    while let Some((batch, late)) = next(shared, session) {
        late.iter().for_each(|entry| shared.refuse(&entry.item, Cause::Late));
        if batch.is_empty() {
            continue;
        }
        let rows: Vec<&R::Row> = batch.iter().map(|entry| &entry.item.row).collect();
        let started = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| runner.run(&rows))).unwrap_or_else(|_| Err("the session broke off".into()));
        let ended = Instant::now();
        let count = rows.len();
        let (replies, rows): (Vec<_>, Vec<_>) = batch.into_iter().map(|entry| (entry.item.reply, entry.item.row)).unzip();
        let mut state = shared.lock();
        state.plan.done(session, count, ended - started);
        let room = (2 * runner.batch_max()).saturating_sub(state.free.len());
        state.free.extend(rows.into_iter().take(room));
        drop(state);
        match result {
            Ok((answers, infer)) if answers.len() == count => {
                shared.breaker.succeeded();
                let ran = Ran { started, ended, infer: infer.min(ended - started), batch: count };
                replies.iter().zip(answers).for_each(|(reply, answer)| {
                    reply.give(Ok((answer, ran)));
                });
            }
            result => {
                shared.breaker.failed(ended);
                let reason = result.err().unwrap_or_else(|| "answers are missing".into());
                for reply in replies {
                    if reply.give(Err(Refusal { message: reason.clone(), ..Refusal::new(Cause::Failed, None) })) {
                        shared.metrics.refused(Cause::Failed);
                    }
                }
            }
        }
    }
}

type Entries<R> = Vec<Waiting<Entry<R>>>;

/// What a free session runs next, and what it is too late for; `None` at the end.
fn next<R: Runner>(shared: &Shared<R>, session: usize) -> Option<(Entries<R>, Entries<R>)> {
    let mut state = shared.lock();
    loop {
        if state.stopping {
            return None;
        }
        let (batch, late) = state.plan.take(Instant::now(), session);
        if !batch.is_empty() || !late.is_empty() {
            return Some((batch, late));
        }
        state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

/// A place in the queue, held while its row is written.
pub struct Slot<R: Runner> {
    shared: Arc<Shared<R>>,
    row: Option<R::Row>,
    lane: Lane,
    deadline: Instant,
    claimed: Instant,
}

impl<R: Runner> Slot<R> {
    /// Hands the row in.
    pub fn submit(mut self) -> Ticket<R> {
        let reply = Arc::new(Reply::default());
        let submitted = Instant::now();
        let mut state = self.shared.lock();
        // The row is there until this very line, which consumes the slot.
        let id = self.row.take().map_or(0, |row| state.plan.push(self.lane, self.deadline, Entry { row, reply: Arc::clone(&reply) }));
        let stopping = state.stopping;
        drop(state);
        if stopping {
            reply.give(Err(Refusal::new(Cause::Stopped, None)));
        }
        self.shared.changed.notify_one();
        Ticket { shared: Arc::clone(&self.shared), reply, lane: self.lane, id, deadline: self.deadline, claimed: self.claimed, submitted }
    }
}

impl<R: Runner> Deref for Slot<R> {
    type Target = R::Row;

    #[expect(clippy::expect_used, reason = "the row leaves the slot only when `submit` consumes it")]
    fn deref(&self) -> &R::Row {
        self.row.as_ref().expect("an unsubmitted slot has its row")
    }
}

impl<R: Runner> DerefMut for Slot<R> {
    #[expect(clippy::expect_used, reason = "the row leaves the slot only when `submit` consumes it")]
    fn deref_mut(&mut self) -> &mut R::Row {
        self.row.as_mut().expect("an unsubmitted slot has its row")
    }
}

/// A slot that is not submitted gives its place back.
impl<R: Runner> Drop for Slot<R> {
    fn drop(&mut self) {
        if let Some(row) = self.row.take() {
            let mut state = self.shared.lock();
            state.plan.give_up(self.lane);
            state.free.push(row);
        }
    }
}

/// A request under way; dropped, it is cancelled.
pub struct Ticket<R: Runner> {
    shared: Arc<Shared<R>>,
    reply: Arc<Reply<Outcome<R::Answer>>>,
    lane: Lane,
    id: u64,
    deadline: Instant,
    claimed: Instant,
    submitted: Instant,
}

impl<R: Runner> Ticket<R> {
    /// The answer, waited for until the deadline.
    ///
    /// # Errors
    /// The refusal, when there is none.
    pub fn wait(self) -> Result<Answered<R>, Refusal> {
        match self.reply.wait_until(self.deadline) {
            Some(outcome) => self.outcome(outcome),
            None => {
                self.shared.metrics.refused(Cause::Late);
                self.withdraw();
                Err(Refusal::new(Cause::Late, None))
            }
        }
    }

    /// Leaves. True: it was not run and never will be. False: its batch was running or done already.
    pub fn cancel(self) -> bool {
        let withdrawn = self.withdraw();
        if withdrawn {
            self.shared.metrics.refused(Cause::Cancelled);
        }
        withdrawn
    }

    fn withdraw(&self) -> bool {
        let mut state = self.shared.lock();
        let entry = state.plan.remove(self.lane, self.id);
        let found = entry.is_some();
        state.free.extend(entry.map(|entry| entry.row));
        found
    }

    fn outcome(&self, outcome: Outcome<R::Answer>) -> Result<Answered<R>, Refusal> {
        let (answer, ran) = outcome?;
        Ok(Answered { shared: Arc::clone(&self.shared), answer, claimed: self.claimed, submitted: self.submitted, ran })
    }
}

/// Resolves when there is an answer or a refusal. It has no clock: whoever awaits it sets the time, and cancels by dropping it.
impl<R: Runner> Future for Ticket<R> {
    type Output = Result<Answered<R>, Refusal>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.reply.poll(context.waker()) {
            Some(outcome) => Poll::Ready(self.outcome(outcome)),
            None => Poll::Pending,
        }
    }
}

impl<R: Runner> Drop for Ticket<R> {
    fn drop(&mut self) {
        if !self.reply.is_taken() && self.withdraw() {
            self.shared.metrics.refused(Cause::Cancelled);
        }
    }
}

/// An answer that the caller still has to make something of.
pub struct Answered<R: Runner> {
    shared: Arc<Shared<R>>,
    answer: R::Answer,
    claimed: Instant,
    submitted: Instant,
    ran: Ran,
}

impl<R: Runner> Answered<R> {
    /// Makes something of it, and records how long every part of the whole took.
    pub fn finish<T>(self, make: impl FnOnce(R::Answer) -> T) -> T {
        let made = make(self.answer);
        let Ran { started, ended, infer, batch } = self.ran;
        let ready = Instant::now();
        self.shared.metrics.record(&Parts {
            preprocess: self.submitted - self.claimed,
            queue: started - self.submitted,
            copy: (ended - started).saturating_sub(infer),
            infer,
            postprocess: ready - ended,
            total: ready - self.claimed,
            batch,
        });
        made
    }
}
