use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::run::{cargo, command, output};
use super::{BuildError, TARGET};

const METADATA: [&str; 4] = ["metadata", "--no-deps", "--format-version", "1"];
/// The arguments of cargo for the crate and all that it depends on.
pub(super) const GRAPH: [&str; 5] = ["metadata", "--format-version", "1", "--filter-platform", TARGET];

/// The crate that a component is built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crate {
    /// The package's name.
    pub name: String,
    /// Its folder.
    pub dir: PathBuf,
    /// The root of its workspace, which may be the same.
    pub workspace_root: PathBuf,
    /// The folder of its workspace's build artifacts.
    pub target_dir: PathBuf,
    pub(super) manifest: PathBuf,
    is_cdylib: bool,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    crate_types: Vec<String>,
}

impl Package {
    fn is_cdylib(&self) -> bool {
        self.targets.iter().any(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
    }
}

impl Crate {
    /// Asks cargo for the crate at `path`: a folder in a crate, or a `Cargo.toml`. At the root of a workspace that is no crate
    /// itself it is the one member with a `cdylib` library.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when there is no such crate or several, or cargo cannot be asked.
    pub async fn find(path: &Path) -> Result<Self, BuildError> {
        let path = path.canonicalize().map_err(|source| BuildError::Path { path: path.to_owned(), source })?;
        let no_crate = || BuildError::NoCrate { path: path.clone() };
        let manifest = if path.is_file() {
            path.file_name().is_some_and(|name| name == "Cargo.toml").then(|| path.clone()).ok_or_else(no_crate)?
        } else {
            path.ancestors().map(|dir| dir.join("Cargo.toml")).find(|manifest| manifest.is_file()).ok_or_else(no_crate)?
        };
        let dir = manifest.parent().ok_or_else(no_crate)?;
        let text = output("cargo", &METADATA, &mut command(cargo(), &METADATA, dir)).await?;
        let metadata = serde_json::from_str(&text).map_err(|source| BuildError::Output { command: "cargo metadata", source })?;
        Self::choose(metadata, manifest)
    }

    fn choose(metadata: Metadata, manifest: PathBuf) -> Result<Self, BuildError> {
        let Metadata { packages, workspace_root, target_directory } = metadata;
        let package = match packages.iter().find(|package| package.manifest_path == manifest) {
            Some(package) => package,
            None => {
                let members: Vec<_> = packages.iter().filter(|package| package.is_cdylib()).collect();
                match members.as_slice() {
                    [] => return Err(BuildError::NoMember { path: manifest }),
                    [member] => *member,
                    several => {
                        let members = several.iter().map(|member| member.name.clone()).collect();
                        return Err(BuildError::SeveralMembers { path: manifest, members });
                    }
                }
            }
        };
        Ok(Self {
            name: package.name.clone(),
            dir: package.manifest_path.parent().unwrap_or(&workspace_root).to_owned(),
            workspace_root,
            target_dir: target_directory,
            manifest: package.manifest_path.clone(),
            is_cdylib: package.is_cdylib(),
        })
    }

    /// The folders of the crates that this one is built from by their paths, however far down.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when cargo cannot be asked, such as without a network where it needs one.
    pub async fn path_dependencies(&self) -> Result<Vec<PathBuf>, BuildError> {
        let text = output("cargo", &GRAPH, &mut command(cargo(), &GRAPH, &self.dir)).await?;
        let graph = serde_json::from_str(&text).map_err(|source| BuildError::Output { command: "cargo metadata", source })?;
        Ok(path_dependencies(&graph, &self.manifest))
    }

