//! Things to wear and carry: shirts, dress, shoes, bags, watch, sunglasses, ring.

use std::f32::consts::TAU;
use std::sync::LazyLock;

use crate::sample::geometry::{
    Outline, Vec3, arch, ball, blend, carve, cuboid, cylinder, ellipsoid, hypot, ring, rod, smoothstep, standing_ring, v,
};
use crate::sample::material::{Material, Texture, glass, matte, metal, plastic, rgb};
use crate::sample::noise::cloud;
use crate::sample::render::{Model, Surface, nearer, surface};

/// Folds as cloth falls: long, soft, mostly vertical.
fn folds(p: Vec3, depth: f32) -> f32 {
    let drape = cloud(v(p.x * 3.1 + p.y * 0.5, p.y * 0.9, 3.0)) + 0.35 * cloud(v(p.x * 7.0 - p.y * 2.0, p.y * 2.2, 8.0));
    (drape - 0.66) * depth
}

fn shirt_shape(p: Vec3) -> Surface {
    static CUT: LazyLock<Outline> = LazyLock::new(|| {
        Outline::mirrored(
            &[
                (0.0, 1.63),
                (0.12, 1.65),
                (0.2, 1.74),
                (0.3, 1.73),
                (0.52, 1.63),
                (0.66, 1.5),
                (0.9, 1.08),
                (0.74, 0.95),
                (0.66, 0.94),
                (0.545, 1.12),
                (0.5, 0.95),
                (0.49, 0.5),
                (0.51, 0.04),
                (0.47, 0.0),
                (0.25, -0.02),
                (0.0, -0.03),
            ],
            4,
        )
        .tabulated()
    });
    let smooth = CUT.cushion(p, 0.16, 0.36);
    if smooth > 0.2 {
        return surface(smooth * 0.6, 0);
    }
    let cloth = smooth + folds(p, 0.085) * smoothstep(1.62, 1.3, p.y);
    let neck = carve(cloth, ellipsoid(p, v(0.0, 1.74, 0.1), v(0.2, 0.18, 0.2)), 0.02);
    let collar = v(v(p.x * 0.92, p.y - 1.74, 0.0).length() - 0.19, 0.0, p.z - 0.1 + (p.y - 1.55) * 0.3).length() - 0.028;
    let collar = collar.max(p.y - 1.73).max(cloth - 0.03);
    let seam = (p.y - 0.075).abs().min((p.x.abs() * 0.83 + p.y * 0.56 - 1.31).abs() + if p.x.abs() < 0.6 { 1.0 } else { 0.0 });
    let stitched = neck + 0.004 * smoothstep(0.014, 0.004, seam);
    nearer(surface(stitched * 0.72, 0), surface(collar * 0.8, 1))
}

fn shirt(cloth: Material, collar: Material) -> Model {
    Model { shape: shirt_shape, materials: vec![cloth, collar], centre: v(0.0, 0.86, 0.0), radius: 1.2, stands: false }
}

pub fn t_shirt(hex: u32) -> Model {
    let jersey = matte(hex).with(Texture::Fabric { per_unit: 75.0 });
    shirt(jersey, Material { colour: jersey.colour * 0.8, ..jersey })
}

pub fn striped_t_shirt() -> Model {
    let striped = matte(0xf3_efe6).with(Texture::Striped { other: rgb(0xd9_5d39), per_unit: 8.0 });
    shirt(striped, matte(0xd9_5d39))
}

