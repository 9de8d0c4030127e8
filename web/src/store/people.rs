//! Accounts and their sessions.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use vitrine_engine::TenantId;

use super::{Store, StoreError, Transaction};
use crate::identity::AccountRole;

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Unique, in small letters.
    pub name: String,
    /// As people call them.
    pub display_name: String,
    /// What they may do.
    pub role: AccountRole,
    /// Hash of the password; empty for an account of the demo.
    pub password: String,
    /// Whether it is shut.
    pub disabled: bool,
    /// When it was made, ms since 1970 UTC.
    pub created_ms: i64,
}

/// A session that is to be.
pub struct NewSession<'a> {
    /// Hash of its token.
    pub token_sha256: &'a str,
    /// Whose.
    pub account: &'a str,
    /// How long it lasts, ms.
    pub life_ms: i64,
    /// How long any session lasts without use, ms: those that have ended are swept out.
    pub idle_ms: i64,
    /// Most sessions of the account.
    pub most: u32,
}

/// When a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// When it was last used, ms since 1970 UTC.
    pub used_ms: i64,
    /// When it ends at the latest, ms since 1970 UTC.
    pub expires_ms: i64,
}

const ACCOUNT: &str = "SELECT name, display_name, role, password, disabled, created_ms FROM accounts WHERE tenant = $1 AND name = $2";
const ACCOUNTS: &str = "SELECT name, display_name, role, password, disabled, created_ms FROM accounts WHERE tenant = $1 ORDER BY name";

impl Store {
    /// An account by its name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, tenant: &TenantId, name: &str) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(ACCOUNT).bind(tenant.as_str()).bind(name).fetch_optional(&self.readers).await.map_err(unread)?;
        row.as_ref().map(account).transpose().map_err(unread)
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&self, tenant: &TenantId) -> Result<Vec<Account>, StoreError> {
        let rows = sqlx::query(ACCOUNTS).bind(tenant.as_str()).fetch_all(&self.readers).await.map_err(unread)?;
        rows.iter().map(account).collect::<Result<_, _>>().map_err(unread)
    }

    /// A session and its account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, tenant: &TenantId, token_sha256: &str) -> Result<Option<(SessionTimes, Account)>, StoreError> {
        let row = sqlx::query(
            "SELECT a.name, a.display_name, a.role, a.password, a.disabled, a.created_ms, s.used_ms, s.expires_ms \
             FROM sessions s JOIN accounts a ON a.tenant = s.tenant AND a.name = s.account WHERE s.tenant = $1 AND s.token_sha256 = $2",
        )
        .bind(tenant.as_str())
        .bind(token_sha256)
        .fetch_optional(&self.readers)
        .await
        .map_err(unread)?;
        let both = |row: AnyRow| Ok((SessionTimes { used_ms: row.try_get(6)?, expires_ms: row.try_get(7)? }, account(&row)?));
        row.map(both).transpose().map_err(unread)
    }

    /// Notes that a session was used just now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_was_used(&self, tenant: &TenantId, token_sha256: &str) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE sessions SET used_ms = $3 WHERE tenant = $1 AND token_sha256 = $2");
        let done = query.bind(tenant.as_str()).bind(token_sha256).bind(super::now_ms()).execute(&self.people).await;
        done.map(|_| ()).map_err(unwritten)
    }
}

