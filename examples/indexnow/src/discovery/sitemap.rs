use std::collections::{HashSet, VecDeque};

use quick_xml::Reader;
use quick_xml::events::Event;
use temps_plugin_sdk::http::Client;
use url::Url;

use super::{DiscoveryError, MOST_PAGES, MOST_SITEMAPS, fetch, found, of_site};
use crate::store::Finished;

/// What a sitemap names.
#[derive(Debug, PartialEq, Eq)]
enum Sitemap {
    /// Other sitemaps.
    Index(Vec<String>),
    /// Pages, with the dates of their last change.
    Pages(Vec<(String, Option<String>)>),
}

/// The pages of sitemaps, and of the sitemaps that those name.
pub(super) async fn pages(client: &Client, origin: &Url, sitemaps: Vec<Url>) -> Result<Finished, DiscoveryError> {
    let mut seen: HashSet<Url> = sitemaps.iter().cloned().collect();
    let mut waiting: VecDeque<Url> = sitemaps.into();
    let mut urls = HashSet::new();
    let mut pages = Vec::new();
    let (mut read, mut complete) = (0, true);
    while let Some(url) = waiting.pop_front() {
        if read == MOST_SITEMAPS {
            complete = false;
            break;
        }
        read += 1;
        let fetched = fetch::text(client, &url).await.map_err(|source| DiscoveryError::Fetch { what: "a sitemap", source })?;
        match parse(&fetched.text).map_err(|reason| DiscoveryError::Sitemap { url: url.clone(), reason })? {
            Sitemap::Index(named) => {
                waiting.extend(named.iter().filter_map(|named| url.join(named).ok()).filter(|named| seen.insert(named.clone())));
            }
            Sitemap::Pages(named) => {
                for (page, lastmod) in named {
                    let Some(page) = url.join(&page).ok().and_then(|page| of_site(origin, page)) else { continue };
                    if urls.contains(&page) {
                        continue;
                    }
                    if pages.len() == MOST_PAGES {
                        complete = false;
                        break;
                    }
                    pages.push(found(&page, lastmod, None));
                    urls.insert(page);
                }
            }
        }
    }
    let message = match (read, complete) {
        (1, true) => "from its sitemap".to_owned(),
        (read, true) => format!("from {read} sitemaps"),
        (_, false) => {
            format!("from its sitemaps, of which not all was read: {MOST_SITEMAPS} sitemaps and {MOST_PAGES} pages are the most")
        }
    };
    Ok(Finished { pages, complete, message })
}

fn parse(text: &str) -> Result<Sitemap, String> {
    let mut reader = Reader::from_str(text);
    let (mut sitemap, mut entry) = (None, (String::new(), None));
    // The names of the elements around, without namespaces.
    let mut path: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|error| format!("at byte {}: {error}", reader.error_position()))?;
        let text = match event {
            Event::Eof => break,
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                if let [root] = path.as_slice() {
                    sitemap = match root.as_str() {
                        "urlset" => Some(Sitemap::Pages(Vec::new())),
                        "sitemapindex" => Some(Sitemap::Index(Vec::new())),
                        other => return Err(format!("it begins with <{other}>, and not with <urlset> or <sitemapindex>")),
                    };
                }
                continue;
            }
            Event::End(_) => {
                path.pop();
                if path.len() == 1 {
                    let (loc, lastmod) = std::mem::take(&mut entry);
                    let loc = loc.trim().to_owned();
                    match &mut sitemap {
                        Some(Sitemap::Pages(pages)) if !loc.is_empty() => pages.push((loc, lastmod)),
                        Some(Sitemap::Index(sitemaps)) if !loc.is_empty() => sitemaps.push(loc),
                        _ => {}
                    }
                }
                continue;
            }
            Event::Text(text) => text.to_string(),
            Event::CData(text) => text.to_string(),
            Event::GeneralRef(name) => {
                let entity = format!("&{};", &*name);
                quick_xml::escape::unescape(&entity).map_or_else(|_| entity.clone(), std::borrow::Cow::into_owned)
            }
            _ => continue,
        };
        if let [_, _, name] = path.as_slice() {
            match name.as_str() {
                "loc" => entry.0.push_str(&text),
                "lastmod" => entry.1.get_or_insert_with(String::new).push_str(text.trim()),
                _ => {}
            }
        }
    }
    if path.is_empty() { sitemap.ok_or_else(|| "it is empty".to_owned()) } else { Err("it breaks off".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_with_their_dates() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
              <!-- all -->
              <url><loc> https://x.example/?a=1&amp;b=2 </loc><lastmod>2026-01-01T00:00:00Z</lastmod><priority>0.5</priority></url>
              <url><image:image><image:loc>https://x.example/i.png</image:loc></image:image><loc><![CDATA[https://x.example/two]]></loc></url>
              <url><changefreq>daily</changefreq></url>
            </urlset>"#;
        let pages = vec![
            ("https://x.example/?a=1&b=2".to_owned(), Some("2026-01-01T00:00:00Z".to_owned())),
            ("https://x.example/two".to_owned(), None),
        ];
        assert_eq!(parse(text), Ok(Sitemap::Pages(pages)));
    }

    #[test]
    fn an_index_names_sitemaps() {
        let text = "<s:sitemapindex xmlns:s='x'><s:sitemap><s:loc>/a.xml</s:loc><s:lastmod>2026</s:lastmod></s:sitemap></s:sitemapindex>";
        assert_eq!(parse(text), Ok(Sitemap::Index(vec!["/a.xml".to_owned()])));
    }

    #[test]
    fn what_is_no_sitemap_is_told() {
        for text in ["", "hello", "<html><body></body></html>", "<urlset><url><loc>x</loc></url>", "<urlset><url></urlset>"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
