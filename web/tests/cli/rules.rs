//! `vitrine rules conflicts`: where no one picture will do for two marketplaces.

use serde_json::Value;

use super::support::{lines_of, vitrine};

#[test]
fn marketplaces_that_contradict_each_other_are_told_in_plain_sentences() {
    let clothing = ["rules", "conflicts", "--category", "apparel/adult"];
    let of = |more: &[&str]| lines_of(&[&clothing, more].concat());
    let pair = of(&["--marketplace", "amazon", "--against", "bol"]);
    assert!(pair.starts_with("amazon and bol, apparel/adult:\n  No picture satisfies both"), "{pair}");
    assert!(pair.contains("(Adult clothing is worn by a model)") && pair.contains("A person may decide otherwise."), "{pair}");
    // Either way round it is the same, and all pairs hold this one.
    assert!(of(&["--marketplace", "bol", "--against", "amazon"]).starts_with("bol and amazon, "));
    assert!(of(&[]).contains(&pair));
    let json: Value = serde_json::from_str(&of(&["--marketplace", "amazon", "--against", "bol", "--json"])).unwrap();
    assert_eq!(json[0]["conflicts"].as_array().unwrap().len(), pair.lines().count() - 1);
    assert_eq!(
        lines_of(&["rules", "conflicts", "--marketplace", "bol", "--against", "bol"]),
        "no two rules that act contradict each other here\n"
    );
}

#[test]
fn who_is_not_known_is_told() {
    for (arguments, words) in [
        (["--marketplace", "nowhere"], "no pack answers for marketplace `nowhere`"),
        (["--region", "US"], "name the marketplace too"),
        (["--category", "no category!"], "no category path"),
    ] {
        let output = vitrine(&[&["rules", "conflicts"], &arguments[..]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(words), "{arguments:?}: {told}");
    }
}
