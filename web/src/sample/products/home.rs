//! Home and garden: lamp, mug, pan, teapot, chair, pot with a plant, watering can.

use std::sync::LazyLock;

use crate::sample::geometry::{Outline, Vec3, arch, ball, blend, carve, cuboid, cylinder, ellipsoid, hypot, ring, rod, v};
use crate::sample::material::{Texture, glaze, matte, metal, plastic};
use crate::sample::render::{Model, Surface, nearer, surface};

pub fn lamp() -> Model {
    static SHADE: LazyLock<Outline> = LazyLock::new(|| {
        Outline::angular(&[
            (0.05, 0.34),
            (0.1, 0.32),
            (0.19, 0.16),
            (0.36, -0.16),
            (0.34, -0.16),
            (0.17, 0.14),
            (0.08, 0.28),
            (0.0, 0.3),
            (0.0, 0.34),
        ])
    });
    fn shape(p: Vec3) -> Surface {
        let (elbow, head) = (v(-0.42, 0.98, 0.0), v(0.28, 1.52, 0.0));
        let base = blend(cylinder(p, v(0.0, 0.05, 0.0), 0.4, 0.05, 0.03), cylinder(p, v(0.0, 0.12, 0.0), 0.09, 0.06, 0.03), 0.08);
        let arms = rod(p, v(0.0, 0.1, 0.0), elbow, 0.026).min(rod(p, elbow, head, 0.026));
        let joints = ball(p, elbow, 0.062).min(ball(p, head, 0.05)).min(ball(p, v(0.0, 0.16, 0.0), 0.055));
        let q = (p - head).turn_z(-0.62) + v(0.0, 0.16, 0.0);
        let bulb = ball(q, v(0.0, -0.04, 0.0), 0.13);
        let brass = nearer(surface(arms, 1), surface(joints, 1));
        nearer(nearer(surface(base, 0), brass), nearer(surface(SHADE.lathe(q, 0.008), 0), surface(bulb, 2)))
    }
    let bulb = crate::sample::material::Material { colour: v(1.7, 1.55, 1.2), ..matte(0xff_ffff) };
    Model {
        shape,
        materials: vec![plastic(0x1f_3d3a).rough(0.45), metal(0xd9_b36c), bulb],
        centre: v(0.0, 0.92, 0.0),
        radius: 1.15,
        stands: true,
    }
}

pub fn mug() -> Model {
    static WALL: LazyLock<Outline> = LazyLock::new(|| {
        Outline::smooth(
            &[
                (0.0, 0.0),
                (0.36, 0.0),
                (0.5, 0.05),
                (0.54, 0.4),
                (0.53, 0.98),
                (0.5, 1.02),
                (0.47, 0.98),
                (0.47, 0.3),
                (0.4, 0.12),
                (0.0, 0.1),
            ],
            3,
        )
    });
    fn shape(p: Vec3) -> Surface {
        let body = WALL.lathe(p, 0.012);
        let q = v((p.x - 0.56) * 1.15, p.y - 0.54, p.z);
        let handle = v(hypot(q.x, q.y * 0.86) - 0.29, 0.0, q.z * 0.75).length() - 0.055;
        let handle = carve(handle * 0.8, hypot(p.x, p.z) - 0.5, 0.02);
        let clay = if p.y < 0.14 { 1 } else { 0 };
        let coffee = cylinder(p, v(0.0, 0.84, 0.0), 0.465, 0.01, 0.0);
        nearer(surface(blend(body, handle, 0.06), clay), surface(coffee, 2))
    }
    let glazed = glaze(0xdc_d6c6).rough(0.22).with(Texture::Speckled);
    Model { shape, materials: vec![glazed, matte(0x9c_6b48), glaze(0x2b_1609)], centre: v(0.1, 0.52, 0.0), radius: 0.95, stands: true }
}

