//! Departure: how far a picture differs from the copies of it that compete beside it. Of several copies of one photograph the one
//! that all others resemble most is most likely the untouched one; lettering, a mark, a frame or a turn sets the altered copy apart.

use crate::duplicate::fingerprint::{Fingerprint, LUMA_SIDE};

/// Cells along each side of a look.
const SIDE: usize = 24;
const CELLS: usize = SIDE * SIDE;
/// A difference of a cell counts at most this much, so that what matters is how much of the frame differs.
const DIFFERENCE_MAX: u8 = 12;
/// Pictures closer than this share one photograph.
const COPY_DISTANCE: f64 = 0.4;
/// Fewer copies than this cannot outvote an altered one.
const COPIES_MIN: usize = 3;
/// The spread of brightness that every look is stretched to, and the least spread that is stretched.
const SPREAD: f64 = 100.0;
const SPREAD_MIN: f64 = 40.0;

/// The whole frame in few cells, free of exposure and contrast: what copies of a photograph have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look(Box<[u8; CELLS]>);

impl Look {
    /// The look of a fingerprinted picture; plain margins take the brightness of the content's rim.
    pub fn of(fingerprint: &Fingerprint) -> Self {
        let mut cells = frame_luma(fingerprint);
        let mut sorted = cells;
        sorted.sort_unstable_by(f32::total_cmp);
        let at = |share: f64| f64::from(sorted[(share * (CELLS - 1) as f64).round() as usize]);
        let (middle, spread) = (at(0.5), (at(0.9) - at(0.1)).max(SPREAD_MIN));
        for cell in &mut cells {
            *cell = (128.0 + (f64::from(*cell) - middle) * SPREAD / spread).round().clamp(0.0, 255.0) as f32;
        }
        Self(Box::new(cells.map(|cell| cell as u8)))
    }

    /// 0 = the same look, 1 = different everywhere.
    fn distance(&self, other: &Self) -> f64 {
        let difference = |(a, b): (&u8, &u8)| u32::from(a.abs_diff(*b).min(DIFFERENCE_MAX));
        let sum: u32 = self.0.iter().zip(other.0.iter()).map(difference).sum();
        f64::from(sum) / (CELLS as f64 * f64::from(DIFFERENCE_MAX))
    }
}

/// How far each picture departs from its copies, 0..1: 0 for the most central copy, and for a picture with fewer than two copies.
pub fn departures(looks: &[Option<&Look>]) -> Vec<f64> {
    let distances: Vec<Vec<f64>> = looks.iter().map(|a| looks.iter().map(|b| distance(*a, *b)).collect()).collect();
    let mut departures = vec![0.0; looks.len()];
    for copies in families(&distances) {
        if copies.len() < COPIES_MIN {
            continue;
        }
        let typical: Vec<f64> = copies
            .iter()
            .map(|one| median(copies.iter().filter(|other| *other != one).map(|other| distances[*one][*other]).collect()))
            .collect();
        let central = typical.iter().copied().fold(f64::INFINITY, f64::min);
        for (copy, distance) in copies.into_iter().zip(typical) {
            departures[copy] = distance - central;
        }
    }
    departures
}

fn distance(a: Option<&Look>, b: Option<&Look>) -> f64 {
    a.zip(b).map_or(1.0, |(a, b)| a.distance(b))
}

/// Groups joined by any chain of close pairs; whoever is in a group, its order follows the pictures'.
fn families(distances: &[Vec<f64>]) -> Vec<Vec<usize>> {
    let mut family: Vec<usize> = (0..distances.len()).collect();
    for (one, row) in distances.iter().enumerate() {
        for other in (0..one).filter(|other| row[*other] < COPY_DISTANCE) {
            let (keep, merge) = (family[other], family[one]);
            family.iter_mut().filter(|member| **member == merge).for_each(|member| *member = keep);
        }
    }
    (0..family.len()).map(|id| (0..family.len()).filter(|member| family[*member] == id).collect()).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { (values[middle - 1] + values[middle]) / 2.0 } else { values[middle] }
}

/// The frame's brightness, read from the content's thumbnail where the content is.
fn frame_luma(fingerprint: &Fingerprint) -> [f32; CELLS] {
    let (frame_width, frame_height) = fingerprint.frame();
    let [left, top, width, height] = fingerprint.content();
    let luma = fingerprint.luma();
    let margin = rim_luma(luma);
    let columns = places(frame_width, left, width);
    let rows = places(frame_height, top, height);
    let mut cells = [margin; CELLS];
    for (row, y) in rows.into_iter().enumerate() {
        for (column, x) in columns.into_iter().enumerate() {
            if let (Some(x), Some(y)) = (x, y) {
                cells[row * SIDE + column] = sample(luma, x, y);
            }
        }
    }
    cells
}

