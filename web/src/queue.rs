//! Pictures that wait for people, what people say of them, how far they agree, and what follows: a rule that was overturned for a
//! picture is ignored for it from then on.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;
use vitrine_engine::{Action, ContentHash, Decision, Enforcement, Firing, ImageId, Region, RuleId, Value};
use vitrine_rules::ScopedRule;

use crate::app::App;
use crate::cache::hash_of;
use crate::error::{ApiError, Code};
use crate::identity::Person;
use crate::judge::{JudgedImage, SelectionRules};
use crate::pictures::to_json;
use crate::store::{Change, JudgementRow, QueueEntry, QueueFilter, QueueRow, Record, Transaction};
use crate::wire::schema::{RegionBox, SignalValue};
use crate::wire::{FileError, SelectAnswer, SelectRequest};

/// Most items of one answer.
const ITEMS_MAX: u32 = 200;
/// Longest note, characters.
const NOTE_MAX: usize = 2000;
/// Of so many items one is shown to a second person, so that it is known how far people agree.
const SECOND_EVERY: u8 = 5;

/// What a person says of a rule's word on a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JudgementVerdict {
    /// The rule is right.
    Approve,
    /// The rule is wrong for this picture.
    Overturn,
    /// The rule is right, and points at the wrong part of the picture.
    WrongRegion,
}

/// What a person says, with why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// What they say.
    pub verdict: JudgementVerdict,
    /// Why, in their words.
    #[serde(default)]
    pub note: Option<String>,
    /// With `wrong_region`: the right part of the picture.
    #[serde(default)]
    #[schema(value_type = Option<RegionBox>)]
    pub region: Option<Region>,
}

/// What is known of an item beside its key, as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ItemFacts {
    /// The product it was seen with first.
    pub product: String,
    /// The picture's id there.
    #[schema(value_type = String)]
    pub image: ImageId,
    /// The decision that sent it here.
    pub decision: String,
    /// The rule's title.
    pub title: String,
    /// What the rule said.
    pub message: String,
    /// What was measured.
    #[schema(value_type = Option<SignalValue>)]
    pub value: Option<Value>,
    /// What the rule allows.
    #[schema(value_type = Option<SignalValue>)]
    pub limit: Option<Value>,
    /// Unit of both.
    pub unit: Option<String>,
    /// Where in the picture.
    #[schema(value_type = Option<RegionBox>)]
    pub region: Option<Region>,
    /// What the rule asks for.
    pub action: String,
    /// The seller's words, where it was a seller who asked.
    pub objection: Option<String>,
}

/// An item as it is told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueItem {
    /// Its key.
    pub id: String,
    /// Where the picture is sold; empty for the house.
    pub marketplace: String,
    /// Of the product; may be empty.
    pub category: String,
    /// The picture.
    pub content_hash: String,
    /// The rule that is asked about.
    pub rule: String,
    /// `rule`: it asked for review. `objection`: a seller disagrees.
    pub origin: String,
    /// When it came, ms since 1970 UTC.
    pub opened_ms: i64,
    /// `open` or `closed`.
    pub state: String,
    /// People who judged it.
    pub judgements: i64,
    /// What the person who asks said of it.
    pub mine: Option<String>,
    /// All else.
    #[serde(flatten)]
    pub facts: ItemFacts,
}

/// How far people agree.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Agreement {
    /// Items that two people judged.
    pub pairs: usize,
    /// Those of them of which both said the same.
    pub agreed: usize,
    /// Cohen's kappa of the first and the second judgement: 1 = always the same, 0 = as by chance; null where chance alone explains
    /// everything, or nothing is known.
    pub kappa: Option<f64>,
    /// By rule.
    pub by_rule: Vec<RuleAgreement>,
}

/// How far people agree on a rule, and with it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RuleAgreement {
    /// The rule.
    pub rule: String,
    /// Items that were judged.
    pub judged: usize,
    /// Those of them where the rule was overturned.
    pub overturned: usize,
    /// Share of equal judgements among pairs; null without pairs.
    pub agreement: Option<f64>,
}

impl JudgementVerdict {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Overturn => "overturn",
            Self::WrongRegion => "wrong_region",
        }
    }
}

