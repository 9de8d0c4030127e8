//! Laid out pages to the bytes of a PDF.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use plotters::drawing::IntoDrawingArea;

use super::About;
use super::blocks::chart_scale;
use super::chart::Canvas;
use super::flow::{Entry, Flow, Ink, LEFT, Mark, PAGE, WIDTH};
use super::tags::Tree;
use crate::document::DocumentError;
use crate::document::charts::{self, Chart, FINE};
use crate::document::font::{self, Weight};

/// The fonts of a document.
pub struct Fonts {
    regular: Font,
    bold: Font,
}

/// The bytes.
pub fn document(about: &About, flow: Flow<'_>) -> Result<Vec<u8>, DocumentError> {
    let failed = |what: &dyn std::fmt::Display| DocumentError::Pdf(what.to_string());
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|failure| failed(&format!("{failure:?}")))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let fonts = Fonts::new().ok_or_else(|| failed(&"its typeface cannot be read"))?;
    let Flow { pages, mut tree, outline, .. } = flow;
    let count = pages.len();
    for (index, marks) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| failed(&"the page has no size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, &fonts, &mut tree, mark)?;
        }
        foot(&mut surface, &fonts, about, index + 1, count);
        surface.finish();
        page.finish();
    }
    document.set_outline(outline_of(outline));
    document.set_tag_tree(tree.finish());
    document.set_metadata(metadata(about));
    document.finish().map_err(|failure| failed(&format!("{failure}: {failure:?}")))
}

impl Fonts {
    fn new() -> Option<Self> {
        Some(Self { regular: Font::new(font::REGULAR.into(), 0)?, bold: Font::new(font::BOLD.into(), 0)? })
    }

    /// Draws a line of text with the fill that is set. Letters that the typeface does not have stay in the document's text.
    pub fn draw(&self, surface: &mut Surface, text: &str, at: Point, size: f32, weight: Weight) {
        let glyphs: Vec<KrillaGlyph> = text
            .char_indices()
            .map(|(start, character)| {
                let letter = font::letter_of(character, weight);
                let range = start..start + character.len_utf8();
                KrillaGlyph::new(GlyphId::new(letter.glyph), letter.advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect();
        let font = match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        };
        surface.draw_glyphs(at, &glyphs, font.clone(), text, size, false);
    }
}

fn draw(surface: &mut Surface, fonts: &Fonts, tree: &mut Tree, mark: Mark<'_>) -> Result<(), DocumentError> {
    match mark {
        Mark::Text { x, y, piece, of } => {
            // Titles of columns that are repeated on a page have been told already.
            let told = of == usize::MAX;
            let tag = if told { artifact(ArtifactType::PaginationOther) } else { ContentTag::Span(SpanTag::empty()) };
            let content = surface.start_tagged(tag);
            surface.set_fill(Some(fill(piece.style.ink)));
            fonts.draw(surface, &piece.text, Point::from_xy(x, y), piece.style.size, piece.style.weight);
            surface.end_tagged();
            if !told {
                tree.fill(of, content);
            }
        }
        Mark::Box { x, y, width, height, ink } => {
            if let Some(area) = Rect::from_xywh(x, y, width, height) {
                surface.start_tagged(artifact(ArtifactType::Layout));
                rectangle(surface, area, ink);
                surface.end_tagged();
            }
        }
        Mark::Chart { x, y, chart, of } => {
            let content = surface.start_tagged(ContentTag::Other);
            let drawn = draw_chart(surface, fonts, chart, (x, y));
            surface.end_tagged();
            tree.fill(of, content);
            drawn?;
        }
        Mark::Picture { x, y, side, jpeg, of } => {
            let content = surface.start_tagged(ContentTag::Other);
            // A small picture that cannot be read leaves its place empty; its name stands below it.
            if let Ok(image) = Image::from_jpeg(jpeg.to_vec().into(), true) {
                draw_picture(surface, image, (x, y), side);
            }
            surface.end_tagged();
            tree.fill(of, content);
        }
    }
    Ok(())
}

fn draw_chart(surface: &mut Surface, fonts: &Fonts, chart: &Chart, origin: (f32, f32)) -> Result<(), DocumentError> {
    let size = (charts::WIDTH * FINE as u32, chart.height() * FINE as u32);
    let canvas = Canvas { surface, fonts, origin, scale: chart_scale(chart) / FINE as f32, size };
    let area = canvas.into_drawing_area();
    chart.draw(&area).map_err(|failure| DocumentError::Chart(failure.to_string()))?;
    area.present().map_err(|failure| DocumentError::Chart(failure.to_string()))
}

/// As large as fits into the square, in its middle.
fn draw_picture(surface: &mut Surface, image: Image, (x, y): (f32, f32), side: f32) {
    let (width, height) = image.size();
    let scale = side / width.max(height).max(1) as f32;
    let (width, height) = (width as f32 * scale, height as f32 * scale);
    if let Some(size) = Size::from_wh(width, height) {
        surface.push_transform(&Transform::from_translate(x + (side - width) / 2.0, y + (side - height) / 2.0));
        surface.draw_image(image, size);
        surface.pop();
    }
}

/// What the document is, and `2 of 3`.
fn foot(surface: &mut Surface, fonts: &Fonts, about: &About, page: usize, pages: usize) {
    const SIZE: f32 = 7.5;
    let y = PAGE.1 - 25.0;
    let number = format!("{page} of {pages}");
    let length = font::width(&number, SIZE, Weight::Regular);
    let mut left = about.foot.clone();
    while font::width(&left, SIZE, Weight::Regular) > WIDTH - length - 20.0 && left.pop().is_some() {}
    surface.start_tagged(artifact(ArtifactType::Footer));
    if let Some(area) = Rect::from_xywh(LEFT, y - 12.0, WIDTH, 0.4) {
        rectangle(surface, area, Ink::Line);
    }
    surface.set_fill(Some(fill(Ink::Soft)));
    fonts.draw(surface, &left, Point::from_xy(LEFT, y), SIZE, Weight::Regular);
    fonts.draw(surface, &number, Point::from_xy(LEFT + WIDTH - length, y), SIZE, Weight::Regular);
    surface.end_tagged();
}

fn rectangle(surface: &mut Surface, area: Rect, ink: Ink) {
    let mut path = PathBuilder::new();
    path.push_rect(area);
    if let Some(path) = path.finish() {
        surface.set_stroke(None);
        surface.set_fill(Some(fill(ink)));
        surface.draw_path(&path);
    }
}

fn artifact(kind: ArtifactType) -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(kind))
}

