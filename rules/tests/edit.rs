//! Edits of fields in the packs' own text: what is written reads back, nothing else moves, and nothing can be smuggled in.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vitrine_rules::edit::{apply, conflicts, read, same_value};
use vitrine_rules::{Edit, PackSet, PackSource, default_packs, parse};

/// A pack in every layout that people write.
const PACK: &str = r#"# Head of the file.
pack: p
title: P # the name
marketplace: m
regions: [US]
owner: us

rules:
  # --- First section ---

  # Why the first rule is there.
  - id: p.size
    title: Large enough   # in pixels
    roles: [main]
    # Read with care.
    require: >- # folded
      long_side_px >= min_px
      && long_side_px <= max_px
    params:
      # The lower one.
      min_px: { value: 500, unit: px, range: [100, 10000], title: "Smallest side" } # set by Anna
      max_px:
        value: 9000   # generous
        unit: px
    severity: must
    action: suppress
    reason_code: image_too_small
    message:
      en: "Only {value} {unit}; \"{limit}\" needed."   # tone: kind
      de: 'Nur {value} {unit}.'
    source: "A page"
    checked: 2026-11-21
    grade: P
    # A last word on it.

  - id: p.kind
    title: "Of a known kind"
    category:
      - apparel # all of it
      - shoes
    when: |
      format == "gif"
        || format == "bmp"

    if_missing: ignore
    severity: should
    action: { demote: 20 }
    reason_code: kind
    message: { en: no good kind, fr: "mauvais, vraiment" }
    source: A page
    checked: 2026-11-21
    grade: S
    supersedes: [p.size]

  - {id: p.flow, title: flat, require: sharpness >= 0.5, severity: should, action: review, reason_code: flat, message: {en: flat}, source: x, checked: 2026-11-21, grade: P}
  - id: p.last
    title: Last
    when: is_truncated
    severity: must
    action: suppress
    reason_code: broken
    message:
      en: broken
    source: x
    checked: 2026-11-21
    grade: P
# The end.
"#;

const RULES: [&str; 4] = ["p.size", "p.kind", "p.flow", "p.last"];

fn source(text: &str) -> PackSource {
    PackSource { name: "p.yaml".into(), text: text.into() }
}

fn sources() -> Vec<PackSource> {
    vec![source(PACK)]
}

fn packs(sources: &[PackSource]) -> PackSet {
    let (packs, found) = parse(sources);
    assert!(found.iter().all(|finding| !finding.is_error()), "{found:?}\n{}", sources[0].text);
    packs
}

fn edit(rule: &str, field: &str, value: Json) -> Edit {
    Edit { rule: rule.into(), field: field.into(), was: Json::Null, value }
}

fn applied(sources: &[PackSource], edits: &[Edit]) -> Vec<PackSource> {
    apply(sources, edits).unwrap_or_else(|refused| panic!("{refused:?}"))
}

/// The parsed packs without their places, which move.
fn said(sources: &[PackSource]) -> Vec<vitrine_rules::Rule> {
    packs(sources).rules().map(|(_, located)| located.rule.clone()).collect()
}

/// The bytes of each rule but one, from its id to its last field.
fn others(text: &str, rule: &str) -> Vec<String> {
    let starts: Vec<usize> = RULES.iter().filter_map(|id| text.find(&format!("id: {id}"))).collect();
    let mut slices = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        let slice = &text[*start..end];
        if !slice.starts_with(&format!("id: {rule}")) {
            slices.push(slice.to_owned());
        }
    }
    slices
}

fn line_diff(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let part = |lines: &[&str]| lines[head..lines.len() - tail].iter().map(|line| line.trim().to_owned()).collect();
    (part(&old), part(&new))
}

fn changed(rule: &str, field: &str, value: Json) -> (Vec<String>, Vec<String>) {
    let after = applied(&sources(), &[edit(rule, field, value.clone())]);
    let now = read(&packs(&after), rule, field).unwrap();
    assert!(reads_as(&edit(rule, field, value.clone()), &now), "{field}: {now} is not {value}\n{}", after[0].text);
    line_diff(PACK, &after[0].text)
}

