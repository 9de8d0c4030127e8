//! Work to be done, each piece by one worker at a time: taken for a while, given back, done, or left to the next when its worker is gone.
//! Redis may wake workers up; what there is to do, and who does it, stands here alone.

use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use vitrine_engine::TenantId;

use super::rows::{Value, insert};
use super::writer::{after, now_ms};
use super::{Store, StoreError};

/// A piece of work as its worker gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What there is to do, as JSON.
    pub document: String,
    /// Workers that took it, this one included.
    pub attempts: i64,
}

/// What has become of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobState {
    /// Nobody has it.
    Waiting,
    /// Somebody has it.
    Running,
    /// It is done.
    Done,
    /// It was given up.
    Failed,
}

impl JobState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Running, Self::Done, Self::Failed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl Store {
    /// Adds work, id and document; gives how much of it is new. What is there already, done or not, is passed over.
    ///
    /// # Errors
    /// When the database fails; nothing is added then.
    pub async fn add_jobs(&self, tenant: &TenantId, kind: &str, jobs: &[(&str, &str)]) -> Result<usize, StoreError> {
        let failed = |error| StoreError::new("work cannot be added", error);
        let now = now_ms();
        let (mut jobs, mut rows) = (jobs.to_vec(), Vec::with_capacity(jobs.len()));
        jobs.sort_unstable();
        for (id, document) in &jobs {
            let texts: [Value<'_>; 5] = [tenant.as_str().into(), (*id).into(), kind.into(), "waiting".into(), (*document).into()];
            let mut row = Vec::from(texts);
            row.extend([0_i64.into(), now.into(), "".into(), "".into(), now.into(), now.into()]);
            rows.push(row);
        }
        let into = "jobs (tenant, id, kind, state, document, attempts, due_ms, worker, error, created_ms, changed_ms)";
        let mut change = self.people.begin().await.map_err(failed)?;
        let added = insert(&mut change, into, &rows, "ON CONFLICT DO NOTHING RETURNING id").await.map_err(failed)?.len();
        change.commit().await.map_err(failed)?;
        Ok(added)
    }

    /// Takes the piece that has waited longest, for as long as `lease`; `None` where there is nothing to take. A piece whose worker
    /// did not come back in its time is there to be taken again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_job(&self, tenant: &TenantId, kind: &str, worker: &str, lease: Duration) -> Result<Option<Job>, StoreError> {
        let failed = |error| StoreError::new("work cannot be taken", error);
        let sql = format!(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, worker = $3, changed_ms = $4, due_ms = $5 \
             WHERE tenant = $1 AND id = (SELECT id FROM jobs WHERE tenant = $1 AND kind = $2 AND state IN ('waiting', 'running') \
             AND due_ms <= $4 ORDER BY due_ms, id LIMIT 1 {}) RETURNING id, document, attempts",
            self.dialect.for_me_alone()
        );
        let now = now_ms();
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(kind).bind(worker).bind(now).bind(after(now, lease));
        // All rows, not the first one: a statement that is not read to its end may not have ended.
        let rows = query.fetch_all(&self.people).await.map_err(failed)?;
        let job = |row: &AnyRow| Ok(Job { id: row.try_get(0)?, document: row.try_get(1)?, attempts: row.try_get(2)? });
        rows.first().map(job).transpose().map_err(failed)
    }

    /// Keeps a piece for another `lease`; `false` where it is no longer this worker's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_job(&self, tenant: &TenantId, id: &str, worker: &str, lease: Duration) -> Result<bool, StoreError> {
        self.settle(tenant, id, worker, JobState::Running, "", after(now_ms(), lease)).await
    }

    /// Says that a piece is done; `false` where it is no longer this worker's, whose word then does not count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_job(&self, tenant: &TenantId, id: &str, worker: &str) -> Result<bool, StoreError> {
        self.settle(tenant, id, worker, JobState::Done, "", now_ms()).await
    }

    /// Gives a piece back with what went wrong: to be taken after a while, or never again. `false` where it is no longer this worker's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back_job(
        &self,
        tenant: &TenantId,
        id: &str,
        worker: &str,
        error: &str,
        again: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let state = if again.is_some() { JobState::Waiting } else { JobState::Failed };
        self.settle(tenant, id, worker, state, error, after(now_ms(), again.unwrap_or_default())).await
    }

    /// How many pieces of a kind are in each state; states without any are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn job_counts(&self, tenant: &TenantId, kind: &str) -> Result<Vec<(JobState, i64)>, StoreError> {
        let failed = |error| StoreError::new("work cannot be counted", error);
        let query = sqlx::query("SELECT state, COUNT(*) FROM jobs WHERE tenant = $1 AND kind = $2 GROUP BY state");
        let rows = query.bind(tenant.as_str()).bind(kind).fetch_all(&self.readers).await.map_err(failed)?;
        let mut counts = Vec::new();
        for row in &rows {
            let (state, count): (String, i64) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
            counts.extend(JobState::ALL.into_iter().find(|known| known.as_str() == state).map(|state| (state, count)));
        }
        counts.sort();
        Ok(counts)
    }

    async fn settle(&self, tenant: &TenantId, id: &str, worker: &str, state: JobState, error: &str, due: i64) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE jobs SET state = $4, error = $5, due_ms = $6, changed_ms = $7 \
             WHERE tenant = $1 AND id = $2 AND worker = $3 AND state = 'running'",
        );
        let query = query.bind(tenant.as_str()).bind(id).bind(worker).bind(state.as_str()).bind(error).bind(due).bind(now_ms());
        let done = query.execute(&self.people).await.map_err(|error| StoreError::new("work cannot be settled", error))?;
        Ok(done.rows_affected() > 0)
    }
}
