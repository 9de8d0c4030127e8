//! Drafts: what people want changed, field by field, over the release that they began from. Two people may edit one draft: an edit
//! names the value that its author saw, and where another has changed that meanwhile, both values are told and nothing is lost. What people
//! do with them is in `life`.

mod life;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;
use vitrine_engine::{RuleId, TenantId};
use vitrine_rules::edit::{Edit, EditRefusal, apply, read, same_value};
use vitrine_rules::{PackSet, PackSource, parse};

use super::ReleaseDocument;
use crate::error::{ApiError, Code};
use crate::live::{DraftId, ReleaseNumber};
use crate::store::{Store, StoreError};

/// Most edits of one draft.
const EDITS_MAX: usize = 500;

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// It is being written.
    Open,
    /// It waits for a second person.
    Submitted,
    /// It has become a release.
    Published,
    /// Its author gave it up.
    Withdrawn,
}

impl DraftState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submitted => "submitted",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A draft as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftDocument {
    /// One line for people.
    pub title: String,
    /// Who began it.
    pub author: String,
    /// Where it stands.
    pub state: DraftState,
    /// The release that it changes.
    pub base: ReleaseNumber,
    /// Its edits, at most one for a field of a rule.
    pub edits: Vec<DraftEdit>,
    /// When it was begun, ms since 1970 UTC.
    pub created_ms: i64,
    /// When it was submitted last.
    pub submitted_ms: Option<i64>,
    /// Why, in the author's words.
    pub reason: String,
    /// What a second person said last.
    pub review: Option<Review>,
    /// Whether it judges live traffic beside.
    pub shadow: bool,
    /// Since when, ms since 1970 UTC.
    pub shadow_since_ms: Option<i64>,
    /// The release that it has become.
    pub release: Option<ReleaseNumber>,
    /// What its last backtest said, and of which revision.
    #[serde(default)]
    pub backtest: Option<(i64, Json)>,
}

/// One edit, who made it and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DraftEdit {
    /// What is changed; `was` is the base release's value.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub edit: Edit,
    /// Who changed it last.
    pub by: String,
    /// When, ms since 1970 UTC.
    pub at_ms: i64,
}

/// What a second person said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Review {
    /// Who.
    pub by: String,
    /// `approved` or `rejected`.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// When, ms since 1970 UTC.
    pub at_ms: i64,
}

/// A value that two people want different.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EditConflict {
    /// The rule.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// Its field.
    pub field: String,
    /// What the person saw.
    #[schema(value_type = Object)]
    pub was: Json,
    /// What it is now.
    #[schema(value_type = Object)]
    pub theirs: Json,
    /// What the person wants.
    #[schema(value_type = Object)]
    pub yours: Json,
    /// Who made it what it is; `None` where the release has it so.
    pub by: Option<String>,
}

/// Why edits were not taken.
#[derive(Debug)]
pub enum NotEdited {
    /// Another changed the same fields.
    Conflicts(Vec<EditConflict>),
    /// Everything else.
    Refused(ApiError),
}

impl<E: Into<ApiError>> From<E> for NotEdited {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl DraftDocument {
    /// The edits as the rules crate takes them.
    pub fn plain_edits(&self) -> Vec<Edit> {
        self.edits.iter().map(|edit| edit.edit.clone()).collect()
    }

