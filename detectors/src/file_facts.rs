//! File facts as signals: what the file itself tells, without a look at its pixels.

use std::sync::LazyLock;

use vitrine_engine::{DetectError, Detector, DetectorSpec, FileFacts as Facts, Measurement, Needs, Photo, SignalSpec};

/// Sizes, format, colour space, encoder quality, marks of origin.
#[derive(Debug, Default)]
pub struct FileFacts;

static SPEC: LazyLock<DetectorSpec> = LazyLock::new(|| {
    let px = |name, doc| SignalSpec::integer(name, 1.0, 4_294_967_295.0, doc).unit("px");
    DetectorSpec {
        id: "file_facts@2".into(),
        needs: Needs::File,
        signals: vec![
            px("width_px", "Width of the upright picture."),
            px("height_px", "Height of the upright picture."),
            px("short_side_px", "The shorter of width and height; what most minimum sizes speak of."),
            px("long_side_px", "The longer of width and height; what zoom needs."),
            SignalSpec::number("megapixels", 0.0, 1e6, "Width x height, in millions of pixels.").unit("Mpx"),
            SignalSpec::number("aspect_ratio", 0.0, 65_536.0, "Width / height of the upright picture: 1 is square, below 1 is portrait."),
            SignalSpec::integer("file_bytes", 0.0, 9e15, "Size of the file.").unit("bytes"),
            SignalSpec::text("format", &["jpeg", "png", "webp", "gif", "avif", "tiff", "bmp"], "File format by content, never by name."),
            SignalSpec::flag("extension_matches", "The name's extension fits the content; missing without a name or extension."),
            SignalSpec::text(
                "color_space",
                &["srgb", "gray", "cmyk", "display-p3", "adobe-rgb", "other"],
                "Colour space of the file as stored; an unmarked colour picture is `srgb`.",
            ),
            SignalSpec::integer("bit_depth", 1.0, 64.0, "Bits a channel, as stored.").unit("bits"),
            SignalSpec::integer("frame_count", 1.0, 4_294_967_295.0, "Frames of an animation; 1 for a still. Only the first is looked at."),
            SignalSpec::flag("has_alpha", "The file has an alpha channel or a transparent colour; such pictures are judged on white."),
            SignalSpec::flag("is_truncated", "The file ends before its format says it should; lower parts of the picture may be missing."),
            SignalSpec::number(
                "jpeg_quality",
                1.0,
                100.0,
                "Encoder quality of the last save, estimated from the quantisation tables (IJG scale; nearest for other tables); higher is \
                 better, missing if not a JPEG. A re-save at high quality hides an earlier bad one: see `blockiness`.",
            ),
            SignalSpec::number("dpi", 0.0, 1e6, "Resolution that the file states (JFIF, PNG, TIFF or EXIF); missing if it states none.")
                .unit("dpi"),
            SignalSpec::flag(
                "ai_generated_marked",
                "The file's own marks (C2PA, IPTC digital source type, XMP, a generator's text) say that the picture is synthetic; \
                 `false` proves nothing.",
            ),
            SignalSpec::flag(
                "synthetic_performer_marked",
                "The XMP subject carries the mark `contains-synthetic-performer`; `false` says nothing of who is in the picture.",
            ),
            SignalSpec::flag(
                "file_name_plain",
                "The file's name has only letters a to z, digits, hyphens, underscores and at most one dot; missing without a name.",
            ),
            SignalSpec::text("content_hash", &[], "SHA-256 of the file's bytes, 64 hexadecimal digits: equal for exact copies."),
        ],
    }
});

impl Detector for FileFacts {
    fn spec(&self) -> &DetectorSpec {
        &SPEC
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos.iter().map(|photo| Ok(measurements(&photo.file))).collect()
    }
}

fn measurements(file: &Facts) -> Vec<Measurement> {
    let (width, height) = (f64::from(file.width), f64::from(file.height));
    let mut found = vec![
        Measurement::new("width_px", width),
        Measurement::new("height_px", height),
        Measurement::new("short_side_px", width.min(height)),
        Measurement::new("long_side_px", width.max(height)),
        Measurement::new("megapixels", width * height / 1e6),
        Measurement::new("aspect_ratio", width / height),
        Measurement::new("file_bytes", file.bytes as f64),
        Measurement::new("format", file.format.as_str()),
        Measurement::new("color_space", file.color_space),
        Measurement::new("bit_depth", f64::from(file.bit_depth)),
        Measurement::new("frame_count", f64::from(file.frame_count)),
        Measurement::new("has_alpha", file.has_alpha),
        Measurement::new("is_truncated", file.is_truncated),
        Measurement::new("ai_generated_marked", file.ai_generated_marked),
        Measurement::new("synthetic_performer_marked", file.synthetic_performer_marked),
        Measurement::new("content_hash", file.content_hash.to_string().as_str()),
    ];
    found.extend(file.extension_matches.map(|fits| Measurement::new("extension_matches", fits)));
    found.extend(file.name_is_plain.map(|plain| Measurement::new("file_name_plain", plain)));
    found.extend(file.jpeg_quality.map(|quality| Measurement::new("jpeg_quality", quality)));
    found.extend(file.dpi.map(|dpi| Measurement::new("dpi", dpi)));
    found
}

#[cfg(test)]
mod tests {
    use vitrine_engine::{ContentHash, Format};

    use super::*;

    fn facts() -> Facts {
        Facts {
            content_hash: ContentHash::of(b"x"),
            bytes: 1,
            format: Format::Jpeg,
            extension_matches: Some(true),
            name_is_plain: Some(true),
            width: 300,
            height: 200,
            color_space: "srgb",
            bit_depth: 8,
            frame_count: 1,
            has_alpha: false,
            is_truncated: false,
            jpeg_quality: Some(90.0),
            dpi: None,
            ai_generated_marked: false,
            synthetic_performer_marked: false,
        }
    }

    #[test]
    fn every_signal_is_measured_and_fits_its_spec_but_dpi_that_is_not_stated() {
        let measured = measurements(&facts());
        for spec in &SPEC.signals {
            let found = measured.iter().find(|measurement| measurement.signal == spec.name.as_str());
            assert_eq!(found.is_some(), spec.name.as_str() != "dpi", "{}", spec.name);
            assert_eq!(found.and_then(|measurement| spec.objection(&measurement.value)), None, "{}", spec.name);
        }
        assert_eq!(measured.len(), SPEC.signals.len() - 1);
    }

    #[test]
    fn sides_and_ratio_follow_from_the_size() {
        let measured = measurements(&facts());
        let number = |name| match &measured.iter().find(|measurement| measurement.signal == name).unwrap().value {
            vitrine_engine::Value::Number(number) => *number,
            other => panic!("{other:?}"),
        };
        assert_eq!((number("short_side_px"), number("long_side_px")), (200.0, 300.0));
        assert_eq!((number("aspect_ratio"), number("megapixels")), (1.5, 0.06));
    }
}
