//! Seam: a straight line through the whole picture, as between the photographs of a collage. Panels that share one plain ground have
//! none; to see those needs to know what the pictures show.

use std::ops::Range;
use std::sync::LazyLock;

use fearless_simd::{Level, dispatch};
use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Plane, Region, SignalSpec};

/// Looks for a line across the whole picture, upright or level, over which the luma steps abruptly along its whole length.
///
/// The edges of furniture and boxes end before the frame does, horizons are rarely straight to the pixel, and panels are mostly of
/// equal size: a seam elsewhere has to be clearer.
#[derive(Debug, Default)]
pub struct Seam;

/// Pixels of the small copy between the two sides of a step: a seam may fall within one.
const REACH: usize = 3;
/// A step is at least this many levels of luma.
const STEP_LEVELS: u8 = 8;
/// On one side of a step the luma changes over the same distance by at most this part of it.
const CALM_PART: u8 = 3;
/// Seams are looked for beyond this share of the frame from its edges; nearer ones are borders.
const MARGIN_SHARE: f64 = 0.15;
/// A line is judged in this many pieces.
const PIECES: usize = 8;
/// Where the seams of equal panels lie, and how near counts, as shares of the frame.
const EQUAL_PANELS: [f64; 3] = [1.0 / 3.0, 0.5, 2.0 / 3.0];
const EQUAL_WITHIN: f64 = 0.025;
/// What a seam elsewhere loses.
const UNEQUAL_LOSS: f64 = 0.2;
/// Strength at which a seam and an ordinary edge are equally likely.
const SEAM_EVEN: f64 = 0.62;
/// How fast the score turns with the strength.
const SEAM_SCALE: f64 = 0.07;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "seam@1".into(),
    needs: Needs::Pixels,
    signals: vec![SignalSpec::ratio(
        "seam_score",
        "Clearness of the clearest straight seam across the whole picture, as between the photographs of a collage; at 0.5 a seam is as \
         likely as not. Panels on one common ground have none. The region is the seam.",
    )],
});

impl Detector for Seam {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(|photo| Ok(vec![measure(&photo.small().ok_or_else(DetectError::pixels_missing)?.luma())])).collect()
    }
}

fn measure(luma: &Plane) -> Measurement {
    let (width, height) = (luma.width(), luma.height());
    let [upright, level] = dispatch!(Level::new(), _simd => [clearest(&upright_steps(luma), width), clearest(&level_steps(luma), height)]);
    let (seam, place) = if upright.strength >= level.strength {
        (upright, Region::from_px(upright.at, 0, REACH as u32, height, (width, height)))
    } else {
        (level, Region::from_px(0, level.at, width, REACH as u32, (width, height)))
    };
    let score = 1.0 / (1.0 + ((SEAM_EVEN - seam.strength) / SEAM_SCALE).exp());
    // Rounded, so that the last bits of `exp` on different machines do not show.
    Measurement::new("seam_score", (score * 1e6).round() / 1e6).at((score >= 0.5).then_some(place))
}

#[derive(Debug, Clone, Copy)]
struct Line {
    /// The step lies between this line and `REACH` further.
    at: u32,
    /// 0..1, see [`strength`].
    strength: f64,
}

/// How much of each line steps, for lines from the margin on; empty where a picture is too small for seams.
struct Steps {
    first: usize,
    /// Steps in each piece of a line.
    counts: Vec<[u8; PIECES]>,
    /// Points in each piece.
    lengths: [u8; PIECES],
}

impl Steps {
    /// For lines across `side` px, each `length` px long. A small copy has at most 24 px a piece: a byte holds the count.
    fn none(side: usize, length: usize) -> Self {
        let margin = ((side as f64 * MARGIN_SHARE) as usize).max(REACH);
        let lines = if side < 2 * (margin + REACH) || length < PIECES { 0 } else { side - 2 * margin - REACH };
        Self { first: margin, counts: vec![[0; PIECES]; lines], lengths: std::array::from_fn(|piece| piece_of(length, piece).len() as u8) }
    }
}

fn piece_of(length: usize, piece: usize) -> Range<usize> {
    length * piece / PIECES..length * (piece + 1) / PIECES
}

/// Of the columns.
#[inline(always)]
fn upright_steps(luma: &Plane) -> Steps {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let mut steps = Steps::none(width, height);
    let lines = steps.counts.len();
    let mut stepping = vec![0u8; lines];
    for piece in 0..PIECES {
        stepping.fill(0);
        for y in piece_of(height, piece) {
            let [before, here, there, after] = std::array::from_fn(|step| shifted(luma.row(y as u32), steps.first, step, lines));
            for (i, count) in stepping.iter_mut().enumerate() {
                *count += u8::from(is_step(before[i], here[i], there[i], after[i]));
            }
        }
        for (counts, count) in steps.counts.iter_mut().zip(&stepping) {
            counts[piece] = *count;
        }
    }
    steps
}

