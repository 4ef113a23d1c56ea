//! Which changes on the disk mean that a plugin is another.

mod ignored;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};
use rustix::io::Errno;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, timeout, timeout_at};

use ignored::Ignored;

/// How long nothing may change before a change counts: 150 ms. An editor writes a file in several steps, and a tool many files.
pub const QUIET: Duration = Duration::from_millis(150);

/// How long changes may go on before they count all the same: 2 s.
pub const LONGEST_BURST: Duration = Duration::from_secs(2);

/// What counts as a change. Reading does not, or a build would be one.
const CHANGES: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::ONLYDIR);

/// The room for what the kernel tells at once: 16 KiB, some hundred changes. More of them come with the next reading.
const BUFFER: usize = 16 * 1024;

/// Why sources cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch {}: {source}; `--no-watch` does without", path.display())]
pub struct WatchError {
    path: PathBuf,
    source: io::Error,
}

/// What is watched.
#[derive(Debug, Clone, Default)]
struct Scope {
    /// Folders with all that is in them, but for what [`Ignored`] says.
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

/// Files that changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// The first one's name, as it is to be shown.
    pub(super) shown: String,
    paths: Vec<PathBuf>,
}

impl Changes {
    /// Whether this file is among them.
    pub(super) fn hold(&self, file: &Path) -> bool {
        self.paths.iter().any(|path| path == file)
    }
}

/// The sources of a plugin, watched for changes by the kernel's inotify.
#[derive(Debug)]
pub(super) struct Sources {
    scope: Scope,
    ignored: Ignored,
    /// Each folder is watched by itself: what is ignored, such as the thousands of folders of `node_modules`, costs nothing.
    inotify: AsyncFd<OwnedFd>,
    /// The folders by their watches.
    folders: HashMap<i32, PathBuf>,
    /// What changed and was not told yet.
    changed: Vec<PathBuf>,
}

impl Sources {
    /// Watches everything in the folders but what git ignores, what is built there (`target`, `web/dist`), `node_modules`, what is hidden, temporary files of
    /// editors, and the files that this program's own output goes to.
    ///
    /// A file is watched also when it is not there yet, or is replaced by another of its name.
    pub(super) fn of(folders: &[PathBuf], files: &[PathBuf]) -> Result<Self, WatchError> {
        let folders = folders.iter().map(|path| canonical(path)).collect::<Result<_, _>>()?;
        let files = files.iter().map(|path| in_canonical_folder(path)).collect::<Result<_, _>>()?;
        let scope = Scope { folders, files };
        let inotify = open().map_err(|source| WatchError { path: PathBuf::from("sources"), source })?;
        let ignored = Ignored::new();
        let mut sources = Self { scope, ignored, inotify, folders: HashMap::new(), changed: Vec::new() };
        sources.cover()?;
        Ok(sources)
    }

    /// Waits for a change, and until no more come for [`QUIET`]. Dropped while it waits, it forgets nothing.
    pub(super) async fn changed(&mut self) -> Changes {
        while self.changed.is_empty() {
            self.read().await;
        }
        let end = Instant::now() + LONGEST_BURST;
        while let Ok(Ok(())) = timeout_at(end, timeout(QUIET, self.read())).await {}
        // Folders that are new are watched from now on. One that cannot be is so with its next change.
        let _ = self.cover();
        let paths = std::mem::take(&mut self.changed);
        // Not the temporary file that an editor has renamed, if there is another.
        let first = paths.iter().find(|path| path.exists()).or(paths.first());
        let shown = first.map(|path| self.scope.shown(path)).unwrap_or_default();
        Changes { shown, paths }
    }

    /// Reads changes that count, as soon as there are any.
    async fn read(&mut self) {
        let known = self.changed.len();
        while self.changed.len() == known {
            let Ok(mut ready) = self.inotify.readable().await else { return std::future::pending().await };
            let mut buffer = [MaybeUninit::uninit(); BUFFER];
            let mut events = Reader::new(self.inotify.get_ref(), &mut buffer);
            loop {
                match events.next() {
                    Ok(event) => {
                        let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
                        // Without a name it is about the folder itself, which its own folder tells of.
                        if let (Some(folder), Some(name)) = (self.folders.get(&event.wd()), name) {
                            self.changed.extend(Some(folder.join(name)).filter(|path| self.scope.holds(path, &self.ignored)));
                        }
                    }
                    Err(Errno::INTR) => {}
                    Err(_) => break,
                }
            }
            ready.clear_ready();
        }
    }

