//! Plans, shards, commits, manifests, verification: the parts of a job, without the processes that run it.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use common::{folder, picture, place, question, sources, stock, text, tools};
use serde_json::Value;
use vitrine_detectors::{Detectors, Limits};
use vitrine_engine::{ContentHash, DetectError, Detector, DetectorSpec, Measurement, Needs, Photo};
use vitrine_rules::{PackSource, default_packs};
use vitrine_shards::{
    Created, Defaults, Inputs, Manifest, NotFetched, Picture, Place, Plan, PlanRow, Problem, Receipt, RowError, ShardError, Sources, Step,
    Stores, Tools, Web, commit, committed, each_batch, key_of, plan_assess, plan_rejudge, row_to_json, run_shard, verify,
};

fn run(row: &PlanRow, tools: &Tools, stores: &Stores, threads: usize) -> vitrine_shards::Output {
    run_shard(row, &BTreeSet::new(), tools, &sources(stores), threads, &|_| ()).unwrap()
}

/// Runs a whole job in this process, and writes its manifest.
fn finish(place: &Place, tools: &Tools) -> Vec<Receipt> {
    let plan = Plan::read(place).unwrap();
    let receipts = plan.shards().iter().map(|shard| {
        let row = plan.row(shard.shard_id).unwrap();
        commit(place, &row, run(&row, tools, place.stores(), 2), 1).unwrap()
    });
    let receipts: Vec<Receipt> = receipts.collect();
    Manifest::new(receipts.clone()).write(place).unwrap();
    receipts
}

fn rows(place: &Place) -> Vec<serde_json::Map<String, Value>> {
    let mut rows = Vec::new();
    each_batch::<ShardError>(place, |batch| {
        rows.extend((0..batch.num_rows()).map(|row| row_to_json(batch, row)));
        Ok(())
    })
    .unwrap();
    rows
}

fn planned(name: &str, tools: &Tools, pictures: u32, shard_rows: usize) -> Place {
    let (stores, root) = (Stores::new().unwrap(), folder(name));
    std::fs::create_dir(root.join("photos")).unwrap();
    let photos = stock(&root.join("photos"), pictures);
    let place = place(&root.join("spring"), &stores);
    plan_assess(&place, &question(tools, shard_rows), &[photos], &Defaults::default()).unwrap();
    place
}

#[test]
fn the_same_inputs_give_the_same_plan_and_another_is_refused() {
    let tools = tools();
    let place = planned("same-plan", &tools, 6, 3);
    let photos = text(&folder("same-plan-more"));
    let before = place.get("plan.parquet").unwrap().unwrap();
    let inputs = Plan::read(&place).unwrap().row(0).unwrap().inputs;
    let Inputs::Pictures(pictures) = inputs else { panic!("pictures were planned") };
    let known = Path::new(&pictures[0].source).parent().unwrap().to_str().unwrap().to_owned();
    let again = plan_assess(&place, &question(&tools, 3), std::slice::from_ref(&known), &Defaults::default()).unwrap();
    assert_eq!((again.shards, again.rows, again.is_new), (3, 7, false));
    let other = plan_assess(&place, &question(&tools, 4), &[known], &Defaults::default()).unwrap_err();
    assert!(other.to_string().contains("another plan"), "{other}");
    assert_eq!(place.get("plan.parquet").unwrap().unwrap(), before);
    let nothing = plan_assess(&place, &question(&tools, 4), &[photos], &Defaults::default()).unwrap_err();
    assert!(nothing.to_string().contains("no pictures"), "{nothing}");
}

