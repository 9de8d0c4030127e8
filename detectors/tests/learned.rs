//! A model as a detector: alone and in any company the same, its faults told and never passed over, its signals taking their place in
//! the vocabulary.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot load its model has to fail")]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::onnx;
use vitrine_detectors::batcher::Lane;
use vitrine_detectors::model::Model;
use vitrine_detectors::onnx::{OnnxError, Provider, Runtime, Session, SessionOptions};
use vitrine_detectors::{Detectors, Learned, Limits, LoadOptions, Request, all, catalog_of, open};
use vitrine_engine::{Detector, Needs, Photo, Plan, Value, observe, observe_further};

fn runtime() -> Runtime {
    Runtime::load(None).expect("run `make setup` first")
}

fn model(onnx: &[u8], change: impl Fn(String) -> String) -> Model {
    Model::read("drawn.yaml", &change(onnx::manifest(onnx)), onnx).unwrap_or_else(|error| panic!("{error}"))
}

fn loaded(model: &Model) -> Learned {
    Learned::load(&runtime(), model, &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn photo(kind: u32) -> Photo {
    let picture = image::RgbImage::from_fn(40 + kind % 17, 30 + kind % 11, |x, y| {
        image::Rgb([(x * 5 + kind * 31) as u8, (y * 7 + kind * 13) as u8, ((x ^ y) * (kind + 1)) as u8])
    });
    let file = common::encoded(picture, image::ImageFormat::Png);
    open(&file, None, Needs::Pixels, &Limits::default()).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn number(detector: &impl Detector, photos: &[Photo]) -> Vec<f64> {
    let number = |result: Result<Vec<vitrine_engine::Measurement>, _>| match result.expect("a measurement")[0].value {
        Value::Number(number) => number,
        _ => f64::NAN,
    };
    detector.detect(photos).into_iter().map(number).collect()
}

#[test]
fn alone_and_in_any_batch_a_picture_has_the_same_value() {
    let net = onnx::convolutions(16, 4).0;
    let learned = Arc::new(loaded(&model(&net, |text| text)));
    let photos: Vec<Photo> = (0..64).map(photo).collect();
    let alone: Vec<f64> = photos.iter().flat_map(|photo| number(learned.as_ref(), std::slice::from_ref(photo))).collect();
    assert!(alone.iter().any(|value| (value - alone[0]).abs() > 0.01), "the net tells pictures apart: {alone:?}");
    let batched = number(learned.as_ref(), &photos);
    std::thread::scope(|scope| {
        let callers: Vec<_> = photos
            .chunks(5)
            .map(|some| (some, Arc::clone(&learned)))
            .map(|(some, learned)| scope.spawn(move || number(learned.as_ref(), some)))
            .collect();
        let mixed: Vec<f64> = callers.into_iter().flat_map(|caller| caller.join().expect("a caller")).collect();
        for ((alone, batched), mixed) in alone.iter().zip(&batched).zip(&mixed) {
            assert!((alone - batched).abs() <= 1e-4 && (alone - mixed).abs() <= 1e-4, "{alone} {batched} {mixed}");
        }
    });
    assert!(learned.metrics().batch().sum() > 160.0, "there were batches");
}

#[test]
fn a_value_out_of_range_or_none_at_all_is_missing_with_a_fault() {
    let means = onnx::good().0;
    // Without the sigmoid, means of normalised channels are below 0 too.
    let out = model(&means, |text| text.replace("      - sigmoid\n", ""));
    let nan = onnx::model(&onnx::graph(
        &[
            vec![onnx::node("GlobalAveragePool", &["image"], &["p"], &[]), onnx::node("Sub", &["p", "p"], &["z"], &[])],
            vec![onnx::node("Div", &["z", "z"], &["q"], &[]), onnx::node("Flatten", &["q"], &["scores"], &[onnx::int("axis", 1)])],
        ]
        .concat(),
        &[],
        &[onnx::image()],
        &[onnx::scores()],
    ))
    .0;
    for (model, word) in [(out, "outside 0..1"), (model(&nan, |text| text), "not a finite number")] {
        let detectors =
            Detectors::load(&runtime(), std::slice::from_ref(&model), &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
        let catalog = Arc::clone(&detectors.catalog);
        let dark = image::RgbImage::from_pixel(20, 20, image::Rgb([3, 3, 3]));
        let file = common::encoded(dark, image::ImageFormat::Png);
        let photo = open(&file, None, Needs::Pixels, &Limits::default()).expect("a picture");
        let wanted = ["drawn_score".into()];
        let seen = observe(&Plan::for_signals(&detectors.all, &wanted), &catalog, std::slice::from_ref(&photo));
        assert!(seen[0].signals.get("drawn_score").is_none());
        assert!(seen[0].faults.iter().any(|fault| fault.message.contains(word)), "{:?}", seen[0].faults);
    }
}

#[test]
fn two_detectors_for_one_signal_are_an_error_unless_one_says_that_it_supersedes() {
    let means = onnx::good().0;
    let named = |signal: &str, more: &str| model(&means, |text| text.replace("name: drawn_score", &format!("name: {signal}{more}")));
    let refused = |models: &[Model]| catalog_of(models).expect_err("a conflict").to_string();
    assert!(refused(&[named("sharpness", "")]).contains("write `supersedes: true`"));
    assert!(refused(&[named("face_count", "")]).contains("rules know it as Integer"));
    let twice = [named("drawn_score", ""), model(&means, |text| text.replace("name: drawn\n", "name: again\n"))];
    assert!(refused(&twice).contains("`drawn@"));

    let catalog = catalog_of(&[named("text_overlay_score", "")]).unwrap_or_else(|error| panic!("{error}"));
    assert!(catalog.find("text_overlay_score").is_some_and(|entry| entry.detector.is_some()), "what was planned is measured");
    let sharper = named("sharpness", "\n    supersedes: true");
    let detectors = Detectors::load(&runtime(), &[sharper], &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    let measure = |name: &str| {
        detectors.all.iter().filter(|detector| detector.spec().signals.iter().any(|signal| signal.name.as_str() == name)).count()
    };
    assert_eq!(measure("sharpness"), 1);
    assert!(
        detectors.catalog.find("sharpness").and_then(|entry| entry.detector.clone()).is_some_and(|id| id.as_str().starts_with("drawn@"))
    );
    let signals: usize = all().iter().map(|detector| detector.spec().signals.len()).sum();
    assert_eq!(detectors.all.iter().map(|detector| detector.spec().signals.len()).sum::<usize>(), signals);
    let seen = observe(&Plan::everything(&detectors.all), &detectors.catalog, &[photo(3)]);
    assert!(seen[0].signals.get("sharpness").is_some_and(|reading| reading.detector.as_str().starts_with("drawn@")));
    assert!(seen[0].faults.is_empty(), "{:?}", seen[0].faults);
}

#[test]
fn a_model_that_completes_speaks_only_where_the_other_says_nothing() {
    let means = onnx::good().0;
    let completing = |more: &str| {
        model(&means, |text| {
            text.replace("name: drawn_score", &format!("name: jpeg_quality{more}")).replace("range: [0, 1]", "range: [0, 100]")
        })
    };
    assert!(catalog_of(&[completing("")]).is_err());
    let completing = completing("\n    completes: true\n    calibration: {points: [[0, 50], [1, 60]]}");
    let detectors =
        Detectors::load(&runtime(), std::slice::from_ref(&completing), &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    let entry = detectors.catalog.find("jpeg_quality").expect("in the vocabulary");
    assert!(entry.detector.as_ref().is_some_and(|id| id.as_str().starts_with("file_facts@")));
    assert!(entry.completed_by.as_ref().is_some_and(|id| id.as_str().starts_with("drawn@")));
    let catalog = Arc::clone(&detectors.catalog);
    let grey = image::RgbImage::from_pixel(20, 20, image::Rgb([90, 90, 90]));
    let detector_of = |format| {
        let photo = open(&common::encoded(grey.clone(), format), None, Needs::Pixels, &Limits::default()).expect("a picture");
        let mut told = Vec::new();
        // In whichever order they look.
        for turned in [false, true] {
            let first = Plan::everything(&detectors.all);
            let plans = if turned { [first.models(), first.without_models()] } else { [first.without_models(), first.models()] };
            let mut seen = observe(&plans[0], &catalog, std::slice::from_ref(&photo));
            observe_further(&plans[1], std::slice::from_ref(&photo), &mut seen);
            told.push(seen[0].signals.get("jpeg_quality").map(|reading| reading.detector.to_string()).unwrap_or_default());
        }
        told
    };
    assert!(detector_of(image::ImageFormat::Jpeg).iter().all(|detector| detector.starts_with("file_facts@")));
    assert!(detector_of(image::ImageFormat::Png).iter().all(|detector| detector.starts_with("drawn@")));
}

#[test]
fn a_request_without_time_is_refused_and_one_without_pixels_is_an_error() {
    let learned = loaded(&model(&onnx::good().0, |text| text));
    let request = |patience| Request { lane: Lane::Backfill, deadline: Instant::now() + patience };
    assert!(learned.begin(&photo(1), request(Duration::ZERO)).is_err());
    let unopened = Photo::new(photo(1).file, None);
    assert!(learned.begin(&unopened, request(Duration::from_secs(5))).is_err());
    assert!(learned.begin(&photo(1), request(Duration::from_secs(5))).is_ok_and(|pending| pending.wait().is_ok()));
    assert_eq!(learned.waiting(), 0);
}

#[test]
fn a_provider_that_cannot_start_is_an_error() {
    let model = model(&onnx::good().0, |text| text);
    for provider in [Provider::Cuda(0), Provider::TensorRt(0)] {
        let options = SessionOptions { provider, threads: 1 };
        match Session::new(&runtime(), &model.onnx, model.io(), options) {
            Err(OnnxError::Provider { provider: name, reason }) => assert!(name == provider.as_str() && !reason.is_empty()),
            Err(other) => panic!("{other}"),
            // Where there is such a device, the session is one that runs on it.
            Ok(mut session) => assert!(session.run(&[&vec![0.0; 192]]).is_ok()),
        }
    }
}
