//! Small versions of pictures, embedded in the page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vitrine_detectors::{Limits, open};
use vitrine_engine::Needs;

use crate::thumbnail::small;

/// A small version.
#[derive(Debug, Clone)]
pub struct Thumbnail {
    /// A `data:` address of a JPEG.
    pub address: String,
    /// Its width, px.
    pub width: u32,
    /// Its height, px.
    pub height: u32,
}

/// The small version of a file; `None` when it cannot be read.
pub fn thumbnail(bytes: &[u8]) -> Option<Thumbnail> {
    let photo = open(bytes, None, Needs::Pixels, &Limits::default()).ok()?;
    let small = small(photo.pixels()?)?;
    let address = format!("data:image/jpeg;base64,{}", STANDARD.encode(small.jpeg));
    Some(Thumbnail { address, width: small.width, height: small.height })
}
