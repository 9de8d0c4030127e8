//! A condition in plain words, made from its lowered tree: "the long side must be at least 500 px". English; numbers as messages
//! show them. What a rule does when its condition fails is said elsewhere.

use vitrine_engine::{SignalCatalog, SignalId, SignalSpec};

use crate::message::number;
use crate::rule::ParamValue;
use crate::tree::{Arithmetic, BoolExpr, Comparison, Function, NumberExpr, NumberList, ParamId, TextExpr, TextList, TextTest};

/// Settings of a rule in the order of their names: value and unit.
pub(crate) type Settings<'a> = [(&'a ParamValue, Option<&'a str>)];

/// What a condition is put into words with.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) catalog: &'a SignalCatalog,
    pub(crate) settings: &'a Settings<'a>,
}

/// Whether a sentence demands or describes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// "the sharpness must be at least 0.4"
    Must,
    /// "the sharpness is below 0.4"
    Is,
}

/// One statement with its subjects, so that statements that say the same of several subjects can be drawn together.
struct Clause {
    /// What is spoken of; empty where `rest` is a sentence of its own.
    subjects: Vec<String>,
    /// What is said, verb included, of one subject.
    rest: String,
    /// The same of several.
    rest_of_many: String,
    /// Whether it is made of parts joined by `and` or `or`.
    joined: bool,
}

/// The name of a signal for people: `long_side_px` is a long side.
pub(crate) fn name(spec: &SignalSpec) -> String {
    let name = spec.name.as_str();
    let bare = spec.unit.as_deref().and_then(|unit| name.strip_suffix(unit)?.strip_suffix('_')).filter(|bare| !bare.is_empty());
    bare.unwrap_or(name).replace('_', " ")
}

