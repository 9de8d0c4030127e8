//! Selection: from verdicts to the picture that leads, the gallery's order, and what stands against each picture.
//!
//! The order of precedence, written down once:
//! 1. A refused picture (its file cannot be read) and a picture with a `suppress` verdict for a role never take that role.
//! 2. A picture that waits for `review` ranks behind every one that does not, whatever its score.
//! 3. Then the higher score wins: `100 * quality - points`, a picture without quality counting as 0, less `departure_points` times how
//!    far it departs from its copies: the untouched one of several copies leads.
//! 4. Ties break by id, so that the order of candidates never matters.
//! 5. The current main picture stays unless the best challenger beats its score by more than `keep_margin`, or outranks it by 1 or 2.
//! 6. Of near-duplicates only the best placed stays in the gallery.
//! 7. When nothing may lead, the least bad picture is named with what stands against it.
//! 8. A picture that an experiment wants to be seen leads where it may and is not outranked by 1 or 2, whatever its score.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{ContentHash, ImageId};
use crate::verdict::{Action, Decision, Enforcement, Verdict};

/// A picture that competes to show a product.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The catalogue's id of it; unique within the product.
    pub id: ImageId,
    /// What is known of it.
    pub judgement: Judgement,
    /// How far it differs from its copies among the candidates, 0..1; see [`crate::duplicate::departures`].
    pub departure: f64,
}

/// What is known of a candidate.
#[derive(Debug, Clone)]
pub enum Judgement {
    /// It was measured and judged in both roles.
    Judged {
        /// Hash of its bytes: equal hashes are exact duplicates.
        content_hash: ContentHash,
        /// The verdict as main picture.
        main: Arc<Verdict>,
        /// The verdict as gallery picture.
        gallery: Arc<Verdict>,
    },
    /// Its file could not be read.
    Refused {
        /// Stable code of the refusal.
        code: String,
        /// A sentence for people.
        message: String,
    },
}

/// The settings of a selection.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SelectionPolicy {
    /// By how many points a challenger must beat the current main picture, >= 0.
    pub keep_margin: f64,
    /// Whether a picture that waits for review may lead when nothing better is there.
    pub review_may_lead: bool,
    /// Points off for a picture that differs from its copies everywhere, >= 0; in proportion for one that differs less.
    pub departure_points: f64,
}

impl Default for SelectionPolicy {
    fn default() -> Self {
        Self { keep_margin: 5.0, review_may_lead: true, departure_points: 50.0 }
    }
}

/// The answer for one product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// The picture that leads; `None` when none may.
    pub main: Option<ImageId>,
    /// The current main picture was kept though another scores higher.
    pub current_main_kept: bool,
    /// When nothing may lead: the candidate that least stands against.
    pub least_bad: Option<ImageId>,
    /// The pictures that follow, best first, near-duplicates thinned out.
    pub gallery: Vec<ImageId>,
    /// Every candidate: main, gallery in order, then the rest by rank.
    pub images: Vec<ImageOutcome>,
}

/// What becomes of one candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageOutcome {
    /// The candidate.
    pub id: ImageId,
    /// What becomes of it in the place it got: its main verdict if it leads, else its gallery verdict.
    pub action: Decision,
    /// Points off in that place.
    pub points: f64,
    /// Further points off because it differs from its copies among the candidates.
    pub departure_points: f64,
    /// Its score as main picture; `None` if its file was refused.
    pub score: Option<f64>,
    /// Whether the rules let it lead.
    pub may_lead: bool,
    /// The better placed candidate that this one repeats, which is why it is not in the gallery.
    pub duplicate_of: Option<ImageId>,
}

/// Which picture is wished to lead beside what its score says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Leader<'a> {
    /// None: the best leads.
    #[default]
    Best,
    /// The one that leads now: it stays unless another is clearly better.
    Current(&'a ImageId),
    /// One that is to be seen for what comes of it.
    Explored(&'a ImageId),
}

impl<'a> From<Option<&'a ImageId>> for Leader<'a> {
    fn from(current: Option<&'a ImageId>) -> Self {
        current.map_or(Self::Best, Self::Current)
    }
}

/// Chooses the main picture and orders the gallery.
///
/// `alike` says whether two candidates show the same photograph; it is asked only of judged ones with different content hashes.
pub fn select(
    candidates: &[Candidate],
    leader: Leader<'_>,
    policy: &SelectionPolicy,
    alike: impl Fn(&ImageId, &ImageId) -> bool,
) -> Selection {
    let mut ranked: Vec<&Candidate> = candidates.iter().collect();
    ranked.sort_by(|a, b| by_rank(a, b, policy, main_verdict));
    let leaders: Vec<&Candidate> = ranked.iter().copied().filter(|candidate| may_lead(candidate, policy)).collect();
    let best = leaders.first().copied();
    let main = best.map(|best| lead(best, &leaders, leader, policy));

    let mut shown: Vec<&Candidate> = main.into_iter().collect();
    let mut duplicates: Vec<(&ImageId, &ImageId)> = Vec::new();
    let mut followers: Vec<&Candidate> =
        candidates.iter().filter(|candidate| main.is_none_or(|main| main.id != candidate.id) && may_follow(candidate)).collect();
    followers.sort_by(|a, b| by_rank(a, b, policy, gallery_verdict));
    for follower in followers {
        match shown.iter().find(|kept| same_picture(kept, follower, &alike)) {
            Some(kept) => duplicates.push((&follower.id, &kept.id)),
            None => shown.push(follower),
        }
    }

    let rest = ranked.iter().copied().filter(|candidate| shown.iter().all(|kept| kept.id != candidate.id));
    let images = shown
        .iter()
        .copied()
        .chain(rest)
        .map(|candidate| {
            let leads = main.is_some_and(|main| main.id == candidate.id);
            let duplicate_of = duplicates.iter().find(|(id, _)| **id == candidate.id).map(|(_, kept)| (*kept).clone());
            outcome(candidate, leads, policy, duplicate_of)
        })
        .collect();
    Selection {
        main: main.map(|main| main.id.clone()),
        current_main_kept: matches!(leader, Leader::Current(_)) && main.zip(best).is_some_and(|(main, best)| main.id != best.id),
        least_bad: if main.is_none() { least_bad(candidates, policy).map(|candidate| candidate.id.clone()) } else { None },
        gallery: shown.iter().skip(usize::from(main.is_some())).map(|candidate| candidate.id.clone()).collect(),
        images,
    }
}

