//! Photo: the upright sRGB pixels of a picture and what its file tells. Decoding is the detectors' business.

use std::sync::OnceLock;

use fearless_simd::{Level, dispatch};
use serde::{Deserialize, Serialize};

use crate::ids::ContentHash;

/// File formats that are read, recognised by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP, lossy or lossless.
    Webp,
    /// GIF.
    Gif,
    /// AVIF.
    Avif,
    /// TIFF.
    Tiff,
    /// BMP.
    Bmp,
}

impl Format {
    /// The name in signals and answers: `jpeg`, `png`, ...
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Avif => "avif",
            Self::Tiff => "tiff",
            Self::Bmp => "bmp",
        }
    }
}

/// What the file itself tells, without looking at its pixels. Sizes are those of the upright picture.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFacts {
    /// SHA-256 of the bytes.
    pub content_hash: ContentHash,
    /// Size of the file.
    pub bytes: u64,
    /// By content, never by name.
    pub format: Format,
    /// Whether the name's extension fits the content; `None` without a name or extension.
    pub extension_matches: Option<bool>,
    /// Whether the name has only ASCII letters, digits, hyphens, underscores and at most one dot; `None` without a name.
    pub name_is_plain: Option<bool>,
    /// Width after orientation, px.
    pub width: u32,
    /// Height after orientation, px.
    pub height: u32,
    /// `srgb`, `gray`, `cmyk`, `display-p3`, `adobe-rgb`, `other`.
    pub color_space: &'static str,
    /// Bits a channel.
    pub bit_depth: u8,
    /// Frames of an animation, 1 for a still.
    pub frame_count: u32,
    /// The file has an alpha channel or a transparent colour.
    pub has_alpha: bool,
    /// The file ends before its format says it should.
    pub is_truncated: bool,
    /// Estimated encoder quality 1..100; `None` if not a JPEG.
    pub jpeg_quality: Option<f64>,
    /// Stated resolution; `None` if not stated.
    pub dpi: Option<f64>,
    /// The file's own marks say that the picture is synthetic.
    pub ai_generated_marked: bool,
    /// The XMP subject carries the mark `contains-synthetic-performer`.
    pub synthetic_performer_marked: bool,
}

/// 8-bit sRGB pixels, interleaved RGB, row by row, `width * height * 3` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// One 8-bit channel, row by row, `width * height` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    width: u32,
    height: u32,
    values: Vec<u8>,
}

/// A buffer whose length is not what its size asks for, or an empty picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{width}x{height} pixels do not fit a buffer of {length} bytes")]
pub struct SizeMismatch {
    width: u32,
    height: u32,
    length: usize,
}

impl Pixels {
    /// Takes a buffer of interleaved RGB.
    ///
    /// # Errors
    /// When a side is 0 or the length is not `width * height * 3`.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Result<Self, SizeMismatch> {
        if width == 0 || height == 0 || width as usize * height as usize * 3 != rgb.len() {
            return Err(SizeMismatch { width, height, length: rgb.len() });
        }
        Ok(Self { width, height, rgb })
    }

    /// Width, px.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height, px.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All bytes, interleaved.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// One row, interleaved.
    pub fn row(&self, y: u32) -> &[u8] {
        let stride = self.width as usize * 3;
        &self.rgb[y as usize * stride..][..stride]
    }

    /// One pixel.
    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let start = (y as usize * self.width as usize + x as usize) * 3;
        [self.rgb[start], self.rgb[start + 1], self.rgb[start + 2]]
    }

    /// The buffer, to be used again.
    pub fn into_rgb(self) -> Vec<u8> {
        self.rgb
    }

    /// BT.601 luma, rounded: the channel that JPEG itself calls Y.
    pub fn luma(&self) -> Plane {
        let mut values = vec![0; self.rgb.len() / 3];
        // The same whole-number arithmetic whatever the processor: only the number of pixels done at a time differs.
        dispatch!(Level::new(), _simd => luma_of(&self.rgb, &mut values));
        Plane { width: self.width, height: self.height, values }
    }

    /// Shrunk by averaging whole blocks of `factor` x `factor` pixels (edge blocks may be smaller); factor 1 is a copy.
    pub fn shrunk(&self, factor: u32) -> Self {
        let factor = factor.max(1);
        let (width, height) = (self.width.div_ceil(factor), self.height.div_ceil(factor));
        let mut rgb = vec![0; width as usize * height as usize * 3];
        match factor {
            1 => rgb.copy_from_slice(&self.rgb),
            2..=SMALL_BLOCK_PX => dispatch!(Level::new(), _simd => shrink_by_small_blocks(self, factor as usize, &mut rgb)),
            _ => dispatch!(Level::new(), _simd => shrink_by_large_blocks(self, factor as usize, &mut rgb)),
        }
        Self { width, height, rgb }
    }
}

