//! The command line: what it takes, what it does with it, and which exit code that gives.

mod bundle;
mod error;
mod events;
mod exit_code;
mod new;
mod plugins;

use bundle::{PackArguments, UnpackArguments, VerifyArguments};
pub use error::CommandError;
use events::EventsCommand;
pub use exit_code::ExitCode;
use new::NewArguments;
use plugins::{InspectArguments, InstallArguments, ListArguments, UninstallArguments};

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use serde_json::Value;
use temps_plugin_protocol::{EVENT_TYPES, ProtocolVersion, UnknownEvent};

use crate::build::build;
use crate::dev::{DEFAULT_PORT, DevOptions};
use crate::emit::{EmitError, emit};
use crate::events::events;
use crate::keygen::keygen;
use crate::launcher::remarks;
use crate::pack::pack;
use crate::temps::{DEFAULT_JSON, Identity, NewEvent};
use crate::terminal::{lines, plain, size};

const AFTER_HELP: &str = "`temps-wasm COMMAND --help` tells a command's options and exit codes.";

/// Builds Temps plugins as WebAssembly components, runs them on this machine, and packs them.
#[derive(Debug, Parser)]
#[command(name = "temps-wasm", version, max_term_width = 80, after_help = AFTER_HELP)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a new plugin's crate
    ///
    /// It builds, tests, runs and packs as it is. What is not given is asked in a terminal, and has its
    /// default elsewhere. In another workspace's folders it is a workspace of its own. The folder's path
    /// goes to stdout; what is in it, and the next commands, to stderr.
    #[command(after_help = exit_code::help("new"))]
    New(NewArguments),
    /// Build a plugin's crate into a component
    ///
    /// The component's path goes to stdout; its size, and what cargo says, to stderr. The target wasm32-wasip2 is added with
    /// rustup if it is missing. Compiler flags and profiles that the author declares win over those that are passed to cargo.
    ///
    /// Dependencies that do not build for WebAssembly are found before anything is compiled. Where there is a launcher, its warnings
    /// about the plugin are shown.
    #[command(after_help = exit_code::help("build"))]
    Build {
        /// The crate's folder, or its Cargo.toml
        #[arg(default_value = ".")]
        path: PathBuf,
        /// The cargo profile [default: `plugin`, whose settings are passed to cargo unless the workspace declares it]
        #[arg(long)]
        profile: Option<String>,
    },
    /// Make a plugin one executable, to be put into a plugins folder
    ///
    /// Builds the crate, has the launcher compile the component and ask it for its manifest, and appends all of it to a copy of the
    /// launcher. The executable's path goes to stdout; what is in it, and what cargo says, to stderr.
    #[command(after_help = exit_code::help("pack"))]
    Pack(PackArguments),
    /// Give a packed plugin's component back
    ///
    /// Its path goes to stdout, its size to stderr.
    #[command(after_help = exit_code::help("unpack"))]
    Unpack(UnpackArguments),
    /// Check that a packed plugin is as it was packed, and by whom
    ///
    /// Checks the hash of each part that is packed with the launcher. With --key, one of the keys has to have signed the file, the launcher
    /// among it. What is in it goes to stdout.
    #[command(after_help = exit_code::help("verify"))]
    Verify(VerifyArguments),
    /// Make a key to sign packed plugins with
    ///
    /// Writes the secret key to FILE, for you alone, and the public key to FILE.pub. The public key goes to stdout too. No file is
    /// overwritten.
    #[command(after_help = exit_code::help("keygen"))]
    Keygen {
        /// The secret key's file
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Show what a plugin is, what it wants, and what it may do
    ///
    /// No code of a packed plugin runs for it. What is granted and set, and which limits hold, is from
    /// the policy file beside it. It goes to stdout.
    #[command(after_help = exit_code::help("inspect"))]
    Inspect(InspectArguments),
    /// Put a packed plugin into a plugins folder, with its policy
    ///
    /// Shows what the plugin wants and asks what of it is granted; of an upgrade, only what is new.
    /// Asks for configuration that is required and not set. A policy that is there is kept, and gets
    /// grants and values added. What is done goes to stderr, the file's path to stdout.
    #[command(after_help = exit_code::help("install"))]
    Install(InstallArguments),
    /// Take a packed plugin out of a plugins folder, with its policy
    ///
    /// Its data stays, unless --purge says otherwise.
    #[command(after_help = exit_code::help("uninstall"))]
    Uninstall(UninstallArguments),
    /// List the packed plugins in a plugins folder
    ///
    /// NETWORK is how many of the origins that a plugin asks for are granted, POLICY the state of its policy file: ok,
    /// none, invalid, or incomplete, which lacks configuration that the plugin requires.
    #[command(after_help = exit_code::help("list"))]
    List(ListArguments),
    /// Run plugins in a local Temps
    ///
    /// Builds the crates, starts them with temps-launcher as Temps does (a packed plugin as it is), answers their queries from fixtures, and serves each at
    /// http://127.0.0.1:8081/api/x/NAME/. In a browser, http://127.0.0.1:8081/ shows their pages, requests, logs and events. When sources change, the plugin is
    /// built and started again. The log goes to stderr; the plugins' addresses, once they run, to stdout.
    #[command(after_help = exit_code::help("dev"))]
    Dev(DevArguments),
    /// Emit an event in a running local Temps
    ///
    /// The event, with what the local Temps added, goes to stdout as JSON.
    #[command(after_help = known_types())]
    Emit {
        /// The type, such as deployment.succeeded
        event_type: String,
        /// Where `temps-wasm dev` listens
        #[arg(long, default_value_t = format!("http://127.0.0.1:{DEFAULT_PORT}"))]
        url: String,
        /// The port that it listens on, in place of --url
        #[arg(long, value_name = "PORT", conflicts_with = "url", value_parser = clap::value_parser!(u16).range(1..))]
        port: Option<u16>,
        /// The project that it is about
        #[arg(long, value_name = "N", allow_negative_numbers = true)]
        project_id: Option<i32>,
        /// The event's data
        #[arg(long, value_name = "JSON", value_parser = json)]
        data: Option<Value>,
    },
    /// Look after the events that wait for a plugin
    ///
    /// Works on the inbox in the plugin's data directory, whether the plugin runs or not. A running one notices at once.
    #[command(after_help = exit_code::help("events"))]
    Events {
        #[command(subcommand)]
        wish: EventsCommand,
        /// The plugin's data directory, as Temps gives it with --data-dir, or a folder with one plugin's alone, such as that of a crate that `dev` ran
        #[arg(long, value_name = "DIR", global = true, default_value = ".")]
        data_dir: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct DevArguments {
    /// The crate's folder, a component (.wasm), or a packed plugin, of each plugin
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The cargo profile [default: dev]
    #[arg(long)]
    profile: Option<String>,
    /// The generation of the Temps protocol to speak
    #[arg(long, value_enum, default_value_t = Protocol::V2)]
    protocol: Protocol,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// As whom requests are made that have no header `x-dev-as`, which says the same for one request, nor the page's choice; for protocol 2
    ///
    /// What each may do: `anonymous` reaches the manifest's public paths, `reader` reads, `user` also deploys and changes projects, and
    /// `admin` does everything.
    #[arg(long = "as", value_name = "admin|user|reader|anonymous", default_value_t)]
    identity: Identity,
    /// The projects, environments, deployments and API answers to answer the plugin from
    #[arg(long, value_name = "FILE")]
    fixtures: Option<PathBuf>,
    /// Print the built-in fixtures, as an example for a file, and exit
    #[arg(long, exclusive = true)]
    print_fixtures: bool,
    /// Where the plugins' data folders are kept [default: target/temps-dev]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The launcher [default: temps-launcher beside this program or in PATH]
    #[arg(long, value_name = "PATH")]
    launcher: Option<PathBuf>,
    /// The policy file to run the plugins with [default: policy.toml in the crate; NAME.toml beside another plugin]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Do not build and start a plugin again when its sources change
    #[arg(long)]
    no_watch: bool,
    /// Fetch this path of the plugin once it runs, print status and body, and stop
    #[arg(long, value_name = "PATH")]
    get: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Protocol {
    #[value(name = "1")]
    V1,
    #[value(name = "2")]
    V2,
}

impl From<Protocol> for ProtocolVersion {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::V1 => Self::V1,
            Protocol::V2 => Self::V2,
        }
    }
}

fn json(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}

impl CommandLine {
    /// Does what the command line asks for.
    ///
    /// # Errors
    ///
    /// [`CommandError`], whose text is for the user and whose exit code is in the table of `--help`.
    pub async fn run(self) -> Result<(), CommandError> {
        match self.command {
            Command::New(arguments) => arguments.run(),
            Command::Build { path, profile } => {
                let component = build(&path, profile.as_deref()).await?;
                note(&format!("built a component of {}", size(component.size)));
                remarks(&component.path).await.iter().for_each(|line| note(line));
                Ok(print(&component.path.display().to_string())?)
            }
            Command::Pack(arguments) => {
                let packed = pack(arguments.into()).await?;
                packed.notes.iter().for_each(|line| note(line));
                Ok(print(&packed.path.display().to_string())?)
            }
            Command::Unpack(arguments) => arguments.run(),
            Command::Verify(arguments) => arguments.run(),
            Command::Inspect(arguments) => arguments.run().await,
            Command::Install(arguments) => arguments.run(),
            Command::Uninstall(arguments) => arguments.run(),
            Command::List(arguments) => arguments.run(),
            Command::Keygen { output } => {
                let made = keygen(&output)?;
                note(&format!("the secret key is in {}, and the public one in {}", output.display(), made.path.display()));
                Ok(print(&made.public.to_string())?)
            }
            Command::Dev(DevArguments { print_fixtures: true, .. }) => Ok(print(DEFAULT_JSON.trim_end())?),
            Command::Dev(arguments) => Ok(crate::dev::run(arguments.into()).await?),
            Command::Events { wish, data_dir } => {
                let told = events(data_dir, wish.into()).await?;
                told.notes.iter().for_each(|line| note(line));
                if told.out.is_empty() { Ok(()) } else { Ok(print(&told.out)?) }
            }
            Command::Emit { event_type, url, port, project_id, data } => {
                let url = port.map_or(url, |port| format!("http://127.0.0.1:{port}"));
                let event = NewEvent { project_id, data: data.unwrap_or_default(), ..NewEvent::new(event_type) };
                let emitted = emit(&url, &event).await?;
                for delivery in &emitted.deliveries {
                    note(delivery);
                }
                if emitted.deliveries.is_empty() {
                    note(&nobody(&emitted.event.event_type));
                } else if let Some(unknown) = UnknownEvent::of(&emitted.event.event_type) {
                    note(&unheard_of(&unknown));
                }
                let text = serde_json::to_string(&emitted.event)
                    .map_err(|error| EmitError::Answer { url, reason: error.to_string() })?;
                Ok(print(&text)?)
            }
        }
    }
}

impl From<DevArguments> for DevOptions {
    fn from(arguments: DevArguments) -> Self {
        let DevArguments {
            paths,
            profile,
            protocol,
            port,
            identity,
            fixtures,
            print_fixtures: _,
            data_dir,
            launcher,
            policy,
            no_watch,
            get,
        } = arguments;
        let watch = !no_watch;
        Self { paths, profile, protocol: protocol.into(), port, identity, fixtures, data_dir, launcher, policy, watch, get }
    }
}

fn print(text: &str) -> Result<(), CommandError> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(CommandError::Stdout)
}

