//! Detail: sharpness, noise, compression blocks and enlargement, all told from how the fine structure of luma is built. One detector,
//! because they share one look at a sample of full-size tiles. What is too soft or too noisy is for the rules.

mod comb;
mod dct;
mod edges;
mod sample;
mod tiles;

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, SignalSpec};

use edges::Edges;
use sample::Sample;

/// Measures `sharpness`, `noise`, `blockiness`, `upscaled_score`.
#[derive(Debug, Default)]
pub struct Detail;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "detail@2".into(),
    needs: Needs::Pixels,
    signals: vec![
        SignalSpec::ratio(
            "sharpness",
            "How crisp the crispest edges are, in the direction where they are softest, so that motion shows as well as focus; higher is \
             sharper, crisp photographs are above 0.7, a blur of one pixel leaves about 0.25. Pictures of 2000 px or more are judged at a \
             long side of 1000 to 2000 px. Missing where nothing stands out from a flat ground, or below 16 px.",
        ),
        SignalSpec::ratio(
            "noise",
            "Sensor-like grain in the quietest parts of the picture, where texture cannot be mistaken for it; lower is better: clean \
             photographs are below 0.1, grain of 3 grey levels reads 0.5. Missing where every part is clipped or flat, or below 16 px.",
        ),
        SignalSpec::ratio(
            "blockiness",
            "Visible 8 x 8 blocks of strong JPEG compression, read from the pixels, so a re-save at high quality or as another format does \
             not hide them; lower is better: 0.1 at JPEG quality 75, 0.5 at 30, 0.9 at 10. Missing below 16 px.",
        ),
        SignalSpec::ratio(
            "upscaled_score",
            "How surely the picture was enlarged from fewer pixels: the finest details a picture of its size can hold are absent. Lower is \
             better. A strongly blurred picture lacks them too and reads high as well. Missing where nothing stands out from a flat \
             ground, or below 16 px.",
        ),
    ],
});

impl Detector for Detail {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(|photo| photo.pixels().map(measurements).ok_or_else(DetectError::pixels_missing)).collect()
    }
}

/// Smallest side that holds a block on the JPEG grid and one off it.
const SIDE_MIN_PX: u32 = 16;
/// Larger pictures are judged for sharpness at a half, a third, ... of their size: a shop never shows them larger.
const SHOWN_LONG_SIDE_PX: u32 = 1000;

fn measurements(pixels: &Pixels) -> Vec<Measurement> {
    if pixels.width().min(pixels.height()) < SIDE_MIN_PX {
        return Vec::new();
    }
    let mut full = Sample::of(pixels, 1);
    let factor = pixels.width().max(pixels.height()) / SHOWN_LONG_SIDE_PX;
    let sharpness = if factor > 1 { sharpness(&mut Sample::of(pixels, factor as usize)) } else { sharpness(&mut full) };
    let readings = [
        ("sharpness", sharpness),
        ("noise", noise(&mut full)),
        ("blockiness", Some(blockiness(&full))),
        ("upscaled_score", upscaled_score(&mut full)),
    ];
    readings.into_iter().filter_map(|(name, value)| Some(Measurement::new(name, value?))).collect()
}

/// Steepness of the crisper edges and the fine share of the spectrum, each in the softer direction, on a logarithmic scale. The first
/// does not depend on how busy the picture is, the second notices the mildest blur; equal parts of both do better than either.
fn sharpness(sample: &mut Sample) -> Option<f64> {
    let steepness = sample.edges.iter().filter_map(crisp).reduce(f64::min);
    let [along_rows, along_columns] = fine_shares(sample, 6);
    let fine = along_rows.into_iter().chain(along_columns).reduce(f64::min)?;
    // Things stand out but no edge within reach is high enough: softer than can be told.
    let steepness = steepness.unwrap_or(SOFTEST);
    // The middle and slope put crisp photographs above 0.7 and a blur of one pixel below 0.3.
    Some(logistic(3.0 * (steepness.ln() + fine.ln() / 4.0 + 2.2)))
}

/// Steepness of an edge as wide as an edge is followed.
const SOFTEST: f64 = 0.1;
/// Fewer edge pixels say nothing about a direction.
const EDGES_MIN: u32 = 20;

fn crisp(edges: &Edges) -> Option<f64> {
    (edges.total() >= EDGES_MIN).then(|| edges.steepness(0.9)).flatten()
}

/// Deviation of white noise in the quietest blocks, scaled so that 3 levels read one half. The second percentile, because the very
/// quietest may be out of the camera's reach (captions, painted ground).
fn noise(sample: &mut Sample) -> Option<f64> {
    let energy = sample.fine_energy(0.02)?;
    Some(energy / (energy + 9.0))
}

/// Typical quantisation step of the low frequencies, scaled so that 20 levels, JPEG quality 30, read one half.
fn blockiness(sample: &Sample) -> f64 {
    let (step, elsewhere) = (sample.on_grid.step(), sample.off_grid.step());
    // A pattern drawn on an 8 px raster has combs off the grid too.
    if elsewhere >= step {
        return 0.0;
    }
    step * step / (step * step + 400.0)
}

/// Enlarging adds no detail beyond the old picture's finest: the upper half of the spectrum is empty in both directions. Middle and slope
/// are those of a logistic regression on photographs enlarged 2 and 4 times.
fn upscaled_score(sample: &mut Sample) -> Option<f64> {
    let shares: Vec<f64> = fine_shares(sample, 4).into_iter().flatten().map(f64::ln).collect();
    (!shares.is_empty()).then(|| logistic(-3.0 * (shares.iter().sum::<f64>() / shares.len() as f64 + 4.2)))
}

/// Energy of the frequencies from `from` eighths of the Nyquist frequency up, over that of the first two, along rows and along columns;
/// less the energy of noise, which is in all alike. `None` for a direction in which nothing changes.
fn fine_shares(sample: &mut Sample, from: usize) -> [Option<f64>; 2] {
    let quiet = sample.fine_energy(0.05).unwrap_or(0.0) as f32;
    let mean = |fine: std::ops::Range<usize>, turned: bool| {
        let count = (3 * fine.len()) as f32;
        let at = |i: usize, j: usize| if turned { sample.energy[i][j] } else { sample.energy[j][i] };
        let sum: f32 = fine.flat_map(|i| (0..3).map(move |j| (i, j))).map(|(i, j)| (at(i, j) - quiet).max(0.0)).sum();
        f64::from(sum / count) + ENERGY_FLOOR
    };
    [false, true].map(|turned| {
        let coarse = mean(1..3, turned);
        (coarse > COARSE_ENERGY_MIN).then(|| mean(from..8, turned) / coarse)
    })
}

/// Energy of rounding to whole levels, about.
const ENERGY_FLOOR: f64 = 0.02;
/// Below it a direction holds nothing but noise.
const COARSE_ENERGY_MIN: f64 = 4.0;

fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}
