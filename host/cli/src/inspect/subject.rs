//! What a plugin says of itself, and what its file is.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use temps_plugin_bundle::{Bundle, KeyId, Kind, PublicKey, VerifyError};
use temps_plugin_runtime::{Description, Limits};

use super::InspectError;
use super::interfaces::Interfaces;
use crate::interface::Interface;
use crate::launcher::{find_launcher, prepare};
use crate::subject::{Source, Subject};

/// A plugin's file, read.
#[derive(Debug, Clone)]
pub(crate) struct Examined {
    pub(crate) path: PathBuf,
    pub(crate) form: Form,
    /// The whole file's.
    pub(crate) bytes: u64,
    /// The whole file's.
    pub(crate) sha256: String,
    pub(crate) description: Description,
    /// Of a plugin that has one.
    pub(crate) interface: Option<Interface>,
    /// Or why they cannot be told.
    pub(crate) interfaces: Result<Interfaces, String>,
}

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Packed(Signed),
    Component,
}

/// What is known of who packed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signed {
    Not,
    /// As the file says.
    Unchecked(KeyId),
    /// With a key that was given.
    With(KeyId),
}

/// Reads what is at `path`. A component is asked by a launcher.
pub(super) async fn examine(path: &Path, keys: &[PublicKey], launcher: Option<&Path>) -> Result<Examined, InspectError> {
    match Subject::find(path).await? {
        Subject::Packed(path) => examine_packed(&path, keys),
        Subject::Source(Source::Crate(_)) => Err(InspectError::Crate { path: path.to_owned() }),
        Subject::Source(Source::Component(path)) => {
            if !keys.is_empty() {
                return Err(InspectError::Signature(VerifyError::Unsigned { path }));
            }
            let prepared = prepare(&find_launcher(launcher)?, &path).await?;
            let component = fs::read(&path).map_err(|source| InspectError::Read { path: path.clone(), source })?;
            let description = describe(&path, &prepared.description)?;
            let (bytes, sha256) = sum(&path)?;
            let interface = prepared.ui.map(|section| interface(&path, &section.into())).transpose()?;
            let interfaces = Interfaces::of(&component);
            Ok(Examined { form: Form::Component, bytes, sha256, description, interface, interfaces, path })
        }
    }
}

/// Reads a packed plugin, all of whose hashes have to be right. If there are any `keys`, one of them has to have signed it.
///
/// # Errors
///
/// [`InspectError`].
pub(crate) fn examine_packed(path: &Path, keys: &[PublicKey]) -> Result<Examined, InspectError> {
    let bundle = Bundle::open(path)?.ok_or_else(|| InspectError::NotPacked { path: path.to_owned() })?;
    bundle.check()?;
    let signed = match bundle.signed_by() {
        _ if !keys.is_empty() => Signed::With(bundle.verify(keys).map_err(|error| match error {
            VerifyError::Bundle(error) => InspectError::Bundle(error),
            error @ (VerifyError::Unsigned { .. } | VerifyError::Untrusted { .. } | VerifyError::Forged { .. }) => {
                InspectError::Signature(error)
            }
        })?),
        Some(key) => Signed::Unchecked(key),
        None => Signed::Not,
    };
    let manifest = bundle.section(Kind::MANIFEST)?.ok_or_else(|| InspectError::NotDescribed { path: path.to_owned() })?;
    let description = describe(path, &manifest)?;
    let ui = bundle.section(Kind::UI)?;
    let interface = ui.map(|section| interface(path, &Bytes::from_owner(section))).transpose()?;
    let interfaces = match bundle.component()? {
        Some(component) => Interfaces::of(&component),
        None => Err("there is no component in the file".to_owned()),
    };
    let (bytes, sha256) = sum(path)?;
    let (path, form) = (path.to_owned(), Form::Packed(signed));
    Ok(Examined { path, form, bytes, sha256, description, interface, interfaces })
}

fn describe(path: &Path, json: &[u8]) -> Result<Description, InspectError> {
    Description::from_json(json, &Limits::default()).map_err(|source| InspectError::Description { path: path.to_owned(), source })
}

fn interface(path: &Path, section: &Bytes) -> Result<Interface, InspectError> {
    Interface::in_section(section).map_err(|source| InspectError::Ui { path: path.to_owned(), source })
}

/// Length and SHA-256 of a file.
fn sum(path: &Path) -> Result<(u64, String), InspectError> {
    let failed = |source: io::Error| InspectError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let (mut sha, mut length, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        length += read as u64;
        sha.update(buffer.get(..read).unwrap_or_default());
    }
    Ok((length, sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}
