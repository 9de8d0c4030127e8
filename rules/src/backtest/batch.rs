//! One batch judged by both books: whose rows they are, which rules hold for each, what they say, and what of it changed.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, FixedSizeBinaryArray, RecordBatch, StringArray};
use arrow_buffer::BooleanBuffer;
use jiff::civil::Date;
use vitrine_engine::{ContentHash, Enforcement, RuleId, SignalCatalog};

use super::overturned::Heard;
use super::plan::{Plan, PlannedSet, ScopeKey, ScopeRules};
use super::products::count_products;
use super::tally::{GroupCount, Groups, KeptFlips, Partial};
use super::{Backtest, BatchError, Place, Question};
use crate::columnar::columns::Columns;
use crate::columnar::condition::Rows;
use crate::columnar::identity;
use crate::columnar::truths::Truths;
use crate::columnar::verdicts::{DecisionBits, clamped};

/// Judges a batch.
pub(super) fn judge(backtest: &Backtest, batch: &RecordBatch) -> Result<Partial, BatchError> {
    let question = &backtest.question;
    let owners = Owners::read(batch)?;
    let places = Places::of(&owners, question);
    let plan = backtest.plan_for(&places.scopes);
    let mut partial = Partial { rows: batch.num_rows() as u64, flips: KeptFlips::new(question.examples), ..Partial::default() };
    let held = Held::of(&plan, &places, &owners, question, &mut partial);

    let heard = Heard::of(&question.overturned, &owners);
    let judging = Judging::new(&plan, batch, &backtest.packs.catalog, &held, &heard);
    let books = judging.books();
    let changes = Changes::between(&books, &held);
    count_pictures(&mut partial, &owners, &held, &changes);
    count_rules(&mut partial, &plan, &books, batch.num_rows());
    count_products(&mut partial, &judging, &owners, &books, &changes, question);
    Ok(partial)
}

/// Whose pictures the rows are.
pub(super) struct Owners<'b> {
    pub(super) product: &'b StringArray,
    pub(super) image: &'b StringArray,
    content_hash: &'b FixedSizeBinaryArray,
    pub(super) category: Labels<'b>,
    pub(super) marketplace: Labels<'b>,
    pub(super) region: Labels<'b>,
    pub(super) seller: Labels<'b>,
}

impl<'b> Owners<'b> {
    fn read(batch: &'b RecordBatch) -> Result<Self, BatchError> {
        let text = |column: &'static str| {
            let array = batch.column_by_name(column).and_then(|array| array.as_string_opt::<i32>());
            array.filter(|array| array.null_count() == 0).ok_or(BatchError { column })
        };
        let column = identity::CONTENT_HASH;
        let hashes = batch.column_by_name(column).and_then(|array| array.as_fixed_size_binary_opt());
        let labels = |column: &'static str| Labels::read(batch, column);
        Ok(Self {
            product: text(identity::PRODUCT)?,
            image: text(identity::IMAGE)?,
            content_hash: hashes.filter(|array| array.null_count() == 0 && array.value_length() == 32).ok_or(BatchError { column })?,
            category: labels(identity::CATEGORY)?,
            marketplace: labels(identity::MARKETPLACE)?,
            region: labels(identity::REGION)?,
            seller: labels(identity::SELLER)?,
        })
    }

    pub(super) fn content_hash(&self, row: usize) -> Option<ContentHash> {
        <[u8; 32]>::try_from(self.content_hash.value(row)).ok().map(ContentHash::from)
    }

    /// Whether two rows are of one product in one place.
    pub(super) fn same_product(&self, a: usize, b: usize) -> bool {
        self.product.value(a) == self.product.value(b)
            && self.marketplace.of_row[a] == self.marketplace.of_row[b]
            && self.region.of_row[a] == self.region.of_row[b]
    }
}

/// A text column of few words: each row by the number of its word.
pub(super) struct Labels<'b> {
    words: Vec<Option<&'b str>>,
    of_row: Vec<u32>,
}

