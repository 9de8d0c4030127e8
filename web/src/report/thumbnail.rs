//! Small versions of pictures, embedded in the page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Rgb};
use vitrine_detectors::{Limits, open};
use vitrine_engine::Needs;

/// Longer side of a small version, px: sharp at twice the size it is shown at.
const LONG_SIDE_PX: u32 = 420;

/// A small version.
#[derive(Debug, Clone)]
pub struct Thumbnail {
    /// A `data:` address of a JPEG.
    pub address: String,
    /// Its width, px.
    pub width: u32,
    /// Its height, px.
    pub height: u32,
}

/// The small version of a file; `None` when it cannot be read.
pub fn thumbnail(bytes: &[u8]) -> Option<Thumbnail> {
    let photo = open(bytes, None, Needs::Pixels, &Limits::default()).ok()?;
    let pixels = photo.pixels()?;
    let factor = pixels.width().max(pixels.height()).div_ceil(LONG_SIDE_PX * 2).max(1);
    let reduced = pixels.shrunk(factor);
    let (width, height) = (reduced.width(), reduced.height());
    let image: ImageBuffer<Rgb<u8>, _> = ImageBuffer::from_raw(width, height, reduced.into_rgb())?;
    let scale = f64::from(LONG_SIDE_PX) / f64::from(width.max(height));
    let side = |length: u32| ((f64::from(length) * scale.min(1.0)).round() as u32).max(1);
    let small = if scale < 1.0 { resize(&image, side(width), side(height), FilterType::Triangle) } else { image };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 78).encode_image(&small).ok()?;
    Some(Thumbnail { address: format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg)), width: small.width(), height: small.height() })
}
