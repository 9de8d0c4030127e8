//! Steps on maps and numbers with known answers.

use super::*;
use crate::model::Readout;
use crate::model::manifest::Manifest;

const WHOLE: Geometry = Geometry { content: [0.0, 0.0, 1.0, 1.0], seen: [0.0, 0.0, 1.0, 1.0] };

fn tensor(shape: &[usize], values: &[f32]) -> Tensor {
    Tensor { shape: shape.to_vec(), values: values.to_vec() }
}

/// A map of `#` and `.`, one row a word.
fn map(drawn: &str) -> Tensor {
    let rows: Vec<&str> = drawn.split(' ').collect();
    let values: Vec<f32> = drawn.bytes().filter(|byte| *byte != b' ').map(|byte| if byte == b'#' { 0.9 } else { 0.1 }).collect();
    tensor(&[rows.len(), rows[0].len()], &values)
}

/// The value and region that steps written in a manifest give for one output.
fn read(steps: &str, row: &[Tensor], geometry: &Geometry) -> Result<Option<(f64, Option<Region>)>, String> {
    let manifest = format!(
        "name: t\ntitle: T\nmodel: t.onnx\nmodel_sha256: {}\nlicence: MIT\ncard: t.md\n\
         input: {{name: x, layout: nchw, color: rgb, width: 8, height: 8, resize: stretch, batch: 1}}\n\
         signals: [{{name: s, kind: number, range: [-1000, 1000], doc: d, output: a, steps: {steps}}}]\n",
        "0".repeat(64)
    );
    let manifest = Manifest::parse(&manifest).map_err(|error| error.to_string())?;
    let mut values = Readout::new(&manifest).unwrap().read(row, geometry)?;
    Ok(values.remove(0).map(|value| (value.number, value.region)))
}

fn number(steps: &str, row: &[Tensor]) -> f64 {
    read(steps, row, &WHOLE).unwrap().unwrap().0
}

#[test]
fn numbers() {
    let grid = tensor(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 9.0]);
    for (steps, expected) in [
        ("[max]", 9.0),
        ("[mean]", 4.0),
        ("[index: 2, max]", 9.0),
        ("[index: 0, mean]", 2.5),
        ("[{index: {axis: 0, at: 1}}, {index: 0}]", 4.0),
        ("[{max: {axis: 0}}, {index: 0}]", 4.0),
        ("[{mean: {axis: 1}}, {index: 1}]", 6.0),
        ("[{softmax: {axis: 0}}, {index: 0}, mean]", 0.5),
        ("[softmax, {index: 0}, {index: 0}]", 0.09003),
    ] {
        assert!((number(steps, std::slice::from_ref(&grid)) - expected).abs() < 1e-5, "{steps}");
    }
    assert!((number("[sigmoid]", &[tensor(&[1], &[0.0])]) - 0.5).abs() < 1e-9);
    assert!(read("[index: 7, max]", std::slice::from_ref(&grid), &WHOLE).is_err());
    assert!(read("[]", &[grid], &WHOLE).is_err(), "six numbers are no value");
}

#[test]
fn masks() {
    let drawn = [map("........ .###.... .###..#. .###.... ........ ........ ........ ........")];
    for (steps, expected) in [
        ("[threshold: 0.5, area]", 10.0 / 64.0),
        ("[threshold: 0.5, components]", 2.0),
        ("[threshold: 0.5, components: 0.2]", 1.0),
        ("[threshold: 0.5, fill_box]", 6.0 * 3.0 / 64.0),
        ("[threshold: 0.5, fill_side]", 6.0 / 8.0),
        ("[threshold: 0.5, clean: 0.5, fill_side]", 3.0 / 8.0),
        ("[threshold: 0.5, edge_contact]", 0.0),
        ("[threshold: 0.5, cells: 8]", 10.0),
        ("[threshold: 0.5, cells: 4]", 5.0),
        ("[threshold: 0.5, cells: {grid: 4, share: 0.3}]", 3.0),
        ("[threshold: 0.95, area]", 0.0),
        ("[threshold: 0.95, components]", 0.0),
    ] {
        assert!((number(steps, &drawn) - expected).abs() < 1e-5, "{steps}: {}", number(steps, &drawn));
    }
    let (offset, region) = read("[threshold: 0.5, clean: 0.5, center_offset]", &drawn, &WHOLE).unwrap().unwrap();
    assert!((offset - 1.5f64.hypot(1.5) / 32f64.sqrt()).abs() < 1e-5, "{offset}");
    assert_eq!(region, Some(Region { x: 0.125, y: 0.125, width: 0.375, height: 0.375 }));
    assert_eq!(read("[threshold: 0.95, center_offset]", &drawn, &WHOLE), Ok(None));
    assert!((number("[threshold: 0.5, edge_contact]", &[map("##.. ##.. .... ....")]) - 0.5).abs() < 1e-9);
    assert!((number("[threshold: 0.5, edge_contact]", &[map("## ##")]) - 1.0).abs() < 1e-9);
    assert!(read("[threshold: 0.5, area]", &[tensor(&[2, 2, 2], &[0.0; 8])], &WHOLE).is_err());
}

