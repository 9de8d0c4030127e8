//! A backtest over columns counts what judging and selecting picture by picture counts, whatever the batches.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test ends where it fails")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::Arc;

use arrow_array::RecordBatch;
use common::Dice;
use vitrine_engine::{
    Candidate, ContentHash, Decision, Evaluator, ImageId, Judgement, Leader, RuleId, Selection, SelectionPolicy, SignalCatalog, SignalSet,
    Verdict, select,
};
use vitrine_rules::backtest::{Backtest, BacktestResult, Decisions, Filter, Partial, Place, Question};
use vitrine_rules::columnar::segment::{SegmentReader, SegmentWriter};
use vitrine_rules::columnar::{ColumnBuilder, StoredPicture};
use vitrine_rules::{CompiledRuleSet, PackSet, PackSource, Role, Scope, compile, default_packs, parse, resolve};

fn question() -> Question {
    Question::on("2026-11-21".parse().unwrap())
}

fn packs(change: impl Fn(String) -> String) -> PackSet {
    let sources: Vec<PackSource> = default_packs().into_iter().map(|source| PackSource { text: change(source.text), ..source }).collect();
    let (packs, findings) = parse(&sources);
    assert!(findings.is_empty(), "{findings:?}");
    packs
}

fn old() -> PackSet {
    packs(|text| text)
}

/// Stricter here, milder there, other points, and a rule that acts where it warned.
fn new() -> PackSet {
    packs(|text| {
        let min_px = |value: u32| format!("min_px: {{ value: {value}, unit: px, range: [100, 10000]");
        text.replace(&min_px(500), &min_px(900))
            .replace("max_px: { value: 10000, unit: px", "max_px: { value: 60000, unit: px")
            .replace("min_white: { value: 0.99,", "min_white: { value: 0.985,")
            .replace("action: { demote: 10 }", "action: { demote: 17.5 }")
            .replace("weight_sharpness: { value: 0.17", "weight_sharpness: { value: 0.19")
            .replace("if_missing: ignore\n    severity: should", "if_missing: review\n    severity: should")
    })
}

struct Stored {
    product: String,
    image: String,
    category: Option<&'static str>,
    marketplace: Option<&'static str>,
    region: Option<&'static str>,
    seller: Option<&'static str>,
    signals: SignalSet,
}

impl Stored {
    fn hash(&self) -> ContentHash {
        ContentHash::of(self.image.as_bytes())
    }
}

fn stored(catalog: &Arc<SignalCatalog>, products: usize) -> Vec<Stored> {
    let mut dice = Dice(5);
    let mut pictures = Vec::new();
    for product in 0..products {
        let category = [None, Some("apparel/adult/dresses"), Some("home"), Some("media/books"), Some("not a path")][dice.below(5)];
        let marketplace = [None, Some("amazon"), Some("amazon"), Some("google"), Some("nowhere")][dice.below(5)];
        let region = [None, Some("US"), Some("US"), Some("DE")][dice.below(4)];
        let seller = [None, Some("anna"), Some("bert")][dice.below(3)];
        let known = [1.0, 1.0, 0.95][dice.below(3)];
        for image in 0..1 + dice.below(4) {
            let signals = common::catalogue_picture(catalog, known, &mut dice);
            let (product, image) = (format!("p{product}"), format!("p{product}/{image}"));
            pictures.push(Stored { product, image, category, marketplace, region, seller, signals });
        }
    }
    pictures
}

fn batch(catalog: &Arc<SignalCatalog>, pictures: &[&Stored]) -> RecordBatch {
    let mut builder = ColumnBuilder::new(catalog);
    for picture in pictures {
        let Stored { product, image, category, marketplace, region, seller, signals } = picture;
        let owner = StoredPicture {
            product,
            image,
            content_hash: picture.hash(),
            category: *category,
            marketplace: *marketplace,
            region: *region,
            seller: *seller,
        };
        builder.push(owner, signals);
    }
    builder.finish().unwrap()
}

fn run(backtest: &Backtest, catalog: &Arc<SignalCatalog>, pictures: &[Stored]) -> Partial {
    backtest.batch(&batch(catalog, &pictures.iter().collect::<Vec<_>>())).unwrap()
}

