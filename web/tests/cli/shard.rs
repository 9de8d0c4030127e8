//! A whole stock through the program: planned, run, killed, resumed, verified, read, judged anew; in a folder and in an object store.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{disc, folder, json_lines, lines_of, sample, vitrine};

/// A job in a folder of its own, planned over some pictures, without models.
fn planned(name: &str, inputs: &str, rows: &str) -> String {
    let job = folder(name).join("spring").to_str().unwrap().to_owned();
    lines_of(&["shard", "plan", &job, inputs, "--rows", rows, "--no-models", "--date", "2026-11-21"]);
    job
}

fn pictures(name: &str, count: u32) -> PathBuf {
    let folder = folder(name);
    for number in 0..count {
        std::fs::write(folder.join(format!("{number:03}.jpg")), disc([number as u8, 90, 200], 80 + number)).unwrap();
    }
    folder
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The shards of a job in a folder, with their bytes.
fn shards(job: &str) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(job).unwrap().map(|entry| entry.unwrap());
    let files = files.map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()));
    files.filter(|(name, _)| name.starts_with("shard=")).collect()
}

#[test]
fn a_stock_is_judged_as_its_pictures_are_one_by_one() {
    let images = sample().join("images");
    let images = images.to_str().unwrap();
    let job = folder("stock-story").join("spring").to_str().unwrap().to_owned();
    let scope = ["--marketplace", "amazon", "--region", "US", "--date", "2026-11-21"];
    lines_of(&[&["shard", "plan", job.as_str(), images, "--rows", "7"][..], &scope].concat());
    let before = vitrine(&["shard", "verify", &job]);
    assert_eq!(before.status.code(), Some(1));
    assert!(said(&before).contains("there is no manifest") && said(&before).contains("shard 0 is missing"), "{}", said(&before));

    let receipts = json_lines(&lines_of(&["shard", "run", &job, "--receipts"]));
    assert!(receipts.iter().enumerate().all(|(shard, receipt)| receipt["shard_id"] == shard && receipt["attempt"] == 1), "{receipts:?}");
    assert!(lines_of(&["shard", "verify", &job]).contains("the job is done"));
    assert_eq!(lines_of(&["shard", "run", &job, "--receipts"]), "", "nothing is left to do");

    let assessed = lines_of(&[&["assess", images, "--format", "jsonl"][..], &scope].concat());
    let assessed: BTreeMap<String, Value> =
        json_lines(&assessed).into_iter().map(|line| (line["file"].as_str().unwrap().to_owned(), line)).collect();
    let rows = json_lines(&lines_of(&["shard", "read", &job]));
    assert_eq!(rows.len(), assessed.len());
    for row in rows {
        let line = &assessed[row["source"].as_str().unwrap()];
        assert_eq!(row["decision"], line["decision"], "{line}");
        assert_eq!(row["content_hash"], line["signals"]["content_hash"], "{line}");
    }
}

#[test]
fn a_program_that_is_killed_goes_on_where_it_was() {
    let photos = pictures("stock-killed-photos", 60);
    let photos = photos.to_str().unwrap();
    let undisturbed = planned("stock-undisturbed", photos, "5");
    lines_of(&["shard", "run", &undisturbed, "--no-models", "--jobs", "1"]);
    let killed = planned("stock-killed", photos, "5");
    for receipts in [1, 2, 1] {
        let arguments = ["shard", "run", killed.as_str(), "--no-models", "--jobs", "1", "--receipts"];
        let mut child: Child = Command::new(env!("CARGO_BIN_EXE_vitrine")).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.take(receipts).count(), receipts);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(vitrine(&["shard", "verify", &killed]).status.code(), Some(1));
    lines_of(&["shard", "run", &killed, "--no-models"]);
    assert!(lines_of(&["shard", "verify", &killed, "--json"]).contains("\"problems\":[]"));
    assert_eq!(shards(&killed), shards(&undisturbed));
}

