//! Compiled code that is kept for the next start.
//!
//! Compiling takes a core some hundred milliseconds and more; mapping what came of it takes one or two. A file's name says what it is the code of
//! and what is in it:
//!
//! | part | a digest of |
//! |---|---|
//! | key | the component's bytes, and all of the engine that decides about code: wasmtime's version, its settings, the target and the CPU's features |
//! | content | the file's bytes |
//!
//! So a file that is not whole, or another one's, is never taken. A file is written under a name of its own, synced, and renamed: whoever comes
//! in between, or after a crash, sees all of it or nothing.
//!
//! The content's digest is no signature: whoever can write to the folder can have any code run. It is made for its user alone, and what others
//! could have written is not taken. Nothing that goes wrong here fails a start: the component is compiled then.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::process::geteuid;
use sha2::{Digest, Sha256};
use wasmtime::component::Component;

/// What a file of code ends with.
const EXTENSION: &str = "cwasm";

/// The version of the files' names and of how keys are made. What has another is not found, and goes when room is made.
const VERSION: u32 = 1;

/// How much is read at once to digest a file: 64 KiB.
const READ: usize = 64 << 10;

/// A folder with compiled code.
#[derive(Debug, Clone)]
pub struct CodeCache {
    folder: PathBuf,
    bytes: usize,
}

impl CodeCache {
    /// A cache in `folder`, which is made when there is something to keep, and whose files have at most `bytes` together.
    #[must_use]
    pub fn new(folder: PathBuf, bytes: usize) -> Self {
        Self { folder, bytes }
    }

    /// The code of this component, if it is here and whole.
    pub(super) fn find(&self, engine: &wasmtime::Engine, key: &str) -> Option<Component> {
        let path = self.file_of(key)?;
        match self.load(engine, &path) {
            Ok(component) => {
                tracing::debug!(file = %path.display(), "kept code is used: nothing is compiled");
                Some(component)
            }
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "kept code is not used: the component is compiled");
                // So that it is not tried again. If it cannot be removed, it is.
                drop(fs::remove_file(&path));
                None
            }
        }
    }

    /// The file with this key.
    fn file_of(&self, key: &str) -> Option<PathBuf> {
        let begins = format!("{key}-");
        self.files().find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(&begins)))
    }

    fn files(&self) -> impl Iterator<Item = PathBuf> + use<> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten();
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path()))
    }

    fn load(&self, engine: &wasmtime::Engine, path: &Path) -> Result<Component, CacheError> {
        for checked in [&self.folder, path] {
            let found = fs::symlink_metadata(checked)?;
            if found.uid() != geteuid().as_raw() || found.mode() & 0o022 != 0 || found.is_symlink() {
                return Err(CacheError::Foreign);
            }
        }
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let content = name.rsplit('-').next().unwrap_or_default();
        if digest_of(&mut File::open(path)?)? != content {
            return Err(CacheError::Damaged);
        }
        load_trusted(engine, path).map_err(|error| CacheError::Unfit(format!("{error:#}")))
    }

    /// Keeps code, and makes room for it.
    pub(super) fn keep(&self, key: &str, component: &Component) {
        match self.write(key, component) {
            Ok(Some(bytes)) => {
                tracing::debug!(bytes, folder = %self.folder.display(), "compiled code is kept for the next start")
            }
            Ok(None) => tracing::debug!(limit = self.bytes, "compiled code is too large to be kept for the next start"),
            Err(error) => {
                tracing::warn!(%error, folder = %self.folder.display(), "compiled code is not kept: the next start compiles again");
            }
        }
    }

    /// The bytes written; `None` if there are more than may be kept.
    fn write(&self, key: &str, component: &Component) -> Result<Option<usize>, CacheError> {
        let code = component.serialize().map_err(|error| CacheError::Unfit(format!("{error:#}")))?;
        if code.len() > self.bytes {
            return Ok(None);
        }
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        self.make_room(code.len());
        let unfinished = self.folder.join(format!(".{}", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(&code)?;
        file.sync_all()?;
        let content = hex(&Sha256::digest(&code));
        fs::rename(&unfinished, self.folder.join(format!("{key}-{content}.{EXTENSION}")))?;
        Ok(Some(code.len()))
    }

    /// Removes the oldest files, until so many bytes have room, and what a crash left behind.
    fn make_room(&self, wanted: usize) {
        let mut files: Vec<(SystemTime, usize, PathBuf)> = Vec::new();
        for path in self.files() {
            let Ok(found) = fs::symlink_metadata(&path) else { continue };
            let bytes = usize::try_from(found.len()).unwrap_or(usize::MAX);
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                files.push((found.modified().unwrap_or(SystemTime::UNIX_EPOCH), bytes, path));
            } else {
                drop(fs::remove_file(path));
            }
        }
        files.sort();
        let mut held = files.iter().fold(wanted, |sum, (_, bytes, _)| sum.saturating_add(*bytes));
        for (_, bytes, path) in files {
            if held <= self.bytes {
                break;
            }
            // Somebody else may have removed it.
            drop(fs::remove_file(path));
            held = held.saturating_sub(bytes);
        }
    }
}

/// Why kept code was not used, or not kept.
#[derive(Debug, thiserror::Error)]
enum CacheError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("somebody else could have written it")]
    Foreign,
    #[error("it is not what was written")]
    Damaged,
    #[error("{0}")]
    Unfit(String),
}

/// The key of a component's code for an engine.
pub(super) fn key(engine: &wasmtime::Engine, component: &[u8]) -> String {
    let mut digest = DigestHasher(Sha256::new());
    VERSION.hash(&mut digest);
    engine.precompile_compatibility_hash().hash(&mut digest);
    digest.0.update(component);
    hex(&digest.0.finalize())
}

/// A digest of everything that is hashed.
struct DigestHasher(Sha256);

impl Hasher for DigestHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Not asked for: the digest is what counts.
    fn finish(&self) -> u64 {
        0
    }
}

fn digest_of(file: &mut File) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; READ];
    loop {
        let read = file.read(&mut buffer)?;
        match buffer.get(..read) {
            None | Some([]) => return Ok(hex(&digest.finalize())),
            Some(bytes) => digest.update(bytes),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Maps code whose content was checked.
#[expect(unsafe_code, reason = "code cannot be checked for what it does: it has to be trusted")]
fn load_trusted(engine: &wasmtime::Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file holds what `Component::serialize` gave and nothing else: its content has the digest that it was named after when it was written,
    // and nobody but this user, as whom any code runs anyway, could write it or its folder. wasmtime checks that it is this engine's. The file is not
    // changed while it is mapped: this cache replaces files by new ones and removes them, which leaves a mapping as it is.
    unsafe { Component::deserialize_file(engine, path) }
}