pub fn dress() -> Model {
    static CUT: LazyLock<Outline> = LazyLock::new(|| {
        Outline::mirrored(
            &[
                (0.0, 1.68),
                (0.12, 1.72),
                (0.2, 1.84),
                (0.26, 2.0),
                (0.34, 1.99),
                (0.36, 1.8),
                (0.34, 1.62),
                (0.33, 1.45),
                (0.28, 1.2),
                (0.3, 1.06),
                (0.42, 0.72),
                (0.56, 0.3),
                (0.66, 0.02),
                (0.5, -0.03),
                (0.25, -0.05),
                (0.0, -0.05),
            ],
            4,
        )
        .tabulated()
    });
    fn shape(p: Vec3) -> Surface {
        let flare = smoothstep(1.25, 0.2, p.y);
        let spread = p.x / (0.3 + 0.36 * flare);
        let pleats = (spread * 21.0 + cloud(p * 1.4) * 2.4).sin() * 0.022 * flare;
        let smooth = CUT.cushion(p, 0.15 + 0.06 * flare, 0.26);
        if smooth > 0.2 {
            return surface(smooth * 0.6, 0);
        }
        let cloth = smooth + pleats + folds(p, 0.05);
        let cloth = carve(cloth, ellipsoid(p, v(0.0, 1.88, 0.12), v(0.2, 0.24, 0.2)), 0.02);
        let belt = cuboid(p, v(0.0, 1.17, 0.0), v(0.3, 0.035, 0.17), 0.03).max(cloth - 0.022);
        let knot = ellipsoid(p, v(0.05, 1.17, 0.155), v(0.055, 0.04, 0.03));
        nearer(surface(cloth * 0.7, 0), surface(belt.min(knot) * 0.8, 1))
    }
    let cloth = matte(0xa8_2f4b).with(Texture::Fabric { per_unit: 85.0 });
    Model { shape, materials: vec![cloth, matte(0x6d_1a30)], centre: v(0.0, 0.98, 0.0), radius: 1.22, stands: false }
}

/// Half width of a shoe's sole at `x` (heel at -1, toe at 1).
fn sole_half(x: f32) -> f32 {
    0.25 + 0.085 * smoothstep(-0.3, 0.5, x) - 0.07 * smoothstep(-0.1, -0.5, x) * smoothstep(-0.9, -0.5, x)
}

pub fn sneaker(upper: u32, accent: u32) -> Model {
    static SIDE: LazyLock<Outline> = LazyLock::new(|| {
        Outline::smooth(
            &[
                (-0.92, 0.16),
                (-0.97, 0.45),
                (-0.95, 0.74),
                (-0.88, 0.8),
                (-0.76, 0.68),
                (-0.55, 0.6),
                (-0.36, 0.66),
                (-0.24, 0.76),
                (-0.12, 0.74),
                (0.12, 0.54),
                (0.42, 0.4),
                (0.78, 0.35),
                (0.97, 0.25),
                (0.98, 0.14),
                (0.6, 0.12),
                (-0.4, 0.12),
            ],
            3,
        )
        .tabulated()
    });
    static SOLE: LazyLock<Outline> = LazyLock::new(|| {
        Outline::smooth(
            &[
                (-0.98, 0.05),
                (-1.0, 0.2),
                (-0.9, 0.25),
                (-0.4, 0.22),
                (0.3, 0.17),
                (0.85, 0.17),
                (1.03, 0.16),
                (0.98, 0.05),
                (0.6, 0.0),
                (0.0, 0.0),
                (-0.8, 0.0),
            ],
            3,
        )
        .tabulated()
    });
    fn across(p: Vec3, side: f32, half: f32, round: f32) -> f32 {
        let d = (side + round, p.z.abs() - half + round);
        d.0.max(d.1).min(0.0) + hypot(d.0.max(0.0), d.1.max(0.0)) - round
    }
    fn shape(p: Vec3) -> Surface {
        let ends = (smoothstep(0.55, 1.02, p.x) * 0.2 + smoothstep(-0.7, -1.0, p.x) * 0.1).max(0.0);
        let half = sole_half(p.x) - ends;
        let height = smoothstep(0.2, 0.8, p.y);
        let body = across(p, SIDE.distance(p.x, p.y), half - 0.02 - height * 0.1, 0.13);
        let opening = ellipsoid(p, v(-0.58, 0.82, 0.0), v(0.28, 0.3, 0.12));
        let body = carve(body, opening, 0.03);
        let sole = across(p, SOLE.distance(p.x, p.y), half + 0.02, 0.05);
        let tread = (p.x * 34.0).sin() * 0.012 * smoothstep(0.07, 0.0, p.y);
        let line = ((p.y - 0.12 - 0.02 * p.x).abs() - 0.008).max(-0.004);
        let sole_cut = sole + tread + 0.006 * smoothstep(0.008, 0.0, line);
        let mut laces = f32::MAX;
        for i in 0..5 {
            let at = i as f32 * 0.25;
            let (x, y) = (-0.14 + at * 0.52, 0.75 - at * 0.36);
            laces = laces.min(rod(p, v(x, y - 0.02, 0.12), v(x + 0.05, y + 0.015, 0.0), 0.022)).min(rod(
                p,
                v(x, y - 0.02, -0.12),
                v(x + 0.05, y + 0.015, 0.0),
                0.022,
            ));
        }
        let tongue = ellipsoid(p, v(-0.22, 0.74, 0.0), v(0.09, 0.17, 0.11));
        let swoosh = (p.y - 0.3 - 0.2 * (p.x + 0.35).abs().powf(1.4)).abs();
        let striped = swoosh < 0.05 && (-0.75..0.35).contains(&p.x);
        let toe = p.x > 0.62 + 0.5 * (p.y - 0.3) || p.x < -0.78;
        let skin = if striped {
            1
        } else if toe {
            4
        } else {
            0
        };
        let upper = nearer(surface(body * 0.75, skin), surface(tongue * 0.9, 0));
        nearer(nearer(upper, surface(sole_cut * 0.75, 2)), surface(laces, 3))
    }
    let knit = matte(upper).with(Texture::Fabric { per_unit: 55.0 });
    let shade = Material { colour: rgb(upper) * 0.62, ..plastic(upper) }.rough(0.6).with(Texture::Leather);
    let materials = vec![knit, plastic(accent), matte(0xf6_f5f2).rough(0.6), matte(accent), shade];
    Model { shape, materials, centre: v(0.0, 0.38, 0.0), radius: 1.15, stands: true }
}

