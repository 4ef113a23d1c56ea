//! Finds the pages of a site: those of its sitemaps, or else what a small crawl from its start page comes across.
//!
//! ```text
//! robots.txt ──Sitemap:──▶ sitemap, sitemap index ──▶ pages ──without a date──▶ read, up to MOST_READ, for a digest of their text
//!      └── none, and no /sitemap.xml ──▶ crawl ──▶ pages, each with a digest
//! ```
//!
//! Only pages of the site's own host count. What `robots.txt` disallows is not read. Sitemaps that are files in gzip (`.xml.gz`) are not read.

mod crawl;
mod document;
mod fetch;
mod robots;
mod sitemap;

use temps_plugin_sdk::http::Client;
use url::Url;

use crate::store::{Finished, FoundPage};

pub(crate) use fetch::FetchError;

/// Sitemaps that are read in one scan.
const MOST_SITEMAPS: usize = 50;

/// Pages of a scan: more is a site for a tool of its own.
const MOST_PAGES: usize = 20_000;

/// Pages of a sitemap that are read for a digest, if it has no date for them: what a site answers in a minute or so.
const MOST_READ: usize = 200;

/// Why a site's pages were not found.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoveryError {
    #[error("the site's address is not valid: {0}")]
    Origin(#[from] url::ParseError),
    #[error("cannot read {what}: {source}")]
    Fetch { what: &'static str, source: FetchError },
    #[error("sitemap {url} is not one: {reason}")]
    Sitemap { url: Url, reason: String },
}

impl DiscoveryError {
    /// Whether it may go better in a while.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Fetch { source, .. } if source.may_pass())
    }
}

/// Looks for the pages of the site at `origin`.
pub(crate) async fn scan(client: &Client, origin: &str) -> Result<Finished, DiscoveryError> {
    let origin = Url::parse(origin)?;
    let robots = match fetch::text(client, &origin.join("/robots.txt")?).await {
        Ok(document) => robots::Robots::parse(&document.text),
        // A site without one allows everything. One that cannot be reached at all is not asked further.
        Err(FetchError::Status { status, .. }) if status.is_client_error() => robots::Robots::default(),
        Err(source) => return Err(DiscoveryError::Fetch { what: "robots.txt", source }),
    };
    let declared: Vec<Url> = robots.sitemaps.iter().filter_map(|sitemap| origin.join(sitemap).ok()).collect();
    let guessed = declared.is_empty();
    let sitemaps = if guessed { vec![origin.join("/sitemap.xml")?] } else { declared };
    let mut found = match sitemap::pages(client, &origin, sitemaps).await {
        Ok(found) => found,
        // There is none where nobody said that there is one.
        Err(DiscoveryError::Fetch { source: FetchError::Status { status, .. }, .. }) if guessed && status.is_client_error() => {
            return crawl::pages(client, &origin, &robots).await;
        }
        // Some sites answer every path with their start page.
        Err(DiscoveryError::Sitemap { .. }) if guessed => return crawl::pages(client, &origin, &robots).await,
        Err(error) => return Err(error),
    };
    let undated = found.pages.iter_mut().filter(|page| page.lastmod.is_none());
    for page in undated.take(MOST_READ) {
        page.digest = digest(client, &robots, &page.url).await;
    }
    Ok(found)
}

/// What a server answers at a URL.
pub(crate) async fn text(client: &Client, url: &Url) -> Result<String, FetchError> {
    Ok(fetch::text(client, url).await?.text)
}

/// Of the page's text. None if it cannot or must not be read: it is a page all the same, as the sitemap says so.
async fn digest(client: &Client, robots: &robots::Robots, url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    if !robots.allows(&url) {
        return None;
    }
    let page = fetch::text(client, &url).await.ok().filter(fetch::Fetched::is_html)?;
    Some(document::read(&page.text, &page.url).digest)
}

/// A page under the address that it is submitted with, if it is of the site.
fn of_site(origin: &Url, mut url: Url) -> Option<Url> {
    url.set_fragment(None);
    let web = matches!(url.scheme(), "http" | "https");
    (web && url.host() == origin.host() && url.port() == origin.port()).then_some(url)
}