/// The items that a new decision opens: one for every rule that sends a picture to review in the place it got.
///
/// # Errors
/// `internal`, if something cannot be written as JSON.
pub fn opened_by(
    app: &App,
    request: &SelectRequest,
    rules: &SelectionRules,
    images: &[(ImageId, Result<Arc<JudgedImage>, FileError>)],
    answer: &SelectAnswer,
    decision: &str,
) -> Result<Vec<Change>, ApiError> {
    let mut changes = Vec::new();
    for outcome in answer.images.iter().filter(|outcome| outcome.action == Decision::Review) {
        let Some((_, Ok(image))) = images.iter().find(|(id, _)| *id == outcome.id) else { continue };
        let leads = answer.main.as_ref() == Some(&outcome.id);
        let (verdict, rules) = if leads { (image.main(), &rules.main) } else { (image.gallery(), &rules.gallery) };
        let deciding = |firing: &&Firing| firing.enforcement == Enforcement::Enforce && firing.action == Action::Review;
        for firing in verdict.firings.iter().filter(deciding) {
            let marketplace = request.marketplace.clone().unwrap_or_default();
            let facts = facts_of(firing, rules.rules(), &request.product.id.to_string(), &outcome.id, decision, None);
            changes.push(Change::QueueItem {
                tenant: app.config.tenant.clone(),
                id: item_id("rule", &[marketplace.as_str(), &image.content_hash().to_string(), firing.rule.as_str()]),
                marketplace,
                content_hash: image.content_hash(),
                rule: firing.rule.clone(),
                category: request.product.category.clone().unwrap_or_default(),
                document: to_json(&facts)?,
            });
        }
    }
    Ok(changes)
}

/// What an item tells of a rule's word.
pub fn facts_of(
    firing: &Firing,
    rules: &[ScopedRule],
    product: &str,
    image: &ImageId,
    decision: &str,
    objection: Option<String>,
) -> ItemFacts {
    let title = rules.iter().find(|scoped| scoped.rule.id == firing.rule).map(|scoped| scoped.rule.title.clone()).unwrap_or_default();
    let action = match &firing.action {
        Action::Suppress => "suppress",
        Action::Review => "review",
        Action::Demote(_) => "demote",
        Action::Tag(_) => "tag",
    };
    ItemFacts {
        product: product.to_owned(),
        image: image.clone(),
        decision: decision.to_owned(),
        title,
        message: firing.message.clone(),
        value: firing.value.clone(),
        limit: firing.limit.clone(),
        unit: firing.unit.as_deref().map(str::to_owned),
        region: firing.region,
        action: action.to_owned(),
        objection,
    }
}

