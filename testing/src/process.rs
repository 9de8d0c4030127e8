//! A server process that cannot outlive its owner.
//!
//! A shell stands between: it starts the server and then reads from a pipe whose other end the owner holds. When the owner ends,
//! by returning, by a panic or by `kill -9`, the pipe closes, and the shell stops the server and removes its folder. (A signal at
//! the parent's death would be tied to the thread that started the server, and the threads of tests end early.)

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// `$1` is the signal that ends the server, `$2` its folder; the rest is its command line. Tells the server's number first.
/// A server that was stopped (SIGSTOP) has to go on before it can end.
const SUPERVISOR: &str = r#"
signal=$1 folder=$2
shift 2
"$@" >"$folder/log" 2>&1 </dev/null &
server=$!
echo "$server"
exec 2>/dev/null
cat >/dev/null
kill -CONT "$server"
kill -"$signal" "$server"
wait "$server"
rm -rf "$folder"
"#;

/// A running server and its folder.
pub struct Supervised {
    /// Held open for as long as the server is wanted.
    shell: Child,
    pid: u32,
    folder: PathBuf,
}

/// A folder of one's own for a server, and who it runs as.
pub struct Home {
    /// The folder.
    pub folder: PathBuf,
    /// The user and group that the server has to run as; `None` = ours.
    user: Option<(u32, u32)>,
}

impl Home {
    /// A fresh folder below the system's temporary one.
    pub fn new(name: &str) -> Self {
        let made = tempfile::Builder::new().prefix(&format!("vitrine-{name}-")).tempdir();
        let folder = made.expect("a temporary folder").keep();
        Self { folder, user: None }
    }

    /// The same, owned by the named system user where we are root: for servers that refuse to run as root.
    pub fn not_of_root(name: &str, user: &str) -> Self {
        let home = Self::new(name);
        if number(&["id", "-u"]) != Some(0) {
            return home;
        }
        let of = |option| number(&["id", option, user]).unwrap_or_else(|| panic!("there is no user `{user}` that a server could run as"));
        let (uid, gid) = (of("-u"), of("-g"));
        chown(&home.folder, Some(uid), Some(gid)).expect("root gives its folder away");
        Self { user: Some((uid, gid)), ..home }
    }

    /// A command that runs as the folder's owner, and in it.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match self.user {
            None => Command::new(program),
            Some((uid, gid)) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]).arg(program);
                command
            }
        };
        command.current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// Starts a server; `signal` is what ends it at once.
    pub fn start(self, signal: &str, program: &Path, arguments: &[String]) -> Supervised {
        let mut command = self.command("sh");
        command.args(["-c", SUPERVISOR, "sh", signal]).arg(&self.folder).arg(program).args(arguments);
        // A group of its own: Ctrl-C is for the tests, and the shell has to live on to clean up.
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0).spawn();
        let mut shell = spawned.unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let mut told = String::new();
        if let Some(output) = shell.stdout.take() {
            BufReader::new(output).read_line(&mut told).expect("the shell tells the server's number");
        }
        let pid = told.trim().parse().unwrap_or_else(|_| panic!("{} did not start", program.display()));
        Supervised { shell, pid, folder: self.folder }
    }
}

impl Supervised {
    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it has not ended by itself.
    pub fn is_running(&self) -> bool {
        // A server that has ended is no more than a name until the shell waits for it, which it does at the end.
        let state = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        state.rsplit_once(')').is_some_and(|(_, after)| !after.trim_start().starts_with('Z'))
    }

    /// Sends it a signal by name, `STOP`, `CONT`, `KILL`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([format!("-{signal}"), self.pid.to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the server {} takes no {signal}", self.pid);
    }

    /// What it wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

fn number(command: &[&str]) -> Option<u32> {
    let (program, arguments) = command.split_first()?;
    String::from_utf8(Command::new(program).args(arguments).output().ok()?.stdout).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::becomes_so;

    fn sleeper() -> Supervised {
        Home::new("sleeper").start("TERM", Path::new("sleep"), &["1000".to_owned()])
    }

    #[test]
    fn a_server_ends_with_its_owner_and_leaves_nothing_even_where_it_was_stopped() {
        let server = sleeper();
        assert!(server.is_running() && server.folder().is_dir());
        server.signal("STOP");
        let (folder, process) = (server.folder().to_owned(), format!("/proc/{}", server.pid));
        drop(server);
        assert!(!folder.exists() && !Path::new(&process).exists());
    }

    #[test]
    fn a_killed_owner_takes_its_server_along() {
        // What the system does to a killed owner is closing its end of the pipe, and nothing else.
        let mut server = sleeper();
        drop(server.shell.stdin.take());
        assert!(becomes_so(|| !server.folder().exists()));
        assert!(!server.is_running());
    }
}
