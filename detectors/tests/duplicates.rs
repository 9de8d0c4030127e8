//! Copies of pictures are found and other pictures are not: on drawn pictures with known changes, and on labelled photographs.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use vitrine_detectors::{Limits, all, open};
use vitrine_engine::duplicate::{Cluster, DUPLICATE_LIKENESS, Fingerprint, Item, clusters, likeness};
use vitrine_engine::{ContentHash, Detector, FileFacts, Format, Needs, Photo, Pixels, Value};

/// A change that leaves a copy.
type Change = fn(&RgbImage) -> RgbImage;

const CHANGES: [(&str, Change); 10] = [
    ("resized to a third", |picture| imageops::resize(picture, picture.width() / 3, picture.height() / 3, FilterType::Triangle)),
    ("doubled", |picture| imageops::resize(picture, picture.width() * 2, picture.height() * 2, FilterType::CatmullRom)),
    ("cropped by 5 % a side", |picture| {
        let (w, h) = picture.dimensions();
        imageops::crop_imm(picture, w / 20, h / 20, w - w / 10, h - h / 10).to_image()
    }),
    ("mirrored", imageops::flip_horizontal),
    ("padded with white", |picture| padded(picture, 24, Rgb([255, 255, 255]))),
    ("padded with a dark frame", |picture| padded(picture, 16, Rgb([60, 65, 70]))),
    ("turned by 2 degrees", |picture| turned(picture, 2.0)),
    ("brightened by 16", |picture| mapped(picture, |value| value.saturating_add(16))),
    ("darkened by 12", |picture| mapped(picture, |value| value.saturating_sub(12))),
    ("compressed at quality 60", |picture| {
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 60).encode_image(picture).unwrap();
        image::load_from_memory(&bytes).unwrap().into_rgb8()
    }),
];

#[test]
fn copies_of_drawn_pictures_are_found_and_other_pictures_are_not() {
    let originals: Vec<RgbImage> = (1..=8).flat_map(|seed| [drawn_scene(seed), drawn_on_white(seed)]).collect();
    let fingerprints: Vec<Fingerprint> = originals.iter().map(fingerprint).collect();
    let mut missed = Vec::new();
    for (index, original) in originals.iter().enumerate() {
        for (name, change) in CHANGES {
            let found = likeness(&fingerprints[index], &fingerprint(&change(original)));
            if found < DUPLICATE_LIKENESS {
                missed.push(format!("picture {index} {name}: {found:.3}"));
            }
        }
        for (other, fingerprint) in fingerprints.iter().enumerate().filter(|(other, _)| *other != index) {
            let found = likeness(&fingerprints[index], fingerprint);
            assert!(found < DUPLICATE_LIKENESS, "pictures {index} and {other}: {found}");
        }
    }
    assert!(missed.len() * 20 <= originals.len() * CHANGES.len(), "{missed:#?}");
}

#[test]
fn a_garment_in_another_colour_is_another_picture() {
    let blue = drawn_on_white(3);
    let mut red = blue.clone();
    red.pixels_mut().for_each(|Rgb([r, _, b])| std::mem::swap(r, b));
    assert!(likeness(&fingerprint(&blue), &fingerprint(&red)) < DUPLICATE_LIKENESS);
}

#[test]
fn every_size_has_a_fingerprint() {
    for (width, height) in [(1, 1), (1, 400), (3_000, 6), (7, 3), (33, 31), (383, 385)] {
        for picture in [RgbImage::from_pixel(width, height, Rgb([255, 255, 255])), drawn(width, height, 5, Rgb([200, 190, 180]))] {
            let fingerprint = fingerprint(&picture);
            assert_eq!(likeness(&fingerprint, &fingerprint), 1.0);
        }
    }
}

