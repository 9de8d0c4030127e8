//! JPEG: walks the marker segments up to the first scan, and over the scans where their number or their end matters.

use super::bytes::be16;
use super::exif;
use super::quality::{Tables, estimate};
use super::{Header, Ink, Limits, Marks, Refusal, corrupt, cut, sensible_dpi, unsupported};

/// Reads a JPEG's header.
pub fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Header<'a>, Refusal> {
    let mut walk = Walk { bytes, ..Walk::default() };
    let mut at = 2;
    let scan_at = loop {
        let Some(segment) = next_segment(bytes, at) else { return Err(cut("the JPEG ends before its picture data begins")) };
        at = segment.end;
        match segment.marker {
            SOS => break segment.end,
            EOI => return Err(corrupt("the JPEG holds no picture data")),
            marker => walk.take(marker, segment.body)?,
        }
    };
    let Some(frame) = walk.frame.take() else { return Err(corrupt("the JPEG's picture data has no frame header")) };
    walk.header(&frame, scan_at, limits)
}

const SOS: u8 = 0xDA;
const EOI: u8 = 0xD9;

/// Gathers what the segments say.
#[derive(Default)]
struct Walk<'a> {
    bytes: &'a [u8],
    frame: Option<Frame>,
    tables: [Option<[u16; 64]>; 4],
    jfif_dpi: Option<f64>,
    exif: Option<&'a [u8]>,
    adobe_transform: Option<u8>,
    profile: Vec<(u8, &'a [u8])>,
    extended_xmp: Vec<&'a [u8]>,
    jumbf: Vec<&'a [u8]>,
    marks: Marks,
}

struct Frame {
    width: u32,
    height: u32,
    precision: u8,
    progressive: bool,
    components: Vec<Component>,
}

struct Component {
    horizontal: u8,
    vertical: u8,
    table: u8,
}

impl<'a> Walk<'a> {
    fn take(&mut self, marker: u8, body: &'a [u8]) -> Result<(), Refusal> {
        match marker {
            0xC0..=0xC2 if self.frame.is_some() => return Err(corrupt("the JPEG has two frame headers")),
            0xC0..=0xC2 => self.frame = Some(frame(body, marker == 0xC2)?),
            0xC9..=0xCB | 0xCD..=0xCF => return Err(unsupported("JPEG pictures with arithmetic coding are not read")),
            0xC3 | 0xC5..=0xC7 => return Err(unsupported("lossless and hierarchical JPEG pictures are not read")),
            0xDB => self.quantisation(body),
            0xE0 => self.jfif_dpi = body.strip_prefix(b"JFIF\0").and_then(jfif_dpi),
            0xE1 => self.app1(body),
            0xE2 => self.profile.extend(body.strip_prefix(b"ICC_PROFILE\0").and_then(|part| Some((*part.first()?, part.get(2..)?)))),
            // JUMBF in JPEG: `JP`, box instance, packet number, then the box; later packets repeat its 8-byte head.
            0xEB if body.starts_with(b"JP") => self.jumbf.extend(body.get(8..)),
            0xED => self.marks.iptc(body.strip_prefix(b"Photoshop 3.0\0").unwrap_or_default()),
            0xEE if body.starts_with(b"Adobe") => self.adobe_transform = body.get(11).copied(),
            _ => {}
        }
        Ok(())
    }

    fn quantisation(&mut self, mut body: &[u8]) {
        while let Some((head, rest)) = body.split_first() {
            let wide = head >> 4 != 0;
            let size = if wide { 128 } else { 64 };
            let (Some(steps), Some(slot)) = (rest.get(..size), self.tables.get_mut(usize::from(head & 15))) else { return };
            let step = |index: usize| if wide { be16(steps, index * 2).unwrap_or(0) } else { u16::from(steps[index]) };
            *slot = Some(std::array::from_fn(step));
            body = &rest[size..];
        }
    }

