//! One form for each URL, so that a page is fetched once.

use url::Url;

/// Parameters that tell who sent a visitor, and nothing of the page.
const TRACKING: [&str; 8] = ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid"];

/// The URL in its one form, if it is `http` or `https` and has no user in it.
///
/// Beyond what parsing does (case of scheme and host, default port, `..`), the fragment and tracking parameters are taken off, an empty query too, and percent-encoding is
/// brought to one form. The order of parameters and a slash at the end stay, as servers may tell them apart.
#[must_use]
pub fn normal(mut url: Url) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    url.set_fragment(None);
    if let Some(path) = encoded(url.path()) {
        url.set_path(&path);
    }
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
        let kept = kept.join("&");
        let kept = encoded(&kept).unwrap_or(kept);
        if url.query() != Some(&kept) || kept.is_empty() {
            url.set_query((!kept.is_empty()).then_some(&kept));
        }
    }
    Some(url)
}

/// What a page's `href` leads to, in its one form. None for other schemes and what is no URL.
#[must_use]
pub fn resolve(base: &Url, href: &str) -> Option<Url> {
    normal(base.join(href.trim()).ok()?)
}

/// Whether both have the same scheme, host and port.
#[must_use]
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme() && one.host() == other.host() && one.port_or_known_default() == other.port_or_known_default()
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    name.starts_with("utm_") || TRACKING.contains(&name)
}

/// Percent-encoding in one form: unreserved characters as they are, hex digits in upper case. None: it is in that form.
fn encoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) => {
                if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                    out.push(char::from(byte));
                } else {
                    out.push_str(&format!("%{byte:02X}"));
                }
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> String {
        normal(Url::parse(text).unwrap()).map(String::from).unwrap_or_default()
    }

    #[test]
    fn spellings_of_a_page_are_one() {
        for (given, expected) in [
            ("HTTP://Example.COM:80", "http://example.com/"),
            ("https://example.com:443/a/../b/./c", "https://example.com/b/c"),
            ("http://example.com/a#top", "http://example.com/a"),
            ("http://example.com/a?", "http://example.com/a"),
            ("http://example.com/a?utm_source=x&gclid=1", "http://example.com/a"),
            ("http://example.com/a?b=2&utm_medium=x&a=1", "http://example.com/a?b=2&a=1"),
            ("http://example.com/%7euser/%e2%82%ac", "http://example.com/~user/%E2%82%AC"),
            ("http://example.com/a%2fb?q=%2f%41", "http://example.com/a%2Fb?q=%2FA"),
            ("http://example.com/100%", "http://example.com/100%"),
            ("http://example.com/a/", "http://example.com/a/"),
            ("http://user@example.com/", ""),
            ("ftp://example.com/", ""),
        ] {
            assert_eq!(form(given), expected, "{given}");
            if !expected.is_empty() {
                assert_eq!(form(expected), expected);
            }
        }
    }

    #[test]
    fn links_resolve_against_the_page() {
        let base = Url::parse("http://example.com/a/b").unwrap();
        let resolved = |href: &str| resolve(&base, href).map(String::from);
        assert_eq!(resolved(" ../c?x=1#y ").as_deref(), Some("http://example.com/c?x=1"));
        assert_eq!(resolved("//other.com").as_deref(), Some("http://other.com/"));
        for nowhere in ["mailto:a@b.c", "javascript:void(0)", "tel:1", "data:,x", "http://"] {
            assert_eq!(resolved(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |a: &str, b: &str| same_origin(&Url::parse(a).unwrap(), &Url::parse(b).unwrap());
        assert!(same("http://a.com/x", "http://A.com:80/y"));
        assert!(
            !same("http://a.com", "https://a.com")
                && !same("http://a.com", "http://www.a.com")
                && !same("http://a.com", "http://a.com:81")
        );
    }
}