#[test]
fn padding_is_no_part_of_the_picture() {
    // The picture is the middle half of the input's height.
    let letterboxed = Geometry { content: [0.0, 0.25, 1.0, 0.75], seen: [0.0, 0.0, 1.0, 1.0] };
    let drawn = [map("#### #### #### ...."), map("####")];
    let (area, region) = read("[threshold: 0.5, area]", &drawn[..1], &letterboxed).unwrap().unwrap();
    assert!((area - 1.0).abs() < 1e-9, "{area}");
    assert_eq!(region, Some(Region { x: 0.0, y: 0.0, width: 1.0, height: 1.0 }));
    let cropped = Geometry { content: [0.0, 0.0, 1.0, 1.0], seen: [0.25, 0.0, 0.75, 1.0] };
    let (_, region) = read("[threshold: 0.5, area]", &[map("#. #.")], &cropped).unwrap().unwrap();
    assert_eq!(region, Some(Region { x: 0.25, y: 0.0, width: 0.25, height: 1.0 }));
}

#[test]
fn boxes_are_counted_once_each() {
    let scores = tensor(&[4], &[0.8, 0.9, 0.75, 0.2]);
    let sides = [0.1, 0.1, 0.3, 0.3, 0.11, 0.1, 0.31, 0.3, 0.6, 0.6, 0.8, 0.8, 0.0, 0.0, 1.0, 1.0];
    let row = [scores, tensor(&[4, 4], &sides)];
    let boxes = "{boxes: {boxes: b, format: xyxy, score_threshold: 0.7, iou_threshold: 0.3}}";
    let (count, region) = read(&format!("[{boxes}, count]"), &row, &WHOLE).unwrap().unwrap();
    assert!((count - 2.0).abs() < 1e-9);
    assert_eq!(region, Some(Region { x: 0.11, y: 0.1, width: 0.2, height: 0.2 }));
    assert!((number(&format!("[{boxes}, max]"), &row) - 0.9).abs() < 1e-5);
    assert!((number(&format!("[{boxes}, area]"), &row) - 0.08).abs() < 2e-3);
    let none = boxes.replace("0.7", "0.95");
    assert!(number(&format!("[{none}, count]"), &row).abs() < 1e-9 && number(&format!("[{none}, max]"), &row).abs() < 1e-9);
    let centres = [0.2, 0.2, 0.2, 0.2, 0.21, 0.2, 0.2, 0.2, 0.7, 0.7, 0.2, 0.2, 0.5, 0.5, 1.0, 1.0];
    let row = [row[0].clone(), tensor(&[4, 4], &centres)];
    assert!((number(&format!("[{}, count]", boxes.replace("xyxy", "cxcywh")), &row) - 2.0).abs() < 1e-9);
    assert!(read(&format!("[{boxes}, count]"), &[row[0].clone(), tensor(&[3, 4], &[0.0; 12])], &WHOLE).is_err());
}

#[test]
fn a_number_that_is_none_is_never_passed_over() {
    for bad in [f32::NAN, f32::INFINITY] {
        for steps in ["[max]", "[sigmoid, max]", "[threshold: 0.5, area]"] {
            assert!(number(steps, &[tensor(&[1, 2], &[0.3, bad])]).is_nan(), "{steps} {bad}");
        }
    }
}
