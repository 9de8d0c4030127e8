//! Conditions written to do harm or to break something: each is refused or stopped, quickly, without a panic.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use std::time::{Duration, Instant};

use support::{pack, rule, scope, signals};
use vitrine_engine::{Evaluator, Value};
use vitrine_rules::{compile, parse, resolve};

/// Longest time from text to verdict.
const MAX_TIME: Duration = Duration::from_millis(50);

/// A script, and whether it may be accepted (harmless as written) or has to be refused.
struct Script {
    name: &'static str,
    text: String,
    refused: bool,
}

fn refused(name: &'static str, text: impl Into<String>) -> Script {
    Script { name, text: text.into(), refused: true }
}

fn harmless(name: &'static str, text: impl Into<String>) -> Script {
    Script { name, text: text.into(), refused: false }
}

fn scripts() -> Vec<Script> {
    vec![
        // Loops.
        refused("loop", "loop { }"),
        refused("loop with break", "loop { break true; }"),
        refused("while", "while true { } true"),
        refused("do while", "do { } while true; true"),
        refused("do until", "do { } until false; true"),
        refused("for over range", "for i in 0..1000000000 { } true"),
        refused("for over list", "for i in [1, 2, 3] { } true"),
        refused("for over text", "for c in format { } true"),
        refused("loop as value", "let x = loop { break 1; }; x > 0"),
        // Functions and recursion.
        refused("function", "fn f(x) { f(x) } f(1)"),
        refused("private function", "private fn f() { true } f()"),
        refused("closure", "let f = |x| x + 1; f.call(1) > 0"),
        refused("closure without arguments", "(|| true).call()"),
        refused("function pointer", "Fn(\"abs\").call(1) > 0"),
        refused("call by name", "call(\"abs\", 1) > 0"),
        refused("curry", "Fn(\"max\").curry(1).call(2) > 0"),
        // Text as code, modules, the outside.
        refused("eval", "eval(\"true\")"),
        refused("eval of a signal", "eval(format)"),
        refused("import", "import \"os\" as os; os::exit(1)"),
        refused("export", "export x; true"),
        refused("module path", "std::process::exit(1)"),
        refused("print", "print(\"x\"); true"),
        refused("debug", "debug(\"x\"); true"),
        refused("sleep", "sleep(10); true"),
        refused("clock", "timestamp().elapsed > 0"),
        refused("file", "open_file(\"/etc/passwd\") != \"\""),
        refused("system", "system(\"id\") == \"\""),
        refused("environment", "env(\"HOME\") == \"\""),
        refused("random", "rand() > 0.5"),
        refused("exit", "exit(1)"),
        // Control flow that has no place here.
        refused("return", "return true;"),
        refused("throw", "throw \"x\""),
        refused("try", "try { throw 1 } catch { true }"),
        refused("break", "break"),
        refused("continue", "continue"),
        // Changing things.
        refused("assignment to a signal", "sharpness = 0.0; sharpness < 0.5"),
        refused("assignment in a condition", "(sharpness = 0.0) == ()"),
        refused("operation and assignment", "let x = 1; x += 1; x > 0"),
        refused("assignment to a local", "let x = 1; x = 2; x > 0"),
        refused("shadowed signal", "let sharpness = 1.0; sharpness > 0.5"),
        refused("this", "this > 0"),
        refused("swap of a constant", "const X = 1; X = 2; X > 1"),
        // Containers.
        refused("map", "#{ a: 1 }.a > 0"),
        refused("map growth", "let m = #{}; m[\"a\"] = 1; true"),
        refused("index", "[1, 2, 3][0] > 0"),
        refused("index far away", "[1][9999999999] > 0"),
        refused("negative index", "\"abc\"[-99] == \"a\""),
        refused("push", "let a = []; a.push(1); true"),
        refused("padding", "[].pad(1000000000, 0) == []"),
        refused("text padding", "let s = \"\"; s.pad(1000000000, \"x\"); true"),
        refused("range", "0..9223372036854775807 == 0"),
        refused("blob", "blob(1000000000).len > 0"),
        refused("nested lists", "[[[[1]]]] == [[[[1]]]]"),
        refused("interpolation", "`${`${`${format}`}`}` == \"x\""),
        refused("list too long", format!("sharpness in [{}]", vec!["1"; 300].join(","))),
        // Numbers.
        refused("literal beyond all numbers", "sharpness < 1e999"),
        refused("power", "2 ** 1000 > sharpness"),
        refused("shift", "1 << 62 > 0"),
        refused("bits", "1 | 2 > 0"),
        refused("octal overflow", "sharpness < 0o7777777777777777777777777"),
        harmless("huge whole number", "sharpness < 0.5 && long_side_px != 60000"),
        harmless("division by zero", "sharpness / (noise - noise) > 0.5"),
        refused("remainder by zero", "sharpness % 0 > 0.5"),
        refused("overflow", "long_side_px * 1e308 * 1e308 > 1"),
        refused("not a number by the back door", "switch format { \"jpeg\" => sharpness / 0 > 1, _ => true }"),
        // Size and depth.
        refused("deep parentheses", format!("{}true{}", "(".repeat(500), ")".repeat(500))),
        refused("deep nots", format!("{}has_alpha", "!".repeat(500))),
        refused("deep minus", format!("{}sharpness < 0", "-".repeat(600))),
        refused("deep blocks", format!("{}true{}", "{".repeat(500), "}".repeat(500))),
        refused("deep ifs", format!("{}true{}", "if has_alpha { ".repeat(100), " } else { false }".repeat(100))),
        refused("deep lists", format!("{}1{} == 1", "[".repeat(500), "]".repeat(500))),
        refused("deep calls", format!("{}sharpness{} < 0.5", "abs(".repeat(500), ")".repeat(500))),
        refused("long chain", vec!["sharpness < 0.5"; 250].join(" || ")),
        refused("too long", format!("sharpness < 0.5 && format != \"{}\"", "x".repeat(5000))),
        refused("many locals", (0..100).map(|i| format!("let x{i} = {i}; ")).collect::<String>() + "true"),
        refused(
            "text that doubles",
            "let a = \"0123456789abcdef\"; ".to_owned()
                + &*(0..30)
                    .map(|i| format!("let b{i} = {p} + {p}; ", p = if i == 0 { "a".into() } else { format!("b{}", i - 1) }))
                    .collect::<String>()
                + "length(b29) > 0.0",
        ),
        // Broken text.
        refused("nothing", ""),
        refused("spaces", "   "),
        refused("comment only", "// nothing"),
        harmless("open comment", "sharpness < 0.5 /* open"),
        refused("open text", "format == \"jpeg"),
        refused("open back-quote", "format == `jpeg"),
        refused("operators only", "&& || !"),
        refused("two expressions", "sharpness < 0.5 noise < 0.5"),
        refused("emoji", "🦀 > 0.5"),
        refused("letters that look alike", "shаrpness < 0.5"),
        refused("right-to-left marks", "sharp\u{202e}ness < 0.5"),
        refused("zero-width space", "sharp\u{200b}ness < 0.5"),
        refused("reserved word", "async > 0.5"),
        refused("type test", "type_of(sharpness) == \"f64\""),
        refused("missing test", "is_def_var(\"sharpness\")"),
        refused("unit", "() == ()"),
        refused("null fallback", "(sharpness ?? 1.0) < 0.5"),
        refused("custom syntax", "exec select from x"),
        refused("attribute access", "format.len == 4"),
        refused("method that changes", "format.clear(); true"),
        refused("text times many", "format.replace(\"\", \"xxxxxxxxxx\") == \"\""),
        harmless("escapes in a text", "format != \"\\u0000\\x41\\n\" && sharpness < 0.5".replace("format", "background_color")),
        harmless("quotes in a text", "background_color != \"' OR 1=1; --\""),
    ]
}

