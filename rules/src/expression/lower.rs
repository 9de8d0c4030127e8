//! From Rhai's syntax tree to ours: what is allowed, typed on the way. Every fault is a finding of its own; a part with a fault is
//! silent in what it is part of.

use std::collections::BTreeSet;

use rhai::{AST, ASTNode, Expr, FnCallExpr, Stmt};
use vitrine_engine::{SignalId, SignalKind};

use super::{MAX_NODES, Names, position};
use crate::diagnostic::{Findings, Position, nearest_help};
use crate::rule::ParamValue;
use crate::tree::{Arithmetic, BoolExpr, Comparison, Function, NumberExpr, NumberList, ParamId, TextExpr, TextList, TextTest};

/// What a whole expression came to.
pub(super) enum Lowered {
    Bool(BoolExpr),
    Number(NumberExpr),
    /// Neither a yes or no nor a number: what it is, in words.
    Other(&'static str),
    Script {
        signals: BTreeSet<SignalId>,
    },
}

impl Lowered {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a yes or no",
            Self::Number(_) => "a number",
            Self::Other(kind) => kind,
            Self::Script { .. } => "a script",
        }
    }
}

/// Functions that run in the sandbox only.
pub(super) const SCRIPT_FUNCTIONS: [&str; 3] = ["to_lower", "trim", "length"];

/// `None` with findings where something is not allowed.
pub(super) fn lower(ast: &AST, names: Names<'_>, findings: &mut Findings<'_>) -> Option<Lowered> {
    let mut nodes = 0;
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        nodes += usize::from(!path.is_empty());
        nodes <= MAX_NODES
    });
    let mut lowering = Lowering { names, findings, locals: Vec::new(), signals: BTreeSet::new(), faults: 0 };
    if nodes > MAX_NODES {
        lowering.fault(Position { line: 1, column: 1 }, "expression-too-long", "the expression has too many parts", "split the rule");
        return None;
    }
    let part = lowering.statements(ast.statements());
    let (faults, signals) = (lowering.faults, lowering.signals);
    if faults > 0 {
        return None;
    }
    match part {
        Part::Bool(tree) => Some(Lowered::Bool(tree)),
        Part::Number(tree) => Some(Lowered::Number(tree)),
        other @ (Part::Text(_) | Part::Numbers(_) | Part::Texts(_)) => Some(Lowered::Other(other.kind())),
        Part::Script => Some(Lowered::Script { signals }),
        Part::Fault => None,
    }
}

/// What a part of an expression came to.
enum Part {
    Bool(BoolExpr),
    Number(NumberExpr),
    Text(TextExpr),
    Numbers(NumberList),
    Texts(TextList),
    /// Allowed, but only Rhai can run it.
    Script,
    /// Reported already.
    Fault,
}

impl Part {
    fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a yes or no",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Numbers(_) => "a list of numbers",
            Self::Texts(_) => "a list of texts",
            Self::Script | Self::Fault => "a value",
        }
    }
}

struct Lowering<'a, 'f> {
    names: Names<'a>,
    findings: &'a mut Findings<'f>,
    locals: Vec<String>,
    signals: BTreeSet<SignalId>,
    faults: usize,
}

