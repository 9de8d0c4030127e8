//! Every kind of finding, at its exact place: `code line:column`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use support::{catalog, pack, packs, rule, scope, shown};
use vitrine_rules::{Diagnostic, PackSource, Scope, check, compile, parse, resolve};

/// All findings of a house pack, parsed and checked, as `code line:column`.
fn findings(rules: &str) -> (Vec<String>, Vec<Diagnostic>) {
    of(&[pack(rules)])
}

fn of(sources: &[PackSource]) -> (Vec<String>, Vec<Diagnostic>) {
    let (set, mut found) = parse(sources);
    found.extend(check(&set, &catalog()));
    let short = found.iter().map(|finding| format!("{} {}:{}", finding.code, finding.line, finding.column)).collect();
    (short, found)
}

fn expect(rules: &str, expected: &[&str]) {
    let (short, found) = findings(rules);
    assert_eq!(short, expected, "{}\n{}", shown(&found), pack(rules).text);
}

// The rule's id stands in line 6, its first line in line 7; a condition begins in column 14 (`require`) or 11 (`when`).

#[test]
fn names_that_are_not_known() {
    expect(&rule("a", "require: 'sharpnes >= 0.5 && has_alfa'"), &["unknown-signal 7:15", "unknown-signal 7:34"]);
    expect(&rule("a", "when: sharpness < min_sharpness"), &["unknown-signal 7:23"]);
    expect(&rule("a", "when: mini(sharpness, noise) < 0.5"), &["unknown-function 7:11"]);
    expect(&rule("a", "when: sharpness.abs() < 0.5"), &["unknown-function 7:21"]);
    let (_, found) = findings(&rule("a", "require: sharpnes >= 0.5"));
    assert_eq!(found[0].help, "did you mean `sharpness`?");
    assert_eq!(found[0].file, "house.yaml");
    assert_eq!(found[0].rule, Some("a".into()));
}

#[test]
fn types_that_do_not_fit() {
    expect(&rule("a", "when: format < 3"), &["wrong-type 7:18"]);
    expect(&rule("a", "when: format == 3"), &["wrong-type 7:18"]);
    expect(&rule("a", "when: has_alpha > 0.5"), &["wrong-type 7:21"]);
    expect(&rule("a", "when: sharpness + noise"), &["wrong-type 7:11"]);
    expect(&rule("a", "when: sharpness && has_alpha"), &["wrong-type 7:11"]);
    expect(&rule("a", "when: format in [1, 2]"), &["wrong-type 7:18"]);
    expect(&rule("a", "when: sharpness in [0.5, 'x']").replace("'x'", "\"x\""), &["wrong-type 7:24"]);
    expect(&rule("a", "when: clamp(sharpness, 0.1) < 0.5"), &["wrong-type 7:11"]);
    expect(&rule("a", "when: abs(format) < 0.5"), &["wrong-type 7:11"]);
    expect(&rule("a", "when: format"), &["wrong-type 7:11"]);
}

#[test]
fn all_faults_of_one_condition_come_at_once() {
    expect(
        &rule("a", "when: format < 3 || sharpnes < 0.5 || has_alpha + 1 > 2"),
        &["wrong-type 7:18", "unknown-signal 7:25", "wrong-type 7:53"],
    );
}

#[test]
fn faults_inside_blocks_of_text_are_found_on_their_line() {
    expect(&rule("a", "require: >-\n  sharpness >= 0.5\n  && noize <= 0.5"), &["unknown-signal 9:10"]);
    expect(&rule("a", "require: |\n  sharpness >= 0.5\n  && noize <= 0.5"), &["unknown-signal 9:10"]);
}

#[test]
fn limits_that_cannot_be() {
    expect(&rule("a", "when: sharpness < 30"), &["limit-out-of-range 7:21"]);
    expect(&rule("a", "when: sharpness < -1"), &["limit-out-of-range 7:21"]);
    expect(&rule("a", "when: sharpness < limit\nparams: { limit: { value: 30 } }"), &["limit-out-of-range 8:31"]);
    expect(&rule("a", "when: format == \"jpg\""), &["unknown-value 7:18"]);
    expect(&rule("a", "require: format in known\nparams: { known: { value: [jpeg, gif] } }"), &["unknown-value 8:31"]);
    let (_, found) = findings(&rule("a", "when: format == \"jpg\""));
    assert_eq!(found[0].help, "did you mean `jpeg`?");
}

