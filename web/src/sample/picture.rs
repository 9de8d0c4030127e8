//! A picture while it is being made: sRGB-encoded floats, 0..1, with the few raster operations that drawing and spoiling need.

use image::{ImageBuffer, RgbImage};

use super::geometry::Vec3;

/// Pixels, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Width, px.
    pub width: usize,
    /// Height, px.
    pub height: usize,
    /// `width * height` colours.
    pub pixels: Vec<[f32; 3]>,
}

/// Light to code: linear 0..1 to sRGB 0..1; more than 1 is blown.
pub fn encode(light: f32) -> f32 {
    let c = light.clamp(0.0, 1.0);
    if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 }
}

/// Code to light: sRGB 0..1 to linear 0..1.
pub fn decode(code: f32) -> f32 {
    if code <= 0.040_45 { code / 12.92 } else { ((code + 0.055) / 1.055).powf(2.4) }
}

impl Picture {
    /// One colour everywhere, sRGB.
    pub fn filled(width: usize, height: usize, colour: [f32; 3]) -> Self {
        Self { width, height, pixels: vec![colour; width * height] }
    }

    /// Drawn pixel by pixel from a function of (x, y) in px, sRGB.
    pub fn drawn(width: usize, height: usize, mut colour: impl FnMut(f32, f32) -> [f32; 3]) -> Self {
        let pixels = (0..width * height).map(|i| colour((i % width) as f32 + 0.5, (i / width) as f32 + 0.5)).collect();
        Self { width, height, pixels }
    }

    /// One pixel; outside, the nearest one inside.
    pub fn at(&self, x: isize, y: isize) -> [f32; 3] {
        let x = x.clamp(0, self.width as isize - 1) as usize;
        let y = y.clamp(0, self.height as isize - 1) as usize;
        self.pixels[y * self.width + x]
    }

    /// Linear light at one pixel.
    pub fn light(&self, index: usize) -> Vec3 {
        let [r, g, b] = self.pixels[index];
        Vec3 { x: decode(r), y: decode(g), z: decode(b) }
    }

    /// Lays `colour` over one pixel with the given cover, 0..1; outside the picture nothing happens.
    pub fn cover(&mut self, x: isize, y: isize, colour: [f32; 3], cover: f32) {
        if x < 0 || y < 0 || x >= self.width as isize || y >= self.height as isize || cover <= 0.0 {
            return;
        }
        let pixel = &mut self.pixels[y as usize * self.width + x as usize];
        for (channel, over) in pixel.iter_mut().zip(colour) {
            *channel += (over - *channel) * cover.min(1.0);
        }
    }

    /// Lays `colour` over a box in px.
    pub fn cover_box(&mut self, x: isize, y: isize, width: usize, height: usize, colour: [f32; 3], cover: f32) {
        for row in y..y + height as isize {
            for column in x..x + width as isize {
                self.cover(column, row, colour, cover);
            }
        }
    }

    /// Every colour changed by itself.
    pub fn map(&mut self, change: impl Fn([f32; 3]) -> [f32; 3]) {
        self.pixels.iter_mut().for_each(|pixel| *pixel = change(*pixel));
    }

    /// Gaussian blur of `sigma` px (three box passes a direction).
    pub fn blurred(&self, sigma: f32) -> Self {
        let radius = ((sigma * sigma * 4.0 + 1.0).sqrt() / 2.0).round().max(1.0) as usize;
        let mut out = self.clone();
        for _ in 0..3 {
            out = out.box_pass(radius).transposed().box_pass(radius).transposed();
        }
        out
    }

    /// Smeared by `length` px along a direction (dx, dy of length 1).
    pub fn smeared(&self, length: usize, direction: (f32, f32)) -> Self {
        let middle = length as f32 / 2.0;
        let steps: Vec<(isize, isize)> = (0..length)
            .map(|step| step as f32 - middle)
            .map(|along| ((along * direction.0).round() as isize, (along * direction.1).round() as isize))
            .collect();
        let mut out = self.clone();
        for (i, pixel) in out.pixels.iter_mut().enumerate() {
            let (x, y) = ((i % self.width) as isize, (i / self.width) as isize);
            let mut sum = [0.0; 3];
            for (dx, dy) in &steps {
                let from = self.at(x + dx, y + dy);
                sum.iter_mut().zip(from).for_each(|(sum, c)| *sum += c);
            }
            *pixel = sum.map(|c| c / length as f32);
        }
        out
    }

    /// A part of it, px; kept inside.
    pub fn cropped(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        let (left, top) = (left.min(self.width - 1), top.min(self.height - 1));
        let (width, height) = (width.clamp(1, self.width - left), height.clamp(1, self.height - top));
        let pixels = (top..top + height).flat_map(|y| self.pixels[y * self.width + left..][..width].iter().copied()).collect();
        Self { width, height, pixels }
    }

