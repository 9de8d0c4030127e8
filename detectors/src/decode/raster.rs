//! A decoded picture in the channels of its file, and its way to RGB on white: profile first, transparency after it.

use super::color::ToSrgb;
use super::header::Ink;

/// The meaning of a pixel's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
    /// Four inks; `inverted` as Adobe stores them, where 255 is no ink.
    Cmyk {
        inverted: bool,
    },
    /// Adobe's CMYK whose first three channels, seen as RGB, are stored as luma and chroma.
    Ycck,
}

impl Layout {
    fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk { .. } | Self::Ycck => 4,
        }
    }

    /// What a colour profile for these pixels has to be for.
    pub fn ink(self) -> Ink {
        match self {
            Self::Gray | Self::GrayAlpha => Ink::Gray,
            Self::Rgb | Self::Rgba => Ink::Color,
            Self::Cmyk { .. } | Self::Ycck => Ink::Cmyk,
        }
    }
}

/// Pixels, 8 bits a channel.
#[derive(Debug)]
pub struct Raster {
    layout: Layout,
    bytes: Vec<u8>,
}

/// Pixels converted at a time: small enough for the first cache.
const PIXELS_AT_ONCE: usize = 1024;

impl Raster {
    /// Takes a decoder's buffer.
    pub fn new(layout: Layout, bytes: Vec<u8>) -> Self {
        Self { layout, bytes }
    }

    /// The meaning of the bytes.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// RGB on white. Plain RGB without a profile is handed over as it is; four channels shrink in their own buffer.
    pub fn into_rgb(self, to_srgb: Option<&ToSrgb>) -> Vec<u8> {
        if self.layout == Layout::Rgb && to_srgb.is_none() {
            return self.bytes;
        }
        let Self { layout, mut bytes } = self;
        let channels = layout.channels();
        let mut rgb = vec![0; PIXELS_AT_ONCE * 3];
        if channels < 3 {
            let mut spread = Vec::with_capacity(bytes.len() / channels * 3);
            for stored in bytes.chunks(PIXELS_AT_ONCE * channels) {
                let rgb = &mut rgb[..stored.len() / channels * 3];
                convert(layout, stored, rgb, to_srgb);
                spread.extend_from_slice(rgb);
            }
            return spread;
        }
        let pixels = bytes.len() / channels;
        for start in (0..pixels).step_by(PIXELS_AT_ONCE) {
            let end = pixels.min(start + PIXELS_AT_ONCE);
            let rgb = &mut rgb[..(end - start) * 3];
            convert(layout, &bytes[start * channels..end * channels], rgb, to_srgb);
            // Three bytes for every three or four read: nothing unread is overwritten.
            bytes[start * 3..end * 3].copy_from_slice(rgb);
        }
        bytes.truncate(pixels * 3);
        bytes
    }
}

fn convert(layout: Layout, stored: &[u8], rgb: &mut [u8], to_srgb: Option<&ToSrgb>) {
    match layout {
        Layout::Gray => managed(stored, rgb, to_srgb, spread),
        Layout::Rgb => managed(stored, rgb, to_srgb, same),
        Layout::GrayAlpha => {
            let gray: Vec<u8> = stored.chunks_exact(2).map(|p| p[0]).collect();
            managed(&gray, rgb, to_srgb, spread);
            on_white(rgb, stored.chunks_exact(2).map(|p| p[1]));
        }
        Layout::Rgba => {
            let color: Vec<u8> = stored.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
            managed(&color, rgb, to_srgb, same);
            on_white(rgb, stored.chunks_exact(4).map(|p| p[3]));
        }
        Layout::Cmyk { inverted: true } => {
            let ink: Vec<u8> = stored.iter().map(|value| 255 - value).collect();
            managed(&ink, rgb, to_srgb, without_ink);
        }
        Layout::Cmyk { inverted: false } => managed(stored, rgb, to_srgb, without_ink),
        Layout::Ycck => {
            let ink: Vec<u8> = stored.chunks_exact(4).flat_map(ycck_ink).collect();
            managed(&ink, rgb, to_srgb, without_ink);
        }
    }
}

