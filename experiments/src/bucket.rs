//! Bucketing as GrowthBook does it (FNV-1a, hash versions 1 and 2), so that a shop can move a running experiment here without
//! reshuffling anybody. New experiments use [`crate::assign`].

/// Which of the two algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashVersion {
    /// `fnv1a32(value + seed) % 1000 / 1000`: biased between experiments, kept for old ones.
    V1,
    /// `fnv1a32(str(fnv1a32(seed + value))) % 10000 / 10000`.
    V2,
}

/// Where a unit falls, 0 to below 1.
pub fn hash(seed: &str, value: &str, version: HashVersion) -> f64 {
    match version {
        HashVersion::V1 => f64::from(fnv1a32(&format!("{value}{seed}")) % 1000) / 1000.0,
        HashVersion::V2 => f64::from(fnv1a32(&fnv1a32(&format!("{seed}{value}")).to_string()) % 10_000) / 10_000.0,
    }
}

/// The arm whose range `[start, start + coverage * weight)` holds the hash, starts being cumulated weights; `None` = not in the experiment.
pub fn variation(hash: f64, weights: &[f64], coverage: f64) -> Option<usize> {
    let mut start = 0.0;
    weights.iter().position(|weight| {
        let inside = hash >= start && hash < start + coverage * weight;
        start += weight;
        inside
    })
}

/// FNV-1a with 32 bits, over UTF-16 code units.
fn fnv1a32(text: &str) -> u32 {
    text.encode_utf16().fold(0x811c_9dc5, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193))
}
