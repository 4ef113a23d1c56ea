use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files that are kept for a component: it is compiled anew when it or the launcher has changed.
const KEPT: usize = 4;

/// Compiled code of one component, handed on from test to test: compiling is most of what a start costs, and few tests are about it.
///
/// The launcher takes it for that of an earlier start, and checks it as such.
pub(super) struct Code {
    pool: PathBuf,
}

impl Code {
    pub(super) fn of(component: &Path) -> Self {
        Self { pool: Path::new(env!("CARGO_TARGET_TMPDIR")).join("code").join(component.file_name().unwrap()) }
    }

    /// Gives a data directory what earlier tests left.
    pub(super) fn put_into(&self, data_dir: &Path) -> io::Result<()> {
        let Ok(files) = compiled(&self.pool) else { return Ok(()) };
        let folder = folder(data_dir);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        for file in files {
            // Another test may have taken it out of the pool.
            drop(fs::copy(&file, folder.join(file.file_name().unwrap())));
        }
        Ok(())
    }

    /// Keeps what a launcher has compiled.
    pub(super) fn take_from(&self, data_dir: &Path) -> io::Result<()> {
        let new = compiled(&folder(data_dir))?.into_iter().filter(|file| !self.pool.join(file.file_name().unwrap()).exists());
        for file in new.collect::<Vec<_>>() {
            fs::create_dir_all(&self.pool)?;
            // Whole at once, for tests of other processes too.
            let unfinished = tempfile::NamedTempFile::new_in(&self.pool)?;
            fs::copy(&file, unfinished.path())?;
            unfinished.persist(self.pool.join(file.file_name().unwrap()))?;
            let mut kept = compiled(&self.pool)?;
            kept.sort_by_key(|file| file.metadata().and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH));
            for old in kept.iter().rev().skip(KEPT) {
                drop(fs::remove_file(old));
            }
        }
        Ok(())
    }
}

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join(".launcher").join("code")
}

fn compiled(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "cwasm")).collect())
}
