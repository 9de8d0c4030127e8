//! Light: exposure, contrast and clipping, from pixels taken at regular distances (not averaged, which would hide clipping). A white
//! background is no overexposure, so what hangs together with the frame and is white is left out where the subject is meant.

use std::ops::Range;
use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, SignalSpec};

/// Measures `brightness`, `luma_mean`, `contrast`, `dark_clip_ratio`, `light_clip_ratio`, `entropy_bits`.
#[derive(Debug, Default)]
pub struct Light;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "light@2".into(),
    needs: Needs::Pixels,
    signals: vec![
        SignalSpec::ratio(
            "brightness",
            "Exposure. About 0.5 is right: the lightest parts just reach white; below 0.4 even they stay grey (underexposed by a stop and \
             more), above 0.6 much of what is light outside a white background has lost its detail (overexposed). A black product on white is \
             not dark by this, nor a white one light; for the plain mean see `luma_mean`.",
        ),
        SignalSpec::ratio("luma_mean", "Mean luma of the whole picture, background included: 0 = black, 1 = white."),
        SignalSpec::number("contrast", 0.0, 0.5, "RMS contrast: standard deviation of luma, on a scale where white is 1."),
        SignalSpec::ratio(
            "dark_clip_ratio",
            "Share of pixels that are crushed to black (every channel at most 2), outside a white background; lower is better, but black \
             products exist.",
        ),
        SignalSpec::ratio(
            "light_clip_ratio",
            "Share of pixels that are blown (some channel at its maximum), outside a white background; lower is better. Missing where all is \
             white background.",
        ),
        SignalSpec::number(
            "entropy_bits",
            0.0,
            8.0,
            "Information in the histogram of luma: photographs hold 4 to 8 bits, drawn cards and blank pictures less than 3.",
        )
        .unit("bits"),
    ],
});

impl Detector for Light {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(|photo| photo.pixels().map(measurements).ok_or_else(DetectError::pixels_missing)).collect()
    }
}

/// Samples along the long side, at most.
const SAMPLES_LONG_SIDE: usize = 300;
/// Least channel of a pixel of a white background.
const WHITE_MIN: u8 = 250;
/// The brightest channel of a pixel that is crushed, light but not clipped, blown.
const CRUSHED: Range<usize> = 0..3;
const LIGHT: Range<usize> = 200..253;
const BLOWN: Range<usize> = 255..256;

fn measurements(pixels: &Pixels) -> Vec<Measurement> {
    let grid = Grid::of(pixels);
    let luma = Histogram::of(&grid.luma);
    let background = grid.white_background();
    let brightest = Histogram::outside(&grid.brightest, &background);

    let (mean, deviation) = luma.mean_and_deviation();
    let mut readings = vec![("luma_mean", mean), ("contrast", deviation.min(0.5)), ("entropy_bits", luma.entropy_bits())];
    if brightest.total == 0.0 {
        readings.extend([("brightness", brightness(1.0, mean, 0.0)), ("dark_clip_ratio", 0.0)]);
    } else {
        let blown = brightest.share(BLOWN);
        // Glints belong to a photograph: one light pixel in twenty may be clipped.
        let lost = (blown - brightest.share(LIGHT) / 20.0).max(0.0);
        readings.extend([
            ("brightness", brightness(luma.quantile(0.99), mean, lost)),
            ("dark_clip_ratio", brightest.share(CRUSHED)),
            ("light_clip_ratio", blown),
        ]);
    }
    readings.into_iter().map(|(name, value)| Measurement::new(name, value)).collect()
}

/// How far the whites reach (`white`, the 99th percentile of luma), then how much of the picture is `lost` to clipping. A mean alone
/// cannot tell a dark product from a dark picture; it only orders pictures that are alike in both.
fn brightness(white: f64, mean: f64, lost: f64) -> f64 {
    (0.48 * white + 0.02 * mean + 0.6 * lost / (lost + 0.2)).min(1.0)
}

/// Pixels at regular distances.
struct Grid {
    columns: usize,
    luma: Vec<u8>,
    brightest: Vec<u8>,
    white: Vec<bool>,
}

