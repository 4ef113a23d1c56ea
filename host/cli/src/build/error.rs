use std::io;
use std::path::PathBuf;

use super::{Finding, Level, TARGET, dependencies};

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The path is not there.
    #[error("cannot find {}: {source}", path.display())]
    Path {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no `Cargo.toml`.
    #[error("there is no Cargo.toml in {} or above it: give the folder of the plugin's crate, a component or a packed plugin", path.display())]
    NoCrate {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A workspace has no member that could be meant.
    #[error("{} is a workspace without a plugin crate: none of its members has a `cdylib` library", path.display())]
    NoMember {
        /// The workspace's `Cargo.toml`.
        path: PathBuf,
    },
    /// A workspace has several members that could be meant.
    #[error("{} is a workspace with several plugin crates; give the folder of one of them: {}", path.display(), members.join(", "))]
    SeveralMembers {
        /// The workspace's `Cargo.toml`.
        path: PathBuf,
        /// The members' names.
        members: Vec<String>,
    },
    /// The crate's library is not of the right kind.
    #[error(
        "the crate `{name}` has no `cdylib` library, which a component is built from; add to {}:\n\n    [lib]\n    crate-type = [\"cdylib\"]",
        manifest.display()
    )]
    NotCdylib {
        /// The crate.
        name: String,
        /// Its `Cargo.toml`.
        manifest: PathBuf,
    },
    /// The crate depends on what does not build for WebAssembly. Findings that are no errors are among them.
    #[error("{}", dependencies::text(findings))]
    Dependencies {
        /// What was found, the worst first.
        findings: Vec<Finding>,
    },
    /// The crate was not compiled, and dependencies are the likely cause.
    #[error("{error}\n{}", likely(findings, *shown))]
    Likely {
        /// How the compilation failed.
        error: Box<BuildError>,
        /// The likely causes.
        findings: Vec<Finding>,
        /// Whether they were shown before.
        shown: bool,
    },
    /// A program is not installed.
    #[error("cannot run `{program}`: {source}{}", hint(program))]
    Program {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// A program failed.
    #[error("`{command}` failed with {status}{}", output(stderr))]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: String,
        /// What it wrote to stderr, where that was not shown.
        stderr: String,
    },
    /// The target is missing, and could not be added.
    #[error(
        "the target {TARGET} is not installed, and `rustup target add {TARGET}` failed with {status}: see what it says above"
    )]
    TargetNotAdded {
        /// How rustup ended.
        status: String,
    },
    /// The target is missing, and there is no rustup to add it.
    #[error(
        "the target {TARGET} is not installed, and there is no rustup to add it: install rustup from https://rustup.rs, or add the \
         target's standard library to {} by the means that installed Rust",
        libdir.display()
    )]
    NoRustup {
        /// Where rustc looks for the target.
        libdir: PathBuf,
    },
    /// The workspace's manifest cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Manifest {
        /// The `Cargo.toml`.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The workspace's manifest is not TOML.
    #[error("{} is not TOML: {source}", path.display())]
    ManifestToml {
        /// The `Cargo.toml`.
        path: PathBuf,
        /// Why.
        source: toml::de::Error,
    },
    /// What cargo says is not understood.
    #[error("`{command}` wrote something unexpected: {source}")]
    Output {
        /// The command.
        command: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// Cargo built nothing that is a component.
    #[error("cargo built `{name}`, but named no .wasm file for it")]
    NoArtifact {
        /// The crate.
        name: String,
    },
}

impl BuildError {
    /// The failure of a compilation with its likely causes, if there are any.
    pub(super) fn because_of(self, findings: Vec<Finding>, shown: bool) -> Self {
        let findings: Vec<_> = findings.into_iter().filter(|finding| finding.level() == Level::Warning).collect();
        match self {
            error @ Self::Failed { .. } if !findings.is_empty() => Self::Likely { error: error.into(), findings, shown },
            error => error,
        }
    }
}

fn likely(findings: &[Finding], shown: bool) -> String {
    if shown {
        let names: Vec<_> = findings.iter().map(|finding| format!("`{}`", finding.name())).collect();
        format!("the likely cause is in the warning about {} above", names.join(", "))
    } else {
        format!("the likely cause: {}", dependencies::text(findings))
    }
}

fn hint(program: &str) -> &'static str {
    match program {
        "cargo" | "rustc" => "; install Rust from https://rustup.rs",
        _ => "",
    }
}

fn output(stderr: &str) -> String {
    match stderr.trim_end() {
        "" => String::new(),
        stderr => format!(":\n{stderr}"),
    }
}
