//! `vitrine models`: a model brought by its manifest alone is checked, listed and run; a bad one is told apart, with a reason.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::{disc, folder, json_lines, lines_of, vitrine};

#[allow(dead_code, reason = "shared with the detectors' tests, which use more of it")]
#[path = "../../../detectors/tests/common/onnx.rs"]
mod onnx;

/// A folder with the mean of each channel as a model.
fn brought(name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let folder = folder(name);
    let bytes = onnx::good().0;
    std::fs::write(folder.join("drawn.yaml"), change(onnx::manifest(&bytes))).unwrap();
    std::fs::write(folder.join("drawn.onnx"), bytes).unwrap();
    std::fs::write(folder.join("drawn.md"), "# Drawn by a test\n").unwrap();
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_good_model_is_checked_listed_and_run() {
    let folder = brought("models-good", |text| text);
    let checked = lines_of(&["models", "check", text(&folder)]);
    assert!(checked.starts_with("ok: drawn@") && checked.contains("drawn_score"), "{checked}");
    let listed = json_lines(&lines_of(&["models", "list", "--json", "--models", text(&folder)]));
    assert!(
        listed.iter().any(|line| line["licence"] == "MIT" && line["shipped"] == false && line["operators"]["Flatten"] == 1),
        "{listed:?}"
    );

    let pictures = folder.join("pictures");
    std::fs::create_dir(&pictures).unwrap();
    std::fs::write(pictures.join("a.jpg"), disc([250, 20, 20], 80)).unwrap();
    std::fs::write(pictures.join("b.jpg"), disc([20, 20, 250], 80)).unwrap();
    std::fs::write(pictures.join("c.jpg"), b"no picture").unwrap();
    let (manifest, shown) = (folder.join("drawn.yaml"), folder.join("shown"));
    let run = json_lines(&lines_of(&["models", "run", text(&manifest), text(&pictures), "--inputs", text(&shown)]));
    let red = |line: &serde_json::Value| line["signals"][0]["value"].as_f64().unwrap();
    assert_eq!(run.len(), 3);
    assert!(red(&run[0]) > red(&run[1]), "red is redder than blue: {run:?}");
    assert!(run[2]["error"].is_string(), "{run:?}");
    assert!(shown.join("a.png").is_file() && !shown.join("c.png").exists());
}

#[test]
fn bad_models_are_told_apart_with_a_reason_and_the_others_are_checked_all_the_same() {
    let good = brought("models-beside", |text| text);
    let bad = brought("models-bad", |text| text.replace("- sigmoid", "- sigmoid\n      - cells: 10"));
    let output = vitrine(&["models", "check", text(&bad), text(&good)]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("drawn.yaml: signals[0].steps[2]: it takes a mask") && said.contains("ok: drawn@"), "{said}");
    std::fs::remove_file(good.join("drawn.md")).unwrap();
    let said = String::from_utf8(vitrine(&["models", "check", text(&good)]).stdout).unwrap();
    assert!(said.contains("drawn: card"), "{said}");
}

#[test]
fn without_the_library_the_command_that_mends_it_is_named() {
    let folder = brought("models-no-library", |text| text);
    let output = vitrine(&["models", "check", text(&folder), "--onnx-runtime", "/nowhere/libonnxruntime.so"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("/nowhere/") && said.contains("make setup"), "{said}");
    let wrong = folder.join("wrong.so");
    std::fs::write(&wrong, "this is no library").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_vitrine"))
        .args(["models", "run", text(&folder.join("drawn.yaml")), text(&folder)])
        .env("ORT_DYLIB_PATH", &wrong)
        .env("XDG_STATE_HOME", folder.join("state"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("is not an ONNX Runtime library") && said.contains("make setup"), "{said}");
}

#[test]
fn a_provider_that_is_not_there_is_an_error() {
    let folder = brought("models-provider", |text| text);
    let output = vitrine(&["models", "run", text(&folder.join("drawn.yaml")), text(&folder), "--provider", "quantum"]);
    assert!(!output.status.success() && String::from_utf8(output.stderr).unwrap().contains("write cpu, cuda or tensorrt"));
}
