//! The report: one HTML page that shows what was decided about each picture and why, with nothing to load from elsewhere. Takes
//! decided facts; decides nothing itself.

mod page;
mod thumbnail;

use std::collections::BTreeMap;

use vitrine_engine::{Decision, ImageId, RuleId, SignalCatalog};
use vitrine_rules::{Grade, PackSet};

use crate::wire::{FileError, Reason, SelectAnswer};

pub use page::page;
pub use thumbnail::{Thumbnail, thumbnail};

/// A whole page.
#[derive(Debug, Clone)]
pub struct Report {
    /// Heading and window title.
    pub title: String,
    /// What was asked, in words.
    pub asked: String,
    /// Products, or groups of pictures, in order.
    pub sections: Vec<Section>,
    /// The rules that the reasons name.
    pub rules: BTreeMap<RuleId, RuleNote>,
    /// Rules in force that nothing can measure yet.
    pub not_measurable: Vec<RuleId>,
    /// Greatest value of the signals that have one: the length of their bars.
    pub scales: BTreeMap<String, f64>,
}

/// One product and its pictures, or pictures without a product.
#[derive(Debug, Clone)]
pub struct Section {
    /// The product's name or id.
    pub heading: String,
    /// Category, marketplace: what is worth knowing about it.
    pub about: String,
    /// What became of the product; `None` for pictures without a product.
    pub outcome: Option<Outcome>,
    /// The pictures, in the order in which they are shown.
    pub cards: Vec<Card>,
}

/// What became of a product.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The picture that leads.
    pub main: Option<ImageId>,
    /// Where nothing may lead: the least bad.
    pub least_bad: Option<ImageId>,
    /// How many pictures follow.
    pub gallery: usize,
    /// The main picture was there before and was kept.
    pub current_main_kept: bool,
}

/// One picture.
#[derive(Debug, Clone)]
pub struct Card {
    /// Its id or file name.
    pub id: String,
    /// Where it came from.
    pub file: String,
    /// The place it got: `main`, `gallery 2`; empty where it got none.
    pub place: String,
    /// What became of it; `None` when its file was refused.
    pub action: Option<Decision>,
    /// Points off.
    pub points: f64,
    /// Score as main picture.
    pub score: Option<f64>,
    /// The better picture that it repeats.
    pub duplicate_of: Option<ImageId>,
    /// Why its file was refused.
    pub error: Option<FileError>,
    /// What stands against it.
    pub reasons: Vec<Reason>,
    /// A small version of it.
    pub thumbnail: Option<Thumbnail>,
}

/// Where a rule comes from.
#[derive(Debug, Clone)]
pub struct RuleNote {
    /// Its title.
    pub title: String,
    /// Its source.
    pub source: String,
    /// When the source was read.
    pub checked: String,
    /// How well it is evidenced.
    pub grade: Grade,
    /// Signals of the rule that nothing measures yet; told only for those.
    pub owner: String,
}

impl Report {
    /// A page without notes on rules.
    pub fn new(title: &str, asked: &str, sections: Vec<Section>) -> Self {
        Self {
            title: title.to_owned(),
            asked: asked.to_owned(),
            sections,
            rules: BTreeMap::new(),
            not_measurable: Vec::new(),
            scales: BTreeMap::new(),
        }
    }

    /// Adds where the rules that are named come from, which are not measurable yet, and how long the bars of signals are.
    pub fn describe_rules<'a>(&mut self, packs: &PackSet, catalog: &SignalCatalog, not_measurable: impl IntoIterator<Item = &'a RuleId>) {
        self.not_measurable.extend(not_measurable.into_iter().cloned());
        self.not_measurable.sort();
        self.not_measurable.dedup();
        let named = self.sections.iter().flat_map(|section| &section.cards).flat_map(|card| &card.reasons).map(|reason| &reason.rule);
        for id in named.chain(&self.not_measurable) {
            if let Some((_, located)) = packs.rule(id.as_str()) {
                let rule = &located.rule;
                let note = RuleNote {
                    title: rule.title.clone(),
                    source: rule.source.clone(),
                    checked: rule.checked.to_string(),
                    grade: rule.grade,
                    owner: rule.owner.clone(),
                };
                self.rules.insert(id.clone(), note);
            }
        }
        let ranges = catalog.entries().iter().filter_map(|entry| Some((entry.spec.name.to_string(), entry.spec.range?.1)));
        // Beyond a few units, the range says what is possible rather than what is usual, and no bar is drawn to it.
        self.scales = ranges.filter(|(_, high)| *high <= 10.0).collect();
    }
}

impl Section {
    /// Pictures without a product.
    pub fn of_pictures(heading: &str) -> Self {
        Self { heading: heading.to_owned(), about: String::new(), outcome: None, cards: Vec::new() }
    }

    /// A product and its selection; `find` gives the file and the small version of a picture.
    pub fn of_answer(heading: &str, about: &str, answer: &SelectAnswer, find: impl Fn(&ImageId) -> (String, Option<Thumbnail>)) -> Self {
        let cards = answer.images.iter().map(|image| {
            let (file, thumbnail) = find(&image.id);
            let place = if answer.main.as_ref() == Some(&image.id) {
                "main".to_owned()
            } else {
                let position = answer.gallery.iter().position(|id| *id == image.id);
                position.map_or(String::new(), |position| format!("gallery {}", position + 1))
            };
            Card {
                id: image.id.to_string(),
                file,
                place,
                action: image.error.is_none().then_some(image.action),
                points: image.points,
                score: image.score,
                duplicate_of: image.duplicate_of.clone(),
                error: image.error.clone(),
                reasons: serde_json::from_str(image.reasons.get()).unwrap_or_default(),
                thumbnail,
            }
        });
        Self {
            heading: heading.to_owned(),
            about: about.to_owned(),
            outcome: Some(Outcome {
                main: answer.main.clone(),
                least_bad: answer.least_bad.clone(),
                gallery: answer.gallery.len(),
                current_main_kept: answer.current_main_kept,
            }),
            cards: cards.collect(),
        }
    }
}

impl Card {
    /// A picture of which nothing is known yet.
    pub fn new(id: &str, file: &str) -> Self {
        Self {
            id: id.to_owned(),
            file: file.to_owned(),
            place: String::new(),
            action: None,
            points: 0.0,
            score: None,
            duplicate_of: None,
            error: None,
            reasons: Vec::new(),
            thumbnail: None,
        }
    }
}
