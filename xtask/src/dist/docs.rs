use std::fs;
use std::path::Path;

use super::error::At as _;
use super::graph::Graph;
use super::{DistError, PROGRAMS, copy_tree, write};

/// The documentation's folder.
const DOCS: &str = "docs";

/// Copies the documentation. Links to files that are not in the archive lead to the repository instead.
pub(super) fn copy(graph: &Graph, folder: &Path) -> Result<(), DistError> {
    let to = folder.join(DOCS);
    copy_tree(&graph.root().join(DOCS), &to)?;
    let [program, _] = PROGRAMS;
    let repository = graph.package(program)?.repository.clone().unwrap_or_default();
    link(&to, DOCS, &format!("{repository}/blob/main"))
}

/// Rewrites the links of the Markdown files in a folder, which is `inner` in the repository.
fn link(folder: &Path, inner: &str, repository: &str) -> Result<(), DistError> {
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            link(&path, &format!("{inner}/{name}"), repository)?;
        } else if name.ends_with(".md") {
            let text = fs::read_to_string(&path).at(&path)?;
            write(&path, linked(&text, inner, repository).as_bytes())?;
        }
    }
    Ok(())
}

/// The text with its links that leave `docs` made absolute. `inner` is the folder of its file.
fn linked(text: &str, inner: &str, repository: &str) -> String {
    let depth = inner.split('/').count();
    let up = format!("]({}", "../".repeat(depth));
    text.replace(&up, &format!("]({repository}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_out_of_the_documentation_lead_to_the_repository() {
        let text = "[a](../host/a.rs) [b](policy.md) [c](adr/1.md)";
        assert_eq!(
            linked(text, "docs", "https://r"),
            "[a](https://r/host/a.rs) [b](policy.md) [c](adr/1.md)"
        );
        let text = "[a](../../host/a.rs) [b](../policy.md)";
        assert_eq!(
            linked(text, "docs/adr", "https://r"),
            "[a](https://r/host/a.rs) [b](../policy.md)"
        );
    }
}