impl Words<'_> {
    /// What the condition demands: "the long side must be at least 500 px".
    pub(crate) fn must(self, condition: &BoolExpr) -> String {
        self.clause(condition, Mood::Must, true).text(Mood::Must)
    }

    /// When the condition holds: "the long side is below 500 px".
    pub(crate) fn is(self, condition: &BoolExpr) -> String {
        self.clause(condition, Mood::Is, true).text(Mood::Is)
    }

    /// What has to be so for the condition not to hold, where that is as simple: "the long side must be at least 500 px".
    pub(crate) fn must_not(self, condition: &BoolExpr) -> Option<String> {
        let clause = self.clause(condition, Mood::Must, false);
        (!clause.joined).then(|| clause.text(Mood::Must))
    }

    fn clause(self, condition: &BoolExpr, mood: Mood, truth: bool) -> Clause {
        let say = |subject: String, tail: String| Clause::simple(subject, mood, &tail);
        match condition {
            BoolExpr::Constant(value) => Clause::whole(if *value == truth { "this always holds" } else { "this never holds" }.into()),
            BoolExpr::Signal(id) => say(format!("\"{}\"", self.signal_name(*id)), truth.to_string()),
            BoolExpr::Param(id) => say("the rule's switch".into(), format!("{} ({truth} needed)", self.setting(*id))),
            BoolExpr::Not(inner) => self.clause(inner, mood, !truth),
            BoolExpr::All(parts) => self.join(parts, mood, truth, truth),
            BoolExpr::Any(parts) => self.join(parts, mood, truth, !truth),
            BoolExpr::Compare { comparison, sides, .. } => self.comparison(*comparison, sides, mood, truth),
            BoolExpr::SameText { sides, .. } => {
                let [left, right] = self.subject_first(sides);
                say(left, format!("{}{right}", no(truth)))
            }
            BoolExpr::SameBool { sides } => {
                let [left, right] = [self.clause(&sides[0], Mood::Is, true), self.clause(&sides[1], Mood::Is, true)];
                let pair = format!("\"{}\" and \"{}\"", left.text(Mood::Is), right.text(Mood::Is));
                Clause::whole(format!("{pair} {}", if truth { "agree" } else { "do not agree" }))
            }
            BoolExpr::InNumbers { item, list, .. } => {
                let items = self.numbers(list);
                say(self.number(item), one_of(&items, truth))
            }
            BoolExpr::InTexts { item, list, .. } => {
                let items = self.texts(list);
                say(self.text(item), one_of(&items, truth))
            }
            BoolExpr::TextTest { test, sides } => {
                let [left, right] = [self.text(&sides[0]), self.text(&sides[1])];
                let (plain, finite) = match test {
                    TextTest::Contains => ("contain", "contains"),
                    TextTest::StartsWith => ("begin with", "begins with"),
                    TextTest::EndsWith => ("end with", "ends with"),
                };
                let rest = match (mood, truth) {
                    (Mood::Must, true) => format!("must {plain} {right}"),
                    (Mood::Must, false) => format!("must not {plain} {right}"),
                    (Mood::Is, true) => format!("{finite} {right}"),
                    (Mood::Is, false) => format!("does not {plain} {right}"),
                };
                Clause { subjects: vec![left], rest_of_many: rest.clone(), rest, joined: false }
            }
        }
    }

    fn comparison(self, comparison: Comparison, sides: &[NumberExpr; 2], mood: Mood, truth: bool) -> Clause {
        let [left, right] = sides;
        let (comparison, left, right) =
            if !left.reads_signals() && right.reads_signals() { (comparison.swapped(), right, left) } else { (comparison, left, right) };
        let comparison = if truth { comparison } else { comparison.negated() };
        let limit = self.limit(left, right);
        Clause::simple(self.number(left), mood, &format!("{} {limit}", in_words(comparison)))
    }

    /// The right side of a comparison, with the unit of what stands on the left where it is a bare number.
    fn limit(self, left: &NumberExpr, right: &NumberExpr) -> String {
        let shown = self.number(right);
        let own_unit = match right {
            NumberExpr::Constant(_) => None,
            NumberExpr::Param(id) => self.settings.get(id.index()).and_then(|(_, unit)| *unit),
            _ => return shown,
        };
        let spec = left.lone_signal().map(|id| &self.catalog.entry(id).spec);
        let unit = own_unit.or_else(|| spec.and_then(|spec| spec.unit.as_deref()));
        unit.map_or_else(|| shown.clone(), |unit| format!("{shown} {unit}"))
    }

    fn join(self, parts: &[BoolExpr], mood: Mood, truth: bool, all: bool) -> Clause {
        let mut clauses: Vec<Clause> = Vec::new();
        let mut parts = parts.iter().peekable();
        while let Some(part) = parts.next() {
            let between = parts.peek().filter(|_| all).and_then(|next| self.between(part, next, mood, truth));
            let clause = match between {
                Some(clause) => {
                    parts.next();
                    clause
                }
                None => self.clause(part, mood, truth),
            };
            match clauses.iter_mut().find(|other| !other.subjects.is_empty() && !clause.subjects.is_empty() && other.rest == clause.rest) {
                Some(same) => same.subjects.extend(clause.subjects),
                None => clauses.push(clause),
            }
        }
        let word = if all { "and" } else { "or" };
        let many = clauses.len() > 1;
        let texts: Vec<String> = clauses.iter().map(|clause| clause.text_joined(mood, word, many)).collect();
        match clauses.pop() {
            Some(only) if !many => {
                Clause { subjects: Vec::new(), joined: only.subjects.len() > 1 || only.joined, ..Clause::whole(texts.concat()) }
            }
            _ => Clause { joined: true, ..Clause::whole(list(&texts, word)) },
        }
    }

    /// Two comparisons that enclose one signal, said as one.
    fn between(self, first: &BoolExpr, second: &BoolExpr, mood: Mood, truth: bool) -> Option<Clause> {
        let bound = |condition: &BoolExpr| match condition {
            BoolExpr::Compare { comparison, sides, .. } => {
                let comparison = if truth { *comparison } else { comparison.negated() };
                Some((comparison, sides[0].lone_signal()?, self.limit(&sides[0], &sides[1])))
            }
            _ => None,
        };
        let ((low, signal, from), (high, other, to)) = (bound(first)?, bound(second)?);
        let encloses = signal == other && low == Comparison::GreaterOrEqual && high == Comparison::LessOrEqual;
        encloses.then(|| Clause::simple(format!("the {}", self.signal_name(signal)), mood, &format!("between {from} and {to}")))
    }

    fn number(self, number_expr: &NumberExpr) -> String {
        match number_expr {
            NumberExpr::Constant(value) => number(*value),
            NumberExpr::Signal(id) => format!("the {}", self.signal_name(*id)),
            NumberExpr::Param(id) => self.setting(*id),
            NumberExpr::Negate(inner) => format!("minus {}", self.operand(inner)),
            NumberExpr::Arithmetic(operation, sides) => {
                let word = match operation {
                    Arithmetic::Add => "plus",
                    Arithmetic::Subtract => "minus",
                    Arithmetic::Multiply => "times",
                    Arithmetic::Divide => "divided by",
                    Arithmetic::Remainder => "modulo",
                };
                format!("{} {word} {}", self.operand(&sides[0]), self.operand(&sides[1]))
            }
            NumberExpr::Call(function, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(|argument| self.number(argument)).collect();
                match (function, arguments.as_slice()) {
                    (Function::Min, all) => format!("the smallest of {}", list(all, "and")),
                    (Function::Max, all) => format!("the largest of {}", list(all, "and")),
                    (Function::Abs, [x]) => format!("the size of {x}"),
                    (Function::Clamp, [x, low, high]) => format!("{x}, kept between {low} and {high},"),
                    (Function::Round, [x]) => format!("{x}, rounded,"),
                    (Function::Floor, [x]) => format!("{x}, rounded down,"),
                    (Function::Ceil, [x]) => format!("{x}, rounded up,"),
                    (other, all) => format!("{}({})", other.as_str(), all.join(", ")),
                }
            }
        }
    }

    fn operand(self, operand: &NumberExpr) -> String {
        match operand {
            NumberExpr::Constant(_) | NumberExpr::Signal(_) | NumberExpr::Param(_) => self.number(operand),
            _ => format!("({})", self.number(operand)),
        }
    }

    fn text(self, text: &TextExpr) -> String {
        match text {
            TextExpr::Constant(text) => text.clone(),
            TextExpr::Signal(id) => format!("the {}", self.signal_name(*id)),
            TextExpr::Param(id) => self.setting(*id),
        }
    }

    fn subject_first(self, sides: &[TextExpr; 2]) -> [String; 2] {
        match sides {
            [left, right @ TextExpr::Signal(_)] if !matches!(left, TextExpr::Signal(_)) => [self.text(right), self.text(left)],
            [left, right] => [self.text(left), self.text(right)],
        }
    }

    fn numbers(self, list: &NumberList) -> Vec<String> {
        match list {
            NumberList::Items(items) => items.iter().map(|item| self.number(item)).collect(),
            NumberList::Param(id) => vec![self.setting(*id)],
        }
    }

    fn texts(self, list: &TextList) -> Vec<String> {
        match list {
            TextList::Items(items) => items.iter().map(|item| self.text(item)).collect(),
            TextList::Param(id) => match self.settings.get(id.index()) {
                Some((ParamValue::Texts(texts), _)) => texts.clone(),
                _ => vec![self.setting(*id)],
            },
        }
    }

    fn setting(self, id: ParamId) -> String {
        match self.settings.get(id.index()) {
            Some((ParamValue::Number(value), _)) => number(*value),
            Some((ParamValue::Numbers(values), _)) => values.iter().map(|value| number(*value)).collect::<Vec<_>>().join(", "),
            Some((ParamValue::Texts(texts), _)) => texts.join(", "),
            Some((ParamValue::Text(text), _)) => text.clone(),
            Some((ParamValue::Bool(flag), _)) => flag.to_string(),
            None => "an unknown setting".into(),
        }
    }

    fn signal_name(self, id: SignalId) -> String {
        name(&self.catalog.entry(id).spec)
    }
}

