//! The pictures of a shard, measured: fetched ahead, decoded on as many threads as the caller gives, handed to the models without waiting
//! for each. What is held in memory is bounded, whatever the pictures are. Each thread says what it is at, so that whoever watches knows
//! which picture a process broke or stopped on.

use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;
use vitrine_detectors::batcher::Lane;
use vitrine_detectors::{Begun, Effort, Request, Work};
use vitrine_engine::ContentHash;

use crate::error::ShardError;
use crate::picture::Picture;
use crate::rows::{Facts, RowError};
use crate::run::{Step, Steps};
use crate::sources::{Arrival, Fetched, NotFetched, Sources};
use crate::tools::Tools;

/// How long a picture may wait for a model: whoever works through a stock has time.
const PATIENCE: Duration = Duration::from_secs(600);
/// Most threads of a shard.
pub const THREADS_MAX: usize = 64;
/// Pictures that all threads together have with the models while they open the next: half of what a model's queue holds.
const WITH_MODELS: usize = 64;
/// The code of a picture that breaks the process that measures it.
pub const POISON: &str = "poison";

/// A picture that models are at work on.
struct UnderWay {
    index: usize,
    content_hash: ContentHash,
    begun: Begun,
}

/// What there is to do for a thread.
enum Next {
    Picture(Arrival),
    /// None has arrived yet.
    NotYet,
    /// There are no more.
    None,
}

struct Shared<'a> {
    tools: &'a Tools,
    pictures: &'a [Picture],
    steps: Steps<'a>,
    arrivals: Mutex<Receiver<Arrival>>,
    found: Mutex<Found>,
}

struct Found {
    facts: Vec<Option<Facts>>,
    failed: Option<ShardError>,
}

/// The facts of all pictures, in their order; those known to be poison are not touched.
pub fn measure_all(
    pictures: &[Picture],
    poison: &BTreeSet<u32>,
    tools: &Tools,
    sources: &Sources,
    threads: usize,
    steps: Steps<'_>,
) -> Result<Vec<Facts>, ShardError> {
    let is_poison = |index: usize| u32::try_from(index).is_ok_and(|index| poison.contains(&index));
    let wanted = pictures.iter().enumerate().filter(|(index, _)| !is_poison(*index)).map(|(index, picture)| (index, picture.clone()));
    let threads = threads.clamp(1, THREADS_MAX);
    let shared = Shared {
        tools,
        pictures,
        steps,
        arrivals: Mutex::new(sources.fetch_all(wanted.collect(), 2 * threads)),
        found: Mutex::new(Found { facts: vec![None; pictures.len()], failed: None }),
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(&shared, if tools.detectors.learned.is_empty() { 0 } else { WITH_MODELS / threads }));
        }
    });
    let Found { facts, failed } = shared.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = failed {
        return Err(error);
    }
    let known = |((index, picture), facts): ((usize, &Picture), Option<Facts>)| match facts {
        Some(facts) => Ok(facts),
        None if is_poison(index) => Ok(poisoned()),
        None => Err(ShardError::storage("fetch", &picture.source, "it never arrived")),
    };
    pictures.iter().enumerate().zip(facts).map(known).collect()
}

/// One thread's part; it has at most so many pictures with the models beside the one at hand.
fn work(shared: &Shared<'_>, with_models: usize) {
    let mut under_way: VecDeque<UnderWay> = VecDeque::new();
    loop {
        let (index, fetched) = match shared.next(under_way.is_empty()) {
            Next::Picture(arrival) => arrival,
            Next::NotYet => {
                under_way.pop_front().into_iter().for_each(|oldest| shared.finish(oldest));
                continue;
            }
            Next::None => break,
        };
        match fetched {
            Ok(fetched) => match begin(shared, index, &fetched) {
                Ok(begun) => {
                    if with_models > 0 {
                        (shared.steps)(Step::Handed(index));
                    }
                    under_way.push_back(begun);
                }
                Err(facts) => shared.keep(index, facts),
            },
            Err(NotFetched::Picture(error)) => shared.keep(index, Facts { content_hash: None, measured: Err(error) }),
            Err(NotFetched::Store(error)) => return shared.fail(error),
        }
        while under_way.len() > with_models {
            under_way.pop_front().into_iter().for_each(|oldest| shared.finish(oldest));
        }
    }
    if !shared.has_failed() {
        under_way.into_iter().for_each(|oldest| shared.finish(oldest));
    }
}

