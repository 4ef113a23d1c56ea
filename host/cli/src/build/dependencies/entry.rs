//! A dependency's lines in a `Cargo.toml`, as they are and as they should be.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{Array, Document, DocumentMut, InlineTable, Item, TableLike, Value};

/// A change of a `Cargo.toml`, as an error shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) path: PathBuf,
    /// From 1.
    pub(super) line: usize,
    pub(super) old: String,
    /// The line in its place; `None` where there is none to propose.
    pub(super) new: Option<String>,
}

/// A dependency as a `Cargo.toml` declares it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    path: PathBuf,
    key: String,
    form: Form,
    /// The line of the entry, or of the features in an entry of several lines.
    line: usize,
    old: String,
    values: InlineTable,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `tokio = …`
    Line,
    /// `[dependencies.tokio]`, with its features in a line or without any.
    Table,
    /// Over several lines in another way: there is no one line to propose.
    Lines,
}

impl Entry {
    /// The entry of the crate `package` among those that `manifest` has for components. What it inherits from the workspace is found
    /// in `workspace`, that one's `Cargo.toml`.
    pub(super) fn find(manifest: &Path, package: &str, workspace: &Path) -> Option<Self> {
        let text = fs::read_to_string(manifest).ok()?;
        let own = Self::in_text(manifest, &text, package, Place::Crate)?;
        if own.values.get("workspace").is_none() || own.features().next().is_some() {
            return Some(own);
        }
        let text = fs::read_to_string(workspace).ok()?;
        Self::in_text(workspace, &text, package, Place::Workspace).or(Some(own))
    }

    fn in_text(path: &Path, text: &str, package: &str, place: Place) -> Option<Self> {
        let spans = Document::parse(text).ok()?;
        let edited: DocumentMut = text.parse().ok()?;
        place.tables(spans.as_item()).into_iter().zip(place.tables(edited.as_item())).find_map(|(spans, edited)| {
            let (key, item) = edited.iter().find(|(key, item)| name(key, item) == package)?;
            Self::of(path, text, (key, spans, spans.get(key)?), item)
        })
    }

    fn of(path: &Path, text: &str, (key, parent, spans): (&str, &dyn TableLike, &Item), item: &Item) -> Option<Self> {
        let begin = parent.key(key)?.span()?.start;
        let (form, at) = match spans {
            Item::Table(table) if !table.is_dotted() => match table.get("features").map(Item::span) {
                Some(Some(span)) if is_one_line(text, span.start, span.end) => (Form::Table, span.start),
                Some(_) => (Form::Lines, begin),
                None => (Form::Table, begin),
            },
            Item::Table(_) => (Form::Line, begin),
            other => match other.span() {
                Some(span) if is_one_line(text, begin, span.end) => (Form::Line, begin),
                Some(_) | None => (Form::Lines, begin),
            },
        };
        let line = text.get(..at)?.matches('\n').count();
        let old = text.lines().nth(line)?.trim_end().to_owned();
        Some(Self { path: path.to_owned(), key: key.to_owned(), form, line: line + 1, old, values: values(item) })
    }

