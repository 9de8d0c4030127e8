//! `vitrine openapi`: the description of the HTTP interface.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, output};

/// Print the OpenAPI 3.1 description of the HTTP interface
#[derive(Debug, Args)]
pub struct Openapi {}

impl Openapi {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut out = output::stdout();
        out.write_all(vitrine_web::routes::openapi_json().as_bytes())?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
