//! `vitrine sample`: draws the sample catalogue.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use vitrine_web::sample::{Settings, draw};

use super::{Failure, output};

/// Draw a catalogue of products to try things on: clean pictures, scenes, and every fault that rules speak of
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  vitrine sample try-out && vitrine select try-out/requests.jsonl

Writes FOLDER/images/, FOLDER/requests.jsonl (one selection request a product) and FOLDER/manifest.jsonl (what was drawn where).
The same seed draws the same pictures.")]
pub struct Sample {
    /// Where to write; made when it is not there
    folder: PathBuf,
    /// Another seed draws other places, noise and angles
    #[arg(long, default_value_t = Settings::default().seed)]
    seed: u64,
    /// Longer side of the pictures in px
    #[arg(long, value_name = "PX", default_value_t = Settings::default().long_side_px as u32, value_parser = clap::value_parser!(u32).range(64..=4000))]
    size: u32,
    /// Only the first so many products
    #[arg(long, value_name = "COUNT")]
    products: Option<usize>,
}

impl Sample {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let settings = Settings { seed: self.seed, long_side_px: self.size as usize, products: self.products.unwrap_or(usize::MAX) };
        let count = vitrine_web::sample::products::all().len().min(settings.products);
        let bar = output::progress(count, "drawing");
        let drawn = draw(&self.folder, &settings, || bar.inc(1)).map_err(|error| Failure::io("draw into", &self.folder, &error))?;
        bar.finish_and_clear();
        let faulty = drawn.iter().filter(|picture| picture.defect.is_some()).count();
        let mut out = output::stdout();
        writeln!(out, "{count} products, {} pictures ({faulty} with a fault drawn in) in {}", drawn.len(), self.folder.display())?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
