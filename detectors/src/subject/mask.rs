//! The mask: which pixels of the small copy are ground, shadow on the ground, or subject.

use fearless_simd::{Level, dispatch};
use vitrine_engine::Pixels;

pub(crate) use super::bits::Bounds;
use super::bits::{Bits, Part};
use crate::ground::Ground;

/// The classified small copy.
pub(crate) struct Mask {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Not reached from the edge over ground, no hole through which ground shows, and no speck.
    pub(crate) subject: Bits,
    /// Ground that is gradually darkened.
    shadow: Bits,
    /// Levels below the ground, in rows of whole words.
    depth: Vec<u8>,
    /// Largest first.
    pub(crate) parts: Vec<Part>,
    /// A pixel nearer to the ground than this, in every channel, is ground where it connects to the edge.
    pub(crate) tolerance: f32,
}

/// Distance from the ground that compression and rounding make even on a perfect ground, levels.
const TOLERANCE_LEAST: f32 = 5.0;
/// How many mean deviations of the ring are still ground.
const TOLERANCE_SPREADS: f32 = 4.0;
/// Tolerance never exceeds this.
const TOLERANCE_MOST: f32 = 26.0;
/// From pixel to pixel a shadow darkens by no more than this, levels.
const SHADOW_STEP: u16 = 4;
/// A shadow takes at most this from the ground, levels.
const SHADOW_DEPTH_MOST: i16 = 96;
/// A shadow darkens the channels alike: they differ by at most this plus a sixth of its depth.
const SHADOW_TINT: i16 = 5;
/// Parts below this share of the picture, or of the largest part, are specks.
const SPECK_OF_PICTURE: f64 = 0.0004;
const SPECK_OF_LARGEST: f64 = 0.01;

impl Mask {
    /// Floods from the frame's edge, first over what looks like the ground, then over shadows that fade out of it.
    pub(crate) fn of(small: &Pixels, ground: &Ground) -> Self {
        let (width, height) = (small.width(), small.height());
        let pixels = width as usize * height as usize;
        let tolerance = (TOLERANCE_LEAST + TOLERANCE_SPREADS * ground.spread).min(TOLERANCE_MOST);
        let looks = Looks::of(small, ground, tolerance);
        let mut reached = looks.near.on_edge();
        reached.flood(&looks.near, &looks.near, &looks.near);
        let shadow = looks.shadow(&reached);
        let mut subject = reached.with(&shadow, |ground, shadow| !(ground | shadow));
        (0..height).for_each(|y| (0..subject.words()).for_each(|word| subject.set_word(y, word, subject.row(y)[word])));
        // Ground seen through a handle or between legs.
        let seen_through = subject.with(&looks.very_near, |subject, near| subject & near);
        if !seen_through.is_empty() {
            let enough = ((pixels as f64 * SPECK_OF_PICTURE) as usize).max(4);
            let (_, holes) = seen_through.parts(|hole, _| hole.area >= enough);
            subject = subject.with(&holes, |subject, hole| subject & !hole);
        }
        let least = |largest: usize| ((SPECK_OF_PICTURE * pixels as f64).max(SPECK_OF_LARGEST * largest as f64) as usize).max(1);
        let (mut parts, subject) = subject.parts(|part, largest| part.area >= least(largest));
        parts.sort_by_key(|part| (std::cmp::Reverse(part.area), part.bounds.top, part.bounds.left));
        Self { width, height, subject, shadow, depth: looks.depth, parts, tolerance }
    }

    /// Box round all parts; `None` without a subject.
    pub(crate) fn bounds(&self) -> Option<Bounds> {
        self.parts.iter().map(|part| part.bounds).reduce(Bounds::joined)
    }

    /// Pixels of the subject.
    pub(crate) fn area(&self) -> usize {
        self.parts.iter().map(|part| part.area).sum()
    }

    /// Whether the subject is here.
    pub(crate) fn is_subject(&self, x: u32, y: u32) -> bool {
        self.subject.get(x, y)
    }

    /// Pixels of the shadow with their levels below the ground.
    pub(crate) fn shadow(&self) -> impl Iterator<Item = (u32, u32, u8)> {
        let stride = self.shadow.words() * 64;
        self.shadow.places().map(move |(x, y)| (x, y, self.depth[y as usize * stride + x as usize]))
    }
}

/// What pixels look like beside the ground expected there, before asking what they connect to.
struct Looks {
    /// Within the tolerance.
    near: Bits,
    /// Within half of it.
    very_near: Bits,
    /// Darker than the ground in all channels alike.
    shady: Bits,
    /// No darker or lighter against the ground than the pixel to the left, but for a small step.
    across: Bits,
    /// Likewise against the pixel above.
    down: Bits,
    /// Levels below the ground in the darkest channel, in rows of whole words; of meaning where shady.
    depth: Vec<u8>,
}

/// How far the pixels of a word lie below the ground, per channel.
type Levels = [[i16; 64]; 3];

