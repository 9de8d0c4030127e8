//! `perceptual_hash` and `fingerprint`: what a picture looks like inside its plain margins, small enough to be kept and compared.
//! The comparison itself is `vitrine_engine::duplicate`.

use fearless_simd::{Level, dispatch};
use vitrine_engine::duplicate::{CHROMA_CELLS, CHROMA_SIDE, Fingerprint, LUMA_CELLS, LUMA_SIDE, Thumbnails, perceptual_hash};
use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, SignalSpec, Value};

/// Measures `perceptual_hash` and `fingerprint`.
#[derive(Debug)]
pub struct FingerprintDetector {
    spec: DetectorSpec,
}

impl Default for FingerprintDetector {
    fn default() -> Self {
        let signals = vec![
            SignalSpec::text(
                "perceptual_hash",
                &[],
                "Near-duplicate key, 16 hexadecimal digits: 64 signs of the coarse frequencies inside plain margins. Copies of a picture differ \
                 in few bits; a mirror image in every second one.",
            ),
            SignalSpec::text(
                "fingerprint",
                &[],
                "What copies are recognised by: a 32 x 32 brightness and an 8 x 8 colour thumbnail, as text. Compared pair by pair, also \
                 shifted, scaled, turned and mirrored; of no use in a condition.",
            ),
        ];
        Self { spec: DetectorSpec { id: "fingerprint@1".into(), needs: Needs::Pixels, signals } }
    }
}

impl Detector for FingerprintDetector {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(measure).collect()
    }
}

fn measure(photo: &Photo) -> Result<Vec<Measurement>, DetectError> {
    let thumbnails = thumbnails(photo.reduced().ok_or_else(DetectError::pixels_missing)?);
    let hash = format!("{:016x}", perceptual_hash(&thumbnails.luma));
    let fingerprint = Fingerprint::new(thumbnails).map_err(|error| DetectError::new("fingerprint_failed", error.to_string()))?.to_string();
    Ok(vec![
        Measurement::new("perceptual_hash", Value::Text(hash.into())),
        Measurement::new("fingerprint", Value::Text(fingerprint.into())),
    ])
}

/// A box of pixels, not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// Thumbnails of a reduced picture (both sides below 4,096 px, so that sums fit 32 bits).
fn thumbnails(pixels: &Pixels) -> Thumbnails {
    let frame = Area { left: 0, top: 0, width: pixels.width(), height: pixels.height() };
    let content = dispatch!(Level::new(), _simd => content(pixels, frame));
    let grid = |area| dispatch!(Level::new(), _simd => grid(pixels, area));
    let colours = grid(content);
    let luma = luma(&colours);
    let frame_luma = if content == frame { luma.clone() } else { self::luma(&grid(frame)) };
    let [blue, red] = chroma(&colours);
    let size = |px: u32| u16::try_from(px).unwrap_or(u16::MAX);
    Thumbnails {
        frame: (size(frame.width), size(frame.height)),
        content: [content.left, content.top, content.width, content.height].map(size),
        frame_luma,
        luma,
        blue,
        red,
    }
}

/// A margin's pixels keep this close to their line's mean colour, per channel: JPEG noise and paper texture, not a shadow.
const MARGIN_TOLERANCE: u8 = 12;

/// What is left when plain margins are taken off all sides, again and again (a frame within a frame); the whole frame when it is plain.
#[inline(always)]
fn content(pixels: &Pixels, frame: Area) -> Area {
    let mut area = frame;
    loop {
        let before = area;
        let top = plain_rows(pixels, area, false);
        if top == area.height {
            return frame;
        }
        (area.top, area.height) = (area.top + top, area.height - top);
        area.height -= plain_rows(pixels, area, true);
        if area.height == 0 {
            return frame;
        }
        let left = plain_columns(pixels, area, false);
        if left == area.width {
            return frame;
        }
        (area.left, area.width) = (area.left + left, area.width - left);
        area.width -= plain_columns(pixels, area, true);
        if area.width == 0 {
            return frame;
        }
        if area == before {
            return area;
        }
    }
}