pub fn boot() -> Model {
    static SIDE: LazyLock<Outline> = LazyLock::new(|| {
        Outline::smooth(
            &[
                (-0.62, 0.14),
                (-0.66, 0.5),
                (-0.6, 1.0),
                (-0.63, 1.52),
                (-0.4, 1.56),
                (-0.06, 1.52),
                (-0.05, 1.1),
                (0.02, 0.76),
                (0.3, 0.58),
                (0.62, 0.48),
                (0.78, 0.32),
                (0.78, 0.14),
                (0.4, 0.12),
                (-0.3, 0.12),
            ],
            3,
        )
        .tabulated()
    });
    fn shape(p: Vec3) -> Surface {
        let half = sole_half(p.x * 1.2) * 0.92 - smoothstep(0.45, 0.82, p.x) * 0.16 - smoothstep(-0.45, -0.68, p.x) * 0.1;
        let side = SIDE.distance(p.x, p.y);
        let round = 0.15;
        let d = (side + round, p.z.abs() - half + round);
        let body = d.0.max(d.1).min(0.0) + hypot(d.0.max(0.0), d.1.max(0.0)) - round;
        if body > 0.2 {
            return surface(body * 0.6, 0);
        }
        let creases = 0.012
            * (p.y * 16.0 + p.x * 9.0 + cloud(p * 3.0) * 5.0).sin()
            * smoothstep(0.3, 0.0, (v(p.x - 0.05, p.y - 0.72, 0.0)).length() - 0.1);
        let body = carve(body + creases, ellipsoid(p, v(-0.34, 1.62, 0.0), v(0.23, 0.3, 0.15)), 0.03);
        let sole = cuboid(p, v(0.07, 0.09, 0.0), v(0.74, 0.05, half + 0.025), 0.04);
        let heel = cuboid(p, v(-0.42, 0.06, 0.0), v(0.24, 0.07, half + 0.01), 0.03);
        let mut laces = f32::MAX;
        for i in 0..6 {
            let y = 0.72 + i as f32 * 0.14;
            let x = -0.03 - (y - 0.76) * 0.02 + (0.92 - y).max(0.0) * 0.3;
            laces = laces.min(rod(p, v(x - 0.03, y, 0.12), v(x + 0.045, y + 0.06, 0.0), 0.02)).min(rod(
                p,
                v(x - 0.03, y, -0.12),
                v(x + 0.045, y + 0.06, 0.0),
                0.02,
            ));
        }
        let pull = standing_ring(v(p.z, p.y, p.x + 0.64), v(0.0, 1.58, 0.0), 0.06, 0.018);
        let skin = if p.x > 0.42 + 0.2 * p.y || p.x < -0.5 + 0.1 * (p.y - 0.8) && p.y < 0.7 { 3 } else { 0 };
        nearer(nearer(surface(body * 0.75, skin), surface(sole.min(heel), 1)), surface(laces.min(pull), 2))
    }
    let leather = plastic(0x8a_5528).rough(0.48).with(Texture::Leather);
    let cap = plastic(0x6d_3f1c).rough(0.42).with(Texture::Leather);
    Model {
        shape,
        materials: vec![leather, matte(0x2a_211b), matte(0x3a_2b1e), cap],
        centre: v(0.05, 0.78, 0.0),
        radius: 1.1,
        stands: true,
    }
}

