//! Laws of selection, over generated candidates.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::sync::Arc;

use proptest::prelude::*;
use vitrine_engine::{
    Action, Candidate, ContentHash, Decision, Enforcement, Firing, ImageId, Judgement, Leader, SelectionPolicy, Severity, Verdict, select,
};

fn verdict(decision: Decision, points: f64, quality: f64) -> Arc<Verdict> {
    let action = match decision {
        Decision::Suppress => Some(Action::Suppress),
        Decision::Review => Some(Action::Review),
        Decision::Demote => Some(Action::Demote(points)),
        Decision::Accept => None,
    };
    let firing = |action| Firing {
        rule: "some.rule".into(),
        rule_version: "1".into(),
        action,
        severity: Severity::Must,
        enforcement: Enforcement::Enforce,
        reason_code: "some_reason".into(),
        message: "a reason".into(),
        signal: None,
        value: None,
        limit: None,
        unit: None,
        region: None,
    };
    Arc::new(Verdict {
        decision,
        points,
        quality: Some(quality),
        tags: vec![],
        firings: action.map(firing).into_iter().collect(),
        undetermined: vec![],
        not_measurable: Arc::from([]),
    })
}

fn candidate(id: &str, decision: Decision, quality: f64) -> Candidate {
    let verdict = verdict(decision, if decision == Decision::Demote { 10.0 } else { 0.0 }, quality);
    let judgement = Judgement::Judged { content_hash: ContentHash::of(id.as_bytes()), main: Arc::clone(&verdict), gallery: verdict };
    Candidate { id: id.into(), judgement, departure: 0.0 }
}

fn different(_: &ImageId, _: &ImageId) -> bool {
    false
}

fn any_candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let decision = prop_oneof![Just(Decision::Accept), Just(Decision::Demote), Just(Decision::Review), Just(Decision::Suppress)];
    prop::collection::btree_map("[a-z]{1,3}", (decision, 0u8..5), 0..8)
        .prop_map(|rows| rows.into_iter().map(|(id, (decision, quality))| candidate(&id, decision, f64::from(quality) / 4.0)).collect())
}

proptest! {
    #[test]
    fn the_order_of_candidates_does_not_matter(candidates in any_candidates(), seed in any::<u64>()) {
        let mut shuffled = candidates.clone();
        shuffled.sort_by_key(|c| ContentHash::of(format!("{seed}{}", c.id).as_bytes()));
        let policy = SelectionPolicy::default();
        prop_assert_eq!(select(&candidates, Leader::Best, &policy, different), select(&shuffled, Leader::Best, &policy, different));
    }

    #[test]
    fn an_explored_picture_leads_where_the_rules_let_it_and_nowhere_else(candidates in any_candidates(), wished in "[a-z]{1,3}") {
        let (wished, policy) = (ImageId::from(wished.as_str()), SelectionPolicy::default());
        let own = select(&candidates, Leader::Best, &policy, different);
        let explored = select(&candidates, Leader::Explored(&wished), &policy, different);
        let waits = |id: &ImageId| own.images.iter().any(|image| image.id == *id && image.action == Decision::Review);
        let may = own.images.iter().any(|image| image.id == wished && image.may_lead) && own.main.as_ref().is_some_and(|main| waits(main) == waits(&wished));
        prop_assert_eq!(&explored.main, &if may { Some(wished) } else { own.main });
        prop_assert!(!explored.current_main_kept);
    }

    #[test]
    fn what_is_suppressed_is_never_shown_and_nobody_is_lost(candidates in any_candidates()) {
        let selection = select(&candidates, Leader::Best, &SelectionPolicy::default(), different);
        prop_assert_eq!(selection.images.len(), candidates.len());
        for image in &selection.images {
            let shown = selection.main.as_ref() == Some(&image.id) || selection.gallery.contains(&image.id);
            prop_assert_eq!(shown, image.action != Decision::Suppress);
        }
    }

    #[test]
    fn there_is_a_main_picture_or_a_least_bad_one(candidates in any_candidates()) {
        let selection = select(&candidates, Leader::Best, &SelectionPolicy::default(), different);
        prop_assert_eq!(selection.main.is_some() || selection.least_bad.is_some(), !candidates.is_empty());
        prop_assert!(selection.main.is_none() || selection.least_bad.is_none());
    }

    #[test]
    fn selecting_again_with_its_own_answer_changes_nothing(candidates in any_candidates()) {
        let policy = SelectionPolicy::default();
        let first = select(&candidates, Leader::Best, &policy, different);
        let again = select(&candidates, first.main.as_ref().into(), &policy, different);
        prop_assert_eq!(first, again);
    }

    #[test]
    fn a_better_picture_never_loses_its_place_by_getting_better(candidates in any_candidates()) {
        let policy = SelectionPolicy::default();
        let Some(main) = select(&candidates, Leader::Best, &policy, different).main else { return Ok(()) };
        let raised: Vec<_> = candidates
            .into_iter()
            .map(|c| if c.id == main { candidate(c.id.as_str(), Decision::Accept, 1.0) } else { c })
            .collect();
        let leader = select(&raised, Leader::Best, &policy, different).main;
        let rivals = raised.iter().filter(|c| c.id < main);
        // A rival that ties at the top may win by id; nobody else can.
        let tie = rivals.into_iter().any(|c| matches!(&c.judgement, Judgement::Judged { main, .. } if main.decision == Decision::Accept && main.quality == Some(1.0)));
        prop_assert!(tie || leader == Some(main));
    }
}

