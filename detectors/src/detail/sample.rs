//! Sample: one look at the tiles of a picture that gathers everything the detail signals are computed from.

use vitrine_engine::Pixels;

use super::comb::Comb;
use super::dct::{self, Block};
use super::edges::Edges;
use super::tiles::{self, Tile};

/// Tiles with something in them that are looked at, about 0.13 Mpx, and tiles read to find them.
const ACTIVE_TILES_MAX: usize = 32;
const TILES_MAX: usize = 96;
/// Range of luma from which a tile has something in it.
const ACTIVE_RANGE_MIN: i16 = 24;
/// Pixels of a block at the ends of the scale from which clipping, not the scene, shapes its coefficients.
const CLIPPED_MAX: i16 = 8;

/// What the tiles of a picture hold.
#[derive(Default)]
pub struct Sample {
    /// Tiles with something in them.
    pub active_tiles: usize,
    /// Edges crossed along rows and along columns.
    pub edges: [Edges; 2],
    /// Mean energy of each coefficient over blocks of active tiles, off the JPEG grid: there compression has set nothing to zero.
    pub energy: Block,
    /// Mean energy of a fine coefficient (half the Nyquist frequency or more, both ways) in each block, ascending.
    pub fine_energies: Vec<f32>,
    /// Coefficients on the JPEG grid, and half a block off it.
    pub on_grid: Comb,
    /// See `on_grid`.
    pub off_grid: Comb,
}

impl Sample {
    /// Looks at a picture, each `factor` x `factor` pixels averaged into one.
    pub fn of(pixels: &Pixels, factor: usize) -> Self {
        let mut sample = Self::default();
        let (mut tile, mut turned) = (Tile::empty(), Tile::empty());
        let mut blocks = 0;
        for (x, y) in tiles::corners(pixels, factor).into_iter().take(TILES_MAX) {
            tile.read(pixels, x, y, factor);
            if tile.range() == 0 {
                continue;
            }
            let active = tile.range() >= ACTIVE_RANGE_MIN;
            for block in blocks_of(&tile, 4) {
                sample.fine_energies.push(fine_energy(&block));
                if active {
                    blocks += 1;
                    sample.off_grid.add(&block);
                    add_squares(&mut sample.energy, &block);
                }
            }
            if !active {
                continue;
            }
            for block in blocks_of(&tile, 0) {
                sample.on_grid.add(&block);
            }
            tile.transpose_into(&mut turned);
            sample.edges[0].add(&turned);
            sample.edges[1].add(&tile);
            sample.active_tiles += 1;
            if sample.active_tiles == ACTIVE_TILES_MAX {
                break;
            }
        }
        sample.fine_energies.sort_unstable_by(f32::total_cmp);
        let scale = 1.0 / (blocks.max(1) as f32);
        sample.energy.as_flattened_mut().iter_mut().for_each(|energy| *energy *= scale);
        sample
    }
}

/// Transforms of the unclipped blocks of a tile, the first one `offset` px from its corner.
fn blocks_of(tile: &Tile, offset: usize) -> impl Iterator<Item = Block> {
    let along = move |side: usize| (offset..(side + 1).saturating_sub(8)).step_by(8);
    along(tile.height)
        .flat_map(move |y| along(tile.width).map(move |x| (x, y)))
        .filter(|&(x, y)| clipped(tile, x, y) <= CLIPPED_MAX)
        .map(|(x, y)| dct::forward(&tile.luma, x, y))
}

fn clipped(tile: &Tile, x: usize, y: usize) -> i16 {
    let mut counts = [0i16; 8];
    for row in &tile.luma[y..y + 8] {
        for (count, &value) in counts.iter_mut().zip(&row[x..x + 8]) {
            *count += i16::from(value <= 1) | i16::from(value >= 254);
        }
    }
    counts.iter().sum()
}

fn fine_energy(block: &Block) -> f32 {
    block[4..].iter().flat_map(|row| &row[4..]).map(|c| c * c).sum::<f32>() / 16.0
}

fn add_squares(sum: &mut Block, block: &Block) {
    for (sum, c) in sum.as_flattened_mut().iter_mut().zip(block.as_flattened()) {
        *sum += c * c;
    }
}
