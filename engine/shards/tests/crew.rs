//! Jobs run by processes that are killed, that break and that stop: in the end the rows are those of an undisturbed run.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod common;

use std::cell::Cell;
use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{ABORTS, HANGS, folder, picture, place, question, sources, stock, text, tools};
use vitrine_engine::ContentHash;
use vitrine_shards::{
    Crew, Defaults, Event, Manifest, POISON, Place, ShardError, Stores, Summary, each_batch, key_of, plan_assess, plan_rejudge,
    row_to_json, run_job, serve, verify,
};

/// Tells a process of this test apart from a run of all tests.
const WORKER: &str = "VITRINE_TEST_WORKER_OF";
const RUNNER: &str = "VITRINE_TEST_RUNNER_OF";
const BROKEN_WORKER: &str = "VITRINE_TEST_BROKEN_WORKER_OF";
/// Long enough for any picture that comes to an end, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(1);

/// This program again, as one of its own tests.
fn again(test: &str, variable: &str, job: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads", "1"]).env(variable, job).stderr(Stdio::null());
    command
}

#[test]
fn the_worker_of_a_job() {
    if let Some(job) = std::env::var_os(WORKER) {
        let stores = Stores::new().unwrap();
        let place = place(Path::new(&job), &stores);
        serve(&place, &tools(), &sources(&stores), 2).unwrap();
    }
}

#[test]
fn the_broken_worker_of_a_job() {
    if std::env::var_os(BROKEN_WORKER).is_some() {
        println!("\nvitrine-shard \"ready\"");
        std::io::stdin().read_line(&mut String::new()).unwrap();
        std::process::exit(1);
    }
}

#[test]
fn the_runner_of_a_job() {
    if let Some(job) = std::env::var_os(RUNNER) {
        let place = place(Path::new(&job), &Stores::new().unwrap());
        run(&place, &mut |event| {
            if matches!(event, Event::Measured(_) | Event::Committed(_)) {
                println!("\nstep");
            }
        });
    }
}

