//! Colour profiles: what space a file is in, and the way from there to sRGB. A profile that does not parse, or that is for another
//! number of channels, is ignored, as browsers do.

use std::sync::{Arc, Mutex, PoisonError};

use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions, Xyzd};

use super::header::Ink;

/// From a file's colours to sRGB, 8 bits a channel; gray to three channels, CMYK as amounts of ink.
pub type ToSrgb = Arc<Transform8BitExecutor>;

/// The space's name in signals.
pub fn space(ink: Ink, profile: Option<&[u8]>) -> &'static str {
    match (ink, profile.and_then(|profile| parse(ink, profile))) {
        (Ink::Gray, _) => "gray",
        (Ink::Cmyk, _) => "cmyk",
        (Ink::Color, None) => "srgb",
        (Ink::Color, Some(profile)) => named(&profile),
    }
}

/// The way to sRGB; `None` where there is no usable profile, or where it changes nothing that can be seen (2 of 255).
pub fn to_srgb(ink: Ink, profile: Option<&[u8]>) -> Option<ToSrgb> {
    /// Pictures of one shop share a few profiles, and to prepare one costs as much as to decode a small picture.
    static RECENT: Mutex<Vec<Prepared>> = Mutex::new(Vec::new());
    const KEPT: usize = 8;
    const KEPT_BYTES: usize = 64 << 10;

    let profile = profile?;
    let recent = || RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = recent().iter().find(|known| known.ink == ink && known.profile == profile) {
        return known.way.clone();
    }
    let found = prepare(ink, profile);
    if profile.len() <= KEPT_BYTES {
        let mut recent = recent();
        if recent.len() == KEPT {
            recent.remove(0);
        }
        recent.push(Prepared { ink, profile: profile.to_vec(), way: found.clone() });
    }
    found
}

struct Prepared {
    ink: Ink,
    profile: Vec<u8>,
    way: Option<ToSrgb>,
}

fn prepare(ink: Ink, profile: &[u8]) -> Option<ToSrgb> {
    let profile = parse(ink, profile)?;
    let layout = match ink {
        Ink::Gray => Layout::Gray,
        Ink::Color => Layout::Rgb,
        // Four channels of any meaning go by this name.
        Ink::Cmyk => Layout::Rgba,
    };
    let transform = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, TransformOptions::default()).ok()?;
    let visible = match ink {
        Ink::Gray => changes(&transform, &(0..=255).collect::<Vec<u8>>(), 1),
        Ink::Color => changes(&transform, &lattice(), 3),
        Ink::Cmyk => true,
    };
    visible.then_some(transform)
}

fn parse(ink: Ink, profile: &[u8]) -> Option<ColorProfile> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    let fits = match ink {
        Ink::Gray => profile.color_space == DataColorSpace::Gray,
        Ink::Color => profile.color_space == DataColorSpace::Rgb,
        Ink::Cmyk => profile.color_space == DataColorSpace::Cmyk,
    };
    fits.then_some(profile)
}

/// By the primaries; the tone curves of these spaces follow from them.
fn named(profile: &ColorProfile) -> &'static str {
    let own = [profile.red_colorant, profile.green_colorant, profile.blue_colorant];
    let same = |known: &ColorProfile| {
        let theirs = [known.red_colorant, known.green_colorant, known.blue_colorant];
        let near = |a: Xyzd, b: Xyzd| (a.x - b.x).abs() < 0.01 && (a.y - b.y).abs() < 0.01 && (a.z - b.z).abs() < 0.01;
        own.iter().zip(theirs).all(|(a, b)| near(*a, b))
    };
    match () {
        () if same(&ColorProfile::new_srgb()) => "srgb",
        () if same(&ColorProfile::new_display_p3()) => "display-p3",
        () if same(&ColorProfile::new_adobe_rgb()) => "adobe-rgb",
        () => "other",
    }
}

/// Colours from corner to corner of the cube.
fn lattice() -> Vec<u8> {
    const STEPS: [u8; 8] = [0, 26, 51, 102, 128, 179, 230, 255];
    (0..512).flat_map(|index: usize| [STEPS[index / 64], STEPS[index / 8 % 8], STEPS[index % 8]]).collect()
}

fn changes(transform: &ToSrgb, colors: &[u8], channels: usize) -> bool {
    let mut converted = vec![0; colors.len() / channels * 3];
    transform.transform(colors, &mut converted).is_ok()
        && converted
            .chunks_exact(3)
            .zip(colors.chunks_exact(channels))
            .any(|(after, before)| (0..3).any(|channel| after[channel].abs_diff(before[channel % channels]) > 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_spaces_are_named_and_only_srgb_needs_no_way() {
        for (profile, name) in [
            (ColorProfile::new_srgb(), "srgb"),
            (ColorProfile::new_display_p3(), "display-p3"),
            (ColorProfile::new_adobe_rgb(), "adobe-rgb"),
            (ColorProfile::new_pro_photo_rgb(), "other"),
        ] {
            let bytes = profile.encode().unwrap();
            assert_eq!(space(Ink::Color, Some(&bytes)), name);
            assert_eq!(to_srgb(Ink::Color, Some(&bytes)).is_none(), name == "srgb", "{name}");
            assert!(to_srgb(Ink::Gray, Some(&bytes)).is_none(), "a profile for three channels says nothing of one");
        }
    }

    #[test]
    fn what_is_no_profile_is_ignored() {
        let whole = ColorProfile::new_display_p3().encode().unwrap();
        for bytes in [&b""[..], b"not a profile", &whole[..100], &[0xFF; 4096]] {
            assert_eq!(space(Ink::Color, Some(bytes)), "srgb");
            assert!(to_srgb(Ink::Color, Some(bytes)).is_none());
        }
    }
}
