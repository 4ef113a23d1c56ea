//! Counting what lies in a folder.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, fstat, openat, statat};
use rustix::io::Errno;

use super::ledger::Usage;

/// How a folder is opened: never through a link.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Counts everything below `folder`, which may be of any depth: one folder is open at a time, and none by its path. Links are not followed.
/// A file with several names is counted once for each of them, and its bytes once. What cannot be read is one file without bytes.
pub(super) fn count(folder: &File) -> io::Result<Usage> {
    let mut found = Found::default();
    let mut here = openat(folder, c".", FOLDER, Mode::empty())?;
    let mut path = vec![Level::of(&here, &mut found)?];
    while let Some(level) = path.last_mut() {
        if let Some(name) = level.folders.pop() {
            match openat(&here, &name, FOLDER, Mode::empty()) {
                Ok(below) => {
                    path.push(Level::of(&below, &mut found)?);
                    here = below;
                }
                Err(error) if passed_over(error) => {}
                Err(error) => return Err(error.into()),
            }
            continue;
        }
        path.pop();
        let Some(above) = path.last() else { break };
        let up = openat(&here, c"..", FOLDER, Mode::empty())?;
        if identity(&fstat(&up)?) != above.identity {
            return Err(io::Error::other("a folder was moved while its files were counted"));
        }
        here = up;
    }
    Ok(found.usage)
}

/// How many names are in a folder.
pub(super) fn names(folder: impl AsFd) -> io::Result<usize> {
    let mut names = 0;
    for entry in Dir::read_from(folder)? {
        if !is_self(entry?.file_name()) {
            names += 1;
        }
    }
    Ok(names)
}

/// A folder on the way down, with those in it that have not been looked into.
struct Level {
    identity: (u64, u64),
    folders: Vec<CString>,
}

#[derive(Default)]
struct Found {
    usage: Usage,
    /// Files with several names that have been counted.
    several: HashSet<(u64, u64)>,
}

impl Level {
    fn of(folder: &OwnedFd, found: &mut Found) -> io::Result<Self> {
        let mut folders = Vec::new();
        for entry in Dir::read_from(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if is_self(name) {
                continue;
            }
            let stat = match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(error) if passed_over(error) => continue,
                Err(error) => return Err(error.into()),
            };
            found.usage.files += 1;
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory => folders.push(name.to_owned()),
                FileType::RegularFile if stat.st_nlink == 1 || found.several.insert(identity(&stat)) => {
                    found.usage.bytes += u64::try_from(stat.st_size).unwrap_or(0);
                }
                FileType::RegularFile
                | FileType::Symlink
                | FileType::Fifo
                | FileType::Socket
                | FileType::CharacterDevice
                | FileType::BlockDevice
                | FileType::Unknown => {}
            }
        }
        Ok(Self { identity: identity(&fstat(folder)?), folders })
    }
}

fn is_self(name: &CStr) -> bool {
    matches!(name.to_bytes(), b"." | b"..")
}

fn identity(stat: &Stat) -> (u64, u64) {
    (stat.st_dev, stat.st_ino)
}

/// It is gone meanwhile, or is not ours to look into.
fn passed_over(error: Errno) -> bool {
    matches!(error, Errno::NOENT | Errno::ACCESS | Errno::NOTDIR | Errno::LOOP)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::*;

    fn counted(folder: &Path) -> Usage {
        count(&File::open(folder).unwrap()).unwrap()
    }

    #[test]
    fn everything_is_counted_and_no_link_followed() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("files");
        fs::create_dir_all(folder.join("a/b")).unwrap();
        assert_eq!(counted(&folder), Usage { bytes: 0, files: 2 });
        fs::write(folder.join("a/b/ten"), "0123456789").unwrap();
        fs::write(folder.join("a/five"), "01234").unwrap();
        fs::write(root.path().join("outside"), "outside").unwrap();
        symlink("../outside", folder.join("link")).unwrap();
        symlink("..", folder.join("a/up")).unwrap();
        symlink("nowhere", folder.join("dangling")).unwrap();
        assert_eq!(counted(&folder), Usage { bytes: 15, files: 7 });
    }

    #[test]
    fn the_bytes_of_a_file_with_two_names_count_once() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one"), "01234").unwrap();
        fs::hard_link(folder.path().join("one"), folder.path().join("two")).unwrap();
        assert_eq!(counted(folder.path()), Usage { bytes: 5, files: 2 });
    }

    #[test]
    fn a_sparse_file_counts_as_what_it_seems() {
        let folder = tempfile::tempdir().unwrap();
        File::create(folder.path().join("sparse")).unwrap().set_len(10 << 30).unwrap();
        assert_eq!(counted(folder.path()), Usage { bytes: 10 << 30, files: 1 });
    }

    #[test]
    fn depth_beyond_any_path_is_no_matter() {
        // With a name of 200 bytes each, more than the 4,096 that the system takes of a path.
        const DEPTH: u64 = 50;
        let name = CString::new("d".repeat(200)).unwrap();
        let root = tempfile::tempdir().unwrap();
        let mut here = OwnedFd::from(File::open(root.path()).unwrap());
        for _ in 0..DEPTH {
            rustix::fs::mkdirat(&here, &name, Mode::RWXU).unwrap();
            here = openat(&here, &name, FOLDER, Mode::empty()).unwrap();
        }
        assert_eq!(counted(root.path()), Usage { bytes: 0, files: DEPTH });
    }

    #[test]
    fn names_are_counted_without_the_folder_itself() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(names(File::open(folder.path()).unwrap()).unwrap(), 0);
        fs::write(folder.path().join("a"), "").unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        assert_eq!(names(File::open(folder.path()).unwrap()).unwrap(), 2);
    }
}
