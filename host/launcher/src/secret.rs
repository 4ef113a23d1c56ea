//! The auth secret that the host and the launcher share.

use std::fmt;

use subtle::ConstantTimeEq;

/// The auth secret. Its debug form does not show it.
#[derive(Clone)]
pub(crate) struct AuthSecret(String);

impl AuthSecret {
    /// The secret, or `None` if it is blank: every empty header would match it.
    pub(crate) fn new(secret: String) -> Option<Self> {
        (!secret.trim().is_empty()).then_some(Self(secret))
    }

    /// Whether `claimed` is the secret. The time it takes tells no more than whether the lengths are equal.
    pub(crate) fn is(&self, claimed: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(claimed).into()
    }
}

impl fmt::Debug for AuthSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_matches() {
        let secret = AuthSecret::new("s3cret".into()).unwrap();
        assert!(secret.is(b"s3cret"));
        for other in [&b""[..], b"s3cre", b"s3cret ", b"S3cret"] {
            assert!(!secret.is(other));
        }
    }

    #[test]
    fn a_blank_secret_is_none() {
        assert!(AuthSecret::new(String::new()).is_none());
        assert!(AuthSecret::new(" \t".into()).is_none());
    }

    #[test]
    fn it_is_not_shown() {
        let secret = AuthSecret::new("s3cret".into()).unwrap();
        assert!(!format!("{secret:?}").contains("s3cret"));
    }
}
