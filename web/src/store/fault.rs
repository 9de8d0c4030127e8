//! What goes wrong with the database, and whether it may go right in a moment.

/// The database failed, or it is shutting down.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{action}: {cause}")]
pub struct StoreError {
    action: &'static str,
    cause: String,
    blame: Blame,
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blame {
    /// Perhaps that of what was asked or written.
    Asker,
    /// The database's, which is gone, late or busy: whatever else is asked now fails likewise.
    Database,
}

impl StoreError {
    pub(crate) fn new(action: &'static str, cause: impl std::fmt::Display) -> Self {
        Self { action, cause: cause.to_string(), blame: Blame::Asker }
    }

    /// Of a database that does not answer.
    pub(super) fn no_answer(action: &'static str, cause: impl std::fmt::Display) -> Self {
        Self { blame: Blame::Database, ..Self::new(action, cause) }
    }

    /// What the database said to something.
    pub(super) fn said(action: &'static str, error: &sqlx::Error) -> Self {
        let blame = if is_gone(error) || is_busy(error) { Blame::Database } else { Blame::Asker };
        Self { blame, ..Self::new(action, error) }
    }

    /// Whether whatever else is asked now fails likewise.
    pub(super) fn is_of_all(&self) -> bool {
        self.blame == Blame::Database
    }
}

/// Whether it is the database that is not there, and not the question that is wrong.
pub(super) fn is_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        // Postgres' classes of lost connections, of resources that have run out, and of servers that stop or start.
        sqlx::Error::Database(told) => told.code().is_some_and(|code| ["08", "53", "57P"].iter().any(|class| code.starts_with(class))),
        _ => false,
    }
}

/// Whether somebody else's lock was waited for in vain.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(told) = error else { return false };
    told.code().is_some_and(|code| match code.parse::<u32>() {
        // SQLite's numbers for a file or a table that another holds, in their lowest byte.
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6),
        // Postgres' for a lock that was not to be had in time.
        _ => code == "55P03",
    })
}
