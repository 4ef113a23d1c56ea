//! The command line, as today's and tomorrow's hosts write it.
//!
//! | argument | meaning |
//! |---|---|
//! | `--socket-path S`, `--data-dir D` | needed |
//! | `--auth-secret A` | its presence is what tells v1 from v2 |
//! | `--database-url U`, `--host-api-url U` | taken and dropped: a sandboxed plugin uses neither |
//! | `--component P` | the component, where none lies beside the binary |
//! | `--policy FILE` | the policy file, in place of the one beside the binary |
//! | `--limit name=value` | sets a limit, whatever the policy file says; may be repeated |
//! | `--pass-header NAME` | lets `cookie` or `authorization` through to the guest, besides those of the policy file; may be repeated |
//! | `--allow ORIGIN`, `--allow-private NET` | adds to what the plugin may fetch from; may be repeated |
//! | `--resolve`, `--connect-to` | maps names and addresses of fetches to others; may be repeated |
//! | `--prepare DIR` | no run: writes what a bundle needs beside the component that `--component` names |
//! | `--compile` | no run: leaves the code of the component that `--component` names in the data directory, for the next start |
//! | `--help`, `--version` | print and exit |
//!
//! `--flag value` and `--flag=value` are the same. Anything else is a warning and not an error, because newer hosts add arguments. No
//! warning or error repeats a value: it may be a secret. Except those of `--policy`, `--limit`, `--pass-header` and what is about fetches, which
//! are an operator's own.

mod error;
mod help;
mod limit_flags;
mod network;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use temps_plugin_protocol::ProtocolVersion;
use temps_plugin_runtime::{Limits, MemoryBytes};

pub(crate) use error::UsageError;
pub(crate) use help::help;
pub(crate) use limit_flags::LimitFlags;
pub(crate) use network::NetworkArgs;

use crate::pass_headers::PassHeaders;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    /// Run as a plugin.
    Run(Box<Args>),
    /// Write what a bundle needs.
    Prepare(Box<PrepareArgs>),
    /// Compile for the next start.
    Compile(Box<CompileArgs>),
    /// Print the help text.
    Help,
    /// Print the version.
    Version,
}

/// The arguments of a run.
#[derive(Debug)]
pub(crate) struct Args {
    /// Where to bind the socket.
    pub(crate) socket_path: PathBuf,
    /// The plugin's own folder.
    pub(crate) data_dir: PathBuf,
    /// The generation that the host speaks, with what it gave on the command line.
    pub(crate) dialect: Dialect,
    /// The component that `--component` names.
    pub(crate) component: Option<PathBuf>,
    /// The policy file that `--policy` names.
    pub(crate) policy: Option<PathBuf>,
    /// What `--limit` changes.
    pub(crate) limits: LimitFlags,
    /// The user's own headers that `--pass-header` lets through.
    pub(crate) pass_headers: PassHeaders,
    /// Where the plugin may fetch from.
    pub(crate) network: NetworkArgs,
    /// What was tolerated, to be logged once there is a log.
    pub(crate) warnings: Vec<String>,
}

/// The arguments of a preparation.
#[derive(Debug)]
pub(crate) struct PrepareArgs {
    /// The folder that is written to.
    pub(crate) folder: PathBuf,
    /// The component.
    pub(crate) component: PathBuf,
    /// The defaults with what `--limit` changed.
    pub(crate) limits: Limits,
    /// What was tolerated, to be logged once there is a log.
    pub(crate) warnings: Vec<String>,
}

/// The arguments of compiling for the next start.
#[derive(Debug)]
pub(crate) struct CompileArgs {
    /// The data directory that keeps the code.
    pub(crate) data_dir: PathBuf,
    /// The component.
    pub(crate) component: PathBuf,
    /// The defaults with what `--limit` changed.
    pub(crate) limits: Limits,
    /// What was tolerated, to be logged once there is a log.
    pub(crate) warnings: Vec<String>,
}

/// The generation of the protocol, as the command line tells it.
#[derive(Clone)]
pub(crate) enum Dialect {
    /// v1, whose secret is an argument. It may be blank here.
    V1 {
        /// The secret as given.
        auth_secret: String,
    },
    /// v2, whose secret comes with the launch line.
    V2,
}

impl Dialect {
    pub(crate) fn version(&self) -> ProtocolVersion {
        match self {
            Self::V1 { .. } => ProtocolVersion::V1,
            Self::V2 => ProtocolVersion::V2,
        }
    }
}

impl std::fmt::Debug for Dialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dialect({})", self.version())
    }
}

/// The flags that take a value.
const VALUED: &[&str] = &[
    "--socket-path",
    "--data-dir",
    "--auth-secret",
    "--database-url",
    "--host-api-url",
    "--component",
    "--policy",
    "--limit",
    "--pass-header",
    "--allow",
    "--allow-private",
    "--resolve",
    "--connect-to",
    "--prepare",
];

/// The longest part of an unknown argument's name that a warning shows.
const SHOWN_CHARS: usize = 64;