#[test]
fn a_change_is_one_line_and_keeps_its_comment() {
    let one = |rule, field, value, old: &str, new: &str| {
        assert_eq!(changed(rule, field, value), (vec![old.to_owned()], vec![new.to_owned()]), "{field}");
    };
    one(
        "p.size",
        "params.min_px.value",
        json!(800.0),
        r#"min_px: { value: 500, unit: px, range: [100, 10000], title: "Smallest side" } # set by Anna"#,
        r#"min_px: { value: 800, unit: px, range: [100, 10000], title: "Smallest side" } # set by Anna"#,
    );
    one("p.size", "params.max_px.value", json!(0.25), "value: 9000   # generous", "value: 0.25   # generous");
    one("p.size", "title", json!("Large: enough"), "title: Large enough   # in pixels", "title: \"Large: enough\"   # in pixels");
    one("p.size", "message.de", json!("Zu 'klein'"), "de: 'Nur {value} {unit}.'", "de: 'Zu ''klein'''");
    one("p.size", "action", json!({"demote": 15}), "action: suppress", "action: { demote: 15 }");
    one("p.size", "condition", json!("long_side_px >= min_px && long_side_px <= 77"), "&& long_side_px <= max_px", "&& long_side_px <= 77");
    one("p.size", "roles", json!(["gallery", "main"]), "roles: [main]", "roles: [main, gallery]");
    one(
        "p.kind",
        "message.fr",
        json!("pire"),
        r#"message: { en: no good kind, fr: "mauvais, vraiment" }"#,
        r#"message: { en: no good kind, fr: "pire" }"#,
    );
}

#[test]
fn what_is_not_written_yet_gets_its_place() {
    let added = |rule, field, value, new: &str| assert_eq!(changed(rule, field, value), (vec![], vec![new.to_owned()]), "{field}");
    added("p.size", "if_missing", json!("reject"), "if_missing: reject");
    added("p.size", "effective_from", json!("2027-01-31"), "effective_from: 2027-01-31");
    added("p.size", "category", json!(["apparel"]), "category: apparel");
    added("p.size", "message.fr", json!("Trop petite"), "fr: Trop petite");
    added("p.size", "params.max_px.range", json!([1, 20000]), "range: [1, 20000]");
    added("p.size", "params.min_ratio", json!({"value": 0.5}), "min_ratio: { value: 0.5 }");
    added("p.last", "supersedes", json!(["p.kind"]), "supersedes: [p.kind]");
    let place = |field, value, after: &str| {
        let text = applied(&sources(), &[edit("p.size", field, value)])[0].text.clone();
        assert!(text.contains(after), "{text}");
    };
    place("if_missing", json!("reject"), "unit: px\n    if_missing: reject\n    severity: must");
    place("category", json!(["a", "b"]), "# in pixels\n    category: [a, b]\n    roles");
    place("effective_to", json!("2027-01-31"), "{unit}.'\n    effective_to: 2027-01-31\n    source");
}

