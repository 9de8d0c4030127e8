//! What is written is read, by its tenant alone, once.

use std::sync::Arc;

use vitrine_engine::{ContentHash, TenantId};
use vitrine_testing::Database;
use vitrine_web::exemptions::Exemptions;
use vitrine_web::store::{Change, QueueFilter, Record};

use crate::{decision, on_both, open};

on_both!(
    what_is_written_is_read_once_and_for_one_tenant,
    many_writers_of_one_decision_store_it_once,
    what_was_answered_is_there_after_a_restart_and_a_closed_store_refuses,
    a_change_is_written_with_its_record_or_not_at_all,
    what_one_server_exempts_another_follows_and_each_word_counts_once,
);

async fn what_is_written_is_read_once_and_for_one_tenant(database: Database) {
    let store = open(&database).await;
    let (ours, theirs) = (TenantId::from("ours"), TenantId::from("theirs"));
    let hash = ContentHash::of(b"picture");
    let readings = |document: &str| Change::Readings {
        tenant: ours.clone(),
        content_hash: hash,
        detector: "sharpness@1".into(),
        document: document.into(),
    };
    let rule_set = Change::RuleSet { tenant: ours.clone(), version: "v1".into(), document: "{}".into() };
    let image = Change::Image { tenant: ours.clone(), content_hash: hash };
    store.commit(vec![image.clone(), readings("{\"a\":1}"), rule_set.clone(), decision(&ours, "d1", "one")]).await.unwrap();
    // The same again, and other words for the same key: what is stored stays.
    store.commit(vec![image, readings("{\"a\":2}"), rule_set, decision(&ours, "d1", "two")]).await.unwrap();
    store.commit(Vec::new()).await.unwrap();
    store.ping().await.unwrap();

    assert!(store.image_is_known(&ours, hash).await.unwrap());
    assert_eq!(store.readings(&ours, hash).await.unwrap(), [("sharpness@1".into(), "{\"a\":1}".to_owned())]);
    assert_eq!(store.rule_set(&ours, &"v1".into()).await.unwrap().as_deref(), Some("{}"));
    assert_eq!(store.decision(&ours, "d1").await.unwrap().as_deref(), Some("one"));
    assert_eq!(store.decision_count(&ours).await.unwrap(), 1);

    let log = store.events(&ours, &format!("image:{hash}")).await.unwrap();
    assert_eq!(
        log.iter().map(|event| (event.revision, event.kind.as_str())).collect::<Vec<_>>(),
        [(1, "image.stored"), (2, "readings.stored")]
    );
    assert_eq!(store.events(&ours, "product:p1").await.unwrap().len(), 1);
    assert_eq!(store.events(&ours, "rule_set:v1").await.unwrap()[0].subject, "v1");

    assert!(!store.image_is_known(&theirs, hash).await.unwrap());
    assert!(store.readings(&theirs, hash).await.unwrap().is_empty());
    assert_eq!(store.rule_set(&theirs, &"v1".into()).await.unwrap(), None);
    assert_eq!(store.decision(&theirs, "d1").await.unwrap(), None);
    assert_eq!(store.decision_count(&theirs).await.unwrap(), 0);
    assert!(store.events(&theirs, "product:p1").await.unwrap().is_empty());
}

