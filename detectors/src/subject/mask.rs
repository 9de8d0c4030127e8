//! The mask: which pixels of the small copy are ground, shadow on the ground, or subject.

use vitrine_engine::Pixels;

use crate::ground::Ground;

/// What a pixel was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Not reached from the edge over ground: subject, unless too small a part.
    Subject,
    /// The ground, or a hole through which it shows.
    Ground,
    /// Ground that is gradually darkened.
    Shadow {
        /// Levels below the ground.
        depth: u8,
    },
}

/// A box in pixels of the small copy: `left..right` by `top..bottom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) right: u32,
    pub(crate) bottom: u32,
}

/// A connected part of the subject.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) area: usize,
    pub(crate) bounds: Bounds,
}

/// The classified small copy.
pub(crate) struct Mask {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) kinds: Vec<Kind>,
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
const SHADOW_STEP: i16 = 4;
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
        let tolerance = (TOLERANCE_LEAST + TOLERANCE_SPREADS * ground.spread).min(TOLERANCE_MOST);
        let below = below_ground(small, ground);
        let mut mask = Self { width, height, kinds: vec![Kind::Subject; below.len()], parts: Vec::new(), tolerance };
        let reached = mask.flood_ground(&below);
        mask.flood_shadow(&below, reached);
        mask.open_holes(&below);
        mask.find_parts();
        mask
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
        self.kinds[self.index(x, y)] == Kind::Subject
    }

    fn index(&self, x: u32, y: u32) -> usize {
        y as usize * self.width as usize + x as usize
    }

    fn is_near(&self, below: [i16; 3]) -> bool {
        let tolerance = self.tolerance as i16;
        below[0].abs().max(below[1].abs()).max(below[2].abs()) <= tolerance
    }

    /// All pixels like the ground that connect to the edge.
    fn flood_ground(&mut self, below: &[[i16; 3]]) -> Vec<u32> {
        let (width, height) = (self.width, self.height);
        let edge = (0..width).flat_map(|x| [(x, 0), (x, height - 1)]).chain((0..height).flat_map(|y| [(0, y), (width - 1, y)]));
        let mut queue = Vec::with_capacity(below.len());
        for (x, y) in edge {
            self.take_as_ground(self.index(x, y), below, &mut queue);
        }
        let mut next = 0;
        while let Some(&at) = queue.get(next) {
            next += 1;
            self.each_neighbour(at as usize, |mask, to| mask.take_as_ground(to, below, &mut queue));
        }
        queue
    }

    fn take_as_ground(&mut self, at: usize, below: &[[i16; 3]], queue: &mut Vec<u32>) {
        if self.kinds[at] == Kind::Subject && self.is_near(below[at]) {
            self.kinds[at] = Kind::Ground;
            queue.push(at as u32);
        }
    }

    /// From the ground on, pixels that are a little darker each, in all channels alike.
    fn flood_shadow(&mut self, below: &[[i16; 3]], mut queue: Vec<u32>) {
        let mut next = 0;
        while let Some(&at) = queue.get(next) {
            next += 1;
            self.each_neighbour(at as usize, |mask, to| {
                if mask.kinds[to] != Kind::Subject {
                    return;
                }
                let (here, there) = (below[at as usize], below[to]);
                let least = there[0].min(there[1]).min(there[2]);
                let most = there[0].max(there[1]).max(there[2]);
                let smooth = (0..3).all(|c| (here[c] - there[c]).abs() <= SHADOW_STEP);
                if smooth && least > 0 && most <= SHADOW_DEPTH_MOST && most - least <= SHADOW_TINT + most / 6 {
                    mask.kinds[to] = Kind::Shadow { depth: most as u8 };
                    queue.push(to as u32);
                }
            });
        }
    }

    /// Ground seen through a handle or between legs.
    fn open_holes(&mut self, below: &[[i16; 3]]) {
        let enough = ((below.len() as f64 * SPECK_OF_PICTURE) as usize).max(4);
        let mut seen = vec![false; below.len()];
        for start in 0..below.len() {
            let hole = |mask: &Self, at: usize| {
                mask.kinds[at] == Kind::Subject && below[at].iter().all(|levels| levels.abs() <= (mask.tolerance / 2.0) as i16)
            };
            if seen[start] || !hole(self, start) {
                continue;
            }
            seen[start] = true;
            let mut queue = vec![start as u32];
            let mut next = 0;
            while let Some(&at) = queue.get(next) {
                next += 1;
                self.each_neighbour(at as usize, |mask, to| {
                    if !seen[to] && hole(mask, to) {
                        seen[to] = true;
                        queue.push(to as u32);
                    }
                });
            }
            if queue.len() >= enough {
                queue.iter().for_each(|&at| self.kinds[at as usize] = Kind::Ground);
            }
        }
    }

    /// Collects what is left into parts and drops the specks.
    fn find_parts(&mut self) {
        let mut owner = vec![0u32; self.kinds.len()];
        let mut parts: Vec<Part> = Vec::new();
        let mut queue: Vec<u32> = Vec::new();
        for start in 0..self.kinds.len() {
            if owner[start] != 0 || self.kinds[start] != Kind::Subject {
                continue;
            }
            let name = parts.len() as u32 + 1;
            owner[start] = name;
            queue.clear();
            queue.push(start as u32);
            let mut bounds = Bounds::of_pixel(start as u32 % self.width, start as u32 / self.width);
            let mut next = 0;
            while let Some(&at) = queue.get(next) {
                next += 1;
                bounds = bounds.joined(Bounds::of_pixel(at % self.width, at / self.width));
                self.each_neighbour(at as usize, |mask, to| {
                    if owner[to] == 0 && mask.kinds[to] == Kind::Subject {
                        owner[to] = name;
                        queue.push(to as u32);
                    }
                });
            }
            parts.push(Part { area: queue.len(), bounds });
        }
        let largest = parts.iter().map(|part| part.area).max().unwrap_or(0);
        let least = ((SPECK_OF_PICTURE * self.kinds.len() as f64).max(SPECK_OF_LARGEST * largest as f64) as usize).max(1);
        for (kind, name) in self.kinds.iter_mut().zip(&owner) {
            if *name != 0 && parts[*name as usize - 1].area < least {
                *kind = Kind::Ground;
            }
        }
        parts.retain(|part| part.area >= least);
        parts.sort_by_key(|part| (std::cmp::Reverse(part.area), part.bounds.top, part.bounds.left));
        self.parts = parts;
    }

    #[inline]
    fn each_neighbour(&mut self, at: usize, mut visit: impl FnMut(&mut Self, usize)) {
        let width = self.width as usize;
        // A 32-bit division costs a third of a 64-bit one.
        let x = (at as u32 % self.width) as usize;
        if x > 0 {
            visit(self, at - 1);
        }
        if x + 1 < width {
            visit(self, at + 1);
        }
        if at >= width {
            visit(self, at - width);
        }
        if at + width < self.kinds.len() {
            visit(self, at + width);
        }
    }
}

impl Bounds {
    fn of_pixel(x: u32, y: u32) -> Self {
        Self { left: x, top: y, right: x + 1, bottom: y + 1 }
    }

    fn joined(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// How many levels each pixel lies below the ground expected there, per channel.
fn below_ground(small: &Pixels, ground: &Ground) -> Vec<[i16; 3]> {
    // 16 bits after the point: exact enough over the few pixels of a row, and free of calls to round.
    let fixed = |level: f32| (level * 65_536.0) as i32;
    let step = ground.per_x.map(fixed);
    let mut below = Vec::with_capacity(small.width() as usize * small.height() as usize);
    for y in 0..small.height() {
        let mut expected = ground.at(0, y).map(|level| fixed(level) + 32_768);
        below.extend(small.row(y).chunks_exact(3).map(|pixel| {
            let levels = [
                (expected[0] >> 16) as i16 - i16::from(pixel[0]),
                (expected[1] >> 16) as i16 - i16::from(pixel[1]),
                (expected[2] >> 16) as i16 - i16::from(pixel[2]),
            ];
            expected = [expected[0] + step[0], expected[1] + step[1], expected[2] + step[2]];
            levels
        }));
    }
    below
}
