//! Changes of the feed: the newest counts, one worker has each, and what is settled is settled once.

use std::time::Duration;

use vitrine_engine::TenantId;
use vitrine_testing::Database;
use vitrine_web::store::{
    CatalogueFilter, CatalogueRow, Change, DeadLetter, Encoding, Outcome, ProductKey, Return, Store, WaitingChange, now_ms,
};

use crate::{number, on_both, open, run};

on_both!(
    of_the_changes_of_a_product_the_newest_counts,
    a_change_is_in_one_hand_and_goes_to_another_when_its_time_is_over,
    a_worker_keeps_what_it_has_in_hand_and_nothing_else,
    what_a_worker_lost_is_taken_one_by_one_and_costs_its_neighbours_no_try,
    a_product_that_changes_while_it_is_judged_waits_since_that_change,
    an_outcome_is_written_once_whole_and_by_whoever_comes_first,
    of_two_revisions_of_a_product_that_settle_at_once_the_newer_counts,
    eight_workers_settle_four_hundred_changes_once_each,
    messages_are_told_by_one_and_come_back_when_they_were_not,
    a_dead_letter_is_one_however_often_it_dies,
    a_second_death_is_told_as_another_and_letters_can_be_discarded,
    who_has_lost_a_change_cannot_bury_it,
);

const LEASE: Duration = Duration::from_secs(600);

fn key(product: &str) -> ProductKey {
    ProductKey { marketplace: String::new(), region: String::new(), product_id: product.into() }
}

fn change(product: &str, revision: i64) -> WaitingChange {
    WaitingChange { key: key(product), revision, document: format!("{product} {revision}") }
}

fn row(product: &str, pictures: &str) -> CatalogueRow {
    let text = String::new;
    CatalogueRow {
        marketplace: text(),
        region: text(),
        product_id: product.into(),
        category: text(),
        seller: text(),
        family: text(),
        pictures: pictures.into(),
    }
}

fn outcome(tenant: &TenantId, product: &str, revision: i64) -> Outcome {
    let id = format!("d-{product}-{revision}");
    let stored = Change::Decision { tenant: tenant.clone(), id: id.clone(), product_id: product.into(), document: "{}".into() };
    let product_row = Change::Product { tenant: tenant.clone(), row: row(product, &revision.to_string()) };
    Outcome {
        key: key(product),
        revision,
        change_id: format!("c{revision}"),
        decision_id: Some(id),
        changes: vec![stored, product_row],
        message: format!("{{\"revision\":{revision}}}"),
    }
}

fn letter(id: &str) -> DeadLetter {
    let text = |text: &str| text.to_owned();
    DeadLetter {
        id: text(id),
        product_id: text("a"),
        code: text("change_invalid"),
        reason: text("wrong"),
        payload: text("{}"),
        encoding: Encoding::Text,
        attempts: 1,
        died_ms: now_ms(),
    }
}

async fn claimed(store: &Store, tenant: &TenantId, worker: &str, lease: Duration) -> Vec<(String, i64, i64)> {
    let mut claimed = store.claim_changes(tenant, worker, lease, 100).await.unwrap();
    claimed.sort_by(|a, b| a.change.key.cmp(&b.change.key));
    claimed.into_iter().map(|claimed| (claimed.change.document, claimed.change.revision, claimed.attempts)).collect()
}

async fn lost(store: &Store, tenant: &TenantId, worker: &str, lease: Duration) -> Option<(String, i64, i64)> {
    let claimed = store.claim_lost_change(tenant, worker, lease).await.unwrap()?;
    Some((claimed.change.document, claimed.change.revision, claimed.attempts))
}

