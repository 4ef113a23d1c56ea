//! `temps-wasm`, the tool for authors and operators of Temps component plugins.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done; `dev`: stopped by Ctrl-C or a signal |
//! | 1 | `dev --get`: the plugin answered 4xx or 5xx, or not; stdout was closed |
//! | 2 | the command line is wrong |
//! | 3 | the crate or component cannot be built or used |
//! | 4 | `dev`, `pack`: no launcher that can be used; `dev`: bad fixtures, or the port is taken |
//! | 5 | `dev`: the plugin did not start |
//! | 6 | `dev`: the plugin ended by itself |
//! | 7 | `emit`: no local Temps there, or it refused the event |
//! | 8 | `events`: no inbox there, or an event that cannot be shown or changed |
//! | 9 | `pack`, `unpack`, `verify`, `keygen`: a file or key cannot be read or written |
//! | 10 | `unpack`, `verify`: the file is not packed |
//! | 11 | `unpack`, `verify`: the file is not as it was packed |
//! | 12 | `verify`: the file is whole, and none of the keys signed it |

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
            ExitCode::from(error.exit_code())
        }
    }
}
