//! Electronics: headphones, phone, speaker, camera.

use crate::sample::geometry::{Vec3, arch, blend, carve, cuboid, cylinder, hypot, smoothstep, v};
use crate::sample::material::{Material, Texture, glass, matte, metal, plastic, rgb};
use crate::sample::render::{Model, Surface, nearer, surface};

pub fn headphones() -> Model {
    fn shape(p: Vec3) -> Surface {
        let band = arch(p, v(0.0, 0.85, 0.0), 0.68, 0.78, 0.2, 0.05);
        let band = band.max(p.z.abs() - 0.2);
        let wide = v(p.x, p.y, p.z * 0.4);
        let pad = arch(wide, v(0.0, 0.86, 0.0), 0.62, 0.7, -0.3, 0.05).max(0.95 - p.y);
        let q = v(p.x.abs(), p.y, p.z) - v(0.66, 0.44, 0.0);
        let cup_at = v(q.y, q.x, q.z).turn_z(0.08);
        let shell = cylinder(cup_at, v(0.0, 0.09, 0.0), 0.36, 0.1, 0.08);
        let disc = cylinder(cup_at, v(0.0, 0.185, 0.0), 0.24, 0.02, 0.015);
        let cushion = {
            let at = cup_at - v(0.0, -0.1, 0.0);
            hypot(hypot(at.x, at.z) - 0.27, at.y * 0.8) - 0.105
        };
        let yoke = cuboid(q, v(0.02, 0.38, 0.0), v(0.028, 0.2, 0.05), 0.02);
        nearer(
            nearer(surface(blend(shell, yoke, 0.03), 0), surface(disc, 1)),
            nearer(surface(cushion * 0.85, 2), nearer(surface(band, 1), surface(pad * 0.4, 2))),
        )
    }
    let pad = plastic(0x26_2423).rough(0.7).with(Texture::Leather);
    Model {
        shape,
        materials: vec![plastic(0xe4_ddd0).rough(0.45), metal(0xc9_a98a).rough(0.25), pad],
        centre: v(0.0, 0.85, 0.0),
        radius: 1.12,
        stands: true,
    }
}

pub fn phone() -> Model {
    fn shape(p: Vec3) -> Surface {
        let q = (p - v(0.0, 1.02, 0.0)).turn_x(-0.12);
        let body = cuboid(q, v(0.0, 0.0, 0.0), v(0.5, 1.0, 0.055), 0.054);
        let screen = cuboid(q, v(0.0, 0.0, 0.045), v(0.465, 0.965, 0.012), 0.008);
        let buttons = cuboid(q, v(0.5, 0.35, 0.0), v(0.012, 0.12, 0.02), 0.01);
        let (x, y) = (q.x, q.y);
        let island = hypot((x.abs() - 0.1).max(0.0), y - 0.87) < 0.035;
        let cell = ((x / 0.21).round() * 0.21, ((y + 0.02) / 0.24).round() * 0.24 - 0.02);
        let icon = (x - cell.0).abs().max((y - cell.1).abs()) < 0.066 && (-0.88..0.62).contains(&y) && x.abs() < 0.4;
        let hills = y < -0.3 + 0.18 * (x * 4.0).sin() + 0.1 * (x * 9.0 + 1.0).sin();
        let picture = if island {
            6
        } else if icon {
            3 + ((cell.0 * 13.0 + cell.1 * 29.0).abs() as usize) % 3
        } else if hills {
            2
        } else {
            1
        };
        nearer(nearer(surface(body, 0), surface(buttons, 0)), surface(screen, picture))
    }
    let lit = |hex: u32| Material { colour: rgb(hex) * 1.25, ..plastic(hex).rough(0.08) };
    let materials =
        vec![metal(0x9a_a3b2), lit(0x3f_5fd0), lit(0x27_3c9c), lit(0xf2_a65a), lit(0xf5_f3ef), lit(0x57_c9a5), plastic(0x08_090b)];
    Model { shape, materials, centre: v(0.0, 1.0, 0.0), radius: 1.18, stands: true }
}

