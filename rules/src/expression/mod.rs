//! Expressions: the one module that knows Rhai. Rhai parses; what is allowed is lowered to our own tree (`lower`); what is allowed
//! and cannot be lowered runs in the sandbox (`sandbox`).
//!
//! Numbers are floats throughout: a whole number written in an expression is read as a float, on both paths, so that `7 / 2` is 3.5
//! and no comparison mixes two kinds of number.

#[cfg(test)]
mod agree;
#[cfg(test)]
pub(crate) mod generate;
mod lower;
pub(crate) mod sandbox;

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, Dynamic, Engine, Token};
use vitrine_engine::{SignalCatalog, SignalId};

use crate::diagnostic::{Findings, Position};
use crate::pack::Places;
use crate::rule::{Param, ParamValue};
use crate::tree::{BoolExpr, NumberExpr};

/// Longest expression, characters.
pub(crate) const MAX_LENGTH: usize = 4096;
/// Deepest nesting of an expression.
const MAX_DEPTH: usize = 32;
/// Most parts of an expression.
const MAX_NODES: usize = 600;
/// Longest text that an expression may write or build, bytes.
const MAX_TEXT: usize = 4096;
/// Longest list.
const MAX_LIST: usize = 256;

/// What an expression is read with.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) catalog: &'a SignalCatalog,
    pub(crate) params: &'a BTreeMap<String, Param>,
    pub(crate) places: &'a Places,
}

/// A condition, checked.
#[derive(Debug, Clone)]
pub(crate) enum CheckedCondition {
    /// Lowered to the tree.
    Tree(BoolExpr),
    /// Runs in the sandbox.
    Script(sandbox::Script),
}

/// A formula, checked. Formulas have to be lowered: a ranking is read for every picture.
pub(crate) type CheckedFormula = NumberExpr;

impl CheckedCondition {
    /// The signals it reads.
    pub(crate) fn signals(&self) -> BTreeSet<SignalId> {
        let mut signals = BTreeSet::new();
        match self {
            Self::Tree(tree) => tree.signals(&mut signals),
            Self::Script(script) => signals.extend(script.signals()),
        }
        signals
    }

    /// The tree, where there is one.
    pub(crate) fn tree(&self) -> Option<&BoolExpr> {
        match self {
            Self::Tree(tree) => Some(tree),
            Self::Script(_) => None,
        }
    }
}

/// Reads a condition; `None` with findings where it is not one.
pub(crate) fn condition(text: &str, names: Names<'_>, findings: &mut Findings<'_>) -> Option<CheckedCondition> {
    let ast = parse(text, names.places, findings)?;
    let lowered = lower::lower(&ast, names, findings)?;
    match lowered {
        lower::Lowered::Bool(tree) => Some(CheckedCondition::Tree(tree)),
        lower::Lowered::Script { signals } => {
            let script = sandbox::Script::new(ast, signals, names);
            script.probe(names, findings).then_some(CheckedCondition::Script(script))
        }
        other => {
            let at = names.places.in_expression(Position { line: 1, column: 1 });
            let help = "compare it with something, such as `sharpness >= min_sharpness`";
            findings.error("wrong-type", at, format!("the condition is {}, not a yes or no", other.kind()), help);
            None
        }
    }
}

/// Reads a formula with a number as its value; `None` with findings where it is not one.
pub(crate) fn formula(text: &str, names: Names<'_>, findings: &mut Findings<'_>) -> Option<CheckedFormula> {
    let ast = parse(text, names.places, findings)?;
    let at = names.places.in_expression(Position { line: 1, column: 1 });
    match lower::lower(&ast, names, findings)? {
        lower::Lowered::Number(tree) => Some(tree),
        lower::Lowered::Script { .. } => {
            findings.error(
                "formula-too-rich",
                at,
                "a formula may use numbers, `+ - * / %` and functions only",
                "leave out `let`, `if` and `switch`",
            );
            None
        }
        other => {
            findings.error(
                "wrong-type",
                at,
                format!("the formula is {}, not a number", other.kind()),
                "write an expression with a value between 0 and 1",
            );
            None
        }
    }
}

