//! Runs the program and makes small folders of pictures for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// Runs `vitrine` with arguments.
pub fn vitrine(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vitrine")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The same, which must end well; its standard output.
pub fn lines_of(arguments: &[&str]) -> String {
    let output = vitrine(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Each line as JSON.
pub fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// A fresh folder of this name.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A small JPEG: a disc of a colour on white.
pub fn disc(colour: [u8; 3], side: u32) -> Vec<u8> {
    let middle = side as f32 / 2.0;
    let image = image::RgbImage::from_fn(side, side, |x, y| {
        let off = ((x as f32 - middle).powi(2) + (y as f32 - middle).powi(2)).sqrt();
        image::Rgb(if off < middle * 0.8 { colour } else { [255; 3] })
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&image).unwrap();
    bytes
}

/// A few products of the sample catalogue, drawn once for all tests.
pub fn sample() -> &'static Path {
    static SAMPLE: OnceLock<PathBuf> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let folder = folder("sample-of-five");
        lines_of(&["sample", folder.to_str().unwrap(), "--size", "640", "--products", "5"]);
        folder
    })
}
