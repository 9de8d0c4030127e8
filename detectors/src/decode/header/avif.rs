//! AVIF: the boxes of the primary item's properties.

use super::bytes::{be16, be32};
use super::{Header, Ink, Refusal, cut};

/// Reads an AVIF's header: the properties of its primary item.
pub fn read(bytes: &[u8]) -> Result<Header<'_>, Refusal> {
    let damaged = || cut("the AVIF's description is missing or cut");
    // `meta`, `pitm`, `ipma` and `ispe` are full boxes: version and flags come first.
    let meta = find(bytes, b"meta").and_then(|body| body.get(4..)).ok_or_else(damaged)?;
    let primary = find(meta, b"pitm").and_then(primary_item).ok_or_else(damaged)?;
    let properties = find(meta, b"iprp").ok_or_else(damaged)?;
    let all: Vec<(&[u8], &[u8])> = find(properties, b"ipco").map(|body| Boxes { bytes: body, at: 0 }.collect()).ok_or_else(damaged)?;
    let own = find(properties, b"ipma").and_then(|body| associated(body, primary)).ok_or_else(damaged)?;
    let of_primary =
        |kind: &[u8]| own.iter().filter_map(|index| all.get(index.checked_sub(1)?)).find(|(name, _)| *name == kind).map(|(_, body)| *body);
    let size = of_primary(b"ispe").and_then(|body| Some((be32(body, 4)?, be32(body, 8)?)));
    let (width, height) = size.ok_or_else(damaged)?;
    let mut header = Header::new(width, height);
    if let Some(channels) = of_primary(b"pixi").and_then(|body| body.get(4..)) {
        header.ink = if channels.first() == Some(&1) { Ink::Gray } else { Ink::Color };
        header.bit_depth = channels.get(1).copied().filter(|bits| *bits > 0).unwrap_or(8);
    }
    // A quarter turn is all that changes the size; AVIF's EXIF orientation is to be ignored.
    if of_primary(b"irot").and_then(|body| body.first()).is_some_and(|turns| turns & 1 == 1) {
        header.orientation = 6;
    }
    header.profile = of_primary(b"colr").and_then(|body| body.strip_prefix(b"prof").or_else(|| body.strip_prefix(b"rICC"))).map(Into::into);
    header.has_alpha = all.iter().any(|(kind, body)| *kind == b"auxC" && body.get(4..).is_some_and(|name| name.ends_with(b":alpha\0")));
    header.is_truncated = boxes_are_cut(bytes);
    Ok(header)
}

/// The boxes of one level: kind and body. A cut one ends the walk.
struct Boxes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Boxes<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let stated = be32(self.bytes, self.at)? as usize;
        let kind = self.bytes.get(self.at + 4..self.at + 8)?;
        // Length 0 reaches to the end; 64-bit lengths, which length 1 announces, no picture within the limits needs.
        let end = if stated == 0 { self.bytes.len() } else { self.at.checked_add(stated.max(8))? };
        let body = self.bytes.get(self.at + 8..end)?;
        self.at = end;
        Some((kind, body))
    }
}

fn find<'a>(bytes: &'a [u8], kind: &[u8]) -> Option<&'a [u8]> {
    Boxes { bytes, at: 0 }.find(|(name, _)| *name == kind).map(|(_, body)| body)
}

fn primary_item(body: &[u8]) -> Option<u32> {
    if body.first()? == &0 { be16(body, 4).map(u32::from) } else { be32(body, 4) }
}

/// The property indices of an item, counted from 1.
fn associated(body: &[u8], item: u32) -> Option<Vec<usize>> {
    let (wide_items, wide_indices) = (*body.first()? > 0, body.get(3)? & 1 == 1);
    let mut at = 8;
    for _ in 0..be32(body, 4)? {
        let id = if wide_items { be32(body, at)? } else { be16(body, at)?.into() };
        at += if wide_items { 4 } else { 2 };
        let count = usize::from(*body.get(at)?);
        at += 1;
        let width = if wide_indices { 2 } else { 1 };
        let indices = body.get(at..at + count * width)?;
        at += count * width;
        if id == item {
            let index =
                |part: &[u8]| if wide_indices { usize::from(be16(part, 0).unwrap_or(0) & 0x7FFF) } else { usize::from(part[0] & 0x7F) };
            return Some(indices.chunks_exact(width).map(index).collect());
        }
    }
    None
}

/// Whether the outermost boxes reach past the end of the file.
fn boxes_are_cut(bytes: &[u8]) -> bool {
    let mut boxes = Boxes { bytes, at: 0 };
    boxes.by_ref().for_each(drop);
    boxes.at < bytes.len()
}
