//! Builds both sides as they are deployed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::BenchError;

/// What was built.
#[derive(Debug)]
pub struct Built {
    pub launcher: PathBuf,
    pub component: PathBuf,
    pub native: PathBuf,
}

pub fn all() -> Result<Built, BenchError> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let root = benches.join("..").canonicalize()?;
    cargo("the launcher", &root, &["build", "--quiet", "--release", "-p", "temps-launcher"])?;
    cargo("the native peer", &benches, &["build", "--quiet", "--release", "-p", "bench-native"])?;
    let plugin = ["build", "--quiet", "--profile", "plugin", "--target", "wasm32-wasip2", "-p", "bench-plugin"];
    cargo("the plugin", &benches, &plugin)?;
    Ok(Built {
        launcher: root.join("target/release/temps-launcher"),
        component: benches.join("target/wasm32-wasip2/plugin/bench_plugin.wasm"),
        native: benches.join("target/release/bench-native"),
    })
}

fn cargo(what: &'static str, folder: &Path, arguments: &[&str]) -> Result<(), BenchError> {
    eprintln!("building {what}");
    let built = Command::new("cargo").args(arguments).current_dir(folder).status()?;
    if built.success() { Ok(()) } else { Err(BenchError::Build { what }) }
}
