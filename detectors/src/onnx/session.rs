//! A session: one loaded model that runs rows of numbers, many at once. Owned by one thread at a time (`&mut self`).

use std::time::{Duration, Instant};

use ort::ep::{CUDA, ExecutionProviderDispatch, TensorRT};
use ort::session::SessionOutputs;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::value::TensorRef;

use super::pinned::Pinned;
use super::{OnnxError, Runtime};

/// What runs the model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Provider {
    /// The processor.
    #[default]
    Cpu,
    /// An NVIDIA device, by its number.
    Cuda(i32),
    /// The same through TensorRT, with CUDA for what TensorRT leaves.
    TensorRt(i32),
}

impl Provider {
    /// Its name in settings and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda(_) => "cuda",
            Self::TensorRt(_) => "tensorrt",
        }
    }

    /// By its name in settings.
    pub fn parse(name: &str, device: i32) -> Option<Self> {
        [Self::Cpu, Self::Cuda(device), Self::TensorRt(device)].into_iter().find(|provider| provider.as_str() == name)
    }
}

/// How a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionOptions {
    /// What runs it. One that cannot start is an error, never a reason to take another.
    pub provider: Provider,
    /// Threads of one run on the processor; they never spin.
    pub threads: usize,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { provider: Provider::Cpu, threads: 1 }
    }
}

/// What goes in and what comes out, by the names of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Io {
    /// The graph's input.
    pub input: String,
    /// The shape of one row of it, without the batch axis.
    pub row: Vec<usize>,
    /// Most rows of one run; 1 where the graph's batch axis is fixed.
    pub batch_max: usize,
    /// The graph's outputs that are wanted.
    pub outputs: Vec<String>,
}

impl Io {
    /// Numbers of one row.
    pub fn row_len(&self) -> usize {
        self.row.iter().product()
    }

    pub(super) fn shape(&self, rows: usize) -> Vec<i64> {
        std::iter::once(rows).chain(self.row.iter().copied()).map(|side| side as i64).collect()
    }
}

/// One row of one output.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Its shape, without the batch axis.
    pub shape: Vec<usize>,
    /// Its numbers, last axis fastest.
    pub values: Vec<f32>,
}

/// A finished run.
#[derive(Debug)]
pub struct Ran {
    /// For every row, in order, its share of every wanted output, in order.
    pub rows: Vec<Vec<Tensor>>,
    /// Time of gathering rows and handing outputs out.
    pub copy: Duration,
    /// Time of the run itself.
    pub infer: Duration,
}

/// A loaded model.
#[derive(Debug)]
pub struct Session {
    session: ort::session::Session,
    io: Io,
    /// Rows of a batch, one after another; used where the memory is the processor's.
    staging: Vec<f32>,
    /// The same in memory that a device reads directly.
    pinned: Option<Pinned>,
}

impl Session {
    /// Loads a model that was inspected before, from its bytes, and runs it once at every batch size that it has to know.
    ///
    /// # Errors
    /// When the provider cannot start, or the runtime refuses the model.
    pub fn new(runtime: &Runtime, onnx: &[u8], io: Io, options: SessionOptions) -> Result<Self, OnnxError> {
        let mut builder = builder(runtime, options.threads).map_err(OnnxError::Model)?;
        if options.provider != Provider::Cpu {
            let failed =
                |error: ort::Error<SessionBuilder>| OnnxError::Provider { provider: options.provider.as_str(), reason: error.to_string() };
            builder = builder.with_execution_providers(dispatches(options.provider, &io)).map_err(failed)?;
        }
        let session = builder.commit_from_memory(onnx).map_err(|error| OnnxError::Model(error.to_string()))?;
        let missing = io.outputs.iter().find(|name| session.outputs().iter().all(|output| output.name() != *name));
        if let Some(name) = missing {
            return Err(OnnxError::Model(format!("it has no output `{name}`")));
        }
        let mut session = Self { session, io, staging: Vec::new(), pinned: None };
        if let Provider::Cuda(device) | Provider::TensorRt(device) = options.provider {
            let pinned = Pinned::new(&mut session.session, &session.io, device);
            session.pinned = Some(pinned.map_err(|error| OnnxError::Run(error.to_string()))?);
        }
        Ok(session)
    }

    /// What goes in and out.
    pub fn io(&self) -> &Io {
        &self.io
    }

