//! How one picture lies on another, and the search for the pose in which they agree best: shift, scale and turn together with
//! brightness and contrast, by least squares from a start nearby (Gauss-Newton, as in Lucas and Kanade's image registration).

use fearless_simd::{Level, dispatch};

use crate::duplicate::surface::{Layer, Sample, Surface};

/// Takes places on the still picture to the moving one: scaled and turned by `[along, -across; across, along]`, then shifted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pose {
    along: f32,
    across: f32,
    shift: [f32; 2],
}

impl Pose {
    /// The contents, trimmed of their margins, lie on each other.
    pub const CONTENTS: Self = Self { along: 1.0, across: 0.0, shift: [0.0, 0.0] };

    /// The whole frames lie on each other, with the same diagonal.
    pub fn frames(still: &Surface, moving: &Surface) -> Self {
        let diagonal = |surface: &Surface| (surface.frame_half[0].powi(2) + surface.frame_half[1].powi(2)).sqrt();
        let along = diagonal(moving) / diagonal(still);
        let shift = |axis: usize| moving.frame_centre[axis] - along * still.frame_centre[axis];
        Self { along, across: 0.0, shift: [shift(0), shift(1)] }
    }

    /// Nothing that a few steps would not make up for.
    pub fn is_near(&self, other: &Self) -> bool {
        (self.along - other.along).abs() < 0.04 && self.shift.iter().zip(other.shift).all(|(a, b)| (a - b).abs() < 0.05)
    }

    pub fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        [self.along * x - self.across * y + self.shift[0], self.across * x + self.along * y + self.shift[1]]
    }

    /// A slope on the moving picture, seen in the still one's axes.
    pub fn slope_back(&self, [right, down]: [f32; 2]) -> [f32; 2] {
        [self.along * right + self.across * down, self.along * down - self.across * right]
    }

    pub fn scale(&self) -> f32 {
        (self.along * self.along + self.across * self.across).sqrt()
    }

    /// From the moving picture to the still one. The scale is never 0: [`best`] keeps it away from that.
    pub fn inverse(&self) -> Self {
        let squared = self.along * self.along + self.across * self.across;
        let turned = Self { along: self.along / squared, across: -self.across / squared, shift: [0.0, 0.0] };
        let [x, y] = turned.apply(self.shift);
        Self { shift: [-x, -y], ..turned }
    }

    fn is_plausible(&self) -> bool {
        let scale = self.scale();
        // Beyond twice the size or half a right angle it is not the copy that is looked for, and the search has gone astray.
        (0.5..=2.0).contains(&scale) && self.across.abs() <= self.along && self.shift.iter().all(|shift| shift.abs() <= 2.0)
    }
}

/// The cells of a layer of `still` that both pictures show in this pose: index, place, sample of `moving`.
#[inline]
pub(super) fn overlap<'a>(
    side: usize,
    still: &'a Surface,
    moving: &'a Surface,
    layer: &'a Layer,
    pose: Pose,
) -> impl Iterator<Item = (usize, [f32; 2], Sample)> + 'a {
    (0..side * side).filter_map(move |index| {
        let place = still.place(side, index);
        let other = pose.apply(place);
        (still.shows(place) && moving.shows(other)).then(|| (index, place, moving.sample(layer, other)))
    })
}

/// Improves a pose on one layer in at most `steps` steps, until a change is below `enough`; `None` when the pictures do not hold on to each other.
pub(super) fn improved(
    still: &Surface,
    moving: &Surface,
    layer: fn(&Surface) -> &Layer,
    start: Pose,
    steps: usize,
    enough: f32,
) -> Option<Pose> {
    let mut pose = start;
    for _ in 0..steps {
        let change = step(still, moving, layer, pose)?;
        pose = Pose {
            along: pose.along + change[0].clamp(-0.15, 0.15),
            across: pose.across + change[1].clamp(-0.1, 0.1),
            shift: [pose.shift[0] + change[2].clamp(-0.25, 0.25), pose.shift[1] + change[3].clamp(-0.25, 0.25)],
        };
        if !pose.is_plausible() {
            return None;
        }
        if change.iter().all(|change| change.abs() < enough) {
            break;
        }
    }
    Some(pose)
}

const UNKNOWNS: usize = 6;
type Normal = [[f64; UNKNOWNS + 1]; UNKNOWNS];

