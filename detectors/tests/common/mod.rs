//! Pictures drawn by the tests, and the labelled catalogue where it is at hand.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::expect_used, reason = "a test that cannot draw its picture has to fail")]

pub mod onnx;

use std::io::Cursor;
use std::path::PathBuf;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A picture whose quadrants differ: red, green, blue, gray; a little texture on all of them.
pub fn quadrants(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let texture = ((x * 7 + y * 13) % 11) as u8;
        Rgb(match (x * 2 < width, y * 2 < height) {
            (true, true) => [200 + texture, 20, 30],
            (false, true) => [20, 190 + texture, 40],
            (true, false) => [30, 40, 180 + texture],
            (false, false) => [120 + texture; 3],
        })
    })
}

/// A file of it.
pub fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.into().write_to(&mut Cursor::new(&mut bytes), format).expect("the test's own picture can be written");
    bytes
}

/// A JPEG of it.
pub fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(picture)
        .expect("the test's own picture can be written");
    bytes
}

/// The same JPEG with a segment behind its first two bytes.
pub fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).expect("a segment holds 64 kB").to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
}

/// The same PNG with a chunk behind its header.
pub fn with_chunk(png: &[u8], kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let checked = [&kind[..], body].concat();
    let mut crc = !0u32;
    for byte in &checked {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let length = u32::try_from(body.len()).expect("a chunk of a test is small").to_be_bytes();
    [&png[..33], &length, &checked, &(!crc).to_be_bytes(), &png[33..]].concat()
}

/// The labelled catalogue beside the repository; `None`, and a word why, where there is none.
pub fn catalogue() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/catalog");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the labelled catalogue is not at hand (../shared/catalog)");
    None
}
