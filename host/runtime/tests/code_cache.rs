//! Compiled code that is kept, and everything that may be wrong with it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what tests share is a test too, though clippy does not see it")]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use temps_plugin_runtime::{CodeCache, Component, Engine, Limits};

const LARGE: usize = 1 << 30;

fn load(guest: &str, cache: &CodeCache) -> Component {
    Component::load_cached(&Engine::new(&Limits::default()).unwrap(), Path::new(guest), cache).unwrap()
}

/// The name that the component gives itself, which tells whose code it is.
async fn name(component: &Component) -> String {
    component.describe().await.unwrap().0.manifest.name
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The one file in the folder.
fn file(folder: &Path) -> PathBuf {
    let files = files(folder);
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

fn file_name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// A folder in which the code of `NEVER_ANSWERS` lies as if it were that of `HOGS_HANDLES`: whoever loads `HOGS_HANDLES` and gets `NEVER_ANSWERS` took it from there.
async fn swapped(folder: &Path) -> (CodeCache, PathBuf) {
    let cache = CodeCache::new(folder.to_owned(), LARGE);
    load(test_guests::NEVER_ANSWERS, &cache);
    let first = file(folder);
    load(test_guests::HOGS_HANDLES, &cache);
    let second = files(folder).into_iter().find(|path| *path != first).unwrap();
    let key = file_name(&second).split('-').next().unwrap();
    let content = file_name(&first).split('-').next_back().unwrap();
    let swapped = folder.join(format!("{key}-{content}"));
    std::fs::rename(&first, &swapped).unwrap();
    std::fs::remove_file(second).unwrap();
    (cache, swapped)
}

#[tokio::test]
async fn a_second_load_takes_the_kept_code() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = swapped(&folder.path().join("code")).await;
    assert_eq!(name(&load(test_guests::HOGS_HANDLES, &cache)).await, "never-answers");
    let metadata = std::fs::metadata(folder.path().join("code")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn another_component_has_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let cache = CodeCache::new(folder.path().join("code"), LARGE);
    for (guest, expected) in [
        (test_guests::NEVER_ANSWERS, "never-answers"),
        (test_guests::HOGS_HANDLES, "hogs-handles"),
        (test_guests::NEVER_ANSWERS, "never-answers"),
    ] {
        assert_eq!(name(&load(guest, &cache)).await, expected);
    }
    assert_eq!(files(&folder.path().join("code")).len(), 2);
}

#[tokio::test]
async fn code_that_is_not_what_was_written_is_not_used_and_written_again() {
    let damage: [fn(&Path); 3] = [
        |path| {
            let mut bytes = std::fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(path, bytes).unwrap();
        },
        |path| std::fs::write(path, &std::fs::read(path).unwrap()[..4096]).unwrap(),
        |path| std::fs::write(path, "").unwrap(),
    ];
    for damage in damage {
        let folder = tempfile::tempdir().unwrap();
        let (cache, swapped) = swapped(folder.path()).await;
        damage(&swapped);
        assert_eq!(name(&load(test_guests::HOGS_HANDLES, &cache)).await, "hogs-handles");
        assert_ne!(file(folder.path()), swapped);
        assert_eq!(name(&load(test_guests::HOGS_HANDLES, &cache)).await, "hogs-handles");
    }
}

#[tokio::test]
async fn code_that_others_could_have_written_is_not_used() {
    let open: [fn(&Path); 3] = [
        |path| std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o602)).unwrap(),
        |path| std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o620)).unwrap(),
        |path| {
            let elsewhere = path.parent().unwrap().with_extension("elsewhere");
            std::fs::rename(path, &elsewhere).unwrap();
            symlink(elsewhere, path).unwrap();
        },
    ];
    for open in open {
        let folder = tempfile::tempdir().unwrap();
        let (cache, swapped) = swapped(&folder.path().join("code")).await;
        open(&swapped);
        assert_eq!(name(&load(test_guests::HOGS_HANDLES, &cache)).await, "hogs-handles");
    }
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = swapped(folder.path()).await;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(name(&load(test_guests::HOGS_HANDLES, &cache)).await, "hogs-handles");
}

#[tokio::test]
async fn code_of_no_engine_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, swapped) = swapped(folder.path()).await;
    std::fs::write(&swapped, "no code at all").unwrap();
    // Under the name that it would have, were it code.
    let content = "2d1c3e5a";
    let key = file_name(&swapped).split('-').next().unwrap().to_owned();
    std::fs::rename(&swapped, folder.path().join(format!("{key}-{content}.cwasm"))).unwrap();
    assert_eq!(name(&load(test_guests::HOGS_HANDLES, &cache)).await, "hogs-handles");
}

#[tokio::test]
async fn no_more_is_kept_than_there_is_room_for() {
    let folder = tempfile::tempdir().unwrap();
    let all = CodeCache::new(folder.path().to_owned(), LARGE);
    load(test_guests::NEVER_ANSWERS, &all);
    let first = file(folder.path());
    let bytes = usize::try_from(std::fs::metadata(&first).unwrap().len()).unwrap();
    std::fs::remove_file(&first).unwrap();

    load(test_guests::NEVER_ANSWERS, &CodeCache::new(folder.path().to_owned(), bytes - 1));
    assert_eq!(files(folder.path()).len(), 0);
    let exact = CodeCache::new(folder.path().to_owned(), bytes);
    load(test_guests::NEVER_ANSWERS, &exact);
    assert_eq!(file(folder.path()), first);

    // Room for another is made by the older, and by what a crash left.
    std::fs::write(folder.path().join(".17"), "unfinished").unwrap();
    load(test_guests::HOGS_HANDLES, &CodeCache::new(folder.path().to_owned(), 2 * bytes - 1));
    let left = files(folder.path());
    assert!(!left.iter().any(|path| file_name(path).starts_with('.')), "{left:?}");
    let held: u64 = left.iter().map(|path| std::fs::metadata(path).unwrap().len()).sum();
    assert!(held < 2 * bytes as u64 && !left.contains(&first) && left.len() == 1, "{left:?}");
}

#[tokio::test]
async fn a_cache_that_cannot_be_used_costs_a_compilation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code");
    std::fs::write(&path, "a file").unwrap();
    let cache = CodeCache::new(path, LARGE);
    assert_eq!(name(&load(test_guests::NEVER_ANSWERS, &cache)).await, "never-answers");
}