/// Opens and measures a picture as far as that takes no model.
fn begin(shared: &Shared<'_>, index: usize, fetched: &Fetched) -> Result<UnderWay, Facts> {
    let (tools, bytes) = (shared.tools, fetched.bytes());
    let content_hash = ContentHash::of(bytes);
    let name = shared.pictures.get(index).map(Picture::file_name);
    let plan = tools.detectors.full_plan();
    let request = Request { lane: Lane::Backfill, deadline: Instant::now() + PATIENCE };
    let work = Work { plan: &plan, effort: Effort::Full, request };
    // Decoders and detectors are contained already; this is for what makes pictures fit for models.
    let begun = catch_unwind(AssertUnwindSafe(|| {
        tools.heavy.pass(bytes, plan.needs(), || {
            // Only here: a heavy picture may have waited for others until now.
            (shared.steps)(Step::Began(index));
            tools.detectors.begin(bytes, name, &tools.limits, work, |_| ())
        })
    }));
    let error = match begun {
        Ok(Ok((begun, ()))) => return Ok(UnderWay { index, content_hash, begun }),
        Ok(Err(refusal)) => RowError { code: refusal.code().to_owned(), message: refusal.to_string() },
        Err(_) => RowError { code: "detector_failed".into(), message: "measuring broke off on this picture".into() },
    };
    Err(Facts { content_hash: Some(content_hash), measured: Err(error) })
}

impl Shared<'_> {
    /// The next picture. Who has others to finish does that rather than wait for it.
    fn next(&self, may_wait: bool) -> Next {
        let arrivals = if may_wait { self.arrivals.lock().map_err(TryLockError::Poisoned) } else { self.arrivals.try_lock() };
        let mut arrivals = match arrivals {
            Ok(arrivals) => arrivals,
            Err(TryLockError::Poisoned(arrivals)) => arrivals.into_inner(),
            Err(TryLockError::WouldBlock) => return Next::NotYet,
        };
        if self.has_failed() {
            // Nobody takes what is still under way; the fetching ends with the channel.
            arrivals.close();
            return Next::None;
        }
        let arrival = if may_wait { arrivals.blocking_recv().ok_or(TryRecvError::Disconnected) } else { arrivals.try_recv() };
        match arrival {
            Ok(arrival) => Next::Picture(arrival),
            Err(TryRecvError::Empty) => Next::NotYet,
            Err(TryRecvError::Disconnected) => Next::None,
        }
    }

    fn finish(&self, UnderWay { index, content_hash, begun }: UnderWay) {
        match begun.wait() {
            Ok(measured) => {
                let measured = Ok((measured.signals, measured.faults));
                self.keep(index, Facts { content_hash: Some(content_hash), measured });
            }
            Err(refusal) => self.fail(ShardError::Models(refusal.message)),
        }
    }

    fn keep(&self, index: usize, facts: Facts) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = found.facts.get_mut(index) {
            *place = Some(facts);
        }
        drop(found);
        (self.steps)(Step::Ended(index));
    }

    fn fail(&self, error: ShardError) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).failed.get_or_insert(error);
    }

    fn has_failed(&self) -> bool {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).failed.is_some()
    }
}

/// The facts of a picture that is not to be touched again. The bytes are not known: whoever reads them may not come back.
fn poisoned() -> Facts {
    let message = "the picture breaks the process that measures it, again and again and by itself; export it again from the original";
    Facts { content_hash: None, measured: Err(RowError { code: POISON.into(), message: message.into() }) }
}