#[test]
fn slices_add_up_to_the_job_and_new_rules_need_no_pictures() {
    let photos = pictures("stock-slices-photos", 9);
    let job = planned("stock-slices", photos.to_str().unwrap(), "2");
    // Its own are done, and it says whose are not.
    let first = vitrine(&["shard", "run", &job, "--no-models", "--slice", "1/2"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    assert!(said(&first).contains("all 2 shards of slice 1/2") && said(&first).contains("3 shards are left to other"), "{}", said(&first));
    lines_of(&["shard", "run", &job, "--no-models", "--slice", "0/2"]);
    assert!(lines_of(&["shard", "verify", &job]).contains("9 of 9 rows"));

    std::fs::remove_dir_all(photos).unwrap();
    let packs = folder("stock-packs");
    let house = "pack: vitrine\ntitle: House\nmarketplace: vitrine\nowner: us\nrules: []\n";
    std::fs::write(packs.join("house.yaml"), house).unwrap();
    let (packs, anew) = (packs.to_str().unwrap(), folder("stock-anew").join("anew"));
    let anew = anew.to_str().unwrap();
    lines_of(&["shard", "plan", anew, "--rejudge", &job, "--packs", packs, "--no-models"]);
    let other_rules = vitrine(&["shard", "run", anew, "--no-models"]);
    assert_eq!(other_rules.status.code(), Some(1));
    assert!(said(&other_rules).contains("made for the rule set"), "{}", said(&other_rules));
    assert!(!said(&other_rules).contains("run it again"), "{}", said(&other_rules));
    lines_of(&["shard", "run", anew, "--packs", packs, "--no-models"]);
    let rows = json_lines(&lines_of(&["shard", "read", anew, "--column", "decision"]));
    assert_eq!(rows, vec![serde_json::json!({"decision": "accept"}); 9]);
}

#[test]
fn pictures_on_the_web_come_from_allowed_hosts_only() {
    let root = folder("stock-web");
    let list = root.join("list.csv");
    std::fs::write(&list, "image_id,url\na,http://127.0.0.1:9/a.jpg\nb,https://img.example.com/b.jpg\n").unwrap();
    let job = planned("stock-web-job", list.to_str().unwrap(), "10");
    let forgotten = ["shard", "run", &job, "--no-models"];
    for (hosts, told) in [
        (&[][..], "`127.0.0.1`, `img.example.com`"),
        (&["--allow-host", "127.0.0.1"], "nothing may be fetched: `img.example.com`"),
        (&["--allow-host", "127.0.0.1,img.example.com"], "private, local or otherwise special"),
    ] {
        let refused = vitrine(&[&forgotten[..], hosts].concat());
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        assert!(said(&refused).contains(told), "{hosts:?}: {}", said(&refused));
        assert!(shards(&job).is_empty(), "a row would stay for ever");
    }
}

/// All threads of a worker, those of stores and models too.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_stands_back_with_all_its_threads() {
    let job = planned("stock-idle", pictures("stock-idle-photos", 1).to_str().unwrap(), "5");
    for (more, policy) in [(&[][..], "5"), (&["--foreground"], "0")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
        command.args(["shard", "run", "--worker", &job, "--no-models"]).args(more).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut worker = command.spawn().unwrap();
        let ready = BufReader::new(worker.stdout.take().unwrap()).lines().map_while(Result::ok).find(|line| line.contains("ready"));
        assert!(ready.is_some());
        let threads = std::fs::read_dir(format!("/proc/{}/task", worker.id())).unwrap().map(|thread| thread.unwrap().path());
        // The name of a thread, in brackets, is the second field; the policy is the 41st.
        let policy_of = |thread: PathBuf| {
            let stat = std::fs::read_to_string(thread.join("stat")).unwrap();
            stat.rsplit_once(") ").unwrap().1.split(' ').nth(38).unwrap().to_owned()
        };
        let policies: Vec<String> = threads.map(policy_of).collect();
        assert!(policies.len() > 2 && policies.iter().all(|found| found == policy), "{policies:?}");
        if let Ok(weight) = std::fs::read_to_string(format!("/proc/{}/autogroup", worker.id())) {
            assert_eq!(weight.contains("nice 19"), policy == "5", "{weight}");
        }
        // It ends with its standard input.
        drop(worker.stdin.take());
        assert!(worker.wait().unwrap().success());
    }
}

/// The process that does the work of a run.
#[cfg(target_os = "linux")]
fn worker_of(run: &Child) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", run.id())).unwrap();
    children.split_whitespace().next().map(|worker| worker.parse().unwrap())
}

