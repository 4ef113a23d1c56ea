//! Which crate asks another for a feature.
//!
//! `cargo tree` tells the features that a crate has, and not whom it has them from. That is in the
//! manifests, which `cargo metadata` has all of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::tree::Member;

/// The manifests of all crates.
#[derive(Debug, Deserialize)]
pub(super) struct Manifests {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    dependencies: Vec<Dependency>,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    rename: Option<String>,
    /// `None` for what is compiled into the crate; others are for its build and its tests.
    kind: Option<String>,
    uses_default_features: bool,
    features: Vec<String>,
}

impl Dependency {
    /// As the features of its dependent call it.
    fn key(&self) -> &str {
        self.rename.as_deref().unwrap_or(&self.name)
    }
}

impl Manifests {
    /// All features of `asked` that `asker` turns on by itself, with those that they turn on in turn.
    pub(super) fn asks(&self, asker: &Member, asked: &Member) -> BTreeSet<String> {
        let (Some(from), Some(to)) = (self.package(asker), self.package(asked)) else { return BTreeSet::new() };
        let mut wanted: Vec<&str> = Vec::new();
        for dependency in from.dependencies.iter().filter(|dependency| dependency.kind.is_none() && dependency.name == to.name) {
            wanted.extend(dependency.features.iter().map(String::as_str));
            wanted.extend(dependency.uses_default_features.then_some("default"));
            let of_features = asker.features.iter().filter_map(|feature| from.features.get(feature)).flatten();
            wanted.extend(of_features.filter_map(|value| {
                let rest = value.strip_prefix(dependency.key())?;
                rest.strip_prefix('/').or_else(|| rest.strip_prefix("?/"))
            }));
        }
        to.closure(wanted)
    }

    fn package(&self, member: &Member) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == member.name && package.version == member.version)
    }
}

impl Package {
    fn closure<'a>(&'a self, mut wanted: Vec<&'a str>) -> BTreeSet<String> {
        let mut on = BTreeSet::new();
        while let Some(feature) = wanted.pop() {
            if let Some(more) = self.features.get(feature)
                && on.insert(feature.to_owned())
            {
                wanted.extend(more.iter().map(String::as_str));
            }
        }
        on
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn member(name: &str, features: &[&str]) -> Member {
        let features = features.iter().map(|feature| (*feature).to_owned()).collect();
        Member { name: name.to_owned(), version: "1.0.0".to_owned(), manifest: None, features }
    }

    fn asks(dependency: serde_json::Value, features: &[&str]) -> Vec<String> {
        let manifests = json!({ "packages": [
            { "name": "a", "version": "1.0.0", "dependencies": [dependency], "features": { "on": ["t/net", "dep:t"], "weak": ["t?/rt"], "off": ["t/fs"] } },
            { "name": "t", "version": "1.0.0", "dependencies": [],
              "features": { "default": [], "full": ["net", "rt"], "net": ["dep:mio"], "rt": [], "fs": [] } },
        ]});
        let manifests: Manifests = serde_json::from_value(manifests).unwrap();
        manifests.asks(&member("a", features), &member("t", &[])).into_iter().collect()
    }

    fn dependency(kind: Option<&str>, features: &[&str]) -> serde_json::Value {
        json!({ "name": "t", "rename": null, "kind": kind, "uses_default_features": false, "features": features })
    }

    #[test]
    fn a_feature_turns_others_on() {
        assert_eq!(asks(dependency(None, &["full"]), &[]), ["full", "net", "rt"]);
        assert_eq!(asks(dependency(None, &["rt", "unknown"]), &[]), ["rt"]);
        assert_eq!(asks(dependency(Some("dev"), &["full"]), &[]), Vec::<String>::new());
        assert_eq!(asks(dependency(Some("build"), &["full"]), &[]), Vec::<String>::new());
        let mut default = dependency(None, &[]);
        default["uses_default_features"] = true.into();
        assert_eq!(asks(default, &[]), ["default"]);
    }

    #[test]
    fn the_features_that_the_asker_has_ask_too() {
        assert_eq!(asks(dependency(None, &[]), &["on"]), ["net"]);
        assert_eq!(asks(dependency(None, &[]), &["weak", "on"]), ["net", "rt"]);
        assert_eq!(asks(dependency(None, &[]), &["unknown"]), Vec::<String>::new());
        let mut renamed = dependency(None, &[]);
        renamed["rename"] = "other".into();
        assert_eq!(asks(renamed, &["on"]), Vec::<String>::new());
    }
}