/// What there is to say of an event that no plugin subscribes to.
fn nobody(event_type: &str) -> String {
    let shown = plain(event_type);
    match UnknownEvent::of(event_type).and_then(|unknown| unknown.nearest) {
        Some(nearest) => {
            format!("no plugin subscribes to {shown}, and no known Temps sends it: did you mean {nearest}?")
        }
        None => format!("no plugin subscribes to {shown}: a manifest has to name it, with `.event(\"{shown}\")`"),
    }
}

/// What there is to say of an event that was delivered, and whose type no known Temps sends.
fn unheard_of(unknown: &UnknownEvent<'_>) -> String {
    let fix = match unknown.nearest {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => format!("the known types are {}", EVENT_TYPES.join(", ")),
    };
    format!("no known Temps sends {}: {fix}", plain(unknown.subscription))
}

/// The last lines of `emit --help`.
fn known_types() -> String {
    format!("Types that Temps is known to send:\n  {}\n\n{}", EVENT_TYPES.join("\n  "), exit_code::help("emit"))
}

/// A line on stderr. When that is gone, so is the line.
fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", lines(text));
}

/// Writes an error to stderr, where it does not steer the terminal. A stderr that is gone loses it.
pub fn show(error: &CommandError) {
    note(&format!("error: {error}"));
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn help_fits_a_terminal() {
        let mut command = CommandLine::command();
        command.build();
        let helps = command.get_subcommands_mut().map(|sub| sub.render_long_help().to_string()).collect::<Vec<_>>();
        for line in helps.iter().chain([&command.render_long_help().to_string()]).flat_map(|help| help.lines()) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn an_event_that_nobody_wants_may_be_a_slip_of_the_pen() {
        let said = nobody("deployment.suceeded");
        assert_eq!(
            said,
            "no plugin subscribes to deployment.suceeded, and no known Temps sends it: did you mean deployment.succeeded?"
        );
        let said = nobody("deployment.succeeded");
        assert_eq!(
            said,
            "no plugin subscribes to deployment.succeeded: a manifest has to name it, with `.event(\"deployment.succeeded\")`"
        );
    }

    #[test]
    fn data_has_to_be_json() {
        assert!(CommandLine::try_parse_from(["temps-wasm", "emit", "a.b", "--data", "{"]).is_err());
        CommandLine::try_parse_from(["temps-wasm", "emit", "a.b", "--data", "{}"]).unwrap();
    }
}