/// One book, asked picture by picture.
struct Book<'a> {
    packs: &'a PackSet,
    catalog: &'a Arc<SignalCatalog>,
    sets: BTreeMap<String, Option<CompiledRuleSet>>,
}

impl<'a> Book<'a> {
    fn new(packs: &'a PackSet, catalog: &'a Arc<SignalCatalog>) -> Self {
        Self { packs, catalog, sets: BTreeMap::new() }
    }

    fn verdict(&mut self, picture: &Stored, role: Role, question: &Question) -> Option<Verdict> {
        let place = question.place.clone();
        let scope = Scope {
            marketplace: place.as_ref().map_or(picture.marketplace.map(Into::into), |place| place.marketplace.clone()),
            region: place.as_ref().map_or(picture.region.map(Into::into), |place| place.region.clone()),
            category: picture.category.map(Into::into),
            role,
            date: question.date,
        };
        let (packs, catalog) = (self.packs, self.catalog);
        let set = self.sets.entry(format!("{scope:?}")).or_insert_with(|| {
            let (set, findings) = resolve(packs, &scope);
            if findings.iter().any(|finding| finding.is_error()) { None } else { Some(compile(&set, catalog).unwrap()) }
        });
        let mut verdict = set.as_ref()?.evaluate(&picture.signals, "en");
        verdict.ignore(question.overturned.get(&picture.hash()).map_or(&[], |rules| &**rules));
        Some(verdict)
    }

    fn select(&mut self, pictures: &[&Stored], question: &Question) -> Selection {
        let candidates: Vec<Candidate> = pictures
            .iter()
            .map(|picture| Candidate {
                id: ImageId::from(picture.image.as_str()),
                judgement: Judgement::Judged {
                    content_hash: picture.hash(),
                    main: Arc::new(self.verdict(picture, Role::Main, question).unwrap()),
                    gallery: Arc::new(self.verdict(picture, Role::Gallery, question).unwrap()),
                },
                departure: 0.0,
            })
            .collect();
        select(&candidates, Leader::Best, &SelectionPolicy::default(), |_, _| false)
    }
}

/// The same backtest, picture by picture.
fn expected(old: &PackSet, new: &PackSet, catalog: &Arc<SignalCatalog>, pictures: &[Stored], question: &Question) -> BacktestResult {
    let (mut old, mut new) = (Book::new(old, catalog), Book::new(new, catalog));
    let mut result = BacktestResult::default();
    let mut rules: BTreeMap<RuleId, [u64; 4]> = BTreeMap::new();
    for product in pictures.chunk_by(|a, b| a.product == b.product) {
        let judged: Vec<&Stored> = product.iter().filter(|picture| new.verdict(picture, Role::Main, question).is_some()).collect();
        let mut any = false;
        for picture in &judged {
            let pair = |book: &mut Book<'_>| [Role::Main, Role::Gallery].map(|role| book.verdict(picture, role, question).unwrap());
            let (was, is) = (pair(&mut old), pair(&mut new));
            let shown = |verdict: &Verdict| (verdict.decision, verdict.points.to_bits(), verdict.quality.map(f64::to_bits));
            let turned = |decision: Decision, was: &[Verdict; 2], is: &[Verdict; 2]| {
                u64::from(was.iter().zip(is).any(|(was, is)| was.decision != decision && is.decision == decision))
            };
            let changed = was.iter().map(shown).ne(is.iter().map(shown));
            any |= changed;
            result.pictures += 1;
            result.pictures_changed += u64::from(changed);
            result.newly_suppressed += turned(Decision::Suppress, &was, &is);
            result.newly_shown += turned(Decision::Suppress, &is, &was);
            result.newly_review += turned(Decision::Review, &was, &is);
            let fired = |verdicts: &[Verdict; 2]| -> BTreeSet<RuleId> {
                verdicts.iter().flat_map(|verdict| &verdict.firings).map(|firing| firing.rule.clone()).collect()
            };
            let (was, is) = (fired(&was), fired(&is));
            for rule in was.union(&is) {
                let count = rules.entry(rule.clone()).or_default();
                let (old, new) = (was.contains(rule), is.contains(rule));
                for (count, one) in count.iter_mut().zip([old, new, new && !old, old && !new]) {
                    *count += u64::from(one);
                }
            }
        }
        if judged.is_empty() {
            continue;
        }
        let (was, is) = (old.select(&judged, question).main, new.select(&judged, question).main);
        result.products += 1;
        result.products_changed += u64::from(any);
        result.main_changed += u64::from(was != is);
        result.newly_empty += u64::from(was.is_some() && is.is_none());
        result.no_longer_empty += u64::from(was.is_none() && is.is_some());
    }
    for (rule, [old, new, gained, lost]) in rules {
        result.by_rule.push(vitrine_rules::backtest::RuleChange { rule, old, new, gained, lost });
    }
    result
}

