//! EXIF, which is a small TIFF: orientation, resolution and generators' comments. Broken entries are skipped, never fatal.

use super::bytes::contains;
use super::marks;

/// What of EXIF matters here.
#[derive(Debug, Default, PartialEq)]
pub struct Exif {
    /// 1..=8.
    pub orientation: Option<u8>,
    pub dpi: Option<f64>,
    pub ai_marked: bool,
}

/// Reads an EXIF block (from its byte-order mark on); `None` if it is none.
pub fn read(block: &[u8]) -> Option<Exif> {
    let tiff = Tiff::new(block)?;
    let main: Vec<Entry> = tiff.entries(tiff.first_directory()?).collect();
    let comment = main
        .iter()
        .find(|entry| entry.tag == EXIF_DIRECTORY)
        .and_then(|entry| tiff.number(entry))
        .and_then(|offset| tiff.entries(offset as usize).find(|entry| entry.tag == USER_COMMENT))
        .and_then(|entry| tiff.raw(&entry));
    Some(Exif { orientation: orientation(&tiff, &main), dpi: dpi(&tiff, &main), ai_marked: comment.is_some_and(is_generator_comment) })
}

/// A valid orientation among the entries of a directory.
pub fn orientation(tiff: &Tiff, entries: &[Entry]) -> Option<u8> {
    let value = tiff.number(entries.iter().find(|entry| entry.tag == ORIENTATION)?)?;
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

/// Resolution in dots per inch among the entries of a directory; `None` if it has no unit or is not sensible.
pub fn dpi(tiff: &Tiff, entries: &[Entry]) -> Option<f64> {
    let find = |tag| entries.iter().find(|entry| entry.tag == tag);
    let resolution = tiff.rational(find(X_RESOLUTION)?)?;
    let per_inch = match find(RESOLUTION_UNIT).and_then(|entry| tiff.number(entry)).unwrap_or(2) {
        2 => resolution,
        3 => resolution * 2.54,
        _ => return None,
    };
    super::sensible_dpi(per_inch)
}

const X_RESOLUTION: u16 = 0x011A;
const ORIENTATION: u16 = 0x0112;
const RESOLUTION_UNIT: u16 = 0x0128;
const EXIF_DIRECTORY: u16 = 0x8769;
const USER_COMMENT: u16 = 0x9286;

/// The comment is ASCII or UTF-16: without its zero bytes both read alike.
fn is_generator_comment(raw: &[u8]) -> bool {
    let text: Vec<u8> = raw.iter().copied().filter(|byte| *byte != 0).take(64 << 10).collect();
    contains(&text, b"steps: ") && marks::is_generation_recipe(&text)
}

/// A TIFF structure over a slice.
pub struct Tiff<'a> {
    block: &'a [u8],
    big_endian: bool,
}

/// One directory entry.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub tag: u16,
    kind: u16,
    count: u32,
    /// Where the four value bytes stand.
    value_at: usize,
}

impl<'a> Tiff<'a> {
    /// A classic TIFF by its byte-order mark.
    pub fn new(block: &'a [u8]) -> Option<Self> {
        let big_endian = match block.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        Some(Self { block, big_endian })
    }

    /// Where the first directory stands.
    pub fn first_directory(&self) -> Option<usize> {
        Some(self.u32(4)? as usize)
    }

    /// The entries of a directory: as many as it claims *and* the block holds.
    pub fn entries(&self, directory: usize) -> impl Iterator<Item = Entry> + '_ {
        let claimed = self.u16(directory).unwrap_or(0);
        (0..usize::from(claimed)).map_while(move |index| {
            let at = directory.checked_add(2 + index * 12)?;
            let value_at = at.checked_add(8)?;
            self.u32(value_at)?;
            Some(Entry { tag: self.u16(at)?, kind: self.u16(at + 2)?, count: self.u32(at + 4)?, value_at })
        })
    }

    /// The first value of an entry of whole numbers.
    pub fn number(&self, entry: &Entry) -> Option<u32> {
        self.numbers(entry).next()
    }

    /// The values of an entry of whole numbers, as many as it claims and the block holds.
    pub fn numbers(&self, entry: &Entry) -> impl Iterator<Item = u32> + '_ {
        let size = entry.size();
        let start = self.values_at(entry);
        let kind = entry.kind;
        (0..entry.count as usize).map_while(move |index| {
            let at = start?.checked_add(index.checked_mul(size?)?)?;
            match kind {
                1 => self.block.get(at).map(|value| u32::from(*value)),
                3 => self.u16(at).map(u32::from),
                4 => self.u32(at),
                _ => None,
            }
        })
    }

    /// The raw bytes of an entry's value.
    pub fn raw(&self, entry: &Entry) -> Option<&'a [u8]> {
        let start = self.values_at(entry)?;
        self.block.get(start..start.checked_add(entry.size()?.checked_mul(entry.count as usize)?)?)
    }

    fn rational(&self, entry: &Entry) -> Option<f64> {
        let at = self.values_at(entry).filter(|_| entry.kind == 5)?;
        Some(f64::from(self.u32(at)?) / f64::from(self.u32(at.checked_add(4)?)?))
    }

    fn values_at(&self, entry: &Entry) -> Option<usize> {
        if entry.size()?.checked_mul(entry.count as usize)? <= 4 { Some(entry.value_at) } else { Some(self.u32(entry.value_at)? as usize) }
    }

    fn u16(&self, at: usize) -> Option<u16> {
        if self.big_endian { super::bytes::be16(self.block, at) } else { super::bytes::le16(self.block, at) }
    }

    fn u32(&self, at: usize) -> Option<u32> {
        if self.big_endian { super::bytes::be32(self.block, at) } else { super::bytes::le32(self.block, at) }
    }
}

impl Entry {
    fn size(&self) -> Option<usize> {
        match self.kind {
            1 | 2 | 6 | 7 => Some(1),
            3 | 8 => Some(2),
            4 | 9 | 11 | 13 => Some(4),
            5 | 10 | 12 => Some(8),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(orientation: u16) -> Vec<u8> {
        let mut block = b"MM\0*\0\0\0\x08\0\x03".to_vec();
        block.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1]);
        block.extend(orientation.to_be_bytes());
        block.extend([0, 0]);
        block.extend([0x01, 0x1A, 0, 5, 0, 0, 0, 1, 0, 0, 0, 50]);
        block.extend([0x01, 0x28, 0, 3, 0, 0, 0, 1, 0, 3, 0, 0]);
        block.extend([0, 0, 0, 0]);
        block.extend([0, 0, 0, 100, 0, 0, 0, 1]);
        block
    }

    #[test]
    fn orientation_and_resolution_are_read() {
        assert_eq!(read(&block(6)), Some(Exif { orientation: Some(6), dpi: Some(254.0), ai_marked: false }));
    }

    #[test]
    fn impossible_orientations_are_ignored() {
        for orientation in [0, 9, 99, 65535] {
            assert_eq!(read(&block(orientation)).unwrap().orientation, None, "{orientation}");
        }
    }

    #[test]
    fn no_cut_and_no_changed_byte_does_harm() {
        let whole = block(6);
        for end in 0..whole.len() {
            read(&whole[..end]);
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] = 0xFF;
            read(&changed);
        }
    }
}