async fn of_the_changes_of_a_product_the_newest_counts(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let accept = async |changes: &[WaitingChange]| store.accept_changes(&tenant, changes, &[]).await.unwrap();
    assert_eq!(accept(&[change("a", 2), change("a", 3), change("b", 1), change("a", 1)]).await, 2);
    assert_eq!(accept(&[change("a", 3), change("a", 2), change("b", 1)]).await, 0);
    assert_eq!(accept(&[change("b", 2)]).await, 1);
    let elsewhere = WaitingChange { key: ProductKey { marketplace: "m".into(), ..key("a") }, revision: 1, document: "other".into() };
    assert_eq!(accept(&[elsewhere]).await, 1, "revisions count within a marketplace");
    assert_eq!(store.accept_changes(&TenantId::from("theirs"), &[change("a", 1)], &[]).await.unwrap(), 1);
    let taken = claimed(&store, &tenant, "w1", LEASE).await;
    assert_eq!(taken, [("a 3".into(), 3, 1), ("b 2".into(), 2, 1), ("other".into(), 1, 1)]);
    // One that comes while an older one is in somebody's hand waits at once; the older one's failure does not touch it.
    assert_eq!(accept(&[change("a", 4)]).await, 1);
    let back = Return { key: key("a"), revision: 3, error: "late".into(), pause: LEASE, counts: true };
    store.return_changes(&tenant, "w1", &[back]).await.unwrap();
    assert_eq!(claimed(&store, &tenant, "w2", LEASE).await, [("a 4".into(), 4, 1)]);
}

async fn a_change_is_in_one_hand_and_goes_to_another_when_its_time_is_over(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    assert!(!store.has_due_changes(&tenant).await.unwrap());
    store.accept_changes(&tenant, &[change("a", 1)], &[]).await.unwrap();
    assert!(store.has_due_changes(&tenant).await.unwrap() && !store.has_lost_changes(&tenant).await.unwrap());
    assert_eq!(claimed(&store, &tenant, "w1", Duration::ZERO).await, [("a 1".into(), 1, 1)]);
    assert!(store.has_lost_changes(&tenant).await.unwrap());
    assert_eq!(lost(&store, &tenant, "w2", LEASE).await, Some(("a 1".into(), 1, 1)));
    assert!(!store.has_due_changes(&tenant).await.unwrap() && !store.has_lost_changes(&tenant).await.unwrap());
    assert!(claimed(&store, &tenant, "w3", LEASE).await.is_empty() && lost(&store, &tenant, "w3", LEASE).await.is_none());
    // It is no longer w1's to give back.
    let back = |counts| Return { key: key("a"), revision: 1, error: "no".into(), pause: Duration::ZERO, counts };
    store.return_changes(&tenant, "w1", &[back(true)]).await.unwrap();
    assert!(claimed(&store, &tenant, "w3", LEASE).await.is_empty());
    store.return_changes(&tenant, "w2", &[back(false)]).await.unwrap();
    assert_eq!(claimed(&store, &tenant, "w3", LEASE).await, [("a 1".into(), 1, 1)], "an attempt that does not count");
    store.return_changes(&tenant, "w3", &[back(true)]).await.unwrap();
    assert_eq!(claimed(&store, &tenant, "w3", LEASE).await, [("a 1".into(), 1, 2)]);
    store.release_changes(&tenant, "w3").await.unwrap();
    assert_eq!(claimed(&store, &tenant, "w4", LEASE).await, [("a 1".into(), 1, 2)], "nor does one that was not come to");
    let state = store.feed_state(&tenant).await.unwrap();
    assert_eq!((state.waiting, state.in_hand, state.dead), (0, 1, 0));
}

async fn a_worker_keeps_what_it_has_in_hand_and_nothing_else(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    store.accept_changes(&tenant, &[change("a", 1), change("b", 1), change("c", 1)], &[]).await.unwrap();
    assert_eq!(claimed(&store, &tenant, "w1", Duration::ZERO).await.len(), 3);
    store.accept_changes(&tenant, &[change("c", 2)], &[]).await.unwrap();
    // It could not give `b` back, and `c` is overtaken.
    store.keep_changes(&tenant, "w1", &[(key("c"), 1), (key("a"), 1)], LEASE).await.unwrap();
    assert_eq!(claimed(&store, &tenant, "w2", LEASE).await, [("c 2".into(), 2, 1)]);
    assert_eq!(lost(&store, &tenant, "w2", LEASE).await, Some(("b 1".into(), 1, 1)));
    assert_eq!(lost(&store, &tenant, "w2", LEASE).await, None);
    store.keep_changes(&tenant, "w1", &[(key("b"), 1)], Duration::ZERO).await.unwrap();
    assert!(!store.has_due_changes(&tenant).await.unwrap(), "it is no longer w1's to keep");
}