/// The parts that `expected` counts, rules that never speak left out.
fn comparable(result: &BacktestResult) -> BacktestResult {
    let mut by_rule: Vec<_> = result.by_rule.iter().filter(|rule| rule.old + rule.new > 0).cloned().collect();
    by_rule.sort_by(|a, b| a.rule.cmp(&b.rule));
    BacktestResult {
        by_rule,
        by_category: Vec::new(),
        by_region: Vec::new(),
        by_seller: Vec::new(),
        examples: Vec::new(),
        forecast: Vec::new(),
        unjudged: Vec::new(),
        ..result.clone()
    }
}

#[test]
fn columns_count_what_pictures_count() {
    let (catalog, old, new) = (common::catalog(), old(), new());
    let pictures = stored(&catalog, 300);
    let place = Some(Place { marketplace: Some("amazon".into()), region: Some("US".into()) });
    // Every third picture is free of the rules that speak most.
    let rules: Arc<[RuleId]> = ["amazon-us.longest-side-min", "vitrine.longest-side", "vitrine.badly-blurred"].map(RuleId::from).into();
    let overturned = Arc::new(pictures.iter().step_by(3).map(|picture| (picture.hash(), Arc::clone(&rules))).collect());
    let plain = run(&Backtest::new(&old, &new, question(), &catalog).unwrap(), &catalog, &pictures).result();
    for question in [question(), Question { place, ..question() }, Question { overturned, ..question() }] {
        let backtest = Backtest::new(&old, &new, question.clone(), &catalog).unwrap();
        let result = run(&backtest, &catalog, &pictures).result();
        assert_eq!(comparable(&result), expected(&old, &new, &catalog, &pictures, &question));
        assert_eq!(
            result == plain,
            question.overturned.is_empty() && question.place.is_none(),
            "who is free of a rule is counted otherwise"
        );
        // The comparison says nothing unless all of it happens.
        let happens = [
            result.newly_suppressed,
            result.newly_shown,
            result.newly_review,
            result.main_changed,
            result.newly_empty,
            result.no_longer_empty,
        ];
        assert!(happens.iter().all(|count| *count > 0), "{happens:?}");

        for groups in [&result.by_category, &result.by_region, &result.by_seller] {
            let sum = |count: fn(&vitrine_rules::backtest::GroupChange) -> u64| groups.iter().map(count).sum::<u64>();
            assert_eq!(sum(|group| group.pictures), result.pictures);
            assert_eq!(sum(|group| group.pictures_changed), result.pictures_changed);
            assert_eq!(sum(|group| group.newly_suppressed), result.newly_suppressed);
            assert_eq!(sum(|group| group.newly_empty), result.newly_empty);
        }
        let unjudged: u64 = result.unjudged.iter().map(|unjudged| unjudged.pictures).sum();
        assert_eq!(unjudged + result.pictures, pictures.len() as u64);
        assert!(result.unjudged.iter().any(|unjudged| unjudged.reason.contains("`not a path` is no category path")));
    }
}

