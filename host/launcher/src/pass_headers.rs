//! Which of the user's own headers an operator lets through to the guest.

use http::header::{AUTHORIZATION, COOKIE, HeaderName};
use temps_plugin_policy::UserHeader;

/// The user's own headers that the guest may see. By default none: a plugin that sees them can do whatever the user can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PassHeaders {
    cookie: bool,
    authorization: bool,
}

impl PassHeaders {
    /// Lets a header through. Twice is as good as once.
    pub(crate) fn pass(&mut self, header: UserHeader) {
        match header {
            UserHeader::Cookie => self.cookie = true,
            UserHeader::Authorization => self.authorization = true,
        }
    }

    /// Whether it is one of the user's own headers, and not let through.
    pub(crate) fn hides(self, name: &HeaderName) -> bool {
        (*name == COOKIE && !self.cookie) || (*name == AUTHORIZATION && !self.authorization)
    }
}

#[cfg(test)]
mod tests {
    use http::header::ACCEPT;

    use super::*;

    fn left(passed: &[UserHeader]) -> Vec<String> {
        let mut pass = PassHeaders::default();
        passed.iter().for_each(|header| pass.pass(*header));
        [COOKIE, AUTHORIZATION, ACCEPT].iter().filter(|name| !pass.hides(name)).map(ToString::to_string).collect()
    }

    #[test]
    fn none_is_passed_unless_it_is_named() {
        assert_eq!(left(&[]), ["accept"]);
        assert_eq!(left(&[UserHeader::Cookie, UserHeader::Cookie]), ["cookie", "accept"]);
        assert_eq!(left(&[UserHeader::Authorization]), ["authorization", "accept"]);
        assert_eq!(left(&[UserHeader::Authorization, UserHeader::Cookie]).len(), 3);
    }
}
