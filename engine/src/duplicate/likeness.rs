//! How much two pictures look like copies of one: laid on each other as well as they fit, do brightness, detail, colour and frame agree?

use crate::duplicate::fingerprint::{CHROMA_SIDE, Fingerprint, LUMA_SIDE};
use crate::duplicate::pose::{Pose, improved, overlap};
use crate::duplicate::spectrum::Spectrum;
use crate::duplicate::surface::{Sight, Surface};

/// From this likeness on two pictures count as copies of one.
///
/// Measured on 900 labelled product photographs: copies (resized, recompressed, cropped by up to 5 % a side, padded, mirrored, turned by
/// 2 degrees, brightened) reach 0.97 and more; only drawn placeholder cards of the same art come near without being copies.
pub const DUPLICATE_LIKENESS: f64 = 0.93;

/// 0 (other pictures) to 1 (the same); symmetric, and 1 for equal fingerprints. Plain pictures show nothing to compare: 0, unless equal.
pub fn likeness(a: &Fingerprint, b: &Fingerprint) -> f64 {
    if a == b {
        return 1.0;
    }
    // Laying `a` on `b` and `b` on `a` differ in their rounding: one order for both questions.
    let (still, moving) = if a < b { (a, b) } else { (b, a) };
    let sights: Vec<Sight> = [Sight::Straight, Sight::Mirrored].into_iter().filter(|sight| may_be_copies(still, moving, *sight)).collect();
    if sights.is_empty() {
        return 0.0;
    }
    let still = Surface::new(still, Sight::Straight);
    sights
        .into_iter()
        .filter_map(|sight| {
            let moving = Surface::new(moving, sight);
            let (pose, agreement) = coarse_pose(&still, &moving)?;
            Some((moving, pose, agreement))
        })
        .reduce(|best, next| if next.2 > best.2 { next } else { best })
        .filter(|(_, _, agreement)| *agreement >= COARSE_AGREEMENT)
        .and_then(|(moving, pose, _)| {
            let pose = improved(&still, &moving, |surface| &surface.fine, pose, FINE_STEPS, FINE_ENOUGH)?;
            Some(verdict(&still, &moving, pose))
        })
        .unwrap_or(0.0)
}

/// How far apart (of 127) the coarse frequencies of two copies may lie: 5 % cropped off each side mostly move them by less than 45.
pub(super) const SEARCH_RADIUS: u32 = 60;

/// The cheap question, answered `no` for nearly all pairs of different pictures: is either coarse view about the same?
fn may_be_copies(still: &Fingerprint, moving: &Fingerprint, sight: Sight) -> bool {
    let near = |(still, moving): (Spectrum, Spectrum)| {
        let moving = if sight == Sight::Mirrored { moving.mirrored() } else { moving };
        still != Spectrum::PLAIN && still.distance_squared(&moving) <= SEARCH_RADIUS * SEARCH_RADIUS
    };
    still.straight_spectra().into_iter().zip(moving.straight_spectra()).any(near)
}

const COARSE_STEPS: usize = 8;
const FINE_STEPS: usize = 6;
/// A thousandth of the picture is far below one cell; the coarse search only has to come near enough for the fine one.
const FINE_ENOUGH: f32 = 1e-3;
const COARSE_ENOUGH: f32 = 5e-3;

/// Below this correlation of the coarse layers the verdict would be 0 anyway.
const COARSE_AGREEMENT: f64 = 0.75;