impl<'b> Labels<'b> {
    fn read(batch: &'b RecordBatch, column: &'static str) -> Result<Self, BatchError> {
        let rows = batch.num_rows();
        let Some(array) = batch.column_by_name(column) else { return Ok(Self { words: vec![None], of_row: vec![0; rows] }) };
        if let Some(texts) = array.as_string_opt::<i32>() {
            return Ok(Self::numbered(rows, |row| texts.is_valid(row).then(|| texts.value(row))));
        }
        let dictionary = array.as_any_dictionary_opt().ok_or(BatchError { column })?;
        let words = dictionary.values().as_string_opt::<i32>().ok_or(BatchError { column })?;
        if words.is_empty() {
            return Ok(Self { words: vec![None], of_row: vec![0; rows] });
        }
        let keys = dictionary.normalized_keys();
        let word = |row: usize| (array.is_valid(row) && words.is_valid(keys[row])).then(|| words.value(keys[row]));
        Ok(Self::numbered(rows, word))
    }

    fn numbered(rows: usize, text: impl Fn(usize) -> Option<&'b str>) -> Self {
        let mut numbers: HashMap<Option<&str>, u32> = HashMap::new();
        let (mut words, mut of_row): (Vec<Option<&str>>, Vec<u32>) = (Vec::new(), Vec::with_capacity(rows));
        for row in 0..rows {
            let text = text(row);
            // Rows of one product stand together, and have these in common.
            let same = of_row.last().copied().filter(|last| words.get(*last as usize) == Some(&text));
            of_row.push(same.unwrap_or_else(|| {
                *numbers.entry(text).or_insert_with(|| {
                    words.push(text);
                    words.len() as u32 - 1
                })
            }));
        }
        Self { words, of_row }
    }

    pub(super) fn at(&self, row: usize) -> Option<&'b str> {
        self.words[self.of_row[row] as usize]
    }
}

/// Where each row is judged, by its number among the places that occur.
struct Places {
    scopes: Vec<ScopeKey>,
    /// Whether the question's filter takes the pictures of a scope.
    taken: Vec<bool>,
    of_row: Vec<u32>,
}

impl Places {
    fn of(owners: &Owners<'_>, question: &Question) -> Self {
        let (mut scopes, mut taken) = (Vec::new(), Vec::new());
        let mut numbers: HashMap<[u32; 3], u32> = HashMap::new();
        let mut last = None;
        let key = |row: usize| [owners.marketplace.of_row[row], owners.region.of_row[row], owners.category.of_row[row]];
        let of_row = (0..owners.product.len())
            .map(|row| {
                let key = key(row);
                let number = match last {
                    Some((known, number)) if known == key => number,
                    _ => *numbers.entry(key).or_insert_with(|| {
                        let (marketplace, region, category) = (owners.marketplace.at(row), owners.region.at(row), owners.category.at(row));
                        taken.push(question.filter.takes(marketplace, region, category));
                        let stored = Place { marketplace: marketplace.map(Into::into), region: region.map(Into::into) };
                        let place = question.place.clone().unwrap_or(stored);
                        scopes.push(ScopeKey { marketplace: place.marketplace, region: place.region, category: category.map(Into::into) });
                        scopes.len() as u32 - 1
                    }),
                };
                last = Some((key, number));
                number
            })
            .collect();
        Self { scopes, taken, of_row }
    }
}

/// The rules that hold for each row, and the rows for which any do.
pub(super) struct Held {
    /// By scope; `None` where its pictures do not count.
    rules: Vec<Option<Arc<ScopeRules>>>,
    of_row: Vec<u32>,
    pub(super) judged: BooleanBuffer,
}

impl Held {
    fn of(plan: &Plan, places: &Places, owners: &Owners<'_>, question: &Question, partial: &mut Partial) -> Self {
        let rows = places.of_row.len();
        let mut unjudged: Vec<Option<Arc<str>>> = Vec::with_capacity(places.scopes.len());
        let mut rules = Vec::with_capacity(places.scopes.len());
        for (scope, taken) in places.scopes.iter().zip(&places.taken) {
            let scoped = plan.scope(scope).filter(|_| *taken);
            rules.push(scoped.and_then(|scoped| scoped.as_ref().ok().cloned()));
            unjudged.push(scoped.and_then(|scoped| scoped.as_ref().err().cloned()));
        }
        let of_seller: Option<Vec<bool>> =
            question.filter.seller.as_deref().map(|wanted| owners.seller.words.iter().map(|word| *word == Some(wanted)).collect());
        let counts = |row: usize| of_seller.as_ref().is_none_or(|sellers| sellers[owners.seller.of_row[row] as usize]);
        let scope = |row: usize| places.of_row[row] as usize;
        let judged = BooleanBuffer::collect_bool(rows, |row| rules[scope(row)].is_some() && counts(row));
        if unjudged.iter().any(Option::is_some) {
            for row in (0..rows).filter(|row| counts(*row)) {
                if let Some(reason) = &unjudged[scope(row)] {
                    *partial.unjudged.entry(reason.to_string()).or_default() += 1;
                }
            }
        }
        Self { rules, of_row: places.of_row.clone(), judged }
    }