#[test]
fn every_script_is_refused_or_stopped_in_time() {
    let scripts = scripts();
    assert!(scripts.len() >= 60, "{}", scripts.len());
    let catalog = support::catalog();
    // The engine is built once; that is no script's time.
    let _ = support::compiled(
        &rule("warm-up", "when: switch format { \"jpeg\" => sharpness < 0.5, _ => false }").replace("when: ", "when: |\n    "),
    );
    let mut faults = Vec::new();
    for Script { name, text, refused } in scripts {
        let quoted = serde_json::to_string(&text).unwrap();
        let (set, found) = parse(&[pack(&rule("hostile", &format!("when: {quoted}")))]);
        assert!(found.iter().all(|finding| !finding.is_error()), "{name}: {found:?}");
        let (set, _) = resolve(&set, &scope());
        let started = Instant::now();
        let outcome = compile(&set, &catalog);
        if let Ok(compiled) = &outcome {
            let values: [(&str, Value); 6] = [
                ("sharpness", 0.5.into()),
                ("noise", 0.5.into()),
                ("long_side_px", 500.0.into()),
                ("format", "jpeg".into()),
                ("background_color", "#ffffff".into()),
                ("has_alpha", true.into()),
            ];
            compiled.evaluate(&signals(&catalog, &values), "en");
        }
        let took = started.elapsed();
        if took > MAX_TIME {
            faults.push(format!("{name}: took {took:?}"));
        }
        if outcome.is_err() != refused {
            faults.push(format!("{name}: {:?}", outcome.as_ref().map(|set| set.version())));
        }
        if let Err(found) = &outcome
            && found.iter().any(|finding| finding.line == 0 || finding.message.is_empty() || finding.help.is_empty())
        {
            faults.push(format!("{name}: a finding without a place or help: {found:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
