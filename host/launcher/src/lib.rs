//! The launcher: the process that Temps starts for a plugin, with the plugin's WebAssembly component inside.
//!
//! ```text
//!  args ─▶ start ─▶ handshake ─▶ socket ─▶ server ─▶ plugin (temps_plugin_runtime)
//!                                            ├─▶ events ──▶ plugin
//!                                            └─▶ channel ◀─ plugin's queries
//! ```
//!
//! | module | what it is about |
//! |---|---|
//! | `args` | the command line |
//! | `start` | from the arguments to a running plugin and to its end, step by step |
//! | `prepare` | what a bundle needs beside the component |
//! | `compile` | code for the next start |
//! | `handshake` | the two pipes to the host |
//! | `data_dir` | the plugin's folder, for one launcher at a time |
//! | `socket` | the Unix socket and its clients |
//! | `policy` | the operator's policy file |
//! | `program` | the program as it was called |
//! | `pass_headers` | which of the user's own headers the guest may see |
//! | `server` | HTTP on it: health, the protocol's paths, the guest's routes, and who may do what |
//! | `event_loop` | the async runtime of a thread |
//! | `instances` | which of the plugin's instances, on which thread, a connection goes to |
//! | `channel` | the WebSocket over which the guest asks the platform |
//! | `events` | platform events on their way to the guest |
//! | `memory` | what the process holds of it, and gives back |
//! | `log` | JSON lines on stderr |
//! | `watchdog` | the end of a process whose event loop does not turn |
//!
//! stdout carries the handshake's two lines and nothing else. How the process ends is in [`ExitStatus`]; the last line of the log names the
//! cause. The library exists for its tests: [`main`] is all of it that others use.

mod args;
mod channel;
mod compile;
mod data_dir;
mod error;
mod event_loop;
mod events;
mod exit;
mod handshake;
mod instances;
mod log;
mod memory;
mod pass_headers;
mod plugin;
mod policy;
mod prepare;
mod program;
mod secret;
mod server;
mod signals;
mod socket;
mod start;
#[cfg(test)]
mod testing;
mod watchdog;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use args::{Args, Command, CompileArgs, PrepareArgs};
use error::LaunchError;
use handshake::HostOutput;
use log::{Label, Log};
use temps_plugin_policy::Policy;
use temps_plugin_runtime::Failure;

pub use exit::{ExitStatus, Signal};

/// Runs the launcher with the process's arguments, until its end.
#[must_use]
pub fn main() -> ExitCode {
    let mut argv = std::env::args_os();
    let program = argv.next().unwrap_or_default();
    let work = match args::parse(argv) {
        Ok(Command::Help) => return print(&args::help()),
        Ok(Command::Version) => return print(concat!("temps-launcher ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Command::Run(args)) => Ok(Work::Run(args)),
        Ok(Command::Prepare(args)) => Ok(Work::Prepare(args)),
        Ok(Command::Compile(args)) => Ok(Work::Compile(args)),
        Err(error) => Err(error.into()),
    };
    // From here on nothing but the handshake reaches stdout.
    let output = HostOutput::take();
    let label = Label::new(file_name(&program));
    // Before the log, because it says what is logged. What is wrong with it is logged as without it.
    let policy = match &work {
        Ok(Work::Run(args)) => policy::load(&program, args.policy.as_deref()),
        Ok(Work::Prepare(_) | Work::Compile(_)) | Err(_) => Ok(Policy::default()),
    };
    let log = Log::start(label.clone(), policy.as_ref().ok().and_then(Policy::log_level));
    let ended = work.and_then(|work| run(work, policy?, program, label, output.map_err(LaunchError::Stdout)?, &log));
    let status = match ended {
        Ok(status) => {
            tracing::info!(exit_code = status.code(), "ended");
            status
        }
        Err(error) => {
            let status = error.exit_status();
            let failure = error.guest_failure();
            let (hint, backtrace) = (failure.and_then(Failure::hint), failure.map(Failure::backtrace));
            tracing::error!(exit_code = status.code(), hint, backtrace, "{error}");
            status
        }
    };
    log.close();
    ExitCode::from(status.code())
}

/// What there is to do.
enum Work {
    Run(Box<Args>),
    Prepare(Box<PrepareArgs>),
    Compile(Box<CompileArgs>),
}

fn run(
    work: Work,
    policy: Policy,
    program: OsString,
    label: Label,
    output: HostOutput,
    log: &Log,
) -> Result<ExitStatus, LaunchError> {
    let warnings = match &work {
        Work::Run(args) => &args.warnings,
        Work::Prepare(args) => &args.warnings,
        Work::Compile(args) => &args.warnings,
    };
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    raise_open_files();
    memory::allocator::refuse_huge_pages();
    let runtime = event_loop::new().map_err(LaunchError::Threads)?;
    // In a task of its own, so that a panic in it is an ending like others.
    let ended = runtime.block_on(async {
        match work {
            Work::Run(args) => tokio::spawn(start::run(*args, policy, program, label, output, log.clone())).await,
            Work::Prepare(args) => tokio::spawn(prepare::run(*args, label)).await,
            Work::Compile(args) => tokio::task::spawn_blocking(move || compile::run(&args)).await,
        }
    });
    runtime.shutdown_timeout(event_loop::RUNTIME_END);
    ended.unwrap_or(Err(LaunchError::Panicked))
}

/// Lets this process open as many files as the system allows it: each request under way is a connection, and the usual 1,024 are too few
/// for as many requests.
fn raise_open_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::debug!(?current, %error, "the number of open files cannot be raised");
    }
}

/// The name that the program was called by.
fn file_name(program: &OsStr) -> String {
    Path::new(program).file_name().unwrap_or(OsStr::new("temps-launcher")).to_string_lossy().into_owned()
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(ExitStatus::Internal.code()),
    }
}
