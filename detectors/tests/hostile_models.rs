//! Crafted bad models and manifests: each is refused with a reason, before the runtime sees it or in a process of its own, and the good
//! one goes on working.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot make its model has to fail")]

mod common;

use std::process::Command;

use common::onnx::{self, FLOAT, Message, graph, image, int, int64s, means, model, node, scores, tensor, tensor_attribute, value};
use vitrine_detectors::model::trial::{TrialLimits, child, try_out};
use vitrine_detectors::model::{Graph, Model, ModelError};
use vitrine_detectors::onnx::find_library;

/// A model with these nodes and stored tensors.
fn with(nodes: Vec<Message>, stored: &[Message]) -> Message {
    model(&graph(&nodes, stored, &[image()], &[scores()]))
}

/// The good model with one more node.
fn and(extra: Message) -> Message {
    with(means().into_iter().chain([extra]).collect(), &[])
}

/// The good model with one more stored tensor.
fn storing(tensor: Message) -> Message {
    with(means(), &[tensor])
}

/// What the inspection has to refuse, and a word of why.
fn bad_graphs() -> Vec<(&'static str, Message, &'static str)> {
    let inner = graph(&means(), &[], &[], &[]);
    let holding = |field: u64| Message::new().text(1, "body").message(field, &inner).number(20, 5);
    let external = |path: &str| Message::new().text(1, "location").text(2, path);
    let deep = [1u64; 9];
    vec![
        (
            "a tensor in another file",
            storing(tensor("w", &[1], FLOAT).message(13, &external("../../etc/passwd")).number(14, 1)),
            "another file",
        ),
        ("a tensor said to be elsewhere", storing(tensor("w", &[1], FLOAT).number(14, 1)), "another file"),
        (
            "a constant in another file",
            and(node("Constant", &[], &["c"], &[tensor_attribute("value", &tensor("w", &[1], FLOAT).message(13, &external("/dev/zero")))])),
            "another file",
        ),
        ("sparse tensors", model(&graph(&means(), &[], &[image()], &[scores()]).message(15, &Message::new())), "sparse"),
        ("an operator of a custom domain", and(node("Relu", &["image"], &["x"], &[]).text(7, "evil.example")), "domain `evil.example`"),
        ("a fused operator", and(node("FusedConv", &["image"], &["x"], &[]).text(7, "com.microsoft")), "domain `com.microsoft`"),
        ("a compiled engine", and(node("EPContext", &[], &["x"], &[]).text(7, "com.microsoft")), "EPContext"),
        ("an operator that runs code", and(node("PyOp", &["image"], &["x"], &[])), "not on the list"),
        ("an operator that does not exist", and(node("Conv2", &["image"], &["x"], &[])), "not on the list"),
        ("an operator with a space in it", and(node("Conv Relu", &["image"], &["x"], &[])), "not on the list"),
        ("an operator without a name", and(node("", &["image"], &["x"], &[])), "not on the list"),
        ("a branch", and(node("If", &["image"], &["x"], &[holding(6)])), "control flow"),
        ("a loop", and(node("Loop", &["image"], &["x"], &[holding(6)])), "control flow"),
        ("a scan", and(node("Scan", &["image"], &["x"], &[holding(6)])), "control flow"),
        ("a graph in an attribute", and(node("Relu", &["image"], &["x"], &[holding(6)])), "graph of its own"),
        ("graphs in an attribute", and(node("Relu", &["image"], &["x"], &[holding(11)])), "graph of its own"),
        ("a function", onnx::good().message(25, &Message::new().text(1, "f")), "functions of its own"),
        ("training information", onnx::good().message(20, &Message::new()), "training information"),
        ("a tensor of a trillion numbers", storing(tensor("w", &[1 << 20, 1 << 20], FLOAT)), "more than"),
        ("sides that overflow", storing(tensor("w", &[1 << 40, 1 << 40, 1 << 40], FLOAT)), "more than"),
        ("a tensor without its numbers", storing(tensor("w", &[8, 8], FLOAT)), "does not hold"),
        ("a tensor with too few numbers", storing(tensor("w", &[4], FLOAT).bytes(9, &[0; 15])), "does not hold"),
        ("numbers twice", storing(tensor("w", &[1], FLOAT).float(4, 1.0).bytes(9, &[0; 4])), "does not hold"),
        ("text in a tensor", storing(tensor("w", &[1], 8).text(6, "hello")), "text"),
        ("elements of an unknown type", storing(tensor("w", &[1], 99).bytes(9, &[0; 4])), "type 99"),
        ("a tensor in segments", storing(tensor("w", &[1], FLOAT).message(3, &Message::new())), "segments"),
        ("nine axes", storing(tensor("w", &deep, FLOAT)), "more than 8 axes"),
        ("too many nodes", with(vec![node("Relu", &["image"], &["x"], &[]); 20_001], &[]), "more than 20000 nodes"),
        ("too many inputs of a node", and(node("Sum", &["image"; 1100], &["x"], &[])), "more than 1024"),
        ("a value of a trillion numbers", model(&graph(&means(), &[], &[image()], &[value("scores", FLOAT, &[0, 1 << 40])])), "more than"),
        ("random numbers", and(node("RandomNormal", &[], &["x"], &[])), "not on the list"),
        ("work on text", and(node("StringNormalizer", &["image"], &["x"], &[])), "not on the list"),
        ("a graph that stands twice", onnx::good().message(7, &graph(&means(), &[], &[], &[])), "stands twice"),
        ("no graph", Message::new().number(1, 8), "no graph"),
        ("an empty graph", model(&graph(&[], &[], &[image()], &[scores()])), "no graph"),
        ("nothing", Message::new(), "no graph"),
        ("a picture", Message(b"\x89PNG\r\n\x1a\n0000".to_vec()), ""),
        ("a cut-off file", Message(onnx::good().0[..60].to_vec()), "cut off"),
        ("a length of petabytes", Message(vec![0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00]), "cut off"),
        ("an endless number", Message(vec![0xff; 32]), "cut off"),
        ("a field that is not known", onnx::good().number(99, 1), "not known"),
        ("a sequence that goes in", model(&graph(&means(), &[], &[sequence("image")], &[scores()])), "no tensor"),
    ]
}

