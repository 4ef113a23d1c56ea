use std::process::Command;

use toml::Table;

use super::*;

/// The names that change a template's form the most: short, and as long as can be.
const NAMES: [&str; 2] = ["x", "a-name-that-has-as-many-characters-as-a-manifest-allows-it-to-be"];

fn sdk() -> Sdk {
    Sdk::Folder("/opt/temps/sdk/guest-sdk".to_owned())
}

/// Every combination that flags and answers can give.
fn combinations() -> Vec<Choices> {
    let uis = [Ui::None, Ui::Plain, Ui::React];
    let minimal = uis.into_iter().flat_map(|ui| {
        [(false, false), (true, false), (false, true), (true, true)].map(|(db, events)| Choices {
            template: Template::Minimal,
            ui,
            db,
            events,
        })
    });
    minimal.chain(uis.map(|ui| Choices { template: Template::Full, ui, db: true, events: true })).collect()
}

fn files(name: &str, choices: Choices) -> Vec<Rendered> {
    let name = PluginName::parse(name).unwrap();
    render(&name, choices, Surroundings { sdk: &sdk(), own_workspace: false }).unwrap()
}

fn text<'a>(files: &'a [Rendered], path: &str) -> &'a str {
    &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}")).text
}

#[test]
fn each_path_is_there_once_and_nothing_of_a_template_is_left() {
    for choices in combinations() {
        let files = files("greeter", choices);
        for file in &files {
            assert_eq!(files.iter().filter(|other| other.path == file.path).count(), 1, "{} {choices:?}", file.path);
            for left in ["{%", "{{", "%}", "\n\n\n", " \n"] {
                assert!(!file.text.contains(left), "{left:?} in {} {choices:?}", file.path);
            }
            assert!(file.text.ends_with('\n') && !file.text.ends_with("\n\n"), "{} {choices:?}", file.path);
        }
    }
}

#[test]
fn a_manifest_has_what_was_chosen_and_nothing_else() {
    for choices in combinations() {
        let files = files("greeter", choices);
        let manifest: Table = text(&files, "Cargo.toml").parse().unwrap();
        assert_eq!(manifest["package"]["name"].as_str(), Some("temps-greeter-plugin"));
        assert!(!manifest["package"].as_table().unwrap().contains_key("license"));
        let dependencies = manifest["dependencies"].as_table().unwrap();
        assert_eq!(dependencies.keys().collect::<Vec<_>>(), ["temps-plugin-sdk"]);
        let sdk = dependencies["temps-plugin-sdk"].as_table().unwrap();
        assert_eq!(sdk["path"].as_str(), Some("/opt/temps/sdk/guest-sdk"));
        assert_eq!(sdk.get("default-features").is_some(), !choices.db, "{choices:?}");
        assert_eq!(manifest.get("build-dependencies").is_some(), choices.ui == Ui::React);
        assert!(!manifest.contains_key("dev-dependencies") && !manifest.contains_key("workspace"));
        let policy: Table = text(&files, "policy.toml").parse().unwrap();
        assert_eq!(policy.contains_key("config"), choices.template == Template::Full);
    }
    let own = render(&PluginName::parse("x").unwrap(), combinations()[0], Surroundings { sdk: &sdk(), own_workspace: true });
    assert!(text(&own.unwrap(), "Cargo.toml").parse::<Table>().unwrap().contains_key("workspace"));
}

#[test]
fn the_rust_is_formatted_whatever_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (number, choices) in combinations().into_iter().enumerate() {
        for name in NAMES {
            let root = folder.path().join(format!("{number}-{}", name.len()));
            for file in files(name, choices) {
                let path = root.join(file.path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, file.text).unwrap();
                if matches!(file.path, "src/lib.rs" | "build.rs") {
                    paths.push(path);
                }
            }
        }
    }
    let checked = Command::new("rustfmt").args(["--check", "--edition", "2024"]).args(&paths).output().unwrap();
    assert!(checked.status.success(), "{}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn an_interface_knows_where_it_is_served() {
    let react = files("my-plugin", Choices { ui: Ui::React, ..combinations()[0] });
    assert!(text(&react, "web/vite.config.ts").contains(r#"base: "/api/x/my-plugin/ui/""#));
    assert!(text(&react, "build.rs").contains(r#"WebBuild::new("my-plugin")"#));
    assert!(text(&react, "web/src/api.ts").contains(r#""/api/x/my-plugin""#));
    serde_json::from_str::<serde_json::Value>(text(&react, "web/package.json")).unwrap();
}

/// A route of its own is the author's; what it takes to be a plugin is less than 30 lines.
#[test]
fn a_minimal_plugin_is_short() {
    let files = files("greeter", combinations()[0]);
    let code =
        text(&files, "src/lib.rs").lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//")).count();
    assert!(code <= 60, "{code} lines");
}
