//! Picture data -> upright 8-bit sRGB. The one file that knows the decoders: `zune-jpeg` (which `image` itself uses) directly, so that
//! a JPEG lands in its final buffer at once, `png` (likewise) for its rows of 8 bits, and `image` for everything else.

use std::borrow::Cow;

use image::codecs::{bmp::BmpDecoder, gif::GifDecoder, tiff::TiffDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageError, RgbImage};
use vitrine_engine::{Format, Pixels};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::{ZByteReaderTrait, ZCursor};
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::color;
use super::guard::{Deadline, TimedReader};
use super::header::{Header, Ink};
use super::limits::Limits;
use super::raster::{Layout, Raster};
use super::refusal::{Reason, Refusal};

/// Decodes the first frame. `ended_early` of the answer says that the data was over before the picture was.
///
/// # Errors
/// When the data is damaged, of a kind that is not read, or asks for more memory or time than the limits allow.
pub fn decode(bytes: &[u8], format: Format, header: &Header, limits: &Limits) -> Result<Decoded, Refusal> {
    let needed = u64::from(header.width) * u64::from(header.height) * header.bytes_per_pixel;
    if needed > limits.decode_memory_bytes {
        let message = format!("decoding takes {needed} bytes of memory, more than the {} allowed", limits.decode_memory_bytes);
        return Err(Refusal::new(Reason::DecodeMemory, message));
    }
    let deadline = Deadline::after(limits.decode_time);
    let reader = TimedReader::new(bytes, deadline);
    let decoded = match format {
        // Only a picture of many scans can take long: a baseline one goes over its bytes once.
        Format::Jpeg if header.scans > 1 => jpeg(reader, header, limits),
        Format::Jpeg => jpeg(ZCursor::new(bytes), header, limits),
        Format::Png => png(reader, header),
        Format::Webp => WebPDecoder::new(reader).map_err(of_image).and_then(|decoder| other(decoder, header, limits)),
        Format::Gif => GifDecoder::new(reader).map_err(of_image).and_then(|decoder| other(decoder, header, limits)),
        Format::Tiff => TiffDecoder::new(reader).map_err(of_image).and_then(|decoder| other(decoder, header, limits)),
        Format::Bmp => BmpDecoder::new(reader).map_err(of_image).and_then(|decoder| other(decoder, header, limits)),
        Format::Avif => Err(Refusal::new(Reason::UnsupportedFormat, "AVIF pictures are recognised but not decoded")),
    };
    let (raster, ended_early) = decoded.map_err(|refusal| match () {
        () if deadline.is_past() => Refusal::new(Reason::DecodeTimeout, format!("decoding took longer than {:?}", limits.decode_time)),
        () if header.is_truncated && refusal.reason() == Reason::Corrupt => Refusal::new(Reason::Truncated, refusal.message()),
        () => refusal,
    })?;
    // What a TIFF decoder hands over as three channels was converted from the profile's inks already.
    let ink = raster.layout().ink();
    let way = color::to_srgb(ink, header.profile.as_deref().filter(|_| ink == header.ink));
    let rgb = raster.into_rgb(way.as_ref());
    let pixels = upright(header, rgb)?;
    Ok(Decoded { pixels, ended_early })
}

/// An upright picture.
pub struct Decoded {
    pub pixels: Pixels,
    pub ended_early: bool,
}

type Stored = (Raster, bool);

fn jpeg<T: ZByteReaderTrait>(source: T, header: &Header, limits: &Limits) -> Result<Stored, Refusal> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(limits.scans as usize);
    let mut decoder = JpegDecoder::new_with_options(source, options);
    decoder.decode_headers().map_err(of_jpeg)?;
    let input = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    let (output, layout) = match (header.ink, input) {
        (Ink::Gray, _) => (ColorSpace::Luma, Layout::Gray),
        (Ink::Color, _) => (ColorSpace::RGB, Layout::Rgb),
        (Ink::Cmyk, ColorSpace::YCCK) => (ColorSpace::YCCK, Layout::Ycck),
        (Ink::Cmyk, _) => (ColorSpace::CMYK, Layout::Cmyk { inverted: header.adobe_transform.is_some() }),
    };
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(output));
    let same_size = decoder.dimensions() == Some((header.width as usize, header.height as usize));
    let (Some(size), true) = (decoder.output_buffer_size(), same_size) else {
        return Err(Refusal::new(Reason::Corrupt, "the JPEG states two sizes"));
    };
    let mut bytes = vec![0; size];
    decoder.decode_into(&mut bytes).map_err(of_jpeg)?;
    Ok((Raster::new(layout, bytes), false))
}

fn png(reader: TimedReader, header: &Header) -> Result<Stored, Refusal> {
    let mut decoder = png::Decoder::new(reader);
    // What they hold was read, within bounds, with the header.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut rows = decoder.read_info().map_err(|fault| of_png(&fault))?;
    let layout = match rows.output_color_type() {
        (png::ColorType::Grayscale, png::BitDepth::Eight) => Layout::Gray,
        (png::ColorType::GrayscaleAlpha, png::BitDepth::Eight) => Layout::GrayAlpha,
        (png::ColorType::Rgb, png::BitDepth::Eight) => Layout::Rgb,
        (png::ColorType::Rgba, png::BitDepth::Eight) => Layout::Rgba,
        other => return Err(Refusal::new(Reason::UnsupportedFormat, format!("PNG pictures of the kind {other:?} are not read"))),
    };
    let Some(size) = rows.output_buffer_size() else { return Err(Refusal::new(Reason::DecodeMemory, "the PNG is too large to decode")) };
    let mut bytes = vec![0; size];
    match rows.next_frame(&mut bytes) {
        Ok(_) => Ok((Raster::new(layout, bytes), false)),
        Err(fault) => partial(layout, bytes, header, of_png(&fault)),
    }
}

