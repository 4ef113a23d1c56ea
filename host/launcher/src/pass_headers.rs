//! Which of the user's own headers an operator lets through to the guest.

use http::HeaderMap;
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

    /// Takes the user's own headers off, but for those that are let through.
    pub(crate) fn strip_others(self, headers: &mut HeaderMap) {
        let all: [(HeaderName, bool); 2] = [(COOKIE, self.cookie), (AUTHORIZATION, self.authorization)];
        for (name, _) in all.into_iter().filter(|(_, passed)| !passed) {
            headers.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn left(passed: &[UserHeader]) -> Vec<String> {
        let mut pass = PassHeaders::default();
        passed.iter().for_each(|header| pass.pass(*header));
        let mut headers: HeaderMap =
            [COOKIE, COOKIE, AUTHORIZATION].into_iter().map(|name| (name, HeaderValue::from_static("x"))).collect();
        pass.strip_others(&mut headers);
        headers.keys().map(ToString::to_string).collect()
    }

    #[test]
    fn none_is_passed_unless_it_is_named() {
        assert_eq!(left(&[]), [""; 0]);
        assert_eq!(left(&[UserHeader::Cookie, UserHeader::Cookie]), ["cookie"]);
        assert_eq!(left(&[UserHeader::Authorization]), ["authorization"]);
        assert_eq!(left(&[UserHeader::Authorization, UserHeader::Cookie]).len(), 2);
    }
}
