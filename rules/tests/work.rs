//! The budget of work per rule: counted from the condition and its lists, held when the rule is checked.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use support::{catalog, pack, packs, rule};
use vitrine_rules::{Work, check, default_packs, parse, statement_of};

fn work(lines: &str) -> Work {
    let set = packs(&[pack(&rule("a", lines))]);
    let (pack, located) = set.rule("a").unwrap();
    statement_of(pack, located, &catalog()).work.unwrap()
}

#[test]
fn each_part_and_each_item_is_a_step() {
    assert_eq!(work("when: has_alpha"), Work { steps: 1, sandbox: false });
    assert_eq!(work("when: sharpness < 0.5"), Work { steps: 3, sandbox: false });
    assert_eq!(work("when: sharpness < 0.5 && noise > 0.5"), Work { steps: 7, sandbox: false });
    assert_eq!(work("when: sharpness < limit\nparams: { limit: { value: 0.5 } }").steps, 3);
    assert_eq!(work("when: max(sharpness, noise) + 0.1 < 0.5").steps, 7);
    let listed = |items: usize| {
        let texts: Vec<String> = (0..items).map(|index| format!("\"c{index}\"")).collect();
        format!("when: background_color in known\nparams: {{ known: {{ value: [{}] }} }}", texts.join(", "))
    };
    assert_eq!(work(&listed(10)).steps, 12);
    let script = work("require: \"let x = sharpness; if x > 0.5 { true } else { x > 0.4 }\"");
    assert!(script.sandbox && script.steps > 5 && script.fits(), "{script:?}");
    // A list that is too long to look through for every picture.
    let set = packs(&[pack(&rule("a", &listed(2500)))]);
    let found = check(&set, &catalog());
    assert_eq!(found.iter().map(|finding| (finding.code, finding.line, finding.column)).collect::<Vec<_>>(), [("too-much-work", 7, 11)]);
    assert!(found[0].is_error() && found[0].message.contains("2502 steps"), "{}", found[0]);
}

#[test]
fn the_shipped_rules_are_far_below_it() {
    let (set, _) = parse(&default_packs());
    // Most of their signals are not in this small catalogue: what can be read is enough here.
    let most = set.rules().filter_map(|(pack, located)| statement_of(pack, located, &catalog()).work).map(|work| work.steps).max();
    assert!(most.is_some_and(|most| most < 100), "{most:?}");
}
