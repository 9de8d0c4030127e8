//! Copies of one picture, found by content: exact ones by their bytes, near ones (resized, recompressed, cropped, mirrored, padded,
//! slightly turned, brightened) by registering their thumbnails on each other. Pure; measuring is the detectors' business.

mod clusters;
mod departure;
mod fingerprint;
mod likeness;
mod nearest;
mod pose;
mod spectrum;
mod surface;

pub use clusters::{Cluster, Item, Member, clusters};
pub use departure::{Look, departures};
pub use fingerprint::{CHROMA_CELLS, CHROMA_SIDE, Fingerprint, InvalidFingerprint, LUMA_CELLS, LUMA_SIDE, Thumbnails};
pub use likeness::{DUPLICATE_LIKENESS, likeness};
pub use spectrum::perceptual_hash;
