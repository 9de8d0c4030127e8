//! A selection from request to stored decision.

mod known;
mod noted;
mod recall;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::civil::Date;
use tokio::sync::OwnedMutexGuard;
use vitrine_engine::{ContentHash, DetectorId, ImageId, Leader, RuleId, SelectionPolicy};
use vitrine_rules::CompiledRuleSet;

pub use self::recall::{Recalled, Replay};

use crate::apart::apart;
use crate::app::App;
use crate::cache::{KeptRules, VerdictKey, hash_of};
use crate::config::Config;
use crate::error::{ApiError, Code};
use crate::experiments::exploring::Led;
use crate::experiments::exposure::{Explored, UnitKey};
use crate::experiments::of_variants;
use crate::experiments::running::{Assigned, Running};
use crate::gather::{Gathered, is_pending, time_to_gather};
use crate::judge::{JudgedImage, ScopeKey, SelectionRules, answer_with, judge_image_except, show_the_same};
use crate::live::Live;
use crate::pictures::{Wanted, to_json};
use crate::queue::opened_by;
use crate::rulebook::RuleBook;
use crate::store::{CatalogueRow, Change};
use crate::tally::Answered;
use crate::wire::{ExperimentAnswer, FileError, SelectRequest};
use known::KnownAnswer;
use noted::Noted;

/// Where the decision's id stands in an answer.
const DECISION_ID: std::ops::Range<usize> = 16..80;
/// The language of reasons where none is named.
const LANGUAGE: &str = "en";
/// Longest text of a request's names, bytes.
pub(crate) const NAME_BYTES_MAX: usize = 300;

/// A candidate as it was judged, or why it was not.
pub type JudgedCandidate = (ImageId, Result<Arc<JudgedImage>, FileError>);

/// Everything that an answer depends on.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// What was asked.
    pub request: &'a SelectRequest,
    /// The rules that judge.
    pub kept: &'a KeptRules,
    /// The candidates, in order of their ids.
    pub pictures: &'a [Gathered],
    /// What people overturned.
    pub exempt: &'a Exempt,
    /// Which picture is wished to lead.
    pub leader: Leader<'a>,
}

/// A selection as it is answered.
pub(crate) struct Decided {
    /// The answer, as JSON.
    pub body: Bytes,
    /// The candidates, in order of their ids.
    pub pictures: Vec<Gathered>,
    /// What has to be stored before anybody hears of it; `None` where it is stored already.
    pub fresh: Option<Fresh>,
    led: Option<Led>,
}

/// What this process does not know to be stored: a decision with all that is written with it, or what the catalogue and the queue lack of a
/// known one that was asked for elsewhere.
pub(crate) struct Fresh {
    /// Everything that is written.
    pub changes: Vec<Change>,
    noted: Noted,
    made: Option<Made>,
    /// Others who ask the same, or of the same product, wait until it is stored.
    _turns: Vec<OwnedMutexGuard<()>>,
}

/// A decision that was made just now.
struct Made {
    id: [u8; 32],
    key: [u8; 32],
    answered: Answered,
}

impl Decided {
    /// The decision's id.
    pub fn id(&self) -> String {
        String::from_utf8_lossy(self.body.get(DECISION_ID).unwrap_or_default()).into_owned()
    }
}

/// Rules that are ignored for pictures of one selection: the same from its first look to its stored decision.
pub type Exempt = BTreeMap<ContentHash, Arc<[RuleId]>>;

impl App {
    /// Answers a selection; the JSON body, once the decision is on disk.
    ///
    /// # Errors
    /// When the request says something impossible, or a brake or the store refuses.
    pub async fn select(self: &Arc<Self>, request: &SelectRequest) -> Result<Bytes, ApiError> {
        let until = request.deadline_ms.map(|ms| Instant::now() + time_to_gather(Duration::from_millis(ms)));
        validate(request, &self.config)?;
        let Some(mut assigned) = self.assigned(request)? else { return Ok(self.select_by(request, None, until).await?.0) };
        let (answer, led) = self.select_by(request, Some(&assigned), until).await?;
        if let Some(led) = &led {
            assigned.shown.explored = Some(self.explored(request, &answer, led)?);
        }
        self.note_answered(&assigned);
        with_experiment(&answer, &self.experiment_answer(&assigned, led.as_ref()))
    }