    /// The judged rows of some scopes.
    fn rows_of(&self, scopes: &[bool]) -> BooleanBuffer {
        if scopes.iter().zip(&self.rules).all(|(wanted, rules)| *wanted || rules.is_none()) {
            return self.judged.clone();
        }
        let wanted = BooleanBuffer::collect_bool(self.of_row.len(), |row| scopes[self.of_row[row] as usize]);
        &wanted & &self.judged
    }

    /// The sets of all scopes, by one book and role.
    fn sets<'s>(&'s self, set: impl Fn(&'s ScopeRules) -> &'s Arc<PlannedSet>) -> Sets<'s> {
        let (mut numbers, mut distinct) = (HashMap::new(), Vec::new());
        let mut number = |rules: &'s Arc<ScopeRules>| {
            let own = set(rules);
            *numbers.entry(Arc::as_ptr(own)).or_insert_with(|| {
                distinct.push(own.as_ref());
                distinct.len() - 1
            })
        };
        let of_scope = self.rules.iter().map(|rules| rules.as_ref().map(&mut number)).collect();
        Sets { distinct, of_scope }
    }

    /// The scopes for which `wanted` answers, by whether it is so.
    fn scopes(&self, wanted: impl Fn(&ScopeRules) -> bool) -> Vec<bool> {
        self.rules.iter().map(|rules| rules.as_ref().is_some_and(|rules| wanted(rules))).collect()
    }
}

/// The distinct sets of a batch, in the order in which they occur.
struct Sets<'s> {
    distinct: Vec<&'s PlannedSet>,
    of_scope: Vec<Option<usize>>,
}

impl Sets<'_> {
    /// The scopes of some sets.
    fn scopes(&self, sets: &[bool]) -> Vec<bool> {
        self.of_scope.iter().map(|set| set.is_some_and(|set| sets[set])).collect()
    }
}

/// A batch with the truths of its conditions, each found when it is first asked for.
pub(super) struct Judging<'a> {
    plan: &'a Plan,
    columns: Columns<'a>,
    held: &'a Held,
    heard: &'a Heard,
    truths: Vec<OnceCell<Truths>>,
}

/// What one book makes of a batch, in both roles.
pub(super) struct Book {
    /// The very same verdicts in both books where the same rules hold for all rows.
    pub(super) roles: [Rc<RoleVerdicts>; 2],
}

/// What one book makes of a batch in one role.
pub(super) struct RoleVerdicts {
    pub(super) decisions: DecisionBits,
    pub(super) points: Vec<f64>,
    /// NaN = none.
    quality: Vec<f64>,
    /// Where each rule speaks, by its number.
    pub(super) fired: Vec<(usize, BooleanBuffer)>,
}

impl RoleVerdicts {
    pub(super) fn quality(&self, row: usize) -> Option<f64> {
        self.quality.get(row).copied().filter(|quality| !quality.is_nan())
    }
}

impl<'a> Judging<'a> {
    fn new(plan: &'a Plan, batch: &'a RecordBatch, catalog: &'a SignalCatalog, held: &'a Held, heard: &'a Heard) -> Self {
        let truths = plan.conditions.iter().map(|_| OnceCell::new()).collect();
        Self { plan, columns: Columns::new(batch, catalog), held, heard, truths }
    }

    pub(super) fn judged(&self) -> &BooleanBuffer {
        &self.held.judged
    }

