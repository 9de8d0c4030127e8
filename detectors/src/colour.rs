//! Colour: whether there is any. What a palette is worth is for the rules.

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, SignalSpec};

/// Measures `colorfulness`.
#[derive(Debug, Default)]
pub struct Colour;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "colour@2".into(),
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
/// Up to this long side, px, every pixel is looked at.
const SAMPLES_LONG_SIDE: u32 = 192;

/// Distance of a pixel from grey in the plane of BT.601's Cb and Cr, over its length for pure blue, the longest there is.
fn colorfulness(pixels: &Pixels) -> f64 {
    // Counted by the quarter of its square, which is fine enough near grey and saves the root of each; of larger pictures every third
    // pixel each way, which is fine enough for a thousandth. Two tables in turn: on a flat ground a single counter would wait for itself.
    let mut tables = [[0u32; SQUARES]; 2];
    let step = if pixels.width().max(pixels.height()) > SAMPLES_LONG_SIDE { 3 } else { 1 };
    let mut count = 0;
    for y in (0..pixels.height()).step_by(step) {
        for (index, p) in pixels.row(y).chunks(3 * step).enumerate() {
            tables[index % 2][quarter_square([p[0], p[1], p[2]])] += 1;
            count += 1;
        }
    }
    let specks = (f64::from(count) * SPECKS_RATIO) as u32;
    let mut above = 0;
    let strongest = (0..SQUARES).rev().find(|&square| {
        above += tables[0][square] + tables[1][square];
        above > specks
    });
    (f64::from(strongest.unwrap_or(0) as u32 * 4).sqrt() / CHROMA_MAX).min(1.0)
}

/// A quarter of the squared length, in whole numbers.
fn quarter_square([r, g, b]: [u8; 3]) -> usize {
    let [r, g, b] = [r, g, b].map(i32::from);
    // In 256ths of a level.
    let y = 77 * r + 150 * g + 29 * b;
    // Cb = 0.564 (b - y), Cr = 0.713 (r - y), in 32nds.
    let (cb, cr) = (((b * 256 - y) * 9) >> 7, ((r * 256 - y) * 91) >> 10);
    (((cb * cb + cr * cr) >> 12) as usize).min(SQUARES - 1)
}

/// Length of pure blue's chroma, levels, and the number of quarter squares up to it.
const CHROMA_MAX: f64 = 136.0;
const SQUARES: usize = 4625;