    fn app1(&mut self, body: &'a [u8]) {
        if let Some(block) = body.strip_prefix(b"Exif\0\0") {
            self.exif = self.exif.or(Some(block));
        } else if let Some(packet) = body.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
            self.marks.xmp(packet);
        } else if let Some(part) = body.strip_prefix(b"http://ns.adobe.com/xmp/extension/\0") {
            // A digest of 32 digits, the whole length, this part's offset.
            self.extended_xmp.extend(part.get(40..));
        }
    }

    fn header(mut self, frame: &Frame, scan_at: usize, limits: &Limits) -> Result<Header<'a>, Refusal> {
        let ink = match frame.components.len() {
            1 => Ink::Gray,
            3 => Ink::Color,
            4 => Ink::Cmyk,
            count => return Err(unsupported(format!("JPEG pictures of {count} channels are not read"))),
        };
        if !self.extended_xmp.is_empty() {
            self.marks.xmp(&joined(&self.extended_xmp, limits));
        }
        if !self.jumbf.is_empty() {
            self.marks.c2pa(&joined(&self.jumbf, limits));
        }
        let scans = Scans::of(self.bytes, scan_at, frame);
        let mut header = Header::new(frame.width, frame.height);
        header.ink = ink;
        header.bit_depth = frame.precision;
        header.is_truncated = !scans.ended;
        header.scans = if frame.progressive { scans.count } else { 1 };
        header.dpi = self.jfif_dpi;
        header.take(self.exif.and_then(exif::read));
        header.mark(&self.marks);
        header.jpeg_quality = self.quality(frame);
        header.profile = self.profile(limits);
        header.adobe_transform = self.adobe_transform;
        header.bytes_per_pixel = frame.bytes_per_pixel(ink, frame.progressive || scans.count > 1);
        Ok(header)
    }

    fn quality(&self, frame: &Frame) -> Option<f64> {
        let table = |component: usize| self.tables.get(usize::from(frame.components.get(component)?.table))?.as_ref();
        Some(estimate(&Tables { luma: table(0)?, chroma: table(1) }))
    }

    /// The parts of the ICC profile in their order; `None` when one is missing, or when it is over the limit.
    fn profile(&mut self, limits: &Limits) -> Option<std::borrow::Cow<'a, [u8]>> {
        self.profile.sort_by_key(|(number, _)| *number);
        let in_order = self.profile.iter().enumerate().all(|(index, (number, _))| usize::from(*number) == index + 1);
        match self.profile.as_slice() {
            [(_, only)] => Some((*only).into()),
            [_, ..] if in_order && self.profile.iter().map(|(_, part)| part.len()).sum::<usize>() <= limits.metadata_bytes => {
                Some(self.profile.iter().flat_map(|(_, part)| part.iter().copied()).collect::<Vec<u8>>().into())
            }
            _ => None,
        }
    }
}

impl Frame {
    /// The picture, and for a picture of several scans its 16-bit coefficients (padded to whole blocks: a tenth more).
    fn bytes_per_pixel(&self, ink: Ink, keeps_coefficients: bool) -> u64 {
        let picture = if ink == Ink::Cmyk { 4 } else { 3 };
        if !keeps_coefficients {
            return picture;
        }
        let area = |component: &Component| u64::from(component.horizontal) * u64::from(component.vertical);
        let largest = |side: fn(&Component) -> u8| self.components.iter().map(|component| u64::from(side(component))).max().unwrap_or(1);
        let unit = largest(|component| component.horizontal) * largest(|component| component.vertical);
        let coefficients = self.components.iter().map(area).sum::<u64>() * 22 / (unit.max(1) * 10);
        picture + coefficients + 1
    }
}