pub fn tote() -> Model {
    fn shape(p: Vec3) -> Surface {
        let taper = 0.66 - 0.06 * p.y + 0.02 * (p.y * 2.0).sin();
        let bulge = 0.24 + 0.06 * (1.0 - (p.y - 0.4).abs()).max(0.0) - 0.12 * smoothstep(0.4, 1.02, p.y);
        let body = cuboid(p, v(0.0, 0.52, 0.0), v(taper, 0.52, bulge), 0.09);
        let slouch = if body < 0.15 { (cloud(v(p.x * 1.8, p.y * 1.6, p.z)) - 0.5) * 0.06 } else { -0.03 };
        let body = body + slouch;
        let body = carve(body, cuboid(p, v(0.0, 0.95, 0.0), v(taper - 0.03, 0.4, bulge - 0.04), 0.05), 0.02);
        let seam = (p.x.abs() - taper + 0.1).abs().min((p.y - 0.12).abs());
        let body = body + 0.006 * smoothstep(0.012, 0.002, seam);
        let straps = arch(p, v(0.0, 0.95, 0.2), 0.3, 0.62, 0.22, 0.026).min(arch(p, v(0.0, 0.95, -0.2), 0.3, 0.55, 0.22, 0.026));
        let q = v(p.x.abs(), p.y, p.z);
        let rings = standing_ring(q, v(0.3, 0.78, 0.23), 0.045, 0.013);
        let tag = cuboid(p, v(0.0, 0.7, 0.27), v(0.09, 0.05, 0.03), 0.012);
        nearer(nearer(surface(body * 0.75, 0), surface(straps, 1)), nearer(surface(rings, 2), surface(tag, 2)))
    }
    let hide = plastic(0xb5_6f3c).rough(0.5).with(Texture::Leather);
    let strap = plastic(0x7f_4520).rough(0.45).with(Texture::Leather);
    Model { shape, materials: vec![hide, strap, metal(0xdc_bf7d)], centre: v(0.0, 0.78, 0.0), radius: 1.1, stands: true }
}