#[test]
fn a_shard_gives_the_same_bytes_on_any_number_of_threads_and_anywhere() {
    let tools = tools();
    let place = planned("same-bytes", &tools, 20, 50);
    let row = Plan::read(&place).unwrap().row(0).unwrap();
    let told: PlanRow = serde_json::from_str(&serde_json::to_string(&row).unwrap()).unwrap();
    assert_eq!(told, row);
    let once = run(&row, &tools, place.stores(), 1);
    let again = run(&told, &common::tools(), &Stores::new().unwrap(), 3);
    assert_eq!(once, again);
    assert_eq!((once.rows, once.errors), (21, 1));
    assert_eq!(once.sha256, ContentHash::of(&once.file));
}

#[test]
fn a_row_says_who_it_is_what_was_measured_and_what_the_rules_make_of_it() {
    let (tools, stores, root) = (tools(), Stores::new().unwrap(), folder("a-row"));
    std::fs::write(root.join("shoe.jpg"), picture(5, 64)).unwrap();
    let list = "product_id,image_id,path,marketplace,region,category\np1,i1,shoe.jpg,amazon,US,shoes\np1,i2,gone.jpg,,,\np2,i3,shoe.jpg,,,\n\
                p2,i4,shoe.jpg,,,not a category!\n";
    std::fs::write(root.join("stock.csv"), list).unwrap();
    let place = place(&root.join("spring"), &stores);
    plan_assess(&place, &question(&tools, 10), &[text(&root.join("stock.csv"))], &Defaults::default()).unwrap();
    let receipts = finish(&place, &tools);
    assert_eq!((receipts[0].rows, receipts[0].errors), (4, 2));
    let rows = rows(&place);
    assert_eq!(rows[0]["product_id"], "p1");
    assert_eq!(rows[0]["content_hash"], ContentHash::of(&picture(5, 64)).to_string());
    assert_eq!(rows[0]["width_px"], 64.0);
    assert_eq!(rows[0]["decision"], "suppress");
    let firings = rows[0]["firings"].as_array().unwrap();
    assert!(firings.iter().any(|firing| firing["rule"].as_str().unwrap().starts_with("amazon")), "{firings:?}");
    assert!(!rows[2]["firings"].as_array().unwrap().iter().any(|firing| firing["rule"].as_str().unwrap().starts_with("amazon")));
    assert_ne!(rows[0]["rules"], rows[2]["rules"]);
    assert_eq!(rows[1]["error_code"], "unreadable_file");
    assert!(!rows[1].contains_key("decision") && !rows[1].contains_key("content_hash"));
    // Rules that cannot be used cost the verdict and not the readings.
    assert!(rows[3]["rules_error"].as_str().unwrap().contains("not a category!"));
    assert_eq!(rows[3]["width_px"], 64.0);
}

/// A web on which one host has pictures, one has none, one does not answer, and one breaks whoever asks it.
struct Hosts;

impl Web for Hosts {
    fn allows(&self, url: &str) -> bool {
        !url.contains("elsewhere")
    }

    fn fetch(&self, url: &str) -> Result<Vec<u8>, NotFetched> {
        match url.split('/').nth(2) {
            Some("good") => Ok(picture(1, 64)),
            Some("gone") => Err(NotFetched::Picture(RowError { code: "fetch_failed".into(), message: "status 404".into() })),
            Some("broken") => panic!("a fault of ours"),
            _ => {
                let (doing, cause) = ("fetch".into(), "it does not answer".into());
                Err(NotFetched::Store(ShardError::Storage { doing, place: url.to_owned(), cause }))
            }
        }
    }
}