#[test]
fn a_current_main_stays_within_the_margin_and_goes_beyond_it() {
    let policy = SelectionPolicy { keep_margin: 5.0, ..Default::default() };
    let candidates = [candidate("new", Decision::Accept, 0.84), candidate("old", Decision::Accept, 0.80)];
    let kept = select(&candidates, Leader::Current(&"old".into()), &policy, different);
    assert_eq!((kept.main, kept.current_main_kept), (Some("old".into()), true));
    let candidates = [candidate("new", Decision::Accept, 0.86), candidate("old", Decision::Accept, 0.80)];
    assert_eq!(select(&candidates, Leader::Current(&"old".into()), &policy, different).main, Some("new".into()));
}

#[test]
fn a_suppressed_current_main_never_stays() {
    let candidates = [candidate("new", Decision::Demote, 0.1), candidate("old", Decision::Suppress, 1.0)];
    assert_eq!(select(&candidates, Leader::Current(&"old".into()), &SelectionPolicy::default(), different).main, Some("new".into()));
}

#[test]
fn of_near_duplicates_the_better_one_stays() {
    let candidates = [candidate("a", Decision::Accept, 0.5), candidate("b", Decision::Accept, 0.9), candidate("c", Decision::Accept, 0.7)];
    let alike = |x: &ImageId, y: &ImageId| x.as_str() != "c" && y.as_str() != "c";
    let selection = select(&candidates, Leader::Best, &SelectionPolicy::default(), alike);
    assert_eq!((selection.main, selection.gallery), (Some("b".into()), vec!["c".into()]));
    let a = selection.images.iter().find(|image| image.id.as_str() == "a").unwrap();
    assert_eq!(a.duplicate_of, Some("b".into()));
}

#[test]
fn exact_copies_are_duplicates_without_asking() {
    let mut copy = candidate("a", Decision::Accept, 0.5);
    copy.id = "copy".into();
    let selection = select(&[candidate("a", Decision::Accept, 0.5), copy], Leader::Best, &SelectionPolicy::default(), different);
    assert_eq!((selection.main, selection.gallery), (Some("a".into()), vec![]));
}

#[test]
fn a_file_that_cannot_be_read_is_neither_main_nor_least_bad() {
    let broken =
        Candidate { id: "a".into(), judgement: Judgement::Refused { code: "corrupt".into(), message: "broken".into() }, departure: 0.0 };
    let selection = select(&[broken, candidate("b", Decision::Suppress, 0.2)], Leader::Best, &SelectionPolicy::default(), different);
    assert_eq!((selection.main, selection.least_bad), (None, Some("b".into())));
    assert!(selection.images.iter().all(|image| image.action == Decision::Suppress));
}

#[test]
fn review_leads_only_where_the_policy_lets_it_and_nothing_better_is_there() {
    let waiting = [candidate("a", Decision::Review, 1.0), candidate("b", Decision::Demote, 0.2)];
    assert_eq!(select(&waiting, Leader::Best, &SelectionPolicy::default(), different).main, Some("b".into()));
    assert_eq!(select(&waiting[..1], Leader::Best, &SelectionPolicy::default(), different).main, Some("a".into()));
    let strict = SelectionPolicy { review_may_lead: false, ..Default::default() };
    let selection = select(&waiting[..1], Leader::Best, &strict, different);
    assert_eq!((selection.main, selection.least_bad), (None, Some("a".into())));
}

#[test]
fn of_equal_copies_the_one_that_departs_least_leads() {
    let mut candidates = [candidate("altered", Decision::Accept, 0.9), candidate("clean", Decision::Accept, 0.9)];
    candidates[0].departure = 0.1;
    let selection = select(&candidates, Leader::Best, &SelectionPolicy::default(), different);
    assert_eq!(selection.main, Some("clean".into()));
    assert_eq!(selection.images.iter().map(|image| image.departure_points).collect::<Vec<_>>(), [0.0, 5.0]);
}
