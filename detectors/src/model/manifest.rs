//! The manifest: what a model is, what it is given, and which signals its outputs become. Every field is checked; every mistake is told
//! with its place.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use vitrine_engine::{SignalKind, SignalSpec};

use super::ModelError;
use super::graph::{FLOAT, Graph};
use super::steps::{Step, check};

/// Most rows of one batch.
pub const BATCH_MAX: usize = 32;
/// Longest side of an input, px.
const SIDE_MAX: u32 = 2048;

/// A model described.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Lower-case letters, digits and underscores: the first half of the detector's id.
    pub name: String,
    /// What it answers, in one line for people.
    pub title: String,
    /// The graph's file, beside the manifest.
    pub model: String,
    /// SHA-256 of that file, 64 hexadecimal digits.
    pub model_sha256: String,
    /// The licence of the weights, as an SPDX expression where there is one.
    pub licence: String,
    /// The card's file, beside the manifest: what it was trained on, measured figures, what it cannot see.
    pub card: String,
    /// What the graph is given.
    pub input: Input,
    /// What its outputs become.
    pub signals: Vec<SignalEntry>,
}

/// How a picture becomes the graph's input.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The graph's input.
    pub name: String,
    /// The order of its axes.
    pub layout: Layout,
    /// Its channels.
    pub color: Color,
    /// Width, px.
    pub width: u32,
    /// Height, px.
    pub height: u32,
    /// How the picture is made to fit.
    pub resize: Resize,
    /// The colour around it, red, green, blue, 0..255; with `letterbox`.
    #[serde(default = "black")]
    pub pad: [u8; 3],
    /// How pixels are averaged.
    #[serde(default)]
    pub filter: Filter,
    /// Taken from each value (0..255), by channel in the order of `color`.
    #[serde(default)]
    pub mean: Option<Vec<f32>>,
    /// What each value is then divided by.
    #[serde(default)]
    pub std: Option<Vec<f32>>,
    /// How many pictures at once.
    pub batch: Batch,
}

fn black() -> [u8; 3] {
    [0; 3]
}

/// The order of the axes behind the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Channels, rows, columns.
    Nchw,
    /// Rows, columns, channels.
    Nhwc,
}

/// The channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// Red, green, blue (sRGB).
    Rgb,
    /// Blue, green, red.
    Bgr,
    /// BT.601 luma.
    Luma,
}

impl Color {
    /// How many channels there are.
    pub fn channels(self) -> usize {
        if self == Self::Luma { 1 } else { 3 }
    }
}

/// How a picture is made to fit the input's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resize {
    /// Each side to the input's.
    Stretch,
    /// Whole, centred, with `pad` around it. Sides are rounded to nearest, halves up; an odd pixel of padding is at the right or below.
    Letterbox,
    /// The largest centred part of the input's proportions.
    Crop,
}

/// How pixels are averaged: convolutions whose support grows with the factor when shrinking, as Pillow's `resize` does them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Filter {
    /// Plain average of what falls on a pixel (Pillow: BOX).
    Box,
    /// Weights that fall off linearly (Pillow: BILINEAR).
    #[default]
    Triangle,
    /// Catmull-Rom (Pillow: BICUBIC).
    Cubic,
    /// Three lobes (Pillow: LANCZOS).
    Lanczos,
}

/// How many pictures the graph takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// Any number: the graph's batch axis has no fixed side.
    Dynamic,
    /// One: the graph's batch axis is fixed.
    One,
}

impl<'de> Deserialize<'de> for Batch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_yaml::Value::deserialize(deserializer)? {
            serde_yaml::Value::String(text) if text == "dynamic" => Ok(Self::Dynamic),
            serde_yaml::Value::Number(number) if number.as_u64() == Some(1) => Ok(Self::One),
            _ => Err(serde::de::Error::custom("`batch` is `dynamic` or 1")),
        }
    }
}

