//! Backdrops: pure white as the marketplaces ask for, one colour, and furnished scenes in the camera's own perspective. A cut-out
//! is laid on them with its shadow.

use super::geometry::{Vec3, hypot, lerp, smoothstep, v};
use super::material::{Material, Texture, matte, plastic, rgb};
use super::noise::{Dice, cloud, noise};
use super::picture::{Picture, encode};
use super::render::{Model, Sprite};

/// What a product stands or lies on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Backdrop {
    /// Every channel 255, with a soft shadow at the foot of things that stand.
    White,
    /// One colour from edge to edge, `0xrrggbb`.
    Colour(u32),
    /// Oak boards before a plaster wall with window light.
    WoodenTable,
    /// Pale marble before a tiled kitchen wall.
    Kitchen,
    /// A meadow with the trees out of focus.
    Meadow,
    /// Concrete before a dark wall.
    Loft,
}

/// Lays a cut-out on a backdrop. `seed` places what is placed by chance.
pub fn compose(sprite: &Sprite, model: &Model, backdrop: Backdrop, seed: u64) -> Picture {
    let ground = match backdrop {
        Backdrop::White => vec![v(1.0, 1.0, 1.0); sprite.width * sprite.height],
        Backdrop::Colour(hex) => swept(sprite, rgb(hex)),
        _ => furnished(sprite, model, Scene::of(backdrop), seed),
    };
    let cast = if model.stands { None } else { Some(cast_shadow(sprite)) };
    let strength = if backdrop == Backdrop::White { 0.34 } else { 0.72 };
    let mut grain = Dice::new(seed, "grain");
    let pixels = (0..sprite.width * sprite.height)
        .map(|i| {
            let shadow = match &cast {
                None => sprite.shadow[i] * strength,
                Some(_) if backdrop == Backdrop::White => 0.0,
                Some(cast) => cast[i] * 0.6,
            };
            // A shadow fades out before it would turn white into almost-white.
            let shadow = if backdrop == Backdrop::White { shadow * from_edge(sprite, i) } else { shadow };
            let behind = ground[i] * (1.0 - shadow);
            let light = behind * (1.0 - sprite.cover[i]) + sprite.colour[i];
            let coarse = grain.bell() * 0.007;
            let code = [light.x, light.y, light.z].map(|c| encode(rolled_off(c)));
            if code.iter().all(|c| *c > 0.996) { [1.0; 3] } else { code.map(|c| (c + coarse).clamp(0.0, 1.0)) }
        })
        .collect();
    Picture { width: sprite.width, height: sprite.height, pixels }
}

/// 0 at the frame's edge, 1 from a twelfth of the way in: on white, no shadow reaches the edge.
fn from_edge(sprite: &Sprite, i: usize) -> f32 {
    let (x, y) = (i % sprite.width, i / sprite.width);
    let off = |at: usize, side: usize| at.min(side - 1 - at) as f32 / side as f32;
    smoothstep(0.035, 0.13, off(x, sprite.width).min(off(y, sprite.height)))
}

/// Highlights are compressed rather than cut, as film and cameras do; white stays white.
fn rolled_off(light: f32) -> f32 {
    if light < 0.8 {
        light
    } else {
        0.8 + 0.2 * (1.0 - (-(light - 0.8) * 5.0).exp()) + if light >= 0.999 { 0.1 * smoothstep(0.999, 1.0, light) } else { 0.0 }
    }
}

fn swept(sprite: &Sprite, colour: Vec3) -> Vec<Vec3> {
    (0..sprite.width * sprite.height)
        .map(|i| {
            let (x, y) = ((i % sprite.width) as f32 / sprite.width as f32, (i / sprite.width) as f32 / sprite.height as f32);
            colour * (1.04 - 0.16 * hypot(x - 0.35, y - 0.35))
        })
        .collect()
}