    /// Takes edits in, or tells which fields another has changed.
    ///
    /// # Errors
    /// The conflicts, or why an edit is impossible.
    pub fn take(&mut self, base: &[PackSource], edits: Vec<Edit>, by: &str, now_ms: i64) -> Result<(), NotEdited> {
        let (base_packs, _) = parse(base);
        let mut conflicts = Vec::new();
        for edit in edits {
            let known = self.edits.iter().position(|known| known.edit.rule == edit.rule && known.edit.field == edit.field);
            let added = self.added(base, &edit)?;
            let of_base = read(added.as_ref().unwrap_or(&base_packs), edit.rule.as_str(), &edit.field).unwrap_or(Json::Null);
            let now = known.map_or_else(|| of_base.clone(), |known| self.edits[known].edit.value.clone());
            let is_now = |value: &Json| same_value(&edit.field, value, &now);
            if !is_now(&edit.was) && !is_now(&edit.value) {
                conflicts.push(EditConflict {
                    by: known.map(|known| self.edits[known].by.clone()),
                    rule: edit.rule,
                    field: edit.field,
                    was: edit.was,
                    theirs: now,
                    yours: edit.value,
                });
                continue;
            }
            if let Some(known) = known {
                self.edits.remove(known);
            }
            if !same_value(&edit.field, &edit.value, &of_base) {
                let edit = Edit { was: of_base, ..edit };
                self.edits.push(DraftEdit { edit, by: by.to_owned(), at_ms: now_ms });
            }
        }
        if !conflicts.is_empty() {
            return Err(NotEdited::Conflicts(conflicts));
        }
        if self.edits.len() > EDITS_MAX {
            return Err(invalid(format!("a draft has at most {EDITS_MAX} edits")).into());
        }
        self.edits.sort_by(|a, b| (&a.edit.rule, &a.edit.field).cmp(&(&b.edit.rule, &b.edit.field)));
        // An edit that cannot be written is refused now, not when the draft is read.
        apply(base, &self.plain_edits()).map_err(|refusals| refused(&refusals))?;
        Ok(())
    }

    /// Takes edits back: those of one field of a rule, or all of them. Without the rule that the draft adds, its fields have nowhere to be.
    pub fn drop(&mut self, rule: &str, field: Option<&str>) {
        let adds = |edit: &DraftEdit| edit.edit.rule.as_str() == rule && edit.edit.field.is_empty() && !edit.edit.value.is_null();
        let all = field.is_none() || (field == Some("") && self.edits.iter().any(adds));
        self.edits.retain(|edit| edit.edit.rule.as_str() != rule || !(all || field == Some(edit.edit.field.as_str())));
    }

    /// The packs with the rule that the draft adds in them, where an edit is of a field of such a rule.
    fn added(&self, base: &[PackSource], edit: &Edit) -> Result<Option<PackSet>, ApiError> {
        let whole = |known: &&DraftEdit| known.edit.rule == edit.rule && known.edit.field.is_empty() && !known.edit.value.is_null();
        let Some(whole) = self.edits.iter().find(whole).filter(|_| !edit.field.is_empty()) else { return Ok(None) };
        let sources = apply(base, std::slice::from_ref(&whole.edit)).map_err(|refusals| refused(&refusals))?;
        Ok(Some(parse(&sources).0))
    }

    fn must_be(&self, id: DraftId, state: DraftState) -> Result<(), ApiError> {
        if self.state == state {
            return Ok(());
        }
        Err(ApiError::new(Code::NotNow, format!("draft {id} is {} now", self.state.as_str())))
    }
}

/// The packs of a draft, as the store has it.
///
/// # Errors
/// When the store fails or the draft cannot be applied to its base.
pub async fn sources_of(store: &Store, tenant: &TenantId, id: DraftId) -> Result<Vec<PackSource>, StoreError> {
    let unreadable = |cause: String| StoreError::new("a draft cannot be read", cause);
    let draft = store.drafts::<DraftDocument>(tenant, Some(id)).await?.pop();
    let draft = draft.ok_or_else(|| unreadable(format!("there is no draft {id}")))?.document;
    let base = store.releases::<ReleaseDocument>(tenant, Some(draft.base)).await?.pop();
    let base = base.ok_or_else(|| unreadable(format!("there is no release {}", draft.base)))?.document;
    let base: Vec<PackSource> = base.sources.into_iter().map(PackSource::from).collect();
    apply(&base, &draft.plain_edits()).map_err(|refusals| unreadable(words(&refusals)))
}

fn invalid(message: String) -> ApiError {
    ApiError::new(Code::RequestInvalid, message)
}

/// Edits that cannot be written, as an answer.
pub fn refused(refusals: &[EditRefusal]) -> ApiError {
    ApiError::new(Code::EditInvalid, words(refusals))
}

fn words(refusals: &[EditRefusal]) -> String {
    let told = refusals.iter().map(|refusal| format!("`{}`, `{}`: {}; {}", refusal.rule, refusal.field, refusal.message, refusal.help));
    told.collect::<Vec<_>>().join("; ")
}