#[test]
fn a_pictures_own_fault_is_its_row_and_one_of_what_is_around_it_ends_the_shard() {
    let (tools, stores, root) = (tools(), Stores::new().unwrap(), folder("faults"));
    let home = root.join("home");
    std::fs::create_dir(&home).unwrap();
    std::fs::write(home.join("there.jpg"), picture(1, 64)).unwrap();
    let (there, gone, unmounted) = (text(&home.join("there.jpg")), text(&home.join("gone.jpg")), text(&root.join("disk/a.jpg")));
    let empty = root.join("empty");
    std::fs::create_dir(&empty).unwrap();
    let run = |web: Option<Arc<dyn Web>>, listed: &[&str]| {
        let pictures = listed.iter().map(|source| Picture { source: (*source).to_owned(), ..Picture::default() }).collect();
        let asked = tools.question(vitrine_rules::Role::Main, "2026-11-21".parse().unwrap(), 10);
        let row = PlanRow {
            job_id: "faults".into(),
            shard_id: 0,
            inputs: Inputs::Pictures(pictures),
            model_set: asked.model_set,
            rule_set: asked.rule_set,
            role: asked.role,
            date: asked.date,
            expected_rows: listed.len() as u64,
        };
        run_shard(&row, &BTreeSet::new(), &tools, &Sources::new(stores.clone(), web, Limits::default()), 2, &|_| ())
    };
    let web = || Some(Arc::new(Hosts) as Arc<dyn Web>);
    let rows = run(web(), &[&there, &gone, &text(&home), "http://good/a.jpg", "http://gone/a.jpg", "ftp://good/a.jpg", "a\0b"]).unwrap();
    assert_eq!((rows.rows, rows.errors), (7, 5));

    let ended = |web, source: &str| run(web, &[&there, source]).map(|output| output.errors).unwrap_err();
    for source in ["http://silent/a.jpg", "http://broken/a.jpg", &unmounted, &text(&empty.join("a.jpg")), &format!("{there}/below")] {
        let error = ended(web(), source);
        assert!(matches!(&error, ShardError::Storage { place, .. } if place == source), "{source}: {error}");
    }
    for (web, source, host) in
        [(web(), "http://elsewhere/a.jpg", "`elsewhere`"), (None, "https://img.example.com/a.jpg", "`img.example.com`")]
    {
        let error = ended(web, source);
        assert!(matches!(&error, ShardError::Invalid { what, .. } if what.contains(host)), "{source}: {error}");
    }
}

/// Says how many pictures had begun and were not measured yet, at most, when one was measured.
struct Watched {
    spec: DetectorSpec,
    begun: Arc<AtomicUsize>,
    measured: AtomicUsize,
    most: Arc<AtomicUsize>,
}

impl Detector for Watched {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn detect(&self, photos: &[Photo]) -> Vec<Result<Vec<Measurement>, DetectError>> {
        let ahead = self.begun.load(Ordering::SeqCst) - self.measured.fetch_add(photos.len(), Ordering::SeqCst);
        self.most.fetch_max(ahead, Ordering::SeqCst);
        photos.iter().map(|_| Ok(Vec::new())).collect()
    }
}

