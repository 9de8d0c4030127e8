//! The pure middle behind every door: bytes -> signals -> verdicts -> selection. No I/O, no clock, no async, no store.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde_json::value::RawValue;
use vitrine_detectors::batcher::Lane;
use vitrine_detectors::{Begun, Detectors, Learned, Limits, Refusal, Request, Work};
use vitrine_engine::duplicate::{DUPLICATE_LIKENESS, Fingerprint, Look, departures, likeness};
use vitrine_engine::{
    Candidate, ContentHash, DetectorId, Enforcement, Evaluator, ImageId, Judgement, Leader, Photo, Plan, ProductId, RuleId,
    SelectionPolicy, SignalCatalog, SignalName, Value, Verdict, select,
};
use vitrine_rules::{CompiledRuleSet, Diagnostic, PackSet, Role, Scope, compile, resolve};

use crate::wire::{FileError, ImageAnswer, Reason, SelectAnswer};

pub use vitrine_detectors::{Effort, Measured, NotMeasured};

/// The signal that near-duplicates are recognised by; every selection needs it beside what the rules ask for.
pub const FINGERPRINT: &str = "fingerprint";

/// Detectors and their vocabulary, ready to judge by any rule packs.
pub struct Judge {
    detectors: Detectors,
    limits: Limits,
}

/// Which rules hold: of a marketplace and region, for a category, on a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ScopeKey {
    /// The house pack where none is named.
    pub marketplace: Option<String>,
    /// Country or region.
    pub region: Option<String>,
    /// Category path.
    pub category: Option<String>,
    /// The day.
    pub date: Date,
}

impl ScopeKey {
    /// The scope of one role.
    pub fn of_role(&self, role: Role) -> Scope {
        Scope { marketplace: self.marketplace.clone(), region: self.region.clone(), category: self.category.clone(), role, date: self.date }
    }
}

/// The two rule sets that a selection needs.
pub struct SelectionRules {
    /// Judges the picture that leads.
    pub main: Arc<CompiledRuleSet>,
    /// Judges those that follow.
    pub gallery: Arc<CompiledRuleSet>,
}

impl SelectionRules {
    /// Both, as the planning of measurements asks them.
    pub fn evaluators(&self) -> [&dyn Evaluator; 2] {
        [self.main.as_ref(), self.gallery.as_ref()]
    }

    /// The same, to plan what has to be measured of a picture for which people overturned some rules.
    #[must_use]
    pub fn without(&self, overturned: &[RuleId]) -> Self {
        let fewer =
            |rules: &Arc<CompiledRuleSet>| if overturned.is_empty() { Arc::clone(rules) } else { Arc::new(rules.without(overturned)) };
        Self { main: fewer(&self.main), gallery: fewer(&self.gallery) }
    }

    /// Everything that has to be measured for a selection, sorted.
    pub fn needs(&self) -> BTreeSet<SignalName> {
        let asked = self.main.needs().iter().chain(self.gallery.needs()).cloned();
        asked.chain([SignalName::from(FINGERPRINT)]).collect()
    }
}

impl From<NotMeasured> for FileError {
    fn from(cause: NotMeasured) -> Self {
        match cause {
            NotMeasured::File(refusal) => {
                Self { code: refusal.code().to_owned(), message: format!("{}; {}", refusal.message(), refusal.help()) }
            }
            NotMeasured::Model(refusal) => {
                let code = format!("model_{}", refusal.cause.as_str());
                Self { code, message: format!("{}; measure the picture again", refusal.message) }
            }
        }
    }
}

/// One picture judged in both roles of a selection; depends on nothing but readings, rule sets and language, so it may be kept.
#[derive(Debug, Clone)]
pub struct JudgedImage {
    content_hash: ContentHash,
    main: Arc<Verdict>,
    gallery: Arc<Verdict>,
    fingerprint: Option<Fingerprint>,
    look: Option<Look>,
    reasons: Arc<RawValue>,
    exempted: Vec<RuleId>,
}

impl JudgedImage {
    /// SHA-256 of its bytes.
    pub fn content_hash(&self) -> ContentHash {
        self.content_hash
    }

    /// What stands against it in either role, as JSON.
    pub fn reasons(&self) -> Arc<RawValue> {
        Arc::clone(&self.reasons)
    }

    /// The rules that act on it in either role.
    pub fn acting_rules(&self) -> BTreeSet<&RuleId> {
        let firings = self.main.firings.iter().chain(&self.gallery.firings);
        firings.filter(|firing| firing.enforcement == Enforcement::Enforce).map(|firing| &firing.rule).collect()
    }

    /// What the rules of the main picture say.
    pub fn main(&self) -> &Verdict {
        &self.main
    }

    /// What the rules of the gallery say.
    pub fn gallery(&self) -> &Verdict {
        &self.gallery
    }
}

