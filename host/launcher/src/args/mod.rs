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
//! | `--prepare DIR` | no run: writes what a bundle needs beside the component that `--component` names |
//! | `--help`, `--version` | print and exit |
//!
//! `--flag value` and `--flag=value` are the same. Anything else is a warning and not an error, because newer hosts add arguments. No
//! warning or error repeats a value: it may be a secret. Except those of `--policy`, `--limit` and `--pass-header`, which are an operator's own.

mod error;
mod help;
mod limit_flags;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use temps_plugin_protocol::ProtocolVersion;
use temps_plugin_runtime::Limits;

pub(crate) use error::UsageError;
pub(crate) use help::help;
pub(crate) use limit_flags::LimitFlags;

use crate::pass_headers::PassHeaders;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    /// Run as a plugin.
    Run(Box<Args>),
    /// Write what a bundle needs.
    Prepare(Box<PrepareArgs>),
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
    prepare: Option<PathBuf>,
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
        if let Some(folder) = self.prepare {
            let mut limits = Limits::default();
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
            warnings: self.warnings,
        })))
    }
}

fn path(flag: &'static str, value: OsString) -> Result<PathBuf, UsageError> {
    if value.is_empty() { Err(UsageError::Empty { flag }) } else { Ok(PathBuf::from(value)) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use temps_plugin_policy::UserHeader;

    use super::*;

    const V2: [&str; 4] = ["--socket-path", "/s", "--data-dir", "/d"];

    fn run(argv: &[&str]) -> Args {
        match parse(argv.iter().map(OsString::from)).unwrap() {
            Command::Run(args) => *args,
            other => panic!("{other:?}"),
        }
    }

    fn refused(argv: &[&str]) -> String {
        parse(argv.iter().map(OsString::from)).unwrap_err().to_string()
    }

    fn with(extra: &[&'static str]) -> Vec<&'static str> {
        V2.iter().copied().chain(extra.iter().copied()).collect()
    }

    #[test]
    fn v1_is_told_by_the_secret() {
        let args = run(&["--socket-path", "/s", "--database-url", "postgres://x", "--auth-secret", "a", "--data-dir", "/d"]);
        assert!(matches!(args.dialect, Dialect::V1 { auth_secret } if auth_secret == "a"));
        assert_eq!(args.socket_path, PathBuf::from("/s"));
        assert_eq!(args.data_dir, PathBuf::from("/d"));
        assert!(args.warnings.is_empty());
    }

    #[test]
    fn v2_is_told_by_its_absence() {
        let args = run(&with(&["--host-api-url", "http://localhost"]));
        assert_eq!(args.dialect.version(), ProtocolVersion::V2);
        assert!(args.warnings.is_empty());
    }

    #[test]
    fn a_blank_secret_is_still_v1() {
        assert_eq!(run(&with(&["--auth-secret", ""])).dialect.version(), ProtocolVersion::V1);
    }

    #[test]
    fn unknown_arguments_are_warnings_without_their_values() {
        let args = run(&["--new-token", "hunter2", "--newer=hunter3", "stray", "-x", "--socket-path=/s", "--data-dir", "/d"]);
        assert_eq!(args.warnings.len(), 4, "{:?}", args.warnings);
        let warnings = args.warnings.join("\n");
        assert!(warnings.contains("`--new-token`") && warnings.contains("`--newer`") && warnings.contains("`-x`"));
        assert!(!warnings.contains("hunter") && !warnings.contains("stray"));
        assert_eq!(args.socket_path, PathBuf::from("/s"));
    }

    #[test]
    fn an_unknown_flag_does_not_swallow_a_known_one() {
        let args = run(&["--new", "--socket-path", "/s", "--data-dir", "/d"]);
        assert_eq!(args.socket_path, PathBuf::from("/s"));
    }

    #[test]
    fn a_known_flag_needs_its_value() {
        assert!(refused(&["--data-dir", "/d", "--socket-path"]).contains("`--socket-path` needs a value"));
        assert!(refused(&["--socket-path", "--data-dir", "/d"]).contains("`--socket-path` needs a value"));
        assert!(refused(&["--socket-path", "", "--data-dir", "/d"]).contains("`--socket-path` is empty"));
        assert!(refused(&["--socket-path", "/s"]).contains("`--data-dir` is missing"));
        assert!(refused(&[]).contains("`--socket-path` is missing"));
    }

    #[test]
    fn a_value_may_begin_with_dashes() {
        let args = run(&with(&["--auth-secret", "--odd"]));
        assert!(matches!(args.dialect, Dialect::V1 { auth_secret } if auth_secret == "--odd"));
    }

    #[test]
    fn text_that_is_not_utf8_is_a_path_but_no_secret() {
        let odd = || OsString::from_vec(vec![b'/', 0xff]);
        let argv = |flag: &str| vec!["--socket-path".into(), odd(), "--data-dir".into(), "/d".into(), flag.into(), odd()];
        assert!(matches!(parse(argv("--component")), Ok(Command::Run(_))));
        assert!(parse(argv("--auth-secret")).unwrap_err().to_string().contains("`--auth-secret` is not UTF-8"));
    }

    #[test]
    fn limits_are_set_by_name() {
        let args = run(&with(&["--limit", "channel_time=2s", "--limit=memory=64MiB"]));
        let mut limits = Limits::default().with_memory(7).with_in_flight(7);
        args.limits.apply(&mut limits).unwrap();
        assert_eq!(limits.channel_time(), Duration::from_secs(2));
        assert_eq!(limits.memory(), 64 << 20);
        assert_eq!(limits.in_flight(), 7);
    }

    #[test]
    fn a_wrong_limit_is_a_usage_error() {
        for (given, said) in
            [("memry=1", "`memry`"), ("memory=lots", "`lots`"), ("memory", "`memory`"), ("drain_time=0s", "`0s`")]
        {
            let error = refused(&with(&["--limit", given]));
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn a_policy_file_is_named() {
        assert_eq!(run(&with(&["--policy", "/p.toml"])).policy.as_deref(), Some("/p.toml".as_ref()));
        assert_eq!(run(&with(&[])).policy, None);
        assert!(refused(&with(&["--policy"])).contains("`--policy` needs a value"));
        assert!(refused(&with(&["--policy="])).contains("`--policy` is empty"));
    }

    #[test]
    fn headers_are_let_through_by_name() {
        let mut both = PassHeaders::default();
        both.pass(UserHeader::Cookie);
        assert_eq!(run(&with(&["--pass-header", "cookie"])).pass_headers, both);
        both.pass(UserHeader::Authorization);
        assert_eq!(run(&with(&["--pass-header=Cookie", "--pass-header", "authorization"])).pass_headers, both);
        assert_eq!(run(&with(&[])).pass_headers, PassHeaders::default());
        for name in ["x-temps-actor-token", "accept", ""] {
            let error = refused(&with(&["--pass-header", name]));
            assert!(error.contains("--pass-header") && error.contains("only `cookie` and `authorization`"), "{error}");
        }
        assert!(refused(&with(&["--pass-header"])).contains("`--pass-header` needs a value"));
    }

    #[test]
    fn to_prepare_needs_the_component_alone() {
        let argv = ["--prepare", "/p", "--component", "/c", "--limit", "openapi_bytes=7"].map(OsString::from);
        let Command::Prepare(args) = parse(argv).unwrap() else { panic!("it should prepare") };
        assert_eq!((args.folder, args.component), (PathBuf::from("/p"), PathBuf::from("/c")));
        assert_eq!(args.limits.openapi_bytes(), 7);
        assert!(refused(&["--prepare", "/p"]).contains("`--component` is missing"));
        assert!(refused(&with(&["--prepare"])).contains("`--prepare` needs a value"));
    }

    #[test]
    fn help_and_version_need_nothing_else() {
        assert!(matches!(parse(["--help".into()]), Ok(Command::Help)));
        assert!(matches!(parse(["--version".into()]), Ok(Command::Version)));
    }
}