fn sequence(name: &str) -> Message {
    Message::new().text(1, name).message(2, &Message::new().message(4, &Message::new()))
}

/// Changes to the manifest of the good model, and a word of why each is refused.
fn bad_manifests() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    vec![
        ("a field that is not known", "licence: MIT", "licence: MIT\nrun: rm -rf", "unknown field `run`"),
        ("no licence", "licence: MIT\n", "", "missing field `licence`"),
        ("a file outside", "model: drawn.onnx", "model: ../drawn.onnx", "model: name a file"),
        ("an absolute file", "model: drawn.onnx", "model: /etc/drawn.onnx", "model: name a file"),
        ("a name for people", "name: drawn", "name: Drawn Model", "name: write"),
        ("a step that is none", "- sigmoid", "- exec", "signals[0].steps[1]: `exec` is no step"),
        ("a step told too much", "- sigmoid", "- sigmoid: 3", "`sigmoid` is told nothing"),
        ("a step out of order", "- sigmoid", "- cells: 10", "signals[0].steps[1]: it takes a mask"),
        ("no value at the end", "- sigmoid", "- threshold: 0.5", "leaves a mask"),
        ("an output that is not there", "output: scores", "output: logits", "signals[0].output: the graph has no output `logits`"),
        ("an input that is not there", "{name: image", "{name: pixels", "no input `pixels`"),
        ("a size that does not fit", "width: 8", "width: 16", "do not fit"),
        ("a giant size", "width: 8", "width: 100000", "input.width"),
        ("the other order of axes", "layout: nchw", "layout: nhwc", "do not fit"),
        ("a division by zero", "std: [64, 64, 64]", "std: [64, 0, 64]", "input.std"),
        ("a mean of two channels", "mean: [128, 128, 128]", "mean: [128, 128]", "input.mean"),
        ("a mean that is no number", "mean: [128, 128, 128]", "mean: [128, .nan, 128]", "input.mean"),
        ("a batch of two", "batch: dynamic", "batch: 2", "`batch` is"),
        ("a range upside down", "range: [0, 1]", "range: [1, 0]", "signals[0].range"),
        ("an endless range", "range: [0, 1]", "range: [0, .inf]", "signals[0].range"),
        ("a kind that is none", "kind: number", "kind: colour", "unknown variant"),
        ("a falling calibration", "output: scores", "output: scores\n    calibration: {slope: -1, intercept: 0}", "signals[0].calibration"),
        ("points out of order", "output: scores", "output: scores\n    calibration: {points: [[1, 0], [0, 1]]}", "points have to rise"),
        (
            "a signal twice",
            "signals:\n",
            "signals:\n  - {name: drawn_score, kind: number, range: [0, 1], doc: x, output: scores}\n",
            "there already",
        ),
        ("a signal named by a number", "name: drawn_score", "name: 7", "signals[0].name"),
        ("no YAML", "name: drawn\n", "name: [drawn\n", "line"),
    ]
}