#[test]
fn batches_and_their_order_change_nothing() {
    let (catalog, old, new) = (common::catalog(), old(), new());
    let pictures = stored(&catalog, 200);
    let whole = run(&Backtest::new(&old, &new, question(), &catalog).unwrap(), &catalog, &pictures);
    assert_eq!(whole.rows(), pictures.len() as u64);
    let backtest = Backtest::new(&old, &new, question(), &catalog).unwrap();
    let all: Vec<&Stored> = pictures.iter().collect();
    let mut merged = Partial::default();
    for product in all.chunk_by(|a, b| a.product == b.product).rev() {
        merged.merge(backtest.batch(&batch(&catalog, product)).unwrap());
    }
    assert_eq!(merged.result(), whole.result());
    assert_eq!(merged.flips(), whole.flips());
    assert!(!merged.result().examples.is_empty() && merged.result().examples.len() <= 200);
}

#[test]
fn the_same_book_changes_nothing() {
    let (catalog, old) = (common::catalog(), old());
    let result = run(&Backtest::new(&old, &old, question(), &catalog).unwrap(), &catalog, &stored(&catalog, 100)).result();
    assert!(result.pictures > 0 && result.by_rule.iter().any(|rule| rule.new > 0));
    assert_eq!((result.pictures_changed, result.products_changed, result.main_changed, result.examples.len()), (0, 0, 0, 0));
    assert!(result.by_rule.iter().all(|rule| rule.gained == 0 && rule.lost == 0 && rule.old == rule.new));
}

#[test]
fn flips_are_what_became_otherwise() {
    let (catalog, old, new) = (common::catalog(), old(), new());
    let pictures = stored(&catalog, 200);
    let everything = Question { examples: usize::MAX, ..question() };
    let flips = run(&Backtest::new(&old, &new, everything.clone(), &catalog).unwrap(), &catalog, &pictures);
    assert_eq!(flips.flips().total, flips.result().pictures_changed);
    assert_eq!(flips.flips().flips.len() as u64, flips.flips().total);
    let (mut was, mut is) = (Book::new(&old, &catalog), Book::new(&new, &catalog));
    for flip in &flips.flips().flips {
        let picture = pictures.iter().find(|picture| picture.image == flip.image.as_str()).unwrap();
        let decisions = |book: &mut Book<'_>| {
            let [main, gallery] = [Role::Main, Role::Gallery].map(|role| book.verdict(picture, role, &everything).unwrap().decision);
            Decisions { main, gallery }
        };
        assert_eq!((flip.old, flip.new), (decisions(&mut was), decisions(&mut is)));
        assert_eq!((flip.content_hash, flip.product.as_str(), flip.seller.as_deref()), (picture.hash(), &*picture.product, picture.seller));
    }

    let few = run(&Backtest::new(&old, &new, Question { examples: 7, ..question() }, &catalog).unwrap(), &catalog, &pictures).flips();
    assert_eq!((few.total, few.flips.as_slice()), (flips.flips().total, &flips.flips().flips[..7]));

    // By rule: what it gained and lost.
    let rule = RuleId::from("amazon-us.longest-side-min");
    let filter = Filter { rule: Some(rule.clone()), ..Filter::default() };
    let by_rule = run(&Backtest::new(&old, &new, Question { filter, ..everything.clone() }, &catalog).unwrap(), &catalog, &pictures);
    let result = by_rule.result();
    let count = result.by_rule.iter().find(|change| change.rule == rule).unwrap();
    assert!(count.gained > 0 && by_rule.flips().total == count.gained + count.lost, "{count:?}");

    // By place, category and seller: only those count.
    let filter = Filter {
        marketplace: Some("Amazon".into()),
        region: Some("us".into()),
        category: Some("apparel".parse().unwrap()),
        seller: Some("anna".into()),
        rule: None,
    };
    let narrow = run(&Backtest::new(&old, &new, Question { filter, ..everything }, &catalog).unwrap(), &catalog, &pictures);
    let counted = pictures.iter().filter(|picture| {
        picture.marketplace == Some("amazon")
            && picture.region == Some("US")
            && picture.category == Some("apparel/adult/dresses")
            && picture.seller == Some("anna")
    });
    assert_eq!(narrow.result().pictures, counted.count() as u64);
    assert!(narrow.result().pictures > 0 && narrow.flips().flips.iter().all(|flip| flip.seller.as_deref() == Some("anna")));
}

