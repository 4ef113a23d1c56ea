//! The binary that Temps spawns as a plugin. What it does is in the library of the same name.

use std::process::ExitCode;

fn main() -> ExitCode {
    temps_launcher::main()
}
