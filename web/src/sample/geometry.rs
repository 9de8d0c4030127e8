//! Geometry of the drawn products: vectors and signed distance functions. A distance is negative inside, in the model's units;
//! combinations may under-estimate it, never over-estimate it much, so that marching along it stays safe.

use std::ops::{Add, Mul, Neg, Sub};

/// A point, a direction or a linear colour.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Vec3 {
    /// Right, or red.
    pub x: f32,
    /// Up, or green.
    pub y: f32,
    /// Towards the viewer, or blue.
    pub z: f32,
}

/// Short for a [`Vec3`].
pub const fn v(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

impl Vec3 {
    /// The inner product.
    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    /// The outer product.
    pub fn cross(self, o: Self) -> Self {
        v(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }

    /// Its length.
    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// Length 1; the zero vector stays near zero.
    pub fn unit(self) -> Self {
        self * (1.0 / self.length().max(1e-9))
    }

    /// Component by component.
    pub fn map(self, f: impl Fn(f32) -> f32) -> Self {
        v(f(self.x), f(self.y), f(self.z))
    }

    /// Component by component, of two.
    pub fn times(self, o: Self) -> Self {
        v(self.x * o.x, self.y * o.y, self.z * o.z)
    }

    /// `self` at 0, `other` at 1.
    pub fn mix(self, other: Self, share: f32) -> Self {
        self + (other - self) * share
    }

    /// Turned about the y axis, radians.
    pub fn turn_y(self, angle: f32) -> Self {
        let (s, c) = angle.sin_cos();
        v(c * self.x + s * self.z, self.y, c * self.z - s * self.x)
    }

    /// Turned about the x axis, radians.
    pub fn turn_x(self, angle: f32) -> Self {
        let (s, c) = angle.sin_cos();
        v(self.x, c * self.y - s * self.z, c * self.z + s * self.y)
    }

    /// Turned about the z axis, radians.
    pub fn turn_z(self, angle: f32) -> Self {
        let (s, c) = angle.sin_cos();
        v(c * self.x - s * self.y, s * self.x + c * self.y, self.z)
    }

    /// Mirrored to x >= 0: one half is drawn, both are seen.
    pub fn mirror_x(self) -> Self {
        v(self.x.abs(), self.y, self.z)
    }
}

impl Add for Vec3 {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        v(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}

impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        v(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}

impl Mul<f32> for Vec3 {
    type Output = Self;
    fn mul(self, by: f32) -> Self {
        v(self.x * by, self.y * by, self.z * by)
    }
}

impl Neg for Vec3 {
    type Output = Self;
    fn neg(self) -> Self {
        self * -1.0
    }
}

/// Length of the hypotenuse; quicker than the standard one, which guards against overflow that cannot happen here.
pub fn hypot(a: f32, b: f32) -> f32 {
    (a * a + b * b).sqrt()
}

/// The whole number below; quicker than the standard one where the processor has no instruction for it.
pub fn floor(x: f32) -> f32 {
    let cut = x as i32 as f32;
    if cut > x { cut - 1.0 } else { cut }
}

/// What is left above the whole number below, 0..1.
pub fn fract(x: f32) -> f32 {
    x - floor(x)
}

/// 0 below `low`, 1 above `high`, smooth between.
pub fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Linear between `a` at 0 and `b` at 1.
pub fn lerp(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}

/// A ball.
pub fn ball(p: Vec3, centre: Vec3, radius: f32) -> f32 {
    (p - centre).length() - radius
}

/// An ellipsoid with the half axes `r` (a close estimate).
pub fn ellipsoid(p: Vec3, centre: Vec3, r: Vec3) -> f32 {
    let q = p - centre;
    let k0 = v(q.x / r.x, q.y / r.y, q.z / r.z).length();
    let k1 = v(q.x / (r.x * r.x), q.y / (r.y * r.y), q.z / (r.z * r.z)).length();
    if k1 < 1e-6 { -r.x.min(r.y).min(r.z) } else { k0 * (k0 - 1.0) / k1 }
}

/// A box with the half sizes `half` and round edges.
pub fn cuboid(p: Vec3, centre: Vec3, half: Vec3, round: f32) -> f32 {
    let q = (p - centre).map(f32::abs) - half + v(round, round, round);
    q.map(|c| c.max(0.0)).length() + q.x.max(q.y).max(q.z).min(0.0) - round
}

/// An upright cylinder with round edges.
pub fn cylinder(p: Vec3, centre: Vec3, radius: f32, half_height: f32, round: f32) -> f32 {
    let q = p - centre;
    let d = (hypot(q.x, q.z) - radius + round, q.y.abs() - half_height + round);
    d.0.max(d.1).min(0.0) + hypot(d.0.max(0.0), d.1.max(0.0)) - round
}

/// A rod between two points.
pub fn rod(p: Vec3, a: Vec3, b: Vec3, radius: f32) -> f32 {
    let (pa, ba) = (p - a, b - a);
    let along = (pa.dot(ba) / ba.dot(ba)).clamp(0.0, 1.0);
    (pa - ba * along).length() - radius
}

/// A ring lying flat: `radius` to the middle of a tube of `tube`.
pub fn ring(p: Vec3, centre: Vec3, radius: f32, tube: f32) -> f32 {
    let q = p - centre;
    hypot(hypot(q.x, q.z) - radius, q.y) - tube
}

/// A ring standing upright, facing the viewer.
pub fn standing_ring(p: Vec3, centre: Vec3, radius: f32, tube: f32) -> f32 {
    let q = p - centre;
    hypot(hypot(q.x, q.y) - radius, q.z) - tube
}

/// An arch in the plane facing the viewer: the upper half of a ring, stretched by `rise` and ending in straight legs of `leg`.
pub fn arch(p: Vec3, centre: Vec3, radius: f32, rise: f32, leg: f32, tube: f32) -> f32 {
    let q = p - centre;
    if q.y < 0.0 {
        let down = (-q.y - leg).max(0.0);
        return v(q.x.abs() - radius, down, q.z).length() - tube;
    }
    let stretched = v(q.x, q.y * radius / rise, q.z);
    (hypot(hypot(stretched.x, stretched.y) - radius, stretched.z) - tube) * (rise / radius).min(1.0)
}

/// The smaller of two with a soft seam of width `k`.
pub fn blend(a: f32, b: f32, k: f32) -> f32 {
    let h = (k - (a - b).abs()).max(0.0) / k;
    a.min(b) - h * h * k * 0.25
}

/// `a` with `b` cut away, with a soft edge of width `k`.
pub fn carve(a: f32, b: f32, k: f32) -> f32 {
    -blend(-a, b, k)
}

/// A closed outline in the plane.
#[derive(Debug)]
pub struct Outline {
    points: Vec<(f32, f32)>,
    low: (f32, f32),
    high: (f32, f32),
    table: Vec<f32>,
}

/// Cells to a side of a tabulated outline, and how far the table reaches beyond the outline.
const TABLE_CELLS: usize = 320;
const TABLE_MARGIN: f32 = 0.25;

impl Outline {
    /// Straight edges between the points.
    pub fn angular(points: &[(f32, f32)]) -> Self {
        let fold = |start: f32, pick: fn(f32, f32) -> f32, of: fn(&(f32, f32)) -> f32| points.iter().map(of).fold(start, pick);
        let low = (fold(f32::MAX, f32::min, |p| p.0), fold(f32::MAX, f32::min, |p| p.1));
        let high = (fold(f32::MIN, f32::max, |p| p.0), fold(f32::MIN, f32::max, |p| p.1));
        Self { points: points.to_vec(), low, high, table: Vec::new() }
    }

    /// A smooth curve through the points (Catmull-Rom, `steps` pieces between neighbours).
    pub fn smooth(points: &[(f32, f32)], steps: usize) -> Self {
        let at = |i: usize| points[i % points.len()];
        let mut curve = Vec::with_capacity(points.len() * steps);
        for i in 0..points.len() {
            let (a, b, c, d) = (at(i + points.len() - 1), at(i), at(i + 1), at(i + 2));
            for step in 0..steps {
                let t = step as f32 / steps as f32;
                let spline = |a: f32, b: f32, c: f32, d: f32| {
                    0.5 * (2.0 * b + (c - a) * t + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t + (3.0 * b - a - 3.0 * c + d) * t * t * t)
                };
                curve.push((spline(a.0, b.0, c.0, d.0), spline(a.1, b.1, c.1, d.1)));
            }
        }
        Self::angular(&curve)
    }

    /// Both halves of an outline of which the right one is given, top to bottom.
    pub fn mirrored(right: &[(f32, f32)], steps: usize) -> Self {
        let left = right.iter().rev().filter(|p| p.0 > 1e-4).map(|p| (-p.0, p.1));
        Self::smooth(&right.iter().copied().chain(left).collect::<Vec<_>>(), steps)
    }

    /// The same, its distances looked up from a table: many times quicker, corners a hundredth of a unit rounder.
    #[must_use]
    pub fn tabulated(mut self) -> Self {
        let cell = self.cell();
        let at = |i: usize, low: f32, cell: f32| low - TABLE_MARGIN + i as f32 * cell;
        self.table = (0..=TABLE_CELLS)
            .flat_map(|row| (0..=TABLE_CELLS).map(move |column| (column, row)))
            .map(|(column, row)| self.exact(at(column, self.low.0, cell.0), at(row, self.low.1, cell.1)))
            .collect();
        self
    }

    fn cell(&self) -> (f32, f32) {
        let side = |low: f32, high: f32| (high - low + 2.0 * TABLE_MARGIN) / TABLE_CELLS as f32;
        (side(self.low.0, self.high.0), side(self.low.1, self.high.1))
    }

    /// Signed distance in the plane; far outside its box, the distance to the box.
    pub fn distance(&self, x: f32, y: f32) -> f32 {
        let dx = (self.low.0 - x).max(x - self.high.0).max(0.0);
        let dy = (self.low.1 - y).max(y - self.high.1).max(0.0);
        let to_box = hypot(dx, dy);
        if to_box > TABLE_MARGIN * 0.95 {
            return to_box;
        }
        if self.table.is_empty() {
            return self.exact(x, y);
        }
        let cell = self.cell();
        let (across, up) = ((x - self.low.0 + TABLE_MARGIN) / cell.0, (y - self.low.1 + TABLE_MARGIN) / cell.1);
        let (column, row) = ((across as usize).min(TABLE_CELLS - 1), (up as usize).min(TABLE_CELLS - 1));
        let (right, top) = (across - column as f32, up - row as f32);
        let at = |column: usize, row: usize| self.table[row * (TABLE_CELLS + 1) + column];
        let along = |row: usize| lerp(at(column, row), at(column + 1, row), right);
        lerp(along(row), along(row + 1), top)
    }

    fn exact(&self, x: f32, y: f32) -> f32 {
        let mut nearest = f32::MAX;
        let mut inside = false;
        let mut previous = self.points[self.points.len() - 1];
        for &point in &self.points {
            let edge = (previous.0 - point.0, previous.1 - point.1);
            let to = (x - point.0, y - point.1);
            let along = ((to.0 * edge.0 + to.1 * edge.1) / (edge.0 * edge.0 + edge.1 * edge.1).max(1e-12)).clamp(0.0, 1.0);
            let off = (to.0 - edge.0 * along, to.1 - edge.1 * along);
            nearest = nearest.min(off.0 * off.0 + off.1 * off.1);
            if (point.1 > y) != (previous.1 > y) && x < (previous.0 - point.0) * (y - point.1) / (previous.1 - point.1) + point.0 {
                inside = !inside;
            }
            previous = point;
        }
        if inside { -nearest.sqrt() } else { nearest.sqrt() }
    }

    /// Turned about the y axis: the outline is (radius, height).
    pub fn lathe(&self, p: Vec3, round: f32) -> f32 {
        self.distance(hypot(p.x, p.z), p.y) - round
    }

    /// As a plate of half thickness `half`, facing the viewer, with round edges.
    pub fn plate(&self, p: Vec3, half: f32, round: f32) -> f32 {
        let d = (self.distance(p.x, p.y) + round, p.z.abs() - half + round);
        d.0.max(d.1).min(0.0) + hypot(d.0.max(0.0), d.1.max(0.0)) - round
    }

    /// As a cushion: thin at the outline, up to `half` thick inside, reaching that `reach` from the edge.
    pub fn cushion(&self, p: Vec3, half: f32, reach: f32) -> f32 {
        let d = self.distance(p.x, p.y);
        let depth = (-d / reach).clamp(0.0, 1.0);
        let thick = half * (1.0 - (1.0 - depth) * (1.0 - depth)).sqrt();
        let d = (d, (p.z.abs() - thick) * 0.6);
        d.0.max(d.1).min(0.0) + hypot(d.0.max(0.0), d.1.max(0.0)) - 0.008
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_know_inside_from_outside() {
        let square = Outline::angular(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]);
        assert!((square.distance(0.0, 0.0) + 1.0).abs() < 1e-6);
        assert!((square.distance(1.2, 0.0) - 0.2).abs() < 1e-6);
        assert!((square.distance(3.0, 0.0) - 2.0).abs() < 1e-6);
    }

    #[test]
    fn blending_only_adds_and_carving_only_takes() {
        for (a, b) in [(0.1, 0.2), (-0.3, 0.05), (0.0, 0.0)] {
            assert!(blend(a, b, 0.1) <= f32::min(a, b) + 1e-6);
            assert!(carve(a, b, 0.1) >= a - 1e-6);
        }
    }
}
