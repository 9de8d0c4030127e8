//! Broken, lying and oversized files: each gets a refusal with a code or a picture, within the limits; nothing panics.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod common;

use std::time::Duration;

use common::{catalogue, encoded, jpeg, quadrants, with_chunk, with_segment};
use image::ImageFormat;
use proptest::prelude::*;
use vitrine_detectors::{Limits, Refusal, open};
use vitrine_engine::{Needs, Photo};

fn with(bytes: &[u8], limits: &Limits) -> Result<Photo, Refusal> {
    open(bytes, Some("file.jpg"), Needs::Pixels, limits)
}

fn code(bytes: &[u8], limits: &Limits) -> &'static str {
    with(bytes, limits).err().map_or("opened", |refusal| refusal.code())
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let bytes = jpeg(&quadrants(100, 100), 90);
    let limits = Limits::default();
    assert_eq!(code(&bytes, &limits), "opened");
    assert_eq!(code(&bytes, &Limits { file_bytes: bytes.len() as u64 - 1, ..limits.clone() }), "file_too_large");
    assert_eq!(code(&bytes, &Limits { pixels: 9_999, ..limits.clone() }), "too_many_pixels");
    assert_eq!(code(&bytes, &Limits { pixels: 10_000, ..limits.clone() }), "opened");
    assert_eq!(code(&bytes, &Limits { decode_memory_bytes: 20_000, ..limits.clone() }), "decode_memory");
    let png = encoded(quadrants(900, 900), ImageFormat::Png);
    assert_eq!(code(&png, &Limits { decode_time: Duration::ZERO, ..limits }), "decode_timeout");
}

#[test]
fn a_size_that_the_header_only_claims_costs_nothing() {
    let mut bytes = jpeg(&quadrants(64, 64), 90);
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    bytes[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    assert_eq!(code(&bytes, &Limits::default()), "too_many_pixels");
}

#[test]
fn every_cut_is_told_as_one() {
    for kind in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff, ImageFormat::Bmp] {
        let whole = encoded(quadrants(48, 40), kind);
        for end in (30..whole.len()).step_by(whole.len() / 60 + 1) {
            match with(&whole[..end], &Limits::default()) {
                Ok(photo) => assert!(photo.file.is_truncated, "{kind:?} cut at {end} of {}", whole.len()),
                Err(refusal) => assert!(matches!(refusal.code(), "truncated" | "corrupt"), "{kind:?} cut at {end}: {refusal}"),
            }
        }
    }
}

#[test]
fn what_is_left_of_a_cut_picture_is_kept() {
    let whole = jpeg(&quadrants(64, 64), 90);
    let photo = with(&whole[..whole.len() * 3 / 4], &Limits::default()).unwrap();
    let first = photo.pixels().unwrap().at(8, 8);
    assert!(photo.file.is_truncated && first[0] > 150 && first[1] < 80, "{first:?}");
}

#[test]
fn arithmetic_and_lossless_jpegs_are_refused_by_name() {
    let whole = jpeg(&quadrants(64, 64), 90);
    let frame = whole.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    for kind in [0xC3, 0xC9, 0xCA] {
        let mut bytes = whole.clone();
        bytes[frame + 1] = kind;
        assert_eq!(code(&bytes, &Limits::default()), "unsupported_format", "{kind:x}");
    }
}

#[test]
fn packed_metadata_is_never_unpacked_beyond_its_limit() {
    let limits = Limits::default();
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b'a'; 64 << 20], 6);
    let png = encoded(quadrants(16, 16), ImageFormat::Png);
    for (kind, head) in [(b"zTXt", &b"parameters\0\0"[..]), (b"iCCP", b"big\0\0"), (b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0")] {
        let photo = with(&with_chunk(&png, kind, &[head, &packed].concat()), &limits).unwrap();
        assert_eq!(photo.file.color_space, "srgb");
    }
}

#[test]
fn too_many_scans_are_refused() {
    let whole = jpeg(&quadrants(16, 16), 90);
    let frame = whole.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let scan = whole.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    let mut bytes = whole[..whole.len() - 2].to_vec();
    bytes[frame + 1] = 0xC2;
    for _ in 0..150 {
        bytes.extend_from_slice(&whole[scan..whole.len() - 2]);
    }
    bytes.extend_from_slice(&[0xFF, 0xD9]);
    assert_eq!(code(&bytes, &Limits::default()), "decode_timeout");
}

#[test]
fn a_generator_segment_of_any_length_does_no_harm() {
    let whole = jpeg(&quadrants(16, 16), 90);
    for marker in 0xE0..=0xEF {
        for body in [
            &b""[..],
            b"JP",
            b"Exif\0\0",
            b"Exif\0\0II*\0\xFF\xFF\xFF\xFF",
            b"ICC_PROFILE\0",
            b"Adobe\0\x64\0\0\0\0\x01",
            b"Photoshop 3.0\0",
            b"JFIF\0",
        ] {
            assert!(with(&with_segment(&whole, marker, body), &Limits::default()).is_ok(), "{marker:x} {body:?}");
        }
    }
}

/// The catalogue's broken files, each with the outcome that a reader must give, in one process of bounded memory.
#[test]
fn the_labelled_hostile_files_get_what_they_ask_for() {
    let Some(folder) = catalogue() else { return };
    let mut wrong = Vec::new();
    for line in std::fs::read_to_string(folder.join("hostile/expected.jsonl")).unwrap().lines() {
        let label: serde_json::Value = serde_json::from_str(line).unwrap();
        let (file, expected) = (label["file"].as_str().unwrap(), label["expected"].as_str().unwrap());
        let outcome = with(&std::fs::read(folder.join(file)).unwrap(), &Limits::default());
        let fits = match &outcome {
            Err(refusal) => expected != "decodes" && !refusal.message().is_empty() && refusal.code() != "decoder_fault",
            Ok(photo) if expected.contains("truncated") => photo.file.is_truncated,
            Ok(_) => expected.contains("decodes"),
        };
        println!("{file}: {}", outcome.as_ref().err().map_or("opened".into(), |refusal| format!("{} {refusal}", refusal.code())));
        if !fits {
            wrong.push(format!("{file}: {expected}, but {:?}", outcome.map(|photo| photo.file)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if let Some(peak_kib) = peak_memory_kib() {
        println!("peak memory {} MiB", peak_kib >> 10);
        assert!(peak_kib < 600 << 10, "{peak_kib} KiB");
    }
}

fn peak_memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse().ok()
}

fn small_files() -> Vec<Vec<u8>> {
    let picture = quadrants(24, 17);
    let mut files: Vec<Vec<u8>> = [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff, ImageFormat::Bmp]
        .into_iter()
        .map(|kind| encoded(picture.clone(), kind))
        .collect();
    files.push(jpeg(&picture, 80));
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    files.push(with_segment(&jpeg(&picture, 60), 0xE1, exif));
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is changed, cut or repeated in a small file: an answer, never a panic, and no refusal without words.
    #[test]
    fn changed_files_are_opened_or_refused(
        which in 0usize..7,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = small_files().swap_remove(which);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        for needs in [Needs::File, Needs::Pixels] {
            match open(&bytes, None, needs, &Limits::default()) {
                Ok(photo) => prop_assert!(photo.file.width > 0 && photo.file.height > 0 && photo.file.frame_count > 0),
                Err(refusal) => prop_assert!(!refusal.code().is_empty() && !refusal.message().is_empty()),
            }
        }
    }
}