impl Looks {
    fn of(small: &Pixels, ground: &Ground, tolerance: f32) -> Self {
        let none = Bits::new(small.width(), small.height());
        let depth = vec![0; none.words() * 64 * small.height() as usize];
        let mut looks = Self { near: none.clone(), very_near: none.clone(), shady: none.clone(), across: none.clone(), down: none, depth };
        dispatch!(Level::new(), _simd => looks.look(small, ground, tolerance));
        looks
    }

    /// From the ground on, pixels that are a little darker each.
    fn shadow(&self, ground: &Bits) -> Bits {
        let open = ground.with(&self.shady, |ground, shady| ground | shady);
        let mut reached = ground.clone();
        if open != reached {
            reached.flood(&open, &self.across, &self.down);
        }
        reached.with(ground, |reached, ground| reached & !ground)
    }

    /// Whole numbers throughout: the same whatever the processor.
    #[inline(always)]
    fn look(&mut self, small: &Pixels, ground: &Ground, tolerance: f32) {
        // 16 bits after the point: exact enough over the few pixels of a row, and free of calls to round.
        let fixed = |level: f32| (level * 65_536.0) as i32;
        let step = ground.per_x.map(fixed);
        let (near, very_near) = (tolerance as i16, (tolerance / 2.0) as i16);
        let words = self.near.words();
        let mut above: Vec<Levels> = vec![[[0; 64]; 3]; words];
        for y in 0..small.height() {
            let start = ground.at(0, y).map(|level| fixed(level) + 32_768);
            let mut before = [0i16; 3];
            for (word, above) in above.iter_mut().enumerate() {
                let expected: [i32; 3] = std::array::from_fn(|c| start[c] + step[c] * (word * 64) as i32);
                let levels = below(&small.row(y)[word * 192..], expected, step);
                self.near.set_word(y, word, packed(|i| farthest(&levels, i) <= near));
                self.very_near.set_word(y, word, packed(|i| farthest(&levels, i) <= very_near));
                self.shady.set_word(y, word, packed(|i| is_shady(&levels, i)));
                let lefts: Levels = std::array::from_fn(|c| {
                    let mut left = [before[c]; 64];
                    left[1..].copy_from_slice(&levels[c][..63]);
                    left
                });
                self.across.set_word(y, word, packed(|i| is_smooth(&levels, &lefts, i)));
                self.down.set_word(y, word, packed(|i| is_smooth(&levels, above, i)));
                let depth = &mut self.depth[(y as usize * words + word) * 64..][..64];
                for (i, depth) in depth.iter_mut().enumerate() {
                    *depth = levels[0][i].max(levels[1][i]).max(levels[2][i]) as u8;
                }
                before = levels.map(|channel| channel[63]);
                *above = levels;
            }
        }
    }
}

/// Levels of up to 64 pixels of a row below the ground: `expected`, with 16 bits after the point, `step` more for each pixel.
#[inline(always)]
fn below(row: &[u8], expected: [i32; 3], step: [i32; 3]) -> Levels {
    let mut pixels = [[0u8; 3]; 64];
    for (pixel, bytes) in pixels.iter_mut().zip(row.chunks_exact(3)) {
        *pixel = [bytes[0], bytes[1], bytes[2]];
    }
    let mut levels = [[0i16; 64]; 3];
    for (c, levels) in levels.iter_mut().enumerate() {
        for (i, (level, pixel)) in levels.iter_mut().zip(&pixels).enumerate() {
            *level = ((expected[c] + step[c] * i as i32) >> 16) as i16 - i16::from(pixel[c]);
        }
    }
    levels
}

#[inline(always)]
fn farthest(levels: &Levels, i: usize) -> i16 {
    levels[0][i].abs().max(levels[1][i].abs()).max(levels[2][i].abs())
}

#[inline(always)]
fn is_shady(levels: &Levels, i: usize) -> bool {
    let least = levels[0][i].min(levels[1][i]).min(levels[2][i]);
    let most = levels[0][i].max(levels[1][i]).max(levels[2][i]);
    (least > 0) & (most <= SHADOW_DEPTH_MOST) & (most - least <= SHADOW_TINT + most / 6)
}

#[inline(always)]
fn is_smooth(levels: &Levels, beside: &Levels, i: usize) -> bool {
    let step = |c: usize| levels[c][i].abs_diff(beside[c][i]);
    step(0).max(step(1)).max(step(2)) <= SHADOW_STEP
}

/// 64 answers as bits.
#[inline(always)]
fn packed(answer: impl Fn(usize) -> bool) -> u64 {
    let mut bytes = [0u8; 64];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from(answer(i));
    }
    let mut bits = 0;
    for (eight, shift) in bytes.as_chunks::<8>().0.iter().zip((0..64).step_by(8)) {
        // Moves the lowest bits of eight bytes into the highest byte, the first byte's lowest.
        bits |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << shift;
    }
    bits
}
