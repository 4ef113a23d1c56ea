//! `temps-wasm`, the tool for authors and operators of Temps component plugins.
//! Each command's `--help` tells its exit codes.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use temps_wasm::command::CommandLine;

#[tokio::main]
async fn main() -> ExitCode {
    match CommandLine::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A stderr that is gone changes nothing about the exit code.
            let _ = writeln!(io::stderr().lock(), "error: {error}");
            ExitCode::from(error.exit_code() as u8)
        }
    }
}
