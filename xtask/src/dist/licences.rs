use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::Package;

use super::DistError;
use super::error::At as _;
use super::graph::Graph;

/// How names of files begin that have a licence or what it asks to be passed on.
const NAMES: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];

/// How deep in a package they are looked for: C sources of others lie in folders of their own.
const DEPTH: usize = 3;

/// The licences of what the programs are built from, each text once, with the packages that have it.
pub(super) fn text(graph: &Graph) -> Result<String, DistError> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut expressions = String::new();
    for package in graph.of_programs()?.into_iter().filter(|package| package.source.is_some()) {
        let shown = format!("{} {}", package.name, package.version);
        // Writing to a string does not fail.
        let _ = writeln!(
            expressions,
            "{shown}: {}",
            package.license.as_deref().unwrap_or("see its text below")
        );
        for file in files(package)? {
            let bytes = fs::read(&file).at(&file)?;
            let text = String::from_utf8_lossy(&bytes).replace('\r', "");
            let packages = texts.entry(text.trim().to_owned()).or_default();
            if packages.last() != Some(&shown) {
                packages.push(shown.clone());
            }
        }
    }
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by(|(_, a), (_, b)| a.cmp(b));
    let mut all = format!(
        "The programs are built from these packages, with these licences:\n\n{expressions}"
    );
    for (text, packages) in texts {
        let _ = write!(all, "\n{}\n{}\n\n{text}\n", "-".repeat(80), packages.join(", "));
    }
    Ok(all)
}

fn files(package: &Package) -> Result<Vec<PathBuf>, DistError> {
    let Some(folder) = package.manifest_path.parent() else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    collect(folder.as_std_path(), DEPTH, &mut files)?;
    files.extend(
        package.license_file().map(|file| file.into_std_path_buf()).filter(|file| file.is_file()),
    );
    files.sort();
    files.dedup();
    Ok(files)
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), DistError> {
    for entry in fs::read_dir(folder).at(folder)? {
        let entry = entry.at(folder)?;
        let kind = entry.file_type().at(folder)?;
        if kind.is_dir() && depth > 0 {
            collect(&entry.path(), depth - 1, files)?;
        } else if kind.is_file() && is_licence(&entry.file_name().to_string_lossy()) {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Whether a file has this name for its licence: source code about licences has another one.
fn is_licence(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let extension = Path::new(&name).extension().and_then(|extension| extension.to_str());
    let is_code = extension
        .is_some_and(|extension| ["rs", "c", "h", "py", "sh", "json", "html"].contains(&extension));
    NAMES.iter().any(|begin| name.starts_with(begin)) && !is_code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_known_by_their_names() {
        for name in [
            "LICENSE",
            "LICENSE-MIT",
            "license.md",
            "COPYING",
            "NOTICE.txt",
            "UNLICENSE",
            "LICENSE.APACHE2",
        ] {
            assert!(is_licence(name), "{name}");
        }
        for name in ["license.rs", "README.md", "lic", "licenses.json"] {
            assert!(!is_licence(name), "{name}");
        }
    }

    #[test]
    fn they_are_found_in_folders() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b/c");
        fs::create_dir_all(deep.join("d")).unwrap();
        for path in ["LICENSE", "a/b/c/COPYING", "a/b/c/d/LICENSE", "a/main.c"] {
            fs::write(folder.path().join(path), path).unwrap();
        }
        let mut files = Vec::new();
        collect(folder.path(), DEPTH, &mut files).unwrap();
        files.sort();
        assert_eq!(files, [folder.path().join("LICENSE"), deep.join("COPYING")]);
    }
}
