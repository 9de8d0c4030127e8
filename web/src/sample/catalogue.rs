//! Which picture of which product gets which fault, and the files that are written: pictures, requests and the manifest.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use image::codecs::jpeg::JpegEncoder;
use serde::{Deserialize, Serialize};

use super::defect::{ALL, Defect};
use super::noise::Dice;
use super::picture::Picture;
use super::products::{self, Product};
use super::render::{Sprite, View, render};
use super::scene::{Backdrop, compose};

/// How a sample catalogue is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Same seed, same pictures.
    pub seed: u64,
    /// Longer side of the pictures, px.
    pub long_side_px: usize,
    /// Only the first so many products.
    pub products: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 7, long_side_px: 1000, products: usize::MAX }
    }
}

/// One line of the manifest: what a picture is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The product.
    pub product_id: String,
    /// Its name for people.
    pub title: String,
    /// Its category path.
    pub category: String,
    /// The picture.
    pub id: String,
    /// Where it was written.
    pub file: PathBuf,
    /// The fault drawn into it; `None` = clean.
    pub defect: Option<String>,
    /// What it shows: `front`, `side` or `scene`.
    pub view: String,
}

/// Draws the catalogue into `folder`: `images/`, `requests.jsonl` (one selection request a product) and `manifest.jsonl` (what was
/// drawn where). Returns the manifest, product by product. `done` is called after each product.
///
/// # Errors
/// When a file cannot be written.
pub fn draw(folder: &Path, settings: &Settings, done: impl Fn() + Sync) -> io::Result<Vec<Drawn>> {
    let images = folder.join("images");
    std::fs::create_dir_all(&images)?;
    let mut products = products::all();
    products.truncate(settings.products);
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(products.len().max(1));
    let work = || -> io::Result<Vec<(usize, Vec<Drawn>)>> {
        let mut drawn = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(product) = products.get(index) else { return Ok(drawn) };
            drawn.push((index, draw_product(&images, product, index, settings)?));
            done();
        }
    };
    let mut by_product = std::thread::scope(|scope| -> io::Result<Vec<_>> {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut by_product = Vec::new();
        for thread in threads {
            by_product.extend(thread.join().unwrap_or_else(|_| Err(io::Error::other("drawing stopped unexpectedly")))?);
        }
        Ok(by_product)
    })?;
    by_product.sort_by_key(|(index, _)| *index);
    write_lines(&folder.join("manifest.jsonl"), by_product.iter().flat_map(|(_, drawn)| drawn))?;
    write_lines(&folder.join("requests.jsonl"), by_product.iter().map(|(_, drawn)| request(drawn)))?;
    Ok(by_product.into_iter().flat_map(|(_, drawn)| drawn).collect())
}

/// Number of faulty pictures of the product at `index`.
fn faults_of(index: usize) -> impl Iterator<Item = Defect> {
    let count = if index.is_multiple_of(3) { 2 } else { 3 };
    (0..count).map(move |nth| ALL[(index * 3 + nth * 7 + nth * nth) % ALL.len()])
}

