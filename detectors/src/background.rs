//! Background: what the outer ring of the picture looks like. Knows no subject; where one reaches the edge, it counts as not background.

use std::sync::LazyLock;

use fearless_simd::{Level, dispatch};
use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, Region, SignalSpec};

/// Reads the outermost 3 % of each side: whiteness at full size, colour on the reduced picture.
#[derive(Debug, Default)]
pub struct Background;

/// Every channel at least this counts as white: 255, and 254 because JPEG rounds pure white down by one now and then.
const WHITE_FROM: u8 = 254;
/// Depth of the ring, as a share of the short side.
const RING_SHARE: f64 = 0.03;
/// A ring pixel this close to the median colour, in every channel, is of the same colour.
const SAME_COLOR: u8 = 12;
/// The ring is looked at in this many pieces along each side to find the worst one.
const PIECES: u32 = 8;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "background@2".into(),
    needs: Needs::Pixels,
    signals: vec![
        SignalSpec::ratio(
            "background_white_ratio",
            "Share of the outer ring (3 % of the short side) whose pixels are white, every channel at least 254; 1 is a white \
             background, a subject that reaches the edge lowers it. The region is the least white piece of the ring.",
        ),
        SignalSpec::ratio(
            "background_uniformity",
            "Share of the outer ring within 12 of 255 levels of its median colour, in every channel; 1 is one plain colour.",
        ),
        SignalSpec::ratio("background_luma", "Mean luma of the background: of the ring pixels near its median colour; 0 black, 1 white."),
        SignalSpec::text("background_color", &[], "Median colour of the outer ring as `#rrggbb`."),
        SignalSpec::ratio(
            "background_saturation",
            "Saturation of the outer ring's median colour: 0 is white, grey or black, beige about 0.1, 1 a pure colour.",
        ),
    ],
});

impl Detector for Background {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(measure).collect()
    }
}

fn measure(photo: &Photo) -> Result<Vec<Measurement>, DetectError> {
    let (pixels, reduced) = photo.pixels().zip(photo.reduced()).ok_or_else(DetectError::pixels_missing)?;
    let (white_ratio, least_white) = whiteness(pixels);
    let ring = Color::of_ring(reduced);
    let [red, green, blue] = ring.median;
    Ok(vec![
        Measurement::new("background_white_ratio", white_ratio).at(least_white),
        Measurement::new("background_uniformity", ring.uniformity),
        Measurement::new("background_luma", ring.luma),
        Measurement::new("background_color", format!("#{red:02x}{green:02x}{blue:02x}").as_str()),
        Measurement::new("background_saturation", saturation(ring.median)),
    ])
}

/// Share of white pixels in the ring, and the piece of it with the fewest where it is not white throughout.
fn whiteness(pixels: &Pixels) -> (f64, Option<Region>) {
    let (mut white, mut total) = (0, 0);
    let mut worst: Option<(f64, Rect)> = None;
    for rect in ring(pixels).into_iter().flat_map(pieces) {
        let (here, area) = (count_white(pixels, rect), rect.area());
        white += here;
        total += area;
        let share = here as f64 / area as f64;
        if share < worst.map_or(1.0, |(least, _)| least) {
            worst = Some((share, rect));
        }
    }
    let region = worst.map(|(_, r)| Region::from_px(r.x, r.y, r.width, r.height, (pixels.width(), pixels.height())));
    (white as f64 / total as f64, region)
}

fn count_white(pixels: &Pixels, rect: Rect) -> usize {
    let mut white = 0;
    dispatch!(Level::new(), _simd => {
        for y in rect.y..rect.y + rect.height {
            white += white_in(rect.row(pixels, y));
        }
    });
    white
}

#[inline(always)]
fn white_in(row: &[u8]) -> usize {
    // So many pixels at once that a byte holds the count.
    let count = |some: &[u8]| some.chunks_exact(3).map(|p| u8::from(p[0].min(p[1]).min(p[2]) >= WHITE_FROM)).sum::<u8>();
    row.chunks(3 * 240).map(|some| usize::from(count(some))).sum()
}

struct Color {
    median: [u8; 3],
    uniformity: f64,
    luma: f64,
}

