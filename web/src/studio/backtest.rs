//! Backtests: what another rule book would have made of the whole catalogue, from stored signals. They run beside the requests on
//! threads of their own, tell how far they are, and can be stopped.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;
use vitrine_rules::backtest::{Backtest, BacktestResult, Flips, Partial, Question};

use crate::app::App;
use crate::columns::{Columns, unreadable};
use crate::error::{ApiError, Code};
use crate::rulebook::RuleBook;

/// Backtests that are kept to be looked at.
const KEPT: usize = 50;
/// How often a running one tells how far it is.
const PERIOD: Duration = Duration::from_millis(200);

/// Where a backtest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// At work.
    Running,
    /// Through.
    Done,
    /// Stopped by a person.
    Cancelled,
    /// Broken off.
    Failed,
}

/// A backtest as it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Run {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub state: RunState,
    /// Pictures judged so far.
    pub done: u64,
    /// Pictures that there are.
    pub total: u64,
    /// Time it has taken, ms.
    pub elapsed_ms: u64,
    /// What it says, so far.
    #[schema(value_type = Object)]
    pub result: Option<Arc<BacktestResult>>,
    /// Why it broke off.
    pub error: Option<String>,
}

/// The backtests of this server.
#[derive(Default)]
pub struct Runs {
    runs: Mutex<BTreeMap<u64, Arc<Running>>>,
    next: AtomicUsize,
}

/// A backtest at work, or ended.
pub struct Running {
    /// How it stands; told of every change.
    pub now: watch::Receiver<Run>,
    /// Gone when it has ended.
    work: Weak<Work>,
}

impl Runs {
    /// Keeps work under a name; what is told there is seen under that name.
    fn add(&self, work: &Arc<Work>) -> (watch::Sender<Run>, String) {
        let number = self.next.fetch_add(1, Ordering::Relaxed) as u64 + 1;
        let id = format!("b{number}");
        let total = work.columns.pictures;
        let run = Run { id: id.clone(), state: RunState::Running, done: 0, total, elapsed_ms: 0, result: None, error: None };
        let (tell, now) = watch::channel(run);
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.insert(number, Arc::new(Running { now, work: Arc::downgrade(work) }));
        while runs.len() > KEPT {
            if let Some((_, oldest)) = runs.pop_first() {
                oldest.cancel();
            }
        }
        (tell, id)
    }

    /// One of them.
    ///
    /// # Errors
    /// `backtest_unknown`.
    pub fn get(&self, id: &str) -> Result<Arc<Running>, ApiError> {
        let number = id.strip_prefix('b').and_then(|number| number.parse().ok());
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let run = number.and_then(|number: u64| runs.get(&number).cloned());
        run.ok_or_else(|| ApiError::new(Code::BacktestUnknown, "this server has no such backtest"))
    }

    /// Stops all.
    pub fn stop(&self) {
        for run in self.runs.lock().unwrap_or_else(PoisonError::into_inner).values() {
            run.cancel();
        }
    }
}

impl Running {
    /// Asks it to stop; it does so after the batches it is at.
    pub fn cancel(&self) {
        if let Some(work) = self.work.upgrade() {
            work.cancelled.store(true, Ordering::Relaxed);
        }
    }
}

/// What all threads of one backtest share.
struct Work {
    backtest: Backtest,
    columns: Arc<Columns>,
    next: AtomicUsize,
    sum: Mutex<Partial>,
    cancelled: AtomicBool,
}

impl App {
    /// Starts a backtest; [`Runs::get`] tells how it stands.
    ///
    /// # Errors
    /// The findings of the new book, or a store that cannot be read.
    pub async fn start_backtest(self: &Arc<Self>, old: &RuleBook, new: &RuleBook, question: Question) -> Result<String, ApiError> {
        let work = self.backtest_of(old, new, question).await?;
        let (tell, id) = self.runs.add(&work);
        let started = Instant::now();
        let threads: Vec<_> = (0..self.threads()).map(|_| spawn(&work)).collect();
        tokio::spawn(async move {
            let mut threads = futures_util::future::join_all(threads);
            let ended = loop {
                tokio::select! {
                    ended = &mut threads => break ended,
                    () = tokio::time::sleep(PERIOD) => {
                        let partial = work.sum.lock().unwrap_or_else(PoisonError::into_inner);
                        let (done, result) = (partial.rows(), Arc::new(partial.result()));
                        drop(partial);
                        tell.send_modify(|run| {
                            (run.done, run.result) = (done, Some(result));
                            run.elapsed_ms = started.elapsed().as_millis() as u64;
                        });
                    }
                }
            };
            let failure = ended.into_iter().find_map(|end| end.map_err(|_| "a thread broke off".to_owned()).and_then(|end| end).err());
            let partial = work.sum.lock().unwrap_or_else(PoisonError::into_inner);
            tell.send_modify(|run| {
                (run.done, run.result) = (partial.rows(), Some(Arc::new(partial.result())));
                run.elapsed_ms = started.elapsed().as_millis() as u64;
                run.state = match (&failure, work.cancelled.load(Ordering::Relaxed)) {
                    (Some(_), _) => RunState::Failed,
                    (None, true) => RunState::Cancelled,
                    (None, false) => RunState::Done,
                };
                run.error = failure;
            });
        });
        Ok(id)
    }

    /// The whole catalogue by two rule books, at once: flipped pictures and counts.
    ///
    /// # Errors
    /// As [`App::start_backtest`].
    pub async fn backtest_now(
        self: &Arc<Self>,
        old: &RuleBook,
        new: &RuleBook,
        question: Question,
    ) -> Result<(BacktestResult, Flips), ApiError> {
        let work = self.backtest_of(old, new, question).await?;
        for ended in futures_util::future::join_all((0..self.threads()).map(|_| spawn(&work))).await {
            let ended = ended.map_err(|_| ApiError::new(Code::Internal, "a thread broke off"))?;
            ended.map_err(|message| ApiError::new(Code::Internal, message))?;
        }
        let partial = work.sum.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((partial.result(), partial.flips()))
    }

    /// The whole catalogue by two rule books, each picture without the rules that people overturned for it.
    async fn backtest_of(self: &Arc<Self>, old: &RuleBook, new: &RuleBook, question: Question) -> Result<Arc<Work>, ApiError> {
        let columns = self.columns().await?;
        let question = Question { overturned: self.exemptions.all(), ..question };
        let backtest = Backtest::new(&old.packs, &new.packs, question, self.judge.catalog());
        let backtest = backtest.map_err(|findings| ApiError::rules(&findings))?;
        Ok(Arc::new(Work { backtest, columns, next: AtomicUsize::new(0), sum: Mutex::default(), cancelled: AtomicBool::new(false) }))
    }

    fn threads(&self) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }
}

fn spawn(work: &Arc<Work>) -> tokio::task::JoinHandle<Result<(), String>> {
    let work = Arc::clone(work);
    tokio::task::spawn_blocking(move || work.run())
}

impl Work {
    /// Takes batch after batch until none is left.
    fn run(&self) -> Result<(), String> {
        let told = |error: ApiError| error.body().message.clone();
        let wanted = self.backtest.columns();
        let mut reader = self.columns.reader(|name| wanted.contains(name)).map_err(told)?;
        while !self.cancelled.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= self.columns.batches {
                break;
            }
            let batch = reader.read(index).map_err(|error| told(unreadable(&error)))?;
            let partial = self.backtest.batch(&batch).map_err(|error| told(unreadable(&error)))?;
            self.sum.lock().unwrap_or_else(PoisonError::into_inner).merge(partial);
        }
        Ok(())
    }
}
