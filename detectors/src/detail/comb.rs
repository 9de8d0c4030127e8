//! Comb: how coarsely a JPEG encoder once rounded, read from the pixels alone, so that neither a re-save at high quality nor
//! another file format hides it.
//!
//! Rounding to multiples of a step leaves the block coefficients in a comb. For each low frequency and each step the mean of
//! `cos(2 pi c / step)` over the coefficients `c` beyond half a step is near 1 on the comb and near 0 elsewhere.

use std::sync::LazyLock;

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
    counts: [[u32; MAGNITUDES]; FREQUENCIES.len()],
}

impl Default for Comb {
    fn default() -> Self {
        Self { counts: [[0; MAGNITUDES]; FREQUENCIES.len()] }
    }
}

impl Comb {
    /// Adds a block, of whose coefficients the three lowest each way are needed.
    #[inline(always)]
    pub fn add<const ROWS: usize, const COLUMNS: usize>(&mut self, block: &[[f32; COLUMNS]; ROWS]) {
        for (counts, (v, h)) in self.counts.iter_mut().zip(FREQUENCIES) {
            let magnitude = (block[v][h].abs() + 0.5) as i32 as usize;
            if let Some(count) = counts.get_mut(magnitude) {
                *count += 1;
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

fn coarsest(counts: &[u32; MAGNITUDES]) -> f64 {
    let counts = counts.map(|count| count as f32);
    // How many coefficients are at least so large.
    let mut beyond = counts;
    for magnitude in (0..MAGNITUDES - 1).rev() {
        beyond[magnitude] += beyond[magnitude + 1];
    }
    let fits = |step: usize| {
        let witnesses = beyond[step / 2 + 1];
        witnesses >= WITNESSES_MIN && dot(&counts, &WAVES[step - STEPS.start]) > FIT_MIN * witnesses
    };
    STEPS.rev().find(|&step| fits(step)).unwrap_or(0) as f64
}

/// For each step the cosine that is 1 at its multiples; 0 up to half the step, where coefficients bear no witness.
static WAVES: LazyLock<Vec<[f32; MAGNITUDES]>> = LazyLock::new(|| {
    let wave = |step: usize, c: usize| if c > step / 2 { (std::f32::consts::TAU * c as f32 / step as f32).cos() } else { 0.0 };
    STEPS.map(|step| std::array::from_fn(|c| wave(step, c))).collect()
});

fn dot(a: &[f32; MAGNITUDES], b: &[f32; MAGNITUDES]) -> f32 {
    let mut sums = [0.0; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    sums.iter().sum()
}
