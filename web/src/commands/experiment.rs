//! `vitrine experiment`: a world of known truth through the whole pipeline and what the report makes of it; events from files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use vitrine_experiments::document;
use vitrine_experiments::simulate::shop::{Shop, World};
use vitrine_web::app::App;
use vitrine_web::config::Config;
use vitrine_web::experiments::files::{self, Format};
use vitrine_web::experiments::simulated::Simulation;

use super::{Failure, output};

/// Experiments
#[derive(Debug, Subcommand)]
pub enum Experiment {
    Simulate(Simulate),
    Load(Load),
}

/// Take in exposures and outcomes from files
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine experiment load events-2026-12-01.parquet events-2026-12-02.csv
  vitrine experiment load --config vitrine.yaml day.jsonl

Columns (or fields of each line): id, type (exposure or outcome), at, and as in POST /v1/events exposure_id, unit_id, product_id, seller,
name, value, traffic. Events that are there already change nothing, so a file may be loaded again.")]
pub struct Load {
    /// Files of events: .csv, .parquet, .jsonl
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// File of settings, which name the database
    #[arg(long, value_name = "FILE.yaml")]
    config: Option<PathBuf>,
}

/// Refused events that are printed one by one.
const REFUSED_SHOWN: usize = 20;

/// Draw shoppers of known truth, send all they do through the server's own path, and print what the report makes of it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vitrine experiment simulate effect --lift 0.08
  vitrine experiment simulate mismatch --visitors 3000 --html report.html

Everything goes into a database of its own that is thrown away: assignment, sealed exposures, events, exact sums, report.")]
pub struct Simulate {
    /// What is true
    world: WorldName,
    /// Size of the effect where there is one, 0.1 = 10 %; the share of lost exposures or of programs in those worlds
    #[arg(long, default_value_t = 0.1)]
    lift: f64,
    /// Visitors of each day
    #[arg(long, default_value_t = 1500)]
    visitors: u64,
    /// Days
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u64).range(1..=30))]
    days: u64,
    /// What everything is drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write the report as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Write the report as a page
    #[arg(long)]
    html: Option<PathBuf>,
    /// Write the report as PDF
    #[arg(long)]
    pdf: Option<PathBuf>,
}

/// Names of worlds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WorldName {
    /// The variants do the same
    Null,
    /// The treatment is better
    Effect,
    /// The treatment is better at first
    Novelty,
    /// The treatment's gain is the control's loss
    Interference,
    /// Exposures of the treatment are lost
    Mismatch,
    /// Programs are among the visitors
    Bots,
}

impl Experiment {
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Simulate(simulate) => simulate.run(),
            Self::Load(load) => load.run(),
        }
    }
}

impl Load {
    fn run(self) -> Result<ExitCode, Failure> {
        let mut config = Config::load(self.config.as_deref()).map_err(|error| Failure::new(error.to_string()))?;
        // Nothing is measured here.
        config.models.enabled = false;
        let format = |file: &PathBuf| {
            let unknown = || Failure::new(format!("{}: events come as .csv, .parquet or .jsonl", file.display()));
            Ok::<_, Failure>((file.clone(), Format::of(file).ok_or_else(unknown)?))
        };
        let files = self.files.iter().map(format).collect::<Result<Vec<_>, _>>()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let app = App::start(config).await.map_err(|error| Failure::new(error.to_string()))?;
            let mut any_refused = false;
            for (file, format) in files {
                let told = |fault: &dyn std::fmt::Display| Failure::new(format!("{}: {fault}", file.display()));
                let bar = output::counter("events");
                let events = files::open(&file, format).map_err(|fault| told(&fault))?;
                let answer = app.take_file(events, |read| bar.set_position(read)).await;
                bar.finish_and_clear();
                let answer = answer.map_err(|error| told(&error))?;
                println!("{}: {} new, {} known, {} refused", file.display(), answer.taken, answer.repeated, answer.refused.len());
                for refused in answer.refused.iter().take(REFUSED_SHOWN) {
                    eprintln!("{}: row {}: {} ({})", file.display(), refused.index + 1, refused.message, refused.code);
                }
                any_refused |= !answer.refused.is_empty();
            }
            app.store.close().await;
            Ok(if any_refused { ExitCode::from(1) } else { ExitCode::SUCCESS })
        })
    }
}

