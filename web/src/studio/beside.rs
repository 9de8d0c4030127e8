//! Other rule books judge beside: the release before, for products of a canary, and drafts that look on. They act on nothing; what
//! they would have answered is counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use moka::sync::Cache;

use crate::app::App;
use crate::cache::{KeptRules, hash_of};
use crate::error::{ApiError, Code};
use crate::experiments::of_variant;
use crate::experiments::running::Running;
use crate::gather::Gathered;
use crate::judge::ScopeKey;
use crate::live::Live;
use crate::rulebook::RuleBook;
use crate::selection::Question;
use crate::tally::{Answered, Tally};
use crate::wire::SelectRequest;

/// Products remembered as counted, so that one that is asked for often counts once.
const COUNTED_MAX: u64 = 2_000_000;

/// This server's counts by subject: `release:5`, `draft:12@3`.
pub struct Beside {
    tallies: Mutex<BTreeMap<String, Kept>>,
    counted: Cache<[u8; 32], ()>,
}

#[derive(Default)]
struct Kept {
    tally: Tally,
    changed: bool,
}

impl Default for Beside {
    fn default() -> Self {
        Self { tallies: Mutex::default(), counted: Cache::new(COUNTED_MAX) }
    }
}

impl Beside {
    /// The tallies that have changed since they were asked for last.
    pub fn changed(&self) -> Vec<(String, Tally)> {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let changed =
            |(subject, kept): (&String, &mut Kept)| std::mem::take(&mut kept.changed).then(|| (subject.clone(), kept.tally.clone()));
        tallies.iter_mut().filter_map(changed).collect()
    }

    /// Says of tallies that were asked for that they could not be written: they are asked for again.
    pub fn unwritten<'a>(&self, subjects: impl IntoIterator<Item = &'a String>) {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        for subject in subjects {
            if let Some(kept) = tallies.get_mut(subject) {
                kept.changed = true;
            }
        }
    }

    /// Forgets subjects that nobody counts any more.
    pub fn retain(&self, is_wanted: impl Fn(&str) -> bool) {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner).retain(|subject, kept| kept.changed || is_wanted(subject));
    }

    /// Counts what the rules in force did to the pictures of a new decision.
    pub fn count_day(&self, day: Date, answered: &Answered) {
        self.add(of_day(day), |tally| {
            tally.products += 1;
            tally.pictures += answered.answer.images.len() as u64;
            for rule in &answered.acting {
                tally.by_rule.entry(rule.clone()).or_default().1 += 1;
            }
        });
    }

    fn add(&self, subject: String, count: impl FnOnce(&mut Tally)) {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = tallies.entry(subject).or_default();
        count(&mut kept.tally);
        kept.changed = true;
    }

    /// Whether a product is new to a subject.
    pub fn is_new(&self, subject: &str, request: &SelectRequest) -> bool {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (marketplace, region) = (text(&request.marketplace), text(&request.region));
        let parts = [subject, request.product.id.as_str(), &marketplace, &region];
        self.counted.entry(hash_of(parts.map(str::as_bytes))).or_insert(()).is_fresh()
    }
}

/// The subject under which a canary is counted.
pub fn of_release(number: i64) -> String {
    format!("release:{number}")
}

/// The subject under which a day is counted.
pub fn of_day(day: Date) -> String {
    format!("day:{day}")
}

/// The subject under which a draft that looks on is counted.
pub fn of_draft(draft: i64, revision: i64) -> String {
    format!("draft:{draft}@{revision}")
}

impl App {
    /// Counts what other rule books make of a product that was just judged.
    pub async fn compare(self: Arc<Self>, live: Arc<Live>, request: SelectRequest, scope: ScopeKey, pictures: Vec<Gathered>) {
        let (release, book) = live.release_for(request.product.id.as_str());
        if let Some(canary) = live.canary.as_ref().filter(|canary| canary.release == release) {
            // The old one first: the counts say what the canary changes.
            self.count(of_release(canary.release), &live.stable.1, &canary.book, &request, &scope, &pictures).await;
        }
        for shadow in &live.shadows {
            self.count(of_draft(shadow.draft, shadow.revision), book, &shadow.book, &request, &scope, &pictures).await;
        }
    }

    /// Counts what each treatment's rules change against the control's.
    pub async fn compare_variants(
        self: Arc<Self>,
        running: Arc<Running>,
        request: SelectRequest,
        scope: ScopeKey,
        pictures: Vec<Gathered>,
    ) {
        let live = self.live.now();
        let books: Vec<&Arc<RuleBook>> =
            running.books.iter().map(|judging| judging.as_ref().map_or(&live.stable.1, |(_, book)| book)).collect();
        let Some((control, treatments)) = books.split_first() else { return };
        let variants = running.document.design.variants.iter().skip(1);
        for (book, variant) in treatments.iter().zip(variants) {
            self.count(of_variant(&running.id, &variant.name), control, book, &request, &scope, &pictures).await;
        }
    }

    async fn count(
        self: &Arc<Self>,
        subject: String,
        first: &Arc<RuleBook>,
        second: &Arc<RuleBook>,
        request: &SelectRequest,
        scope: &ScopeKey,
        pictures: &[Gathered],
    ) {
        if !self.beside.is_new(&subject, request) {
            return;
        }
        let answers = async {
            let (first, second) =
                (self.answered(first, request, scope, pictures).await?, self.answered(second, request, scope, pictures).await?);
            Ok::<_, ApiError>(first.zip(second))
        };
        match answers.await {
            Ok(Some((first, second))) => self.beside.add(subject, |tally| tally.add(&first, &second)),
            Ok(None) => self.beside.add(subject, |tally| tally.not_measured += 1),
            Err(error) => tracing::warn!(%error, subject, "a product was not compared"),
        }
    }

    /// What a rule book makes of pictures; `None` where it asks for signals that nobody has measured of one of them.
    async fn answered(
        self: &Arc<Self>,
        book: &Arc<RuleBook>,
        request: &SelectRequest,
        scope: &ScopeKey,
        pictures: &[Gathered],
    ) -> Result<Option<Answered>, ApiError> {
        let kept = self.rules_of(book, scope.clone()).await?;
        if !self.are_measured_for(&kept, pictures) {
            return Ok(None);
        }
        let exempt = self.exempt(pictures);
        let leader = request.current_main.as_ref().into();
        Ok(Some(self.answered_by(&Question { request, kept: &kept, pictures, exempt: &exempt, leader })))
    }

    fn are_measured_for(&self, kept: &Arc<KeptRules>, pictures: &[Gathered]) -> bool {
        let wanted = crate::pictures::Wanted::NeededBy(Arc::clone(kept));
        pictures.iter().all(|(_, picture)| match picture {
            Ok(picture) => self.is_enough(picture, &wanted),
            // A file that cannot be read is judged alike by all.
            Err(error) => error.code != Code::ReadingsIncomplete.as_str(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_were_not_written_are_asked_for_again() {
        let beside = Beside::default();
        let changed = || beside.changed().into_iter().map(|(subject, tally)| (subject, tally.products)).collect::<Vec<_>>();
        for subject in ["a", "b"] {
            beside.add(subject.to_owned(), |tally| tally.products += 1);
        }
        assert_eq!(changed(), [("a".to_owned(), 1), ("b".to_owned(), 1)]);
        beside.unwritten([&"b".to_owned()]);
        // Nobody wants it any more, but it is not written yet.
        beside.retain(|_| false);
        assert_eq!(changed(), [("b".to_owned(), 1)]);
        assert!(changed().is_empty());
    }
}
