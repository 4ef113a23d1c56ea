use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::Package;
use toml_edit::{Array, DocumentMut, Item, TableLike};

use super::error::At as _;
use super::graph::Graph;
use super::{DistError, copy, copy_tree, write};

/// What plugins depend on. The members that these depend on come with them.
const CRATES: [&str; 2] = ["temps-plugin-sdk", "temps-plugin-web-build"];

/// Writes the SDK's crates as a workspace: their folders lie in `folder` as they lie in the repository.
pub(super) fn write_workspace(graph: &Graph, folder: &Path) -> Result<(), DistError> {
    let root = graph.root();
    let mut members = Vec::new();
    let mut used = BTreeSet::new();
    for package in graph.members_of(&CRATES)? {
        let path = crate_dir(package, root)?;
        for part in ["Cargo.toml", "src", "wit"] {
            let (from, to) = (root.join(&path).join(part), folder.join(&path).join(part));
            if from.is_dir() {
                copy_tree(&from, &to)?;
            } else if from.exists() {
                copy(&from, &to)?;
            }
        }
        let manifest = folder.join(&path).join("Cargo.toml");
        let mut document = read(&manifest)?;
        without_tests(&mut document);
        inherited(document.as_table(), &mut used);
        write(&manifest, document.to_string().as_bytes())?;
        members.push(path);
    }
    members.sort();
    let mut workspace = read(&root.join("Cargo.toml"))?;
    reduce(&mut workspace, &members, &used);
    write(&folder.join("Cargo.toml"), workspace.to_string().as_bytes())
}

fn crate_dir(package: &Package, root: &Path) -> Result<PathBuf, DistError> {
    let dir =
        package.manifest_path.parent().and_then(|dir| dir.as_std_path().strip_prefix(root).ok());
    dir.map(Path::to_owned).ok_or_else(|| DistError::NoPackage(package.name.to_string()))
}

fn read(path: &Path) -> Result<DocumentMut, DistError> {
    let text = fs::read_to_string(path).at(path)?;
    text.parse()
        .map_err(|error| DistError::Toml { path: path.to_owned(), reason: format!("{error}") })
}

/// Takes out what only tests need, which are not in the archive.
fn without_tests(manifest: &mut DocumentMut) {
    manifest.remove("dev-dependencies");
    manifest.remove("test");
    let targets = manifest.get_mut("target").and_then(Item::as_table_like_mut);
    for (_, target) in targets.into_iter().flat_map(TableLike::iter_mut) {
        if let Some(target) = target.as_table_like_mut() {
            target.remove("dev-dependencies");
        }
    }
    if let Some(targets) = manifest.get_mut("target").and_then(Item::as_table_like_mut) {
        let empty: Vec<String> = targets
            .iter()
            .filter(|(_, target)| target.as_table_like().is_some_and(TableLike::is_empty))
            .map(|(key, _)| key.to_owned())
            .collect();
        for key in empty {
            targets.remove(&key);
        }
    }
}

/// The dependencies that a manifest takes from its workspace.
fn inherited(table: &dyn TableLike, used: &mut BTreeSet<String>) {
    for (key, item) in table.iter() {
        let Some(value) = item.as_table_like() else { continue };
        if value.get("workspace").and_then(Item::as_bool) == Some(true) {
            used.insert(key.to_owned());
        }
        inherited(value, used);
    }
}

/// Leaves of the workspace's manifest what these members need.
fn reduce(workspace: &mut DocumentMut, members: &[PathBuf], used: &BTreeSet<String>) {
    workspace.retain(|key, _| key == "workspace");
    workspace.decor_mut().clear();
    let Some(table) = workspace.get_mut("workspace").and_then(Item::as_table_like_mut) else {
        return;
    };
    let members: Array =
        members.iter().map(|member| member.to_string_lossy().into_owned()).collect();
    table.insert("members", toml_edit::value(members));
    table.remove("exclude");
    if let Some(dependencies) = table.get_mut("dependencies").and_then(Item::as_table_mut) {
        dependencies.retain(|key, _| used.contains(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_left_without_tests() {
        let text = "[package]\nname = 'a'\n\n[dependencies]\nb.workspace = true\nc = { workspace = true, features = ['d'] }\n\n\
                    [dev-dependencies]\nd.workspace = true\n\n[[test]]\nname = 't'\n\n[target.'cfg(unix)'.dev-dependencies]\ne = '1'\n\n\
                    [target.'cfg(unix)'.dependencies]\nf.workspace = true\n\n[lints]\nworkspace = true\n";
        let mut manifest: DocumentMut = text.parse().unwrap();
        without_tests(&mut manifest);
        let left = manifest.to_string();
        assert!(!left.contains("dev-dependencies") && !left.contains("[[test]]"), "{left}");
        let mut used = BTreeSet::new();
        inherited(manifest.as_table(), &mut used);
        assert_eq!(used.into_iter().collect::<Vec<_>>(), ["b", "c", "f", "lints"]);
    }

    #[test]
    fn a_workspace_is_left_with_what_is_used() {
        let text = "[workspace]\nmembers = ['a', 'b', 'x']\nexclude = ['y']\n\n[workspace.package]\nversion = '1.0.0'\n\n\
                    [workspace.dependencies]\nb = { path = 'b' }\n# Of x alone.\nx = { path = 'x' }\n\n[profile.dev]\nlto = 'off'\n";
        let mut workspace: DocumentMut = text.parse().unwrap();
        reduce(&mut workspace, &["a".into(), "b".into()], &BTreeSet::from(["b".to_owned()]));
        let left = workspace.to_string();
        assert!(
            left.contains("members = [\"a\", \"b\"]") && left.contains("version = '1.0.0'"),
            "{left}"
        );
        assert!(
            !left.contains("x =") && !left.contains("exclude") && !left.contains("profile"),
            "{left}"
        );
    }
}