/// Through the profile, or by the plain way where there is none or it fails.
fn managed(stored: &[u8], rgb: &mut [u8], to_srgb: Option<&ToSrgb>, plain: fn(&[u8], &mut [u8])) {
    if to_srgb.is_none_or(|way| way.transform(stored, rgb).is_err()) {
        plain(stored, rgb);
    }
}

fn same(stored: &[u8], rgb: &mut [u8]) {
    rgb.copy_from_slice(stored);
}

fn spread(gray: &[u8], rgb: &mut [u8]) {
    for (pixel, value) in rgb.chunks_exact_mut(3).zip(gray) {
        pixel.fill(*value);
    }
}

/// Each ink takes its share of the light.
fn without_ink(inks: &[u8], rgb: &mut [u8]) {
    for (pixel, ink) in rgb.chunks_exact_mut(3).zip(inks.chunks_exact(4)) {
        for channel in 0..3 {
            pixel[channel] = times(255 - ink[channel], 255 - ink[3]);
        }
    }
}

fn ycck_ink(stored: &[u8]) -> [u8; 4] {
    let (y, cb, cr) = (f32::from(stored[0]), f32::from(stored[1]) - 128.0, f32::from(stored[2]) - 128.0);
    // The casts saturate; what comes out is the amount of ink.
    let ink = |value: f32| (value + 0.5) as u8;
    [ink(y + 1.402 * cr), ink(y - 0.344_136 * cb - 0.714_136 * cr), ink(y + 1.772 * cb), 255 - stored[3]]
}

fn on_white(rgb: &mut [u8], alphas: impl Iterator<Item = u8>) {
    for (pixel, alpha) in rgb.chunks_exact_mut(3).zip(alphas) {
        if alpha != 255 {
            for value in pixel {
                *value = times(*value, alpha) + (255 - alpha);
            }
        }
    }
}

/// The product of two shares of 255, rounded.
fn times(a: u8, b: u8) -> u8 {
    ((u32::from(a) * u32::from(b) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(layout: Layout, bytes: &[u8]) -> Vec<u8> {
        Raster::new(layout, bytes.to_vec()).into_rgb(None)
    }

    #[test]
    fn transparency_shows_white_whatever_is_hidden_under_it() {
        assert_eq!(rgb(Layout::Rgba, &[0, 0, 0, 0, 9, 8, 7, 255, 0, 0, 0, 51]), [255, 255, 255, 9, 8, 7, 204, 204, 204]);
        assert_eq!(rgb(Layout::GrayAlpha, &[0, 0, 5, 255]), [255, 255, 255, 5, 5, 5]);
    }

    #[test]
    fn inks_take_light_away() {
        let white = [255, 255, 255];
        assert_eq!(rgb(Layout::Cmyk { inverted: false }, &[0, 0, 0, 0]), white);
        assert_eq!(rgb(Layout::Cmyk { inverted: false }, &[0, 0, 0, 255]), [0, 0, 0]);
        assert_eq!(rgb(Layout::Cmyk { inverted: true }, &[255, 0, 0, 255]), [255, 0, 0]);
        // Luma 0 without chroma is no ink in all three, 255 is all of it.
        assert_eq!(rgb(Layout::Ycck, &[0, 128, 128, 255]), white);
        assert_eq!(rgb(Layout::Ycck, &[255, 128, 128, 255]), [0, 0, 0]);
    }

    #[test]
    fn pieces_join_without_a_seam() {
        for layout in [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba] {
            let pixels = 2 * PIXELS_AT_ONCE + 7;
            let bytes: Vec<u8> = (0..pixels).flat_map(|index| vec![(index % 251) as u8; layout.channels()]).collect();
            let alpha = matches!(layout, Layout::GrayAlpha | Layout::Rgba);
            let expected: Vec<u8> = (0..pixels)
                .map(|index| (index % 251) as u8)
                .flat_map(|value| [if alpha { times(value, value) + (255 - value) } else { value }; 3])
                .collect();
            assert_eq!(rgb(layout, &bytes), expected, "{layout:?}");
        }
    }
}
