//! An empty database for one test, of either kind.

use std::path::Path;

use tempfile::TempDir;

use crate::Postgres;

/// `postgres` in this variable lets tests that could run on either run on Postgres; without it they run on SQLite.
const VARIABLE: &str = "TEST_DATABASE";

/// A database that is gone when it is dropped, or with the server that holds it.
pub struct Database {
    /// Its address, as `store.url` takes it.
    pub url: String,
    /// Holds SQLite's file.
    _folder: Option<TempDir>,
}

impl Database {
    /// A file of its own.
    ///
    /// # Panics
    /// Where there is no temporary folder.
    pub fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        Self { url: sqlite_in(folder.path()), _folder: Some(folder) }
    }

    /// A database on the server that this process shares.
    ///
    /// # Panics
    /// As [`Postgres::start`].
    pub fn postgres() -> Self {
        Self { url: Postgres::shared().database(), _folder: None }
    }

    /// The address of the database that belongs to a folder: the same each time, so that a server can be started again on it.
    ///
    /// # Panics
    /// As [`Postgres::start`], or when the folder cannot be written.
    pub fn of_folder(folder: &Path) -> String {
        if std::env::var(VARIABLE).is_ok_and(|kind| kind == "postgres") { Self::postgres_of_folder(folder) } else { sqlite_in(folder) }
    }

    /// The same, always a file; the folder is made where it is missing.
    ///
    /// # Panics
    /// When the folder cannot be made.
    pub fn sqlite_of(folder: &Path) -> String {
        std::fs::create_dir_all(folder).expect("a folder that can be written");
        sqlite_in(folder)
    }

    /// The same, always on Postgres.
    ///
    /// # Panics
    /// As [`Database::of_folder`].
    pub fn postgres_of_folder(folder: &Path) -> String {
        let note = folder.join("database");
        std::fs::read_to_string(&note).unwrap_or_else(|_| {
            let url = Postgres::shared().database();
            std::fs::write(&note, &url).expect("a folder that can be written");
            url
        })
    }
}

fn sqlite_in(folder: &Path) -> String {
    format!("sqlite:{}/vitrine.db", folder.display())
}
