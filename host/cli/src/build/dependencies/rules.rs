//! Which crates and features do not fit a plugin, and what to use in their place.

use std::path::Path;

use toml_edit::InlineTable;

use super::entry::{Change, Entry};
use super::finding::{Finding, Level};
use super::requests::Manifests;
use super::tree::{Member, Tree};

/// The features of tokio with which it does not compile for WebAssembly. tokio says so itself, and not whom
/// it has them from.
const TOKIO_UNFIT: [&str; 6] = ["fs", "io-std", "net", "process", "rt-multi-thread", "signal"];

/// The features of tokio that a proposal leaves out besides. `full` has those above, and the others compile
/// and need a runtime that no plugin has.
const TOKIO_USELESS: [&str; 4] = ["full", "rt", "time", "test-util"];

/// The features of tokio that a proposal has in place of `full`.
const TOKIO_FIT: [&str; 3] = ["sync", "macros", "io-util"];

/// The features of axum that are about servers with sockets.
const AXUM_UNFIT: [&str; 5] = ["default", "tokio", "http1", "http2", "ws"];

/// The default features of axum without those.
const AXUM_FIT: [&str; 5] = ["form", "json", "matched-path", "original-uri", "query"];

/// A crate that most likely does not do what it is for.
struct Unfit {
    name: &'static str,
    /// Without these it is no matter; empty: always.
    features: &'static [&'static str],
    level: Level,
    why: &'static str,
    instead: &'static str,
}

const HTTP: &str = "send HTTP requests with temps_plugin_sdk::http, to what the operator allows";
const TLS: &str =
    "a plugin needs no TLS of its own: connections are the launcher's, and temps_plugin_sdk::http sends the requests";
const C_CODE: &str = "compiles C code, and takes a C compiler for WebAssembly";
const RUST_ALONE: &str = "for hashes and signatures take crates in Rust alone, such as sha2, hmac and ed25519-dalek; for HTTPS, temps_plugin_sdk::http";

const UNFIT: [Unfit; 8] = [
    Unfit::warning("reqwest", "asks a browser to send its requests, and panics in a plugin", HTTP),
    Unfit::warning("native-tls", "takes the TLS of an operating system, and there is none in a plugin", TLS),
    Unfit::warning("openssl-sys", "takes OpenSSL compiled for WebAssembly", TLS),
    Unfit::warning("ring", C_CODE, RUST_ALONE),
    Unfit::warning("aws-lc-sys", C_CODE, RUST_ALONE),
    Unfit::warning("libsqlite3-sys", C_CODE, "open databases with ctx.database(label): SQLite is in the launcher"),
    Unfit {
        name: "hyper",
        features: &["server", "client"],
        level: Level::Note,
        why: "speaks HTTP over sockets, and a plugin has none",
        instead: "requests come to the router by themselves, and temps_plugin_sdk::http sends others",
    },
    Unfit {
        name: "rayon",
        features: &[],
        level: Level::Note,
        why: "computes on several threads, and a plugin has one",
        instead: "give the thread back in long computations with temps_plugin_sdk::time::sleep",
    },
];

impl Unfit {
    const fn warning(name: &'static str, why: &'static str, instead: &'static str) -> Self {
        Self { name, features: &[], level: Level::Warning, why, instead }
    }
}

/// Where the author's own manifests are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manifest<'a> {
    /// The plugin's own.
    pub(super) path: &'a Path,
    /// Its workspace's.
    pub(super) workspace: &'a Path,
}

/// Whether there is something about tokio that only [`errors`] can put into words.
pub(super) fn has_errors(tree: &Tree) -> bool {
    tree.named("tokio").any(|tokio| TOKIO_UNFIT.iter().any(|feature| tokio.has_feature(feature)))
}

/// What certainly does not compile: tokio with features that need an operating system.
pub(super) fn errors(tree: &Tree, manifests: &Manifests, manifest: Manifest<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for tokio in tree.named("tokio") {
        for asker in tree.dependents(tokio) {
            let asked = manifests.asks(asker, tokio);
            let unfit: Vec<&str> = TOKIO_UNFIT.into_iter().filter(|feature| asked.contains(*feature)).collect();
            if unfit.is_empty() {
                continue;
            }
            let mut way = tree.way_to(asker);
            way.push(tokio);
            let finding = tokio_finding(&way, &unfit, manifest);
            if findings.iter().all(|other| other.change != finding.change || other.title != finding.title) {
                findings.push(finding);
            }
        }
    }
    if findings.is_empty() {
        // Cargo says that it has them, and no manifest says whom from.
        findings.extend(tree.named("tokio").map(|tokio| {
            let unfit: Vec<&str> = TOKIO_UNFIT.into_iter().filter(|feature| tokio.has_feature(feature)).collect();
            tokio_finding(&tree.way_to(tokio), &unfit, manifest)
        }));
    }
    findings
}

