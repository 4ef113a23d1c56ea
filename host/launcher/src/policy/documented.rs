//! `docs/policy.md` says what there is, as it is.

use std::path::Path;

use temps_plugin_policy::{Fault, Policy};
use temps_plugin_protocol::ConfigKey;
use temps_plugin_protocol::manifest::MAX_CONFIG_KEYS;
use temps_plugin_runtime::Limits;

use super::limits;
use crate::args::LimitFlags;

const PAGE: &str = include_str!("../../../../docs/policy.md");

/// The part of the page about a table.
fn part(table: &str) -> &'static str {
    let (_, part) = PAGE.split_once(&format!("\n## `[{table}]`\n")).unwrap_or_else(|| panic!("[{table}] is not documented"));
    part.split_once("\n## ").map_or(part, |(part, _)| part)
}

/// Name and default of each row of a table of limits.
fn rows() -> Vec<(&'static str, &'static str)> {
    let cells = |line: &'static str| line.strip_prefix("| `")?.split_once("` | ");
    part("limits").lines().filter_map(cells).map(|(name, rest)| (name, rest.split_once(" | ").unwrap().0)).collect()
}

#[test]
fn every_limit_is_there_in_order() {
    let names: Vec<_> = rows().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, Limits::NAMES);
}

#[test]
fn the_defaults_are_the_limits_own() {
    for (name, default) in rows() {
        // Something else first, so that a default that sets nothing is seen.
        let mut changed = Limits::default();
        assert!(changed.set(name, "7").is_ok() || changed.set(name, "7s").is_ok());
        assert_ne!(changed, Limits::default());
        changed.set(name, default).unwrap();
        assert_eq!(changed, Limits::default(), "{name} is not {default}");
    }
}

#[test]
fn every_table_and_key_is_there() {
    let parse = |text: &str| *Policy::parse(Path::new("p"), text).unwrap_err().fault;
    let Fault::UnknownTable { known: tables, .. } = parse("nothing = 1") else { panic!("a table should be unknown") };
    for table in tables {
        let part = part(table);
        // The keys of the two others are not the parser's to know.
        if !["limits", "config"].contains(table) {
            let Fault::UnknownKey { known, .. } = parse(&format!("[{table}]\nnothing = 1")) else {
                panic!("a key should be unknown")
            };
            assert!(!known.is_empty());
            for key in known {
                assert!(part.contains(&format!("| `{key}` |")), "`{key}` of [{table}] is not documented");
            }
        }
    }
    assert_eq!(PAGE.matches("\n## `[").count(), tables.len());
}

#[test]
fn the_examples_are_policies() {
    let examples: Vec<_> = PAGE.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
    assert!(examples.len() > 1);
    for example in examples {
        let policy = Policy::parse(Path::new("p"), example).unwrap_or_else(|error| panic!("{error}"));
        limits(&policy, &LimitFlags::default()).unwrap();
    }
}

#[test]
fn the_messages_about_declared_keys_are_what_is_said() {
    let declared = [ConfigKey::new("api_key", "The key of the mail service").required().secret()];
    let path = Path::new("/plugins/mail.toml");
    let empty = Policy::parse(path, "").unwrap();
    let misspelt = Policy::parse(path, "[config]\napi-ky = \"\"").unwrap();
    let said =
        [empty.require_config("mail", &declared).unwrap_err().to_string(), misspelt.undeclared_config(&declared)[0].to_string()];
    for said in said {
        assert!(PAGE.contains(&format!("\n```\n{said}\n```\n")), "{said}");
    }
    assert!(PAGE.contains(&format!("A plugin declares the keys that it takes, {MAX_CONFIG_KEYS} at most")));
}

#[test]
fn the_message_is_what_is_said() {
    let policy = Policy::parse(Path::new("/plugins/hello.toml"), "[limits]\nmemry = 1").unwrap();
    let error = limits(&policy, &LimitFlags::default()).unwrap_err().to_string();
    assert!(PAGE.contains(&format!("\n{error}\n")), "{error}");
}
