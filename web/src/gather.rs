//! The pictures of a selection: known, fetched or measured now, each for itself, and none waited for longer than the asker can wait.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use base64::Engine as _;
use futures_util::future::join_all;
use vitrine_engine::{ContentHash, ImageId};

use crate::app::App;
use crate::cache::Picture;
use crate::error::{ApiError, Code};
use crate::pictures::Wanted;
use crate::wire::{CandidateSource, FileError};

/// A candidate and what is known of it.
pub type Gathered = (ImageId, Result<Arc<Picture>, FileError>);

/// What is left for judging and answering, at most.
const TIME_TO_ANSWER: Duration = Duration::from_millis(50);

/// How much of the time until an answer is due may go into gathering its pictures: four fifths of it, or all but 50 ms.
pub fn time_to_gather(deadline: Duration) -> Duration {
    deadline - TIME_TO_ANSWER.min(deadline / 5)
}

/// Whether a picture was not ready in time.
pub fn is_pending(gathered: &Gathered) -> bool {
    gathered.1.as_ref().is_err_and(|error| error.code == Code::Pending.as_str())
}

impl App {
    /// The signals of all candidates, in order of their ids; what is wrong with one picture stays with it. What is not ready by `until`
    /// is `pending`, and is brought to its end all the same, so that the next to ask finds it.
    ///
    /// # Errors
    /// What is no picture's fault: `overloaded`, a failing store.
    pub async fn gather(
        self: &Arc<Self>,
        candidates: impl Iterator<Item = &CandidateSource>,
        wanted: &Wanted,
        until: Option<Instant>,
    ) -> Result<Vec<Gathered>, ApiError> {
        let mut gathered = Vec::new();
        let mut others = Vec::new();
        for candidate in candidates {
            let key = candidate.hash.map(|hash| (self.config.tenant.clone(), hash));
            match key.and_then(|key| self.cache.pictures.get(&key)).filter(|picture| self.is_enough(picture, wanted)) {
                Some(picture) => {
                    self.metrics.pictures[0].fetch_add(1, Relaxed);
                    gathered.push((candidate.id.clone(), Ok(picture)));
                }
                None => others.push(candidate),
            }
        }
        let obtained = match until {
            None => join_all(others.into_iter().map(|candidate| self.obtain(candidate, wanted))).await,
            Some(until) => join_all(others.into_iter().map(|candidate| self.obtain_until(candidate, wanted, until))).await,
        };
        for result in obtained {
            gathered.push(result?);
        }
        // In one order whatever the request's: the same candidates make the same decision.
        gathered.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(gathered)
    }

    async fn obtain_until(self: &Arc<Self>, candidate: &CandidateSource, wanted: &Wanted, until: Instant) -> Result<Gathered, ApiError> {
        let (app, owned, wanted) = (Arc::clone(self), candidate.clone(), wanted.clone());
        let obtaining = tokio::spawn(async move { app.obtain(&owned, &wanted).await });
        match tokio::time::timeout_at(until.into(), obtaining).await {
            Ok(obtained) => obtained.map_err(|_| ApiError::new(Code::Internal, "measuring the picture broke off"))?,
            Err(_) => {
                self.metrics.refusal(Code::Pending.as_str());
                let message = format!("the picture was not measured in time: {}", Code::Pending.help());
                Ok((candidate.id.clone(), Err(FileError { code: Code::Pending.as_str().to_owned(), message })))
            }
        }
    }

    async fn obtain(self: &Arc<Self>, candidate: &CandidateSource, wanted: &Wanted) -> Result<Gathered, ApiError> {
        let found = match (candidate.hash, &candidate.bytes, &candidate.url) {
            (Some(hash), ..) => self.by_hash(hash, wanted).await,
            (_, Some(text), _) => match base64::engine::general_purpose::STANDARD.decode(text) {
                Ok(bytes) => self.picture_of_bytes(bytes, None, wanted.clone()).await,
                Err(error) => Err(ApiError::new(Code::RequestInvalid, format!("`bytes` is not base64: {error}"))),
            },
            (_, _, Some(url)) => match self.fetcher.fetch(url).await {
                Ok(bytes) => self.picture_of_bytes(bytes, None, wanted.clone()).await,
                Err(error) => Err(error),
            },
            (None, None, None) => Err(ApiError::new(Code::RequestInvalid, "the candidate has no picture")),
        };
        match found {
            Ok(picture) => Ok((candidate.id.clone(), Ok(picture))),
            // Not the picture's fault: the whole request comes again.
            Err(error) if ["overloaded", "unavailable", "internal"].contains(&error.body().code.as_str()) => Err(error),
            Err(error) => {
                let body = error.body();
                self.metrics.refusal(&body.code);
                let message = format!("{}: {}", body.message, body.help);
                Ok((candidate.id.clone(), Err(FileError { code: body.code.clone(), message })))
            }
        }
    }

    async fn by_hash(&self, hash: ContentHash, wanted: &Wanted) -> Result<Arc<Picture>, ApiError> {
        let picture = self.known_picture(hash).await?;
        let picture = picture.ok_or_else(|| ApiError::new(Code::ImageUnknown, format!("no picture with the hash `{hash}` is known")))?;
        // Without its bytes there is no more to be learnt than what decides.
        let wanted = match wanted {
            Wanted::AllOf(kept) => &Wanted::NeededBy(Arc::clone(kept)),
            wanted => wanted,
        };
        if self.is_enough(&picture, wanted) {
            return Ok(picture);
        }
        Err(ApiError::new(Code::ReadingsIncomplete, "the picture was measured for fewer signals than these rules ask for"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_its_time_too() {
        let gather = |ms| time_to_gather(Duration::from_millis(ms));
        assert_eq!(gather(1000), Duration::from_millis(950));
        assert_eq!(gather(100), Duration::from_millis(80));
        assert_eq!(gather(1), Duration::from_micros(800));
    }
}