fn fill(ink: Ink) -> Fill {
    let (red, green, blue) = match ink {
        Ink::Black => (0x17, 0x20, 0x1f),
        Ink::Soft => (0x5c, 0x66, 0x64),
        Ink::Line => (0xd5, 0xd8, 0xd3),
        Ink::Accent => (0x0d, 0x5c, 0x63),
        Ink::Good => (0x1b, 0x6b, 0x3a),
        Ink::GoodTint => (0xe4, 0xf4, 0xe9),
        Ink::Bad => (0xa4, 0x26, 0x2c),
        Ink::BadTint => (0xfd, 0xec, 0xeb),
        Ink::Care => (0x8a, 0x4b, 0x00),
        Ink::CareTint => (0xfd, 0xf0, 0xdc),
        Ink::Tint => (0xef, 0xef, 0xec),
    };
    Fill { paint: krilla::color::rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn outline_of(entries: Vec<Entry>) -> Outline {
    let mut outline = Outline::new();
    for entry in entries {
        outline.push_child(OutlineNode::new(entry.title, XyzDestination::new(entry.page, Point::from_xy(LEFT, entry.y))));
    }
    outline
}

fn metadata(about: &About) -> Metadata {
    let metadata = Metadata::new()
        .title(about.title.clone())
        .authors(vec![about.owner.clone()])
        .description("Report of an experiment".to_owned())
        .language("en".to_owned())
        .creator("Vitrine".to_owned())
        .document_id(about.id.clone());
    let Ok(at) = Timestamp::from_millisecond(about.as_of_ms) else { return metadata };
    let at = at.to_zoned(TimeZone::UTC);
    let Ok(year) = u16::try_from(at.year()) else { return metadata };
    let [month, day, hour, minute, second] = [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(i8::unsigned_abs);
    metadata.creation_date(DateTime::new(year).month(month).day(day).hour(hour).minute(minute).second(second).utc_offset_hour(0))
}
