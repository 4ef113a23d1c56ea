use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why the web interface was not built. `Debug` is the message too, as that is what `main` shows.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum WebBuildError {
    /// It does not run in a build script.
    #[error("{0} is not set: call this from a plugin's build.rs")]
    NoBuildScript(&'static str),
    /// There is no folder with the interface's sources.
    #[error("{} has no package.json: put the web interface's sources there, or take the web build out of build.rs", .0.display())]
    NoSources(PathBuf),
    /// No tool to build with.
    #[error(
        "neither bun nor npm is on the PATH, to build {}: install bun (https://bun.sh) or Node.js with npm (https://nodejs.org), or set SKIP_WEB_BUILD=1 \
         to build the plugin with a placeholder for its interface",
        .0.display()
    )]
    NoTool(PathBuf),
    /// A tool is there, and does not start.
    #[error("cannot run `{command}` in {}: {source}", .folder.display())]
    Start {
        /// The command line.
        command: String,
        /// Where it was to run.
        folder: PathBuf,
        /// Why it did not.
        source: io::Error,
    },
    /// A tool failed.
    #[error("`{command}` failed in {} ({status}). The end of what it said:\n\n{tail}\n", .folder.display())]
    Failed {
        /// The command line.
        command: String,
        /// Where it ran.
        folder: PathBuf,
        /// How it ended.
        status: std::process::ExitStatus,
        /// Its last lines.
        tail: String,
    },
    /// The build went well and made no page.
    #[error("`{command}` made no {}: let it write to `dist` (`build.outDir` in vite.config)", .index.display())]
    NoIndex {
        /// The command line.
        command: String,
        /// The page that is missing.
        index: PathBuf,
    },
    /// The configuration has another base, or none.
    #[error("{} {found}, and the plugin's interface is at `{expected}`: write `base: \"{expected}\",`", .config.display())]
    Base {
        /// The configuration.
        config: PathBuf,
        /// What it says.
        found: String,
        /// What it has to say.
        expected: String,
    },
    /// What was built loads something from a place at which there is nothing.
    #[error(
        "{} loads `{url}`, and the plugin's interface is at `{expected}`: build it with `base: \"{expected}\",` (in vite.config)",
        .index.display()
    )]
    BuiltBase {
        /// The page.
        index: PathBuf,
        /// What it loads.
        url: String,
        /// With what the URL has to begin.
        expected: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}", .path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl fmt::Debug for WebBuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl WebBuildError {
    /// For `map_err`: an error of the file system, with what was done to which path.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
