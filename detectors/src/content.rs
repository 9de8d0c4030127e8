//! Content: the picture without its white margins. Says how large what remains is; which size is enough is for the rules.

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, REDUCED_LONG_SIDE_PX, Region, SignalSpec};

/// Finds the smallest box round everything that is not white: roughly on the reduced picture, then to the pixel at full size.
#[derive(Debug, Default)]
pub struct Content;

/// Every channel at least this is white: lower than for a white background, since JPEG leaves faint traces round what it draws.
const WHITE_FROM: u8 = 250;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "content@1".into(),
    needs: Needs::Pixels,
    signals: vec![
        SignalSpec::integer(
            "content_short_side_px",
            1.0,
            4_294_967_295.0,
            "Short side of the picture without its white margins (every channel at least 250); the region is what remains. Missing where \
             all is white.",
        )
        .unit("px"),
        SignalSpec::integer(
            "content_long_side_px",
            1.0,
            4_294_967_295.0,
            "Long side of the picture without its white margins; see `content_short_side_px`.",
        )
        .unit("px"),
    ],
});

impl Detector for Content {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos
            .iter()
            .map(|photo| {
                let (pixels, reduced) = photo.pixels().zip(photo.reduced()).ok_or_else(DetectError::pixels_missing)?;
                Ok(measure(pixels, reduced))
            })
            .collect()
    }
}

fn measure(pixels: &Pixels, reduced: &Pixels) -> Vec<Measurement> {
    let Some(content) = Bounds::of(reduced).and_then(|rough| rough.refined(pixels)) else { return Vec::new() };
    let (width, height) = (content.right - content.left, content.bottom - content.top);
    let region = Region::from_px(content.left, content.top, width, height, (pixels.width(), pixels.height()));
    vec![
        Measurement::new("content_short_side_px", f64::from(width.min(height))).at(Some(region)),
        Measurement::new("content_long_side_px", f64::from(width.max(height))).at(Some(region)),
    ]
}

/// Half-open: `right` and `bottom` are the first white ones behind the content.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Bounds {
    /// The content of a picture, looked for from outside inwards; `None` where all is white.
    fn of(pixels: &Pixels) -> Option<Self> {
        Self { left: 0, top: 0, right: pixels.width(), bottom: pixels.height() }.shrunk(pixels)
    }

    /// The box of the reduced picture at full size. A block that holds a little of the content may still be white on average: the box
    /// begins one block further out.
    fn refined(self, pixels: &Pixels) -> Option<Self> {
        let factor = pixels.width().max(pixels.height()).div_ceil(REDUCED_LONG_SIDE_PX);
        Self {
            left: self.left.saturating_sub(1) * factor,
            top: self.top.saturating_sub(1) * factor,
            right: ((self.right + 1) * factor).min(pixels.width()),
            bottom: ((self.bottom + 1) * factor).min(pixels.height()),
        }
        .shrunk(pixels)
    }

    /// Without the white rows and columns at its own edges.
    fn shrunk(self, pixels: &Pixels) -> Option<Self> {
        let row_is_white = |y: u32| {
            let row = &pixels.row(y)[self.left as usize * 3..self.right as usize * 3];
            row.iter().all(|value| *value >= WHITE_FROM)
        };
        let top = (self.top..self.bottom).find(|y| !row_is_white(*y))?;
        let bottom = (top..self.bottom).rfind(|y| !row_is_white(*y))? + 1;
        let column_is_white = |x: u32| (top..bottom).all(|y| pixels.at(x, y).iter().all(|value| *value >= WHITE_FROM));
        let left = (self.left..self.right).find(|x| !column_is_white(*x))?;
        let right = (left..self.right).rfind(|x| !column_is_white(*x))? + 1;
        Some(Self { left, top, right, bottom })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn;

    fn sides(pixels: Pixels) -> Option<(f64, f64)> {
        let readings = Content.detect(&[drawn::photo(pixels)]).remove(0).unwrap();
        let number = |reading: &Measurement| match reading.value {
            vitrine_engine::Value::Number(number) => number,
            ref other => panic!("{other:?}"),
        };
        match &readings[..] {
            [short, long] => Some((number(short), number(long))),
            _ => None,
        }
    }

    /// A body of this colour and place on white.
    fn on_white(size: (u32, u32), body: Bounds, color: [u8; 3]) -> Pixels {
        drawn::paint(size.0, size.1, |x, y| {
            if (body.left..body.right).contains(&x) && (body.top..body.bottom).contains(&y) { color } else { [255; 3] }
        })
    }

    #[test]
    fn margins_are_taken_off_to_the_pixel_whatever_the_size_and_the_colour() {
        for (width, height) in [(97, 61), (384, 384), (385, 300), (1000, 1377), (2, 1600)] {
            for color in [[0; 3], [249, 255, 255], [245; 3], [200, 30, 60]] {
                for inset in [0, 1, 2, 7, 30] {
                    let inset_x = inset.min((width - 1) / 2);
                    let body = Bounds { left: inset_x, top: inset, right: width - inset_x / 2, bottom: height - inset / 3 };
                    let (across, down) = (f64::from(body.right - body.left), f64::from(body.bottom - body.top));
                    let found = sides(on_white((width, height), body, color));
                    assert_eq!(found, Some((across.min(down), across.max(down))), "{width}x{height} {color:?} {inset}");
                }
            }
        }
    }

    #[test]
    fn a_white_picture_has_no_content_and_a_grey_ground_is_content() {
        for level in [250, 254, 255] {
            assert_eq!(sides(drawn::paint(500, 400, |_, _| [level; 3])), None, "{level}");
        }
        assert_eq!(sides(drawn::paint(500, 400, |_, _| [242; 3])), Some((400.0, 500.0)));
    }

    #[test]
    fn more_margin_never_makes_the_content_larger_or_smaller() {
        let body = |margin: u32| Bounds { left: margin, top: margin, right: margin + 301, bottom: margin + 203 };
        for margin in [0, 3, 50, 400] {
            let size = (301 + 2 * margin, 203 + 2 * margin);
            assert_eq!(sides(on_white(size, body(margin), [9, 90, 30])), Some((203.0, 301.0)), "{margin}");
        }
    }

    #[test]
    fn odd_pictures_are_measured_without_fault() {
        for pixels in drawn::odd() {
            let long = f64::from(pixels.width().max(pixels.height()));
            assert!(sides(pixels).is_none_or(|(short, found)| 1.0 <= short && short <= found && found <= long));
        }
    }
}
