//! How a worker reads the streams of changes: all at once while they answer; less, and one after the other, after an answer that was late,
//! since entries may be large; and what a lost answer gave out is read again before anything new.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;

use super::streams::{Entry, Streams};
use crate::app::App;
use crate::redis::RedisFault;

/// Most entries that are read at once from one stream.
const READ_MAX: usize = 256;
/// A worker that was not heard of for so long, and has nothing in hand, does not come back.
const SILENCE_MAX: Duration = Duration::from_hours(24);

/// A stream's number, and what it answered.
type Answer = (u32, Result<Vec<Entry>, RedisFault>);

/// What a worker knows of how the streams answer.
pub struct Reading {
    /// Most entries of one answer.
    most: usize,
    /// Streams whose answer was lost, with all that it gave to this worker, and that has not been read again yet.
    behind: BTreeSet<u32>,
    failed: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self { most: READ_MAX, behind: BTreeSet::new(), failed: false }
    }
}

impl Reading {
    /// Whether something that was given to this worker is to be read again.
    pub fn is_behind(&self) -> bool {
        !self.behind.is_empty()
    }

    /// Whether a stream could not be read in this round.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Begins a round: new entries of all streams; of those whose answer was lost, what it gave out.
    pub async fn given(&mut self, app: &App, streams: &Streams) -> Vec<Entry> {
        self.failed = false;
        let (worker, most, behind) = (app.server_id.as_str(), self.most, self.behind.clone());
        let asked = streams.shards().map(|shard| {
            let again = behind.contains(&shard);
            async move {
                let answer = if again { streams.read_again(shard, worker, most).await } else { streams.read(shard, worker, most).await };
                (shard, answer)
            }
        });
        let answers = self.answers(asked).await;
        self.heard(answers, |shard, entries| behind.contains(&shard) && entries == most)
    }

    /// Entries whose workers are gone; the names of such workers are forgotten.
    pub async fn lost(&mut self, app: &App, streams: &Streams) -> Vec<Entry> {
        let (worker, claim, most) = (app.server_id.as_str(), app.config.feed.claim, self.most);
        let asked = streams.shards().map(|shard| async move {
            streams.forget_silent(shard, SILENCE_MAX).await;
            (shard, streams.reclaim(shard, worker, claim, most).await)
        });
        let (answers, behind) = (self.answers(asked).await, self.behind.clone());
        self.heard(answers, |shard, _| behind.contains(&shard))
    }

    /// Asks all streams at once; one after the other where answers have been late, so that each has the connection for itself.
    async fn answers(&self, asked: impl Iterator<Item = impl Future<Output = Answer>>) -> Vec<Answer> {
        if self.most == READ_MAX {
            return join_all(asked).await;
        }
        let mut answers = Vec::new();
        for one in asked {
            answers.push(one.await);
        }
        answers
    }

    /// The entries of answers. `is_behind` says whether a stream that gave so many entries has more that are to be read again.
    fn heard(&mut self, answers: Vec<Answer>, is_behind: impl Fn(u32, usize) -> bool) -> Vec<Entry> {
        let (mut found, mut late) = (Vec::new(), false);
        for (shard, answer) in answers {
            match answer {
                Ok(entries) => {
                    if !is_behind(shard, entries.len()) {
                        self.behind.remove(&shard);
                    }
                    found.extend(entries);
                }
                Err(fault) => {
                    tracing::debug!(%fault, shard, "a stream of changes cannot be read");
                    late |= matches!(fault, RedisFault::Late(_));
                    self.failed = true;
                    self.behind.insert(shard);
                }
            }
        }
        if late {
            self.most = (self.most / 2).max(1);
        } else if !self.failed {
            self.most = (self.most * 2).min(READ_MAX);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: usize) -> Result<Vec<Entry>, RedisFault> {
        Ok((0..count).map(|number| Entry { shard: 0, id: format!("{number}-0"), fields: Vec::new(), deliveries: 0 }).collect())
    }

    #[test]
    fn less_is_read_after_a_late_answer_and_more_again_after_good_ones() {
        let mut reading = Reading::default();
        let late = || Err(RedisFault::Late(Duration::from_millis(500)));
        for expected in [128, 64, 32, 16, 8, 4, 2, 1, 1] {
            assert_eq!(reading.heard(vec![(0, entries(3)), (1, late()), (2, late())], |_, _| false).len(), 3);
            assert_eq!((reading.most, reading.failed, &reading.behind), (expected, true, &BTreeSet::from([1, 2])));
        }
        // A stream that is gone says nothing of how large entries are; one that gave as many as it was asked for has more.
        reading.heard(vec![(0, Err(RedisFault::Resting)), (1, entries(1)), (2, entries(0))], |_, entries| entries == 1);
        assert_eq!((reading.most, &reading.behind), (1, &BTreeSet::from([0, 1])));
        reading.failed = false;
        for expected in [2, 4, 8, 16, 32, 64, 128, 256, 256] {
            reading.heard(vec![(0, entries(0)), (1, entries(0)), (2, entries(0))], |_, _| false);
            assert_eq!((reading.most, reading.is_behind()), (expected, false));
        }
    }
}
