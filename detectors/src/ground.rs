//! The ground a picture stands on: a plain background estimated from the picture's outer ring, shared by the detectors that need
//! to tell subject from background.

use fearless_simd::{Level, dispatch};
use vitrine_engine::Pixels;

/// A background whose colour runs linearly over the picture, in 0..255 per channel: `at_origin + x * per_x + y * per_y`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ground {
    at_origin: [f32; 3],
    /// Levels per pixel to the right.
    pub(crate) per_x: [f32; 3],
    per_y: [f32; 3],
    /// Share of the ring that the model explains, 0..1.
    pub(crate) support: f32,
    /// Mean distance of the explained ring pixels from the model, levels.
    pub(crate) spread: f32,
}

/// Ring pixels within this many levels of the model, in every channel, are explained by it.
const EXPLAINED_WITHIN: f32 = 20.0;
/// Rounds of fitting and dropping what is not explained.
const ROUNDS: usize = 4;

impl Ground {
    /// Fits the ring of a picture of at most 400 px a side: starting from its most frequent colour, and again from the colours of the four sides, for gradients.
    pub(crate) fn of(pixels: &Pixels) -> Self {
        let ring = Ring::of(pixels);
        let common = Self::flat(most_frequent(&ring)).refined(&ring);
        if common.support > 0.9 {
            return common;
        }
        let sides = Self::through_sides(pixels).refined(&ring);
        if sides.support > common.support + 0.1 { sides } else { common }
    }

    /// The expected colour at a place.
    pub(crate) fn at(&self, x: u32, y: u32) -> [f32; 3] {
        let (x, y) = (x as f32, y as f32);
        let level = |c: usize| self.at_origin[c] + self.per_x[c] * x + self.per_y[c] * y;
        [level(0), level(1), level(2)]
    }

    fn flat(color: [u8; 3]) -> Self {
        Self { at_origin: color.map(f32::from), per_x: [0.0; 3], per_y: [0.0; 3], support: 0.0, spread: 0.0 }
    }

    fn through_sides(pixels: &Pixels) -> Self {
        let (right, bottom) = (pixels.width() - 1, pixels.height() - 1);
        let top = middle((0..=right).map(|x| pixels.at(x, 0)));
        let low = middle((0..=right).map(|x| pixels.at(x, bottom)));
        let left = middle((0..=bottom).map(|y| pixels.at(0, y)));
        let far = middle((0..=bottom).map(|y| pixels.at(right, y)));
        let mut ground = Self::flat([0; 3]);
        for c in 0..3 {
            ground.per_x[c] = (far[c] - left[c]) / right.max(1) as f32;
            ground.per_y[c] = (low[c] - top[c]) / bottom.max(1) as f32;
            let mean = (top[c] + low[c] + left[c] + far[c]) / 4.0;
            ground.at_origin[c] = mean - (ground.per_x[c] * right as f32 + ground.per_y[c] * bottom as f32) / 2.0;
        }
        ground
    }

    fn refined(mut self, ring: &Ring) -> Self {
        let mut distances = vec![0.0; ring.x.len()];
        let mut before = 0;
        for _ in 0..ROUNDS {
            let sums = dispatch!(Level::new(), _simd => self.explained(ring, &mut distances));
            if sums.count == before {
                break;
            }
            before = sums.count;
            let Some(fit) = sums.least_squares() else { break };
            self = fit;
        }
        dispatch!(Level::new(), _simd => self.distances(ring, &mut distances));
        let explained = distances.iter().filter(|distance| **distance <= EXPLAINED_WITHIN).count();
        let sum: f32 = distances.iter().map(|distance| if *distance <= EXPLAINED_WITHIN { *distance } else { 0.0 }).sum();
        self.support = explained as f32 / distances.len().max(1) as f32;
        self.spread = sum / explained.max(1) as f32;
        self
    }

    /// Distance of each ring pixel from the model, in its farthest channel.
    #[inline(always)]
    fn distances(&self, ring: &Ring, distances: &mut [f32]) {
        for (c, values) in ring.color.iter().enumerate() {
            let places = ring.x.iter().zip(&ring.y).zip(values);
            for (distance, ((x, y), value)) in distances.iter_mut().zip(places) {
                let expected = self.at_origin[c] + self.per_x[c] * *x as f32 + self.per_y[c] * *y as f32;
                let here = (*value as f32 - expected).abs();
                let so_far = if c == 0 { 0.0 } else { *distance };
                *distance = if here > so_far { here } else { so_far };
            }
        }
    }