async fn what_a_worker_lost_is_taken_one_by_one_and_costs_its_neighbours_no_try(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    store.accept_changes(&tenant, &[change("deadly", 1), change("good", 1), change("other", 1)], &[]).await.unwrap();
    assert_eq!(claimed(&store, &tenant, "w0", Duration::ZERO).await.len(), 3);
    store.accept_changes(&tenant, &[change("new", 1)], &[]).await.unwrap();
    assert_eq!(claimed(&store, &tenant, "w1", LEASE).await, [("new 1".into(), 1, 1)], "what was lost is not among others");
    // Whoever has the deadly one ends; whoever has another settles it.
    let (mut settled, mut deadly) = (0, Vec::new());
    while settled < 2 || deadly.len() < 5 {
        let claimed = store.claim_lost_change(&tenant, "w2", Duration::ZERO).await.unwrap().unwrap();
        let product = claimed.change.key.product_id;
        if product == "deadly" {
            deadly.push((claimed.attempts, claimed.lost));
        } else {
            assert_eq!((claimed.attempts, claimed.lost), (1, 1), "{product}");
            store.settle_changes(&tenant, &[outcome(&tenant, &product, 1)]).await.unwrap();
            settled += 1;
        }
    }
    assert_eq!(deadly, (1..=deadly.len() as i64).map(|lost| (1, lost)).collect::<Vec<_>>());
    // One that somebody came to an end with, and a newer change of the product, have lost no worker.
    let back = Return { key: key("deadly"), revision: 1, error: "no".into(), pause: Duration::ZERO, counts: true };
    store.return_changes(&tenant, "w2", &[back]).await.unwrap();
    let again = store.claim_changes(&tenant, "w7", Duration::ZERO, 10).await.unwrap();
    assert_eq!(again.iter().map(|claimed| (claimed.attempts, claimed.lost)).collect::<Vec<_>>(), [(2, 0)]);
    store.accept_changes(&tenant, &[change("deadly", 2)], &[]).await.unwrap();
    let newer = store.claim_changes(&tenant, "w8", LEASE, 10).await.unwrap();
    assert_eq!(newer.iter().map(|claimed| (claimed.attempts, claimed.lost)).collect::<Vec<_>>(), [(1, 0)]);
}

async fn a_product_that_changes_while_it_is_judged_waits_since_that_change(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let oldest = async || store.feed_state(&tenant).await.unwrap().oldest_ms;
    // A clock that has gone on: what was accepted was accepted a minute before.
    let pool = sqlx::AnyPool::connect(&database.url).await.unwrap();
    let minute_passes = async || {
        let earlier = "UPDATE feed_changes SET accepted_ms = accepted_ms - 60000, revised_ms = revised_ms - 60000";
        sqlx::query(earlier).execute(&pool).await.unwrap();
    };
    store.accept_changes(&tenant, &[change("a", 1)], &[]).await.unwrap();
    minute_passes().await;
    let first = oldest().await;
    store.accept_changes(&tenant, &[change("a", 2)], &[]).await.unwrap();
    assert_eq!(oldest().await, first, "a newer one in its place makes it wait no shorter");
    assert_eq!(claimed(&store, &tenant, "w1", LEASE).await, [("a 2".into(), 2, 1)]);
    let second = now_ms();
    store.accept_changes(&tenant, &[change("a", 3)], &[]).await.unwrap();
    minute_passes().await;
    store.accept_changes(&tenant, &[change("a", 4)], &[]).await.unwrap();
    assert_eq!(oldest().await, first.map(|at| at - 60_000), "nothing is settled yet");
    store.settle_changes(&tenant, &[outcome(&tenant, "a", 2)]).await.unwrap();
    let waits_since = oldest().await.unwrap() + 60_000;
    assert!((second..=now_ms()).contains(&waits_since), "the first that came while the second was in hand: {waits_since}, {second}");
    store.settle_changes(&tenant, &[outcome(&tenant, "a", 4)]).await.unwrap();
    assert_eq!(oldest().await, None);
    pool.close().await;
}