/// Made for [`dispatch`]: inlined there, it is compiled for the processor at hand.
#[inline(always)]
fn luma_of(rgb: &[u8], values: &mut [u8]) {
    for (value, p) in values.iter_mut().zip(rgb.chunks_exact(3)) {
        // At most 256 x 255 + 128: it fits 16 bits.
        *value = ((77 * u16::from(p[0]) + 150 * u16::from(p[1]) + 29 * u16::from(p[2]) + 128) >> 8) as u8;
    }
}

/// Sums of so many bytes fit 16 bits.
const ROWS_AT_ONCE: usize = 257;
/// Side of the largest block whose sum, and half its count, fit 16 bits.
const SMALL_BLOCK_PX: u32 = 16;

/// Made for [`dispatch`]. Neighbours are summed at every place, many at a time, though only one place in `factor` is kept.
#[inline(always)]
fn shrink_by_small_blocks(pixels: &Pixels, factor: usize, rgb: &mut [u8]) {
    let width = pixels.width as usize;
    let (whole, edge) = (width / factor, width % factor);
    let mut columns = vec![0u16; width * 3];
    // One more than is kept: to move four numbers is faster than to move three.
    let (mut sums, mut kept) = (columns.clone(), vec![0; whole * 3 + 1]);
    for (rows, out) in pixels.rgb.chunks(width * 3 * factor).zip(rgb.chunks_exact_mut(width.div_ceil(factor) * 3)) {
        add_rows(&mut columns, rows);
        let row_count = rows.len() / (width * 3);
        if edge > 0 {
            let mean = Mean::of((row_count * edge) as u32);
            for (channel, value) in out[whole * 3..].iter_mut().enumerate() {
                *value = mean.rounded(columns[whole * factor * 3 + channel..].iter().step_by(3).map(|&sum| u32::from(sum)).sum());
            }
        }
        sums.copy_from_slice(&columns);
        for neighbour in 1..factor {
            for (sum, column) in sums.iter_mut().zip(columns.get(neighbour * 3..).unwrap_or_default()) {
                *sum += column;
            }
        }
        for block in 0..whole {
            kept[block * 3..block * 3 + 4].copy_from_slice(&sums[block * factor * 3..block * factor * 3 + 4]);
        }
        let count = (row_count * factor) as u32;
        // A mean as one multiplication, exact for blocks of up to 256 pixels: see the tests.
        let reciprocal = (1u32 << 24).div_ceil(count);
        for (value, &sum) in out.iter_mut().zip(&kept[..whole * 3]) {
            *value = (((u32::from(sum) + count / 2) * reciprocal) >> 24) as u8;
        }
    }
}

/// Sums bytes column by column.
#[inline(always)]
fn add_rows(columns: &mut [u16], rows: &[u8]) {
    columns.fill(0);
    for row in rows.chunks_exact(columns.len()) {
        for (sum, value) in columns.iter_mut().zip(row) {
            *sum += u16::from(*value);
        }
    }
}