#[test]
fn bad_graphs_are_refused_before_the_runtime_sees_them() {
    let cases = bad_graphs();
    assert!(cases.len() >= 40);
    for (case, message, word) in cases {
        let refused = Graph::inspect(&message.0).expect_err(case);
        assert!(refused.contains(word), "{case}: {refused}");
        let whole = Model::read("drawn.yaml", &onnx::manifest(&message.0), &message.0).expect_err(case).to_string();
        assert!(whole.contains("drawn.onnx: "), "{case}: {whole}");
    }
    let good = onnx::good().0;
    let model = Model::read("drawn.yaml", &onnx::manifest(&good), &good).unwrap_or_else(|error| panic!("{error}"));
    assert!(model.id().as_str().starts_with("drawn@") && model.version.len() == 64);
}

#[test]
fn bad_manifests_are_refused_with_the_place_of_the_mistake() {
    let good = onnx::good().0;
    let text = onnx::manifest(&good);
    for (case, old, new, word) in bad_manifests() {
        assert!(text.contains(old), "{case}: nothing to change");
        let refused = Model::read("drawn.yaml", &text.replacen(old, new, 1), &good).expect_err(case).to_string();
        assert!(refused.starts_with("drawn.yaml: ") && refused.contains(word), "{case}: {refused}");
    }
}

#[test]
fn a_graph_that_does_not_fit_its_manifest_is_refused() {
    for (case, inputs, batch, word) in [
        ("a second input", vec![image(), value("more", FLOAT, &[1])], "dynamic", "only one input"),
        ("an input of doubles", vec![value("image", 11, &[0, 3, 8, 8])], "dynamic", "float32"),
        ("a fixed batch", vec![value("image", FLOAT, &[1, 3, 8, 8])], "dynamic", "batch axis is fixed at 1"),
        ("a fixed batch of four", vec![value("image", FLOAT, &[4, 3, 8, 8])], "1", "batch axis is fixed at 4"),
        ("three axes", vec![value("image", FLOAT, &[3, 8, 8])], "dynamic", "do not fit"),
    ] {
        let onnx = model(&graph(&means(), &[], &inputs, &[scores()])).0;
        let text = onnx::manifest(&onnx).replace("batch: dynamic", &format!("batch: {batch}"));
        let refused = Model::read("drawn.yaml", &text, &onnx).expect_err(case).to_string();
        assert!(refused.contains(word), "{case}: {refused}");
    }
}

#[test]
fn any_changed_bit_is_noticed() {
    let good = onnx::good().0;
    let text = onnx::manifest(&good);
    for bit in 0..good.len() * 8 {
        let mut changed = good.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let refused = Model::read("drawn.yaml", &text, &changed).expect_err("a changed bit").to_string();
        assert!(refused.starts_with("drawn.yaml: model_sha256: "), "{refused}");
    }
}

#[test]
fn inspecting_anything_ends_without_a_panic() {
    let good = onnx::convolutions(4, 2).0;
    let mut seed = 7u32;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    for _ in 0..20_000 {
        let mut mutant = good.clone();
        for _ in 0..1 + random() % 8 {
            let at = random() % mutant.len();
            mutant[at] = random() as u8;
        }
        mutant.truncate(1 + random() % mutant.len());
        let _ = Graph::inspect(&mutant);
    }
}

