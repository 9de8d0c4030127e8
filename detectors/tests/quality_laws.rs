//! Laws of the technical-quality signals on drawn pictures: what must rise or fall, whatever the scale.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test helper that fails, fails its test")]

use image::ImageEncoder as _;
use image::codecs::jpeg::JpegEncoder;
use vitrine_engine::{ContentHash, FileFacts, Format, Needs, Photo, Pixels, Value};

/// A scene of crisp shapes: discs, bars and fine print on a ground, different for each seed, with a soft shade over all.
fn scene(width: u32, height: u32, seed: u64) -> Vec<f64> {
    let mut random = Random(seed * 7919 + 1);
    let mut luma: Vec<f64> = vec![190.0; (width * height) as usize];
    let unit = f64::from(width.min(height));
    for _ in 0..40 {
        let (cx, cy) = (random.unit() * f64::from(width), random.unit() * f64::from(height));
        let (size, shade, turn) = (unit * (0.01 + 0.12 * random.unit()), 20.0 + 200.0 * random.unit(), random.unit() * 3.2);
        let is_disc = random.unit() < 0.5;
        for y in 0..height {
            for x in 0..width {
                let (dx, dy) = (f64::from(x) - cx, f64::from(y) - cy);
                let (u, v) = (dx * turn.cos() + dy * turn.sin(), dy * turn.cos() - dx * turn.sin());
                let inside = if is_disc { dx * dx + dy * dy < size * size } else { u.abs() < size && v.abs() < size / 3.0 };
                if inside {
                    luma[(y * width + x) as usize] = shade;
                }
            }
        }
    }
    for (i, value) in luma.iter_mut().enumerate() {
        *value *= 0.8 + 0.2 * (f64::from(i as u32 % width) / f64::from(width));
    }
    luma
}

fn photo(width: u32, height: u32, luma: &[f64]) -> Photo {
    coloured(width, height, luma.iter().flat_map(|&v| [v.round().clamp(0.0, 255.0) as u8; 3]).collect())
}

fn coloured(width: u32, height: u32, rgb: Vec<u8>) -> Photo {
    let file = FileFacts {
        content_hash: ContentHash::of(&rgb),
        bytes: 1,
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
    Photo::new(file, Some(Pixels::new(width, height, rgb).unwrap()))
}

/// Reads one signal; `None` when it was left out.
fn read(signal: &str, photo: &Photo) -> Option<f64> {
    let detectors = vitrine_detectors::all();
    let detector = detectors.iter().find(|detector| detector.spec().signals.iter().any(|spec| spec.name.as_str() == signal)).unwrap();
    let measured = detector.detect(std::slice::from_ref(photo)).remove(0).unwrap();
    measured.into_iter().find(|measurement| measurement.signal == signal).map(|measurement| match measurement.value {
        Value::Number(number) => number,
        other => panic!("{other:?}"),
    })
}

fn number(signal: &str, photo: &Photo) -> f64 {
    read(signal, photo).unwrap_or_else(|| panic!("{signal} was not measured"))
}

fn assert_falls(readings: &[f64]) {
    assert!(readings.is_sorted_by(|before, after| before > after), "{readings:?}");
}

fn assert_rises(readings: &[f64]) {
    assert!(readings.is_sorted_by(|before, after| before < after), "{readings:?}");
}

/// The mean along a line of weighted neighbours, `(dx, dy, weight)`.
fn filtered(width: u32, height: u32, luma: &[f64], taps: &[(i64, i64, f64)]) -> Vec<f64> {
    let (w, h) = (i64::from(width), i64::from(height));
    let total: f64 = taps.iter().map(|tap| tap.2).sum();
    let at = |x: i64, y: i64| luma[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)) as usize];
    (0..w * h).map(|i| taps.iter().map(|&(dx, dy, weight)| weight * at(i % w + dx, i / w + dy)).sum::<f64>() / total).collect()
}

fn blurred(width: u32, height: u32, luma: &[f64], sigma: f64) -> Vec<f64> {
    let weights: Vec<(i64, f64)> = (-14..=14).map(|d| (d, (-(d * d) as f64 / (2.0 * sigma * sigma)).exp())).collect();
    let rows = filtered(width, height, luma, &weights.iter().map(|&(d, weight)| (d, 0, weight)).collect::<Vec<_>>());
    filtered(width, height, &rows, &weights.iter().map(|&(d, weight)| (0, d, weight)).collect::<Vec<_>>())
}

fn enlarged(width: u32, height: u32, luma: &[f64], factor: u32) -> Vec<f64> {
    let at = |x: u32, y: u32| luma[(y.min(height - 1) * width + x.min(width - 1)) as usize];
    let mut out = Vec::new();
    for y in 0..height * factor {
        for x in 0..width * factor {
            let (fx, fy) = (f64::from(x % factor) / f64::from(factor), f64::from(y % factor) / f64::from(factor));
            let (x, y) = (x / factor, y / factor);
            let upper = at(x, y) * (1.0 - fx) + at(x + 1, y) * fx;
            let lower = at(x, y + 1) * (1.0 - fx) + at(x + 1, y + 1) * fx;
            out.push(upper * (1.0 - fy) + lower * fy);
        }
    }
    out
}

