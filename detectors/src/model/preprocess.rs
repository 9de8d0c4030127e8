//! From a picture to a graph's input: made to fit, averaged, normalised. The same numbers as Pillow's `resize` within a grey level, so
//! that a model sees what it saw in training.

use std::cell::RefCell;

use vitrine_engine::{Pixels, Region};

use super::manifest::{Color, Input, Layout, Resize};
use crate::resize::Resizer;

/// What is done to every picture, prepared once.
#[derive(Debug, Clone)]
pub struct Preprocess {
    input: Input,
    /// For every channel, what each of the 256 values becomes.
    tables: Vec<[f32; 256]>,
}

/// Which part of the input shows which part of the picture; shares, left, top, right, bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometry {
    /// Of the input: all but padding.
    pub content: [f64; 4],
    /// Of the picture: all but what was cropped.
    pub seen: [f64; 4],
}

const WHOLE: [f64; 4] = [0.0, 0.0, 1.0, 1.0];

/// Memory that is used again by the next picture of the same thread.
#[derive(Default)]
struct Scratch {
    resizer: Resizer,
    resized: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Preprocess {
    /// For a checked input.
    pub fn new(input: &Input) -> Self {
        let channels = input.color.channels();
        let of = |values: &Option<Vec<f32>>, channel: usize, none: f32| {
            values.as_ref().and_then(|values| values.get(channel)).copied().unwrap_or(none)
        };
        let table =
            |channel: usize| std::array::from_fn(|value| (value as f32 - of(&input.mean, channel, 0.0)) / of(&input.std, channel, 1.0));
        Self { input: input.clone(), tables: (0..channels).map(table).collect() }
    }

    /// Numbers of one row.
    pub fn row_len(&self) -> usize {
        self.input.width as usize * self.input.height as usize * self.input.color.channels()
    }

    /// Writes a picture into a row of [`Preprocess::row_len`] numbers.
    ///
    /// # Errors
    /// When the row has another length; a picture that is decoded can always be resized.
    pub fn write(&self, pixels: &Pixels, row: &mut [f32]) -> Result<Geometry, String> {
        if row.len() != self.row_len() {
            return Err(format!("a row of {} numbers is not one of {}", row.len(), self.row_len()));
        }
        SCRATCH.with_borrow_mut(|scratch| {
            let fit = Fit::of(&self.input, pixels.width(), pixels.height());
            self.resize(scratch, pixels, &fit)?;
            self.normalise(&scratch.resized, &fit, row);
            Ok(fit.geometry)
        })
    }

    /// What the model is shown, before its numbers are normalised: the picture made to fit, with its padding.
    ///
    /// # Errors
    /// None that a decoded picture can cause.
    pub fn picture(&self, pixels: &Pixels) -> Result<Pixels, String> {
        let fit = Fit::of(&self.input, pixels.width(), pixels.height());
        let mut rgb = self.input.pad.repeat(self.input.width as usize * self.input.height as usize);
        SCRATCH.with_borrow_mut(|scratch| {
            self.resize(scratch, pixels, &fit)?;
            for (y, line) in scratch.resized.chunks_exact(fit.width as usize * 3).enumerate() {
                let start = ((y + fit.top as usize) * self.input.width as usize + fit.left as usize) * 3;
                rgb[start..start + line.len()].copy_from_slice(line);
            }
            Ok::<_, String>(())
        })?;
        Pixels::new(self.input.width, self.input.height, rgb).map_err(|error| error.to_string())
    }

    fn resize(&self, scratch: &mut Scratch, pixels: &Pixels, fit: &Fit) -> Result<(), String> {
        let bytes = fit.width as usize * fit.height as usize * 3;
        scratch.resized.resize(bytes, 0);
        if (fit.width, fit.height) == (pixels.width(), pixels.height()) {
            scratch.resized.copy_from_slice(pixels.rgb());
            return Ok(());
        }
        scratch.resizer.resize(pixels, fit.source, self.input.filter, (fit.width, fit.height), &mut scratch.resized)
    }

    fn normalise(&self, resized: &[u8], fit: &Fit, row: &mut [f32]) {
        let (width, height) = (self.input.width as usize, self.input.height as usize);
        let padded = (fit.width, fit.height) != (self.input.width, self.input.height);
        let plane = width * height;
        let pad = self.channels_of(self.input.pad);
        let channels = self.tables.len();
        for (channel, table) in self.tables.iter().enumerate() {
            let place = |x: usize, y: usize| match self.input.layout {
                Layout::Nchw => channel * plane + y * width + x,
                Layout::Nhwc => (y * width + x) * channels + channel,
            };
            if padded {
                let value = table[usize::from(pad[channel])];
                (0..plane).for_each(|index| row[place(index % width, index / width)] = value);
            }
            for (y, line) in resized.chunks_exact(fit.width as usize * 3).enumerate() {
                let y = y + fit.top as usize;
                for (x, rgb) in line.chunks_exact(3).enumerate() {
                    let value = self.channels_of([rgb[0], rgb[1], rgb[2]])[channel];
                    row[place(x + fit.left as usize, y)] = table[usize::from(value)];
                }
            }
        }
    }

    /// A colour's channels in the input's order.
    #[inline(always)]
    fn channels_of(&self, [red, green, blue]: [u8; 3]) -> [u8; 3] {
        match self.input.color {
            Color::Rgb => [red, green, blue],
            Color::Bgr => [blue, green, red],
            // The same arithmetic as the photograph's own luma.
            Color::Luma => [((77 * u16::from(red) + 150 * u16::from(green) + 29 * u16::from(blue) + 128) >> 8) as u8; 3],
        }
    }
}

/// Where a picture of a certain size comes to lie.
struct Fit {
    /// Size after resizing, px, and where it lies in the input.
    width: u32,
    height: u32,
    left: u32,
    top: u32,
    /// What is resized: left, top, width, height in px of the picture.
    source: [f64; 4],
    geometry: Geometry,
}

impl Fit {
    fn of(input: &Input, width: u32, height: u32) -> Self {
        let (full_width, full_height) = (f64::from(width), f64::from(height));
        let (across, down) = (f64::from(input.width) / full_width, f64::from(input.height) / full_height);
        let mut fit = Self {
            width: input.width,
            height: input.height,
            left: 0,
            top: 0,
            source: [0.0, 0.0, full_width, full_height],
            geometry: Geometry { content: WHOLE, seen: WHOLE },
        };
        match input.resize {
            Resize::Stretch => {}
            Resize::Letterbox => {
                let scale = across.min(down);
                let side = |length: f64, most: u32| ((length * scale + 0.5).floor() as u32).clamp(1, most);
                (fit.width, fit.height) = (side(full_width, input.width), side(full_height, input.height));
                (fit.left, fit.top) = ((input.width - fit.width) / 2, (input.height - fit.height) / 2);
                let share = |start: u32, length: u32, whole: u32| {
                    (f64::from(start) / f64::from(whole), f64::from(start + length) / f64::from(whole))
                };
                let (left, right) = share(fit.left, fit.width, input.width);
                let (top, bottom) = share(fit.top, fit.height, input.height);
                fit.geometry.content = [left, top, right, bottom];
            }
            Resize::Crop => {
                let scale = across.max(down);
                let (seen_width, seen_height) =
                    ((f64::from(input.width) / scale).min(full_width), (f64::from(input.height) / scale).min(full_height));
                let (left, top) = ((full_width - seen_width) / 2.0, (full_height - seen_height) / 2.0);
                fit.source = [left, top, seen_width, seen_height];
                fit.geometry.seen =
                    [left / full_width, top / full_height, (left + seen_width) / full_width, (top + seen_height) / full_height];
            }
        }
        fit
    }
}

impl Geometry {
    /// Shares of the input as shares of what it shows, cut off at its edges.
    pub fn of_content(&self, [left, top, right, bottom]: [f64; 4]) -> [f64; 4] {
        let [low_x, low_y, high_x, high_y] = self.content;
        let across = |x: f64| ((x - low_x) / (high_x - low_x)).clamp(0.0, 1.0);
        let down = |y: f64| ((y - low_y) / (high_y - low_y)).clamp(0.0, 1.0);
        [across(left), down(top), across(right), down(bottom)]
    }

