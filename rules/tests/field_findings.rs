//! Findings with the field they are about and the place in that field's own text.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use support::{catalog, pack, packs, rule};
use vitrine_rules::{field_findings, sentence_of};

/// `code field line:column+length` of each finding of a house pack.
fn found(rules: &str) -> Vec<String> {
    let (_, found) = field_findings(&[pack(rules)], &catalog());
    found
        .iter()
        .map(|finding| {
            let at = finding.at.map(|at| format!(" {}:{}", at.line, at.column)).unwrap_or_default();
            let length = finding.length.map(|length| format!("+{length}")).unwrap_or_default();
            format!("{} {}{at}{length}", finding.finding.code, finding.field.as_deref().unwrap_or("-"))
        })
        .collect()
}

#[test]
fn names_and_limits_are_found_in_the_expression() {
    assert_eq!(found(&rule("a", "require: sharpnes >= 0.5")), ["unknown-signal condition 1:1+8"]);
    assert_eq!(found(&rule("a", "when: sharpness < 0.5 && noise >= 0")), ["idle-part condition 1:20+10"]);
    assert_eq!(found(&rule("a", "when: sharpness < 30")), ["limit-out-of-range condition 1:1+14"]);
    assert_eq!(found(&rule("a", "when: 'format == \"jpg\"'")), ["unknown-value condition 1:1+15"]);
    assert_eq!(found(&rule("a", "when: sharpness < 0.0")), ["never-fires condition"]);
    assert_eq!(found(&rule("a", "require: |\n  sharpness >= 0.5\n  && noize <= 0.5")), ["unknown-signal condition 2:4+5"]);
    assert_eq!(found(&rule("a", "require: >-\n  sharpness >= 0.5\n  && noize <= 0.5")), ["unknown-signal condition 1:21+5"]);
    assert_eq!(found(&rule("a", "require: 'noize <= 0.5'")), ["unknown-signal condition 1:1+5"]);
    assert!(found(&rule("a", "when: sharpness <"))[0].starts_with("not-an-expression condition"));
}

#[test]
fn settings_messages_and_plain_fields_are_named() {
    assert_eq!(found(&rule("a", "when: sharpness < limit\nparams: { limit: { value: 30 } }")), ["limit-out-of-range params.limit.value"]);
    assert_eq!(
        found(&rule("a", "when: sharpness < limit\nparams:\n  limit:\n    value: 30\n    unit: x")),
        ["limit-out-of-range params.limit.value"]
    );
    assert_eq!(
        found(&rule("a", "require: sharpness > x\nparams: { x: { value: 0.9, range: [0, 0.5] } }")),
        ["param-out-of-range params.x.value"]
    );
    assert_eq!(found(&rule("a", "require: sharpness > 0.1\nparams: { x: { value: 1 } }")), ["unused-param params.x"]);
    assert_eq!(found(&rule("a", "require: sharpness > 0.1\nparams:\n  x: { value: 1 }")), ["unused-param params.x"]);
    assert_eq!(found(&rule("a", "require: sharpness > 0.1\nmessage: { en: 'Is {vale}' }")), ["unknown-placeholder message.en 1:4+6"]);
    assert_eq!(
        found(&rule("a", "require: sharpness > 0.1\nmessage:\n  en: ok\n  de: 'é {param.x}'")),
        ["unknown-placeholder message.de 1:3+9"]
    );
    assert_eq!(found(&rule("a", "require: sharpness > 0.1\nmessage: { de: x }")), ["missing-message message"]);
    assert_eq!(found(&rule("a", "require: sharpness > 0.1\nseverity: most")), ["wrong-value severity"]);
    assert_eq!(found(&rule("a", "require: sharpness > 0.1\naction: { demote: 150 }")), ["wrong-value action"]);
    assert_eq!(found(&rule("a", "require: sharpness > 0.1\ncategory: [a, 'b c']")), ["wrong-value category"]);
    assert_eq!(found(&rule("a", "require: sharpness > 0.1\nsupersedes: [b]")), ["unknown-rule supersedes"]);
    assert_eq!(found(&rule("a", "title: x")), ["missing-field -"]);
}

#[test]
fn rules_that_contradict_each_other_are_about_what_they_demand() {
    let both = rule("a", "require: long_side_px >= 1000") + &*rule("b", "require: long_side_px <= 800");
    assert_eq!(found(&both), ["contradicting-rules condition"]);
}

#[test]
fn one_rule_is_said_in_one_sentence() {
    let set = packs(&[pack(&rule("a", "require: long_side_px >= low\nparams: { low: { value: 500, unit: px } }\nif_missing: ignore"))]);
    let (pack, located) = set.rule("a").unwrap();
    let expected =
        "The long side must be at least 500 px; otherwise the picture is not shown. Where that cannot be measured, the rule keeps silent.";
    assert_eq!(sentence_of(pack, located, &catalog()), expected);
}
