//! The files that an interface is built from, and a digest of them.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::WebBuildError;

/// What is of the build and of its tools.
const NOT_SOURCES: &[&str] = &["dist", "node_modules"];

/// Endings of what tools write beside the sources.
const NOT_SOURCE_ENDINGS: &[&str] = &[".log", ".tsbuildinfo"];

/// What lies in `web` itself and is a source, sorted.
pub(crate) fn top_level(web: &Path) -> Result<Vec<PathBuf>, WebBuildError> {
    let mut paths = entries(web)?;
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A hidden folder is a tool's; a hidden file, such as `.env`, may be part of the build.
        let hidden = name.starts_with('.') && path.is_dir();
        !hidden && !NOT_SOURCES.contains(&&*name) && !NOT_SOURCE_ENDINGS.iter().any(|ending| name.ends_with(ending))
    });
    Ok(paths)
}

/// Of all sources, names and contents. Another release of Rust may have another digest for the same: that is one build more.
pub(crate) fn digest(web: &Path) -> Result<String, WebBuildError> {
    let mut hasher = DefaultHasher::new();
    for path in top_level(web)? {
        add(&mut hasher, &path)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Of a file or a folder with all in it; `None` if there is none.
pub(crate) fn digest_of(path: &Path) -> Result<Option<String>, WebBuildError> {
    if !path.exists() {
        return Ok(None);
    }
    let mut hasher = DefaultHasher::new();
    add(&mut hasher, path)?;
    Ok(Some(format!("{:016x}", hasher.finish())))
}

fn add(hasher: &mut DefaultHasher, path: &Path) -> Result<(), WebBuildError> {
    path.file_name().hash(hasher);
    if path.is_dir() {
        let entries = entries(path)?;
        entries.len().hash(hasher);
        return entries.iter().try_for_each(|entry| add(hasher, entry));
    }
    match fs::read(path) {
        Ok(contents) => contents.hash(hasher),
        // A link to nothing, as editors make for a lock.
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(WebBuildError::file("read", path)(error)),
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, WebBuildError> {
    let read = fs::read_dir(folder).and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
    let mut paths: Vec<PathBuf> = read.map_err(WebBuildError::file("list", folder))?;
    paths.sort();
    Ok(paths)
}
