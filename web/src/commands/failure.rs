//! Why a command could not do its work: what is wrong, where, and what to do about it.

use std::fmt;
use std::io;
use std::path::Path;

use vitrine_shards::ShardError;

/// A failure of a whole command; one bad picture or one bad line is not one.
#[derive(Debug)]
pub struct Failure {
    message: String,
    help: Option<String>,
    closed_pipe: bool,
}

impl Failure {
    /// What is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, closed_pipe: false }
    }

    /// The same with what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A file or folder that could not be read or written.
    pub fn io(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self {
            closed_pipe: error.kind() == io::ErrorKind::BrokenPipe,
            ..Self::new(format!("cannot {doing} `{}`: {error}", path.display()))
        }
    }

    /// Output that nobody reads any more.
    pub fn is_closed_pipe(&self) -> bool {
        self.closed_pipe
    }
}

/// Printing failed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self { closed_pipe: error.kind() == io::ErrorKind::BrokenPipe, ..Self::new(format!("cannot write the output: {error}")) }
    }
}

/// A job of shards that cannot go on.
impl From<ShardError> for Failure {
    fn from(error: ShardError) -> Self {
        Self::new(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        self.help.iter().try_for_each(|help| write!(f, "\n  help: {help}"))
    }
}