fn with_noise(luma: &[f64], sigma: f64) -> Vec<f64> {
    let mut random = Random(42);
    luma.iter().map(|value| value + sigma * random.normal()).collect()
}

fn saved_as_jpeg(width: u32, height: u32, rgb: &[u8], quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).write_image(rgb, width, height, image::ExtendedColorType::Rgb8).unwrap();
    bytes
}

fn opened(bytes: &[u8]) -> Photo {
    vitrine_detectors::open(bytes, None, Needs::Pixels, &Default::default()).unwrap()
}

fn rgb_of(luma: &[f64]) -> Vec<u8> {
    luma.iter().flat_map(|&v| [v.round().clamp(0.0, 255.0) as u8; 3]).collect()
}

/// A picture with structure of all sizes, as cloth and foliage have.
fn texture(width: u32, height: u32) -> Vec<f64> {
    let mut random = Random(5);
    let grain: Vec<f64> = (0..width * height).map(|_| random.normal()).collect();
    let (fine, coarse) = (blurred(width, height, &grain, 1.2), blurred(width, height, &grain, 5.0));
    fine.iter().zip(coarse).map(|(fine, coarse)| 128.0 + 40.0 * fine + 350.0 * coarse).collect()
}

const SIDE: u32 = 320;

#[test]
fn blurring_never_sharpens() {
    for seed in 0..3 {
        let crisp = scene(SIDE, SIDE, seed);
        let mut readings = vec![number("sharpness", &photo(SIDE, SIDE, &crisp))];
        for sigma in [0.6, 1.0, 1.6, 2.5, 4.0] {
            readings.push(number("sharpness", &photo(SIDE, SIDE, &blurred(SIDE, SIDE, &crisp, sigma))));
        }
        assert!(readings[0] > 0.8 && readings[2] < 0.5 && readings[5] < 0.1, "{readings:?}");
        assert_falls(&readings);
    }
}

#[test]
fn motion_in_any_direction_unsharpens() {
    let crisp = scene(SIDE, SIDE, 7);
    let still = number("sharpness", &photo(SIDE, SIDE, &crisp));
    for (dx, dy) in [(1, 0), (0, 1), (1, 1), (1, -1)] {
        let mut readings = vec![still];
        for length in [3, 7, 15] {
            let taps: Vec<_> = (-length / 2..=length / 2).map(|k| (k * dx, k * dy, 1.0)).collect();
            readings.push(number("sharpness", &photo(SIDE, SIDE, &filtered(SIDE, SIDE, &crisp, &taps))));
        }
        assert!(readings[2] < 0.5, "{readings:?}");
        assert_falls(&readings);
    }
}

#[test]
fn sharpness_is_fair_to_sizes_and_to_plain_pictures() {
    let crisp = |side| number("sharpness", &photo(side, side, &scene(side, side, 3)));
    let plain = {
        let luma: Vec<f64> =
            (0..SIDE * SIDE).map(|i| if (i % SIDE).abs_diff(150) < 40 && (i / SIDE) > 100 { 60.0 } else { 255.0 }).collect();
        number("sharpness", &photo(SIDE, SIDE, &luma))
    };
    let readings = [crisp(160), crisp(320), crisp(700), plain];
    assert!(readings.iter().all(|reading| *reading > 0.8), "{readings:?}");
}

#[test]
fn more_noise_reads_more_noise_and_texture_reads_little() {
    let crisp = scene(SIDE, SIDE, 1);
    let readings = [0.0, 2.0, 4.0, 8.0, 16.0].map(|sigma| number("noise", &photo(SIDE, SIDE, &with_noise(&crisp, sigma))));
    assert!(readings[0] < 0.05 && readings[3] > 0.5, "{readings:?}");
    assert_rises(&readings);
    assert!(number("noise", &photo(SIDE, SIDE, &texture(SIDE, SIDE))) < 0.2);
}

#[test]
fn lower_jpeg_quality_never_reads_less_blocky() {
    let rgb = rgb_of(&texture(SIDE, SIDE));
    let readings = [95, 75, 50, 30, 20, 10].map(|quality| number("blockiness", &opened(&saved_as_jpeg(SIDE, SIDE, &rgb, quality))));
    assert!(readings[0] < 0.1 && readings[3] > 0.4 && readings[5] > 0.8, "{readings:?}");
    assert!(readings.is_sorted(), "{readings:?}");
}

