//! What a plugin asks its operator for, and what of it is granted.

use std::collections::HashSet;

use temps_plugin_policy::network::{Grant, Grants};
use temps_plugin_protocol::NetworkWant;
use url::Url;

/// An origin that the plugin would like to reach.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// As policies write it, which is how two are compared.
    pub(crate) origin: Grant,
    /// Why, as the plugin says.
    pub(crate) reason: String,
}

impl Wanted {
    /// Those of a description, each once. A description that was checked has none that is passed over here.
    pub(crate) fn all(wants: &[NetworkWant]) -> Vec<Self> {
        let mut seen = HashSet::new();
        let parsed = wants.iter().filter_map(|want| Some((want.origin.parse::<Grant>().ok()?, &want.reason)));
        let first = parsed.filter(|(origin, _)| seen.insert(origin.clone()));
        first.map(|(origin, reason)| Self { origin, reason: reason.clone() }).collect()
    }
}

/// The first grant that allows all that `wanted` stands for. One that allows a part of it is none.
pub(crate) fn covering<'a>(grants: &'a Grants, wanted: &Grant) -> Option<&'a Grant> {
    let is_one = !wanted.is_pattern();
    // What stands for everything within a pattern is a host that has nothing else below it.
    let probe = wanted.to_string().replacen('*', "any", 1);
    let url = Url::parse(&probe).ok();
    grants.allow().iter().find(|grant| {
        *grant == wanted
            || (is_one || grant.is_pattern()) && url.as_ref().is_some_and(|url| grant.covers(url))
            || grant.is_everywhere()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(allow: &[&str], wanted: &str) -> Option<String> {
        let grants = Grants::new(allow.iter().map(|text| text.parse().unwrap()), []).unwrap();
        covering(&grants, &wanted.parse().unwrap()).map(ToString::to_string)
    }

    #[test]
    fn a_grant_has_to_allow_all_of_it() {
        for (allow, wanted) in [
            ("https://a.example.org", "https://a.example.org"),
            ("https://A.example.org:443", "https://a.example.org"),
            ("https://*.example.org", "https://a.example.org"),
            ("https://*.example.org", "https://*.example.org"),
            ("https://*.example.org", "https://*.a.example.org"),
            ("*", "*"),
            ("*", "https://*.example.org"),
            ("*", "http://a.example.org:81"),
        ] {
            assert!(covered(&[allow], wanted).is_some(), "{allow} {wanted}");
        }
        for (allow, wanted) in [
            ("https://a.example.org", "https://*.example.org"),
            ("https://any.example.org", "https://*.example.org"),
            ("https://*.a.example.org", "https://*.example.org"),
            ("https://*.any.example.org", "https://*.example.org"),
            ("https://*.example.org", "https://example.org"),
            ("https://*.example.org", "*"),
            ("https://a.example.org", "http://a.example.org"),
            ("https://a.example.org", "https://a.example.org:8443"),
            ("https://*.example.org:8443", "https://*.example.org"),
        ] {
            assert_eq!(covered(&[allow], wanted), None, "{allow} {wanted}");
        }
        assert_eq!(covered(&["https://b.example", "*"], "https://a.example").as_deref(), Some("*"));
        assert_eq!(covered(&[], "https://a.example"), None);
    }

    #[test]
    fn each_is_there_once() {
        let want = |origin: &str| NetworkWant { origin: origin.into(), reason: origin.into() };
        let wants = [want("https://A.example"), want("https://a.example:443"), want("https://b.example")];
        let reasons: Vec<_> = Wanted::all(&wants).into_iter().map(|wanted| wanted.reason).collect();
        assert_eq!(reasons, ["https://A.example", "https://b.example"]);
    }
}
