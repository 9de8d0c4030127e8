//! First runs of a model that nobody has tried yet: in a process of its own, with limits on memory and time, that is thrown away
//! afterwards. Whatever the model makes the runtime do there, this process goes on.
//!
//! The parent calls [`try_out`] with a command that ends in [`child`]; the model travels by standard input, the result comes back as one
//! line of JSON. A model that passed gets a receipt, so that it is tried once on a machine.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};
use vitrine_engine::Pixels;

use super::{MODEL_BYTES_MAX, Model, ModelError, Preprocess, Readout};
use crate::onnx::{self, Runtime, Session, SessionOptions, Tensor};

/// What a trial may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialLimits {
    /// Memory beside what the process has when it starts, bytes.
    pub memory_bytes: u64,
    /// Time, s: of the processor, and by the clock.
    pub seconds: u64,
}

impl Default for TrialLimits {
    fn default() -> Self {
        Self { memory_bytes: 2 << 30, seconds: 30 }
    }
}

/// What a trial found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The model's version.
    pub version: String,
    /// The runtime that it was tried with.
    pub runtime: String,
    /// Time of one picture on one thread, ms, the best of a few.
    pub picture_ms: f64,
    /// Largest difference between a picture alone and the same in a batch; 0 where batches are of one.
    pub batch_difference: f64,
}

/// What a batch may differ from single pictures.
const BATCH_DIFFERENCE_MAX: f64 = 1e-4;
/// What the child's line begins with: other output may stand before it.
const MARK: &str = "vitrine-trial ";

/// Tries a model in a new process. `command` has to end in [`child`]; its environment is emptied, but for the library's place.
///
/// # Errors
/// What is wrong with the model: what the child says, or how it ended.
pub fn try_out(mut command: Command, library: &Path, model: &Model, limits: TrialLimits) -> Result<Receipt, ModelError> {
    let failed = |message: String| ModelError::new(format!("{}: trial", model.manifest.name), message);
    command.env_clear().env("ORT_DYLIB_PATH", library).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| failed(format!("its process cannot be started: {error}")))?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            // A child that ends early closes the pipe; how it ended is told below.
            let _ = input.map_or(Ok(()), |input| send(input, model, limits));
        });
        let reader = scope.spawn(|| {
            let mut text = String::new();
            // A child that says too much, or no text, has not said the line.
            let _ = output.map(|output| output.take(1 << 20).read_to_string(&mut text));
            text
        });
        let end = Instant::now() + Duration::from_secs(limits.seconds);
        let status = loop {
            match child.try_wait() {
                Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
                Ok(None) => {
                    // It may have ended just now; then there is nothing to end.
                    let _ = child.kill();
                    let _ = child.wait();
                    break Err(format!("it was not done after {} s", limits.seconds));
                }
                Ok(Some(status)) => break Ok(status),
                Err(error) => break Err(error.to_string()),
            }
        };
        (status, reader.join().unwrap_or_default())
    });
    let (status, text) = answer;
    let status = status.map_err(failed)?;
    let line = text.lines().rev().find_map(|line| line.split_once(MARK)).map(|(_, line)| line);
    match line.and_then(|line| serde_json::from_str::<Report>(line).ok()) {
        Some(Report::Passed(receipt)) => Ok(receipt),
        Some(Report::Refused { place, message }) => Err(ModelError { place, message }),
        None => Err(failed(format!(
            "its process broke off ({status}): the model asks for more than {} MiB of memory or {} s, or it breaks the runtime",
            limits.memory_bytes >> 20,
            limits.seconds
        ))),
    }
}

#[derive(Serialize, Deserialize)]
enum Report {
    Passed(Receipt),
    Refused { place: String, message: String },
}

/// The child's whole life: takes the model from standard input under its limits, tries it, prints the result.
///
/// # Errors
/// When standard output cannot be written.
pub fn child() -> std::io::Result<()> {
    let report = match receive().and_then(|(model, _)| tried(&model)) {
        Ok(receipt) => Report::Passed(receipt),
        Err(ModelError { place, message }) => Report::Refused { place, message },
    };
    let line = serde_json::to_string(&report).map_err(std::io::Error::from)?;
    // The line must not run into what others have begun to print.
    writeln!(std::io::stdout().lock(), "\n{MARK}{line}")
}

fn send(mut input: impl Write, model: &Model, limits: TrialLimits) -> std::io::Result<()> {
    let manifest = model.manifest_text().as_bytes();
    for number in [limits.memory_bytes, limits.seconds, manifest.len() as u64, model.onnx.len() as u64] {
        input.write_all(&number.to_le_bytes())?;
    }
    input.write_all(manifest)?;
    input.write_all(&model.onnx)
}

fn receive() -> Result<(Model, TrialLimits), ModelError> {
    let failed = |error: std::io::Error| ModelError::new("trial", error.to_string());
    let mut input = std::io::stdin().lock();
    let mut numbers = [0u64; 4];
    for number in &mut numbers {
        let mut bytes = [0; 8];
        input.read_exact(&mut bytes).map_err(failed)?;
        *number = u64::from_le_bytes(bytes);
    }
    let [memory_bytes, seconds, manifest_len, onnx_len] = numbers;
    let limits = TrialLimits { memory_bytes, seconds };
    limit(limits).map_err(failed)?;
    let mut bytes = Vec::new();
    input.take((manifest_len + onnx_len).min(2 * MODEL_BYTES_MAX)).read_to_end(&mut bytes).map_err(failed)?;
    let (manifest, onnx) = usize::try_from(manifest_len).ok().and_then(|at| bytes.split_at_checked(at)).unwrap_or_default();
    let manifest = std::str::from_utf8(manifest).map_err(|error| ModelError::new("trial", error.to_string()))?;
    Model::read("manifest", manifest, onnx).map(|model| (model, limits))
}