fn found(url: &Url, lastmod: Option<String>, digest: Option<String>) -> FoundPage {
    FoundPage { url: url.to_string(), lastmod, digest }
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing::{Exchange, HttpScript};

    use super::*;

    const SITE: &str = "https://shop.example";

    fn get(path: &str) -> Exchange {
        Exchange::get(format!("{SITE}{path}"))
    }

    fn html(path: &str, body: &str) -> Exchange {
        get(path).header("content-type", "text/html").body(body.to_owned())
    }

    async fn scanned(site: &HttpScript) -> Result<Finished, DiscoveryError> {
        let _installed = site.install();
        scan(&Client::new(), SITE).await
    }

    fn urls(finished: &Finished) -> Vec<&str> {
        finished.pages.iter().map(|page| page.url.strip_prefix(SITE).unwrap()).collect()
    }

    #[tokio::test]
    async fn a_sitemap_that_robots_txt_names_is_read_with_what_it_names() {
        let index = "<sitemapindex><sitemap><loc>https://shop.example/a.xml</loc></sitemap>\
                     <sitemap><loc>https://shop.example/b.xml</loc></sitemap></sitemapindex>";
        let a = "<urlset><url><loc>https://shop.example/one</loc><lastmod>2026-01-01</lastmod></url>\
                 <url><loc>https://other.example/</loc></url></urlset>";
        let b = "<urlset><url><loc>https://shop.example/two#part</loc></url><url><loc>/one</loc></url></urlset>";
        let site = HttpScript::new()
            .expect(get("/robots.txt").body("Sitemap: https://shop.example/index.xml"))
            .expect(get("/index.xml").body(index))
            .expect(get("/a.xml").body(a))
            .expect(get("/b.xml").body(b))
            .expect(html("/two", "<p>two</p>"));
        let finished = scanned(&site).await.unwrap();
        site.assert_done();
        assert_eq!(urls(&finished), ["/one", "/two"]);
        assert_eq!(finished.pages[0].lastmod.as_deref(), Some("2026-01-01"));
        assert!(finished.pages[0].digest.is_none() && finished.pages[1].digest.is_some());
        assert!(finished.complete);
    }

    #[tokio::test]
    async fn a_site_without_a_sitemap_is_crawled() {
        let site = HttpScript::new()
            .expect(get("/robots.txt").body("User-agent: *\nDisallow: /admin"))
            .expect(get("/sitemap.xml").status(404))
            .expect(html("/", "<a href='/about'>x</a><a href='/admin/x'>x</a><a href='https://other.example/'>x</a>"))
            .expect(html("/about", "<a href='/'>home</a><a href='team'>x</a><a href='/logo.png'>x</a>"))
            .expect(get("/logo.png").header("content-type", "image/png"))
            .expect(html("/team", "<meta name=robots content='noindex, follow'>"));
        let finished = scanned(&site).await.unwrap();
        site.assert_done();
        assert_eq!(urls(&finished), ["/", "/about"]);
        assert!(finished.pages.iter().all(|page| page.digest.is_some()));
    }

    #[tokio::test]
    async fn a_start_page_in_place_of_a_sitemap_is_none() {
        let page = "<!doctype html><title>app</title>";
        let site =
            HttpScript::new().expect(get("/robots.txt").status(404)).expect(html("/sitemap.xml", page)).expect(html("/", page));
        assert_eq!(urls(&scanned(&site).await.unwrap()), ["/"]);
    }

    #[tokio::test]
    async fn what_goes_wrong_may_pass_or_not() {
        for (site, may_pass, said) in [
            (HttpScript::new().expect(get("/robots.txt").cannot_connect()), true, "cannot read robots.txt: no connection"),
            (HttpScript::new().expect(get("/robots.txt").status(503)), true, "it answered 503"),
            (HttpScript::new().expect(get("/robots.txt").denied()), false, "\"https://shop.example\" to `allow`"),
            (
                HttpScript::new().expect(get("/robots.txt").body("Sitemap: /s.xml")).expect(get("/s.xml").status(404)),
                false,
                "cannot read a sitemap: it answered 404",
            ),
            (
                HttpScript::new().expect(get("/robots.txt").body("Sitemap: /s.xml")).expect(get("/s.xml").body("<html>")),
                false,
                "s.xml is not one",
            ),
        ] {
            let error = scanned(&site).await.unwrap_err();
            assert_eq!(error.may_pass(), may_pass, "{error}");
            assert!(error.to_string().contains(said), "{error}");
        }
    }

    #[tokio::test]
    async fn there_is_a_largest_number_of_pages() {
        for (count, complete) in [(MOST_PAGES, true), (MOST_PAGES + 1, false)] {
            let urls = (0..count).map(|n| format!("<url><loc>{SITE}/{n}</loc><lastmod>2026</lastmod></url>")).collect::<String>();
            let site = HttpScript::new()
                .expect(get("/robots.txt").status(404))
                .expect(get("/sitemap.xml").body(format!("<urlset>{urls}</urlset>")));
            let finished = scanned(&site).await.unwrap();
            assert_eq!((finished.pages.len(), finished.complete), (MOST_PAGES, complete));
        }
    }

    #[tokio::test]
    async fn there_is_a_largest_number_of_sitemaps_and_of_pages_that_are_read() {
        let all = (0..=MOST_SITEMAPS).map(|n| format!("<sitemap><loc>{SITE}/{n}.xml</loc></sitemap>")).collect::<String>();
        let mut site = HttpScript::new()
            .expect(get("/robots.txt").status(404))
            .expect(get("/sitemap.xml").body(format!("<sitemapindex>{all}</sitemapindex>")));
        // The index is one of them.
        for n in 0..MOST_SITEMAPS - 1 {
            let five: String = (0..5).map(|page| format!("<url><loc>{SITE}/{n}/{page}</loc></url>")).collect();
            site = site.expect(get(&format!("/{n}.xml")).body(format!("<urlset>{five}</urlset>")));
        }
        for n in 0..MOST_READ {
            site = site.expect(html(&format!("/{}/{}", n / 5, n % 5), "text"));
        }
        let finished = scanned(&site).await.unwrap();
        site.assert_done();
        assert!(!finished.complete);
        assert_eq!(finished.pages.iter().filter(|page| page.digest.is_some()).count(), MOST_READ);
    }
}
