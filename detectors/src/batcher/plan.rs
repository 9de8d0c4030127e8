//! Who is let in and who runs next: two lanes, deadlines, batch sizes. No threads, no clock: the time is told.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Cause;
use super::cost::Cost;

/// The sizes that batches have: few, so that each one's cost is known.
pub const BUCKETS: [usize; 6] = [1, 2, 4, 8, 16, 32];

/// Who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Somebody waits for the answer.
    #[default]
    Online,
    /// Work in bulk.
    Backfill,
}

/// How a batcher queues.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Most rows that may be claimed or wait; more are refused at once. Each holds its numbers: about 1.2 MB at 320 x 320.
    pub queue_max: usize,
    /// The share of rows that the backfill lane gets while both lanes wait, 0..1; the rest is the online lane's. An empty lane's share
    /// goes to the other.
    pub backfill_share: f64,
    /// No batch of several rows is made that would take longer: it is what a row that comes just after its start has to wait.
    pub batch_time_max: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { queue_max: 128, backfill_share: 0.2, batch_time_max: Duration::from_millis(250) }
    }
}

/// A row in the queue.
#[derive(Debug)]
pub struct Waiting<T> {
    id: u64,
    deadline: Instant,
    /// What waits.
    pub item: T,
}

/// The queue and what is known of the sessions before it.
#[derive(Debug)]
pub struct Plan<T> {
    settings: Settings,
    batch_max: usize,
    cost: Cost,
    lanes: [VecDeque<Waiting<T>>; 2],
    /// Slots given out and not handed in yet.
    claimed: [usize; 2],
    /// When each session's running batch will be done; `None` = it is free.
    busy: Vec<Option<Instant>>,
    /// What the backfill lane is owed, in rows.
    credit: f64,
    next_id: u64,
}

impl<T> Plan<T> {
    /// An empty queue before so many sessions.
    pub fn new(settings: Settings, batch_max: usize, sessions: usize) -> Self {
        Self {
            settings,
            batch_max,
            cost: Cost::default(),
            lanes: [VecDeque::new(), VecDeque::new()],
            claimed: [0, 0],
            busy: vec![None; sessions],
            credit: 0.0,
            next_id: 1,
        }
    }

    /// Takes note of what a batch took.
    pub fn learn(&mut self, rows: usize, took: Duration) {
        self.cost.learn(rows, took);
    }

    /// Claims a place for a row that has to be done by the deadline; else says why not and when to come back.
    pub fn admit(&mut self, now: Instant, lane: Lane, deadline: Instant) -> Result<(), (Cause, Option<Duration>)> {
        let row_time = self.row_time();
        if self.ahead() >= self.settings.queue_max {
            // A quarter of the queue from now: coming back for a single place would be in vain.
            return Err((Cause::Full, Some(row_time.mul_f64(self.settings.queue_max as f64 / 4.0))));
        }
        let done = now + self.wait(now, lane, row_time) + self.last_batch();
        if done > deadline {
            return Err((Cause::Busy, Some(done - deadline)));
        }
        self.claimed[lane as usize] += 1;
        Ok(())
    }

    /// Gives a claimed place back.
    pub fn give_up(&mut self, lane: Lane) {
        let claimed = &mut self.claimed[lane as usize];
        *claimed = claimed.saturating_sub(1);
    }

    /// Puts a row in its claimed place; the id is for [`Plan::remove`].
    pub fn push(&mut self, lane: Lane, deadline: Instant, item: T) -> u64 {
        self.give_up(lane);
        let id = self.next_id;
        self.next_id += 1;
        self.lanes[lane as usize].push_back(Waiting { id, deadline, item });
        id
    }

    /// Takes a row out that has not had its turn.
    pub fn remove(&mut self, lane: Lane, id: u64) -> Option<T> {
        let lane = &mut self.lanes[lane as usize];
        // Ids rise along a lane.
        let place = lane.binary_search_by_key(&id, |waiting| waiting.id).ok()?;
        lane.remove(place).map(|waiting| waiting.item)
    }

    /// The batch that a free session runs now, oldest rows first: as many as there are sessions to share them with, of the largest size
    /// that still ends before the earliest deadline among its rows. Second, the rows that no batch could finish in time any more.
    pub fn take(&mut self, now: Instant, session: usize) -> (Vec<Waiting<T>>, Vec<Waiting<T>>) {
        let late = self.take_late(now + self.cost.predict(1));
        let waiting = self.lanes[0].len() + self.lanes[1].len();
        let free = self.busy.iter().filter(|busy| busy.is_none()).count().max(1);
        let most = waiting.div_ceil(free).min(self.batch_max);
        let order = self.order(most);
        let mut size = 0;
        let mut earliest: Option<Instant> = None;
        for (count, lane) in (1..).zip(&order) {
            let nth = order[..count - 1].iter().filter(|before| *before == lane).count();
            let deadline = self.lanes[*lane as usize][nth].deadline;
            earliest = Some(earliest.map_or(deadline, |earliest| earliest.min(deadline)));
            let took = self.cost.predict(count);
            let fits = count == 1 || took <= self.settings.batch_time_max;
            if BUCKETS.contains(&count) && fits && earliest.is_some_and(|earliest| now + took <= earliest) {
                size = count;
            }
        }
        let batch: Vec<Waiting<T>> = order[..size].iter().filter_map(|lane| self.pick(*lane)).collect();
        if size > 0 {
            self.busy[session] = Some(now + self.cost.predict(size));
        }
        (batch, late)
    }

