//! What changes for products: who leads, who is left with nothing, and which pictures flipped. Only products in which something changed are
//! selected anew.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::Array;
use arrow_buffer::BooleanBuffer;
use vitrine_engine::{Candidate, ImageId, Judgement, Leader, Selection, SelectionPolicy, Verdict, select};

use super::Question;
use super::batch::{Book, Changes, Coming, Judging, Owners, RoleVerdicts};
use super::result::{Decisions, Flip};
use super::tally::Partial;

/// Counts products, those that changed, and flips.
pub(super) fn count_products(
    partial: &mut Partial,
    judging: &Judging<'_>,
    owners: &Owners<'_>,
    books: &[Book; 2],
    changes: &Changes,
    question: &Question,
) {
    let flipping = flipping(judging, books, changes, question);
    let coming: Vec<Begun> = judging.coming().into_iter().map(|coming| Begun::count(partial, judging, coming)).collect();
    for rows in products(owners) {
        let judged: Vec<usize> = rows.filter(|row| judging.judged().value(*row)).collect();
        let Some(first) = judged.first().copied() else { continue };
        partial.products += 1;
        let product = Product { owners, rows: &judged, policy: &question.policy };
        let mut shown = None;
        if product.any(&changes.changed) {
            let (old, new) = (product.select(&books[0]), product.select(&books[1]));
            let main_changed = old.main != new.main;
            let newly_empty = old.main.is_some() && new.main.is_none();
            partial.products_changed += 1;
            partial.main_changed += u64::from(main_changed);
            partial.newly_empty += u64::from(newly_empty);
            partial.no_longer_empty += u64::from(old.main.is_none() && new.main.is_some());
            if newly_empty {
                for (groups, label) in [
                    (&mut partial.by_category, owners.category.at(first)),
                    (&mut partial.by_region, owners.region.at(first)),
                    (&mut partial.by_seller, owners.seller.at(first)),
                ] {
                    groups.entry(label.map(Into::into)).or_default().newly_empty += 1;
                }
            }
            shown = Some((new, main_changed));
        }
        for row in judged.iter().copied().filter(|row| flipping.value(*row)) {
            if let Some(hash) = owners.content_hash(row) {
                let main_changed = shown.as_ref().is_some_and(|(_, main_changed)| *main_changed);
                partial.flips.offer(hash, || product.flip(row, hash, books, main_changed));
            }
        }
        for begun in coming.iter().filter(|begun| product.any(&begun.speaks)) {
            let (shown, _) = shown.get_or_insert_with(|| (product.select(&books[1]), false));
            begun.count_product(partial, judging, &product, shown);
        }
    }
}

/// The pictures to show as examples: those that changed or, where a rule is asked about, those that it says something else of, whether or
/// not it acts.
fn flipping(judging: &Judging<'_>, books: &[Book; 2], changes: &Changes, question: &Question) -> BooleanBuffer {
    let Some(rule) = &question.filter.rule else { return changes.changed.clone() };
    let none = || BooleanBuffer::new_unset(changes.changed.len());
    let spoken = |role: &RoleVerdicts| {
        let own = role.fired.iter().filter(|(number, _)| judging.rule_id(*number) == rule);
        own.fold(none(), |all, (_, fired)| &all | fired)
    };
    let differ = books[0].roles.iter().zip(&books[1].roles).map(|(old, new)| &spoken(old) ^ &spoken(new));
    let differs = differ.fold(none(), |all, differs| &all | &differs);
    &differs & judging.judged()
}

/// Rules that begin on one day.
struct Begun {
    coming: Coming,
    /// Where any of them speaks in any role.
    speaks: BooleanBuffer,
    numbers: BTreeSet<usize>,
}