    /// Another size: averaged over areas when shrinking, bilinear when growing.
    pub fn resized(&self, width: usize, height: usize) -> Self {
        self.resized_rows(width).transposed().resized_rows(height).transposed()
    }

    /// Mirrored left to right.
    pub fn mirrored(&self) -> Self {
        let mut out = self.clone();
        out.pixels.chunks_exact_mut(self.width).for_each(<[_]>::reverse);
        out
    }

    /// Another picture laid over it with its top left corner at (x, y).
    pub fn paste(&mut self, other: &Self, x: usize, y: usize) {
        for row in 0..other.height.min(self.height.saturating_sub(y)) {
            let width = other.width.min(self.width.saturating_sub(x));
            let target = (y + row) * self.width + x;
            self.pixels[target..target + width].copy_from_slice(&other.pixels[row * other.width..][..width]);
        }
    }

    /// As 8-bit pixels.
    pub fn to_rgb8(&self) -> RgbImage {
        let at = |x: u32, y: u32| {
            image::Rgb(self.pixels[y as usize * self.width + x as usize].map(|c| (c * 255.0 + 0.5).clamp(0.0, 255.0) as u8))
        };
        ImageBuffer::from_fn(self.width as u32, self.height as u32, at)
    }

    /// From 8-bit pixels.
    pub fn from_rgb8(image: &RgbImage) -> Self {
        let pixels = image.pixels().map(|p| p.0.map(|c| f32::from(c) / 255.0)).collect();
        Self { width: image.width() as usize, height: image.height() as usize, pixels }
    }

    fn transposed(&self) -> Self {
        let pixels = (0..self.width).flat_map(|x| (0..self.height).map(move |y| self.pixels[y * self.width + x])).collect();
        Self { width: self.height, height: self.width, pixels }
    }

    fn box_pass(&self, radius: usize) -> Self {
        let mut out = self.clone();
        let count = (2 * radius + 1) as f32;
        for (row, target) in self.pixels.chunks_exact(self.width).zip(out.pixels.chunks_exact_mut(self.width)) {
            let at = |x: isize| row[x.clamp(0, self.width as isize - 1) as usize];
            let mut sum = [0.0f32; 3];
            for x in -(radius as isize)..=radius as isize {
                sum.iter_mut().zip(at(x)).for_each(|(sum, c)| *sum += c);
            }
            for (x, pixel) in target.iter_mut().enumerate() {
                *pixel = sum.map(|c| c / count);
                let (enters, leaves) = (at((x + radius + 1) as isize), at(x as isize - radius as isize));
                sum.iter_mut().zip(enters.iter().zip(leaves)).for_each(|(sum, (enters, leaves))| *sum += enters - leaves);
            }
        }
        out
    }

    fn resized_rows(&self, width: usize) -> Self {
        let scale = self.width as f32 / width as f32;
        let mut pixels = Vec::with_capacity(width * self.height);
        for row in self.pixels.chunks_exact(self.width) {
            for x in 0..width {
                pixels.push(if scale > 1.0 {
                    mean(row, x as f32 * scale, (x + 1) as f32 * scale)
                } else {
                    between(row, (x as f32 + 0.5) * scale - 0.5)
                });
            }
        }
        Self { width, height: self.height, pixels }
    }
}

fn mean(row: &[[f32; 3]], from: f32, to: f32) -> [f32; 3] {
    let (mut sum, mut weight) = ([0.0f32; 3], 0.0f32);
    for (x, pixel) in row.iter().enumerate().take(to.ceil() as usize).skip(from.floor() as usize) {
        let share = (to.min(x as f32 + 1.0) - from.max(x as f32)).max(0.0);
        sum.iter_mut().zip(pixel).for_each(|(sum, c)| *sum += c * share);
        weight += share;
    }
    sum.map(|c| c / weight.max(1e-6))
}

fn between(row: &[[f32; 3]], x: f32) -> [f32; 3] {
    let x = x.clamp(0.0, row.len() as f32 - 1.0);
    let (left, share) = (x as usize, x.fract());
    let (a, b) = (row[left], row[(left + 1).min(row.len() - 1)]);
    [0, 1, 2].map(|c| a[c] + (b[c] - a[c]) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurring_and_resizing_keep_a_flat_colour() {
        let flat = Picture::filled(20, 10, [0.25, 0.5, 0.75]);
        for other in [flat.blurred(2.0), flat.resized(7, 5), flat.resized(40, 30), flat.smeared(5, (1.0, 0.0))] {
            assert!(other.pixels.iter().flatten().zip([0.25, 0.5, 0.75].iter().cycle()).all(|(a, b): (&f32, &f32)| (a - b).abs() < 1e-4));
        }
    }

    #[test]
    fn light_and_code_are_each_others_inverse() {
        assert!((0..=255).all(|c| (encode(decode(c as f32 / 255.0)) * 255.0 - c as f32).abs() < 0.01));
    }
}