#[test]
fn saving_again_does_not_hide_blocks() {
    let blocky = opened(&saved_as_jpeg(SIDE, SIDE, &rgb_of(&texture(SIDE, SIDE)), 12));
    let again = opened(&saved_as_jpeg(SIDE, SIDE, blocky.pixels().unwrap().rgb(), 95));
    assert!(number("blockiness", &again) > 0.7);
}

#[test]
fn a_pattern_on_an_eight_pixel_raster_is_not_blocky() {
    let checks: Vec<f64> = (0..SIDE * SIDE).map(|i| if (i % SIDE / 4 + i / SIDE / 4).is_multiple_of(2) { 60.0 } else { 180.0 }).collect();
    assert!(number("blockiness", &photo(SIDE, SIDE, &checks)) < 0.2);
}

#[test]
fn enlarging_raises_the_score() {
    let small = scene(SIDE, SIDE, 4);
    let honest = number("upscaled_score", &photo(SIDE, SIDE, &small));
    let [twice, four_times] =
        [2, 4].map(|factor| number("upscaled_score", &photo(SIDE * factor, SIDE * factor, &enlarged(SIDE, SIDE, &small, factor))));
    assert!(honest < 0.2 && four_times > 0.8, "{honest} {twice} {four_times}");
    assert!(honest < twice && twice < four_times);
}

#[test]
fn more_exposure_is_brighter() {
    let scene = scene(SIDE, SIDE, 2);
    let exposed = |stops: f64| -> Vec<f64> {
        let gain = 2f64.powf(stops);
        scene.iter().map(|value| ((value / 255.0).powf(2.2) * gain).min(1.0).powf(1.0 / 2.2) * 255.0).collect()
    };
    let photos = [-3.0, -1.5, 0.0, 0.9, 1.8].map(|stops| photo(SIDE, SIDE, &exposed(stops)));
    assert_rises(&photos.each_ref().map(|photo| number("brightness", photo)));
    assert_rises(&photos.each_ref().map(|photo| number("luma_mean", photo)));
    assert!(photos.each_ref().map(|photo| number("light_clip_ratio", photo)).is_sorted());
}

#[test]
fn a_white_background_is_neither_brightness_nor_clipping() {
    let product = |ground: f64| -> Vec<f64> {
        (0..SIDE * SIDE)
            .map(|i| if (i % SIDE).abs_diff(160) < 60 && (i / SIDE).abs_diff(160) < 60 { 40.0 + f64::from(i % 97) } else { ground })
            .collect()
    };
    let on_white = photo(SIDE, SIDE, &product(255.0));
    assert_eq!(number("light_clip_ratio", &on_white), 0.0);
    assert!((0.4..0.6).contains(&number("brightness", &on_white)));
}

#[test]
fn colour_fades_to_zero_and_sepia_is_a_colour() {
    let scene = scene(SIDE, SIDE, 9);
    let kept = |share: f64| {
        let rgb = scene
            .iter()
            .flat_map(|v| [v * (1.0 + 0.3 * share), v * (1.0 - 0.1 * share), v * (1.0 - 0.6 * share)].map(|c| c.clamp(0.0, 255.0) as u8));
        number("colorfulness", &coloured(SIDE, SIDE, rgb.collect()))
    };
    assert_eq!(kept(0.0), 0.0);
    assert_rises(&[kept(0.0), kept(0.07), kept(0.5), kept(1.0)]);
    assert!(kept(0.07) < 0.06);
    let sepia = scene.iter().flat_map(|v| [v, &(v * 0.87), &(v * 0.68)].map(|c| c.clamp(0.0, 255.0) as u8)).collect();
    assert!(number("colorfulness", &coloured(SIDE, SIDE, sepia)) > 0.15);
}

#[test]
fn flat_and_tiny_pictures_give_sane_readings_or_none() {
    for (width, height) in [(1, 1), (2, 2), (1, 300), (3000, 1), (7, 5), (8, 8), (15, 400), (16, 16), (17, 64), (200, 200)] {
        for shade in [0.0, 128.0, 255.0] {
            let flat = photo(width, height, &vec![shade; (width * height) as usize]);
            for detector in vitrine_detectors::all() {
                for measurement in detector.detect(std::slice::from_ref(&flat)).remove(0).unwrap() {
                    let specs = &detector.spec().signals;
                    let spec = specs.iter().find(|spec| spec.name.as_str() == measurement.signal).unwrap();
                    assert_eq!(spec.objection(&measurement.value), None, "{width}x{height} {shade} {}", spec.name);
                }
            }
            assert_eq!(read("sharpness", &flat), None);
            assert_eq!(number("entropy_bits", &flat), 0.0);
            assert_eq!(number("contrast", &flat), 0.0);
            assert_eq!(number("luma_mean", &flat), shade / 255.0);
        }
    }
}

/// A small generator, so that drawn pictures are the same everywhere.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Nearly normal: the sum of twelve uniform ones.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}
