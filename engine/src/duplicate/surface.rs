//! A fingerprint made ready to be laid over another: smoothed brightness with its slopes at two sizes, colour, and its place in the frame.

use crate::duplicate::fingerprint::{CHROMA_SIDE, Fingerprint, LUMA_SIDE};

/// Cells along each side of the coarse layer.
const COARSE_SIDE: usize = LUMA_SIDE / 2;

/// Without two cells of the fine layer all round: a turn by 2 degrees moves a corner by one, smoothing spreads it by another.
const INNER: f32 = 0.875;

/// Lengths are in half sides of the square that has the content's area, places from the content's centre, right and down.
pub(super) struct Surface {
    /// Half width and half height of the content.
    pub half: [f32; 2],
    /// Centre of the whole frame.
    pub frame_centre: [f32; 2],
    /// Half width and half height of the whole frame.
    pub frame_half: [f32; 2],
    /// Brightness at half the thumbnail's size.
    pub coarse: Layer,
    /// Brightness at the thumbnail's size.
    pub fine: Layer,
    /// Blue and red difference.
    pub chroma: [Layer; 2],
}

/// Whether a picture is taken as it is or as in a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    Straight,
    Mirrored,
}

impl Surface {
    pub fn new(fingerprint: &Fingerprint, sight: Sight) -> Self {
        let [left, top, width, height] = fingerprint.content().map(f32::from);
        let (frame_width, frame_height) = fingerprint.frame();
        let (frame_width, frame_height) = (f32::from(frame_width), f32::from(frame_height));
        let unit = (width * height).sqrt() / 2.0;
        let right = (frame_width / 2.0 - left - width / 2.0) / unit;
        let fine = smoothed(LUMA_SIDE, &plane(fingerprint.luma(), LUMA_SIDE, sight));
        let coarse = smoothed(COARSE_SIDE, &halved(&fine));
        Self {
            half: [width / 2.0 / unit, height / 2.0 / unit],
            frame_centre: [if sight == Sight::Mirrored { -right } else { right }, (frame_height / 2.0 - top - height / 2.0) / unit],
            frame_half: [frame_width / 2.0 / unit, frame_height / 2.0 / unit],
            coarse: Layer::new(COARSE_SIDE, &coarse),
            fine: Layer::new(LUMA_SIDE, &fine),
            chroma: fingerprint.chroma().map(|cells| Layer::new(CHROMA_SIDE, &plane(cells, CHROMA_SIDE, sight))),
        }
    }

    /// Place of the centre of cell `index` of a layer of `side` cells.
    pub fn place(&self, side: usize, index: usize) -> [f32; 2] {
        let share = |cell: usize| (2 * cell + 1) as f32 / side as f32 - 1.0;
        [share(index % side) * self.half[0], share(index / side) * self.half[1]]
    }

    /// Whether a place lies within the content and not on its rim, which a turn fills with something else and a crop cuts.
    pub fn shows(&self, [x, y]: [f32; 2]) -> bool {
        x.abs() <= INNER * self.half[0] && y.abs() <= INNER * self.half[1]
    }

    /// Whether a place lies on the plain margin: within the frame, and two cells or more outside the content.
    pub fn is_plain_at(&self, place: [f32; 2]) -> bool {
        let in_frame = (0..2).all(|axis| (place[axis] - self.frame_centre[axis]).abs() <= self.frame_half[axis]);
        in_frame && (0..2).any(|axis| place[axis].abs() > (2.0 - INNER) * self.half[axis])
    }

    /// A layer of this surface at a place that it shows.
    pub fn sample(&self, layer: &Layer, [x, y]: [f32; 2]) -> Sample {
        let scale = layer.side as f32 / 2.0;
        let mut sample = layer.sample((x / self.half[0] + 1.0) * scale - 0.5, (y / self.half[1] + 1.0) * scale - 0.5);
        sample.slope = [sample.slope[0] * scale / self.half[0], sample.slope[1] * scale / self.half[1]];
        sample
    }

    /// A cell of a layer of this surface.
    pub fn cell(&self, layer: &Layer, index: usize) -> Sample {
        let scale = layer.side as f32 / 2.0;
        let [value, right, down, _] = layer.cells[index];
        Sample { value, slope: [right * scale / self.half[0], down * scale / self.half[1]] }
    }
}

