//! The page's markup. Every name and message comes from outside and is escaped by the templates.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use vitrine_engine::{Decision, Enforcement, Region, Value};

use super::{Card, Outcome, Report, Section};
use crate::wire::{ActionName, Reason};

const STYLE: &str = include_str!("style.css");

/// The page as text.
pub fn page(report: &Report) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (report.title) " · Vitrine" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#pictures" { "Skip to the pictures" }
                header.top {
                    p.brand { "Vitrine" }
                    h1 { (report.title) }
                    p.asked { (report.asked) }
                    (summary(report))
                    (legend())
                }
                main id="pictures" {
                    @for (index, section) in report.sections.iter().enumerate() { (section_markup(report, section, index)) }
                }
                footer {
                    (rules(report))
                    p.small { "Value and limit are those that decided. A dashed box on a picture marks the part that the reason with the same number speaks of." }
                }
            }
        }
    }
    .into_string()
}

fn summary(report: &Report) -> Markup {
    let cards = || report.sections.iter().flat_map(|section| &section.cards);
    let decided = |decision: Decision| cards().filter(|card| card.action == Some(decision)).count();
    let outcomes: Vec<&Outcome> = report.sections.iter().filter_map(|section| section.outcome.as_ref()).collect();
    let leading = outcomes.iter().filter(|outcome| outcome.main.is_some()).count();
    let figure = |number: usize, label: &str, kind: &str| {
        html! { div.figure data-kind=(kind) { dd { (number) } dt { (label) } } }
    };
    html! {
        dl.summary {
            @if !outcomes.is_empty() {
                (figure(outcomes.len(), "products", ""))
                (figure(leading, "with a main picture", "accept"))
            }
            (figure(cards().count(), "pictures", ""))
            (figure(decided(Decision::Accept), "accepted", "accept"))
            (figure(decided(Decision::Demote), "points off", "demote"))
            (figure(decided(Decision::Review), "for review", "review"))
            (figure(decided(Decision::Suppress), "suppressed", "suppress"))
            @let refused = cards().filter(|card| card.error.is_some()).count();
            @if refused > 0 { (figure(refused, "unreadable", "error")) }
        }
    }
}

fn legend() -> Markup {
    html! {
        ul.legend aria-label="What the marks mean" {
            li { span.badge.accept { "accept" } "nothing stands against it" }
            li { span.badge.demote { "demote" } "shown with points off" }
            li { span.badge.review { "review" } "a person has to look" }
            li { span.badge.suppress { "suppress" } "not shown in this place" }
            li { span.badge.warn { "warns only" } "said without effect: second-hand evidence" }
        }
    }
}

fn section_markup(report: &Report, section: &Section, index: usize) -> Markup {
    let heading = format!("section-{index}");
    let lead = section.cards.first().filter(|card| card.place == "main");
    html! {
        section.product aria-labelledby=(heading) {
            div.product-head {
                h2 id=(heading) { (section.heading) }
                @if !section.about.is_empty() { p.about { (section.about) } }
                @if let Some(outcome) = &section.outcome { (outcome_markup(outcome, lead.is_some())) }
            }
            ul.cards {
                @for card in &section.cards { (card_markup(report, card)) }
            }
        }
    }
}

fn outcome_markup(outcome: &Outcome, has_lead: bool) -> Markup {
    html! {
        @match (&outcome.main, &outcome.least_bad) {
            (Some(main), _) if has_lead => p.outcome.accept {
                strong { (main) } " leads"
                @if outcome.current_main_kept { ", as before: no other is clearly better" }
                @if outcome.gallery > 0 { "; " (outcome.gallery) @if outcome.gallery == 1 { " picture follows" } @else { " pictures follow" } }
            },
            (Some(main), _) => p.outcome.accept { strong { (main) } " leads" },
            (None, Some(least_bad)) => p.outcome.suppress { "No picture may lead. The least bad is " strong { (least_bad) } "; what stands against it is below." },
            (None, None) => p.outcome.suppress { "No picture may lead." },
        }
    }
}

