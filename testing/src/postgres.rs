//! Postgres, reached over a socket in its own folder: no port is taken, and nobody else can come in.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::becomes_so;
use crate::process::{Home, Supervised};

/// The role that everything is done as.
const ROLE: &str = "vitrine";

/// A running server. Dropped, it is stopped and its folder is gone.
pub struct Postgres {
    server: Supervised,
    programs: PathBuf,
    databases: AtomicU64,
}

impl Postgres {
    /// The one that all tests of this process share; each takes a database of its own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts one with an empty data folder, set up as in production: every commit is synced to the disk.
    ///
    /// # Panics
    /// When Postgres is not installed or does not start.
    pub fn start() -> Self {
        let programs = programs();
        let home = Home::not_of_root("postgres", "postgres");
        let data = home.folder.join("data");
        let initialised = |more: &[&str]| {
            let mut command = home.command(programs.join("initdb"));
            command.arg("-D").arg(&data).args(["-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-sync"]).args(more);
            command.output().is_ok_and(|output| output.status.success())
        };
        // A language's order of letters, as most databases have it; where there is none, the order of code points.
        let of_language = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
        assert!(initialised(&of_language) || initialised(&["--locale=C.UTF-8"]), "initdb made no data folder in {}", data.display());
        let socket = home.folder.display().to_string();
        let settings = [("listen_addresses", ""), ("unix_socket_directories", &socket), ("max_connections", "400")];
        let mut arguments = vec!["-D".to_owned(), data.display().to_string()];
        arguments.extend(settings.iter().flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]));
        let server = home.start("QUIT", &programs.join("postgres"), &arguments);
        let answers =
            || Command::new(programs.join("pg_isready")).args(["-q", "-h", &socket]).status().is_ok_and(|status| status.success());
        assert!(becomes_so(|| !server.is_running() || answers()) && server.is_running(), "Postgres does not start: {}", server.log());
        Self { server, programs, databases: AtomicU64::new(0) }
    }

    /// Makes an empty database and gives its address, as `store.url` takes it.
    ///
    /// # Panics
    /// When the server does not make it.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut command = Command::new(self.programs.join("createdb"));
        let output = command.arg("-h").arg(self.server.folder()).args(["-U", ROLE, &name]).output();
        let output = output.expect("`createdb` is beside `initdb`");
        assert!(output.status.success(), "no database: {}", String::from_utf8_lossy(&output.stderr));
        format!("postgres:///{name}?host={}&user={ROLE}", self.server.folder().display())
    }

    /// Sends the server a signal by name, `STOP`, `CONT`, `KILL`.
    pub fn signal(&self, signal: &str) {
        self.server.signal(signal);
    }
}

/// The folder with `initdb` and `postgres`: the newest of Debian's, else that of `pg_config`.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut versions: Vec<(u32, PathBuf)> =
        installed.filter_map(|path| Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))).collect();
    versions.retain(|(_, folder)| folder.join("initdb").is_file());
    versions.sort();
    let told = || Some(PathBuf::from(String::from_utf8(Command::new("pg_config").arg("--bindir").output().ok()?.stdout).ok()?.trim()));
    let found = versions.pop().map(|(_, folder)| folder).or_else(|| told().filter(|folder: &PathBuf| Path::new(folder).is_dir()));
    found.unwrap_or_else(|| panic!("Postgres is not installed; run `tools/setup.sh servers`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_apart_and_nothing_is_left_of_a_server_that_ends() {
        let server = Postgres::start();
        let (one, two) = (server.database(), server.database());
        assert_ne!(one, two);
        let databases = || {
            let mut command = Command::new(server.programs.join("psql"));
            command.arg("-h").arg(server.server.folder()).args(["-U", ROLE, "-d", "postgres", "-At", "-c"]);
            let output = command.arg("SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'test%'").output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(databases().trim(), "2");
        let folder = server.server.folder().to_owned();
        drop(server);
        assert!(!folder.exists());
    }
}
