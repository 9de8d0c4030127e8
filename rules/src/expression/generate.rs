//! Generated conditions and pictures, and a naive interpreter of them: what the evaluators are held against.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use vitrine_engine::{CatalogEntry, Reading, SignalCatalog, SignalSet, SignalSpec, Value};

use super::{CheckedCondition, Names, condition};
use crate::diagnostic::{Findings, Position};
use crate::pack::Places;
use crate::rule::{Param, ParamValue};
use crate::source::locate::TextPlace;

#[derive(Debug, Clone)]
pub(crate) enum Num {
    Literal(&'static str),
    Signal(usize),
    Param,
    Negate(Box<Num>),
    Operation(&'static str, Box<Num>, Box<Num>),
    Call(&'static str, Vec<Num>),
}

#[derive(Debug, Clone)]
pub(crate) enum Bool {
    Literal(bool),
    Flag,
    Not(Box<Bool>),
    Both(Box<Bool>, Box<Bool>),
    Either(Box<Bool>, Box<Bool>),
    Same(Box<Bool>, Box<Bool>),
    Compare(&'static str, Num, Num),
    Between(Num, Num, Num),
    Among(Num, Vec<Num>, bool),
    Text(&'static str, &'static str),
    TextAmong(Vec<&'static str>, bool),
    TextTest(&'static str, &'static str),
}

const SIGNALS: [&str; 3] = ["alpha", "beta", "gamma"];

impl Num {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Literal(text) => (*text).into(),
            Self::Signal(index) => SIGNALS[*index].into(),
            Self::Param => "limit".into(),
            Self::Negate(inner) => format!("-({})", inner.text()),
            Self::Operation(sign, a, b) => format!("({} {sign} {})", a.text(), b.text()),
            Self::Call(name, arguments) => format!("{name}({})", arguments.iter().map(Self::text).collect::<Vec<_>>().join(", ")),
        }
    }

    fn value(&self, row: &Naive) -> Option<f64> {
        let value = match self {
            Self::Literal(text) => text.parse().unwrap(),
            Self::Signal(index) => row.numbers[*index]?,
            Self::Param => row.limit,
            Self::Negate(inner) => -inner.value(row)?,
            Self::Operation(sign, a, b) => {
                let (a, b) = (a.value(row)?, b.value(row)?);
                match *sign {
                    "+" => a + b,
                    "-" => a - b,
                    "*" => a * b,
                    "/" => a / b,
                    _ => a % b,
                }
            }
            Self::Call(name, arguments) => {
                let numbers = arguments.iter().map(|argument| argument.value(row)).collect::<Option<Vec<f64>>>()?;
                match *name {
                    "min" => numbers.iter().copied().reduce(f64::min).unwrap(),
                    "max" => numbers.iter().copied().reduce(f64::max).unwrap(),
                    "clamp" => numbers[0].max(numbers[1]).min(numbers[2]),
                    "abs" => numbers[0].abs(),
                    "round" => numbers[0].round(),
                    "floor" => numbers[0].floor(),
                    _ => numbers[0].ceil(),
                }
            }
        };
        value.is_finite().then_some(value)
    }
}

impl Bool {
    pub(crate) fn text(&self) -> String {
        let list = |items: &[Num]| items.iter().map(Num::text).collect::<Vec<_>>().join(", ");
        match self {
            Self::Literal(flag) => flag.to_string(),
            Self::Flag => "flag".into(),
            Self::Not(inner) => format!("!({})", inner.text()),
            Self::Both(a, b) => format!("({} && {})", a.text(), b.text()),
            Self::Either(a, b) => format!("({} || {})", a.text(), b.text()),
            Self::Same(a, b) => format!("(({}) == ({}))", a.text(), b.text()),
            Self::Compare(sign, a, b) => format!("({} {sign} {})", a.text(), b.text()),
            Self::Between(x, low, high) => format!("between({}, {}, {})", x.text(), low.text(), high.text()),
            Self::Among(x, items, true) => format!("({} in [{}])", x.text(), list(items)),
            Self::Among(x, items, false) => format!("({} !in [{}])", x.text(), list(items)),
            Self::Text(sign, text) => format!("(word {sign} \"{text}\")"),
            Self::TextAmong(items, within) => {
                let list = items.iter().map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ");
                format!("(word {} [{list}])", if *within { "in" } else { "!in" })
            }
            Self::TextTest(name, part) => format!("word.{name}(\"{part}\")"),
        }
    }

    pub(crate) fn truth(&self, row: &Naive) -> Option<bool> {
        match self {
            Self::Literal(flag) => Some(*flag),
            Self::Flag => row.flag,
            Self::Not(inner) => inner.truth(row).map(|truth| !truth),
            Self::Both(a, b) => match (a.truth(row), b.truth(row)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Either(a, b) => match (a.truth(row), b.truth(row)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::Same(a, b) => Some(a.truth(row)? == b.truth(row)?),
            Self::Compare(sign, a, b) => {
                let (a, b) = (a.value(row)?, b.value(row)?);
                Some(match *sign {
                    "<" => a < b,
                    "<=" => a <= b,
                    ">" => a > b,
                    ">=" => a >= b,
                    "==" => a == b,
                    _ => a != b,
                })
            }
            Self::Between(x, low, high) => {
                let x = x.value(row);
                let least = x.zip(low.value(row)).map(|(x, low)| x >= low);
                let most = x.zip(high.value(row)).map(|(x, high)| x <= high);
                match (least, most) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                }
            }
            Self::Among(x, items, within) => {
                let x = x.value(row)?;
                let items: Vec<Option<f64>> = items.iter().map(|item| item.value(row)).collect();
                let found = match items.contains(&Some(x)) {
                    true => Some(true),
                    false if items.contains(&None) => None,
                    false => Some(false),
                };
                found.map(|found| found == *within)
            }
            Self::Text(sign, text) => Some((row.word? == *text) == (*sign == "==")),
            Self::TextAmong(items, within) => Some(items.contains(&row.word?) == *within),
            Self::TextTest(name, part) => {
                let word = row.word?;
                Some(match *name {
                    "contains" => word.contains(part),
                    "starts_with" => word.starts_with(part),
                    _ => word.ends_with(part),
                })
            }
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Naive {
    pub(crate) numbers: [Option<f64>; 3],
    pub(crate) flag: Option<bool>,
    pub(crate) word: Option<&'static str>,
    pub(crate) limit: f64,
}

impl Naive {
    pub(crate) fn is_complete(&self) -> bool {
        self.numbers.iter().all(Option::is_some) && self.flag.is_some() && self.word.is_some()
    }

    pub(crate) fn signals(&self, catalog: &Arc<SignalCatalog>) -> SignalSet {
        let mut set = SignalSet::new(Arc::clone(catalog));
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                set.insert(name, Reading { value, detector: "test@1".into(), confidence: None, region: None }).unwrap();
            }
        };
        for (name, number) in SIGNALS.iter().zip(self.numbers) {
            put(name, number.map(Value::Number));
        }
        put("flag", self.flag.map(Value::Bool));
        put("word", self.word.map(Value::from));
        set
    }
}

const WORDS: [&str; 4] = ["jpeg", "png", "", "e"];
const LITERALS: [&str; 15] = [
    "0",
    "1",
    "2",
    "7",
    "500",
    "0.5",
    "0.1",
    "0.3",
    "1.0",
    "1e-300",
    "1e300",
    "9007199254740993",
    "1000000000000",
    "0.30000000000000004",
    "3.14159",
];
const NUMBERS: [f64; 12] =
    [0.0, -0.0, 1.0, 0.3, 0.1 + 0.2, 500.0, 7.0, -1.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 9_007_199_254_740_992.0];

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![prop::sample::select(NUMBERS.to_vec()), -1.0..1.0f64, -1e4..1e4f64, any::<f64>().prop_filter("finite", |x| x.is_finite())]
}

fn num() -> impl Strategy<Value = Num> {
    let leaf = prop_oneof![
        3 => (0..SIGNALS.len()).prop_map(Num::Signal),
        2 => prop::sample::select(LITERALS.to_vec()).prop_map(Num::Literal),
        1 => Just(Num::Param),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let signs = prop::sample::select(vec!["+", "-", "*", "/", "%"]);
        let one = prop::sample::select(vec!["abs", "round", "floor", "ceil"]);
        let two = prop::sample::select(vec!["min", "max"]);
        prop_oneof![
            inner.clone().prop_map(|x| Num::Negate(Box::new(x))),
            (signs, inner.clone(), inner.clone()).prop_map(|(sign, a, b)| Num::Operation(sign, Box::new(a), Box::new(b))),
            (one, inner.clone()).prop_map(|(name, x)| Num::Call(name, vec![x])),
            (two, prop::collection::vec(inner.clone(), 2..=4)).prop_map(|(name, all)| Num::Call(name, all)),
            prop::collection::vec(inner, 3).prop_map(|all| Num::Call("clamp", all)),
        ]
    })
}

pub(crate) fn boolean() -> impl Strategy<Value = Bool> {
    let signs = prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]);
    let words = || prop::sample::select(WORDS.to_vec());
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Bool::Literal),
        1 => Just(Bool::Flag),
        6 => (signs, num(), num()).prop_map(|(sign, a, b)| Bool::Compare(sign, a, b)),
        1 => (num(), num(), num()).prop_map(|(x, low, high)| Bool::Between(x, low, high)),
        1 => (num(), prop::collection::vec(num(), 1..4), any::<bool>()).prop_map(|(x, items, within)| Bool::Among(x, items, within)),
        1 => (prop::sample::select(vec!["==", "!="]), words()).prop_map(|(sign, text)| Bool::Text(sign, text)),
        1 => (prop::collection::vec(words(), 1..4), any::<bool>()).prop_map(|(items, within)| Bool::TextAmong(items, within)),
        1 => (prop::sample::select(vec!["contains", "starts_with", "ends_with"]), words()).prop_map(|(name, part)| Bool::TextTest(name, part)),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|x| Bool::Not(Box::new(x))),
            two.clone().prop_map(|(a, b)| Bool::Both(Box::new(a), Box::new(b))),
            two.clone().prop_map(|(a, b)| Bool::Either(Box::new(a), Box::new(b))),
            two.prop_map(|(a, b)| Bool::Same(Box::new(a), Box::new(b))),
        ]
    })
}