    /// Shares of what the input shows as a box on the whole picture, rounded to 1e-4.
    pub fn region(&self, [left, top, right, bottom]: [f64; 4]) -> Region {
        let [low_x, low_y, high_x, high_y] = self.seen;
        let round = |share: f64| (share.clamp(0.0, 1.0) * 1e4).round() / 1e4;
        let (x, right) = (round(low_x + left * (high_x - low_x)), round(low_x + right * (high_x - low_x)));
        let (y, bottom) = (round(low_y + top * (high_y - low_y)), round(low_y + bottom * (high_y - low_y)));
        Region { x, y, width: round(right - x), height: round(bottom - y) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(resize: &str, size: (u32, u32), more: &str) -> Input {
        let text =
            format!("{{name: x, layout: nchw, color: rgb, width: {}, height: {}, resize: {resize}, batch: 1{more}}}", size.0, size.1);
        serde_yaml::from_str(&text).unwrap()
    }

    fn written(input: &Input, pixels: &Pixels) -> (Vec<f32>, Geometry) {
        let preprocess = Preprocess::new(input);
        let mut row = vec![f32::NAN; preprocess.row_len()];
        let geometry = preprocess.write(pixels, &mut row).unwrap();
        assert!(row.iter().all(|value| value.is_finite()), "every number is written");
        (row, geometry)
    }

    /// Red grows to the right, green downwards; blue is 7.
    fn ramp(width: u32, height: u32) -> Pixels {
        let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 7])).collect();
        Pixels::new(width, height, rgb).unwrap()
    }

