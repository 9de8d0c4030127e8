//! The pictures behind the numbers.

use super::{Block, Section};
use crate::document::figures::count;
use crate::document::pictures::Changed;

/// Pairs of a report on paper: enough to see what it is about.
const SHOWN: usize = 6;

/// What a treatment changes for shoppers' eyes.
pub fn section(changed: &Changed) -> Section {
    let Changed { treatment, products, main_changed, newly_empty, pairs, .. } = changed;
    let share = 100.0 * *main_changed as f64 / (*products).max(1) as f64;
    let empty = match newly_empty {
        0 => String::new(),
        1 => "; 1 of them is left without one".into(),
        more => format!("; {} of them are left without one", count(*more)),
    };
    let said = if *main_changed == 0 {
        "No product’s main picture differs: shoppers see the same in both, and no effect can be expected.".to_owned()
    } else {
        format!(
            "Of {} products that both rules have judged, {} ({share:.1} %) have another main picture under `{treatment}`{empty}. Some of them:",
            count(*products),
            count(*main_changed),
        )
    };
    let mut blocks = vec![Block::Text(said)];
    if !pairs.is_empty() {
        blocks.push(Block::Pictures(Changed { pairs: pairs.iter().take(SHOWN).cloned().collect(), ..changed.clone() }));
    }
    Section::new(format!("Pictures that changed: {treatment}"), blocks)
}
