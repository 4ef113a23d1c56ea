//! Builds both sides as they are deployed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::BenchError;

/// What was built.
#[derive(Debug)]
pub struct Built {
    pub launcher: PathBuf,
    /// The tool that packs.
    pub cli: PathBuf,
    pub component: PathBuf,
    pub native: PathBuf,
}

/// Builds what is not up to date, but for a launcher that is given.
pub fn all(launcher: Option<&Path>) -> Result<Built, BenchError> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = |path: &str| here.join(path).canonicalize().map_err(BenchError::io("find", here));
    let (benches, root) = (folder("..")?, folder("../..")?);
    if launcher.is_none() {
        cargo("the launcher", &root, &["build", "--quiet", "--release", "-p", "temps-launcher"])?;
    }
    cargo("temps-wasm", &root, &["build", "--quiet", "-p", "temps-wasm"])?;
    cargo("the native peer", &benches, &["build", "--quiet", "--release", "-p", "bench-native"])?;
    let plugin = ["build", "--quiet", "--profile", "plugin", "--target", "wasm32-wasip2", "-p", "bench-plugin"];
    cargo("the plugin", &benches, &plugin)?;
    Ok(Built {
        launcher: launcher.map_or_else(|| root.join("target/release/temps-launcher"), Path::to_owned),
        cli: root.join("target/debug/temps-wasm"),
        component: benches.join("target/wasm32-wasip2/plugin/bench_plugin.wasm"),
        native: benches.join("target/release/bench-native"),
    })
}

fn cargo(what: &'static str, folder: &Path, arguments: &[&str]) -> Result<(), BenchError> {
    eprintln!("building {what}");
    let built = Command::new("cargo").args(arguments).current_dir(folder).status();
    match built.map_err(BenchError::io("run cargo in", folder))?.success() {
        true => Ok(()),
        false => Err(BenchError::Build { what, command: format!("cd {}; cargo {}", folder.display(), arguments.join(" ")) }),
    }
}
