//! Resizing by convolution. All of it goes through here, for the one kind of pixel there is: the library's code is generated wherever its
//! functions are named, for every kind of pixel that is not ruled out.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions};
use vitrine_engine::Pixels;

pub use crate::model::Filter;

/// Resizes, and keeps its memory for the next picture.
#[derive(Default)]
pub struct Resizer(fast_image_resize::Resizer);

impl Resizer {
    /// Makes a part of a picture (left, top, width, height in px, within the picture) fit a width and a height in px; the target holds
    /// their product times three bytes.
    ///
    /// # Errors
    /// When the part is not within the picture, or the target is too small.
    pub fn resize(
        &mut self,
        pixels: &Pixels,
        [left, top, width, height]: [f64; 4],
        filter: Filter,
        (target_width, target_height): (u32, u32),
        target: &mut [u8],
    ) -> Result<(), String> {
        let filter = match filter {
            Filter::Box => FilterType::Box,
            Filter::Triangle => FilterType::Bilinear,
            Filter::Cubic => FilterType::CatmullRom,
            Filter::Lanczos => FilterType::Lanczos3,
        };
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(false).crop(left, top, width, height);
        let source =
            TypedImageRef::<U8x3>::from_buffer(pixels.width(), pixels.height(), pixels.rgb()).map_err(|error| error.to_string())?;
        let mut target = TypedImage::<U8x3>::from_buffer(target_width, target_height, target).map_err(|error| error.to_string())?;
        self.0.resize_typed(&source, &mut target, &options).map_err(|error| error.to_string())
    }
}