/// The key of an item: the same question asked again is the same item.
pub fn item_id(origin: &str, parts: &[&str]) -> String {
    let hash = hash_of([origin].iter().chain(parts).map(|part| part.as_bytes()));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

impl App {
    /// Items, the oldest first, how many wait for the person, and how many they have judged.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn queue(&self, person: &Person, filter: QueueFilter<'_>) -> Result<(Vec<QueueItem>, i64, i64), ApiError> {
        let (store, tenant, name) = (&self.store, &self.config.tenant, person.name.as_str());
        let entries = store.queue(tenant, name, filter, ITEMS_MAX).await?;
        let open = store.queue_count(tenant, name, QueueFilter { state: Some("open"), ..filter }).await?;
        let done = store.queue_count(tenant, name, QueueFilter { state: Some("mine"), ..filter }).await?;
        Ok((entries.into_iter().map(told).collect::<Result<_, _>>()?, open, done))
    }

    /// Writes what a person says of an item, and what follows from it.
    ///
    /// # Errors
    /// `queue_item_unknown`, or what is wrong with the judgement.
    pub async fn judge_item(&self, person: &Person, id: &str, judgement: Judgement) -> Result<QueueItem, ApiError> {
        let Judgement { verdict, note, region } = judgement;
        let note = note.unwrap_or_default();
        let invalid = |message: String| Err(ApiError::new(Code::RequestInvalid, message));
        if note.chars().count() > NOTE_MAX {
            return invalid(format!("`note` has more than {NOTE_MAX} characters"));
        }
        if region.is_some() && verdict != JudgementVerdict::WrongRegion {
            return invalid("`region` goes with the verdict `wrong_region`".into());
        }
        if region.is_some_and(|region| !is_inside(region)) {
            return invalid("`region` is a box of shares 0 to 1 within the picture".into());
        }
        let mut change = self.store.begin(&self.config.tenant).await?;
        let row = change.queue_item(id).await?.ok_or_else(unknown_item)?;
        let before = change.judgements_of(&row.content_hash, &row.rule).await?;
        let before = before.into_iter().find(|known| known.item == row.id && known.person == person.name).map(|known| known.verdict);
        let region_text = region.map(|region| to_json(&region)).transpose()?.unwrap_or_default();
        change.judge(&row.id, &person.name, verdict.as_str(), &note, &region_text).await?;
        let detail = json!({"verdict": verdict, "before": before, "region": region});
        self.settle(change, person, row, "queue.judged", note, detail).await
    }

    /// Takes back what the person said of an item, and what followed from it.
    ///
    /// # Errors
    /// `queue_item_unknown`, `nothing_to_undo`.
    pub async fn take_back_judgement(&self, person: &Person, id: &str) -> Result<QueueItem, ApiError> {
        let mut change = self.store.begin(&self.config.tenant).await?;
        let row = change.queue_item(id).await?.ok_or_else(unknown_item)?;
        if !change.take_back(&row.id, &person.name).await? {
            return Err(ApiError::new(Code::NothingToUndo, "you have not judged this item"));
        }
        self.settle(change, person, row, "queue.taken_back", String::new(), json!({})).await
    }

    /// What follows from an item's judgements, all in one change.
    async fn settle(
        &self,
        mut change: Transaction,
        person: &Person,
        row: QueueRow,
        action: &'static str,
        reason: String,
        mut detail: Json,
    ) -> Result<QueueItem, ApiError> {
        let judgements = change.judgements_of(&row.content_hash, &row.rule).await?;
        let own: Vec<&str> = judgements.iter().filter(|known| known.item == row.id).map(|known| known.verdict.as_str()).collect();
        change.set_queue_state(&row.id, if is_settled(&row.id, &own) { "closed" } else { "open" }).await?;
        let all: Vec<&str> = judgements.iter().map(|known| known.verdict.as_str()).collect();
        let held = is_overturned(&all);
        if change.set_exemption(&row.content_hash, &row.rule, held).await? {
            detail["ignored_for_the_picture"] = json!(held);
        }
        detail["rule"] = json!(row.rule);
        detail["content_hash"] = json!(row.content_hash);
        let record = Record { actor: person.name.clone(), action: action.into(), subject: format!("queue:{}", row.id), reason, detail };
        change.commit(&[record]).await?;
        self.exemptions.refresh(&self.store).await?;
        self.queue_item(person, &row.id).await
    }

    /// One item as a person sees it.
    ///
    /// # Errors
    /// `queue_item_unknown`.
    pub async fn queue_item(&self, person: &Person, id: &str) -> Result<QueueItem, ApiError> {
        told(self.store.queue_item(&self.config.tenant, &person.name, id).await?.ok_or_else(unknown_item)?)
    }

    /// How far people agree.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn agreement(&self) -> Result<Agreement, ApiError> {
        Ok(agreement(&self.store.judgements(&self.config.tenant).await?))
    }

    /// An overturned verdict as a case of its rule: with this picture's readings the rule must keep silent.
    ///
    /// # Errors
    /// `queue_item_unknown`, `not_overturned`, or readings that are gone.
    pub async fn case_of(&self, person: &Person, id: &str) -> Result<String, ApiError> {
        let item = self.queue_item(person, id).await?;
        let all = self.store.judgements(&self.config.tenant).await?;
        let verdicts: Vec<&str> = all.iter().filter(|known| known.item == item.id).map(|known| known.verdict.as_str()).collect();
        if !is_overturned(&verdicts) {
            return Err(ApiError::new(Code::NotOverturned, "nobody has overturned the rule for this picture, or others disagree"));
        }
        let content_hash: ContentHash =
            item.content_hash.parse().map_err(|_| ApiError::new(Code::Internal, "the item's hash cannot be read"))?;
        let picture = self.known_picture(content_hash).await?;
        let picture = picture.ok_or_else(|| ApiError::new(Code::ImageUnknown, "the picture is no longer known"))?;
        let rule = self.rule_of_decision(&item.facts.decision, &RuleId::from(item.rule.as_str())).await?;
        let condition = rule.rule.condition.text();
        let words: std::collections::BTreeSet<&str> =
            condition.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).collect();
        let read = |(name, reading): (&vitrine_engine::SignalName, &vitrine_engine::Reading)| {
            words.contains(name.as_str()).then(|| (name.to_string(), reading.value.clone()))
        };
        let signals: BTreeMap<String, Value> = picture.measured.signals.iter().filter_map(read).collect();
        let case =
            CaseEntry { rule: &item.rule, name: format!("overturned in review: {}", &item.content_hash[..12]), signals, expect: "pass" };
        serde_yaml::to_string(&[case]).map_err(|error| {
            tracing::error!(%error, "writing a case");
            ApiError::new(Code::Internal, "the case could not be written")
        })
    }
}