/// The author's own entry on the way to a crate, and the crate that it is about. It is the last one that is in a folder on this
/// machine and not in a registry.
fn author<'a>(way: &[&'a Member], manifest: Manifest<'_>) -> Option<(Option<Entry>, &'a Member)> {
    let (asker, asked) = way.iter().zip(way.iter().skip(1)).rfind(|(asker, _)| asker.manifest.is_some())?;
    let entry = Entry::find(asker.manifest.as_deref()?, &asked.name, manifest.workspace);
    Some((entry, *asked))
}

fn tokio_finding(way: &[&Member], unfit: &[&str], manifest: Manifest<'_>) -> Finding {
    let features = quoted(unfit);
    let no_runtime = "a plugin has no sockets, processes or threads: temps_plugin_sdk has `spawn`, `time` and `http`".to_owned();
    let tests = "tests run natively, and may have all of tokio: under [dev-dependencies]".to_owned();
    let (title, change, advice) = match author(way, manifest) {
        Some((entry, asked)) if asked.name == "tokio" => {
            (format!("tokio does not build for WebAssembly with {features}"), entry.map(tokio_change), vec![no_runtime, tests])
        }
        Some((entry, asked)) if asked.name == "axum" => {
            let own = entry.as_ref().is_some_and(|entry| !entry.has_default_features());
            let what = if own { "axum's features for servers" } else { "axum's default features" };
            let same = "temps_plugin_sdk::axum is the same crate with these features, and needs no line at all".to_owned();
            let title = format!("{what} do not build for WebAssembly: they turn on tokio's {features}");
            (title, entry.map(axum_change), vec![same])
        }
        Some((entry, asked)) => {
            let title =
                format!("`{}` does not build for WebAssembly: it turns on tokio's {features} ({})", asked.name, names(way));
            let without = format!("take a crate that needs no sockets, or `{}` without the feature that does", asked.name);
            (title, entry.map(Entry::into_change), vec![without, no_runtime])
        }
        None => (format!("tokio does not build for WebAssembly with {features} ({})", names(way)), None, vec![no_runtime, tests]),
    };
    Finding { level: Level::Error, name: "tokio".to_owned(), title, change, advice }
}

fn tokio_change(entry: Entry) -> Change {
    let had: Vec<String> = entry.features().map(str::to_owned).collect();
    let fits = |feature: &&str| !TOKIO_UNFIT.contains(feature) && !TOKIO_USELESS.contains(feature);
    let mut features: Vec<&str> = had.iter().map(String::as_str).filter(fits).collect();
    if had.iter().any(|feature| feature == "full") {
        features.extend(TOKIO_FIT.iter().filter(|fit| !had.iter().any(|had| had == *fit)));
    }
    if features.is_empty() {
        features.push("sync");
    }
    let default_features = entry.has_default_features();
    entry.with_features(&features, default_features)
}

fn axum_change(entry: Entry) -> Change {
    let had: Vec<String> = entry.features().map(str::to_owned).collect();
    let mut features: Vec<&str> = if entry.has_default_features() { AXUM_FIT.to_vec() } else { Vec::new() };
    let more = had.iter().map(String::as_str).filter(|feature| !AXUM_UNFIT.contains(feature));
    for feature in more {
        if !features.contains(&feature) {
            features.push(feature);
        }
    }
    entry.with_features(&features, false)
}

/// What most likely fails, or has no use.
pub(super) fn warnings(tree: &Tree, manifest: Manifest<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for Unfit { name, features, level, why, instead } in UNFIT {
        let counts = |member: &&Member| features.is_empty() || features.iter().any(|feature| member.has_feature(feature));
        let Some(member) = tree.named(name).find(counts) else { continue };
        let way = tree.way_to(member);
        let Some((entry, asked)) = author(&way, manifest) else { continue };
        let title = match asked.name == name {
            true => format!("`{name}` {why}"),
            false => format!("`{}` depends on `{name}`, which {why} ({})", asked.name, names(&way)),
        };
        let (name, advice) = (name.to_owned(), vec![instead.to_owned()]);
        findings.push(Finding { level, name, title, change: entry.map(Entry::into_change), advice });
    }
    findings.extend(sea_orm(tree, manifest));
    findings
}