/// The better of the poses found from trimmed contents and from whole frames, with its correlation.
fn coarse_pose(still: &Surface, moving: &Surface) -> Option<(Pose, f64)> {
    let frames = Pose::frames(still, moving);
    let starts = [Some(Pose::CONTENTS), (!frames.is_near(&Pose::CONTENTS)).then_some(frames)];
    starts
        .into_iter()
        .flatten()
        .filter_map(|start| {
            let pose = improved(still, moving, |surface| &surface.coarse, start, COARSE_STEPS, COARSE_ENOUGH)?;
            let mut moments = Moments::default();
            for (index, _, sample) in overlap(still.coarse.side, still, moving, &moving.coarse, pose) {
                moments.add(still.cell(&still.coarse, index).value.into(), sample.value.into());
            }
            Some((pose, moments.correlation()))
        })
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// Correlation of brightness weighs this much more than that of detail: it is high for any two things on white.
const BRIGHTNESS_WEIGHT: f64 = 5.0;
/// Share of each picture's detail that has to lie where they overlap: 5 % cropped off each side leave 0.55 and more.
const SHARED_DETAIL: f64 = 0.5;
/// Overlap of the whole frames over their union: 10 % added on each side leave 0.69. Less is another composition of the same cut-out.
const SHARED_FRAME: f64 = 0.68;
/// Colour difference (Cb and Cr, of 255) at which nothing is left of the likeness.
const COLOUR_LIMIT: f64 = 40.0;

fn verdict(still: &Surface, moving: &Surface, pose: Pose) -> f64 {
    let mut brightness = Moments::default();
    let (mut shared, mut product, mut other) = (0.0, 0.0, 0.0);
    for (index, _, sample) in overlap(LUMA_SIDE, still, moving, &moving.fine, pose) {
        let cell = still.cell(&still.fine, index);
        let slope = pose.slope_back(sample.slope);
        brightness.add(cell.value.into(), sample.value.into());
        shared += cell.detail();
        product += f64::from(cell.slope[0] * slope[0] + cell.slope[1] * slope[1]);
        other += f64::from(slope[0] * slope[0] + slope[1] * slope[1]);
    }
    let detail = ratio(product, (shared * other).sqrt());
    let agreement = detail - BRIGHTNESS_WEIGHT * (1.0 - brightness.correlation());
    if agreement <= 0.0 {
        return 0.0;
    }
    let back: f64 =
        overlap(LUMA_SIDE, moving, still, &still.fine, pose.inverse()).map(|(index, _, _)| moving.cell(&moving.fine, index).detail()).sum();
    let (all_still, all_moving) = (all_detail(still), all_detail(moving));
    let overlapping = ratio(shared, all_still).min(ratio(back, all_moving));
    let on_margin =
        ratio(detail_on_margin(still, moving, pose.inverse()), all_moving).max(ratio(detail_on_margin(moving, still, pose), all_still));
    agreement.clamp(0.0, 1.0)
        * (overlapping / SHARED_DETAIL).min(1.0)
        * (1.0 - on_margin)
        * (shared_frame(still, moving, pose) / SHARED_FRAME).min(1.0)
        * (1.0 - 2.0 * (1.0 - brightness.contrast()).powi(2)).max(0.0)
        * (1.0 - (colour_difference(still, moving, pose) / COLOUR_LIMIT).powi(2)).max(0.0)
}

fn all_detail(surface: &Surface) -> f64 {
    let shown = |index: &usize| surface.shows(surface.place(LUMA_SIDE, *index));
    (0..LUMA_SIDE * LUMA_SIDE).filter(shown).map(|index| surface.cell(&surface.fine, index).detail()).sum()
}

/// How much of `of`'s detail would lie where `on` is known to be plain: within its frame, but outside its content.
fn detail_on_margin(on: &Surface, of: &Surface, pose: Pose) -> f64 {
    let detail = |index: usize| of.cell(&of.fine, index).detail();
    let on_margin = |index: &usize| {
        let place = of.place(LUMA_SIDE, *index);
        of.shows(place) && on.is_plain_at(pose.apply(place))
    };
    (0..LUMA_SIDE * LUMA_SIDE).filter(on_margin).map(detail).sum()
}

/// Intersection over union of the whole frames; their turn, a few degrees, is left out of account.
fn shared_frame(still: &Surface, moving: &Surface, pose: Pose) -> f64 {
    let (mut common, mut first, mut second) = (1.0, 1.0, 1.0);
    for (axis, centre) in pose.apply(still.frame_centre).into_iter().enumerate() {
        let (half, other) = (still.frame_half[axis] * pose.scale(), moving.frame_half[axis]);
        let start = (centre - half).max(moving.frame_centre[axis] - other);
        let end = (centre + half).min(moving.frame_centre[axis] + other);
        common *= f64::from((end - start).max(0.0));
        first *= f64::from(2.0 * half);
        second *= f64::from(2.0 * other);
    }
    ratio(common, first + second - common)
}

/// Root mean square of the distance in Cb and Cr where both have colour.
fn colour_difference(still: &Surface, moving: &Surface, pose: Pose) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (channel, layer) in moving.chroma.iter().enumerate() {
        for (index, _, sample) in overlap(CHROMA_SIDE, still, moving, layer, pose) {
            sum += f64::from(sample.value - still.cell(&still.chroma[channel], index).value).powi(2);
            count += 0.5;
        }
    }
    ratio(sum, count).sqrt()
}

/// Sums over pairs of brightness values, enough for their correlation and contrasts.
#[derive(Default)]
struct Moments {
    count: f64,
    sums: [f64; 2],
    squares: [f64; 2],
    product: f64,
}

impl Moments {
    fn add(&mut self, a: f64, b: f64) {
        self.count += 1.0;
        self.sums = [self.sums[0] + a, self.sums[1] + b];
        self.squares = [self.squares[0] + a * a, self.squares[1] + b * b];
        self.product += a * b;
    }

    fn variances(&self) -> [f64; 2] {
        [0, 1].map(|i| (self.squares[i] - ratio(self.sums[i] * self.sums[i], self.count)).max(0.0))
    }

    /// -1..=1; 0 where one of them is plain.
    fn correlation(&self) -> f64 {
        let [a, b] = self.variances();
        ratio(self.product - ratio(self.sums[0] * self.sums[1], self.count), (a * b).sqrt()).clamp(-1.0, 1.0)
    }

    /// Weaker contrast over the stronger, 0..=1.
    fn contrast(&self) -> f64 {
        let [a, b] = self.variances();
        ratio(a.min(b), a.max(b)).sqrt()
    }
}

/// 0 where there is nothing to divide by.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 1e-9 { part / whole } else { 0.0 }
}
