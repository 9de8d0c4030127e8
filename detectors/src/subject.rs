//! Subject: where the product stands on its ground, and everything derived from its mask, so that no detector reads another.

mod bits;
mod mask;
mod outline;
mod shadow;

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, Region, SignalSpec};

use crate::ground::Ground;
use mask::Mask;

/// Separates the subject from a plain or evenly shaded ground, on a copy of at most 192 px.
///
/// Pictures whose ring is no such ground (scenes) get no reading: a mask made up there would be worse than none.
#[derive(Debug, Default)]
pub struct Subject;

/// Below this share of the ring explained by one ground, there is no ground to tell a subject from.
const SUPPORT_LEAST: f32 = 0.4;
/// Above this mean distance of the ring from its ground, in levels, the ground is a texture or a scene.
const SPREAD_MOST: f32 = 6.0;
/// A part counts as a subject of its own from this share of the largest part's area.
const OWN_SUBJECT_SHARE: f64 = 0.1;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "subject@1".into(),
    needs: Needs::Pixels,
    signals: vec![
        SignalSpec::integer(
            "subject_count",
            0.0,
            10_000.0,
            "Separate subjects on a plain ground; parts smaller than a tenth of the largest do not count. In scenes as a model sees it.",
        ),
        SignalSpec::ratio(
            "subject_fill_side",
            "How far the subject's box fills the frame along its better filled side: the larger of its width and height shares. In scenes as a model sees it.",
        ),
        SignalSpec::ratio(
            "subject_fill_box",
            "Area of the box round the subject over the area of the frame. In scenes as a model sees it.",
        ),
        SignalSpec::ratio("subject_fill_mask", "Area of the subject itself over the area of the frame. In scenes as a model sees it."),
        SignalSpec::ratio(
            "subject_cutoff",
            "How much of the subject's outline lies on the frame's edge: 0 is a subject wholly in the picture. Missing on scenes.",
        ),
        SignalSpec::ratio(
            "subject_center_offset",
            "Distance from the centre of the subject's box to the centre of the frame, over half the diagonal: 0 is centred. In scenes as a model sees it.",
        ),
        SignalSpec::ratio(
            "shadow_score",
            "A visible shadow or reflection on a plain ground, by its area and depth against the subject: 0 none, 1 as large and dark as \
             half the subject. Missing on scenes.",
        ),
    ],
});

impl Detector for Subject {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos
            .iter()
            .map(|photo| {
                let (pixels, small) = photo.pixels().zip(photo.small()).ok_or_else(DetectError::pixels_missing)?;
                Ok(measure(pixels, small))
            })
            .collect()
    }
}

fn measure(pixels: &Pixels, small: &Pixels) -> Vec<Measurement> {
    let ground = Ground::of(small);
    if ground.support < SUPPORT_LEAST || ground.spread > SPREAD_MOST {
        return Vec::new();
    }
    let mask = Mask::of(small, &ground);
    let confidence = f64::from(ground.support * (1.0 - ground.spread / (2.0 * SPREAD_MOST)));
    let Some(bounds) = mask.bounds() else {
        return vec![Measurement::new("subject_count", 0.0).sure(confidence)];
    };
    let (width, height) = (f64::from(mask.width), f64::from(mask.height));
    let (box_width, box_height) = (f64::from(bounds.right - bounds.left) / width, f64::from(bounds.bottom - bounds.top) / height);
    let region =
        Region::from_px(bounds.left, bounds.top, bounds.right - bounds.left, bounds.bottom - bounds.top, (mask.width, mask.height));
    let own = mask.parts.iter().filter(|part| part.area as f64 >= OWN_SUBJECT_SHARE * mask.parts[0].area as f64).count();
    let mut readings = vec![
        Measurement::new("subject_count", own as f64),
        Measurement::new("subject_fill_side", box_width.max(box_height)),
        Measurement::new("subject_fill_box", box_width * box_height),
        Measurement::new("subject_fill_mask", mask.area() as f64 / (width * height)),
        Measurement::new("subject_cutoff", outline::share_on_edge(&mask, pixels, small, &ground)),
        Measurement::new("subject_center_offset", center_offset(&bounds, width, height)),
    ];
    readings = readings.into_iter().map(|reading| reading.at(Some(region)).sure(confidence)).collect();
    let (score, place) = shadow::score(&mask);
    readings.push(Measurement::new("shadow_score", score).at(place).sure(confidence));
    readings
}