/// sea-orm itself beside the SDK's: entities that its macros derive are not known to the SDK's databases.
fn sea_orm(tree: &Tree, manifest: Manifest<'_>) -> Option<Finding> {
    let way = tree.named("sea-orm").map(|orm| tree.way_to(orm)).find(|way| way.len() == 2)?;
    let (entry, _) = author(&way, manifest)?;
    let sdk = Entry::find(manifest.path, "temps-plugin-sdk", manifest.workspace);
    let path = sdk.as_ref().and_then(|sdk| sdk.text(manifest.path, "path"));
    let (key, value) =
        path.map_or(("version", "0.1".to_owned()), |path| ("path", format!("{}/sea-orm", path.trim_end_matches('/'))));
    let ours = InlineTable::from_iter([("package", "temps-sea-orm"), (key, value.as_str())]);
    Some(Finding {
        level: Level::Warning,
        name: "sea-orm".to_owned(),
        title: "entities that `sea-orm` itself derives cannot be used with a plugin's databases".to_owned(),
        change: entry.map(|entry| entry.with_crate(ours)),
        advice: vec!["or leave the line out and write temps_plugin_sdk::sea_orm, which is the same crate".to_owned()],
    })
}

fn quoted(features: &[&str]) -> String {
    features.iter().map(|feature| format!("`{feature}`")).collect::<Vec<_>>().join(", ")
}

