//! The faults that rules speak of, put into a clean picture on purpose and in a known strength.

use image::codecs::jpeg::JpegEncoder;

use super::geometry::{hypot, smoothstep};
use super::lettering::{Pen, width_of, write};
use super::noise::Dice;
use super::picture::{Picture, decode, encode};

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defect {
    /// Out of focus.
    Blur,
    /// Moved while the shutter was open.
    MotionBlur,
    /// Taken in too little light.
    Noise,
    /// Compressed far too much.
    JpegArtifacts,
    /// Two stops too dark.
    Dark,
    /// Washed out.
    Bright,
    /// A thumbnail.
    Small,
    /// A thumbnail made large again.
    Upscaled,
    /// A printed frame around it.
    Border,
    /// A sale banner over it.
    TextOverlay,
    /// A shop's mark across it.
    Watermark,
    /// Four pictures in one.
    Collage,
    /// A card that says that there is no picture.
    Placeholder,
    /// A part of the product lies outside the frame.
    CutOff,
    /// Without colour.
    Greyscale,
    /// The clean picture again, a little smaller, brighter and saved anew.
    NearDuplicate,
    /// On a loud colour instead of white.
    ColouredBackground,
    /// The product fills a fifth of the frame.
    TinySubject,
    /// The product stands in a corner.
    OffCentre,
}

/// All faults, in the order in which products get them.
pub const ALL: [Defect; 19] = [
    Defect::Blur,
    Defect::Watermark,
    Defect::Dark,
    Defect::TextOverlay,
    Defect::JpegArtifacts,
    Defect::ColouredBackground,
    Defect::NearDuplicate,
    Defect::Placeholder,
    Defect::CutOff,
    Defect::MotionBlur,
    Defect::Border,
    Defect::TinySubject,
    Defect::Noise,
    Defect::Collage,
    Defect::Bright,
    Defect::Small,
    Defect::Greyscale,
    Defect::Upscaled,
    Defect::OffCentre,
];

impl Defect {
    /// Its name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blur => "blur",
            Self::MotionBlur => "motion_blur",
            Self::Noise => "noise",
            Self::JpegArtifacts => "jpeg_artifacts",
            Self::Dark => "underexposed",
            Self::Bright => "overexposed",
            Self::Small => "low_resolution",
            Self::Upscaled => "upscaled",
            Self::Border => "border",
            Self::TextOverlay => "text_overlay",
            Self::Watermark => "watermark",
            Self::Collage => "collage",
            Self::Placeholder => "placeholder",
            Self::CutOff => "cut_off",
            Self::Greyscale => "greyscale",
            Self::NearDuplicate => "near_duplicate",
            Self::ColouredBackground => "coloured_background",
            Self::TinySubject => "tiny_subject",
            Self::OffCentre => "off_centre",
        }
    }

    /// JPEG quality that the spoilt picture is saved with.
    pub fn jpeg_quality(self) -> u8 {
        match self {
            Self::JpegArtifacts => 9,
            Self::NearDuplicate => 80,
            _ => 92,
        }
    }

    /// Spoils `picture`; `others` are further views of the same product, for collages. (A coloured background is not painted
    /// over a finished picture: the cut-out is laid on the colour to begin with.)
    pub fn spoil(self, picture: &Picture, others: &[Picture], dice: &mut Dice) -> Picture {
        let (width, height) = (picture.width, picture.height);
        let long = width.max(height) as f32;
        match self {
            Self::Blur => picture.blurred(long * dice.between(0.0045, 0.007)),
            Self::MotionBlur => picture.smeared((long * dice.between(0.022, 0.032)) as usize, direction(dice.between(-0.5, 0.5))),
            Self::Noise => noisy(picture, dice),
            Self::JpegArtifacts => through_jpeg(picture, 8),
            Self::Dark => exposed(picture, dice.between(0.1, 0.16)),
            Self::Bright => exposed(picture, dice.between(3.4, 4.4)),
            Self::Small => picture.resized(width * 220 / long as usize, height * 220 / long as usize),
            Self::Upscaled => picture.resized(width / 5, height / 5).resized(width, height),
            Self::Border => framed(picture, dice),
            Self::TextOverlay => bannered(picture, dice),
            Self::Watermark => watermarked(picture, dice),
            Self::Collage => collage(picture, others),
            Self::Placeholder => placeholder(width, height),
            Self::CutOff => {
                let share = |side: usize, by: f32| (side as f32 * by) as usize;
                picture.cropped(share(width, dice.between(0.3, 0.38)), share(height, 0.02), share(width, 0.62), share(height, 0.82))
            }
            Self::Greyscale => grey(picture),
            Self::NearDuplicate => {
                let mut copy = picture.resized(width * 9 / 10, height * 9 / 10);
                copy.map(|pixel| pixel.map(|c| if c > 0.995 { c } else { (c * 1.02 + 0.01).min(1.0) }));
                copy
            }
            Self::ColouredBackground => picture.clone(),
            Self::TinySubject => on_white(&picture.resized(width / 4, height / 4), width, height, 0.5, 0.55),
            Self::OffCentre => on_white(&picture.resized(width / 2, height / 2), width, height, 0.02, 0.98),
        }
    }
}

