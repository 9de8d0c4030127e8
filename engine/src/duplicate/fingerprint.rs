//! Fingerprint: the little that is kept of a picture's look, enough to tell its copies from other pictures.
//! How it is measured is the detectors' business; here it is read and written.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::duplicate::spectrum::{SPECTRUM_LENGTH, Spectrum};

/// Cells along each side of the luma thumbnail.
pub const LUMA_SIDE: usize = 32;
/// Cells along each side of the two chroma thumbnails.
pub const CHROMA_SIDE: usize = 8;
/// Cells of the luma thumbnail.
pub const LUMA_CELLS: usize = LUMA_SIDE * LUMA_SIDE;
/// Cells of one chroma thumbnail.
pub const CHROMA_CELLS: usize = CHROMA_SIDE * CHROMA_SIDE;

const LAYOUT: u8 = 1;
const SIZES: usize = 6;
const BYTES: usize = 1 + 2 * SIZES + 2 * SPECTRUM_LENGTH + LUMA_CELLS + 2 * CHROMA_CELLS;

/// Thumbnails of the part of a picture inside its plain margins, and where that part lies in the frame.
///
/// Written as text: base64 without padding of a layout byte, six big-endian sizes, the spectra of frame and content,
/// luma, Cb and Cr: 1,710 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    frame: (u16, u16),
    /// Left, top, width, height; not empty and within `frame`.
    content: [u16; 4],
    frame_spectrum: Spectrum,
    content_spectrum: Spectrum,
    luma: Box<[u8; LUMA_CELLS]>,
    blue: Box<[u8; CHROMA_CELLS]>,
    red: Box<[u8; CHROMA_CELLS]>,
}

/// What a detector hands over to make a fingerprint.
#[derive(Debug, Clone)]
pub struct Thumbnails {
    /// Width and height of the whole frame, in any unit.
    pub frame: (u16, u16),
    /// Left, top, width and height of the part inside plain margins, same unit.
    pub content: [u16; 4],
    /// BT.601 luma of the whole frame, stretched to a square, row by row.
    pub frame_luma: Box<[u8; LUMA_CELLS]>,
    /// BT.601 luma of the content, stretched to a square, row by row.
    pub luma: Box<[u8; LUMA_CELLS]>,
    /// Blue difference (Cb, 128 = none) of the content, likewise.
    pub blue: Box<[u8; CHROMA_CELLS]>,
    /// Red difference (Cr, 128 = none) of the content, likewise.
    pub red: Box<[u8; CHROMA_CELLS]>,
}

/// Text that is not a fingerprint, or thumbnails of an impossible place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a fingerprint of this version: measure the picture again")]
pub struct InvalidFingerprint;

impl Fingerprint {
    /// Makes a fingerprint of what was measured.
    ///
    /// # Errors
    /// When the content is empty or does not lie within the frame.
    pub fn new(measured: Thumbnails) -> Result<Self, InvalidFingerprint> {
        let Thumbnails { frame, content, frame_luma, luma, blue, red } = measured;
        checked(Self { frame, content, frame_spectrum: Spectrum::of(&frame_luma), content_spectrum: Spectrum::of(&luma), luma, blue, red })
    }

    /// Reads the text that [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidFingerprint> {
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| InvalidFingerprint)?;
        let [LAYOUT, rest @ ..] = bytes.as_slice() else { return Err(InvalidFingerprint) };
        if bytes.len() != BYTES {
            return Err(InvalidFingerprint);
        }
        let (sizes, rest) = rest.split_at(2 * SIZES);
        let (frame_spectrum, rest) = rest.split_at(SPECTRUM_LENGTH);
        let (content_spectrum, rest) = rest.split_at(SPECTRUM_LENGTH);
        let (luma, rest) = rest.split_at(LUMA_CELLS);
        let (blue, red) = rest.split_at(CHROMA_CELLS);
        let size = |index: usize| u16::from_be_bytes([sizes[2 * index], sizes[2 * index + 1]]);
        checked(Self {
            frame: (size(0), size(1)),
            content: [size(2), size(3), size(4), size(5)],
            frame_spectrum: spectrum(frame_spectrum)?,
            content_spectrum: spectrum(content_spectrum)?,
            luma: boxed(luma)?,
            blue: boxed(blue)?,
            red: boxed(red)?,
        })
    }

    /// Width and height of the whole frame.
    pub(super) fn frame(&self) -> (u16, u16) {
        self.frame
    }

    /// Left, top, width and height of the part inside the margins.
    pub(super) fn content(&self) -> [u16; 4] {
        self.content
    }

    /// Coarse frequencies of the whole frame and of the part inside the margins, each the same for a mirror image.
    pub(super) fn spectra(&self) -> [Spectrum; 2] {
        [self.frame_spectrum.folded(), self.content_spectrum.folded()]
    }

    /// The same two as they are.
    pub(super) fn straight_spectra(&self) -> [Spectrum; 2] {
        [self.frame_spectrum, self.content_spectrum]
    }

    /// Luma inside the margins.
    pub(super) fn luma(&self) -> &[u8; LUMA_CELLS] {
        &self.luma
    }

    /// Blue and red difference inside the margins.
    pub(super) fn chroma(&self) -> [&[u8; CHROMA_CELLS]; 2] {
        [&self.blue, &self.red]
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [left, top, width, height] = self.content;
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.push(LAYOUT);
        for size in [self.frame.0, self.frame.1, left, top, width, height] {
            bytes.extend(size.to_be_bytes());
        }
        bytes.extend(self.frame_spectrum.to_bytes());
        bytes.extend(self.content_spectrum.to_bytes());
        bytes.extend(&self.luma[..]);
        bytes.extend(&self.blue[..]);
        bytes.extend(&self.red[..]);
        f.write_str(&STANDARD_NO_PAD.encode(bytes))
    }
}

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

fn checked(fingerprint: Fingerprint) -> Result<Fingerprint, InvalidFingerprint> {
    let [left, top, width, height] = fingerprint.content.map(u32::from);
    let (frame_width, frame_height) = (u32::from(fingerprint.frame.0), u32::from(fingerprint.frame.1));
    let fits = width > 0 && height > 0 && left + width <= frame_width && top + height <= frame_height;
    if fits { Ok(fingerprint) } else { Err(InvalidFingerprint) }
}

fn spectrum(bytes: &[u8]) -> Result<Spectrum, InvalidFingerprint> {
    Ok(Spectrum::from_bytes(bytes.try_into().map_err(|_| InvalidFingerprint)?))
}

fn boxed<const N: usize>(bytes: &[u8]) -> Result<Box<[u8; N]>, InvalidFingerprint> {
    Ok(Box::new(bytes.try_into().map_err(|_| InvalidFingerprint)?))
}