#[test]
fn rules_and_parts_that_never_change_their_answer() {
    expect(&rule("a", "when: sharpness < 0.0"), &["never-fires 7:11"]);
    expect(&rule("a", "when: sharpness < 0.3 && sharpness > 0.7"), &["never-fires 7:11"]);
    expect(&rule("a", "require: sharpness > 1.0"), &["always-fires 7:14"]);
    expect(&rule("a", "require: subject_count > 1 && subject_count < 2"), &["always-fires 7:14"]);
    expect(&rule("a", "when: sharpness + noise > 2.5"), &["never-fires 7:11"]);
    expect(&rule("a", "when: format == \"jpeg\" && format != \"jpeg\""), &["never-fires 7:11"]);
    expect(&rule("a", "when: has_alpha && !has_alpha"), &["never-fires 7:11"]);
    expect(&rule("a", "when: sharpness < 0.5 && noise >= 0"), &["idle-part 7:36"]);
    expect(&rule("a", "require: format in [\"jpeg\", \"png\", \"webp\"]"), &["never-fires 7:14"]);
}

#[test]
fn rules_that_contradict_each_other() {
    let both = rule("a", "require: long_side_px >= 1000") + &*rule("b", "require: long_side_px <= 800");
    let (short, found) = findings(&both);
    assert_eq!(short, ["contradicting-rules 16:9"], "{}", shown(&found));
    assert!(found[0].is_error());
    assert!(
        found[0].message.contains("`a` (house.yaml:6:9)")
            && found[0].message.contains("`b`")
            && found[0].message.contains("`long_side_px`")
    );
    // Not where they cannot meet, and not where one takes the other's place.
    expect(&(rule("a", "require: long_side_px >= 1000\nroles: main") + &*rule("b", "require: long_side_px <= 800\nroles: swatch")), &[]);
    expect(&(rule("a", "require: long_side_px >= 1000") + &*rule("b", "require: long_side_px <= 800\nsupersedes: [a]")), &[]);
    expect(
        &(rule("a", "require: long_side_px >= 1000\ncategory: shoes") + &*rule("b", "require: long_side_px <= 800\nexcept: shoes")),
        &[],
    );
    // A rule that only warns makes it a warning.
    let soft = rule("a", "require: long_side_px >= 1000") + &*rule("b", "require: long_side_px <= 800\ngrade: S");
    assert!(!findings(&soft).1[0].is_error());
}

#[test]
fn compiling_finds_contradictions_too() {
    let both = rule("a", "require: long_side_px >= 1000") + &*rule("b", "require: long_side_px <= 800");
    let (set, _) = resolve(&packs(&[pack(&both)]), &scope());
    let found = compile(&set, &catalog()).unwrap_err();
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["contradicting-rules"]);
}

#[test]
fn fields_that_are_wrong_missing_or_unknown() {
    expect(&rule("a", "require: sharpness > 0.1\nif_mising: ignore"), &["unknown-field 8:5"]);
    expect(&rule("a", "require: sharpness > 0.1\nseverity: most\ngrade: X"), &["wrong-value 8:15", "wrong-value 9:12"]);
    expect(&rule("a", "require: sharpness > 0.1\naction: { demote: 150 }"), &["wrong-value 8:13"]);
    expect(&rule("a", "require: sharpness > 0.1\nwhen: sharpness < 0.1"), &["two-conditions 8:11"]);
    expect(&rule("a", "title: x"), &["missing-field 6:5"]);
    expect(&rule("a", "require: sharpness > 0.1\nmessage: { de: x }"), &["missing-message 8:14"]);
    expect(&rule("A b", "require: sharpness > 0.1"), &["wrong-word 6:9"]);
    expect(&rule("a", "require: sharpness > x\nparams: { x: { value: 0.9, range: [0, 0.5] } }"), &["param-out-of-range 8:27"]);
    expect(&rule("a", "require: sharpness > x\nparams: { x: { value: 0.9, uint: px } }"), &["unknown-field 8:32"]);
    expect(&rule("a", "require: sharpness > 0.1\neffective_from: 2027-02-01\neffective_to: 2027-01-31"), &["wrong-dates 9:19"]);
    expect(&rule("a", "require: sharpness > 0.1\nsource: x\nsource: y"), &["not-yaml 9:5"]);
    expect(&rule("a", "require: sharpness > 0.1\nsupersedes: [b]"), &["unknown-rule 8:17"]);
}

