//! One picture judged by the rules of several marketplaces, for whoever wants to see what would become of it. Nothing is kept.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vitrine_detectors::Request;
use vitrine_detectors::batcher::Lane;
use vitrine_engine::{ContentHash, Decision, Evaluator, Reading, SignalName};
use vitrine_rules::{PackSet, Role};

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::judge::{Effort, ScopeKey, SelectionRules};
use crate::live::DraftId;
use crate::selection::today;
use crate::wire::Reason;
use crate::wire::schema::{DecisionName, RoleName};

/// Most marketplaces of one question.
const MARKETPLACES_MAX: usize = 20;
/// Longest name, bytes.
const NAME_BYTES_MAX: usize = 300;

/// A picture, and who is asked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryRequest {
    /// The file, base64.
    pub bytes: String,
    /// Category path, `apparel/adult/dresses`.
    #[serde(default)]
    pub category: Option<String>,
    /// `amazon`, `zalando`; the rules of each one's first region hold.
    pub marketplaces: Vec<String>,
    /// Language of the reasons, `en`.
    #[serde(default)]
    pub language: Option<String>,
    /// By the rules as this draft has them, for people who have signed in; by those in force where none is named.
    #[serde(default)]
    pub draft: Option<DraftId>,
}

/// What they say.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TryAnswer {
    /// SHA-256 of the bytes.
    #[schema(value_type = String)]
    pub content_hash: ContentHash,
    /// Signals by name.
    #[schema(value_type = Object)]
    pub signals: BTreeMap<SignalName, Reading>,
    /// For every marketplace the main picture's and the gallery's.
    pub verdicts: Vec<TryVerdict>,
}

/// What one marketplace says of the picture in one role.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TryVerdict {
    /// Who.
    pub marketplace: String,
    /// The region whose rules hold; null where the marketplace has none.
    pub region: Option<String>,
    /// As which picture.
    #[schema(value_type = RoleName)]
    pub role: Role,
    /// What becomes of it.
    #[schema(value_type = DecisionName)]
    pub action: Decision,
    /// Points off.
    pub points: f64,
    /// Whether it may lead.
    pub may_lead: bool,
    /// What stands against it, strongest first.
    pub reasons: Vec<Reason>,
}

impl App {
    /// Judges a picture without keeping anything of it.
    ///
    /// # Errors
    /// The file's refusal, an unknown marketplace, a draft that is none or has mistakes, or `overloaded`.
    pub async fn try_picture(self: &Arc<Self>, request: TryRequest) -> Result<TryAnswer, ApiError> {
        let TryRequest { bytes, category, marketplaces, language, draft } = request;
        let invalid = |message: String| Err(ApiError::new(Code::RequestInvalid, message));
        if marketplaces.is_empty() || marketplaces.len() > MARKETPLACES_MAX {
            return invalid(format!("`marketplaces` has 1 to {MARKETPLACES_MAX} names; this has {}", marketplaces.len()));
        }
        if category.iter().chain(&language).any(|name| name.is_empty() || name.len() > NAME_BYTES_MAX) {
            return invalid(format!("`category` and `language` have 1 to {NAME_BYTES_MAX} bytes"));
        }
        let book = match draft {
            Some(draft) => self.read_book(self.draft_sources(&self.draft(draft).await?.document).await?.1).await?,
            None => Arc::clone(&self.live.now().stable.1),
        };
        let scopes = marketplaces.iter().map(|name| scope_to_try(&book.packs, name, category.as_deref())).collect::<Result<Vec<_>, _>>()?;
        let decoded = base64::engine::general_purpose::STANDARD.decode(&bytes);
        let file = decoded.map_err(|error| ApiError::new(Code::RequestInvalid, format!("`bytes` is not base64: {error}")))?;
        drop(bytes);
        let app = Arc::clone(self);
        let deadline = Instant::now() + self.config.request_timeout;
        let begun = self.gate.run(move || {
            let plan = app.plan_of(&app.detectors);
            app.judge.begin(&file, None, &plan, Effort::Full, Request { lane: Lane::Online, deadline })
        });
        let begun = begun.await?.map_err(|refusal| ApiError::refused(&refusal))?;
        let measured = begun.ready().await.map_err(|refusal| ApiError::model(&refusal))?;
        let app = Arc::clone(self);
        let judging = self.gate.run(move || {
            let language = language.as_deref().unwrap_or("en");
            let mut verdicts = Vec::with_capacity(2 * scopes.len());
            for scope in scopes {
                // What selections have compiled is used; what is compiled here is not kept, so that strangers fill no cache.
                let kept = app.cache.rules.get(&(app.config.tenant.clone(), book.id, scope.clone()));
                let fresh = if kept.is_none() { Some(app.judge.selection_rules(&book.packs, &scope)?) } else { None };
                let Some(rules) = kept.as_ref().map(|kept| &kept.rules).or(fresh.as_ref()) else { continue };
                verdicts.extend(app.verdicts(&scope, rules, &measured.signals, language));
            }
            Ok((measured, verdicts))
        });
        let judged: Result<_, Vec<vitrine_rules::Diagnostic>> = judging.await?;
        let (measured, verdicts) = judged.map_err(|findings| ApiError::rules(&findings))?;
        let signals = measured.signals.iter().map(|(name, reading)| (name.clone(), reading.clone())).collect();
        Ok(TryAnswer { content_hash: measured.content_hash, signals, verdicts })
    }

    fn verdicts(
        &self,
        scope: &ScopeKey,
        rules: &SelectionRules,
        signals: &vitrine_engine::SignalSet,
        language: &str,
    ) -> impl Iterator<Item = TryVerdict> {
        let both = [(Role::Main, &rules.main), (Role::Gallery, &rules.gallery)].map(|(role, set)| (role, set.evaluate(signals, language)));
        let may_lead = match both[0].1.decision {
            Decision::Suppress => false,
            Decision::Review => self.config.policy.review_may_lead,
            Decision::Accept | Decision::Demote => true,
        };
        both.into_iter().map(move |(role, verdict)| TryVerdict {
            marketplace: scope.marketplace.clone().unwrap_or_default(),
            region: scope.region.clone(),
            role,
            action: verdict.decision,
            points: verdict.points,
            may_lead: role == Role::Main && may_lead,
            reasons: verdict.firings.iter().map(|firing| Reason::of(firing, vec![role])).collect(),
        })
    }
}

/// Today's rules of a marketplace in the region that its largest pack names first: that is where it says most.
fn scope_to_try(packs: &PackSet, marketplace: &str, category: Option<&str>) -> Result<ScopeKey, ApiError> {
    let own = packs.packs().iter().filter(|pack| pack.marketplace == marketplace);
    let largest = own.max_by_key(|pack| pack.rules.len()).ok_or_else(|| {
        let shown: String = marketplace.chars().filter(|letter| !letter.is_control()).take(60).collect();
        ApiError::new(Code::RequestInvalid, format!("there is no marketplace `{shown}`; `GET /v1/rules/packs` lists them"))
    })?;
    let region = largest.regions.first().cloned();
    Ok(ScopeKey { marketplace: Some(marketplace.to_owned()), region, category: category.map(str::to_owned), date: today() })
}
