use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{
    DependencyKind, Metadata, MetadataCommand, Node, NodeDep, Package, PackageId,
};

use super::{DistError, PROGRAMS};

/// The packages of this repository's workspace and what they depend on.
#[derive(Debug)]
pub(super) struct Graph {
    metadata: Metadata,
    triple: String,
}

impl Graph {
    /// Asks cargo, for a target or for this machine's own.
    pub(super) fn read(target: Option<&str>) -> Result<Self, DistError> {
        let triple = match target {
            Some(target) => target.to_owned(),
            None => host_triple()?,
        };
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let mut command = MetadataCommand::new();
        command.manifest_path(manifest);
        command.other_options(["--locked", "--filter-platform", &triple].map(str::to_owned));
        Ok(Self { metadata: command.exec()?, triple })
    }

    pub(super) fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    pub(super) fn target_dir(&self) -> PathBuf {
        self.metadata.target_directory.clone().into_std_path_buf()
    }

    pub(super) fn triple(&self) -> &str {
        &self.triple
    }

    /// The version of the programs.
    pub(super) fn version(&self) -> String {
        let [program, _] = PROGRAMS;
        self.package(program).map_or_else(|_| String::new(), |package| package.version.to_string())
    }

    /// When the sources were changed last, in seconds since 1970.
    pub(super) fn time(&self) -> Result<u64, DistError> {
        let said = match env::var("SOURCE_DATE_EPOCH") {
            Ok(said) => said,
            Err(_) => {
                let mut log = Command::new("git");
                log.args(["log", "-1", "--format=%ct"]).current_dir(self.root());
                run(&mut log, "git log").map_err(|error| DistError::NoTime(error.into()))?
            }
        };
        said.trim().parse().map_err(|_| DistError::Time(said))
    }

    /// A member of the workspace.
    pub(super) fn package(&self, name: &str) -> Result<&Package, DistError> {
        let mut members = self.metadata.packages.iter().filter(|package| package.source.is_none());
        members
            .find(|package| package.name.as_str() == name)
            .ok_or_else(|| DistError::NoPackage(name.to_owned()))
    }

    /// What the programs are built from, themselves included, by name and version.
    pub(super) fn of_programs(&self) -> Result<Vec<&Package>, DistError> {
        let roots =
            PROGRAMS.iter().map(|name| self.package(name)).collect::<Result<Vec<_>, _>>()?;
        let mut packages = self.reached(&roots, |_| true);
        packages.sort_by(|a, b| (a.name.as_str(), &a.version).cmp(&(b.name.as_str(), &b.version)));
        Ok(packages)
    }

    /// These members, and the members that they depend on.
    pub(super) fn members_of(&self, names: &[&str]) -> Result<Vec<&Package>, DistError> {
        let roots = names.iter().map(|name| self.package(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.reached(&roots, |package| package.source.is_none()))
    }

    /// The packages that this one is built from, directly.
    pub(super) fn dependencies(&self, package: &Package) -> Vec<&PackageId> {
        let nodes = self.nodes();
        let node = nodes.get(&package.id);
        node.into_iter()
            .flat_map(|node| &node.deps)
            .filter(|dep| is_built(dep))
            .map(|dep| &dep.pkg)
            .collect()
    }

    fn nodes(&self) -> BTreeMap<&PackageId, &Node> {
        let nodes = self.metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        nodes.map(|node| (&node.id, node)).collect()
    }

    fn reached(&self, roots: &[&Package], follow: fn(&Package) -> bool) -> Vec<&Package> {
        let nodes = self.nodes();
        let packages: BTreeMap<_, _> =
            self.metadata.packages.iter().map(|package| (&package.id, package)).collect();
        let mut next: Vec<&PackageId> = roots.iter().map(|package| &package.id).collect();
        let mut seen = BTreeSet::new();
        let mut reached = Vec::new();
        while let Some(id) = next.pop() {
            let Some(package) =
                packages.get(id).filter(|package| follow(package) && seen.insert(id))
            else {
                continue;
            };
            let deps = nodes.get(id).into_iter().flat_map(|node| &node.deps);
            next.extend(
                deps.filter(|dep| is_built(dep))
                    .filter_map(|dep| packages.get_key_value(&dep.pkg))
                    .map(|(id, _)| *id),
            );
            reached.push(*package);
        }
        reached
    }
}

/// Whether it is more than a dependency of tests.
fn is_built(dep: &NodeDep) -> bool {
    dep.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
}

fn host_triple() -> Result<String, DistError> {
    let said = run(Command::new("rustc").arg("-vV"), "rustc -vV")?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| DistError::NoPackage("rustc's host".to_owned()))
}

fn run(command: &mut Command, shown: &str) -> Result<String, DistError> {
    let output =
        command.output().map_err(|source| DistError::Run { program: shown.to_owned(), source })?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(DistError::Failed { command: shown.to_owned(), status: output.status, stderr });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