#[test]
fn a_rule_that_begins_later_is_foretold() {
    let (catalog, old) = (common::catalog(), old());
    let pictures = stored(&catalog, 200);
    let place = Some(Place { marketplace: Some("google".into()), region: None });
    let asked = Question { place, ..question() };
    let forecast = run(&Backtest::new(&old, &old, asked.clone(), &catalog).unwrap(), &catalog, &pictures).result().forecast;
    let day = "2027-01-31".parse().unwrap();
    let [coming] = forecast.as_slice() else { panic!("{forecast:?}") };
    assert_eq!((coming.date, coming.rules.len(), coming.rules[0].rule.as_str()), (day, 1, "google.size-from-2027"));
    let mut later = Book::new(&old, &catalog);
    let mut today = Book::new(&old, &catalog);
    let on_that_day = Question { date: day, ..asked.clone() };
    let (mut failing, mut products) = (0, 0);
    for product in pictures.chunk_by(|a, b| a.product == b.product) {
        let judged: Vec<&Stored> = product.iter().filter(|picture| today.verdict(picture, Role::Main, &asked).is_some()).collect();
        if judged.is_empty() {
            continue;
        }
        let shown = today.select(&judged, &asked);
        let mut fails = false;
        for picture in &judged {
            let mut speaks = |role: Role| {
                let verdict = later.verdict(picture, role, &on_that_day).unwrap();
                verdict.firings.iter().any(|firing| firing.rule.as_str() == "google.size-from-2027")
            };
            let (main, gallery) = (speaks(Role::Main), speaks(Role::Gallery));
            failing += u64::from(main || gallery);
            let is = |id: &ImageId| id.as_str() == picture.image;
            fails |= main && shown.main.as_ref().is_some_and(is) || gallery && shown.gallery.iter().any(is);
        }
        products += u64::from(fails);
    }
    assert!(failing > 0 && products > 0);
    assert_eq!((coming.pictures_failing, coming.products_failing), (failing, products));
    assert_eq!((coming.rules[0].pictures_failing, coming.rules[0].products_failing), (failing, products));
}

#[test]
fn a_segment_gives_back_the_columns_that_are_wanted() {
    let (catalog, old, new) = (common::catalog(), old(), new());
    let pictures = stored(&catalog, 60);
    let all: Vec<&Stored> = pictures.iter().collect();
    let batches: Vec<RecordBatch> = all.chunk_by(|a, b| a.product == b.product).map(|product| batch(&catalog, product)).collect();
    let mut writer = SegmentWriter::new(Vec::new(), batches[0].schema_ref()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    let bytes = writer.finish().unwrap();

    let backtest = Backtest::new(&old, &new, question(), &catalog).unwrap();
    let mut reader = SegmentReader::open(Cursor::new(&bytes), |name| backtest.columns().contains(name)).unwrap();
    assert_eq!((reader.rows(), reader.batches()), (pictures.len() as u64, batches.len()));
    assert!(reader.schema().fields().len() < batches[0].num_columns());
    let (mut from_file, mut direct) = (Partial::default(), Partial::default());
    for (index, batch) in batches.iter().enumerate().rev() {
        from_file.merge(backtest.batch(&reader.read(index).unwrap()).unwrap());
        direct.merge(backtest.batch(batch).unwrap());
    }
    assert_eq!(from_file.result(), direct.result());
    assert!(reader.read(batches.len()).is_err());

    for broken in [&bytes[..bytes.len() - 1], &bytes[..40], b"", b"ARROW1 and no more of it"] {
        let Err(error) = SegmentReader::open(Cursor::new(broken), |_| true) else { panic!("opened") };
        assert!(error.to_string().contains("cannot be read"), "{error}");
    }
}

#[test]
fn a_batch_of_something_else_is_refused() {
    let (catalog, old) = (common::catalog(), old());
    let backtest = Backtest::new(&old, &old, question(), &catalog).unwrap();
    let batch = batch(&catalog, &stored(&catalog, 3).iter().collect::<Vec<_>>());
    let error = backtest.batch(&batch.project(&[1, 2, 3]).unwrap()).unwrap_err();
    assert!(error.to_string().contains("`@product`"), "{error}");
    // What only names a place may be absent: then it is not known.
    assert!(backtest.batch(&batch.project(&[0, 1, 2]).unwrap()).is_ok());
}
