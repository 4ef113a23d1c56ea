use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::DevError;
use crate::build::{Crate, build_crate};

/// Where data goes, below a target folder.
const DATA_DIR: &str = "temps-dev";

/// The component that a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// The name for its file in the plugins folder.
    pub(super) name: String,
    pub(super) component: PathBuf,
    /// Where data goes unless it is to go elsewhere.
    pub(super) data_dir: PathBuf,
}

impl Subject {
    /// Takes a `.wasm` file as it is, and builds everything else as a crate.
    pub(super) async fn make(path: &Path, profile: Option<&str>) -> Result<Self, DevError> {
        if path.extension().is_some_and(|extension| extension == "wasm") {
            check(path)?;
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            return Ok(Self { name: file_name(&stem), component: path.to_owned(), data_dir: Path::new("target").join(DATA_DIR) });
        }
        let found = Crate::find(path).await?;
        let component = build_crate(&found, profile).await?;
        Ok(Self { name: file_name(&found.name), component: component.path, data_dir: found.target_dir.join(DATA_DIR) })
    }
}

/// The names of files in a plugins folder are kebab-case by custom, and one with a dot in front is passed over.
fn file_name(name: &str) -> String {
    let name = name.trim_start_matches('.').replace('_', "-");
    if name.is_empty() { "plugin".to_owned() } else { name }
}

/// The magic number, then the version and layer of a component.
const COMPONENT: [u8; 8] = *b"\0asm\x0d\0\x01\0";

/// Checks the file's first bytes. What is in the component, the launcher checks.
fn check(path: &Path) -> Result<(), DevError> {
    let failed = |source: io::Error| DevError::Component { path: path.to_owned(), source };
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(8).read_to_end(&mut head)).map_err(failed)?;
    let found = match head.as_slice() {
        head if head == COMPONENT => return Ok(()),
        [b'\0', b'a', b's', b'm', ..] => "a core WebAssembly module",
        [] => "empty",
        _ => "no WebAssembly",
    };
    Err(DevError::NotComponent { path: path.to_owned(), found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wasm_file_has_to_be_a_component() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("my_plugin.wasm");
        for (bytes, expected) in
            [(&b"\0asm\x01\0\0\0"[..], "a core WebAssembly module"), (b"", "empty"), (b"\x7fELF\x02\x01\x01\0", "no WebAssembly")]
        {
            std::fs::write(&path, bytes).unwrap();
            let error = Subject::make(&path, None).await.unwrap_err();
            assert!(matches!(error, DevError::NotComponent { found, .. } if found == expected), "{error}");
        }
        std::fs::write(&path, b"\0asm\x0d\0\x01\0more").unwrap();
        let subject = Subject::make(&path, None).await.unwrap();
        assert_eq!(subject.name, "my-plugin");

        let error = Subject::make(&dir.path().join("gone.wasm"), None).await.unwrap_err().to_string();
        assert!(error.contains("gone.wasm"), "{error}");
    }
}
