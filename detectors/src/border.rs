//! Border: frames and bars that were added round a photograph or painted over its edges. White margins are background, not a border.

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, Region, SignalSpec};

/// From each side inwards: lines of one flat colour, ended by one straight step along (almost) their whole length.
///
/// A subject on a plain background starts gradually from line to line; only a picture that was put into a frame starts everywhere
/// at once, and with a colour that is on the whole another one than the bar's.
#[derive(Debug, Default)]
pub struct Border;

/// Points looked at along a line.
const SAMPLES: u32 = 96;
/// A point this far from the bar's colour, in some channel, is not of the bar: compression rings that much beside the step.
const FLAT_WITHIN: u8 = 12;
/// Share of a line's points that may stray before it is no longer flat.
const STRAY_SHARE: f64 = 0.04;
/// A bar keeps its colour to the end, this closely; a background in a gradient drifts.
const DRIFT_WITHIN: u8 = 3;
/// A bar may take at most this share of its direction.
const DEPTH_SHARE: f64 = 0.4;
/// Lines over which compression smears the step.
const STEP_LINES: u32 = 8;
/// A line this far from the bar's colour on average need not have another middle colour: it is a busy picture round that colour.
const BUSY_LEVELS: u32 = 40;
/// Every channel of a light bar is at least this.
const LIGHT_FROM: u8 = 225;
/// Opposite bars are alike when their depths differ by no more than this many lines.
const ALIKE_LINES: u32 = 2;

/// What the step at the end of a bar has to look like.
struct Step {
    /// Share of the line inside that has left the bar's colour.
    share: f64,
    /// How far, in some channel, a point has to be to have left it.
    beyond: u8,
    /// How far the middle colour inside lies from the bar's; padding in the picture's own colour does not.
    levels: u8,
}

/// One of two like bars on opposite sides.
const STEP_OF_PAIR: Step = Step { share: 0.7, beyond: 6, levels: 6 };
/// A bar on one side alone may be the edge of a table or a wall: it needs more.
const STEP_ALONE: Step = Step { share: 0.95, beyond: 24, levels: 40 };
/// A light bar may be the background: the photograph inside must not have a light one too. Alone, it is a margin.
const STEP_OF_LIGHT_PAIR: Step = Step { share: 0.97, beyond: 24, levels: 40 };

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "border@1".into(),
    needs: Needs::Pixels,
    signals: vec![SignalSpec::ratio(
        "border_ratio",
        "Share of the frame taken by an added frame or by bars of one colour on any sides; white margins do not count. 0 is best. \
         The region is the picture inside.",
    )],
});

impl Detector for Border {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(|photo| Ok(vec![measure(photo.pixels().ok_or_else(DetectError::pixels_missing)?)])).collect()
    }
}

fn measure(pixels: &Pixels) -> Measurement {
    let (width, height) = (pixels.width(), pixels.height());
    let inner = Inner::find(pixels);
    let share = 1.0 - inner.area() / (f64::from(width) * f64::from(height));
    let region = Region::from_px(inner.left, inner.top, inner.right - inner.left, inner.bottom - inner.top, (width, height));
    Measurement::new("border_ratio", share).at((share > 0.0).then_some(region))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Top,
    Bottom,
    Left,
    Right,
}

/// The picture inside the bars: `left..right` by `top..bottom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Inner {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Inner {
    /// Peels bars off: a frame's upper bar is seen whole, its left one only between the upper and the lower, or the other way round.
    fn find(pixels: &Pixels) -> Self {
        let whole = Self { left: 0, top: 0, right: pixels.width(), bottom: pixels.height() };
        let mut inner = whole;
        for [side, opposite] in [[Side::Top, Side::Bottom], [Side::Left, Side::Right], [Side::Top, Side::Bottom]] {
            if !inner.at_edge(side, whole) || !inner.at_edge(opposite, whole) {
                continue;
            }
            let [bar, other] = [side, opposite].map(|side| Lines { pixels, inner, side }.bar());
            let alike = |a: &Bar, b: &Bar| a.depth.abs_diff(b.depth) <= ALIKE_LINES && near(a.color, b.color, FLAT_WITHIN);
            let pair = bar.as_ref().zip(other.as_ref()).is_some_and(|(a, b)| alike(a, b));
            for (side, bar) in [(side, bar), (opposite, other)] {
                if let Some(bar) = bar.filter(|bar| pair || bar.alone) {
                    inner = inner.without(side, bar.depth);
                }
            }
        }
        inner
    }

    fn at_edge(&self, side: Side, whole: Self) -> bool {
        match side {
            Side::Top => self.top == whole.top,
            Side::Bottom => self.bottom == whole.bottom,
            Side::Left => self.left == whole.left,
            Side::Right => self.right == whole.right,
        }
    }

    fn without(mut self, side: Side, depth: u32) -> Self {
        match side {
            Side::Top => self.top += depth,
            Side::Bottom => self.bottom -= depth,
            Side::Left => self.left += depth,
            Side::Right => self.right -= depth,
        }
        self
    }

    fn area(&self) -> f64 {
        f64::from(self.right - self.left) * f64::from(self.bottom - self.top)
    }
}

