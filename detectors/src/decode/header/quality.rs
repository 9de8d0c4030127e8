//! JPEG quality from the quantisation tables: the IJG setting whose tables lie nearest, which for libjpeg's own files is the setting.

/// Quantisation tables of luma and, where there is one, chroma, in the file's zigzag order.
pub struct Tables<'a> {
    pub luma: &'a [u16; 64],
    pub chroma: Option<&'a [u16; 64]>,
}

/// The nearest IJG quality, 1..=100. Other encoders' tables get the quality whose tables differ least (sum of absolute differences,
/// relative to the size of the steps), the higher one on a tie.
pub fn estimate(tables: &Tables) -> f64 {
    let distance = |quality: u32| {
        let luma = difference(tables.luma, &LUMA, quality);
        luma + tables.chroma.map_or(0.0, |chroma| difference(chroma, &CHROMA, quality))
    };
    let mut best = (f64::INFINITY, 100);
    for quality in (1..=100).rev() {
        let distance = distance(quality);
        if distance < best.0 {
            best = (distance, quality);
        }
    }
    f64::from(best.1)
}

fn difference(table: &[u16; 64], standard: &[u8; 64], quality: u32) -> f64 {
    let scale = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    let (mut apart, mut total) = (0u32, 0u32);
    for (step, base) in table.iter().zip(standard) {
        let expected = ((u32::from(*base) * scale + 50) / 100).clamp(1, 255);
        apart += u32::from(*step).abs_diff(expected);
        total += u32::from(*step) + expected;
    }
    f64::from(apart) / f64::from(total)
}

/// Annex K of ITU-T T.81, zigzag order.
const LUMA: [u8; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55,
    64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

const CHROMA: [u8; 64] = [
    17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(standard: &[u8; 64], quality: u32) -> [u16; 64] {
        let scale = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        standard.map(|base| ((u32::from(base) * scale + 50) / 100).clamp(1, 255) as u16)
    }

    #[test]
    fn standard_tables_give_back_their_setting() {
        for quality in 1..=100 {
            let (luma, chroma) = (scaled(&LUMA, quality), scaled(&CHROMA, quality));
            let found = estimate(&Tables { luma: &luma, chroma: Some(&chroma) });
            // The coarsest settings share their tables: every step is clamped to 255.
            assert!(found == f64::from(quality) || scaled(&LUMA, found as u32) == luma, "{quality}: {found}");
        }
    }

    #[test]
    fn coarser_tables_never_read_better() {
        let flat = |step| estimate(&Tables { luma: &[step; 64], chroma: None });
        let readings: Vec<f64> = (1..=255).map(flat).collect();
        assert!(readings.is_sorted_by(|finer, coarser| finer >= coarser), "{readings:?}");
    }
}
