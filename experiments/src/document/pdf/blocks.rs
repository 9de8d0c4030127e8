//! The content of a report as things on pages.

use super::flow::{Entry, Flow, Ink, LEFT, Mark, WIDTH};
use super::table;
use super::tags::{Part, Place};
use super::wrap::{Line, Run, Style, clean, wrap};
use crate::document::charts::{self, Chart};
use crate::document::content::{Block, Callout, Content, Section, Tone};
use crate::document::font::Weight;
use crate::document::pictures::{Changed, Pair};

/// Body text, pt.
pub const TEXT: f32 = 9.0;
const SMALL: f32 = 8.0;
const NOTE: f32 = 7.2;

/// All pages of a report.
pub fn layout(content: &Content) -> Flow<'_> {
    let mut flow = Flow::new();
    head(&mut flow, content);
    for section in &content.sections {
        section_on(&mut flow, section);
    }
    terms(&mut flow, content);
    let end = flow.tree.add(None, Part::Paragraph);
    flow.gap(3.0);
    flow.lines(wrap(&[run(&content.colophon, NOTE, Weight::Regular, Ink::Soft)], WIDTH), LEFT, end);
    if flow.has_unknown_letters() {
        let words = "Some letters are not in this document’s typeface and drawn as \u{fffd}; searching and copying find them, and the HTML report shows them.";
        let place = flow.tree.add(None, Part::Paragraph);
        flow.lines(wrap(&[run(words, SMALL, Weight::Regular, Ink::Soft)], WIDTH), LEFT, place);
    }
    flow
}

pub fn run(text: &str, size: f32, weight: Weight, ink: Ink) -> Run {
    Run { text: text.to_owned(), style: Style { size, weight, ink }, fresh: true }
}

/// Ink and tint of a tone.
pub fn inks(tone: Tone) -> (Ink, Ink) {
    match tone {
        Tone::Plain => (Ink::Soft, Ink::Tint),
        Tone::Good => (Ink::Good, Ink::GoodTint),
        Tone::Bad => (Ink::Bad, Ink::BadTint),
        Tone::Care => (Ink::Care, Ink::CareTint),
    }
}

fn head(flow: &mut Flow, content: &Content) {
    let place = flow.tree.add(None, Part::Paragraph);
    flow.lines(wrap(&[run("Vitrine · experiment report", SMALL, Weight::Bold, Ink::Accent)], WIDTH), LEFT, place);
    flow.y += 2.0;
    // A title of a whole page would leave nothing to read: long ones are set smaller.
    let size = if content.title.chars().count() > 160 { 12.0 } else { 19.0 };
    let place = flow.tree.add(None, Part::Heading(1, clean(&content.title)));
    flow.outline.push(Entry { title: clean(&content.title), page: flow.pages.len() - 1, y: flow.y });
    flow.lines(wrap(&[run(&content.title, size, Weight::Bold, Ink::Black)], WIDTH), LEFT, place);
    flow.y += 4.0;
    badges(flow, &content.badges);
    for line in &content.lines {
        let place = flow.tree.add(None, Part::Paragraph);
        flow.lines(wrap(&[run(line, SMALL, Weight::Regular, Ink::Soft)], WIDTH), LEFT, place);
    }
    flow.y += 8.0;
    let section = flow.tree.add(None, Part::Section);
    callout(flow, section, &content.verdict, 13.0);
}

fn badges(flow: &mut Flow, badges: &[(Tone, String)]) {
    let place = flow.tree.add(None, Part::Paragraph);
    let mut x = LEFT;
    for (tone, words) in badges {
        let (ink, tint) = inks(*tone);
        for line in wrap(&[run(words, SMALL, Weight::Bold, ink)], WIDTH) {
            let (y, width) = (flow.y, line.width + 12.0);
            flow.put(Mark::Box { x, y, width, height: line.height + 3.0, ink: tint });
            flow.put_line(line, x + 6.0, y + 1.5, place);
            x += width + 6.0;
        }
    }
    flow.y += SMALL * 1.36 + 8.0;
}

fn section_on<'a>(flow: &mut Flow<'a>, section: &'a Section) {
    let place = flow.tree.add(None, Part::Section);
    flow.gap(8.0);
    // A heading stays with the chart that it is of, and a sentence between them too.
    let follows = match section.blocks.as_slice() {
        [Block::Chart(chart), ..] => chart_room(chart) + 14.0,
        [Block::Text(_), Block::Chart(chart), ..] => chart_room(chart) + 40.0,
        _ => 34.0,
    };
    heading(flow, place, &section.title, 2, 11.5, follows);
    for block in &section.blocks {
        block_on(flow, place, block);
    }
}

