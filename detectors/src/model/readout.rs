//! From a graph's outputs for one picture to signal values.

use vitrine_engine::Region;

use super::ModelError;
use super::manifest::{Calibration, Manifest};
use super::preprocess::Geometry;
use super::steps::{Flow, Step, apply};
use crate::onnx::Tensor;

/// The steps of all signals, ready to be carried out.
#[derive(Debug, Clone)]
pub struct Readout {
    outputs: Vec<String>,
    signals: Vec<Recipe>,
}

#[derive(Debug, Clone)]
struct Recipe {
    output: usize,
    steps: Vec<Step>,
    calibration: Option<Calibration>,
}

/// A signal's value for one picture. Not a number where the model gave none that is finite: then the signal is missing, with a fault.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The value, rounded to 1e-5.
    pub number: f64,
    /// The place that it comes from.
    pub region: Option<Region>,
}

impl Readout {
    /// For a checked manifest.
    ///
    /// # Errors
    /// When a step cannot be read.
    pub fn new(manifest: &Manifest) -> Result<Self, ModelError> {
        let outputs = manifest.outputs();
        let recipe = |signal: &super::SignalEntry| {
            let output = outputs.iter().position(|output| *output == signal.output).unwrap_or(0);
            Ok(Recipe { output, steps: signal.parsed_steps()?, calibration: signal.calibration.clone() })
        };
        let signals = manifest.signals.iter().map(recipe).collect::<Result<_, ModelError>>()?;
        Ok(Self { outputs, signals })
    }

    /// The values of all signals, in the manifest's order; `None` = this picture has no such value.
    ///
    /// # Errors
    /// When an output has a shape that a step cannot work on.
    pub fn read(&self, row: &[Tensor], geometry: &Geometry) -> Result<Vec<Option<Value>>, String> {
        self.signals.iter().map(|recipe| self.value(recipe, row, geometry)).collect()
    }

    fn value(&self, recipe: &Recipe, row: &[Tensor], geometry: &Geometry) -> Result<Option<Value>, String> {
        let output = |name: &str| self.outputs.iter().position(|output| output == name).and_then(|index| row.get(index));
        let tensor = row.get(recipe.output).ok_or("an output is missing")?;
        if tensor.values.iter().any(|value| !value.is_finite()) {
            return Ok(Some(Value { number: f64::NAN, region: None }));
        }
        let mut flow = Flow::Tensor(tensor.clone());
        for step in &recipe.steps {
            flow = apply(step, flow, geometry, output)?;
        }
        let (number, region) = match flow {
            Flow::Number(number, region) => (number, region),
            Flow::Tensor(Tensor { values, shape }) => match values.as_slice() {
                [value] => (Some(f64::from(*value)), None),
                _ => return Err(format!("the steps leave {shape:?} numbers where one is needed")),
            },
            Flow::Mask(_) | Flow::Boxes(_) => return Err("the steps leave no number".into()),
        };
        let calibrated = number.map(|number| recipe.calibration.as_ref().map_or(number, |calibration| calibration.apply(number)));
        Ok(calibrated.map(|number| Value { number: (number * 1e5).round() / 1e5, region }))
    }
}
