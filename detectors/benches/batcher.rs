//! What the batcher costs over the bare runtime, with the shipped models; where none is built in, with a small net made here. The goals:
//! throughput at least 0.90 of a bare loop of the same session, threads and batch size; at most 0.5 ms added to a single picture; and
//! 64 callers served at least as much better than one as bare loops are, up to twice.
//!
//! `cargo bench -p vitrine-detectors --bench batcher`
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that cannot run has to stop")]
#![allow(dead_code, missing_docs, reason = "the drawn models are shared with the tests, which use more of them")]

#[path = "../tests/common/onnx.rs"]
mod onnx;

use vitrine_detectors::bench::compare;
use vitrine_detectors::model::Model;
use vitrine_detectors::onnx::{Runtime, SessionOptions};
use vitrine_detectors::shipped_models;

const THROUGHPUT_LEAST: f64 = 0.90;
const ADDED_MS_MOST: f64 = 0.5;
const CALLERS_LEAST: f64 = 2.0;

fn main() {
    let runtime = Runtime::load(None).unwrap_or_else(|error| panic!("{error}"));
    let sessions = std::thread::available_parallelism().map_or(1, usize::from);
    let mut models = shipped_models().unwrap_or_else(|error| panic!("{error}"));
    if models.is_empty() {
        models.push(drawn());
    }
    for model in &models {
        let found = compare(&runtime, model, SessionOptions::default(), sessions).unwrap_or_else(|error| panic!("{error}"));
        println!("{}", model.id());
        found.lines.iter().for_each(|line| println!("  {line}"));
        let verdict = |met: bool| if met { "met" } else { "missed" };
        println!("  throughput {:.3} (goal {THROUGHPUT_LEAST}: {})", found.throughput, verdict(found.throughput >= THROUGHPUT_LEAST));
        println!("  added at one caller {:.3} ms (goal {ADDED_MS_MOST}: {})", found.added_ms, verdict(found.added_ms <= ADDED_MS_MOST));
        // Nobody can serve more than the machine does.
        let wanted = CALLERS_LEAST.min(found.bare * THROUGHPUT_LEAST);
        println!("  64 callers over one {:.2} (goal {wanted:.2}: {})", found.callers, verdict(found.callers >= wanted));
    }
}

/// A net of convolutions at 160 px.
fn drawn() -> Model {
    let onnx = onnx::convolutions_at(160, 48, 5).0;
    let text = onnx::manifest(&onnx).replace("width: 8, height: 8", "width: 160, height: 160");
    Model::read("drawn.yaml", &text, &onnx).unwrap_or_else(|error| panic!("{error}"))
}
