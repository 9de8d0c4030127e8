//! Every format and colour model that is read comes out upright and in its colours, with the facts of its file.
#![allow(clippy::panic, reason = "a picture that does not open has to fail its test")]

mod common;

use common::{catalogue, encoded, jpeg, quadrants, with_chunk, with_segment};
use image::{DynamicImage, GrayImage, ImageFormat, Rgba, RgbaImage};
use vitrine_detectors::{Limits, open};
use vitrine_engine::{Format, Needs, Photo, Pixels};

fn opened(bytes: &[u8]) -> Photo {
    open(bytes, None, Needs::Pixels, &Limits::default()).unwrap_or_else(|refusal| panic!("{}: {refusal}", refusal.code()))
}

fn mean(pixels: &Pixels) -> [f64; 3] {
    let mut sums = [0u64; 3];
    for pixel in pixels.rgb().chunks_exact(3) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(*value);
        }
    }
    let count = f64::from(pixels.width()) * f64::from(pixels.height());
    sums.map(|sum| sum as f64 / count)
}

fn far(a: [u8; 3], b: [u8; 3]) -> u8 {
    a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

#[test]
fn lossless_formats_give_back_every_pixel() {
    let drawn = quadrants(61, 43);
    for (kind, format) in [
        (ImageFormat::Png, Format::Png),
        (ImageFormat::WebP, Format::Webp),
        (ImageFormat::Tiff, Format::Tiff),
        (ImageFormat::Bmp, Format::Bmp),
    ] {
        let bytes = encoded(drawn.clone(), kind);
        let photo = opened(&bytes);
        assert_eq!(photo.file.format, format);
        assert_eq!((photo.file.width, photo.file.height, photo.file.bytes), (61, 43, bytes.len() as u64), "{kind:?}");
        assert_eq!((photo.file.color_space, photo.file.bit_depth, photo.file.frame_count), ("srgb", 8, 1), "{kind:?}");
        assert!(!photo.file.is_truncated && !photo.file.has_alpha, "{kind:?}");
        assert_eq!(photo.pixels().unwrap().rgb(), drawn.as_raw().as_slice(), "{kind:?}");
    }
}

#[test]
fn jpeg_quality_and_colours_survive() {
    for quality in [10, 50, 75, 92, 100] {
        let photo = opened(&jpeg(&quadrants(64, 48), quality));
        assert_eq!(photo.file.jpeg_quality, Some(f64::from(quality)));
        assert!(!photo.file.is_truncated);
        assert!(far(photo.pixels().unwrap().at(5, 5), [205, 20, 30]) < 40);
    }
    let gray = opened(&encoded(GrayImage::from_pixel(9, 9, image::Luma([77])), ImageFormat::Jpeg));
    assert_eq!((gray.file.color_space, gray.pixels().unwrap().at(4, 4)), ("gray", [77; 3]));
}

#[test]
fn gray_and_wide_and_clear_pictures_become_eight_bit_rgb_on_white() {
    let gray = opened(&encoded(GrayImage::from_pixel(5, 4, image::Luma([90])), ImageFormat::Png));
    assert_eq!((gray.file.color_space, gray.pixels().unwrap().at(1, 1)), ("gray", [90; 3]));
    for kind in [ImageFormat::Png, ImageFormat::Tiff] {
        let wide = image::ImageBuffer::<image::Rgb<u16>, _>::from_pixel(5, 4, image::Rgb([0u16, 32_896, 65_535]));
        let wide = opened(&encoded(DynamicImage::ImageRgb16(wide), kind));
        assert_eq!((wide.file.bit_depth, wide.pixels().unwrap().at(4, 3)), (16, [0, 128, 255]), "{kind:?}");
    }
    for kind in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff] {
        let clear = RgbaImage::from_fn(6, 6, |x, _| Rgba([0, 0, 0, if x < 3 { 0 } else { 255 }]));
        let clear = opened(&encoded(clear, kind));
        assert!(clear.file.has_alpha, "{kind:?}");
        let pixels = clear.pixels().unwrap();
        assert_eq!((pixels.at(0, 0), pixels.at(5, 5)), ([255; 3], [0; 3]), "{kind:?}");
    }
}

