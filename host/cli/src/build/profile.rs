//! How a crate is built: the profile, and the settings that the author has not made.

use super::TARGET;
use super::declared::Declared;

/// The profile of plugins that are packed: the fastest code, in one file. An author may declare it; otherwise these settings are its own.
pub const PLUGIN_PROFILE: &str = "plugin";

/// The profile of plugins that are worked on, cargo's own: quick to build.
pub const DEV_PROFILE: &str = "dev";

/// [`PLUGIN_PROFILE`] beyond cargo's `release`. Names stay in, so that a trap can show its frames.
const PLUGIN: [(&str, &str); 6] = [
    ("opt-level", "3"),
    ("lto", "\"fat\""),
    ("codegen-units", "1"),
    ("panic", "\"abort\""),
    ("debug", "false"),
    ("strip", "\"debuginfo\""),
];

/// [`DEV_PROFILE`] beyond cargo's own. Code that is optimised a little is half as large, and the launcher compiles it in half the time; rustc takes as long.
/// Lines are what a trap shows; everything about variables would be several times the component.
const DEV: [(&str, &str); 2] = [("opt-level", "1"), ("debug", "\"line-tables-only\"")];

/// WebAssembly's vector instructions, which wasmtime always has: searching and checking text gets faster.
const FLAGS: &str = "[\"-Ctarget-feature=+simd128\"]";

/// What a build is for, which decides on its profile where none is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// To be packed or kept: [`PLUGIN_PROFILE`].
    Ship,
    /// To be tried, and soon built again: [`DEV_PROFILE`].
    Iterate,
}

impl Goal {
    pub(super) fn profile(self) -> &'static str {
        match self {
            Self::Ship => PLUGIN_PROFILE,
            Self::Iterate => DEV_PROFILE,
        }
    }
}

/// The arguments of cargo's `--config`: what the profile and the target need, without what the author has declared.
///
/// An author who declares `[profile.plugin]` in a file has declared all of it. In one that inherits from `release`, the keys of
/// `[profile.release]` are the author's, and those of variables such as `CARGO_PROFILE_PLUGIN_LTO`.
pub(super) fn settings(profile: &str, declared: &Declared) -> Vec<String> {
    let mut settings = Vec::new();
    let mut add = |name: &str, (key, value): (&str, &str)| settings.push(format!("{name}.{key}={value}"));
    if profile == PLUGIN_PROFILE && !declared.has_profile(PLUGIN_PROFILE) {
        let inherits = ("inherits", "\"release\"");
        let of_author = |key: &str| [PLUGIN_PROFILE, "release"].iter().any(|profile| declared.has_profile_key(profile, key));
        std::iter::once(inherits).chain(PLUGIN).filter(|(key, _)| !of_author(key)).for_each(|pair| add("profile.plugin", pair));
    }
    if profile == DEV_PROFILE {
        DEV.into_iter().filter(|(key, _)| !declared.has_profile_key(DEV_PROFILE, key)).for_each(|pair| add("profile.dev", pair));
    }
    if !declared.has_flags() {
        add(&format!("target.{TARGET}"), ("rustflags", FLAGS));
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(profile: &str, manifest: &str) -> Vec<String> {
        settings(profile, &Declared::in_text(manifest))
    }

    #[test]
    fn nothing_declared_gets_everything() {
        let plugin = given("plugin", "");
        for setting in ["profile.plugin.inherits=\"release\"", "profile.plugin.lto=\"fat\"", "profile.plugin.strip=\"debuginfo\""]
        {
            assert!(plugin.iter().any(|given| given == setting), "{plugin:?}");
        }
        assert_eq!(plugin.len(), PLUGIN.len() + 2);
        let flags = "target.wasm32-wasip2.rustflags=[\"-Ctarget-feature=+simd128\"]";
        assert_eq!(given("dev", ""), ["profile.dev.opt-level=1", "profile.dev.debug=\"line-tables-only\"", flags]);
        assert_eq!(given("release", ""), [flags]);
    }

    #[test]
    fn what_the_author_declares_wins() {
        assert_eq!(given("plugin", "[profile.plugin]\ninherits = 'dev'").len(), 1, "the flags alone");
        let released = given("plugin", "[profile.release]\nlto = false\nopt-level = 's'");
        assert!(!released.iter().any(|given| given.contains("lto") || given.contains("opt-level")), "{released:?}");
        assert!(released.iter().any(|given| given.contains("codegen-units")), "{released:?}");
        let varied = Declared::default().with_variable("CARGO_PROFILE_PLUGIN_LTO").with_variable("CARGO_PROFILE_RELEASE_PANIC");
        let varied = settings("plugin", &varied);
        assert!(varied.iter().any(|given| given == "profile.plugin.inherits=\"release\""), "{varied:?}");
        assert!(!varied.iter().any(|given| given.contains("lto") || given.contains("panic")), "{varied:?}");
        assert_eq!(given("dev", "[profile.dev]\ndebug = 2\nopt-level = 0").len(), 1);
        assert_eq!(given("dev", "[profile.dev]\ndebug = 2").len(), 2);
        assert!(given("release", "[build]\nrustflags = '-Cdebuginfo=1'").is_empty());
    }
}