    /// A session's batch is done.
    pub fn done(&mut self, session: usize, rows: usize, took: Duration) {
        self.busy[session] = None;
        self.learn(rows, took);
    }

    /// Rows claimed or waiting.
    pub fn ahead(&self) -> usize {
        self.lanes.iter().map(VecDeque::len).sum::<usize>() + self.claimed.iter().sum::<usize>()
    }

    /// Everything that waits, for the end.
    pub fn drain(&mut self) -> Vec<Waiting<T>> {
        self.lanes.iter_mut().flat_map(|lane| lane.drain(..)).collect()
    }

    fn take_late(&mut self, end: Instant) -> Vec<Waiting<T>> {
        let mut late = Vec::new();
        for lane in &mut self.lanes {
            while let Some(place) = lane.iter().position(|waiting| waiting.deadline < end) {
                late.extend(lane.remove(place));
            }
        }
        late
    }

    /// The lanes of the next rows, by their shares.
    fn order(&self, most: usize) -> Vec<Lane> {
        let (mut online, mut backfill) = (self.lanes[0].len(), self.lanes[1].len());
        let mut credit = self.credit;
        let mut order = Vec::with_capacity(most);
        while order.len() < most && online + backfill > 0 {
            let lane = next_lane(&mut credit, self.settings.backfill_share, online > 0, backfill > 0);
            *(if lane == Lane::Online { &mut online } else { &mut backfill }) -= 1;
            order.push(lane);
        }
        order
    }

    /// Takes the oldest row of a lane, and settles the credit as [`Plan::order`] reckoned it.
    fn pick(&mut self, lane: Lane) -> Option<Waiting<T>> {
        let (online, backfill) = (!self.lanes[0].is_empty(), !self.lanes[1].is_empty());
        next_lane(&mut self.credit, self.settings.backfill_share, online, backfill);
        self.lanes[lane as usize].pop_front()
    }

    /// Time per row at the best batch size, over all sessions.
    fn row_time(&self) -> Duration {
        let sizes = BUCKETS.into_iter().filter(|size| *size <= self.batch_max);
        let allowed =
            sizes.map(|size| (size, self.cost.predict(size))).filter(|(size, took)| *size == 1 || *took <= self.settings.batch_time_max);
        let per_row = allowed.map(|(size, took)| took / size as u32).min().unwrap_or_default();
        per_row / self.busy.len().max(1) as u32
    }

    /// How long a new row of a lane would wait for its turn.
    fn wait(&self, now: Instant, lane: Lane, row_time: Duration) -> Duration {
        let ahead = |lane: Lane| (self.lanes[lane as usize].len() + self.claimed[lane as usize]) as f64;
        let (own, other, share) = match lane {
            Lane::Online => (ahead(Lane::Online), ahead(Lane::Backfill), 1.0 - self.settings.backfill_share),
            Lane::Backfill => (ahead(Lane::Backfill), ahead(Lane::Online), self.settings.backfill_share),
        };
        // While both lanes wait, the other one gets its share in between, but no more than it has.
        let between = (own * (1.0 - share) / share.max(1e-3)).min(other);
        let running = self.busy.iter().map(|end| end.map_or(Duration::ZERO, |end| end.saturating_duration_since(now))).min();
        running.unwrap_or_default() + row_time.mul_f64(own + between)
    }

    /// The longest that the batch of the row itself may take.
    fn last_batch(&self) -> Duration {
        let waiting = self.ahead() + 1;
        let sizes = BUCKETS.into_iter().filter(|size| *size <= self.batch_max.min(waiting));
        let allowed =
            sizes.map(|size| (size, self.cost.predict(size))).filter(|(size, took)| *size == 1 || *took <= self.settings.batch_time_max);
        allowed.map(|(_, took)| took).max().unwrap_or_default()
    }
}

/// Whose turn it is: each row that waits beside the other lane earns the backfill lane its share.
fn next_lane(credit: &mut f64, share: f64, online: bool, backfill: bool) -> Lane {
    if !(online && backfill) {
        return if online { Lane::Online } else { Lane::Backfill };
    }
    *credit += share;
    if *credit >= 1.0 {
        *credit -= 1.0;
        return Lane::Backfill;
    }
    Lane::Online
}

#[cfg(test)]
mod tests;