fn frame(body: &[u8], progressive: bool) -> Result<Frame, Refusal> {
    let (Some(precision), Some(height), Some(width), Some(count)) = (body.first(), be16(body, 1), be16(body, 3), body.get(5)) else {
        return Err(corrupt("the JPEG's frame header is too short"));
    };
    let components: Vec<Component> = body
        .get(6..6 + usize::from(*count) * 3)
        .ok_or_else(|| corrupt("the JPEG's frame header is too short"))?
        .chunks_exact(3)
        .map(|part| Component { horizontal: part[1] >> 4, vertical: part[1] & 15, table: part[2] })
        .collect();
    if *precision != 8 {
        return Err(unsupported(format!("JPEG pictures with {precision} bits a channel are not read")));
    }
    if components.iter().any(|part| !(1..=4).contains(&part.horizontal) || !(1..=4).contains(&part.vertical)) {
        return Err(corrupt("the JPEG's sampling factors are impossible"));
    }
    if height == 0 {
        return Err(unsupported("JPEG pictures that state their height at the end are not read"));
    }
    Ok(Frame { width: width.into(), height: height.into(), precision: *precision, progressive, components })
}

fn jfif_dpi(body: &[u8]) -> Option<f64> {
    let density = f64::from(be16(body, 3)?);
    match body.get(2)? {
        1 => sensible_dpi(density),
        2 => sensible_dpi(density * 2.54),
        _ => None,
    }
}

fn joined(parts: &[&[u8]], limits: &Limits) -> Vec<u8> {
    parts.iter().flat_map(|part| part.iter().copied()).take(limits.metadata_bytes).collect()
}

/// One marker segment; `end` is where the next begins, for a scan's header where its data does.
struct Segment<'a> {
    marker: u8,
    body: &'a [u8],
    end: usize,
}

/// The next segment at or after `at`; bytes that belong to none are stepped over, as decoders do.
fn next_segment(bytes: &[u8], at: usize) -> Option<Segment<'_>> {
    let start = at + bytes.get(at..)?.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF))?;
    let marker = bytes[start + 1];
    if marker == EOI || marker == 0x01 || (0xD0..=0xD8).contains(&marker) {
        return Some(Segment { marker, body: &[], end: start + 2 });
    }
    let end = start + 2 + usize::from(be16(bytes, start + 2)?).max(2);
    Some(Segment { marker, body: bytes.get(start + 4..end)?, end })
}

/// How many scans there are and whether the file says that they are over.
struct Scans {
    count: u32,
    ended: bool,
}

impl Scans {
    /// Walks the scans. A baseline picture of one scan whose file ends in the end marker, which is nearly every one, needs no walk.
    fn of(bytes: &[u8], scan_at: usize, frame: &Frame) -> Self {
        let components_in_scan = scan_components(bytes, scan_at);
        if !frame.progressive && components_in_scan == frame.components.len() && bytes.ends_with(&[0xFF, EOI]) {
            return Self { count: 1, ended: true };
        }
        let (mut count, mut at) = (1, scan_at);
        while let Some(offset) = bytes.get(at..).and_then(marker_in_scan) {
            at += offset;
            match next_segment(bytes, at) {
                Some(Segment { marker: EOI, .. }) => return Self { count, ended: true },
                Some(Segment { marker: SOS, end, .. }) => (count, at) = (count + 1, end),
                Some(segment) => at = segment.end,
                None => break,
            }
        }
        Self { count, ended: false }
    }
}

/// The number of components of the scan whose data begins at `scan_at`: the header before it is as long as that number says.
fn scan_components(bytes: &[u8], scan_at: usize) -> usize {
    (1..=4)
        .find(|count| {
            let length = 6 + 2 * count;
            scan_at.checked_sub(length).is_some_and(|at| {
                be16(bytes, at).map(usize::from) == Some(length) && bytes.get(at + 2).map(|value| usize::from(*value)) == Some(*count)
            })
        })
        .unwrap_or(0)
}

/// Where the next marker other than a restart stands.
fn marker_in_scan(data: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr(0xFF, data.get(at..)?)?;
        match data.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}
