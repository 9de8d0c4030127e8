//! A forest plot: rows with intervals around a common nought, their names at the left and their numbers at the right.

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, DashedPathElement, EmptyElement, ErrorBar, PathElement, Polygon, Rectangle};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;

use super::ink::{ACCENT, BAD, GOOD, INK, LINE, PAPER, SOFT, TEXT, bold, fitted, line, text};
use super::{Area, Drawn, Forest, Mark, Range, Row, WIDTH, axis, px};
use crate::document::font::{self, Weight};

/// Height of a row, px, and of one among many.
const ROW: i32 = 22;
const DENSE: i32 = 18;
const MANY: usize = 12;

const TOP: i32 = 44;
const BOTTOM: i32 = 26;
const LABELS: i32 = 190;
const NUMBERS: i32 = 170;

type Context<'a, DB> = ChartContext<'a, DB, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

pub fn height(chart: &Forest) -> u32 {
    (TOP + BOTTOM + row_height(chart) * chart.rows.len() as i32) as u32
}

fn row_height(chart: &Forest) -> i32 {
    if chart.rows.len() > MANY { DENSE } else { ROW }
}

pub fn draw<DB: DrawingBackend>(chart: &Forest, area: &Area<DB>) -> Drawn<DB> {
    area.draw_text(&fitted(&chart.axis, 700), &bold(INK, HPos::Left, VPos::Top), (px(0), px(2)))?;
    legend(chart, area)?;
    let known = chart.rows.iter().filter_map(|row| match row.range {
        Range::Known { value, low, high } => Some((value, [low, high])),
        Range::None => None,
    });
    let values: Vec<f64> = known.clone().map(|(value, _)| value).chain(chart.whole.iter().map(|whole| whole.value)).collect();
    let margins = chart.rows.iter().filter_map(|row| row.margin);
    let ends: Vec<f64> = known.flat_map(|(_, ends)| ends).flatten().chain(margins).collect();
    let range = axis::range(&values, &ends);
    let length = range.end - range.start;
    let rows = chart.rows.len() as f64;
    let mut context = ChartBuilder::on(area)
        .margin_top(px(TOP))
        .margin_right(px(NUMBERS))
        .x_label_area_size(px(BOTTOM))
        .y_label_area_size(px(LABELS))
        // Rows count from the top.
        .build_cartesian_2d(range.clone(), rows..0.0)?;
    let label = |value: &f64| axis::label(*value, length);
    context
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_labels(7)
        .y_labels(0)
        .x_max_light_lines(1)
        .bold_line_style(line(LINE, 8))
        .light_line_style(LINE.mix(0.0))
        .axis_style(line(LINE, 10))
        .set_all_tick_mark_size(px(4))
        .x_label_style(text(SOFT, HPos::Center, VPos::Top))
        .x_label_formatter(&label)
        .draw()?;
    context.draw_series([PathElement::new([(0.0, 0.0), (0.0, rows)], line(INK, 12))])?;
    if let Some(whole) = &chart.whole {
        let path = [(whole.value, 0.0), (whole.value, rows)];
        context.draw_series([DashedPathElement::new(path, px(2), px(4), line(ACCENT, 12))])?;
    }
    for (index, row) in chart.rows.iter().enumerate() {
        let y = index as f64 + 0.5;
        draw_row(&mut context, row, y, &range)?;
        let middle = px(TOP) + (y * f64::from(px(row_height(chart)))) as i32;
        area.draw_text(&fitted(&row.label, LABELS - 12), &text(INK, HPos::Left, VPos::Center), (px(0), middle))?;
        let right = px(WIDTH as i32 - NUMBERS + 14);
        area.draw_text(&fitted(&row.text, NUMBERS - 14), &text(SOFT, HPos::Left, VPos::Center), (right, middle))?;
    }
    Ok(())
}