/// One signal and how its value comes about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalEntry {
    /// Its name in rules.
    pub name: String,
    /// The type of its values.
    pub kind: SignalType,
    /// The closed range of its values; one outside makes the signal missing.
    pub range: [f64; 2],
    /// `px`, `deg`, ...
    #[serde(default)]
    pub unit: Option<String>,
    /// What it means, which way is better, when it is missing.
    pub doc: String,
    /// The graph's output that it is made from.
    pub output: String,
    /// What is done to that output's share of one picture, one after another.
    #[serde(default)]
    pub steps: Vec<serde_yaml::Value>,
    /// What makes a probability of the number.
    #[serde(default)]
    pub calibration: Option<Calibration>,
    /// True: takes the place of another detector that measures the same signal. Without it, two for one signal are an error.
    #[serde(default)]
    pub supersedes: bool,
    /// True: speaks where the other detector of the same signal says nothing.
    #[serde(default)]
    pub completes: bool,
}

/// The type of a signal's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignalType {
    /// Any number of the range.
    Number,
    /// A whole one.
    Integer,
}

/// What makes a probability of a number, fitted on pictures that were held back.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Platt scaling: the logit of the number is multiplied by this.
    #[serde(default)]
    pub slope: Option<f64>,
    /// And then this is added, before it becomes a probability again.
    #[serde(default)]
    pub intercept: Option<f64>,
    /// Or: points of a broken line, rising in both coordinates; level beyond its ends.
    #[serde(default)]
    pub points: Option<Vec<[f64; 2]>>,
}

impl Manifest {
    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// The first mistake, with its line or its field.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let manifest: Self = serde_yaml::from_str(text).map_err(|error| ModelError::new("", error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The graph's outputs that signals are made from, in the order of their first mention.
    pub fn outputs(&self) -> Vec<String> {
        let mut outputs: Vec<String> = Vec::new();
        for signal in &self.signals {
            let others = signal.parsed_steps().unwrap_or_default().into_iter().filter_map(|step| match step {
                Step::Boxes { boxes, .. } => Some(boxes),
                _ => None,
            });
            for output in std::iter::once(signal.output.clone()).chain(others) {
                if !outputs.contains(&output) {
                    outputs.push(output);
                }
            }
        }
        outputs
    }

    fn check(&self) -> Result<(), ModelError> {
        let require = |holds: bool, place: &str, message: &str| if holds { Ok(()) } else { Err(ModelError::new(place, message)) };
        require(is_name(&self.name), "name", "write lower-case letters, digits and underscores, beginning with a letter, 64 at most")?;
        require(!self.title.trim().is_empty(), "title", "say in one line what the model answers")?;
        require(
            is_file_name(&self.model) && self.model.ends_with(".onnx"),
            "model",
            "name a file beside the manifest that ends in `.onnx`",
        )?;
        let digits = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        require(digits(&self.model_sha256), "model_sha256", "write the SHA-256 of the `.onnx` file as 64 lower-case hexadecimal digits")?;
        require(!self.licence.trim().is_empty(), "licence", "name the licence of the weights")?;
        require(is_file_name(&self.card), "card", "name the card's file beside the manifest")?;
        self.input.check()?;
        require(!self.signals.is_empty(), "signals", "a model has at least one signal")?;
        require(self.signals.len() <= 100, "signals", "a model has at most 100 signals")?;
        let mut names = BTreeSet::new();
        for (index, signal) in self.signals.iter().enumerate() {
            let place = format!("signals[{index}]");
            require(names.insert(&signal.name), &format!("{place}.name"), "the signal is there already")?;
            signal.check().map_err(|error| error.within(&place).joined())?;
        }
        Ok(())
    }

