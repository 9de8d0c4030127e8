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

/// Distance of a pixel from grey in the plane of BT.601's Cb and Cr, over its length for pure blue or red, the longest there are.
fn colorfulness(pixels: &Pixels) -> f64 {
    let mut counts = [0u32; 256];
    for p in pixels.rgb().chunks_exact(3) {
        let [r, g, b] = [p[0], p[1], p[2]].map(f32::from);
        let y = 0.299 * r + 0.587 * g + 0.114 * b;
        let (cb, cr) = (0.564 * (b - y), 0.713 * (r - y));
        counts[((cb * cb + cr * cr).sqrt() + 0.5) as usize & 255] += 1;
    }
    let specks = (f64::from(pixels.width()) * f64::from(pixels.height()) * SPECKS_RATIO) as u32;
    let mut above = 0;
    let strongest = counts.iter().rposition(|&count| {
        above += count;
        above > specks
    });
    (strongest.unwrap_or(0) as f64 / CHROMA_MAX).min(1.0)
}

/// Length of pure blue's chroma, levels.
const CHROMA_MAX: f64 = 136.0;