impl Simulate {
    fn run(self) -> Result<ExitCode, Failure> {
        if self.lift.is_nan() || self.lift.abs() >= 1.0 {
            return Err(Failure::new(format!("--lift is {}: it lies between -1 and 1", self.lift)));
        }
        let world = match self.world {
            WorldName::Null => World::Null,
            WorldName::Effect => World::Effect { lift: self.lift },
            WorldName::Novelty => World::Novelty { lift: self.lift },
            WorldName::Interference => World::Interference { lift: self.lift },
            WorldName::Mismatch => World::Mismatch { lost: self.lift.abs() },
            WorldName::Bots => World::Bots { share: self.lift.abs() / 100.0 },
        };
        let shop = Shop { world, visitors_a_day: self.visitors, days: self.days, buyers: 0.05, seed: self.seed };
        let simulation = Simulation {
            id: "simulated".into(),
            title: "Simulated shop".into(),
            hypothesis: "Stricter rules for main pictures bring more clicks".into(),
            shop,
            decided: None,
            takes_traffic: false,
        };
        let folder = std::env::temp_dir().join(format!("vitrine-simulate-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| Failure::io("make", &folder, &error))?;
        let text = format!("store: {{url: 'sqlite:{}/vitrine.db'}}\nlog: {{level: 'off'}}\nmodels: {{enabled: false}}\n", folder.display());
        let config = Config::from_parts("simulate", &text, []).map_err(|error| Failure::new(error.to_string()))?;
        let bar = output::progress((self.visitors * self.days) as usize, "shopping");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let done = runtime.block_on(async {
            let app = App::start(config).await.map_err(|error| Failure::new(error.to_string()))?;
            let failed = |error: vitrine_web::error::ApiError| Failure::new(error.to_string());
            let sent = simulation.run(&app, |visitors| bar.set_position(visitors)).await.map_err(failed)?;
            let report = app.report_now(&simulation.id).await.map_err(failed)?;
            app.store.close().await;
            Ok::<_, Failure>((sent, report))
        });
        drop(runtime);
        bar.finish_and_clear();
        // What is thrown away may be gone already.
        let _ = std::fs::remove_dir_all(&folder);
        let (sent, report) = done?;
        let written = |file: &Option<PathBuf>, make: &dyn Fn() -> Result<Vec<u8>, Failure>| match file {
            None => Ok(()),
            Some(file) => std::fs::write(file, make()?).map_err(|error| Failure::io("write", file, &error)),
        };
        written(&self.json, &|| serde_json::to_vec_pretty(&report).map_err(|error| Failure::new(error.to_string())))?;
        written(&self.html, &|| Ok(document::html(&report, &[]).into_bytes()))?;
        written(&self.pdf, &|| document::pdf(&report, &[]).map_err(|error| Failure::new(error.to_string())))?;
        println!("{} visitors, {} events: {}", sent.visitors, sent.events, shop.world.sentence());
        println!("{:?}: {}", report.verdict.call, report.verdict.sentence);
        for check in report.health.iter().filter(|check| check.state != vitrine_experiments::report::HealthState::Passes) {
            println!("  {}: {}", check.title, check.sentence);
        }
        for comparison in &report.comparisons {
            for metric in &comparison.metrics {
                let told = match (&metric.effect, &metric.refused) {
                    (Some(effect), _) => match effect.lift {
                        Some(lift) => format!("{:+.2} % (p = {:.4}), {}", lift.value * 100.0, effect.absolute.p, effect.method),
                        None => format!("{:+.6} (p = {:.4}), {}", effect.absolute.value, effect.absolute.p, effect.method),
                    },
                    (None, Some(why)) => why.clone(),
                    (None, None) => String::new(),
                };
                println!("  {}: {told}", metric.title);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
