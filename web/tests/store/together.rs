//! Several processes on one database, and both databases alike.

use vitrine_engine::TenantId;
use vitrine_testing::Database;
use vitrine_web::store::{CatalogueFilter, CatalogueRow, Change, Numbered, Record};

use crate::{on_both, open};

on_both!(changes_by_people_wait_for_one_another, names_are_ordered_and_found_alike, both_start_at_once);

async fn changes_by_people_wait_for_one_another(database: Database) {
    let stores = [open(&database).await, open(&database).await];
    let tenant = TenantId::from("ours");
    let changes: Vec<_> = (0..40_usize)
        .map(|turn| {
            let (store, tenant) = (stores[turn % 2].clone(), tenant.clone());
            tokio::spawn(async move {
                let mut change = store.begin(&tenant).await.unwrap();
                // What is read here must still hold when it is written.
                let number = change.next_draft().await.unwrap();
                let live = change.live::<i64>().await.unwrap().map_or(0, |live| live.document);
                change.put_draft(number, "open", 1, &turn).await.unwrap();
                change.put_live(&(live + 1)).await.unwrap();
                let record = Record {
                    actor: "ann".into(),
                    action: "draft.begun".into(),
                    subject: format!("draft:{number}"),
                    reason: String::new(),
                    detail: serde_json::Value::Null,
                };
                change.commit(&[record]).await.unwrap();
            })
        })
        .collect();
    for change in changes {
        change.await.unwrap();
    }
    let drafts: Vec<Numbered<usize>> = stores[0].drafts(&tenant, None).await.unwrap();
    assert_eq!(drafts.iter().map(|draft| draft.number).collect::<Vec<_>>(), (1..=40).rev().collect::<Vec<_>>());
    let live = stores[1].live::<i64>(&tenant).await.unwrap().unwrap();
    assert_eq!((live.document, live.revision, stores[0].live_revision(&tenant).await.unwrap()), (40, 40, 40));
    let records = stores[1].records(&tenant, None, None, 100).await.unwrap();
    assert!(records.iter().zip(&drafts).all(|(record, draft)| record.record.subject == format!("draft:{}", draft.number)));
    assert_eq!(records.iter().map(|record| record.seq).collect::<Vec<_>>(), (1..=40).rev().collect::<Vec<_>>());
}

async fn names_are_ordered_and_found_alike(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    let row = |(product_id, category): (&str, &str)| CatalogueRow {
        marketplace: "m".into(),
        region: String::new(),
        product_id: product_id.into(),
        category: category.into(),
        seller: "50%_Off!".into(),
        family: String::new(),
        pictures: "[]".into(),
    };
    let products = [("b-1", "shoes"), ("B2", "shoes/boots"), ("a_3", "Shoes/boots"), ("ä4", "shoeshine"), ("_5", ""), ("A6", "shoes/%")];
    let changes = products.map(|product| Change::Product { tenant: tenant.clone(), row: row(product) });
    store.commit(changes.into()).await.unwrap();
    let found = async |filter: CatalogueFilter<'_>| -> Vec<String> {
        let rows = store.catalogue(&tenant, filter, None, 100).await.unwrap();
        rows.into_iter().map(|row| row.product_id).collect()
    };
    let all = CatalogueFilter::default();
    // By their bytes, as everything else here is ordered.
    assert_eq!(found(all).await, ["A6", "B2", "_5", "a_3", "b-1", "ä4"]);
    let page = store.catalogue(&tenant, all, Some(("m", "", "_5")), 2).await.unwrap();
    assert_eq!(page.iter().map(|row| row.product_id.as_str()).collect::<Vec<_>>(), ["a_3", "b-1"]);
    assert_eq!(found(CatalogueFilter { product: "B", ..all }).await, ["B2", "b-1"]);
    assert_eq!(found(CatalogueFilter { product: "_", ..all }).await, ["_5", "a_3"]);
    assert_eq!(found(CatalogueFilter { category: "shoes", ..all }).await, ["A6", "B2", "b-1"]);
    assert_eq!(found(CatalogueFilter { seller: "%_off!", ..all }).await.len(), 6);
    assert!(found(CatalogueFilter { seller: "50_", ..all }).await.is_empty());
    assert_eq!(store.catalogue_size(&tenant).await.unwrap().0, 6);
}

async fn both_start_at_once(database: Database) {
    let (one, two) = tokio::join!(open(&database), open(&database));
    one.ping().await.unwrap();
    two.ping().await.unwrap();
}