impl Grid {
    fn of(pixels: &Pixels) -> Self {
        let (width, height) = (pixels.width() as usize, pixels.height() as usize);
        let step = width.max(height).div_ceil(SAMPLES_LONG_SIDE);
        // The middle of each step, so that a hairline at the frame is not taken for the picture.
        let (left, top) = ((step / 2).min(width - 1), (step / 2).min(height - 1));
        let columns = (width - left).div_ceil(step);
        let count = columns * (height - top).div_ceil(step);
        let [mut luma, mut brightest] = [(); 2].map(|()| vec![0u8; count]);
        let mut white = vec![false; count];
        let rows = luma.chunks_exact_mut(columns).zip(brightest.chunks_exact_mut(columns)).zip(white.chunks_exact_mut(columns));
        for (y, ((luma, brightest), white)) in (top..height).step_by(step).zip(rows) {
            let samples = pixels.row(y as u32)[left * 3..].chunks(3 * step);
            for (((sample, luma), brightest), white) in samples.zip(luma).zip(brightest).zip(white) {
                let [red, green, blue, ..] = *sample else { continue };
                *luma = ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue) + 128) >> 8) as u8;
                *brightest = red.max(green).max(blue);
                *white = red.min(green).min(blue) >= WHITE_MIN;
            }
        }
        Self { columns, luma, brightest, white }
    }

    /// Which samples are reached from the frame, straight along a row or column, over white alone.
    fn white_background(&self) -> Vec<bool> {
        let mut reached = vec![false; self.white.len()];
        let rows = || self.white.chunks_exact(self.columns);
        for (white, reached) in rows().zip(reached.chunks_exact_mut(self.columns)) {
            let left = white.iter().take_while(|white| **white).count();
            let right = white.iter().rev().take_while(|white| **white).count();
            reached[..left].fill(true);
            reached[self.columns - right..].fill(true);
        }
        sweep(rows().zip(reached.chunks_exact_mut(self.columns)), self.columns);
        sweep(rows().rev().zip(reached.chunks_exact_mut(self.columns).rev()), self.columns);
        reached
    }
}

/// Marks, row after row, the columns in which all rows so far were white.
fn sweep<'a>(rows: impl Iterator<Item = (&'a [bool], &'a mut [bool])>, columns: usize) {
    let mut open = vec![true; columns];
    for (white, reached) in rows {
        for ((open, &white), reached) in open.iter_mut().zip(white).zip(reached) {
            *open &= white;
            *reached |= *open;
        }
    }
}

struct Histogram {
    counts: [u32; 256],
    total: f64,
}

impl Histogram {
    fn of(values: &[u8]) -> Self {
        // Four tables in turn: on a flat ground a single counter would wait for itself.
        let mut tables = [[0u32; 256]; 4];
        let fours = values.chunks_exact(4);
        fours.remainder().iter().for_each(|&value| tables[0][usize::from(value)] += 1);
        for four in fours {
            for (table, &value) in tables.iter_mut().zip(four) {
                table[usize::from(value)] += 1;
            }
        }
        Self::sum(&tables)
    }

    /// Counts the values that are not `left_out`.
    fn outside(values: &[u8], left_out: &[bool]) -> Self {
        // What is left out is counted in a second half that nobody reads, which is faster than asking.
        let mut tables = [[0u32; 512]; 4];
        for (values, left_out) in values.chunks(4).zip(left_out.chunks(4)) {
            for ((table, &value), &left_out) in tables.iter_mut().zip(values).zip(left_out) {
                table[usize::from(value) | usize::from(left_out) << 8] += 1;
            }
        }
        Self::sum(&tables)
    }

    /// Adds up the first 256 counters of each table.
    fn sum<const N: usize>(tables: &[[u32; N]; 4]) -> Self {
        let counts: [u32; 256] = std::array::from_fn(|value| tables.iter().map(|table| table[value]).sum());
        Self { counts, total: counts.iter().map(|&count| f64::from(count)).sum() }
    }

    fn share(&self, values: Range<usize>) -> f64 {
        self.counts[values].iter().map(|&count| f64::from(count)).sum::<f64>() / self.total
    }

    /// On a scale where 255 is 1.
    fn mean_and_deviation(&self) -> (f64, f64) {
        let moment = |centre: f64, power: i32| -> f64 {
            let sum: f64 = self.counts.iter().enumerate().map(|(v, &n)| f64::from(n) * (v as f64 / 255.0 - centre).powi(power)).sum();
            sum / self.total
        };
        let mean = moment(0.0, 1).clamp(0.0, 1.0);
        (mean, moment(mean, 2).sqrt())
    }

    /// The value that the share `quantile` of all lie at or below, on a scale where 255 is 1.
    fn quantile(&self, quantile: f64) -> f64 {
        let mut below = 0.0;
        let value = self.counts.iter().position(|&count| {
            below += f64::from(count);
            below >= quantile * self.total
        });
        value.unwrap_or(255) as f64 / 255.0
    }

    fn entropy_bits(&self) -> f64 {
        let shares = self.counts.iter().filter(|count| **count > 0).map(|&count| f64::from(count) / self.total);
        shares.map(|share| -share * share.log2()).sum::<f64>().clamp(0.0, 8.0)
    }
}
