//! Work is taken by one worker at a time, and by another when its worker is gone.

use std::collections::BTreeMap;
use std::time::Duration;

use vitrine_engine::TenantId;
use vitrine_testing::Database;
use vitrine_web::store::JobState;

use crate::{on_both, open};

on_both!(eight_claimants_take_four_hundred_jobs_once_each, a_job_whose_worker_is_gone_is_taken_again_and_its_late_word_does_not_count);

const LEASE: Duration = Duration::from_secs(600);

async fn eight_claimants_take_four_hundred_jobs_once_each(database: Database) {
    let (here, there) = (open(&database).await, open(&database).await);
    let tenant = TenantId::from("ours");
    let ids: Vec<String> = (0..400).map(|id| format!("job-{id:03}")).collect();
    let jobs: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "{}")).collect();
    assert_eq!(here.add_jobs(&tenant, "detect", &jobs).await.unwrap(), 400);
    assert_eq!(there.add_jobs(&tenant, "detect", &jobs).await.unwrap(), 0, "what is there is passed over");

    let claimants: Vec<_> = (0..8)
        .map(|number| {
            // Two processes with four workers each.
            let (store, tenant, worker) =
                (if number % 2 == 0 { here.clone() } else { there.clone() }, tenant.clone(), format!("w{number}"));
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(job) = store.claim_job(&tenant, "detect", &worker, LEASE).await.unwrap() {
                    assert_eq!((job.document.as_str(), job.attempts), ("{}", 1));
                    assert!(store.finish_job(&tenant, &job.id, &worker).await.unwrap());
                    taken.push(job.id);
                }
                taken
            })
        })
        .collect();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for claimant in claimants {
        for id in claimant.await.unwrap() {
            *times.entry(id).or_default() += 1;
        }
    }
    assert_eq!(times.len(), 400);
    assert!(times.values().all(|times| *times == 1));
    assert_eq!(here.job_counts(&tenant, "detect").await.unwrap(), [(JobState::Done, 400)]);
    assert!(here.job_counts(&TenantId::from("theirs"), "detect").await.unwrap().is_empty());
}

async fn a_job_whose_worker_is_gone_is_taken_again_and_its_late_word_does_not_count(database: Database) {
    let store = open(&database).await;
    let tenant = TenantId::from("ours");
    store.add_jobs(&tenant, "detect", &[("a", "1")]).await.unwrap();
    assert_eq!(store.claim_job(&tenant, "other", "w1", LEASE).await.unwrap(), None);
    assert_eq!(store.claim_job(&TenantId::from("theirs"), "detect", "w1", LEASE).await.unwrap(), None);
    // Its time is over as soon as it begins.
    assert_eq!(store.claim_job(&tenant, "detect", "w1", Duration::ZERO).await.unwrap().unwrap().attempts, 1);
    let job = store.claim_job(&tenant, "detect", "w2", LEASE).await.unwrap().unwrap();
    assert_eq!((job.id.as_str(), job.document.as_str(), job.attempts), ("a", "1", 2));
    assert_eq!(store.claim_job(&tenant, "detect", "w3", LEASE).await.unwrap(), None);
    assert!(!store.finish_job(&tenant, "a", "w1").await.unwrap(), "it is no longer w1's");
    assert!(!store.keep_job(&tenant, "a", "w1", LEASE).await.unwrap());
    assert!(store.keep_job(&tenant, "a", "w2", LEASE).await.unwrap());

    assert!(store.give_back_job(&tenant, "a", "w2", "no picture", Some(Duration::ZERO)).await.unwrap());
    assert_eq!(store.job_counts(&tenant, "detect").await.unwrap(), [(JobState::Waiting, 1)]);
    assert_eq!(store.claim_job(&tenant, "detect", "w3", LEASE).await.unwrap().unwrap().attempts, 3);
    assert!(store.give_back_job(&tenant, "a", "w3", "no picture", Some(LEASE)).await.unwrap());
    assert_eq!(store.claim_job(&tenant, "detect", "w4", LEASE).await.unwrap(), None, "not before its pause is over");
    assert_eq!(store.add_jobs(&tenant, "detect", &[("b", "2")]).await.unwrap(), 1);
    assert_eq!(store.claim_job(&tenant, "detect", "w5", LEASE).await.unwrap().unwrap().id, "b");
    assert!(store.give_back_job(&tenant, "b", "w5", "never", None).await.unwrap());
    assert_eq!(store.job_counts(&tenant, "detect").await.unwrap(), [(JobState::Waiting, 1), (JobState::Failed, 1)]);
}