    /// Checks that the crate can become a component.
    pub(super) fn check(&self) -> Result<(), BuildError> {
        if self.is_cdylib {
            Ok(())
        } else {
            Err(BuildError::NotCdylib { name: self.name.clone(), manifest: self.manifest.clone() })
        }
    }
}

/// What is read of cargo's dependency graph.
#[derive(Debug, Deserialize)]
struct Graph {
    packages: Vec<GraphPackage>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct GraphPackage {
    id: String,
    manifest_path: PathBuf,
    /// `None` for a path.
    source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

fn path_dependencies(graph: &Graph, manifest: &Path) -> Vec<PathBuf> {
    let local: HashMap<&str, &Path> = graph
        .packages
        .iter()
        .filter(|package| package.source.is_none())
        .map(|package| (package.id.as_str(), package.manifest_path.as_path()))
        .collect();
    let nodes: HashMap<&str, &Node> = graph.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut found: Vec<&str> = local.iter().filter(|(_, path)| **path == manifest).map(|(id, _)| *id).collect();
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        next += 1;
        for dependency in nodes.get(id).into_iter().flat_map(|node| &node.dependencies) {
            if local.contains_key(dependency.as_str()) && !found.contains(&dependency.as_str()) {
                found.push(dependency);
            }
        }
    }
    found.iter().skip(1).filter_map(|id| local.get(id)?.parent()).map(Path::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(packages: &[(&str, &str)]) -> Metadata {
        let packages: Vec<String> = packages
            .iter()
            .map(|(name, kind)| {
                format!(r#"{{"name":"{name}","manifest_path":"/w/{name}/Cargo.toml","targets":[{{"crate_types":["{kind}"]}}]}}"#)
            })
            .collect();
        let text = format!(r#"{{"packages":[{}],"workspace_root":"/w","target_directory":"/w/target"}}"#, packages.join(","));
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn takes_the_crate_that_was_named() {
        let found = Crate::choose(metadata(&[("a", "cdylib"), ("b", "lib")]), "/w/b/Cargo.toml".into()).unwrap();
        assert_eq!((found.name.as_str(), found.dir.as_path()), ("b", Path::new("/w/b")));
        let error = found.check().unwrap_err().to_string();
        assert!(error.contains("`b` has no `cdylib`") && error.contains("/w/b/Cargo.toml"), "{error}");
    }

    #[test]
    fn takes_the_only_plugin_of_a_workspace() {
        let root = || PathBuf::from("/w/Cargo.toml");
        let found = Crate::choose(metadata(&[("a", "cdylib"), ("b", "lib")]), root()).unwrap();
        assert_eq!(found.name, "a");
        found.check().unwrap();

        let none = Crate::choose(metadata(&[("b", "lib")]), root()).unwrap_err();
        assert!(matches!(none, BuildError::NoMember { .. }));
        let several = Crate::choose(metadata(&[("a", "cdylib"), ("b", "cdylib")]), root()).unwrap_err().to_string();
        assert!(several.ends_with("a, b"), "{several}");
    }

    #[test]
    fn dependencies_by_path_are_followed_and_others_are_not() {
        let text = r#"{"packages": [
            {"id": "a", "manifest_path": "/w/a/Cargo.toml", "source": null}, {"id": "b", "manifest_path": "/w/b/Cargo.toml", "source": null},
            {"id": "c", "manifest_path": "/w/c/Cargo.toml", "source": null}, {"id": "d", "manifest_path": "/w/d/Cargo.toml", "source": null},
            {"id": "r", "manifest_path": "/r/Cargo.toml", "source": "registry"}],
          "resolve": {"nodes": [{"id": "a", "dependencies": ["b", "r"]}, {"id": "b", "dependencies": ["c", "a"]}, {"id": "c", "dependencies": []},
            {"id": "d", "dependencies": ["a"]}, {"id": "r", "dependencies": ["d"]}]}}"#;
        let graph = serde_json::from_str(text).unwrap();
        assert_eq!(path_dependencies(&graph, Path::new("/w/a/Cargo.toml")), [Path::new("/w/b"), Path::new("/w/c")]);
        assert!(path_dependencies(&graph, Path::new("/w/c/Cargo.toml")).is_empty());
    }

    #[tokio::test]
    async fn a_folder_without_a_crate_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = Crate::find(dir.path()).await.unwrap_err().to_string();
        assert!(error.starts_with("there is no Cargo.toml in "), "{error}");
        let error = Crate::find(&dir.path().join("gone")).await.unwrap_err().to_string();
        assert!(error.contains("gone"), "{error}");
    }

    #[tokio::test]
    async fn asks_cargo() {
        let found = Crate::find(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/build"))).await.unwrap();
        assert_eq!(found.name, "temps-wasm");
        assert!(matches!(found.check(), Err(BuildError::NotCdylib { .. })));
    }
}