/// How many rows of an area have the first one's mean colour; from the last row upwards if so asked.
#[inline(always)]
fn plain_rows(pixels: &Pixels, area: Area, from_end: bool) -> u32 {
    let line = |line: u32| row(pixels, area, if from_end { area.height - 1 - line } else { line });
    let mut sums = [0u32; 3];
    for pixel in line(0).chunks_exact(3) {
        sums.iter_mut().zip(pixel).for_each(|(sum, channel)| *sum += u32::from(*channel));
    }
    let colour = mean(sums, area.width);
    (0..area.height).take_while(|&y| !has_many(strangers(line(y), colour), area.width)).count() as u32
}

/// Columns looked at together.
const COLUMNS: u32 = 16;

/// How many columns of an area have the first one's mean colour; from the last column leftwards if so asked.
#[inline(always)]
fn plain_columns(pixels: &Pixels, area: Area, from_end: bool) -> u32 {
    let first = area.left + if from_end { area.width - 1 } else { 0 };
    let mut sums = [0u32; 3];
    for y in area.top..area.top + area.height {
        sums.iter_mut().zip(pixels.at(first, y)).for_each(|(sum, channel)| *sum += u32::from(channel));
    }
    let colour = mean(sums, area.height);
    let mut plain = 0;
    while plain < area.width {
        let count = COLUMNS.min(area.width - plain);
        let left = if from_end { area.width - plain - count } else { plain };
        let some = Area { left: area.left + left, width: count, ..area };
        let mut strange = [0u32; COLUMNS as usize];
        for y in 0..area.height {
            for (strange, pixel) in strange.iter_mut().zip(row(pixels, some, y).chunks_exact(3)) {
                *strange += u32::from(is_strange(pixel, colour));
            }
        }
        let strange = &mut strange[..count as usize];
        if from_end {
            strange.reverse();
        }
        let here = strange.iter().take_while(|strange| !has_many(**strange, area.height)).count() as u32;
        plain += here;
        if here < count {
            break;
        }
    }
    plain
}

/// A line with strangers beyond one in a hundred is not plain.
#[inline(always)]
fn has_many(strangers: u32, length: u32) -> bool {
    strangers * 100 > length
}

/// How many pixels of a row are not close to the colour.
#[inline(always)]
fn strangers(row: &[u8], colour: [u8; 3]) -> u32 {
    // So many pixels at once that a byte holds the count.
    let count = |some: &[u8]| some.chunks_exact(3).map(|pixel| is_strange(pixel, colour)).sum::<u8>();
    row.chunks(3 * 240).map(|some| u32::from(count(some))).sum()
}

#[inline(always)]
fn is_strange(pixel: &[u8], colour: [u8; 3]) -> u8 {
    let far = |c: usize| pixel[c].abs_diff(colour[c]);
    u8::from(far(0).max(far(1)).max(far(2)) > MARGIN_TOLERANCE)
}

fn mean(sums: [u32; 3], length: u32) -> [u8; 3] {
    sums.map(|sum| ((sum + length / 2) / length) as u8)
}

fn row(pixels: &Pixels, area: Area, line: u32) -> &[u8] {
    &pixels.row(area.top + line)[area.left as usize * 3..][..area.width as usize * 3]
}