/// Of the rows.
#[inline(always)]
fn level_steps(luma: &Plane) -> Steps {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let mut steps = Steps::none(height, width);
    for (line, counts) in steps.counts.iter_mut().enumerate() {
        let rows = std::array::from_fn(|step| luma.row((steps.first + line + step * REACH - REACH) as u32));
        for (piece, count) in counts.iter_mut().enumerate() {
            let [before, here, there, after] = rows.map(|row: &[u8]| &row[piece_of(width, piece)]);
            let four = before.iter().zip(here).zip(there.iter().zip(after));
            *count = four.map(|((before, here), (there, after))| u8::from(is_step(*before, *here, *there, *after))).sum();
        }
    }
    steps
}

/// The part of a row that `lines` columns from `first` on see `step` steps of `REACH` further, counted from one step before.
#[inline(always)]
fn shifted(row: &[u8], first: usize, step: usize, lines: usize) -> &[u8] {
    if lines == 0 { &[] } else { &row[first + step * REACH - REACH..][..lines] }
}

/// Whether four points in a line step between the middle two, and hardly on one side of it.
#[inline(always)]
fn is_step(before: u8, here: u8, there: u8, after: u8) -> bool {
    let step = here.abs_diff(there);
    let calm = before.abs_diff(here).min(there.abs_diff(after));
    (step >= STEP_LEVELS) & (calm <= step / CALM_PART)
}

/// The seam that is clearest among lines across `side` px.
#[inline(always)]
fn clearest(steps: &Steps, side: u32) -> Line {
    let mut best = Line { at: 0, strength: 0.0 };
    for (at, counts) in (steps.first..).zip(&steps.counts) {
        let shares = std::array::from_fn(|piece| f64::from(counts[piece]) / f64::from(steps.lengths[piece]));
        // The second weakest piece is at most 8/7 of the mean: most lines need no closer look.
        if shares.iter().sum::<f64>() / PIECES as f64 * (15.0 / 14.0) <= best.strength {
            continue;
        }
        let strength = strength(shares, (at as f64 + 2.0) / f64::from(side));
        if strength > best.strength {
            best = Line { at: at as u32, strength };
        }
    }
    best
}

/// How much of the line steps, and whether it does so everywhere: the mean over its pieces, halved with the second weakest piece.
fn strength(mut shares: [f64; PIECES], place: f64) -> f64 {
    shares.sort_unstable_by(f64::total_cmp);
    let mean = shares.iter().sum::<f64>() / PIECES as f64;
    let equal = EQUAL_PANELS.iter().any(|panel| (place - panel).abs() <= EQUAL_WITHIN);
    ((mean + shares[1]) / 2.0 - if equal { 0.0 } else { UNEQUAL_LOSS }).max(0.0)
}

#[cfg(test)]
mod tests {
    use vitrine_engine::Pixels;

    use super::*;
    use crate::drawn;

    fn score(pixels: Pixels) -> (f64, Option<Region>) {
        let reading = Seam.detect(&[drawn::photo(pixels)]).remove(0).unwrap().remove(0);
        match reading.value {
            vitrine_engine::Value::Number(number) => (number, reading.region),
            other => panic!("{other:?}"),
        }
    }

    fn disc(x: u32, y: u32, ground: [u8; 3], ink: [u8; 3]) -> [u8; 3] {
        if (f64::from(x) - 150.0).hypot(f64::from(y) - 150.0) < 100.0 { ink } else { ground }
    }

    #[test]
    fn two_panels_are_a_collage_and_the_region_is_their_seam() {
        let panels = |gap: u32| {
            drawn::paint(600 + gap, 300, |x, y| match x {
                x if x < 300 => disc(x, y, [255; 3], [40, 90, 160]),
                x if x < 300 + gap => [0; 3],
                x => disc(x - 300 - gap, y, [150, 110, 80], [230, 220, 40]),
            })
        };
        for gap in [0, 8, 20] {
            let (score, region) = score(panels(gap));
            let (region, middle) = (region.unwrap(), 300.0 / f64::from(600 + gap));
            assert!(score > 0.8, "{gap}: {score}");
            assert!((region.x - middle).abs() < 0.05 && region.height == 1.0, "{region:?}");
        }
    }

    #[test]
    fn panels_one_above_the_other_are_seen_too() {
        let (score, region) = score(drawn::paint(300, 600, |x, y| {
            if y < 300 { disc(x, y, [240; 3], [200, 40, 40]) } else { disc(x, y - 300, [90, 60, 40], [20, 200, 40]) }
        }));
        assert!(score > 0.8 && region.unwrap().width == 1.0, "{score}");
    }

    #[test]
    fn one_picture_is_none() {
        assert!(score(drawn::paint(300, 300, |x, y| disc(x, y, [255; 3], [40, 90, 160]))).0 < 0.1);
        assert!(score(drawn::noise(384, 300)).0 < 0.2);
        assert!(score(drawn::paint(300, 300, |x, y| [(x / 2) as u8, (y / 2) as u8, 90])).0 < 0.01);
    }

    #[test]
    fn odd_pictures_are_measured_without_fault() {
        drawn::odd().into_iter().for_each(|pixels| assert!((0.0..=1.0).contains(&score(pixels).0)));
    }
}
