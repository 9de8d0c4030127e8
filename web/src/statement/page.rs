//! The statement as a page: to be read, printed and answered, without scripts. Everything in it that comes from outside is escaped by
//! the templates.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use vitrine_engine::{Region, Value};

use super::objection::TEXT_MAX;
use super::words::{Words, number};
use super::{Section, Statement, words};

const STYLE: &str = include_str!("page.css");

/// The page of a statement on a decision; `note` is what became of an objection that was just sent.
pub fn page(statement: &Statement, decision: &str, note: Option<&str>) -> String {
    let words = words(statement.language);
    frame(
        words,
        &html! {
            header {
                p.brand { "Vitrine" }
                h1 { (words.heading) }
                dl.facts {
                    dt { (words.product) } dd { (statement.product) }
                    dt { (words.picture) } dd { (statement.image) }
                    dt { (words.date) } dd { time datetime=(day(statement.at)) { (day(statement.at)) } }
                }
                p.by { (statement.by) }
                @if let Some(note) = note { p.note role="status" { (note) } }
            }
            main {
                (picture(statement))
                div.sections {
                    @if statement.sections.is_empty() { p { (words.nothing) } }
                    @for section in &statement.sections { (section_markup(words, section, statement, decision)) }
                }
            }
            footer { p { (words.how_to_object) } p { code { (decision) } } }
        },
    )
}

/// The page after an objection has come.
pub fn thanks(language: &str, back: &str) -> String {
    let words = words(language);
    frame(words, &html! { header { p.brand { "Vitrine" } h1 { (words.thanks) } } main { p { a href=(back) { (words.heading) } } } })
}

fn frame(words: &Words, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang=(words.code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (words.heading) " · Vitrine" }
                style { (PreEscaped(STYLE)) }
            }
            body { (content) }
        }
    }
    .into_string()
}

fn picture(statement: &Statement) -> Markup {
    let regions: Vec<(usize, Region)> =
        statement.sections.iter().enumerate().filter_map(|(index, section)| Some((index + 1, section.region?))).collect();
    html! {
        figure {
            div.frame {
                img src=(format!("/v1/images/{}/thumbnail", statement.content_hash)) alt=(statement.image);
                @if !regions.is_empty() {
                    svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" {
                        @for (_, region) in &regions {
                            rect x=(percent(region.x)) y=(percent(region.y)) width=(percent(region.width)) height=(percent(region.height)) vector-effect="non-scaling-stroke" {}
                        }
                    }
                    @for (number, region) in &regions {
                        span.pin style=(format!("left:{}%;top:{}%", percent(region.x), percent(region.y))) aria-hidden="true" { (number) }
                    }
                }
            }
        }
    }
}

fn section_markup(words: &Words, section: &Section, statement: &Statement, decision: &str) -> Markup {
    let index = statement.sections.iter().position(|one| one.rule == section.rule).unwrap_or_default() + 1;
    let unit = section.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let heading = format!("section-{index}");
    html! {
        section aria-labelledby=(heading) {
            h2 id=(heading) { span.number { (index) } (section.message) }
            dl {
                dt { (words.done) } dd { (section.done) }
                @if let Some(value) = &section.value { dt { (words.measured) } dd { (told(value)) (unit) } }
                @if let Some(limit) = &section.limit { dt { (words.allowed) } dd { (told(limit)) (unit) } }
                @if !section.evidence.is_empty() { dt { (words.evidence) } dd { (section.evidence) } }
                dt { (words.fix) } dd { (section.fix) }
            }
            details {
                summary { (words.object) }
                form method="post" action=(format!("/statement/{decision}")) {
                    input type="hidden" name="image" value=(statement.image);
                    input type="hidden" name="rule" value=(section.rule);
                    input type="hidden" name="language" value=(words.code);
                    label for=(format!("text-{index}")) { (words.your_words) }
                    textarea id=(format!("text-{index}")) name="text" rows="5" maxlength=(TEXT_MAX) required {}
                    button type="submit" { (words.send) }
                }
            }
        }
    }
}

fn told(value: &Value) -> String {
    match value {
        Value::Number(value) => number(*value),
        other => other.to_string(),
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

fn day(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map(|at| at.to_zoned(TimeZone::UTC).date().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use vitrine_engine::ContentHash;

    use super::*;

    #[test]
    fn what_comes_from_outside_is_escaped_everywhere() {
        let bad = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
        let section = Section {
            rule: bad.into(),
            title: bad.into(),
            done: bad.into(),
            message: bad.into(),
            value: Some(Value::Text(bad.into())),
            limit: Some(Value::Text(bad.into())),
            unit: Some(bad.into()),
            region: Some(Region { x: 0.1, y: 0.1, width: 0.2, height: 0.2 }),
            evidence: bad.into(),
            fix: bad.into(),
        };
        let statement = Statement {
            product: bad.into(),
            image: bad.into(),
            content_hash: ContentHash::of(b"x"),
            language: "de",
            at: 1_763_719_200_000,
            by: "x",
            sections: vec![section],
            how_to_object: "x",
        };
        for text in [page(&statement, bad, Some(bad)), thanks(bad, bad)] {
            assert!(!text.contains("<script") && !text.contains("<img src=x") && !text.contains("http"), "{text}");
        }
        let text = page(&statement, bad, None);
        assert!(text.contains("&lt;script&gt;alert(1)") && text.contains("lang=\"de\"") && text.contains("2025-11-21"));
    }
}
