//! Random numbers and noise fields that depend on their seed alone.

use super::geometry::{Vec3, floor, lerp};

/// A small random generator (SplitMix64): the same seed, the same numbers, on any machine.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A generator for one purpose: other purposes, other numbers.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mixed =
            purpose.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(mixed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Even in 0..1.
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Even in `low..high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        lerp(low, high, self.unit())
    }

    /// Bell-shaped about 0 with deviation 1 (sum of four even ones: enough for grain).
    pub fn bell(&mut self) -> f32 {
        (self.unit() + self.unit() + self.unit() + self.unit() - 2.0) * 1.732
    }
}

fn lattice(x: i32, y: i32, z: i32) -> f32 {
    let mut h = (x as u32).wrapping_mul(0x8da6_b343) ^ (y as u32).wrapping_mul(0xd816_3841) ^ (z as u32).wrapping_mul(0xcb1a_b31f);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    ((h ^ (h >> 15)) >> 8) as f32 / (1u32 << 24) as f32
}

/// Smooth noise, 0..1, features about 1 unit large.
pub fn noise(p: Vec3) -> f32 {
    let base = p.map(floor);
    let (x, y, z) = (base.x as i32, base.y as i32, base.z as i32);
    let f = (p - base).map(|t| t * t * (3.0 - 2.0 * t));
    let along_x = |y, z| lerp(lattice(x, y, z), lattice(x + 1, y, z), f.x);
    let along_y = |z| lerp(along_x(y, z), along_x(y + 1, z), f.y);
    lerp(along_y(z), along_y(z + 1), f.z)
}

/// Noise over four octaves, 0..1.
pub fn cloud(p: Vec3) -> f32 {
    let (mut sum, mut weight, mut q) = (0.0, 0.5, p);
    for _ in 0..4 {
        sum += noise(q) * weight;
        weight *= 0.5;
        q = q * 2.03 + super::geometry::v(17.1, 3.7, 9.2);
    }
    sum / 0.9375
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::geometry::v;

    #[test]
    fn noise_stays_in_its_range_and_repeats() {
        for i in 0..1000 {
            let p = v(i as f32 * 0.37 - 100.0, i as f32 * 0.11, i as f32 * -0.23);
            assert!((0.0..=1.0).contains(&noise(p)) && (0.0..=1.0).contains(&cloud(p)));
            assert_eq!(noise(p), noise(p));
        }
    }

    #[test]
    fn purposes_do_not_share_numbers() {
        assert_ne!(Dice::new(1, "grain").unit(), Dice::new(1, "place").unit());
        assert_eq!(Dice::new(1, "grain").unit(), Dice::new(1, "grain").unit());
    }
}
