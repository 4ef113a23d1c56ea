//! What holds for whatever text is taken for a policy: nothing panics, a refusal names a place in the text, and what is accepted grants no more and no less
//! than its text says.
//!
//! The generated policies of `grants`, the fixtures and the fuzzer all go through these functions.

#![allow(dead_code, reason = "each that includes this uses what it needs")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what tests share is a test too, though clippy does not see it")]

use std::path::Path;

use temps_plugin_policy::network::{Grant, Grants};
use temps_plugin_policy::{ConfigSource, Policy};
use url::Url;

/// Reads bytes as a policy, and panics if something does not hold. Whether it was accepted.
pub(crate) fn policy(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    match Policy::parse(Path::new("p.toml"), text) {
        Ok(policy) => {
            // What is no name of a limit is refused, and what the setter refuses is too.
            drop(policy.set_limits(&["memory"], |_, value| if value == "1" { Ok(()) } else { Err("not 1") }));
            shown(&policy);
            granted(policy.network(), text);
            true
        }
        Err(error) => {
            let place = error.place.unwrap();
            let line = text.split('\n').nth(place.line - 1).unwrap();
            assert!(place.column <= line.chars().count() + 1, "{error}");
            false
        }
    }
}

/// No value of `[config]` is shown.
fn shown(policy: &Policy) {
    let shown = format!("{policy:?}");
    for entry in policy.config() {
        if let ConfigSource::Text(text) = &entry.source {
            // A long one is not in there by chance.
            assert!(text.len() < 24 || !shown.contains(text.as_str()), "{shown}");
        }
    }
}

/// What was read comes back from its own text, and grants what the entries of the file say, as they are written there.
fn granted(grants: &Grants, text: &str) {
    // That has a number which does not fit there.
    let Ok(document) = text.parse::<toml::Table>() else { return };
    let written = document.get("network").and_then(|network| network.get("allow")).and_then(toml::Value::as_array);
    let written: Vec<&str> = written.into_iter().flatten().map(|entry| entry.as_str().unwrap()).collect();
    assert_eq!(written.len(), grants.allow().len());
    for grant in grants.allow() {
        assert_eq!(grant.to_string().parse().as_ref(), Ok(grant));
    }
    for entry in &written {
        for url in urls_near(entry) {
            let expected = written.iter().any(|entry| says(entry, &url));
            assert_eq!(grants.grants(&url).is_some(), expected, "{written:?} {url}");
        }
    }
}

/// URLs that are what an entry grants, or almost.
fn urls_near(entry: &str) -> Vec<Url> {
    let origin = entry.replace('*', "star");
    let (scheme, rest) = origin.split_once("://").unwrap_or(("https", "example.org"));
    let texts = [
        format!("{scheme}://{rest}"),
        format!("{scheme}://{rest}/path?query#fragment"),
        format!("{scheme}://a.{rest}"),
        format!("{scheme}://a{rest}"),
        format!("{scheme}://.{rest}"),
        format!("{scheme}://me@{rest}"),
        format!("{scheme}://{rest}@other.example"),
        format!("{scheme}://{rest}."),
        format!("{scheme}://{rest}.example"),
        format!("{scheme}://{rest}0"),
        format!("{scheme}s://{rest}"),
        format!("http://{rest}"),
        format!("https://{}", rest.strip_prefix("star.").unwrap_or(rest)),
    ];
    texts.iter().filter_map(|text| Url::parse(text).ok()).collect()
}

/// Whether an entry's text grants a URL, told in another way than the library does: by the labels of both, one by one.
pub(crate) fn says(entry: &str, url: &Url) -> bool {
    if !matches!(url.scheme(), "http" | "https") {
        return false;
    }
    if entry == "*" {
        return true;
    }
    let below = entry.contains("*.");
    let granted = Url::parse(&entry.replace("*.", "")).unwrap();
    let same = granted.scheme() == url.scheme() && granted.port_or_known_default() == url.port_or_known_default();
    let labels = |url: &Url| -> Vec<String> { url.host_str().unwrap().split('.').rev().map(str::to_owned).collect() };
    let (granted, mut asked) = (labels(&granted), labels(url));
    if asked.first().is_some_and(String::is_empty) {
        asked.remove(0);
    }
    let named = !asked.iter().any(String::is_empty) && url.domain().is_some();
    let all = granted.iter().zip(&asked).all(|(a, b)| a == b);
    same && all && if below { named && asked.len() > granted.len() } else { asked.len() == granted.len() }
}

/// Whether this entry, alone, grants the URL. `None` for one that is refused.
pub(crate) fn grants(entry: &str, url: &Url) -> Option<bool> {
    let grant: Grant = entry.parse().ok()?;
    Some(Grants::new([grant], []).unwrap().grants(url).is_some())
}