struct Scene {
    floor: Material,
    floor_scale: f32,
    boards: f32,
    wall: Material,
    tiles: f32,
    window: f32,
    blobs: &'static [u32],
    light: f32,
}

impl Scene {
    fn of(backdrop: Backdrop) -> Self {
        let plain = Self {
            floor: matte(0xffffff),
            floor_scale: 1.0,
            boards: 0.0,
            wall: matte(0xffffff),
            tiles: 0.0,
            window: 0.0,
            blobs: &[],
            light: 1.0,
        };
        match backdrop {
            Backdrop::WoodenTable => Self {
                floor: plastic(0xa8_7242).with(Texture::Wood),
                floor_scale: 0.6,
                boards: 0.72,
                wall: matte(0xd9_cdbb),
                window: 0.5,
                blobs: &[0x6f_8a66, 0x56_7050, 0x8a_a37c, 0xc9_a778],
                ..plain
            },
            Backdrop::Kitchen => Self {
                floor: plastic(0xd8_d4cf),
                floor_scale: 1.0,
                wall: matte(0xb9_c9c6),
                tiles: 0.62,
                window: 0.25,
                blobs: &[0xc8_8a4f, 0xe0_c79a, 0x7d_9a8e],
                ..plain
            },
            Backdrop::Meadow => Self {
                floor: matte(0x5d_8a3a).with(Texture::Patchy),
                floor_scale: 2.4,
                wall: matte(0x7f_a860),
                blobs: &[0x4f_7d3c, 0x6a_9a4a, 0x9c_c072, 0xd6_e39a, 0x3c_6635, 0xe9_efc2, 0x86_b05a],
                light: 1.08,
                ..plain
            },
            _ => Self {
                floor: matte(0x77_7571).with(Texture::Patchy),
                floor_scale: 0.35,
                wall: matte(0x3b_4048),
                window: 0.35,
                blobs: &[0xe0_a35a, 0xd9_8a4a, 0x5a_6674],
                light: 0.92,
                ..plain
            },
        }
    }

    fn floor_at(&self, p: Vec3) -> Vec3 {
        let q = v(p.x, p.z * 0.3, p.z) * self.floor_scale;
        if self.boards > 0.0 {
            let board = (p.z / self.boards).floor();
            let along = v(p.x * 0.5 + board * 7.3, board * 3.1 + (p.z / self.boards).fract() * 0.35, board);
            let gap = smoothstep(0.0, 0.012, (p.z / self.boards).fract().min(1.0 - (p.z / self.boards).fract()));
            let tone = 0.82 + 0.3 * noise(v(board * 5.7, 1.0, 2.0));
            return self.floor.at(along).0 * (tone * lerp(0.35, 1.0, gap));
        }
        if matches!(self.floor.texture, Texture::Plain) {
            let vein = (cloud(p * 0.9) * 9.0 + p.x * 0.8 + p.z).sin().abs();
            return self.floor.colour * (1.0 - 0.32 * smoothstep(0.16, 0.0, vein) * cloud(p * 2.0 + v(5.0, 0.0, 1.0)));
        }
        self.floor.at(q).0
    }

