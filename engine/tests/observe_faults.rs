//! Faults stay with the picture and the detector they happen to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::sync::Arc;

use vitrine_engine::{
    CatalogEntry, ContentHash, DetectError, Detector, DetectorSpec, FileFacts, Format, Measurement, Needs, Photo, Plan, SignalCatalog,
    SignalName, SignalSpec, observe,
};

/// Answers by the width of the picture: a value, an error or a panic.
struct ByWidth(DetectorSpec);

impl ByWidth {
    fn new() -> Self {
        let signals = vec![SignalSpec::ratio("share", "")];
        Self(DetectorSpec { id: "by-width@1".into(), needs: Needs::File, signals })
    }
}

impl Detector for ByWidth {
    fn spec(&self) -> &DetectorSpec {
        &self.0
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        photos
            .iter()
            .map(|photo| match photo.file.width {
                1 => Ok(vec![Measurement::new("share", 0.5)]),
                2 => Ok(vec![Measurement::new("share", f64::NAN)]),
                3 => Err(DetectError::new("too_dull", "nothing to see")),
                _ => panic!("unexpected width"),
            })
            .collect()
    }
}

fn photo(width: u32) -> Photo {
    let file = FileFacts {
        content_hash: ContentHash::of(&[width as u8]),
        bytes: 1,
        format: Format::Png,
        extension_matches: None,
        name_is_plain: None,
        width,
        height: 1,
        color_space: "srgb",
        bit_depth: 8,
        frame_count: 1,
        has_alpha: false,
        is_truncated: false,
        jpeg_quality: None,
        dpi: None,
        ai_generated_marked: false,
        synthetic_performer_marked: false,
    };
    Photo::new(file, None)
}

fn world() -> (Vec<Box<dyn Detector>>, Arc<SignalCatalog>) {
    let detector = ByWidth::new();
    let entries = detector.0.signals.iter().map(|spec| CatalogEntry::measured(spec.clone(), detector.0.id.clone())).collect();
    (vec![Box::new(detector)], Arc::new(SignalCatalog::new(entries).unwrap()))
}

#[test]
fn each_picture_keeps_its_own_fault() {
    let (detectors, catalog) = world();
    let photos: Vec<_> = [1, 2, 3, 4, 1].map(photo).into();
    let observations = observe(&Plan::everything(&detectors), &catalog, &photos);
    let values: Vec<_> = observations.iter().map(|o| o.signals.number("share")).collect();
    assert_eq!(values, [Some(0.5), None, None, None, Some(0.5)]);
    let codes: Vec<Vec<_>> = observations.iter().map(|o| o.faults.iter().map(|fault| fault.code.as_str()).collect()).collect();
    assert_eq!(codes, [vec![], vec!["value_refused"], vec!["too_dull"], vec!["detector_failed"], vec![]]);
}

#[test]
fn only_what_is_asked_for_runs() {
    let (detectors, _) = world();
    let asked = SignalName::from("share");
    let other = SignalName::from("sharpness");
    assert_eq!(Plan::for_signals(&detectors, [&asked]).detectors().count(), 1);
    assert_eq!(Plan::for_signals(&detectors, [&other]).detectors().count(), 0);
}
