//! `perceptual_hash` and `fingerprint`: what a picture looks like inside its plain margins, small enough to be kept and compared.
//! The comparison itself is `vitrine_engine::duplicate`.

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
    let content = content(pixels, frame);
    let colours = grid(pixels, content);
    let luma = luma(&colours);
    let frame_luma = if content == frame { luma.clone() } else { self::luma(&grid(pixels, frame)) };
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
const MARGIN_TOLERANCE: i32 = 12;

/// What is left when plain margins are taken off all sides, again and again (a frame within a frame); the whole frame when it is plain.
fn content(pixels: &Pixels, frame: Area) -> Area {
    let mut area = frame;
    loop {
        let before = area;
        let top = plain_lines(area.height, |line, colour| row_is(pixels, area, line, colour), || row_mean(pixels, area, 0));
        if top == area.height {
            return frame;
        }
        (area.top, area.height) = (area.top + top, area.height - top);
        let last = area.height - 1;
        area.height -= plain_lines(area.height, |line, colour| row_is(pixels, area, last - line, colour), || row_mean(pixels, area, last));
        if area.height == 0 {
            return frame;
        }
        let left = plain_lines(area.width, |line, colour| column_is(pixels, area, line, colour), || column_mean(pixels, area, 0));
        if left == area.width {
            return frame;
        }
        (area.left, area.width) = (area.left + left, area.width - left);
        let last = area.width - 1;
        area.width -=
            plain_lines(area.width, |line, colour| column_is(pixels, area, last - line, colour), || column_mean(pixels, area, last));
        if area.width == 0 {
            return frame;
        }
        if area == before {
            return area;
        }
    }
}

/// How many of `lines` lines from the first on have the first one's mean colour.
fn plain_lines(lines: u32, is: impl Fn(u32, [i32; 3]) -> bool, first: impl Fn() -> [i32; 3]) -> u32 {
    let colour = first();
    (0..lines).take_while(|line| is(*line, colour)).count() as u32
}

fn row_is(pixels: &Pixels, area: Area, line: u32, colour: [i32; 3]) -> bool {
    is_plain(row(pixels, area, line).chunks_exact(3).map(|p| [p[0], p[1], p[2]]), area.width, colour)
}

fn column_is(pixels: &Pixels, area: Area, line: u32, colour: [i32; 3]) -> bool {
    is_plain(column(pixels, area, line), area.height, colour)
}

/// All but one in a hundred pixels are close to the colour.
fn is_plain(line: impl Iterator<Item = [u8; 3]>, length: u32, colour: [i32; 3]) -> bool {
    let mut strangers = 0;
    for pixel in line {
        let close = pixel.iter().zip(colour).all(|(channel, mean)| (i32::from(*channel) - mean).abs() <= MARGIN_TOLERANCE);
        strangers += u32::from(!close);
        if strangers * 100 > length {
            return false;
        }
    }
    true
}

fn row_mean(pixels: &Pixels, area: Area, line: u32) -> [i32; 3] {
    mean(row(pixels, area, line).chunks_exact(3).map(|p| [p[0], p[1], p[2]]), area.width)
}

fn column_mean(pixels: &Pixels, area: Area, line: u32) -> [i32; 3] {
    mean(column(pixels, area, line), area.height)
}

fn mean(line: impl Iterator<Item = [u8; 3]>, length: u32) -> [i32; 3] {
    let mut sums = [0u32; 3];
    for pixel in line {
        sums.iter_mut().zip(pixel).for_each(|(sum, channel)| *sum += u32::from(channel));
    }
    sums.map(|sum| ((sum + length / 2) / length) as i32)
}

fn row(pixels: &Pixels, area: Area, line: u32) -> &[u8] {
    &pixels.row(area.top + line)[area.left as usize * 3..][..area.width as usize * 3]
}

fn column(pixels: &Pixels, area: Area, line: u32) -> impl Iterator<Item = [u8; 3]> {
    (area.top..area.top + area.height).map(move |y| pixels.at(area.left + line, y))
}

/// Mean colours of a square grid of cells over an area, each pixel counted by the share of it that lies in the cell.
fn grid(pixels: &Pixels, area: Area) -> Box<[[u8; 3]; LUMA_CELLS]> {
    let mut colours = Box::new([[0; 3]; LUMA_CELLS]);
    let mut line = vec![0u32; area.width as usize * 3];
    let total = area.width * area.height;
    for (cell_y, cells) in colours.chunks_exact_mut(LUMA_SIDE).enumerate() {
        line.fill(0);
        for (y, weight) in shares(cell_y as u32, area.height) {
            for (sum, channel) in line.iter_mut().zip(row(pixels, area, y)) {
                *sum += u32::from(*channel) * weight;
            }
        }
        for (cell_x, cell) in cells.iter_mut().enumerate() {
            let mut sums = [0u32; 3];
            for (x, weight) in shares(cell_x as u32, area.width) {
                let pixel = &line[x as usize * 3..][..3];
                sums.iter_mut().zip(pixel).for_each(|(sum, channel)| *sum += channel * weight);
            }
            *cell = sums.map(|sum| ((sum + total / 2) / total) as u8);
        }
    }
    colours
}

/// The pixels of a line of `length` that a cell covers, each with its covered part in 1/32 px; the parts add up to `length`.
fn shares(cell: u32, length: u32) -> impl Iterator<Item = (u32, u32)> {
    let unit = LUMA_SIDE as u32;
    let (start, end) = (cell * length, (cell + 1) * length);
    (start / unit..end.div_ceil(unit)).map(move |at| (at, end.min((at + 1) * unit) - start.max(at * unit)))
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