fn draw_product(images: &Path, product: &Product, index: usize, settings: &Settings) -> io::Result<Vec<Drawn>> {
    let mut dice = Dice::new(settings.seed, product.id);
    let long = settings.long_side_px as f32;
    let (width, height) = if product.aspect > 1.0 { (long, long / product.aspect) } else { (long * product.aspect, long) };
    let (width, height) = (width as usize, height as usize);
    let seed = settings.seed.wrapping_mul(1000).wrapping_add(index as u64);
    let pitch = if product.model.stands { 0.24 } else { 0.0 };
    let front_view = View { yaw: product.best_yaw, pitch, fill: 0.88, shift: (0.0, 0.0) };
    let turned = if product.model.stands { product.best_yaw - dice.between(0.75, 1.0) } else { dice.between(0.3, 0.45) };
    let side_view = View { yaw: turned, pitch: pitch * 1.3, fill: 0.7, shift: (dice.between(-0.05, 0.05), 0.06) };
    let front = render(&product.model, &front_view, width, height);
    let side = render(&product.model, &side_view, width, height);
    let lay = |sprite: &Sprite, backdrop, salt: u64| compose(sprite, &product.model, backdrop, seed ^ (salt << 32));
    let (clean_front, clean_side) = (lay(&front, Backdrop::White, 1), lay(&side, Backdrop::White, 2));
    let scene = lay(&side, scene_of(product, index), 3);

    let mut pictures: Vec<(Picture, &'static str, Option<Defect>)> =
        vec![(clean_front.clone(), "front", None), (scene.clone(), "scene", None)];
    if index % 3 != 1 {
        pictures.push((clean_side.clone(), "side", None));
    }
    for (nth, defect) in faults_of(index).enumerate() {
        let from_side = nth == 1 && !matches!(defect, Defect::NearDuplicate | Defect::CutOff | Defect::TinySubject | Defect::OffCentre);
        let clean = if from_side { &clean_side } else { &clean_front };
        let loud = [0xd9_3a6a, 0x2f_8fd0, 0xf0_b429, 0x6a_3fb5][(dice.unit() * 3.99) as usize];
        let spoilt = match defect {
            Defect::ColouredBackground => lay(&front, Backdrop::Colour(loud), 4),
            Defect::Collage => defect.spoil(clean, &[clean_side.clone(), scene.clone()], &mut dice),
            _ => defect.spoil(clean, &[], &mut dice),
        };
        pictures.push((spoilt, if from_side { "side" } else { "front" }, Some(defect)));
    }
    shuffle(&mut pictures, &mut dice);
    let mut drawn = Vec::with_capacity(pictures.len());
    for (nth, (picture, view, defect)) in pictures.iter().enumerate() {
        let id = format!("{}-{}", product.id, nth + 1);
        let as_png = index % 5 == 2 && defect.is_none() && *view == "front";
        let file = images.join(format!("{id}.{}", if as_png { "png" } else { "jpg" }));
        save(picture, &file, defect.map_or(92, Defect::jpeg_quality))?;
        drawn.push(Drawn {
            product_id: product.id.to_owned(),
            title: product.title.to_owned(),
            category: product.category.to_owned(),
            id,
            file,
            defect: defect.map(|defect| defect.name().to_owned()),
            view: (*view).to_owned(),
        });
    }
    Ok(drawn)
}

fn scene_of(product: &Product, index: usize) -> Backdrop {
    let indoors = [Backdrop::WoodenTable, Backdrop::Kitchen, Backdrop::Loft];
    match product.category.split('/').next() {
        Some("garden" | "sports" | "shoes") if index % 4 != 1 => Backdrop::Meadow,
        Some("grocery" | "beauty") => Backdrop::Kitchen,
        Some("tools") => Backdrop::Loft,
        Some("apparel") => [Backdrop::WoodenTable, Backdrop::Loft][index % 2],
        _ => indoors[index % indoors.len()],
    }
}

fn shuffle<T>(items: &mut [T], dice: &mut Dice) {
    for last in (1..items.len()).rev() {
        items.swap(last, (dice.unit() * (last + 1) as f32) as usize);
    }
}

fn save(picture: &Picture, file: &Path, quality: u8) -> io::Result<()> {
    let image = picture.to_rgb8();
    let mut bytes = Vec::new();
    let encoded = if file.extension().is_some_and(|extension| extension == "png") {
        image.write_to(&mut io::Cursor::new(&mut bytes), image::ImageFormat::Png)
    } else {
        JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&image)
    };
    encoded.map_err(io::Error::other)?;
    std::fs::write(file, bytes)
}

/// The body of `POST /v1/select` for one product, its pictures by path.
fn request(drawn: &[Drawn]) -> serde_json::Value {
    let first = drawn.first();
    let candidates: Vec<_> = drawn.iter().map(|one| serde_json::json!({ "id": one.id, "path": one.file })).collect();
    serde_json::json!({
        "product": { "id": first.map(|one| &one.product_id), "category": first.map(|one| &one.category) },
        "candidates": candidates,
    })
}

fn write_lines<T: Serialize>(file: &Path, lines: impl Iterator<Item = T>) -> io::Result<()> {
    let mut out = io::BufWriter::new(std::fs::File::create(file)?);
    for line in lines {
        serde_json::to_writer(&mut out, &line)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
