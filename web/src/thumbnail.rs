//! Small versions of pictures: as a JPEG for the screens, and embedded in the report.

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use vitrine_detectors::resize::{Filter, Resizer};
use vitrine_engine::Pixels;

/// Longer side of a small version, px; smaller pictures stay as large as they are.
pub const LONG_SIDE_PX: u32 = 480;
/// JPEG quality: what measured boxes are drawn on has to be recognised, not printed.
const QUALITY: u8 = 78;

/// A small version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Small {
    /// The JPEG.
    pub jpeg: Vec<u8>,
    /// Its width, px.
    pub width: u32,
    /// Its height, px.
    pub height: u32,
}

/// The small version of a picture; `None` only where memory does not suffice for it.
pub fn small(pixels: &Pixels) -> Option<Small> {
    let long = pixels.width().max(pixels.height());
    if long <= LONG_SIDE_PX {
        return encoded(pixels.rgb(), pixels.width(), pixels.height());
    }
    // Whole blocks first: most of the way at memory speed, and what is left has no more than twice the size.
    let reduced = pixels.shrunk(long.div_ceil(2 * LONG_SIDE_PX));
    let scale = f64::from(LONG_SIDE_PX) / f64::from(long);
    let side = |length: u32| ((f64::from(length) * scale).round() as u32).clamp(1, LONG_SIDE_PX);
    let (width, height) = (side(pixels.width()), side(pixels.height()));
    let whole = [0.0, 0.0, f64::from(reduced.width()), f64::from(reduced.height())];
    let mut target = vec![0; width as usize * height as usize * 3];
    Resizer::default().resize(&reduced, whole, Filter::Triangle, (width, height), &mut target).ok()?;
    encoded(&target, width, height)
}

fn encoded(rgb: &[u8], width: u32, height: u32) -> Option<Small> {
    let mut jpeg = Vec::with_capacity(32 * 1024);
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode(rgb, width, height, ExtendedColorType::Rgb8).ok()?;
    Some(Small { jpeg, width, height })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32) -> Pixels {
        let left_is_red = |n: u32| if n % width < width / 2 { [200, 0, 0] } else { [0, 0, 200] };
        Pixels::new(width, height, (0..width * height).flat_map(left_is_red).collect()).unwrap()
    }

    #[test]
    fn a_small_version_fits_and_shows_the_same() {
        for (width, height, expected) in [
            (480, 480, (480, 480)),
            (481, 100, (480, 100)),
            (2000, 1000, (480, 240)),
            (999, 3000, (160, 480)),
            (4000, 1, (480, 1)),
            (1, 1, (1, 1)),
        ] {
            let small = small(&picture(width, height)).unwrap();
            assert_eq!((small.width, small.height), expected);
            let seen = image::load_from_memory_with_format(&small.jpeg, image::ImageFormat::Jpeg).unwrap().to_rgb8();
            assert_eq!(seen.dimensions(), expected);
            if width > 100 && height > 50 {
                let (left, right) = (seen.get_pixel(expected.0 / 8, expected.1 / 2), seen.get_pixel(expected.0 * 7 / 8, expected.1 / 2));
                assert!(left[0] > 150 && left[2] < 50 && right[2] > 150 && right[0] < 50, "{left:?} {right:?}");
            }
            assert!(small.jpeg.len() < 64 * 1024);
        }
    }
}
