use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use memmap2::Mmap;

/// The bytes of a section, with their hash checked. A clone is another handle to the same bytes.
#[derive(Clone)]
pub struct Section(Arc<Contents>);

enum Contents {
    Mapped(Mmap),
    Held(Bytes),
}

impl Section {
    pub(crate) fn mapped(map: Mmap) -> Self {
        Self(Arc::new(Contents::Mapped(map)))
    }

    pub(crate) fn held(bytes: Bytes) -> Self {
        Self(Arc::new(Contents::Held(bytes)))
    }

    /// Whether the bytes are those of the executable, mapped privately and for reading, from a page's beginning where pages have 4096 bytes. Otherwise they are a
    /// copy.
    #[must_use]
    pub fn is_mapped(&self) -> bool {
        matches!(*self.0, Contents::Mapped(_))
    }
}

impl Deref for Section {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &*self.0 {
            Contents::Mapped(map) => map,
            Contents::Held(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Section {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Section").field("length", &self.len()).field("mapped", &self.is_mapped()).finish()
    }
}