fn other(mut decoder: impl ImageDecoder, header: &Header, limits: &Limits) -> Result<Stored, Refusal> {
    let mut allocation = image::Limits::no_limits();
    allocation.max_alloc = Some(limits.decode_memory_bytes);
    decoder.set_limits(allocation).map_err(of_image)?;
    let color = decoder.color_type();
    let layout = match color {
        ColorType::L8 | ColorType::L16 => Layout::Gray,
        ColorType::La8 | ColorType::La16 => Layout::GrayAlpha,
        ColorType::Rgb8 | ColorType::Rgb16 => Layout::Rgb,
        ColorType::Rgba8 | ColorType::Rgba16 => Layout::Rgba,
        _ => return Err(Refusal::new(Reason::UnsupportedFormat, "pictures of floating-point values are not read")),
    };
    if decoder.dimensions() != (header.width, header.height) {
        return Err(Refusal::new(Reason::Corrupt, "the file states two sizes"));
    }
    let wide = matches!(color, ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16);
    let size = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
    if size as u64 > limits.decode_memory_bytes {
        return Err(Refusal::new(Reason::DecodeMemory, "the picture is too large to decode"));
    }
    let mut bytes = vec![0; size];
    let outcome = decoder.read_image(&mut bytes).map_err(of_image);
    if wide {
        narrow(&mut bytes);
    }
    match outcome {
        Ok(()) => Ok((Raster::new(layout, bytes), false)),
        Err(refusal) => partial(layout, bytes, header, refusal),
    }
}

/// What a decoder left behind when the file ended: kept when the file is known to be cut and something was drawn.
fn partial(layout: Layout, bytes: Vec<u8>, header: &Header, refusal: Refusal) -> Result<Stored, Refusal> {
    let drawn = bytes.iter().any(|value| *value != 0);
    if header.is_truncated && drawn && refusal.reason() == Reason::Corrupt { Ok((Raster::new(layout, bytes), true)) } else { Err(refusal) }
}

/// 16-bit samples of this machine's byte order to 8 bits, rounded, in place.
fn narrow(bytes: &mut Vec<u8>) {
    for index in 0..bytes.len() / 2 {
        let wide = u32::from(u16::from_ne_bytes([bytes[index * 2], bytes[index * 2 + 1]]));
        bytes[index] = ((wide * 255 + 32_767) / 65_535) as u8;
    }
    bytes.truncate(bytes.len() / 2);
}

fn upright(header: &Header, rgb: Vec<u8>) -> Result<Pixels, Refusal> {
    let fault = || Refusal::new(Reason::DecoderFault, "the decoder's picture is not of the size that the file states");
    let orientation = Orientation::from_exif(header.orientation).unwrap_or(Orientation::NoTransforms);
    if orientation == Orientation::NoTransforms {
        return Pixels::new(header.width, header.height, rgb).map_err(|_| fault());
    }
    let mut picture = DynamicImage::ImageRgb8(RgbImage::from_raw(header.width, header.height, rgb).ok_or_else(fault)?);
    picture.apply_orientation(orientation);
    let (width, height) = (picture.width(), picture.height());
    Pixels::new(width, height, picture.into_bytes()).map_err(|_| fault())
}

fn of_jpeg(fault: DecodeErrors) -> Refusal {
    let reason = match &fault {
        DecodeErrors::Unsupported(_) => Reason::UnsupportedFormat,
        DecodeErrors::LargeDimensions(_) => Reason::TooManyPixels,
        _ => Reason::Corrupt,
    };
    Refusal::new(reason, format!("the JPEG's data is damaged ({})", one_line(&fault.to_string())))
}

fn of_png(fault: &png::DecodingError) -> Refusal {
    let reason = if matches!(fault, png::DecodingError::LimitsExceeded) { Reason::DecodeMemory } else { Reason::Corrupt };
    Refusal::new(reason, format!("the PNG's data is damaged ({})", one_line(&fault.to_string())))
}

fn of_image(fault: ImageError) -> Refusal {
    let reason = match &fault {
        ImageError::Unsupported(_) => Reason::UnsupportedFormat,
        ImageError::Limits(_) => Reason::DecodeMemory,
        _ => Reason::Corrupt,
    };
    Refusal::new(reason, format!("the picture's data is damaged ({})", one_line(&fault.to_string())))
}

/// A decoder's words, which may quote the file: one line of a length that fits a message.
fn one_line(words: &str) -> Cow<'_, str> {
    let words = words.trim().trim_end_matches('.');
    let clean = words.chars().take(160).map(|letter| if letter.is_control() { ' ' } else { letter });
    Cow::Owned(clean.collect())
}