/// An entry of a case file.
#[derive(Serialize)]
struct CaseEntry<'a> {
    rule: &'a str,
    name: String,
    signals: BTreeMap<String, Value>,
    expect: &'static str,
}

/// Whether enough people have judged an item, and do not contradict each other evenly.
fn is_settled(id: &str, verdicts: &[&str]) -> bool {
    let first = u8::from_str_radix(id.get(..2).unwrap_or_default(), 16).unwrap_or(1);
    let asked = if first.is_multiple_of(SECOND_EVERY) { 2 } else { 1 };
    let overturned = verdicts.iter().filter(|verdict| **verdict == JudgementVerdict::Overturn.as_str()).count();
    verdicts.len() >= asked && 2 * overturned != verdicts.len()
}

/// Whether more say that the rule is wrong than that it is right.
fn is_overturned(verdicts: &[&str]) -> bool {
    let overturned = verdicts.iter().filter(|verdict| **verdict == JudgementVerdict::Overturn.as_str()).count();
    2 * overturned > verdicts.len()
}

/// Agreement of the first two judgements of every item that has two. Judgements come by item, in the order of time.
fn agreement(judgements: &[JudgementRow]) -> Agreement {
    let mut by_rule: BTreeMap<&str, (usize, usize, usize, usize)> = BTreeMap::new();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for of_item in judgements.chunk_by(|a, b| a.item == b.item) {
        let verdicts: Vec<&str> = of_item.iter().map(|judgement| judgement.verdict.as_str()).collect();
        let (judged, overturned, paired, equal) = by_rule.entry(of_item[0].rule.as_str()).or_default();
        *judged += 1;
        *overturned += usize::from(is_overturned(&verdicts));
        if let [first, second, ..] = verdicts[..] {
            *paired += 1;
            *equal += usize::from(first == second);
            pairs.push((first, second));
        }
    }
    let share = |part: usize, of: usize| (of > 0).then(|| part as f64 / of as f64);
    let by_rule = by_rule.into_iter().map(|(rule, (judged, overturned, paired, equal))| RuleAgreement {
        rule: rule.to_owned(),
        judged,
        overturned,
        agreement: share(equal, paired),
    });
    let agreed = pairs.iter().filter(|(first, second)| first == second).count();
    Agreement { pairs: pairs.len(), agreed, kappa: kappa(&pairs), by_rule: by_rule.collect() }
}

/// Cohen (1960): what both have in common beyond chance, as a share of what there is beyond chance.
fn kappa(pairs: &[(&str, &str)]) -> Option<f64> {
    let count = pairs.len() as f64;
    let observed = pairs.iter().filter(|(first, second)| first == second).count() as f64 / count;
    let mut margins: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (first, second) in pairs {
        margins.entry(first).or_default().0 += 1.0 / count;
        margins.entry(second).or_default().1 += 1.0 / count;
    }
    let expected: f64 = margins.values().map(|(first, second)| first * second).sum();
    (!pairs.is_empty() && expected < 1.0 - 1e-12).then(|| (observed - expected) / (1.0 - expected))
}