impl Judge {
    /// Takes the detectors and the limits for pictures.
    pub fn new(detectors: Detectors, limits: Limits) -> Self {
        Self { detectors, limits }
    }

    /// The vocabulary.
    pub fn catalog(&self) -> &Arc<SignalCatalog> {
        &self.detectors.catalog
    }

    /// The models at work.
    pub fn models(&self) -> &[Arc<Learned>] {
        &self.detectors.learned
    }

    /// The detectors that measure any of the `wanted` signals.
    pub fn plan<'a>(&'a self, wanted: impl IntoIterator<Item = &'a SignalName>) -> Plan<'a> {
        self.detectors.plan(wanted)
    }

    /// Just these detectors.
    pub fn plan_of(&self, detectors: &[DetectorId]) -> Plan<'_> {
        self.detectors.plan_of(detectors)
    }

    /// All detectors.
    pub fn full_plan(&self) -> Plan<'_> {
        self.detectors.full_plan()
    }

    /// Opens a file as far as the plan needs, runs the planned detectors and waits for the models among them.
    ///
    /// # Errors
    /// When the file is refused, or a model refuses.
    pub fn measure(&self, bytes: &[u8], name: Option<&str>, plan: &Plan<'_>, effort: Effort<'_>) -> Result<Measured, NotMeasured> {
        let request = Request { lane: Lane::Backfill, deadline: Instant::now() + PATIENCE };
        Ok(self.begin(bytes, name, plan, effort, request)?.wait()?)
    }

    /// Opens a file as far as the plan needs, runs the planned detectors that need no model, and hands the picture to the models that are
    /// (still) needed.
    ///
    /// # Errors
    /// A refusal with its stable code when the file cannot or may not be read.
    pub fn begin(&self, bytes: &[u8], name: Option<&str>, plan: &Plan<'_>, effort: Effort<'_>, request: Request) -> Result<Begun, Refusal> {
        self.begin_and(bytes, name, plan, effort, request, |_| ()).map(|(begun, ())| begun)
    }

    /// As [`Judge::begin`], with a look at the decoded picture while the models are at work.
    ///
    /// # Errors
    /// A refusal with its stable code when the file cannot or may not be read.
    pub fn begin_and<T>(
        &self,
        bytes: &[u8],
        name: Option<&str>,
        plan: &Plan<'_>,
        effort: Effort<'_>,
        request: Request,
        look: impl FnOnce(&Photo) -> T,
    ) -> Result<(Begun, T), Refusal> {
        self.detectors.begin(bytes, name, &self.limits, Work { plan, effort, request }, look)
    }

    /// Resolves and compiles the rules of one role.
    ///
    /// # Errors
    /// All findings, when one of them is an error.
    pub fn rules(&self, packs: &PackSet, scope: &Scope) -> Result<Arc<CompiledRuleSet>, Vec<Diagnostic>> {
        let (rule_set, findings) = resolve(packs, scope);
        if findings.iter().any(Diagnostic::is_error) {
            return Err(findings);
        }
        compile(&rule_set, self.catalog()).map(Arc::new)
    }

    /// Resolves and compiles the rules of both roles of a selection.
    ///
    /// # Errors
    /// All findings, when one of them is an error.
    pub fn selection_rules(&self, packs: &PackSet, scope: &ScopeKey) -> Result<SelectionRules, Vec<Diagnostic>> {
        Ok(SelectionRules {
            main: self.rules(packs, &scope.of_role(Role::Main))?,
            gallery: self.rules(packs, &scope.of_role(Role::Gallery))?,
        })
    }
}

/// How long a picture may wait for a model where nobody sets a time.
const PATIENCE: Duration = Duration::from_secs(600);

/// Judges one picture in both roles of a selection.
pub fn judge_image(rules: &SelectionRules, measured: &Measured, language: &str) -> JudgedImage {
    judge_image_except(rules, measured, language, &[])
}

/// As [`judge_image`], without the word of rules that people overturned for this picture.
pub fn judge_image_except(rules: &SelectionRules, measured: &Measured, language: &str, overturned: &[RuleId]) -> JudgedImage {
    let mut main = rules.main.evaluate(&measured.signals, language);
    let mut gallery = rules.gallery.evaluate(&measured.signals, language);
    let mut exempted = main.ignore(overturned);
    exempted.extend(gallery.ignore(overturned));
    exempted.sort();
    exempted.dedup();
    let reasons = reasons_of(&main, &gallery);
    let fingerprint = match measured.signals.value(FINGERPRINT) {
        Some(Value::Text(text)) => Fingerprint::parse(text).ok(),
        _ => None,
    };
    JudgedImage {
        content_hash: measured.content_hash,
        main: Arc::new(main),
        gallery: Arc::new(gallery),
        look: fingerprint.as_ref().map(Look::of),
        fingerprint,
        reasons: to_raw(&reasons),
        exempted,
    }
}

