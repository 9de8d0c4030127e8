//! `vitrine assess`: what the rules say of pictures, one by one.

pub mod print;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use vitrine_detectors::{HeavyGate, Limits};
use vitrine_engine::{Evaluator, Plan, SignalSet, Verdict};
use vitrine_web::judge::{Effort, Judge, Measured};
use vitrine_web::report::{self, Card, Report, Section};
use vitrine_web::wire::{FileError, Reason};

use super::files::{Found, find, read};
use super::in_order::in_order;
use super::setting::{Models, Packs, Wanted, refuse_errors};
use super::{Failure, output};

/// Measure pictures and say what the rules make of each
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine assess photos/                                    a table by the house rules
  vitrine assess photos/ --format jsonl > signals.jsonl     every signal of every picture
  vitrine assess shoe.jpg --marketplace amazon --region US --category shoes
  vitrine assess photos/ --marketplace zalando --report report.html --strict

Folders are walked in the order of their names; names that begin with a dot are skipped. A file that cannot be read gets a line of
its own with the status `error` and never stops the others. The exit code is 0, or 3 with --strict when a file failed.")]
pub struct Assess {
    /// Files and folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    packs: Packs,
    #[command(flatten)]
    models: Models,
    /// Language of the reasons
    #[arg(long, default_value = "en", value_name = "CODE")]
    lang: String,
    /// How to print the results
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Also write a page with the pictures and what stands against them
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Exit with 3 when a file could not be read
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for people
    Table,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values, one column a signal
    Csv,
}

/// What is known of one file.
pub struct Assessed {
    file: String,
    result: Result<(SignalSet, Verdict), FileError>,
}

impl Assess {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (packs, judge) = (self.packs.read()?, self.models.judge()?);
        let scope = self.wanted.scope();
        let rules = judge.rules(&packs, &scope).map_err(|findings| match refuse_errors(&findings) {
            Err(failure) => failure,
            Ok(()) => Failure::new("the rules cannot be used"),
        })?;
        // Where no rules were asked for, the lines are for whoever wants to see everything.
        let everything = self.format == Format::Jsonl && self.wanted.marketplace.is_none();
        let plan = if everything { judge.full_plan() } else { judge.plan(rules.needs()) };
        let found = find(&self.paths);
        let gate = HeavyGate::default();
        let bar = output::progress(found.len(), "measuring");
        let mut printer = print::printer(self.format, judge.catalog(), scope.role, found.len());
        let mut section = self.report.as_ref().map(|_| Section::of_pictures("Pictures"));
        let mut failed = 0usize;
        let assess = |found: &Found| {
            let assessed = assess_one(found, &judge, &plan, &gate, |signals| rules.evaluate(signals, &self.lang));
            let card = self.report.as_ref().map(|_| card(found, &assessed, scope.role));
            (assessed, card)
        };
        in_order(&found, assess, |(assessed, card)| {
            failed += usize::from(assessed.result.is_err());
            section.iter_mut().zip(card).for_each(|(section, card)| section.cards.push(card));
            bar.inc(1);
            bar.suspend(|| printer.print(&assessed)).map_err(Failure::from)
        })?;
        bar.finish_and_clear();
        printer.finish()?;
        if let (Some(file), Some(section)) = (&self.report, section) {
            let mut page = Report::new("Picture report", &scope_in_words(&scope), vec![section]);
            page.describe_rules(&packs, judge.catalog(), rules.not_measurable());
            std::fs::write(file, report::page(&page)).map_err(|error| Failure::io("write", file, &error))?;
            eprintln!("report: {}", file.display());
        }
        Ok(if self.strict && failed > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
    }
}

fn scope_in_words(scope: &vitrine_rules::Scope) -> String {
    let mut words = vec![format!("rules of {}", scope.marketplace_or_house())];
    words.extend(scope.region.iter().map(|region| format!("region {region}")));
    words.extend(scope.category.iter().map(|category| format!("category {category}")));
    words.push(format!("as {} picture", scope.role));
    words.push(format!("on {}", scope.date));
    words.join(", ")
}

fn assess_one(found: &Found, judge: &Judge, plan: &Plan<'_>, gate: &HeavyGate, verdict: impl Fn(&SignalSet) -> Verdict) -> Assessed {
    let result = match &found.refused {
        Some(refused) => Err(refused.clone()),
        None => measure(&found.path, judge, plan, Effort::Full, gate).map(|measured| {
            let verdict = verdict(&measured.signals);
            (measured.signals, verdict)
        }),
    };
    Assessed { file: found.path.to_string_lossy().into_owned(), result }
}

/// Reads and measures one file.
pub fn measure(path: &Path, judge: &Judge, plan: &Plan<'_>, effort: Effort<'_>, gate: &HeavyGate) -> Result<Measured, FileError> {
    let limits = Limits::default();
    let bytes = read(path, limits.file_bytes)?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    Ok(gate.pass(&bytes, plan.needs(), || judge.measure(&bytes, name.as_deref(), plan, effort))?)
}

fn card(found: &Found, assessed: &Assessed, role: vitrine_rules::Role) -> Card {
    let mut card = Card::new(&assessed.file, &assessed.file);
    match &assessed.result {
        Ok((_, verdict)) => {
            card.action = Some(verdict.decision);
            card.points = verdict.points;
            card.reasons = verdict.firings.iter().map(|firing| Reason::of(firing, vec![role])).collect();
            card.thumbnail = read(&found.path, Limits::default().file_bytes).ok().and_then(|bytes| report::thumbnail(&bytes));
        }
        Err(error) => card.error = Some(error.clone()),
    }
    card
}
