//! What a file's own words tell, whatever its format: filled by one walker per format, none of which decodes a pixel.

mod avif;
mod bmp;
mod bytes;
mod exif;
mod gif;
mod jpeg;
mod marks;
mod png;
mod quality;
mod tiff;
mod webp;

use std::borrow::Cow;

use vitrine_engine::Format;

use super::limits::Limits;
use super::refusal::{Reason, Refusal};
use exif::Exif;
use marks::Marks;

/// How the file stores colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// One channel.
    Gray,
    /// Three channels, or a palette of them.
    Color,
    /// Four inks.
    Cmyk,
}

/// What was read. Sizes are as stored, before orientation.
#[derive(Debug)]
pub struct Header<'a> {
    pub width: u32,
    pub height: u32,
    /// EXIF orientation 1..=8.
    pub orientation: u8,
    pub ink: Ink,
    pub bit_depth: u8,
    pub frames: u32,
    pub has_alpha: bool,
    pub is_truncated: bool,
    pub jpeg_quality: Option<f64>,
    pub dpi: Option<f64>,
    pub ai_marked: bool,
    /// `contains-synthetic-performer` in the XMP subject.
    pub performer_marked: bool,
    /// The colour profile, unpacked, unchecked.
    pub profile: Option<Cow<'a, [u8]>>,
    /// Bytes that the format's decoder holds per pixel at its peak, result included.
    pub bytes_per_pixel: u64,
    /// A JPEG whose decoder goes over the picture once per scan.
    pub scans: u32,
    /// Adobe's colour transform of a JPEG, if it states one.
    pub adobe_transform: Option<u8>,
}

impl Header<'_> {
    fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            orientation: 1,
            ink: Ink::Color,
            bit_depth: 8,
            frames: 1,
            has_alpha: false,
            is_truncated: false,
            jpeg_quality: None,
            dpi: None,
            ai_marked: false,
            performer_marked: false,
            profile: None,
            bytes_per_pixel: 4,
            scans: 1,
            adobe_transform: None,
        }
    }

    fn take(&mut self, exif: Option<Exif>) {
        let Some(exif) = exif else { return };
        self.orientation = exif.orientation.unwrap_or(self.orientation);
        self.dpi = self.dpi.or(exif.dpi);
        self.ai_marked |= exif.ai_marked;
    }

    fn mark(&mut self, marks: &Marks) {
        self.ai_marked |= marks.ai;
        self.performer_marked |= marks.performer;
    }
}

/// Reads the header and holds it against the limits.
///
/// # Errors
/// When the header contradicts itself or its format, or asks for more than the limits allow.
pub fn read<'a>(bytes: &'a [u8], format: Format, limits: &Limits) -> Result<Header<'a>, Refusal> {
    let header = match format {
        Format::Jpeg => jpeg::read(bytes, limits),
        Format::Png => png::read(bytes, limits),
        Format::Webp => webp::read(bytes, limits),
        Format::Gif => gif::read(bytes),
        Format::Tiff => tiff::read(bytes, limits),
        Format::Bmp => bmp::read(bytes),
        Format::Avif => avif::read(bytes),
    }?;
    let (width, height) = (header.width, header.height);
    if width == 0 || height == 0 {
        return Err(corrupt("a side of the picture is 0 px long"));
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.pixels {
        let message = format!("the picture has {width} x {height} pixels, more than the {} allowed", limits.pixels);
        return Err(Refusal::new(Reason::TooManyPixels, message));
    }
    if header.scans > limits.scans {
        let message = format!("the picture is spread over {} scans, more than the {} allowed", header.scans, limits.scans);
        return Err(Refusal::new(Reason::DecodeTimeout, message));
    }
    Ok(header)
}

fn corrupt(message: &str) -> Refusal {
    Refusal::new(Reason::Corrupt, message)
}

fn cut(message: &str) -> Refusal {
    Refusal::new(Reason::Truncated, message)
}

fn unsupported(message: impl Into<String>) -> Refusal {
    Refusal::new(Reason::UnsupportedFormat, message)
}

/// A resolution that somebody may have meant: 0, negative, infinite or absurd ones are not stated.
fn sensible_dpi(dpi: f64) -> Option<f64> {
    (dpi.is_finite() && (1.0..=100_000.0).contains(&dpi)).then_some(dpi)
}

/// Unpacks a zlib stream of metadata, never to more than `limit` bytes; `None` when it is broken or larger.
fn inflate(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, limit).ok()
}
