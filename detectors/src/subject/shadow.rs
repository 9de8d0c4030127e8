//! The shadow: ground that darkens gradually towards the subject.

use vitrine_engine::Region;

use super::mask::{Bounds, Mask};

/// Shadows shallower than this, in levels, are not seen as such.
const SEEN_FROM: u8 = 8;
/// A shadow this many levels deep counts in full.
const FULL_DEPTH: u8 = 48;
/// Share of the subject's area at which the score is full.
const FULL_SHARE: f64 = 0.5;

/// Area of the shadow, weighted by depth, against the subject's, and its box.
pub(crate) fn score(mask: &Mask) -> (f64, Option<Region>) {
    let mut depths = 0u32;
    let mut bounds: Option<Bounds> = None;
    for (x, y, depth) in mask.shadow().filter(|(_, _, depth)| *depth >= SEEN_FROM) {
        depths += u32::from(depth.min(FULL_DEPTH));
        let pixel = Bounds { left: x, top: y, right: x + 1, bottom: y + 1 };
        bounds = Some(bounds.map_or(pixel, |bounds| bounds.joined(pixel)));
    }
    let weight = f64::from(depths) / f64::from(FULL_DEPTH);
    let area = mask.area().max(1) as f64;
    let region = bounds.map(|b| Region::from_px(b.left, b.top, b.right - b.left, b.bottom - b.top, (mask.width, mask.height)));
    ((weight / (area * FULL_SHARE)).min(1.0), region)
}
