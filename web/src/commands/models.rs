//! `vitrine models`: learned detectors checked, listed, timed, and run on pictures.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::Serialize;
use vitrine_detectors::bench::{Comparison, compare};
use vitrine_detectors::model::{Model, ModelError};
use vitrine_detectors::onnx::{Provider, SessionOptions};
use vitrine_detectors::{Learned, Limits, LoadOptions, catalog_of, models_in, open, shipped_models};
use vitrine_engine::{Detector, Needs, Photo, Region, Value};
use vitrine_web::models::{ModelsConfig, library, runtime, tried, try_now};

use super::files::{Found, find, read};
use super::in_order::in_order;
use super::{Failure, output};

/// Check, list, time and run learned detectors
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine models check my-models/                    inspect and try models in a process of their own; exit code 1 when one is not right
  vitrine models list --models my-models/
  vitrine models run my-models/faces.yaml photos/ > faces.jsonl
  vitrine models bench my-models/faces.yaml

A model is a manifest (*.yaml) with its graph (*.onnx) and its card beside it; docs/models.md tells how to write one.")]
pub struct Models {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Inspect models and try them out under limits; exit code 1 when one is not right
    Check {
        /// Manifests, and folders of them
        #[arg(required = true)]
        models: Vec<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// List the shipped models and those named: version, licence, signals
    List {
        /// Manifests, and folders of them, beside the shipped ones
        #[arg(long, value_name = "PATH")]
        models: Vec<PathBuf>,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Time a model: alone, in batches, and through the queue that the server uses
    Bench {
        /// The manifest; the shipped models where none is named
        model: Option<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// Measure pictures with one model: one JSON object a picture
    Run {
        /// The manifest
        model: PathBuf,
        /// Files and folders of pictures
        #[arg(required = true)]
        pictures: Vec<PathBuf>,
        /// Also write what the model was shown of each picture, as PNG, into this folder
        #[arg(long, value_name = "FOLDER")]
        inputs: Option<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// Try the model that comes by standard input: the process that `check` starts
    #[command(hide = true)]
    Trial,
}

/// How models run.
#[derive(Debug, Clone, Args)]
struct How {
    /// File of ONNX Runtime's library; found by itself where none is named
    #[arg(long, value_name = "FILE", env = "VITRINE_MODELS__ONNX_RUNTIME")]
    onnx_runtime: Option<PathBuf>,
    /// What runs the model: `cpu`, `cuda` or `tensorrt`
    #[arg(long, default_value = "cpu", env = "VITRINE_MODELS__PROVIDER")]
    provider: String,
    /// Number of the device, with `cuda` and `tensorrt`
    #[arg(long, default_value_t = 0, env = "VITRINE_MODELS__DEVICE")]
    device: i32,
    /// Sessions of the model, each with a thread of its own; 0 = one per core
    #[arg(long, default_value_t = 0, env = "VITRINE_MODELS__SESSIONS")]
    sessions: usize,
    /// Threads of one run
    #[arg(long, default_value_t = 1, env = "VITRINE_MODELS__THREADS")]
    threads: usize,
}

impl How {
    fn config(&self) -> Result<ModelsConfig, Failure> {
        let provider = Provider::parse(&self.provider, self.device)
            .ok_or_else(|| Failure::new(format!("`{}` is no provider", self.provider)).help("write cpu, cuda or tensorrt"))?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let sessions = match (self.sessions, provider) {
            (0, Provider::Cpu) => cores,
            (0, _) => 1,
            (sessions, _) => sessions,
        };
        let session = SessionOptions { provider, threads: self.threads.max(1) };
        let options = LoadOptions { session, sessions, ..LoadOptions::default() };
        Ok(ModelsConfig { enabled: true, library: self.onnx_runtime.clone(), places: Vec::new(), options })
    }
}

impl Models {
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Check { models, how } => check(&models, &how.config()?),
            Command::List { models, json } => list(&models, json),
            Command::Bench { model, how } => bench(model.as_deref(), &how.config()?),
            Command::Run { model, pictures, inputs, how } => measure(&model, &pictures, inputs.as_deref(), &how.config()?),
            Command::Trial => {
                vitrine_detectors::model::trial::child()?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn failure(error: ModelError) -> Failure {
    Failure::new(error.to_string())
}

fn check(places: &[PathBuf], config: &ModelsConfig) -> Result<ExitCode, Failure> {
    let library = library(config).map_err(failure)?;
    let mut out = output::stdout();
    let (mut good, mut bad) = (shipped_models().map_err(failure)?, 0);
    for place in places {
        match models_in(std::slice::from_ref(place)) {
            Err(error) => {
                bad += 1;
                writeln!(out, "error: {error}")?;
            }
            Ok(models) if models.is_empty() => return Err(Failure::new(format!("there is no manifest in `{}`", place.display()))),
            Ok(models) => {
                for model in models {
                    match check_one(place, &model, &library, &good) {
                        Ok(line) => {
                            writeln!(out, "{line}")?;
                            good.push(model);
                        }
                        Err(error) => {
                            bad += 1;
                            writeln!(out, "error: {error}")?;
                        }
                    }
                }
            }
        }
    }
    out.flush()?;
    Ok(if bad > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn check_one(place: &Path, model: &Model, library: &Path, others: &[Model]) -> Result<String, ModelError> {
    let folder = if place.is_dir() { place } else { place.parent().unwrap_or(Path::new("")) };
    let card = folder.join(&model.manifest.card);
    if !card.is_file() {
        return Err(ModelError::new(format!("{}: card", model.manifest.name), format!("`{}` is not there", card.display())));
    }
    catalog_of(&others.iter().chain([model]).cloned().collect::<Vec<_>>())?;
    let receipt = try_now(model, library)?;
    let signals: Vec<&str> = model.manifest.signals.iter().map(|signal| signal.name.as_str()).collect();
    Ok(format!(
        "ok: {}: {:.1} MB, {} parameters, {:.1} ms a picture on one thread, {}",
        model.id(),
        model.onnx.len() as f64 / 1e6,
        model.graph.parameters,
        receipt.picture_ms,
        signals.join(", ")
    ))
}

/// A model as `list --json` prints it.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    version: &'a str,
    title: &'a str,
    licence: &'a str,
    shipped: bool,
    bytes: usize,
    parameters: u64,
    operators: &'a std::collections::BTreeMap<String, usize>,
    signals: Vec<&'a str>,
}

fn list(places: &[PathBuf], json: bool) -> Result<ExitCode, Failure> {
    let shipped = shipped_models().map_err(failure)?;
    let named = models_in(places).map_err(failure)?;
    let models = shipped.iter().map(|model| (model, true)).chain(named.iter().map(|model| (model, false)));
    let lines: Vec<Line<'_>> = models
        .map(|(model, shipped)| Line {
            id: model.id().to_string(),
            version: &model.version,
            title: &model.manifest.title,
            licence: &model.manifest.licence,
            shipped,
            bytes: model.onnx.len(),
            parameters: model.graph.parameters,
            operators: &model.graph.operators,
            signals: model.manifest.signals.iter().map(|signal| signal.name.as_str()).collect(),
        })
        .collect();
    let mut out = output::stdout();
    if json {
        for line in &lines {
            writeln!(out, "{}", serde_json::to_string(line).map_err(std::io::Error::from)?)?;
        }
    } else {
        let mut rows = vec![["model", "from", "licence", "MB", "answers", "signals"].map(str::to_owned).to_vec()];
        rows.extend(lines.iter().map(|line| {
            let from = if line.shipped { "shipped" } else { "named" };
            let size = format!("{:.1}", line.bytes as f64 / 1e6);
            vec![line.id.clone(), from.to_owned(), line.licence.to_owned(), size, line.title.to_owned(), line.signals.join(", ")]
        }));
        output::table(&mut out, &rows)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn bench(model: Option<&Path>, config: &ModelsConfig) -> Result<ExitCode, Failure> {
    let models = match model {
        Some(path) => vec![checked(path, config)?],
        None => shipped_models().map_err(failure)?,
    };
    if models.is_empty() {
        return Err(Failure::new("no model is built in").help("name a manifest"));
    }
    let runtime = runtime(config).map_err(failure)?;
    let mut out = output::stdout();
    for model in &models {
        let Comparison { lines, .. } = compare(&runtime, model, config.options.session, config.options.sessions).map_err(failure)?;
        writeln!(out, "{}", model.id())?;
        for line in lines {
            writeln!(out, "  {line}")?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A model that has been tried on this machine.
fn checked(manifest: &Path, config: &ModelsConfig) -> Result<Model, Failure> {
    let model = Model::open(manifest).map_err(failure)?;
    tried(&model, &library(config).map_err(failure)?).map_err(failure)?;
    Ok(model)
}

/// A picture as `run` prints it.
#[derive(Serialize)]
struct Picture {
    file: String,
    model: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signals: Vec<Signal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// One reading.
#[derive(Serialize)]
struct Signal {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
    /// Why the signal is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

fn measure(manifest: &Path, pictures: &[PathBuf], inputs: Option<&Path>, config: &ModelsConfig) -> Result<ExitCode, Failure> {
    let model = checked(manifest, config)?;
    let learned = Learned::load(&runtime(config).map_err(failure)?, &model, &config.options).map(Arc::new).map_err(failure)?;
    if let Some(folder) = inputs {
        std::fs::create_dir_all(folder).map_err(|error| Failure::io("make", folder, &error))?;
    }
    let found = find(pictures);
    let bar = output::progress(found.len(), "measuring");
    let mut out = output::stdout();
    let work = |found: &Found| picture(found, &learned, inputs);
    in_order(&found, work, |picture| {
        bar.inc(1);
        let line = serde_json::to_string(&picture).map_err(std::io::Error::from)?;
        bar.suspend(|| writeln!(out, "{line}")).map_err(Failure::from)
    })?;
    bar.finish_and_clear();
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn picture(found: &Found, learned: &Learned, inputs: Option<&Path>) -> Picture {
    let (signals, error) = match opened(found).and_then(|photo| {
        inputs.map_or(Ok(()), |folder| write_input(found, learned, &photo, folder))?;
        signals_of(learned, &photo)
    }) {
        Ok(signals) => (signals, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    Picture { file: found.path.to_string_lossy().into_owned(), model: learned.spec().id.to_string(), signals, error }
}

fn opened(found: &Found) -> Result<Photo, String> {
    if let Some(refused) = &found.refused {
        return Err(refused.message.clone());
    }
    let limits = Limits::default();
    let bytes = read(&found.path, limits.file_bytes).map_err(|error| error.message)?;
    open(&bytes, None, Needs::Pixels, &limits).map_err(|refusal| refusal.to_string())
}

fn write_input(found: &Found, learned: &Learned, photo: &Photo, folder: &Path) -> Result<(), String> {
    let shown = learned.input_picture(photo).map_err(|error| error.to_string())?;
    let name = found.path.file_stem().unwrap_or_default();
    let file = folder.join(name).with_extension("png");
    let (width, height) = (shown.width(), shown.height());
    image::save_buffer(&file, shown.rgb(), width, height, image::ColorType::Rgb8).map_err(|error| format!("{}: {error}", file.display()))
}

fn signals_of(learned: &Learned, photo: &Photo) -> Result<Vec<Signal>, String> {
    let measured =
        learned.detect(std::slice::from_ref(photo)).pop().unwrap_or_else(|| Ok(Vec::new())).map_err(|error| error.to_string())?;
    let signal = |measurement: vitrine_engine::Measurement| {
        let spec = learned.spec().signals.iter().find(|spec| spec.name.as_str() == measurement.signal);
        let fault = spec.and_then(|spec| spec.objection(&measurement.value));
        let value = fault.is_none().then_some(measurement.value);
        Signal { name: measurement.signal.into_owned(), value, region: measurement.region, fault }
    };
    Ok(measured.into_iter().map(signal).collect())
}
