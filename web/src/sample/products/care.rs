//! Beauty and pantry: perfume, face cream, jam.

use crate::sample::geometry::{Vec3, blend, cuboid, cylinder, hypot, smoothstep, v};
use crate::sample::material::{Material, Texture, glass, glaze, matte, metal, plastic, rgb};
use crate::sample::render::{Model, Surface, nearer, surface};

pub fn perfume() -> Model {
    fn shape(p: Vec3) -> Surface {
        let flacon = cuboid(p, v(0.0, 0.56, 0.0), v(0.5, 0.56, 0.24), 0.07);
        let liquid = p.y < 0.74 && p.y > 0.1 && p.x.abs() < 0.42;
        let label = (p.x.abs() - 0.21).max((p.y - 0.5).abs() - 0.18);
        let frame = label.abs() < 0.008 && p.z > 0.2;
        let script = p.z > 0.2 && (((p.y - 0.55).abs() < 0.022 && p.x.abs() < 0.13) || ((p.y - 0.45).abs() < 0.011 && p.x.abs() < 0.08));
        let neck = cylinder(p, v(0.0, 1.15, 0.0), 0.13, 0.06, 0.02).min(cylinder(p, v(0.0, 1.13, 0.0), 0.16, 0.02, 0.01));
        let cap = cylinder(p, v(0.0, 1.4, 0.0), 0.2, 0.2, 0.03);
        let skin = if frame || script {
            2
        } else if label < 0.0 && p.z > 0.2 {
            4
        } else if liquid {
            1
        } else {
            0
        };
        nearer(nearer(surface(flacon, skin), surface(neck, 2)), surface(cap, 3))
    }
    let liquid = Material { clear: 0.08, rough: 0.06, ..glass(0xd8_8b5a) };
    let clear = Material { clear: 0.5, ..glass(0xcf_d8d8) };
    let gold = metal(0xdf_bd78).rough(0.12);
    Model {
        shape,
        materials: vec![clear, liquid, gold, plastic(0x1b_1a1d).rough(0.08), glaze(0xf6_efe4)],
        centre: v(0.0, 0.8, 0.0),
        radius: 1.0,
        stands: true,
    }
}

pub fn cream_jar() -> Model {
    fn shape(p: Vec3) -> Surface {
        let jar = cylinder(p, v(0.0, 0.34, 0.0), 0.62, 0.34, 0.11);
        let lid = cylinder(p, v(0.0, 0.86, 0.0), 0.63, 0.16, 0.04);
        let groove = cylinder(p, v(0.0, 0.69, 0.0), 0.58, 0.04, 0.0);
        let turn = p.x.atan2(p.z);
        let front = turn.abs() < 0.5;
        let name = front && (p.y - 0.42).abs() < 0.035 && (turn * 17.0).fract().abs() < 0.74 && turn.abs() < 0.36;
        let small = front && ((p.y - 0.3).abs() < 0.012 && turn.abs() < 0.22 || (p.y - 0.24).abs() < 0.012 && turn.abs() < 0.16);
        let lined = (p.y - 0.76).abs() < 0.014;
        nearer(nearer(surface(jar, if name || small { 2 } else { 0 }), surface(lid, if lined { 3 } else { 1 })), surface(groove, 3))
    }
    let frosted = glaze(0xdb_e9e4).rough(0.4);
    Model {
        shape,
        materials: vec![frosted, plastic(0xf3_eee6).rough(0.25), matte(0x2d_5a50), metal(0xd9_b47a).rough(0.15)],
        centre: v(0.0, 0.5, 0.0),
        radius: 0.95,
        stands: true,
    }
}

pub fn jam_jar() -> Model {
    fn shape(p: Vec3) -> Surface {
        let jar = blend(cylinder(p, v(0.0, 0.48, 0.0), 0.5, 0.48, 0.14), cylinder(p, v(0.0, 0.98, 0.0), 0.4, 0.08, 0.02), 0.1);
        let turn = p.x.atan2(p.z);
        let label = turn.abs() < 1.05 && (0.18..0.68).contains(&p.y);
        let fruit = label && hypot(turn * 0.5, p.y - 0.5) < 0.1;
        let leaf = label && ((turn * 0.5) - 0.03).abs() < 0.05 && (p.y - 0.61).abs() < 0.025;
        let print = label
            && ((p.y - 0.33).abs() < 0.028 && turn.abs() < 0.55 && (turn * 13.0).fract().abs() < 0.75
                || (p.y - 0.25).abs() < 0.01 && turn.abs() < 0.35);
        let border = label && ((p.y - 0.2).abs() < 0.008 || (p.y - 0.66).abs() < 0.008);
        let skirt = 0.012 * (turn * 14.0).sin() * smoothstep(1.04, 0.94, p.y);
        let cloth = cylinder(p, v(0.0, 1.06, 0.0), 0.44, 0.09, 0.05) + skirt;
        let string = hypot(v(p.x, 0.0, p.z).length() - 0.44, p.y - 1.0) - 0.022;
        let skin = if fruit || print || border {
            2
        } else if leaf {
            5
        } else if label {
            1
        } else if p.y > 0.86 {
            6
        } else {
            0
        };
        nearer(nearer(surface(jar, skin), surface(cloth * 0.8, 3)), surface(string, 4))
    }
    let jam = Material { clear: 0.02, rough: 0.06, ..glass(0x7a_0f22) }.with(Texture::Patchy);
    let gingham = matte(0xf4_efe6).with(Texture::Checked { other: rgb(0xb8_3a3a), per_unit: 9.0 });
    let materials =
        vec![jam, matte(0xf5_ecd7), matte(0x9c_1f33), gingham, matte(0xb8_925a), matte(0x3f_7d3a), plastic(0xd7_dcda).rough(0.1)];
    Model { shape, materials, centre: v(0.0, 0.58, 0.0), radius: 0.85, stands: true }
}
