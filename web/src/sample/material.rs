//! Materials of the drawn products: colour, gloss and texture at a point of the surface.

use super::geometry::{Vec3, floor, fract, smoothstep, v};
use super::noise::{cloud, noise};

/// A pattern over the plain colour; sizes are in the model's units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Texture {
    /// None.
    Plain,
    /// A weave of threads, `per_unit` to the unit.
    Fabric {
        /// Threads to the unit.
        per_unit: f32,
    },
    /// Grained leather.
    Leather,
    /// Growth rings along x.
    Wood,
    /// Brushed along x.
    Brushed,
    /// Speckles as in stoneware.
    Speckled,
    /// Horizontal stripes in another colour, `per_unit` to the unit.
    Striped {
        /// The other colour, linear.
        other: Vec3,
        /// Stripes to the unit.
        per_unit: f32,
    },
    /// Small pebbles, as on a basketball.
    Pebbled,
    /// Bark and leaves: patches of lighter and darker.
    Patchy,
    /// The bellows of page edges.
    Pages,
    /// Squares in another colour.
    Checked {
        /// The other colour, linear.
        other: Vec3,
        /// Squares to the unit.
        per_unit: f32,
    },
}

/// What a surface is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Material {
    /// Diffuse colour, or the tint of a metal; linear.
    pub colour: Vec3,
    /// 0 = mirror, 1 = chalk.
    pub rough: f32,
    /// Metals have a tinted reflection and no colour of their own beneath.
    pub metal: bool,
    /// Share of what lies behind that shines through, 0..1.
    pub clear: f32,
    /// The pattern.
    pub texture: Texture,
}

/// A colour as people write it, `0xrrggbb` (sRGB), in linear light.
pub fn rgb(hex: u32) -> Vec3 {
    let channel = |shift: u32| {
        let c = ((hex >> shift) & 0xff) as f32 / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    v(channel(16), channel(8), channel(0))
}

/// Plain and half glossy, like lacquer or plastic.
pub fn plastic(hex: u32) -> Material {
    Material { colour: rgb(hex), rough: 0.35, metal: false, clear: 0.0, texture: Texture::Plain }
}

/// Very glossy, like glazed china.
pub fn glaze(hex: u32) -> Material {
    Material { rough: 0.12, ..plastic(hex) }
}

/// Without gloss.
pub fn matte(hex: u32) -> Material {
    Material { rough: 0.95, ..plastic(hex) }
}

/// Polished metal.
pub fn metal(hex: u32) -> Material {
    Material { metal: true, rough: 0.2, ..plastic(hex) }
}

/// Glass of a tint.
pub fn glass(hex: u32) -> Material {
    Material { rough: 0.05, clear: 0.72, ..plastic(hex) }
}

impl Material {
    /// The same with a texture.
    #[must_use]
    pub fn with(self, texture: Texture) -> Self {
        Self { texture, ..self }
    }

    /// The same with another gloss.
    #[must_use]
    pub fn rough(self, rough: f32) -> Self {
        Self { rough, ..self }
    }

    /// Whether its texture has relief at all.
    pub fn is_smooth(&self) -> bool {
        matches!(self.texture, Texture::Plain | Texture::Speckled)
    }

    /// Colour and relief (height in units, for bumps) at a point of the model.
    pub fn at(&self, p: Vec3) -> (Vec3, f32) {
        let shade = |by: f32| self.colour * by;
        match self.texture {
            Texture::Plain => (self.colour, 0.0),
            Texture::Fabric { per_unit } => {
                let (a, b) = ((p.x + p.z * 0.6) * per_unit, (p.y + p.z * 0.4) * per_unit);
                let over = (floor(a) + floor(b)) as i32 & 1 == 0;
                let thread = if over { (fract(b) - 0.5).abs() } else { (fract(a) - 0.5).abs() };
                let wear = 0.9 + 0.2 * cloud(p * 9.0);
                (shade((1.06 - 0.3 * thread.abs()) * wear), -thread.abs() * 0.25 / per_unit)
            }
            Texture::Leather => {
                let cells = cloud(p * 42.0);
                (shade(0.85 + 0.3 * cells * cloud(p * 3.0) * 1.6), cells * 0.006)
            }
            Texture::Wood => {
                let wave = cloud(v(p.x * 1.2, p.y * 4.0, p.z * 4.0)) * 5.0 + p.y * 9.0 + p.z * 3.0;
                let ringed = 0.5 + 0.5 * (wave * 4.0).sin();
                let fibre = noise(v(p.x * 7.0, p.y * 130.0, p.z * 130.0));
                (shade(0.72 + 0.26 * ringed + 0.14 * fibre), fibre * 0.0004)
            }
            Texture::Brushed => {
                let line = noise(v(p.x * 3.0, p.y * 150.0, p.z * 150.0));
                (shade(0.92 + 0.12 * line), line * 0.0012)
            }
            Texture::Speckled => {
                let spot = smoothstep(0.74, 0.8, noise(p * 38.0)) * 0.55 + smoothstep(0.82, 0.86, noise(p * 80.0)) * 0.4;
                (shade(1.0 - spot) + v(0.02, 0.014, 0.008) * spot, 0.0)
            }
            Texture::Striped { other, per_unit } => {
                let share = smoothstep(0.42, 0.46, (fract(p.y * per_unit) - 0.5).abs() * 2.0);
                let thread = noise(p * 90.0);
                (other.mix(self.colour, share) * (0.92 + 0.16 * thread), thread * 0.002)
            }
            Texture::Pebbled => {
                let pebble = noise(p * 60.0);
                (shade(0.86 + 0.24 * pebble), pebble * 0.009)
            }
            Texture::Patchy => {
                let patch = cloud(p * 6.0);
                (shade(0.55 + 0.9 * patch), cloud(p * 24.0) * 0.008)
            }
            Texture::Pages => {
                let page = noise(v(1.0, p.y * 2.0, p.z * 160.0));
                (shade(0.8 + 0.25 * page), page * 0.002)
            }
            Texture::Checked { other, per_unit } => {
                let odd = (floor(p.x * per_unit) + floor(p.y * per_unit)) as i32 & 1 == 0;
                let thread = noise(p * 90.0);
                ((if odd { other } else { self.colour }) * (0.92 + 0.16 * thread), thread * 0.002)
            }
        }
    }
}