/// A square plane of values with their slopes per cell.
pub(super) struct Layer {
    pub side: usize,
    /// Value, slope to the right, slope down; the fourth makes it a vector that is loaded at once.
    cells: Vec<[f32; 4]>,
}

/// A value and its slope to the right and down, in the surface's lengths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub value: f32,
    pub slope: [f32; 2],
}

impl Sample {
    /// Squared steepness.
    pub fn detail(&self) -> f64 {
        f64::from(self.slope[0] * self.slope[0] + self.slope[1] * self.slope[1])
    }
}

impl Layer {
    fn new(side: usize, values: &[f32]) -> Self {
        let slope = |before: f32, after: f32, cells: usize| (after - before) / cells as f32;
        let mut cells = Vec::with_capacity(side * side);
        for (y, line) in values.chunks_exact(side).enumerate() {
            let (up, down) = neighbours(y, side);
            let (above, below) = (&values[up * side..][..side], &values[down * side..][..side]);
            cells.extend(line.iter().zip(above).zip(below).enumerate().map(|(x, ((value, above), below))| {
                let (left, right) = neighbours(x, side);
                [*value, slope(line[left], line[right], right - left), slope(*above, *below, down - up), 0.0]
            }));
        }
        Self { side, cells }
    }

    /// Between the cells' centres by weighing the four around.
    #[inline(always)]
    fn sample(&self, x: f32, y: f32) -> Sample {
        let last = (self.side - 1) as f32;
        let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
        let (column, row) = ((x as usize).min(self.side - 2), (y as usize).min(self.side - 2));
        let (right, down) = (x - column as f32, y - row as f32);
        let start = row * self.side + column;
        let (upper, lower) = (&self.cells[start..start + 2], &self.cells[start + self.side..start + self.side + 2]);
        let weights = [(1.0 - right) * (1.0 - down), right * (1.0 - down), (1.0 - right) * down, right * down];
        let [value, right, down, _]: [f32; 4] = std::array::from_fn(|part| {
            upper[0][part] * weights[0] + upper[1][part] * weights[1] + lower[0][part] * weights[2] + lower[1][part] * weights[3]
        });
        Sample { value, slope: [right, down] }
    }
}

/// The cells before and after one, itself at the ends.
fn neighbours(cell: usize, side: usize) -> (usize, usize) {
    (cell.saturating_sub(1), (cell + 1).min(side - 1))
}

fn plane(cells: &[u8], side: usize, sight: Sight) -> Vec<f32> {
    let mut values: Vec<f32> = cells.iter().map(|cell| f32::from(*cell)).collect();
    if sight == Sight::Mirrored {
        values.chunks_exact_mut(side).for_each(<[f32]>::reverse);
    }
    values
}

/// A 1-2-1 filter both ways: what one cell alone shows is not told apart from where the cells' borders fall.
fn smoothed(side: usize, values: &[f32]) -> Vec<f32> {
    let weigh = |before: f32, here: f32, after: f32| (before + 2.0 * here + after) / 4.0;
    let mut across = Vec::with_capacity(side * side);
    for line in values.chunks_exact(side) {
        across.extend((0..side).map(|x| {
            let (left, right) = neighbours(x, side);
            weigh(line[left], line[x], line[right])
        }));
    }
    let mut smoothed = Vec::with_capacity(side * side);
    for (y, line) in across.chunks_exact(side).enumerate() {
        let (up, down) = neighbours(y, side);
        let (above, below) = (&across[up * side..][..side], &across[down * side..][..side]);
        smoothed.extend(line.iter().zip(above).zip(below).map(|((here, above), below)| weigh(*above, *here, *below)));
    }
    smoothed
}

fn halved(values: &[f32]) -> Vec<f32> {
    (0..COARSE_SIDE * COARSE_SIDE)
        .map(|index| {
            let start = index / COARSE_SIDE * 2 * LUMA_SIDE + index % COARSE_SIDE * 2;
            (values[start] + values[start + 1] + values[start + LUMA_SIDE] + values[start + LUMA_SIDE + 1]) / 4.0
        })
        .collect()
}
