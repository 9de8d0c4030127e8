//! Sample: one look at the tiles of a picture that gathers everything the detail signals are computed from.

use fearless_simd::{Level, dispatch};
use vitrine_engine::Pixels;

use super::comb::Comb;
use super::dct::{self, Block};
use super::edges::Edges;
use super::tiles::{self, Tile};

/// Tiles with something in them that are looked at, about 0.07 Mpx; those without, for their noise; and tiles read to find them.
const ACTIVE_TILES_MAX: usize = 16;
const QUIET_TILES_MAX: usize = 8;
const TILES_MAX: usize = 64;
/// Range of luma from which a tile has something in it.
const ACTIVE_RANGE_MIN: u8 = 24;
/// Pixels of a block at the ends of the scale from which clipping, not the scene, shapes its coefficients.
const CLIPPED_MAX: u8 = 8;

/// What the tiles of a picture hold.
#[derive(Default)]
pub struct Sample {
    /// Edges crossed along rows and along columns.
    pub edges: [Edges; 2],
    /// Mean energy of each coefficient over blocks of active tiles, off the JPEG grid: there compression has set nothing to zero.
    pub energy: Block,
    /// Coefficients on the JPEG grid, and half a block off it.
    pub on_grid: Comb,
    /// See `on_grid`.
    pub off_grid: Comb,
    /// Mean energy of a fine coefficient (half the Nyquist frequency or more, both ways) in each block, in no order.
    fine_energies: Vec<f32>,
}

impl Sample {
    /// Looks at a picture, each `factor` x `factor` pixels averaged into one.
    pub fn of(pixels: &Pixels, factor: usize) -> Self {
        // The same arithmetic in the same order whatever the processor: only how much of it is done at a time differs.
        dispatch!(Level::new(), _simd => Self::look(pixels, factor))
    }

    #[inline(always)]
    fn look(pixels: &Pixels, factor: usize) -> Self {
        let mut sample = Self::default();
        let mut tile = Tile::empty();
        let (mut active, mut quiet, mut blocks) = (0, 0, 0);
        for (x, y) in tiles::corners(pixels, factor).into_iter().take(TILES_MAX) {
            if tiles::is_blank(pixels, x, y, factor) {
                continue;
            }
            tile.read(pixels, x, y, factor);
            if tile.range() >= ACTIVE_RANGE_MIN {
                blocks += sample.add_active(&tile);
                active += 1;
            } else if quiet < QUIET_TILES_MAX && tile.range() > 0 {
                for (x, y) in places(&tile, 4) {
                    sample.fine_energies.push(fine_energy(&dct::forward(&tile.luma, x, y)));
                }
                quiet += 1;
            }
            if active == ACTIVE_TILES_MAX {
                break;
            }
        }
        let scale = 1.0 / (blocks.max(1) as f32);
        sample.energy.as_flattened_mut().iter_mut().for_each(|energy| *energy *= scale);
        sample
    }

    /// The energy of a fine coefficient that the share `quantile` of the blocks stay below; `None` without blocks.
    pub fn fine_energy(&mut self, quantile: f64) -> Option<f64> {
        let index = (self.fine_energies.len() as f64 * quantile) as usize;
        (index < self.fine_energies.len()).then(|| f64::from(*self.fine_energies.select_nth_unstable_by(index, f32::total_cmp).1))
    }

    #[inline(always)]
    fn add_active(&mut self, tile: &Tile) -> usize {
        let mut blocks = 0;
        for (x, y) in places(tile, 4) {
            let block = dct::forward(&tile.luma, x, y);
            self.fine_energies.push(fine_energy(&block));
            self.off_grid.add(&block);
            add_squares(&mut self.energy, &block);
            blocks += 1;
        }
        for (x, y) in places(tile, 0) {
            self.on_grid.add(&dct::coarse(&tile.luma, x, y));
        }
        self.edges[0].add_along_rows(tile);
        self.edges[1].add_along_columns(tile);
        blocks
    }
}

/// Corners of the unclipped blocks of a tile, the first one `offset` px from its own.
#[inline(always)]
fn places(tile: &Tile, offset: usize) -> impl Iterator<Item = (usize, usize)> {
    let along = move |side: usize| (offset..(side + 1).saturating_sub(8)).step_by(8);
    let whole = tile.low > 1 && tile.high < 254;
    along(tile.height)
        .flat_map(move |y| along(tile.width).map(move |x| (x, y)))
        .filter(move |&(x, y)| whole || clipped(tile, x, y) <= CLIPPED_MAX)
}

#[inline(always)]
fn clipped(tile: &Tile, x: usize, y: usize) -> u8 {
    let mut counts = [0; 8];
    for row in &tile.luma[y..y + 8] {
        for (count, &value) in counts.iter_mut().zip(&row[x..x + 8]) {
            *count += u8::from(value <= 1) | u8::from(value >= 254);
        }
    }
    counts.iter().sum()
}

#[inline(always)]
fn fine_energy(block: &Block) -> f32 {
    let mut sums = [0.0; 4];
    for row in &block[4..] {
        for (sum, c) in sums.iter_mut().zip(&row[4..]) {
            *sum += c * c;
        }
    }
    (sums[0] + sums[1] + sums[2] + sums[3]) / 16.0
}

#[inline(always)]
fn add_squares(sum: &mut Block, block: &Block) {
    for (sum, c) in sum.as_flattened_mut().iter_mut().zip(block.as_flattened()) {
        *sum += c * c;
    }
}
