//! The operator's policy file, from where it lies to what is in force.
//!
//! It is `<name>.toml` beside the program as it was called, as the component is, or what `--policy` names. Without the file beside the program the defaults hold;
//! what `--policy` names has to be there. What the command line says comes after it, and wins.

mod config;
#[cfg(test)]
mod documented;

use std::ffi::OsStr;
use std::path::Path;

use temps_plugin_policy::{Policy, PolicyError};
use temps_plugin_runtime::Limits;

pub(crate) use config::{ConfigError, complete, resolve};

use crate::args::LimitFlags;
use crate::error::LaunchError;
use crate::pass_headers::PassHeaders;
use crate::program::beside;

/// Reads the file, if there is one.
///
/// # Errors
///
/// [`PolicyError`] for a file that cannot be used, and for one that `--policy` names and that is not there.
pub(crate) fn load(program: &OsStr, named: Option<&Path>) -> Result<Policy, PolicyError> {
    match named {
        Some(named) => Policy::load(named),
        None => {
            let path = beside(program, "toml");
            Ok(Policy::load_if_there(&path)?.unwrap_or_else(|| Policy::absent(&path)))
        }
    }
}

/// The limits: the defaults, then the file, then `--limit`.
///
/// # Errors
///
/// [`LaunchError::Policy`] for a limit in the file that does not exist, or does not take its value.
pub(crate) fn limits(policy: &Policy, flags: &LimitFlags) -> Result<Limits, LaunchError> {
    let mut limits = Limits::default();
    policy.set_limits(Limits::NAMES, |name, value| limits.set(name, value))?;
    flags.apply(&mut limits).map_err(crate::args::UsageError::from)?;
    Ok(limits)
}

/// The user's own headers that are let through: those of the file, and those of `--pass-header`.
pub(crate) fn pass_headers(policy: &Policy, mut flags: PassHeaders) -> PassHeaders {
    policy.pass_headers().iter().for_each(|header| flags.pass(*header));
    flags
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use temps_plugin_policy::UserHeader;

    use super::*;

    fn parse(text: &str) -> Policy {
        Policy::parse(Path::new("hello.toml"), text).unwrap()
    }

    #[test]
    fn every_limit_can_be_set_in_the_file() {
        for name in Limits::NAMES {
            let set = |value: &str| limits(&parse(&format!("[limits]\n{name} = {value}")), &LimitFlags::default());
            let (count, time) = (set("7"), set("\"7s\""));
            assert!(count.is_ok() != time.is_ok(), "{name} takes either a number or a time");
            assert_ne!(count.or(time).unwrap(), Limits::default(), "{name}");
        }
    }

    #[test]
    fn a_limit_that_is_not_taken_has_its_place() {
        for (text, said) in [
            ("memry = 1", "`[limits]` has no key `memry`: did you mean `memory`"),
            ("memory = \"lots\"", "limit `memory`: `lots` is not a size above zero and at most 4GiB"),
            ("memory = 0", "limit `memory`: `0` is not a size above zero and at most 4GiB"),
            ("hold = 5", "limit `hold`: `5` is not a time above zero"),
        ] {
            let error = limits(&parse(&format!("[limits]\n{text}")), &LimitFlags::default()).unwrap_err().to_string();
            assert!(error.contains("hello.toml, line 2, column 1: ") && error.contains(said), "{error}");
        }
    }

    #[test]
    fn the_command_line_comes_after_the_file() {
        let policy = parse("[limits]\nmemory = \"64MiB\"\nhold = \"7s\"\n[instance]\npass_headers = [\"cookie\"]");
        let argv = ["--socket-path", "/s", "--data-dir", "/d", "--limit", "memory=32MiB", "--pass-header", "authorization"];
        let Ok(crate::args::Command::Run(args)) = crate::args::parse(argv.map(Into::into)) else { panic!("it should run") };
        let limits = limits(&policy, &args.limits).unwrap();
        assert_eq!((limits.memory().get(), limits.hold()), (32 << 20, Duration::from_secs(7)));
        let mut both = PassHeaders::default();
        both.pass(UserHeader::Cookie);
        both.pass(UserHeader::Authorization);
        assert_eq!(pass_headers(&policy, args.pass_headers), both);
    }
}
