use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use temps_plugin_runtime::Limits;

use super::Loaded;
use crate::args::{Args, Dialect};
use crate::error::LaunchError;
use crate::handshake::HandshakeFailure;
use crate::log::Label;
use crate::pass_headers::PassHeaders;
use crate::secret::AuthSecret;
use crate::socket::check_length;

/// What will be run and where. Making it only looks, and changes nothing.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) component: PathBuf,
    pub(super) data_dir: PathBuf,
    pub(super) socket_path: PathBuf,
    pub(super) secret: Secret,
    pub(super) limits: Limits,
    pub(super) pass_headers: PassHeaders,
    pub(super) label: Label,
}

/// Where the auth secret is, which is also what generation the host speaks.
#[derive(Debug)]
pub(super) enum Secret {
    /// v1: it was an argument.
    Given(AuthSecret),
    /// v2: it comes with the launch line.
    Awaited,
}

impl Plan {
    /// Finds the component: `<program>.wasm` beside the program as it was called, without following a symlink, so that a folder of
    /// symlinks can share one launcher; else what `--component` names.
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: no component, a socket path that is too long, a blank secret.
    pub(crate) fn new(args: Args, program: &OsStr, label: Label) -> Result<Self, LaunchError> {
        let component = find_component(program, args.component)?;
        check_length(&args.socket_path)?;
        let secret = match args.dialect {
            Dialect::V1 { auth_secret } => Secret::Given(AuthSecret::new(auth_secret).ok_or(HandshakeFailure::BlankArgument)?),
            Dialect::V2 => Secret::Awaited,
        };
        tracing::debug!(component = %component.display(), socket = %args.socket_path.display(), "planned");
        Ok(Self {
            component,
            data_dir: args.data_dir,
            socket_path: args.socket_path,
            secret,
            limits: args.limits,
            pass_headers: args.pass_headers,
            label,
        })
    }

    /// Goes on: see [`Loaded`].
    ///
    /// # Errors
    ///
    /// [`LaunchError`]: the data directory or the component.
    pub(crate) async fn load(self) -> Result<Loaded, LaunchError> {
        Loaded::from_plan(self).await
    }
}

fn find_component(program: &OsStr, named: Option<PathBuf>) -> Result<PathBuf, LaunchError> {
    let beside = beside(&called_as(program));
    if beside.is_file() {
        if let Some(named) = named {
            tracing::warn!(component = %beside.display(), ignored = %named.display(), "--component is ignored: a component lies beside the binary");
        }
        return Ok(beside);
    }
    match named {
        Some(named) if named.is_file() => Ok(named),
        Some(named) => Err(LaunchError::NamedComponentMissing { named, looked_at: beside }),
        None => Err(LaunchError::NoComponent { looked_at: beside }),
    }
}

/// `<name>.wasm`, in the same folder.
fn beside(program: &Path) -> PathBuf {
    let mut path = OsString::from(program);
    path.push(".wasm");
    PathBuf::from(path)
}

/// The program's path as it was called. A bare name was found through `PATH`, so it is looked up there again.
fn called_as(program: &OsStr) -> PathBuf {
    let program = Path::new(program);
    if program.components().count() > 1 || program.is_absolute() {
        return program.to_owned();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.or_else(|| std::env::current_exe().ok()).unwrap_or_else(|| program.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_component_beside_the_binary_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let (program, named) = (dir.path().join("my.plugin"), dir.path().join("other.wasm"));
        let looked_at = dir.path().join("my.plugin.wasm");

        let error = find_component(program.as_os_str(), None).unwrap_err();
        assert!(error.to_string().contains(&looked_at.display().to_string()), "{error}");
        let error = find_component(program.as_os_str(), Some(named.clone())).unwrap_err();
        assert!(error.to_string().contains("other.wasm") && error.to_string().contains("my.plugin.wasm"), "{error}");

        fs::write(&named, "").unwrap();
        assert_eq!(find_component(program.as_os_str(), Some(named.clone())).unwrap(), named);
        fs::write(&looked_at, "").unwrap();
        assert_eq!(find_component(program.as_os_str(), Some(named)).unwrap(), looked_at);
    }

    #[test]
    fn a_symlink_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (shared, plugin) = (dir.path().join("launcher"), dir.path().join("hello"));
        fs::write(&shared, "").unwrap();
        std::os::unix::fs::symlink(&shared, &plugin).unwrap();
        fs::write(dir.path().join("hello.wasm"), "").unwrap();
        assert_eq!(find_component(plugin.as_os_str(), None).unwrap(), dir.path().join("hello.wasm"));
    }

    #[test]
    fn a_bare_name_is_looked_up_in_path() {
        assert_eq!(called_as(OsStr::new("sh")).file_name().unwrap(), "sh");
        assert!(called_as(OsStr::new("sh")).is_absolute());
        assert_eq!(called_as(OsStr::new("./sh")), Path::new("./sh"));
    }
}
