//! `temps-wasm verify`: whether a packed plugin is as it was packed, and by whom that was.

mod shown;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use temps_plugin_bundle::{Bundle, BundleError, Entry, Fault, KeyError, KeyId, Kind, PublicKey, VerifyError};

use crate::description::Identity;
use crate::interface::Interface;

/// Why a packed plugin is not to be run, or cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum NotVerified {
    /// A public key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is no bundle.
    #[error("{} is not packed: there is no plugin in it, or a tool such as `strip` took it out", path.display())]
    NotPacked {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read, or is not whole.
    #[error(transparent)]
    Bundle(BundleError),
    /// It is whole, and none of the keys signed it.
    #[error(transparent)]
    Signature(VerifyError),
}

/// Whether a file is known not to be as it was packed. Others cannot be read, or not by this version.
pub(crate) fn is_damage(error: &BundleError) -> bool {
    match error.fault {
        Fault::Open(_)
        | Fault::NotAFile
        | Fault::Read { .. }
        | Fault::ReadFile(_)
        | Fault::Version { .. }
        | Fault::Unknown { .. }
        | Fault::Sections { .. }
        | Fault::SectionBytes { .. }
        | Fault::Decompressed { .. } => false,
        Fault::NoEnd { .. }
        | Fault::Length { .. }
        | Fault::Altered { .. }
        | Fault::Mark { .. }
        | Fault::Gap { .. }
        | Fault::Place { .. }
        | Fault::Beyond { .. }
        | Fault::Malformed { .. }
        | Fault::OtherCode
        | Fault::Compressed { .. }
        | Fault::Twice { .. } => true,
    }
}

/// What is in a packed plugin that is whole.
#[derive(Debug, Clone)]
pub struct Verified {
    path: PathBuf,
    /// None if the plugin is not described.
    identity: Option<Identity>,
    launcher: u64,
    sections: Vec<Entry>,
    /// None if there is none, or none that can be read here.
    interface: Option<Interface>,
    signature: Signed,
}

/// What is known of who packed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signed {
    Not,
    /// With this key, as the file says.
    Unchecked(KeyId),
    /// With this key.
    With(KeyId),
}

/// Checks all hashes of the packed plugin in `file` and, if there are any `keys`, that one of them signed it. Each key is the path of its file.
///
/// Without a key nothing is known of the launcher in it, because hashes cover what follows that.
///
/// # Errors
///
/// [`NotVerified`].
pub fn verify(file: &Path, keys: &[PathBuf]) -> Result<Verified, NotVerified> {
    let keys = keys.iter().map(|path| PublicKey::load(path)).collect::<Result<Vec<_>, _>>()?;
    let bundle = Bundle::open(file).map_err(NotVerified::Bundle)?;
    let bundle = bundle.ok_or_else(|| NotVerified::NotPacked { path: file.to_owned() })?;
    bundle.check().map_err(NotVerified::Bundle)?;
    let signature = match bundle.signed_by() {
        _ if !keys.is_empty() => Signed::With(bundle.verify(&keys).map_err(|error| match error {
            VerifyError::Bundle(error) => NotVerified::Bundle(error),
            error @ (VerifyError::Unsigned { .. } | VerifyError::Untrusted { .. } | VerifyError::Forged { .. }) => {
                NotVerified::Signature(error)
            }
        })?),
        Some(key) => Signed::Unchecked(key),
        None => Signed::Not,
    };
    let ui = bundle.section(Kind::UI).map_err(NotVerified::Bundle)?;
    let description = bundle.section(Kind::MANIFEST).map_err(NotVerified::Bundle)?;
    Ok(Verified {
        path: file.to_owned(),
        identity: description.and_then(|description| Identity::in_description(&description)),
        launcher: bundle.launcher_length(),
        sections: bundle.entries().collect(),
        interface: ui.and_then(|section| Interface::in_section(&Bytes::from_owner(section)).ok()),
        signature,
    })
}
