//! Bytes -> [`Photo`]: the format by content, the limits, the file's facts, and upright 8-bit sRGB pixels when they are asked for.
//! Never draws a vector picture and never looks at a second frame.
//!
//! AVIF files are recognised and described but their pixels are refused: the pure-Rust decoders are either under a licence that binds
//! their users' own code or enter through `extern "C"` functions, where a panic on a damaged file ends the whole process; the others
//! are C libraries. Neither can be contained here.

mod color;
mod guard;
mod header;
mod limits;
mod pixels;
mod raster;
mod refusal;
mod sniff;

use vitrine_engine::{ContentHash, FileFacts, Format, Needs, Photo};

use header::Header;

pub use limits::Limits;
pub use refusal::{Reason, Refusal};

/// Opens a picture. `name` is only looked at itself: whether its extension fits, whether it is plain; `needs` says whether pixels are decoded.
///
/// A file that ends too early is opened with what could be decoded and `is_truncated` set, as far as its decoder gives anything.
///
/// # Errors
/// A [`Refusal`] with a stable code when the file is no picture, breaks a limit or cannot be decoded.
pub fn open(bytes: &[u8], name: Option<&str>, needs: Needs, limits: &Limits) -> Result<Photo, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new(Reason::EmptyFile, "the file is empty"));
    }
    if bytes.len() as u64 > limits.file_bytes {
        let message = format!("the file has {} bytes, more than the {} allowed", bytes.len(), limits.file_bytes);
        return Err(Refusal::new(Reason::FileTooLarge, message));
    }
    let format = sniff::format(bytes)?;
    guard::contained(|| {
        let header = header::read(bytes, format, limits)?;
        let mut file = facts(bytes, name, format, &header);
        if needs == Needs::File {
            return Ok(Photo::new(file, None));
        }
        let decoded = pixels::decode(bytes, format, &header, limits)?;
        file.is_truncated |= decoded.ended_early;
        Ok(Photo::new(file, Some(decoded.pixels)))
    })
}

fn facts(bytes: &[u8], name: Option<&str>, format: Format, header: &Header) -> FileFacts {
    // Orientations from 5 on lay the picture on its side.
    let (width, height) = if header.orientation >= 5 { (header.height, header.width) } else { (header.width, header.height) };
    FileFacts {
        content_hash: ContentHash::of(bytes),
        bytes: bytes.len() as u64,
        format,
        extension_matches: name.and_then(|name| sniff::extension_matches(name, format)),
        name_is_plain: name.and_then(sniff::name_is_plain),
        width,
        height,
        color_space: color::space(header.ink, header.profile.as_deref()),
        bit_depth: header.bit_depth,
        frame_count: header.frames,
        has_alpha: header.has_alpha,
        is_truncated: header.is_truncated,
        jpeg_quality: header.jpeg_quality,
        dpi: header.dpi,
        ai_generated_marked: header.ai_marked,
        synthetic_performer_marked: header.performer_marked,
    }
}
