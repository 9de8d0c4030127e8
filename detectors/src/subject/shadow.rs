//! The shadow: ground that darkens gradually towards the subject.

use vitrine_engine::Region;

use super::mask::{Kind, Mask};

/// Shadows shallower than this, in levels, are not seen as such.
const SEEN_FROM: u8 = 8;
/// A shadow this many levels deep counts in full.
const FULL_DEPTH: f64 = 48.0;
/// Share of the subject's area at which the score is full.
const FULL_SHARE: f64 = 0.5;

/// Area of the shadow, weighted by depth, against the subject's, and its box.
pub(crate) fn score(mask: &Mask) -> (f64, Option<Region>) {
    let mut weight = 0.0;
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    for (kind, index) in mask.kinds.iter().zip(0u32..) {
        if let Kind::Shadow { depth } = *kind
            && depth >= SEEN_FROM
        {
            weight += (f64::from(depth) / FULL_DEPTH).min(1.0);
            let (x, y) = (index % mask.width, index / mask.width);
            (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1));
        }
    }
    let area = mask.area().max(1) as f64;
    let region = (weight > 0.0).then(|| Region::from_px(left, top, right - left, bottom - top, (mask.width, mask.height)));
    ((weight / (area * FULL_SHARE)).min(1.0), region)
}