/// Where the red quadrant lies for each orientation: the stored picture has it top left.
#[test]
fn all_eight_orientations_come_out_upright_and_others_are_ignored() {
    let stored = jpeg(&quadrants(64, 32), 95);
    let red_at = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 0), (1, 1), (0, 1)];
    for orientation in 0..=9u8 {
        let exif = [&b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation, 0, 0, 0, 0, 0, 0]].concat();
        let photo = opened(&with_segment(&stored, 0xE1, &exif));
        let turned = (5..=8).contains(&orientation);
        assert_eq!((photo.file.width, photo.file.height), if turned { (32, 64) } else { (64, 32) }, "{orientation}");
        let pixels = photo.pixels().unwrap();
        assert_eq!((pixels.width(), pixels.height()), (photo.file.width, photo.file.height));
        let (right, bottom) = if (1..=8).contains(&orientation) { red_at[usize::from(orientation) - 1] } else { (0, 0) };
        let quarter = |far: u32, side: u32| side / 4 + far * side / 2;
        let found = pixels.at(quarter(right, pixels.width()), quarter(bottom, pixels.height()));
        assert!(far(found, [205, 20, 30]) < 40, "{orientation}: {found:?}");
    }
}

#[test]
fn profiles_are_applied_and_broken_ones_ignored() {
    let stored = jpeg(&quadrants(64, 64), 95);
    let plain = opened(&stored);
    let tagged = |profile: &[u8]| opened(&with_segment(&stored, 0xE2, &[&b"ICC_PROFILE\0\x01\x01"[..], profile].concat()));
    let p3 = tagged(&moxcms::ColorProfile::new_display_p3().encode().unwrap());
    assert_eq!(p3.file.color_space, "display-p3");
    // The same numbers mean a stronger green in the wider space: red falls and green rises in sRGB.
    let (before, after) = (plain.pixels().unwrap().at(48, 16), p3.pixels().unwrap().at(48, 16));
    assert!(after[0] < before[0] && after[1] >= before[1], "{before:?} {after:?}");
    let broken = tagged(b"no profile at all");
    assert_eq!((broken.file.color_space, broken.pixels()), ("srgb", plain.pixels()));
    let srgb = tagged(&moxcms::ColorProfile::new_srgb().encode().unwrap());
    assert_eq!((srgb.file.color_space, srgb.pixels()), ("srgb", plain.pixels()));
}

#[test]
fn a_jpeg_that_says_its_channels_are_rgb_is_opened() {
    let photo = opened(&with_segment(&jpeg(&quadrants(32, 32), 95), 0xEE, b"Adobe\0\x64\0\0\0\0\0"));
    // Luma and chroma taken at their word: red's luma is dark, its red difference high.
    let [luma, _, red_difference] = photo.pixels().unwrap().at(4, 4);
    assert!(luma < 100 && red_difference > 200, "{luma} {red_difference}");
}

#[test]
fn animations_show_their_first_frame_and_count_the_rest() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for value in [250, 10, 20] {
        encoder.encode_frame(image::Frame::new(RgbaImage::from_pixel(8, 6, Rgba([value, value, value, 255])))).unwrap();
    }
    drop(encoder);
    let photo = opened(&bytes);
    assert_eq!((photo.file.format, photo.file.frame_count, photo.file.is_truncated), (Format::Gif, 3, false));
    assert_eq!(photo.pixels().unwrap().at(2, 2), [250; 3]);
    let cut = open(&bytes[..bytes.len() - 1], None, Needs::File, &Limits::default()).unwrap();
    assert!(cut.file.is_truncated);
}

#[test]
fn stated_resolutions_are_read() {
    let drawn = quadrants(16, 16);
    let png = encoded(drawn.clone(), ImageFormat::Png);
    assert_eq!(opened(&png).file.dpi, None);
    assert_eq!(opened(&with_chunk(&png, b"pHYs", &[0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1])).file.dpi, Some(300.0));
    let jfif = b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0";
    let stored = jpeg(&drawn, 90);
    // The encoder writes a JFIF segment without a unit, which the later one of the file replaces.
    let without_jfif = [&stored[..2], &stored[20..]].concat();
    assert_eq!(opened(&with_segment(&without_jfif, 0xE0, jfif)).file.dpi, Some(72.0));
}