impl Lowering<'_, '_> {
    fn fault(&mut self, at: Position, code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Part {
        self.faults += 1;
        self.findings.error(code, self.names.places.in_expression(at), message, help);
        Part::Fault
    }

    /// A block: its value is that of its last statement.
    fn statements(&mut self, statements: &[Stmt]) -> Part {
        let locals = self.locals.len();
        let part = match statements {
            [] => self.fault(
                Position { line: 1, column: 1 },
                "empty-expression",
                "the expression is empty",
                "write a comparison, such as `sharpness >= 0.5`",
            ),
            [only] => self.statement(only),
            [first @ .., last] => {
                let faults = self.faults;
                for statement in first {
                    self.statement(statement);
                }
                self.statement(last);
                if self.faults > faults { Part::Fault } else { Part::Script }
            }
        };
        self.locals.truncate(locals);
        part
    }

    fn statement(&mut self, statement: &Stmt) -> Part {
        let at = position(statement.position());
        match statement {
            Stmt::Expr(expr) => self.expr(expr),
            Stmt::FnCall(call, at) => self.call(call, position(*at)),
            Stmt::Var(variable, _, _) => {
                let (name, value) = (&variable.0.name, &variable.1);
                let faults = self.faults;
                self.expr(value);
                if self.names.catalog.find(name).is_some() || self.names.params.contains_key(name.as_str()) {
                    return self.fault(at, "taken-name", format!("`{name}` is a signal or a setting already"), "choose another name");
                }
                self.locals.push(name.to_string());
                self.script_unless(faults)
            }
            Stmt::If(flow, _) => {
                let faults = self.faults;
                self.expr(&flow.expr);
                self.statements(flow.body.statements());
                if flow.branch.statements().is_empty() {
                    return self.fault(at, "no-else", "this `if` has no `else`", "say what holds otherwise: `if a { b } else { c }`");
                }
                self.statements(flow.branch.statements());
                self.script_unless(faults)
            }
            Stmt::Switch(switch, _) => {
                let faults = self.faults;
                self.expr(&switch.0);
                for case in &switch.1.expressions {
                    self.expr(&case.lhs);
                    self.expr(&case.rhs);
                }
                if switch.1.def_case.is_none() {
                    return self.fault(at, "no-else", "this `switch` has no `_` case", "say what holds otherwise: `_ => true`");
                }
                self.script_unless(faults)
            }
            Stmt::Block(block) => self.statements(block.statements()),
            _ => self.not_allowed(at, "this statement"),
        }
    }

    fn script_unless(&self, faults: usize) -> Part {
        if self.faults > faults { Part::Fault } else { Part::Script }
    }

    fn not_allowed(&mut self, at: Position, what: &str) -> Part {
        self.fault(
            at,
            "not-allowed",
            format!("{what} is not part of the rule language"),
            "use comparisons, `&&`, `||`, `!`, `in`, arithmetic, `if`, `switch`, `let` and the listed functions",
        )
    }

    fn expr(&mut self, expr: &Expr) -> Part {
        let at = position(expr.start_position());
        match expr {
            Expr::BoolConstant(flag, _) => Part::Bool(BoolExpr::Constant(*flag)),
            Expr::FloatConstant(number, _) => {
                let number: f64 = **number;
                if number.is_finite() {
                    Part::Number(NumberExpr::Constant(number))
                } else {
                    self.fault(at, "not-finite", "this number is too large", "write a smaller one")
                }
            }
            Expr::StringConstant(text, _) => Part::Text(TextExpr::Constant(text.to_string())),
            Expr::Variable(variable, _, _) => self.name(&variable.1, at),
            Expr::And(parts, _) => self.logic(parts, BoolExpr::All, "&&"),
            Expr::Or(parts, _) => self.logic(parts, BoolExpr::Any, "||"),
            Expr::Array(items, _) => self.list(items, at),
            Expr::FnCall(call, at) => self.call(call, position(*at)),
            Expr::Dot(sides, _, _) => match &sides.rhs {
                Expr::MethodCall(call, at) => self.method(&sides.lhs, call, position(*at)),
                _ => self.not_allowed(at, "`.`"),
            },
            Expr::Stmt(block) => self.statements(block.statements()),
            Expr::Unit(_) => self.fault(at, "not-allowed", "`()` is no value here", "a missing signal is handled by `if_missing`"),
            Expr::Map(..) => self.not_allowed(at, "`#{ ... }`"),
            Expr::Index(..) => self.not_allowed(at, "`[...]` after a value"),
            Expr::InterpolatedString(..) => self.not_allowed(at, "a text with `${...}` in it"),
            _ => self.not_allowed(at, "this"),
        }
    }

    fn name(&mut self, name: &str, at: Position) -> Part {
        if self.locals.iter().any(|local| local == name) {
            return Part::Script;
        }
        if let Some((index, (_, param))) = self.names.params.iter().enumerate().find(|(_, (own, _))| own.as_str() == name) {
            let id = ParamId(u16::try_from(index).unwrap_or(u16::MAX));
            return match param.value {
                ParamValue::Bool(_) => Part::Bool(BoolExpr::Param(id)),
                ParamValue::Number(_) => Part::Number(NumberExpr::Param(id)),
                ParamValue::Text(_) => Part::Text(TextExpr::Param(id)),
                ParamValue::Numbers(_) => Part::Numbers(NumberList::Param(id)),
                ParamValue::Texts(_) => Part::Texts(TextList::Param(id)),
            };
        }
        let Some(id) = self.names.catalog.id(name) else {
            let signals = self.names.catalog.entries().iter().map(|entry| entry.spec.name.as_str());
            let known = self.names.params.keys().map(String::as_str).chain(signals);
            let help = nearest_help(name, known, || "`vitrine signals` lists all signals; settings stand under `params`".into());
            return self.fault(at, "unknown-signal", format!("`{name}` is neither a signal nor a setting of this rule"), help);
        };
        self.signals.insert(id);
        match self.names.catalog.entry(id).spec.kind {
            SignalKind::Bool => Part::Bool(BoolExpr::Signal(id)),
            SignalKind::Number | SignalKind::Integer => Part::Number(NumberExpr::Signal(id)),
            SignalKind::Text => Part::Text(TextExpr::Signal(id)),
        }
    }

    fn logic(&mut self, parts: &[Expr], build: fn(Vec<BoolExpr>) -> BoolExpr, sign: &str) -> Part {
        let (mut lowered, mut script, faults) = (Vec::new(), false, self.faults);
        for part in parts {
            match self.expr(part) {
                Part::Bool(tree) => lowered.push(tree),
                Part::Script => script = true,
                Part::Fault => {}
                other => {
                    let at = position(part.start_position());
                    let message = format!("`{sign}` joins yes-or-no parts, and this is {}", other.kind());
                    self.fault(at, "wrong-type", message, "compare it with something");
                }
            }
        }
        match (self.faults > faults, script) {
            (true, _) => Part::Fault,
            (false, true) => Part::Script,
            (false, false) => Part::Bool(build(lowered)),
        }
    }

    fn list(&mut self, items: &[Expr], at: Position) -> Part {
        let (mut numbers, mut texts, mut script, faults) = (Vec::new(), Vec::new(), false, self.faults);
        for item in items {
            match self.expr(item) {
                Part::Number(number) => numbers.push(number),
                Part::Text(text) => texts.push(text),
                Part::Script => script = true,
                Part::Fault => {}
                other => {
                    let message = format!("{} cannot stand in a list", other.kind());
                    self.fault(position(item.start_position()), "wrong-type", message, "list numbers or texts");
                }
            }
        }
        if self.faults > faults {
            return Part::Fault;
        }
        match (numbers.is_empty(), texts.is_empty()) {
            _ if script => Part::Script,
            (true, true) => self.fault(at, "empty-list", "the list is empty", "nothing is in an empty list"),
            (false, false) => self.fault(at, "wrong-type", "the list mixes numbers and texts", "list one kind"),
            (false, true) => Part::Numbers(NumberList::Items(numbers)),
            (true, false) => Part::Texts(TextList::Items(texts)),
        }
    }

    fn method(&mut self, object: &Expr, call: &FnCallExpr, at: Position) -> Part {
        let object = self.expr(object);
        let mut arguments = vec![object];
        arguments.extend(call.args.iter().map(|argument| self.expr(argument)));
        if matches!(&*call.name, "contains" | "starts_with" | "ends_with" | "to_lower" | "trim" | "length") {
            return self.apply(&call.name, arguments, at);
        }
        if arguments.iter().any(|part| matches!(part, Part::Fault)) {
            return Part::Fault;
        }
        let help = nearest_help(&call.name, functions(), || "`contains`, `starts_with` and `ends_with` can follow a text".into());
        self.fault(at, "unknown-function", format!("`.{}(...)` is not known", call.name), help)
    }

    fn call(&mut self, call: &FnCallExpr, at: Position) -> Part {
        let arguments: Vec<Part> = call.args.iter().map(|argument| self.expr(argument)).collect();
        self.apply(&call.name, arguments, at)
    }

    fn apply(&mut self, name: &str, arguments: Vec<Part>, at: Position) -> Part {
        if arguments.iter().any(|part| matches!(part, Part::Fault)) {
            return Part::Fault;
        }
        let script = arguments.iter().any(|part| matches!(part, Part::Script));
        if let Some(comparison) = comparison(name) {
            return if script { Part::Script } else { self.compare(comparison, arguments, at) };
        }
        if let Some(operation) = arithmetic(name) {
            return if script { Part::Script } else { self.calculate(operation, name, arguments, at) };
        }
        match name {
            "!" => match <[Part; 1]>::try_from(arguments) {
                Ok([Part::Script]) => Part::Script,
                Ok([Part::Bool(inner)]) => Part::Bool(BoolExpr::Not(Box::new(inner))),
                Ok([other]) => self.wrong_type(at, "!", &other, "yes-or-no"),
                Err(_) => self.not_allowed(at, "this"),
            },
            "contains" => {
                if script {
                    Part::Script
                } else {
                    self.contains(arguments, at)
                }
            }
            "between" => {
                if script {
                    Part::Script
                } else {
                    self.between(arguments, at)
                }
            }
            "is_missing" | "is_known" | "is_def_var" => {
                let help = "a missing signal is handled by `if_missing: ignore`, `review` or `reject`";
                self.fault(at, "unknown-function", format!("`{name}` is not a function of rules"), help)
            }
            _ if SCRIPT_FUNCTIONS.contains(&name) => match arguments.as_slice() {
                [Part::Text(_) | Part::Script] => Part::Script,
                _ => self.fault(at, "wrong-type", format!("`{name}` takes one text"), format!("write `{name}(format)`")),
            },
            _ => {
                if let Some(function) = Function::ALL.into_iter().find(|function| function.as_str() == name) {
                    return self.function(function, arguments, script, at);
                }
                if let Some(test) = TextTest::ALL.into_iter().find(|test| test.as_str() == name) {
                    return if script { Part::Script } else { self.text_test(test, arguments, at) };
                }
                let help =
                    nearest_help(name, functions(), || format!("functions of rules: {}", functions().collect::<Vec<_>>().join(", ")));
                self.fault(at, "unknown-function", format!("`{name}` is not a function of rules"), help)
            }
        }
    }

    fn wrong_type(&mut self, at: Position, sign: &str, found: &Part, wanted: &str) -> Part {
        self.fault(at, "wrong-type", format!("`{sign}` takes {wanted} parts, and this is {}", found.kind()), "compare like with like")
    }

    fn compare(&mut self, comparison: Comparison, arguments: Vec<Part>, at: Position) -> Part {
        let Ok([left, right]) = <[Part; 2]>::try_from(arguments) else { return self.not_allowed(at, "this") };
        let negate = |tree: BoolExpr| if comparison == Comparison::NotEqual { BoolExpr::Not(Box::new(tree)) } else { tree };
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match (left, right) {
            (Part::Number(left), Part::Number(right)) => Part::Bool(BoolExpr::Compare { comparison, sides: Box::new([left, right]), at }),
            (Part::Text(left), Part::Text(right)) if equality => {
                Part::Bool(negate(BoolExpr::SameText { sides: Box::new([left, right]), at }))
            }
            (Part::Bool(left), Part::Bool(right)) if equality => Part::Bool(negate(BoolExpr::SameBool { sides: Box::new([left, right]) })),
            (left, right) => {
                let sign = comparison.as_str();
                let message = format!("`{sign}` compares {} with {}", left.kind(), right.kind());
                let help = match (&left, &right) {
                    (Part::Text(_), Part::Text(_)) | (Part::Bool(_), Part::Bool(_)) => "only numbers have an order; use `==` or `!=`",
                    (_, Part::Texts(_) | Part::Numbers(_)) => "to look in a list write `in`",
                    _ => "compare like with like: a number with a number, a text in quotes with a text",
                };
                self.fault(at, "wrong-type", message, help)
            }
        }
    }

    fn calculate(&mut self, operation: Arithmetic, sign: &str, arguments: Vec<Part>, at: Position) -> Part {
        let mut arguments = arguments.into_iter();
        match (arguments.next(), arguments.next(), operation) {
            (Some(Part::Number(left)), Some(Part::Number(right)), _) => {
                Part::Number(NumberExpr::Arithmetic(operation, Box::new([left, right])))
            }
            (Some(Part::Number(inner)), None, Arithmetic::Subtract) => Part::Number(NumberExpr::Negate(Box::new(inner))),
            (Some(Part::Number(inner)), None, Arithmetic::Add) => Part::Number(inner),
            // Texts can be joined, by Rhai.
            (Some(Part::Text(_)), Some(Part::Text(_)), Arithmetic::Add) => Part::Script,
            (Some(Part::Number(_)), Some(other), _) | (Some(other), _, _) => self.wrong_type(at, sign, &other, "number"),
            _ => self.not_allowed(at, "this"),
        }
    }

    fn contains(&mut self, arguments: Vec<Part>, at: Position) -> Part {
        let Ok([place, item]) = <[Part; 2]>::try_from(arguments) else {
            return self.fault(
                at,
                "wrong-type",
                "`contains` takes a text or a list, and what to look for in it",
                "write `x in [1, 2]` or `text.contains(\"part\")`",
            );
        };
        match (place, item) {
            (Part::Text(text), Part::Text(part)) => {
                Part::Bool(BoolExpr::TextTest { test: TextTest::Contains, sides: Box::new([text, part]) })
            }
            (Part::Numbers(list), Part::Number(item)) => Part::Bool(BoolExpr::InNumbers { item: Box::new(item), list, at }),
            (Part::Texts(list), Part::Text(item)) => Part::Bool(BoolExpr::InTexts { item, list, at }),
            (place, item) => {
                let message = format!("{} cannot be in {}", item.kind(), place.kind());
                self.fault(at, "wrong-type", message, "look for a number among numbers, for a text among texts or in a text")
            }
        }
    }

    fn between(&mut self, arguments: Vec<Part>, at: Position) -> Part {
        match <[Part; 3]>::try_from(arguments) {
            Ok([Part::Number(item), Part::Number(low), Part::Number(high)]) => {
                let compare = |comparison, sides| BoolExpr::Compare { comparison, sides: Box::new(sides), at };
                Part::Bool(BoolExpr::All(vec![
                    compare(Comparison::GreaterOrEqual, [item.clone(), low]),
                    compare(Comparison::LessOrEqual, [item, high]),
                ]))
            }
            _ => self.fault(at, "wrong-type", "`between` takes three numbers", "write `between(aspect_ratio, 0.8, 1.2)`"),
        }
    }

    fn function(&mut self, function: Function, arguments: Vec<Part>, script: bool, at: Position) -> Part {
        let (name, takes) = (function.as_str(), function.takes());
        if !takes.contains(&arguments.len()) {
            let wanted =
                if takes.start() == takes.end() { takes.start().to_string() } else { format!("{} to {}", takes.start(), takes.end()) };
            let message = format!("`{name}` takes {wanted} numbers, not {}", arguments.len());
            return self.fault(at, "wrong-type", message, "add or remove arguments");
        }
        if script {
            return Part::Script;
        }
        let mut numbers = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument {
                Part::Number(number) => numbers.push(number),
                other => return self.wrong_type(at, name, &other, "number"),
            }
        }
        Part::Number(NumberExpr::Call(function, numbers))
    }

