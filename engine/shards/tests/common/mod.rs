//! Small stocks of drawn pictures, and what to judge them with.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::path::{Path, PathBuf};

use vitrine_detectors::{Detectors, Limits};
use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo};
use vitrine_rules::{PackSource, Role, default_packs};
use vitrine_shards::{Place, Question, Sources, Stores, Tools};

/// Width of a picture that ends the process which measures it.
pub const ABORTS: u32 = 13;
/// Width of a picture that never comes to an end.
pub const HANGS: u32 = 17;

/// A detector with two faults, as a decoder or a model's runtime may have them. It measures nothing.
struct Fragile(DetectorSpec);

impl Detector for Fragile {
    fn spec(&self) -> &DetectorSpec {
        &self.0
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        for photo in photos {
            match photo.file.width {
                ABORTS => std::process::abort(),
                HANGS => loop {
                    std::thread::park();
                },
                _ => {}
            }
        }
        photos.iter().map(|_| Ok(Vec::new())).collect()
    }
}

/// All detectors that run no model, and the fragile one; the packs that ship.
pub fn tools() -> Tools {
    tools_by(&default_packs())
}

/// The same with other packs.
pub fn tools_by(packs: &[PackSource]) -> Tools {
    let mut detectors = Detectors::without_models().expect("the detectors of this build");
    detectors.all.push(Box::new(Fragile(DetectorSpec { id: "fragile@1".into(), needs: Needs::File, signals: Vec::new() })));
    Tools::new(detectors, Limits::default(), packs).expect("packs without errors")
}

pub fn sources(stores: &Stores) -> Sources {
    Sources::new(stores.clone(), None, Limits::default())
}

/// Leading pictures on a day, in shards of so many.
pub fn question(tools: &Tools, shard_rows: usize) -> Question {
    tools.question(Role::Main, "2026-11-21".parse().expect("a day"), shard_rows)
}

/// A fresh folder of this name.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("a plain path").to_owned()
}

pub fn place(path: &Path, stores: &Stores) -> Place {
    Place::open(&text(path), stores).expect("a place in a folder")
}

/// A drawn JPEG, a stripe of its own on white; `seed` makes it another one.
pub fn picture(seed: u32, width: u32) -> Vec<u8> {
    let [red, green, blue, _] = seed.wrapping_mul(2_654_435_761).to_le_bytes();
    let image = image::RgbImage::from_fn(width, 48, |x, y| {
        let inside = (8..40).contains(&y) && (x + seed) % 7 > 1;
        image::Rgb(if inside { [red, green, blue] } else { [255; 3] })
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&image).expect("a drawn picture");
    bytes
}

/// A folder of so many pictures, with one that is none among them.
pub fn stock(folder: &Path, pictures: u32) -> String {
    for seed in 0..pictures {
        std::fs::write(folder.join(format!("{seed:04}.jpg")), picture(seed, 64)).expect("room for a picture");
    }
    std::fs::write(folder.join("0001.txt"), "no picture").expect("room for a text");
    text(folder)
}
