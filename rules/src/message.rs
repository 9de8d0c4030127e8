//! Messages: templates read once, filled for each picture. Also how numbers are shown, and the sentence for a missing signal.

use std::fmt::Write as _;

use vitrine_engine::{SignalId, SignalSet, Value};

use crate::rule::ParamValue;
use crate::tree::ParamId;

/// A message with its placeholders found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Value,
    Limit,
    Unit,
    Param(ParamId),
    Signal(SignalId),
}

/// A placeholder that means nothing, or braces that do not close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TemplateFault {
    Unclosed,
    UnknownPlaceholder(String),
    UnknownParam(String),
    UnknownSignal(String),
}

/// What fills a message.
pub(crate) struct Fill<'a> {
    pub(crate) value: Option<&'a Value>,
    pub(crate) limit: Option<&'a Value>,
    pub(crate) unit: Option<&'a str>,
    pub(crate) params: &'a [ParamValue],
    pub(crate) signals: &'a SignalSet,
}

impl Template {
    /// Reads a template. `{{` and `}}` stand for braces.
    pub(crate) fn read(
        text: &str,
        param: impl Fn(&str) -> Option<ParamId>,
        signal: impl Fn(&str) -> Option<SignalId>,
    ) -> Result<Self, Vec<TemplateFault>> {
        let (mut pieces, mut faults, mut plain) = (Vec::new(), Vec::new(), String::new());
        let mut rest = text;
        while let Some(index) = rest.find(['{', '}']) {
            plain.push_str(&rest[..index]);
            rest = &rest[index..];
            if let Some(after) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
                plain.push_str(&rest[..1]);
                rest = after;
                continue;
            }
            let Some((name, after)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) else {
                faults.push(TemplateFault::Unclosed);
                rest = &rest[1..];
                continue;
            };
            rest = after;
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            match placeholder(name, &param, &signal) {
                Ok(piece) => pieces.push(piece),
                Err(fault) => faults.push(fault),
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        if faults.is_empty() { Ok(Self { pieces }) } else { Err(faults) }
    }

    /// The signals it shows.
    pub(crate) fn signals(&self) -> impl Iterator<Item = SignalId> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Signal(id) => Some(*id),
            _ => None,
        })
    }

    /// Whether it shows what a single comparison decided.
    pub(crate) fn shows_decision(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Value | Piece::Limit))
    }

    /// Fills it in; what is not known is shown as an en dash.
    pub(crate) fn fill(&self, fill: &Fill<'_>) -> String {
        let mut out = String::with_capacity(160);
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value => push_beside(&mut out, fill.value, fill.limit),
                Piece::Limit => push_beside(&mut out, fill.limit, fill.value),
                Piece::Unit => match fill.unit {
                    Some(unit) => out.push_str(unit),
                    // `12 {unit}.` without a unit should not leave a gap.
                    None if out.ends_with(' ') => drop(out.pop()),
                    None => {}
                },
                Piece::Param(id) => match fill.params.get(id.index()) {
                    Some(ParamValue::Number(value)) => push_number(&mut out, *value, 3),
                    Some(value) => push(&mut out, Some(&Value::from(value))),
                    None => out.push('–'),
                },
                Piece::Signal(id) => push(&mut out, fill.signals.at(*id).map(|reading| &reading.value)),
            }
        }
        out
    }
}

fn placeholder(
    name: &str,
    param: &impl Fn(&str) -> Option<ParamId>,
    signal: &impl Fn(&str) -> Option<SignalId>,
) -> Result<Piece, TemplateFault> {
    match name.split_once('.') {
        Some(("param", name)) => param(name).map(Piece::Param).ok_or_else(|| TemplateFault::UnknownParam(name.into())),
        Some(("signal", name)) => signal(name).map(Piece::Signal).ok_or_else(|| TemplateFault::UnknownSignal(name.into())),
        _ => match name {
            "value" => Ok(Piece::Value),
            "limit" => Ok(Piece::Limit),
            "unit" => Ok(Piece::Unit),
            _ => Err(TemplateFault::UnknownPlaceholder(name.into())),
        },
    }
}