pub fn pan() -> Model {
    static BODY: LazyLock<Outline> = LazyLock::new(|| {
        Outline::smooth(
            &[(0.0, 0.0), (0.52, 0.0), (0.6, 0.04), (0.76, 0.25), (0.74, 0.265), (0.71, 0.25), (0.56, 0.06), (0.48, 0.045), (0.0, 0.045)],
            3,
        )
    });
    fn shape(p: Vec3) -> Surface {
        let q = p - v(-0.42, 0.0, 0.0);
        let body = BODY.lathe(q, 0.008);
        let steel = rod(q, v(0.7, 0.2, 0.0), v(1.0, 0.29, 0.0), 0.045).min(ball(q, v(0.69, 0.19, 0.1), 0.04)).min(ball(
            q,
            v(0.69, 0.19, -0.1),
            0.04,
        ));
        let grip = ellipsoid(q, v(1.28, 0.37, 0.0), v(0.36, 0.075, 0.085));
        let grip = carve(grip, rod(q, v(1.53, 0.2, 0.0), v(1.53, 0.7, 0.0), 0.03), 0.02);
        nearer(nearer(surface(body, 0), surface(steel, 1)), surface(grip, 2))
    }
    let iron = plastic(0x22_2427).rough(0.42);
    Model {
        shape,
        materials: vec![iron, metal(0xc9_ccd0), plastic(0x7a_4a2b).rough(0.5).with(Texture::Wood)],
        centre: v(0.05, 0.2, 0.0),
        radius: 1.3,
        stands: true,
    }
}

pub fn teapot() -> Model {
    fn shape(p: Vec3) -> Surface {
        let body = ellipsoid(p, v(0.0, 0.48, 0.0), v(0.58, 0.48, 0.58));
        let foot = cylinder(p, v(0.0, 0.04, 0.0), 0.32, 0.04, 0.02);
        let spout = rod(p, v(-0.42, 0.38, 0.0), v(-0.78, 0.66, 0.0), 0.1).min(rod(p, v(-0.78, 0.66, 0.0), v(-0.9, 0.86, 0.0), 0.075));
        let spout = carve(spout, rod(p, v(-0.86, 0.8, 0.0), v(-0.98, 1.0, 0.0), 0.05), 0.02);
        let q = p - v(0.6, 0.52, 0.0);
        let handle = v(hypot(q.x * 0.95, q.y * 0.92) - 0.27, 0.0, q.z).length() - 0.05;
        let handle = handle.max(-(hypot(p.x, p.z) - 0.4));
        let seam = ring(p, v(0.0, 0.9, 0.0), 0.24, 0.014);
        let lid = ellipsoid(p, v(0.0, 0.88, 0.0), v(0.26, 0.12, 0.26));
        let knob = blend(ball(p, v(0.0, 1.07, 0.0), 0.075), cylinder(p, v(0.0, 1.0, 0.0), 0.035, 0.05, 0.01), 0.05);
        let pot = blend(blend(blend(body, foot, 0.08), spout, 0.14), handle, 0.08);
        nearer(surface(blend(pot, lid, 0.03), 0), nearer(surface(knob, 1), surface(seam, 1)))
    }
    Model { shape, materials: vec![glaze(0x1d_5a57), metal(0xd8_b878)], centre: v(-0.02, 0.55, 0.0), radius: 1.12, stands: true }
}

pub fn chair() -> Model {
    fn shape(p: Vec3) -> Surface {
        let q = p.mirror_x();
        let front = rod(q, v(0.36, 0.0, 0.38), v(0.33, 0.82, 0.33), 0.042);
        let back = rod(q, v(0.36, 0.0, -0.42), v(0.33, 0.82, -0.33), 0.042).min(rod(q, v(0.33, 0.82, -0.33), v(0.35, 1.72, -0.46), 0.038));
        let rails = cuboid(q, v(0.0, 0.74, 0.0), v(0.34, 0.045, 0.33), 0.01).max(-cuboid(q, v(0.0, 0.74, 0.0), v(0.3, 0.2, 0.29), 0.0));
        let stretcher = rod(q, v(0.345, 0.4, 0.36), v(0.345, 0.4, -0.38), 0.022).min(rod(p, v(-0.34, 0.4, 0.0), v(0.34, 0.4, 0.0), 0.022));
        let bend = p.x * p.x * 0.35;
        let slat = |y: f32, z: f32, half: f32| cuboid(p, v(0.0, y, z - 0.06 + bend), v(0.34, half, 0.016), 0.014);
        let slats = slat(1.6, -0.44, 0.085).min(slat(1.3, -0.395, 0.05)).min(slat(1.07, -0.365, 0.05));
        let sag = 0.03 * (1.0 - (p.x * p.x + p.z * p.z) * 4.0).max(0.0);
        let seat = cuboid(p, v(0.0, 0.84 - sag, 0.0), v(0.38, 0.055, 0.37), 0.05);
        let wood = front.min(back).min(rails).min(stretcher).min(slats * 0.9);
        nearer(surface(wood, 0), surface(seat, 1))
    }
    let oak = plastic(0xb9_8753).rough(0.55).with(Texture::Wood);
    let cord = matte(0xd6_c7a4).with(Texture::Fabric { per_unit: 42.0 });
    Model { shape, materials: vec![oak, cord], centre: v(0.0, 0.86, 0.0), radius: 1.12, stands: true }
}

