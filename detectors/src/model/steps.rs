//! The steps from a graph's output to a signal's value: a closed list of named ones, each fed by the one before. Which step may follow
//! which is checked when the manifest is read; shapes that the manifest cannot tell are checked on every picture.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_yaml::Value;
use vitrine_engine::Region;

use super::mask::Mask;
use super::preprocess::Geometry;
use crate::onnx::Tensor;

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Chooses one place along an axis, the last one where none is named.
    Index {
        /// The axis, the batch not counted.
        axis: Option<usize>,
        /// The place.
        at: usize,
    },
    /// The logistic function of every number.
    Sigmoid,
    /// Softmax along an axis, the last one where none is named.
    Softmax {
        /// The axis, the batch not counted.
        axis: Option<usize>,
    },
    /// The largest number: along an axis, or of all; of boxes, the best score, 0 where there is none.
    Max {
        /// The axis, the batch not counted; all numbers where none is named.
        axis: Option<usize>,
    },
    /// The mean: along an axis, or of all.
    Mean {
        /// The axis, the batch not counted; all numbers where none is named.
        axis: Option<usize>,
    },
    /// A map becomes a mask: what is over the threshold.
    Threshold(f32),
    /// Drops the parts of a mask that are smaller than this share of its largest part.
    Clean(f64),
    /// Share of the picture: of a mask's cells, or under boxes.
    Area,
    /// Cells of a G x G grid over the picture that a mask touches.
    Cells {
        /// G.
        grid: usize,
        /// A cell counts when more than this share of it is in the mask.
        share: f64,
    },
    /// Area of the box round a mask, as a share of the picture.
    FillBox,
    /// The larger of the shares of that box's sides.
    FillSide,
    /// Distance from that box's centre to the picture's, over half the diagonal. Missing where the mask is empty.
    CenterOffset,
    /// Share of a mask's outline that lies on the picture's edge.
    EdgeContact,
    /// Number of a mask's parts, those left out that are smaller than this share of the largest.
    Components(f64),
    /// Scores become boxes: those over the score threshold, without those that overlap a better one too much.
    Boxes {
        /// The output with the boxes, as shares of the input's sides: [boxes, 4].
        boxes: String,
        /// The order of their numbers.
        format: BoxFormat,
        /// Least score.
        score_threshold: f32,
        /// Most overlap with a better box, as intersection over union.
        iou_threshold: f32,
    },
    /// Number of boxes.
    Count,
}

/// The order of a box's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BoxFormat {
    /// Left, top, right, bottom.
    Xyxy,
    /// Centre across, centre down, width, height.
    Cxcywh,
}

/// What goes from step to step.
#[derive(Debug, Clone)]
pub enum Flow {
    /// Numbers.
    Tensor(Tensor),
    /// Marked cells of the picture.
    Mask(Mask),
    /// Boxes, best first, as shares of the picture.
    Boxes(Vec<Scored>),
    /// The value and the place that it comes from.
    Number(Option<f64>, Option<Region>),
}

/// A box: left, top, right, bottom, and its score.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    sides: [f64; 4],
    score: f64,
}