struct Bar {
    depth: u32,
    color: [u8; 3],
    /// It convinces even without a like bar on the opposite side.
    alone: bool,
}

/// The lines of one side, counted inwards.
struct Lines<'a> {
    pixels: &'a Pixels,
    inner: Inner,
    side: Side,
}

impl Lines<'_> {
    fn bar(&self) -> Option<Bar> {
        let limit = (f64::from(self.count()) * DEPTH_SHARE) as u32;
        let color = self.median(0);
        let flat = (0..limit).position(|line| self.stray_share(line, color, FLAT_WITHIN) > STRAY_SHARE)? as u32;
        // The last lines may already ring with the step.
        if flat == 0 || !near(self.median(flat.saturating_sub(4)), color, DRIFT_WITHIN) {
            return None;
        }
        let light = color.iter().all(|&value| value >= LIGHT_FROM);
        let wanted = if light { &STEP_OF_LIGHT_PAIR } else { &STEP_OF_PAIR };
        let depth = self.step(flat, color, wanted)?;
        Some(Bar { depth, color, alone: !light && self.step(flat, color, &STEP_ALONE).is_some() })
    }

    /// The first line beyond the step, if there is such a step within the smear after the `flat` lines.
    fn step(&self, flat: u32, color: [u8; 3], wanted: &Step) -> Option<u32> {
        let mut lines = flat..(flat + STEP_LINES).min(self.count());
        let line = lines.find(|&line| self.stray_share(line, color, wanted.beyond) >= wanted.share)?;
        // Past the smear the new colour shows in full.
        let beyond = (line + 2).min(self.count() - 1);
        let other_color = !near(self.median(beyond), color, wanted.levels - 1);
        (other_color || self.mean_distance(beyond, color) >= BUSY_LEVELS).then_some(line)
    }

    /// How many lines there are.
    fn count(&self) -> u32 {
        match self.side {
            Side::Top | Side::Bottom => self.inner.bottom - self.inner.top,
            Side::Left | Side::Right => self.inner.right - self.inner.left,
        }
    }

    fn points(&self, line: u32) -> impl Iterator<Item = [u8; 3]> {
        let Inner { left, top, right, bottom } = self.inner;
        let (start, end) = match self.side {
            Side::Top | Side::Bottom => (left, right),
            Side::Left | Side::Right => (top, bottom),
        };
        let length = end - start;
        let samples = SAMPLES.min(length);
        (0..samples).map(move |sample| {
            let along = start + (2 * sample + 1) * length / (2 * samples);
            match self.side {
                Side::Top => self.pixels.at(along, top + line),
                Side::Bottom => self.pixels.at(along, bottom - 1 - line),
                Side::Left => self.pixels.at(left + line, along),
                Side::Right => self.pixels.at(right - 1 - line, along),
            }
        })
    }

    fn stray_share(&self, line: u32, color: [u8; 3], within: u8) -> f64 {
        let (mut stray, mut total) = (0u32, 0u32);
        for point in self.points(line) {
            stray += u32::from(!near(point, color, within));
            total += 1;
        }
        f64::from(stray) / f64::from(total.max(1))
    }

    fn mean_distance(&self, line: u32, color: [u8; 3]) -> u32 {
        let (mut sum, mut total) = (0u32, 0);
        for point in self.points(line) {
            sum += point.iter().zip(color).map(|(value, bar)| u32::from(value.abs_diff(bar))).max().unwrap_or(0);
            total += 1;
        }
        sum / total.max(1)
    }

    fn median(&self, line: u32) -> [u8; 3] {
        let points: Vec<[u8; 3]> = self.points(line).collect();
        [0, 1, 2].map(|channel| {
            let mut values: Vec<u8> = points.iter().map(|point| point[channel]).collect();
            values.sort_unstable();
            values.get(values.len() / 2).copied().unwrap_or(0)
        })
    }
}

