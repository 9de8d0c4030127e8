//! `vitrine feed`: how the catalogue's changes are getting on, and what could not be judged.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::json;
use vitrine_web::app::App;
use vitrine_web::config::Config;
use vitrine_web::error::ApiError;
use vitrine_web::feed::letters::Which;
use vitrine_web::feed::status::FeedStatus;
use vitrine_web::store::DeadLetter;

use super::{Failure, output};

/// The catalogue's changes
#[derive(Debug, Subcommand)]
pub enum Feed {
    Status(Status),
    Dead(Dead),
    Replay(Replay),
    Discard(Discard),
}

/// What waits, for how long, who is not reached
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine feed status
  vitrine feed status --json --config vitrine.yaml")]
pub struct Status {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// File of settings, which name the database
    #[arg(long, value_name = "FILE.yaml")]
    config: Option<PathBuf>,
}

/// Changes that could not be judged, the newest first
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine feed dead
  vitrine feed dead --json | jq -r .payload      what was sent, one a line")]
pub struct Dead {
    /// Print a line of JSON for each
    #[arg(long)]
    json: bool,
    /// Most letters
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    most: u32,
    /// File of settings, which name the database
    #[arg(long, value_name = "FILE.yaml")]
    config: Option<PathBuf>,
}

/// Try changes again that could not be judged
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine feed replay --all
  vitrine feed replay 5b0f6f7f1a55f0a1f3a2a8f6f5b1f2e3

Changes that are right now wait to be judged as if they had just come in; those that are still wrong stay, and the exit code is 1.")]
pub struct Replay {
    #[command(flatten)]
    letters: Letters,
}

/// Throw changes away that could not be judged
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine feed discard 5b0f6f7f1a55f0a1f3a2a8f6f5b1f2e3
  vitrine feed dead --json --most 100000 > letters.jsonl && vitrine feed discard --all")]
pub struct Discard {
    #[command(flatten)]
    letters: Letters,
}

/// Dead letters of a database.
#[derive(Debug, Args)]
struct Letters {
    /// Ids of dead letters
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<String>,
    /// All there are
    #[arg(long)]
    all: bool,
    /// File of settings, which name the database
    #[arg(long, value_name = "FILE.yaml")]
    config: Option<PathBuf>,
}

impl Letters {
    fn which(self) -> (Option<PathBuf>, Which) {
        (self.config, if self.all { Which::All } else { Which::Ids(self.ids) })
    }
}

impl Feed {
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Status(command) => command.run(),
            Self::Dead(command) => command.run(),
            Self::Replay(command) => command.run(),
            Self::Discard(command) => command.run(),
        }
    }
}

/// Asks an application that judges nothing itself.
fn ask<T>(config: Option<&Path>, question: impl AsyncFnOnce(Arc<App>) -> Result<T, ApiError>) -> Result<T, Failure> {
    let mut config = Config::load(config).map_err(|error| Failure::new(error.to_string()))?;
    config.models.enabled = false;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = App::start(config).await.map_err(|error| Failure::new(error.to_string()))?;
        let answer = question(Arc::clone(&app)).await;
        app.store.close().await;
        answer.map_err(|error| Failure::new(error.body().message.clone()).help(error.body().help.clone()))
    })
}

impl Status {
    fn run(self) -> Result<ExitCode, Failure> {
        let status = ask(self.config.as_deref(), async |app| Ok(app.feed_status().await?))?;
        let mut out = output::stdout();
        if self.json {
            writeln!(out, "{}", json!(status))?;
        } else {
            output::table(&mut out, &rows(&status))?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn rows(status: &FeedStatus) -> Vec<Vec<String>> {
    let seconds = |seconds: Option<f64>| seconds.map_or_else(String::new, |seconds| format!("{seconds:.1}"));
    let row = |what: &str, count: i64, oldest: Option<f64>| vec![what.to_owned(), count.to_string(), seconds(oldest)];
    let mut rows = vec![["what", "count", "oldest s"].map(str::to_owned).to_vec()];
    rows.push(row("changes that wait", status.waiting, status.oldest_seconds));
    rows.push(row("changes in hand", status.in_hand, None));
    rows.push(row("settled in the last minute", status.settled_last_minute, None));
    rows.push(row("dead letters", status.dead_letters, None));
    if let Some(stream) = &status.stream {
        rows.push(row("stream: not read", stream.unread, stream.oldest_seconds));
        rows.push(row("stream: not acknowledged", stream.unacknowledged, None));
    }
    if status.redis_answers == Some(false) {
        rows.push(vec!["stream".into(), "Redis does not answer".into()]);
    }
    for receiver in &status.results {
        rows.push(row(&format!("results for {}", receiver.receiver), receiver.waiting, Some(receiver.oldest_seconds)));
    }
    rows
}

impl Dead {
    fn run(self) -> Result<ExitCode, Failure> {
        let most = self.most;
        let letters = ask(self.config.as_deref(), async |app| Ok(app.store.dead_letters(&app.config.tenant, None, most).await?))?;
        let mut out = output::stdout();
        if self.json {
            for DeadLetter { id, product_id, code, reason, payload, encoding, attempts, died_ms } in letters {
                let letter = json!({
                    "id": id, "product_id": product_id, "code": code, "reason": reason, "payload": payload, "encoding": encoding.as_str(),
                    "attempts": attempts, "died_ms": died_ms,
                });
                writeln!(out, "{letter}")?;
            }
        } else {
            let mut rows = vec![["id", "product", "tries", "code", "reason"].map(str::to_owned).to_vec()];
            let row = |letter: DeadLetter| vec![letter.id, letter.product_id, letter.attempts.to_string(), letter.code, letter.reason];
            rows.extend(letters.into_iter().map(row));
            output::table(&mut out, &rows)?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Replay {
    fn run(self) -> Result<ExitCode, Failure> {
        let (config, which) = self.letters.which();
        let replayed = ask(config.as_deref(), async |app| app.replay_letters(&which, "vitrine").await)?;
        let mut out = output::stdout();
        writeln!(out, "{} wait to be judged, {} are known by now, {} stay", replayed.waiting, replayed.known, replayed.still_dead.len())?;
        for still in &replayed.still_dead {
            writeln!(out, "{}  {}  {}", still.id, still.code, still.message)?;
        }
        out.flush()?;
        Ok(if replayed.still_dead.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

impl Discard {
    fn run(self) -> Result<ExitCode, Failure> {
        let (config, which) = self.letters.which();
        let discarded = ask(config.as_deref(), async |app| app.discard_letters(&which, "vitrine").await)?.discarded;
        let mut out = output::stdout();
        writeln!(out, "{discarded} dead letters are thrown away")?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