impl Step {
    /// A step as it is written: its name, or its name and what it is told.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(written: &Value) -> Result<Self, String> {
        let (name, told) = match written {
            Value::String(name) => (name.as_str(), &Value::Null),
            Value::Mapping(mapping) if mapping.len() == 1 => match mapping.iter().next() {
                Some((Value::String(name), told)) => (name.as_str(), told),
                _ => return Err("write a step as its name, or as `name: what it is told`".into()),
            },
            _ => return Err("write a step as its name, or as `name: what it is told`".into()),
        };
        match name {
            "index" => match told.as_u64() {
                Some(at) => Ok(Self::Index { axis: None, at: at as usize }),
                None => argument::<At>(name, told).map(|At { axis, at }| Self::Index { axis, at }),
            },
            "sigmoid" => nothing(name, told, Self::Sigmoid),
            "softmax" => axis(name, told).map(|axis| Self::Softmax { axis }),
            "max" => axis(name, told).map(|axis| Self::Max { axis }),
            "mean" => axis(name, told).map(|axis| Self::Mean { axis }),
            "threshold" => argument(name, told).map(Self::Threshold),
            "clean" => share(name, told, None).map(Self::Clean),
            "area" => nothing(name, told, Self::Area),
            "cells" => {
                let cells = match told.as_u64() {
                    Some(grid) => Cells { grid: grid as usize, share: 0.0 },
                    None => argument::<Cells>(name, told)?,
                };
                let right = (1..=100).contains(&cells.grid) && (0.0..1.0).contains(&cells.share);
                if right {
                    Ok(Self::Cells { grid: cells.grid, share: cells.share })
                } else {
                    Err("`cells`: the grid is 1 to 100, the share 0 to 1".into())
                }
            }
            "fill_box" => nothing(name, told, Self::FillBox),
            "fill_side" => nothing(name, told, Self::FillSide),
            "center_offset" => nothing(name, told, Self::CenterOffset),
            "edge_contact" => nothing(name, told, Self::EdgeContact),
            "components" => share(name, told, Some(0.1)).map(Self::Components),
            "boxes" => {
                let BoxesArgument { boxes, format, score_threshold, iou_threshold } = argument(name, told)?;
                let right = [score_threshold, iou_threshold].iter().all(|threshold| (0.0..=1.0).contains(threshold));
                if right {
                    Ok(Self::Boxes { boxes, format, score_threshold, iou_threshold })
                } else {
                    Err("`boxes`: thresholds are 0 to 1".into())
                }
            }
            "count" => nothing(name, told, Self::Count),
            name => Err(format!(
                "`{name}` is no step; there are index, sigmoid, softmax, max, mean, threshold, clean, area, cells, fill_box, fill_side, \
                 center_offset, edge_contact, components, boxes, count"
            )),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    axis: Option<usize>,
    at: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Axis {
    axis: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cells {
    grid: usize,
    #[serde(default)]
    share: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BoxesArgument {
    boxes: String,
    format: BoxFormat,
    score_threshold: f32,
    iou_threshold: f32,
}

fn argument<T: DeserializeOwned>(name: &str, told: &Value) -> Result<T, String> {
    serde_yaml::from_value(told.clone()).map_err(|error| format!("`{name}`: {error}"))
}

fn nothing(name: &str, told: &Value, step: Step) -> Result<Step, String> {
    if told.is_null() { Ok(step) } else { Err(format!("`{name}` is told nothing")) }
}

fn axis(name: &str, told: &Value) -> Result<Option<usize>, String> {
    if told.is_null() { Ok(None) } else { argument::<Axis>(name, told).map(|told| Some(told.axis)) }
}

fn share(name: &str, told: &Value, default: Option<f64>) -> Result<f64, String> {
    match default {
        Some(default) if told.is_null() => Ok(default),
        _ => argument::<f64>(name, told)
            .and_then(|share| if (0.0..=1.0).contains(&share) { Ok(share) } else { Err(format!("`{name}` is told a share, 0 to 1")) }),
    }
}

/// Whether the steps follow each other; the index of the first that does not, and why.
pub fn check(steps: &[Step]) -> Result<(), (usize, String)> {
    let mut kind = "numbers";
    for (index, step) in steps.iter().enumerate() {
        let (takes, gives): (&[&str], &str) = match step {
            Step::Index { .. } | Step::Sigmoid | Step::Softmax { .. } | Step::Mean { .. } => (&["numbers"], "numbers"),
            Step::Max { axis: None } => (&["numbers", "boxes"], if kind == "boxes" { "a value" } else { "numbers" }),
            Step::Max { .. } => (&["numbers"], "numbers"),
            Step::Threshold(_) => (&["numbers"], "a mask"),
            Step::Clean(_) => (&["a mask"], "a mask"),
            Step::Area => (&["a mask", "boxes"], "a value"),
            Step::Cells { .. } | Step::FillBox | Step::FillSide | Step::CenterOffset | Step::EdgeContact | Step::Components(_) => {
                (&["a mask"], "a value")
            }
            Step::Boxes { .. } => (&["numbers"], "boxes"),
            Step::Count => (&["boxes"], "a value"),
        };
        if !takes.contains(&kind) {
            return Err((index, format!("it takes {}, and is given {kind}", takes.join(" or "))));
        }
        kind = gives;
    }
    match kind {
        "a mask" | "boxes" => Err((steps.len().saturating_sub(1), format!("the last step leaves {kind}, which is no value"))),
        _ => Ok(()),
    }
}

/// Carries out one step. `output` finds another output of the same picture.
pub fn apply<'a>(step: &Step, flow: Flow, geometry: &Geometry, output: impl Fn(&str) -> Option<&'a Tensor>) -> Result<Flow, String> {
    Ok(match (step, flow) {
        (Step::Index { axis, at }, Flow::Tensor(tensor)) => {
            Flow::Tensor(reduce(&tensor, Some(axis_of(&tensor, *axis)?), |numbers| numbers.nth(*at))?)
        }
        (Step::Sigmoid, Flow::Tensor(mut tensor)) => {
            tensor.values.iter_mut().for_each(|value| *value = 1.0 / (1.0 + (-*value).exp()));
            Flow::Tensor(tensor)
        }
        (Step::Softmax { axis }, Flow::Tensor(tensor)) => Flow::Tensor(softmax(tensor, *axis)?),
        (Step::Max { axis }, Flow::Tensor(tensor)) => Flow::Tensor(reduce(&tensor, *axis, |numbers| numbers.max_by(f32::total_cmp))?),
        (Step::Mean { axis }, Flow::Tensor(tensor)) => Flow::Tensor(reduce(&tensor, *axis, |numbers| {
            let (count, sum) = numbers.fold((0u32, 0.0), |(count, sum), value| (count + 1, sum + f64::from(value)));
            (count > 0).then(|| (sum / f64::from(count)) as f32)
        })?),
        (Step::Threshold(threshold), Flow::Tensor(tensor)) => Flow::Mask(Mask::of(&tensor, *threshold, geometry)?),
        (Step::Clean(least), Flow::Mask(mask)) => Flow::Mask(mask.cleaned(*least)),
        (step, Flow::Mask(mask)) => {
            let bounds = mask.bounds();
            let span = bounds.map(|[left, top, right, bottom]| (right - left, bottom - top));
            let value = match step {
                Step::Area => Some(mask.area()),
                Step::Cells { grid, share } => Some(mask.cells(*grid, *share) as f64),
                Step::FillBox => Some(span.map_or(0.0, |(width, height)| width * height)),
                Step::FillSide => Some(span.map_or(0.0, |(width, height)| width.max(height))),
                Step::CenterOffset => bounds.map(|sides| mask.center_offset(sides)),
                Step::EdgeContact => Some(mask.edge_contact()),
                Step::Components(least) => Some(mask.components(*least) as f64),
                _ => return Err("a step does not fit what it is given".into()),
            };
            Flow::Number(value, bounds.map(|sides| geometry.region(sides)))
        }
        (Step::Boxes { boxes, format, score_threshold, iou_threshold }, Flow::Tensor(scores)) => {
            let boxes = output(boxes).ok_or_else(|| format!("the output `{boxes}` is missing"))?;
            Flow::Boxes(find_boxes(&scores, boxes, *format, *score_threshold, *iou_threshold, geometry)?)
        }
        (step, Flow::Boxes(boxes)) => {
            let value = match step {
                Step::Count => boxes.len() as f64,
                Step::Max { axis: None } => boxes.first().map_or(0.0, |best| best.score),
                Step::Area => union_area(&boxes),
                _ => return Err("a step does not fit what it is given".into()),
            };
            Flow::Number(Some(value), boxes.first().map(|best| geometry.region(best.sides)))
        }
        _ => return Err("a step does not fit what it is given".into()),
    })
}

fn axis_of(tensor: &Tensor, axis: Option<usize>) -> Result<usize, String> {
    let rank = tensor.shape.len();
    let axis = axis.or(rank.checked_sub(1)).ok_or("there is no axis left")?;
    if axis < rank { Ok(axis) } else { Err(format!("there is no axis {axis} in {:?}", tensor.shape)) }
}

/// Replaces the numbers along an axis, or all of them, by one.
fn reduce(tensor: &Tensor, axis: Option<usize>, one: impl Fn(&mut dyn Iterator<Item = f32>) -> Option<f32>) -> Result<Tensor, String> {
    let nothing = || format!("there is no such number in {:?}", tensor.shape);
    let Some(axis) = axis else {
        return Ok(Tensor { shape: Vec::new(), values: vec![one(&mut tensor.values.iter().copied()).ok_or_else(nothing)?] });
    };
    let axis = axis_of(tensor, Some(axis))?;
    let (length, inner) = (tensor.shape[axis], tensor.shape[axis + 1..].iter().product::<usize>());
    let outer: usize = tensor.shape[..axis].iter().product();
    let mut values = Vec::with_capacity(outer * inner);
    for (block, place) in (0..outer).flat_map(|block| (0..inner).map(move |place| (block, place))) {
        let mut numbers = (0..length).map(|at| tensor.values[(block * length + at) * inner + place]);
        values.push(one(&mut numbers).ok_or_else(nothing)?);
    }
    let mut shape = tensor.shape.clone();
    shape.remove(axis);
    Ok(Tensor { shape, values })
}

fn softmax(mut tensor: Tensor, axis: Option<usize>) -> Result<Tensor, String> {
    let axis = axis_of(&tensor, axis)?;
    let (length, inner) = (tensor.shape[axis], tensor.shape[axis + 1..].iter().product::<usize>());
    let outer: usize = tensor.shape[..axis].iter().product();
    for (block, place) in (0..outer).flat_map(|block| (0..inner).map(move |place| (block, place))) {
        let index = |at: usize| (block * length + at) * inner + place;
        let highest = (0..length).map(|at| tensor.values[index(at)]).fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = (0..length).map(|at| (tensor.values[index(at)] - highest).exp()).sum();
        for at in 0..length {
            let value = &mut tensor.values[index(at)];
            *value = (*value - highest).exp() / sum;
        }
    }
    Ok(tensor)
}

/// Boxes over the score threshold, best first, each kept unless it overlaps a kept one too much.
fn find_boxes(
    scores: &Tensor,
    boxes: &Tensor,
    format: BoxFormat,
    score: f32,
    iou: f32,
    geometry: &Geometry,
) -> Result<Vec<Scored>, String> {
    if boxes.values.len() != scores.values.len() * 4 {
        return Err(format!("{} scores do not fit boxes of {:?}", scores.values.len(), boxes.shape));
    }
    let mut found: Vec<Scored> = Vec::new();
    for (value, numbers) in scores.values.iter().zip(boxes.values.chunks_exact(4)).filter(|(value, _)| **value > score) {
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err("a box has a number that is not finite".into());
        }
        let [a, b, c, d] = [0, 1, 2, 3].map(|index| f64::from(numbers[index]));
        let sides = match format {
            BoxFormat::Xyxy => [a, b, c, d],
            BoxFormat::Cxcywh => [a - c / 2.0, b - d / 2.0, a + c / 2.0, b + d / 2.0],
        };
        found.push(Scored { sides, score: f64::from(*value) });
    }
    // Ties keep the order of the output, so that the result is the same every time.
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    // More than this are no objects of a photograph, and comparing all with all would take for ever.
    found.truncate(1000);
    let mut kept: Vec<Scored> = Vec::new();
    for candidate in found {
        if kept.iter().all(|better| overlap(&better.sides, &candidate.sides) <= f64::from(iou)) {
            kept.push(candidate);
        }
    }
    kept.iter_mut().for_each(|found| found.sides = geometry.of_content(found.sides));
    Ok(kept)
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let side = |low: usize, high: usize| (a[high].min(b[high]) - a[low].max(b[low])).max(0.0);
    let area = |sides: &[f64; 4]| (sides[2] - sides[0]).max(0.0) * (sides[3] - sides[1]).max(0.0);
    let common = side(0, 2) * side(1, 3);
    let union = area(a) + area(b) - common;
    if union > 0.0 { common / union } else { 0.0 }
}

/// Share of the picture under boxes, on a grid of 200 x 200 points.
fn union_area(boxes: &[Scored]) -> f64 {
    const POINTS: u32 = 200;
    let at = |index: u32| (f64::from(index) + 0.5) / f64::from(POINTS);
    let inside =
        |x: f64, y: f64| boxes.iter().any(|found| x >= found.sides[0] && x < found.sides[2] && y >= found.sides[1] && y < found.sides[3]);
    let hits = (0..POINTS).flat_map(|y| (0..POINTS).map(move |x| (x, y))).filter(|(x, y)| inside(at(*x), at(*y))).count();
    hits as f64 / f64::from(POINTS * POINTS)
}

#[cfg(test)]
mod tests;