fn heading(flow: &mut Flow, within: Place, title: &str, level: u16, size: f32, follows: f32) {
    let lines = wrap(&[run(title, size, Weight::Bold, Ink::Black)], WIDTH);
    let height: f32 = lines.iter().map(|line| line.height).sum();
    flow.need(height + follows + 10.0);
    if level == 2 {
        let y = flow.y;
        flow.put(Mark::Box { x: LEFT, y, width: WIDTH, height: 0.6, ink: Ink::Line });
        flow.y += 5.0;
        flow.outline.push(Entry { title: clean(title), page: flow.pages.len() - 1, y });
    }
    let place = flow.part(within, Part::Heading(level, clean(title)));
    flow.lines(lines, LEFT, place);
    flow.y += 3.0;
}

fn block_on<'a>(flow: &mut Flow<'a>, section: Place, block: &'a Block) {
    match block {
        Block::Heading(title) => {
            flow.gap(3.0);
            heading(flow, section, title, 3, 9.5, 40.0);
        }
        Block::Text(text) => paragraph(flow, section, &[run(text, TEXT, Weight::Regular, Ink::Black)]),
        Block::Figure { value, beside, tone } => {
            let ink = if *tone == Tone::Plain { Ink::Black } else { inks(*tone).0 };
            let beside = Run { fresh: false, ..run(beside, 10.0, Weight::Bold, Ink::Black) };
            paragraph(flow, section, &[run(value, 21.0, Weight::Bold, ink), beside]);
        }
        Block::Callout(content) => {
            callout(flow, section, content, 10.0);
            flow.y += 4.0;
        }
        Block::List(items) => list(flow, section, items),
        Block::Table(content) => {
            table::table(flow, section, content);
            flow.y += 4.0;
        }
        Block::Chart(content) => chart(flow, section, content),
        Block::Pictures(changed) => pictures(flow, section, changed),
    }
}

fn paragraph(flow: &mut Flow, section: Place, runs: &[Run]) {
    let place = flow.part(section, Part::Paragraph);
    flow.lines(wrap(runs, WIDTH), LEFT, place);
    flow.y += 4.0;
}

fn list(flow: &mut Flow, section: Place, items: &[String]) {
    const INDENT: f32 = 10.0;
    let list = flow.part(section, Part::List);
    for item in items {
        let entry = flow.part(list, Part::Entry);
        let body = flow.part(entry, Part::Body);
        let lines = wrap(&[run(item, TEXT, Weight::Regular, Ink::Black)], WIDTH - INDENT);
        flow.need(lines.first().map_or(0.0, |line| line.height) * lines.len().min(2) as f32);
        let y = flow.y;
        flow.put(Mark::Box { x: LEFT + 1.5, y: y + 5.0, width: 2.6, height: 2.6, ink: Ink::Soft });
        flow.lines(lines, LEFT + INDENT, body);
        flow.y += 1.5;
    }
    flow.y += 2.0;
}

/// A statement on a tint; one that does not fit onto a page does without the tint.
fn callout(flow: &mut Flow, section: Place, callout: &Callout, size: f32) {
    const PAD: f32 = 10.0;
    let (ink, tint) = inks(callout.tone);
    let width = WIDTH - 2.0 * PAD - 3.0;
    let mut parts: Vec<Vec<Line>> = vec![
        wrap(&[run(&callout.label, TEXT, Weight::Bold, ink)], width),
        wrap(&[run(&callout.sentence, size, Weight::Bold, Ink::Black)], width),
    ];
    parts.extend(callout.because.iter().map(|reason| wrap(&[run(reason, TEXT, Weight::Regular, Ink::Black)], width)));
    let height = parts.iter().flatten().map(|line| line.height).sum::<f32>() + 3.0 * (parts.len() - 1) as f32 + 2.0 * 8.0;
    flow.need(height.min(super::flow::BOTTOM - super::flow::TOP));
    let boxed = height <= flow.room();
    if boxed {
        let y = flow.y;
        flow.put(Mark::Box { x: LEFT, y, width: WIDTH, height, ink: tint });
        flow.put(Mark::Box { x: LEFT, y, width: 3.0, height, ink });
    }
    flow.y += 8.0;
    for lines in parts {
        let place = flow.part(section, Part::Paragraph);
        flow.lines(lines, LEFT + 3.0 + PAD, place);
        flow.y += 3.0;
    }
    flow.y += 5.0;
}

