//! The crates of a component with their features, as cargo itself resolves them.
//!
//! `cargo metadata` tells the features that a crate has in any build: with those of `[dev-dependencies]`
//! and of other targets. `cargo tree` has the features of this one build.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use super::super::TARGET;

/// The arguments of cargo, but for the package. A line is `<depth>\t<crate>\t<features>\t`, with `(*)`
/// behind it when the crate's own dependencies were listed before.
pub(super) const ARGUMENTS: [&str; 9] =
    ["tree", "--target", TARGET, "--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", "\t{p}\t{f}\t"];

/// A crate of the component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) version: String,
    /// Its `Cargo.toml`, if it is of a folder on this machine and not of a registry.
    pub(super) manifest: Option<PathBuf>,
    /// The features that it is compiled with.
    pub(super) features: Vec<String>,
}

impl Member {
    fn parse(package: &str, features: &str) -> Option<Self> {
        let (name, rest) = package.split_once(" v")?;
        let (version, place) = rest.split_once(' ').unwrap_or((rest, ""));
        // A folder is in the last parentheses; other sources are URLs, and `(proc-macro)` is no source.
        let folder = place.rfind("(/").and_then(|at| place.get(at + 1..)?.strip_suffix(')'));
        Some(Self {
            name: name.to_owned(),
            version: version.to_owned(),
            manifest: folder.map(|folder| PathBuf::from(folder).join("Cargo.toml")),
            features: features.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned).collect(),
        })
    }

    pub(super) fn has_feature(&self, name: &str) -> bool {
        self.features.iter().any(|feature| feature == name)
    }
}

/// All crates of the component. The first is the plugin itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    members: Vec<Member>,
    /// Who depends on whom, by their places in `members`.
    edges: Vec<(usize, usize)>,
}

impl Tree {
    /// Reads what cargo prints. `None` for what is not understood: another cargo may write something else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut tree = Self::default();
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut above: Vec<usize> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let mut parts = line.split('\t');
            let (depth, package, features) = (parts.next()?, parts.next()?, parts.next()?);
            let depth: usize = depth.parse().ok()?;
            let index = match known.get(package) {
                Some(index) => *index,
                None => {
                    tree.members.push(Member::parse(package, features)?);
                    *known.entry(package).or_insert(tree.members.len() - 1)
                }
            };
            above.truncate(depth);
            match above.last() {
                Some(parent) if above.len() == depth => tree.edges.push((*parent, index)),
                None if depth == 0 && tree.members.len() == 1 => {}
                Some(_) | None => return None,
            }
            above.push(index);
        }
        (!tree.members.is_empty()).then_some(tree)
    }

    /// The crates of this name, in all their versions.
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Member> {
        self.members.iter().filter(move |member| member.name == name)
    }

    /// The crates that depend on this one directly.
    pub(super) fn dependents(&self, of: &Member) -> impl Iterator<Item = &Member> {
        let of = self.members.iter().position(|member| member == of);
        let parents = self.edges.iter().filter(move |(_, child)| Some(*child) == of);
        parents.filter_map(|(parent, _)| self.members.get(*parent))
    }

    /// The shortest way from the plugin to this crate, both included. Empty if there is none.
    pub(super) fn way_to(&self, target: &Member) -> Vec<&Member> {
        let Some(target) = self.members.iter().position(|member| member == target) else { return Vec::new() };
        let mut came_from: HashMap<usize, usize> = HashMap::from([(0, 0)]);
        let mut next = VecDeque::from([0]);
        while let Some(at) = next.pop_front() {
            for (_, child) in self.edges.iter().filter(|(parent, _)| *parent == at) {
                if !came_from.contains_key(child) {
                    came_from.insert(*child, at);
                    next.push_back(*child);
                }
            }
        }
        let mut way = Vec::new();
        let mut at = target;
        while let Some(before) = came_from.get(&at) {
            way.extend(self.members.get(at));
            if *before == at {
                break;
            }
            at = *before;
        }
        way.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const TEXT: &str = "\
0\tmine v0.1.0 (/w/my plugin)\t\t
1\taxum v0.8.9\tdefault,http1,tokio\t
2\thyper-util v0.1.21\ttokio\t
3\ttokio v1.54.1\tnet,rt\t
2\ttokio v1.54.1\tnet,rt\t
1\tshared v0.1.0 (/w/shared)\t\t
2\ttokio v1.54.1\tnet,rt\t
1\tderive v1.0.0 (proc-macro) (/w/derive)\t\t
1\tfork v1.0.0 (https://example.org/fork#0123abc)\ta\t
2\taxum v0.8.9\tdefault,http1,tokio\t (*)
";

    #[test]
    fn crates_have_their_places_and_features() {
        let tree = Tree::parse(TEXT).unwrap();
        let names: Vec<_> = tree.members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["mine", "axum", "hyper-util", "tokio", "shared", "derive", "fork"]);
        let axum = tree.named("axum").next().unwrap();
        assert_eq!((axum.version.as_str(), &axum.manifest), ("0.8.9", &None));
        assert!(axum.has_feature("tokio") && !axum.has_feature("ws"));
        let manifest = |name| tree.named(name).next().unwrap().manifest.clone();
        assert_eq!(manifest("mine"), Some("/w/my plugin/Cargo.toml".into()));
        assert_eq!(manifest("derive"), Some("/w/derive/Cargo.toml".into()));
        assert_eq!(manifest("fork"), None);
    }

    #[test]
    fn a_crate_is_reached_by_the_shortest_way() {
        let tree = Tree::parse(TEXT).unwrap();
        let tokio = tree.named("tokio").next().unwrap();
        let names = |members: Vec<&Member>| members.into_iter().map(|member| member.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(tree.way_to(tokio)), ["mine", "axum", "tokio"]);
        assert_eq!(names(tree.dependents(tokio).collect()), ["hyper-util", "axum", "shared"]);
        assert_eq!(names(tree.way_to(tree.named("mine").next().unwrap())), ["mine"]);
        let gone = Member { name: "gone".to_owned(), ..tokio.clone() };
        assert!(tree.way_to(&gone).is_empty() && tree.dependents(&gone).next().is_none());
    }

    #[test]
    fn what_is_not_understood_is_no_tree() {
        for text in
            ["", "mine v0.1.0\n", "0\tmine\t\t\n", "0\tmine v1\t\t\n2\ta v1\t\t\n", "1\tmine v1\t\t\n", "x\tmine v1\t\t\n"]
        {
            assert!(Tree::parse(text).is_none(), "{text:?}");
        }
    }
}
