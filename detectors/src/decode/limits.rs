//! What a file may cost before it is refused: all checked before the memory they bound is allocated.

use std::time::Duration;

/// Bounds on one file. The defaults suit product pictures; every field can be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest file, bytes. Default 20 MiB.
    pub file_bytes: u64,
    /// Largest picture, pixels (width x height as stored). Default 50 million.
    pub pixels: u64,
    /// Most memory one decode may hold at a time, bytes, its result included. Default 256 MiB.
    pub decode_memory_bytes: u64,
    /// Most wall-clock time one decode may take. Default 2 s. Checked while the decoder reads, so that it may be
    /// overrun by the time between two reads; what that can cost is bounded by `pixels` and `scans`.
    pub decode_time: Duration,
    /// Most scans of a progressive JPEG: each goes over the whole picture. Default 100.
    pub scans: u32,
    /// Most bytes of one piece of metadata (ICC profile, EXIF, XMP, C2PA) after unpacking. Default 4 MiB; more is ignored.
    pub metadata_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 20 << 20,
            pixels: 50_000_000,
            decode_memory_bytes: 256 << 20,
            decode_time: Duration::from_secs(2),
            scans: 100,
            metadata_bytes: 4 << 20,
        }
    }
}