pub fn plant_pot() -> Model {
    static POT: LazyLock<Outline> = LazyLock::new(|| {
        Outline::angular(&[(0.0, 0.0), (0.3, 0.0), (0.42, 0.5), (0.48, 0.5), (0.49, 0.64), (0.43, 0.64), (0.4, 0.52), (0.0, 0.5)])
    });
    /// Sine and cosine of each leaf's turn and lean, and its length.
    static LEAVES: LazyLock<Vec<[f32; 5]>> = LazyLock::new(|| {
        let leaf = |i: f32| {
            let ((turn_sin, turn_cos), (lean_sin, lean_cos)) = ((-i * 2.399).sin_cos(), (0.12 + 0.075 * i % 0.62).sin_cos());
            [turn_sin, turn_cos, lean_sin, lean_cos, 1.28 - 0.052 * i]
        };
        (0..11).map(|i| leaf(i as f32)).collect()
    });
    fn leaf(p: Vec3, [turn_sin, turn_cos, lean_sin, lean_cos, length]: [f32; 5]) -> f32 {
        let t = v(turn_cos * p.x + turn_sin * p.z, p.y - 0.52, turn_cos * p.z - turn_sin * p.x);
        let q = v(lean_cos * t.x - lean_sin * t.y, lean_sin * t.x + lean_cos * t.y, t.z);
        let along = q.y / length;
        let bend = along.max(0.0) * along.max(0.0) * 0.22;
        let blade = ellipsoid(v(q.x - bend, q.y, q.z), v(0.0, length * 0.62, 0.0), v(0.022, length * 0.42, 0.17));
        let vein = 0.012 * (1.0 - (q.z.abs() * 40.0).min(1.0));
        let stem = rod(v(q.x - bend, q.y, q.z), v(0.0, 0.0, 0.0), v(0.0, length * 0.3, 0.0), 0.016);
        (blade + vein).min(stem) * 0.62
    }
    fn shape(p: Vec3) -> Surface {
        let pot = POT.lathe(p, 0.012);
        let soil = cylinder(p, v(0.0, 0.56, 0.0), 0.41, 0.03, 0.02);
        let leaves = LEAVES.iter().map(|known| leaf(p, *known)).fold(f32::MAX, f32::min);
        nearer(nearer(surface(pot, 0), surface(soil, 1)), surface(leaves, 2))
    }
    let leaf = plastic(0x2f_7a3d).rough(0.45).with(Texture::Patchy);
    Model {
        shape,
        materials: vec![matte(0xc0_6a45).with(Texture::Patchy).rough(0.85), matte(0x3a_2a1f).with(Texture::Pebbled), leaf],
        centre: v(0.0, 0.85, 0.0),
        radius: 1.2,
        stands: true,
    }
}

pub fn watering_can() -> Model {
    fn shape(p: Vec3) -> Surface {
        let body = cylinder(p, v(0.12, 0.38, 0.0), 0.42, 0.38, 0.05);
        let body = carve(body, cylinder(p, v(0.12, 0.6, 0.0), 0.36, 0.3, 0.02), 0.03);
        let bands = ring(p, v(0.12, 0.1, 0.0), 0.42, 0.02).min(ring(p, v(0.12, 0.72, 0.0), 0.42, 0.022));
        let spout = rod(p, v(-0.25, 0.22, 0.0), v(-0.86, 0.88, 0.0), 0.06);
        let q = (p - v(-0.9, 0.93, 0.0)).turn_z(0.74);
        let rose = cylinder(q, v(0.0, 0.0, 0.0), 0.15, 0.03, 0.02).min(rod(q, v(0.0, 0.0, 0.0), v(0.0, -0.1, 0.0), 0.07));
        let side = p - v(0.52, 0.5, 0.0);
        let handle = hypot(hypot(side.x, side.y) - 0.3, side.z) - 0.032;
        let handle = handle.max(-(v(p.x - 0.12, 0.0, p.z).length() - 0.36));
        let top = arch(v(p.z, p.y, p.x - 0.12), v(0.0, 0.74, 0.0), 0.38, 0.3, 0.05, 0.026);
        nearer(surface(blend(body, spout, 0.05), 0), nearer(surface(rose.min(bands), 1), surface(handle.min(top), 1)))
    }
    Model {
        shape,
        materials: vec![plastic(0x6f_8f72).rough(0.4), metal(0xc2_a276).rough(0.3)],
        centre: v(-0.05, 0.55, 0.0),
        radius: 1.15,
        stands: true,
    }
}
