//! Who lies within a radius, without asking everybody: a vantage-point tree over spectra. Exact: it finds what a full comparison finds.

use crate::duplicate::spectrum::Spectrum;

/// A tree over a slice of points; the points stay outside.
pub(super) struct Nearest<'a> {
    points: &'a [Spectrum],
    /// Each range of it is a subtree: the vantage point, then the nearer half of the rest, then the farther half.
    order: Vec<usize>,
    /// For each place in `order`, the distances from its vantage point that the two halves keep to.
    bounds: Vec<Bounds>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Bounds {
    nearer_at_most: f64,
    farther_at_least: f64,
}

impl<'a> Nearest<'a> {
    /// A tree of the points with these indices.
    pub fn new(points: &'a [Spectrum], indices: Vec<usize>) -> Self {
        let mut tree = Self { points, bounds: vec![Bounds::default(); indices.len()], order: indices };
        tree.build(0, tree.order.len());
        tree
    }

    /// Points at most `radius` from point `of`, itself left out, as (squared distance, index), in no particular order.
    pub fn within(&self, of: usize, radius: f64) -> Vec<(u32, usize)> {
        let mut found = Vec::new();
        let mut open = vec![(0, self.order.len())];
        while let Some((start, end)) = open.pop() {
            if start == end {
                continue;
            }
            let vantage = self.order[start];
            let squared = self.points[of].distance_squared(&self.points[vantage]);
            let distance = f64::from(squared).sqrt();
            if distance <= radius && vantage != of {
                found.push((squared, vantage));
            }
            let (middle, bounds) = (middle(start, end), self.bounds[start]);
            if distance - radius <= bounds.nearer_at_most + ROUNDING {
                open.push((start + 1, middle));
            }
            if distance + radius >= bounds.farther_at_least - ROUNDING {
                open.push((middle, end));
            }
        }
        found
    }

    fn build(&mut self, start: usize, end: usize) {
        if end - start < 2 {
            return;
        }
        let vantage = &self.points[self.order[start]];
        let mut rest: Vec<(u32, usize)> =
            self.order[start + 1..end].iter().map(|index| (vantage.distance_squared(&self.points[*index]), *index)).collect();
        rest.sort_unstable();
        let middle = middle(start, end);
        let nearer = middle - start - 1;
        let distance = |place: Option<&(u32, usize)>| place.map_or(0.0, |(squared, _)| f64::from(*squared).sqrt());
        self.bounds[start] = Bounds { nearer_at_most: distance(rest[..nearer].last()), farther_at_least: distance(rest.get(nearer)) };
        for (place, (_, index)) in self.order[start + 1..end].iter_mut().zip(rest) {
            *place = index;
        }
        self.build(start + 1, middle);
        self.build(middle, end);
    }
}

/// Far above the rounding of a square root, far below the distance of two points.
const ROUNDING: f64 = 1e-6;

/// Where the farther half of a subtree begins.
fn middle(start: usize, end: usize) -> usize {
    start + 1 + (end - start - 1) / 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::duplicate::spectrum::SPECTRUM_LENGTH;

    proptest! {
        #[test]
        fn finds_what_a_full_comparison_finds(
            // Few distinct values in few components, so that equal points and equal distances are common.
            points in prop::collection::vec(prop::collection::vec(0u8..40, 3), 1..120),
            radius in 0u32..60,
        ) {
            let points: Vec<Spectrum> = points
                .iter()
                .map(|few| Spectrum::from_bytes(std::array::from_fn(|i| if i < SPECTRUM_LENGTH { few[i % 3] } else { 0 })))
                .collect();
            let tree = Nearest::new(&points, (0..points.len()).collect());
            for of in 0..points.len() {
                let mut found = tree.within(of, radius.into());
                found.sort_unstable();
                let mut expected: Vec<(u32, usize)> = (0..points.len())
                    .filter(|other| *other != of)
                    .map(|other| (points[of].distance_squared(&points[other]), other))
                    .filter(|(squared, _)| *squared <= radius * radius)
                    .collect();
                expected.sort_unstable();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