impl Transaction {
    /// An account by its name, as it is within the change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&mut self, name: &str) -> Result<Option<Account>, StoreError> {
        let tenant = self.tenant().clone();
        let row = sqlx::query(ACCOUNT).bind(tenant.as_str()).bind(name).fetch_optional(self.connection()).await.map_err(unread)?;
        row.as_ref().map(account).transpose().map_err(unread)
    }

    /// All accounts, as they are within the change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&mut self) -> Result<Vec<Account>, StoreError> {
        let tenant = self.tenant().clone();
        let rows = sqlx::query(ACCOUNTS).bind(tenant.as_str()).fetch_all(self.connection()).await.map_err(unread)?;
        rows.iter().map(account).collect::<Result<_, _>>().map_err(unread)
    }

    /// Adds an account.
    ///
    /// # Errors
    /// When the database fails, or there is one of this name.
    pub async fn add_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let tenant = self.tenant().clone();
        sqlx::query(
            "INSERT INTO accounts (tenant, name, display_name, role, password, disabled, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(tenant.as_str())
        .bind(account.name.as_str())
        .bind(account.display_name.as_str())
        .bind(account.role.as_str())
        .bind(account.password.as_str())
        .bind(i64::from(account.disabled))
        .bind(account.created_ms)
        .execute(self.connection())
        .await
        .map(|_| ())
        .map_err(unwritten)
    }

    /// Writes role, password and whether it is shut of an account that is there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let tenant = self.tenant().clone();
        sqlx::query("UPDATE accounts SET role = $3, password = $4, disabled = $5 WHERE tenant = $1 AND name = $2")
            .bind(tenant.as_str())
            .bind(account.name.as_str())
            .bind(account.role.as_str())
            .bind(account.password.as_str())
            .bind(i64::from(account.disabled))
            .execute(self.connection())
            .await
            .map(|_| ())
            .map_err(unwritten)
    }

    /// Adds a session, and sweeps out those that have ended or are too many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_session(&mut self, session: &NewSession<'_>) -> Result<(), StoreError> {
        let (tenant, now_ms) = (self.tenant().clone(), self.now_ms());
        sqlx::query("DELETE FROM sessions WHERE tenant = $1 AND (expires_ms <= $2 OR used_ms <= $3)")
            .bind(tenant.as_str())
            .bind(now_ms)
            .bind(now_ms - session.idle_ms)
            .execute(self.connection())
            .await
            .map_err(unwritten)?;
        sqlx::query(
            "DELETE FROM sessions WHERE tenant = $1 AND account = $2 AND token_sha256 NOT IN (\
             SELECT token_sha256 FROM sessions WHERE tenant = $1 AND account = $2 ORDER BY created_ms DESC, token_sha256 LIMIT $3)",
        )
        .bind(tenant.as_str())
        .bind(session.account)
        .bind(i64::from(session.most.saturating_sub(1)))
        .execute(self.connection())
        .await
        .map_err(unwritten)?;
        sqlx::query("INSERT INTO sessions (tenant, token_sha256, account, created_ms, used_ms, expires_ms) VALUES ($1, $2, $3, $4, $4, $5)")
            .bind(tenant.as_str())
            .bind(session.token_sha256)
            .bind(session.account)
            .bind(now_ms)
            .bind(now_ms + session.life_ms)
            .execute(self.connection())
            .await
            .map(|_| ())
            .map_err(unwritten)
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&mut self, token_sha256: &str) -> Result<(), StoreError> {
        let tenant = self.tenant().clone();
        let query = sqlx::query("DELETE FROM sessions WHERE tenant = $1 AND token_sha256 = $2");
        query.bind(tenant.as_str()).bind(token_sha256).execute(self.connection()).await.map(|_| ()).map_err(unwritten)
    }

    /// Ends all sessions of an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions_of(&mut self, account: &str) -> Result<(), StoreError> {
        let tenant = self.tenant().clone();
        let query = sqlx::query("DELETE FROM sessions WHERE tenant = $1 AND account = $2");
        query.bind(tenant.as_str()).bind(account).execute(self.connection()).await.map(|_| ()).map_err(unwritten)
    }
}

fn account(row: &AnyRow) -> Result<Account, sqlx::Error> {
    let role: String = row.try_get(2)?;
    Ok(Account {
        name: row.try_get(0)?,
        display_name: row.try_get(1)?,
        // A role that this program does not know gets the least that there is.
        role: AccountRole::parse(&role).unwrap_or(AccountRole::Viewer),
        password: row.try_get(3)?,
        disabled: row.try_get::<i64, _>(4)? != 0,
        created_ms: row.try_get(5)?,
    })
}

fn unread(error: sqlx::Error) -> StoreError {
    StoreError::new("people cannot be looked up", error)
}

fn unwritten(error: sqlx::Error) -> StoreError {
    StoreError::new("the change of people was not written", error)
}