fn run(place: &Place, on: &mut dyn FnMut(Event<'_>)) -> Summary {
    let job = place.address_of("").trim_end_matches('/').to_owned();
    let command = || Ok::<_, ShardError>(again("the_worker_of_a_job", WORKER, Path::new(&job)));
    run_job(place, &Crew { command: &command, patience: PATIENCE, stands_back: false, slice: (0, 1) }, on).unwrap()
}

fn planned(job: &Path, photos: &str, shard_rows: usize) -> Place {
    let place = place(job, &Stores::new().unwrap());
    plan_assess(&place, &question(&tools(), shard_rows), &[photos.to_owned()], &Defaults::default()).unwrap();
    place
}

fn hashes(place: &Place) -> Vec<ContentHash> {
    Manifest::read(place).unwrap().unwrap().receipts().iter().map(|receipt| receipt.sha256).collect()
}

/// The error code of every row, in order; empty where there is a verdict.
fn codes(place: &Place) -> Vec<String> {
    let mut codes = Vec::new();
    each_batch::<ShardError>(place, |batch| {
        let code = |row| row_to_json(batch, row).get("error_code").and_then(|code| code.as_str().map(str::to_owned));
        codes.extend((0..batch.num_rows()).map(|row| code(row).unwrap_or_default()));
        Ok(())
    })
    .unwrap();
    codes
}

/// Lets a run go so many steps, then kills it.
fn killed_after(mut runner: Child, steps: usize) -> bool {
    let lines = BufReader::new(runner.stdout.take().unwrap()).lines().map_while(Result::ok);
    let seen = lines.filter(|line| line == "step").take(steps).count();
    let was_running = runner.kill().is_ok() && seen == steps;
    runner.wait().unwrap();
    was_running
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_rows_of_an_undisturbed_one() {
    let root = folder("killed");
    std::fs::create_dir(root.join("photos")).unwrap();
    let photos = stock(&root.join("photos"), 40);
    let undisturbed = planned(&root.join("one").join("spring"), &photos, 6);
    let summary = run(&undisturbed, &mut |_| ());
    assert_eq!((summary.committed, summary.left), (7, 0));
    let disturbed = planned(&root.join("two").join("spring"), &photos, 6);
    let mut kills = 0;
    // From one step to a few more than a shard has: sometimes nothing is committed between two kills, sometimes one is.
    for steps in [1, 5, 9, 3, 13, 7, 8] {
        let runner = again("the_runner_of_a_job", RUNNER, &root.join("two").join("spring")).stdout(Stdio::piped()).spawn().unwrap();
        kills += usize::from(killed_after(runner, steps));
    }
    assert!(kills >= 5, "only {kills} runs were still going when they were killed");
    let summary = run(&disturbed, &mut |_| ());
    assert_eq!(summary.left, 0, "{summary:?}");
    assert!(verify(&disturbed).unwrap().is_done());
    assert_eq!(hashes(&disturbed), hashes(&undisturbed));
    let aside = std::fs::read_dir(root.join("two").join("spring"))
        .unwrap()
        .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains('#'));
    assert_eq!(aside.count(), 0);
}

#[test]
fn pictures_that_break_or_stop_their_process_become_rows_and_the_others_are_judged() {
    let root = folder("poison");
    std::fs::create_dir(root.join("photos")).unwrap();
    let photos = stock(&root.join("photos"), 12);
    let clean = planned(&root.join("clean").join("spring"), &photos, 7);
    run(&clean, &mut |_| ());
    std::fs::write(root.join("photos/0003.jpg"), picture(3, ABORTS)).unwrap();
    std::fs::write(root.join("photos/0009.jpg"), picture(9, HANGS)).unwrap();
    let poisoned = planned(&root.join("poisoned").join("spring"), &photos, 7);
    let (mut found, mut broke) = (Vec::new(), 0);
    let summary = run(&poisoned, &mut |event| match event {
        Event::Poison { shard_id, index } => found.push((shard_id, index)),
        Event::Broke { .. } => broke += 1,
        _ => {}
    });
    assert_eq!((summary.left, summary.failures.len()), (0, 0), "{summary:?}");
    // Names in order: 0000, 0001.jpg, 0001.txt, 0002, 0003 ...
    assert_eq!(found, [(0, 4), (1, 3)]);
    assert!(broke >= 6, "{broke}");
    assert!(verify(&poisoned).unwrap().is_done());
    let expected: Vec<String> =
        codes(&clean).into_iter().enumerate().map(|(row, code)| if row == 4 || row == 10 { POISON.into() } else { code }).collect();
    assert_eq!(codes(&poisoned), expected);
    let attempts: Vec<u32> = Manifest::read(&poisoned).unwrap().unwrap().receipts().iter().map(|receipt| receipt.attempt).collect();
    assert!(attempts.iter().all(|attempt| *attempt >= 4), "{attempts:?}");
}

#[test]
fn what_breaks_without_pictures_convicts_none() {
    let root = folder("no-culprits");
    std::fs::create_dir(root.join("photos")).unwrap();
    let photos = stock(&root.join("photos"), 6);
    let job = planned(&root.join("spring"), &photos, 10);
    let done = planned(&root.join("done"), &photos, 10);
    run(&done, &mut |_| ());
    let anew = place(&root.join("anew"), &Stores::new().unwrap());
    plan_rejudge(&anew, &question(&tools(), 10), &done).unwrap();
    // Three tries, and for pictures one without any of them.
    for (job, starts) in [(&job, 4), (&anew, 3)] {
        let (started, mut convicted) = (Cell::new(0), 0);
        let command = || {
            started.set(started.get() + 1);
            Ok::<_, ShardError>(again("the_broken_worker_of_a_job", BROKEN_WORKER, Path::new("any")))
        };
        let crew = Crew { command: &command, patience: PATIENCE, stands_back: false, slice: (0, 1) };
        let summary = run_job(job, &crew, &mut |event| convicted += usize::from(matches!(event, Event::Poison { .. }))).unwrap();
        assert!(matches!(&summary.failures[..], [failed] if matches!(failed.error, ShardError::Broken { .. })), "{summary:?}");
        assert_eq!((started.get(), convicted, summary.left), (starts, 0, 1));
    }
}

#[test]
fn where_many_pictures_break_their_process_something_else_is_to_blame() {
    let root = folder("suspicious");
    std::fs::create_dir(root.join("photos")).unwrap();
    let photos = stock(&root.join("photos"), 8);
    for number in 0..8 {
        std::fs::write(root.join(format!("photos/{number:04}.jpg")), picture(number, ABORTS)).unwrap();
    }
    let job = planned(&root.join("spring"), &photos, 10);
    let summary = run(&job, &mut |_| ());
    assert!(matches!(&summary.failures[..], [failed] if matches!(failed.error, ShardError::Suspicious { .. })), "{summary:?}");
    assert_eq!((summary.committed, summary.left), (0, 1));
}

#[test]
fn a_rerun_that_is_killed_leaves_no_receipt_of_the_file_before() {
    let root = folder("stale-receipt");
    std::fs::create_dir(root.join("photos")).unwrap();
    let photos = stock(&root.join("photos"), 4);
    let job = planned(&root.join("spring"), &photos, 3);
    run(&job, &mut |_| ());
    std::fs::remove_file(root.join("spring").join(key_of(1))).unwrap();
    std::fs::write(root.join("photos/0003.jpg"), picture(77, 64)).unwrap();
    // The file is committed, and whoever did it is gone before the manifest says so.
    let killed = catch_unwind(AssertUnwindSafe(|| run(&job, &mut |event| assert!(!matches!(event, Event::Committed(_)), "killed"))));
    assert!(killed.is_err() && job.has(&key_of(1)).unwrap());
    let summary = run(&job, &mut |_| ());
    assert_eq!((summary.found, summary.left), (2, 0));
    assert_eq!(verify(&job).unwrap().problems, []);
}

#[test]
fn two_runners_of_one_job_do_it_once() {
    let root = folder("two-runners");
    std::fs::create_dir(root.join("photos")).unwrap();
    let photos = stock(&root.join("photos"), 30);
    let alone = planned(&root.join("one").join("spring"), &photos, 4);
    run(&alone, &mut |_| ());
    let job = root.join("two").join("spring");
    let shared = planned(&job, &photos, 4);
    let summaries: Vec<Summary> = std::thread::scope(|scope| {
        let runners: Vec<_> = (0..2).map(|_| scope.spawn(|| run(&place(&job, &Stores::new().unwrap()), &mut |_| ()))).collect();
        runners.into_iter().map(|runner| runner.join().unwrap()).collect()
    });
    assert!(summaries.iter().all(|summary| summary.left == 0 && summary.failures.is_empty()), "{summaries:?}");
    assert!(verify(&shared).unwrap().is_done());
    assert_eq!(hashes(&shared), hashes(&alone));
}

#[test]
fn a_worker_that_cannot_be_used_ends_the_run_with_the_reason() {
    let root = folder("no-worker");
    std::fs::create_dir(root.join("photos")).unwrap();
    let photos = stock(&root.join("photos"), 3);
    let job = planned(&root.join("spring"), &photos, 4);
    for program in ["false".to_owned(), text(&root.join("gone"))] {
        let command = || Ok::<_, ShardError>(Command::new(&program));
        let summary =
            run_job(&job, &Crew { command: &command, patience: PATIENCE, stands_back: false, slice: (0, 1) }, &mut |_| ()).unwrap();
        assert_eq!((summary.committed, summary.left), (0, 1));
        assert!(matches!(&summary.failures[..], [failed] if matches!(failed.error, ShardError::Storage { .. })), "{summary:?}");
    }
}
