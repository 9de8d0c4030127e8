//! The report's documents, from reports in every state: what they say, that nobody's text becomes something else in them, and that the
//! same report gives the same bytes. They are left in the target's `tmp` for looking at.

mod sample;

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use html5gum::{Token, Tokenizer};
use lopdf::Document;
use vitrine_experiments::document;
use vitrine_experiments::report::Report;

#[test]
fn documents_are_left_for_looking_at() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, report) in sample::all() {
        std::fs::write(folder.join(format!("{name}.html")), document::html(&report, &[])).unwrap();
        std::fs::write(folder.join(format!("{name}.pdf")), document::pdf(&report, &[]).unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.csv")), document::csv(&report)).unwrap();
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for (name, report) in sample::all() {
        let again = report.clone();
        assert!(document::html(&report, &[]) == document::html(&again, &[]), "{name}");
        assert!(document::pdf(&report, &[]).unwrap() == document::pdf(&again, &[]).unwrap(), "{name}");
        assert!(document::csv(&report) == document::csv(&again), "{name}");
    }
}

#[test]
fn the_page_is_well_formed_and_needs_nothing_else() {
    for (name, report) in sample::all() {
        let page = document::html(&report, &[]);
        let mut open: Vec<String> = Vec::new();
        for token in Tokenizer::new(&page).map(Result::unwrap) {
            match token {
                Token::StartTag(tag) => {
                    let element = String::from_utf8_lossy(&tag.name).into_owned();
                    assert!(
                        !["script", "img", "link", "iframe", "a", "object", "base", "form"].contains(&element.as_str()),
                        "{name}: <{element}>"
                    );
                    for (attribute, value) in &tag.attributes {
                        let (attribute, value) = (String::from_utf8_lossy(attribute), String::from_utf8_lossy(value));
                        assert!(!attribute.starts_with("on") && !["href", "src", "style"].contains(&&*attribute), "{name}: {attribute}");
                        let words = ["title", "aria-label"].contains(&&*attribute);
                        assert!(words || attribute == "xmlns" || !value.contains("://"), "{name}: {attribute}={value}");
                    }
                    if !tag.self_closing && !["meta"].contains(&element.as_str()) {
                        open.push(element);
                    }
                }
                Token::EndTag(tag) => assert_eq!(open.pop().unwrap_or_default().as_bytes(), &**tag.name, "{name}"),
                Token::Error(error) => panic!("{name}: {error:?}"),
                _ => {}
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
        let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).unwrap().0;
        assert!(!style.contains("url(") && !style.contains("@import"), "{name}");
    }
}

#[test]
fn every_text_of_people_is_escaped() {
    let page = document::html(&sample::hostile(), &[]);
    assert!(!page.contains("<script") && !page.contains("<img") && page.contains("&lt;script&gt;"));
}

#[test]
fn charts_follow_the_page_into_the_dark() {
    let page = document::html(&sample::several(), &[]);
    let (style, body) = page.split_once("</style>").unwrap();
    let colors = body.split("=\"#").skip(1).map(|rest| &rest[..6]);
    for color in colors {
        assert!(style.contains(&format!("[fill=\"#{color}\"]")) && style.contains(&format!("[stroke=\"#{color}\"]")), "{color}");
    }
}

#[test]
fn what_failed_stands_before_what_decides_and_words_stand_for_numbers_that_there_are_not() {
    let place = |page: &str, text: &str| page.find(text).unwrap_or_else(|| panic!("no `{text}`"));
    let blocked = document::html(&sample::blocked(), &[]);
    assert!(place(&blocked, "Simulated") < place(&blocked, "Nothing can be said"));
    assert!(place(&blocked, "a check that blocks has failed") < place(&blocked, "What decides"));
    assert!(blocked.contains("Not to be read") && !blocked.contains("better. Interval") && !blocked.contains("Holds"));
    let shipped = document::html(&sample::shipped(), &[]);
    assert!(place(&shipped, "What decides") < place(&shipped, "Health of the data"));
    let refused = document::html(&sample::refused(), &[]);
    for words in ["No number", "only 3 returns in both arms together", "Doubtful: the cap was hit", "fewer than 5 units in an arm"] {
        assert!(refused.contains(words), "{words}");
    }
    assert!(!refused.contains("NaN") && !document::html(&sample::hostile(), &[]).contains("NaN"));
    assert!(document::html(&sample::unbounded(), &[]).contains("the control’s figure could be 0"));
}

#[test]
fn every_definition_is_on_hover_and_in_the_list() {
    let page = document::html(&sample::shipped(), &[]);
    assert!(page.contains("<abbr title=\"The treatment’s figure minus the control’s."));
    assert!(page.contains("<dt>Difference</dt>") && page.contains("<dt>Any-time interval</dt>"));
}

#[test]
fn the_pdf_has_its_text_its_pages_and_its_title() {
    for (name, report, pages) in [
        ("running", sample::running(), 2..=4),
        ("shipped", sample::shipped(), 2..=4),
        ("fresh", sample::fresh(), 1..=2),
        ("large", sample::large(), 3..=8),
        ("hostile", sample::hostile(), 3..=40),
    ] {
        let bytes = document::pdf(&report, &[]).unwrap();
        let pdf = Document::load_mem(&bytes).unwrap();
        let count = pdf.get_pages().len();
        assert!(pages.contains(&count), "{name}: {count} pages");
        assert!(bytes.len() < 400_000, "{name}: {} bytes", bytes.len());
        let text = text_of(&pdf);
        for page in 1..=count {
            assert!(text.contains(&format!("{page} of {count}")), "{name}: no number on page {page}");
        }
        for metric in report.comparisons.iter().flat_map(|comparison| &comparison.metrics).filter(|_| name != "hostile") {
            let word = metric.title.split(' ').next().unwrap();
            assert!(text.contains(word), "{name}: no `{word}` in the text");
        }
        let catalog = pdf.catalog().unwrap();
        assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"Outlines") && catalog.has(b"Lang"), "{name}");
    }
}