fn names(way: &[&Member]) -> String {
    way.iter().skip(1).map(|member| member.name.as_str()).collect::<Vec<_>>().join(" -> ")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::*;

    /// A plugin's `Cargo.toml` with these lines under `[dependencies]`.
    fn folder(lines: &str) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), format!("[dependencies]\n{lines}\n")).unwrap();
        folder
    }

    fn tree(folder: &TempDir, lines: &[&str]) -> Tree {
        let root = format!("0\tmine v0.1.0 ({})\t\t\n", folder.path().display());
        Tree::parse(&lines.iter().fold(root, |text, line| format!("{text}{line}\t\n"))).unwrap()
    }

    fn package(name: &str, version: &str, dependencies: &[Value], features: Value) -> Value {
        json!({ "name": name, "version": version, "dependencies": dependencies, "features": features })
    }

    fn on_tokio(default: bool, features: &[&str]) -> Value {
        json!({ "name": "tokio", "rename": null, "kind": null, "uses_default_features": default, "features": features })
    }

    fn manifests(mine: &[Value]) -> Manifests {
        let tokio = json!({ "default": [], "full": ["net", "fs", "rt", "sync"], "net": [], "fs": [], "rt": [], "sync": [] });
        let packages = json!({ "packages": [
            package("mine", "0.1.0", mine, json!({})),
            package("axum", "0.8.9", &[on_tokio(false, &[])], json!({ "default": ["tokio"], "tokio": ["dep:tokio", "tokio/net"] })),
            package("web", "1.0.0", &[on_tokio(true, &["net"])], json!({})),
            package("tokio", "1.54.1", &[], tokio),
        ]});
        serde_json::from_value(packages).unwrap()
    }

    fn found(lines: &str, crates: &[&str], mine: &[Value]) -> Vec<(String, Option<String>)> {
        let folder = folder(lines);
        let path = folder.path().join("Cargo.toml");
        let manifest = Manifest { path: &path, workspace: &path };
        let tree = tree(&folder, crates);
        assert!(has_errors(&tree));
        let errors = errors(&tree, &manifests(mine), manifest);
        assert!(errors.iter().all(|error| error.level() == Level::Error && !error.advice.is_empty()));
        errors.into_iter().map(|error| (error.title, error.change.and_then(|change| change.new))).collect()
    }

    fn one(title: &str, new: Option<&str>) -> Vec<(String, Option<String>)> {
        vec![(title.to_owned(), new.map(str::to_owned))]
    }

    #[test]
    fn tokios_own_features_are_replaced() {
        let tokio = "1\ttokio v1.54.1\tfs,net,rt,sync";
        assert_eq!(
            found("tokio = { version = '1', features = ['full'] }", &[tokio], &[on_tokio(true, &["full"])]),
            one(
                "tokio does not build for WebAssembly with `fs`, `net`",
                Some("tokio = { version = '1', features = [\"sync\", \"macros\", \"io-util\"] }")
            )
        );
        assert_eq!(
            found("tokio = { version = '1', features = ['net', 'rt', 'bytes'] }", &[tokio], &[on_tokio(true, &["net", "rt"])]),
            one("tokio does not build for WebAssembly with `net`", Some("tokio = { version = '1', features = [\"bytes\"] }"))
        );
    }

    #[test]
    fn axums_default_features_are_left_out() {
        let crates = ["1\taxum v0.8.9\tdefault,tokio", "2\ttokio v1.54.1\tnet"];
        let title = "axum's default features do not build for WebAssembly: they turn on tokio's `net`";
        let new = r#"axum = { version = "0.8", default-features = false, features = ["form", "json", "matched-path", "original-uri", "query"] }"#;
        assert_eq!(found("axum = \"0.8\"", &crates, &[]), one(title, Some(new)));
        let title = "axum's features for servers do not build for WebAssembly: they turn on tokio's `net`";
        let line = r#"axum = { version = "0.8", default-features = false, features = ["tokio", "json"] }"#;
        let new = r#"axum = { version = "0.8", default-features = false, features = ["json"] }"#;
        assert_eq!(found(line, &crates, &[]), one(title, Some(new)));
    }

    #[test]
    fn another_crate_is_named_with_the_way_to_tokio() {
        let crates = ["1\tweb v1.0.0\t", "2\ttokio v1.54.1\tnet"];
        let title = "`web` does not build for WebAssembly: it turns on tokio's `net` (web -> tokio)";
        assert_eq!(found("web = '1'", &crates, &[]), one(title, None));
        // Whoever asks, cargo says that tokio has it.
        let title = "tokio does not build for WebAssembly with `net`";
        let new = r#"tokio = { version = "1", features = ["sync"] }"#;
        assert_eq!(found("tokio = \"1\"", &["1\ttokio v1.54.1\tnet"], &[]), one(title, Some(new)));
    }

    #[test]
    fn tokio_that_compiles_is_no_error() {
        let folder = folder("tokio = '1'");
        assert!(!has_errors(&tree(&folder, &["1\ttokio v1.54.1\tio-util,macros,rt,sync,time"])));
        assert!(!has_errors(&tree(&folder, &[])));
    }

    fn warned(lines: &str, crates: &[&str]) -> Vec<Finding> {
        let folder = folder(lines);
        let path = folder.path().join("Cargo.toml");
        warnings(&tree(&folder, crates), Manifest { path: &path, workspace: &path })
    }

    #[test]
    fn each_crate_that_does_not_fit_has_an_advice() {
        for Unfit { name, features, level, instead, .. } in UNFIT {
            let found = warned(&format!("{name} = '1'"), &[&format!("1\t{name} v1.0.0\t{}", features.join(","))]);
            assert_eq!((found.len(), found[0].level, found[0].name()), (1, level, name));
            assert_eq!((found[0].advice.as_slice(), found[0].place().unwrap().1), (&[instead.to_owned()][..], 2));
        }
        assert!(warned("hyper = '1'", &["1\thyper v1.0.0\thttp1"]).is_empty());
        let through = warned("jwt = '1'", &["1\tjwt v1.0.0\t", "2\tring v0.17.14\t"]);
        assert!(
            through[0].title.starts_with("`jwt` depends on `ring`, which ") && through[0].title.ends_with("(jwt -> ring)"),
            "{through:?}"
        );
    }

    #[test]
    fn sea_orm_itself_is_only_the_sdks() {
        let lines = "sea-orm = '2'\ntemps-plugin-sdk = { path = '../sdk/' }";
        let crates = [
            "1\tsea-orm v2.0.4\t",
            "1\ttemps-plugin-sdk v0.1.0 (/sdk)\t",
            "2\ttemps-sea-orm v0.1.0 (/sdk/sea-orm)\t",
            "3\tsea-orm v2.0.4\t",
        ];
        let found = warned(lines, &crates);
        let new = r#"sea-orm = { package = "temps-sea-orm", path = "../sdk/sea-orm" }"#;
        assert_eq!(found[0].change.as_ref().unwrap().new.as_deref(), Some(new));
        assert!(warned("temps-plugin-sdk = '0.1'", &crates[1..]).is_empty());
        let published = warned("sea-orm = '2'\ntemps-plugin-sdk = '0.1'", &crates);
        let new = r#"sea-orm = { package = "temps-sea-orm", version = "0.1" }"#;
        assert_eq!(published[0].change.as_ref().unwrap().new.as_deref(), Some(new));
    }
}