fn push(out: &mut String, value: Option<&Value>) {
    match value {
        Some(Value::Number(number)) => push_number(out, *number, 3),
        Some(value) => {
            let _ = write!(out, "{value}");
        }
        None => out.push('–'),
    }
}

/// A number beside the one it was compared with: with as many decimals as show that they differ, up to six.
fn push_beside(out: &mut String, value: Option<&Value>, other: Option<&Value>) {
    let (Some(Value::Number(number)), Some(Value::Number(beside))) = (value, other) else {
        return push(out, value);
    };
    let alike = |decimals: i32| rounded(*number, decimals) == rounded(*beside, decimals);
    let decimals = if number == beside { 3 } else { (3..6).find(|decimals| !alike(*decimals)).unwrap_or(6) };
    push_number(out, *number, decimals);
}

/// A number as messages show it: whole numbers plain, others with three decimals at most.
pub(crate) fn number(number: f64) -> String {
    let mut out = String::new();
    push_number(&mut out, number, 3);
    out
}

fn rounded(number: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    let scaled = (number * scale).round() / scale;
    // Too large to have decimals, or too large to scale.
    if scaled.is_finite() { scaled } else { number }
}

fn push_number(out: &mut String, number: f64, decimals: i32) {
    let shown = rounded(number, decimals);
    // A small ratio is not nothing.
    let shown = if shown == 0.0 && number != 0.0 { rounded(number, 6) } else { shown };
    // `-0` is written `0`.
    let _ = write!(out, "{}", shown + 0.0);
}

/// The sentence for a rule that could not be judged.
pub(crate) fn not_judged(language: &str, title: &str, missing: &[&str]) -> String {
    let list = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let main = language.split(['-', '_']).next().unwrap_or_default();
    if missing.is_empty() {
        return match main {
            "de" => format!("Nicht prüfbar: {title} (der Ausdruck ergibt für dieses Bild keinen Wert)."),
            "fr" => format!("Vérification impossible : {title} (l'expression n'a pas de valeur pour cette image)."),
            _ => format!("Could not be judged: {title} (the expression has no value for this picture)."),
        };
    }
    match main {
        "de" => format!("Nicht prüfbar: {title} (nicht gemessen: {list})."),
        "fr" => format!("Vérification impossible : {title} (non mesuré : {list})."),
        "es" => format!("No se pudo comprobar: {title} (sin medir: {list})."),
        "it" => format!("Verifica impossibile: {title} (non misurato: {list})."),
        "nl" => format!("Niet te beoordelen: {title} (niet gemeten: {list})."),
        "pl" => format!("Nie można ocenić: {title} (nie zmierzono: {list})."),
        _ => format!("Could not be judged: {title} (not measured: {list})."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_whole_ones_plain() {
        for (value, shown) in [
            (500.0, "500"),
            (0.83449, "0.834"),
            (0.5, "0.5"),
            (0.0001234, "0.000123"),
            (1e300, &format!("{}", 1e300)),
            (-0.0, "0"),
            (-0.0000001, "0"),
        ] {
            assert_eq!(number(value), shown);
        }
    }

    #[test]
    fn a_value_is_never_shown_equal_to_the_limit_it_missed() {
        let mut out = String::new();
        push_beside(&mut out, Some(&Value::Number(0.84996)), Some(&Value::Number(0.85)));
        assert_eq!(out, "0.84996");
    }

    #[test]
    fn placeholders_are_known_or_refused() {
        let read = |text| Template::read(text, |name| (name == "min").then_some(ParamId(0)), |_| None);
        assert!(read("{value} {limit} {unit} {param.min} {{x}}").is_ok());
        assert_eq!(
            read("{param.max} {x}"),
            Err(vec![TemplateFault::UnknownParam("max".into()), TemplateFault::UnknownPlaceholder("x".into())])
        );
        assert_eq!(read("a } b {"), Err(vec![TemplateFault::Unclosed, TemplateFault::Unclosed]));
    }
}