    /// Runs rows, each [`Io::row_len`] numbers long, at most [`Io::batch_max`] of them.
    ///
    /// # Errors
    /// When the runtime fails, or an output is no row of floats for each row that went in.
    pub fn run(&mut self, rows: &[&[f32]]) -> Result<Ran, OnnxError> {
        let row_len = self.io.row_len();
        if rows.is_empty() || rows.len() > self.io.batch_max || rows.iter().any(|row| row.len() != row_len) {
            return Err(OnnxError::Run(format!("a batch is 1 to {} rows of {row_len} numbers", self.io.batch_max)));
        }
        let failed = |error: ort::Error| OnnxError::Run(error.to_string());
        let start = Instant::now();
        if let Some(pinned) = &mut self.pinned {
            let bucket = pinned.bucket(rows.len());
            let binding = bucket.fill(&self.io, rows).map_err(failed)?;
            let filled = Instant::now();
            let outputs = self.session.run_binding(binding).map_err(failed)?;
            return split(&self.io, &outputs, rows.len(), start, filled);
        }
        let batch = match rows {
            // A single row runs from where it lies.
            [row] => *row,
            rows => {
                self.staging.clear();
                rows.iter().for_each(|row| self.staging.extend_from_slice(row));
                &self.staging
            }
        };
        let input = TensorRef::from_array_view((self.io.shape(rows.len()), batch)).map_err(failed)?;
        let filled = Instant::now();
        let outputs = self.session.run(ort::inputs![self.io.input.as_str() => input]).map_err(failed)?;
        split(&self.io, &outputs, rows.len(), start, filled)
    }
}

fn builder(runtime: &Runtime, threads: usize) -> Result<SessionBuilder, String> {
    let said = |error: ort::Error<SessionBuilder>| error.to_string();
    ort::session::Session::builder(&runtime.environment)
        .map_err(|error| error.to_string())?
        .with_optimization_level(GraphOptimizationLevel::All)
        .map_err(said)?
        .with_intra_threads(threads.max(1))
        .map_err(said)?
        .with_inter_threads(1)
        .map_err(said)?
        .with_intra_op_spinning(false)
        .map_err(said)?
        .with_inter_op_spinning(false)
        .map_err(said)
}

fn dispatches(provider: Provider, io: &Io) -> Vec<ExecutionProviderDispatch> {
    let cuda = |device| CUDA::default().with_device_id(device).build().error_on_failure();
    match provider {
        Provider::Cpu => Vec::new(),
        Provider::Cuda(device) => vec![cuda(device)],
        Provider::TensorRt(device) => {
            let row: Vec<String> = io.row.iter().map(ToString::to_string).collect();
            let shapes = |rows: usize| format!("{}:{rows}x{}", io.input, row.join("x"));
            let tensorrt = TensorRT::default()
                .with_device_id(device)
                .with_profile_min_shapes(shapes(1))
                .with_profile_opt_shapes(shapes(io.batch_max.min(8)))
                .with_profile_max_shapes(shapes(io.batch_max));
            vec![tensorrt.build().error_on_failure(), cuda(device)]
        }
    }
}

/// Hands each row its share of the outputs. More rows than went in fill up a bucket and are left out.
fn split(io: &Io, outputs: &SessionOutputs<'_>, rows: usize, start: Instant, filled: Instant) -> Result<Ran, OnnxError> {
    let ran = Instant::now();
    let mut shares: Vec<Vec<Tensor>> = (0..rows).map(|_| Vec::with_capacity(io.outputs.len())).collect();
    for name in &io.outputs {
        let wrong = |what: String| OnnxError::Run(format!("the output `{name}` {what}"));
        let output = outputs.get(name).ok_or_else(|| wrong("is missing".into()))?;
        let (shape, values) = output.try_extract_tensor::<f32>().map_err(|error| wrong(format!("is no tensor of floats: {error}")))?;
        let Some((batch, row)) = shape.split_first() else { return Err(wrong("has no batch axis".into())) };
        let row: Vec<usize> = row.iter().map(|side| usize::try_from(*side).unwrap_or(0)).collect();
        let row_len: usize = row.iter().product();
        if usize::try_from(*batch).is_ok_and(|batch| batch < rows) || values.len() < rows * row_len {
            return Err(wrong(format!("has {batch} rows where {rows} went in")));
        }
        for (index, share) in shares.iter_mut().enumerate() {
            share.push(Tensor { shape: row.clone(), values: values[index * row_len..][..row_len].to_vec() });
        }
    }
    let copy = filled.duration_since(start) + ran.elapsed();
    Ok(Ran { rows: shares, copy, infer: ran.duration_since(filled) })
}
