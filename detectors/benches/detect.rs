//! What measuring costs beside decoding: every line is a time and its ratio to the bare decode of the same JPEG, all taken in one run,
//! turn by turn, so that the machine's load falls on all alike, and the fastest of many rounds, which load disturbs least. The last line
//! says it all: what the signals cost by themselves, and what opening a file and measuring everything costs. The goal: the latter within
//! 1.5 x the bare decode.
//!
//! `cargo bench -p vitrine-detectors --bench detect`
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that cannot run has to stop")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use vitrine_detectors::{Limits, all, open};
use vitrine_engine::{Detector, Needs, Photo};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

const SIDE_PX: u32 = 1000;
const ROUNDS: usize = 60;
const GOAL: f64 = 1.5;

fn main() {
    let file = drawn_jpeg();
    let detectors = all();
    println!("{SIDE_PX}x{SIDE_PX} JPEG of {} kB, {ROUNDS} rounds, the fastest of each", file.len() / 1000);
    println!("{:<28} {:>9} {:>9}", "", "ms", "x decode");

    let all_of = |photo: Photo| detectors.iter().map(|detector| detect(detector.as_ref(), std::slice::from_ref(&photo))).sum::<usize>();
    let mut subjects: Vec<Subject> = vec![
        Subject::new("bare decode", |file| timed(|| JpegDecoder::new(ZCursor::new(file)).decode().expect("the drawn picture decodes"))),
        Subject::new("open, file facts only", |file| timed(|| opened(file, Needs::File))),
        Subject::new("open, with pixels", |file| timed(|| opened(file, Needs::Pixels))),
        Subject::new("  reduced (shared)", |file| {
            let photo = opened(file, Needs::Pixels);
            timed(|| photo.reduced().map(|pixels| pixels.rgb().len()))
        }),
        Subject::new("  small, of reduced (shared)", |file| {
            let photo = opened(file, Needs::Pixels);
            black_box(photo.reduced());
            timed(|| photo.small().map(|pixels| pixels.rgb().len()))
        }),
    ];
    for detector in &detectors {
        subjects.push(Subject::new(&format!("  {}", detector.spec().id), |file| {
            // Prepared outside the clock: what several detectors share has lines of its own.
            let photo = opened(file, Needs::Pixels);
            black_box((photo.reduced(), photo.small()));
            timed(|| detect(detector.as_ref(), std::slice::from_ref(&photo)))
        }));
    }
    subjects.push(Subject::new("all signals alone", |file| {
        let photo = opened(file, Needs::Pixels);
        timed(|| all_of(photo))
    }));
    subjects.push(Subject::new("open + all signals", |file| timed(|| all_of(opened(file, Needs::Pixels)))));

    for _ in 0..ROUNDS {
        for subject in &mut subjects {
            subject.best = subject.best.min((subject.run)(&file));
        }
    }
    let bare = subjects.first().map_or(f64::NAN, |subject| subject.best.as_secs_f64());
    let ratio = |subject: &Subject<'_>| subject.best.as_secs_f64() / bare;
    for subject in &subjects {
        println!("{:<28} {:>9.3} {:>9.3}", subject.name, subject.best.as_secs_f64() * 1e3, ratio(subject));
    }
    if let [.., alone, whole] = subjects.as_slice() {
        let verdict = if ratio(whole) <= GOAL { "met" } else { "missed" };
        println!("signals / decode: {:.3} alone, {:.3} with open (goal {GOAL}: {verdict})", ratio(alone), ratio(whole));
    }
}

/// Does the work on a file's bytes and says how long it took.
type Run<'a> = Box<dyn Fn(&[u8]) -> Duration + 'a>;

struct Subject<'a> {
    name: String,
    run: Run<'a>,
    best: Duration,
}

impl<'a> Subject<'a> {
    fn new(name: &str, run: impl Fn(&[u8]) -> Duration + 'a) -> Self {
        Self { name: name.into(), run: Box::new(run), best: Duration::MAX }
    }
}

/// The time of the work with its result dropped, as a service drops it.
fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    drop(black_box(work()));
    start.elapsed()
}

fn opened(file: &[u8], needs: Needs) -> Photo {
    open(file, Some("drawn.jpg"), needs, &Limits::default()).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn detect(detector: &dyn Detector, photos: &[Photo]) -> usize {
    detector.detect(photos).into_iter().map(|result| result.map_or(0, |measured| measured.len())).sum()
}

/// A picture with what photographs of products have: a soft backdrop, a shaded body, woven texture, printed edges, grain.
fn drawn_jpeg() -> Vec<u8> {
    let mut grain = Grain(0x2545_F491);
    let picture = RgbImage::from_fn(SIDE_PX, SIDE_PX, |x, y| {
        let (u, v) = (f64::from(x) / f64::from(SIDE_PX), f64::from(y) / f64::from(SIDE_PX));
        let backdrop = 246.0 - 22.0 * v;
        let (dx, dy) = ((u - 0.5) / 0.33, (v - 0.52) / 0.38);
        let distance = dx * dx + dy * dy;
        let color = if distance < 1.0 {
            let shade = 0.45 + 0.55 * (1.0 - distance).sqrt() * (0.8 - 0.4 * dx);
            let weave = 9.0 * (f64::from(x) * 0.9).sin() * (f64::from(y) * 0.7).sin();
            let print = if (f64::from(x) * 0.045).sin() * (f64::from(y) * 0.06).cos() > 0.55 { 60.0 } else { 0.0 };
            [190.0 * shade + weave, 90.0 * shade + weave + print, 70.0 * shade + weave + print * 0.5]
        } else {
            let shadow = 70.0 * (-(((u - 0.5) / 0.4).powi(2) + ((v - 0.92) / 0.05).powi(2))).exp();
            [backdrop - shadow, backdrop - shadow, backdrop + 3.0 - shadow]
        };
        let noise = grain.next();
        Rgb(color.map(|value| (value + noise).clamp(0.0, 255.0) as u8))
    });
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 85).encode_image(&picture).expect("the drawn picture can be written");
    file
}

/// A fixed sequence of roughly normal noise, about 2.5 of 255 strong.
struct Grain(u32);

impl Grain {
    fn next(&mut self) -> f64 {
        let mut uniform = || {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 17;
            self.0 ^= self.0 << 5;
            f64::from(self.0) / f64::from(u32::MAX) - 0.5
        };
        (0..3).map(|_| uniform()).sum::<f64>() * 5.0
    }
}
