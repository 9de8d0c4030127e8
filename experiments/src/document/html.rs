//! The report as a page: read, printed and sent without anything beside it. What comes from outside is escaped by the templates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::charts::{self, Chart};
use super::content::{Block, Callout, Cell, Content, Section, Table, Tone};
use super::pictures::{Changed, Pair};

const STYLE: &str = include_str!("page.css");

/// The page.
pub fn page(content: &Content) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (content.title) " · Vitrine" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    p.brand { "Vitrine · experiment report" }
                    h1 { bdi { (content.title) } }
                    p.badges { @for (tone, words) in &content.badges { span.badge data-tone=(name(*tone)) { (words) } } }
                    @for line in &content.lines { p.line { bdi { (line) } } }
                }
                main {
                    (verdict(&content.verdict))
                    @for part in &content.sections { (section(part)) }
                    @if !content.terms.is_empty() {
                        section.terms {
                            h2 { "Words used here" }
                            dl { @for term in &content.terms { div { dt { (term.word) } dd { (term.definition) } } } }
                        }
                    }
                }
                footer { p { (content.colophon) } }
            }
        }
    }
    .into_string()
    // What no page may have, whoever wrote it.
    .replace(|letter: char| letter.is_control() && !matches!(letter, '\n' | '\t'), "\u{fffd}")
}

/// Text with the words in backticks as code.
fn words(text: &str) -> Markup {
    let mut parts: Vec<&str> = text.split('`').collect();
    // A last backtick without its other half is text.
    let tail = if parts.len().is_multiple_of(2) { parts.pop() } else { None };
    html! {
        @for (index, part) in parts.iter().enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
        @if let Some(tail) = tail { "`" (tail) }
    }
}

fn verdict(verdict: &Callout) -> Markup {
    html! {
        section.verdict data-tone=(name(verdict.tone)) aria-label="Verdict" {
            p.call { (verdict.label) }
            p.sentence { (words(&verdict.sentence)) }
            @if !verdict.because.is_empty() { ul { @for reason in &verdict.because { li { (words(reason)) } } } }
        }
    }
}

fn section(section: &Section) -> Markup {
    html! {
        section {
            h2 { bdi { (section.title) } }
            @for part in &section.blocks { (block(part)) }
        }
    }
}

fn block(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Heading(title) => h3 { (title) },
            Block::Text(text) => p { (words(text)) },
            Block::Figure { value, beside, tone } => p.figure data-tone=(name(*tone)) { strong { (value) } " " span { (beside) } },
            Block::Callout(callout) => div.callout data-tone=(name(callout.tone)) role="note" {
                p { strong { (callout.label) ". " } (words(&callout.sentence)) }
                @for reason in &callout.because { p { (words(reason)) } }
            },
            Block::List(items) => ul { @for item in items { li { (words(item)) } } },
            Block::Table(content) => (table(content)),
            Block::Chart(content) => (chart(content)),
            Block::Pictures(changed) => div.pairs { @for pair in &changed.pairs { (pair_of(changed, pair)) } },
        }
    }
}

fn pair_of(changed: &Changed, pair: &Pair) -> Markup {
    html! {
        section.pair {
            h3 { bdi { (pair.product) } }
            div {
                @for (variant, side) in [(&changed.control, &pair.before), (&changed.treatment, &pair.after)] {
                    figure {
                        @if let Some(jpeg) = &side.jpeg {
                            img alt=(side.alt(variant)) src={ "data:image/jpeg;base64," (STANDARD.encode(jpeg)) };
                        }
                        figcaption { (side.caption(variant)) }
                    }
                }
            }
        }
    }
}

fn table(table: &Table) -> Markup {
    let class = if table.has_head() { "rows" } else { "facts" };
    html! {
        div.wide tabindex=[table.has_head().then_some("0")] {
            table class=(class) {
                @if table.has_head() {
                    thead { tr {
                        @for column in &table.columns {
                            th scope="col" class=[column.numbers.then_some("number")] {
                                @match column.term {
                                    Some(term) => abbr title=(term.definition) { (column.title) },
                                    None => (column.title),
                                }
                            }
                        }
                    } }
                }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (index, content) in row.iter().enumerate() {
                                @let number = table.columns.get(index).is_some_and(|column| column.numbers);
                                @if index == 0 { th scope="row" { (cell(content)) } }
                                @else { td class=[number.then_some("number")] data-tone=(name(content.tone)) { (cell(content)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(cell: &Cell) -> Markup {
    let meaning = cell.term.map(|term| term.definition).or(cell.definition.as_deref());
    html! {
        @match meaning {
            Some(meaning) => abbr title=(meaning) { bdi { (words(&cell.text)) } },
            None => bdi { (words(&cell.text)) },
        }
        @if let Some(note) = &cell.note { " " small { bdi { (words(note)) } } }
    }
}

/// A chart that cannot be drawn says so: the numbers stand in the tables as well.
fn chart(chart: &Chart) -> Markup {
    html! {
        figure {
            div.wide tabindex="0" {
                div role="img" aria-label=(chart.alt) {
                    @match charts::svg(chart) {
                        Ok(svg) => (PreEscaped(svg)),
                        Err(failure) => p { (failure) },
                    }
                }
            }
            figcaption { (chart.caption) }
        }
    }
}

fn name(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Care => "care",
    }
}