fn direction(turn: f32) -> (f32, f32) {
    (turn.cos(), turn.sin())
}

fn noisy(picture: &Picture, dice: &mut Dice) -> Picture {
    let sigma = dice.between(0.085, 0.12);
    let mut out = picture.clone();
    for pixel in &mut out.pixels {
        *pixel = pixel.map(|c| (c * 0.93 + dice.bell() * sigma).clamp(0.0, 1.0));
    }
    out
}

/// What a very low JPEG quality leaves; the picture unchanged should the encoder ever refuse it.
fn through_jpeg(picture: &Picture, quality: u8) -> Picture {
    let mut bytes = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&picture.to_rgb8());
    let decoded = encoded.and_then(|()| image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg));
    decoded.map_or_else(|_| picture.clone(), |image| Picture::from_rgb8(&image.to_rgb8()))
}

fn exposed(picture: &Picture, gain: f32) -> Picture {
    let mut out = picture.clone();
    out.map(|pixel| pixel.map(|c| encode(decode(c) * gain + if gain > 1.0 { 0.06 } else { 0.0 })));
    out
}

fn grey(picture: &Picture) -> Picture {
    let mut out = picture.clone();
    out.map(|[r, g, b]| [0.299 * r + 0.587 * g + 0.114 * b; 3]);
    out
}

fn framed(picture: &Picture, dice: &mut Dice) -> Picture {
    let colour = [[0.08, 0.09, 0.1], [0.72, 0.12, 0.14], [0.1, 0.24, 0.5]][(dice.unit() * 2.99) as usize];
    let edge = picture.width.max(picture.height) / 22;
    let mut out = picture.clone();
    for y in 0..picture.height {
        for x in 0..picture.width {
            let off = x.min(y).min(picture.width - 1 - x).min(picture.height - 1 - y);
            if off < edge {
                out.cover(x as isize, y as isize, colour, 1.0);
            }
        }
    }
    out
}

fn bannered(picture: &Picture, dice: &mut Dice) -> Picture {
    let mut out = picture.clone();
    let (width, height) = (picture.width as f32, picture.height as f32);
    let word = ["SALE -50%", "FREE SHIPPING", "NEW 2026", "BEST PRICE"][(dice.unit() * 3.99) as usize];
    let red = [0.86, 0.1, 0.16];
    let strip = height * 0.15;
    out.cover_box(0, (height - strip) as isize, picture.width, strip as usize + 1, red, 1.0);
    let size = (strip * 0.5).min(width * 0.86 / width_of(word));
    let pen = Pen {
        x: (width - width_of(word) * size) / 2.0,
        y: height - (strip + size) / 2.0,
        height: size,
        weight: 0.15,
        turn: 0.0,
        colour: [1.0; 3],
        cover: 1.0,
    };
    write(&mut out, word, pen);
    let (cx, cy, radius) = (width * 0.84, height * 0.14, width.min(height) * 0.115);
    for y in (cy - radius) as isize - 1..=(cy + radius) as isize + 1 {
        for x in (cx - radius) as isize - 1..=(cx + radius) as isize + 1 {
            let off = hypot(x as f32 - cx, y as f32 - cy);
            out.cover(x, y, [0.99, 0.78, 0.12], smoothstep(radius + 0.7, radius - 0.7, off));
        }
    }
    let size = radius * 0.62;
    write(
        &mut out,
        "TOP",
        Pen {
            x: cx - width_of("TOP") * size / 2.0 + size * 0.12,
            y: cy - size / 2.0,
            height: size,
            turn: 0.0,
            colour: [0.2, 0.12, 0.0],
            ..pen
        },
    );
    out
}