impl Begun {
    /// Counts the pictures.
    fn count(partial: &mut Partial, judging: &Judging<'_>, coming: Coming) -> Self {
        let none = || BooleanBuffer::new_unset(judging.judged().len());
        let numbers: BTreeSet<usize> = coming.roles.iter().flatten().map(|(number, _)| *number).collect();
        let count = partial.forecast.entry(coming.day).or_default();
        let mut speaks = none();
        for number in &numbers {
            let own = coming.roles.iter().flatten().filter(|(other, _)| other == number);
            let speaking = own.fold(none(), |all, (_, fired)| &all | fired);
            count.rules.entry(judging.rule_id(*number).clone()).or_default().pictures += speaking.count_set_bits() as u64;
            speaks |= &speaking;
        }
        count.all.pictures += speaks.count_set_bits() as u64;
        Self { coming, speaks, numbers }
    }

    /// Counts a product that one of them speaks about.
    fn count_product(&self, partial: &mut Partial, judging: &Judging<'_>, product: &Product<'_, '_>, shown: &Selection) {
        let count = partial.forecast.entry(self.coming.day).or_default();
        let mut fails = false;
        for number in &self.numbers {
            let own = |role: usize| self.coming.roles[role].iter().filter(|(other, _)| other == number);
            if (0..2).any(|role| own(role).any(|(_, fired)| product.shows(shown, role, fired))) {
                fails = true;
                count.rules.entry(judging.rule_id(*number).clone()).or_default().products += 1;
            }
        }
        count.all.products += u64::from(fails);
    }
}

/// The rows of each product, one after the other.
fn products<'o>(owners: &'o Owners<'_>) -> impl Iterator<Item = Range<usize>> + 'o {
    let rows = owners.product.len();
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = start;
        if first >= rows {
            return None;
        }
        start = (first + 1..rows).find(|row| !owners.same_product(first, *row)).unwrap_or(rows);
        Some(first..start)
    })
}

/// The judged rows of one product.
struct Product<'p, 'b> {
    owners: &'p Owners<'b>,
    rows: &'p [usize],
    policy: &'p SelectionPolicy,
}

impl Product<'_, '_> {
    fn any(&self, bits: &BooleanBuffer) -> bool {
        self.rows.iter().any(|row| bits.value(*row))
    }

    fn select(&self, book: &Book) -> Selection {
        let candidate = |row: usize| {
            let [main, gallery] = [0, 1].map(|role| Arc::new(verdict(&book.roles[role], row)));
            let judgement = Judgement::Judged { content_hash: self.owners.content_hash(row)?, main, gallery };
            Some(Candidate { id: ImageId::from(self.owners.image.value(row)), judgement, departure: 0.0 })
        };
        let candidates: Vec<Candidate> = self.rows.iter().filter_map(|row| candidate(*row)).collect();
        select(&candidates, Leader::Best, self.policy, |_, _| false)
    }

    /// Whether one of some rows is shown in a role.
    fn shows(&self, selection: &Selection, role: usize, among: &BooleanBuffer) -> bool {
        self.rows.iter().filter(|row| among.value(**row)).any(|row| {
            let image = self.owners.image.value(*row);
            let is = |id: &ImageId| id.as_str() == image;
            if role == 0 { selection.main.as_ref().is_some_and(is) } else { selection.gallery.iter().any(is) }
        })
    }

    fn flip(&self, row: usize, content_hash: vitrine_engine::ContentHash, books: &[Book; 2], main_changed: bool) -> Flip {
        let owners = self.owners;
        let decisions = |book: &Book| Decisions { main: book.roles[0].decisions.at(row), gallery: book.roles[1].decisions.at(row) };
        Flip {
            product: owners.product.value(row).into(),
            category: owners.category.at(row).map(Into::into),
            marketplace: owners.marketplace.at(row).map(Into::into),
            region: owners.region.at(row).map(Into::into),
            seller: owners.seller.at(row).map(Into::into),
            image: owners.image.value(row).into(),
            content_hash,
            old: decisions(&books[0]),
            new: decisions(&books[1]),
            main_changed,
        }
    }
}

/// What a selection asks of a verdict.
fn verdict(role: &RoleVerdicts, row: usize) -> Verdict {
    Verdict {
        decision: role.decisions.at(row),
        points: role.points[row],
        quality: role.quality(row),
        tags: Vec::new(),
        firings: Vec::new(),
        undetermined: Vec::new(),
        not_measurable: Arc::default(),
    }
}
