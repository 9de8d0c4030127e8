//! `vitrine demo`: the whole loop on a drawn catalogue: draw, judge, show, and (unless `--once`) serve.

mod shoppers;
mod show;
mod stored;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use vitrine_engine::ContentHash;
use vitrine_web::app::App;
use vitrine_web::experiments::simulated::Simulation;
use vitrine_web::report::{self, Report, Section, thumbnail};
use vitrine_web::sample::{Drawn, Settings, draw};
use vitrine_web::wire::{SelectAnswer, SelectRequest};

use super::setting::Packs;
use super::{Failure, output};

/// Draw a sample catalogue, choose its main pictures, show why, and serve it
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  vitrine demo demo --once

Writes FOLDER/images/, FOLDER/requests.jsonl, FOLDER/manifest.jsonl, FOLDER/vitrine.db and FOLDER/report.html. Pictures that are there
already are not drawn again; delete the folder to start afresh.")]
pub struct Demo {
    /// Where everything is written
    #[arg(default_value = "demo")]
    folder: PathBuf,
    #[command(flatten)]
    packs: Packs,
    /// End after the report instead of serving
    #[arg(long)]
    once: bool,
    /// Port to serve on, of this machine only
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

/// One product of the demo: what was asked and what was answered.
struct Decided {
    drawn: Vec<Drawn>,
    answer: SelectAnswer,
}

impl Demo {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let drawn = drawn_once(&self.folder)?;
        let products: Vec<&[Drawn]> = drawn.chunk_by(|a, b| a.product_id == b.product_id).collect();
        let config = stored::config(&self.folder, self.packs.packs.as_deref(), self.port)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let asked = runtime.block_on(async {
            let app = App::start(config.clone()).await.map_err(|error| Failure::new(error.to_string()))?;
            let shown = self.decide(&app, &products).await;
            for simulation in Simulation::of_demo() {
                simulation.run(&app, |_| ()).await.map_err(|error| Failure::new(error.to_string()))?;
            }
            app.store.close().await;
            shown
        })?;
        drop(runtime);
        if self.once {
            return Ok(ExitCode::SUCCESS);
        }
        let listening = |address| {
            show::addresses(address, asked.first().map_or("", String::as_str));
            shoppers::begin(address, asked);
        };
        vitrine_web::serve(config, listening).map_err(|error| Failure::new(error.to_string()))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Decides all products, prints the table and writes the report; gives the same requests as the server can answer them.
    async fn decide(&self, app: &Arc<App>, products: &[&[Drawn]]) -> Result<Vec<String>, Failure> {
        let bar = output::progress(products.len(), "judging");
        let mut decided = Vec::with_capacity(products.len());
        let mut sections = Vec::with_capacity(products.len());
        let mut asked = Vec::with_capacity(products.len());
        for product in products {
            let request = request(product);
            let (answer, hashes) = stored::decide(app, request.clone()).await?;
            asked.push(by_hash(product, &hashes));
            sections.push(section(product, &answer));
            decided.push(Decided { drawn: product.to_vec(), answer });
            bar.inc(1);
        }
        bar.finish_and_clear();
        let mut out = output::stdout();
        show::table(&mut out, &decided)?;
        let mut page = Report::new("Sample catalogue", "a drawn catalogue, judged by the house rules", sections);
        let not_measurable: Vec<_> = decided.iter().flat_map(|product| &product.answer.not_measurable).cloned().collect();
        page.describe_rules(&app.live.now().stable.1.packs, app.judge.catalog(), &not_measurable);
        let file = self.folder.join("report.html");
        std::fs::write(&file, report::page(&page)).map_err(|error| Failure::io("write", &file, &error))?;
        show::files(&mut out, &self.folder)?;
        Ok(asked)
    }
}

/// The catalogue of the folder: as it lies there, or drawn now.
fn drawn_once(folder: &Path) -> Result<Vec<Drawn>, Failure> {
    let manifest = folder.join("manifest.jsonl");
    let known = std::fs::read_to_string(&manifest).ok().and_then(|text| {
        let drawn: Vec<Drawn> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>().ok()?;
        (!drawn.is_empty() && drawn.iter().all(|one| one.file.is_file())).then_some(drawn)
    });
    if let Some(drawn) = known {
        return Ok(drawn);
    }
    eprintln!("drawing a sample catalogue into {} (about a minute, once)", folder.display());
    let bar = output::progress(vitrine_web::sample::products::all().len(), "drawing");
    let drawn = draw(folder, &Settings::default(), || bar.inc(1)).map_err(|error| Failure::io("draw into", folder, &error))?;
    bar.finish_and_clear();
    Ok(drawn)
}

fn request(product: &[Drawn]) -> SelectRequest {
    let first = &product[0];
    let candidate = |one: &Drawn| vitrine_web::wire::CandidateSource {
        id: one.id.as_str().into(),
        hash: None,
        bytes: None,
        url: None,
        path: Some(one.file.clone()),
    };
    SelectRequest {
        marketplace: None,
        region: None,
        language: None,
        date: None,
        product: vitrine_web::wire::Product {
            id: first.product_id.as_str().into(),
            category: Some(first.category.clone()),
            seller: Some(seller(first)),
            family: None,
        },
        current_main: None,
        unit_id: None,
        traffic: None,
        device: None,
        visitor: None,
        force_variants: None,
        deadline_ms: None,
        candidates: product.iter().map(candidate).collect(),
    }
}

/// One of three made-up sellers, the same for the same product.
fn seller(one: &Drawn) -> String {
    const SELLERS: [&str; 3] = ["Alder & Co", "Birch Trading", "Cedar Goods"];
    SELLERS[one.product_id.bytes().map(usize::from).sum::<usize>() % SELLERS.len()].to_owned()
}

fn section(product: &[Drawn], answer: &SelectAnswer) -> Section {
    let first = &product[0];
    Section::of_answer(&first.title, &first.category, answer, |id| {
        let Some(one) = product.iter().find(|one| one.id == id.as_str()) else { return (id.to_string(), None) };
        let small = std::fs::read(&one.file).ok().and_then(|bytes| thumbnail(&bytes));
        (one.file.display().to_string(), small)
    })
}

/// The body of a selection by hashes: the pictures are known to the server.
fn by_hash(product: &[Drawn], hashes: &[ContentHash]) -> String {
    let candidates: Vec<_> = product.iter().zip(hashes).map(|(one, hash)| serde_json::json!({ "id": one.id, "hash": hash })).collect();
    let first = product.first();
    let product = first.map(|one| serde_json::json!({ "id": one.product_id, "category": one.category, "seller": seller(one) }));
    serde_json::json!({ "product": product, "candidates": candidates }).to_string()
}
