//! `temps-wasm dev`: plugins in a local Temps, for as long as their author works on them.

mod attend;
mod error;
mod get;
mod plugin;
mod report;
mod signals;
mod watch;

pub use error::DevError;
use error::cause;
pub(crate) use plugin::DATA_DIR;
use watch::in_canonical_folder;
pub use watch::{LONGEST_BURST, QUIET, WatchError};

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::try_join_all;
use temps_plugin_protocol::ProtocolVersion;

use crate::build::Stderr;
use crate::launcher::Style;
use crate::temps::{Activity, Fixtures, Identity, LocalTemps, Options, Plugin, Stopped};
use attend::{Attendant, attend_fixtures};
use plugin::{Given, Target};
use report::Report;
use signals::Signals;
use watch::Sources;

/// The port of the local Temps unless another is asked for.
pub const DEFAULT_PORT: u16 = 8081;

/// What a development run is to be.
#[derive(Debug, Clone)]
pub struct DevOptions {
    /// For each plugin the crate's folder, a `.wasm` file, or a packed plugin.
    pub paths: Vec<PathBuf>,
    /// The profile to build crates with; see [`build`](crate::build::build).
    pub profile: Option<String>,
    /// The protocol to speak.
    pub protocol: ProtocolVersion,
    /// The port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// As whom requests are made that do not say it themselves.
    pub identity: Identity,
    /// A fixture file in place of the built-in data.
    pub fixtures: Option<PathBuf>,
    /// The folder for the plugins' data folders. Default `temps-dev` in the first crate's target folder, or `./target/temps-dev`.
    pub data_dir: Option<PathBuf>,
    /// The launcher; see [`find_launcher`](crate::launcher::find_launcher). A packed plugin has its own.
    pub launcher: Option<PathBuf>,
    /// The policy file to run all of them with. Default, for each: `policy.toml` in the crate's folder, `<name>.toml` beside a component or a packed plugin,
    /// if it is there.
    pub policy: Option<PathBuf>,
    /// Whether a plugin is built and started again when its sources change, and the fixtures are read again when their file does.
    pub watch: bool,
    /// A path of the plugin to fetch, after which the run ends; for one plugin. Nothing is watched then.
    pub get: Option<String>,
}

impl DevOptions {
    /// The policy file that a plugin runs with, which need not be there.
    fn policy_of(&self, given: &Given) -> PathBuf {
        self.policy.clone().unwrap_or_else(|| given.policy())
    }
}

/// Runs it until a signal ends it, a plugin ends by itself, or what is to be fetched has been.
///
/// The log goes to stderr. Stdout gets the plugins' addresses, a line each, or, with [`DevOptions::get`], the answer's status and body.
///
/// # Errors
///
/// [`DevError`]. The plugins' processes are gone then too.
pub async fn run(mut wanted: DevOptions) -> Result<(), DevError> {
    // What can be found wrong at once comes before the build.
    if wanted.get.is_some() && wanted.paths.len() > 1 {
        return Err(DevError::GetOfSeveral);
    }
    let given = Given::all(&wanted.paths, wanted.launcher.as_deref()).await?;
    let fixtures = match &wanted.fixtures {
        Some(path) => Fixtures::read(path)?,
        None => Fixtures::default(),
    };
    let plugins = tempfile::Builder::new().prefix("temps-plugins-").tempdir().map_err(DevError::PluginsFolder)?;
    let default_data_dir = || given.first().map_or_else(|| Path::new("target").to_owned(), Given::data_dir);
    let data_dir = absolute(&wanted.data_dir.clone().unwrap_or_else(default_data_dir))?;
    // As changes are told.
    let named = |policy: &Path| absolute(policy).map(|policy| in_canonical_folder(&policy).unwrap_or(policy));
    wanted.policy = wanted.policy.as_deref().map(named).transpose()?;
    let wanted = wanted;

    let activity = Arc::new(Activity::default());
    let report = Report::new(Style::of_stderr(), given.len() > 1, Arc::clone(&activity));
    let target = Target { plugins: plugins.path(), data: &data_dir, wanted: &wanted, report: &report };
    for one in &given {
        one.install(target, true, Stderr::Inherited).await?;
    }
    let policies: BTreeMap<String, PathBuf> = given.iter().map(|one| (one.name(), wanted.policy_of(one))).collect();
    let policies = Arc::new(policies);
    let (named, files) = (wanted.policy.is_some(), Arc::clone(&policies));
    let policy_arguments = move |name: &str| match files.get(name) {
        Some(policy) if named || policy.exists() => vec!["--policy".into(), policy.into()],
        _ => Vec::new(),
    };
    let observer = report.clone();
    let options = Options::new(plugins.path(), &data_dir)
        .protocol(wanted.protocol)
        .port(wanted.port)
        .fixtures(fixtures)
        .identity(wanted.identity)
        .activity(activity)
        // A launcher takes a second signal as one to end at once, and Ctrl-C would be the first.
        .own_process_group(true)
        .arguments_for(policy_arguments)
        .observer(move |plugin, notice| observer.notice(plugin, notice));

    let mut signals = Signals::listen().map_err(DevError::Signals)?;
    let temps = tokio::select! {
        started = LocalTemps::start(options) => started.map_err(|error| DevError::start(error, &policies))?,
        // Dropping the start kills what it has started.
        () = signals.next() => {
            report.say("stopped before the plugin was ready");
            return Ok(());
        }
    };
    let run = Run { temps: &temps, given: &given, plugins: plugins.path(), data: &data_dir, wanted: &wanted, report: &report };
    let result = tokio::select! {
        result = run.attend() => result,
        () = signals.next() => {
            report.say("stopping; once more to kill the plugin");
            Ok(())
        }
    };
    let plugins = temps.plugins();
    tokio::select! {
        stopped = temps.stop() => report_stop(&plugins, &stopped, &report),
        () = signals.next() => {}
    }
    result
}

