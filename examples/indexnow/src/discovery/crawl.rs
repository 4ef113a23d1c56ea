use std::collections::{HashSet, VecDeque};

use temps_plugin_sdk::http::Client;
use url::Url;

use super::robots::Robots;
use super::{DiscoveryError, FetchError, document, fetch, found, of_site};
use crate::store::Finished;

/// Pages that are read: enough for a small site. A larger one has a sitemap.
const MOST_PAGES: usize = 100;

/// Links from the start page on.
const DEEPEST: u32 = 4;

/// What the start page leads to.
pub(super) async fn pages(client: &Client, origin: &Url, robots: &Robots) -> Result<Finished, DiscoveryError> {
    let start = origin.join("/")?;
    let mut seen = HashSet::from([start.clone()]);
    let mut waiting = VecDeque::from([(start, 0)]);
    let mut pages = Vec::new();
    let mut read = 0;
    while let Some((url, depth)) = waiting.pop_front() {
        if !robots.allows(&url) {
            continue;
        }
        if read == MOST_PAGES {
            return Ok(Finished { pages, complete: false, message: format!("by following links, up to {MOST_PAGES} pages") });
        }
        read += 1;
        let page = match fetch::text(client, &url).await {
            Ok(page) if page.is_html() => page,
            Ok(_) => continue,
            // One broken link is not the site.
            Err(FetchError::Status { .. } | FetchError::TooLarge(_)) if depth > 0 => continue,
            Err(source) => {
                return Err(DiscoveryError::Fetch { what: if depth == 0 { "its start page" } else { "a page" }, source });
            }
        };
        let Some(answered) = of_site(origin, page.url.clone()) else { continue };
        // Redirected to what is read already.
        if answered != url && !seen.insert(answered.clone()) {
            continue;
        }
        let document = document::read(&page.text, &page.url);
        if document.indexed {
            pages.push(found(&answered, None, Some(document.digest)));
        }
        if depth < DEEPEST {
            let links = document.links.into_iter().filter_map(|link| of_site(origin, link));
            waiting.extend(links.filter(|link| seen.insert(link.clone())).map(|link| (link, depth + 1)));
        }
    }
    Ok(Finished { pages, complete: true, message: "by following links, as there is no sitemap".to_owned() })
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing::{Exchange, HttpScript};

    use super::*;

    const SITE: &str = "https://x.example";

    fn page(path: &str, body: String) -> Exchange {
        Exchange::get(format!("{SITE}{path}")).header("content-type", "text/html; charset=utf-8").body(body)
    }

    async fn crawled(site: HttpScript) -> Result<Finished, DiscoveryError> {
        let _installed = site.install();
        let finished = pages(&Client::new(), &Url::parse(SITE).unwrap(), &Robots::default()).await;
        site.assert_done();
        finished
    }

    #[tokio::test]
    async fn there_is_a_largest_number_of_pages() {
        for (links, complete) in [(MOST_PAGES - 1, true), (MOST_PAGES, false)] {
            let all = (0..links).map(|n| format!("<a href='/{n}'>{n}</a>")).collect();
            let site = (0..MOST_PAGES - 1)
                .fold(HttpScript::new().expect(page("/", all)), |site, n| site.expect(page(&format!("/{n}"), n.to_string())));
            let finished = crawled(site).await.unwrap();
            assert_eq!((finished.pages.len(), finished.complete), (MOST_PAGES, complete));
        }
    }

    #[tokio::test]
    async fn there_is_a_deepest_page() {
        let site = (0..=DEEPEST).fold(HttpScript::new(), |site, depth| {
            let path = if depth == 0 { "/".to_owned() } else { format!("/{depth}") };
            site.expect(page(&path, format!("<a href='/{}'>on</a>", depth + 1)))
        });
        assert_eq!(crawled(site).await.unwrap().pages.len(), 5);
    }

    #[tokio::test]
    async fn broken_links_and_redirects_are_no_pages() {
        let site = HttpScript::new()
            .expect(page("/", "<a href='/gone'></a><a href='/old'></a><a href='/new'></a><a href='/away'></a>".into()))
            .expect(page("/gone", String::new()).status(404))
            .expect(page("/old", String::new()).from_url(format!("{SITE}/new")))
            .expect(page("/new", String::new()))
            .expect(page("/away", String::new()).from_url("https://other.example/"));
        let finished = crawled(site).await.unwrap();
        let urls: Vec<_> = finished.pages.iter().map(|page| page.url.as_str()).collect();
        assert_eq!(urls, ["https://x.example/", "https://x.example/new"]);
    }
}