/// Models that look right and turn out not to be when they run.
fn bad_when_run() -> Vec<(&'static str, Message, &'static str)> {
    let zero = |from: &str| node("Sub", &[from, from], &["zero"], &[]);
    let huge = int64s("huge", &[1, 1, 1900, 1900]);
    let last = || node("Flatten", &["pooled"], &["scores"], &[int("axis", 1)]);
    vec![
        (
            "what comes out is no number",
            with(
                vec![
                    means().swap_remove(0),
                    zero("pooled"),
                    node("Div", &["zero", "zero"], &["nan"], &[]),
                    node("Flatten", &["nan"], &["scores"], &[int("axis", 1)]),
                ],
                &[],
            ),
            "not a finite number",
        ),
        (
            "a tensor that is not there",
            with(vec![node("Flatten", &["nowhere"], &["scores"], &[int("axis", 1)])], &[]),
            "ONNX Runtime refuses",
        ),
        (
            "a circle",
            with(
                vec![
                    node("Relu", &["b"], &["a"], &[]),
                    node("Relu", &["a"], &["b"], &[]),
                    node("Flatten", &["b"], &["scores"], &[int("axis", 1)]),
                ],
                &[],
            ),
            "ONNX Runtime refuses",
        ),
        (
            "more memory than there may be",
            with(
                vec![
                    node("Tile", &["image", "huge"], &["big"], &[]),
                    node("ReduceMean", &["big"], &["pooled"], &[onnx::ints("axes", &[2, 3])]),
                    last(),
                ],
                &[huge],
            ),
            "",
        ),
        (
            "one picture's answer depends on the others",
            with(
                vec![
                    node("ReduceMean", &["image"], &["all"], &[onnx::ints("axes", &[0, 2, 3])]),
                    node("Sub", &["image", "all"], &["rest"], &[]),
                    node("GlobalMaxPool", &["rest"], &["pooled"], &[]),
                    last(),
                ],
                &[],
            ),
            "in a batch differ",
        ),
        (
            "one answer for all pictures",
            with(vec![node("ReduceMean", &["image"], &["pooled"], &[onnx::ints("axes", &[0, 2, 3])]), last()], &[]),
            "rows where 3 went in",
        ),
        (
            "more numbers than one",
            model(&graph(
                &[node("GlobalAveragePool", &["image"], &["scores"], &[])],
                &[],
                &[image()],
                &[value("scores", FLOAT, &[0, 3, 1, 1])],
            )),
            "where one is needed",
        ),
    ]
}

/// Longer than a test waits: a picture enlarged and convolved again and again.
fn slow() -> Message {
    let weights = vec![0.01f32; 3 * 3 * 31 * 31];
    let stored = [onnx::floats("w", &[3, 3, 31, 31], &weights), onnx::floats("scales", &[4], &[1.0, 1.0, 256.0, 256.0])];
    let mut nodes = vec![node("Resize", &["image", "", "scales"], &["x0"], &[])];
    for step in 0..200 {
        let (from, to) = (format!("x{step}"), format!("x{}", step + 1));
        nodes.push(node("Conv", &[&from, "w"], &[&to], &[onnx::ints("pads", &[15, 15, 15, 15])]));
    }
    nodes.push(node("GlobalAveragePool", &["x200"], &["pooled"], &[]));
    nodes.push(node("Flatten", &["pooled"], &["scores"], &[int("axis", 1)]));
    with(nodes, &stored)
}

fn trial(onnx: &[u8], limits: TrialLimits) -> Result<(), ModelError> {
    let model = Model::read("drawn.yaml", &onnx::manifest(onnx), onnx)?;
    let mut command = Command::new(std::env::current_exe().expect("this test's own file"));
    command.args(["the_child_of_a_trial", "--exact", "--nocapture", "--test-threads=1", "--skip", CHILD]);
    let library = find_library(None).expect("run `make setup` first");
    try_out(command, &library, &model, limits).map(|receipt| assert_eq!(receipt.version, model.version))
}

/// Tells the child from a run of all tests.
const CHILD: &str = "no-test-is-called-so";

#[test]
fn the_child_of_a_trial() {
    if std::env::args().any(|argument| argument == CHILD) {
        child().expect("standard output");
    }
}

#[test]
fn models_that_go_wrong_when_they_run_do_so_in_a_process_of_their_own() {
    let limits = TrialLimits::default();
    trial(&onnx::good().0, limits).unwrap_or_else(|error| panic!("{error}"));
    trial(&onnx::convolutions(8, 3).0, limits).unwrap_or_else(|error| panic!("{error}"));
    for (case, message, word) in bad_when_run() {
        let refused = trial(&message.0, limits).expect_err(case).to_string();
        println!("{case}: {refused}");
        assert!(refused.contains(word), "{case}: {refused}");
    }
    let started = std::time::Instant::now();
    let refused = trial(&slow().0, TrialLimits { seconds: 1, ..limits }).expect_err("too slow").to_string();
    println!("too slow: {refused}");
    assert!(started.elapsed().as_secs() < 5, "{refused}");
    // What was refused has cost this process nothing.
    trial(&onnx::good().0, limits).unwrap_or_else(|error| panic!("{error}"));
}
