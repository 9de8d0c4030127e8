//! Edges: how steep the steps from dark to light are, each measured against its own height, so that contrast does not matter.
//!
//! Where the difference between two neighbouring pixels is the largest around, it is divided by the range of luma within ten pixels across
//! the edge: 1 for a step between two pixels, about `0.4 / s` after a Gaussian blur of deviation `s`, `1 / n` after motion over `n` px.

use super::tiles::{TILE, Tile};

/// Pixels across an edge within which its height is taken.
const REACH: usize = 10;
/// Smallest height, luma levels, that counts as an edge: above the noise of an ordinary photograph.
const HEIGHT_MIN: i16 = 24;
const BINS: usize = 128;
/// Columns worked on side by side.
const LANES: usize = 16;

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

    /// Adds the edges that a walk down the columns of a tile crosses.
    pub fn add(&mut self, tile: &Tile) {
        if tile.height < REACH {
            return;
        }
        for first in (0..tile.width).step_by(LANES) {
            let mut strip = [[0; LANES]; TILE];
            for (lanes, row) in strip.iter_mut().zip(&tile.luma[..tile.height]) {
                lanes.copy_from_slice(&row[first..first + LANES]);
            }
            self.add_strip(&strip[..tile.height], LANES.min(tile.width - first));
        }
    }

    fn add_strip(&mut self, rows: &[[i16; LANES]], width: usize) {
        let mut steps = [[0; LANES]; TILE];
        for (step, pair) in steps.iter_mut().zip(rows.windows(2)) {
            for i in 0..LANES {
                step[i] = (pair[1][i] - pair[0][i]).abs();
            }
        }
        let (mut low, mut high, mut steepest) = ([[0; LANES]; TILE], [[0; LANES]; TILE], steps);
        low[..rows.len()].copy_from_slice(rows);
        high[..rows.len()].copy_from_slice(rows);
        // Running extremes over ten rows (2, 4, 8, 10) and over the nine steps between them (2, 4, 8, 9).
        for distance in [1, 2, 4, 2] {
            fold(&mut low, distance, i16::min);
            fold(&mut high, distance, i16::max);
        }
        for distance in [1, 2, 4, 1] {
            fold(&mut steepest, distance, i16::max);
        }
        for y in 0..=rows.len() - REACH {
            let mut heights = [0; LANES];
            let mut any = 0;
            for i in 0..LANES {
                let height = high[y][i] - low[y][i];
                let is_edge = i16::from(steps[y + REACH / 2 - 1][i] == steepest[y][i]) & i16::from(height >= HEIGHT_MIN);
                heights[i] = height * is_edge;
                any |= heights[i];
            }
            if any != 0 {
                self.count(&heights[..width], &steepest[y]);
            }
        }
    }

    fn count(&mut self, heights: &[i16], steepest: &[i16; LANES]) {
        for (&height, &step) in heights.iter().zip(steepest) {
            if height > 0 {
                let bin = step as usize * BINS / height as usize;
                self.counts[bin.min(BINS)] += 1;
                self.total += 1;
            }
        }
    }
}

/// Combines every row with the one `distance` further on.
fn fold(rows: &mut [[i16; LANES]; TILE], distance: usize, combine: impl Fn(i16, i16) -> i16) {
    for y in 0..TILE - distance {
        let other = rows[y + distance];
        for (value, other) in rows[y].iter_mut().zip(other) {
            *value = combine(*value, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(profile: impl Fn(usize) -> i16) -> Edges {
        let mut tile = Tile::empty();
        (tile.width, tile.height) = (TILE, TILE);
        for (y, row) in tile.luma.iter_mut().enumerate() {
            row.fill(profile(y));
        }
        let mut found = Edges::default();
        found.add(&tile);
        found
    }

    #[test]
    fn a_step_is_as_steep_as_can_be_and_a_ramp_less() {
        let step = edges(|y| if y < 30 { 20 } else { 200 });
        assert_eq!(step.total(), TILE as u32);
        assert!(step.steepness(0.5).unwrap() > 0.99);
        let ramp = edges(|y| (y as i16 - 30).clamp(0, 4) * 40);
        assert!((ramp.steepness(0.5).unwrap() - 0.25).abs() < 0.02);
    }

    #[test]
    fn contrast_does_not_matter() {
        let at = |height: i16| edges(move |y| (y as i16 - 30).clamp(0, 2) * height).steepness(0.5).unwrap();
        assert!((at(15) - at(100)).abs() < 0.02);
    }

    #[test]
    fn flat_pictures_have_no_edges() {
        assert_eq!(edges(|_| 128).steepness(0.5), None);
    }
}
