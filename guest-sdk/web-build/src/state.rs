//! What was built and installed from what, kept beside the sources for all builds of them, and the lock that has them wait for each other.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::tool::LOCK_FILES;
use crate::{WebBuildError, inputs};

/// The state's folder, in that of the sources. Not in `node_modules`, which `npm ci` deletes.
const FOLDER: &str = ".temps-web-build";

/// Digests of what a build read and of what it made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) inputs: String,
    /// `None` if there is nothing.
    pub(crate) outputs: Option<String>,
}

/// The state of one folder of sources. The lock is held as long as it lives.
#[derive(Debug)]
pub(crate) struct State {
    web: PathBuf,
    folder: PathBuf,
    _lock: File,
}

impl State {
    /// Waits for other builds of the folder.
    pub(crate) fn lock(web: &Path) -> Result<Self, WebBuildError> {
        let folder = web.join(FOLDER);
        fs::create_dir_all(&folder).map_err(WebBuildError::file("make", &folder))?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(WebBuildError::file("write", &ignore))?;
        }
        let path = folder.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.and_then(|file| file.lock().map(|()| file)).map_err(WebBuildError::file("lock", &path))?;
        Ok(Self { web: web.to_owned(), folder, _lock: lock })
    }

    /// The last build, if it ended well.
    pub(crate) fn built(&self) -> Result<Option<Outcome>, WebBuildError> {
        let Some(text) = self.read("built")? else { return Ok(None) };
        let mut lines = text.lines().map(str::to_owned);
        Ok(lines.next().map(|inputs| Outcome { inputs, outputs: lines.next() }))
    }

    pub(crate) fn set_built(&self, outcome: &Outcome) -> Result<(), WebBuildError> {
        self.write("built", &format!("{}\n{}\n", outcome.inputs, outcome.outputs.as_deref().unwrap_or_default()))
    }

    pub(crate) fn forget_built(&self) -> Result<(), WebBuildError> {
        let path = self.folder.join("built");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(WebBuildError::file("remove", path)(error)),
            _ => Ok(()),
        }
    }

    /// Whether `node_modules` is missing, or of another `package.json` or lock file than those that are there.
    pub(crate) fn must_install(&self) -> Result<bool, WebBuildError> {
        let Some(installed) = modified(&self.web.join("node_modules")) else { return Ok(true) };
        match self.read("installed")? {
            Some(digest) => Ok(digest != self.dependencies()?),
            // Installed by hand.
            None => Ok(self.dependency_files().iter().filter_map(|path| modified(path)).any(|changed| changed > installed)),
        }
    }

    pub(crate) fn set_installed(&self) -> Result<(), WebBuildError> {
        self.write("installed", &self.dependencies()?)
    }

    fn dependencies(&self) -> Result<String, WebBuildError> {
        let digests = self.dependency_files().iter().map(|path| inputs::digest_of(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(digests.into_iter().map(|digest| digest.unwrap_or_else(|| "-".to_owned())).collect::<Vec<_>>().join(" "))
    }

    fn dependency_files(&self) -> Vec<PathBuf> {
        ["package.json"].iter().chain(LOCK_FILES).map(|name| self.web.join(name)).collect()
    }

    fn read(&self, name: &str) -> Result<Option<String>, WebBuildError> {
        let path = self.folder.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(WebBuildError::file("read", path)(error)),
        }
    }

    fn write(&self, name: &str, text: &str) -> Result<(), WebBuildError> {
        let path = self.folder.join(name);
        fs::write(&path, text).map_err(WebBuildError::file("write", path))
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