/// Waits until this process is stopped.
#[cfg(target_os = "linux")]
fn stopped(run: &mut Child) -> u32 {
    let until = Instant::now() + Duration::from_secs(120);
    while Instant::now() < until {
        assert!(run.try_wait().unwrap().is_none(), "it ended before anybody stopped it");
        let stat = worker_of(run).and_then(|worker| Some((worker, std::fs::read_to_string(format!("/proc/{worker}/stat")).ok()?)));
        match stat {
            Some((worker, stat)) if stat.rsplit_once(") ").unwrap().1.starts_with('T') => return worker,
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    panic!("nobody stopped the worker");
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_pauses_while_others_are_busy_and_leaves_no_paused_worker_behind() {
    let job = planned("stock-pauses", pictures("stock-pauses-photos", 120).to_str().unwrap(), "40");
    let begin = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
        command.args(["shard", "run", &job, "--no-models"]).stdin(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                // Half of every processor: the run has to get on as well.
                while !is_over.load(Ordering::Relaxed) {
                    let until = Instant::now() + Duration::from_millis(5);
                    while Instant::now() < until {
                        std::hint::spin_loop();
                    }
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
        }
        let mut killed = begin();
        let worker = stopped(&mut killed);
        killed.kill().unwrap();
        killed.wait().unwrap();
        let until = Instant::now() + Duration::from_secs(10);
        while Path::new(&format!("/proc/{worker}")).exists() {
            assert!(Instant::now() < until, "a worker is left that nobody wakes");
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut ended = begin();
        stopped(&mut ended);
        is_over.store(true, Ordering::Relaxed);
        assert!(ended.wait().unwrap().success());
    });
    assert!(lines_of(&["shard", "verify", &job]).contains("the job is done"));
}

#[test]
fn bad_words_are_told_what_is_wrong_and_what_to_do() {
    let photos = pictures("stock-bad-photos", 1);
    let photos = photos.to_str().unwrap();
    let root = folder("stock-bad");
    let job = root.join("spring");
    let job = job.to_str().unwrap();
    let list = root.join("list.csv");
    std::fs::write(&list, "image,file\n1,a.jpg\n").unwrap();
    let packs = root.join("packs");
    std::fs::create_dir(&packs).unwrap();
    let house = "pack: vitrine\ntitle: House\nmarketplace: vitrine\nowner: us\nrules:\n  - id: vitrine.sharp\n    title: Sharp\n    \
                 require: sharpnes > 0.3\n    severity: must\n    action: review\n    reason_code: blurred\n    message: { en: Blurred. }\n    \
                 source: House rule\n    checked: 2026-09-10\n    grade: P\n";
    std::fs::write(packs.join("house.yaml"), house).unwrap();
    for (arguments, told) in [
        (vec!["shard", "plan", job], "required"),
        (vec!["shard", "plan", job, list.to_str().unwrap(), "--no-models"], "column `image`"),
        (vec!["shard", "plan", "jobs/a b", photos, "--no-models"], "id of a job"),
        (vec!["shard", "plan", job, photos, "--rows", "0"], "0 is not in 1..=16384"),
        (vec!["shard", "plan", job, photos, "--rejudge", job], "cannot be used with"),
        (vec!["shard", "plan", job, "gs://bucket/x", "--no-models"], "no store that is known here"),
        (vec!["shard", "plan", job, photos, "--no-models", "--packs", packs.to_str().unwrap()], "sharpnes"),
        (vec!["shard", "plan", job, photos, "--no-models", "--marketplace", "amazn"], "no rule pack answers for the marketplace `amazn`"),
        (vec!["shard", "run", job], "there is no plan"),
        (vec!["shard", "run", job, "--slice", "2/2"], "write it like"),
        (vec!["shard", "verify", job], "there is no plan"),
        (vec!["shard", "read", job], "there is no plan"),
    ] {
        let output = vitrine(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).contains(told), "{arguments:?}: {}", said(&output));
    }
}

/// A server that speaks S3, on a port of its own; gone with this value.
struct ObjectStore {
    server: Child,
    address: String,
}

impl ObjectStore {
    fn start() -> Self {
        // `make setup` puts it beside what is built; on a machine that has it installed, that one serves as well.
        let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("s3");
        let mut command = Command::new("python3");
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]).env("PYTHONPATH", installed);
        let mut server = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split_once("http://")?.1.trim().to_owned()));
        let address = address.expect("the object store of the tests does not start: run `make setup`");
        // It goes on telling of every request; somebody has to listen.
        std::thread::spawn(move || lines.for_each(drop));
        Self { server, address }
    }

    fn put(&self, path: &str, body: &[u8]) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let signed = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
        let (address, length) = (&self.address, body.len());
        let head = format!(
            "PUT {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {signed}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn vitrine(&self, arguments: &[&str]) -> Output {
        vitrine_on(&self.address, arguments)
    }
}

/// The program with a store at an address.
fn vitrine_on(address: &str, arguments: &[&str]) -> Output {
    let settings = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT", &format!("http://{address}")),
        ("AWS_ALLOW_HTTP", "true"),
    ];
    // What is no text may stand in anybody's environment.
    let odd = std::ffi::OsStr::from_bytes(b"\xff");
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
    command.args(arguments).envs(settings).env("ODD", odd).stdin(Stdio::null()).output().unwrap()
}

/// A store that answers each object with a status and a code of its own.
fn store_of(answers: &'static [(&'static str, &'static str, &'static str)]) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let asked = lines.next().unwrap_or_default();
            // The whole request, so that nothing of it is left when the connection ends.
            lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
            let path = asked.split(' ').nth(1).unwrap_or_default();
            let found = answers.iter().find(|(object, ..)| *object == path);
            let (_, status, code) = found.copied().unwrap_or(("", "404 Not Found", "NoSuchKey"));
            let body = format!("<Error><Code>{code}</Code></Error>");
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        }
    });
    address
}