fn parse(text: &str, places: &Places, findings: &mut Findings<'_>) -> Option<AST> {
    let start = places.in_expression(Position { line: 1, column: 1 });
    let length = text.chars().count();
    if length > MAX_LENGTH {
        findings.error(
            "expression-too-long",
            start,
            format!("the expression has {length} characters"),
            format!("split the rule: {MAX_LENGTH} are allowed"),
        );
        return None;
    }
    // Rhai promises not to panic and says itself that a panic is a bug; a bug there must not end a server here.
    let parsed = std::panic::catch_unwind(|| sandbox::engine().compile(text));
    match parsed {
        Ok(Ok(ast)) => Some(ast),
        Ok(Err(error)) => {
            let at = places.in_expression(position(error.position()));
            findings.error(
                "not-an-expression",
                at,
                lower_case(&error.err_type().to_string()),
                "see the rule language: comparisons, `&&`, `||`, `!`, `in`, arithmetic, a few functions",
            );
            None
        }
        Err(_) => {
            findings.error("not-an-expression", start, "the expression cannot be read", "write it more simply");
            None
        }
    }
}

/// The parser and the sandbox share one language: what one cannot read the other cannot run.
fn language(engine: &mut Engine) {
    #[expect(deprecated, reason = "rhai marks the token hook as open to change; its version is pinned by the lock file and tests hold it")]
    engine.on_parse_token(|token, _, _| match token {
        // Numbers are floats throughout.
        Token::IntegerConstant(number) => float_token(number as f64),
        // A text of one character in single quotes is a text.
        Token::CharConstant(character) => Token::StringConstant(Box::new(character.to_string().into())),
        other => other,
    });
    for word in FORBIDDEN_WORDS {
        engine.disable_symbol(*word);
    }
    engine
        .set_max_expr_depths(MAX_DEPTH)
        .set_max_string_size(MAX_TEXT)
        .set_max_array_size(MAX_LIST)
        .set_max_map_size(1)
        .set_max_variables(64)
        .set_max_operations(sandbox::MAX_OPERATIONS)
        .set_max_strings_interned(256)
        .set_allow_looping(false)
        .set_allow_loop_expressions(false)
        .set_allow_shadowing(false)
        .set_fast_operators(false);
}

fn float_token(number: f64) -> Token {
    Token::FloatConstant(Box::new((number.into(), number.to_string().into())))
}

/// Words of Rhai that no rule has use for. Most could do nothing here anyway: what they call is not there.
const FORBIDDEN_WORDS: &[&str] = &[
    "eval",
    "print",
    "debug",
    "Fn",
    "call",
    "curry",
    "is_shared",
    "is_def_var",
    "type_of",
    "this",
    "while",
    "loop",
    "for",
    "do",
    "until",
    "break",
    "continue",
    "try",
    "catch",
    "throw",
    "return",
    "**",
    "<<",
    ">>",
    "|",
    "&",
    "^",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "**=",
    "<<=",
    ">>=",
    "&=",
    "|=",
    "^=",
    "??",
    "?.",
    "?[",
    "..",
    "..=",
];

fn position(at: rhai::Position) -> Position {
    Position { line: at.line().unwrap_or(1), column: at.position().unwrap_or(1) }
}

fn lower_case(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn dynamic(value: &ParamValue) -> Dynamic {
    match value {
        ParamValue::Bool(flag) => (*flag).into(),
        ParamValue::Number(number) => (*number).into(),
        ParamValue::Text(text) => text.as_str().into(),
        ParamValue::Numbers(numbers) => numbers.iter().map(|number| Dynamic::from(*number)).collect::<Vec<_>>().into(),
        ParamValue::Texts(texts) => texts.iter().map(|text| Dynamic::from(text.clone())).collect::<Vec<_>>().into(),
    }
}