/// Mean colours of a square grid of cells over an area, each pixel counted by the share of it that lies in the cell.
#[inline(always)]
fn grid(pixels: &Pixels, area: Area) -> Box<[[u8; 3]; LUMA_CELLS]> {
    let mut colours = Box::new([[0; 3]; LUMA_CELLS]);
    let width = area.width as usize * 3;
    let (mut whole, mut cut, mut line) = (vec![0u16; width], vec![0u16; width], vec![0u32; width]);
    let total = area.width * area.height;
    let across: [Shares; LUMA_SIDE] = std::array::from_fn(|cell| Shares::of(cell as u32, area.width));
    for (cell_y, cells) in colours.chunks_exact_mut(LUMA_SIDE).enumerate() {
        let rows = Shares::of(cell_y as u32, area.height);
        // Below 128 whole rows and two cut ones with at most 31 parts each: both sums fit 16 bits.
        whole.fill(0);
        cut.fill(0);
        for y in rows.whole.0..rows.whole.1 {
            for (sum, channel) in whole.iter_mut().zip(row(pixels, area, y)) {
                *sum += u16::from(*channel);
            }
        }
        for (y, weight) in rows.cut.into_iter().filter(|(_, weight)| *weight > 0) {
            for (sum, channel) in cut.iter_mut().zip(row(pixels, area, y)) {
                *sum += u16::from(*channel) * weight as u16;
            }
        }
        for ((sum, whole), cut) in line.iter_mut().zip(&whole).zip(&cut) {
            *sum = u32::from(*whole) * UNIT + u32::from(*cut);
        }
        for (cell, columns) in cells.iter_mut().zip(&across) {
            let mut sums = [0u32; 3];
            for pixel in line[columns.whole.0 as usize * 3..columns.whole.1 as usize * 3].chunks_exact(3) {
                (0..3).for_each(|c| sums[c] += pixel[c]);
            }
            sums = sums.map(|sum| sum * UNIT);
            for (x, weight) in columns.cut.into_iter().filter(|(_, weight)| *weight > 0) {
                (0..3).for_each(|c| sums[c] += line[x as usize * 3 + c] * weight);
            }
            *cell = sums.map(|sum| ((sum + total / 2) / total) as u8);
        }
    }
    colours
}

/// Parts of a pixel that cells are measured in.
const UNIT: u32 = LUMA_SIDE as u32;

/// The pixels of a line that a cell covers; the parts add up to the line's length.
struct Shares {
    /// Covered in full, from and to.
    whole: (u32, u32),
    /// Covered in part at either end, with that part in 1/32 px, 0 where there is none.
    cut: [(u32, u32); 2],
}

impl Shares {
    fn of(cell: u32, length: u32) -> Self {
        let (start, end) = (cell * length, (cell + 1) * length);
        if start / UNIT == end / UNIT {
            // Within one pixel.
            return Self { whole: (0, 0), cut: [(start / UNIT, length), (0, 0)] };
        }
        let whole = (start.div_ceil(UNIT), end / UNIT);
        Self { whole, cut: [(start / UNIT, whole.0 * UNIT - start), (whole.1, end - whole.1 * UNIT)] }
    }
}

fn luma(colours: &[[u8; 3]; LUMA_CELLS]) -> Box<[u8; LUMA_CELLS]> {
    Box::new(colours.map(|colour| {
        let [r, g, b] = colour.map(u32::from);
        ((77 * r + 150 * g + 29 * b + 128) >> 8) as u8
    }))
}

/// Cb and Cr (BT.601, full range) of blocks of cells.
fn chroma(colours: &[[u8; 3]; LUMA_CELLS]) -> [Box<[u8; CHROMA_CELLS]>; 2] {
    const BLOCK: usize = LUMA_SIDE / CHROMA_SIDE;
    let mut sums = [[0i32; 3]; CHROMA_CELLS];
    for (i, colour) in colours.iter().enumerate() {
        let block = &mut sums[i / LUMA_SIDE / BLOCK * CHROMA_SIDE + i % LUMA_SIDE / BLOCK];
        block.iter_mut().zip(colour).for_each(|(sum, channel)| *sum += i32::from(*channel));
    }
    let scale = 256 * (BLOCK * BLOCK) as i32;
    let difference = |[r, g, b]: [i32; 3]| ((r + g + b + scale / 2).div_euclid(scale) + 128).clamp(0, 255) as u8;
    let blue = sums.map(|[r, g, b]| difference([-43 * r, -85 * g, 128 * b]));
    let red = sums.map(|[r, g, b]| difference([128 * r, -107 * g, -21 * b]));
    [Box::new(blue), Box::new(red)]
}
