use std::fs::{self, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket};

use super::SocketError;

/// The longest path of a Unix socket: 108 bytes of address, the last of them a zero. Linux's number; macOS has 104.
pub(super) const MAX_PATH_BYTES: usize = if cfg!(target_os = "macos") { 103 } else { 107 };

/// Connections that may wait to be accepted. The host opens one for each request, so a burst of requests waits here; the system caps it.
const BACKLOG: u32 = 1024;

/// Only the plugin's own user, who is the host's.
const MODE: u32 = 0o600;

/// Checks that the path fits into a socket's address.
///
/// # Errors
///
/// [`SocketError::PathTooLong`].
pub(crate) fn check_length(path: &Path) -> Result<(), SocketError> {
    if path.as_os_str().as_bytes().len() > MAX_PATH_BYTES {
        return Err(SocketError::PathTooLong { path: path.to_owned() });
    }
    Ok(())
}

/// Binds a socket at `path` that only this user can open, in place of a stale one.
///
/// The mode is set between binding and listening, while every connect is still refused: nobody gets in before it holds.
///
/// # Errors
///
/// [`SocketError`]: the path is too long or taken, or the system refuses.
pub(crate) fn bind(path: &Path) -> Result<(UnixListener, SocketFile), SocketError> {
    check_length(path)?;
    remove_stale(path)?;
    let failed = |step| move |source| SocketError::System { step, path: path.to_owned(), source };
    let socket = UnixSocket::new_stream().map_err(failed("make"))?;
    socket.bind(path).map_err(failed("bind"))?;
    let file = SocketFile::new(path).map_err(failed("inspect"))?;
    fs::set_permissions(path, Permissions::from_mode(MODE)).map_err(failed("protect"))?;
    let listener = socket.listen(BACKLOG).map_err(failed("listen on"))?;
    Ok((listener, file))
}

/// Removes the socket that a process which was killed left behind. Anything else is an error.
fn remove_stale(path: &Path) -> Result<(), SocketError> {
    let failed = |step| move |source| SocketError::System { step, path: path.to_owned(), source };
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("inspect")(error)),
    };
    if !kind.is_socket() {
        return Err(SocketError::NotASocket { path: path.to_owned() });
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path).map_err(failed("replace")),
        // Also for an error such as a full backlog, which only a live socket gives.
        Ok(_) | Err(_) => Err(SocketError::InUse { path: path.to_owned() }),
    }
}

/// The socket's file, removed when this is dropped, unless another file has taken its place.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl SocketFile {
    fn new(path: &Path) -> io::Result<Self> {
        let metadata = fs::symlink_metadata(path)?;
        Ok(Self { path: path.to_owned(), device: metadata.dev(), inode: metadata.ino() })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let ours =
            fs::symlink_metadata(&self.path).is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == (self.device, self.inode));
        if ours && let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "the socket file cannot be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::{UnixListener as StdListener, UnixStream};

    use super::*;

    fn dir() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[tokio::test]
    async fn it_is_for_its_own_user_and_goes_with_the_process() {
        let dir = dir();
        let path = dir.path().join("s");
        let (_listener, file) = bind(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        UnixStream::connect(&path).unwrap();
        drop(file);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_stale_socket_is_replaced() {
        let dir = dir();
        let path = dir.path().join("s");
        drop(StdListener::bind(&path).unwrap());
        assert!(path.exists());
        let (_listener, _file) = bind(&path).unwrap();
        UnixStream::connect(&path).unwrap();
    }

    #[tokio::test]
    async fn a_live_socket_is_left_alone() {
        let dir = dir();
        let path = dir.path().join("s");
        let _other = StdListener::bind(&path).unwrap();
        assert!(matches!(bind(&path), Err(SocketError::InUse { .. })));
        UnixStream::connect(&path).unwrap();
    }

    #[tokio::test]
    async fn a_file_that_is_no_socket_is_left_alone() {
        let dir = dir();
        let path = dir.path().join("s");
        fs::write(&path, "precious").unwrap();
        assert!(matches!(bind(&path), Err(SocketError::NotASocket { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    }

    #[tokio::test]
    async fn a_successors_socket_is_not_removed() {
        let dir = dir();
        let path = dir.path().join("s");
        let (_listener, file) = bind(&path).unwrap();
        fs::remove_file(&path).unwrap();
        // A file that keeps the old one's inode number from being used again.
        fs::write(dir.path().join("other"), "").unwrap();
        let _successor = StdListener::bind(&path).unwrap();
        drop(file);
        assert!(path.exists());
    }

    #[tokio::test]
    async fn a_path_has_a_longest_length() {
        let dir = dir();
        let room = MAX_PATH_BYTES - dir.path().as_os_str().len() - 1;
        assert!(bind(&dir.path().join("x".repeat(room))).is_ok());
        let error = bind(&dir.path().join("x".repeat(room + 1))).unwrap_err();
        assert!(error.to_string().contains("108 bytes") && error.to_string().contains("107"), "{error}");
    }

    #[tokio::test]
    async fn a_missing_folder_is_named() {
        let error = bind(Path::new("/nonexistent/s")).unwrap_err().to_string();
        assert!(error.contains("bind") && error.contains("/nonexistent/s"), "{error}");
    }
}
