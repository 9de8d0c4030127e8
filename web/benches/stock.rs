//! A stock judged by the program itself, against bare detection: the same pictures read, decoded and measured by a plain loop on as many
//! threads. Photographs are repeated with changed bytes (a comment of their own), so that no two have the same content hash. Prints
//! pictures/s of both, their ratio (goal >= 0.85) and the peak memory of both processes of a run (goal <= 1 GiB); ends with an error where a
//! goal is missed.
//!
//! ```sh
//! cargo bench -p vitrine-web --bench stock                       # 5 rounds of 1,000 pictures
//! cargo bench -p vitrine-web --bench stock -- --full             # one job of 100,000, or of --count
//! cargo bench -p vitrine-web --bench stock -- --kills 50         # a job killed at 50 random moments, and its rows
//! cargo bench -p vitrine-web --bench stock -- --pictures FOLDER  # of these JPEGs, instead of drawn ones
//! ```
//!
//! No models run on either side; `vitrine models bench` measures those.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark that cannot go on says so")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use vitrine_detectors::{Detectors, HeavyGate, Limits, open};
use vitrine_engine::{Plan, observe};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;
const ROUND_PICTURES: usize = 1_000;
const FULL_PICTURES: usize = 100_000;
const KILLED_PICTURES: usize = 2_000;
const KILLED_SHARDS: usize = 40;
const RATIO_GOAL: f64 = 0.85;
const MEMORY_GOAL_MIB: u64 = 1024;

struct Asked {
    full: bool,
    kills: usize,
    count: Option<usize>,
    pictures: Option<PathBuf>,
}

fn main() -> ExitCode {
    let asked = asked();
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let photographs = photographs(asked.pictures.as_deref(), folder.path());
    if asked.kills > 0 {
        kills(asked.kills, asked.count.unwrap_or(KILLED_PICTURES), &photographs, folder.path());
        return ExitCode::SUCCESS;
    }
    let missed = match asked.full {
        true => full(asked.count.unwrap_or(FULL_PICTURES), &photographs, folder.path()),
        false => rounds(&photographs, folder.path()),
    };
    missed.iter().for_each(|goal| println!("missed: {goal}"));
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn asked() -> Asked {
    let mut asked = Asked { full: false, kills: 0, count: None, pictures: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--full" => asked.full = true,
            "--kills" => asked.kills = words.next().and_then(|number| number.parse().ok()).expect("--kills COUNT"),
            "--count" => asked.count = Some(words.next().and_then(|number| number.parse().ok()).expect("--count PICTURES")),
            "--pictures" => asked.pictures = Some(words.next().expect("--pictures FOLDER").into()),
            // What cargo says to every bench.
            "--bench" => {}
            other => panic!("`{other}` is unknown; there are --full, --count, --kills and --pictures"),
        }
    }
    asked
}

/// JPEGs to repeat: those of a folder, or drawn ones of 1000 px.
fn photographs(folder: Option<&Path>, aside: &Path) -> Vec<Vec<u8>> {
    let drawn = aside.join("drawn");
    let folder = folder.map(Path::to_owned).unwrap_or_else(|| {
        vitrine(&["sample", drawn.to_str().unwrap(), "--size", "1000", "--products", "20"]);
        drawn.join("images")
    });
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let photographs: Vec<Vec<u8>> =
        files.iter().map(|file| std::fs::read(file).unwrap()).filter(|bytes| bytes.starts_with(&[0xff, 0xd8])).collect();
    assert!(!photographs.is_empty(), "there is no JPEG in the folder");
    photographs
}

/// So many pictures in a folder, no two alike.
fn stock(photographs: &[Vec<u8>], folder: &Path, count: usize) -> Vec<PathBuf> {
    let file = |number: usize| {
        let photograph = &photographs[number % photographs.len()];
        let comment = format!("copy {number:08}");
        let mut bytes = photograph[..2].to_vec();
        bytes.extend([0xff, 0xfe, 0, comment.len() as u8 + 2]);
        bytes.extend(comment.as_bytes());
        bytes.extend(&photograph[2..]);
        // A folder of a hundred thousand files is slow to look into.
        let below = folder.join(format!("{:03}", number / 1000));
        std::fs::create_dir_all(&below).unwrap();
        let path = below.join(format!("{number:08}.jpg"));
        std::fs::write(&path, bytes).unwrap();
        path
    };
    (0..count).map(file).collect()
}

/// Pictures a second of a plain loop: read, decode, all detectors.
fn bare(files: &[PathBuf]) -> f64 {
    let (detectors, next, gate) = (Detectors::without_models().unwrap(), AtomicUsize::new(0), HeavyGate::default());
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                let plan = Plan::everything(&detectors.all);
                while let Some(file) = files.get(next.fetch_add(1, Relaxed)) {
                    let bytes = std::fs::read(file).unwrap();
                    let photo = gate.pass(&bytes, plan.needs(), || open(&bytes, None, plan.needs(), &Limits::default()));
                    black_box(observe(&plan, &detectors.catalog, &[photo.unwrap()]));
                }
            });
        }
    });
    files.len() as f64 / start.elapsed().as_secs_f64()
}

/// What a run of a job came to.
struct Ran {
    pictures_s: f64,
    /// Of both its processes together.
    peak_mib: u64,
}

fn planned(job: &Path, stock: &Path, shard: usize) {
    let (job, stock, shard) = (job.to_str().unwrap(), stock.to_str().unwrap(), shard.to_string());
    vitrine(&["shard", "plan", job, stock, "--no-models", "--date", "2026-11-21", "--rows", &shard]);
}

fn started(job: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
    command.args(["shard", "run", job.to_str().unwrap(), "--no-models", "--foreground"]).stdin(Stdio::null());
    command
}

