use super::*;
use crate::{ConfigKey, ConfigKeyError, NavSection, SubscriptionError, UiRoute};

fn valid() -> PluginManifest {
    PluginManifest::builder("my-plugin", "1.0.0").build()
}

fn entry() -> NavEntry {
    NavEntry { label: "Mine".into(), icon: "puzzle".into(), section: NavSection::Platform, path: "/mine".into(), order: 0 }
}

/// The error of a manifest that is valid but for one change. Its message has to name what is
/// given.
#[track_caller]
fn refused(change: impl FnOnce(&mut PluginManifest), shows: &[&str]) -> ManifestError {
    let mut manifest = valid();
    change(&mut manifest);
    let error = manifest.validate().unwrap_err();
    let message = error.to_string();
    for text in shows {
        assert!(message.contains(text), "{text} is missing in: {message}");
    }
    error
}

#[test]
fn a_name_is_kebab_case() {
    for name in ["a", "7", "a-b", "my-plugin-2", "2fa", "a1-2b"] {
        let manifest = PluginManifest { name: name.into(), ..valid() };
        assert_eq!(manifest.validate(), Ok(()), "{name}");
    }
    for name in ["", "-", "a-", "-a", "a--b", "A", "a_b", "a.b", "a b", "a/b", "..", "é", "a\n"] {
        let error = refused(|m| m.name = name.into(), &["`name`", "kebab-case"]);
        assert_eq!(error, ManifestError::NameNotKebabCase { name: name.into() });
    }
}

#[test]
fn a_name_has_at_most_64_characters() {
    let longest = "x".repeat(MAX_NAME_CHARS);
    assert_eq!(PluginManifest { name: longest.clone(), ..valid() }.validate(), Ok(()));
    let error = refused(|m| m.name = format!("{longest}y"), &["`name`", &longest, "65", "64"]);
    assert_eq!(error, ManifestError::NameTooLong { name: format!("{longest}y") });
    assert!(!error.to_string().contains("xy"), "the message shows only the beginning");
}

#[test]
fn a_version_is_semantic() {
    for version in ["0.0.0", "1.2.3", "1.0.0-alpha.1", "1.0.0+build.5"] {
        let manifest = PluginManifest { version: version.into(), ..valid() };
        assert_eq!(manifest.validate(), Ok(()), "{version}");
    }
    for version in ["", "1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.x"] {
        let error = refused(|m| m.version = version.into(), &["`version`", version, "1.0.0"]);
        assert!(matches!(error, ManifestError::VersionNotSemVer { .. }), "{error:?}");
    }
}

#[test]
fn a_navigation_entry_is_complete() {
    let good = PluginManifest { nav: vec![entry()], ..valid() };
    assert_eq!(good.validate(), Ok(()));
    let second = |bad: NavEntry| move |m: &mut PluginManifest| m.nav = vec![entry(), bad];

    let error = refused(second(NavEntry { label: " ".into(), ..entry() }), &["nav[1].label"]);
    assert_eq!(error, ManifestError::NavLabelEmpty { index: 1 });
    let error = refused(second(NavEntry { icon: String::new(), ..entry() }), &["nav[1].icon", "Mine", "Lucide"]);
    assert_eq!(error, ManifestError::NavIconEmpty { index: 1, label: "Mine".into() });
    for path in ["", "mine"] {
        let error = refused(second(NavEntry { path: path.into(), ..entry() }), &["nav[1].path", "Mine", "`/`"]);
        assert_eq!(error, ManifestError::NavPath { index: 1, label: "Mine".into(), path: path.into() });
    }
    let error = refused(second(NavEntry { order: -1, ..entry() }), &["nav[1].order", "Mine", "-1"]);
    assert_eq!(error, ManifestError::NavOrderNegative { index: 1, label: "Mine".into(), order: -1 });
}

#[test]
fn a_user_interface_has_a_script_and_absolute_pages() {
    let ui = |entry_js: &str, path: &str| {
        let route = UiRoute { path: path.into(), title: "Mine".into() };
        Some(PluginUi { entry_js: entry_js.into(), css: Vec::new(), routes: vec![route] })
    };
    assert_eq!(PluginManifest { ui: ui("index.js", "/mine"), ..valid() }.validate(), Ok(()));
    assert_eq!(refused(|m| m.ui = ui("", "/mine"), &["ui.entry_js"]), ManifestError::UiEntryEmpty);
    let error = refused(|m| m.ui = ui("index.js", "mine"), &["ui.routes[0].path", "\"mine\"", "`/`"]);
    assert_eq!(error, ManifestError::UiRoutePath { index: 0, path: "mine".into() });
}

