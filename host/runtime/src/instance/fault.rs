//! What an instance said, or was seen doing, before it failed.

/// Kept in the store, and read after it has failed.
#[derive(Debug, Default)]
pub(crate) struct Fault {
    panic: Option<String>,
}

impl Fault {
    /// The guest told why it is about to trap. The first reason counts: a panic while panicking is not the cause.
    pub(crate) fn panicked(&mut self, cause: String) {
        self.panic.get_or_insert(cause);
    }

    pub(crate) fn cause(&self) -> Option<&str> {
        self.panic.as_deref()
    }
}
