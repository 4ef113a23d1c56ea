//! What holds for a plugin: its policy file, and the limits.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use temps_plugin_policy::{Policy, PolicyError};
use temps_plugin_runtime::Limits;

/// A policy file where one is looked for.
#[derive(Debug)]
pub(crate) enum Beside {
    /// There is none: the defaults hold.
    None,
    Valid(Box<Policy>, Box<Limits>),
    /// A start is refused with it.
    Invalid(PolicyError),
}

impl Beside {
    /// Reads the file at `path`, if there is one.
    pub(crate) fn at(path: &Path) -> Self {
        match Policy::load_if_there(path) {
            Ok(None) => Self::None,
            Ok(Some(policy)) => Self::of(policy),
            Err(error) => Self::Invalid(error),
        }
    }

    fn of(policy: Policy) -> Self {
        match limits(&policy) {
            Ok(limits) => Self::Valid(policy.into(), limits.into()),
            Err(error) => Self::Invalid(error),
        }
    }

    /// A word for it.
    pub(crate) const fn state(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Valid(..) => "ok",
            Self::Invalid(_) => "invalid",
        }
    }

    pub(crate) fn policy(&self) -> Option<&Policy> {
        match self {
            Self::Valid(policy, _) => Some(policy),
            Self::None | Self::Invalid(_) => None,
        }
    }
}

/// The limits under a policy.
pub(crate) fn limits(policy: &Policy) -> Result<Limits, PolicyError> {
    let mut limits = Limits::default();
    policy.set_limits(Limits::NAMES, |name, value| limits.set(name, value))?;
    Ok(limits)
}

/// The policy file of the plugin in `file`: where the launcher looks for it.
pub(crate) fn policy_path(file: &Path) -> PathBuf {
    let file =
        if file.extension().is_some_and(|extension| extension == "wasm") { file.with_extension("") } else { file.to_owned() };
    let mut path = OsString::from(file);
    path.push(".toml");
    path.into()
}

/// A policy file and what it brings about.
#[derive(Debug)]
pub(super) struct InForce {
    pub(super) path: PathBuf,
    pub(super) beside: Beside,
}

/// A limit as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InForceLimit {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) default: String,
}

impl InForce {
    /// The file at `path`, which has to be there.
    pub(super) fn named(path: &Path) -> Result<Self, PolicyError> {
        let policy = Policy::load(path)?;
        let limits = limits(&policy)?;
        Ok(Self { path: path.to_owned(), beside: Beside::Valid(policy.into(), limits.into()) })
    }

    /// The file beside the plugin in `file`.
    pub(super) fn beside(file: &Path) -> Self {
        let path = policy_path(file);
        let beside = Beside::at(&path);
        Self { path, beside }
    }

    /// All limits, in the order of the documentation. Nothing is in force with a policy that cannot be used: the defaults are told then.
    pub(super) fn limits(&self) -> Vec<InForceLimit> {
        let defaults = Limits::default();
        let limits = match &self.beside {
            Beside::Valid(_, limits) => limits,
            Beside::None | Beside::Invalid(_) => &defaults,
        };
        let shown = |limits: &Limits, name: &str| shown(name, limits.get(name).unwrap_or_default());
        let limit = |name: &&'static str| InForceLimit { name, value: shown(limits, name), default: shown(&defaults, name) };
        Limits::NAMES.iter().map(limit).collect()
    }
}

/// Limits in bytes whose names do not say so.
const OF_BYTES: &[&str] = &["memory", "inline_body", "log_line", "code_cache"];

/// A limit's value as the documentation writes it, and as it can be set: sizes have a unit where one fits.
fn shown(name: &str, value: String) -> String {
    let is_bytes = OF_BYTES.contains(&name) || ["_bytes", "_size", "_memory"].iter().any(|end| name.ends_with(end));
    let Some(bytes) = value.parse::<u64>().ok().filter(|_| is_bytes) else { return value };
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit && bytes % *unit == 0) {
        Some((unit, name)) => format!("{}{name}", bytes / unit),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_shown_as_they_are_documented() {
        let page = include_str!("../../../../docs/policy.md");
        let (_, part) = page.split_once("\n## `[limits]`\n").unwrap();
        let (part, _) = part.split_once("\n## ").unwrap();
        let rows = part.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
        let mut count = 0;
        for (name, rest) in rows {
            let (documented, _) = rest.split_once(" | ").unwrap();
            let shown = shown(name, Limits::default().get(name).unwrap());
            // A minute may be written as 60 s, and a size is only itself.
            let mut same = Limits::default();
            same.set(name, &shown).unwrap();
            assert_eq!(same, Limits::default(), "{name}: {shown}");
            assert_eq!(shown.ends_with("iB"), documented.ends_with("iB"), "{name}: {shown}");
            assert!(shown == documented || documented.ends_with('s'), "{name}: {shown} is not {documented}");
            count += 1;
        }
        assert!(count > 50, "{count}");
    }

    #[test]
    fn changed_limits_have_both_values() {
        let policy = Policy::parse(Path::new("p"), "[limits]\nmemory = 1048577\nhold = \"90s\"").unwrap();
        let in_force = InForce { path: "p".into(), beside: Beside::of(policy) };
        let changed: Vec<_> = in_force.limits().into_iter().filter(|limit| limit.value != limit.default).collect();
        let limit = |name, value: &str, default: &str| InForceLimit { name, value: value.into(), default: default.into() };
        assert_eq!(changed, [limit("memory", "1048577", "256MiB"), limit("hold", "1m 30s", "5s")]);
        let wrong = Policy::parse(Path::new("p"), "[limits]\nmemry = 1").unwrap();
        assert!(matches!(Beside::of(wrong), Beside::Invalid(_)));
    }

    #[test]
    fn it_lies_beside_the_plugin() {
        assert_eq!(policy_path(Path::new("a/hello")), Path::new("a/hello.toml"));
        assert_eq!(policy_path(Path::new("a/hello.v2")), Path::new("a/hello.v2.toml"));
        assert_eq!(policy_path(Path::new("hello.wasm")), Path::new("hello.toml"));
    }
}