async fn an_outcome_is_written_once_whole_and_by_whoever_comes_first(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    store.accept_changes(&tenant, &[change("a", 1), change("b", 1)], &[]).await.unwrap();
    claimed(&store, &tenant, "w1", Duration::ZERO).await;
    assert_eq!(store.settle_changes(&tenant, &[outcome(&tenant, "b", 1), outcome(&tenant, "a", 2)]).await.unwrap(), [true, true]);
    // The other worker's word, the same again, and an older one.
    let late = [outcome(&tenant, "a", 1), outcome(&tenant, "b", 1)];
    assert_eq!(store.settle_changes(&tenant, &late).await.unwrap(), [false, false]);
    assert!(!store.has_due_changes(&tenant).await.unwrap(), "what was overtaken waits no more");
    assert_eq!(store.decision(&tenant, "d-a-1").await.unwrap(), None);
    let fed = store.fed_product(&tenant, &key("a")).await.unwrap().unwrap();
    assert_eq!((fed.revision, fed.change_id.as_str(), fed.decision_id.as_deref()), (2, "c2", Some("d-a-2")));
    let products = || async { store.catalogue(&tenant, CatalogueFilter::default(), None, 10).await.unwrap() };
    assert_eq!(products().await.iter().map(|row| row.pictures.clone()).collect::<Vec<_>>(), ["2", "1"]);
    let log = store.events(&tenant, "product:a").await.unwrap();
    let log: Vec<_> = log.iter().map(|event| (event.revision, event.kind.as_str(), event.subject.as_str())).collect();
    assert_eq!(log, [(1, "decision.stored", "d-a-2"), (2, "feed.judged", "c2")]);
    let told: Vec<String> = store.outbox(&tenant, 10).await.unwrap().into_iter().map(|message| message.payload).collect();
    assert_eq!(told, ["{\"revision\":2}", "{\"revision\":1}"]);

    let removal = Outcome { decision_id: None, changes: Vec::new(), ..outcome(&tenant, "a", 3) };
    assert_eq!(store.settle_changes(&tenant, &[outcome(&tenant, "b", 2), removal]).await.unwrap(), [true, true]);
    assert_eq!(products().await, [row("b", "2")]);
    assert_eq!(store.events(&tenant, "product:a").await.unwrap()[2].kind, "feed.removed");
    assert_eq!(store.accept_changes(&tenant, &[change("a", 3), change("b", 2)], &[]).await.unwrap(), 0, "what is settled is known");
    // An outcome that cannot be written leaves nothing behind, nor do those that were to be written with it.
    run(&database, "CREATE UNIQUE INDEX none_alike ON catalogue (pictures)").await;
    assert!(store.settle_changes(&tenant, &[outcome(&tenant, "e", 1), outcome(&tenant, "c", 1)]).await.is_err());
    assert_eq!(store.fed_product(&tenant, &key("e")).await.unwrap(), None);
    assert_eq!(store.decision(&tenant, "d-e-1").await.unwrap(), None);
}

async fn of_two_revisions_of_a_product_that_settle_at_once_the_newer_counts(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    // One worker has the fourth in hand when the fifth comes, and takes it too.
    for revision in [4, 5] {
        store.accept_changes(&tenant, &[change("a", revision)], &[]).await.unwrap();
        assert_eq!(claimed(&store, &tenant, "w1", LEASE).await.len(), 1);
    }
    let ended = [outcome(&tenant, "a", 5), outcome(&tenant, "b", 1), outcome(&tenant, "a", 4), outcome(&tenant, "a", 5)];
    assert_eq!(store.settle_changes(&tenant, &ended).await.unwrap(), [true, true, false, false]);
    let products = store.catalogue(&tenant, CatalogueFilter::default(), None, 10).await.unwrap();
    assert_eq!(products, [row("a", "5"), row("b", "1")]);
    assert_eq!(store.fed_product(&tenant, &key("a")).await.unwrap().unwrap().revision, 5);
    let log = store.events(&tenant, "product:a").await.unwrap();
    let log: Vec<_> = log.iter().map(|event| (event.revision, event.kind.as_str(), event.subject.as_str())).collect();
    assert_eq!(log, [(1, "decision.stored", "d-a-5"), (2, "feed.judged", "c5")]);
    let told: Vec<String> = store.outbox(&tenant, 10).await.unwrap().into_iter().map(|message| message.payload).collect();
    assert_eq!(told, ["{\"revision\":5}", "{\"revision\":1}"]);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM feed_changes").await, 0);
}