    async fn select_by(
        self: &Arc<Self>,
        request: &SelectRequest,
        assigned: Option<&Assigned>,
        until: Option<Instant>,
    ) -> Result<(Bytes, Option<Led>), ApiError> {
        let Decided { body, fresh, led, .. } = self.decide(request, assigned, until).await?;
        if let Some(mut fresh) = fresh {
            self.store.commit(std::mem::take(&mut fresh.changes)).await?;
            self.stored_now(&fresh, &body);
        }
        Ok((body, led))
    }

    /// Remembers what is stored now, and shares the answer of a new decision.
    pub(crate) fn stored_now(&self, fresh: &Fresh, body: &Bytes) {
        self.note(&fresh.noted);
        let Some(Made { id, key, answered }) = &fresh.made else { return };
        self.cache.decisions.insert(*id, ());
        self.beside.count_day(today(), answered);
        self.metrics.decisions[1].fetch_add(1, Relaxed);
        self.keep_answer(*key, body);
    }

    /// Makes a selection, and stores nothing of it but rules and pictures that were not known.
    ///
    /// # Errors
    /// When a brake or the store refuses, or no rules can be made.
    pub(crate) async fn decide(
        self: &Arc<Self>,
        request: &SelectRequest,
        assigned: Option<&Assigned>,
        until: Option<Instant>,
    ) -> Result<Decided, ApiError> {
        let scope = ScopeKey {
            marketplace: request.marketplace.clone(),
            region: request.region.clone(),
            category: request.product.category.clone(),
            date: request.date.unwrap_or_else(today),
        };
        // One picture of what judges, for the whole request.
        let live = self.live.now();
        let (release, book) = match assigned.and_then(|assigned| assigned.running.books[assigned.variant].as_ref()) {
            Some((release, book)) => (*release, book),
            None => {
                let (release, book) = live.release_for(request.product.id.as_str());
                (Some(release), book)
            }
        };
        let kept = self.rules_of(book, scope.clone()).await?;
        let wanted = if self.config.measure_everything { Wanted::AllOf(Arc::clone(&kept)) } else { Wanted::NeededBy(Arc::clone(&kept)) };
        let mut pictures = self.gather(request.candidates.iter(), &wanted, until).await?;
        self.look_on(&live, request, &scope, &pictures);
        if let Some(assigned) = assigned {
            self.look_on_variants(&assigned.running, request, &scope, &pictures);
        }
        let mut exempt = self.exempt(&pictures);
        let own = Leader::from(request.current_main.as_ref());
        let asked = |leader| Question { request, kept: &kept, pictures: &pictures, exempt: &exempt, leader };
        let led = match assigned.filter(|assigned| assigned.explores()) {
            Some(assigned) => self.led(assigned, request.product.id.as_str(), &self.answered_by(&asked(own))).await?,
            None => None,
        };
        let leader = led.as_ref().filter(|led| led.explored).map_or(own, |led| Leader::Explored(&led.picture));
        let mut key = self.key_of(&asked(leader));
        let turn = match self.known_answer(key).await {
            KnownAnswer::There(body) => {
                let fresh = self.unnoted(&asked(leader), &key, &body).await?;
                return Ok(Decided { body, pictures, fresh, led });
            }
            KnownAnswer::ToBeMade(turn) => turn,
        };
        let mut answered = self.answered_by(&asked(leader));
        let complete = |(_, picture): &Gathered| picture.as_ref().is_ok_and(|picture| picture.has_all(&kept.detectors));
        if answered.answer.main.is_none() && !pictures.iter().all(complete) {
            // The least bad one is named by all that stands against each.
            // Those that are on their way already are not sent for again, and none is known less than before.
            let ready = request.candidates.iter().filter(|one| !pictures.iter().any(|known| known.0 == one.id && is_pending(known)));
            let all = self.gather(ready, &Wanted::AllOf(Arc::clone(&kept)), until).await?;
            for more in all.into_iter().filter(|more| !is_pending(more)) {
                pictures.iter_mut().filter(|known| known.0 == more.0).for_each(|known| known.1.clone_from(&more.1));
            }
            exempt = self.exempt(&pictures);
            let question = Question { request, kept: &kept, pictures: &pictures, exempt: &exempt, leader };
            key = self.key_of(&question);
            answered = self.answered_by(&question);
        }
        let question = Question { request, kept: &kept, pictures: &pictures, exempt: &exempt, leader };
        let mut body = Vec::with_capacity(8192);
        body.extend_from_slice(br#"{"decision_id":""#);
        body.extend_from_slice(&[b'0'; 64]);
        body.extend_from_slice(br#"","#);
        let head = body.len();
        serde_json::to_writer(&mut body, &answered.answer)
            .map_err(|_| ApiError::new(Code::Internal, "the answer could not be written as JSON"))?;
        let id = hash_of([&key[..], &body[head..]]);
        let name = hex(&id);
        let changes = if self.cache.decisions.contains_key(&id) {
            None
        } else {
            let given = std::str::from_utf8(&body[head..]).map_err(|_| ApiError::new(Code::Internal, "the answer is not text"))?;
            let opened = opened_by(self, request, &kept.rules, &answered.judged, &answered.answer, &name)?;
            Some(self.remembered(&question, release, given, name.clone(), opened)?)
        };
        // `{"decision_id":"…",` takes the place of the answer's own brace.
        body.remove(head);
        body[DECISION_ID].copy_from_slice(name.as_bytes());
        let body = Bytes::from(body);
        let Some(changes) = changes else {
            self.metrics.decisions[0].fetch_add(1, Relaxed);
            self.keep_answer(key, &body);
            let fresh = self.unnoted(&question, &key, &body).await?;
            return Ok(Decided { body, pictures, fresh, led });
        };
        let noted = Noted::of(&self.config.tenant, &key, request, &pictures);
        let turns = vec![turn, self.noting.turn(noted.product).await];
        let fresh = Some(Fresh { changes, noted, made: Some(Made { id, key, answered }), _turns: turns });
        Ok(Decided { body, pictures, fresh, led })
    }

    /// What an exposure tells of a choice in which chance had a part.
    fn explored(&self, request: &SelectRequest, answer: &[u8], led: &Led) -> Result<Explored, ApiError> {
        let failed = |_| ApiError::new(Code::Internal, "the system gives no random bytes");
        Ok(Explored {
            selection: UnitKey::fresh_selection().map_err(failed)?,
            product: request.product.id.to_string(),
            decision: String::from_utf8_lossy(answer.get(DECISION_ID).unwrap_or_default()).into_owned(),
            picture: led.picture.to_string(),
            propensity: led.propensity,
        })
    }

    /// What rules make of pictures, with the rules that acted.
    pub fn answered_by(&self, question: &Question<'_>) -> Answered {
        let Question { request, kept, pictures, exempt, leader } = *question;
        let judged = self.judged(&kept.rules, pictures, language_of(request), exempt);
        let known_pair = |a: &JudgedImage, b: &JudgedImage| self.show_the_same(a, b);
        let answer = answer_with(&request.product.id, &kept.rules, &judged, leader, &self.config.policy, known_pair);
        let acting = judged.iter().filter_map(|(_, image)| image.as_ref().ok()).flat_map(|image| image.acting_rules()).cloned().collect();
        Answered { answer, acting, judged }
    }

    /// The rules that people overturned for these pictures.
    pub fn exempt(&self, pictures: &[Gathered]) -> Exempt {
        let measured = pictures.iter().filter_map(|(_, picture)| Some(picture.as_ref().ok()?.measured.content_hash));
        measured.map(|hash| (hash, self.exemptions.of(hash))).filter(|(_, rules)| !rules.is_empty()).collect()
    }

    /// Lets other rule books judge the same product, after the answer is given.
    fn look_on(self: &Arc<Self>, live: &Arc<Live>, request: &SelectRequest, scope: &ScopeKey, pictures: &[Gathered]) {
        if live.canary.is_some() || !live.shadows.is_empty() {
            let (app, live, request) = (Arc::clone(self), Arc::clone(live), request.without_candidates());
            tokio::spawn(app.compare(live, request, scope.clone(), pictures.to_vec()));
        }
    }

    /// Lets the rules of all variants judge the same product, so that it is seen what they change.
    fn look_on_variants(self: &Arc<Self>, running: &Arc<Running>, request: &SelectRequest, scope: &ScopeKey, pictures: &[Gathered]) {
        if self.beside.is_new(&of_variants(&running.id), request) {
            let (app, running, request) = (Arc::clone(self), Arc::clone(running), request.without_candidates());
            tokio::spawn(app.compare_variants(running, request, scope.clone(), pictures.to_vec()));
        }
    }

    /// A book's rules of a scope, compiled, and stored before anything is decided by them.
    ///
    /// # Errors
    /// The findings, when no rule set can be made.
    pub async fn rules_of(self: &Arc<Self>, book: &Arc<RuleBook>, scope: ScopeKey) -> Result<Arc<KeptRules>, ApiError> {
        let key = (self.config.tenant.clone(), book.id, scope);
        if let Some(kept) = self.cache.rules.get(&key) {
            return Ok(kept);
        }
        // A new day or a new release asks for the same rules from all sides at once: one compiles them, the others find them.
        let _turn = self.compiling.turn((book.id, key.2.clone())).await;
        if let Some(kept) = self.cache.rules.get(&key) {
            return Ok(kept);
        }
        let (app, book, scope) = (Arc::clone(self), Arc::clone(book), key.2.clone());
        let compiled = apart("compiling the rules", move || app.judge.selection_rules(&book.packs, &scope)).await?;
        let rules = compiled.map_err(|findings| ApiError::rules(&findings))?;
        let stored = |rules: &CompiledRuleSet| {
            let document = to_json(rules.rule_set())?;
            Ok::<_, ApiError>(Change::RuleSet { tenant: self.config.tenant.clone(), version: rules.version().clone(), document })
        };
        self.store.commit(vec![stored(&rules.main)?, stored(&rules.gallery)?]).await?;
        let needs = rules.needs();
        let mut detectors: Vec<DetectorId> = self.judge.plan(&needs).detectors().cloned().collect();
        detectors.sort();
        let kept = Arc::new(KeptRules { rules, detectors });
        self.cache.rules.insert(key, Arc::clone(&kept));
        Ok(kept)
    }

    fn judged(&self, rules: &SelectionRules, pictures: &[Gathered], language: &str, exempt: &Exempt) -> Vec<JudgedCandidate> {
        let names = [self.config.tenant.as_str(), rules.main.version().as_str(), rules.gallery.version().as_str(), language];
        let judging = hash_of(names.map(str::as_bytes));
        let (mut hits, mut misses) = (0, 0);
        let images = pictures
            .iter()
            .map(|(id, picture)| {
                let judged = picture.as_ref().map_err(Clone::clone).map(|picture| {
                    let content_hash = picture.measured.content_hash;
                    let exempted = exempt.get(&content_hash).cloned().unwrap_or_default();
                    let key = VerdictKey { judging, content_hash, readings_version: picture.readings_version, exempted };
                    self.cache.verdicts.get(&key).inspect(|_| hits += 1).unwrap_or_else(|| {
                        misses += 1;
                        let judged = Arc::new(judge_image_except(rules, &picture.measured, language, &key.exempted));
                        self.cache.verdicts.insert(key, Arc::clone(&judged));
                        judged
                    })
                });
                (id.clone(), judged)
            })
            .collect();
        self.metrics.verdicts[0].fetch_add(hits, Relaxed);
        self.metrics.verdicts[1].fetch_add(misses, Relaxed);
        images
    }

    /// Whether two pictures show the same photograph, asked once for a pair.
    fn show_the_same(&self, a: &JudgedImage, b: &JudgedImage) -> bool {
        let (low, high) = (a.content_hash().min(b.content_hash()), a.content_hash().max(b.content_hash()));
        let key = (self.config.tenant.clone(), low, high);
        self.cache.pairs.get(&key).unwrap_or_else(|| {
            let same = show_the_same(a, b);
            self.cache.pairs.insert(key, same);
            same
        })
    }

    /// Hash of everything that an answer depends on: whose it is, the product, rules, policy, language, pictures and their readings.
    fn key_of(&self, question: &Question<'_>) -> [u8; 32] {
        let Question { request, kept: KeptRules { rules, .. }, pictures, exempt, leader } = *question;
        let SelectionPolicy { keep_margin, review_may_lead, departure_points } = self.config.policy;
        let (margin, departure) = (keep_margin.to_le_bytes(), departure_points.to_le_bytes());
        let review = [u8::from(review_may_lead)];
        let mut parts: Vec<&[u8]> = Vec::with_capacity(9 + 3 * pictures.len());
        parts.extend([
            self.config.tenant.as_str().as_bytes(),
            request.product.id.as_str().as_bytes(),
            rules.main.version().as_str().as_bytes(),
            rules.gallery.version().as_str().as_bytes(),
            language_of(request).as_bytes(),
            request.current_main.as_ref().map_or("", ImageId::as_str).as_bytes(),
            &margin,
            &departure,
            &review,
        ]);
        for (id, picture) in pictures {
            parts.push(id.as_str().as_bytes());
            match picture {
                Ok(picture) => parts.extend([&picture.measured.content_hash.as_bytes()[..], &picture.readings_version]),
                Err(error) => parts.extend([error.code.as_bytes(), error.message.as_bytes()]),
            }
        }
        // Where nothing is exempt the question is the one that it was before there were exemptions; no other part makes their number.
        let exempted = (!exempt.is_empty()).then(|| hash_of_exempt(exempt));
        parts.extend(exempted.as_ref().map(<[u8; 32]>::as_slice));
        if let Leader::Explored(id) = leader {
            parts.extend(["explored".as_bytes(), id.as_str().as_bytes()]);
        }
        hash_of(parts)
    }
}

/// Whether a request says something that can be answered.
///
/// # Errors
/// `request_invalid`, `too_many_candidates`.
pub(crate) fn validate(request: &SelectRequest, config: &Config) -> Result<(), ApiError> {
    let invalid = |message: String| Err(ApiError::new(Code::RequestInvalid, message));
    let (count, most) = (request.candidates.len(), config.candidates_max);
    if count > most {
        return Err(ApiError::new(Code::TooManyCandidates, format!("{count} candidates are more than the {most} allowed")));
    }
    if count == 0 {
        return invalid("`candidates` is empty".into());
    }
    let (deadline_ms, most) = (request.deadline_ms, config.request_timeout.as_millis());
    if let Some(ms) = deadline_ms.filter(|ms| *ms == 0 || u128::from(*ms) > most) {
        return invalid(format!("`deadline_ms` is {ms}: it is at least 1, and at most {most}, after which no answer is waited for"));
    }
    let product = &request.product;
    let names = [&request.marketplace, &request.region, &request.language, &request.unit_id, &request.device];
    let names = names.into_iter().chain([&product.category, &product.seller, &product.family]);
    let names = names.flatten().map(String::as_str).chain([product.id.as_str()]);
    let ids = request.candidates.iter().map(|candidate| candidate.id.as_str());
    if let Some(name) = names.chain(ids).find(|name| name.is_empty() || name.len() > NAME_BYTES_MAX) {
        return invalid(format!("ids and names have 1 to {NAME_BYTES_MAX} bytes; one has {}", name.len()));
    }
    let mut seen = BTreeSet::new();
    for candidate in &request.candidates {
        if !seen.insert(&candidate.id) {
            return invalid(format!("two candidates have the id `{}`", candidate.id));
        }
        let sources = [candidate.hash.is_some(), candidate.bytes.is_some(), candidate.url.is_some()];
        if candidate.path.is_some() {
            return invalid(format!("candidate `{}`: `path` is for the command line; send `hash`, `bytes` or `url`", candidate.id));
        }
        if sources.into_iter().filter(|given| *given).count() != 1 {
            return invalid(format!("candidate `{}` needs exactly one of `hash`, `bytes` and `url`", candidate.id));
        }
    }
    Ok(())
}

fn language_of(request: &SelectRequest) -> &str {
    request.language.as_deref().unwrap_or(LANGUAGE)
}

/// An answer with its part in an experiment at its end.
fn with_experiment(answer: &Bytes, part: &ExperimentAnswer) -> Result<Bytes, ApiError> {
    let unwritten = |_| ApiError::new(Code::Internal, "the answer could not be written as JSON");
    let mut body = Vec::with_capacity(answer.len() + 400);
    // Its last byte is the closing brace of the object.
    body.extend_from_slice(&answer[..answer.len().saturating_sub(1)]);
    body.extend_from_slice(br#","experiment":"#);
    serde_json::to_writer(&mut body, part).map_err(unwritten)?;
    body.push(b'}');
    Ok(Bytes::from(body))
}

/// What the catalogue notes of a product: its pictures that could be read, and where it stands.
pub(crate) fn catalogue_row(request: &SelectRequest, pictures: &[Gathered]) -> Result<CatalogueRow, ApiError> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let known: Vec<(&ImageId, ContentHash)> =
        pictures.iter().filter_map(|(id, picture)| Some((id, picture.as_ref().ok()?.measured.content_hash))).collect();
    Ok(CatalogueRow {
        marketplace: text(&request.marketplace),
        region: text(&request.region),
        product_id: request.product.id.to_string(),
        category: text(&request.product.category),
        seller: text(&request.product.seller),
        family: text(&request.product.family),
        pictures: to_json(&known)?,
    })
}

/// Today in UTC.
pub fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The day of a time, UTC; the first of all days for a time that is none.
pub fn day_of(at_ms: i64) -> Date {
    jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn hash_of_exempt(exempt: &Exempt) -> [u8; 32] {
    let of_picture = |(hash, rules): (&ContentHash, &Arc<[RuleId]>)| {
        hash_of([&hash.as_bytes()[..]].into_iter().chain(rules.iter().map(|rule| rule.as_str().as_bytes())))
    };
    let pictures: Vec<[u8; 32]> = exempt.iter().map(of_picture).collect();
    hash_of(pictures.iter().map(<[u8; 32]>::as_slice))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).map(char::from).collect()
}
