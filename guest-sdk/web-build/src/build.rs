use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::state::{Outcome, State};
use crate::tool::Tool;
use crate::{WebBuildError, base, fallback, inputs};

/// The folder of the sources, below the plugin's own.
const FOLDER: &str = "web";

/// Builds what is in the plugin's folder `web`. See the [crate](crate).
#[derive(Debug, Clone)]
pub struct WebBuild {
    plugin: String,
    folder: PathBuf,
}

impl WebBuild {
    /// For the plugin of this name: that of its manifest.
    #[must_use]
    pub fn new(plugin: impl Into<String>) -> Self {
        Self { plugin: plugin.into(), folder: FOLDER.into() }
    }

    /// Another folder than `web`, below that of the plugin's `Cargo.toml`.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Brings `dist` up to date, or sees to it that there is a page in it, and tells cargo when to do so again.
    ///
    /// # Errors
    ///
    /// [`WebBuildError`], with what to do about it: return it from `main`.
    pub fn run(self) -> Result<(), WebBuildError> {
        let environment = Environment::of_cargo()?;
        self.run_in(&environment, &mut io::stdout().lock())
    }

    /// [`run`](Self::run), with cargo's part given. What is for cargo goes to `cargo`.
    pub(crate) fn run_in(&self, environment: &Environment, cargo: &mut impl Write) -> Result<(), WebBuildError> {
        let begun = SystemTime::now();
        let web = environment.manifest_dir.join(&self.folder);
        if !web.join("package.json").is_file() {
            return Err(WebBuildError::NoSources(web));
        }
        let mut say = |line: String| writeln!(cargo, "{line}").map_err(WebBuildError::file("tell cargo of", &web));
        for variable in ["FORCE_WEB_BUILD", "SKIP_WEB_BUILD"] {
            say(format!("cargo::rerun-if-env-changed={variable}"))?;
        }
        let expected = format!("/api/x/{}/ui/", self.plugin);
        let state = State::lock(&web)?;
        let index = web.join("dist/index.html");
        // Said before something can fail, so that a change of what failed is noticed. A path that is not there would have cargo run this every time.
        for path in inputs::top_level(&web)? {
            say(format!("cargo::rerun-if-changed={}", path.display()))?;
        }
        base::check_config(&web, &expected)?;
        let written = if environment.builds() {
            let outcome = || Ok(Outcome { inputs: inputs::digest(&web)?, outputs: inputs::digest_of(&web.join("dist"))? });
            let fresh = index.is_file() && state.built()? == Some(outcome()?);
            if !fresh {
                build(&web, &environment.path, &state)?;
                base::check_built(&index, &expected)?;
                // Of the inputs after the build: installing may have written a lock file.
                state.set_built(&outcome()?)?;
            }
            !fresh
        } else {
            let why = if environment.skip { "SKIP_WEB_BUILD is set" } else { "a debug build, without FORCE_WEB_BUILD=1" };
            let written = fallback::write(&index, &self.folder)?;
            if fallback::is_one(&index)? {
                say(format!("cargo::warning=the web interface of {} is a placeholder: {why}", self.plugin))?;
            }
            written
        };
        if written {
            // Older than this run, so that cargo does not take it for a change that came after it, and newer than earlier runs for other targets.
            let older = begun.checked_sub(Duration::from_secs(1)).unwrap_or(begun);
            File::options()
                .write(true)
                .open(&index)
                .and_then(|file| file.set_modified(older))
                .map_err(WebBuildError::file("date", &index))?;
        }
        // A deleted page comes back, and one that another build made is embedded here too.
        say(format!("cargo::rerun-if-changed={}", index.display()))
    }
}

/// Installs and builds. Afterwards there is a page.
fn build(web: &Path, path: &OsStr, state: &State) -> Result<(), WebBuildError> {
    let tool = Tool::find(web, path).ok_or_else(|| WebBuildError::NoTool(web.to_owned()))?;
    // From here on `dist` is nothing that was built from what is there, until all is done.
    state.forget_built()?;
    if state.must_install()? {
        tool.install(web, path)?;
        state.set_installed()?;
    }
    let index = web.join("dist/index.html");
    // One that is there would look like this build's.
    match fs::remove_file(&index) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(WebBuildError::file("remove", index)(error)),
        _ => {}
    }
    let command = tool.build(web, path)?;
    if index.is_file() { Ok(()) } else { Err(WebBuildError::NoIndex { command, index }) }
}

/// What cargo and the user say to a build script.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    pub(crate) manifest_dir: PathBuf,
    /// Cargo's `PROFILE`: `debug`, or `release` for every profile that inherits from it.
    pub(crate) profile: String,
    pub(crate) force: bool,
    pub(crate) skip: bool,
    /// Where tools are looked for.
    pub(crate) path: OsString,
}

impl Environment {
    fn of_cargo() -> Result<Self, WebBuildError> {
        let needed = |name: &'static str| env::var_os(name).ok_or(WebBuildError::NoBuildScript(name));
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        Ok(Self {
            manifest_dir: needed("CARGO_MANIFEST_DIR")?.into(),
            profile: needed("PROFILE")?.to_string_lossy().into_owned(),
            force: set("FORCE_WEB_BUILD"),
            skip: set("SKIP_WEB_BUILD"),
            path: env::var_os("PATH").unwrap_or_default(),
        })
    }

    fn builds(&self) -> bool {
        !self.skip && (self.force || self.profile != "debug")
    }
}
