use std::sync::{Mutex, PoisonError};

use super::{Crate, Stamp};

/// The files that decide on a crate's dependencies, but for those of the crates beside it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manifests([Option<Stamp>; 3]);

impl Manifests {
    pub(super) fn of(found: &Crate) -> Self {
        let root = |name| Stamp::of(&found.workspace_root.join(name));
        Self([Stamp::of(&found.manifest), root("Cargo.toml"), root("Cargo.lock")])
    }
}

/// The manifests of a crate whose dependencies were looked at, and that was built with them.
#[derive(Debug, Default)]
pub(crate) struct Looked(Mutex<Option<Box<Manifests>>>);

impl Looked {
    pub(super) fn holds(&self, manifests: &Manifests) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(manifests)
    }

    pub(super) fn set(&self, manifests: Manifests) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(manifests));
    }
}