#[test]
fn copies_among_the_labelled_photographs() {
    let Some(folder) = shared("catalog") else { return };
    let labels = labels(&folder.join("labels.jsonl"));
    let items: Vec<Item> = labels.keys().map(|name| item(&folder.join("images"), name)).collect();
    let found = pairs(&clusters(&items));
    let wanted: BTreeSet<(String, String)> =
        all_pairs(labels.keys()).filter(|(a, b)| root(&labels, a, Label::copy_of) == root(&labels, b, Label::copy_of)).collect();
    let exact: BTreeSet<(String, String)> = all_pairs(labels.keys()).filter(|(a, b)| labels[a].sha256 == labels[b].sha256).collect();
    let wrong: Vec<&(String, String)> =
        found.iter().filter(|(a, b)| root(&labels, a, Label::photograph_of) != root(&labels, b, Label::photograph_of)).collect();
    let right = wanted.intersection(&found).count();
    let recall = right as f64 / wanted.len() as f64;
    let precision = right as f64 / (right + wrong.len()) as f64;
    println!("{} pictures: recall {recall:.4} of {} pairs, precision {precision:.4}, wrong {wrong:?}", items.len(), wanted.len());
    assert!(exact.is_subset(&found), "exact copies");
    assert!(recall >= 0.95, "recall {recall}");
    assert!(precision >= 0.98, "precision {precision}: {wrong:?}");
}

#[test]
fn copies_made_of_other_photographs() {
    let Some(folder) = shared("train/photos") else { return };
    let mut names: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let (mut items, mut wanted) = (Vec::new(), BTreeSet::new());
    for (index, path) in names.iter().step_by(7).enumerate() {
        let original = image::open(path).unwrap().into_rgb8();
        let (name, change) = CHANGES[index % CHANGES.len()];
        let (first, second) = (format!("{index:04}"), format!("{index:04} {name}"));
        for (id, picture) in [(&first, original.clone()), (&second, change(&original))] {
            items.push(Item {
                id: id.as_str().into(),
                content_hash: ContentHash::of(id.as_bytes()),
                fingerprint: Some(fingerprint(&picture)),
            });
        }
        wanted.insert((first, second));
    }
    let found = pairs(&clusters(&items));
    let missed: Vec<_> = wanted.difference(&found).collect();
    let wrong: Vec<_> = found.difference(&wanted).collect();
    println!("{} photographs with a copy each: missed {missed:?}, wrong {wrong:?}", wanted.len());
    assert!(missed.len() * 20 <= wanted.len(), "missed {missed:?}");
    assert!(wrong.len() * 50 <= wanted.len(), "wrong {wrong:?}");
}

// Pictures.

fn fingerprint(picture: &RgbImage) -> Fingerprint {
    let (width, height) = picture.dimensions();
    let file = FileFacts {
        content_hash: ContentHash::of(picture.as_raw()),
        bytes: picture.len() as u64,
        format: Format::Png,
        extension_matches: None,
        name_is_plain: None,
        width,
        height,
        color_space: "srgb",
        bit_depth: 8,
        frame_count: 1,
        has_alpha: false,
        is_truncated: false,
        jpeg_quality: None,
        dpi: None,
        ai_generated_marked: false,
        synthetic_performer_marked: false,
    };
    measured(&Photo::new(file, Some(Pixels::new(width, height, picture.as_raw().clone()).unwrap())))
}

fn measured(photo: &Photo) -> Fingerprint {
    let detectors = all();
    let detector: &dyn Detector = detectors
        .iter()
        .find(|detector| detector.spec().signals.iter().any(|signal| signal.name.as_str() == "fingerprint"))
        .unwrap()
        .as_ref();
    let readings = detector.detect(std::slice::from_ref(photo)).remove(0).unwrap();
    let value = &readings.iter().find(|reading| reading.signal == "fingerprint").unwrap().value;
    let Value::Text(text) = value else { unreachable!("a fingerprint is text") };
    Fingerprint::parse(text).unwrap()
}

/// Shapes in several colours on a wall.
fn drawn_scene(seed: u32) -> RgbImage {
    drawn(520, 400, seed, Rgb([176, 168, 150]))
}

/// Shapes in the middle of white.
fn drawn_on_white(seed: u32) -> RgbImage {
    let mut picture = RgbImage::from_pixel(500, 600, Rgb([255, 255, 255]));
    imageops::overlay(&mut picture, &drawn(280, 360, seed + 100, Rgb([70, 90, 150])), 110, 120);
    picture
}