/// Sums run over so many numbers side by side, whatever the processor: the same sums everywhere.
const LANES: usize = 8;

/// The equations of all cells, unknown by unknown and then the right side, in groups of [`LANES`] cells.
#[derive(Default)]
struct Equations {
    groups: Vec<[[f32; LANES]; UNKNOWNS + 1]>,
    count: usize,
}

impl Equations {
    #[inline(always)]
    fn add(&mut self, equation: [f32; UNKNOWNS + 1]) {
        let lane = self.count % LANES;
        if lane == 0 {
            self.groups.push([[0.0; LANES]; UNKNOWNS + 1]);
        }
        if let Some(group) = self.groups.last_mut() {
            group.iter_mut().zip(equation).for_each(|(unknown, value)| unknown[lane] = value);
        }
        self.count += 1;
    }

    /// The upper half of the products of each unknown with each.
    #[inline(always)]
    fn normal(&self) -> Normal {
        let mut normal = [[0.0; UNKNOWNS + 1]; UNKNOWNS];
        for (j, line) in normal.iter_mut().enumerate() {
            let mut sums = [[0.0f32; LANES]; UNKNOWNS + 1];
            for group in &self.groups {
                for (sums, unknown) in sums.iter_mut().zip(group).skip(j) {
                    for (sum, (a, b)) in sums.iter_mut().zip(group[j].iter().zip(unknown)) {
                        *sum += a * b;
                    }
                }
            }
            for (value, sums) in line.iter_mut().zip(sums).skip(j) {
                *value = sums.map(f64::from).iter().sum();
            }
        }
        normal
    }
}

/// Taken from both brightnesses, so that their products stay small; the free brightness makes up for it.
const MIDDLE_GREY: f32 = 128.0;

/// Change of along, across and shift that least squares ask for, contrast and brightness being free.
fn step(still: &Surface, moving: &Surface, layer: fn(&Surface) -> &Layer, pose: Pose) -> Option<[f32; 4]> {
    let fixed = layer(still);
    let mut equations = Equations::default();
    for (index, [x, y], sample) in overlap(fixed.side, still, moving, layer(moving), pose) {
        let [right, down] = sample.slope;
        let (value, wanted) = (sample.value - MIDDLE_GREY, still.cell(fixed, index).value - MIDDLE_GREY);
        equations.add([right * x + down * y, down * x - right * y, right, down, value, 1.0, wanted]);
    }
    let count = equations.count;
    let mut normal = dispatch!(Level::new(), _simd => equations.normal());
    if count * 4 < fixed.side * fixed.side {
        return None;
    }
    let upper = normal;
    for (j, line) in normal.iter_mut().enumerate() {
        line.iter_mut().zip(&upper).take(j).for_each(|(value, above)| *value = above[j]);
    }
    // A little stiffness, so that a pose which the picture leaves open (a stripe along itself) stays where it is.
    let stiffness = 1e-3 * (normal[2][2] + normal[3][3]) + 1e-6;
    for (j, line) in normal.iter_mut().enumerate() {
        line[j] += if j < 4 { stiffness } else { 1e-6 };
    }
    let solution = solved(normal)?;
    let contrast = solution[4];
    // A contrast near zero or negative: they do not show the same.
    (contrast > 0.05).then(|| [0, 1, 2, 3].map(|j| (solution[j] / contrast) as f32))
}

/// Gaussian elimination with pivots; `None` when singular.
fn solved(mut normal: Normal) -> Option<[f64; UNKNOWNS]> {
    for i in 0..UNKNOWNS {
        let pivot = (i..UNKNOWNS).max_by(|a, b| normal[*a][i].abs().total_cmp(&normal[*b][i].abs()))?;
        normal.swap(i, pivot);
        if normal[i][i].abs() < 1e-9 {
            return None;
        }
        let (above, below) = normal.split_at_mut(i + 1);
        let head = &above[i];
        for line in below {
            let factor = line[i] / head[i];
            line.iter_mut().zip(head).skip(i).for_each(|(value, head)| *value -= factor * head);
        }
    }
    let mut solution = [0.0; UNKNOWNS];
    for i in (0..UNKNOWNS).rev() {
        let known: f64 = (i + 1..UNKNOWNS).map(|k| normal[i][k] * solution[k]).sum();
        solution[i] = (normal[i][UNKNOWNS] - known) / normal[i][i];
    }
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}