#[test]
fn settings_and_messages_that_lead_nowhere() {
    expect(&rule("a", "require: sharpness > 0.1\nparams: { x: { value: 1 } }"), &["unused-param 8:15"]);
    expect(&rule("a", "require: sharpness > noise_\nparams: { noise: { value: 0.1 } }").replace("noise_", "noise"), &["taken-name 8:15"]);
    expect(&rule("a", "require: sharpness > 0.1\nmessage: { en: '{vale} {param.x} {signal.y}' }"), &["unknown-placeholder 8:20"; 3]);
    let second = rule("b", "require: noise < 0.9\nmessage: { en: x, de: y }");
    expect(&(rule("a", "require: sharpness > 0.1") + &*second), &["missing-language 12:14"]);
}

#[test]
fn what_holds_for_whole_packs() {
    let twice = [
        pack(&rule("a", "require: sharpness > 0.1")),
        PackSource { name: "other.yaml".into(), ..pack(&rule("a", "require: sharpness > 0.1")) },
    ];
    assert_eq!(of(&twice).0, ["repeated-pack 1:1", "repeated-rule 6:9", "repeated-pack 1:1", "repeated-rule 6:9"]);
    let circle = rule("a", "require: sharpness > 0.1\nsupersedes: [b]") + &*rule("b", "require: sharpness > 0.2\nsupersedes: [a]");
    assert_eq!(findings(&circle).0, ["supersedes-cycle 8:17", "supersedes-cycle 19:17"]);
    assert_eq!(of(&[PackSource { name: "x".into(), text: "pack: [".into() }]).0.len(), 1);
    assert_eq!(of(&[PackSource { name: "x".into(), text: String::new() }]).0, ["not-yaml 1:1"]);
}

#[test]
fn a_pack_with_a_fault_is_left_out_and_the_others_stay() {
    let good = pack(&rule("a", "require: sharpness > 0.1"));
    let bad = PackSource { name: "bad.yaml".into(), text: "pack: bad".into() };
    let (set, found) = parse(&[good, bad]);
    assert_eq!((set.packs().len(), found.is_empty()), (1, false));
}

#[test]
fn scopes_that_nobody_answers_for() {
    let set = packs(&[pack(&rule("a", "require: sharpness > 0.1\nregions: [US]"))]);
    let codes = |scope: Scope| resolve(&set, &scope).1.into_iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(Scope { marketplace: Some("vitrin".into()), ..scope() }), ["unknown-marketplace"]);
    assert_eq!(codes(Scope { region: Some("DE".into()), ..scope() }), ["unknown-region"]);
    assert_eq!(codes(Scope { category: Some("a//b".into()), ..scope() }), ["wrong-category"]);
    assert!(codes(Scope { region: Some("us".into()), ..scope() }).is_empty());
    let (_, found) = resolve(&set, &Scope { marketplace: Some("vitrin".into()), ..scope() });
    assert_eq!(found[0].help, "did you mean `vitrine`? known: vitrine");
}

#[test]
fn a_finding_reads_like_a_compilers() {
    let (_, found) = findings(&rule("a", "require: sharpnes >= 0.5"));
    let expected = "house.yaml:7:14: error[unknown-signal]: `sharpnes` is neither a signal nor a setting of this rule\n  help: did you mean `sharpness`?";
    assert_eq!(found[0].to_string(), expected);
}