impl Color {
    fn of_ring(reduced: &Pixels) -> Self {
        let median = median(reduced);
        let (mut same, mut sums_same, mut sums_all, mut total) = (0, [0; 3], [0; 3], 0);
        dispatch!(Level::new(), _simd => for rect in ring(reduced) {
            total += rect.area();
            for y in rect.y..rect.y + rect.height {
                // So many pixels at once that 16 bits hold their sums.
                for some in rect.row(reduced, y).chunks(3 * 240) {
                    add(some, median, &mut same, &mut sums_same, &mut sums_all);
                }
            }
        });
        let uniformity = f64::from(same) / total as f64;
        let luma =
            |sums: [u32; 3], count: f64| (0.299 * f64::from(sums[0]) + 0.587 * f64::from(sums[1]) + 0.114 * f64::from(sums[2])) / count;
        // Without a common colour there is no one background to speak of but the whole ring.
        let luma = if uniformity >= 0.5 { luma(sums_same, f64::from(same)) } else { luma(sums_all, total as f64) };
        Self { median, uniformity, luma: (luma / 255.0).clamp(0.0, 1.0) }
    }
}

/// Adds up the pixels near the median colour, and all.
#[inline(always)]
fn add(some: &[u8], median: [u8; 3], same: &mut u32, sums_same: &mut [u32; 3], sums_all: &mut [u32; 3]) {
    let near = |p: &[u8]| {
        let far = p[0].abs_diff(median[0]).max(p[1].abs_diff(median[1])).max(p[2].abs_diff(median[2]));
        u16::from(far <= SAME_COLOR)
    };
    *same += u32::from(some.chunks_exact(3).map(near).sum::<u16>());
    for c in 0..3 {
        sums_all[c] += u32::from(some.chunks_exact(3).map(|p| u16::from(p[c])).sum::<u16>());
        sums_same[c] += u32::from(some.chunks_exact(3).map(|p| near(p) * u16::from(p[c])).sum::<u16>());
    }
}

/// HSV saturation; the difference of channels below a quarter of full light is held against that quarter, or black would be any colour.
fn saturation(color: [u8; 3]) -> f64 {
    let [low, .., high] = sorted(color);
    f64::from(high - low) / f64::from(high.max(64))
}

fn sorted(mut color: [u8; 3]) -> [u8; 3] {
    color.sort_unstable();
    color
}

/// The median of each channel over every second pixel of the ring, shifted from row to row.
fn median(reduced: &Pixels) -> [u8; 3] {
    // Turn by turn into two counts: a plain background would make each step wait for the one before.
    let mut counts = [[[0u32; 256]; 3]; 2];
    for rect in ring(reduced) {
        for y in rect.y..rect.y + rect.height {
            let pixels = rect.row(reduced, y).chunks_exact(3).skip(y as usize % 2).step_by(2);
            for (pixel, turn) in pixels.zip([0, 1].into_iter().cycle()) {
                for (counts, value) in counts[turn].iter_mut().zip(pixel) {
                    counts[usize::from(*value)] += 1;
                }
            }
        }
    }
    std::array::from_fn(|channel| {
        let count = |value: usize| counts[0][channel][value] + counts[1][channel][value];
        let total: u32 = (0..256).map(count).sum();
        let mut seen = 0;
        let middle = (0..256).position(|value| {
            seen += count(value);
            seen * 2 >= total
        });
        middle.map_or(0, |value| value as u8)
    })
}