    /// The features that it names itself.
    pub(super) fn features(&self) -> impl Iterator<Item = &str> {
        self.values.get("features").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    pub(super) fn has_default_features(&self) -> bool {
        self.values.get("default-features").and_then(Value::as_bool).unwrap_or(true)
    }

    /// The line without a proposal.
    pub(super) fn into_change(self) -> Change {
        Change { path: self.path, line: self.line, old: self.old, new: None }
    }

    /// The line with these features, and without the default ones unless they are to stay.
    pub(super) fn with_features(mut self, features: &[&str], default_features: bool) -> Change {
        let features: Array = features.iter().copied().collect();
        let new = match self.form {
            Form::Lines => None,
            Form::Table if default_features => Some(format!("features = {features}")),
            Form::Table => Some(format!("default-features = false, and in a line of its own: features = {features}")),
            Form::Line => {
                // Behind the others, in this order.
                drop(self.values.remove("features"));
                if !default_features {
                    drop(self.values.remove("default-features"));
                    self.values.insert("default-features", false.into());
                }
                self.values.insert("features", features.into());
                Some(self.inline())
            }
        };
        Change { new, ..self.into_change() }
    }

    /// The line with another crate under the same name.
    pub(super) fn with_crate(mut self, values: InlineTable) -> Change {
        let new = (self.form == Form::Line).then(|| {
            self.values = values;
            self.inline()
        });
        Change { new, ..self.into_change() }
    }

    /// The value of a key, such as `path`, if the entry is in this file.
    pub(super) fn text(&self, manifest: &Path, key: &str) -> Option<&str> {
        (self.path == manifest).then_some(())?;
        self.values.get(key)?.as_str()
    }

    fn inline(&mut self) -> String {
        self.values.fmt();
        format!("{} = {}", self.key, self.values.to_string().trim())
    }
}

/// Where a `Cargo.toml` has dependencies.
#[derive(Debug, Clone, Copy)]
enum Place {
    Crate,
    Workspace,
}

impl Place {
    fn tables(self, root: &Item) -> Vec<&dyn TableLike> {
        match self {
            Self::Crate => {
                let targets = root.get("target").and_then(Item::as_table_like);
                let of_targets =
                    targets.into_iter().flat_map(TableLike::iter).filter_map(|(_, target)| target.get("dependencies"));
                root.get("dependencies").into_iter().chain(of_targets).filter_map(Item::as_table_like).collect()
            }
            Self::Workspace => {
                let shared = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
                shared.and_then(Item::as_table_like).into_iter().collect()
            }
        }
    }
}

/// The crate that an entry is about.
fn name<'a>(key: &'a str, item: &'a Item) -> &'a str {
    item.get("package").and_then(Item::as_str).unwrap_or(key)
}

/// The entry as one table, whatever its form.
fn values(item: &Item) -> InlineTable {
    match item {
        Item::Value(Value::String(version)) => InlineTable::from_iter([("version", Value::from(version.value().as_str()))]),
        item => {
            let table = item.as_table_like().into_iter().flat_map(TableLike::iter);
            table.filter_map(|(key, item)| Some((key, item.as_value()?.clone()))).collect()
        }
    }
}

fn is_one_line(text: &str, begin: usize, end: usize) -> bool {
    text.get(begin..end).is_some_and(|text| !text.contains('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, package: &str) -> Entry {
        Entry::in_text(Path::new("Cargo.toml"), text, package, Place::Crate).unwrap()
    }

    fn change(line: usize, old: &str, new: Option<&str>) -> Change {
        Change { path: "Cargo.toml".into(), line, old: old.to_owned(), new: new.map(str::to_owned) }
    }

    #[test]
    fn a_line_is_proposed_for_a_line() {
        let text = "[package]\nname = 'p'\n\n[dependencies]\naxum = \"0.8\" # the router\ntokio = { version = \"1\", features = [\"full\"] }\n";
        let new = r#"axum = { version = "0.8", default-features = false, features = ["json"] }"#;
        let axum = entry(text, "axum");
        assert!(axum.has_default_features() && axum.features().next().is_none());
        assert_eq!(axum.with_features(&["json"], false), change(5, "axum = \"0.8\" # the router", Some(new)));
        let tokio = entry(text, "tokio");
        assert_eq!(tokio.features().collect::<Vec<_>>(), ["full"]);
        let old = "tokio = { version = \"1\", features = [\"full\"] }";
        let new = r#"tokio = { version = "1", features = ["sync", "macros"] }"#;
        assert_eq!(tokio.with_features(&["sync", "macros"], true), change(6, old, Some(new)));
        assert!(Entry::in_text(Path::new("Cargo.toml"), text, "serde", Place::Crate).is_none());
    }

    #[test]
    fn a_crate_may_have_another_name_and_another_table() {
        let text = "[dev-dependencies]\ntokio = \"1\"\n[target.'cfg(target_family = \"wasm\")'.dependencies]\nrt = { package = \"tokio\", version = \"1\" }\n";
        let new = r#"rt = { package = "tokio", version = "1", features = ["sync"] }"#;
        assert_eq!(entry(text, "tokio").with_features(&["sync"], true), change(4, text.lines().nth(3).unwrap(), Some(new)));
    }

    #[test]
    fn a_table_has_a_line_for_its_features() {
        let text = "[dependencies.tokio]\nversion = \"1\"\nfeatures = [\"full\"]\n";
        let proposed = entry(text, "tokio").with_features(&["sync"], true);
        assert_eq!(proposed, change(3, "features = [\"full\"]", Some(r#"features = ["sync"]"#)));
        let text = "[dependencies]\ntokio.version = \"1\"\n";
        let proposed = entry(text, "tokio").with_features(&["sync"], true);
        assert_eq!(proposed, change(2, "tokio.version = \"1\"", Some(r#"tokio = { version = "1", features = ["sync"] }"#)));
        for several in [
            "[dependencies.tokio]\nversion = \"1\"\nfeatures = [\n \"full\",\n]\n",
            "[dependencies]\ntokio = { version = \"1\", features = [\n  \"full\",\n] }\n",
        ] {
            assert_eq!(entry(several, "tokio").with_features(&["sync"], true).new, None, "{several}");
        }
    }

    #[test]
    fn another_crate_takes_the_name() {
        let text = "[dependencies]\nsea-orm = { version = \"2\", features = [\"macros\"] }\nsdk = { package = \"temps-plugin-sdk\", path = \"../sdk\" }\n";
        let other = InlineTable::from_iter([("package", "temps-sea-orm"), ("path", "../sdk/sea-orm")]);
        let new = r#"sea-orm = { package = "temps-sea-orm", path = "../sdk/sea-orm" }"#;
        assert_eq!(entry(text, "sea-orm").with_crate(other), change(2, text.lines().nth(1).unwrap(), Some(new)));
        let sdk = entry(text, "temps-plugin-sdk");
        assert_eq!(sdk.text(Path::new("Cargo.toml"), "path"), Some("../sdk"));
        assert_eq!((sdk.text(Path::new("other"), "path"), sdk.text(Path::new("Cargo.toml"), "version")), (None, None));
    }

    #[test]
    fn what_a_member_inherits_is_the_workspaces() {
        let folder = tempfile::tempdir().unwrap();
        let (member, root) = (folder.path().join("member.toml"), folder.path().join("root.toml"));
        fs::write(&root, "[workspace.dependencies]\ntokio = { version = \"1\", features = [\"full\"] }\n").unwrap();
        for (text, found) in [
            ("[dependencies]\ntokio.workspace = true\n", &root),
            ("[dependencies]\ntokio = { workspace = true, features = [\"net\"] }\n", &member),
            ("[dependencies]\ntokio = \"1\"\n", &member),
        ] {
            fs::write(&member, text).unwrap();
            let change = Entry::find(&member, "tokio", &root).unwrap().into_change();
            assert_eq!((&change.path, change.line), (found, 2), "{text}");
        }
        assert!(Entry::find(&folder.path().join("gone"), "tokio", &root).is_none());
    }
}
