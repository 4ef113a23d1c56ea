//! The files of the user interface as the launcher asks for them.

use crate::Dir;

/// The path of each file in a folder and in those below it.
pub(super) fn paths(folder: &Dir<'_>) -> Vec<String> {
    let mut paths = Vec::new();
    add(folder, &mut paths);
    paths
}

fn add(folder: &Dir<'_>, paths: &mut Vec<String>) {
    paths.extend(folder.files().map(|file| file.path().to_string_lossy().into_owned()));
    folder.dirs().for_each(|folder| add(folder, paths));
}