#[derive(Debug, Clone, Copy)]
struct Rect {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Rect {
    fn area(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// Its part of a row of the picture.
    #[inline(always)]
    fn row(self, pixels: &Pixels, y: u32) -> &[u8] {
        &pixels.row(y)[self.x as usize * 3..(self.x + self.width) as usize * 3]
    }
}

/// The ring as up to four rectangles that do not overlap: top, bottom, left, right.
fn ring(pixels: &Pixels) -> Vec<Rect> {
    let (width, height) = (pixels.width(), pixels.height());
    let depth = ((f64::from(width.min(height)) * RING_SHARE).round() as u32).max(1);
    if depth * 2 >= width.min(height) {
        return vec![Rect { x: 0, y: 0, width, height }];
    }
    vec![
        Rect { x: 0, y: 0, width, height: depth },
        Rect { x: 0, y: height - depth, width, height: depth },
        Rect { x: 0, y: depth, width: depth, height: height - 2 * depth },
        Rect { x: width - depth, y: depth, width: depth, height: height - 2 * depth },
    ]
}

/// The rectangle cut along its longer side.
fn pieces(rect: Rect) -> Vec<Rect> {
    let length = rect.width.max(rect.height);
    let count = PIECES.min(length);
    let cut = |piece: u32| (u64::from(length) * u64::from(piece) / u64::from(count)) as u32;
    let spans = (0..count).map(|piece| (cut(piece), cut(piece + 1) - cut(piece)));
    if rect.width >= rect.height {
        spans.map(|(start, width)| Rect { x: rect.x + start, width, ..rect }).collect()
    } else {
        spans.map(|(start, height)| Rect { y: rect.y + start, height, ..rect }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn;
    use vitrine_engine::Value;

    fn readings(pixels: Pixels) -> Vec<Measurement> {
        Background.detect(&[drawn::photo(pixels)]).remove(0).unwrap()
    }

    #[test]
    fn white_is_white_and_studio_grey_is_not() {
        for (level, ratio) in [(255, 1.0), (254, 1.0), (253, 0.0), (242, 0.0)] {
            let readings =
                readings(drawn::paint(400, 300, |x, y| if (50..350).contains(&x) && (50..250).contains(&y) { [9; 3] } else { [level; 3] }));
            assert_eq!(readings[0].value, Value::Number(ratio), "{level}");
            assert_eq!(readings[0].region.is_none(), ratio == 1.0);
            assert_eq!(readings[1].value, Value::Number(1.0));
        }
    }

    #[test]
    fn the_colour_is_the_rings() {
        let readings =
            readings(drawn::paint(400, 300, |x, y| if (50..350).contains(&x) && (50..250).contains(&y) { [9; 3] } else { [18, 52, 171] }));
        assert_eq!(readings[3].value, Value::from("#1234ab"));
    }

    #[test]
    fn greys_have_no_saturation_and_pure_colours_have_all_of_it() {
        let expected = [([255; 3], 0.0), ([0; 3], 0.0), ([128; 3], 0.0), ([2, 0, 0], 2.0 / 64.0), ([245, 235, 220], 25.0 / 245.0)];
        for (color, saturation) in expected.into_iter().chain([([255, 0, 0], 1.0), ([0, 0, 90], 1.0)]) {
            let readings = readings(drawn::paint(60, 60, |_, _| color));
            assert_eq!(readings[4].value, Value::Number(saturation), "{color:?}");
        }
    }

    #[test]
    fn a_subject_on_the_edge_is_where_the_region_points() {
        let readings = readings(drawn::paint(400, 400, |x, y| if x < 100 && (200..250).contains(&y) { [30; 3] } else { [255; 3] }));
        let Value::Number(ratio) = readings[0].value else { panic!() };
        let ring = 400.0 * 400.0 - 376.0 * 376.0;
        assert!((ratio - (1.0 - 50.0 * 12.0 / ring)).abs() < 1e-9, "{ratio}");
        let region = readings[0].region.unwrap();
        assert!(region.x == 0.0 && region.y < 0.55 && region.y + region.height > 0.55, "{region:?}");
    }

    #[test]
    fn the_more_of_the_ring_is_covered_the_less_is_white() {
        let ratio =
            |covered: u32| match readings(drawn::paint(300, 300, |x, _| if x < covered { [80; 3] } else { [255; 3] })).remove(0).value {
                Value::Number(number) => number,
                other => panic!("{other:?}"),
            };
        let ratios: Vec<f64> = (0..=300).step_by(30).map(ratio).collect();
        assert!(ratios.is_sorted_by(|more, less| more > less), "{ratios:?}");
    }

    #[test]
    fn odd_pictures_are_measured_without_fault() {
        for pixels in drawn::odd() {
            let readings = readings(pixels);
            for (reading, spec) in readings.iter().zip(&SPEC.signals) {
                assert_eq!(spec.objection(&reading.value), None);
            }
        }
    }
}
