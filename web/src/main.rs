//! The `vitrine` program: one subcommand per file under `commands/`, each of which parses, calls and prints.

mod commands;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = commands::Cli::parse();
    match commands::run(command) {
        Ok(code) => code,
        // Whoever read our output has closed it: nothing is wrong, and nobody is left to tell.
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}
