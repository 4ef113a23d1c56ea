use std::collections::HashSet;
use std::time::Duration;

use http::header::{CONTENT_TYPE, LOCATION};
use url::Url;

use super::{Finished, Pending};
use crate::checks::{self, Seen, indexability};
use crate::html::Document;
use crate::{Alternate, FetchError, Fetched, Outcome, Page, resolve, same_origin};

/// A page of which there is nothing to read.
pub(super) fn finished(pending: Pending, outcome: Outcome) -> Finished {
    let Pending { url, depth, in_sitemap } = pending;
    let page = Page { depth, in_sitemap, ..Page::new(url, outcome) };
    let base = Url::parse(&page.url).ok();
    let findings = base.map(|base| checks::of_page(Seen { page: &page, base: &base, document: None, cut: false }));
    Finished { findings: findings.unwrap_or_default(), page }
}

/// What an answer says of a page.
pub(super) fn analyse(pending: Pending, url: Option<Url>, answer: Result<Fetched, FetchError>, elapsed: Duration) -> Finished {
    let (url, answer) = match (url, answer) {
        (Some(url), Ok(answer)) => (url, answer),
        (_, Err(error)) => return finished(pending, Outcome::Failed { reason: error.to_string() }),
        (None, Ok(_)) => return finished(pending, Outcome::Failed { reason: "it is no URL".to_owned() }),
    };
    let redirects = (300..400).contains(&answer.status) && answer.status != 304;
    let redirect_to = answer.header(LOCATION).filter(|_| redirects).and_then(|place| resolve(&url, place)).map(String::from);
    let document = ((200..300).contains(&answer.status) && answer.is_html()).then(|| Document::read(&answer.body));
    let base = document.as_ref().and_then(|document| url.join(document.base.as_deref()?).ok()).unwrap_or_else(|| url.clone());
    let Pending { url: text, depth, in_sitemap } = pending;
    let mut page = Page {
        depth,
        in_sitemap,
        content_type: answer.header(CONTENT_TYPE).map(str::to_owned),
        bytes: answer.body.len() as u64,
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        noindex: indexability::is_noindex(document.as_ref(), &answer.headers),
        ..Page::new(text, Outcome::Answered { status: answer.status, redirect_to })
    };
    if let Some(document) = &document {
        take(&mut page, document, &url, &base);
    }
    let findings = checks::of_page(Seen { page: &page, base: &base, document: document.as_ref(), cut: answer.cut });
    Finished { page, findings }
}

/// Keeps what other pages and readers need of a document.
fn take(page: &mut Page, document: &Document, url: &Url, base: &Url) {
    page.title = document.titles.first().cloned();
    page.description = document.descriptions.first().cloned();
    page.h1 = document.headings.iter().find(|(level, _)| *level == 1).map(|(_, text)| text.clone());
    page.language = document.language.clone();
    page.canonical =
        document.canonicals.first().filter(|href| !href.is_empty()).and_then(|href| resolve(base, href)).map(String::from);
    page.words = document.words;
    page.text_hash = Some(format!("{:016x}", document.text_hash));
    page.images = u32::try_from(document.images.len()).unwrap_or(u32::MAX);
    page.alternates = document
        .alternates
        .iter()
        .filter_map(|(language, href)| Some(Alternate { language: language.clone(), url: resolve(base, href)?.into() }))
        .collect();
    let mut seen = HashSet::new();
    for target in document.links.iter().filter_map(|href| resolve(base, href)) {
        if !same_origin(&target, url) {
            page.external_links += 1;
        } else if target != *url && seen.insert(target.clone()) {
            page.links.push(target.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn page(status: u16, headers: &[(&'static str, &str)], body: &str) -> Finished {
        let pending = Pending { url: "http://a.com/x/".to_owned(), depth: 2, in_sitemap: true };
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let answer = Fetched { status, headers, body: Bytes::from(body.to_owned()), cut: false };
        analyse(pending, Url::parse("http://a.com/x/").ok(), Ok(answer), Duration::from_millis(7))
    }

    const HTML: (&str, &str) = ("content-type", "text/html");

    #[test]
    fn a_document_is_read() {
        let html = "<html lang=en><title>T</title><link rel=canonical href=/x/#y><link rel=alternate hreflang=de href=/de>\
            <a href=y>1</a><a href='#top'>2</a><a href='/x/y?utm_source=z'>3</a><a href=//b.com>4</a><a href=mailto:x>5</a><h1>H</h1>";
        let Page { links, external_links, canonical, alternates, depth, elapsed_ms, title, h1, .. } =
            page(200, &[HTML], html).page;
        assert_eq!((links, external_links), (vec!["http://a.com/x/y".to_owned()], 1));
        assert_eq!(canonical.as_deref(), Some("http://a.com/x/"));
        assert_eq!(alternates[0].url, "http://a.com/de");
        assert_eq!((depth, elapsed_ms, title.as_deref(), h1.as_deref()), (2, 7, Some("T"), Some("H")));
    }

    #[test]
    fn a_base_moves_links() {
        let finished = page(200, &[HTML], "<base href=/b/><a href=c>1</a><link rel=canonical href=d>");
        assert_eq!(finished.page.links, ["http://a.com/b/c"]);
        assert_eq!(finished.page.canonical.as_deref(), Some("http://a.com/b/d"));
    }

    #[test]
    fn only_html_with_success_is_a_document() {
        assert!(page(200, &[HTML], "").page.is_document());
        for (status, kind) in [(404, "text/html"), (200, "text/plain"), (301, "text/html"), (200, "image/png")] {
            let Finished { page, findings } = page(status, &[("content-type", kind)], "<a href=y>");
            assert!(!page.is_document() && page.links.is_empty(), "{status} {kind}");
            assert!(findings.iter().all(|finding| finding.check.id.starts_with("status.")), "{findings:?}");
        }
    }

    #[test]
    fn redirects_lead_somewhere() {
        assert_eq!(page(302, &[("location", "../y#z")], "").page.redirect_to(), Some("http://a.com/y"));
        assert_eq!(page(302, &[], "").page.redirect_to(), None);
        assert_eq!(page(200, &[("location", "/y")], "").page.redirect_to(), None);
    }

    #[test]
    fn no_answer_is_a_finding() {
        let pending = Pending { url: "http://a.com/".to_owned(), depth: 0, in_sitemap: false };
        let finished = analyse(pending, Url::parse("http://a.com/").ok(), Err(FetchError::Timeout), Duration::ZERO);
        assert_eq!(finished.findings[0].check.id, "status.unreachable");
        assert_eq!(finished.findings[0].evidence, ["it took too long"]);
    }
}