fn watermarked(picture: &Picture, dice: &mut Dice) -> Picture {
    let mut out = picture.clone();
    let size = picture.width as f32 * 0.052;
    let turn = dice.between(-0.55, -0.4);
    let row = size * 4.2;
    let mut line = 0;
    let mut y = -size * 2.0;
    while y < picture.height as f32 * 1.7 {
        let x = -size * 3.0 - if line % 2 == 0 { size * 5.0 } else { 0.0 };
        let pen = Pen { x, y, height: size, weight: 0.13, turn, colour: [0.42, 0.42, 0.44], cover: 0.34 };
        write(&mut out, "SHOP-SAMPLE.COM   SHOP-SAMPLE.COM   SHOP-SAMPLE.COM", pen);
        y += row;
        line += 1;
    }
    out
}

fn collage(picture: &Picture, others: &[Picture]) -> Picture {
    let (width, height) = (picture.width, picture.height);
    let gap = width / 100;
    let (w, h) = ((width - gap) / 2, (height - gap) / 2);
    let mut out = Picture::filled(width, height, [1.0; 3]);
    let views: Vec<&Picture> = std::iter::once(picture).chain(others).collect();
    for panel in 0..4 {
        let view = views[panel % views.len()];
        let view = if panel >= views.len() { view.mirrored() } else { view.clone() };
        out.paste(&view.resized(w, h), panel % 2 * (w + gap), panel / 2 * (h + gap));
    }
    out
}

fn placeholder(width: usize, height: usize) -> Picture {
    let mut out = Picture::filled(width, height, [0.925, 0.93, 0.94]);
    let ink = [0.66, 0.68, 0.71];
    let unit = width.min(height) as f32;
    let (cx, cy) = (width as f32 / 2.0, height as f32 * 0.43);
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = ((x as f32 - cx) / unit, (y as f32 - cy) / unit);
            let frame = (dx.abs() - 0.2).max(dy.abs() - 0.15);
            let outline = smoothstep(0.011, 0.008, frame.abs());
            let sun = smoothstep(0.036, 0.033, hypot(dx + 0.1, dy + 0.06));
            let hill = |at: f32, top: f32, steep: f32| smoothstep(0.0, 0.004, dy - top - (dx - at).abs() * steep);
            let hills = (hill(0.06, -0.05, 0.9) + hill(-0.09, 0.03, 0.9)).min(1.0) * smoothstep(-0.018, -0.022, frame);
            out.cover(x as isize, y as isize, ink, outline.max(sun).max(hills));
        }
    }
    let text = "NO IMAGE AVAILABLE";
    let size = unit * 0.042;
    write(
        &mut out,
        text,
        Pen { x: cx - width_of(text) * size / 2.0, y: cy + unit * 0.22, height: size, weight: 0.13, turn: 0.0, colour: ink, cover: 1.0 },
    );
    out
}

/// A smaller picture on a white page, placed by shares of the room that is left.
fn on_white(small: &Picture, width: usize, height: usize, across: f32, down: f32) -> Picture {
    let mut out = Picture::filled(width, height, [1.0; 3]);
    let place = |room: usize, share: f32| (room as f32 * share) as usize;
    out.paste(small, place(width - small.width, across), place(height - small.height, down));
    out
}
