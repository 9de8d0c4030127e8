//! What a tree can come to over all pictures there can be: whether some picture makes it true, or false, or makes two trees what they
//! should be at once. Sound one way: "no picture" is proven; where it cannot be proven, the answer is that one may exist.

use std::collections::{BTreeMap, BTreeSet};

use vitrine_engine::{SignalCatalog, SignalId, SignalKind};

use crate::interval::Interval;
use crate::rule::ParamValue;
use crate::tree::{BoolExpr, Comparison, NumberExpr, NumberList, TextExpr, TextList};

/// A tree that is to come to `truth`, with the settings it reads.
#[derive(Clone, Copy)]
pub(crate) struct Aim<'a> {
    pub(crate) tree: &'a BoolExpr,
    pub(crate) truth: bool,
    pub(crate) params: &'a [ParamValue],
}

/// No picture does: proven. The signal whose values ran out, where one did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreachable {
    pub(crate) signal: Option<SignalId>,
}

/// Most ways to come to an aim that are looked at; beyond, a picture may exist.
const MAX_WAYS: usize = 512;

/// Whether one picture can reach all aims.
///
/// # Errors
/// When it is proven that none does.
pub(crate) fn reach(aims: &[Aim<'_>], catalog: &SignalCatalog) -> Result<(), Unreachable> {
    reach_within(aims, catalog, Points::Count)
}

/// Whether one picture can reach all aims without meeting a limit to the last digit: a signal that is no whole number and is left with
/// one single value by opposed limits counts as having none.
///
/// # Errors
/// When it is proven that none does.
pub(crate) fn reach_in_practice(aims: &[Aim<'_>], catalog: &SignalCatalog) -> Result<(), Unreachable> {
    reach_within(aims, catalog, Points::AreNothing)
}

fn reach_within(aims: &[Aim<'_>], catalog: &SignalCatalog, points: Points) -> Result<(), Unreachable> {
    let mut ways: Vec<Vec<Literal<'_>>> = vec![Vec::new()];
    for aim in aims {
        let Some(own) = ways_to(*aim) else { return Ok(()) };
        if ways.len() * own.len() > MAX_WAYS {
            return Ok(());
        }
        ways = ways.iter().flat_map(|way| own.iter().map(|more| [way.as_slice(), more].concat())).collect();
    }
    let mut unreachable = Unreachable { signal: None };
    for way in &ways {
        match (World { points, ..World::new(catalog) }).narrow(way) {
            Ok(()) => return Ok(()),
            Err(Empty(signal)) => unreachable.signal = unreachable.signal.or(signal),
        }
    }
    Err(unreachable)
}

/// The bounds of a number over all pictures; `None` where it may have none.
pub(crate) fn bounds(number: &NumberExpr, params: &[ParamValue], catalog: &SignalCatalog) -> Option<Interval> {
    World::new(catalog).bounds(number, params)
}

/// A leaf that is to come to `truth`.
type Literal<'a> = Aim<'a>;

/// All ways to an aim, each a list of leaves that have to come true together; `None` when there are too many.
fn ways_to(aim: Aim<'_>) -> Option<Vec<Vec<Literal<'_>>>> {
    let Aim { tree, truth, params } = aim;
    let to = |tree, truth| Aim { tree, truth, params };
    match tree {
        BoolExpr::Not(inner) => ways_to(to(inner, !truth)),
        BoolExpr::All(parts) | BoolExpr::Any(parts) => {
            let one_is_enough = matches!(tree, BoolExpr::Any(_)) == truth;
            let mut ways = if one_is_enough { Vec::new() } else { vec![Vec::new()] };
            for part in parts {
                let own = ways_to(to(part, truth))?;
                ways = if one_is_enough { [ways, own].concat() } else { product(&ways, &own) };
                if ways.len() > MAX_WAYS {
                    return None;
                }
            }
            Some(ways)
        }
        BoolExpr::SameBool { sides } => {
            let [left, right] = &**sides;
            let mut ways = product(&ways_to(to(left, true))?, &ways_to(to(right, truth))?);
            ways.extend(product(&ways_to(to(left, false))?, &ways_to(to(right, !truth))?));
            (ways.len() <= MAX_WAYS).then_some(ways)
        }
        leaf => Some(vec![vec![to(leaf, truth)]]),
    }
}

fn product<'a>(left: &[Vec<Literal<'a>>], right: &[Vec<Literal<'a>>]) -> Vec<Vec<Literal<'a>>> {
    left.iter().flat_map(|way| right.iter().map(move |more| [way.as_slice(), more].concat())).collect()
}

/// What a signal can still be.
#[derive(Debug, Clone)]
enum Domain {
    Numbers {
        interval: Interval,
        whole: bool,
    },
    Flag {
        can_be: [bool; 2],
    },
    /// One of these.
    Known(BTreeSet<String>),
    /// Any text but these.
    Open(BTreeSet<String>),
}

struct Empty(Option<SignalId>);

/// What a single value is worth that opposed limits leave to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Points {
    Count,
    AreNothing,
}

/// What is known of all signals.
struct World<'a> {
    catalog: &'a SignalCatalog,
    points: Points,
    domains: BTreeMap<SignalId, Domain>,
}

impl<'a> World<'a> {
    fn new(catalog: &'a SignalCatalog) -> Self {
        Self { catalog, points: Points::Count, domains: BTreeMap::new() }
    }

    /// Narrows the signals by all leaves, twice: the second round sees what the first one left.
    fn narrow(mut self, way: &[Literal<'_>]) -> Result<(), Empty> {
        for literal in way.iter().chain(way) {
            self.apply(*literal)?;
        }
        Ok(())
    }

    fn domain(&mut self, id: SignalId) -> &mut Domain {
        let spec = &self.catalog.entry(id).spec;
        self.domains.entry(id).or_insert_with(|| match spec.kind {
            SignalKind::Bool => Domain::Flag { can_be: [true, true] },
            SignalKind::Text if spec.values.is_empty() => Domain::Open(BTreeSet::new()),
            SignalKind::Text => Domain::Known(spec.values.iter().map(ToString::to_string).collect()),
            SignalKind::Number | SignalKind::Integer => Domain::Numbers {
                interval: spec.range.map_or(Interval::ALL, |(low, high)| Interval { low, high }),
                whole: spec.kind == SignalKind::Integer,
            },
        })
    }

    fn apply(&mut self, literal: Literal<'_>) -> Result<(), Empty> {
        let Aim { tree, truth, params } = literal;
        match tree {
            BoolExpr::Constant(constant) => {
                if *constant == truth {
                    Ok(())
                } else {
                    Err(Empty(None))
                }
            }
            BoolExpr::Param(id) => match params.get(id.index()) {
                Some(ParamValue::Bool(flag)) if *flag != truth => Err(Empty(None)),
                _ => Ok(()),
            },
            BoolExpr::Signal(id) => {
                if let Domain::Flag { can_be } = self.domain(*id) {
                    can_be[usize::from(!truth)] = false;
                    if !can_be[usize::from(truth)] {
                        return Err(Empty(Some(*id)));
                    }
                }
                Ok(())
            }
            BoolExpr::Compare { comparison, sides, .. } => {
                let comparison = if truth { *comparison } else { comparison.negated() };
                self.compare(comparison, &sides[0], &sides[1], params)?;
                self.compare(comparison.swapped(), &sides[1], &sides[0], params)
            }
            BoolExpr::InNumbers { item, list, .. } => self.among_numbers(item, list, truth, params),
            BoolExpr::SameText { sides, .. } => match &**sides {
                [TextExpr::Signal(id), other] | [other, TextExpr::Signal(id)] => match constant(other, params) {
                    Some(text) => self.keep_texts(*id, &[text], truth),
                    None => Ok(()),
                },
                [left, right] => match (constant(left, params), constant(right, params)) {
                    (Some(left), Some(right)) if (left == right) != truth => Err(Empty(None)),
                    _ => Ok(()),
                },
            },
            BoolExpr::InTexts { item: TextExpr::Signal(id), list, .. } => match constants(list, params) {
                Some(texts) => self.keep_texts(*id, &texts, truth),
                None => Ok(()),
            },
            BoolExpr::TextTest { test, sides } => {
                if let [TextExpr::Signal(id), part] = &**sides
                    && let Some(part) = constant(part, params)
                    && let Domain::Known(texts) = self.domain(*id)
                {
                    texts.retain(|text| test.holds(text, part) == truth);
                    if texts.is_empty() {
                        return Err(Empty(Some(*id)));
                    }
                }
                Ok(())
            }
            // Texts that are no signals, and what `ways_to` takes apart.
            _ => Ok(()),
        }
    }

    /// Narrows the left side, where it is a signal, by what the right one can be; else only sees whether it can hold at all.
    fn compare(&mut self, comparison: Comparison, left: &NumberExpr, right: &NumberExpr, params: &[ParamValue]) -> Result<(), Empty> {
        let (Some(left_bounds), Some(right_bounds)) = (self.bounds(left, params), self.bounds(right, params)) else { return Ok(()) };
        let narrowed = left_bounds.where_compared(comparison, right_bounds);
        match left.lone_signal() {
            Some(id) if left == right => {
                if comparison.holds(0.0, 0.0) {
                    Ok(())
                } else {
                    Err(Empty(Some(id)))
                }
            }
            Some(id) => self.set_bounds(id, narrowed, comparison != Comparison::Equal),
            None if narrowed.is_empty() => {
                let mut signals = BTreeSet::new();
                left.signals(&mut signals);
                right.signals(&mut signals);
                Err(Empty(signals.first().copied()))
            }
            None => Ok(()),
        }
    }

    fn set_bounds(&mut self, id: SignalId, bounds: Interval, opposed: bool) -> Result<(), Empty> {
        let nothing = self.points == Points::AreNothing && opposed;
        if let Domain::Numbers { interval, whole } = self.domain(id) {
            let met = nothing && !*whole && bounds.low == bounds.high && interval.low < interval.high;
            *interval = if *whole { bounds.whole() } else { bounds };
            if interval.is_empty() || met {
                return Err(Empty(Some(id)));
            }
        }
        Ok(())
    }

    fn among_numbers(&mut self, item: &NumberExpr, list: &NumberList, truth: bool, params: &[ParamValue]) -> Result<(), Empty> {
        let (Some(id), Some(bounds)) = (item.lone_signal(), self.bounds(item, params)) else { return Ok(()) };
        let numbers: Option<Vec<f64>> = match list {
            NumberList::Param(id) => match params.get(id.index()) {
                Some(ParamValue::Numbers(numbers)) => Some(numbers.clone()),
                _ => None,
            },
            NumberList::Items(items) => items
                .iter()
                .map(|item| if item.reads_signals() { None } else { self.bounds(item, params).map(|bounds| bounds.low) })
                .collect(),
        };
        let Some(mut numbers) = numbers else { return Ok(()) };
        numbers.sort_by(f64::total_cmp);
        if truth {
            numbers.retain(|number| (bounds.low..=bounds.high).contains(number));
            let hull = Interval { low: numbers.first().copied().unwrap_or(1.0), high: numbers.last().copied().unwrap_or(0.0) };
            return self.set_bounds(id, hull, false);
        }
        // From below, then from above: only the ends of what is left can be taken off.
        for number in numbers.iter().chain(numbers.iter().rev()) {
            if let Domain::Numbers { interval, .. } = self.domain(id) {
                let left = interval.where_compared(Comparison::NotEqual, Interval::point(*number));
                self.set_bounds(id, left, false)?;
            }
        }
        Ok(())
    }

    fn keep_texts(&mut self, id: SignalId, texts: &[&str], keep: bool) -> Result<(), Empty> {
        let domain = self.domain(id);
        let left = match domain {
            Domain::Known(known) => {
                known.retain(|text| texts.contains(&text.as_str()) == keep);
                !known.is_empty()
            }
            Domain::Open(excluded) if keep => {
                let left: BTreeSet<String> = texts.iter().filter(|text| !excluded.contains(**text)).map(ToString::to_string).collect();
                let any = !left.is_empty();
                *domain = Domain::Known(left);
                any
            }
            Domain::Open(excluded) => {
                excluded.extend(texts.iter().map(ToString::to_string));
                true
            }
            Domain::Numbers { .. } | Domain::Flag { .. } => true,
        };
        if left { Ok(()) } else { Err(Empty(Some(id))) }
    }

    fn bounds(&mut self, number: &NumberExpr, params: &[ParamValue]) -> Option<Interval> {
        match number {
            NumberExpr::Constant(number) => Some(Interval::point(*number)),
            NumberExpr::Param(id) => match params.get(id.index())? {
                ParamValue::Number(number) => Some(Interval::point(*number)),
                _ => None,
            },
            NumberExpr::Signal(id) => match self.domain(*id) {
                Domain::Numbers { interval, .. } => Some(*interval),
                _ => None,
            },
            NumberExpr::Negate(inner) => self.bounds(inner, params).map(Interval::negate),
            NumberExpr::Arithmetic(operation, sides) => {
                let (left, right) = (self.bounds(&sides[0], params)?, self.bounds(&sides[1], params)?);
                Interval::arithmetic(*operation, left, right)
            }
            NumberExpr::Call(function, arguments) => {
                let arguments: Option<Vec<Interval>> = arguments.iter().map(|argument| self.bounds(argument, params)).collect();
                Some(Interval::call(*function, &arguments?))
            }
        }
    }
}

fn constant<'a>(text: &'a TextExpr, params: &'a [ParamValue]) -> Option<&'a str> {
    match text {
        TextExpr::Constant(text) => Some(text),
        TextExpr::Param(id) => match params.get(id.index())? {
            ParamValue::Text(text) => Some(text),
            _ => None,
        },
        TextExpr::Signal(_) => None,
    }
}

fn constants<'a>(list: &'a TextList, params: &'a [ParamValue]) -> Option<Vec<&'a str>> {
    match list {
        TextList::Items(items) => items.iter().map(|item| constant(item, params)).collect(),
        TextList::Param(id) => match params.get(id.index())? {
            ParamValue::Texts(texts) => Some(texts.iter().map(String::as_str).collect()),
            _ => None,
        },
    }
}
