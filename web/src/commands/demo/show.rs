//! What the demo prints: a table of products, what was chosen, and what was left out and why.

use std::io::{self, Write};
use std::path::Path;

use vitrine_engine::{Decision, Enforcement};
use vitrine_web::wire::{ImageAnswer, Reason};

use super::Decided;
use crate::commands::output;

/// One row a product.
pub fn table(out: &mut impl Write, decided: &[Decided]) -> io::Result<()> {
    let mut rows = vec![["product", "chosen", "follow", "left out, and why"].map(str::to_owned).to_vec()];
    for product in decided {
        let answer = &product.answer;
        let chosen = answer.main.as_ref().map_or_else(|| "none may lead".to_owned(), ToString::to_string);
        let shown = answer.gallery.len().to_string();
        let left_out: Vec<String> = answer.images.iter().filter_map(left_out).collect();
        let title = product.drawn.first().map_or_else(|| answer.product_id.to_string(), |first| first.title.clone());
        if left_out.is_empty() {
            rows.push(vec![title, chosen, shown, String::new()]);
            continue;
        }
        for (index, reason) in left_out.into_iter().enumerate() {
            let once = |text: &str| if index == 0 { text.to_owned() } else { String::new() };
            rows.push(vec![once(&title), once(&chosen), once(&shown), reason]);
        }
    }
    output::table(out, &rows)?;
    let pictures: usize = decided.iter().map(|product| product.answer.images.len()).sum();
    let leading = decided.iter().filter(|product| product.answer.main.is_some()).count();
    writeln!(out, "\n{} products, {pictures} pictures; {leading} products have a main picture", decided.len())
}

/// Where things were written.
pub fn files(out: &mut impl Write, folder: &Path) -> io::Result<()> {
    writeln!(out, "report:   {}", folder.join("report.html").display())?;
    writeln!(out, "requests: {}", folder.join("requests.jsonl").display())?;
    out.flush()
}

/// Where the server listens, and a request to try.
pub fn addresses(address: std::net::SocketAddr, example: &str) {
    println!("\nlistening on http://{address}  (stop with Ctrl-C)");
    println!("  the Rule Studio, sign in with one click: http://{address}/studio/");
    println!("  try a picture of your own:               http://{address}/studio/try");
    println!("  every route, with examples:              http://{address}/");
    println!("try:\n  curl -s http://{address}/v1/select -H 'content-type: application/json' -d '{example}'");
}

fn left_out(image: &ImageAnswer) -> Option<String> {
    if let Some(error) = &image.error {
        return Some(format!("{}: {}", image.id, error.message));
    }
    if let Some(other) = &image.duplicate_of {
        return Some(format!("{}: repeats {other}", image.id));
    }
    if image.action < Decision::Review {
        return None;
    }
    let reasons: Vec<Reason> = serde_json::from_str(image.reasons.get()).unwrap_or_default();
    let strongest = reasons.iter().find(|reason| reason.enforcement == Enforcement::Enforce);
    let word = if image.action == Decision::Suppress { "" } else { "(review) " };
    Some(format!("{}: {word}{}", image.id, strongest.map_or("", |reason| &reason.message)))
}
