//! A difference over days: dots with fixed intervals, and behind them the band that holds on all days together.

use plotters::chart::ChartBuilder;
use plotters::element::{Circle, ErrorBar, PathElement, Polygon, Rectangle};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;

use super::ink::{ACCENT, BAND, EDGE, INK, LINE, SOFT, TEXT, bold, fitted, line, text};
use super::{Area, Day, Drawn, OverTime, axis, px};
use crate::document::font::{self, Weight};

pub fn draw<DB: DrawingBackend>(chart: &OverTime, area: &Area<DB>) -> Drawn<DB> {
    area.draw_text(&fitted(&chart.axis, 700), &bold(INK, HPos::Left, VPos::Top), (px(0), px(2)))?;
    legend(chart, area)?;
    let numbers: Vec<i32> = places(&chart.days);
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return Ok(()) };
    let values: Vec<f64> = chart.days.iter().filter_map(|day| day.value).collect();
    let ends: Vec<f64> = chart.days.iter().flat_map(|day| [day.fixed, day.band]).flatten().flatten().flatten().collect();
    let range = axis::range(&values, &ends);
    let (low, high) = (range.start, range.end);
    let mut context = ChartBuilder::on(area)
        .margin_top(px(46))
        .margin_right(px(14))
        .x_label_area_size(px(26))
        .y_label_area_size(px(52))
        .build_cartesian_2d(first - 1..last + 1, range)?;
    let day_label = |place: &i32| day_label(*place, &numbers, &chart.days);
    let value_label = |value: &f64| axis::label(*value, high - low);
    context
        .configure_mesh()
        .disable_x_mesh()
        .y_labels(chart.height as usize / 40)
        .x_labels(8)
        .y_max_light_lines(1)
        .bold_line_style(line(LINE, 8))
        .light_line_style(LINE.mix(0.0))
        .axis_style(line(LINE, 10))
        .set_all_tick_mark_size(px(4))
        .x_label_style(text(SOFT, HPos::Center, VPos::Top))
        .y_label_style(text(SOFT, HPos::Right, VPos::Center))
        .x_label_formatter(&day_label)
        .y_label_formatter(&value_label)
        .draw()?;
    let cut = |end: Option<f64>, none: f64| end.unwrap_or(none).clamp(low, high);
    for run in runs(&chart.days, &numbers) {
        let bottom = run.iter().map(|(place, ends)| (*place, cut(ends[0], low)));
        let top = run.iter().map(|(place, ends)| (*place, cut(ends[1], high)));
        if let [(place, ends)] = run.as_slice() {
            let bar =
                ErrorBar::new_vertical(*place, cut(ends[0], low), cut(ends[0], low), cut(ends[1], high), line(EDGE, 30), px(12) as u32);
            context.draw_series([bar])?;
            continue;
        }
        context.draw_series([Polygon::new(top.clone().chain(bottom.clone().rev()).collect::<Vec<_>>(), BAND.filled())])?;
        context.draw_series([top.collect::<Vec<_>>(), bottom.collect()].map(|edge| PathElement::new(edge, line(EDGE, 14))))?;
    }
    context.draw_series([PathElement::new([(first - 1, 0.0), (last + 1, 0.0)], line(INK, 12))])?;
    let dots: Vec<(i32, f64)> = chart.days.iter().zip(&numbers).filter_map(|(day, place)| Some((*place, day.value?))).collect();
    context.draw_series([PathElement::new(dots.clone(), line(ACCENT, 18))])?;
    let bars = chart.days.iter().zip(&numbers).filter_map(|(day, place)| {
        let (ends, value) = (day.fixed?, day.value?);
        Some(ErrorBar::new_vertical(*place, cut(ends[0], low), value.clamp(low, high), cut(ends[1], high), line(ACCENT, 12), px(6) as u32))
    });
    context.draw_series(bars)?;
    context.draw_series(dots.into_iter().map(|dot| Circle::new(dot, px(3), ACCENT.filled())))?;
    Ok(())
}

/// What is what, in a line below the title.
fn legend<DB: DrawingBackend>(chart: &OverTime, area: &Area<DB>) -> Drawn<DB> {
    const MIDDLE: i32 = 30;
    let mut left = 0;
    let mut say = |words: &str, draw: &dyn Fn(i32) -> Drawn<DB>| -> Drawn<DB> {
        draw(left)?;
        area.draw_text(words, &text(SOFT, HPos::Left, VPos::Center), (px(left + 24), px(MIDDLE)))?;
        left += 24 + (font::width(words, TEXT as f32, Weight::Regular) * 1.12) as i32 + 22;
        Ok(())
    };
    say("difference", &|left| {
        area.draw(&PathElement::new([(px(left), px(MIDDLE)), (px(left + 16), px(MIDDLE))], line(ACCENT, 18)))?;
        area.draw(&Circle::new((px(left + 8), px(MIDDLE)), px(3), ACCENT.filled()))
    })?;
    if chart.days.iter().any(|day| day.fixed.is_some()) {
        say("fixed interval", &|left| {
            let x = px(left + 8);
            area.draw(&ErrorBar::new_vertical(x, px(MIDDLE - 7), px(MIDDLE), px(MIDDLE + 7), line(ACCENT, 12), px(6) as u32))
        })?;
    }
    if chart.days.iter().any(|day| day.band.is_some()) {
        say("any-time band", &|left| {
            area.draw(&Rectangle::new([(px(left), px(MIDDLE - 6)), (px(left + 16), px(MIDDLE + 6))], BAND.filled()))?;
            for y in [MIDDLE - 6, MIDDLE + 6] {
                area.draw(&PathElement::new([(px(left), px(y)), (px(left + 16), px(y))], line(EDGE, 14)))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Days that follow each other and have a band.
fn runs(days: &[Day], places: &[i32]) -> Vec<Vec<(i32, [Option<f64>; 2])>> {
    let mut runs: Vec<Vec<_>> = vec![Vec::new()];
    for (day, place) in days.iter().zip(places) {
        match (day.band, runs.last_mut()) {
            (Some(ends), Some(run)) => run.push((*place, ends)),
            (_, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Where each day stands: by the calendar, so that a missing day leaves a gap; in a row where a day is no date.
fn places(days: &[Day]) -> Vec<i32> {
    let dates: Option<Vec<jiff::civil::Date>> = days.iter().map(|day| day.day.parse().ok()).collect();
    let Some((dates, first)) = dates.and_then(|dates| dates.first().copied().map(|first| (dates, first))) else {
        return (0..days.len()).map(|index| index as i32).collect();
    };
    let places: Vec<i32> = dates.iter().map(|date| first.until(*date).map_or(0, |span| span.get_days())).collect();
    if places.is_sorted_by(|a, b| a < b) { places } else { (0..days.len()).map(|index| index as i32).collect() }
}

/// `1 Dec`; nothing beside the days that there are.
fn day_label(place: i32, places: &[i32], days: &[Day]) -> String {
    let (Some(first), Some(last), Some(start)) = (places.first(), places.last(), days.first()) else { return String::new() };
    if place < *first || place > *last {
        return String::new();
    }
    let date = start.day.parse::<jiff::civil::Date>().ok().and_then(|date| date.checked_add(jiff::Span::new().days(place)).ok());
    date.map_or_else(|| (place + 1).to_string(), |date| date.strftime("%-d %b").to_string())
}
