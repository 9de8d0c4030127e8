//! Collage: several photographs in one frame, told by the straight seams between them. Panels that share one plain ground have no
//! seam; to see those needs to know what the pictures show.

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, Region, SignalSpec};

use crate::ground::small;

/// Looks for a line across the whole picture, upright or level, over which the colour steps abruptly along most of its length.
#[derive(Debug, Default)]
pub struct Collage;

/// Pixels of the small copy between the two sides of a step: a seam may fall within one.
const REACH: usize = 3;
/// A step sums to at least this many levels over the three channels.
const STEP_LEVELS: u16 = 24;
/// On one side of a step the colour changes over the same distance by at most this part of it.
const CALM_PART: u16 = 3;
/// Seams are looked for beyond this share of the frame from its edges; nearer ones are borders.
const MARGIN_SHARE: f64 = 0.15;
/// Share of the length over which a seam and an ordinary edge are equally likely.
const SEAM_EVEN: f64 = 0.68;
/// How fast the score turns with that share.
const SEAM_SCALE: f64 = 0.08;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "collage@1".into(),
    needs: Needs::Pixels,
    signals: vec![SignalSpec::ratio(
        "collage_score",
        "How much the picture looks like several photographs in one frame: by the longest straight seam across it; 0.5 is as likely as \
         not. Panels on one common ground are not seen. The region is the seam.",
    )],
});

impl Detector for Collage {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(|photo| Ok(vec![measure(&small(photo.reduced().ok_or_else(DetectError::pixels_missing)?))])).collect()
    }
}

fn measure(small: &Pixels) -> Measurement {
    let (width, height) = (small.width(), small.height());
    let upright = longest_seam(small);
    let level = longest_seam(&transposed(small));
    let (seam, place) = if upright.share >= level.share {
        (upright, Region::from_px(upright.at, 0, REACH as u32, height, (width, height)))
    } else {
        (level, Region::from_px(0, level.at, width, REACH as u32, (width, height)))
    };
    let score = 1.0 / (1.0 + ((SEAM_EVEN - seam.share) / SEAM_SCALE).exp());
    // Rounded, so that the last bits of `exp` on different machines do not show.
    Measurement::new("collage_score", (score * 1e6).round() / 1e6).at((score >= 0.5).then_some(place))
}

#[derive(Debug, Clone, Copy)]
struct Seam {
    /// The step lies between this column and `REACH` further.
    at: u32,
    /// Share of the rows that step there.
    share: f64,
}

/// The upright seam that most rows agree on.
fn longest_seam(small: &Pixels) -> Seam {
    let width = small.width() as usize;
    let margin = ((width as f64 * MARGIN_SHARE) as usize).max(REACH);
    let mut rows_stepping = vec![0u32; width];
    let mut change = vec![0u16; width];
    for y in 0..small.height() {
        let row = small.row(y);
        for ((here, there), sum) in row.chunks_exact(3).zip(row.chunks_exact(3).skip(REACH)).zip(&mut change) {
            *sum = (0..3).map(|c| u16::from(here[c].abs_diff(there[c]))).sum();
        }
        for at in margin..width.saturating_sub(margin + REACH) {
            let calm = change[at - REACH].min(change[at + REACH]);
            rows_stepping[at] += u32::from(change[at] >= STEP_LEVELS && calm * CALM_PART <= change[at]);
        }
    }
    let (at, rows) = (0u32..).zip(rows_stepping).max_by_key(|(at, rows)| (*rows, std::cmp::Reverse(*at))).unwrap_or((0, 0));
    Seam { at, share: f64::from(rows) / f64::from(small.height()) }
}

fn transposed(pixels: &Pixels) -> Pixels {
    let (width, height) = (pixels.height(), pixels.width());
    let rgb: Vec<u8> = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixels.at(y, x))).collect();
    // The same number of pixels always fits.
    Pixels::new(width, height, rgb).unwrap_or_else(|_| pixels.clone())
}

#[cfg(test)]
mod tests {
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