impl Clause {
    fn simple(subject: String, mood: Mood, tail: &str) -> Self {
        let (one, many) = match mood {
            Mood::Must => (format!("must be {tail}"), format!("must be {tail}")),
            Mood::Is => (format!("is {tail}"), format!("are {tail}")),
        };
        // `must be not jpeg` reads worse than `must not be jpeg`.
        let turn = |text: String| text.replace("must be not ", "must not be ");
        Self { subjects: vec![subject], rest: turn(one), rest_of_many: turn(many), joined: false }
    }

    fn whole(text: String) -> Self {
        Self { subjects: Vec::new(), rest: text.clone(), rest_of_many: text, joined: false }
    }

    fn text(&self, mood: Mood) -> String {
        self.text_joined(mood, "and", false)
    }

    /// The clause as it stands among others joined by `word`.
    fn text_joined(&self, mood: Mood, word: &str, among_others: bool) -> String {
        let several = self.subjects.len() > 1;
        let rest = if several && word == "and" { &self.rest_of_many } else { &self.rest };
        match self.subjects.as_slice() {
            [] if self.joined && among_others => format!("({rest})"),
            [] => rest.clone(),
            subjects if several && word == "or" && mood == Mood::Must => format!("one of {} {rest}", list(subjects, "and")),
            subjects => format!("{} {rest}", list(subjects, word)),
        }
    }
}

fn in_words(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "below",
        Comparison::LessOrEqual => "at most",
        Comparison::Greater => "above",
        Comparison::GreaterOrEqual => "at least",
        Comparison::Equal => "exactly",
        Comparison::NotEqual => "other than",
    }
}

fn no(truth: bool) -> &'static str {
    if truth { "" } else { "not " }
}