async fn eight_workers_settle_four_hundred_changes_once_each(database: Database) {
    let (here, there) = (open(&database).await, open(&database).await);
    let tenant = TenantId::from("ours");
    let changes: Vec<WaitingChange> = (0..400).map(|product| change(&format!("p{product}"), 1)).collect();
    let workers: Vec<_> = (0..8)
        .map(|turn| {
            let (store, tenant) = (if turn % 2 == 0 { here.clone() } else { there.clone() }, tenant.clone());
            let changes = changes.clone();
            tokio::spawn(async move {
                let (worker, mut fresh) = (format!("w{turn}"), 0);
                // All bring the same changes while others settle them.
                for some in changes.chunks(100) {
                    store.accept_changes(&tenant, some, &[]).await.unwrap();
                    // Everybody's time is over at once, so that several work on the same.
                    let mut taken = store.claim_changes(&tenant, &worker, Duration::ZERO, 50).await.unwrap();
                    for _ in 0..10 {
                        taken.extend(store.claim_lost_change(&tenant, &worker, Duration::ZERO).await.unwrap());
                    }
                    for claimed in taken.chunks(16) {
                        let outcomes: Vec<Outcome> =
                            claimed.iter().map(|claimed| outcome(&tenant, &claimed.change.key.product_id, 1)).collect();
                        fresh += store.settle_changes(&tenant, &outcomes).await.unwrap().into_iter().filter(|fresh| *fresh).count();
                    }
                }
                fresh
            })
        })
        .collect();
    let mut fresh = 0;
    for worker in workers {
        fresh += worker.await.unwrap();
    }
    let outcomes: Vec<Outcome> = (0..400).map(|product| outcome(&tenant, &format!("p{product}"), 1)).collect();
    fresh += here.settle_changes(&tenant, &outcomes).await.unwrap().into_iter().filter(|fresh| *fresh).count();
    assert_eq!(fresh, 400);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM feed_products").await, 400);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM feed_changes").await, 0);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM events WHERE kind = 'feed.judged'").await, 400);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM outbox").await, 400);
}

async fn messages_are_told_by_one_and_come_back_when_they_were_not(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let outcomes = [outcome(&tenant, "a", 1), outcome(&tenant, "b", 1), outcome(&tenant, "c", 1)];
    store.settle_changes(&tenant, &outcomes).await.unwrap();
    let claim = async |worker: &str, lease, most| store.claim_messages(&tenant, "", worker, lease, most).await.unwrap();
    let first = claim("w1", LEASE, 2).await;
    assert_eq!(first.iter().map(|message| (message.key.as_str(), message.attempts)).collect::<Vec<_>>(), [("a", 1), ("b", 1)]);
    assert_eq!(claim("w2", LEASE, 2).await.iter().map(|message| message.key.as_str()).collect::<Vec<_>>(), ["c"]);
    assert!(claim("w3", LEASE, 2).await.is_empty());
    assert!(store.claim_messages(&tenant, "other", "w3", LEASE, 2).await.unwrap().is_empty());
    store.told(&tenant, &[first[0].seq]).await.unwrap();
    store.untold(&tenant, "w3", &[(first[1].seq, Duration::ZERO)]).await.unwrap();
    assert!(claim("w3", LEASE, 2).await.is_empty(), "it was never w3's");
    store.untold(&tenant, "w1", &[(first[1].seq, Duration::ZERO)]).await.unwrap();
    assert_eq!(claim("w3", LEASE, 2).await.iter().map(|message| (message.key.as_str(), message.attempts)).collect::<Vec<_>>(), [("b", 2)]);
    assert_eq!(store.give_up_messages(&tenant, now_ms() - 60_000).await.unwrap(), 0);
    assert_eq!(store.give_up_messages(&tenant, now_ms() + 60_000).await.unwrap(), 2);
}