    pub(super) fn rule_id(&self, rule: usize) -> &'a RuleId {
        &self.plan.rules[rule].rule.id
    }

    fn truths(&self, condition: usize) -> &Truths {
        self.truths[condition].get_or_init(|| {
            let planned = &self.plan.conditions[condition];
            planned.condition.truths(Rows { columns: &self.columns, params: &planned.params })
        })
    }

    fn books(&self) -> [Book; 2] {
        let old = [0, 1].map(|role| Rc::new(self.verdicts(|rules| &rules.old[role])));
        let new = [0, 1].map(|role| {
            let same = self.held.rules.iter().flatten().all(|rules| Arc::ptr_eq(&rules.old[role], &rules.new[role]));
            if same { Rc::clone(&old[role]) } else { Rc::new(self.verdicts(|rules| &rules.new[role])) }
        });
        [Book { roles: old }, Book { roles: new }]
    }

    fn verdicts<'s>(&'s self, set: impl Fn(&'s ScopeRules) -> &'s Arc<PlannedSet>) -> RoleVerdicts {
        let rows = self.columns.rows();
        let sets = self.held.sets(set);
        // A rule is asked once for all sets that it is in. Points add up in the order of ids, as in the verdict of one picture.
        let mut numbers: Vec<usize> = sets.distinct.iter().flat_map(|set| set.rules.iter().copied()).collect();
        numbers.sort_by(|a, b| self.rule_id(*a).cmp(self.rule_id(*b)).then(a.cmp(b)));
        numbers.dedup();
        let mut masks: HashMap<Vec<bool>, BooleanBuffer> = HashMap::new();
        let (mut decisions, mut points, mut fired) = (DecisionBits::accept(rows), vec![0.0; rows], Vec::with_capacity(numbers.len()));
        for number in numbers {
            let planned = &self.plan.rules[number];
            let holding: Vec<bool> = sets.distinct.iter().map(|set| set.rules.contains(&number)).collect();
            let mask = masks.entry(holding).or_insert_with_key(|holding| self.held.rows_of(&sets.scopes(holding)));
            let rows = self.heard.among(&planned.rule.id, mask);
            let spoken = planned.rule.spoken(self.truths(planned.condition)).only_in(&rows);
            if planned.rule.enforcement == Enforcement::Enforce {
                decisions.add(&spoken, &planned.rule.action, &mut points);
            }
            fired.push((number, spoken.all()));
        }
        RoleVerdicts { decisions, points, quality: self.quality(&sets), fired }
    }

    fn quality(&self, sets: &Sets<'_>) -> Vec<f64> {
        let mut quality = vec![f64::NAN; self.columns.rows()];
        let mut rankings: Vec<usize> = sets.distinct.iter().filter_map(|set| set.ranking).collect();
        rankings.sort_unstable();
        rankings.dedup();
        for ranking in rankings {
            let planned = &self.plan.rankings[ranking];
            let values = planned.formula.values(Rows { columns: &self.columns, params: &planned.params });
            let ranked: Vec<bool> = sets.distinct.iter().map(|set| set.ranking == Some(ranking)).collect();
            let mask = self.held.rows_of(&sets.scopes(&ranked));
            mask.set_indices().for_each(|row| quality[row] = values.at(row).map_or(f64::NAN, clamped));
        }
        quality
    }

    /// What rules that begin later say, by the day they begin.
    pub(super) fn coming(&self) -> Vec<Coming> {
        let mut days: BTreeMap<Date, [Vec<usize>; 2]> = BTreeMap::new();
        for (day, begin) in self.held.rules.iter().flatten().flat_map(|rules| &rules.coming) {
            let all = days.entry(*day).or_default();
            all.iter_mut().zip(begin).for_each(|(all, begin)| all.extend(begin));
        }
        let speaking = |day: Date, role: usize, mut numbers: Vec<usize>| -> Vec<(usize, BooleanBuffer)> {
            numbers.sort_unstable();
            numbers.dedup();
            let speaks = |number: usize| {
                let planned = &self.plan.rules[number];
                let scopes = self.held.scopes(|rules| rules.coming.get(&day).is_some_and(|begin| begin[role].contains(&number)));
                let rows = self.heard.among(&planned.rule.id, &self.held.rows_of(&scopes));
                (number, planned.rule.spoken(self.truths(planned.condition)).only_in(&rows).all())
            };
            numbers.into_iter().map(speaks).collect()
        };
        let coming =
            |(day, [main, gallery]): (Date, [Vec<usize>; 2])| Coming { day, roles: [speaking(day, 0, main), speaking(day, 1, gallery)] };
        days.into_iter().map(coming).collect()
    }
}

