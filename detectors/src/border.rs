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
const SAMPLES: usize = 96;
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
            let [bar, other] = [side, opposite].map(|side| Lines::new(pixels, inner, side).bar());
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
    /// Where the points of a line lie, in bytes from its start.
    places: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(pixels: &'a Pixels, inner: Inner, side: Side) -> Self {
        let (length, step) = match side {
            Side::Top | Side::Bottom => (inner.right - inner.left, 3),
            Side::Left | Side::Right => (inner.bottom - inner.top, pixels.width() as usize * 3),
        };
        let length = length as usize;
        let samples = SAMPLES.min(length);
        let places = (0..samples).map(|sample| (2 * sample + 1) * length / (2 * samples) * step).collect();
        Self { pixels, inner, side, places }
    }

    fn bar(&self) -> Option<Bar> {
        let limit = (f64::from(self.count()) * DEPTH_SHARE) as u32;
        let color = self.points(0).median();
        let flat = (0..limit).position(|line| self.stray_share(line, color, FLAT_WITHIN) > STRAY_SHARE)? as u32;
        // The last lines may already ring with the step.
        if flat == 0 || !near(self.points(flat.saturating_sub(4)).median(), color, DRIFT_WITHIN) {
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
        let inside = self.points(beyond);
        let other_color = !near(inside.median(), color, wanted.levels - 1);
        (other_color || inside.mean_distance(color) >= BUSY_LEVELS).then_some(line)
    }

    /// How many lines there are.
    fn count(&self) -> u32 {
        match self.side {
            Side::Top | Side::Bottom => self.inner.bottom - self.inner.top,
            Side::Left | Side::Right => self.inner.right - self.inner.left,
        }
    }

    fn points(&self, line: u32) -> Points {
        let Inner { left, top, right, bottom } = self.inner;
        let stride = self.pixels.width() as usize * 3;
        let start = match self.side {
            Side::Top => (top + line) as usize * stride + left as usize * 3,
            Side::Bottom => (bottom - 1 - line) as usize * stride + left as usize * 3,
            Side::Left => top as usize * stride + (left + line) as usize * 3,
            Side::Right => top as usize * stride + (right - 1 - line) as usize * 3,
        };
        let line = &self.pixels.rgb()[start..];
        let mut points = Points { length: self.places.len(), channels: [[0; SAMPLES]; 3] };
        let [red, green, blue] = &mut points.channels;
        for (((place, red), green), blue) in self.places.iter().zip(red).zip(green).zip(blue) {
            let pixel = &line[*place..*place + 3];
            (*red, *green, *blue) = (pixel[0], pixel[1], pixel[2]);
        }
        points
    }

    fn stray_share(&self, line: u32, color: [u8; 3], within: u8) -> f64 {
        self.points(line).stray_share(color, within)
    }
}

/// The points looked at along a line, channel by channel.
struct Points {
    length: usize,
    channels: [[u8; SAMPLES]; 3],
}

impl Points {
    fn channel(&self, channel: usize) -> &[u8] {
        &self.channels[channel][..self.length]
    }

    fn stray_share(&self, color: [u8; 3], within: u8) -> f64 {
        let far = |c: usize, i: usize| self.channels[c][i].abs_diff(color[c]);
        // Over all places, of which those without a point do not count, so that the loop has a fixed length.
        let strays: [u8; SAMPLES] = std::array::from_fn(|i| u8::from(far(0, i).max(far(1, i)).max(far(2, i)) > within));
        let stray: u8 = strays[..self.length].iter().sum();
        f64::from(stray) / self.length.max(1) as f64
    }

    fn mean_distance(&self, color: [u8; 3]) -> u32 {
        let far = |c: usize, i: usize| self.channels[c][i].abs_diff(color[c]);
        let sum: u32 = (0..self.length).map(|i| u32::from(far(0, i).max(far(1, i)).max(far(2, i)))).sum();
        sum / (self.length as u32).max(1)
    }

    fn median(&self) -> [u8; 3] {
        [0, 1, 2].map(|channel| {
            let mut values = self.channel(channel).to_vec();
            let middle = values.len() / 2;
            if values.is_empty() { 0 } else { *values.select_nth_unstable(middle).1 }
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