/// Where the cells' middles fall on the content's thumbnail; `None` = in the margin.
fn places(frame: u16, start: u16, length: u16) -> [Option<f32>; SIDE] {
    std::array::from_fn(|cell| {
        let middle = (cell as f32 + 0.5) / SIDE as f32 * f32::from(frame);
        let place = (middle - f32::from(start)) / f32::from(length) * LUMA_SIDE as f32 - 0.5;
        (-0.6..=LUMA_SIDE as f32 - 0.4).contains(&place).then(|| place.clamp(0.0, (LUMA_SIDE - 1) as f32))
    })
}

fn sample(luma: &[u8], x: f32, y: f32) -> f32 {
    let (left, top) = (x as usize, y as usize);
    let (right, below) = ((left + 1).min(LUMA_SIDE - 1), (top + 1).min(LUMA_SIDE - 1));
    let (across, down) = (x - left as f32, y - top as f32);
    let at = |x: usize, y: usize| f32::from(luma[y * LUMA_SIDE + x]);
    let upper = at(left, top) * (1.0 - across) + at(right, top) * across;
    let lower = at(left, below) * (1.0 - across) + at(right, below) * across;
    upper * (1.0 - down) + lower * down
}

fn rim_luma(luma: &[u8]) -> f32 {
    let last = LUMA_SIDE - 1;
    let on_rim = |cell: &usize| [0, last].contains(&(cell % LUMA_SIDE)) || [0, last].contains(&(cell / LUMA_SIDE));
    let mut rim: Vec<u8> = (0..luma.len()).filter(on_rim).map(|cell| luma[cell]).collect();
    rim.sort_unstable();
    f32::from(rim[rim.len() / 2])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::duplicate::{CHROMA_CELLS, LUMA_CELLS, Thumbnails};

    /// A picture whose cells are drawn by `luma(x, y)`.
    fn look(luma: impl Fn(usize, usize) -> u8) -> Look {
        let cells = Box::new(std::array::from_fn::<u8, LUMA_CELLS, _>(|i| luma(i % LUMA_SIDE, i / LUMA_SIDE)));
        let chroma = || Box::new([128; CHROMA_CELLS]);
        let measured = Thumbnails {
            frame: (100, 100),
            content: [0, 0, 100, 100],
            frame_luma: cells.clone(),
            luma: cells,
            blue: chroma(),
            red: chroma(),
        };
        Look::of(&Fingerprint::new(measured).unwrap())
    }

    /// A shaded product on a light ground.
    fn photograph(x: usize, y: usize) -> u8 {
        if (8..24).contains(&x) && (6..28).contains(&y) { (40 + 3 * y) as u8 } else { 215 }
    }

    fn lettered(x: usize, y: usize) -> u8 {
        if (20..24).contains(&y) && (6..26).contains(&x) && !x.is_multiple_of(4) { 235 } else { photograph(x, y) }
    }

    #[test]
    fn the_altered_copy_departs() {
        let (clean, brighter, marked) = (look(photograph), look(|x, y| (f64::from(photograph(x, y)) * 1.1) as u8), look(lettered));
        let found = departures(&[Some(&clean), Some(&marked), Some(&brighter)]);
        assert!(found[1] > 0.03, "{found:?}");
        assert!(found[0] < 0.01 && found[2] < 0.01, "{found:?}");
    }

    #[test]
    fn two_copies_cannot_outvote_each_other_and_strangers_have_no_say() {
        let (clean, marked) = (look(photograph), look(lettered));
        let stranger = look(|x, y| if (x / 8 + y / 8).is_multiple_of(2) { 20 } else { 230 });
        assert_eq!(departures(&[Some(&clean), Some(&marked), Some(&stranger), None]), [0.0; 4]);
    }

    proptest! {
        #[test]
        fn the_order_of_pictures_does_not_matter(seeds in prop::collection::vec(0u8..5, 1..8), turn in 0usize..8) {
            let looks: Vec<Look> = seeds.iter().map(|seed| look(|x, y| photograph(x, y).wrapping_add((x * y) as u8 / 32 * seed))).collect();
            let mut refs: Vec<Option<&Look>> = looks.iter().map(Some).collect();
            let mut before = departures(&refs);
            let turn = turn % refs.len();
            refs.rotate_left(turn);
            before.rotate_left(turn);
            prop_assert_eq!(before, departures(&refs));
        }
    }
}
