//! Builds every guest in `guests/` and every example plugin for `wasm32-wasip2`, and writes a constant with the path of each.
//!
//! The guests are a workspace of their own, and everything goes to a target folder of its own: a build script cannot use the one that
//! the build around it has locked.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = here.join("../..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let target = out.ancestors().find(|path| path.ends_with("build")).and_then(Path::parent).map_or(out.clone(), Path::to_owned);
    let target = target.join("guests");
    for changed in ["wit", "guest-sdk", "host/protocol/src", "host/test-guests/guests", "Cargo.lock", "Cargo.toml", ".cargo"] {
        println!("cargo::rerun-if-changed={}", root.join(changed).display());
    }

    let guests = folders(&here.join("guests"))?;
    let examples = folders(&root.join("examples"))?;
    // Not an example's `web`: interfaces are not built here, and what npm and builds write there changes no component. A new example is in Cargo.toml.
    for changed in examples.iter().flat_map(|example| ["Cargo.toml", "build.rs", "src"].map(|name| example.join(name))) {
        if changed.exists() {
            println!("cargo::rerun-if-changed={}", changed.display());
        }
    }
    build(&here.join("guests/Cargo.toml"), &target, &["--workspace".into()])?;
    let packages = examples.iter().map(|example| package(example)).collect::<Result<Vec<_>>>()?;
    let selected: Vec<String> = packages.iter().flat_map(|name| ["--package".to_owned(), name.clone()]).collect();
    build(&root.join("Cargo.toml"), &target, &selected)?;

    let components = target.join("wasm32-wasip2/plugin");
    let mut constants = String::new();
    let mut names = Vec::new();
    for guest in guests.iter().filter(|guest| guest.join("Cargo.toml").exists()) {
        let package = package(guest)?;
        let component = components.join(format!("{}.wasm", package.replace('-', "_")));
        // Shared code of the guests is a library, not a component.
        if !fs::read_to_string(guest.join("Cargo.toml"))?.contains("cdylib") {
            continue;
        }
        let name = package.replace('-', "_");
        constant(&mut constants, &name, &component)?;
        names.push(name.to_uppercase());
    }
    for package in &packages {
        constant(&mut constants, &package.replace('-', "_"), &components.join(format!("{}.wasm", package.replace('-', "_"))))?;
    }
    writeln!(constants, "/// The constants of all guests, without the examples.\npub const ALL: &[&str] = &{names:?};")?;
    fs::write(out.join("guests.rs"), constants)?;
    Ok(())
}

fn constant(constants: &mut String, name: &str, component: &Path) -> Result<()> {
    if !component.exists() {
        return Err(format!("the build made no {}", component.display()).into());
    }
    writeln!(constants, "/// The component of `{name}`.\npub const {}: &str = {component:?};", name.to_uppercase())?;
    Ok(())
}

fn folders(path: &Path) -> Result<Vec<PathBuf>> {
    let mut folders: Vec<_> = fs::read_dir(path)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("Cargo.toml").exists())
        .collect();
    folders.sort();
    Ok(folders)
}

fn package(folder: &Path) -> Result<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    Ok(name.ok_or_else(|| format!("{} names no package", folder.display()))?.to_owned())
}

fn build(manifest: &Path, target: &Path, selected: &[String]) -> Result<()> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--profile", "plugin", "--target", "wasm32-wasip2", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(target)
        .args(selected)
        // No test here opens an interface in a browser, and building one takes npm and its registry.
        .env("SKIP_WEB_BUILD", "1")
        // The examples as the guests are: what they depend on is compiled once, and they are not run for long.
        .envs([
            ("CARGO_PROFILE_PLUGIN_OPT_LEVEL", "1"),
            ("CARGO_PROFILE_PLUGIN_CODEGEN_UNITS", "16"),
            ("CARGO_PROFILE_PLUGIN_LTO", "off"),
        ])
        // What the build around this one set is not for guests.
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("RUSTC_WRAPPER")
        .env_remove("CARGO_TARGET_DIR");
    let built = cargo.output()?;
    if built.status.success() {
        return Ok(());
    }
    Err(format!("guests do not build:\n{}", String::from_utf8_lossy(&built.stderr)).into())
}
