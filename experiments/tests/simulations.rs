//! The small form of `make bench-stats`: every scenario with a few hundred worlds, every target that can be told apart with so few.
#![allow(clippy::unwrap_used, reason = "a test that cannot draw its worlds has to fail")]

#[path = "../benches/stats/scenarios/mod.rs"]
mod scenarios;
#[path = "../benches/stats/table.rs"]
mod table;

use scenarios::Size;

#[test]
fn methods_keep_their_promises_in_worlds_of_known_truth() {
    let table = scenarios::run(&Size::new(300, 2), None, |row| println!("{row}"));
    let missed: Vec<String> = table.missed().into_iter().map(ToString::to_string).collect();
    assert!(missed.is_empty(), "{}\n{}", table.summary(), missed.join("\n"));
}