#[test]
fn what_a_store_says_of_one_object_is_its_row_and_what_it_says_of_us_ends_the_run() {
    const ANSWERS: &[(&str, &str, &str)] = &[
        ("/stock/refused.jpg", "400 Bad Request", "InvalidRequest"),
        ("/stock/closed.jpg", "403 Forbidden", "AccessDenied"),
        ("/nowhere/a.jpg", "404 Not Found", "NoSuchBucket"),
        ("/late/a.jpg", "400 Bad Request", "ExpiredToken"),
        ("/late/vitrine-asks-whether-the-store-answers", "400 Bad Request", "ExpiredToken"),
    ];
    let (address, root) = (store_of(ANSWERS), folder("stock-store-says"));
    let planned = |name: &str, source: &str| {
        let list = root.join(format!("{name}.csv"));
        std::fs::write(&list, format!("path\n{source}\n")).unwrap();
        let job = root.join(name).to_str().unwrap().to_owned();
        lines_of(&["shard", "plan", &job, list.to_str().unwrap(), "--no-models"]);
        job
    };
    for (name, source, error) in [("gone", "s3://stock/gone.jpg", "no such object"), ("refused", "s3://stock/refused.jpg", "status 400")] {
        let job = planned(name, source);
        let run = vitrine_on(&address, &["shard", "run", &job, "--no-models"]);
        assert!(run.status.success(), "{name}: {}", said(&run));
        assert!(lines_of(&["shard", "read", &job, "--column", "error"]).contains(error), "{name}");
    }
    for (name, source) in [("closed", "s3://stock/closed.jpg"), ("nowhere", "s3://nowhere/a.jpg"), ("late", "s3://late/a.jpg")] {
        let job = planned(name, source);
        let run = vitrine_on(&address, &["shard", "run", &job, "--no-models"]);
        assert_eq!(run.status.code(), Some(1), "{name}: {}", said(&run));
        assert!(said(&run).contains(source) && shards(&job).is_empty(), "{name}: {}", said(&run));
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn pictures_and_jobs_may_lie_in_an_object_store() {
    let store = ObjectStore::start();
    store.put("/stock", b"");
    let photos = pictures("stock-s3-photos", 7);
    for number in 0..7 {
        let name = format!("{number:03}.jpg");
        store.put(&format!("/stock/photos/{name}"), &std::fs::read(photos.join(&name)).unwrap());
    }
    store.put("/stock/photos/notes/001.txt", b"no picture");
    // Each is another object than its name would be as an address.
    let odd = ["odd/%25%23.jpg", "odd/a%2541.jpg", "odd/b%3F.jpg"];
    odd.iter().for_each(|name| store.put(&format!("/stock/{name}"), &disc([9; 3], 90)));
    let run = |arguments: &[&str]| {
        let output = store.vitrine(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        said(&output)
    };
    let job = "s3://stock/jobs/spring";
    let plan = ["shard", "plan", job, "s3://stock/photos", "--rows", "3", "--no-models", "--date", "2026-11-21"];
    assert!(run(&plan).contains("8 pictures in 3 shards"));
    assert!(run(&plan).contains("planned before"));
    let half = store.vitrine(&["shard", "run", job, "--no-models", "--slice", "0/2"]);
    assert_eq!(half.status.code(), Some(0), "{}", said(&half));
    // The store refuses to create what is there: a second plan does not take the first one's place.
    let other = store.vitrine(&["shard", "plan", job, "s3://stock/photos", "--rows", "4", "--no-models", "--date", "2026-11-21"]);
    assert!(said(&other).contains("another plan"), "{}", said(&other));
    assert!(run(&["shard", "run", job, "--no-models"]).contains("(1 by this run)"));
    assert!(run(&["shard", "verify", job]).contains("8 of 8 rows, 1 of them without a verdict"));
    let rows = json_lines(&run(&["shard", "read", job]));
    assert_eq!(rows[2]["image_id"], "002.jpg");
    assert_eq!(rows[2]["width_px"], 82.0);
    assert_eq!(rows[7]["error_code"], "not_an_image");

    run(&["shard", "plan", "s3://stock/jobs/odd", "s3://stock/odd", "--no-models"]);
    run(&["shard", "run", "s3://stock/jobs/odd", "--no-models"]);
    let rows = json_lines(&run(&["shard", "read", "s3://stock/jobs/odd"]));
    assert_eq!(rows.iter().map(|row| row["image_id"].as_str().unwrap()).collect::<Vec<_>>(), ["%#.jpg", "a%41.jpg", "b?.jpg"]);
    assert!(rows.iter().all(|row| row["width_px"] == 90.0), "{rows:?}");
}
