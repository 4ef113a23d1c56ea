//! What a command is about: a crate, a component, or a packed plugin.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use temps_plugin_bundle::{Bundle, BundleError};

use crate::build::{BuildError, Crate, Goal, Looked, Stderr, build_crate};
use crate::launcher::Machine;

/// Why there is nothing to work with at a path.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// There is no crate.
    #[error(transparent)]
    Crate(#[from] BuildError),
    /// The `.wasm` file is not there.
    #[error("cannot read the component {}: {source}", path.display())]
    Component {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The `.wasm` file is something else.
    #[error("{} is {found}, not a WebAssembly component; `temps-wasm build` makes one from a crate", path.display())]
    NotComponent {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// The packed plugin is not whole.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A program that is no packed plugin.
    #[error("{} has no plugin in it: give a crate's folder, a component (.wasm), or what `temps-wasm pack` made", path.display())]
    NotPacked {
        /// The file.
        path: PathBuf,
    },
}

/// What was found at a path.
#[derive(Debug)]
pub(crate) enum Subject {
    /// What needs a launcher.
    Source(Source),
    /// An executable with a bundle.
    Packed(PathBuf),
}

/// Where a component comes from.
#[derive(Debug)]
pub(crate) enum Source {
    /// A crate, to be built.
    Crate(Crate),
    /// A file that begins as a component does.
    Component(PathBuf),
}

impl Subject {
    /// Takes a `.wasm` file for a component, another one for a packed plugin if it is a program or has a bundle, and everything else for a crate.
    pub(crate) async fn find(path: &Path) -> Result<Self, SubjectError> {
        if path.extension().is_some_and(|extension| extension == "wasm") {
            check(path)?;
            return Ok(Self::Source(Source::Component(path.to_owned())));
        }
        if path.is_file() {
            if Bundle::open(path)?.is_some() {
                return Ok(Self::Packed(path.to_owned()));
            }
            if let Ok(Some(_)) = Machine::of(path) {
                return Err(SubjectError::NotPacked { path: path.to_owned() });
            }
        }
        Ok(Self::Source(Source::Crate(Crate::find(path).await?)))
    }
}

impl Source {
    /// The component's file. A crate is built, with the profile as of [`build_crate`].
    pub(crate) async fn component(&self, profile: Option<&str>, goal: Goal, stderr: Stderr<'_>) -> Result<PathBuf, BuildError> {
        match self {
            Self::Crate(found) => Ok(build_crate(found, profile, goal, stderr, &Looked::default()).await?.path),
            Self::Component(path) => Ok(path.clone()),
        }
    }
}

/// The magic number, then the version and layer of a component.
const COMPONENT: [u8; 8] = *b"\0asm\x0d\0\x01\0";

/// Whether the file begins as a component does, whatever its name is.
pub(crate) fn is_component(path: &Path) -> bool {
    check(path).is_ok()
}

/// Checks the file's first bytes. What is in the component, the launcher checks.
fn check(path: &Path) -> Result<(), SubjectError> {
    let failed = |source: io::Error| SubjectError::Component { path: path.to_owned(), source };
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(8).read_to_end(&mut head)).map_err(failed)?;
    let found = match head.as_slice() {
        head if head == COMPONENT => return Ok(()),
        [b'\0', b'a', b's', b'm', ..] => "a core WebAssembly module",
        [] => "empty",
        _ => "no WebAssembly",
    };
    Err(SubjectError::NotComponent { path: path.to_owned(), found })
}

#[cfg(test)]
mod tests {
    use temps_plugin_bundle::Kind;

    use super::*;

    #[tokio::test]
    async fn a_wasm_file_has_to_be_a_component() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("my_plugin.wasm");
        for (bytes, expected) in
            [(&b"\0asm\x01\0\0\0"[..], "a core WebAssembly module"), (b"", "empty"), (b"\x7fELF\x02\x01\x01\0", "no WebAssembly")]
        {
            std::fs::write(&path, bytes).unwrap();
            let error = Subject::find(&path).await.unwrap_err();
            assert!(matches!(error, SubjectError::NotComponent { found, .. } if found == expected), "{error}");
        }
        std::fs::write(&path, b"\0asm\x0d\0\x01\0more").unwrap();
        let found = Subject::find(&path).await.unwrap();
        let Subject::Source(source @ Source::Component(_)) = found else { panic!("{found:?}") };
        assert_eq!(source.component(None, Goal::Ship, Stderr::Inherited).await.unwrap(), path);

        let error = Subject::find(&dir.path().join("gone.wasm")).await.unwrap_err().to_string();
        assert!(error.contains("gone.wasm"), "{error}");
    }

    #[tokio::test]
    async fn a_program_has_to_be_packed() {
        let dir = tempfile::tempdir().unwrap();
        let (program, packed) = (std::env::current_exe().unwrap(), dir.path().join("packed"));
        assert!(matches!(Subject::find(&program).await.unwrap_err(), SubjectError::NotPacked { path } if path == program));
        Bundle::builder().section(Kind::COMPONENT, b"c".as_slice()).write(&program, &packed).unwrap();
        assert!(matches!(Subject::find(&packed).await.unwrap(), Subject::Packed(found) if found == packed));

        let length = packed.metadata().unwrap().len();
        File::options().write(true).open(&packed).unwrap().set_len(length - 1).unwrap();
        let error = Subject::find(&packed).await.unwrap_err();
        assert!(matches!(error, SubjectError::Bundle(_)), "{error}");

        std::fs::write(&packed, "#!/bin/sh\n").unwrap();
        assert!(matches!(Subject::find(&packed).await.unwrap_err(), SubjectError::Crate(BuildError::NoCrate { .. })));
    }
}
