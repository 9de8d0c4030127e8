//! What assessing, selecting and the rule commands share: which rule packs are in force and for which marketplace, place and day.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use vitrine_detectors::{Detectors, Limits};
use vitrine_rules::{Diagnostic, PackSet, PackSource, Role, Scope, default_packs, parse};
use vitrine_web::config::RawModels;
use vitrine_web::judge::Judge;
use vitrine_web::models::ModelsConfig;

use super::Failure;

/// Where the rules are read from.
#[derive(Debug, Clone, Args)]
pub struct Packs {
    /// Folder of rule packs (*.yaml) to use in place of the ones built in
    #[arg(long, value_name = "FOLDER", env = "VITRINE_RULES__PACKS")]
    pub packs: Option<PathBuf>,
}

/// Which models run, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Models")]
pub struct Models {
    /// Model manifests, and folders of them, beside the shipped ones
    #[arg(long, value_name = "PATH", env = "VITRINE_MODELS__PLACES", value_delimiter = ',')]
    pub models: Vec<PathBuf>,
    /// Run no models: their signals are missing, and rules say so
    #[arg(long)]
    pub no_models: bool,
    /// File of ONNX Runtime's library; found by itself where none is named
    #[arg(long, value_name = "FILE", env = "VITRINE_MODELS__ONNX_RUNTIME")]
    pub onnx_runtime: Option<PathBuf>,
    /// What runs the models: `cpu`, `cuda` or `tensorrt`
    #[arg(long, default_value = "cpu", env = "VITRINE_MODELS__PROVIDER")]
    pub provider: String,
    /// Number of the device, with `cuda` and `tensorrt`
    #[arg(long, default_value_t = 0, env = "VITRINE_MODELS__DEVICE")]
    pub device: i32,
    /// Sessions of each model, each with a thread of its own; 0 = one per core, or one per device
    #[arg(long, default_value_t = 0, env = "VITRINE_MODELS__SESSIONS")]
    pub sessions: usize,
    /// Threads of one run
    #[arg(long, default_value_t = 1, env = "VITRINE_MODELS__THREADS")]
    pub threads: usize,
}

/// What the rules are asked for.
#[derive(Debug, Clone, Args)]
pub struct Wanted {
    /// Whose rules hold, `amazon`; the house rules where none is named
    #[arg(long, value_name = "NAME")]
    pub marketplace: Option<String>,
    /// Country or region, `US`; where none is named, the rules of every region hold
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
    /// Category path, `apparel/adult/dresses`; rules of a category hold below it too
    #[arg(long, value_name = "PATH")]
    pub category: Option<String>,
    /// Place the pictures compete for: `main`, `gallery` or `swatch`
    #[arg(long, default_value = "main")]
    pub role: Role,
    /// Day the rules have to hold on, `2027-01-31`; today where none is named
    #[arg(long, value_name = "DAY")]
    pub date: Option<Date>,
}

impl Wanted {
    /// The scope of these words.
    pub fn scope(&self) -> Scope {
        Scope {
            marketplace: self.marketplace.clone(),
            region: self.region.clone(),
            category: self.category.clone(),
            role: self.role,
            date: self.date.unwrap_or_else(today),
        }
    }
}

impl Packs {
    /// The sources, as found.
    pub fn sources(&self) -> Result<Vec<PackSource>, Failure> {
        self.packs.as_deref().map_or_else(|| Ok(default_packs()), sources_in)
    }

    /// The packs, when they can be read without an error.
    pub fn read(&self) -> Result<PackSet, Failure> {
        let (packs, findings) = parse(&self.sources()?);
        refuse_errors(&findings)?;
        Ok(packs)
    }
}

impl Models {
    /// How models run, as these words and the settings' defaults have it.
    pub fn config(&self) -> Result<ModelsConfig, Failure> {
        let raw = RawModels {
            enabled: !self.no_models,
            places: self.models.iter().map(|place| place.display().to_string()).collect(),
            onnx_runtime: self.onnx_runtime.as_ref().map(|file| file.display().to_string()).unwrap_or_default(),
            provider: self.provider.clone(),
            device: self.device,
            sessions: self.sessions,
            threads: self.threads,
        };
        raw.resolve().map_err(|error| Failure::new(error.to_string()))
    }

    /// All detectors, the models among them loaded.
    pub fn detectors(&self) -> Result<Detectors, Failure> {
        vitrine_web::models::load(&self.config()?).map_err(|error| Failure::new(error.to_string()))
    }

    /// The same, ready to judge.
    pub fn judge(&self) -> Result<Judge, Failure> {
        Ok(Judge::new(self.detectors()?, Limits::default()))
    }
}

/// All `*.yaml` of a folder, or one file, sorted by name.
pub fn sources_in(place: &Path) -> Result<Vec<PackSource>, Failure> {
    let failed = |path: &Path, error: &std::io::Error| Failure::io("read", path, error);
    let mut files = vec![place.to_owned()];
    if place.is_dir() {
        let entries =
            std::fs::read_dir(place).and_then(Iterator::collect::<std::io::Result<Vec<_>>>).map_err(|error| failed(place, &error))?;
        let is_pack = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        files = entries.iter().map(std::fs::DirEntry::path).filter(is_pack).collect();
        files.sort();
    }
    if files.is_empty() {
        return Err(
            Failure::new(format!("there is no rule pack in `{}`", place.display())).help("rule packs are files that end in `.yaml`")
        );
    }
    let read = |path: PathBuf| match std::fs::read_to_string(&path) {
        Ok(text) => Ok(PackSource { name: path.display().to_string(), text }),
        Err(error) => Err(failed(&path, &error)),
    };
    files.into_iter().map(read).collect()
}

/// A failure that tells all findings, when one of them is an error.
pub fn refuse_errors(findings: &[Diagnostic]) -> Result<(), Failure> {
    let errors: Vec<String> = findings.iter().filter(|finding| finding.is_error()).map(ToString::to_string).collect();
    match errors.len() {
        0 => Ok(()),
        1 => Err(Failure::new(format!("the rules cannot be used\n{}", errors.join("\n")))),
        count => Err(Failure::new(format!("the rules cannot be used: {count} errors\n{}", errors.join("\n")))),
    }
}

/// The day it is, in UTC.
pub fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
