//! Shares of units as bars, each with a mark where it should end.

use plotters::chart::ChartBuilder;
use plotters::element::{PathElement, Rectangle};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;

use super::ink::{EDGE, INK, LINE, SOFT, bold, fitted, line, text};
use super::{Area, Bar, Drawn, WIDTH, px};

const ROW: i32 = 22;
const TOP: i32 = 22;
const BOTTOM: i32 = 24;
const LABELS: i32 = 150;
const NUMBERS: i32 = 240;

pub fn height(bars: &[Bar]) -> u32 {
    (TOP + BOTTOM + ROW * bars.len() as i32) as u32
}

pub fn draw<DB: DrawingBackend>(bars: &[Bar], area: &Area<DB>) -> Drawn<DB> {
    area.draw_text("Share of all units, per cent", &bold(INK, HPos::Left, VPos::Top), (px(0), px(2)))?;
    let most = bars.iter().map(|bar| bar.share.max(bar.planned)).fold(1.0, f64::max);
    let rows = bars.len() as f64;
    let mut context = ChartBuilder::on(area)
        .margin_top(px(TOP))
        .margin_right(px(NUMBERS))
        .x_label_area_size(px(BOTTOM))
        .y_label_area_size(px(LABELS))
        .build_cartesian_2d(0.0..most * 1.06, rows..0.0)?;
    context
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_labels(6)
        .y_labels(0)
        .x_max_light_lines(1)
        .bold_line_style(line(LINE, 8))
        .light_line_style(LINE.mix(0.0))
        .axis_style(line(LINE, 10))
        .set_all_tick_mark_size(px(4))
        .x_label_style(text(SOFT, HPos::Center, VPos::Top))
        .x_label_formatter(&|value| format!("{value:.0}"))
        .draw()?;
    for (index, bar) in bars.iter().enumerate() {
        let y = index as f64;
        context.draw_series([Rectangle::new([(0.0, y + 0.2), (bar.share, y + 0.8)], EDGE.filled())])?;
        context.draw_series([PathElement::new([(bar.planned, y + 0.08), (bar.planned, y + 0.92)], line(INK, 22))])?;
        let middle = px(TOP) + ((y + 0.5) * f64::from(px(ROW))) as i32;
        area.draw_text(&fitted(&bar.label, LABELS - 12), &text(INK, HPos::Left, VPos::Center), (px(0), middle))?;
        let right = px(WIDTH as i32 - NUMBERS + 14);
        area.draw_text(&fitted(&bar.text, NUMBERS - 14), &text(SOFT, HPos::Left, VPos::Center), (right, middle))?;
    }
    Ok(())
}
