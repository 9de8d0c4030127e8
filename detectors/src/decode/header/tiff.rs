//! TIFF: the entries of the first directory; later pages are not looked at.

use super::exif::{Entry, Tiff, dpi, orientation};
use super::{Header, Ink, Limits, Marks, Refusal, corrupt, cut, unsupported};

/// Reads a TIFF's header.
pub fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Header<'a>, Refusal> {
    let damaged = || cut("the TIFF's directory is missing or cut");
    let tiff = Tiff::new(bytes).ok_or_else(damaged)?;
    let entries: Vec<Entry> = tiff.entries(tiff.first_directory().ok_or_else(damaged)?).collect();
    let entry = |tag| entries.iter().find(|entry| entry.tag == tag);
    let number = |tag| entry(tag).and_then(|entry| tiff.number(entry));
    let raw = |tag| entry(tag).and_then(|entry| tiff.raw(entry)).filter(|raw| raw.len() <= limits.metadata_bytes);
    let (Some(width), Some(height)) = (number(256), number(257)) else { return Err(damaged()) };
    let mut header = Header::new(width, height);
    header.ink = match number(262) {
        Some(0 | 1) => Ink::Gray,
        Some(2 | 3 | 6) => Ink::Color,
        Some(5) => Ink::Cmyk,
        Some(_) => return Err(unsupported("TIFF pictures of this colour model are not read")),
        None => return Err(damaged()),
    };
    let bits = number(258).unwrap_or(1);
    header.bit_depth =
        u8::try_from(bits).ok().filter(|bits| (1..=64).contains(bits)).ok_or_else(|| corrupt("the TIFF's bit depth is impossible"))?;
    let channels = number(277).unwrap_or(1).clamp(1, 8);
    // Some writers leave out what the extra channel means; decoders take it for transparency.
    let own_channels = match header.ink {
        Ink::Gray => 1,
        Ink::Color => 3,
        Ink::Cmyk => 4,
    };
    header.has_alpha = channels > own_channels && entry(338).is_none_or(|extra| tiff.numbers(extra).any(|kind| matches!(kind, 1 | 2)));
    header.orientation = orientation(&tiff, &entries).unwrap_or(1);
    header.dpi = dpi(&tiff, &entries);
    header.profile = raw(34675).map(Into::into);
    let mut marks = Marks::default();
    marks.xmp(raw(700).unwrap_or_default());
    marks.iptc(raw(33723).unwrap_or_default());
    header.mark(&marks);
    header.is_truncated = [(273, 279), (324, 325)].iter().filter_map(|(offsets, lengths)| Some((entry(*offsets)?, entry(*lengths)?))).any(
        |(offsets, lengths)| {
            tiff.numbers(offsets).zip(tiff.numbers(lengths)).any(|(at, length)| u64::from(at) + u64::from(length) > bytes.len() as u64)
        },
    );
    // The picture as stored, a strip or tile of it being unpacked at most the same again, and its result.
    header.bytes_per_pixel = u64::from(2 * channels * bits.div_ceil(8) + 3);
    Ok(header)
}
