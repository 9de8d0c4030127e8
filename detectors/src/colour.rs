//! Colour: whether there is any. What a palette is worth is for the rules.

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, SignalSpec};

/// Measures `colorfulness`.
#[derive(Debug, Default)]
pub struct Colour;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "colour@1".into(),
    needs: Needs::Pixels,
    signals: vec![SignalSpec::ratio(
        "colorfulness",
        "Strength of the strongest colour in the picture (all but a thousandth of its area): 0 = greyscale, below 0.05 hardly a trace, a sepia \
         tone about 0.2, a saturated colour above 0.5. A grey product with one small coloured label is not greyscale.",
    )],
});

impl Detector for Colour {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        let measure = |reduced: &Pixels| vec![Measurement::new("colorfulness", colorfulness(reduced))];
        photos.iter().map(|photo| photo.reduced().map(measure).ok_or_else(DetectError::pixels_missing)).collect()
    }
}

/// Share of the picture that may be more colourful than the reading: compression leaves specks of colour on grey.
const SPECKS_RATIO: f64 = 0.001;

/// Distance of a pixel from grey in the plane of BT.601's Cb and Cr, over its length for pure blue, the longest there is.
fn colorfulness(pixels: &Pixels) -> f64 {
    // Counted by the quarter of its square, which is fine enough near grey and saves the root of each. Two tables in turn: on a flat
    // ground a single counter would wait for itself.
    let mut tables = [[0u32; SQUARES]; 2];
    for (index, p) in pixels.rgb().chunks_exact(3).enumerate() {
        let [r, g, b] = [p[0], p[1], p[2]].map(f32::from);
        let y = 0.299 * r + 0.587 * g + 0.114 * b;
        let (cb, cr) = (0.564 * (b - y), 0.713 * (r - y));
        let square = ((cb * cb + cr * cr) * 0.25) as i32 as usize;
        tables[index % 2][square.min(SQUARES - 1)] += 1;
    }
    let specks = (f64::from(pixels.width()) * f64::from(pixels.height()) * SPECKS_RATIO) as u32;
    let mut above = 0;
    let strongest = (0..SQUARES).rev().find(|&square| {
        above += tables[0][square] + tables[1][square];
        above > specks
    });
    (f64::from(strongest.unwrap_or(0) as u32 * 4).sqrt() / CHROMA_MAX).min(1.0)
}

/// Length of pure blue's chroma, levels, and the number of quarter squares up to it.
const CHROMA_MAX: f64 = 136.0;
const SQUARES: usize = 4625;