    /// Whether the graph takes what the manifest gives, and gives what it takes.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn fits(&self, graph: &Graph) -> Result<(), ModelError> {
        let input = &self.input;
        let names = |ports: &[super::graph::Port]| ports.iter().map(|port| format!("`{}`", port.name)).collect::<Vec<_>>().join(", ");
        let Some(port) = graph.inputs.iter().find(|port| port.name == input.name) else {
            return Err(ModelError::new("input.name", format!("the graph has no input `{}`; it has {}", input.name, names(&graph.inputs))));
        };
        if graph.inputs.len() > 1 {
            return Err(ModelError::new("input", format!("the graph asks for {}; only one input can be given", names(&graph.inputs))));
        }
        if port.element != FLOAT {
            return Err(ModelError::new("input.name", format!("the graph's input `{}` does not take float32", input.name)));
        }
        let (channels, height, width) = (input.color.channels() as u64, u64::from(input.height), u64::from(input.width));
        let sides = match input.layout {
            Layout::Nchw => [channels, height, width],
            Layout::Nhwc => [height, width, channels],
        };
        let fits = port.shape.len() == 4 && port.shape[1..].iter().zip(sides).all(|(side, wanted)| side.is_none_or(|side| side == wanted));
        if !fits {
            let message = format!("the graph's input is {}, which {sides:?} behind the batch do not fit", shape_text(&port.shape));
            return Err(ModelError::new("input", message));
        }
        match (input.batch, port.shape[0]) {
            (Batch::Dynamic, Some(side)) => Err(ModelError::new(
                "input.batch",
                format!("the graph's batch axis is fixed at {side}; write `batch: 1` or export it with a free one"),
            )),
            (Batch::One, Some(side)) if side != 1 => {
                Err(ModelError::new("input.batch", format!("the graph's batch axis is fixed at {side}")))
            }
            _ => Ok(()),
        }?;
        for (index, signal) in self.signals.iter().enumerate() {
            let wanted = signal.parsed_steps()?.into_iter().filter_map(|step| match step {
                Step::Boxes { boxes, .. } => Some(boxes),
                _ => None,
            });
            for name in std::iter::once(signal.output.clone()).chain(wanted) {
                let place = format!("signals[{index}].output");
                let Some(port) = graph.outputs.iter().find(|port| port.name == name) else {
                    return Err(ModelError::new(place, format!("the graph has no output `{name}`; it has {}", names(&graph.outputs))));
                };
                if port.element != FLOAT {
                    return Err(ModelError::new(place, format!("the graph's output `{name}` is not float32")));
                }
            }
        }
        Ok(())
    }
}

fn shape_text(shape: &[Option<u64>]) -> String {
    let sides: Vec<String> = shape.iter().map(|side| side.map_or("?".to_owned(), |side| side.to_string())).collect();
    format!("[{}]", sides.join(", "))
}

impl Input {
    fn check(&self) -> Result<(), ModelError> {
        let require =
            |holds: bool, field: &str, message: &str| if holds { Ok(()) } else { Err(ModelError::new(format!("input.{field}"), message)) };
        require(!self.name.is_empty() && self.name.len() <= 256, "name", "name the graph's input")?;
        require((1..=SIDE_MAX).contains(&self.width), "width", "1 to 2048 px")?;
        require((1..=SIDE_MAX).contains(&self.height), "height", "1 to 2048 px")?;
        let channels = self.color.channels();
        let fits = |values: &Option<Vec<f32>>| {
            values.as_ref().is_none_or(|values| values.len() == channels && values.iter().all(|value| value.is_finite()))
        };
        require(fits(&self.mean), "mean", "write one finite number for each channel")?;
        require(fits(&self.std), "std", "write one finite number for each channel")?;
        require(self.std.iter().flatten().all(|value| *value > 0.0), "std", "must be over 0: values are divided by it")
    }
}

impl SignalEntry {
    /// The steps, each understood.
    ///
    /// # Errors
    /// The first that is not.
    pub fn parsed_steps(&self) -> Result<Vec<Step>, ModelError> {
        let parse = |(index, step)| Step::parse(step).map_err(|message| ModelError::new(format!("steps[{index}]"), message));
        self.steps.iter().enumerate().map(parse).collect()
    }

    /// What the vocabulary says of it.
    pub fn spec(&self) -> SignalSpec {
        SignalSpec {
            name: self.name.as_str().into(),
            kind: match self.kind {
                SignalType::Number => SignalKind::Number,
                SignalType::Integer => SignalKind::Integer,
            },
            unit: self.unit.clone().map(Into::into),
            range: Some((self.range[0], self.range[1])),
            values: Vec::new(),
            doc: self.doc.clone().into(),
        }
    }