/// The selection of one product from its judged pictures; a picture that could not be judged comes with its error.
pub fn answer(
    product_id: &ProductId,
    rules: &SelectionRules,
    images: &[(ImageId, Result<Arc<JudgedImage>, FileError>)],
    leader: Leader<'_>,
    policy: &SelectionPolicy,
) -> SelectAnswer {
    answer_with(product_id, rules, images, leader, policy, show_the_same)
}

/// Whether two pictures show the same photograph: dearer than all the rest of an answer, and the same for ever.
pub fn show_the_same(a: &JudgedImage, b: &JudgedImage) -> bool {
    a.fingerprint.as_ref().zip(b.fingerprint.as_ref()).is_some_and(|(a, b)| likeness(a, b) >= DUPLICATE_LIKENESS)
}

/// As [`answer`], by a memory of what [`show_the_same`] said of two pictures.
pub fn answer_with(
    product_id: &ProductId,
    rules: &SelectionRules,
    images: &[(ImageId, Result<Arc<JudgedImage>, FileError>)],
    leader: Leader<'_>,
    policy: &SelectionPolicy,
    show_the_same: impl Fn(&JudgedImage, &JudgedImage) -> bool,
) -> SelectAnswer {
    let looks: Vec<Option<&Look>> = images.iter().map(|(_, image)| image.as_ref().ok()?.look.as_ref()).collect();
    let candidates: Vec<Candidate> = images
        .iter()
        .zip(departures(&looks))
        .map(|((id, image), departure)| Candidate { id: id.clone(), judgement: judgement(image), departure })
        .collect();
    let find = |id: &ImageId| images.iter().find(|(known, _)| known == id).map(|(_, image)| image);
    let judged = |id: &ImageId| find(id).and_then(|image| image.as_ref().ok());
    let alike = |a: &ImageId, b: &ImageId| judged(a).zip(judged(b)).is_some_and(|(a, b)| show_the_same(a, b));
    let selection = select(&candidates, leader, policy, alike);
    let images = selection
        .images
        .into_iter()
        .map(|outcome| {
            let image = find(&outcome.id);
            let judged = image.and_then(|image| image.as_ref().ok());
            ImageAnswer {
                id: outcome.id,
                content_hash: judged.map(|judged| judged.content_hash),
                action: outcome.action,
                points: outcome.points,
                departure_points: (outcome.departure_points > 0.0).then_some(outcome.departure_points),
                score: outcome.score,
                may_lead: outcome.may_lead,
                duplicate_of: outcome.duplicate_of,
                error: image.and_then(|image| image.as_ref().err().cloned()),
                exempted: judged.map(|judged| judged.exempted.clone()).unwrap_or_default(),
                reasons: judged.map_or_else(|| to_raw(&[]), |judged| Arc::clone(&judged.reasons)),
            }
        })
        .collect();
    let not_measurable: BTreeSet<_> = rules.main.not_measurable().iter().chain(rules.gallery.not_measurable()).cloned().collect();
    SelectAnswer {
        product_id: product_id.clone(),
        rule_set: rules.main.version().clone(),
        gallery_rule_set: rules.gallery.version().clone(),
        main: selection.main,
        current_main_kept: selection.current_main_kept,
        least_bad: selection.least_bad,
        gallery: selection.gallery,
        images,
        not_measurable: not_measurable.into_iter().collect(),
        experiment: None,
    }
}

fn judgement(image: &Result<Arc<JudgedImage>, FileError>) -> Judgement {
    match image {
        Ok(image) => {
            Judgement::Judged { content_hash: image.content_hash, main: Arc::clone(&image.main), gallery: Arc::clone(&image.gallery) }
        }
        Err(error) => Judgement::Refused { code: error.code.clone(), message: error.message.clone() },
    }
}

/// The firings of both roles; a rule that says the same in both is told once.
fn reasons_of(main: &Verdict, gallery: &Verdict) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = main.firings.iter().map(|firing| Reason::of(firing, vec![Role::Main])).collect();
    for firing in &gallery.firings {
        match reasons.iter_mut().find(|reason| reason.rule == firing.rule && reason.message == firing.message) {
            Some(known) => known.roles.push(Role::Gallery),
            None => reasons.push(Reason::of(firing, vec![Role::Gallery])),
        }
    }
    reasons
}

fn to_raw(reasons: &[Reason]) -> Arc<RawValue> {
    // Reasons are text, finite numbers and flags: there is nothing in them that JSON cannot say.
    match serde_json::value::to_raw_value(reasons) {
        Ok(raw) => Arc::from(raw),
        Err(_) => Arc::from(RawValue::NULL.to_owned()),
    }
}
