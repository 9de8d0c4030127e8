//! Pictures drawn by tests, whose answers are known.

use vitrine_engine::{ContentHash, FileFacts, Format, Photo, Pixels};

/// A photo of these pixels, as if read from a plain PNG.
pub(crate) fn photo(pixels: Pixels) -> Photo {
    let file = FileFacts {
        content_hash: ContentHash::of(pixels.rgb()),
        bytes: pixels.rgb().len() as u64,
        format: Format::Png,
        extension_matches: None,
        name_is_plain: None,
        width: pixels.width(),
        height: pixels.height(),
        color_space: "srgb",
        bit_depth: 8,
        frame_count: 1,
        has_alpha: false,
        is_truncated: false,
        jpeg_quality: None,
        dpi: None,
        ai_generated_marked: false,
        synthetic_performer_marked: false,
    };
    Photo::new(file, Some(pixels))
}

/// Every pixel from a function of its place.
pub(crate) fn paint(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 3]) -> Pixels {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    Pixels::new(width, height, places.flat_map(|(x, y)| color(x, y)).collect()).unwrap()
}

/// Coarse coloured noise: blocks of 6 px, as busy as any scene.
pub(crate) fn noise(width: u32, height: u32) -> Pixels {
    paint(width, height, |x, y| {
        let mut state = (x / 6).wrapping_mul(0x9E37_79B9) ^ (y / 6).wrapping_mul(0x85EB_CA6B) ^ 0x27D4_EB2F;
        state = (state ^ (state >> 15)).wrapping_mul(0x2C1B_3C6D);
        state = (state ^ (state >> 12)).wrapping_mul(0x297A_2D39);
        state ^= state >> 15;
        [state as u8, (state >> 8) as u8, (state >> 16) as u8]
    })
}

/// Sizes and contents at the limits.
pub(crate) fn odd() -> Vec<Pixels> {
    let sizes = [(1, 1), (2, 2), (1, 9), (400, 1), (1, 3000), (3, 500), (5, 4), (17, 16)];
    let mut pictures = Vec::new();
    for (width, height) in sizes {
        pictures.extend([[255; 3], [0; 3], [12, 200, 90]].map(|color| paint(width, height, |_, _| color)));
        pictures.push(noise(width, height));
        pictures.push(paint(width, height, |x, y| [(x * 7) as u8, (y * 5) as u8, (x + y) as u8]));
    }
    pictures
}
