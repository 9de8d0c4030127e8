//! The demo's database: every picture measured and every decision stored, as the server does it.

use std::path::Path;
use std::sync::Arc;

use vitrine_engine::ContentHash;
use vitrine_web::app::App;
use vitrine_web::config::Config;
use vitrine_web::pictures::Wanted;
use vitrine_web::wire::{SelectAnswer, SelectRequest};

use crate::commands::Failure;

/// Settings of the demo: its database in the folder, this machine only.
pub fn config(folder: &Path, packs: Option<&Path>, port: u16) -> Result<Config, Failure> {
    let mut variables = vec![
        ("VITRINE_STORE__URL".to_owned(), format!("sqlite:{}", folder.join("vitrine.db").display())),
        ("VITRINE_LOG__LEVEL".to_owned(), "warn".to_owned()),
        ("VITRINE_SERVER__BIND".to_owned(), format!("127.0.0.1:{port}")),
        ("VITRINE_STUDIO__DEMO".to_owned(), "true".to_owned()),
        // A few dozen products: large shares and short stages, so that one can watch a release go live.
        ("VITRINE_ROLLOUT__STAGES".to_owned(), "0.25,0.5".to_owned()),
        ("VITRINE_ROLLOUT__PRODUCTS_MIN".to_owned(), "5".to_owned()),
        ("VITRINE_ROLLOUT__STAGE_MS".to_owned(), "15000".to_owned()),
    ];
    variables.extend(packs.map(|packs| ("VITRINE_RULES__PACKS".to_owned(), packs.display().to_string())));
    Config::from_parts("demo", "", variables).map_err(|error| Failure::new(error.to_string()))
}

/// Measures and stores the pictures of a request, and decides it by their hashes.
pub async fn decide(app: &Arc<App>, mut request: SelectRequest) -> Result<(SelectAnswer, Vec<ContentHash>), Failure> {
    let mut hashes = Vec::with_capacity(request.candidates.len());
    for candidate in &mut request.candidates {
        let Some(path) = candidate.path.take() else { continue };
        let bytes = std::fs::read(&path).map_err(|error| Failure::io("read", &path, &error))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let picture = app.picture_of_bytes(bytes, name, Wanted::Everything).await.map_err(refused)?;
        candidate.hash = Some(picture.measured.content_hash);
        hashes.push(picture.measured.content_hash);
    }
    let body = app.select(&request).await.map_err(refused)?;
    let answer = serde_json::from_slice(&body).map_err(|error| Failure::new(format!("the answer cannot be read: {error}")))?;
    Ok((answer, hashes))
}

fn refused(error: vitrine_web::error::ApiError) -> Failure {
    let body = error.body();
    Failure::new(body.message.clone()).help(body.help.clone())
}