fn one_of(items: &[String], truth: bool) -> String {
    match (items, truth) {
        ([only], _) => format!("{}{only}", no(truth)),
        (_, true) => list(items, "or"),
        (_, false) => format!("neither {}", items.join(" nor ")),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use vitrine_engine::CatalogEntry;

    use super::*;
    use crate::diagnostic::{Findings, Position};
    use crate::expression::{Names, condition};
    use crate::pack::Places;
    use crate::rule::Param;
    use crate::source::locate::TextPlace;

    fn catalog() -> SignalCatalog {
        let specs = [
            SignalSpec::integer("long_side_px", 1.0, 1e6, "").unit("px"),
            SignalSpec::integer("file_bytes", 0.0, 1e15, "").unit("bytes"),
            SignalSpec::number("dpi", 0.0, 1e6, "").unit("dpi"),
            SignalSpec::number("aspect_ratio", 0.0, 1e3, ""),
            SignalSpec::ratio("logo_score", ""),
            SignalSpec::ratio("text_score", ""),
            SignalSpec::flag("is_truncated", ""),
            SignalSpec::text("format", &[], ""),
        ];
        SignalCatalog::new(specs.into_iter().map(CatalogEntry::planned).collect()).unwrap()
    }

    fn lowered(text: &str, params: &BTreeMap<String, Param>, catalog: &SignalCatalog) -> BoolExpr {
        let at = Position { line: 1, column: 1 };
        let places = Places { rule: at, expression: TextPlace::starting(at), fields: BTreeMap::new() };
        let mut findings = Findings::new("test", None);
        let read = condition(text, Names { catalog, params, places: &places }, &mut findings);
        read.and_then(|read| read.tree().cloned()).unwrap_or_else(|| panic!("{text}: {:?}", findings.into_vec()))
    }

    fn words<T>(text: &str, say: impl Fn(Words<'_>, &BoolExpr) -> T) -> T {
        let param = |value: f64, unit: Option<&str>| Param {
            value: ParamValue::Number(value),
            unit: unit.map(Into::into),
            range: None,
            title: None,
        };
        let params = BTreeMap::from([("max".to_owned(), param(0.5, None)), ("min_px".to_owned(), param(500.0, Some("px")))]);
        let catalog = catalog();
        let tree = lowered(text, &params, &catalog);
        let settings: Vec<_> = params.values().map(|param| (&param.value, param.unit.as_deref())).collect();
        say(Words { catalog: &catalog, settings: &settings }, &tree)
    }

    #[test]
    fn demands() {
        for (text, expected) in [
            ("long_side_px >= min_px", "the long side must be at least 500 px"),
            ("min_px <= long_side_px", "the long side must be at least 500 px"),
            ("file_bytes <= 1000", "the file must be at most 1000 bytes"),
            ("dpi >= 72", "the dpi must be at least 72 dpi"),
            ("aspect_ratio >= 0.99 && aspect_ratio <= 1.01", "the aspect ratio must be between 0.99 and 1.01"),
            ("logo_score <= max && text_score <= max", "the logo score and the text score must be at most 0.5"),
            ("format in [\"jpeg\", \"png\"]", "the format must be jpeg or png"),
            ("format == \"jpeg\"", "the format must be jpeg"),
            ("format != \"gif\"", "the format must not be gif"),
            ("!is_truncated", "\"is truncated\" must be false"),
            ("format == \"png\" || long_side_px > 900", "the format must be png or the long side must be above 900 px"),
        ] {
            assert_eq!(words(text, |words, tree| words.must(tree)), expected, "{text}");
        }
    }

    #[test]
    fn descriptions() {
        for (text, expected) in [
            ("long_side_px < min_px", "the long side is below 500 px"),
            ("logo_score > max || text_score > max", "the logo score or the text score is above 0.5"),
            ("logo_score > max && text_score > max", "the logo score and the text score are above 0.5"),
            (
                "format == \"png\" && (logo_score > max || long_side_px < 9)",
                "the format is png and (the logo score is above 0.5 or the long side is below 9 px)",
            ),
        ] {
            assert_eq!(words(text, |words, tree| words.is(tree)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_turned_into_what_must_be() {
        assert_eq!(
            words("long_side_px < min_px", |words, tree| words.must_not(tree)),
            Some("the long side must be at least 500 px".into())
        );
        assert_eq!(words("is_truncated", |words, tree| words.must_not(tree)), Some("\"is truncated\" must be false".into()));
        assert_eq!(words("logo_score > max && long_side_px < 9", |words, tree| words.must_not(tree)), None);
    }
}