fn chart<'a>(flow: &mut Flow<'a>, section: Place, chart: &'a Chart) {
    // A forest of very many rows may be higher than a page: its scale is then smaller, see `write`.
    let height = chart_height(chart);
    flow.gap(3.0);
    flow.need(chart_room(chart));
    let caption = caption_of(chart);
    let of = flow.part(section, Part::Figure(clean(&chart.alt)));
    let y = flow.y;
    flow.put(Mark::Chart { x: LEFT, y, chart, of });
    flow.y += height + 2.0;
    let place = flow.part(section, Part::Paragraph);
    flow.lines(caption, LEFT, place);
    flow.y += 6.0;
}

/// Pairs of pictures, two in a row.
fn pictures<'a>(flow: &mut Flow<'a>, section: Place, changed: &'a Changed) {
    const BESIDE: usize = 2;
    const GAP: f32 = 18.0;
    const INNER: f32 = 6.0;
    const SIDE: f32 = 96.0;
    let width = (WIDTH - GAP) / BESIDE as f32;
    let column = (width - INNER) / 2.0;
    for row in changed.pairs.chunks(BESIDE) {
        let set = |pair: &'a Pair| {
            let title = wrap(&[run(&pair.product, SMALL, Weight::Bold, Ink::Black)], width);
            let sides = [(&changed.control, &pair.before), (&changed.treatment, &pair.after)];
            let sides = sides
                .map(|(variant, side)| (variant, side, wrap(&[run(&side.caption(variant), NOTE, Weight::Regular, Ink::Soft)], column)));
            (title, sides)
        };
        let row: Vec<_> = row.iter().map(set).collect();
        let height = |lines: &[Line]| lines.iter().map(|line| line.height).sum::<f32>();
        let title = row.iter().map(|(title, _)| height(title)).fold(0.0, f32::max);
        let caption = row.iter().flat_map(|(_, sides)| sides.iter().map(|(.., lines)| height(lines))).fold(0.0, f32::max);
        flow.need(title + SIDE + caption + 12.0);
        let top = flow.y;
        for (place, (words, sides)) in row.into_iter().enumerate() {
            let left = LEFT + place as f32 * (width + GAP);
            let of = flow.part(section, Part::Paragraph);
            flow.lines_at(words, left, top, of);
            for (place, (variant, side, caption)) in sides.into_iter().enumerate() {
                let x = left + place as f32 * (column + INNER);
                let y = top + title + 3.0;
                if let Some(jpeg) = &side.jpeg {
                    let of = flow.part(section, Part::Figure(clean(&side.alt(variant))));
                    flow.put(Mark::Picture { x, y, side: SIDE, jpeg, of });
                }
                let of = flow.part(section, Part::Paragraph);
                flow.lines_at(caption, x, y + SIDE + 2.0, of);
            }
        }
        flow.y = top + title + SIDE + caption + 12.0;
    }
}

/// Height on paper with its caption, pt.
fn chart_room(chart: &Chart) -> f32 {
    chart_height(chart) + caption_of(chart).iter().map(|line| line.height).sum::<f32>()
}

fn caption_of(chart: &Chart) -> Vec<Line> {
    wrap(&[run(&chart.caption, SMALL, Weight::Regular, Ink::Soft)], WIDTH)
}

/// Height on paper, pt.
pub fn chart_height(chart: &Chart) -> f32 {
    chart.height() as f32 * chart_scale(chart)
}

/// pt of a px.
pub fn chart_scale(chart: &Chart) -> f32 {
    const MOST: f32 = 640.0;
    (WIDTH / charts::WIDTH as f32).min(MOST / chart.height() as f32)
}

fn terms(flow: &mut Flow, content: &Content) {
    if content.terms.is_empty() {
        return;
    }
    let section = flow.tree.add(None, Part::Section);
    flow.gap(8.0);
    heading(flow, section, "Words used here", 2, 11.5, 46.0);
    for term in &content.terms {
        let definition = Run { fresh: false, ..run(term.definition, NOTE, Weight::Regular, Ink::Soft) };
        paragraph(flow, section, &[run(term.word, NOTE, Weight::Bold, Ink::Black), definition]);
        flow.y -= 3.4;
    }
}