/// Twelve shaded discs of a seed's colours and places on a ground.
fn drawn(width: u32, height: u32, seed: u32, ground: Rgb<u8>) -> RgbImage {
    let mut state = seed.wrapping_mul(2_654_435_761);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    };
    let discs: Vec<[f64; 6]> = (0..12).map(|_| std::array::from_fn(|_| next())).collect();
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let top = discs.iter().rev().find(|disc| (x - disc[0]).hypot(y - disc[1]) < 0.08 + 0.14 * disc[2]);
        top.map_or(ground, |disc| Rgb([3, 4, 5].map(|channel| (40.0 + 150.0 * disc[channel] + 50.0 * (x - disc[0])) as u8)))
    })
}

fn padded(picture: &RgbImage, px: u32, colour: Rgb<u8>) -> RgbImage {
    let mut result = RgbImage::from_pixel(picture.width() + 2 * px, picture.height() + 2 * px, colour);
    imageops::replace(&mut result, picture, px.into(), px.into());
    result
}

/// About its middle, white where nothing was.
fn turned(picture: &RgbImage, degrees: f64) -> RgbImage {
    let (width, height) = picture.dimensions();
    let (middle_x, middle_y) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let (sin, cos) = degrees.to_radians().sin_cos();
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) + 0.5 - middle_x, f64::from(y) + 0.5 - middle_y);
        let (x, y) = ((x * cos - y * sin + middle_x) as f32 - 0.5, (x * sin + y * cos + middle_y) as f32 - 0.5);
        imageops::interpolate_bilinear(picture, x, y).unwrap_or(Rgb([255, 255, 255]))
    })
}

fn mapped(picture: &RgbImage, change: fn(u8) -> u8) -> RgbImage {
    let mut result = picture.clone();
    result.iter_mut().for_each(|value| *value = change(*value));
    result
}

// Labels.

/// What the labels say of a photograph's origin.
#[derive(serde::Deserialize)]
struct Label {
    file: String,
    sha256: String,
    near_dup_of: Option<String>,
    exact_dup_of: Option<String>,
    parent: Option<String>,
}

impl Label {
    /// The picture that this one is a copy of.
    fn copy_of(&self) -> Option<&str> {
        self.near_dup_of.as_deref().or(self.exact_dup_of.as_deref())
    }

    /// The picture that this one was made of, copy or degraded.
    fn photograph_of(&self) -> Option<&str> {
        self.copy_of().or(self.parent.as_deref())
    }
}

fn labels(path: &Path) -> BTreeMap<String, Label> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).map(|label: Label| (base_name(&label.file).to_owned(), label)).collect()
}

fn base_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn root<'a>(labels: &'a BTreeMap<String, Label>, name: &'a str, made_of: fn(&Label) -> Option<&str>) -> &'a str {
    made_of(&labels[name]).map_or(name, |parent| root(labels, base_name(parent), made_of))
}

fn item(folder: &Path, name: &str) -> Item {
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let photo = open(&bytes, Some(name), Needs::Pixels, &Limits::default()).ok();
    Item { id: name.into(), content_hash: ContentHash::of(&bytes), fingerprint: photo.as_ref().map(measured) }
}

fn pairs(clusters: &[Cluster]) -> BTreeSet<(String, String)> {
    let names = clusters.iter().map(|cluster| cluster.members.iter().map(|member| member.id.to_string()).collect::<Vec<_>>());
    names.flat_map(|names| all_pairs(names.iter()).collect::<Vec<_>>()).collect()
}

fn all_pairs<'a>(names: impl Iterator<Item = &'a String> + Clone) -> impl Iterator<Item = (String, String)> {
    names.clone().enumerate().flat_map(move |(index, a)| names.clone().skip(index + 1).map(move |b| (a.clone(), b.clone())))
}

/// A folder of the shared material; says so when it is absent.
fn shared(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(name);
    if !folder.is_dir() {
        println!("skipped: the photographs of ../shared/{name} are not here");
        return None;
    }
    Some(folder)
}