fn score(candidate: &Candidate, verdict: &Verdict, policy: &SelectionPolicy) -> f64 {
    100.0 * verdict.quality.unwrap_or(0.0) - verdict.points - departure_points(candidate, policy)
}

fn departure_points(candidate: &Candidate, policy: &SelectionPolicy) -> f64 {
    policy.departure_points * candidate.departure
}

fn main_verdict(candidate: &Candidate) -> Option<&Verdict> {
    match &candidate.judgement {
        Judgement::Judged { main, .. } => Some(main),
        Judgement::Refused { .. } => None,
    }
}

fn gallery_verdict(candidate: &Candidate) -> Option<&Verdict> {
    match &candidate.judgement {
        Judgement::Judged { gallery, .. } => Some(gallery),
        Judgement::Refused { .. } => None,
    }
}

fn by_rank(a: &Candidate, b: &Candidate, policy: &SelectionPolicy, verdict: fn(&Candidate) -> Option<&Verdict>) -> Ordering {
    let standing = |candidate| match verdict(candidate) {
        Some(verdict) => (tier(verdict.decision), -score(candidate, verdict, policy)),
        None => (u8::MAX, 0.0),
    };
    let ((tier_a, score_a), (tier_b, score_b)) = (standing(a), standing(b));
    tier_a.cmp(&tier_b).then(score_a.total_cmp(&score_b)).then_with(|| a.id.cmp(&b.id))
}

/// Demoted and accepted pictures compete by score; review and suppression are walls.
fn tier(decision: Decision) -> u8 {
    match decision {
        Decision::Accept | Decision::Demote => 0,
        Decision::Review => 1,
        Decision::Suppress => 2,
    }
}

fn may_lead(candidate: &Candidate, policy: &SelectionPolicy) -> bool {
    main_verdict(candidate).is_some_and(|verdict| match verdict.decision {
        Decision::Accept | Decision::Demote => true,
        Decision::Review => policy.review_may_lead,
        Decision::Suppress => false,
    })
}

fn may_follow(candidate: &Candidate) -> bool {
    gallery_verdict(candidate).is_some_and(|verdict| verdict.decision != Decision::Suppress)
}

fn lead<'a>(best: &'a Candidate, leaders: &[&'a Candidate], leader: Leader<'_>, policy: &SelectionPolicy) -> &'a Candidate {
    let margin = match leader {
        Leader::Best => return best,
        Leader::Current(_) => policy.keep_margin,
        Leader::Explored(_) => f64::INFINITY,
    };
    let wished =
        leaders.iter().copied().find(|candidate| matches!(leader, Leader::Current(id) | Leader::Explored(id) if candidate.id == *id));
    let Some(wished) = wished else { return best };
    match (main_verdict(wished), main_verdict(best)) {
        (Some(old), Some(new))
            if tier(old.decision) == tier(new.decision) && score(best, new, policy) <= score(wished, old, policy) + margin =>
        {
            wished
        }
        _ => best,
    }
}

fn same_picture(a: &Candidate, b: &Candidate, alike: impl Fn(&ImageId, &ImageId) -> bool) -> bool {
    match (&a.judgement, &b.judgement) {
        (Judgement::Judged { content_hash: one, .. }, Judgement::Judged { content_hash: other, .. }) => one == other || alike(&a.id, &b.id),
        _ => false,
    }
}

/// The candidate with the fewest enforced rules that exclude it, then the best score, then the first id; a file that
/// cannot be read is no candidate.
fn least_bad<'a>(candidates: &'a [Candidate], policy: &SelectionPolicy) -> Option<&'a Candidate> {
    let standing = |candidate: &Candidate| main_verdict(candidate).map(|verdict| (exclusions(verdict), -score(candidate, verdict, policy)));
    candidates
        .iter()
        .filter_map(|candidate| Some((standing(candidate)?, candidate)))
        .min_by(|((n, s), a), ((m, t), b)| n.cmp(m).then(s.total_cmp(t)).then_with(|| a.id.cmp(&b.id)))
        .map(|(_, candidate)| candidate)
}

fn exclusions(verdict: &Verdict) -> usize {
    let excludes = |action: &Action| matches!(action, Action::Suppress | Action::Review);
    verdict.firings.iter().filter(|firing| firing.enforcement == Enforcement::Enforce && excludes(&firing.action)).count()
}

fn outcome(candidate: &Candidate, leads: bool, policy: &SelectionPolicy, duplicate_of: Option<ImageId>) -> ImageOutcome {
    let place = if leads { main_verdict(candidate) } else { gallery_verdict(candidate) };
    ImageOutcome {
        id: candidate.id.clone(),
        action: place.map_or(Decision::Suppress, |verdict| verdict.decision),
        points: place.map_or(0.0, |verdict| verdict.points),
        departure_points: departure_points(candidate, policy),
        score: main_verdict(candidate).map(|verdict| score(candidate, verdict, policy)),
        may_lead: may_lead(candidate, policy),
        duplicate_of,
    }
}
