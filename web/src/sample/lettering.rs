//! Lettering with a round pen: capitals, digits and a few signs as strokes on a grid 4 wide and 6 high. Enough for sale banners
//! and watermarks, without a font file.

use super::geometry::smoothstep;
use super::picture::Picture;

/// How a line of text is laid on a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pen {
    /// Left end of the line, px.
    pub x: f32,
    /// Top of the letters, px.
    pub y: f32,
    /// Height of a capital, px.
    pub height: f32,
    /// Width of the stroke over the height.
    pub weight: f32,
    /// Turned by, radians, about the left end.
    pub turn: f32,
    /// sRGB.
    pub colour: [f32; 3],
    /// 0 = invisible, 1 = solid.
    pub cover: f32,
}

/// Width of a line of text over the height of its capitals.
pub fn width_of(text: &str) -> f32 {
    text.chars().count() as f32 * ADVANCE / 6.0
}

/// Writes one line; signs that are not known are left blank.
pub fn write(picture: &mut Picture, text: &str, pen: Pen) {
    let (sin, cos) = pen.turn.sin_cos();
    let unit = pen.height / 6.0;
    let half = pen.weight * pen.height / 2.0;
    let strokes: Vec<[f32; 4]> = text
        .chars()
        .enumerate()
        .flat_map(|(i, letter)| {
            segments(letter).into_iter().map(move |[a, b, c, d]| [a + i as f32 * ADVANCE, b, c + i as f32 * ADVANCE, d])
        })
        .map(|[ax, ay, bx, by]| {
            let place = |x: f32, y: f32| (pen.x + (x * cos - y * sin) * unit, pen.y + (x * sin + y * cos) * unit);
            let (a, b) = (place(ax, ay), place(bx, by));
            [a.0, a.1, b.0, b.1]
        })
        .collect();
    let mut covers = std::collections::BTreeMap::new();
    for [ax, ay, bx, by] in strokes {
        let reach = half + 1.0;
        for y in (ay.min(by) - reach).floor() as isize..=(ay.max(by) + reach).ceil() as isize {
            for x in (ax.min(bx) - reach).floor() as isize..=(ax.max(bx) + reach).ceil() as isize {
                let (px, py) = (x as f32 + 0.5 - ax, y as f32 + 0.5 - ay);
                let (ex, ey) = (bx - ax, by - ay);
                let along = ((px * ex + py * ey) / (ex * ex + ey * ey).max(1e-6)).clamp(0.0, 1.0);
                let off = super::geometry::hypot(px - ex * along, py - ey * along);
                let ink = smoothstep(half + 0.6, half - 0.6, off);
                if ink > 0.0 {
                    let kept = covers.entry((y, x)).or_insert(0.0f32);
                    *kept = kept.max(ink);
                }
            }
        }
    }
    for ((y, x), ink) in covers {
        picture.cover(x, y, pen.colour, ink * pen.cover);
    }
}

const ADVANCE: f32 = 5.6;

fn segments(letter: char) -> Vec<[f32; 4]> {
    let digit = |c: u8| f32::from(c.saturating_sub(b'0'));
    let mut lines = Vec::new();
    for stroke in strokes(letter).split('|') {
        let points: Vec<(f32, f32)> = stroke.split_whitespace().map(str::as_bytes).map(|p| (digit(p[0]), digit(p[1]))).collect();
        lines.extend(points.windows(2).map(|pair| [pair[0].0, pair[0].1, pair[1].0, pair[1].1]));
    }
    lines
}

/// Polylines, points as two digits (x, y from the top), strokes apart by `|`.
fn strokes(letter: char) -> &'static str {
    match letter {
        'A' => "06 20 46|14 34",
        'B' => "00 06 36 45 44 33 03|33 42 41 30 00",
        'C' => "41 30 10 01 05 16 36 45",
        'D' => "00 06 26 45 41 20 00",
        'E' => "40 00 06 46|03 33",
        'F' => "40 00 06|03 33",
        'G' => "41 30 10 01 05 16 36 45 43 23",
        'H' => "00 06|40 46|03 43",
        'I' => "20 26",
        'J' => "40 45 36 16 05",
        'K' => "00 06|40 03 46",
        'L' => "00 06 46",
        'M' => "06 00 23 40 46",
        'N' => "06 00 46 40",
        'O' => "10 01 05 16 36 45 41 30 10",
        'P' => "06 00 30 41 42 33 03",
        'Q' => "10 01 05 16 36 45 41 30 10|24 46",
        'R' => "06 00 30 41 42 33 03|23 46",
        'S' => "41 30 10 01 02 13 33 44 45 36 16 05",
        'T' => "00 40|20 26",
        'U' => "00 05 16 36 45 40",
        'V' => "00 26 40",
        'W' => "00 16 23 36 40",
        'X' => "00 46|40 06",
        'Y' => "00 23 40|23 26",
        'Z' => "00 40 06 46",
        '0' => "10 01 05 16 36 45 41 30 10|14 32",
        '1' => "11 20 26|16 36",
        '2' => "01 10 30 41 42 06 46",
        '3' => "00 40 22 33 44 45 36 16 05",
        '4' => "30 04 44|32 36",
        '5' => "40 00 02 32 43 45 36 06",
        '6' => "40 20 02 05 16 36 45 44 33 03",
        '7' => "00 40 16",
        '8' => "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
        '9' => "43 13 02 01 10 30 41 43 16",
        '%' => "40 06|00 10 11 01 00|35 45 46 36 35",
        '-' => "13 33",
        '+' => "03 43|21 25",
        '!' => "20 24|26 26",
        '.' => "26 26",
        '/' => "40 06",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capital_and_digit_leaves_ink() {
        for letter in ('A'..='Z').chain('0'..='9') {
            let mut picture = Picture::filled(40, 40, [1.0; 3]);
            write(
                &mut picture,
                &letter.to_string(),
                Pen { x: 8.0, y: 8.0, height: 24.0, weight: 0.14, turn: 0.0, colour: [0.0; 3], cover: 1.0 },
            );
            assert!(picture.pixels.iter().filter(|p| p[0] < 0.5).count() > 30, "{letter}");
        }
    }
}