    /// Watches every folder that is there. Those that were watched stay so.
    fn cover(&mut self) -> Result<(), WatchError> {
        let mut folders: Vec<PathBuf> = self.scope.files.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
        self.ignored.read(&self.scope.folders);
        for root in &self.scope.folders {
            walk(root, root, &mut self.ignored, &mut folders);
        }
        for folder in folders {
            match add_watch(self.inotify.get_ref(), &folder, CHANGES) {
                Ok(watch) => {
                    self.folders.insert(watch, folder);
                }
                // It is gone by now.
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                Err(error) => return Err(WatchError { path: folder, source: error.into() }),
            }
        }
        Ok(())
    }
}

fn open() -> io::Result<AsyncFd<OwnedFd>> {
    let inotify = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
    // SAFETY: an `OwnedFd` is open, and is the same one, for as long as it lives, which the `AsyncFd` sees to.
    #[expect(unsafe_code, reason = "there is no safe way to wait for a descriptor of this kind")]
    let inotify = unsafe { AsyncFd::register_with_interest(inotify, Interest::READABLE) }?;
    Ok(inotify)
}

fn canonical(path: &Path) -> Result<PathBuf, WatchError> {
    path.canonicalize().map_err(|source| WatchError { path: path.to_owned(), source })
}

/// The path with its folder resolved. A file may be a link that is put elsewhere: its own place counts.
pub(super) fn in_canonical_folder(path: &Path) -> Result<PathBuf, WatchError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(canonical(folder)?.join(path.file_name().unwrap_or_default()))
}

impl Scope {
    fn holds(&self, path: &Path, ignored: &Ignored) -> bool {
        self.files.iter().any(|file| file == path)
            || self.folders.iter().any(|root| path.starts_with(root) && !ignored.holds(root, path))
    }

    /// The path below its folder, or its file name.
    fn shown(&self, path: &Path) -> String {
        let inner =
            self.folders.iter().filter_map(|root| path.strip_prefix(root).ok()).min_by_key(|inner| inner.components().count());
        let shown = inner.filter(|inner| !inner.as_os_str().is_empty()).map(Path::as_os_str).or(path.file_name());
        shown.unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
    }
}

fn walk(root: &Path, folder: &Path, ignored: &mut Ignored, found: &mut Vec<PathBuf>) {
    found.push(folder.to_owned());
    ignored.read_in(folder);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        // Links are not followed: they may lead round in circles.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !ignored.holds(root, &path) {
            walk(root, &path, ignored, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn soon(sources: &mut Sources) -> String {
        timeout(Duration::from_secs(20), sources.changed()).await.unwrap().shown
    }

    #[tokio::test]
    async fn a_burst_of_changes_is_one() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("src/deep")).unwrap();
        fs::create_dir_all(dir.path().join("target")).unwrap();
        let mut sources = Sources::of(&[dir.path().to_owned()], &[]).unwrap();
        fs::write(dir.path().join("target/out"), "x").unwrap();
        for text in ["a", "b", "c"] {
            fs::write(dir.path().join("src/deep/mod.rs"), text).unwrap();
        }
        assert_eq!(soon(&mut sources).await, "src/deep/mod.rs");
        // Reading changes nothing, and a folder made meanwhile is watched.
        fs::read(dir.path().join("src/deep/mod.rs")).unwrap();
        fs::create_dir(dir.path().join("src/new")).unwrap();
        assert_eq!(soon(&mut sources).await, "src/new");
        fs::write(dir.path().join("src/new/mod.rs"), "x").unwrap();
        assert_eq!(soon(&mut sources).await, "src/new/mod.rs");
    }

    #[tokio::test]
    async fn changes_that_go_on_count_after_a_while() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("lib.rs");
        let mut sources = Sources::of(&[dir.path().to_owned()], &[]).unwrap();
        let begun = Instant::now();
        let writing = async {
            loop {
                fs::write(&file, "x").unwrap();
                tokio::time::sleep(QUIET / 5).await;
            }
        };
        tokio::select! {
            () = writing => {}
            name = soon(&mut sources) => assert_eq!(name, "lib.rs"),
        }
        assert!(begun.elapsed() >= LONGEST_BURST, "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn a_file_that_is_replaced_has_changed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("plugin.wasm");
        fs::write(&file, "1").unwrap();
        let mut sources = Sources::of(&[], std::slice::from_ref(&file)).unwrap();
        fs::write(dir.path().join("other"), "2").unwrap();
        fs::rename(dir.path().join("other"), &file).unwrap();
        assert_eq!(soon(&mut sources).await, "plugin.wasm");
    }
}