/// From here on this process may have no more than this.
fn limit(limits: TrialLimits) -> std::io::Result<()> {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let mapped = statm.split(' ').next().and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * rustix::param::page_size() as u64;
    for (resource, most) in [
        (Resource::As, mapped + limits.memory_bytes),
        (Resource::Cpu, limits.seconds),
        (Resource::Core, 0),
        // The runtime keeps a small file for itself; there is nothing more to write.
        (Resource::Fsize, 1 << 20),
    ] {
        let hard = getrlimit(resource).maximum;
        let most = hard.map_or(most, |hard| hard.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Loads and runs a model: pictures alone and in a batch, and every signal read out.
///
/// # Errors
/// What does not hold.
pub fn tried(model: &Model) -> Result<Receipt, ModelError> {
    let failed = |message: String| ModelError::new(&model.manifest.model, message);
    let runtime = Runtime::load(None).map_err(|error| failed(error.to_string()))?;
    let mut session =
        Session::new(&runtime, &model.onnx, model.io(), SessionOptions::default()).map_err(|error| failed(error.to_string()))?;
    let (preprocess, readout) = (Preprocess::new(&model.manifest.input), Readout::new(&model.manifest)?);
    let mut rows = Vec::new();
    for kind in 0..3 {
        let mut row = vec![0.0; preprocess.row_len()];
        let geometry = drawn(kind).and_then(|pixels| preprocess.write(&pixels, &mut row)).map_err(failed)?;
        rows.push((row, geometry));
    }
    let mut picture = Duration::MAX;
    let mut alone: Vec<Vec<Tensor>> = Vec::new();
    for (row, geometry) in &rows {
        let ran = session.run(&[row]).map_err(|error| failed(error.to_string()))?;
        picture = picture.min(ran.infer);
        let Some(share) = ran.rows.into_iter().next() else { return Err(failed("a run gave nothing".into())) };
        let values = readout.read(&share, geometry).map_err(failed)?;
        for (signal, value) in model.manifest.signals.iter().zip(values) {
            let objection = value.and_then(|value| signal.spec().objection(&value.number.into()));
            if let Some(objection) = objection {
                return Err(failed(format!("the signal `{}` of a plain picture: {objection}", signal.name)));
            }
        }
        alone.push(share);
    }
    let mut difference = 0.0f64;
    if session.io().batch_max > 1 {
        let batch: Vec<&[f32]> = rows.iter().map(|(row, _)| row.as_slice()).collect();
        let ran = session.run(&batch).map_err(|error| failed(format!("as a batch: {error}")))?;
        for (single, batched) in alone.iter().flatten().zip(ran.rows.iter().flatten()) {
            if single.shape != batched.shape {
                return Err(failed("a picture's outputs have another shape in a batch than alone".into()));
            }
            let differences =
                single.values.iter().zip(&batched.values).map(|(a, b)| f64::from((a - b).abs()) / f64::from(a.abs().max(1.0)));
            difference = differences.fold(difference, f64::max);
        }
    }
    if difference > BATCH_DIFFERENCE_MAX {
        return Err(failed(format!("a picture alone and in a batch differ by {difference:.6}; {BATCH_DIFFERENCE_MAX} is allowed")));
    }
    let picture_ms = (picture.as_secs_f64() * 1e6).round() / 1e3;
    Ok(Receipt { version: model.version.clone(), runtime: onnx::VERSION.to_owned(), picture_ms, batch_difference: difference })
}

/// A flat grey picture, a shape on white, and noise.
fn drawn(kind: u32) -> Result<Pixels, String> {
    const SIDE: u32 = 96;
    let mut seed = 0x2545_F491u32;
    let mut noise = || {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        (seed >> 8) as u8
    };
    let mut rgb = Vec::with_capacity(SIDE as usize * SIDE as usize * 3);
    for (y, x) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (y, x))) {
        let inside = (24..72).contains(&x) && (30..66).contains(&y);
        rgb.extend(match kind {
            0 => [128; 3],
            1 if inside => [180, 60, (2 * x) as u8],
            1 => [255; 3],
            _ => [noise(), noise(), noise()],
        });
    }
    Pixels::new(SIDE, SIDE, rgb).map_err(|error| error.to_string())
}

/// Where receipts of passed trials lie.
#[derive(Debug, Clone)]
pub struct Receipts(PathBuf);

impl Receipts {
    /// In a folder, which is made when the first one is put there.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The receipt of a model for this build's runtime.
    pub fn find(&self, model: &Model) -> Option<Receipt> {
        let receipt: Receipt = serde_json::from_slice(&std::fs::read(self.file(model)).ok()?).ok()?;
        (receipt.version == model.version && receipt.runtime == onnx::VERSION).then_some(receipt)
    }

    /// Keeps a receipt.
    ///
    /// # Errors
    /// When it cannot be written: then the model is tried again the next time.
    pub fn keep(&self, model: &Model, receipt: &Receipt) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.0)?;
        std::fs::write(self.file(model), serde_json::to_vec(receipt)?)
    }

    fn file(&self, model: &Model) -> PathBuf {
        self.0.join(format!("{}.json", model.version))
    }
}
