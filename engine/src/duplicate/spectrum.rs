//! The coarse frequencies of a thumbnail: a 64-bit hash for people and other systems, and the vector that candidate
//! copies are searched by. Integer cosine transform, so that every machine gets the same bits.

use std::sync::LazyLock;

use crate::duplicate::fingerprint::{LUMA_CELLS, LUMA_SIDE};

/// Frequencies along each side that the search looks at, without the mean.
const SEARCHED: usize = 6;
/// Components of a [`Spectrum`].
pub const SPECTRUM_LENGTH: usize = SEARCHED * SEARCHED - 1;
const HASHED: usize = 8;

/// Direction of a thumbnail's coarse frequencies: unit length times 127, zero for a plain picture. Brightness and contrast drop out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spectrum([i8; SPECTRUM_LENGTH]);

impl Spectrum {
    /// Of a plain picture: no direction.
    pub const PLAIN: Self = Self([0; SPECTRUM_LENGTH]);

    /// Spectrum of a luma thumbnail.
    pub fn of(luma: &[u8; LUMA_CELLS]) -> Self {
        let frequencies = frequencies(luma);
        let picked: Vec<f64> = searched().map(|(u, v)| frequencies[v][u] as f64).collect();
        let length = picked.iter().map(|value| value * value).sum::<f64>().sqrt();
        let mut components = [0; SPECTRUM_LENGTH];
        if length >= PLAIN_LENGTH {
            for (component, value) in components.iter_mut().zip(picked) {
                *component = (value / length * 127.0).round() as i8;
            }
        }
        Self(components)
    }

    /// The bytes of [`Spectrum::to_bytes`].
    pub fn from_bytes(bytes: [u8; SPECTRUM_LENGTH]) -> Self {
        Self(bytes.map(|byte| byte as i8))
    }

    /// One signed byte a component.
    pub fn to_bytes(self) -> [u8; SPECTRUM_LENGTH] {
        self.0.map(|component| component as u8)
    }

    /// The same for a picture and its mirror image: frequencies that mirroring turns round lose their sign. Distances between
    /// folded spectra are never larger than between the pictures themselves, mirrored or not.
    pub fn folded(&self) -> Self {
        let mut folded = self.0;
        for (component, (u, _)) in folded.iter_mut().zip(searched()) {
            if u % 2 == 1 {
                *component = component.saturating_abs();
            }
        }
        Self(folded)
    }

    /// Of the mirror image.
    pub fn mirrored(&self) -> Self {
        let mut mirrored = self.0;
        for (component, (u, _)) in mirrored.iter_mut().zip(searched()) {
            if u % 2 == 1 {
                *component = component.saturating_neg();
            }
        }
        Self(mirrored)
    }

    /// Squared Euclidean distance; 0..=4 * 127^2 and a little.
    pub fn distance_squared(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(a, b)| i32::from(*a).abs_diff(i32::from(*b)).pow(2)).sum()
    }
}

/// A picture whose coarse frequencies are weaker than this is plain: half a grey level of contrast.
const PLAIN_LENGTH: f64 = (128 * SCALE * SCALE) as f64;

/// 64 signs of the coarse frequencies, low ones first (DCT hash). Copies differ in few bits; every second bit, from the second on,
/// turns round in a mirror image: `hash ^ 0xaaaa_aaaa_aaaa_aaaa` is its hash (but where a frequency is exactly 0).
pub fn perceptual_hash(luma: &[u8; LUMA_CELLS]) -> u64 {
    let frequencies = frequencies(luma);
    let mut hash = 0;
    for v in 0..HASHED {
        for u in 0..HASHED {
            // The mean says nothing of the picture: its place is taken by the next vertical frequency.
            let value = if (u, v) == (0, 0) { frequencies[HASHED][0] } else { frequencies[v][u] };
            hash |= u64::from(value > 0) << (v * HASHED + u);
        }
    }
    hash
}

fn searched() -> impl Iterator<Item = (usize, usize)> {
    (0..SEARCHED).flat_map(|v| (0..SEARCHED).map(move |u| (u, v))).skip(1)
}

const SCALE: i64 = 1024;

/// Cosine transform of a thumbnail, `[vertical][horizontal]`, times `SCALE`^2.
fn frequencies(luma: &[u8; LUMA_CELLS]) -> [[i64; HASHED]; HASHED + 1] {
    let mut rows = [[0i64; HASHED]; LUMA_SIDE];
    for (row, line) in rows.iter_mut().zip(luma.as_chunks::<LUMA_SIDE>().0) {
        let line = line.map(i32::from);
        for (value, wave) in row.iter_mut().zip(WAVES.iter()) {
            // At most 32 x 255 x 1024: it fits 32 bits.
            *value = line.iter().zip(wave).map(|(luma, wave)| luma * wave).sum::<i32>().into();
        }
    }
    let mut result = [[0; HASHED]; HASHED + 1];
    for (line, wave) in result.iter_mut().zip(WAVES.iter()) {
        for (row, wave) in rows.iter().zip(wave) {
            line.iter_mut().zip(row).for_each(|(value, row)| *value += row * i64::from(*wave));
        }
    }
    result
}

/// Orthogonal up to rounding: each wave has the same length.
static WAVES: LazyLock<[[i32; LUMA_SIDE]; HASHED + 1]> = LazyLock::new(|| {
    std::array::from_fn(|k| {
        let amplitude = SCALE as f64 * if k == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
        std::array::from_fn(|n| {
            let angle = std::f64::consts::PI * k as f64 * (2 * n + 1) as f64 / (2 * LUMA_SIDE) as f64;
            (amplitude * angle.cos()).round() as i32
        })
    })
});