pub fn backpack() -> Model {
    fn shape(p: Vec3) -> Surface {
        let near = cuboid(p, v(0.0, 0.78, 0.08), v(0.64, 0.76, 0.36), 0.1);
        if near > 0.4 {
            return surface(near * 0.7, 0);
        }
        let crumple = (cloud(p * 2.2) - 0.5) * 0.05;
        let narrow = 0.07 * smoothstep(0.9, 1.6, p.y);
        let body = cuboid(p, v(0.0, 0.78, 0.0), v(0.54 - narrow, 0.76, 0.27 - narrow), 0.2) + crumple;
        let pocket = cuboid(p, v(0.0, 0.44, 0.3), v(0.4, 0.3, 0.13), 0.1) + crumple;
        let sides = cuboid(p.mirror_x(), v(0.54, 0.42, 0.0), v(0.1, 0.27, 0.17), 0.07) + crumple;
        let flap = cuboid(p, v(0.0, 1.17, 0.16), v(0.47 - narrow, 0.34, 0.19), 0.1) + crumple;
        let straps = cuboid(p.mirror_x(), v(0.2, 0.92, 0.32), v(0.045, 0.42, 0.055), 0.012);
        let straps = straps
            .max(-(pocket.min(flap) - 0.035))
            .max(pocket.min(flap).min(body) - 0.05)
            .max(-0.02 - pocket.min(flap).min(body))
            .min(cuboid(p.mirror_x(), v(0.2, 0.92, 0.365), v(0.045, 0.3, 0.016), 0.01));
        let buckles = cuboid(p.mirror_x(), v(0.2, 0.66, 0.4), v(0.062, 0.05, 0.045), 0.015);
        let handle = arch(p, v(0.0, 1.5, -0.1), 0.15, 0.16, 0.05, 0.03);
        let zip = (p.y - 0.6).abs() - 0.008;
        let pocket = pocket + 0.008 * smoothstep(0.012, 0.0, zip);
        let canvas = blend(body, sides, 0.03).min(pocket).min(flap);
        nearer(surface(canvas * 0.8, 0), nearer(surface(straps.min(handle) * 0.8, 1), surface(buckles, 2)))
    }
    let canvas = matte(0x4a_5d45).with(Texture::Fabric { per_unit: 46.0 });
    let leather = plastic(0x8a_5a30).rough(0.5).with(Texture::Leather);
    Model { shape, materials: vec![canvas, leather, metal(0xb9_a06a)], centre: v(0.0, 0.84, 0.05), radius: 1.15, stands: true }
}

pub fn watch() -> Model {
    fn shape(p: Vec3) -> Surface {
        let q = p - v(0.0, 1.0, 0.0);
        let flat = v(q.x, q.z, q.y);
        let case = cylinder(flat, v(0.0, 0.0, 0.0), 0.5, 0.1, 0.04);
        let bezel = standing_ring(q, v(0.0, 0.0, 0.1), 0.455, 0.04);
        let dial = cylinder(flat, v(0.0, 0.095, 0.0), 0.42, 0.012, 0.0);
        let crown = cylinder(v(q.z, q.x, q.y), v(0.0, 0.55, 0.0), 0.065, 0.05, 0.02);
        let lugs = cuboid(q.mirror_x(), v(0.25, 0.0, -0.03), v(0.06, 0.56, 0.07), 0.04);
        let bend = q.y * q.y * 0.28;
        let strap_half = 0.235 - 0.05 * smoothstep(0.5, 1.0, q.y.abs());
        let strap = cuboid(v(q.x, q.y, q.z + bend), v(0.0, 0.0, -0.01), v(strap_half, 0.98, 0.04), 0.035);
        let stitch = (q.x.abs() - strap_half + 0.045).abs() < 0.007 && (q.y * 22.0).fract().abs() < 0.6;
        let strap = strap.max(-(hypot(q.x, q.y) - 0.44));
        let angle = q.x.atan2(q.y);
        let hour = (angle / TAU * 12.0).round() / 12.0 * TAU;
        let mark = rod(q, v(hour.sin() * 0.33, hour.cos() * 0.33, 0.112), v(hour.sin() * 0.385, hour.cos() * 0.385, 0.112), 0.013);
        let hand = |turn: f32, reach: f32, thick: f32| {
            rod(q, v(-turn.sin() * 0.06, -turn.cos() * 0.06, 0.125), v(turn.sin() * reach, turn.cos() * reach, 0.125), thick)
        };
        let hands = hand(-1.0, 0.2, 0.016).min(hand(1.05, 0.32, 0.011)).min(ball(q, v(0.0, 0.0, 0.125), 0.026));
        let second = hand(3.6, 0.34, 0.005);
        let steel = nearer(surface(case.min(bezel).min(crown).min(lugs), 0), surface(mark.min(hands), 0));
        let face = nearer(surface(dial, 1), surface(second, 3));
        nearer(nearer(steel, face), surface(strap * 0.8, if stitch { 4 } else { 2 }))
    }
    let strap = plastic(0x3b_2418).rough(0.55).with(Texture::Leather);
    let materials = vec![metal(0xd7_dade).rough(0.14), plastic(0x14_2a4a).rough(0.2), strap, plastic(0xd8_4a32), matte(0xd9_c4a2)];
    Model { shape, materials, centre: v(0.0, 1.0, 0.0), radius: 1.12, stands: false }
}

