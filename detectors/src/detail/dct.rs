//! The 8 x 8 cosine transform that JPEG uses, orthonormal, so that white noise of deviation s has deviation s in every coefficient.

use super::tiles::Luma;

/// Coefficients, `[vertical frequency][horizontal frequency]`.
pub type Block = [[f32; 8]; 8];

/// Number of coarse frequencies each way that [`coarse`] gives.
pub const COARSE: usize = 3;

// 0.5 * cos(k * pi / 16)
const C1: f32 = 0.490_392_64;
const C2: f32 = 0.461_939_77;
const C3: f32 = 0.415_734_8;
const C4: f32 = 0.353_553_4;
const C5: f32 = 0.277_785_1;
const C6: f32 = 0.191_341_72;
const C7: f32 = 0.097_545_16;

/// What a pixel of a row adds to each frequency.
const WAVES: Block = [
    [C4, C1, C2, C3, C4, C5, C6, C7],
    [C4, C3, C6, -C7, -C4, -C1, -C2, -C5],
    [C4, C5, -C6, -C1, -C4, C7, C2, C3],
    [C4, C7, -C2, -C5, C4, C3, -C6, -C1],
    [C4, -C7, -C2, C5, C4, -C3, -C6, C1],
    [C4, -C5, -C6, C1, -C4, -C7, C2, -C3],
    [C4, -C3, C6, C7, -C4, C1, -C2, C5],
    [C4, -C1, C2, -C3, C4, -C5, C6, -C7],
];

/// The transform of the 8 x 8 pixels at (`x`, `y`) of a tile.
#[inline(always)]
pub fn forward(luma: &Luma, x: usize, y: usize) -> Block {
    let halfway = columns(&block(luma, x, y));
    // Along the rows as a product of matrices: eight frequencies at a time, and nothing has to be turned.
    let mut out = [[0.0; 8]; 8];
    for (out, row) in out.iter_mut().zip(&halfway) {
        for (value, waves) in row.iter().zip(&WAVES) {
            for (sum, wave) in out.iter_mut().zip(waves) {
                *sum += value * wave;
            }
        }
    }
    out
}

/// The lowest frequencies alone, at a third of the cost.
#[inline(always)]
pub fn coarse(luma: &Luma, x: usize, y: usize) -> [[f32; COARSE]; COARSE] {
    let b = block(luma, x, y);
    let mut halfway = [[0.0; 8]; COARSE];
    for i in 0..8 {
        let column = coarse_of([b[0][i], b[1][i], b[2][i], b[3][i], b[4][i], b[5][i], b[6][i], b[7][i]]);
        for (row, value) in halfway.iter_mut().zip(column) {
            row[i] = value;
        }
    }
    [coarse_of(halfway[0]), coarse_of(halfway[1]), coarse_of(halfway[2])]
}

#[inline(always)]
fn coarse_of(x: [f32; 8]) -> [f32; COARSE] {
    let (s0, s1, s2, s3) = (x[0] + x[7], x[1] + x[6], x[2] + x[5], x[3] + x[4]);
    let (d0, d1, d2, d3) = (x[0] - x[7], x[1] - x[6], x[2] - x[5], x[3] - x[4]);
    [C4 * (s0 + s1 + s2 + s3), C1 * d0 + C3 * d1 + C5 * d2 + C7 * d3, C2 * (s0 - s3) + C6 * (s1 - s2)]
}

#[inline(always)]
fn block(luma: &Luma, x: usize, y: usize) -> Block {
    let mut block = [[0.0; 8]; 8];
    for (out, row) in block.iter_mut().zip(&luma[y..y + 8]) {
        for (value, &source) in out.iter_mut().zip(&row[x..x + 8]) {
            *value = f32::from(source);
        }
    }
    block
}

/// One-dimensional transform down the columns, all eight columns side by side.
#[inline(always)]
fn columns(x: &Block) -> Block {
    let mut out = [[0.0; 8]; 8];
    for i in 0..8 {
        let (s0, s1, s2, s3) = (x[0][i] + x[7][i], x[1][i] + x[6][i], x[2][i] + x[5][i], x[3][i] + x[4][i]);
        let (d0, d1, d2, d3) = (x[0][i] - x[7][i], x[1][i] - x[6][i], x[2][i] - x[5][i], x[3][i] - x[4][i]);
        let (outer, inner) = (s0 + s3, s1 + s2);
        out[0][i] = C4 * (outer + inner);
        out[4][i] = C4 * (outer - inner);
        let (outer, inner) = (s0 - s3, s1 - s2);
        out[2][i] = C2 * outer + C6 * inner;
        out[6][i] = C6 * outer - C2 * inner;
        out[1][i] = C1 * d0 + C3 * d1 + C5 * d2 + C7 * d3;
        out[3][i] = C3 * d0 - C7 * d1 - C1 * d2 - C5 * d3;
        out[5][i] = C5 * d0 - C1 * d1 + C7 * d2 + C3 * d3;
        out[7][i] = C7 * d0 - C5 * d1 + C3 * d2 - C1 * d3;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(value: impl Fn(usize, usize) -> u8) -> Luma {
        std::array::from_fn(|y| std::array::from_fn(|x| value(x, y)))
    }

    #[test]
    fn energy_is_kept() {
        let luma = tile(|x, y| ((x * 37 + y * 91 + x * y * 13) % 256) as u8);
        let energy: f32 = forward(&luma, 3, 5).iter().flatten().map(|c| c * c).sum();
        let expected: f32 = luma[5..13].iter().flat_map(|row| &row[3..11]).map(|&v| f32::from(v) * f32::from(v)).sum();
        assert!((energy / expected - 1.0).abs() < 1e-5);
    }

    #[test]
    fn the_coarse_part_is_the_same() {
        let luma = tile(|x, y| ((x * x * 3 + y * 31) % 256) as u8);
        let (all, few) = (forward(&luma, 8, 16), coarse(&luma, 8, 16));
        for (all, few) in all.iter().zip(few) {
            assert!(all.iter().zip(few).all(|(all, few)| (all - few).abs() < 1e-2));
        }
    }

    #[test]
    fn a_flat_block_is_its_mean_alone() {
        let block = forward(&tile(|_, _| 100), 0, 0);
        assert!((block[0][0] - 800.0).abs() < 1e-2);
        assert!(block.iter().flatten().skip(1).all(|c| c.abs() < 1e-2));
    }

    #[test]
    fn a_horizontal_cosine_is_one_coefficient() {
        let wave = |x: usize| (100.0 + 80.0 * (std::f64::consts::PI * (2 * x + 1) as f64 * 3.0 / 16.0).cos()).round() as u8;
        let block = forward(&tile(|x, _| wave(x)), 0, 0);
        assert!((block[0][3] - 452.5).abs() < 4.0, "{block:?}");
    }
}
