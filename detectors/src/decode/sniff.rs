//! What a file is, by its first bytes: a format that is read, or the reason why it is not.

use vitrine_engine::Format;

use super::refusal::{Reason, Refusal};

/// The format of a file, by content.
///
/// # Errors
/// `unsupported_format` for picture formats that are not read, `not_an_image` for everything else.
pub fn format(bytes: &[u8]) -> Result<Format, Refusal> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    match () {
        () if starts(b"\xFF\xD8\xFF") => Ok(Format::Jpeg),
        () if starts(b"\x89PNG\r\n\x1A\n") => Ok(Format::Png),
        () if starts(b"RIFF") && at(8, b"WEBP") => Ok(Format::Webp),
        () if starts(b"GIF87a") || starts(b"GIF89a") => Ok(Format::Gif),
        () if starts(b"II*\0") || starts(b"MM\0*") => Ok(Format::Tiff),
        () if starts(b"BM") && bytes.len() > 26 => Ok(Format::Bmp),
        () if at(4, b"ftyp") => base_media(bytes),
        () if at(4, b"jP  ") || starts(b"\xFF\x4F\xFF\x51") => Err(unread("JPEG 2000")),
        () if starts(b"\xFF\x0A") || at(4, b"JXL ") => Err(unread("JPEG XL")),
        () if starts(b"II+\0") || starts(b"MM\0+") => Err(unread("BigTIFF")),
        () if starts(b"8BPS") => Err(unread("Photoshop")),
        () if starts(b"\0\0\x01\0") || starts(b"\0\0\x02\0") => Err(unread("icon")),
        () => Err(text_or_noise(bytes)),
    }
}

/// Whether the extension of a file's name fits its content; `None` without a name or an extension.
pub fn extension_matches(name: &str, format: Format) -> Option<bool> {
    let file_name = name.rsplit(['/', '\\']).next()?;
    let (stem, extension) = file_name.rsplit_once('.')?;
    if stem.is_empty() || extension.is_empty() {
        return None;
    }
    let known: &[&str] = match format {
        Format::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
        Format::Png => &["png", "apng"],
        Format::Webp => &["webp"],
        Format::Gif => &["gif"],
        Format::Avif => &["avif", "avifs"],
        Format::Tiff => &["tif", "tiff"],
        Format::Bmp => &["bmp", "dib"],
    };
    Some(known.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// Whether a file's name has only ASCII letters, digits, hyphens, underscores and at most one dot; `None` where the path names no file.
pub fn name_is_plain(name: &str) -> Option<bool> {
    let file_name = name.rsplit(['/', '\\']).next().filter(|name| !name.is_empty())?;
    let ordinary = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    Some(file_name.chars().all(ordinary) && file_name.matches('.').count() <= 1)
}

fn base_media(bytes: &[u8]) -> Result<Format, Refusal> {
    let length = bytes.first_chunk().map_or(0, |length| u32::from_be_bytes(*length) as usize);
    let brands = bytes.get(8..length.min(bytes.len())).unwrap_or_default();
    let has = |brand: &[u8]| brands.chunks_exact(4).any(|known| known == brand);
    match () {
        () if has(b"avif") || has(b"avis") => Ok(Format::Avif),
        () if has(b"heic") || has(b"heix") || has(b"mif1") || has(b"msf1") => Err(unread("HEIC")),
        () => Err(Refusal::new(Reason::NotAnImage, "the file is a video or another media container, not a picture")),
    }
}

fn unread(what: &str) -> Refusal {
    Refusal::new(Reason::UnsupportedFormat, format!("{what} pictures are not read"))
}

/// A sentence for what people upload by mistake. Looks at the first kilobyte only and resolves nothing in it.
fn text_or_noise(bytes: &[u8]) -> Refusal {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let text = head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    match () {
        () if text.starts_with('<') && text.contains("<svg") => unread("vector (SVG)"),
        () if text.starts_with("%pdf") => Refusal::new(Reason::NotAnImage, "the file is a PDF document"),
        () if text.starts_with("<!doctype html") || text.starts_with("<html") => {
            Refusal::new(Reason::NotAnImage, "the file is a web page, perhaps an error page of the server it came from")
        }
        () if text.starts_with(['{', '[']) => Refusal::new(Reason::NotAnImage, "the file is JSON text, perhaps an error message"),
        () if text.starts_with('<') => Refusal::new(Reason::NotAnImage, "the file is XML text"),
        () => Refusal::new(Reason::NotAnImage, "the bytes are of no picture format"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (bytes, expected) in [
            (&b"\xFF\xD8\xFF\xE0"[..], Ok(Format::Jpeg)),
            (b"\0\0\0\x14ftypavif\0\0\0\0avif", Ok(Format::Avif)),
            (b"\0\0\0\x14ftypheic\0\0\0\0mif1", Err("unsupported_format")),
            (b"\0\0\0\x14ftypisom\0\0\0\0mp42", Err("not_an_image")),
            (b"\0\0\0\x0CjP  \r\n\x87\n", Err("unsupported_format")),
            (b"<?xml version='1.0'?><svg/>", Err("unsupported_format")),
            (b"<html>404</html>", Err("not_an_image")),
            (b"BM", Err("not_an_image")),
            (b"\0", Err("not_an_image")),
        ] {
            assert_eq!(format(bytes).map_err(|refusal| refusal.code()), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn plain_names_are_told_from_those_with_special_characters() {
        for (name, plain) in [
            ("shoe-01_front.jpg", Some(true)),
            ("my folder/a.b/4006381333931", Some(true)),
            ("C:\\bilder\\schuh.png", Some(true)),
            ("schuh größe 42.jpg", Some(false)),
            ("shoe (1).jpg", Some(false)),
            ("shoe.final.jpg", Some(false)),
            ("folder/", None),
            ("", None),
        ] {
            assert_eq!(name_is_plain(name), plain, "{name}");
        }
    }

    #[test]
    fn extensions_are_compared_without_case_and_only_where_there_are_any() {
        assert_eq!(extension_matches("a/b.c/shoe.JPEG", Format::Jpeg), Some(true));
        assert_eq!(extension_matches("shoe.jpg", Format::Png), Some(false));
        for name in ["shoe", "a.b/shoe", ".jpg", "shoe."] {
            assert_eq!(extension_matches(name, Format::Jpeg), None, "{name}");
        }
    }
}