    fn text_test(&mut self, test: TextTest, arguments: Vec<Part>, at: Position) -> Part {
        match <[Part; 2]>::try_from(arguments) {
            Ok([Part::Text(text), Part::Text(part)]) => Part::Bool(BoolExpr::TextTest { test, sides: Box::new([text, part]) }),
            _ => self.fault(
                at,
                "wrong-type",
                format!("`{}` takes two texts", test.as_str()),
                format!("write `text.{}(\"part\")`", test.as_str()),
            ),
        }
    }
}

fn comparison(name: &str) -> Option<Comparison> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    [Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual].into_iter().find(|comparison| comparison.as_str() == name)
}

fn arithmetic(name: &str) -> Option<Arithmetic> {
    Some(match name {
        "+" => Arithmetic::Add,
        "-" => Arithmetic::Subtract,
        "*" => Arithmetic::Multiply,
        "/" => Arithmetic::Divide,
        "%" => Arithmetic::Remainder,
        _ => return None,
    })
}

fn functions() -> impl Iterator<Item = &'static str> {
    let numbers = Function::ALL.into_iter().map(Function::as_str);
    numbers.chain(TextTest::ALL.into_iter().map(TextTest::as_str)).chain(["between"]).chain(SCRIPT_FUNCTIONS)
}
