//! WebP: walks the RIFF chunks; sizes come from the canvas or from the only frame's own header.

use super::bytes::{le16, le24, le32};
use super::exif;
use super::{Header, Limits, Marks, Refusal, corrupt, cut};

/// Reads a WebP's header.
pub fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Header<'a>, Refusal> {
    let mut header: Option<Header<'a>> = None;
    let (mut frames, mut lossless, mut has_data) = (0, false, false);
    let mut marks = Marks::default();
    let mut at = 12;
    while let Some((kind, body, next)) = chunk(bytes, at) {
        at = next;
        match kind {
            b"VP8X" => {
                let (Some(flags), Some(width), Some(height)) = (body.first(), le24(body, 4), le24(body, 7)) else {
                    return Err(corrupt("the WebP's canvas header is too short"));
                };
                let mut canvas = Header::new(width + 1, height + 1);
                canvas.has_alpha = flags & 0x10 != 0;
                header = Some(canvas);
            }
            b"VP8 " => {
                has_data = true;
                header.get_or_insert(lossy(body)?);
            }
            b"VP8L" => {
                (has_data, lossless) = (true, true);
                header.get_or_insert(self::lossless(body)?);
            }
            b"ANMF" => {
                (has_data, frames) = (true, frames + 1);
                lossless |= body.get(16..20) == Some(b"VP8L");
            }
            b"ICCP" if body.len() <= limits.metadata_bytes => {
                if let Some(header) = &mut header {
                    header.profile = Some(body.into());
                }
            }
            // Some writers keep JPEG's prefix.
            b"EXIF" => {
                if let Some(header) = &mut header {
                    header.take(exif::read(body.strip_prefix(b"Exif\0\0").unwrap_or(body)));
                }
            }
            b"XMP " => marks.xmp(&body[..body.len().min(limits.metadata_bytes)]),
            b"C2PA" => marks.c2pa(&body[..body.len().min(limits.metadata_bytes)]),
            _ => {}
        }
    }
    let Some(mut header) = header.filter(|_| has_data) else { return Err(cut("the WebP ends before its picture data begins")) };
    let stated = le32(bytes, 4).unwrap_or(0) as usize;
    header.is_truncated = bytes.len() < stated.saturating_add(8);
    header.frames = frames.max(1);
    header.mark(&marks);
    // Lossless: the picture as it is decoded and as it is handed over, four channels each. Lossy: Y, U, V, and the picture.
    header.bytes_per_pixel = if lossless { 8 } else { 6 };
    Ok(header)
}

/// Kind, body (cut short with the file) and where the next chunk begins.
fn chunk(bytes: &[u8], at: usize) -> Option<(&[u8], &[u8], usize)> {
    let kind = bytes.get(at..at.checked_add(4)?)?;
    let length = le32(bytes, at + 4)? as usize;
    let start = at + 8;
    let end = start.checked_add(length)?;
    Some((kind, &bytes[start.min(bytes.len())..end.min(bytes.len())], end.checked_add(length & 1)?))
}

fn lossy(body: &[u8]) -> Result<Header<'static>, Refusal> {
    let (Some(width), Some(height)) = (le16(body, 6), le16(body, 8)) else { return Err(cut("the WebP ends in its frame header")) };
    if body.get(3..6) != Some(&[0x9D, 0x01, 0x2A]) {
        return Err(corrupt("the WebP's frame header is damaged"));
    }
    Ok(Header::new(u32::from(width & 0x3FFF), u32::from(height & 0x3FFF)))
}

fn lossless(body: &[u8]) -> Result<Header<'static>, Refusal> {
    let Some(packed) = le32(body, 1) else { return Err(cut("the WebP ends in its frame header")) };
    if body.first() != Some(&0x2F) {
        return Err(corrupt("the WebP's frame header is damaged"));
    }
    let mut header = Header::new((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1);
    header.has_alpha = packed >> 28 & 1 == 1;
    Ok(header)
}
