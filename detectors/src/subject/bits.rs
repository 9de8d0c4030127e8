//! A picture of yes and no, one bit a pixel: floods and connected parts cost a few operations for 64 pixels at a time.

/// Bits of a picture, row by row, each row in whole words; bits beyond the width are 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    width: u32,
    height: u32,
    words: usize,
    bits: Vec<u64>,
}

/// A box in pixels: `left..right` by `top..bottom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) right: u32,
    pub(crate) bottom: u32,
}

/// Set pixels that hang together, side by side or one above the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) area: usize,
    pub(crate) bounds: Bounds,
}

/// Set pixels in a row, `start..end`.
#[derive(Debug, Clone, Copy)]
struct Run {
    y: u32,
    start: u32,
    end: u32,
}

impl Bounds {
    pub(crate) fn joined(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

impl Bits {
    /// All 0.
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let words = width.div_ceil(64) as usize;
        Self { width, height, words, bits: vec![0; words * height as usize] }
    }

    /// Words a row.
    pub(crate) fn words(&self) -> usize {
        self.words
    }

    pub(crate) fn get(&self, x: u32, y: u32) -> bool {
        self.bits[y as usize * self.words + x as usize / 64] >> (x % 64) & 1 == 1
    }

    pub(crate) fn row(&self, y: u32) -> &[u64] {
        &self.bits[y as usize * self.words..][..self.words]
    }

    /// Sets a word of a row, less what lies beyond the width.
    pub(crate) fn set_word(&mut self, y: u32, word: usize, bits: u64) {
        self.bits[y as usize * self.words + word] = bits & self.inside(word);
    }

    /// The bits of a word that lie within the width.
    pub(crate) fn inside(&self, word: usize) -> u64 {
        match self.width % 64 {
            rest if rest > 0 && word + 1 == self.words => (1 << rest) - 1,
            _ => !0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bits.iter().all(|word| *word == 0)
    }

    /// Pixel by pixel, from the words of two pictures of the same size.
    pub(crate) fn with(&self, other: &Self, combined: impl Fn(u64, u64) -> u64) -> Self {
        let bits = self.bits.iter().zip(&other.bits).map(|(a, b)| combined(*a, *b)).collect();
        Self { bits, ..*self }
    }

    /// What is set on the frame's edge.
    pub(crate) fn on_edge(&self) -> Self {
        let mut edge = self.clone();
        let last = self.words - 1;
        for y in 1..self.height.saturating_sub(1) {
            let row = &mut edge.bits[y as usize * self.words..][..self.words];
            for (index, word) in row.iter_mut().enumerate() {
                let first = u64::from(index == 0);
                let far = if index == last { 1 << ((self.width - 1) % 64) } else { 0 };
                *word &= first | far;
            }
        }
        edge
    }

    /// Places of the set pixels.
    pub(crate) fn places(&self) -> impl Iterator<Item = (u32, u32)> + use<> {
        self.runs().into_iter().flat_map(|run| (run.start..run.end).map(move |x| (x, run.y)))
    }

    /// Grows over `open` pixels, from pixel to neighbour where they are linked: `across` tells of a pixel and its left neighbour,
    /// `down` of a pixel and the one above it.
    pub(crate) fn flood(&mut self, open: &Self, across: &Self, down: &Self) {
        let mut first = true;
        loop {
            let mut grown = false;
            for y in 0..self.height {
                grown |= self.spread(y, y.checked_sub(1), first, (open, across, down));
            }
            for y in (0..self.height.saturating_sub(1)).rev() {
                grown |= self.spread(y, Some(y + 1), false, (open, across, down));
            }
            first = false;
            if !grown {
                return;
            }
        }
    }

    /// Takes over from the row `from` and spreads along the row `y`; whether it grew.
    fn spread(&mut self, y: u32, from: Option<u32>, always: bool, (open, across, down): (&Self, &Self, &Self)) -> bool {
        let start = y as usize * self.words;
        let mut grown = false;
        if let Some(from) = from {
            let (other, links) = (from as usize * self.words, down.row(y.max(from)));
            for (word, (open, link)) in open.row(y).iter().zip(links).enumerate() {
                let taken = self.bits[other + word] & open & link;
                grown |= taken & !self.bits[start + word] != 0;
                self.bits[start + word] |= taken;
            }
        }
        if !grown && !always {
            return false;
        }
        let along = spread_along(&mut self.bits[start..start + self.words], open.row(y), across.row(y));
        grown || along
    }

    /// The parts, in the order of their first pixels, and this picture without those that `keep` refuses.
    pub(crate) fn parts(&self, keep: impl Fn(&Part, usize) -> bool) -> (Vec<Part>, Self) {
        let runs = self.runs();
        let owner = owners(&runs);
        let mut parts: Vec<Part> = Vec::new();
        let mut part_of = vec![0; runs.len()];
        for (index, run) in runs.iter().enumerate() {
            let bounds = Bounds { left: run.start, top: run.y, right: run.end, bottom: run.y + 1 };
            let area = (run.end - run.start) as usize;
            if owner[index] == index {
                part_of[index] = parts.len();
                parts.push(Part { area, bounds });
            } else {
                part_of[index] = part_of[owner[index]];
                let part = &mut parts[part_of[index]];
                *part = Part { area: part.area + area, bounds: part.bounds.joined(bounds) };
            }
        }
        let largest = parts.iter().map(|part| part.area).max().unwrap_or(0);
        let mut kept = self.clone();
        for (run, part) in runs.iter().zip(part_of) {
            if !keep(&parts[part], largest) {
                kept.clear(*run);
            }
        }
        parts.retain(|part| keep(part, largest));
        (parts, kept)
    }

    fn clear(&mut self, run: Run) {
        for x in run.start..run.end {
            self.bits[run.y as usize * self.words + x as usize / 64] &= !(1 << (x % 64));
        }
    }

    fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for y in 0..self.height {
            let (mut before, mut open) = (0, None);
            for (index, word) in self.row(y).iter().enumerate() {
                // Where a bit differs from the one before, a run starts or has ended.
                let mut turns = word ^ (word << 1 | before);
                before = word >> 63;
                while turns != 0 {
                    let x = index as u32 * 64 + turns.trailing_zeros();
                    turns &= turns - 1;
                    match open.take() {
                        None => open = Some(x),
                        Some(start) => runs.push(Run { y, start, end: x }),
                    }
                }
            }
            runs.extend(open.map(|start| Run { y, start, end: self.width }));
        }
        runs
    }
}

/// Spreads the set bits of a row over linked open ones, both ways; whether there were any.
fn spread_along(row: &mut [u64], open: &[u64], across: &[u64]) -> bool {
    let mut grown = false;
    let mut carry = 0;
    for (word, (open, across)) in row.iter_mut().zip(open.iter().zip(across)) {
        let link = open & across;
        let spread = doubled(*word | (carry & link), link, |bits, by| bits << by);
        grown |= spread != *word;
        *word = spread;
        carry = spread >> 63;
    }
    let (mut carry, mut next) = (0, 0);
    for (word, (open, across)) in row.iter_mut().zip(open.iter().zip(across)).rev() {
        let link = open & (across >> 1 | next << 63);
        next = *across;
        let spread = doubled(*word | (carry << 63 & link), link, |bits, by| bits >> by);
        grown |= spread != *word;
        *word = spread;
        carry = spread & 1;
    }
    grown
}

/// Bits carried on over unbroken links, twice as far with each step.
fn doubled(mut bits: u64, mut links: u64, shifted: impl Fn(u64, u32) -> u64) -> u64 {
    if bits == 0 || links == 0 {
        return bits;
    }
    for by in [1, 2, 4, 8, 16, 32] {
        bits |= links & shifted(bits, by);
        links &= shifted(links, by);
    }
    bits
}

/// For each run the first run of its part.
fn owners(runs: &[Run]) -> Vec<usize> {
    let mut owner: Vec<usize> = (0..runs.len()).collect();
    let mut above = 0;
    for (index, run) in runs.iter().enumerate() {
        // The first run that may lie above this one: in the row before, and not left of it.
        while runs[above].y + 1 < run.y || runs[above].y + 1 == run.y && runs[above].end <= run.start {
            above += 1;
        }
        let touching = runs[above..index].iter().take_while(|other| other.y < run.y && other.start < run.end).count();
        for other in above..above + touching {
            let (a, b) = (found(&mut owner, index), found(&mut owner, other));
            owner[a.max(b)] = a.min(b);
        }
    }
    (0..runs.len()).for_each(|index| owner[index] = found(&mut owner, index));
    owner
}

fn found(owner: &mut [usize], mut index: usize) -> usize {
    while owner[index] != index {
        owner[index] = owner[owner[index]];
        index = owner[index];
    }
    index
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(width: u32, cells: &[bool]) -> Bits {
        let mut bits = Bits::new(width, cells.len() as u32 / width);
        for y in 0..bits.height {
            for word in 0..bits.words {
                let set = (0..64u32).filter(|bit| {
                    let x = word as u32 * 64 + bit;
                    x < width && cells[(y * width + x) as usize]
                });
                bits.set_word(y, word, set.fold(0, |word, bit| word | 1 << bit));
            }
        }
        bits
    }

    /// Pixel by pixel, as slow and plain as can be: reached pixels of `open` from `seeds`.
    fn flooded(seeds: &Bits, open: &Bits, across: &Bits, down: &Bits) -> Bits {
        let mut reached: Vec<bool> =
            (0..open.height).flat_map(|y| (0..open.width).map(move |x| (x, y))).map(|(x, y)| seeds.get(x, y)).collect();
        let at = |x: u32, y: u32| (y * open.width + x) as usize;
        loop {
            let before = reached.clone();
            for (x, y) in (0..open.height).flat_map(|y| (0..open.width).map(move |x| (x, y))) {
                let from = (x > 0 && across.get(x, y) && reached[at(x - 1, y)])
                    || (x + 1 < open.width && across.get(x + 1, y) && reached[at(x + 1, y)])
                    || (y > 0 && down.get(x, y) && reached[at(x, y - 1)])
                    || (y + 1 < open.height && down.get(x, y + 1) && reached[at(x, y + 1)]);
                reached[at(x, y)] |= open.get(x, y) && from;
            }
            if reached == before {
                return drawn(open.width, &reached);
            }
        }
    }

    proptest! {
        #[test]
        fn floods_reach_what_a_plain_one_reaches(width in 1u32..150, height in 1u32..7, cells in prop::collection::vec(0u8..=255, 1050)) {
            let picture = |from: &dyn Fn(u8) -> bool| drawn(width, &cells[..(width * height) as usize].iter().map(|cell| from(*cell)).collect::<Vec<_>>());
            let open = picture(&|cell| cell % 8 > 1);
            let (across, down) = (picture(&|cell| cell > 30), picture(&|cell| cell % 64 > 9));
            let mut seeds = open.on_edge();
            let expected = flooded(&seeds, &open, &across, &down);
            seeds.flood(&open, &across, &down);
            prop_assert_eq!(seeds, expected);
        }

        #[test]
        fn parts_cover_the_picture_and_hang_together(width in 1u32..140, cells in prop::collection::vec(any::<bool>(), 700)) {
            let cells = &cells[..(700 / width * width) as usize];
            let bits = drawn(width, cells);
            let (parts, kept) = bits.parts(|_, _| true);
            prop_assert_eq!(&kept, &bits);
            prop_assert_eq!(parts.iter().map(|part| part.area).sum::<usize>(), cells.iter().filter(|cell| **cell).count());
            // A flood from any pixel fills one part.
            let mut rest = bits.clone();
            let mut areas = Vec::new();
            while let Some((x, y)) = rest.places().next() {
                let mut part = Bits::new(width, bits.height);
                part.set_word(y, x as usize / 64, 1 << (x % 64));
                part.flood(&rest, &rest, &rest);
                areas.push(part.places().count());
                rest = rest.with(&part, |rest, part| rest & !part);
            }
            prop_assert_eq!(parts.iter().map(|part| part.area).collect::<Vec<_>>(), areas);
            let (large, without) = bits.parts(|part, largest| part.area == largest);
            prop_assert_eq!(large.iter().map(|part| part.area).sum::<usize>(), without.places().count());
        }
    }
}