    /// Sums over the ring pixels that the model explains.
    #[inline(always)]
    fn explained(&self, ring: &Ring, distances: &mut [f32]) -> Sums {
        self.distances(ring, distances);
        // All ones or all zeros: what is not explained adds nothing.
        let taken: Vec<i32> = distances.iter().map(|distance| -i32::from(*distance <= EXPLAINED_WITHIN)).collect();
        let sum = |values: &[i32]| taken.iter().zip(values).map(|(taken, value)| taken & value).sum::<i32>();
        let product = |a: &[i32], b: &[i32]| taken.iter().zip(a).zip(b).map(|((taken, a), b)| taken & (a * b)).sum::<i32>();
        Sums {
            count: -taken.iter().sum::<i32>(),
            x: sum(&ring.x),
            y: sum(&ring.y),
            xx: product(&ring.x, &ring.x),
            xy: product(&ring.x, &ring.y),
            yy: product(&ring.y, &ring.y),
            value: std::array::from_fn(|c| sum(&ring.color[c])),
            xv: std::array::from_fn(|c| product(&ring.x, &ring.color[c])),
            yv: std::array::from_fn(|c| product(&ring.y, &ring.color[c])),
        }
    }
}

/// Sums over samples, whole and therefore exact; those of a ring of a picture of at most 400 px a side fit.
struct Sums {
    count: i32,
    x: i32,
    y: i32,
    xx: i32,
    xy: i32,
    yy: i32,
    value: [i32; 3],
    xv: [i32; 3],
    yv: [i32; 3],
}

impl Sums {
    /// The plane of least squares through the samples, per channel; `None` when they do not span one.
    fn least_squares(&self) -> Option<Ground> {
        let count = f64::from(self.count);
        // Products about the means.
        let about = |product: i32, a: i32, b: i32| f64::from(product) - f64::from(a) * f64::from(b) / count;
        let (xx, xy, yy) = (about(self.xx, self.x, self.x), about(self.xy, self.x, self.y), about(self.yy, self.y, self.y));
        let determinant = xx * yy - xy * xy;
        if self.count < 8 || determinant < 1e-6 * xx.max(1.0) * yy.max(1.0) {
            return None;
        }
        let mut ground = Ground::flat([0; 3]);
        for c in 0..3 {
            let (xv, yv) = (about(self.xv[c], self.x, self.value[c]), about(self.yv[c], self.y, self.value[c]));
            let (per_x, per_y) = ((xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant);
            ground.per_x[c] = per_x as f32;
            ground.per_y[c] = per_y as f32;
            ground.at_origin[c] = ((f64::from(self.value[c]) - per_x * f64::from(self.x) - per_y * f64::from(self.y)) / count) as f32;
        }
        Some(ground)
    }
}

/// The outermost 2 % of the short side, at least two pixels deep where there are that many: places and colours, each in a list of its own.
struct Ring {
    x: Vec<i32>,
    y: Vec<i32>,
    color: [Vec<i32>; 3],
}

impl Ring {
    fn of(pixels: &Pixels) -> Self {
        let (width, height) = (pixels.width(), pixels.height());
        let depth = (width.min(height) / 50).max(2);
        let most = (2 * depth * (width + height)) as usize;
        let list = || Vec::with_capacity(most);
        let mut ring = Self { x: list(), y: list(), color: [list(), list(), list()] };
        for y in 0..height {
            let whole_row = y < depth || y + depth >= height;
            let columns = if whole_row || 2 * depth >= width { [0..width, width..width] } else { [0..depth, width - depth..width] };
            for columns in columns {
                ring.x.extend(columns.start as i32..columns.end as i32);
                ring.y.extend(columns.clone().map(|_| y as i32));
                let row = &pixels.row(y)[columns.start as usize * 3..columns.end as usize * 3];
                for (c, list) in ring.color.iter_mut().enumerate() {
                    list.extend(row.iter().skip(c).step_by(3).map(|value| i32::from(*value)));
                }
            }
        }
        ring
    }
}

/// The mean colour of the fullest of 4,096 cells of colour space.
fn most_frequent(ring: &Ring) -> [u8; 3] {
    let [red, green, blue] = &ring.color;
    let colors = || red.iter().zip(green).zip(blue).map(|((r, g), b)| [*r, *g, *b]);
    let cell = |[r, g, b]: [i32; 3]| ((r >> 4) << 8 | (g >> 4) << 4 | b >> 4) as usize;
    let mut counts = [0u16; 4096];
    // The fullest; of several the first.
    let mut fullest = (0, 0);
    for color in colors() {
        let cell = cell(color);
        counts[cell] = counts[cell].saturating_add(1);
        if counts[cell] > fullest.0 || counts[cell] == fullest.0 && cell < fullest.1 {
            fullest = (counts[cell], cell);
        }
    }
    let (mut sums, mut count) = ([0; 3], 0);
    for color in colors().filter(|color| cell(*color) == fullest.1) {
        (0..3).for_each(|c| sums[c] += color[c]);
        count += 1;
    }
    sums.map(|sum| (sum / count.max(1)) as u8)
}

/// The median of each channel.
fn middle(colors: impl Iterator<Item = [u8; 3]>) -> [f32; 3] {
    let colors: Vec<[u8; 3]> = colors.collect();
    [0, 1, 2].map(|c| {
        let mut values: Vec<u8> = colors.iter().map(|color| color[c]).collect();
        let middle = values.len() / 2;
        if values.is_empty() { 0.0 } else { f32::from(*values.select_nth_unstable(middle).1) }
    })
}
