//! Colours, lines and letters of the charts. The colours are those of light paper; the page's style sheet exchanges them in the dark by
//! their value, so each of them stands there too.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::{FINE, FONT_SCALE};
use crate::document::font::{self, Weight};

pub const INK: RGBColor = RGBColor(0x17, 0x20, 0x1f);
pub const SOFT: RGBColor = RGBColor(0x5c, 0x66, 0x64);
pub const LINE: RGBColor = RGBColor(0xd5, 0xd8, 0xd3);
pub const ACCENT: RGBColor = RGBColor(0x0d, 0x5c, 0x63);
pub const BAND: RGBColor = RGBColor(0xcf, 0xe3, 0xe4);
pub const EDGE: RGBColor = RGBColor(0x7f, 0xb0, 0xb4);
pub const GOOD: RGBColor = RGBColor(0x1b, 0x6b, 0x3a);
pub const BAD: RGBColor = RGBColor(0xa4, 0x26, 0x2c);
pub const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);

/// Size of all text, px.
pub const TEXT: f64 = 12.0;

/// A line so many tenths of a px thick.
pub fn line(color: RGBColor, tenths: u32) -> ShapeStyle {
    color.stroke_width(tenths * FINE as u32 / 10)
}

/// Text beside a point of it.
pub fn text(color: RGBColor, h: HPos, v: VPos) -> TextStyle<'static> {
    ("sans-serif", TEXT * f64::from(FINE) * FONT_SCALE).into_font().color(&color).pos(Pos::new(h, v))
}

/// The same in bold.
pub fn bold(color: RGBColor, h: HPos, v: VPos) -> TextStyle<'static> {
    ("sans-serif", TEXT * f64::from(FINE) * FONT_SCALE).into_font().style(FontStyle::Bold).color(&color).pos(Pos::new(h, v))
}

/// As much of a text as fits into a width, px. Letters of a browser may be wider than those that are measured here.
pub fn fitted(text: &str, width: i32) -> String {
    const WIDER: f32 = 1.1;
    let fits = |text: &str| font::width(text, TEXT as f32, Weight::Regular) * WIDER <= width as f32;
    let flat: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if fits(&flat) {
        return flat;
    }
    let mut kept = String::new();
    for letter in flat.chars() {
        kept.push(letter);
        if !fits(&format!("{kept}…")) {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}
