//! A page of the PDF as something that `plotters` draws on: lines stay lines and text stays text.

use std::convert::Infallible;

use krilla::geom::{Path, PathBuilder, Point};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

use super::write::Fonts;
use crate::document::charts::FONT_SCALE;
use crate::document::font::{self, Weight};

/// A part of a page.
pub struct Canvas<'a, 's> {
    /// The page.
    pub surface: &'a mut Surface<'s>,
    /// Its fonts.
    pub fonts: &'a Fonts,
    /// The upper left corner, pt.
    pub origin: (f32, f32),
    /// pt of a coordinate.
    pub scale: f32,
    /// Coordinates.
    pub size: (u32, u32),
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl Canvas<'_, '_> {
    fn at(&self, (x, y): BackendCoord) -> (f32, f32) {
        (self.origin.0 + x as f32 * self.scale, self.origin.1 + y as f32 * self.scale)
    }

    fn path(&self, points: impl IntoIterator<Item = BackendCoord>, closed: bool) -> Option<Path> {
        let mut path = PathBuilder::new();
        for (index, point) in points.into_iter().enumerate() {
            let (x, y) = self.at(point);
            if index == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        if closed {
            path.close();
        }
        path.finish()
    }

    fn fill(&mut self, path: Option<Path>, color: BackendColor) -> Drawn {
        if let Some(path) = path.filter(|_| color.alpha > 0.0) {
            self.surface.set_stroke(None);
            self.surface.set_fill(Some(Fill { paint: paint(color), opacity: opacity(color), rule: FillRule::NonZero }));
            self.surface.draw_path(&path);
        }
        Ok(())
    }

    fn stroke<S: BackendStyle>(&mut self, path: Option<Path>, style: &S) -> Drawn {
        let color = style.color();
        if let Some(path) = path.filter(|_| color.alpha > 0.0) {
            let width = (style.stroke_width() as f32 * self.scale).max(0.3);
            self.surface.set_fill(None);
            self.surface.set_stroke(Some(Stroke { paint: paint(color), opacity: opacity(color), width, ..Stroke::default() }));
            self.surface.draw_path(&path);
        }
        Ok(())
    }
}

impl DrawingBackend for Canvas<'_, '_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        let path = self.path([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], true);
        self.fill(path, color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        let path = self.path([from, to], false);
        self.stroke(path, style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Drawn {
        let path = self.path([from, (to.0, from.1), to, (from.0, to.1)], true);
        if fill { self.fill(path, style.color()) } else { self.stroke(path, style) }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        let path = self.path(points, false);
        self.stroke(path, style)
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let path = circle(self.at(center), radius as f32 * self.scale);
        if fill { self.fill(path, style.color()) } else { self.stroke(path, style) }
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        let path = self.path(points, true);
        self.fill(path, style.color())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let size = (style.size() / FONT_SCALE) as f32 * self.scale;
        let weight = if style.style().as_str() == "bold" { Weight::Bold } else { Weight::Regular };
        let width = font::width(text, size, weight);
        let (x, y) = self.at(at);
        let x = match style.anchor().h_pos {
            HPos::Left => x,
            HPos::Center => x - width / 2.0,
            HPos::Right => x - width,
        };
        // The same heights as in an SVG.
        let y = match style.anchor().v_pos {
            VPos::Top => y + size * 0.76,
            VPos::Center => y + size * 0.3,
            VPos::Bottom => y - size * 0.26,
        };
        let color = style.color();
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: paint(color), opacity: opacity(color), rule: FillRule::NonZero }));
        self.fonts.draw(self.surface, text, Point::from_xy(x, y), size, weight);
        Ok(())
    }
}

fn paint(color: BackendColor) -> krilla::paint::Paint {
    let (red, green, blue) = color.rgb;
    krilla::color::rgb::Color::new(red, green, blue).into()
}

fn opacity(color: BackendColor) -> NormalizedF32 {
    NormalizedF32::new(color.alpha as f32).unwrap_or(NormalizedF32::ONE)
}

/// Four curves that are a circle to a thousandth of its radius.
fn circle((x, y): (f32, f32), radius: f32) -> Option<Path> {
    let bend = radius * 0.552_285;
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.cubic_to(x + radius, y + bend, x + bend, y + radius, x, y + radius);
    path.cubic_to(x - bend, y + radius, x - radius, y + bend, x - radius, y);
    path.cubic_to(x - radius, y - bend, x - bend, y - radius, x, y - radius);
    path.cubic_to(x + bend, y - radius, x + radius, y - bend, x + radius, y);
    path.close();
    path.finish()
}