fn draw_row<DB: DrawingBackend>(context: &mut Context<DB>, row: &Row, y: f64, shown: &std::ops::Range<f64>) -> Drawn<DB> {
    if let Some(margin) = row.margin.filter(|margin| shown.contains(margin)) {
        let path = [(margin, y - 0.42), (margin, y + 0.42)];
        context.draw_series([DashedPathElement::new(path, px(4), px(2), line(BAD, 16))])?;
    }
    let Range::Known { value, low, high } = row.range else { return Ok(()) };
    let color = match row.mark {
        Mark::Good => GOOD,
        Mark::Bad => BAD,
        Mark::Open => SOFT,
        Mark::Neutral => ACCENT,
    };
    let left = low.filter(|low| shown.contains(low));
    let right = high.filter(|high| shown.contains(high));
    let value = value.clamp(shown.start, shown.end);
    // An end that is in the picture has a cap; one that is not, an arrow.
    let ends = (left.unwrap_or(shown.start), right.unwrap_or(shown.end));
    if left.is_some() && right.is_some() {
        context.draw_series([ErrorBar::new_horizontal(y, ends.0, value, ends.1, line(color, 16), px(8) as u32)])?;
    } else {
        context.draw_series([PathElement::new([(ends.0, y), (ends.1, y)], line(color, 16))])?;
        for (cap, end, towards) in [(left, ends.0, -1), (right, ends.1, 1)] {
            if cap.is_some() {
                let cap = PathElement::new([(0, -px(4)), (0, px(4))], line(color, 16));
                context.draw_series([EmptyElement::at((end, y)) + cap])?;
            } else {
                let tip = vec![(0, 0), (-px(8) * towards, -px(5)), (-px(8) * towards, px(5))];
                context.draw_series([EmptyElement::at((end, y)) + Polygon::new(tip, color.filled())])?;
            }
        }
    }
    let at = EmptyElement::at((value, y));
    match row.mark {
        Mark::Good => context.draw_series([at + Circle::new((0, 0), px(5), color.filled())])?,
        Mark::Neutral => context.draw_series([at + Circle::new((0, 0), px(4), color.filled())])?,
        Mark::Open => {
            context.draw_series([EmptyElement::at((value, y)) + Circle::new((0, 0), px(5), PAPER.filled())])?;
            context.draw_series([at + Circle::new((0, 0), px(5), line(color, 16))])?
        }
        Mark::Bad => context.draw_series([at + Rectangle::new([(-px(5), -px(5)), (px(5), px(5))], color.filled())])?,
    };
    Ok(())
}

/// What the marks mean, where they mean something.
fn legend<DB: DrawingBackend>(chart: &Forest, area: &Area<DB>) -> Drawn<DB> {
    const MIDDLE: i32 = 28;
    let mut left = 0;
    let has = |mark: Mark| chart.rows.iter().any(|row| row.mark == mark && matches!(row.range, Range::Known { .. }));
    let mut say = |words: &str, draw: &dyn Fn(i32) -> Drawn<DB>| -> Drawn<DB> {
        draw(px(left + 7))?;
        area.draw_text(words, &text(SOFT, HPos::Left, VPos::Center), (px(left + 19), px(MIDDLE)))?;
        left += 19 + (font::width(words, TEXT as f32, Weight::Regular) * 1.12) as i32 + 22;
        Ok(())
    };
    let y = px(MIDDLE);
    if has(Mark::Good) {
        say("better, or holds", &|x| area.draw(&Circle::new((x, y), px(5), GOOD.filled())))?;
    }
    if has(Mark::Bad) {
        say("worse, or broken", &|x| area.draw(&Rectangle::new([(x - px(5), y - px(5)), (x + px(5), y + px(5))], BAD.filled())))?;
    }
    if has(Mark::Open) {
        say("cannot be told yet", &|x| area.draw(&Circle::new((x, y), px(5), line(SOFT, 16))))?;
    }
    if chart.rows.iter().any(|row| row.margin.is_some()) {
        say("margin", &|x| area.draw(&DashedPathElement::new([(x, y - px(8)), (x, y + px(8))], px(4), px(2), line(BAD, 16))))?;
    }
    if let Some(whole) = &chart.whole {
        say(&whole.label, &|x| area.draw(&DashedPathElement::new([(x, y - px(8)), (x, y + px(8))], px(2), px(4), line(ACCENT, 12))))?;
    }
    Ok(())
}
