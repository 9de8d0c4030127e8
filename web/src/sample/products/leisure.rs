//! Sports, media and toys: basketball, dumbbell, bottle, book, wooden car.

use std::sync::LazyLock;

use crate::sample::geometry::{Outline, Vec3, arch, ball, blend, carve, cuboid, cylinder, hypot, rod, smoothstep, v};
use crate::sample::material::{Texture, glaze, matte, metal, plastic};
use crate::sample::render::{Model, Surface, nearer, surface};

pub fn basketball() -> Model {
    fn shape(p: Vec3) -> Surface {
        let q = (p - v(0.0, 0.8, 0.0)).turn_z(0.35).turn_x(0.3);
        let curve = |side: f32| (v(q.x - side * 0.98, q.y, q.z).length() - 0.72).abs();
        let groove = q.x.abs().min(q.y.abs()).min(curve(1.0)).min(curve(-1.0));
        let leather = q.length() - 0.8 + 0.014 * smoothstep(0.02, 0.006, groove);
        surface(leather, usize::from(groove < 0.014))
    }
    Model {
        shape,
        materials: vec![plastic(0xcf_6a26).rough(0.6).with(Texture::Pebbled), matte(0x1a_1512)],
        centre: v(0.0, 0.8, 0.0),
        radius: 0.84,
        stands: true,
    }
}

pub fn dumbbell() -> Model {
    fn hexagon(p: Vec3, half: f32) -> f32 {
        let (y, z) = (p.y.abs(), p.z.abs());
        let side = (z * 0.866 + y * 0.5).max(y) - 0.36;
        let d = (side + 0.06, p.x.abs() - half + 0.06);
        d.0.max(d.1).min(0.0) + hypot(d.0.max(0.0), d.1.max(0.0)) - 0.06
    }
    fn shape(p: Vec3) -> Surface {
        let q = p - v(0.0, 0.36, 0.0);
        let m = v(q.x.abs() - 0.72, q.y, q.z);
        let head = hexagon(m, 0.27);
        let knurl = 0.006 * ((q.x * 90.0 + q.y * 60.0).sin() * (q.x * 90.0 - q.y * 60.0).sin());
        let swell = 0.075 + 0.022 * (q.x * 6.0).cos();
        let bar = rod(q, v(-0.5, 0.0, 0.0), v(0.5, 0.0, 0.0), swell) + knurl;
        let collar = cylinder(v(q.y, m.x, q.z), v(0.0, -0.27, 0.0), 0.13, 0.035, 0.02);
        let plate = cylinder(v(q.y, m.x, q.z), v(0.0, 0.27, 0.0), 0.19, 0.012, 0.01);
        nearer(nearer(surface(head, 0), surface(bar.min(collar) * 0.85, 1)), surface(plate, 2))
    }
    let materials = vec![matte(0x2b_2d30).rough(0.65).with(Texture::Pebbled), metal(0xc7_cacd).rough(0.22), plastic(0xd8_dadb).rough(0.4)];
    Model { shape, materials, centre: v(0.0, 0.36, 0.0), radius: 1.12, stands: true }
}

pub fn bottle() -> Model {
    static BODY: LazyLock<Outline> = LazyLock::new(|| {
        Outline::smooth(
            &[(0.0, 0.0), (0.27, 0.0), (0.32, 0.05), (0.33, 0.7), (0.33, 1.28), (0.27, 1.46), (0.2, 1.56), (0.19, 1.62), (0.0, 1.62)],
            4,
        )
    });
    fn shape(p: Vec3) -> Surface {
        let body = BODY.lathe(p, 0.006);
        let neck = cylinder(p, v(0.0, 1.63, 0.0), 0.195, 0.03, 0.01);
        let rib = ((p.x.atan2(p.z) * 22.0).sin() * 0.006).max(0.0);
        let cap = cylinder(p, v(0.0, 1.76, 0.0), 0.215, 0.11, 0.03) - rib;
        let strap = arch(p, v(0.0, 1.82, 0.0), 0.17, 0.17, 0.04, 0.026);
        let foot = if p.y < 0.09 { 1 } else { 0 };
        let mark = (p.y - 0.72).abs() < 0.17 && p.z > 0.0 && (p.x.abs() - 0.02 - (p.y - 0.55) * 0.25).abs() < 0.016;
        nearer(nearer(surface(body, if mark { 1 } else { foot }), surface(neck, 1)), surface(cap.min(strap), 2))
    }
    let coat = plastic(0x3d_6b57).rough(0.5).with(Texture::Speckled);
    Model {
        shape,
        materials: vec![coat, metal(0xcf_d3d6).with(Texture::Brushed), matte(0x22_2422).rough(0.6)],
        centre: v(0.0, 1.0, 0.0),
        radius: 1.1,
        stands: true,
    }
}

