//! BMP: one header of fixed fields.

use super::bytes::{le16, le32};
use super::{Header, Refusal, corrupt, cut, sensible_dpi, unsupported};

/// Reads a BMP's header.
pub fn read(bytes: &[u8]) -> Result<Header<'static>, Refusal> {
    let (Some(data_at), Some(info_bytes)) = (le32(bytes, 10), le32(bytes, 14)) else { return Err(cut("the BMP ends in its header")) };
    if info_bytes == 12 {
        return Err(unsupported("BMP pictures of the OS/2 kind are not read"));
    }
    let (Some(width), Some(height), Some(bits), Some(compression)) = (le32(bytes, 18), le32(bytes, 22), le16(bytes, 28), le32(bytes, 30))
    else {
        return Err(cut("the BMP ends in its header"));
    };
    if !(40..=124).contains(&info_bytes) || !matches!(bits, 1 | 2 | 4 | 8 | 16 | 24 | 32) {
        return Err(corrupt("the BMP's header is impossible"));
    }
    // Rows from the top down are told by a negative height; a negative width is an error.
    let width = i32::try_from(width).map_err(|_| corrupt("the BMP's width is negative"))?.unsigned_abs();
    let mut header = Header::new(width, height.cast_signed().unsigned_abs());
    header.has_alpha = bits == 32 && info_bytes >= 56 && le32(bytes, 66).is_some_and(|mask| mask != 0);
    header.dpi = le32(bytes, 38).and_then(|per_meter| sensible_dpi((f64::from(per_meter) * 0.0254 * 10.0).round() / 10.0));
    if matches!(compression, 0 | 3) {
        let row = (u64::from(header.width) * u64::from(bits)).div_ceil(32) * 4;
        header.is_truncated = (bytes.len() as u64) < u64::from(data_at) + row * u64::from(header.height);
    } else {
        header.is_truncated = le32(bytes, 2).is_some_and(|stated| (bytes.len() as u64) < u64::from(stated));
    }
    Ok(header)
}
