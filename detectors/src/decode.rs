//! Bytes -> [`Photo`]: the format by content, the limits, the file's facts, and upright 8-bit sRGB pixels when they are asked for.
//! Never draws a vector picture and never looks at a second frame.

mod limits;
mod refusal;

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};
use vitrine_engine::{ContentHash, FileFacts, Format, Needs, Photo, Pixels};

pub use limits::Limits;
pub use refusal::{Reason, Refusal};

/// Opens a picture. `name` is only used to see whether its extension fits; `needs` says whether pixels are decoded.
///
/// # Errors
/// A [`Refusal`] with a stable code when the file is no picture, breaks a limit or cannot be decoded.
pub fn open(bytes: &[u8], name: Option<&str>, needs: Needs, limits: &Limits) -> Result<Photo, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new(Reason::EmptyFile, "the file is empty"));
    }
    if bytes.len() as u64 > limits.file_bytes {
        let message = format!("the file has {} bytes, more than the {} allowed", bytes.len(), limits.file_bytes);
        return Err(Refusal::new(Reason::FileTooLarge, message));
    }
    let guessed = image::guess_format(bytes).map_err(|_| Refusal::new(Reason::NotAnImage, "the bytes are of no picture format"))?;
    let format = match guessed {
        ImageFormat::Jpeg => Format::Jpeg,
        ImageFormat::Png => Format::Png,
        ImageFormat::WebP => Format::Webp,
        ImageFormat::Gif => Format::Gif,
        ImageFormat::Tiff => Format::Tiff,
        ImageFormat::Bmp => Format::Bmp,
        other => return Err(Refusal::new(Reason::UnsupportedFormat, format!("{other:?} pictures are not read"))),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), guessed);
    let mut allocation = image::Limits::default();
    allocation.max_alloc = Some(limits.decode_memory_bytes);
    reader.limits(allocation);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (stored_width, stored_height) = decoder.dimensions();
    if u64::from(stored_width) * u64::from(stored_height) > limits.pixels {
        let message = format!("the picture is {stored_width}x{stored_height}, more than {} pixels", limits.pixels);
        return Err(Refusal::new(Reason::TooManyPixels, message));
    }
    let orientation = decoder.orientation().map_err(refused)?;
    let color = decoder.color_type();
    let turned = orientation.to_exif() >= 5;
    let file = FileFacts {
        content_hash: ContentHash::of(bytes),
        bytes: bytes.len() as u64,
        format,
        extension_matches: name
            .and_then(|name| name.rsplit_once('.'))
            .map(|(_, extension)| ImageFormat::from_extension(extension) == Some(guessed)),
        width: if turned { stored_height } else { stored_width },
        height: if turned { stored_width } else { stored_height },
        color_space: if color.has_color() { "srgb" } else { "gray" },
        bit_depth: (color.bits_per_pixel() / u16::from(color.channel_count())) as u8,
        frame_count: 1,
        has_alpha: color.has_alpha(),
        is_truncated: false,
        jpeg_quality: None,
        dpi: None,
        ai_generated_marked: false,
    };
    if needs == Needs::File {
        return Ok(Photo::new(file, None));
    }
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    let (width, height) = (picture.width(), picture.height());
    let rgb = if picture.color().has_alpha() { on_white(picture.into_rgba8().into_raw()) } else { picture.into_rgb8().into_raw() };
    let pixels = Pixels::new(width, height, rgb).map_err(|fault| Refusal::new(Reason::DecoderFault, fault.to_string()))?;
    Ok(Photo::new(file, Some(pixels)))
}

fn on_white(rgba: Vec<u8>) -> Vec<u8> {
    rgba.chunks_exact(4)
        .flat_map(|p| {
            let over = |value: u8| ((u32::from(value) * u32::from(p[3]) + 255 * (255 - u32::from(p[3])) + 127) / 255) as u8;
            [over(p[0]), over(p[1]), over(p[2])]
        })
        .collect()
}

fn refused(error: ImageError) -> Refusal {
    let reason = match &error {
        ImageError::Unsupported(_) => Reason::UnsupportedFormat,
        ImageError::Limits(_) => Reason::DecodeMemory,
        _ => Reason::Corrupt,
    };
    Refusal::new(reason, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_picture_opens_with_its_colours() {
        let mut bytes = Vec::new();
        let picture = image::RgbImage::from_pixel(4, 3, image::Rgb([10, 20, 30]));
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        let photo = open(&bytes, Some("a.png"), Needs::Pixels, &Limits::default()).unwrap();
        assert_eq!((photo.file.width, photo.file.height, photo.file.extension_matches), (4, 3, Some(true)));
        assert_eq!(photo.pixels().unwrap().at(3, 2), [10, 20, 30]);
    }

    #[test]
    fn what_is_no_picture_is_refused_with_a_code() {
        for (bytes, code) in [(&b""[..], "empty_file"), (b"<html></html>", "not_an_image")] {
            assert_eq!(open(bytes, None, Needs::File, &Limits::default()).unwrap_err().code(), code);
        }
    }
}
