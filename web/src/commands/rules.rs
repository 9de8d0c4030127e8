//! `vitrine rules`: the packs checked, listed, explained, held against their cases and against each other, and compared.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use vitrine_engine::SignalCatalog;
use vitrine_rules::conflicts::markets::{Asked, Market};
use vitrine_rules::{Conflicts, Diagnostic, Grade, PackSet, check, default_cases, diff, explain, parse, parse_cases, run_cases};

use super::setting::{Packs, Wanted, refuse_errors, sources_in};
use super::{Failure, output};

/// Check, list, explain, test and compare rule packs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine rules check --packs rules/packs            every finding, with file, line, column and what to do
  vitrine rules list --marketplace amazon
  vitrine rules explain --marketplace zalando --region DE --category apparel
  vitrine rules test --packs rules/packs --cases rules/cases
  vitrine rules conflicts --category apparel/adult   where no one picture will do for two marketplaces
  vitrine rules diff old-packs/ rules/packs

Without --packs the packs that are built in are used.")]
pub struct Rules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find every mistake in the packs; exit code 1 when there is an error
    Check {
        #[command(flatten)]
        packs: Packs,
        /// Print the findings as JSON, one a line
        #[arg(long)]
        json: bool,
    },
    /// List all rules: where they hold, what they do, where they come from
    List {
        #[command(flatten)]
        packs: Packs,
        /// Only the rules of this marketplace
        #[arg(long, value_name = "NAME")]
        marketplace: Option<String>,
    },
    /// Say in plain sentences what holds for a marketplace, place and category, and why
    Explain {
        #[command(flatten)]
        packs: Packs,
        #[command(flatten)]
        wanted: Wanted,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Hold the rules against their case files; exit code 1 when a case fails
    Test {
        #[command(flatten)]
        packs: Packs,
        /// Folder of case files (*.yaml), or one file; the ones built in where none is named
        #[arg(long, value_name = "FOLDER")]
        cases: Option<PathBuf>,
    },
    /// Say which marketplaces contradict each other, so that no picture satisfies both
    Conflicts {
        #[command(flatten)]
        packs: Packs,
        #[command(flatten)]
        wanted: Wanted,
        /// Only against this marketplace; against every other where none is named
        #[arg(long, value_name = "NAME")]
        against: Option<String>,
        /// Only against this region of it
        #[arg(long, value_name = "CODE", requires = "against")]
        against_region: Option<String>,
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Compare two folders of packs rule by rule
    Diff {
        /// The packs as they were
        old: PathBuf,
        /// The packs as they are to be
        new: PathBuf,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
}

impl Rules {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let catalog = Arc::new(vitrine_detectors::catalog());
        match self.command {
            Command::Check { packs, json } => check_packs(&packs, &catalog, json),
            Command::List { packs, marketplace } => list(&packs.read()?, marketplace.as_deref(), &catalog),
            Command::Explain { packs, wanted, json } => {
                let (explanation, findings) = explain(&packs.read()?, &wanted.scope(), &catalog);
                refuse_errors(&findings)?;
                print(&explanation, json)?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Test { packs, cases } => test(&packs.read()?, cases, &catalog),
            Command::Conflicts { packs, wanted, against, against_region, json } => {
                conflicts(&packs.read()?, wanted, Market::named(against, against_region), &catalog, json)
            }
            Command::Diff { old, new, json } => {
                let read = |place: PathBuf| Packs { packs: Some(place) }.read();
                print(&diff(&read(old)?, &read(new)?), json)?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn print<T: serde::Serialize + std::fmt::Display>(answer: &T, json: bool) -> Result<(), Failure> {
    let mut out = output::stdout();
    if json {
        serde_json::to_writer_pretty(&mut out, answer).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{answer}")?;
    }
    Ok(out.flush()?)
}

fn check_packs(packs: &Packs, catalog: &SignalCatalog, json: bool) -> Result<ExitCode, Failure> {
    let (set, mut findings) = parse(&packs.sources()?);
    findings.extend(check(&set, catalog));
    findings.sort_by(Diagnostic::order);
    findings.dedup();
    let mut out = output::stdout();
    for finding in &findings {
        if json {
            writeln!(out, "{}", serde_json::to_string(finding).map_err(std::io::Error::from)?)?;
        } else {
            writeln!(out, "{finding}")?;
        }
    }
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    if !json {
        let (packs, rules) = (set.packs().len(), set.rules().count());
        writeln!(out, "{packs} packs, {rules} rules: {errors} errors, {} warnings", findings.len() - errors)?;
    }
    out.flush()?;
    Ok(if errors > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn list(packs: &PackSet, marketplace: Option<&str>, catalog: &SignalCatalog) -> Result<ExitCode, Failure> {
    if let Some(name) = marketplace.filter(|name| !packs.marketplaces().contains(name)) {
        let known = packs.marketplaces().join("`, `");
        return Err(Failure::new(format!("there are no rules for the marketplace `{name}`")).help(format!("there are rules for `{known}`")));
    }
    let mut rows = vec![["rule", "does", "holds for", "regions", "grade", "title"].map(str::to_owned).to_vec()];
    for (pack, located) in packs.rules().filter(|(pack, _)| marketplace.is_none_or(|name| pack.marketplace == name)) {
        let rule = &located.rule;
        let grade = match rule.grade {
            Grade::C => "C disabled".to_owned(),
            grade @ (Grade::S | Grade::M) => format!("{grade:?} warns"),
            grade => format!("{grade:?} acts"),
        };
        let categories: Vec<&str> = rule.categories.iter().map(vitrine_rules::CategoryPath::as_str).collect();
        let regions = if rule.regions.is_empty() { pack.regions.join(" ") } else { rule.regions.join(" ") };
        rows.push(vec![
            rule.id.to_string(),
            action_in_words(&rule.action),
            if categories.is_empty() { "all categories".into() } else { categories.join(" ") },
            if regions.is_empty() { "everywhere".into() } else { regions },
            grade,
            rule.title.clone(),
        ]);
    }
    let mut out = output::stdout();
    output::table(&mut out, &rows)?;
    let unmeasured = catalog.entries().iter().filter(|entry| entry.detector.is_none()).count();
    writeln!(out, "\n{} rules; {unmeasured} signals of the vocabulary are not measurable yet (`vitrine signals`)", rows.len() - 1)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn action_in_words(action: &vitrine_engine::Action) -> String {
    use vitrine_engine::Action;
    match action {
        Action::Suppress => "suppress".into(),
        Action::Review => "review".into(),
        Action::Demote(points) => format!("demote {points}"),
        Action::Tag(tag) => format!("tag {tag}"),
    }
}

fn conflicts(packs: &PackSet, wanted: Wanted, other: Option<Market>, catalog: &SignalCatalog, json: bool) -> Result<ExitCode, Failure> {
    let scope = wanted.scope();
    if scope.region.is_some() && scope.marketplace.is_none() {
        return Err(Failure::new("a region is one of a marketplace's").help("name the marketplace too: `--marketplace amazon`"));
    }
    let one = Market::named(scope.marketplace, scope.region);
    let asked = Asked { one, other, category: scope.category, role: scope.role, date: scope.date };
    let (found, findings) = Conflicts::new(packs, catalog).among(&asked);
    refuse_errors(&findings)?;
    let mut out = output::stdout();
    if json {
        serde_json::to_writer_pretty(&mut out, &found).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        let category = asked.category.as_deref().unwrap_or("products of any category");
        for pair in &found {
            writeln!(out, "{} and {}, {category}:", pair.one, pair.other)?;
            for conflict in &pair.conflicts {
                let who = if conflict.strict { "" } else { " A person may decide otherwise." };
                writeln!(out, "  {}{who}", conflict.sentence)?;
            }
        }
        if found.is_empty() {
            writeln!(out, "no two rules that act contradict each other here")?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn test(packs: &PackSet, cases: Option<PathBuf>, catalog: &Arc<SignalCatalog>) -> Result<ExitCode, Failure> {
    let sources = cases.as_deref().map_or_else(|| Ok(default_cases()), sources_in)?;
    let (cases, findings) = parse_cases(&sources);
    refuse_errors(&findings)?;
    let report = run_cases(packs, &cases, catalog);
    let mut out = output::stdout();
    writeln!(out, "{report}")?;
    out.flush()?;
    Ok(if report.results.iter().all(|result| result.passed) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
