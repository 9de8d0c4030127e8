//! Edges: how steep the steps from dark to light are, each measured against its own height, so that contrast does not matter.
//!
//! Where the difference between two neighbouring pixels is the largest around, it is divided by the range of luma within ten pixels across
//! the edge: 1 for a step between two pixels, about `0.4 / s` after a Gaussian blur of deviation `s`, `1 / n` after motion over `n` px.

use std::ops::Range;

use super::tiles::{TILE, Tile};

/// Pixels across an edge within which its height is taken.
const REACH: usize = 10;
/// Smallest height, luma levels, that counts as an edge: above the noise of an ordinary photograph.
const HEIGHT_MIN: u8 = 24;
const BINS: usize = 128;
/// Every second line across an edge is looked at: neighbours tell the same of it.
const LINES: usize = TILE / 2;
/// Pixels looked at, line after line.
const PIXELS: usize = LINES * TILE;

/// Steepness of all edges met in one direction.
pub struct Edges {
    counts: [u32; BINS + 1],
    total: u32,
}

impl Default for Edges {
    fn default() -> Self {
        Self { counts: [0; BINS + 1], total: 0 }
    }
}

impl Edges {
    /// Number of edge pixels.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The steepness, 0..1, that the share `quantile` of the edges stay below; `None` without edges.
    pub fn steepness(&self, quantile: f64) -> Option<f64> {
        let wanted = quantile * f64::from(self.total);
        let mut below = 0.0;
        for (bin, &count) in self.counts.iter().enumerate() {
            let count = f64::from(count);
            if count > 0.0 && below + count >= wanted {
                return Some(((bin as f64 + (wanted - below) / count) / BINS as f64).min(1.0));
            }
            below += count;
        }
        None
    }

    /// Adds the edges that a walk along the rows of a tile crosses.
    #[inline(always)]
    pub fn add_along_rows(&mut self, tile: &Tile) {
        let mut luma = [0; PIXELS];
        for (line, row) in luma.chunks_exact_mut(TILE).zip(tile.luma.iter().step_by(2)) {
            line.copy_from_slice(row);
        }
        let Some(last) = tile.width.checked_sub(REACH) else { return };
        let found = Found::along::<1>(&luma);
        for line in 0..tile.height.div_ceil(2) {
            self.count(&found, line * TILE..line * TILE + last + 1);
        }
    }

    /// Adds the edges that a walk down the columns crosses.
    #[inline(always)]
    pub fn add_along_columns(&mut self, tile: &Tile) {
        let mut luma = [0; PIXELS];
        for (across, row) in luma.chunks_exact_mut(LINES).zip(&tile.luma) {
            for (value, pair) in across.iter_mut().zip(row.chunks_exact(2)) {
                *value = pair[0];
            }
        }
        let Some(last) = tile.height.checked_sub(REACH) else { return };
        let found = Found::along::<LINES>(&luma);
        for y in 0..=last {
            self.count(&found, y * LINES..y * LINES + tile.width.div_ceil(2));
        }
    }

    #[inline(always)]
    fn count(&mut self, found: &Found, places: Range<usize>) {
        let heights = &found.heights[places.clone()];
        if heights.iter().fold(0, |any, height| any | height) == 0 {
            return;
        }
        for (&height, &step) in heights.iter().zip(&found.steepest[places]) {
            if height > 0 {
                let bin = usize::from(step) * BINS / usize::from(height);
                self.counts[bin.min(BINS)] += 1;
                self.total += 1;
            }
        }
    }
}

/// For each pixel, what is within reach after it.
struct Found {
    /// The largest step between two neighbours.
    steepest: [u8; PIXELS],
    /// Range of luma where the middle step is the largest and the range is high enough, else 0.
    heights: [u8; PIXELS],
}

impl Found {
    /// `NEXT` is the distance of a pixel's neighbour across the edge. What is found less than the reach before a line's end is of no
    /// meaning.
    #[inline(always)]
    fn along<const NEXT: usize>(luma: &[u8; PIXELS]) -> Self {
        let mut steps = [0; PIXELS];
        for i in 0..PIXELS - NEXT {
            steps[i] = luma[i].abs_diff(luma[i + NEXT]);
        }
        let (mut low, mut high, mut steepest) = (*luma, *luma, steps);
        // Running extremes over ten pixels (2, 4, 8, 10) and over the nine steps between them (2, 4, 8, 9).
        for distance in [1, 2, 4, 2] {
            fold(&mut low, distance * NEXT, u8::min);
            fold(&mut high, distance * NEXT, u8::max);
        }
        for distance in [1, 2, 4, 1] {
            fold(&mut steepest, distance * NEXT, u8::max);
        }
        let mut heights = [0; PIXELS];
        let middle = (REACH / 2 - 1) * NEXT;
        for i in 0..PIXELS - middle {
            let height = high[i] - low[i];
            let is_edge = (steps[i + middle] == steepest[i]) & (height >= HEIGHT_MIN);
            heights[i] = if is_edge { height } else { 0 };
        }
        Self { steepest, heights }
    }
}

/// Combines every value with the one `distance` further on.
#[inline(always)]
fn fold(values: &mut [u8; PIXELS], distance: usize, combine: impl Fn(u8, u8) -> u8) {
    for i in 0..PIXELS - distance {
        values[i] = combine(values[i], values[i + distance]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The edges down the columns, after a check that they are the same along the rows of the tile laid on its side.
    fn edges(profile: impl Fn(usize) -> u8) -> Edges {
        let mut tile = Tile::empty();
        (tile.width, tile.height) = (TILE, TILE);
        let (mut down, mut along) = (Edges::default(), Edges::default());
        tile.luma = std::array::from_fn(|y| [profile(y); TILE]);
        down.add_along_columns(&tile);
        tile.luma = [std::array::from_fn(&profile); TILE];
        along.add_along_rows(&tile);
        assert_eq!(down.counts, along.counts);
        down
    }

    #[test]
    fn a_step_is_as_steep_as_can_be_and_a_ramp_less() {
        let step = edges(|y| if y < 30 { 20 } else { 200 });
        assert_eq!(step.total(), LINES as u32);
        assert!(step.steepness(0.5).unwrap() > 0.99);
        let ramp = edges(|y| y.saturating_sub(30).min(4) as u8 * 40);
        assert!((ramp.steepness(0.5).unwrap() - 0.25).abs() < 0.02);
    }

    #[test]
    fn contrast_does_not_matter() {
        let at = |height: u8| edges(move |y| y.saturating_sub(30).min(2) as u8 * height).steepness(0.5).unwrap();
        assert!((at(15) - at(100)).abs() < 0.02);
    }

    #[test]
    fn flat_pictures_have_no_edges() {
        assert_eq!(edges(|_| 128).steepness(0.5), None);
    }
}