pub fn sunglasses() -> Model {
    fn shape(p: Vec3) -> Surface {
        let q = p.mirror_x() - v(0.0, 0.36, 0.0);
        let bow = q.x * q.x * 0.1;
        let lens_at = v(q.x - 0.47, (q.y + 0.02 + 0.1 * (q.x - 0.47)) * 1.18, q.z + bow);
        let round = v(lens_at.x, lens_at.y, 0.0).length();
        let square = (lens_at.x.abs().powi(3) + lens_at.y.abs().powi(3)).powf(1.0 / 3.0);
        let shape2 = round * 0.5 + square * 0.5;
        let lens = (shape2 - 0.36).max(lens_at.z.abs() - 0.012);
        let frame = hypot(shape2 - 0.375, lens_at.z) - 0.045;
        let bridge = arch(q, v(0.0, 0.02, 0.0), 0.1, 0.1, 0.02, 0.035);
        let hinge = cuboid(q, v(0.88, 0.12, -0.1), v(0.05, 0.05, 0.06), 0.02);
        let temple = rod(q, v(0.9, 0.13, -0.1), v(0.84, 0.1, -1.02), 0.034).min(rod(q, v(0.84, 0.1, -1.02), v(0.8, -0.2, -1.32), 0.036));
        nearer(surface(frame.min(bridge).min(hinge).min(temple) * 0.85, 0), surface(lens * 0.8, 1))
    }
    let tint = Material { clear: 0.3, ..glass(0x2d_2018) };
    let shell = plastic(0x5a_3216).rough(0.15).with(Texture::Patchy);
    Model { shape, materials: vec![shell, tint], centre: v(0.0, 0.34, -0.5), radius: 1.3, stands: true }
}

pub fn ring_with_stone() -> Model {
    fn shape(p: Vec3) -> Surface {
        let q = p - v(0.0, 0.62, 0.0);
        let thick = 0.07 + 0.025 * smoothstep(0.2, 0.6, q.y);
        let band = (hypot(q.x, q.y) - 0.54).abs().max((q.z.abs() - thick).max(0.0));
        let band = hypot(band, (q.z.abs() - thick).max(0.0)) - 0.05;
        let s = q - v(0.0, 0.82, 0.0);
        let facet = |turn: f32, tilt: f32, at: f32| {
            let turned = s.turn_y(((s.x.atan2(s.z) + turn) / TAU * 8.0).round() / 8.0 * -TAU + turn);
            turned.z * tilt.cos() + turned.y * tilt.sin() - at
        };
        let stone =
            facet(0.0, 0.0, 0.235).max(facet(0.0, 0.75, 0.225)).max(facet(0.39, 0.4, 0.236)).max(facet(0.0, -0.8, 0.17)).max(s.y - 0.13);
        let claw_turn = (s.x.atan2(s.z) / TAU * 4.0 - 0.5).round() / 4.0 * TAU + TAU / 8.0;
        let c = s.turn_y(-claw_turn);
        let claws = rod(c, v(0.0, -0.3, 0.08), v(0.0, 0.0, 0.245), 0.03).min(rod(c, v(0.0, 0.0, 0.245), v(0.0, 0.12, 0.2), 0.028));
        let seat = ring(s, v(0.0, -0.14, 0.0), 0.16, 0.028);
        let diamonds = ball(v(q.x.abs(), q.y, q.z), v(0.27, 0.5, 0.0), 0.075).min(ball(v(q.x.abs(), q.y, q.z), v(0.4, 0.4, 0.0), 0.062));
        nearer(surface(blend(band, claws.min(seat), 0.03), 0), nearer(surface(stone * 0.8, 1), surface(diamonds, 2)))
    }
    let sapphire = Material { clear: 0.12, rough: 0.02, ..glass(0x1d_3fae) };
    Model {
        shape,
        materials: vec![metal(0xe6_c27a).rough(0.1), sapphire, metal(0xf4_f6fa).rough(0.05)],
        centre: v(0.0, 0.78, 0.0),
        radius: 0.98,
        stands: true,
    }
}