/// What rules that begin on one day say of a batch.
pub(super) struct Coming {
    pub(super) day: Date,
    /// By role: where each rule speaks, by its number.
    pub(super) roles: [Vec<(usize, BooleanBuffer)>; 2],
}

/// The rows in which something changed in either role.
pub(super) struct Changes {
    pub(super) changed: BooleanBuffer,
    suppressed: BooleanBuffer,
    shown: BooleanBuffer,
    review: BooleanBuffer,
}

impl Changes {
    fn between([old, new]: &[Book; 2], held: &Held) -> Self {
        let none = || BooleanBuffer::new_unset(held.of_row.len());
        let mut all = Self { changed: none(), suppressed: none(), shown: none(), review: none() };
        for (old, new) in old.roles.iter().zip(&new.roles).filter(|(old, new)| !Rc::ptr_eq(old, new)) {
            let differ = |a: &[f64], b: &[f64]| BooleanBuffer::collect_bool(a.len(), |row| a[row].to_bits() != b[row].to_bits());
            all.changed |= &old.decisions.differs(&new.decisions);
            all.changed |= &differ(&old.points, &new.points);
            all.changed |= &differ(&old.quality, &new.quality);
            let (was, is) = (&old.decisions, &new.decisions);
            all.suppressed |= &(&is.suppress & &!&was.suppress);
            all.shown |= &(&was.suppress & &!&is.suppress);
            all.review |= &(&is.reviewed() & &!&was.reviewed());
        }
        all
    }
}

fn count_pictures(partial: &mut Partial, owners: &Owners<'_>, held: &Held, changes: &Changes) {
    let count = |bits: &BooleanBuffer| bits.count_set_bits() as u64;
    partial.pictures = count(&held.judged);
    partial.pictures_changed = count(&changes.changed);
    partial.newly_suppressed = count(&changes.suppressed);
    partial.newly_shown = count(&changes.shown);
    partial.newly_review = count(&changes.review);
    for (groups, labels) in
        [(&mut partial.by_category, &owners.category), (&mut partial.by_region, &owners.region), (&mut partial.by_seller, &owners.seller)]
    {
        count_groups(groups, labels, held, changes);
    }
}

fn count_groups(groups: &mut Groups, labels: &Labels<'_>, held: &Held, changes: &Changes) {
    let mut counts = vec![GroupCount::default(); labels.words.len()];
    let word = |row: usize| labels.of_row[row] as usize;
    held.judged.set_indices().for_each(|row| counts[word(row)].pictures += 1);
    changes.changed.set_indices().for_each(|row| counts[word(row)].pictures_changed += 1);
    changes.suppressed.set_indices().for_each(|row| counts[word(row)].newly_suppressed += 1);
    for (word, count) in labels.words.iter().zip(counts).filter(|(_, count)| count.pictures > 0) {
        groups.entry(word.map(Into::into)).or_default().add(count);
    }
}

fn count_rules(partial: &mut Partial, plan: &Plan, books: &[Book; 2], rows: usize) {
    let none = BooleanBuffer::new_unset(rows);
    let mut spoken: BTreeMap<&RuleId, [BooleanBuffer; 2]> = BTreeMap::new();
    for (side, book) in books.iter().enumerate() {
        for (rule, fired) in book.roles.iter().flat_map(|role| &role.fired) {
            spoken.entry(&plan.rules[*rule].rule.id).or_insert_with(|| [none.clone(), none.clone()])[side] |= fired;
        }
    }
    for (rule, [old, new]) in spoken {
        let both = (&old & &new).count_set_bits() as u64;
        let (old, new) = (old.count_set_bits() as u64, new.count_set_bits() as u64);
        let count = partial.by_rule.entry(rule.clone()).or_default();
        count.add(super::tally::RuleCount { old, new, gained: new - both, lost: old - both });
    }
}
