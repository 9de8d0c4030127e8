//! GIF: walks the blocks, counting frames without unpacking them.

use super::bytes::{contains, le16};
use super::{Header, Marks, Refusal, corrupt, cut};

/// Reads a GIF's header.
pub fn read(bytes: &[u8]) -> Result<Header<'static>, Refusal> {
    let (Some(width), Some(height), Some(flags)) = (le16(bytes, 6), le16(bytes, 8), bytes.get(10)) else {
        return Err(cut("the GIF ends in its header"));
    };
    let screen = (u32::from(width), u32::from(height));
    let mut header = Header::new(screen.0, screen.1);
    let mut marks = Marks::default();
    let (mut frames, mut transparent, mut ended) = (0u32, false, false);
    let mut at = 13 + palette_bytes(*flags);
    while let Some(block) = bytes.get(at) {
        match block {
            0x3B => {
                ended = true;
                break;
            }
            0x21 => {
                let start = at + 2;
                let Some(end) = after_sub_blocks(bytes, start) else { break };
                if bytes[at + 1] == 0xF9 && frames == 0 {
                    transparent = bytes.get(start + 1).is_some_and(|flags| flags & 1 == 1);
                }
                // XMP is stored as plain text behind its name, not as sub-blocks of text.
                if bytes[at + 1] == 0xFF && contains(&bytes[start..(start + 12).min(end)], b"xmp data") {
                    marks.xmp(&bytes[start..end]);
                }
                at = end;
            }
            0x2C => {
                let (Some(left), Some(top), Some(width), Some(height), Some(flags)) =
                    (le16(bytes, at + 1), le16(bytes, at + 3), le16(bytes, at + 5), le16(bytes, at + 7), bytes.get(at + 9))
                else {
                    break;
                };
                if frames == 0 {
                    let (right, bottom) = (u32::from(left) + u32::from(width), u32::from(top) + u32::from(height));
                    // The first frame decides what is decoded: a screen that claims to be larger is drawn in part, one that claims to
                    // be smaller is a lie that decoders resolve in different ways.
                    if right > screen.0 || bottom > screen.1 {
                        return Err(corrupt("the GIF's first frame is larger than its screen"));
                    }
                    header.has_alpha = transparent || (width, height) != (le16(bytes, 6).unwrap_or(0), le16(bytes, 8).unwrap_or(0));
                }
                frames += 1;
                let Some(end) = after_sub_blocks(bytes, at + 11 + palette_bytes(*flags)) else { break };
                at = end;
            }
            _ => break,
        }
    }
    if frames == 0 {
        return Err(cut("the GIF ends before its first frame"));
    }
    header.frames = frames;
    header.is_truncated = !ended;
    header.mark(&marks);
    // The screen in four channels and the frame's indices.
    header.bytes_per_pixel = 5;
    Ok(header)
}

fn palette_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the sub-blocks that begin at `at` are over; `None` when the file ends in them.
fn after_sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