    fn wall_at(&self, across: f32, up: f32, seed: u64) -> Vec3 {
        let mut colour = self.wall.colour * (0.78 + 0.14 * up + 0.12 * cloud(v(across * 0.7, up * 0.7, 1.0)));
        if self.tiles > 0.0 {
            let row = (up / self.tiles).floor();
            let (a, b) = ((across / self.tiles / 2.0 + row * 0.5).fract().abs(), (up / self.tiles).fract().abs());
            let joint = smoothstep(0.0, 0.05, a.min(1.0 - a).min(b.min(1.0 - b) * 0.6));
            colour = colour * lerp(0.82, 1.0, joint);
        }
        let mut dice = Dice::new(seed, "blobs");
        for (i, hex) in self.blobs.iter().cycle().take(self.blobs.len() * 3).enumerate() {
            let (x, y) = (dice.between(-3.6, 3.6), dice.between(-0.2, 2.6));
            let size = dice.between(0.22, 0.7);
            let inside = smoothstep(size * 1.15, size * 0.72, hypot(across - x, (up - y) * 0.9));
            colour = colour.mix(rgb(*hex), inside * if i % 3 == 0 { 0.75 } else { 0.4 });
        }
        let slant = across + up * 0.35;
        let panes = smoothstep(0.0, 0.25, slant + 1.9)
            * smoothstep(0.0, 0.25, 1.3 - slant)
            * smoothstep(-0.2, 0.3, up - 0.1)
            * smoothstep(0.0, 0.3, 2.3 - up);
        let bar = smoothstep(0.04, 0.14, (slant + 0.3).abs());
        colour * (1.0 + self.window * panes * bar)
    }
}

fn furnished(sprite: &Sprite, model: &Model, scene: Scene, seed: u64) -> Vec<Vec3> {
    let camera = &sprite.camera;
    let size = 1.0 / model.radius;
    let back = camera.direction(0.0, 0.0, 1.0);
    let right = camera.direction(1.0, 0.0, 0.0);
    let wall_behind = 1.9 * model.radius;
    let mut dice = Dice::new(seed, "scene");
    let turn = dice.between(-0.12, 0.12);
    (0..sprite.width * sprite.height)
        .map(|i| {
            let (x, y) = ((i % sprite.width) as f32 + 0.5, (i / sprite.width) as f32 + 0.5);
            let (nx, ny) = (x / sprite.width as f32 - 0.5, y / sprite.height as f32 - 0.5);
            let vignette = scene.light * (1.06 - 0.5 * (nx * nx + ny * ny));
            if !model.stands {
                let aspect = sprite.height as f32 / sprite.width as f32;
                let p = v(nx * 3.0, 0.0, ny * 3.0 * aspect).turn_y(turn + 0.06);
                return scene.floor_at(p) * (vignette * (0.95 - 0.25 * (nx + ny)));
            }
            let ray = camera.ray(x, y);
            let to_wall = (-wall_behind - (camera.eye - model.centre).dot(back)) / ray.dot(back);
            let to_floor = if ray.y < -1e-5 { -camera.eye.y / ray.y } else { f32::MAX };
            let floor_share = smoothstep(1.012, 0.985, to_floor / to_wall);
            let mut light = Vec3::default();
            if floor_share > 0.0 {
                let p = (camera.eye + ray * to_floor - v(model.centre.x, 0.0, model.centre.z)) * size;
                let depth = p.dot(back);
                let level = v(p.dot(right), 0.0, depth).turn_y(turn);
                light =
                    light + scene.floor_at(level) * (floor_share * (0.9 + 0.12 * depth) * lerp(0.75, 1.0, smoothstep(-1.9, -0.9, depth)));
            }
            if floor_share < 1.0 {
                let p = (camera.eye + ray * to_wall) * size;
                light = light + scene.wall_at(p.dot(right), p.y, seed) * (1.0 - floor_share);
            }
            light * vignette
        })
        .collect()
}

/// The shadow of something that lies on its backdrop: its cover, moved down and right, softened.
fn cast_shadow(sprite: &Sprite) -> Vec<f32> {
    let offset = (sprite.width.min(sprite.height) / 55) as isize;
    let cover = Picture { width: sprite.width, height: sprite.height, pixels: sprite.cover.iter().map(|c| [*c; 3]).collect() };
    let mut moved = cover.clone();
    for (i, pixel) in moved.pixels.iter_mut().enumerate() {
        let (x, y) = ((i % sprite.width) as isize, (i / sprite.width) as isize);
        *pixel = cover.at(x - offset, y - offset);
    }
    moved.blurred(sprite.width as f32 / 90.0).pixels.iter().map(|p| p[0]).collect()
}
