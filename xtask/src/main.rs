//! Tasks of this repository: `cargo xtask dist` makes the release archive.

mod dist;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use dist::{Options, dist};

/// Tasks of this repository
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make the release archive
    ///
    /// It holds the programs `temps-wasm` and `temps-launcher`, the SDK's sources, the WIT interfaces,
    /// the documentation, the licences of what the programs are built from, and an SBOM (CycloneDX 1.5).
    /// The archive's path goes to stdout. SOURCE_DATE_EPOCH is the time of its files; without it, they
    /// have that of the last commit.
    Dist {
        /// The target of the programs [default: this machine's]
        #[arg(long, value_name = "TRIPLE")]
        target: Option<String>,
        /// Cargo's profile for the programs
        #[arg(long, value_name = "NAME", default_value = "release")]
        profile: String,
        /// The folder for the archive [default: target/dist]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let Task::Dist { target, profile, out } = CommandLine::parse().task;
    let made = dist(&Options { target, profile, out });
    match made {
        Ok(archive) => match writeln!(io::stdout(), "{}", archive.display()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(error) => {
            // A stderr that is gone loses the line, and the exit code stays.
            drop(writeln!(io::stderr(), "error: {error}"));
            ExitCode::FAILURE
        }
    }
}
