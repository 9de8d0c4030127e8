//! The ground a picture stands on: a plain background estimated from the picture's outer ring, shared by the detectors that need
//! to tell subject from background.

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
    /// Fits the ring: starting from its most frequent colour, and again from the colours of the four sides, for gradients.
    pub(crate) fn of(pixels: &Pixels) -> Self {
        let ring = ring(pixels);
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

    fn refined(mut self, ring: &[Sample]) -> Self {
        let mut before = 0;
        for _ in 0..ROUNDS {
            let explained: Vec<&Sample> = ring.iter().filter(|sample| self.distance(sample) <= EXPLAINED_WITHIN).collect();
            if explained.len() == before {
                break;
            }
            before = explained.len();
            let Some(fit) = Self::least_squares(&explained) else { break };
            self = fit;
        }
        let (mut explained, mut sum) = (0usize, 0.0);
        for distance in ring.iter().map(|sample| self.distance(sample)).filter(|distance| *distance <= EXPLAINED_WITHIN) {
            explained += 1;
            sum += distance;
        }
        self.support = explained as f32 / ring.len().max(1) as f32;
        self.spread = sum / explained.max(1) as f32;
        self
    }

    fn distance(&self, sample: &Sample) -> f32 {
        let expected = self.at(sample.x, sample.y);
        (0..3).map(|c| (f32::from(sample.color[c]) - expected[c]).abs()).fold(0.0, f32::max)
    }

    /// The plane of least squares through the samples, per channel; `None` when they do not span one.
    fn least_squares(samples: &[&Sample]) -> Option<Self> {
        let count = samples.len() as f64;
        let mean = |value: &dyn Fn(&Sample) -> f64| samples.iter().map(|sample| value(sample)).sum::<f64>() / count;
        let (mean_x, mean_y) = (mean(&|s| f64::from(s.x)), mean(&|s| f64::from(s.y)));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for sample in samples {
            let (dx, dy) = (f64::from(sample.x) - mean_x, f64::from(sample.y) - mean_y);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        let determinant = xx * yy - xy * xy;
        if samples.len() < 8 || determinant < 1e-6 * xx.max(1.0) * yy.max(1.0) {
            return None;
        }
        let mut ground = Self::flat([0; 3]);
        for c in 0..3 {
            let mean_value = mean(&|s| f64::from(s.color[c]));
            let (mut xv, mut yv) = (0.0, 0.0);
            for sample in samples {
                let dv = f64::from(sample.color[c]) - mean_value;
                xv += (f64::from(sample.x) - mean_x) * dv;
                yv += (f64::from(sample.y) - mean_y) * dv;
            }
            let (per_x, per_y) = ((xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant);
            ground.per_x[c] = per_x as f32;
            ground.per_y[c] = per_y as f32;
            ground.at_origin[c] = (mean_value - per_x * mean_x - per_y * mean_y) as f32;
        }
        Some(ground)
    }
}

struct Sample {
    x: u32,
    y: u32,
    color: [u8; 3],
}

/// The outermost 2 % of the short side, at least two pixels deep where there are that many.
fn ring(pixels: &Pixels) -> Vec<Sample> {
    let (width, height) = (pixels.width(), pixels.height());
    let depth = (width.min(height) / 50).max(2);
    let mut samples = Vec::new();
    for y in 0..height {
        let whole_row = y < depth || y + depth >= height;
        let columns = if whole_row || 2 * depth >= width { (0..width, width..width) } else { (0..depth, width - depth..width) };
        samples.extend(columns.0.chain(columns.1).map(|x| Sample { x, y, color: pixels.at(x, y) }));
    }
    samples
}

/// The mean colour of the fullest of 4,096 cells of colour space.
fn most_frequent(samples: &[Sample]) -> [u8; 3] {
    let mut counts = vec![0u32; 4096];
    let cell = |color: [u8; 3]| (usize::from(color[0] >> 4) << 8) | (usize::from(color[1] >> 4) << 4) | usize::from(color[2] >> 4);
    for sample in samples {
        counts[cell(sample.color)] += 1;
    }
    let fullest = (0..counts.len()).rev().max_by_key(|index| counts[*index]).unwrap_or(0);
    let (mut sums, mut count) = ([0u32; 3], 0);
    for sample in samples.iter().filter(|sample| cell(sample.color) == fullest) {
        (0..3).for_each(|c| sums[c] += u32::from(sample.color[c]));
        count += 1;
    }
    sums.map(|sum| (sum / count.max(1)) as u8)
}

/// The median of each channel.
fn middle(colors: impl Iterator<Item = [u8; 3]>) -> [f32; 3] {
    let colors: Vec<[u8; 3]> = colors.collect();
    [0, 1, 2].map(|c| {
        let mut values: Vec<u8> = colors.iter().map(|color| color[c]).collect();
        values.sort_unstable();
        values.get(values.len() / 2).map_or(0.0, |value| f32::from(*value))
    })
}
