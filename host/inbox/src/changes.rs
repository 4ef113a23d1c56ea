//! Word of an operator's change, from one process to the other: a named pipe beside the inbox.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use rustix::io::Errno;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;

use crate::InboxError;

/// How many changes are taken at once: what came while one was handled is one.
const AT_ONCE: usize = 64;

/// The pipe cannot be used: an operator's change is noticed with the next event.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen at {}: {source}", path.display())]
pub struct WatchError {
    /// The pipe.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Where word of changes goes.
#[derive(Debug, Clone)]
pub struct Changes {
    path: PathBuf,
}

/// Whoever waits for changes.
#[derive(Debug)]
pub struct Watch {
    receiver: pipe::Receiver,
    /// With a writer of its own the pipe has no end.
    _sender: pipe::Sender,
}

impl Changes {
    /// The pipe that belongs to the inbox at `path`.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let mut name = OsString::from(path);
        name.push(".changed");
        Self { path: name.into() }
    }

    /// Says that something was changed, to a launcher that listens.
    ///
    /// # Errors
    ///
    /// [`InboxError::File`].
    pub fn announce(&self) -> Result<(), InboxError> {
        let failed = |source| InboxError::File { path: self.path.clone(), source };
        match rustix::fs::open(&self.path, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()) {
            Ok(sender) => match rustix::io::write(sender, &[1]) {
                // A full pipe has word enough.
                Ok(_) | Err(Errno::AGAIN) => Ok(()),
                Err(error) => Err(failed(error.into())),
            },
            // Nobody listens.
            Err(Errno::NXIO | Errno::NOENT) => Ok(()),
            Err(error) => Err(failed(error.into())),
        }
    }

    /// Listens from now on. It needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// [`WatchError`].
    pub fn watch(&self) -> Result<Watch, WatchError> {
        let watch = || {
            match mknodat(CWD, &self.path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            let receiver = pipe::OpenOptions::new().open_receiver(&self.path)?;
            Ok(Watch { receiver, _sender: pipe::OpenOptions::new().open_sender(&self.path)? })
        };
        watch().map_err(|source| WatchError { path: self.path.clone(), source })
    }
}

impl Watch {
    /// Waits for a change, or several.
    ///
    /// # Errors
    ///
    /// The system's, after which there is no use in waiting again.
    pub async fn changed(&mut self) -> io::Result<()> {
        let mut word = [0; AT_ONCE];
        match self.receiver.read(&mut word).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