pub fn book() -> Model {
    fn shape(p: Vec3) -> Surface {
        let q = p - v(0.0, 0.9, 0.0);
        let cover = cuboid(q, v(0.0, 0.0, 0.0), v(0.64, 0.88, 0.15), 0.012);
        let cover = carve(cover, cuboid(q, v(0.1, 0.0, 0.0), v(0.66, 1.0, 0.125), 0.0), 0.002);
        let pages = cuboid(q, v(-0.02, 0.0, 0.0), v(0.6, 0.85, 0.127), 0.004);
        let spine = cylinder(v(q.x + 0.56, q.y, q.z), v(0.0, 0.0, 0.0), 0.165, 0.88, 0.01).max(q.x + 0.56);
        let hinge = 0.01 * smoothstep(0.03, 0.0, (q.x + 0.52).abs());
        let front = q.z > 0.1;
        let (x, y) = (q.x - 0.04, q.y);
        let sun = hypot(x, y - 0.22) < 0.24;
        let waves = y < -0.06 && y > -0.5 && ((y + 0.03 * (x * 16.0).sin()) * 22.0).sin() > 0.2 && x.abs() < 0.46;
        let title = ((y - 0.64).abs() < 0.035 && x.abs() < 0.4 && ((x * 19.0).fract().abs() < 0.72))
            || ((y + 0.68).abs() < 0.018 && x.abs() < 0.22);
        let frame = (x.abs() - 0.5).abs() < 0.008 && y.abs() < 0.79 || (y.abs() - 0.79).abs() < 0.008 && x.abs() < 0.508;
        let printed = if !front {
            0
        } else if title || frame {
            2
        } else if sun {
            3
        } else if waves {
            4
        } else {
            0
        };
        nearer(surface(blend(cover, spine, 0.01) + hinge, printed), surface(pages, 1))
    }
    let cloth = matte(0x1f_4e5f).with(Texture::Fabric { per_unit: 120.0 });
    let materials = vec![
        cloth,
        matte(0xee_e6d2).with(Texture::Pages),
        plastic(0xe9_c46a).rough(0.4),
        plastic(0xe7_6f51).rough(0.5),
        plastic(0x8f_c1b5).rough(0.5),
    ];
    Model { shape, materials, centre: v(0.0, 0.9, 0.0), radius: 1.14, stands: true }
}

pub fn wooden_car() -> Model {
    static SIDE: LazyLock<Outline> = LazyLock::new(|| {
        Outline::smooth(
            &[
                (-0.92, 0.22),
                (-0.94, 0.46),
                (-0.86, 0.58),
                (-0.62, 0.62),
                (-0.46, 0.92),
                (-0.32, 0.98),
                (0.16, 0.97),
                (0.36, 0.64),
                (0.74, 0.56),
                (0.92, 0.42),
                (0.92, 0.22),
                (0.4, 0.2),
                (-0.4, 0.2),
            ],
            3,
        )
        .tabulated()
    });
    fn shape(p: Vec3) -> Surface {
        let body = SIDE.plate(p, 0.34, 0.07);
        let wheel_well = |x: f32| rod(p, v(x, 0.22, -0.6), v(x, 0.22, 0.6), 0.25);
        let body = carve(body, wheel_well(-0.54).min(wheel_well(0.54)), 0.02);
        let window = rod(v(p.x, p.y, 0.0), v(-0.3, 0.78, 0.0), v(-0.2, 0.78, 0.0), 0.1).min(rod(
            v(p.x, p.y, 0.0),
            v(0.06, 0.78, 0.0),
            v(0.11, 0.75, 0.0),
            0.09,
        ));
        let body = carve(body, window, 0.015);
        let q = v(p.x.abs() - 0.54, p.y - 0.21, p.z.abs() - 0.35);
        let tyre = cylinder(v(q.x, q.z, q.y), v(0.0, 0.0, 0.0), 0.21, 0.075, 0.03);
        let hub = cylinder(v(q.x, q.z, q.y), v(0.0, 0.07, 0.0), 0.12, 0.02, 0.012).min(ball(q, v(0.0, 0.0, 0.085), 0.04));
        let lamps = ball(v(p.x, p.y, p.z.abs()), v(0.9, 0.42, 0.2), 0.07);
        let red = p.y < 0.42 && p.y > 0.3;
        nearer(nearer(surface(body, if red { 1 } else { 0 }), surface(tyre, 2)), nearer(surface(hub, 1), surface(lamps, 3)))
    }
    let beech = plastic(0xd9_ab6e).rough(0.5).with(Texture::Wood);
    let materials = vec![beech, plastic(0xc9_3c2f).rough(0.4), plastic(0x5a_3a22).rough(0.5).with(Texture::Wood), glaze(0xf4_d35e)];
    Model { shape, materials, centre: v(0.0, 0.5, 0.0), radius: 1.1, stands: true }
}
