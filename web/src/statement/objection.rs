//! Objections: a seller's answer to a statement, which lands in the queue of those who judge.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::pictures::to_json;
use crate::queue::{facts_of, item_id};
use crate::store::{ObjectionRow, QueueRow, Record};

/// Longest objection, characters.
pub const TEXT_MAX: usize = 2000;

/// A seller's answer to one rule's word on one picture.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// The `decision_id` of the answer.
    pub decision: String,
    /// The picture's id in it.
    pub image: String,
    /// The rule.
    pub rule: String,
    /// Why it is wrong, at most 2000 characters.
    pub text: String,
}

impl App {
    /// Takes an objection and puts it into the queue; gives the key of the item.
    ///
    /// # Errors
    /// What is wrong with it, `decision_unknown`, `reason_unknown`, or `objection_exists`.
    pub async fn object(&self, objection: Objection) -> Result<String, ApiError> {
        let Objection { decision, image, rule, text } = objection;
        let text = text.trim().replace("\r\n", "\n");
        let length = text.chars().count();
        if length == 0 || length > TEXT_MAX {
            return Err(ApiError::new(Code::RequestInvalid, format!("`text` has 1 to {TEXT_MAX} characters; this has {length}")));
        }
        if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')) {
            return Err(ApiError::new(Code::RequestInvalid, "`text` has characters that cannot be shown"));
        }
        let recalled = self.recalled(&decision, None).await?;
        let (image, judged) = recalled.image(Some(&image))?;
        let effect = super::effects(&recalled, judged).into_iter().find(|effect| effect.firing.rule.as_str() == rule);
        let effect = effect.ok_or_else(|| ApiError::new(Code::ReasonUnknown, "this rule had no effect on the picture"))?;
        let asked_for = recalled.asked_for();
        let id = item_id("objection", &[&decision, image.as_str(), &rule]);
        let (product, rules) = (recalled.product_id.to_string(), effect.rule.map(std::slice::from_ref).unwrap_or_default());
        let row = QueueRow {
            id: id.clone(),
            state: "open".into(),
            origin: "objection".into(),
            marketplace: asked_for.marketplace.unwrap_or_default(),
            content_hash: judged.content_hash().to_string(),
            rule: rule.clone(),
            category: asked_for.category.unwrap_or_default(),
            document: to_json(&facts_of(effect.firing, rules, &product, image, &decision, Some(text.clone())))?,
            opened_ms: 0,
        };
        let mut change = self.store.begin(&self.config.tenant).await?;
        let objection = ObjectionRow { id: &id, decision: &decision, image: image.as_str(), rule: &rule, text: &text };
        if !change.add_objection(&objection).await? {
            return Err(ApiError::new(Code::ObjectionExists, "there is an objection to this rule's word on this picture already"));
        }
        change.open_item(&row).await?;
        let record = Record {
            actor: "seller".into(),
            action: "objection.made".into(),
            subject: format!("queue:{id}"),
            reason: text.clone(),
            detail: json!({"decision": decision, "image": image, "rule": rule, "content_hash": row.content_hash}),
        };
        change.commit(&[record]).await?;
        Ok(id)
    }
}
