use std::collections::{HashSet, VecDeque};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use url::Url;

use crate::robots::Robots;
use crate::{Fetch, resolve, same_origin};

/// Sitemap files that are read of a site, those that an index names included. With more, the first pages are enough to fill an audit.
pub const MOST_SITEMAPS: usize = 50;

/// Bytes of a sitemap file that are read. The protocol allows 50 MB; this holds some 50,000 URLs, and all of it is in memory.
pub const SITEMAP_BYTES: usize = 8 * 1024 * 1024;

/// The pages that a site's sitemaps list, at most `most`, each once in its one form: of those that robots.txt names, or else of `/sitemap.xml`.
///
/// Only what is on the start's origin counts. A sitemap that cannot be fetched or read gives what came before the fault.
pub async fn seeds(fetch: &impl Fetch, start: &Url, robots: &Robots, most: usize) -> Vec<Url> {
    let named: Vec<&str> = robots.sitemaps.iter().map(String::as_str).collect();
    let named = if named.is_empty() { vec!["/sitemap.xml"] } else { named };
    let mut waiting: VecDeque<Url> = named.iter().filter_map(|place| resolve(start, place)).collect();
    let mut known: HashSet<Url> = waiting.iter().cloned().collect();
    let (mut seen, mut pages) = (HashSet::new(), Vec::new());
    let mut files = 0;
    while let Some(url) = waiting.pop_front() {
        if files == MOST_SITEMAPS || pages.len() >= most {
            break;
        }
        if !same_origin(&url, start) {
            continue;
        }
        files += 1;
        let Ok(answer) = fetch.get(&url, SITEMAP_BYTES).await else { continue };
        if !(200..300).contains(&answer.status) {
            continue;
        }
        let listed = read(&answer.body);
        for page in listed.pages.iter().filter_map(|place| resolve(&url, place)) {
            if same_origin(&page, start) && pages.len() < most && seen.insert(page.clone()) {
                pages.push(page);
            }
        }
        for file in listed.files.iter().filter_map(|place| resolve(&url, place)) {
            if known.len() < 2 * MOST_SITEMAPS && known.insert(file.clone()) {
                waiting.push_back(file);
            }
        }
    }
    pages
}

#[derive(Debug, Default, PartialEq)]
struct Listed {
    pages: Vec<String>,
    files: Vec<String>,
}

/// Reads a `urlset` or a `sitemapindex`, as far as it is one.
fn read(xml: &[u8]) -> Listed {
    let mut listed = Listed::default();
    let mut reader = Reader::from_reader(xml);
    let mut path: Vec<String> = Vec::new();
    let mut place = String::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => {
                path.push(tag.local_name().as_ref().to_owned());
                place.clear();
            }
            Ok(Event::End(_)) => {
                let parent = path.len().checked_sub(2).and_then(|at| path.get(at));
                if path.last().is_some_and(|tag| tag == "loc") && !place.trim().is_empty() {
                    match parent.map(String::as_str) {
                        Some("url") => listed.pages.push(place.trim().to_owned()),
                        Some("sitemap") => listed.files.push(place.trim().to_owned()),
                        _ => {}
                    }
                }
                path.pop();
                place.clear();
            }
            Ok(Event::Text(text)) => place.push_str(&text),
            Ok(Event::CData(text)) => place.push_str(&text),
            Ok(Event::GeneralRef(name)) => {
                let named = resolve_predefined_entity(&name).map(str::to_owned);
                let numbered = || name.resolve_char_ref().ok().flatten().map(String::from);
                place.push_str(&named.or_else(numbered).unwrap_or_default());
            }
            Ok(Event::Eof) | Err(_) => return listed,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Pages, block_on};

    fn xml(pages: Pages, url: &str, body: &str) -> Pages {
        pages.with(url, 200, "application/xml", body)
    }

    fn all(pages: &Pages, robots: &str, most: usize) -> Vec<String> {
        let start = Url::parse("http://a.com/start").unwrap();
        block_on(seeds(pages, &start, &Robots::parse(robots), most)).into_iter().map(String::from).collect()
    }

    #[test]
    fn places_are_read_with_entities_and_without_pictures() {
        let listed = read(
            br#"<?xml version="1.0"?><urlset xmlns="x" xmlns:image="y"><url><loc> http://a.com/?a=1&amp;b=&#50; </loc>
            <image:image><image:loc>http://a.com/i.png</image:loc></image:image></url><url><loc><![CDATA[/c&d]]></loc></url><url><loc/></url></urlset>"#,
        );
        assert_eq!(listed, Listed { pages: vec!["http://a.com/?a=1&b=2".to_owned(), "/c&d".to_owned()], files: vec![] });
        let broken = read(b"<urlset><url><loc>/a</loc></url><url><loc>/b</url></urlset>");
        assert_eq!(broken.pages, ["/a"]);
    }

    #[test]
    fn an_index_leads_to_files() {
        let pages = xml(
            Pages::default(),
            "http://a.com/i.xml",
            "<sitemapindex><sitemap><loc>/one.xml</loc></sitemap><sitemap><loc>http://b.com/s.xml</loc></sitemap><sitemap><loc>/i.xml</loc></sitemap><sitemap><loc>/gone.xml</loc></sitemap></sitemapindex>",
        );
        let pages = xml(
            pages,
            "http://a.com/one.xml",
            "<urlset><url><loc>/a#x</loc></url><url><loc>/a</loc></url><url><loc>http://b.com/</loc></url><url><loc>/b</loc></url></urlset>",
        );
        assert_eq!(all(&pages, "sitemap: http://a.com/i.xml", 10), ["http://a.com/a", "http://a.com/b"]);
        assert_eq!(all(&pages, "sitemap: http://a.com/i.xml", 1), ["http://a.com/a"]);
        assert!(all(&pages, "", 10).is_empty());
        assert_eq!(pages.asked().last().unwrap(), "http://a.com/sitemap.xml");
    }

    #[test]
    fn so_many_files_are_read() {
        let name = |number: usize| format!("http://a.com/{number}.xml");
        let index: String = (0..=MOST_SITEMAPS).map(|number| format!("<sitemap><loc>{}</loc></sitemap>", name(number))).collect();
        let mut pages = xml(Pages::default(), "http://a.com/sitemap.xml", &format!("<sitemapindex>{index}</sitemapindex>"));
        for number in 0..=MOST_SITEMAPS {
            pages = xml(pages, &name(number), &format!("<urlset><url><loc>/{number}</loc></url></urlset>"));
        }
        // The index is one of them.
        assert_eq!(all(&pages, "", 1000).len(), MOST_SITEMAPS - 1);
    }
}