fn ran(job: &Path, pictures: usize) -> Ran {
    let start = Instant::now();
    let mut child = started(job).stderr(Stdio::null()).spawn().unwrap();
    let mut peaks = std::collections::BTreeMap::new();
    let status = loop {
        for process in with_children(child.id()) {
            peaks.extend(peak_mib(process).map(|peak| (process, peak)));
        }
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let took = start.elapsed();
    assert!(status.success(), "the run ended with {status}");
    assert!(peaks.len() > 1, "the worker was never seen: its memory is not among what is told");
    vitrine(&["shard", "verify", job.to_str().unwrap()]);
    Ran { pictures_s: pictures as f64 / took.as_secs_f64(), peak_mib: peaks.values().sum() }
}

/// A process and all that its threads have started.
fn with_children(process: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let children = children.flat_map(|some| some.split_whitespace().filter_map(|child| child.parse().ok()).collect::<Vec<u32>>());
    [process].into_iter().chain(children).collect()
}

/// The most memory that a process had so far.
fn peak_mib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? / 1024)
}

/// The goals that a ratio and a peak miss.
fn missed(what: &str, ratio: f64, peak_mib: u64) -> Vec<String> {
    let mut missed = Vec::new();
    if ratio.is_nan() || ratio < RATIO_GOAL {
        missed.push(format!("{what}: the ratio is {ratio:.3}, below {RATIO_GOAL}"));
    }
    if peak_mib > MEMORY_GOAL_MIB {
        missed.push(format!("{what}: the peak is {peak_mib} MiB, above {MEMORY_GOAL_MIB}"));
    }
    missed
}

/// Small jobs and plain loops, turn by turn, so that the machine's load falls on both alike. The goals that they miss.
fn rounds(photographs: &[Vec<u8>], folder: &Path) -> Vec<String> {
    let place = folder.join("rounds");
    let files = stock(photographs, &place, ROUND_PICTURES);
    bare(&files);
    let (mut ratios, mut rates, mut bares, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        let job = folder.join(format!("round-{round}"));
        planned(&job, &place, 250);
        let before = bare(&files);
        let ran = ran(&job, files.len());
        let beside = (before + bare(&files)) / 2.0;
        ratios.push(ran.pictures_s / beside);
        rates.push(ran.pictures_s);
        bares.push(beside);
        peak = peak.max(ran.peak_mib);
    }
    println!("{ROUNDS} jobs of {ROUND_PICTURES} pictures on {} threads, start of both processes included, the median of each", threads());
    println!("bare detection  {:>8.1} pictures/s", middle(&mut bares));
    println!("shard run       {:>8.1} pictures/s   peak {peak} MiB (goal <= {MEMORY_GOAL_MIB})", middle(&mut rates));
    let ratio = middle(&mut ratios);
    println!("ratio           {ratio:>8.3}   (goal >= {RATIO_GOAL})");
    missed("small jobs", ratio, peak)
}

/// One job of a whole stock, with plain loops over a part of it before and after. The goals that it misses.
fn full(count: usize, photographs: &[Vec<u8>], folder: &Path) -> Vec<String> {
    let place = folder.join("full");
    let files = stock(photographs, &place, count);
    let job = folder.join("whole");
    planned(&job, &place, 1000);
    let some = &files[..files.len().min(4 * ROUND_PICTURES)];
    let before = bare(some);
    let ran = ran(&job, files.len());
    let after = bare(some);
    let ratio = ran.pictures_s / ((before + after) / 2.0);
    println!("one job of {count} pictures");
    println!("bare detection  {before:>8.1} pictures/s before, {after:.1} after");
    println!("shard run       {:>8.1} pictures/s   peak {} MiB (goal <= {MEMORY_GOAL_MIB})", ran.pictures_s, ran.peak_mib);
    println!("ratio           {ratio:>8.3}   (goal >= {RATIO_GOAL})");
    missed("one job", ratio, ran.peak_mib)
}

/// Runs that are killed at random moments; every job that comes to its end is held against an undisturbed one, file by file.
fn kills(wanted: usize, count: usize, photographs: &[Vec<u8>], folder: &Path) {
    let place = folder.join("killed");
    stock(photographs, &place, count);
    let undisturbed = folder.join("undisturbed").join("stock");
    planned(&undisturbed, &place, count.div_ceil(KILLED_SHARDS));
    let took = Instant::now();
    ran(&undisturbed, count);
    let took = took.elapsed();
    // Four or so kills a job, wherever they fall: while it starts, measures, commits, writes its manifest.
    let longest = took / 3;
    let (mut killed, mut jobs, mut seed) = (0, 0, 0x2545_F491u32);
    while killed < wanted {
        let job = folder.join(format!("disturbed-{jobs}")).join("stock");
        planned(&job, &place, count.div_ceil(KILLED_SHARDS));
        jobs += 1;
        loop {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            let mut child = started(&job).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(longest.mul_f64(f64::from(seed) / f64::from(u32::MAX)));
            if killed == wanted || child.try_wait().unwrap().is_some() {
                assert!(child.wait().unwrap().success());
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            killed += 1;
        }
        vitrine(&["shard", "verify", job.to_str().unwrap()]);
        assert_eq!(shards(&job), shards(&undisturbed), "the rows of a disturbed job differ");
    }
    println!("{killed} kills at random moments over {jobs} jobs of {count} pictures in {KILLED_SHARDS} shards");
    println!("every file of every job is that of an undisturbed one");
}

/// All shards of a job, with their bytes.
fn shards(job: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(job)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("shard="))
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

fn vitrine(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_vitrine")).args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn middle(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
