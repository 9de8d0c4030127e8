//! Ranges and labels of axes.

use crate::document::figures::{places, signed};

/// The range that shows nought, the values and what is usual of their ends; what reaches much further is cut, so that a few wide
/// intervals do not press the others flat.
pub fn range(values: &[f64], ends: &[f64]) -> std::ops::Range<f64> {
    const USUAL: f64 = 3.0;
    let farthest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let mut reaches: Vec<f64> = ends.iter().map(|end| end.abs()).filter(|end| end.is_finite()).collect();
    reaches.sort_by(f64::total_cmp);
    let usual = reaches.get(reaches.len() / 2).copied().unwrap_or(0.0);
    let limit = (usual * USUAL).max(farthest * 1.2);
    let shown = || values.iter().chain(ends).copied().filter(|value| value.is_finite()).map(|value| value.clamp(-limit, limit));
    let low = shown().fold(0.0, f64::min);
    let high = shown().fold(0.0, f64::max);
    let reach = if high > low { (high - low) * 0.06 } else { 1.0 };
    low - reach..high + reach
}

/// A number on an axis that is so long: with a sign, without digits that say nothing.
pub fn label(value: f64, length: f64) -> String {
    let text = signed(value, places(length / 6.0).saturating_sub(1));
    if value.abs() < length * 1e-9 { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nought_and_all_values_are_in_the_picture() {
        for values in [vec![5.0, 9.0], vec![-3.0], vec![], vec![0.0], vec![1e-9, 1e9]] {
            let range = range(&values, &values);
            assert!(range.contains(&0.0) && values.iter().all(|value| range.contains(value)), "{range:?} of {values:?}");
        }
    }

    #[test]
    fn one_wide_interval_does_not_press_the_others_flat() {
        let range = range(&[0.1, 0.2, 0.1], &[-0.3, 0.5, -0.2, 0.6, -0.2, 4000.0]);
        assert!(range.end < 5.0, "{range:?}");
    }

    #[test]
    fn labels_are_short() {
        assert_eq!([label(0.5, 2.0), label(-20.0, 100.0), label(0.0, 1.0)], ["+0.5", "\u{2212}20", "0"]);
    }
}