#[test]
fn what_is_taken_out_leaves_no_trace() {
    let gone = |rule, field, old: &[&str]| assert_eq!(changed(rule, field, Json::Null).0, old, "{field}");
    gone("p.size", "message.de", &["de: 'Nur {value} {unit}.'"]);
    gone("p.kind", "if_missing", &["if_missing: ignore"]);
    gone("p.kind", "category", &["category:", "- apparel # all of it", "- shoes"]);
    gone("p.size", "params.min_px", &[r#"min_px: { value: 500, unit: px, range: [100, 10000], title: "Smallest side" } # set by Anna"#]);
    assert_eq!(changed("p.kind", "message.fr", Json::Null).1, ["message: { en: no good kind }"]);
    let after = applied(&sources(), &[edit("p.size", "params.min_px", Json::Null), edit("p.size", "params.max_px", Json::Null)]);
    assert!(!after[0].text.contains("params:"), "{}", after[0].text);
}

#[test]
fn texts_of_several_lines_stay_blocks() {
    let (_, new) = changed("p.kind", "condition", json!("format == \"gif\"\n  && sharpness < 0.5\n"));
    assert_eq!(new, ["&& sharpness < 0.5"]);
    let (_, new) = changed("p.last", "condition", json!("is_truncated\n|| sharpness < 0.5"));
    assert_eq!(new, ["when: |-", "is_truncated", "|| sharpness < 0.5"]);
    let (_, new) = changed("p.size", "title", json!("a\nb"));
    assert_eq!(new, ["title: |- # in pixels", "a", "b"]);
    let (_, new) = changed("p.size", "condition", json!("long_side_px\n>= min_px"));
    assert_eq!(new, ["require: |- # folded", "long_side_px", ">= min_px"]);
    let (_, new) = changed("p.flow", "condition", json!("sharpness\n>= 0.4"));
    assert!(new[0].contains(r#"require: "sharpness\n>= 0.4""#), "{new:?}");
}

#[test]
fn a_rule_is_added_and_taken_out_whole() {
    let document = json!({
        "pack": "p", "id": "p.new", "title": "New", "category": "shoes", "require": "sharpness >= low", "params": {"low": {"value": 0.5, "range": [0, 1], "title": "Least"}},
        "severity": "should", "action": {"tag": "soft"}, "reason_code": "soft", "message": {"de": "Unscharf", "en": "Soft: {value}"}, "source": "Ours",
        "checked": "2026-11-21", "grade": "P"
    });
    let after = applied(&sources(), &[edit("p.new", "", document.clone()), edit("p.new", "title", json!("Newer"))]);
    let expected = r#"    grade: P

  - id: p.new
    title: Newer
    category: shoes
    require: sharpness >= low
    params:
      low: { value: 0.5, range: [0, 1], title: "Least" }
    severity: should
    action: { tag: soft }
    reason_code: soft
    message:
      en: "Soft: {value}"
      de: "Unscharf"
    source: "Ours"
    checked: 2026-11-21
    grade: P
# The end.
"#;
    assert!(after[0].text.ends_with(expected), "{}", after[0].text);
    let mut read_back = document;
    read_back["title"] = "Newer".into();
    read_back["category"] = json!(["shoes"]);
    assert_eq!(read(&packs(&after), "p.new", "").unwrap(), read_back);
    assert_eq!(applied(&after, &[edit("p.new", "", Json::Null)])[0].text, PACK);

    let text = applied(&sources(), &[edit("p.size", "", Json::Null), edit("p.size", "title", json!("x"))])[0].text.clone();
    assert!(text.contains("rules:\n  # --- First section ---\n\n  - id: p.kind"), "{text}");
    let all: Vec<Edit> = RULES.iter().map(|rule| edit(rule, "", Json::Null)).collect();
    let none = applied(&sources(), &all);
    assert!(none[0].text.ends_with("rules: []\n# The end.\n"), "{}", none[0].text);
    let again = applied(&none, &[edit("p.new", "", read_back)]);
    assert_eq!(said(&again)[0].title, "Newer");
}

#[test]
fn every_rule_is_taken_out_and_put_back_as_it_was() {
    for rule in RULES {
        let document = read(&packs(&sources()), rule, "").unwrap();
        let back = applied(&applied(&sources(), &[edit(rule, "", Json::Null)]), &[edit(rule, "", document)]);
        let mut expected = said(&sources());
        let mut got = said(&back);
        expected.sort_by(|a, b| a.id.cmp(&b.id));
        got.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(got, expected);
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_reason() {
    let code = |rule: &str, field: &str, value: Json| {
        let refused = apply(&sources(), &[edit(rule, field, value)]).unwrap_err();
        assert_eq!((refused.len(), refused[0].rule.as_str(), refused[0].field.as_str()), (1, rule, field));
        refused[0].code
    };
    assert_eq!(code("p.sise", "title", json!("x")), "unknown_rule");
    assert_eq!(code("p.size", "titel", json!("x")), "unknown_field");
    assert_eq!(code("p.size", "params.nope.value", json!(1)), "unknown_field");
    assert_eq!(code("p.size", "message.e n", json!("x")), "unknown_field");
    assert_eq!(code("p.size", "params.a: 1", json!(1)), "unknown_field");
    for (field, value) in [
        ("title", json!(7)),
        ("title", json!(" ")),
        ("title", Json::Null),
        ("message.en", Json::Null),
        ("condition", Json::Null),
        ("action", json!("burn")),
        ("severity", json!("most")),
        ("effective_from", json!("tomorrow")),
        ("category", json!(["a b"])),
        ("roles", json!("cover")),
        ("params.min_px.value", json!({"a": 1})),
        ("params.min_px", json!({"value": 1, "a": 2})),
        ("params.min_px.range", json!([1])),
    ] {
        assert_eq!(code("p.size", field, value), "wrong_type", "{field}");
    }
    assert_eq!(code("p.size", "", json!({"pack": "p"})), "rule_exists");
    assert_eq!(code("p.new", "", json!({"pack": "q"})), "unknown_pack");
    assert_eq!(code("p.new", "", json!({"pack": "p", "colour": 1})), "wrong_type");
    assert_eq!(code("p.new", "", json!({"pack": "p", "grade": "X"})), "wrong_type");
    let twice = [edit("p.size", "title", json!("a")), edit("p.size", "title", json!("b"))];
    assert_eq!(apply(&sources(), &twice).unwrap_err()[0].code, "repeated_edit");
}

#[test]
fn edits_that_cross_are_conflicts_and_others_are_not() {
    let packs = packs(&sources());
    let with = |field: &str, was: Json, value: Json| vec![Edit { was, ..edit("p.size", field, value) }];
    assert_eq!(conflicts(&packs, &with("params.min_px.value", json!(500), json!(600))), []);
    assert_eq!(conflicts(&packs, &with("params.min_px.value", json!(400.0), json!(500.0))), []);
    let crossed = conflicts(&packs, &with("params.min_px.value", json!(400), json!(600)));
    assert_eq!((crossed[0].theirs.clone(), crossed[0].yours.clone()), (json!(500), json!(600)));
    assert_eq!(conflicts(&packs, &with("effective_from", Json::Null, json!("2027-01-01"))), []);
    assert_eq!(conflicts(&packs, &with("roles", json!("main"), json!(["main", "gallery"]))), []);
    assert_eq!(conflicts(&packs, &with("", Json::Null, json!({"pack": "p"}))).len(), 1);
    assert_eq!(conflicts(&packs, &with("", Json::Null, Json::Null)), []);
}

#[test]
fn other_line_ends_stay_as_they_are() {
    let text = PACK.replace('\n', "\r\n");
    let edits = [
        edit("p.size", "if_missing", json!("reject")),
        edit("p.last", "condition", json!("a\nb")),
        edit("p.kind", "severity", json!("must")),
    ];
    let after = applied(&[source(&text)], &edits);
    assert!(!after[0].text.replace("\r\n", "").contains('\n'));
    assert_eq!(after[0].text.matches("\r\n").count(), text.matches("\r\n").count() + 3);
}

#[test]
fn every_field_of_every_shipped_rule_can_be_edited_and_set_back() {
    let originals = default_packs();
    let packs = packs(&originals);
    for original in &originals {
        let one = std::slice::from_ref(original);
        let Some(pack) = packs.packs().iter().find(|pack| pack.file == original.name) else { panic!("{}", original.name) };
        let mut edits = Vec::new();
        for located in &pack.rules {
            let rule = located.rule.id.as_str();
            for (name, param) in &located.rule.params {
                if let vitrine_rules::ParamValue::Number(value) = param.value {
                    edits.push(edit(rule, &format!("params.{name}.value"), json!(value + 0.5)));
                }
            }
            edits.push(edit(rule, "title", json!(format!("{}: \"new\"", located.rule.title))));
            edits.push(edit(rule, "message.en", json!("One\nTwo # three")));
            edits.push(edit(rule, "message.xx", json!("Neu")));
            edits.push(edit(rule, "action", json!({"demote": 7})));
            edits.push(edit(rule, "effective_from", json!("2027-02-01")));
            edits.push(edit(rule, "effective_to", json!("2028-02-01")));
            edits.push(edit(rule, "category", json!(["a/b", "c"])));
            edits.push(edit(rule, "condition", json!(format!("{} && sharpness > 0.1", located.rule.condition.text()))));
        }
        // A few rules each: every edit reads the whole text anew.
        let edits: Vec<Edit> = edits.into_iter().step_by(13).collect();
        let after = applied(one, &edits);
        let now = parse(&after).0;
        let undo: Vec<Edit> =
            edits.iter().map(|edit| Edit { value: read(&packs, edit.rule.as_str(), &edit.field).unwrap(), ..edit.clone() }).collect();
        for edit in &edits {
            // A setting may now lie outside its range, so that the pack does not parse: that is for findings to say.
            if let Some(value) = read(&now, edit.rule.as_str(), &edit.field) {
                assert!(same_value(&edit.field, &value, &edit.value), "{edit:?}: {value}");
            }
        }
        assert_eq!(said(&applied(&after, &undo)), said(one), "{}", original.name);
        let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).count();
        assert_eq!(comments(&after[0].text), comments(&original.text));
    }
}

fn any_text() -> BoxedStrategy<String> {
    let tricky = prop::sample::select(vec![
        "\n",
        "\n  - id: p.evil\n    title: x",
        "\nrules: []",
        ": ",
        " #",
        "# ",
        "'",
        "\"",
        "\\",
        "\\n",
        "{",
        "}",
        "[",
        ", ",
        "]",
        "&a ",
        "*a",
        "!!str ",
        "---\n",
        "...\n",
        "\t",
        "\r\n",
        "|",
        ">-",
        "%",
        "@",
        "`",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{0}",
        "é",
        "😀",
        " ",
        "a",
        "null",
        "2026-11-21",
        "1e5",
        "{value}",
    ]);
    prop_oneof![prop::collection::vec(tricky, 1..7).prop_map(|parts| parts.concat()), any::<String>()].boxed()
}

/// A field of any rule with a value that it can have.
fn any_edit() -> impl Strategy<Value = Edit> {
    let text = any_text().prop_map(Json::from).boxed();
    let number = prop_oneof![
        (-1_000_000i64..1_000_000).prop_map(Json::from),
        (-1e6..1e6f64).prop_map(Json::from),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Json::from)
    ];
    let texts = prop::collection::vec(any_text(), 1..4).prop_map(Json::from);
    let path = prop::sample::subsequence(vec!["apparel", "apparel/adult", "shoes", "no", "1"], 0..4).prop_map(|list| json!(list));
    let fields = prop_oneof![
        (Just("title".to_owned()), any_text().prop_map(|text| json!(format!("x{text}")))),
        (Just("condition".to_owned()), text.clone()),
        (Just("message.en".to_owned()), text.clone()),
        (
            prop::sample::select(vec!["message.de", "message.fr", "message.no"]).prop_map(str::to_owned),
            prop_oneof![text.clone(), Just(Json::Null)]
        ),
        (
            Just("params.extra".to_owned()),
            prop_oneof![
                (prop_oneof![number.clone(), text.clone(), texts, any::<bool>().prop_map(Json::from)], any_text())
                    .prop_map(|(value, title)| json!({"value": value, "title": title})),
                Just(Json::Null)
            ]
        ),
        (
            Just("action".to_owned()),
            prop_oneof![
                Just(json!("review")),
                (1..100u8).prop_map(|points| json!({"demote": points})),
                any_text().prop_map(|tag| json!({"tag": format!("t{tag}")}))
            ]
        ),
        (prop::sample::select(vec!["category", "except"]).prop_map(str::to_owned), path),
        (Just("regions".to_owned()), prop_oneof![Just(Json::Null), prop::collection::vec(any_text(), 0..3).prop_map(|list| json!(list))]),
        (Just("roles".to_owned()), prop::sample::subsequence(vec!["main", "gallery", "swatch"], 1..4).prop_map(|list| json!(list))),
        (Just("if_missing".to_owned()), prop::sample::select(vec![Json::Null, json!("ignore"), json!("reject")])),
        (Just("effective_from".to_owned()), prop::sample::select(vec![Json::Null, json!("2026-01-01")])),
        (Just("source".to_owned()), any_text().prop_map(|text| json!(format!("s{text}")))),
    ];
    (prop::sample::select(RULES.to_vec()), fields).prop_map(|(rule, (field, value))| edit(rule, &field, value))
}

/// What a field reads as once a value is written: nothing written is the default of the field.
fn reads_as(edit: &Edit, now: &Json) -> bool {
    match (edit.field.as_str(), edit.value.is_null()) {
        ("if_missing", true) => *now == json!("review"),
        ("regions", true) => *now == json!(["US"]),
        _ => same_value(&edit.field, now, &edit.value),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_reads_back_and_nothing_else_moves(edit in any_edit()) {
        let before = packs(&sources());
        let after = applied(&sources(), std::slice::from_ref(&edit));
        let now = packs(&after);
        prop_assert!(reads_as(&edit, &read(&now, edit.rule.as_str(), &edit.field).unwrap()), "{}", after[0].text);
        prop_assert_eq!(others(&after[0].text, edit.rule.as_str()), others(PACK, edit.rule.as_str()));
        prop_assert_eq!(now.rules().count(), before.rules().count());
        prop_assert_eq!(&now.packs()[0].title, "P");
        // And the way back.
        let was = read(&before, edit.rule.as_str(), &edit.field).unwrap();
        let back = applied(&after, &[Edit { value: was, ..edit }]);
        prop_assert_eq!(said(&back), said(&sources()), "{}", back[0].text);
    }

    #[test]
    fn edits_of_different_fields_commute(one in any_edit(), other in any_edit()) {
        prop_assume!((&one.rule, &one.field) != (&other.rule, &other.field));
        let forth = applied(&applied(&sources(), std::slice::from_ref(&one)), std::slice::from_ref(&other));
        let back = applied(&applied(&sources(), std::slice::from_ref(&other)), std::slice::from_ref(&one));
        prop_assert_eq!(said(&forth), said(&back));
        let (both, turned) = (applied(&sources(), &[one.clone(), other.clone()]), applied(&sources(), &[other, one]));
        prop_assert_eq!(&both, &turned);
        prop_assert_eq!(said(&both), said(&forth));
    }
}