fn told(entry: QueueEntry) -> Result<QueueItem, ApiError> {
    let QueueEntry { row, judgements, mine } = entry;
    let facts = serde_json::from_str(&row.document).map_err(|error| {
        tracing::error!(%error, item = row.id, "stored queue item");
        ApiError::new(Code::Internal, "a stored item cannot be read")
    })?;
    let QueueRow { id, state, origin, marketplace, content_hash, rule, category, opened_ms, document: _ } = row;
    Ok(QueueItem { id, marketplace, category, content_hash, rule, origin, opened_ms, state, judgements, mine, facts })
}

fn is_inside(region: Region) -> bool {
    let Region { x, y, width, height } = region;
    [x, y, width, height].iter().all(|side| (0.0..=1.0).contains(side)) && x + width <= 1.0 + 1e-9 && y + height <= 1.0 + 1e-9
}

fn unknown_item() -> ApiError {
    ApiError::new(Code::QueueItemUnknown, "there is no such item in the queue")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgements(verdicts: &[&[&str]]) -> Vec<JudgementRow> {
        let row = |(item, verdicts): (usize, &&[&str])| {
            let row = move |(person, verdict): (usize, &&str)| JudgementRow {
                item: format!("item{item:03}"),
                rule: if item.is_multiple_of(2) { "a.even" } else { "b.odd" }.into(),
                person: format!("person{person}"),
                verdict: (*verdict).to_owned(),
            };
            verdicts.iter().enumerate().map(row).collect::<Vec<_>>()
        };
        verdicts.iter().enumerate().flat_map(row).collect()
    }

    #[test]
    fn kappa_is_that_of_a_worked_example() {
        // Cohen's kappa of the table [[20, 5], [10, 15]] is 0.4.
        let mut pairs: Vec<&[&str]> = Vec::new();
        let table: [(usize, &[&str]); 4] =
            [(20, &["approve", "approve"]), (5, &["approve", "overturn"]), (10, &["overturn", "approve"]), (15, &["overturn", "overturn"])];
        for (times, pair) in table {
            pairs.extend(std::iter::repeat_n(pair, times));
        }
        let found = agreement(&judgements(&pairs));
        assert_eq!((found.pairs, found.agreed), (50, 35));
        assert!((found.kappa.unwrap() - 0.4).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn without_pairs_or_without_choice_there_is_no_kappa() {
        assert_eq!(agreement(&[]).kappa, None);
        assert_eq!(agreement(&judgements(&[&["approve"], &["overturn"]])).kappa, None);
        assert_eq!(agreement(&judgements(&[&["approve", "approve"][..]; 9])).kappa, None);
        let opposite = agreement(&judgements(&[&["approve", "overturn"], &["overturn", "approve"]]));
        assert_eq!((opposite.agreed, opposite.kappa), (0, Some(-1.0)));
    }

    #[test]
    fn rules_are_counted_apart() {
        let found = agreement(&judgements(&[
            &["overturn", "overturn"],
            &["approve"],
            &["approve", "overturn"],
            &["overturn", "approve", "overturn"],
        ]));
        assert_eq!(
            found.by_rule,
            [
                RuleAgreement { rule: "a.even".into(), judged: 2, overturned: 1, agreement: Some(0.5) },
                RuleAgreement { rule: "b.odd".into(), judged: 2, overturned: 1, agreement: Some(0.0) }
            ]
        );
    }

    #[test]
    fn every_fifth_item_or_so_asks_a_second_person_and_a_tie_asks_for_one_more() {
        let asked = (0..=255u8).filter(|first| !is_settled(&format!("{first:02x}ab"), &["approve"])).count();
        assert_eq!(asked, 52);
        assert!(is_settled("01ab", &["overturn"]) && !is_settled("01ab", &[]));
        for (verdicts, settled, overturned) in [
            (&["overturn", "approve"][..], false, false),
            (&["overturn", "approve", "overturn"], true, true),
            (&["approve", "wrong_region"], true, false),
            (&["overturn", "overturn"], true, true),
        ] {
            assert_eq!((is_settled("05ab", verdicts), is_overturned(verdicts)), (settled, overturned), "{verdicts:?}");
        }
    }
}
