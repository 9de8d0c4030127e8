//! Models loaded and unloaded again and again leave no memory behind. A process of its own: other tests would be counted too.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot load its model has to fail")]

mod common;

use common::onnx;
use vitrine_detectors::model::Model;
use vitrine_detectors::onnx::Runtime;
use vitrine_detectors::{Learned, Limits, LoadOptions, open};
use vitrine_engine::{Detector, Needs};

#[test]
fn two_hundred_loads_and_unloads_leave_memory_where_it_was() {
    let onnx = onnx::convolutions(64, 6).0;
    let text = onnx::manifest(&onnx);
    let runtime = Runtime::load(None).expect("run `make setup` first");
    let file = common::encoded(common::quadrants(64, 64), image::ImageFormat::Png);
    let photo = open(&file, None, Needs::Pixels, &Limits::default()).expect("a picture");
    let cycle = || {
        let model = Model::read("drawn.yaml", &text, &onnx).unwrap_or_else(|error| panic!("{error}"));
        let learned = Learned::load(&runtime, &model, &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
        assert!(learned.detect(std::slice::from_ref(&photo)).pop().is_some_and(|result| result.is_ok()));
    };
    (0..50).for_each(|_| cycle());
    // Allocator and threads settle in steps of their own, which end; what is left behind grows in every round.
    let grew = |_| {
        let before = resident_kib();
        (0..200).for_each(|_| cycle());
        let after = resident_kib();
        println!("{before} KiB before, {after} KiB after 200 loads and unloads");
        after as f64 > before as f64 * 1.02
    };
    assert!(!(0..5).all(grew), "memory grew by more than 2 % in each of five rounds");
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells what a process holds");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it tells the resident size");
    line.trim().trim_end_matches(" kB").trim().parse().expect("a number of KiB")
}
