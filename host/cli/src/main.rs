//! `temps-wasm`, the tool for authors and operators of Temps component plugins.
//! Each command's `--help` tells its exit codes.

use std::process::ExitCode;

use clap::Parser as _;
use temps_wasm::command::{CommandLine, show};

#[tokio::main]
async fn main() -> ExitCode {
    match CommandLine::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            show(&error);
            ExitCode::from(error.exit_code() as u8)
        }
    }
}