/// Reads the arguments that follow the program's name.
///
/// # Errors
///
/// [`UsageError`] for a known argument without its value or with one that cannot be used, and for one that is needed and missing.
pub(crate) fn parse(argv: impl IntoIterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut argv = argv.into_iter().peekable();
    let mut given = Given::default();
    while let Some(argument) = argv.next() {
        let (name, attached) = split(argument);
        let Some(name) = name else {
            given.warnings.push("ignored an argument that is neither a flag nor a flag's value".to_owned());
            continue;
        };
        match name.to_str() {
            Some("--help" | "-h") => return Ok(Command::Help),
            Some("--version" | "-V") => return Ok(Command::Version),
            Some("--compile") if attached.is_none() => {
                given.compile = true;
                continue;
            }
            Some(text) => match VALUED.iter().find(|flag| **flag == text) {
                Some(flag) => {
                    let value = attached.or_else(|| argv.next_if(|next| !is_known(next)));
                    given.take(flag, value.ok_or(UsageError::ValueMissing { flag })?)?;
                    continue;
                }
                None => given.unknown(&name),
            },
            None => given.unknown(&name),
        }
        // A newer host's flag brings its value along; taken with it, it is no argument of its own.
        if attached.is_none() {
            drop(argv.next_if(|next| !next.as_bytes().starts_with(b"-")));
        }
    }
    given.finish()
}

/// A flag's name and the value after `=`. No name for what does not begin with `-`.
fn split(argument: OsString) -> (Option<OsString>, Option<OsString>) {
    let bytes = argument.as_bytes();
    if !bytes.starts_with(b"-") {
        return (None, None);
    }
    match bytes.iter().position(|byte| *byte == b'=') {
        Some(at) => {
            let mut name = argument.into_vec();
            let value = name.split_off(at + 1);
            name.truncate(at);
            (Some(OsString::from_vec(name)), Some(OsString::from_vec(value)))
        }
        None => (Some(argument), None),
    }
}

fn is_known(argument: &OsStr) -> bool {
    VALUED.iter().any(|flag| argument == *flag)
}

#[derive(Default)]
struct Given {
    socket_path: Option<PathBuf>,
    data_dir: Option<PathBuf>,
    auth_secret: Option<String>,
    component: Option<PathBuf>,
    policy: Option<PathBuf>,
    limits: LimitFlags,
    pass_headers: PassHeaders,
    network: NetworkArgs,
    prepare: Option<PathBuf>,
    compile: bool,
    warnings: Vec<String>,
}

impl Given {
    fn take(&mut self, flag: &'static str, value: OsString) -> Result<(), UsageError> {
        match flag {
            "--socket-path" => self.socket_path = Some(path(flag, value)?),
            "--data-dir" => self.data_dir = Some(path(flag, value)?),
            "--prepare" => self.prepare = Some(path(flag, value)?),
            "--component" => self.component = Some(path(flag, value)?),
            "--policy" => self.policy = Some(path(flag, value)?),
            "--auth-secret" => {
                self.auth_secret = Some(value.into_string().map_err(|_| UsageError::NotUtf8 { flag })?);
            }
            "--limit" => self.limits.add(&value.into_string().map_err(|_| UsageError::NotUtf8 { flag })?)?,
            "--pass-header" => {
                let name = value.into_string().map_err(|_| UsageError::NotUtf8 { flag })?;
                self.pass_headers.pass(name.parse()?);
            }
            "--allow" | "--allow-private" | "--resolve" | "--connect-to" => {
                self.network.take(flag, &value.into_string().map_err(|_| UsageError::NotUtf8 { flag })?)?;
            }
            // The database's and the platform's addresses are nothing that a sandboxed plugin may use.
            _ => {}
        }
        Ok(())
    }

    fn unknown(&mut self, name: &OsStr) {
        let shown: String = name.to_string_lossy().chars().take(SHOWN_CHARS).collect();
        self.warnings.push(format!("ignored the unknown argument `{shown}`"));
    }

    fn finish(self) -> Result<Command, UsageError> {
        let needed = |flag, value: Option<PathBuf>| value.ok_or(UsageError::Missing { flag });
        // The memory is the start's to check: a policy that raises it is not here.
        let mut limits = Limits::default().with_memory(MemoryBytes::MOST);
        if self.compile {
            self.limits.apply(&mut limits)?;
            return Ok(Command::Compile(Box::new(CompileArgs {
                data_dir: needed("--data-dir", self.data_dir)?,
                component: needed("--component", self.component)?,
                limits,
                warnings: self.warnings,
            })));
        }
        if let Some(folder) = self.prepare {
            self.limits.apply(&mut limits)?;
            return Ok(Command::Prepare(Box::new(PrepareArgs {
                folder,
                component: needed("--component", self.component)?,
                limits,
                warnings: self.warnings,
            })));
        }
        Ok(Command::Run(Box::new(Args {
            socket_path: needed("--socket-path", self.socket_path)?,
            data_dir: needed("--data-dir", self.data_dir)?,
            dialect: match self.auth_secret {
                Some(auth_secret) => Dialect::V1 { auth_secret },
                None => Dialect::V2,
            },
            component: self.component,
            policy: self.policy,
            limits: self.limits,
            pass_headers: self.pass_headers,
            network: self.network,
            warnings: self.warnings,
        })))
    }
}

fn path(flag: &'static str, value: OsString) -> Result<PathBuf, UsageError> {
    if value.is_empty() { Err(UsageError::Empty { flag }) } else { Ok(PathBuf::from(value)) }
}

#[cfg(test)]
mod tests;