    #[test]
    fn channels_lie_where_the_layout_says_and_are_normalised() {
        let pixels = ramp(4, 2);
        let (rgb, _) = written(&input("stretch", (4, 2), ", mean: [1, 2, 3], std: [2, 1, 4]"), &pixels);
        assert_eq!(rgb[..4], [-0.5, 0.0, 0.5, 1.0]);
        assert_eq!((rgb[8], rgb[12], rgb[16]), (-2.0, -1.0, 1.0));
        let mut bgr = input("stretch", (4, 2), "");
        bgr.color = Color::Bgr;
        bgr.layout = Layout::Nhwc;
        assert_eq!(written(&bgr, &pixels).0[..6], [7.0, 0.0, 0.0, 7.0, 0.0, 1.0]);
        let mut luma = input("stretch", (4, 2), "");
        luma.color = Color::Luma;
        let expected: Vec<f32> = pixels.luma().values().iter().map(|value| f32::from(*value)).collect();
        assert_eq!(written(&luma, &pixels).0, expected);
    }

    #[test]
    fn letterbox_keeps_proportions_and_pads_and_crop_takes_the_middle() {
        let pixels = Pixels::new(40, 20, [200, 100, 50].repeat(800)).unwrap();
        let (row, geometry) = written(&input("letterbox", (16, 16), ", pad: [9, 8, 7]"), &pixels);
        assert_eq!(geometry.content, [0.0, 0.25, 1.0, 0.75]);
        assert_eq!((row[0], row[3 * 16 + 15], row[4 * 16], row[11 * 16 + 15], row[12 * 16]), (9.0, 9.0, 200.0, 200.0, 9.0));
        let (row, geometry) = written(&input("crop", (10, 10), ""), &ramp(40, 20));
        assert_eq!(geometry.seen, [0.25, 0.0, 0.75, 1.0]);
        assert!((row[0] - 10.5).abs() <= 1.0 && (row[9] - 28.5).abs() <= 1.0, "{} {}", row[0], row[9]);
        for (width, height) in [(1, 1), (1, 900), (900, 1), (333, 77)] {
            for resize in ["stretch", "letterbox", "crop"] {
                written(&input(resize, (31, 17), ""), &Pixels::new(width, height, vec![90; (width * height * 3) as usize]).unwrap());
            }
        }
    }

    #[test]
    fn shrinking_weighs_all_pixels() {
        // A fine check of black and white becomes grey; skipping pixels would leave it black or white.
        let rgb = (0..64u32).flat_map(|y| (0..64u32).flat_map(move |x| [if (x + y) % 2 == 0 { 0 } else { 255 }; 3])).collect();
        let check = Pixels::new(64, 64, rgb).unwrap();
        for filter in ["box", "triangle", "cubic", "lanczos"] {
            let (row, _) = written(&input("stretch", (8, 8), &format!(", filter: {filter}")), &check);
            assert!(row.iter().all(|value| (value - 127.5).abs() < 12.0), "{filter}: {row:?}");
        }
    }

    #[test]
    fn what_is_shown_is_what_is_written() {
        for resize in ["stretch", "letterbox", "crop"] {
            let input = input(resize, (12, 10), ", pad: [1, 2, 3]");
            let shown = Preprocess::new(&input).picture(&ramp(50, 30)).unwrap();
            let red: Vec<f32> = shown.rgb().chunks_exact(3).map(|p| f32::from(p[0])).collect();
            assert_eq!(written(&input, &ramp(50, 30)).0[..120], red);
        }
    }
}
