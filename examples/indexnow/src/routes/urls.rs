use std::collections::HashSet;

use url::Url;

use crate::error::AppError;
use crate::store::SiteRow;

/// URLs that are submitted by hand at once: what one request of the protocol may have.
const MOST_AT_ONCE: usize = 10_000;

/// The longest URL: what engines and browsers take.
const LONGEST: usize = 2_048;

/// What somebody typed, as URLs of the site, each once and in the order given. Paths are the site's.
pub(super) fn checked(site: &SiteRow, typed: &[String]) -> Result<Vec<String>, AppError> {
    let invalid = |reason: String| Err(AppError::Invalid(reason));
    let base = Url::parse(&site.origin).map_err(|error| AppError::Invalid(error.to_string()))?;
    let mut seen = HashSet::new();
    let mut urls = Vec::new();
    for text in typed.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let mut url = match base.join(text) {
            Ok(url) => url,
            Err(error) => return invalid(format!("`{text}` is no URL: {error}")),
        };
        url.set_fragment(None);
        if !matches!(url.scheme(), "http" | "https") || url.host() != base.host() || url.port() != base.port() {
            return invalid(format!("`{text}` is not of {}: engines take URLs of one host at a time", site.origin));
        }
        if url.as_str().len() > LONGEST {
            return invalid(format!("a URL has {} characters, and {LONGEST} are allowed", url.as_str().len()));
        }
        if seen.insert(url.clone()) {
            urls.push(url.into());
        }
    }
    match urls.len() {
        0 => invalid("there is no URL to submit".to_owned()),
        1..=MOST_AT_ONCE => Ok(urls),
        count => invalid(format!("these are {count} URLs, and {MOST_AT_ONCE} are allowed at once")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    fn checked_urls(typed: &[&str]) -> Result<Vec<String>, String> {
        let origin = "https://shop.example".to_owned();
        let site = SiteRow { id: 1, origin, project_id: None, key_location: None, created_at: Utc::now() };
        checked(&site, &typed.iter().map(|&text| text.to_owned()).collect::<Vec<_>>()).map_err(|error| error.to_string())
    }

    #[test]
    fn paths_and_urls_are_the_sites() {
        let urls = checked_urls(&["/a", " https://shop.example/a#part ", "", "b?x=1", "https://SHOP.example"]).unwrap();
        assert_eq!(urls, ["https://shop.example/a", "https://shop.example/b?x=1", "https://shop.example/"]);
        for wrong in
            ["https://other.example/", "//other.example/", "https://shop.example:8443/", "mailto:a@shop.example", "http://["]
        {
            assert!(checked_urls(&[wrong]).is_err(), "{wrong}");
        }
        assert_eq!(checked_urls(&[" "]).unwrap_err(), "there is no URL to submit");
    }

    #[test]
    fn there_are_largest_numbers() {
        let many = |count: usize| (0..count).map(|n| format!("/{n}")).collect::<Vec<_>>();
        for (count, fits) in [(MOST_AT_ONCE, true), (MOST_AT_ONCE + 1, false)] {
            let many = many(count);
            assert_eq!(checked_urls(&many.iter().map(String::as_str).collect::<Vec<_>>()).is_ok(), fits);
        }
        let rest = LONGEST - "https://shop.example/".len();
        for (length, fits) in [(rest, true), (rest + 1, false)] {
            assert_eq!(checked_urls(&[&"x".repeat(length)]).is_ok(), fits);
        }
    }
}