#[test]
fn a_heavy_picture_that_waits_for_another_has_not_begun() {
    let (stores, root) = (Stores::new().unwrap(), folder("heavy"));
    for number in 0..4 {
        image::GrayImage::new(4000, 2100).save(root.join(format!("{number}.png"))).unwrap();
    }
    let (begun, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut detectors = Detectors::without_models().unwrap();
    let spec = DetectorSpec { id: "watched@1".into(), needs: Needs::Pixels, signals: Vec::new() };
    detectors.all = vec![Box::new(Watched { spec, begun: Arc::clone(&begun), measured: AtomicUsize::new(0), most: Arc::clone(&most) })];
    let tools = Tools::new(detectors, Limits::default(), &default_packs()).unwrap();
    let place = place(&root.join("spring"), &stores);
    plan_assess(&place, &question(&tools, 10), &[text(&root)], &Defaults::default()).unwrap();
    let steps = |step: Step| {
        if matches!(step, Step::Began(_)) {
            begun.fetch_add(1, Ordering::SeqCst);
        }
    };
    let row = Plan::read(&place).unwrap().row(0).unwrap();
    run_shard(&row, &BTreeSet::new(), &tools, &sources(&stores), 4, &steps).unwrap();
    assert_eq!((begun.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (4, 1));
}

#[test]
fn a_marketplace_without_rules_is_refused_before_anything_is_done() {
    let (tools, stores, root) = (tools(), Stores::new().unwrap(), folder("marketplaces"));
    std::fs::write(root.join("shoe.jpg"), picture(5, 64)).unwrap();
    std::fs::write(root.join("stock.csv"), "path,marketplace\nshoe.jpg,Amazon\nshoe.jpg,amazn\n").unwrap();
    let place = place(&root.join("spring"), &stores);
    let refused = plan_assess(&place, &question(&tools, 1), &[text(&root.join("stock.csv"))], &Defaults::default()).unwrap_err();
    assert!(refused.to_string().contains("`amazn`") && refused.to_string().contains("`amazon`"), "{refused}");
    plan_assess(&place, &question(&tools, 1), &[text(&root.join("shoe.jpg"))], &Defaults::default()).unwrap();
    let mut row = Plan::read(&place).unwrap().row(0).unwrap();
    let Inputs::Pictures(pictures) = &mut row.inputs else { panic!("pictures were planned") };
    pictures[0].marketplace = Some("amazn".into());
    let refused = run_shard(&row, &BTreeSet::new(), &tools, &sources(&stores), 1, &|_| ()).unwrap_err();
    assert!(refused.to_string().contains("`amazn`"), "{refused}");
}

#[test]
fn packs_that_a_server_would_refuse_are_refused() {
    let house = |rule: &str| PackSource {
        name: "/home/somebody/packs/house.yaml".into(),
        text: format!(
            "pack: vitrine\ntitle: House\nmarketplace: vitrine\nowner: us\nrules:\n  - id: vitrine.small\n    title: Small enough\n    \
             require: {rule}\n    severity: must\n    action: review\n    reason_code: too_large\n    message: {{ en: \"Too large.\" }}\n    \
             source: House rule\n    checked: 2026-09-10\n    grade: P\n"
        ),
    };
    let tools_of = |pack| Tools::new(Detectors::without_models().unwrap(), Limits::default(), &[pack]);
    let refused = tools_of(house("no_such_signal <= 32")).err().unwrap().to_string();
    assert!(refused.contains("no_such_signal") && refused.contains("house.yaml"), "{refused}");
    assert!(tools_of(house("long_side_px <= 32")).is_ok());
}

#[test]
fn columns_say_what_the_rules_say_of_each_picture() {
    use vitrine_engine::{Evaluator, Plan as Measuring, observe};
    use vitrine_rules::{Scope, compile, parse, resolve};
    let tools = tools();
    let place = planned("columns-and-rows", &tools, 5, 10);
    finish(&place, &tools);
    let detectors = vitrine_detectors::Detectors::without_models().unwrap();
    let (packs, _) = parse(&default_packs());
    let (rule_set, _) = resolve(&packs, &Scope::house("2026-11-21".parse().unwrap()));
    let rules = compile(&rule_set, &detectors.catalog).unwrap();
    for row in rows(&place).iter().filter(|row| !row.contains_key("error_code")) {
        let bytes = std::fs::read(row["source"].as_str().unwrap()).unwrap();
        let limits = vitrine_detectors::Limits::default();
        let photo = vitrine_detectors::open(&bytes, row["image_id"].as_str(), vitrine_engine::Needs::Pixels, &limits).unwrap();
        let seen = observe(&Measuring::everything(&detectors.all), &detectors.catalog, &[photo]).remove(0);
        let verdict = rules.evaluate(&seen.signals, "en");
        assert_eq!(row["decision"], serde_json::to_value(verdict.decision).unwrap());
        assert_eq!(row["points"].as_f64().unwrap(), verdict.points);
        let fired: BTreeSet<&str> = verdict.firings.iter().map(|firing| firing.rule.as_str()).collect();
        let told = row.get("firings").and_then(Value::as_array).into_iter().flatten();
        assert_eq!(told.map(|firing| firing["rule"].as_str().unwrap()).collect::<BTreeSet<_>>(), fired);
    }
}

#[test]
fn judging_again_by_the_same_rules_gives_the_same_bytes_and_by_others_decodes_nothing() {
    let tools = tools();
    let spring = planned("rejudge", &tools, 8, 5);
    let first = finish(&spring, &tools);
    let photos = Plan::read(&spring).unwrap().row(0).unwrap().inputs;
    let Inputs::Pictures(pictures) = photos else { panic!("pictures were planned") };
    std::fs::remove_dir_all(Path::new(&pictures[0].source).parent().unwrap()).unwrap();

    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rejudge");
    let same = place(&root.join("same"), spring.stores());
    plan_rejudge(&same, &question(&tools, 5), &spring).unwrap();
    let again = finish(&same, &tools);
    assert!(again.iter().map(|receipt| receipt.sha256).eq(first.iter().map(|receipt| receipt.sha256)));

    let mut packs = default_packs();
    packs.retain(|pack| pack.name.contains("vitrine"));
    let detectors = vitrine_detectors::Detectors::without_models().unwrap();
    let others = Tools::new(detectors, vitrine_detectors::Limits::default(), &packs).unwrap();
    let refused = plan_rejudge(&place(&root.join("others"), spring.stores()), &question(&others, 5), &spring).unwrap_err();
    assert!(matches!(refused, ShardError::Versions { .. }), "{refused}");

    let stricter: Vec<PackSource> = vec![PackSource {
        name: "none.yaml".into(),
        text: "pack: vitrine\ntitle: House\nmarketplace: vitrine\nowner: us\nrules:\n  - id: vitrine.small\n    title: Small enough\n    \
               require: long_side_px <= most_px\n    params:\n      most_px: { value: 32, unit: px, range: [1, 100000] }\n    severity: must\n    \
               action: review\n    reason_code: too_large\n    message: { en: \"Too large.\" }\n    source: House rule\n    checked: \
               2026-09-10\n    grade: P\n"
            .into(),
    }];
    let new_rules = common::tools_by(&stricter);
    let judged = place(&root.join("stricter"), spring.stores());
    plan_rejudge(&judged, &question(&new_rules, 5), &spring).unwrap();
    finish(&judged, &new_rules);
    assert!(verify(&judged).unwrap().is_done());
    let decisions: Vec<Value> = rows(&judged).iter().filter_map(|row| row.get("decision").cloned()).collect();
    assert_eq!(decisions, vec![Value::from("review"); 8]);
}

#[test]
fn other_versions_than_planned_are_refused() {
    let tools = tools();
    let place = planned("versions", &tools, 1, 5);
    let row = Plan::read(&place).unwrap().row(0).unwrap();
    let other = common::tools_by(&[]);
    let error = run_shard(&row, &BTreeSet::new(), &other, &sources(place.stores()), 1, &|_| ()).unwrap_err();
    assert!(matches!(&error, ShardError::Versions { what, .. } if what == "rule set"), "{error}");
}

#[test]
fn of_two_who_commit_a_shard_one_is_first_and_both_tell_of_its_file() {
    let tools = tools();
    let place = planned("race", &tools, 3, 5);
    let row = Plan::read(&place).unwrap().row(0).unwrap();
    let output = run(&row, &tools, place.stores(), 1);
    let receipts: Vec<Receipt> = std::thread::scope(|scope| {
        let runners: Vec<_> = (1..=4)
            .map(|attempt| {
                scope.spawn({
                    let (place, row, output) = (&place, &row, output.clone());
                    move || commit(place, row, output, attempt).unwrap()
                })
            })
            .collect();
        runners.into_iter().map(|runner| runner.join().unwrap()).collect()
    });
    // Exactly one of them wrote it; the others read what is there, and do not know at which try it was made.
    assert_eq!(receipts.iter().filter(|receipt| receipt.attempt > 0).count(), 1);
    assert!(receipts.iter().all(|receipt| receipt.sha256 == output.sha256 && receipt.rows == 4));
    assert_eq!(place.create(&key_of(0), output.file).unwrap(), Created::Before);
    assert_eq!(committed(&place, 0).unwrap().unwrap().sha256, output.sha256);
    assert_eq!(place.keys().unwrap(), ["plan.parquet", "shard=000000.parquet"]);
}

#[test]
fn a_write_that_was_broken_off_is_never_seen_and_swept_once_its_shard_is_there() {
    let tools = tools();
    let place = planned("orphans", &tools, 6, 3);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("orphans/spring");
    let orphan = |shard: u32| folder.join(format!("{}#1", key_of(shard)));
    for shard in [0, 1] {
        std::fs::write(orphan(shard), b"PAR1 and no more").unwrap();
    }
    assert!(!place.keys().unwrap().iter().any(|key| key.contains("shard")));
    let row = Plan::read(&place).unwrap().row(0).unwrap();
    commit(&place, &row, run(&row, &tools, place.stores(), 1), 1).unwrap();
    let keys: BTreeSet<String> = place.keys().unwrap().into_iter().collect();
    assert_eq!(place.sweep(|key| keys.contains(key)).unwrap(), 1);
    // The other shard may still be under somebody's hand.
    assert!(!orphan(0).exists() && orphan(1).exists());
}

#[test]
fn what_takes_a_manifests_place_is_swept_only_when_it_is_hours_old() {
    let tools = tools();
    let place = planned("asides", &tools, 1, 3);
    finish(&place, &tools);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("asides/spring");
    let (fresh, old) = (folder.join("manifest.parquet#1"), folder.join("manifest.parquet#2"));
    std::fs::write(&fresh, b"PAR1").unwrap();
    std::fs::File::create(&old).unwrap().set_modified(SystemTime::now() - Duration::from_secs(24 * 3600)).unwrap();
    assert_eq!(place.sweep(|_| true).unwrap(), 1);
    assert!(fresh.exists() && !old.exists());
}

#[test]
fn what_is_left_of_another_job_counts_for_none() {
    let tools = tools();
    let place = planned("left-over", &tools, 2, 5);
    let receipts = finish(&place, &tools);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("left-over");
    let plan = |date: &str| {
        let question = tools.question(vitrine_rules::Role::Main, date.parse().unwrap(), 5);
        plan_assess(&place, &question, &[text(&folder.join("photos"))], &Defaults::default())
    };
    assert!(!plan("2026-11-21").unwrap().is_new, "the same plan is no other");
    std::fs::remove_file(folder.join("spring/plan.parquet")).unwrap();
    for left in ["shard=000000.parquet", "manifest.parquet"] {
        let refused = plan("2026-11-22").unwrap_err();
        assert!(refused.to_string().contains("no plan that it belongs to"), "{refused}");
        std::fs::rename(folder.join("spring").join(left), folder.join(left)).unwrap();
    }
    plan("2026-11-22").unwrap();
    std::fs::rename(folder.join("shard=000000.parquet"), folder.join("spring/shard=000000.parquet")).unwrap();
    Manifest::new(receipts).write(&place).unwrap();
    assert_eq!(verify(&place).unwrap().problems, [Problem::WrongQuestion { shard_id: 0 }]);
}

#[test]
fn verification_says_precisely_what_is_missing() {
    let tools = tools();
    let place = planned("verify", &tools, 8, 3);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify/spring");
    let problems = || verify(&place).unwrap().problems;
    let missing = |shard_id, is_committed| Problem::NotInManifest { shard_id, is_committed };
    assert_eq!(problems(), [Problem::NoManifest, missing(0, false), missing(1, false), missing(2, false)]);

    let receipts = finish(&place, &tools);
    let done = verify(&place).unwrap();
    assert!(done.is_done());
    assert_eq!((done.shards, done.rows, done.expected_rows, done.errors), (3, 9, 9, 1));

    let with = |change: &dyn Fn(&mut Vec<Receipt>)| {
        let mut changed = receipts.clone();
        change(&mut changed);
        Manifest::new(changed).write(&place).unwrap();
        problems()
    };
    assert_eq!(with(&|receipts| drop(receipts.remove(1))), [missing(1, true)]);
    assert_eq!(with(&|receipts| receipts.push(Receipt { shard_id: 7, ..receipts[0].clone() })), [Problem::NotInPlan { shard_id: 7 }]);
    assert_eq!(with(&|receipts| receipts.push(receipts[2].clone())), [Problem::NotInPlan { shard_id: 2 }]);
    assert_eq!(with(&|receipts| receipts[1].rows = 2), [Problem::WrongRows { shard_id: 1, rows: 3, expected_rows: 3 }]);
    assert_eq!(with(&|receipts| receipts[1].rule_set = "x".into()), [Problem::WrongVersions { shard_id: 1 }]);

    Manifest::new(receipts.clone()).write(&place).unwrap();
    let file = folder.join(key_of(2));
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(&problems()[..], [Problem::FileChanged { shard_id: 2, .. }]), "{:?}", problems());
    std::fs::remove_file(&file).unwrap();
    assert_eq!(problems(), [Problem::FileMissing { shard_id: 2, key: key_of(2) }]);
    // Readers go by the manifest: they give nothing rather than less.
    let read = each_batch::<ShardError>(&place, |_| Ok(())).unwrap_err();
    assert!(read.to_string().contains("is gone"), "{read}");
}

#[test]
fn bad_input_is_told_with_the_place() {
    let (tools, stores, root) = (tools(), Stores::new().unwrap(), folder("bad-input"));
    let place = place(&root.join("spring"), &stores);
    let refused =
        |input: &str| plan_assess(&place, &question(&tools, 5), &[input.to_owned()], &Defaults::default()).unwrap_err().to_string();
    assert!(refused("nowhere/at/all").contains("nowhere/at/all"));
    assert!(refused("ftp://host/x").contains("no store that is known"));
    std::fs::write(root.join("torn.parquet"), b"PAR1").unwrap();
    assert!(refused(&text(&root.join("torn.parquet"))).contains("as Parquet"));
    for name in ["", "jobs/", "jobs/a b", "jobs/..", "s3://", "jobs/ü"] {
        assert!(name == "jobs/" || Place::open(name, &stores).is_err(), "{name}");
    }
    let error = Plan::read(&place).err().unwrap().to_string();
    assert!(error.contains("no plan"), "{error}");
    std::fs::create_dir_all(root.join("spring")).unwrap();
    std::fs::write(root.join("spring/plan.parquet"), b"PAR1 torn").unwrap();
    assert!(matches!(Plan::read(&place), Err(ShardError::Columns { .. })));
}

#[test]
fn a_manifest_in_parquet_is_read_like_one_in_csv() {
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use std::sync::Arc;
    let (tools, stores, root) = (tools(), Stores::new().unwrap(), folder("manifests"));
    std::fs::write(root.join("a.jpg"), picture(1, 64)).unwrap();
    std::fs::write(root.join("stock.csv"), "image_id,url\ni1,a.jpg\ni2,a.jpg\n").unwrap();
    let texts = |texts: &[&str]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("url", texts(&["a.jpg", "a.jpg"])), ("image_id", texts(&["i1", "i2"]))]).unwrap();
    let file = std::fs::File::create(root.join("stock.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let inputs = |job: &str, manifest: &str| {
        let place = place(&root.join(job), &stores);
        plan_assess(&place, &question(&tools, 5), &[text(&root.join(manifest))], &Defaults::default()).unwrap();
        Plan::read(&place).unwrap().row(0).unwrap().inputs
    };
    assert_eq!(inputs("by-csv", "stock.csv"), inputs("by-parquet", "stock.parquet"));
}
