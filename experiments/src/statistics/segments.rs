//! The effect in parts of the traffic (category, region, device): each drawn towards the whole by how much the parts really differ, with
//! p-values corrected for their number. Single segments that stand out are mostly luck.

use super::distributions::{chi_squared, student_t};
use super::multiplicity::benjamini_hochberg;
use super::{Difference, Refusal};

/// One segment's effect, before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunken {
    /// As measured in the segment alone.
    pub effect: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Drawn towards the effect over all segments.
    pub shrunken_effect: f64,
    /// Standard error of that (posterior deviation, the parameters taken as known).
    pub shrunken_error: f64,
    /// Two-sided p of the segment alone, corrected for the number of segments (Benjamini and Hochberg).
    pub adjusted_p: f64,
}

/// All segments together.
#[derive(Debug, Clone, PartialEq)]
pub struct Segments {
    /// In the order they came in.
    pub each: Vec<Shrunken>,
    /// The effect over all, weighted by certainty.
    pub overall: f64,
    /// Variance of the true effects between segments; 0 where the differences seen are no more than chance.
    pub between_variance: f64,
    /// p of Cochran's test that all segments have one effect.
    pub heterogeneity_p: f64,
}

/// Shrinks the effects of disjoint segments (DerSimonian and Laird 1986 for the spread between them, then the empirical Bayes mean).
///
/// # Errors
/// Without segments.
pub fn shrink(segments: &[Difference]) -> Result<Segments, Refusal> {
    if segments.is_empty() {
        return Err(Refusal::Empty { what: "segments".into() });
    }
    let precision = |segment: &Difference| segment.std_error.powi(-2);
    let total: f64 = segments.iter().map(precision).sum();
    let fixed = segments.iter().map(|segment| precision(segment) * segment.effect).sum::<f64>() / total;
    let chi: f64 = segments.iter().map(|segment| precision(segment) * (segment.effect - fixed).powi(2)).sum();
    let freedom = segments.len() - 1;
    let scale = total - segments.iter().map(|segment| precision(segment).powi(2)).sum::<f64>() / total;
    let between = if freedom == 0 { 0.0 } else { ((chi - freedom as f64) / scale).max(0.0) };
    let weight = |segment: &Difference| 1.0 / (segment.std_error.powi(2) + between);
    let weights: f64 = segments.iter().map(weight).sum();
    let overall = segments.iter().map(|segment| weight(segment) * segment.effect).sum::<f64>() / weights;
    let p_values: Vec<f64> = segments.iter().map(|segment| student_t::two_sided(segment.effect / segment.std_error, segment.dof)).collect();
    let adjusted = benjamini_hochberg(&p_values)?;
    let each = segments
        .iter()
        .zip(adjusted)
        .map(|(segment, adjusted_p)| {
            let squared = segment.std_error.powi(2);
            let own = between / (between + squared);
            // The part that is shared carries the error of the mean over all.
            let error = (own * squared + (1.0 - own).powi(2) / weights).sqrt();
            Shrunken {
                effect: segment.effect,
                std_error: segment.std_error,
                shrunken_effect: own * segment.effect + (1.0 - own) * overall,
                shrunken_error: error,
                adjusted_p,
            }
        })
        .collect();
    let heterogeneity_p = if freedom == 0 { 1.0 } else { chi_squared::survival(chi, freedom as u64) };
    Ok(Segments { each, overall, between_variance: between, heterogeneity_p })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(effect: f64, error: f64) -> Difference {
        Difference::new(effect, error * error, 1e6, 2e6).unwrap()
    }

    #[test]
    fn equal_effects_become_one_and_different_ones_stay_apart() {
        let alike = shrink(&[segment(0.10, 0.05), segment(0.12, 0.05), segment(0.08, 0.05)]).unwrap();
        assert_eq!(alike.between_variance, 0.0);
        assert!(alike.each.iter().all(|one| (one.shrunken_effect - 0.10).abs() < 1e-12), "{alike:?}");
        assert!(alike.heterogeneity_p > 0.5);
        let apart = shrink(&[segment(0.10, 0.01), segment(0.50, 0.01), segment(-0.30, 0.01)]).unwrap();
        assert!(apart.heterogeneity_p < 1e-6 && apart.between_variance > 0.1);
        assert!(apart.each.iter().all(|one| (one.shrunken_effect - one.effect).abs() < 0.001), "{apart:?}");
    }

    #[test]
    fn the_least_certain_is_drawn_furthest_and_none_beyond_the_mean() {
        let found = shrink(&[segment(0.0, 0.02), segment(0.1, 0.02), segment(0.4, 0.2), segment(-0.1, 0.02)]).unwrap();
        let pull = |one: &Shrunken| (one.effect - one.shrunken_effect) / (one.effect - found.overall);
        assert!(pull(&found.each[2]) > pull(&found.each[1]) && pull(&found.each[2]) < 1.0, "{found:?}");
        assert!(found.each.iter().all(|one| one.shrunken_error < one.std_error));
    }

    #[test]
    fn one_segment_is_the_whole_and_none_is_refused() {
        let one = shrink(&[segment(0.2, 0.1)]).unwrap();
        assert!((one.each[0].shrunken_effect - 0.2).abs() < 1e-12 && one.heterogeneity_p == 1.0);
        assert!((one.each[0].shrunken_error - 0.1).abs() < 1e-12);
        assert!(matches!(shrink(&[]), Err(Refusal::Empty { .. })));
    }
}
