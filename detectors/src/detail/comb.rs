//! Comb: how coarsely a JPEG encoder once rounded, read from the pixels alone, so that neither a re-save at high quality nor
//! another file format hides it.
//!
//! Rounding to multiples of a step leaves the block coefficients in a comb. For each low frequency and each step the mean of
//! `cos(2 pi c / step)` over the coefficients `c` beyond half a step is near 1 on the comb and near 0 elsewhere.

use std::sync::LazyLock;

use super::dct::Block;

/// Low frequencies that ordinary pictures fill: `(vertical, horizontal)`.
const FREQUENCIES: [(usize, usize); 8] = [(0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (2, 2)];
/// Magnitudes counted, luma coefficient units.
const MAGNITUDES: usize = 256;
/// Steps told apart; finer ones than the first leave nothing to be seen.
const STEPS: std::ops::Range<usize> = 4..100;
/// Coefficients beyond half a step needed to believe in it, and how well they must sit on the comb.
const WITNESSES_MIN: f32 = 10.0;
const FIT_MIN: f32 = 0.6;

/// Magnitudes of the low-frequency coefficients of blocks on one grid.
pub struct Comb {
    counts: [[f32; MAGNITUDES]; FREQUENCIES.len()],
}

impl Default for Comb {
    fn default() -> Self {
        Self { counts: [[0.0; MAGNITUDES]; FREQUENCIES.len()] }
    }
}

impl Comb {
    /// Adds the coefficients of a block.
    pub fn add(&mut self, block: &Block) {
        for (counts, (v, h)) in self.counts.iter_mut().zip(FREQUENCIES) {
            let magnitude = (block[v][h].abs() + 0.5) as usize;
            if let Some(count) = counts.get_mut(magnitude) {
                *count += 1.0;
            }
        }
    }

    /// The median, over the frequencies, of the coarsest step that each bears witness to; 0 where most bear none.
    pub fn step(&self) -> f64 {
        let mut steps: [f64; FREQUENCIES.len()] = std::array::from_fn(|index| coarsest(&self.counts[index]));
        steps.sort_unstable_by(f64::total_cmp);
        (steps[FREQUENCIES.len() / 2 - 1] + steps[FREQUENCIES.len() / 2]) / 2.0
    }
}

fn coarsest(counts: &[f32; MAGNITUDES]) -> f64 {
    let Some(last) = counts.iter().rposition(|&count| count > 0.0) else { return 0.0 };
    for (step, wave) in STEPS.zip(WAVES.iter()).rev() {
        let range = step / 2 + 1..last + 1;
        if range.is_empty() {
            continue;
        }
        let (mut witnesses, mut fit) = (0.0, 0.0);
        for (count, wave) in counts[range.clone()].iter().zip(&wave[range]) {
            witnesses += count;
            fit += count * wave;
        }
        if witnesses >= WITNESSES_MIN && fit > FIT_MIN * witnesses {
            return step as f64;
        }
    }
    0.0
}

static WAVES: LazyLock<Vec<[f32; MAGNITUDES]>> =
    LazyLock::new(|| STEPS.map(|step| std::array::from_fn(|c| (std::f32::consts::TAU * c as f32 / step as f32).cos())).collect());