fn card_markup(report: &Report, card: &Card) -> Markup {
    let (word, kind) = verdict_words(card);
    let regions: Vec<(usize, Region, &str)> =
        card.reasons.iter().enumerate().filter_map(|(i, reason)| Some((i + 1, reason.region?, class_of(reason)))).collect();
    html! {
        li.card.lead[card.place == "main"] data-kind=(kind) {
            figure {
                div.picture {
                    @if let Some(thumbnail) = &card.thumbnail {
                        div class=(if thumbnail.height > thumbnail.width { "frame tall" } else { "frame wide" }) style=(format!("aspect-ratio: {} / {}", thumbnail.width, thumbnail.height)) {
                            img src=(thumbnail.address) width=(thumbnail.width) height=(thumbnail.height) alt=(alt_text(card, word)) loading="lazy";
                            @if !regions.is_empty() { (overlay(&regions)) }
                        }
                    } @else {
                        p.no-picture { "not readable" }
                    }
                    @if !card.place.is_empty() { span.place { (card.place) } }
                }
                figcaption {
                    div.line {
                        span.name title=(card.file) { (card.id) }
                        span class=(format!("badge {kind}")) { (word) }
                    }
                    p.numbers {
                        @if let Some(score) = card.score { span { "score " strong { (rounded(score)) } } }
                        @if card.points > 0.0 { span { (rounded(card.points)) " points off" } }
                        @if let Some(other) = &card.duplicate_of { span { "repeats " strong { (other) } } }
                    }
                }
            }
            @if let Some(error) = &card.error {
                p.refused { code { (error.code) } " " (error.message) }
            }
            @if !card.reasons.is_empty() {
                ol.reasons { @for (i, reason) in card.reasons.iter().enumerate() { (reason_markup(report, reason, i + 1)) } }
            } @else if card.error.is_none() {
                p.nothing { "Nothing stands against it." }
            }
        }
    }
}

fn verdict_words(card: &Card) -> (&'static str, &'static str) {
    match card.action {
        None => ("unreadable", "error"),
        Some(_) if card.duplicate_of.is_some() => ("duplicate", "duplicate"),
        Some(Decision::Accept) => ("accept", "accept"),
        Some(Decision::Demote) => ("demote", "demote"),
        Some(Decision::Review) => ("review", "review"),
        Some(Decision::Suppress) => ("suppress", "suppress"),
    }
}

fn alt_text(card: &Card, word: &str) -> String {
    let place = if card.place.is_empty() { String::new() } else { format!(", {}", card.place) };
    format!("Picture {}{place}: {word}", card.id)
}

fn overlay(regions: &[(usize, Region, &str)]) -> Markup {
    html! {
        svg.regions viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" {
            @for (_, region, class) in regions {
                rect class=(class) x=(percent(region.x)) y=(percent(region.y)) width=(percent(region.width)) height=(percent(region.height)) vector-effect="non-scaling-stroke" {}
            }
        }
        @for (number, region, class) in regions {
            span class=(format!("pin {class}")) style=(format!("left:{}%;top:{}%", percent(region.x), percent(region.y))) aria-hidden="true" { (number) }
        }
    }
}

fn reason_markup(report: &Report, reason: &Reason, number: usize) -> Markup {
    let note = report.rules.get(&reason.rule);
    let warns = reason.enforcement == Enforcement::Warn;
    let roles: Vec<&str> = reason.roles.iter().map(|role| role.as_str()).collect();
    html! {
        li class=(format!("reason {}", class_of(reason))) value=(number) {
            p.what {
                span.number { (number) }
                span.message { (reason.message) }
            }
            (bar(report, reason))
            p.tags {
                span.tag { (action_words(reason)) }
                @if warns { span.tag.warn { "warns only" } }
                span.tag { (roles.join(" + ")) }
                code { (reason.reason_code) }
            }
            details {
                summary { "Rule and source" }
                dl {
                    dt { "Rule" } dd { code { (reason.rule) } @if let Some(note) = note { br; (note.title) } }
                    @if let Some(note) = note {
                        dt { "Source" } dd { (note.source) }
                        dt { "Checked" } dd { (note.checked) ", grade " (format!("{:?}", note.grade)) ", owner " (note.owner) }
                    }
                    @if let Some(signal) = &reason.signal { dt { "Signal" } dd { code { (signal) } } }
                }
            }
        }
    }
}

