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

/// What components are compiled for.
const TARGET: &str = "wasm32-wasip2";

/// Built often, run briefly: fast to build, and with names in their backtraces. The examples as the guests: what they depend on is compiled once.
const SETTINGS: &[&str] = &[
    r#"profile.plugin.inherits="release""#,
    "profile.plugin.opt-level=1",
    "profile.plugin.codegen-units=16",
    r#"profile.plugin.lto="off""#,
    r#"profile.plugin.panic="abort""#,
    r#"profile.plugin.strip="debuginfo""#,
    // What the examples' workspace has another level for, for launchers.
    "profile.plugin.package.icu_normalizer.opt-level=1",
    "profile.plugin.package.icu_properties.opt-level=1",
    "profile.plugin.package.idna.opt-level=1",
    "profile.plugin.package.tracing-subscriber.opt-level=1",
    "profile.plugin.package.url.opt-level=1",
    "profile.plugin.package.wasmparser.opt-level=0",
];

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
    ensure_target()?;
    build(&here.join("guests/Cargo.toml"), &target, &["--workspace".into()])?;
    let packages = examples.iter().map(|example| package(example)).collect::<Result<Vec<_>>>()?;
    let selected: Vec<String> = packages.iter().flat_map(|name| ["--package".to_owned(), name.clone()]).collect();
    build(&root.join("Cargo.toml"), &target, &selected)?;

    let components = target.join(TARGET).join("plugin");
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

/// Adds the target to the toolchain if it is missing, also where rustup is told not to install by itself.
fn ensure_target() -> Result<()> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let libdir = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output()?;
    if Path::new(String::from_utf8_lossy(&libdir.stdout).trim()).is_dir() {
        return Ok(());
    }
    let added = Command::new("rustup").args(["target", "add", TARGET]).output();
    let reason = match added {
        Ok(added) if added.status.success() => return Ok(()),
        Ok(added) => String::from_utf8_lossy(&added.stderr).trim_end().to_owned(),
        Err(error) => error.to_string(),
    };
    Err(format!("the tests' guests need the target {TARGET}: run `rustup target add {TARGET}`, which failed here:\n{reason}")
        .into())
}

fn build(manifest: &Path, target: &Path, selected: &[String]) -> Result<()> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--profile", "plugin", "--target", TARGET, "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(target)
        .args(selected)
        // No test here opens an interface in a browser, and building one takes npm and its registry.
        .env("SKIP_WEB_BUILD", "1")
        .args(SETTINGS.iter().flat_map(|setting| ["--config", setting]))
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
