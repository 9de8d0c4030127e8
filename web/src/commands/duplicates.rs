//! `vitrine duplicates`: pictures that are copies of one another, exact or near.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;
use vitrine_detectors::{Detectors, HeavyGate, Limits};
use vitrine_engine::duplicate::{Cluster, Fingerprint, Item, clusters};
use vitrine_engine::{ContentHash, ImageId, SignalName, Value};
use vitrine_web::judge::{Effort, FINGERPRINT, Judge};
use vitrine_web::wire::FileError;

use super::assess::measure;
use super::assess::print::shown;
use super::files::{Found, find, read};
use super::in_order::in_order;
use super::{Failure, output};

/// Find pictures that are copies of one another: byte for byte, or resized, recompressed, cropped, mirrored, padded, brightened
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine duplicates photos/
  vitrine duplicates photos/ archive/ --format jsonl

One cluster a line (jsonl): {\"cluster\":1,\"members\":[{\"file\",\"kind\":\"exact\"|\"near\",\"likeness\"}]}. Likeness and kind are told against the first
member. Files that cannot be read are told on standard error; byte-for-byte copies are found among them all the same.")]
pub struct Duplicates {
    /// Files and folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// How to print the clusters
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Columns for people
    Table,
    /// One JSON object a line
    Jsonl,
}

/// A file's hash and how it looks, or why it could not even be read.
type Seen = Result<(ContentHash, Option<Fingerprint>), FileError>;

#[derive(Serialize)]
struct ClusterLine {
    cluster: usize,
    members: Vec<MemberLine>,
}

#[derive(Serialize)]
struct MemberLine {
    file: String,
    kind: &'static str,
    likeness: f64,
}

impl Duplicates {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let detectors = Detectors::without_models().map_err(|error| Failure::new(error.to_string()))?;
        let judge = Judge::new(detectors, Limits::default());
        let wanted = [SignalName::from(FINGERPRINT)];
        let plan = judge.plan(&wanted);
        let found = find(&self.paths);
        let gate = HeavyGate::default();
        let bar = output::progress(found.len(), "looking");
        let mut items = Vec::with_capacity(found.len());
        let look = |found: &Found| -> (Seen, Option<FileError>) {
            if let Some(refused) = &found.refused {
                return (Err(refused.clone()), None);
            }
            match measure(&found.path, &judge, &plan, Effort::Full, &gate) {
                Ok(measured) => {
                    let fingerprint = match measured.signals.value(FINGERPRINT) {
                        Some(Value::Text(text)) => Fingerprint::parse(text).ok(),
                        _ => None,
                    };
                    (Ok((measured.content_hash, fingerprint)), None)
                }
                // What is no picture can still be a copy, byte for byte.
                Err(refused) => match read(&found.path, u64::MAX - 1) {
                    Ok(bytes) => (Ok((ContentHash::of(&bytes), None)), Some(refused)),
                    Err(error) => (Err(error), None),
                },
            }
        };
        let mut index = 0;
        in_order(&found, look, |(seen, told)| -> Result<(), Failure> {
            let file = found[index].path.to_string_lossy();
            index += 1;
            bar.inc(1);
            if let Some(error) = told.as_ref().or(seen.as_ref().err()) {
                bar.suspend(|| eprintln!("{}: {}: {}", shown(&file), error.code, error.message));
            }
            if let Ok((content_hash, fingerprint)) = seen {
                items.push(Item { id: ImageId::from(&*file), content_hash, fingerprint });
            }
            Ok(())
        })?;
        bar.finish_and_clear();
        self.print(&clusters(&items), items.len())
    }

    fn print(&self, clusters: &[Cluster], looked_at: usize) -> Result<ExitCode, Failure> {
        let mut out = output::stdout();
        let lines = clusters.iter().enumerate().map(|(index, cluster)| line(index + 1, cluster));
        match self.format {
            Format::Jsonl => {
                for line in lines {
                    writeln!(out, "{}", serde_json::to_string(&line).map_err(std::io::Error::from)?)?;
                }
            }
            Format::Table => {
                let mut rows = vec![["cluster", "kind", "likeness", "file"].map(str::to_owned).to_vec()];
                for line in lines {
                    rows.extend(line.members.iter().map(|member| {
                        vec![line.cluster.to_string(), member.kind.to_owned(), format!("{:.3}", member.likeness), shown(&member.file)]
                    }));
                }
                output::table(&mut out, &rows)?;
                writeln!(out, "\n{} clusters with {} of {looked_at} pictures", clusters.len(), rows.len() - 1)?;
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn line(number: usize, cluster: &Cluster) -> ClusterLine {
    let first = cluster.members.first().map(|member| member.content_hash);
    let members = cluster.members.iter().enumerate().map(|(index, member)| MemberLine {
        file: member.id.to_string(),
        kind: if index == 0 {
            "first"
        } else if Some(member.content_hash) == first {
            "exact"
        } else {
            "near"
        },
        likeness: member.likeness,
    });
    ClusterLine { cluster: number, members: members.collect() }
}