fn class_of(reason: &Reason) -> &'static str {
    match (reason.enforcement, reason.action) {
        (Enforcement::Warn, _) => "warn",
        (Enforcement::Enforce, ActionName::Suppress) => "suppress",
        (Enforcement::Enforce, ActionName::Review) => "review",
        (Enforcement::Enforce, ActionName::Demote) => "demote",
        (Enforcement::Enforce, ActionName::Tag) => "tag-only",
    }
}

fn action_words(reason: &Reason) -> String {
    match (reason.action, reason.points, &reason.tag) {
        (ActionName::Suppress, ..) => "suppresses".into(),
        (ActionName::Review, ..) => "asks for review".into(),
        (ActionName::Demote, Some(points), _) => format!("\u{2212}{} points", rounded(points)),
        (ActionName::Demote, None, _) => "points off".into(),
        (ActionName::Tag, _, Some(tag)) => format!("tag {tag}"),
        (ActionName::Tag, ..) => "tag".into(),
    }
}

/// The measured value beside its limit: as a bar where both are numbers, as words otherwise.
fn bar(report: &Report, reason: &Reason) -> Markup {
    let unit = reason.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
    match (&reason.value, &reason.limit) {
        (Some(Value::Number(value)), Some(Value::Number(limit))) => {
            let known = reason.signal.as_ref().and_then(|signal| report.scales.get(signal.as_str())).copied();
            let full = known.unwrap_or(0.0).max(value.abs() * 1.12).max(limit.abs() * 1.12).max(f64::MIN_POSITIVE);
            let (filled, mark) = (value.abs() / full * 100.0, limit.abs() / full * 100.0);
            html! {
                div.measure role="img" aria-label=(format!("measured {}{unit}, limit {}{unit}", rounded(*value), rounded(*limit))) {
                    div.track { div.value style=(format!("width:{filled:.1}%")) {} div.limit style=(format!("left:{mark:.1}%")) {} }
                    p.scale aria-hidden="true" { span { "measured " strong { (rounded(*value)) (unit) } } span { "limit " strong { (rounded(*limit)) (unit) } } }
                }
            }
        }
        (Some(value), Some(limit)) => {
            html! { p.scale { span { "measured " strong { (value) } } span { "asked for " strong { (limit) } } } }
        }
        (Some(value), None) => html! { p.scale { span { "measured " strong { (words(value)) (unit) } } } },
        (None, _) => html! {},
    }
}

fn rules(report: &Report) -> Markup {
    html! {
        @if !report.not_measurable.is_empty() {
            section.notes aria-labelledby="not-measurable" {
                h2 id="not-measurable" { "Not measurable yet" }
                p { "These rules are in force, and no detector measures yet what they ask about. They never act; nothing is known about them for any picture." }
                ul.waiting {
                    @for id in &report.not_measurable {
                        li { code { (id) } @if let Some(note) = report.rules.get(id) { " " (note.title) span.small { " · " (note.source) } } }
                    }
                }
            }
        }
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Number(number) => rounded(*number),
        other => other.to_string(),
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

/// At most three significant decimals, whole numbers plain.
fn rounded(number: f64) -> String {
    let text = if number.abs() >= 100.0 { format!("{number:.0}") } else { format!("{number:.3}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;

    #[test]
    fn names_and_messages_are_escaped() {
        let mut section = Section::of_pictures("<script>alert(1)</script>");
        let mut card = Card::new("\"><img src=x onerror=alert(1)>", "a&b<.jpg");
        card.error = Some(crate::wire::FileError { code: "x".into(), message: "<b>bold</b>".into() });
        section.cards.push(card);
        let text = page(&Report::new("T & <i>", "", vec![section]));
        for raw in ["<script>alert", "<img src=x", "<b>bold", "<i>"] {
            assert!(!text.contains(raw), "{raw}");
        }
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }

    #[test]
    fn the_page_loads_nothing_from_elsewhere() {
        let text = page(&Report::new("Title", "asked", vec![]));
        assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("<script"), "{text}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([rounded(500.0), rounded(0.123_456), rounded(12.5), rounded(0.0)], ["500", "0.123", "12.5", "0"]);
    }
}
