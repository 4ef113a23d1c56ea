//! Dependencies that do not fit a plugin, found before anything is compiled.
//!
//! ```text
//!  cargo tree ─▶ Tree ──▶ rules ──▶ warnings, notes: shown, and the build goes on
//!                  │        ▲ └───▶ errors: there is no build
//!                  └────────┴── cargo metadata ─▶ Manifests: who asks for tokio's features
//! ```
//!
//! tokio ends a build for WebAssembly minutes after its beginning, in words that do not say which line of
//! which `Cargo.toml` to change. Here an error names the line, and the line as it should be.
//!
//! Only what is compiled into the component counts: neither tests nor build scripts. Where cargo cannot be
//! asked, such as without a network, nothing is found: the build says why it fails.

mod entry;
mod finding;
mod requests;
mod rules;
mod tree;

pub use finding::{Finding, Level};

use requests::Manifests;
use rules::Manifest;
use tree::Tree;

use super::metadata::GRAPH;
use super::run::{cargo, command, output, output_with_progress};
use super::{Crate, Stderr};

/// The rustc flag with which tokio compiles for WebAssembly whatever its features are.
const TOKIO_UNSTABLE: &str = "tokio_unstable";

/// Looks at what the crate depends on. The worst comes first.
///
/// `flags` says whether this text is in a flag for the compiler.
pub(super) async fn look(found: &Crate, flags: impl Fn(&str) -> bool, stderr: Stderr<'_>) -> Vec<Finding> {
    let workspace = found.workspace_root.join("Cargo.toml");
    let manifest = Manifest { path: &found.manifest, workspace: &workspace };
    let arguments = [&tree::ARGUMENTS[..], &["--package", &found.name]].concat();
    // What is to be downloaded for the build is downloaded here.
    let text = output_with_progress("cargo", &arguments, &mut command(cargo(), &arguments, &found.dir), stderr).await;
    let Some(tree) = text.ok().and_then(|text| Tree::parse(&text)) else { return Vec::new() };
    let mut findings = Vec::new();
    if rules::has_errors(&tree) && !flags(TOKIO_UNSTABLE) {
        let text = output("cargo", &GRAPH, &mut command(cargo(), &GRAPH, &found.dir)).await;
        let manifests: Option<Manifests> = text.ok().and_then(|text| serde_json::from_str(&text).ok());
        findings.extend(manifests.map(|manifests| rules::errors(&tree, &manifests, manifest)).unwrap_or_default());
    }
    // One change of a line is enough to ask for.
    let others = rules::warnings(&tree, manifest);
    let is_new = |other: &Finding| other.place().is_none_or(|place| findings.iter().all(|error| error.place() != Some(place)));
    let others: Vec<_> = others.into_iter().filter(is_new).collect();
    findings.extend(others);
    findings.sort_by_key(Finding::level);
    findings
}

/// The findings as one text, each with its level in front but for the first, whose level is the caller's to say.
pub(super) fn text(findings: &[Finding]) -> String {
    let mut findings = findings.iter();
    let first = findings.next().map(ToString::to_string).unwrap_or_default();
    findings.fold(first, |text, finding| format!("{text}\n{}: {finding}", finding.level))
}

/// Shows the findings that do not end a build.
pub(super) fn show(findings: &[Finding], stderr: Stderr<'_>) {
    for finding in findings.iter().filter(|finding| finding.level != Level::Error) {
        for line in format!("{}: {finding}", finding.level).lines() {
            stderr.write(line);
        }
    }
}
