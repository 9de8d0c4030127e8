//! Collage: several photographs in one frame, told by the straight seams between them. Panels that share one plain ground have no
//! seam; to see those needs to know what the pictures show.

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Plane, Region, SignalSpec};

/// Looks for a line across the whole picture, upright or level, over which the luma steps abruptly along its whole length.
///
/// The edges of furniture and boxes end before the frame does, horizons are rarely straight to the pixel, and panels are mostly of
/// equal size: a seam elsewhere has to be clearer.
#[derive(Debug, Default)]
pub struct Collage;

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
    id: "collage@1".into(),
    needs: Needs::Pixels,
    signals: vec![SignalSpec::ratio(
        "collage_score",
        "How much the picture looks like several photographs in one frame: by the strongest straight seam across it; 0.5 is as likely as \
         not. Panels on one common ground are not seen. The region is the seam.",
    )],
});

impl Detector for Collage {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(|photo| Ok(vec![measure(&photo.small().ok_or_else(DetectError::pixels_missing)?.luma())])).collect()
    }
}

fn measure(luma: &Plane) -> Measurement {
    let (width, height) = (luma.width(), luma.height());
    let upright = strongest_seam(luma);
    let level = strongest_seam(&transposed(luma));
    let (seam, place) = if upright.strength >= level.strength {
        (upright, Region::from_px(upright.at, 0, REACH as u32, height, (width, height)))
    } else {
        (level, Region::from_px(0, level.at, width, REACH as u32, (width, height)))
    };
    let score = 1.0 / (1.0 + ((SEAM_EVEN - seam.strength) / SEAM_SCALE).exp());
    // Rounded, so that the last bits of `exp` on different machines do not show.
    Measurement::new("collage_score", (score * 1e6).round() / 1e6).at((score >= 0.5).then_some(place))
}

#[derive(Debug, Clone, Copy)]
struct Seam {
    /// The step lies between this column and `REACH` further.
    at: u32,
    /// 0..1, see [`strength`].
    strength: f64,
}

/// The upright seam that is clearest.
fn strongest_seam(luma: &Plane) -> Seam {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let margin = ((width as f64 * MARGIN_SHARE) as usize).max(REACH);
    let none = Seam { at: 0, strength: 0.0 };
    if width < 2 * (margin + REACH) || height < PIECES {
        return none;
    }
    let columns = margin..width - margin - REACH;
    let mut stepping = vec![0u8; width];
    let mut shares = vec![[0.0; PIECES]; columns.len()];
    for piece in 0..PIECES {
        let rows = height * piece / PIECES..height * (piece + 1) / PIECES;
        stepping.fill(0);
        // A small copy has at most 24 rows a piece: a byte holds the count.
        for y in rows.clone() {
            count_steps(luma.row(y as u32), &mut stepping);
        }
        for (share, count) in shares.iter_mut().zip(&stepping[columns.clone()]) {
            share[piece] = f64::from(*count) / rows.len() as f64;
        }
    }
    let candidate =
        |(at, shares): (usize, &[f64; PIECES])| Seam { at: at as u32, strength: strength(shares, (at as f64 + 2.0) / width as f64) };
    columns.zip(&shares).map(candidate).fold(none, |best, seam| if seam.strength > best.strength { seam } else { best })
}

/// Adds one to each column at which this row steps: `stepping[x]` speaks of the step from `x` to `x + REACH`.
fn count_steps(row: &[u8], stepping: &mut [u8]) {
    let [before, here, there, after] = [0, REACH, 2 * REACH, 3 * REACH].map(|shift| row.iter().skip(shift));
    for ((((before, here), there), after), count) in before.zip(here).zip(there).zip(after).zip(stepping.iter_mut().skip(REACH)) {
        let step = here.abs_diff(*there);
        let calm = before.abs_diff(*here).min(there.abs_diff(*after));
        *count += u8::from(step >= STEP_LEVELS && calm <= step / CALM_PART);
    }
}

/// How much of the line steps, and whether it does so everywhere: the mean over its pieces, halved with the second weakest piece.
fn strength(shares: &[f64; PIECES], place: f64) -> f64 {
    let mut sorted = *shares;
    sorted.sort_by(f64::total_cmp);
    let mean = sorted.iter().sum::<f64>() / PIECES as f64;
    let equal = EQUAL_PANELS.iter().any(|panel| (place - panel).abs() <= EQUAL_WITHIN);
    ((mean + sorted[1]) / 2.0 - if equal { 0.0 } else { UNEQUAL_LOSS }).max(0.0)
}

fn transposed(plane: &Plane) -> Plane {
    let (width, height) = (plane.width() as usize, plane.height() as usize);
    let values = (0..width).flat_map(|x| (0..height).map(move |y| plane.values()[y * width + x])).collect();
    // The same number of values always fits.
    Plane::new(plane.height(), plane.width(), values).unwrap_or_else(|_| plane.clone())
}

#[cfg(test)]
mod tests {
    use vitrine_engine::Pixels;

    use super::*;
    use crate::drawn;

    fn score(pixels: Pixels) -> (f64, Option<Region>) {
        let reading = Collage.detect(&[drawn::photo(pixels)]).remove(0).unwrap().remove(0);
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
