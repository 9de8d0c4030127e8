//! Statements of reasons: for a seller, in their language, what was done to a picture, by which rule, on what evidence, what to do, and
//! how to object. Made from the stored decision, whatever rules hold today.

mod objection;
mod page;
mod words;

use serde::Serialize;
use utoipa::ToSchema;
use vitrine_engine::{Action, ContentHash, Enforcement, Firing, ImageId, Region, RuleId, Value};
use vitrine_rules::{Role, ScopedRule};

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::judge::JudgedImage;
use crate::selection::Recalled;
use crate::wire::schema::{RegionBox, SignalValue};

pub use objection::Objection;
pub use page::{page, thanks};
pub use words::words;

/// A statement on one picture of a decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Statement {
    /// The product.
    pub product: String,
    /// The picture's id.
    #[schema(value_type = String)]
    pub image: ImageId,
    /// SHA-256 of its bytes.
    #[schema(value_type = String)]
    pub content_hash: ContentHash,
    /// The language it is written in: `en`, `de`, `fr`, `es`, `it` or `nl`.
    pub language: &'static str,
    /// When it was decided, ms since 1970 UTC.
    pub at: i64,
    /// Who decided.
    pub by: &'static str,
    /// One for every rule that had an effect, the strongest first.
    pub sections: Vec<Section>,
    /// How objecting goes.
    pub how_to_object: &'static str,
}

/// What one rule did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Section {
    /// The rule.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// Its title, in the pack's language.
    pub title: String,
    /// What was done because of it.
    pub done: String,
    /// Its reason.
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
    /// What it rests on.
    pub evidence: String,
    /// What the seller can do.
    pub fix: String,
}

/// A rule's effect on a picture of a decision.
struct Effect<'a> {
    firing: &'a Firing,
    roles: Vec<Role>,
    rule: Option<&'a ScopedRule>,
}

impl App {
    /// The statement on a picture of a decision; where none is named, on the first that something was done to.
    ///
    /// # Errors
    /// `decision_unknown`, `reason_unknown` for a picture that is not in it, `replay_impossible`.
    pub async fn statement(&self, decision: &str, image: Option<&str>, language: &str) -> Result<Statement, ApiError> {
        let words = words(language);
        let recalled = self.recalled(decision, Some(words.code)).await?;
        let (image, judged) = recalled.image(image)?;
        let section = |effect: Effect<'_>| {
            let Effect { firing, roles, rule } = effect;
            let title = rule.map_or_else(|| firing.rule.to_string(), |scoped| scoped.rule.title.clone());
            let evidence = rule.map(|scoped| words.evidence_of(&scoped.rule.source, &scoped.rule.checked.to_string())).unwrap_or_default();
            Section {
                rule: firing.rule.clone(),
                done: words.done_by(&firing.action, &roles),
                message: firing.message.clone(),
                value: firing.value.clone(),
                limit: firing.limit.clone(),
                unit: firing.unit.as_deref().map(str::to_owned),
                region: firing.region,
                evidence,
                fix: words.fix_of(title.trim_end_matches('.')),
                title,
            }
        };
        Ok(Statement {
            product: recalled.product_id.to_string(),
            image: image.clone(),
            content_hash: judged.content_hash(),
            language: words.code,
            at: recalled.at_ms,
            by: words.by,
            sections: effects(&recalled, judged).into_iter().map(section).collect(),
            how_to_object: words.how_to_object,
        })
    }

    /// A rule as it was when a decision was made.
    ///
    /// # Errors
    /// `decision_unknown`, or `reason_unknown` where it was no rule of that decision.
    pub async fn rule_of_decision(&self, decision: &str, rule: &RuleId) -> Result<ScopedRule, ApiError> {
        let recalled = self.recalled(decision, None).await?;
        let found = recalled.rule(rule).cloned();
        found.ok_or_else(|| ApiError::new(Code::ReasonUnknown, "the rule was not in force for this decision"))
    }
}

impl Recalled {
    /// A picture that was judged, by its id; where none is named, the first that something was done to, or the first.
    fn image(&self, id: Option<&str>) -> Result<(&ImageId, &JudgedImage), ApiError> {
        let mut judged = self.images.iter().filter_map(|(id, image)| Some((id, image.as_ref().ok()?.as_ref())));
        let found = match id {
            Some(wanted) => judged.find(|(id, _)| id.as_str() == wanted),
            None => {
                let all: Vec<_> = judged.collect();
                let affected = all.iter().find(|(_, image)| !effects(self, image).is_empty());
                affected.or(all.first()).copied()
            }
        };
        found.ok_or_else(|| ApiError::new(Code::ReasonUnknown, "the decision judged no such picture"))
    }

    fn rule(&self, id: &RuleId) -> Option<&ScopedRule> {
        let find = |rules: &'_ [ScopedRule]| rules.iter().position(|scoped| scoped.rule.id == *id);
        let (main, gallery) = (self.rules.main.rules(), self.rules.gallery.rules());
        find(main).map(|index| &main[index]).or_else(|| find(gallery).map(|index| &gallery[index]))
    }
}

/// Rules that had an effect on a picture, in the order of their strength; one that spoke in both roles comes once.
fn effects<'a>(recalled: &'a Recalled, image: &'a JudgedImage) -> Vec<Effect<'a>> {
    let mut effects: Vec<Effect<'a>> = Vec::new();
    let acts = |firing: &&Firing| firing.enforcement == Enforcement::Enforce && !matches!(firing.action, Action::Tag(_));
    for (role, verdict) in [(Role::Main, image.main()), (Role::Gallery, image.gallery())] {
        for firing in verdict.firings.iter().filter(acts) {
            match effects.iter_mut().find(|known| known.firing.rule == firing.rule && known.firing.action == firing.action) {
                Some(known) => known.roles.push(role),
                None => effects.push(Effect { firing, roles: vec![role], rule: recalled.rule(&firing.rule) }),
            }
        }
    }
    effects
}