fn near(a: [u8; 3], b: [u8; 3], within: u8) -> bool {
    a[0].abs_diff(b[0]).max(a[1].abs_diff(b[1])).max(a[2].abs_diff(b[2])) <= within
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn;

    fn ratio(pixels: Pixels) -> (f64, Option<Region>) {
        let reading = Border.detect(&[drawn::photo(pixels)]).remove(0).unwrap().remove(0);
        match reading.value {
            vitrine_engine::Value::Number(number) => (number, reading.region),
            other => panic!("{other:?}"),
        }
    }

    /// A scene with bars of these depths round it.
    fn framed(left_right: u32, top_bottom: u32, color: [u8; 3]) -> Pixels {
        let scene = drawn::noise(320, 240);
        drawn::paint(320, 240, |x, y| {
            let inside = (left_right..320 - left_right).contains(&x) && (top_bottom..240 - top_bottom).contains(&y);
            if inside { scene.at(x, y) } else { color }
        })
    }

    #[test]
    fn frames_and_bars_of_any_colour_have_their_area() {
        for color in [[0; 3], [200, 16, 46], [0, 102, 204], [128; 3]] {
            for (left_right, top_bottom) in [(20, 20), (0, 30), (40, 0), (4, 4), (90, 10)] {
                let inner = f64::from((320 - 2 * left_right) * (240 - 2 * top_bottom)) / (320.0 * 240.0);
                let (found, region) = ratio(framed(left_right, top_bottom, color));
                assert!((found - (1.0 - inner)).abs() < 0.002, "{color:?} {left_right} {top_bottom}: {found}");
                let region = region.unwrap();
                assert!(
                    (region.x - f64::from(left_right) / 320.0).abs() < 0.001 && (region.y - f64::from(top_bottom) / 240.0).abs() < 0.001
                );
            }
        }
    }

    #[test]
    fn a_thicker_frame_takes_more() {
        let ratios: Vec<f64> = (0..48).step_by(4).map(|depth| ratio(framed(depth, depth, [10, 10, 10])).0).collect();
        assert!(ratios.is_sorted() && ratios[0] == 0.0 && ratios[11] > 0.4, "{ratios:?}");
    }

    #[test]
    fn one_bar_alone_is_seen() {
        let scene = drawn::noise(320, 240);
        let (found, _) = ratio(drawn::paint(320, 240, |x, y| if y < 36 { [0; 3] } else { scene.at(x, y) }));
        assert!((found - 0.15).abs() < 0.002, "{found}");
    }

    #[test]
    fn white_margins_and_plain_grounds_are_no_border() {
        for ground in [[255; 3], [242; 3], [20, 20, 20], [200, 60, 60]] {
            let disc = drawn::paint(300, 300, |x, y| {
                let distance = (f64::from(x) - 150.0).hypot(f64::from(y) - 150.0);
                if distance < 120.0 { [90, 140, 40] } else { ground }
            });
            assert_eq!(ratio(disc).0, 0.0, "{ground:?}");
        }
        let product_box =
            drawn::paint(300, 300, |x, y| if (20..280).contains(&x) && (30..270).contains(&y) { [90, 140, 40] } else { [255; 3] });
        assert_eq!(ratio(product_box).0, 0.0);
    }

    #[test]
    fn a_gradient_is_no_border() {
        assert_eq!(ratio(drawn::paint(300, 300, |_, y| [200 - (y / 3) as u8, 100, 40 + (y / 3) as u8])).0, 0.0);
    }

    #[test]
    fn odd_pictures_are_measured_without_fault() {
        drawn::odd().into_iter().for_each(|pixels| assert!((0.0..=1.0).contains(&ratio(pixels).0)));
    }
}
