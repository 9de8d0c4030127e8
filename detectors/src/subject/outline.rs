//! The outline: its length, and how much of it the frame's edge cuts.

use vitrine_engine::Pixels;

use super::mask::Mask;
use crate::ground::Ground;

/// Contact with the frame's edge over the whole outline, 0..1.
///
/// Contact is confirmed on the outermost pixels of the full-size picture: a gap narrower than a pixel of the mask is still a gap.
pub(crate) fn share_on_edge(mask: &Mask, pixels: &Pixels, small: &Pixels, ground: &Ground) -> f64 {
    let contact = Edge { mask, pixels, small, ground }.contact();
    let outline = contact + inner_length(mask);
    if outline > 0.0 { contact / outline } else { 0.0 }
}

struct Edge<'a> {
    mask: &'a Mask,
    pixels: &'a Pixels,
    small: &'a Pixels,
    ground: &'a Ground,
}

impl Edge<'_> {
    /// Length of the subject's contact with the edge, in pixels of the mask.
    fn contact(&self) -> f64 {
        let (right, bottom) = (self.mask.width - 1, self.mask.height - 1);
        let (far_x, far_y) = (self.pixels.width() - 1, self.pixels.height() - 1);
        let column = |x: u32| (u64::from(2 * x + 1) * u64::from(self.pixels.width()) / (2 * u64::from(self.small.width()))) as u32;
        let row = |y: u32| (u64::from(2 * y + 1) * u64::from(self.pixels.height()) / (2 * u64::from(self.small.height()))) as u32;
        let along_top = (0..=right).filter(|&x| self.touches((x, 0), (column(x), 0))).count();
        let along_bottom = (0..=right).filter(|&x| self.touches((x, bottom), (column(x), far_y))).count();
        let along_left = (0..=bottom).filter(|&y| self.touches((0, y), (0, row(y)))).count();
        let along_right = (0..=bottom).filter(|&y| self.touches((right, y), (far_x, row(y)))).count();
        (along_top + along_bottom + along_left + along_right) as f64
    }

    fn touches(&self, small: (u32, u32), full: (u32, u32)) -> bool {
        self.mask.is_subject(small.0, small.1) && {
            let expected = self.ground.at(small.0, small.1);
            let pixel = self.pixels.at(full.0.min(self.pixels.width() - 1), full.1.min(self.pixels.height() - 1));
            (0..3).any(|c| (f32::from(pixel[c]) - expected[c]).abs() > self.mask.tolerance)
        }
    }
}

/// Length of the outline inside the picture, counted over 2x2 windows so that slanted outlines are not taken for stairs.
fn inner_length(mask: &Mask) -> f64 {
    let subject = &mask.subject;
    let (mut straight, mut slanted) = (0, 0);
    for y in 1..mask.height {
        let (mut a_before, mut c_before) = (0, 0);
        for (index, (b, d)) in subject.row(y - 1).iter().zip(subject.row(y)).enumerate() {
            // The four corners of 64 windows: a and c on the left of b and d.
            let (a, c) = (b << 1 | a_before, d << 1 | c_before);
            (a_before, c_before) = (b >> 63, d >> 63);
            let windows = subject.inside(index) & if index == 0 { !1 } else { !0 };
            let odd = a ^ b ^ c ^ d;
            slanted += (odd & windows).count_ones();
            slanted += 2 * (!odd & !(a ^ d) & (a ^ b) & windows).count_ones();
            straight += (!odd & (a ^ d) & windows).count_ones();
        }
    }
    f64::from(straight) + f64::from(slanted) * std::f64::consts::FRAC_1_SQRT_2
}