#[test]
fn the_pdf_keeps_accents_and_letters_that_it_cannot_draw() {
    let mut report = sample::shipped();
    report.design.title = "Žluťoučký kůň, Ελληνικά, Привет".into();
    let text = text_of(&Document::load_mem(&document::pdf(&report, &[]).unwrap()).unwrap());
    for word in ["Žluťoučký", "kůň", "Ελληνικά", "Привет"] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn the_table_can_be_read_back() {
    for (name, report) in sample::all() {
        let text = document::csv(&report);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
        let comparison = &report.comparisons[0];
        let parts: usize = comparison.metrics.len()
            + comparison.over_time.len()
            + comparison.by_day.len()
            + comparison.segments.iter().map(|table| table.segments.len()).sum::<usize>();
        assert!(rows.len() >= 2 * parts, "{name}: {} rows of {parts} parts", rows.len());
        let total = |metric: &str| {
            rows.iter().find(|row| row["metric"] == metric && row["part"] == "total" && !row["units_control"].is_empty()).unwrap()
        };
        for metric in &comparison.metrics {
            let row = total(&metric.metric);
            let number = |column: &str| row[column].parse::<f64>().ok();
            let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
            let effect = metric.effect.as_ref();
            assert_eq!(number("figure_control"), metric.control, "{name}: {}", metric.metric);
            assert_eq!(number("effect"), finite(effect.map(|effect| effect.absolute.value)), "{name}: {}", metric.metric);
            assert_eq!(number("effect_low"), finite(effect.and_then(|effect| effect.absolute.low)), "{name}: {}", metric.metric);
            assert_eq!(number("adjusted_p"), effect.and_then(|effect| effect.adjusted_p), "{name}: {}", metric.metric);
        }
    }
}

#[test]
fn no_cell_of_the_table_is_a_formula() {
    let report = sample::hostile();
    let text = document::csv(&report);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut guarded = 0;
    for row in reader.records().map(Result::unwrap) {
        for cell in &row {
            let number = cell.parse::<f64>().is_ok();
            assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            guarded += usize::from(cell.starts_with("'="));
        }
    }
    assert!(guarded > 0 && text.ends_with("\r\n"));
}

fn text_of(pdf: &Document) -> String {
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    pdf.extract_text(&pages).unwrap_or_default()
}

/// Reports are data: a page opened from its JSON is the same page.
#[test]
fn a_report_that_was_stored_gives_the_same_page() {
    for (name, report) in sample::all().into_iter().filter(|(name, _)| *name != "hostile") {
        let stored = serde_json::to_string(&report).unwrap();
        let read: Report = serde_json::from_str(&stored).unwrap();
        assert!(document::html(&read, &[]) == document::html(&report, &[]), "{name}");
    }
}

/// A red picture of 8 by 6 px.
const RED: &str = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H///\
     /6/+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAAG\
     AAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAwT/xA\
     AUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCIA1b/2Q==";

#[test]
fn pictures_that_changed_stand_side_by_side_in_page_and_pdf() {
    let jpeg = base64::engine::general_purpose::STANDARD.decode(RED).unwrap();
    let side = |picture: &str, jpeg: Option<&Vec<u8>>| document::Side { picture: picture.into(), jpeg: jpeg.cloned() };
    let pair = |product: &str, before, after| document::Pair { product: product.into(), before, after };
    let changed = [document::Changed {
        control: "control".into(),
        treatment: "whiter".into(),
        products: 40,
        main_changed: 3,
        newly_empty: 1,
        pairs: vec![
            pair("shoe-<1>", side("front", Some(&jpeg)), side("worn", Some(&jpeg))),
            pair("shoe-2", side("front", None), side("", None)),
            pair("shoe-3", side("front", Some(&b"no jpeg".to_vec())), side("worn", Some(&jpeg))),
        ],
    }];
    let report = sample::shipped();
    let page = document::html(&report, &changed);
    for words in [
        "Of 40 products that both rules have judged, 3 (7.5 %)",
        "1 of them is left without one",
        "shoe-&lt;1&gt;",
        "whiter: none",
        "no small picture is kept",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(page.matches("data:image/jpeg;base64,").count(), 4);
    let bytes = document::pdf(&report, &changed).unwrap();
    let written = Document::load_mem(&bytes).unwrap();
    let is_picture = |object: &&lopdf::Object| {
        object
            .as_stream()
            .is_ok_and(|stream| stream.dict.get(b"Subtype").is_ok_and(|kind| kind.as_name().is_ok_and(|name| name == b"Image")))
    };
    assert_eq!(written.objects.values().filter(is_picture).count(), 1, "the same picture is kept once");
    let text = text_of(&written);
    for words in ["Pictures that changed", "shoe-2", "whiter: none", "control: front"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
