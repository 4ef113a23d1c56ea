//! `temps-wasm`, the tool for authors and operators of Temps component plugins.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done; `dev`: stopped by Ctrl-C or a signal |
//! | 1 | `dev --get`: the plugin answered 4xx or 5xx, or not; stdout was closed |
//! | 2 | the command line is wrong; `new`: the plugin's name, or `--sdk`, is |
//! | 3 | the crate or component cannot be built or used; `inspect`, `install`: a plugin whose description cannot be |
//! | 4 | `dev`, `pack`, `inspect`: no launcher that can be used; `dev`: bad fixtures, or the port is taken |
//! | 5 | `dev`: the plugin did not start |
//! | 6 | `dev`: the plugin ended by itself |
//! | 7 | `emit`: no local Temps there, or it refused the event |
//! | 8 | `events`: no inbox there, or an event that cannot be shown or changed |
//! | 9 | `new`, `pack`, `unpack`, `verify`, `keygen`, `inspect`, `install`, `uninstall`, `list`: a file, folder or key cannot be read or written; `new`: the folder is not empty, or there is no SDK around |
//! | 10 | `unpack`, `verify`, `install`: the file is not packed |
//! | 11 | `unpack`, `verify`, `inspect`, `install`: the file is not as it was packed |
//! | 12 | `verify`, `inspect`, `install`: the file is whole, and none of the keys signed it, or of those that its policy trusts |
//! | 13 | `install`, `uninstall`: declined, or there is no terminal to ask on: nothing was done |
//! | 14 | `inspect`, `install`: the policy file cannot be used |
//! | 15 | `install`, `uninstall`: something else has the name, or nothing; the plugin is there under another; it runs |

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