/// A run whose plugins have started.
#[derive(Debug, Clone, Copy)]
struct Run<'a> {
    temps: &'a LocalTemps,
    given: &'a [Given],
    /// The plugins folder.
    plugins: &'a Path,
    /// The folder of the plugins' data folders.
    data: &'a Path,
    wanted: &'a DevOptions,
    report: &'a Report,
}

impl Run<'_> {
    /// What happens while the plugins run.
    async fn attend(self) -> Result<(), DevError> {
        let Self { temps, report, .. } = self;
        if let Some(path) = &self.wanted.get {
            // The folder holds one plugin, and a start without it is an error.
            let Some(plugin) = temps.plugins().into_iter().next() else { return Ok(()) };
            return tokio::select! {
                exit = plugin.wait_exit() => Err(DevError::ended(&plugin, exit)),
                result = get::fetch(temps, &plugin, path) => result,
            };
        }
        // Before anybody is told of a plugin: what changes from then on counts.
        let fixtures = match &self.wanted.fixtures {
            Some(path) if self.wanted.watch => Some(Sources::of(&[], std::slice::from_ref(path))?),
            _ => None,
        };
        let mut attendants = Vec::new();
        for given in self.given {
            let policy = self.wanted.policy_of(given);
            let sources = if self.wanted.watch { Some(given.sources(&policy, report).await?) } else { None };
            if let Some(plugin) = temps.plugins().into_iter().find(|plugin| plugin.binary().name == given.name()) {
                announce(temps, &plugin).map_err(DevError::Stdout)?;
                report.say(&format!("data in {}", plugin.data_dir().display()));
                report.say(&if policy.exists() {
                    format!("policy: {}", policy.display())
                } else {
                    format!("policy: none, so the defaults hold; it would be {}", policy.display())
                });
                attendants.push(Attendant { run: self, given, sources }.attend(plugin));
            }
        }
        report.say(&format!("all of it at {}/; Ctrl-C stops", temps.url()));
        tokio::try_join!(try_join_all(attendants), attend_fixtures(self, fixtures)).map(|_| ())
    }
}

/// One line on stdout, so that a script can read the address.
fn announce(temps: &LocalTemps, plugin: &Plugin) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{} {} at {}/api/x/{}/", plugin.name(), plugin.manifest().version, temps.url(), plugin.name())?;
    stdout.flush()
}

fn report_stop(plugins: &[Plugin], stopped: &[(String, Stopped)], report: &Report) {
    for (name, Stopped { exit, killed }) in stopped {
        if *killed {
            report.warn(&format!("{name} did not end after SIGTERM, and was killed"));
        } else if !exit.success() {
            let plugin = plugins.iter().find(|plugin| plugin.name() == name);
            let cause = plugin.map_or_else(String::new, |plugin| cause(&plugin.last_stderr()));
            report.warn(&format!("{name} ended with {exit}{cause}"));
        }
    }
}

fn absolute(path: &Path) -> Result<PathBuf, DevError> {
    std::path::absolute(path).map_err(|source| DevError::Path { path: path.to_owned(), source })
}
