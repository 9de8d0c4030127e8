//! Known pictures: from memory, from the store, or measured now and stored. The same picture is never measured twice by one detector.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use vitrine_detectors::Request;
use vitrine_detectors::batcher::Lane;
use vitrine_engine::{ContentHash, DetectorId, Fault, Photo, Reading, SignalName, SignalSet};

use crate::app::App;
use crate::cache::{KeptRules, Picture};
use crate::error::{ApiError, Code};
use crate::judge::{Effort, Measured};
use crate::store::Change;
use crate::thumbnail::small;

/// What one detector saw of one picture, as it is stored.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Seen {
    readings: BTreeMap<SignalName, Reading>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

/// Which detectors have to look.
#[derive(Clone)]
pub enum Wanted {
    /// All there are.
    Everything,
    /// Those that measure what rules ask for.
    AllOf(Arc<KeptRules>),
    /// Of those, models only where they can still change what the rules make of the picture.
    NeededBy(Arc<KeptRules>),
}

impl Wanted {
    fn detectors<'a>(&'a self, app: &'a App) -> &'a [DetectorId] {
        match self {
            Self::Everything => &app.detectors,
            Self::AllOf(kept) | Self::NeededBy(kept) => &kept.detectors,
        }
    }
}

impl App {
    /// A picture that was seen before.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn known_picture(&self, content_hash: ContentHash) -> Result<Option<Arc<Picture>>, ApiError> {
        if let Some(picture) = self.picture_in_memory(content_hash) {
            self.metrics.pictures[0].fetch_add(1, Relaxed);
            return Ok(Some(picture));
        }
        // The same picture is asked for from several sides at once: one looks it up, the others find it.
        let _turn = self.looking_up.turn(content_hash).await;
        if let Some(picture) = self.picture_in_memory(content_hash) {
            self.metrics.pictures[0].fetch_add(1, Relaxed);
            return Ok(Some(picture));
        }
        if !self.store.image_is_known(&self.config.tenant, content_hash).await? {
            return Ok(None);
        }
        let rows = self.store.readings(&self.config.tenant, content_hash).await?;
        // Readings of other detector versions stay in the store for replays; today's verdicts rest on today's detectors.
        let current = rows.into_iter().filter(|(detector, _)| self.detectors.contains(detector));
        let picture = Arc::new(Picture::new(self.restored(content_hash, current)?));
        self.cache.pictures.insert((self.config.tenant.clone(), content_hash), Arc::clone(&picture));
        self.metrics.pictures[1].fetch_add(1, Relaxed);
        Ok(Some(picture))
    }

    fn picture_in_memory(&self, content_hash: ContentHash) -> Option<Arc<Picture>> {
        self.cache.pictures.get(&(self.config.tenant.clone(), content_hash))
    }

    /// A picture from its bytes, measured as far as wanted and not known yet, and stored.
    ///
    /// # Errors
    /// The file's refusal, `overloaded`, or a failing store.
    pub async fn picture_of_bytes(
        self: &Arc<Self>,
        bytes: impl AsRef<[u8]> + Send + 'static,
        name: Option<String>,
        wanted: Wanted,
    ) -> Result<Arc<Picture>, ApiError> {
        let content_hash = ContentHash::of(bytes.as_ref());
        if let Some(picture) = self.picture_in_memory(content_hash).filter(|picture| self.is_enough(picture, &wanted)) {
            self.metrics.pictures[0].fetch_add(1, Relaxed);
            return Ok(picture);
        }
        // The same picture comes from several sides at once: one measures it, the others find it.
        let _turn = self.measuring.turn(content_hash).await;
        let known = self.known_picture(content_hash).await?;
        if let Some(picture) = known.as_ref().filter(|picture| self.is_enough(picture, &wanted)) {
            return Ok(Arc::clone(picture));
        }
        let app = Arc::clone(self);
        let started = Instant::now();
        let thumbnails = self.config.studio.thumbnails;
        let begun = self.gate.run(move || {
            let look = |photo: &Photo| thumbnails.then(|| photo.pixels().and_then(small)).flatten();
            let plan = app.plan_of(wanted.detectors(&app));
            let request = Request { lane: Lane::Online, deadline: started + app.config.request_timeout };
            match &wanted {
                Wanted::NeededBy(kept) => {
                    let rules = kept.rules.without(&app.exemptions.of(content_hash));
                    let effort = Effort::AsNeeded(&rules.evaluators());
                    app.judge.begin_and(bytes.as_ref(), name.as_deref(), &plan, effort, request, look)
                }
                Wanted::Everything | Wanted::AllOf(_) => {
                    app.judge.begin_and(bytes.as_ref(), name.as_deref(), &plan, Effort::Full, request, look)
                }
            }
        });
        let (begun, small) = begun.await?.map_err(|refusal| ApiError::refused(&refusal))?;
        let measured = begun.ready().await.map_err(|refusal| ApiError::model(&refusal))?;
        self.metrics.detected(started.elapsed());
        self.metrics.runs_spared.fetch_add(measured.runs_spared as u64, Relaxed);
        self.metrics.pictures[2].fetch_add(1, Relaxed);
        let mut changes = self.changes_of(&measured)?;
        changes.extend(small.map(|small| Change::Thumbnail {
            tenant: self.config.tenant.clone(),
            content_hash,
            jpeg: base64::engine::general_purpose::STANDARD.encode(small.jpeg),
        }));
        self.store.commit(changes).await?;
        let measured = match known {
            Some(known) => merged(&known.measured, measured),
            None => measured,
        };
        let picture = Arc::new(Picture::new(measured));
        self.cache.pictures.insert((self.config.tenant.clone(), content_hash), Arc::clone(&picture));
        Ok(picture)
    }

    /// Whether all has been measured of a picture that is wanted.
    pub fn is_enough(&self, picture: &Picture, wanted: &Wanted) -> bool {
        if picture.has_all(wanted.detectors(self)) {
            return true;
        }
        let Wanted::NeededBy(kept) = wanted else { return false };
        let plan = self.plan_of(&kept.detectors);
        // What an overturned rule had spared may matter without it.
        let rules = kept.rules.without(&self.exemptions.of(picture.measured.content_hash));
        let models = plan.models_still_needed(&picture.measured.signals, &rules.evaluators());
        let looked = |detector: &DetectorId| picture.has_all(std::slice::from_ref(detector));
        plan.without_models().detectors().all(looked) && models.detectors().all(looked)
    }

    /// A picture's signals as these stored rows tell them.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn restored(&self, content_hash: ContentHash, rows: impl Iterator<Item = (DetectorId, String)>) -> Result<Measured, ApiError> {
        let mut signals = SignalSet::new(Arc::clone(self.judge.catalog()));
        let (mut faults, mut detectors) = (Vec::new(), Vec::new());
        for (detector, document) in rows {
            let seen: Seen = serde_json::from_str(&document).map_err(|error| {
                tracing::error!(%error, %content_hash, %detector, "stored readings");
                ApiError::new(Code::Internal, "stored readings cannot be read")
            })?;
            for (name, reading) in seen.readings {
                // A signal that the vocabulary has lost, or whose range has changed, is missing today.
                let _ = signals.insert(name.as_str(), reading);
            }
            faults.extend(seen.faults);
            detectors.push(detector);
        }
        Ok(Measured { content_hash, signals, faults, detectors, runs_spared: 0 })
    }

    fn changes_of(&self, measured: &Measured) -> Result<Vec<Change>, ApiError> {
        let tenant = &self.config.tenant;
        let mut changes = vec![Change::Image { tenant: tenant.clone(), content_hash: measured.content_hash }];
        for detector in &measured.detectors {
            let readings = measured.signals.iter().filter(|(_, reading)| reading.detector == *detector);
            let seen = Seen {
                readings: readings.map(|(name, reading)| (name.clone(), reading.clone())).collect(),
                faults: measured.faults.iter().filter(|fault| fault.detector == *detector).cloned().collect(),
            };
            let document = to_json(&seen)?;
            changes.push(Change::Readings {
                tenant: tenant.clone(),
                content_hash: measured.content_hash,
                detector: detector.clone(),
                document,
            });
        }
        Ok(changes)
    }
}

/// Earlier readings stay as they are; later ones add what was missing.
fn merged(earlier: &Measured, later: Measured) -> Measured {
    let mut all = earlier.clone();
    let is_new = |detector: &DetectorId| !earlier.detectors.contains(detector);
    for (name, reading) in later.signals.iter().filter(|(_, reading)| is_new(&reading.detector)) {
        // It was accepted into a set of the same catalogue a moment ago.
        let _ = all.signals.insert(name.as_str(), reading.clone());
    }
    all.faults.extend(later.faults.into_iter().filter(|fault| is_new(&fault.detector)));
    all.detectors.extend(later.detectors.into_iter().filter(is_new));
    all
}

/// JSON text of a value of ours.
///
/// # Errors
/// `internal`, if it has something that JSON cannot say.
pub fn to_json(value: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "serialising");
        ApiError::new(Code::Internal, "an answer could not be written as JSON")
    })
}
