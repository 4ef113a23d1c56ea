//! What becomes of redirects.

/// How many redirects are followed. The default is 10; the operator may allow fewer.
///
/// Each is checked against the operator's policy like a request of its own. What tells who asks (`authorization`, `cookie`) does not go along to another origin. A
/// streamed body cannot be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy(Option<u32>);

impl Policy {
    /// None: a redirect is the response.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// At most this many. One more is an error that [`is_redirect`](super::Error::is_redirect).
    #[must_use]
    pub fn limited(most: usize) -> Self {
        Self(Some(u32::try_from(most).unwrap_or(u32::MAX)))
    }

    pub(super) const fn count(self) -> Option<u32> {
        self.0
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::limited(10)
    }
}