    fn check(&self) -> Result<(), ModelError> {
        let require = |holds: bool, field: &str, message: &str| if holds { Ok(()) } else { Err(ModelError::new(field, message)) };
        require(is_name(&self.name), "name", "write lower-case letters, digits and underscores, beginning with a letter, 64 at most")?;
        let [low, high] = self.range;
        require(low.is_finite() && high.is_finite() && low < high, "range", "write two finite numbers, the smaller first")?;
        require(!self.doc.trim().is_empty(), "doc", "say what it means, which way is better, and when it is missing")?;
        require(!self.output.is_empty(), "output", "name an output of the graph")?;
        require(!(self.supersedes && self.completes), "completes", "a signal supersedes another detector's or completes it, not both")?;
        require(self.steps.len() <= 16, "steps", "16 steps are enough")?;
        check(&self.parsed_steps()?).map_err(|(index, message)| ModelError::new(format!("steps[{index}]"), message))?;
        self.calibration.as_ref().map_or(Ok(()), Calibration::check).map_err(|message| ModelError::new("calibration", message))
    }
}

impl Calibration {
    fn check(&self) -> Result<(), String> {
        match (self.slope, self.intercept, &self.points) {
            (Some(slope), intercept, None) if slope.is_finite() && slope > 0.0 && intercept.is_none_or(f64::is_finite) => Ok(()),
            (None, None, Some(points)) => {
                let rising = points.len() >= 2 && points.windows(2).all(|pair| pair[0][0] < pair[1][0] && pair[0][1] <= pair[1][1]);
                if rising && points.iter().flatten().all(|value| value.is_finite()) {
                    Ok(())
                } else {
                    Err("points have to rise, and to be two or more".into())
                }
            }
            _ => Err("write `slope` (over 0) and `intercept`, or `points`".into()),
        }
    }

    /// The calibrated number.
    pub fn apply(&self, number: f64) -> f64 {
        if let Some(points) = &self.points {
            return along(points, number);
        }
        let slope = self.slope.unwrap_or(1.0);
        let probability = number.clamp(1e-9, 1.0 - 1e-9);
        let logit = (probability / (1.0 - probability)).ln();
        1.0 / (1.0 + (-slope.mul_add(logit, self.intercept.unwrap_or(0.0))).exp())
    }
}

fn along(points: &[[f64; 2]], x: f64) -> f64 {
    let after = points.partition_point(|point| point[0] < x);
    match (after.checked_sub(1).and_then(|before| points.get(before)), points.get(after)) {
        (Some(a), Some(b)) => a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]),
        (Some(end), None) | (None, Some(end)) => end[1],
        (None, None) => x,
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A file in the same folder: nothing that leads out of it.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && name.len() <= 255 && !name.contains(['/', '\\', '\0'])
}

impl ModelError {
    /// `signals[0]: steps[1]` reads better as one path.
    fn joined(self) -> Self {
        Self { place: self.place.replacen(": ", ".", 1), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_scales_the_logit_or_follows_the_broken_line() {
        let platt = Calibration { slope: Some(1.0), intercept: Some(0.0), points: None };
        assert!([0.01, 0.5, 0.99].iter().all(|number| (platt.apply(*number) - number).abs() < 1e-9));
        let steep = Calibration { slope: Some(2.0), intercept: Some(1.0), points: None };
        assert!((steep.apply(0.5) - 1.0 / (1.0 + (-1.0f64).exp())).abs() < 1e-9);
        assert!(steep.apply(0.0) >= 0.0 && steep.apply(1.0) <= 1.0);
        let line = Calibration { slope: None, intercept: None, points: Some(vec![[0.0, 0.0], [0.5, 0.1], [1.0, 0.9]]) };
        assert!([(-1.0, 0.0), (0.25, 0.05), (0.5, 0.1), (0.75, 0.5), (2.0, 0.9)].iter().all(|(x, y)| (line.apply(*x) - y).abs() < 1e-9));
    }
}
