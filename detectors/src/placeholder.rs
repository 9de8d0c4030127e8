//! Placeholder: "no image" cards. A card is drawn with two or three colours; a photograph shades everything it shows.

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, Measurement, Needs, Photo, Pixels, SignalSpec};

/// Takes single pixels (never averages, which would mix colours) on a grid and asks how many of them a few exact colours leave over.
#[derive(Debug, Default)]
pub struct Placeholder;

/// The grid has at most this many points a side.
const GRID_SIDE: u32 = 64;
/// Colours a card may have: ground, icon, and the icon's second tone or the text.
const PALETTE: usize = 3;
/// Pixels this close to a colour of the palette, in every channel, are of it: what compression leaves of a flat colour.
const SAME_COLOR: u8 = 5;
/// Share of left-over pixels at which card and photograph are equally likely; smoothed outlines and compression leave some on a card.
const LEFT_OVER_EVEN: f64 = 0.06;
/// How fast the score turns with the left-over share.
const STEEPNESS: f64 = 2.5;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| DetectorSpec {
    id: "placeholder@1".into(),
    needs: Needs::Pixels,
    signals: vec![SignalSpec::ratio(
        "placeholder_score",
        "How much the picture looks like a `no image` card instead of a photograph: drawn in at most three flat colours; 1 is a card, \
         0.5 as likely as not. An empty picture is a card too.",
    )],
});

impl Detector for Placeholder {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos
            .iter()
            .map(|photo| {
                let left_over = left_over(&grid(photo.pixels().ok_or_else(DetectError::pixels_missing)?));
                let score = 1.0 / (1.0 + (left_over / LEFT_OVER_EVEN).powf(STEEPNESS));
                // Rounded, so that the last bits of `powf` on different machines do not show.
                Ok(vec![Measurement::new("placeholder_score", (score * 1e6).round() / 1e6)])
            })
            .collect()
    }
}

fn grid(pixels: &Pixels) -> Vec<[u8; 3]> {
    let step_x = pixels.width().div_ceil(GRID_SIDE) as usize;
    let step_y = pixels.height().div_ceil(GRID_SIDE) as usize;
    let rows = (0..pixels.height()).step_by(step_y).map(|y| pixels.row(y));
    rows.flat_map(|row| row.chunks(3 * step_x).map(|pixel| [pixel[0], pixel[1], pixel[2]])).collect()
}

/// Share of the colours that are near none of the palette, taken greedily: the most frequent colour, then that of the rest, ...
fn left_over(colors: &[[u8; 3]]) -> f64 {
    let mut rest = colors.to_vec();
    for _ in 0..PALETTE {
        let Some(color) = most_frequent(&rest) else { break };
        rest.retain(|pixel| (0..3).any(|c| pixel[c].abs_diff(color[c]) > SAME_COLOR));
    }
    rest.len() as f64 / colors.len().max(1) as f64
}

/// The most frequent level of each channel in the fullest of 4,096 cells of colour space, where a flat colour sits whole or in large part.
fn most_frequent(colors: &[[u8; 3]]) -> Option<[u8; 3]> {
    let cell = |p: &[u8; 3]| (usize::from(p[0] >> 4) << 8) | (usize::from(p[1] >> 4) << 4) | usize::from(p[2] >> 4);
    // The grid's points fit 16 bits.
    let mut counts = [0u16; 4096];
    // The fullest; of several the first.
    let mut fullest = (0, 0);
    for color in colors {
        let cell = cell(color);
        counts[cell] += 1;
        if counts[cell] > fullest.0 || counts[cell] == fullest.0 && cell < fullest.1 {
            fullest = (counts[cell], cell);
        }
    }
    if fullest.0 == 0 {
        return None;
    }
    let mut levels = [[0u16; 16]; 3];
    for color in colors.iter().filter(|color| cell(color) == fullest.1) {
        (0..3).for_each(|c| levels[c][usize::from(color[c] & 15)] += 1);
    }
    // The cell gives the upper half of a level, the count the lower.
    let most = |c: usize| (0..16).rev().max_by_key(|low| levels[c][*low]).unwrap_or(0);
    Some(std::array::from_fn(|c| (((fullest.1 >> (8 - 4 * c)) & 15) << 4 | most(c)) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn;

    fn score(pixels: Pixels) -> f64 {
        match Placeholder.detect(&[drawn::photo(pixels)]).remove(0).unwrap().remove(0).value {
            vitrine_engine::Value::Number(number) => number,
            other => panic!("{other:?}"),
        }
    }

    /// A card with an icon and two rows of strokes as of text.
    fn card(side: u32, ground: [u8; 3], ink: [u8; 3]) -> Pixels {
        drawn::paint(side, side, |x, y| {
            let (u, v) = (x * 100 / side, y * 100 / side);
            let icon = (35..65).contains(&u) && (25..50).contains(&v) && !((45..55).contains(&u) && (33..43).contains(&v));
            let text = (25..75).contains(&u) && ((62..68).contains(&v) || (74..80).contains(&v)) && u % 4 < 2;
            if icon || text { ink } else { ground }
        })
    }

    /// A shaded ball on white: as plain as a photograph gets.
    fn ball(radius: f64) -> Pixels {
        drawn::paint(400, 400, |x, y| {
            let (dx, dy) = ((f64::from(x) - 200.0) / radius, (f64::from(y) - 200.0) / radius);
            let light = 1.0 - ((dx + 0.4).hypot(dy + 0.4) / 1.6).min(1.0);
            if dx.hypot(dy) < 1.0 { [(60.0 + 190.0 * light) as u8, (40.0 + 120.0 * light) as u8, 60] } else { [255; 3] }
        })
    }

    #[test]
    fn cards_of_any_size_and_colour_are_seen() {
        for side in [16, 48, 300, 1000] {
            for (ground, ink) in [([255; 3], [150; 3]), ([34, 40, 50], [200; 3]), ([230, 240, 250], [20, 80, 160])] {
                assert!(score(card(side, ground, ink)) > 0.9, "{side} {ground:?}");
            }
        }
    }

    #[test]
    fn photographs_are_no_cards() {
        assert!(score(ball(150.0)) < 0.1);
        assert!(score(drawn::noise(400, 300)) < 0.01);
    }

    #[test]
    fn the_more_is_shaded_the_less_it_is_a_card() {
        let scores: Vec<f64> = [10.0, 30.0, 60.0, 100.0, 150.0].map(|radius| score(ball(radius))).into();
        assert!(scores.is_sorted_by(|less, more| less >= more), "{scores:?}");
    }

    #[test]
    fn odd_pictures_are_measured_without_fault() {
        drawn::odd().into_iter().for_each(|pixels| assert!((0.0..=1.0).contains(&score(pixels))));
    }
}
