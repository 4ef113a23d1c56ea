//! What there is of a plugin's user interface.

use bytes::Bytes;
use temps_plugin_runtime::Limits;
use temps_plugin_runtime::ui::{SectionError, section};

/// How much a browser may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) files: usize,
    /// Uncompressed.
    pub(crate) bytes: u64,
}

impl Interface {
    /// What is in a section `ui`.
    ///
    /// # Errors
    ///
    /// [`SectionError`], within the default limits.
    pub(crate) fn in_section(section: &Bytes) -> Result<Self, SectionError> {
        let contents = section::read(section, (&Limits::default()).into())?;
        let bytes = contents.entries().map(|entry| entry.bytes as u64).sum();
        Ok(Self { files: contents.entries().len(), bytes })
    }
}
