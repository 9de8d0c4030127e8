//! Models that others trained, brought by a manifest alone: they say what they say in their own framework
//! (`detectors/training/reference_vectors.py` wrote it down).
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot read its own data has to fail")]

mod common;

use std::path::Path;

use serde::Deserialize;
use vitrine_detectors::model::Model;
use vitrine_detectors::onnx::Runtime;
use vitrine_detectors::{Learned, Limits, LoadOptions, open};
use vitrine_engine::{Detector, Needs, Photo, Value};

const MODELS: [&str; 3] = ["RFB-320", "slim-320", "RFB-640"];

#[derive(Deserialize)]
struct Line {
    file: String,
    #[serde(flatten)]
    models: std::collections::BTreeMap<String, Said>,
}

/// What the framework says of the very pixels that the model is shown here, and of those that Pillow reads and shrinks.
#[derive(Deserialize)]
struct Said {
    same: Faces,
    pillow: Faces,
}

#[derive(Deserialize)]
struct Faces {
    /// Faces over 0.7, those left out that overlap a better one.
    count: f64,
    score: f64,
}

#[test]
fn models_of_others_say_what_they_say_in_their_own_framework() {
    let Some(catalogue) = common::catalogue() else { return };
    let weights = catalogue.join("../reference/models/ultraface");
    if !weights.is_dir() {
        println!("skipped: the reference models are not at hand ({})", weights.display());
        return;
    }
    let lines: Vec<Line> = include_str!("models/ultraface.jsonl").lines().map(|line| serde_json::from_str(line).expect("a line")).collect();
    assert_eq!(lines.len(), 50);
    let photos: Vec<Photo> = lines.iter().map(|line| photo(&catalogue.join(&line.file))).collect();
    let runtime = Runtime::load(None).expect("run `make setup` first");
    for name in MODELS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
        let manifest = std::fs::read_to_string(folder.join(format!("ultraface-{name}.yaml"))).expect("the manifest");
        let onnx = std::fs::read(weights.join(format!("version-{name}.onnx"))).expect("the weights");
        let model = Model::read(name, &manifest, &onnx).unwrap_or_else(|error| panic!("{error}"));
        let learned = Learned::load(&runtime, &model, &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
        let (mut worst, mut worst_pillow, mut faces) = (0.0f64, 0.0f64, 0.0);
        for (line, result) in lines.iter().zip(learned.detect(&photos)) {
            let measured = result.unwrap_or_else(|error| panic!("{}: {error}", line.file));
            let [count, score] = ["face_count", "face_score"].map(|signal| {
                let found = measured.iter().find(|measurement| measurement.signal == signal).expect("both signals are measured");
                if let Value::Number(number) = found.value { number } else { f64::NAN }
            });
            let Said { same, pillow } = &line.models[name];
            worst = worst.max((score - same.score).abs());
            worst_pillow = worst_pillow.max((score - pillow.score).abs());
            faces += count;
            assert!((score - same.score).abs() <= 1e-3, "{name} {}: {score} for {}", line.file, same.score);
            assert!((count - same.count).abs() < 0.5, "{name} {}: {count} faces", line.file);
            // Another JPEG decoder: a few grey levels here and there.
            assert!((score - pillow.score).abs() <= 0.05, "{name} {}: {score} for {} by Pillow", line.file, pillow.score);
        }
        println!("{name}: {faces} faces on {} photographs, scores within {worst:.6}; {worst_pillow:.4} of Pillow's decoder", lines.len());
    }
}

fn photo(file: &Path) -> Photo {
    let bytes = std::fs::read(file).expect("the photograph");
    open(&bytes, None, Needs::Pixels, &Limits::default()).unwrap_or_else(|refusal| panic!("{}: {refusal}", file.display()))
}