fn maybe<T: std::fmt::Debug + Clone + 'static>(known: f64, value: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Option<T>> {
    if known < 1.0 { prop::option::weighted(known, value).boxed() } else { value.prop_map(Some).boxed() }
}

pub(crate) fn row(known: f64) -> impl Strategy<Value = Naive> {
    let numbers = || maybe(known, number());
    let word = maybe(known, prop::sample::select(WORDS.to_vec()));
    (numbers(), numbers(), numbers(), maybe(known, any::<bool>()), word, number()).prop_map(|(a, b, c, flag, word, limit)| Naive {
        numbers: [a, b, c],
        flag,
        word,
        limit,
    })
}

pub(crate) fn catalog() -> Arc<SignalCatalog> {
    let mut specs: Vec<SignalSpec> = SIGNALS.iter().map(|name| SignalSpec::number(name, f64::MIN, f64::MAX, "")).collect();
    specs.extend([SignalSpec::flag("flag", ""), SignalSpec::text("word", &[], "")]);
    let entries = specs.into_iter().map(|spec| CatalogEntry::measured(spec, "test@1")).collect();
    Arc::new(SignalCatalog::new(entries).unwrap())
}

pub(crate) fn read(text: &str, catalog: &SignalCatalog, limit: f64) -> Result<CheckedCondition, String> {
    let start = Position { line: 1, column: 1 };
    let places = Places { rule: start, expression: TextPlace::starting(start), fields: BTreeMap::new() };
    let param = Param { value: ParamValue::Number(limit), unit: None, range: None, title: None };
    let params = BTreeMap::from([("limit".to_owned(), param)]);
    let mut findings = Findings::new("test", None);
    let read = condition(text, Names { catalog, params: &params, places: &places }, &mut findings);
    read.ok_or_else(|| format!("{text}: {:?}", findings.into_vec()))
}
