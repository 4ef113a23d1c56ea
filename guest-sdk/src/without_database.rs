//! In place of [`database`](crate::database) without the feature of that name.

#[cfg(not(target_family = "wasm"))]
use std::path::Path;

/// Opens nothing.
#[derive(Debug)]
pub(crate) struct Opener;

#[cfg(not(target_family = "wasm"))]
impl Opener {
    pub(crate) fn kept(_folder: &Path) -> Self {
        Self
    }

    pub(crate) fn temporary() -> Self {
        Self
    }
}