/// Made for [`dispatch`]. Rows are summed, then blocks along them.
#[inline(always)]
fn shrink_by_large_blocks(pixels: &Pixels, factor: usize, rgb: &mut [u8]) {
    let stride = pixels.width as usize * 3;
    let mut columns = vec![0u16; stride];
    let mut blocks = vec![[0u32; 3]; (pixels.width as usize).div_ceil(factor)];
    for (rows, out) in pixels.rgb.chunks(stride * factor).zip(rgb.chunks_exact_mut(blocks.len() * 3)) {
        blocks.fill([0; 3]);
        for some in rows.chunks(stride * ROWS_AT_ONCE) {
            add_rows(&mut columns, some);
            for (block, columns) in blocks.iter_mut().zip(columns.chunks(factor * 3)) {
                for column in columns.chunks_exact(3) {
                    for (sum, value) in block.iter_mut().zip(column) {
                        *sum += u32::from(*value);
                    }
                }
            }
        }
        for (index, (block, out)) in blocks.iter().zip(out.chunks_exact_mut(3)).enumerate() {
            let columns = factor.min(pixels.width as usize - index * factor);
            let mean = Mean::of((rows.len() / stride * columns) as u32);
            for (value, sum) in out.iter_mut().zip(block) {
                *value = mean.rounded(*sum);
            }
        }
    }
}

/// Division of byte sums by their count, rounded to nearest, as one multiplication.
#[derive(Clone, Copy)]
struct Mean {
    count: u32,
    reciprocal: u64,
}

impl Mean {
    fn of(count: u32) -> Self {
        Self { count, reciprocal: (1u64 << 40).div_ceil(u64::from(count)) }
    }

    fn rounded(self, sum: u32) -> u8 {
        let sum = sum + self.count / 2;
        // Exact while sum x count stays below 2^40: up to blocks of 256 x 256.
        if self.count < 1 << 16 { ((u64::from(sum) * self.reciprocal) >> 40) as u8 } else { (sum / self.count) as u8 }
    }
}

impl Plane {
    /// Takes a buffer of one channel.
    ///
    /// # Errors
    /// When a side is 0 or the length is not `width * height`.
    pub fn new(width: u32, height: u32, values: Vec<u8>) -> Result<Self, SizeMismatch> {
        if width == 0 || height == 0 || width as usize * height as usize != values.len() {
            return Err(SizeMismatch { width, height, length: values.len() });
        }
        Ok(Self { width, height, values })
    }

    /// Width, px.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height, px.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All values, row by row.
    pub fn values(&self) -> &[u8] {
        &self.values
    }

    /// One row.
    pub fn row(&self, y: u32) -> &[u8] {
        &self.values[y as usize * self.width as usize..][..self.width as usize]
    }
}

/// Long side at most this many px after [`Photo::reduced`]: what framing, colour and background questions need.
pub const REDUCED_LONG_SIDE_PX: u32 = 384;

/// Long side at most this many px after [`Photo::small`]: what masks and layout need.
pub const SMALL_LONG_SIDE_PX: u32 = 192;

/// A picture as detectors see it: one decode feeds them all.
#[derive(Debug)]
pub struct Photo {
    /// What the file tells.
    pub file: FileFacts,
    pixels: Option<Pixels>,
    reduced: OnceLock<Pixels>,
    small: OnceLock<Pixels>,
}

impl Photo {
    /// A picture of which only the file was read; `pixels` = `None` when nothing in force asks for them.
    pub fn new(file: FileFacts, pixels: Option<Pixels>) -> Self {
        Self { file, pixels, reduced: OnceLock::new(), small: OnceLock::new() }
    }

    /// The pixels, if they were decoded.
    pub fn pixels(&self) -> Option<&Pixels> {
        self.pixels.as_ref()
    }

    /// A picture of at most [`REDUCED_LONG_SIDE_PX`] (block average by a whole factor), computed once.
    pub fn reduced(&self) -> Option<&Pixels> {
        let pixels = self.pixels.as_ref()?;
        let factor = pixels.width.max(pixels.height).div_ceil(REDUCED_LONG_SIDE_PX);
        Some(self.reduced.get_or_init(|| pixels.shrunk(factor)))
    }

