//! Tools: cordless drill, claw hammer.

use std::sync::LazyLock;

use crate::sample::geometry::{Outline, Vec3, blend, carve, cuboid, cylinder, ellipsoid, rod, smoothstep, v};
use crate::sample::material::{Texture, matte, metal, plastic};
use crate::sample::render::{Model, Surface, nearer, surface};

pub fn drill() -> Model {
    static GRIP: LazyLock<Outline> = LazyLock::new(|| {
        Outline::smooth(
            &[
                (-0.36, 1.02),
                (-0.02, 1.02),
                (-0.06, 0.84),
                (0.0, 0.68),
                (0.02, 0.36),
                (0.08, 0.24),
                (-0.28, 0.24),
                (-0.34, 0.6),
                (-0.4, 0.86),
            ],
            3,
        )
        .tabulated()
    });
    fn shape(p: Vec3) -> Surface {
        let q = v(p.y - 1.16, p.x, p.z);
        let motor = cylinder(q, v(0.0, -0.3, 0.0), 0.24, 0.42, 0.13);
        let vents =
            ((p.x * 40.0).sin() * 0.02).max(0.0) * smoothstep(0.16, 0.1, (p.x + 0.5).abs()) * smoothstep(0.08, 0.04, (p.y - 1.2).abs());
        let gear = cylinder(q, v(0.0, 0.2, 0.0), 0.2, 0.14, 0.04);
        let collar = cylinder(q, v(0.0, 0.36, 0.0), 0.17, 0.07, 0.03) - ((q.x.atan2(q.z) * 18.0).sin() * 0.007).max(0.0);
        let chuck = blend(cylinder(q, v(0.0, 0.52, 0.0), 0.12, 0.1, 0.03), cylinder(q, v(0.0, 0.66, 0.0), 0.07, 0.05, 0.02), 0.07);
        let bit = cylinder(q, v(0.0, 0.88, 0.0), 0.026, 0.2, 0.01) + 0.008 * (q.y * 60.0 + q.x.atan2(q.z)).sin();
        let grip = GRIP.plate(p, 0.125, 0.1);
        let trigger = cuboid(p, v(0.02, 0.86, 0.0), v(0.07, 0.1, 0.06), 0.04);
        let battery = cuboid(p, v(-0.1, 0.13, 0.0), v(0.38, 0.12, 0.2), 0.05);
        let foot = cuboid(p, v(-0.1, 0.26, 0.0), v(0.36, 0.05, 0.18), 0.03);
        let rubber = p.x < -0.2 - 0.1 * (p.y - 0.6) && p.y < 1.0 && p.y > 0.3;
        let shell =
            nearer(surface(motor + vents, if p.x < -0.6 { 1 } else { 0 }), surface(blend(grip, foot, 0.08), if rubber { 1 } else { 0 }));
        let dark = surface(gear.min(battery).min(trigger), 1);
        nearer(nearer(shell, dark), nearer(surface(chuck.min(bit * 0.8), 2), surface(collar, 3)))
    }
    let materials = vec![plastic(0x0f_7f86).rough(0.4), matte(0x23_2527).rough(0.7), metal(0xb9_bdc2), plastic(0x2d_2f31).rough(0.5)];
    Model { shape, materials, centre: v(0.12, 0.72, 0.0), radius: 1.18, stands: true }
}

pub fn hammer() -> Model {
    fn shape(p: Vec3) -> Surface {
        let wobble = 0.012 * ((p.y - 0.3) * 5.0).sin();
        let grip = ellipsoid(v(p.x * 0.85, p.y, p.z), v(0.0, 0.42, 0.0), v(0.095, 0.46, 0.085)).min(rod(
            p,
            v(0.0, 0.3, 0.0),
            v(0.0, 1.62, 0.0),
            0.06 + wobble,
        ));
        let eye = cuboid(p, v(0.02, 1.6, 0.0), v(0.15, 0.13, 0.11), 0.05);
        let q = v(p.y - 1.62, p.x, p.z);
        let neck = cylinder(q, v(0.0, -0.22, 0.0), 0.09, 0.14, 0.03);
        let face = cylinder(q, v(0.0, -0.41, 0.0), 0.14, 0.075, 0.025);
        let droop = (p.x - 0.1).max(0.0);
        let claw = cuboid(v(p.x, p.y + droop * droop * 0.75, p.z), v(0.36, 1.64, 0.0), v(0.3, 0.075 - 0.09 * droop.min(0.6), 0.13), 0.02);
        let claw = carve(claw, cuboid(p, v(0.54, 1.5, 0.0), v(0.24, 0.4, 0.012 + 0.05 * droop.min(0.5)), 0.01), 0.01);
        let steel = blend(blend(blend(eye, neck, 0.05), claw * 0.75, 0.05), face, 0.02);
        let wood = if p.y > 0.92 { 0 } else { 2 };
        nearer(surface(grip * 0.8, wood), surface(steel, 1))
    }
    let ash = plastic(0xc7_9a62).rough(0.5).with(Texture::Wood);
    Model {
        shape,
        materials: vec![ash, metal(0xa9_adb3).rough(0.28).with(Texture::Brushed), matte(0xb4_322b).rough(0.6)],
        centre: v(0.05, 0.88, 0.0),
        radius: 1.12,
        stands: true,
    }
}