#[test]
fn a_health_path_is_plain_and_the_plugins_own() {
    for path in ["/", "/health", "/a/b.c~d_e-f", "/_temps", "/_events/health"] {
        let manifest = PluginManifest { health_path: path.into(), ..valid() };
        assert_eq!(manifest.validate(), Ok(()), "{path}");
    }
    for path in ["", "health", "/a b", "/a?b", "/a#b", "/{a}", "/a\n", "/é"] {
        let error = refused(|m| m.health_path = path.into(), &["`health_path`", "such as `/health`"]);
        assert_eq!(error, ManifestError::HealthPath { path: path.into() });
    }
    for path in ["/_events", "/_temps/channel", "/_temps/"] {
        let error = refused(|m| m.health_path = path.into(), &["`health_path`", path, "belongs to Temps"]);
        assert_eq!(error, ManifestError::HealthPathReserved { path: path.into() });
    }
}

#[test]
fn events_are_subscriptions_without_repetition() {
    let good = |m: &mut PluginManifest| m.events = vec!["a.b".into(), "a.*".into(), "a.c".into()];
    let mut manifest = valid();
    good(&mut manifest);
    assert_eq!(manifest.validate(), Ok(()));

    let error = refused(|m| m.events = vec!["a.b".into(), "*".into()], &["events[1]", "\"*\"", "deployment.*"]);
    assert_eq!(error, ManifestError::Event { index: 1, reason: SubscriptionError::OneWord("*".into()) });
    let error = refused(|m| m.events = vec!["a.b".into(), "a.*".into(), "a.b".into()], &["events[2]", "a.b"]);
    assert_eq!(error, ManifestError::EventRepeated { index: 2, event: "a.b".into() });
}

#[test]
fn public_paths_are_absolute_and_the_plugins_own() {
    let public = |path: &str| vec!["/webhooks".to_owned(), path.to_owned()];
    assert_eq!(PluginManifest { public_paths: public("/"), ..valid() }.validate(), Ok(()));
    for path in ["", "hooks"] {
        let error = refused(|m| m.public_paths = public(path), &["public_paths[1]", "`/`"]);
        assert_eq!(error, ManifestError::PublicPath { index: 1, path: path.into() });
    }
    for path in ["/_events", "/_temps/channel"] {
        let error = refused(|m| m.public_paths = public(path), &["public_paths[1]", path, "belongs to Temps"]);
        assert_eq!(error, ManifestError::PublicPathReserved { index: 1, path: path.into() });
    }
}

#[test]
fn a_content_security_policy_is_a_header_of_at_most_4_kib() {
    let manifest = |policy: String| PluginManifest { content_security_policy: Some(policy), ..valid() };
    for policy in ["default-src 'self'; object-src 'none'".into(), "x".repeat(MAX_POLICY_BYTES)] {
        assert_eq!(manifest(policy).validate(), Ok(()));
    }
    for policy in ["", " ", "default-src 'self'\r\nset-cookie: a=b", "default-src\t*", "img-src ü.example"] {
        let error = refused(|m| m.content_security_policy = Some(policy.into()), &["`content_security_policy`", "one line"]);
        assert_eq!(error, ManifestError::ContentSecurityPolicy { policy: policy.into() });
    }
    let error = refused(|m| m.content_security_policy = Some("x".repeat(MAX_POLICY_BYTES + 1)), &["4097", "4096"]);
    assert_eq!(error, ManifestError::ContentSecurityPolicyTooLong { bytes: 4097 });
}

#[test]
fn declared_keys_are_checked_with_the_rest() {
    let key = |name: &str| ConfigKey::new(name, "What it is for");
    assert_eq!(PluginManifest { config: vec![key("a"), key("b")], ..valid() }.validate(), Ok(()));
    let error = refused(|m| m.config = vec![key("a"), key("a b")], &["`config[1]`", "\"a b\""]);
    let reason = ConfigKeyError::Name { name: "a b".into() };
    assert_eq!(error, ManifestError::Config { index: 1, reason });
}

#[test]
fn a_sandboxed_plugin_asks_for_neither_database_nor_host_data() {
    let error = refused(|m| m.requires_db = true, &["`requires_db`", "use `false`"]);
    assert_eq!(error, ManifestError::RequiresDb);
    let error = refused(|m| m.requires_host_data_access = true, &["`requires_host_data_access`", "use `false`"]);
    assert_eq!(error, ManifestError::RequiresHostDataAccess);
}

#[test]
fn messages_show_a_plugins_text_escaped() {
    let error = refused(|m| m.name = "a\u{1b}[2Jb\nc".into(), &[]);
    assert!(!error.to_string().contains(char::is_control), "{error}");
}