    /// A picture of at most [`SMALL_LONG_SIDE_PX`] (block average of the reduced one), computed once.
    pub fn small(&self) -> Option<&Pixels> {
        let reduced = self.reduced()?;
        let factor = reduced.width.max(reduced.height).div_ceil(SMALL_LONG_SIDE_PX);
        Some(self.small.get_or_init(|| reduced.shrunk(factor)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_keeps_a_flat_colour_and_rounds_sizes_up() {
        let pixels = Pixels::new(7, 5, [10, 20, 30].repeat(35)).unwrap();
        let small = pixels.shrunk(3);
        assert_eq!((small.width(), small.height()), (3, 2));
        assert!(small.rgb().chunks(3).all(|p| p == [10, 20, 30]));
    }

    #[test]
    fn shrinking_and_luma_are_what_their_formulas_say() {
        let (width, height) = (61u32, 47u32);
        let rgb: Vec<u8> = (0..width * height * 3).map(|index| (index * 7919 % 256) as u8).collect();
        let pixels = Pixels::new(width, height, rgb).unwrap();
        for (value, p) in pixels.luma().values().iter().zip(pixels.rgb().chunks_exact(3)) {
            assert_eq!(u32::from(*value), (77 * u32::from(p[0]) + 150 * u32::from(p[1]) + 29 * u32::from(p[2]) + 128) / 256);
        }
        for factor in [1, 2, 3, 4, 5, 16, 17, 46, 47, 60, 61, 400] {
            let small = pixels.shrunk(factor);
            for (y, x) in (0..small.height()).flat_map(|y| (0..small.width()).map(move |x| (y, x))) {
                let block: Vec<[u8; 3]> = (y * factor..height.min((y + 1) * factor))
                    .flat_map(|y| (x * factor..width.min((x + 1) * factor)).map(move |x| (x, y)))
                    .map(|(x, y)| pixels.at(x, y))
                    .collect();
                let count = block.len() as u32;
                let mean = [0, 1, 2].map(|channel| ((block.iter().map(|p| u32::from(p[channel])).sum::<u32>() + count / 2) / count) as u8);
                assert_eq!(small.at(x, y), mean, "{factor}: {x},{y}");
            }
        }
    }

    #[test]
    fn tall_blocks_do_not_overflow() {
        let pixels = Pixels::new(2, 700, vec![255; 2 * 700 * 3]).unwrap();
        assert_eq!(pixels.shrunk(700).rgb(), [255; 3]);
    }

    #[test]
    fn small_blocks_of_the_largest_sums_are_exact() {
        for factor in 1..=16u32 {
            for rest in [0, 1, factor / 2] {
                let value = |index: u32| if index < rest { 254 } else { 255 };
                let pixels = Pixels::new(factor, factor, (0..factor * factor).flat_map(|index| [value(index); 3]).collect()).unwrap();
                let expected = if rest * 2 > factor * factor { 254 } else { 255 };
                assert_eq!(pixels.shrunk(factor).rgb(), [expected; 3], "{factor} {rest}");
            }
        }
    }

    #[test]
    fn means_are_exact_up_to_the_largest_sum() {
        for count in [1u32, 2, 3, 9, 441, 65_535, 65_536, 100_000] {
            for mean in [0u32, 1, 127, 254, 255] {
                for sum in [mean * count, (mean * count).saturating_sub(1), (mean * count + count / 2).min(255 * count)] {
                    assert_eq!(u32::from(Mean::of(count).rounded(sum)), (sum + count / 2) / count, "{sum} / {count}");
                }
            }
        }
    }

    #[test]
    fn buffers_of_the_wrong_length_are_refused() {
        assert!(Pixels::new(2, 2, vec![0; 11]).is_err());
        assert!(Pixels::new(0, 2, vec![]).is_err());
    }

    #[test]
    fn white_and_black_keep_their_luma() {
        let pixels = Pixels::new(2, 1, vec![255, 255, 255, 0, 0, 0]).unwrap();
        assert_eq!(pixels.luma().values(), [255, 0]);
    }
}