async fn many_writers_of_one_decision_store_it_once(database: Database) {
    let store = Arc::new(open(&database).await);
    let tenant = TenantId::default();
    let writers: Vec<_> = (0..200)
        .map(|turn| {
            let (store, tenant) = (Arc::clone(&store), tenant.clone());
            tokio::spawn(async move { store.commit(vec![decision(&tenant, &format!("d{}", turn % 5), "x")]).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(store.decision_count(&tenant).await.unwrap(), 5);
    let log = store.events(&tenant, "product:p1").await.unwrap();
    assert_eq!(log.iter().map(|event| event.revision).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let subjects: std::collections::BTreeSet<_> = log.iter().map(|event| event.subject.as_str()).collect();
    assert_eq!(subjects, ["d0", "d1", "d2", "d3", "d4"].into());
}

async fn what_was_answered_is_there_after_a_restart_and_a_closed_store_refuses(database: Database) {
    let tenant = TenantId::default();
    let store = open(&database).await;
    store.commit(vec![decision(&tenant, "kept", "document")]).await.unwrap();
    // Opened beside the first, as after a process that was killed and never closed anything.
    let second = open(&database).await;
    assert_eq!(second.decision(&tenant, "kept").await.unwrap().as_deref(), Some("document"));
    store.close().await;
    assert!(store.commit(vec![decision(&tenant, "late", "document")]).await.is_err());
    assert!(store.ping().await.is_err());
    assert_eq!(second.decision(&tenant, "late").await.unwrap(), None);
}

async fn a_change_is_written_with_its_record_or_not_at_all(database: Database) {
    let store = open(&database).await;
    let ours = TenantId::from("ours");
    let record = |reason: &str| Record {
        actor: "ann".into(),
        action: "draft.made".into(),
        subject: "draft:1".into(),
        reason: reason.into(),
        detail: serde_json::json!({"title": "Sharper"}),
    };
    drop(store.begin(&ours).await.unwrap());
    store.begin(&ours).await.unwrap().commit(&[record("first"), record("second")]).await.unwrap();
    // A batch of the writing task and a person's change do not stand in each other's way.
    let (batch, change) = tokio::join!(store.commit(vec![decision(&ours, "d1", "one")]), async {
        store.begin(&ours).await.unwrap().commit(&[record("third")]).await
    });
    batch.unwrap();
    change.unwrap();
    let kept = store.records(&ours, Some("draft:1"), None, 10).await.unwrap();
    assert_eq!(
        kept.iter().map(|kept| (kept.seq, kept.record.reason.as_str())).collect::<Vec<_>>(),
        [(3, "third"), (2, "second"), (1, "first")]
    );
    assert_eq!(store.records(&ours, None, Some(3), 1).await.unwrap()[0].seq, 2);
    assert!(store.records(&TenantId::from("theirs"), None, None, 10).await.unwrap().is_empty());
}

async fn what_one_server_exempts_another_follows_and_each_word_counts_once(database: Database) {
    let (here, there) = (open(&database).await, open(&database).await);
    let (ours, hash) = (TenantId::from("ours"), ContentHash::of(b"picture"));
    let following = Exemptions::load(&there, &ours).await.unwrap();
    let item = Change::QueueItem {
        tenant: ours.clone(),
        id: "item".into(),
        marketplace: "shop".into(),
        content_hash: hash,
        rule: "shop.small".into(),
        category: "shoes".into(),
        document: "{}".into(),
    };
    here.commit(vec![item.clone()]).await.unwrap();
    there.commit(vec![item]).await.unwrap();
    assert_eq!(here.events(&ours, "queue:item").await.unwrap().len(), 1);

    for (held, expected) in [(true, vec!["shop.small"]), (true, vec!["shop.small"]), (false, vec![])] {
        let mut change = here.begin(&ours).await.unwrap();
        change.judge("item", "ann", "overturn", "", "").await.unwrap();
        change.set_exemption(&hash.to_string(), "shop.small", held).await.unwrap();
        change.commit(&[]).await.unwrap();
        following.refresh(&there).await.unwrap();
        assert_eq!(following.of(hash).iter().map(|rule| rule.as_str()).collect::<Vec<_>>(), expected);
    }
    assert!(Exemptions::load(&there, &TenantId::from("theirs")).await.unwrap().of(hash).is_empty());
    // Dropped before its commit, a change leaves nothing behind.
    let mut change = here.begin(&ours).await.unwrap();
    change.set_exemption(&hash.to_string(), "shop.small", true).await.unwrap();
    assert!(change.take_back("item", "ann").await.unwrap());
    drop(change);
    following.refresh(&there).await.unwrap();
    assert!(following.of(hash).is_empty());
    let entries = there.queue(&ours, "ann", QueueFilter::default(), 10).await.unwrap();
    assert_eq!((entries.len(), entries[0].judgements, entries[0].mine.as_deref()), (1, 1, Some("overturn")));
    assert_eq!(there.queue_count(&ours, "ann", QueueFilter { state: Some("open"), ..QueueFilter::default() }).await.unwrap(), 0);
    assert_eq!(there.queue_count(&ours, "bob", QueueFilter { category: Some("shoes"), ..QueueFilter::default() }).await.unwrap(), 1);
    assert_eq!(there.judgements(&ours).await.unwrap().len(), 1);
}