#[test]
fn marks_of_synthetic_origin_are_found_where_they_are_kept() {
    let (stored, png) = (jpeg(&quadrants(16, 16), 90), encoded(quadrants(16, 16), ImageFormat::Png));
    let packet = b"<x Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia\"/>";
    let box_of =
        [&b"....jumbc2pa.actions digitalSourceType http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"[..]].concat();
    let marked = [
        with_segment(&stored, 0xE1, &[&b"http://ns.adobe.com/xap/1.0/\0"[..], packet].concat()),
        with_segment(&stored, 0xEB, &[&b"JP\0\x01\0\0\0\x01"[..], &box_of].concat()),
        with_segment(&stored, 0xED, &[&b"Photoshop 3.0\08BIM\x04\x04"[..], packet].concat()),
        with_chunk(&png, b"iTXt", &[&b"XML:com.adobe.xmp\0\0\0\0\0"[..], packet].concat()),
        with_chunk(&png, b"caBX", &box_of),
        with_chunk(&png, b"tEXt", b"parameters\0a shoe\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5"),
    ];
    for (index, bytes) in marked.iter().enumerate() {
        let photo = open(bytes, None, Needs::File, &Limits::default()).unwrap();
        assert!(photo.file.ai_generated_marked, "{index}");
    }
    for bytes in [stored, png] {
        assert!(!opened(&bytes).file.ai_generated_marked);
    }
}

#[test]
fn the_file_alone_tells_the_same_facts_as_with_pixels() {
    for kind in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff, ImageFormat::Bmp] {
        let bytes = encoded(quadrants(20, 30), kind);
        let alone = open(&bytes, Some("a.png"), Needs::File, &Limits::default()).unwrap();
        let whole = open(&bytes, Some("a.png"), Needs::Pixels, &Limits::default()).unwrap();
        assert!(alone.pixels().is_none());
        assert_eq!(alone.file, whole.file, "{kind:?}");
        assert_eq!(alone.file.extension_matches, Some(kind == ImageFormat::Png));
    }
}

/// Labelled pictures of odd containers and colour spaces, each with its size and its mean colour.
#[test]
fn the_labelled_format_pictures_come_out_as_expected() {
    let Some(folder) = catalogue() else { return };
    let labels = std::fs::read_to_string(folder.join("labels.jsonl")).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for label in labels.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
        if label["kind"] != "format" {
            continue;
        }
        seen += 1;
        let file = label["file"].as_str().unwrap();
        let what = format!("{file} ({})", label["fmt"]);
        let photo = match open(&std::fs::read(folder.join(file)).unwrap(), Some(file), Needs::Pixels, &Limits::default()) {
            Ok(photo) => photo,
            Err(refusal) => {
                // Formats that are not read are refused by name; none of the others may be.
                if refusal.code() != "unsupported_format" || label["expected"] == "decodes" {
                    wrong.push(format!("{what}: {} {refusal}", refusal.code()));
                }
                println!("{what}: {}", refusal.code());
                continue;
            }
        };
        let pixels = photo.pixels().unwrap();
        let (size, color) = (&label["expected_size"], &label["expected_mean_srgb"]);
        if (size[0].as_u64(), size[1].as_u64()) != (Some(pixels.width().into()), Some(pixels.height().into())) {
            wrong.push(format!("{what}: {}x{}", pixels.width(), pixels.height()));
        }
        let mean = mean(pixels);
        let tolerance = label["mean_tolerance"].as_f64().unwrap();
        if (0..3).any(|channel| (mean[channel] - color[channel].as_f64().unwrap()).abs() > tolerance) {
            wrong.push(format!("{what}: mean {mean:.1?} instead of {color} in {}", photo.file.color_space));
        }
        if label["frames"].as_u64().is_some_and(|frames| frames != u64::from(photo.file.frame_count)) {
            wrong.push(format!("{what}: {} frames", photo.file.frame_count));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 0);
}