pub fn speaker() -> Model {
    fn shape(p: Vec3) -> Surface {
        let body = cylinder(p, v(0.0, 0.62, 0.0), 0.56, 0.6, 0.14);
        let (turn, y) = (p.x.atan2(p.z) * 26.0, p.y * 36.0);
        let mesh = (0.09 - hypot(turn.fract() - 0.5, y.fract() - 0.5) * 0.3).max(0.0) * 0.16;
        let grille = (0.2..1.02).contains(&p.y);
        let cloth = if grille { body + mesh } else { body };
        let band = cylinder(p, v(0.0, 0.1, 0.0), 0.575, 0.035, 0.02);
        let top = cylinder(p, v(0.0, 1.205, 0.0), 0.4, 0.02, 0.015);
        let key = |x: f32, z: f32| cylinder(p, v(x, 1.225, z), 0.055, 0.02, 0.012);
        let keys = key(0.2, 0.0).min(key(-0.2, 0.0)).min(key(0.0, 0.2)).min(key(0.0, -0.2));
        let badge = cuboid(p, v(0.0, 0.34, 0.56), v(0.12, 0.03, 0.02), 0.01);
        nearer(nearer(surface(cloth * 0.7, 0), surface(band.min(badge), 1)), nearer(surface(top, 2), surface(keys, 1)))
    }
    Model {
        shape,
        materials: vec![matte(0x35_4b63), metal(0xd3_9a6a), matte(0x1d_2026)],
        centre: v(0.0, 0.62, 0.0),
        radius: 0.95,
        stands: true,
    }
}

pub fn camera() -> Model {
    fn shape(p: Vec3) -> Surface {
        let body = cuboid(p, v(0.0, 0.48, 0.0), v(0.82, 0.46, 0.2), 0.09);
        let grip = cuboid(p, v(-0.64, 0.44, 0.16), v(0.15, 0.38, 0.13), 0.1);
        let hump = cuboid(p, v(0.05, 0.95, 0.0), v(0.24, 0.13, 0.17), 0.07);
        let q = v(p.x - 0.06, p.z, p.y - 0.46);
        let rib = ((q.x.atan2(q.z) * 24.0).sin() * 0.008).max(0.0) * smoothstep(0.02, 0.0, (q.y - 0.42).abs() - 0.07);
        let barrel = cylinder(q, v(0.0, 0.36, 0.0), 0.38, 0.2, 0.03).min(cylinder(q, v(0.0, 0.58, 0.0), 0.34, 0.08, 0.03)) - rib;
        let barrel = carve(barrel, cylinder(q, v(0.0, 0.66, 0.0), 0.28, 0.09, 0.01), 0.02);
        let silver = cylinder(q, v(0.0, 0.22, 0.0), 0.405, 0.05, 0.02)
            .min(cylinder(q, v(0.0, 0.665, 0.0), 0.31, 0.012, 0.006).max(-(hypot(q.x, q.z) - 0.285)));
        let pupil = v(q.x, q.y - 0.36, q.z).length() - 0.27;
        let dial = cylinder(p, v(0.52, 0.98, 0.0), 0.14, 0.05, 0.015).min(cylinder(p, v(-0.58, 0.97, 0.08), 0.075, 0.045, 0.02));
        let leather = (0.16..0.78).contains(&p.y);
        let shell = if leather { 1 } else { 0 };
        let metal_parts = silver.min(dial);
        nearer(
            nearer(surface(blend(body, grip, 0.06).min(hump), shell), surface(barrel, 2)),
            nearer(surface(metal_parts, 0), surface(pupil, 3)),
        )
    }
    let eye = Material { clear: 0.0, rough: 0.03, ..glass(0x10_1430) };
    let skin = plastic(0x20_2022).rough(0.6).with(Texture::Leather);
    Model {
        shape,
        materials: vec![metal(0xcf_d2d6).rough(0.32), skin, plastic(0x18_1819).rough(0.4), eye],
        centre: v(0.0, 0.5, 0.15),
        radius: 1.08,
        stands: true,
    }
}
