//! Tiles: the small windows of a picture, at full resolution, that stand for all of it. Which windows are looked at depends on the
//! picture's size and content only; what is measured in them is for the siblings.

use vitrine_engine::Pixels;

/// Side of a tile, px; a multiple of the 8 px JPEG grid.
pub const TILE: usize = 64;

/// Luma of one window, its corner on a multiple of 8 px of the picture.
pub struct Tile {
    /// Columns in use, at most [`TILE`].
    pub width: usize,
    /// Rows in use, at most [`TILE`].
    pub height: usize,
    /// Rows of luma; what is beyond the size in use is what the last tile left there.
    pub luma: Luma,
    /// Darkest and lightest luma in use.
    pub low: u8,
    pub high: u8,
}

/// The rows of a tile.
pub type Luma = [[u8; TILE]; TILE];

impl Tile {
    pub fn empty() -> Self {
        Self { width: 0, height: 0, luma: [[0; TILE]; TILE], low: 0, high: 0 }
    }

    /// Reads the window whose upper left corner is (`x`, `y`), each of its pixels the mean of `factor` x `factor` of the picture.
    #[inline(always)]
    pub fn read(&mut self, pixels: &Pixels, x: usize, y: usize, factor: usize) {
        let (columns, rows) = (pixels.width() as usize - x, pixels.height() as usize - y);
        self.width = (columns / factor).min(TILE);
        self.height = (rows / factor).min(TILE);
        let (mut low, mut high) = (u8::MAX, u8::MIN);
        for (row, out) in self.luma[..self.height].iter_mut().enumerate() {
            let out = &mut out[..self.width];
            if factor == 1 {
                let source = &pixels.row((y + row) as u32)[x * 3..];
                for (value, pixel) in out.iter_mut().zip(source.chunks_exact(3)) {
                    *value = (luma(pixel) >> 8) as u8;
                }
            } else {
                average(pixels, x, y + row * factor, factor, out);
            }
            for &value in out.iter() {
                low = low.min(value);
                high = high.max(value);
            }
        }
        (self.low, self.high) = (low, high);
    }

    /// Lightest minus darkest.
    pub fn range(&self) -> u8 {
        self.high - self.low
    }
}

/// Whether a tile is white or black all over, as far as a look at every eighth row tells; such a one is not worth reading.
pub fn is_blank(pixels: &Pixels, x: usize, y: usize, factor: usize) -> bool {
    let rows = (y..pixels.height() as usize).take(TILE * factor).step_by(8 * factor);
    let mut greens = rows.flat_map(|row| pixels.row(row as u32)[x * 3..].chunks_exact(3).take(TILE * factor).map(|p| p[1]));
    let Some(first) = greens.next() else { return true };
    matches!(first, 0..=1 | 254..) && greens.all(|green| green.abs_diff(first) <= 1)
}

/// Corners of the tiles of a picture in the order of looking: each next one far from those before, so that any first few are a
/// fair sample. Tiles do not overlap unless the picture is barely larger than one.
pub fn corners(pixels: &Pixels, factor: usize) -> Vec<(usize, usize)> {
    let step = TILE * factor;
    let along = |side: u32| -> Vec<usize> {
        let side = side as usize;
        let count = (side / step).max(1);
        let slack = side.saturating_sub(count * step);
        // Half the slack before the first tile, so that the picture's middle is covered; on the 8 px grid.
        (0..count).map(|index| (slack / 2 + index * step) / 8 * 8).collect()
    };
    let (columns, rows) = (along(pixels.width()), along(pixels.height()));
    let count = columns.len() * rows.len();
    let stride = coprime_stride(count);
    (0..count).map(|k| k * stride % count).map(|k| (columns[k % columns.len()], rows[k / columns.len()])).collect()
}

/// About the golden section of `count` and without a common factor, so that `k * stride % count` visits all, well spread.
fn coprime_stride(count: usize) -> usize {
    let golden = (count as f64 * 0.618_033_988_75) as usize;
    (golden.max(1)..count).find(|&stride| gcd(stride, count) == 1).unwrap_or(1)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// In 256ths of a level, half a level up, so that it can be cut off: it fits 16 bits.
#[inline(always)]
fn luma(pixel: &[u8]) -> u16 {
    77 * u16::from(pixel[0]) + 150 * u16::from(pixel[1]) + 29 * u16::from(pixel[2]) + 128
}

#[inline(always)]
fn average(pixels: &Pixels, x: usize, y: usize, factor: usize, out: &mut [u8]) {
    let mut sums = [0u32; TILE];
    for row in y..y + factor {
        let source = &pixels.row(row as u32)[x * 3..];
        for (sum, block) in sums.iter_mut().zip(source.chunks_exact(3 * factor)).take(out.len()) {
            *sum += block.chunks_exact(3).map(|pixel| u32::from(luma(pixel) >> 8)).sum::<u32>();
        }
    }
    let count = (factor * factor) as u32;
    for (value, sum) in out.iter_mut().zip(sums) {
        *value = ((sum + count / 2) / count) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tile_is_visited_once_and_lies_inside() {
        for (width, height) in [(64, 64), (65, 200), (900, 700), (30, 1000), (1000, 1000)] {
            let pixels = Pixels::new(width, height, vec![0; (width * height * 3) as usize]).unwrap();
            let mut corners = corners(&pixels, 1);
            let count = corners.len();
            assert!(corners.iter().all(|&(x, y)| x < width as usize && y < height as usize && x % 8 == 0 && y % 8 == 0));
            corners.sort_unstable();
            corners.dedup();
            assert_eq!(corners.len(), count);
        }
    }

    #[test]
    fn a_tile_averages_when_asked_to() {
        let rgb = (0..128u32 * 128).flat_map(|i| [if i % 2 == 0 { 100 } else { 50 }; 3]).collect();
        let pixels = Pixels::new(128, 128, rgb).unwrap();
        let mut tile = Tile::empty();
        tile.read(&pixels, 0, 0, 2);
        assert_eq!((tile.width, tile.height, tile.low, tile.high), (64, 64, 75, 75));
    }
}
