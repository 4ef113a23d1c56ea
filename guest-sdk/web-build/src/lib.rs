//! Builds a plugin's web interface, `web/`, when the plugin is built: all that a `build.rs` needs.
//!
//! ```no_run
//! use temps_plugin_web_build::{WebBuild, WebBuildError};
//!
//! fn main() -> Result<(), WebBuildError> {
//!     WebBuild::new("my-plugin").run()
//! }
//! ```
//!
//! The plugin then embeds what is in `web/dist`: `static UI_DIST: Dir = include_dir!("$CARGO_MANIFEST_DIR/web/dist");`.
//!
//! | Build | What is done |
//! |---|---|
//! | debug | a page that says how to build the interface, if there is none in `web/dist`; what was built before stays |
//! | release, such as `--profile plugin`, or `FORCE_WEB_BUILD=1` | installs what `package.json` asks for and runs its script `build`, unless `web/dist` is up to date |
//! | `SKIP_WEB_BUILD=1`, which outranks the others | as in debug: for builds that show the interface to nobody, on machines without its tools |
//!
//! A variable that is empty or `0` counts as not set.
//!
//! # Tools
//!
//! `bun` is used if it is on the `PATH`, and `npm` otherwise; where only `package-lock.json` is there, which is npm's, `npm` comes first. With a lock file exactly
//! what it says is installed (`npm ci`, `bun install --frozen-lockfile`); nothing is installed when `package.json` and the lock file are those of the
//! last time.
//!
//! # Up to date
//!
//! `web/dist` is built again when a file in `web/` changed, or one of `dist` itself. `node_modules`, `dist`, what begins with a dot (but for files such as `.env`),
//! `*.log` and `*.tsbuildinfo` do not count. What was built from what is kept in `web/.temps-web-build`, which keeps itself out of git: builds for
//! several targets and profiles share one `web/dist`. Two builds at once wait for each other.
//!
//! # The base
//!
//! A browser finds a plugin's interface under `/api/x/{plugin}/ui/`, and Vite writes that into the pages that it builds. In every build `base` in `vite.config.*`
//! must be this path, where it is a literal; after a real build so must the places that `dist/index.html` loads scripts, styles and images from.
//!
//! What it does not do: run a development server, or check the interface's code. That is for the script `build`.

mod base;
mod build;
mod error;
mod fallback;
mod inputs;
mod state;
mod tool;

#[cfg(test)]
mod tests;

pub use build::WebBuild;
pub use error::WebBuildError;
