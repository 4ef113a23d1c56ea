//! `temps-wasm dev`: one component in a local Temps, for as long as its author works on it.

mod error;
mod get;
mod plugin;
mod report;
mod signals;

pub use error::DevError;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use temps_plugin_protocol::ProtocolVersion;

use crate::launcher::Style;
use crate::subject::Subject;
use crate::temps::{Fixtures, Identity, LocalTemps, Options, Plugin, Stopped};
use plugin::Given;
use report::Report;
use signals::Signals;

/// The port of the local Temps unless another is asked for.
pub const DEFAULT_PORT: u16 = 8081;

/// What a development run is to be.
#[derive(Debug, Clone)]
pub struct DevOptions {
    /// The crate's folder, a `.wasm` file, or a packed plugin.
    pub path: PathBuf,
    /// The profile to build a crate with; see [`build`](crate::build::build).
    pub profile: Option<String>,
    /// The protocol to speak.
    pub protocol: ProtocolVersion,
    /// The port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// As whom requests are made that do not say it themselves.
    pub identity: Identity,
    /// A fixture file in place of the built-in data.
    pub fixtures: Option<PathBuf>,
    /// The folder for the plugins' data folders. Default `temps-dev` in the crate's target folder, or `./target/temps-dev`.
    pub data_dir: Option<PathBuf>,
    /// The launcher; see [`find_launcher`](crate::launcher::find_launcher). A packed plugin has its own.
    pub launcher: Option<PathBuf>,
    /// The policy file to run it with. Default none: the one beside a packed plugin is not looked for.
    pub policy: Option<PathBuf>,
    /// A path of the plugin to fetch, after which the run ends.
    pub get: Option<String>,
}

/// Runs it until a signal ends it, the plugin ends, or what is to be fetched has been.
///
/// The log goes to stderr. Stdout gets the plugin's address or, with [`DevOptions::get`], the answer's status and body.
///
/// # Errors
///
/// [`DevError`]. The plugin's process is gone then too.
pub async fn run(wanted: DevOptions) -> Result<(), DevError> {
    // What can be found wrong at once comes before the build.
    let given = Given::of(Subject::find(&wanted.path).await?, wanted.launcher.as_deref())?;
    let fixtures = match &wanted.fixtures {
        Some(path) => Fixtures::read(path)?,
        None => Fixtures::default(),
    };
    let plugins = tempfile::Builder::new().prefix("temps-plugins-").tempdir().map_err(DevError::PluginsFolder)?;
    given.install(plugins.path(), wanted.profile.as_deref()).await?;
    let data_dir = absolute(&wanted.data_dir.unwrap_or_else(|| given.data_dir()))?;
    let policy = wanted.policy.as_deref().map(absolute).transpose()?;

    let report = Report::new(Style::of_stderr());
    let observer = report.clone();
    let mut options = Options::new(plugins.path(), &data_dir)
        .protocol(wanted.protocol)
        .port(wanted.port)
        .fixtures(fixtures)
        .identity(wanted.identity)
        // A launcher takes a second signal as one to end at once, and Ctrl-C would be the first.
        .own_process_group(true)
        .observer(move |_, notice| observer.notice(notice));
    if let Some(policy) = policy {
        options = options.argument("--policy").argument(policy);
    }

    let mut signals = Signals::listen().map_err(DevError::Signals)?;
    let temps = tokio::select! {
        started = LocalTemps::start(options) => started.map_err(|error| DevError::start(error, &report))?,
        // Dropping the start kills what it has started.
        () = signals.next() => {
            report.say("stopped before the plugin was ready");
            return Ok(());
        }
    };
    let result = tokio::select! {
        result = attend(&temps, wanted.get.as_deref(), &report) => result,
        () = signals.next() => {
            report.say("stopping; once more to kill the plugin");
            Ok(())
        }
    };
    tokio::select! {
        stopped = temps.stop() => report_stop(&stopped, &report),
        () = signals.next() => {}
    }
    result
}

/// What happens while the plugin runs.
async fn attend(temps: &LocalTemps, get: Option<&str>, report: &Report) -> Result<(), DevError> {
    // The folder holds one plugin, and a start without it is an error.
    let Some(plugin) = temps.plugins().into_iter().next() else { return Ok(()) };
    tokio::select! {
        exit = plugin.wait_exit() => Err(DevError::ended(&plugin, exit, report)),
        result = work(temps, &plugin, get, report) => result,
    }
}

async fn work(temps: &LocalTemps, plugin: &Plugin, get: Option<&str>, report: &Report) -> Result<(), DevError> {
    match get {
        Some(path) => get::fetch(temps, plugin, path).await,
        None => {
            announce(temps, plugin).map_err(DevError::Stdout)?;
            report.say(&format!("data in {}; Ctrl-C stops", plugin.data_dir().display()));
            std::future::pending().await
        }
    }
}

/// The one line on stdout, so that a script can read the address.
fn announce(temps: &LocalTemps, plugin: &Plugin) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{} {} at {}/api/x/{}/", plugin.name(), plugin.manifest().version, temps.url(), plugin.name())?;
    stdout.flush()
}

fn report_stop(stopped: &[(String, Stopped)], report: &Report) {
    for (name, Stopped { exit, killed }) in stopped {
        if *killed {
            report.warn(&format!("{name} did not end after SIGTERM, and was killed"));
        } else if !exit.success() {
            report.warn(&format!("{name} ended with {exit}"));
        }
    }
}

fn absolute(path: &Path) -> Result<PathBuf, DevError> {
    std::path::absolute(path).map_err(|source| DevError::Path { path: path.to_owned(), source })
}