fn center_offset(bounds: &mask::Bounds, width: f64, height: f64) -> f64 {
    let dx = f64::from(bounds.left + bounds.right) / 2.0 - width / 2.0;
    let dy = f64::from(bounds.top + bounds.bottom) / 2.0 - height / 2.0;
    (dx.hypot(dy) / (width.hypot(height) / 2.0)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn;

    fn number(readings: &[Measurement], signal: &str) -> f64 {
        match readings.iter().find(|reading| reading.signal == signal).map(|reading| &reading.value) {
            Some(vitrine_engine::Value::Number(number)) => *number,
            other => panic!("{signal}: {other:?}"),
        }
    }

    fn disc(center: (f64, f64), radius: f64) -> Vec<Measurement> {
        readings(drawn::paint(600, 400, |x, y| {
            let distance = (f64::from(x) + 0.5 - center.0).hypot(f64::from(y) + 0.5 - center.1);
            if distance < radius { [60, 90, 160] } else { [255; 3] }
        }))
    }

    fn readings(pixels: Pixels) -> Vec<Measurement> {
        Subject.detect(&[drawn::photo(pixels)]).remove(0).unwrap()
    }

    #[test]
    fn a_disc_has_the_size_and_place_it_was_drawn_with() {
        let readings = disc((330.0, 180.0), 100.0);
        let near = |signal: &str, expected: f64| {
            let found = number(&readings, signal);
            assert!((found - expected).abs() < 0.015, "{signal} {found}, drawn {expected}");
        };
        near("subject_count", 1.0);
        near("subject_fill_side", 0.5);
        near("subject_fill_box", 200.0 * 200.0 / 240_000.0);
        near("subject_fill_mask", std::f64::consts::PI * 1e4 / 240_000.0);
        near("subject_cutoff", 0.0);
        near("subject_center_offset", 30f64.hypot(20.0) / (600f64.hypot(400.0) / 2.0));
        near("shadow_score", 0.0);
        let region = readings[1].region.unwrap();
        assert!((region.x - 230.0 / 600.0).abs() < 0.01 && (region.y - 0.2).abs() < 0.01, "{region:?}");
    }

    #[test]
    fn half_a_disc_has_its_diameter_on_the_edge() {
        let cutoff = number(&disc((0.0, 200.0), 150.0), "subject_cutoff");
        let expected = 2.0 / (2.0 + std::f64::consts::PI);
        assert!((cutoff - expected).abs() < 0.03, "{cutoff}, drawn {expected}");
    }

    #[test]
    fn the_further_out_the_more_is_cut() {
        let cutoffs: Vec<f64> =
            [200.0, 120.0, 105.0, 80.0, 50.0, 20.0, 0.0].map(|x| number(&disc((x, 200.0), 100.0), "subject_cutoff")).into();
        assert!(cutoffs.is_sorted(), "{cutoffs:?}");
        assert_eq!(cutoffs[2], 0.0);
        assert!(cutoffs[3] > 0.1);
    }

    #[test]
    fn a_gap_narrower_than_a_mask_pixel_is_still_a_gap() {
        let bars = |gap: u32| {
            readings(drawn::paint(1200, 900, |x, y| if x >= gap && x < 500 && (300..600).contains(&y) { [30; 3] } else { [255; 3] }))
        };
        assert_eq!(number(&bars(2), "subject_cutoff"), 0.0);
        assert!(number(&bars(0), "subject_cutoff") > 0.15);
    }

    #[test]
    fn subjects_are_counted_and_specks_are_not() {
        let readings = readings(drawn::paint(400, 400, |x, y| {
            let boxes = [(50, 50, 100), (250, 60, 90), (60, 260, 80), (380, 380, 3)];
            if boxes.iter().any(|&(left, top, side)| (left..left + side).contains(&x) && (top..top + side).contains(&y)) {
                [200, 30, 30]
            } else {
                [240; 3]
            }
        }));
        assert_eq!(number(&readings, "subject_count"), 3.0);
    }

    #[test]
    fn a_hole_shows_the_ground() {
        let readings = readings(drawn::paint(384, 384, |x, y| {
            let distance = (f64::from(x) - 192.0).hypot(f64::from(y) - 192.0);
            if (80.0..150.0).contains(&distance) { [20, 120, 60] } else { [255; 3] }
        }));
        let expected = std::f64::consts::PI * (150.0 * 150.0 - 80.0 * 80.0) / (384.0 * 384.0);
        assert!((number(&readings, "subject_fill_mask") - expected).abs() < 0.02);
    }

    #[test]
    fn a_soft_shadow_is_seen_and_is_not_the_subject() {
        let draw = |depth: f64| {
            readings(drawn::paint(384, 384, |x, y| {
                if (120..260).contains(&x) && (80..240).contains(&y) {
                    return [190, 40, 40];
                }
                let below = ((f64::from(x) - 190.0) / 110.0).hypot((f64::from(y) - 240.0) / 60.0);
                [(255.0 - depth * (1.0 - below).max(0.0)) as u8; 3]
            }))
        };
        let (none, light, dark) = (draw(0.0), draw(25.0), draw(50.0));
        let score = |readings: &[Measurement]| number(readings, "shadow_score");
        assert_eq!(score(&none), 0.0);
        assert!(score(&light) > 0.02 && score(&dark) > score(&light), "{} {}", score(&light), score(&dark));
        assert!((number(&dark, "subject_fill_box") - number(&none, "subject_fill_box")).abs() < 0.02);
    }

    #[test]
    fn a_gradient_is_a_ground_and_a_scene_is_none() {
        let gradient = readings(drawn::paint(300, 300, |x, y| {
            if (100..200).contains(&x) && (100..200).contains(&y) { [250, 30, 30] } else { [80 + (x / 3) as u8, 60, 220 - (y / 3) as u8] }
        }));
        assert!((number(&gradient, "subject_fill_box") - 1.0 / 9.0).abs() < 0.02);
        assert!(readings(drawn::noise(300, 300)).is_empty());
    }

    #[test]
    fn odd_pictures_are_measured_without_fault() {
        drawn::odd().into_iter().for_each(|pixels| drop(readings(pixels)));
        assert_eq!(number(&readings(drawn::paint(50, 50, |_, _| [255; 3])), "subject_count"), 0.0);
    }
}
