//! `vitrine signals`: the vocabulary that rules are written in, as the registered detectors measure it.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::{Failure, output};

/// List every signal that rules can speak of: kind, unit, range, meaning and who measures it
#[derive(Debug, Args)]
pub struct Signals {
    /// How to print it
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Columns for people
    Table,
    /// One JSON object a line
    Jsonl,
}

impl Signals {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let catalog = vitrine_detectors::catalog();
        let mut out = output::stdout();
        match self.format {
            Format::Jsonl => {
                for entry in catalog.entries() {
                    writeln!(out, "{}", serde_json::to_string(entry).map_err(std::io::Error::from)?)?;
                }
            }
            Format::Table => {
                let mut rows = vec![["signal", "kind", "unit", "range", "measured by", "meaning"].map(str::to_owned).to_vec()];
                rows.extend(catalog.entries().iter().map(|entry| {
                    let spec = &entry.spec;
                    let range = spec.range.map_or(String::new(), |(low, high)| format!("{low}..{high}"));
                    let measured_by = entry.detector.as_ref().map_or("not measurable yet".to_owned(), ToString::to_string);
                    let kind = format!("{:?}", spec.kind).to_lowercase();
                    vec![
                        spec.name.to_string(),
                        kind,
                        spec.unit.as_deref().unwrap_or("").to_owned(),
                        range,
                        measured_by,
                        spec.doc.to_string(),
                    ]
                }));
                output::table(&mut out, &rows)?;
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
