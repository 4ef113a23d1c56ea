//! The release archive.
//!
//! ```text
//!  cargo build ─▶ bin/ ──────────────┐
//!  cargo metadata ─▶ Graph ─▶ licences/, sbom.cdx.json ─▶ folder ─▶ .tar.gz, .sha256
//!        └─▶ sdk: a workspace of its sources ────┘
//! ```
//!
//! The folder is made anew each time, beside the archive.

mod archive;
mod docs;
mod error;
mod graph;
mod licences;
mod programs;
mod sbom;
mod sdk;

use std::fs;
use std::path::{Path, PathBuf};

use error::At as _;
pub(crate) use error::DistError;
use graph::Graph;

/// The programs in the archive, by their packages' names.
pub(crate) const PROGRAMS: [&str; 2] = ["temps-wasm", "temps-launcher"];

/// The profile of archives that are passed on.
const RELEASE: &str = "release";

/// The archive's README, for a reader who has nothing else.
const README: &str = include_str!("dist/README.md");

/// What is asked for. See `cargo xtask dist --help`.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) target: Option<String>,
    pub(crate) profile: String,
    pub(crate) out: Option<PathBuf>,
}

/// Makes the archive, and returns its path.
///
/// # Errors
///
/// [`DistError`], with the file or command that failed.
pub(crate) fn dist(options: &Options) -> Result<PathBuf, DistError> {
    let graph = Graph::read(options.target.as_deref())?;
    // Before the build, which takes minutes.
    let time = graph.time()?;
    let programs = programs::build(&graph, &options.profile, options.target.as_deref())?;

    let out = options.out.clone().unwrap_or_else(|| graph.target_dir().join("dist"));
    // One that is not for release does not look as if it were.
    let profile =
        if options.profile == RELEASE { String::new() } else { format!("-{}", options.profile) };
    let name = format!("temps-wasm-{}-{}{profile}", graph.version(), graph.triple());
    let folder = out.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder).at(&folder)?;
    }
    for program in &programs {
        copy(&program.path, &folder.join("bin").join(program.name))?;
    }
    sdk::write_workspace(&graph, &folder.join("sdk"))?;
    let root = graph.root();
    copy_tree(&root.join("wit"), &folder.join("wit"))?;
    docs::copy(&graph, &folder)?;
    for file in ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root.join(file), &folder.join(file))?;
    }
    write(&folder.join("README.md"), README.as_bytes())?;
    write(&folder.join("licences.txt"), licences::text(&graph)?.as_bytes())?;
    write(&folder.join("sbom.cdx.json"), &sbom::json(&graph)?)?;
    archive::pack(&folder, &out.join(format!("{name}.tar.gz")), time)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), DistError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).at(parent)?;
    }
    fs::write(path, bytes).at(path)
}

/// Copies a file with its permissions. A link is followed.
fn copy(from: &Path, to: &Path) -> Result<(), DistError> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).at(parent)?;
    }
    fs::copy(from, to).at(from).map(drop)
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), DistError> {
    for entry in fs::read_dir(from).at(from)? {
        let entry = entry.at(from)?;
        if is_temporary(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy_tree(&path, &to)? } else { copy(&path, &to)? }
    }
    Ok(())
}

/// Whether an editor made a file of this name beside another.
fn is_temporary(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~')
}
