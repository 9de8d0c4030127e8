//! PNG: walks the chunks by their lengths; only small ones of interest are looked into.

use super::bytes::be32;
use super::exif;
use super::{Header, Ink, Limits, Marks, Refusal, corrupt, cut, inflate, sensible_dpi};

/// Reads a PNG's header and its marks.
pub fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Header<'a>, Refusal> {
    let mut chunks = Chunks { bytes, at: 8 };
    let first = chunks.next().ok_or_else(|| cut("the PNG ends in its header"))?;
    let mut header = image_header(&first)?;
    let mut marks = Marks::default();
    let (mut has_data, mut has_end) = (false, false);
    for chunk in chunks.by_ref() {
        match &chunk.kind {
            b"IDAT" => has_data = true,
            b"IEND" => {
                has_end = true;
                break;
            }
            b"tRNS" => header.has_alpha = true,
            b"acTL" => header.frames = be32(chunk.body, 0).unwrap_or(1).max(1),
            b"pHYs" => header.dpi = physical_dpi(chunk.body).or(header.dpi),
            b"eXIf" => header.take(exif::read(chunk.body)),
            b"iCCP" => header.profile = packed_profile(chunk.body, limits).map(Into::into),
            b"caBX" => marks.c2pa(&chunk.body[..chunk.body.len().min(limits.metadata_bytes)]),
            b"tEXt" | b"zTXt" | b"iTXt" if !marks.are_complete() => text(&chunk, &mut marks, limits),
            _ => {}
        }
    }
    // A chunk that the file's end cuts is not walked, but a decoder draws what there is of it.
    has_data |= chunks.bytes.get(chunks.at + 4..).is_some_and(|rest| rest.starts_with(b"IDAT"));
    if !has_data {
        return Err(cut("the PNG ends before its picture data begins"));
    }
    header.is_truncated = !has_end;
    header.mark(&marks);
    Ok(header)
}

struct Chunk<'a> {
    kind: [u8; 4],
    body: &'a [u8],
    /// The kind and the body, which the checksum is over, and the checksum stored.
    checked: &'a [u8],
    checksum: u32,
}

/// Whole chunks only: a cut one ends the walk.
struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let length = be32(self.bytes, self.at)? as usize;
        let (start, end) = (self.at + 4, (self.at + 8).checked_add(length)?);
        let checked = self.bytes.get(start..end)?;
        let checksum = be32(self.bytes, end)?;
        self.at = end + 4;
        Some(Chunk { kind: *checked.first_chunk()?, body: &checked[4..], checked, checksum })
    }
}

fn image_header(chunk: &Chunk) -> Result<Header<'static>, Refusal> {
    let (Some(width), Some(height), Some([depth, color, ..])) = (be32(chunk.body, 0), be32(chunk.body, 4), chunk.body.get(8..13)) else {
        return Err(corrupt("the PNG's header is too short"));
    };
    if chunk.kind != *b"IHDR" || chunk.checksum != crc32(chunk.checked) {
        return Err(corrupt("the PNG's header is damaged"));
    }
    let depths: &[u8] = match color {
        0 => &[1, 2, 4, 8, 16],
        3 => &[1, 2, 4, 8],
        2 | 4 | 6 => &[8, 16],
        _ => &[],
    };
    if !depths.contains(depth) {
        return Err(corrupt("the PNG's colour type and bit depth do not go together"));
    }
    let mut header = Header::new(width, height);
    header.ink = if matches!(color, 0 | 4) { Ink::Gray } else { Ink::Color };
    // A palette's entries have 8 bits a channel, whatever the width of its indices.
    header.bit_depth = if *color == 3 { 8 } else { *depth };
    header.has_alpha = matches!(color, 4 | 6);
    // Rows come as 8 bits of up to four channels; grey ones are spread to three channels beside them.
    header.bytes_per_pixel = if matches!(color, 0 | 4) { 5 } else { 4 };
    Ok(header)
}

fn physical_dpi(body: &[u8]) -> Option<f64> {
    let per_meter = f64::from(be32(body, 0)?);
    (body.get(8) == Some(&1)).then(|| sensible_dpi((per_meter * 0.0254 * 10.0).round() / 10.0))?
}

fn packed_profile(body: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let name_end = body.iter().position(|byte| *byte == 0)?;
    inflate(body.get(name_end + 2..)?, limits.metadata_bytes)
}

fn text(chunk: &Chunk, marks: &mut Marks, limits: &Limits) {
    let Some(keyword_end) = chunk.body.iter().take(80).position(|byte| *byte == 0) else { return };
    let (keyword, rest) = (&chunk.body[..keyword_end], &chunk.body[keyword_end + 1..]);
    let found = match &chunk.kind {
        b"tEXt" => Some(rest.into()),
        b"zTXt" => rest.get(1..).and_then(|packed| inflate(packed, limits.metadata_bytes)).map(Into::into),
        _ => international(rest, limits),
    };
    let found: std::borrow::Cow<[u8]> = found.unwrap_or_default();
    marks.png_text(keyword, &found[..found.len().min(limits.metadata_bytes)]);
}

/// The text of an `iTXt` chunk after its keyword: flag, method, language, translated keyword, text.
fn international<'a>(rest: &'a [u8], limits: &Limits) -> Option<std::borrow::Cow<'a, [u8]>> {
    let packed = *rest.first()? == 1;
    let mut parts = rest.get(2..)?.splitn(3, |byte| *byte == 0);
    let text = parts.nth(2)?;
    if packed { inflate(text, limits.metadata_bytes).map(Into::into) } else { Some(text.into()) }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }))
}