async fn a_dead_letter_is_one_however_often_it_dies(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let mut later = letter("two");
    later.died_ms += 5;
    assert_eq!(store.accept_changes(&tenant, &[change("a", 1)], &[letter("one"), later, letter("one")]).await.unwrap(), 1);
    claimed(&store, &tenant, "w1", LEASE).await;
    assert_eq!(store.bury_changes(&tenant, "w1", &[(key("a"), 1, letter("one"))]).await.unwrap(), 1);
    assert!(!store.has_due_changes(&tenant).await.unwrap());
    let letters = store.dead_letters(&tenant, None, 10).await.unwrap();
    assert_eq!(letters.iter().map(|letter| letter.id.as_str()).collect::<Vec<_>>(), ["two", "one"]);
    let page = store.dead_letters(&tenant, Some((letters[0].died_ms, "two")), 10).await.unwrap();
    assert_eq!(page, letters[1..]);
    assert_eq!(store.outbox(&tenant, 10).await.unwrap().len(), 2, "told once each");
    let mut transaction = store.begin(&tenant).await.unwrap();
    let again = [("one".to_owned(), change("a", 1)), ("two".to_owned(), change("b", 1))];
    assert_eq!(transaction.revive(&again).await.unwrap(), 2);
    transaction.commit(&[]).await.unwrap();
    assert!(store.dead_letters(&tenant, None, 10).await.unwrap().is_empty());
    assert_eq!(claimed(&store, &tenant, "w1", LEASE).await, [("a 1".into(), 1, 1), ("b 1".into(), 1, 1)]);
}

async fn a_second_death_is_told_as_another_and_letters_can_be_discarded(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let mut again = letter("one");
    again.died_ms += 5;
    store.accept_changes(&tenant, &[], &[letter("one"), letter("two")]).await.unwrap();
    let discard = async |ids: &[String]| {
        let mut transaction = store.begin(&tenant).await.unwrap();
        let discarded = transaction.discard(ids).await.unwrap();
        transaction.commit(&[]).await.unwrap();
        discarded
    };
    assert_eq!(discard(&["unknown".to_owned(), "one".to_owned()]).await, ["one"]);
    assert_eq!(store.dead_letters(&tenant, None, 10).await.unwrap().iter().map(|letter| letter.id.as_str()).collect::<Vec<_>>(), ["two"]);
    store.accept_changes(&tenant, &[], &[again]).await.unwrap();
    let told = store.outbox(&tenant, 10).await.unwrap();
    let told: Vec<serde_json::Value> = told.iter().map(|message| serde_json::from_str(&message.payload).unwrap()).collect();
    assert_eq!(told.iter().map(|told| told["letter_id"].as_str().unwrap()).collect::<Vec<_>>(), ["one", "two", "one"]);
    let ids: std::collections::BTreeSet<&str> = told.iter().map(|told| told["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3, "{told:?}");
}

async fn who_has_lost_a_change_cannot_bury_it(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let dead = [(key("b"), 1, letter("b")), (key("a"), 1, letter("a"))];
    store.accept_changes(&tenant, &[change("a", 1), change("b", 1)], &[]).await.unwrap();
    claimed(&store, &tenant, "paused", Duration::ZERO).await;
    // One went to another worker, the other was overtaken.
    store.accept_changes(&tenant, &[change("b", 2)], &[]).await.unwrap();
    assert_eq!(lost(&store, &tenant, "w2", LEASE).await, Some(("a 1".into(), 1, 1)));
    assert_eq!(store.bury_changes(&tenant, "paused", &dead).await.unwrap(), 0);
    let state = store.feed_state(&tenant).await.unwrap();
    assert_eq!((state.dead, state.waiting, state.in_hand, state.results), (0, 1, 1, Vec::new()));
    assert_eq!(store.bury_changes(&tenant, "w2", &dead).await.unwrap(), 1);
    assert_eq!(store.dead_letters(&tenant, None, 10).await.unwrap().iter().map(|letter| letter.id.as_str()).collect::<Vec<_>>(), ["a"]);
}
