use std::collections::BTreeMap;
use std::time::Duration;

use crate::page::Page;
use crate::{Answer, Site};

/// Pages below each page.
const FAN_OUT: usize = 10;

/// The number of the first page with a fault: those before it lead to the others.
const FIRST_FAULT: usize = 60;

/// The fewest pages that have room for all faults.
pub const FEWEST: usize = 150;

/// The answer of a page that takes longer than an audit puts up with.
const SLOW: Duration = Duration::from_millis(3_400);

/// Bytes of a page that is large, and of one that is larger than 1 MiB.
const LARGE: usize = 520_000;
const TOO_LARGE: usize = 1_200_000;

/// Puts faults on the pages of a site, each on a page of its own.
struct Planter<'a> {
    origin: &'a str,
    pages: Vec<Page>,
    /// Answers in place of a page's own, and besides them.
    answers: BTreeMap<String, Answer>,
    headers: BTreeMap<usize, (&'static str, String)>,
    delays: BTreeMap<usize, Duration>,
    expected: Vec<(&'static str, String)>,
    next: usize,
}

fn path(number: usize) -> String {
    if number == 0 { "/".to_owned() } else { format!("/chapter/{number}") }
}

impl Planter<'_> {
    /// The next page that has no fault yet, to be changed.
    fn page(&mut self, change: impl FnOnce(&mut Page)) -> usize {
        let number = self.next;
        self.next += 1;
        if let Some(page) = self.pages.get_mut(number) {
            change(page);
        }
        number
    }

    /// A page with one fault.
    fn plant(&mut self, check: &'static str, change: impl FnOnce(&mut Page)) -> usize {
        let number = self.page(change);
        self.expect(check, path(number));
        number
    }

    fn expect(&mut self, check: &'static str, path: impl Into<String>) {
        self.expected.push((check, path.into()));
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// A page that links to something else.
    fn linking(&mut self, check: Option<&'static str>, to: &str) {
        let link = (to.to_owned(), "Elsewhere".to_owned());
        let number = self.page(|page| page.links.push(link));
        if let Some(check) = check {
            self.expect(check, path(number));
        }
    }
}

/// A site of `pages` chapters below this origin, at least [`FEWEST`], with every kind of fault. The origin has no slash at its end.
///
/// An audit finds all of it with 1 MiB of each page, and limits that let it see everything.
#[must_use]
pub fn generate(origin: &str, pages: usize) -> Site {
    let count = pages.max(FEWEST);
    let mut all: Vec<Page> = (0..count).map(|number| Page::new(origin, &path(number), number)).collect();
    for (number, page) in all.iter_mut().enumerate() {
        let below = (number * FAN_OUT + 1..=number * FAN_OUT + FAN_OUT).filter(|below| *below < count);
        let beside = [number.saturating_sub(1), (number + 1) % count, number / FAN_OUT];
        page.links = below.chain(beside).map(|to| (path(to), format!("To chapter {to}"))).collect();
    }
    let mut planter = Planter {
        origin,
        pages: all,
        answers: BTreeMap::new(),
        headers: BTreeMap::new(),
        delays: BTreeMap::new(),
        expected: Vec::new(),
        next: FIRST_FAULT,
    };
    in_documents(&mut planter);
    across(&mut planter);
    in_answers(&mut planter);
    planted(planter)
}

fn in_documents(site: &mut Planter<'_>) {
    site.plant("title.missing", |page| page.titles.clear());
    site.plant("title.multiple", |page| page.titles.push("Another title of the chapter".to_owned()));
    site.plant("title.long", |page| {
        page.titles = vec!["A title that goes on and on, well beyond what anybody will ever see of it".to_owned()]
    });
    site.plant("title.short", |page| page.titles = vec!["Short".to_owned()]);
    site.plant("description.missing", |page| page.description = None);
    site.plant("description.long", |page| page.description = Some("A description with very many words. ".repeat(6)));
    site.plant("description.short", |page| page.description = Some("Too little.".to_owned()));
    site.plant("heading.h1-missing", |page| page.headings = vec![(2, "Not the main one".to_owned())]);
    site.plant("heading.h1-multiple", |page| page.headings.push((1, "Another main one".to_owned())));
    site.plant("heading.level-skipped", |page| page.headings = vec![(1, "Main".to_owned()), (3, "Far below".to_owned())]);
    site.plant("canonical.missing", |page| page.canonicals.clear());
    let other = site.url("/chapter/1");
    site.plant("canonical.multiple", |page| page.canonicals.push(other));
    site.plant("canonical.invalid", |page| page.canonicals = vec!["http://".to_owned()]);
    site.plant("canonical.other-origin", |page| page.canonicals = vec!["https://elsewhere.example/chapter".to_owned()]);
    site.plant("open-graph.incomplete", |page| page.open_graph.truncate(1));
    site.plant("open-graph.relative-image", |page| {
        page.open_graph.pop();
        page.open_graph.push(("image", "/cover.png".to_owned()));
    });
    site.plant("language.missing", |page| page.language = "");
    site.plant("image.alt-missing", |page| page.image = "<img src=\"/cover.png\">".to_owned());
    site.plant("structured-data.invalid", |page| page.json_ld = "{'@type': 'Article'}".to_owned());
    site.plant("structured-data.untyped", |page| page.json_ld = r#"{"headline": "Untyped"}"#.to_owned());
    site.plant("indexability.noindex", |page| page.robots = Some("noindex, follow"));
    site.plant("size.large", |page| page.padding = LARGE);
    site.plant("size.cut", |page| page.padding = TOO_LARGE);
}

fn across(site: &mut Planter<'_>) {
    for _ in 0..2 {
        site.plant("duplicate.title", |page| page.titles = vec!["The same title twice".to_owned()]);
    }
    let same = "The same description twice: about harbours, orchards, and the weather of the year.";
    for _ in 0..2 {
        site.plant("duplicate.description", |page| page.description = Some(same.to_owned()));
    }
    for _ in 0..2 {
        site.plant("duplicate.body", |page| {
            page.headings = vec![(1, "The same text".to_owned())];
            page.text = "<p>The same text twice.</p>".to_owned();
            page.links = vec![("/".to_owned(), "Home".to_owned())];
        });
    }
    let hidden = site.plant("indexability.noindex", |page| page.robots = Some("none"));
    let hidden = site.url(&path(hidden));
    site.plant("canonical.broken", |page| page.canonicals = vec![hidden]);

    let own = site.url(&path(site.next));
    site.plant("hreflang.invalid", |page| page.alternates = vec![("english", own)]);
    let (one, other) = (site.url(&path(site.next)), site.url(&path(site.next + 1)));
    let named = other.clone();
    site.plant("hreflang.no-self", |page| page.alternates = vec![("de", named)]);
    site.page(|page| page.alternates = vec![("en", one), ("de", other)]);
    let (one, silent) = (site.url(&path(site.next)), site.url("/chapter/2"));
    site.plant("hreflang.no-return", |page| page.alternates = vec![("en", one), ("de", silent)]);
}

fn in_answers(site: &mut Planter<'_>) {
    let by_header = site.plant("indexability.noindex", |_| {});
    site.headers.insert(by_header, ("x-robots-tag", "noindex".to_owned()));
    let slow = site.plant("timing.slow", |_| {});
    site.delays.insert(slow, SLOW);

    site.linking(Some("link.broken"), "/gone");
    site.answers.insert("/gone".to_owned(), Answer::new(404, "text/html", "<title>Gone</title>"));
    site.expect("status.client-error", "/gone");
    site.linking(Some("link.broken"), "/fails");
    site.answers.insert("/fails".to_owned(), Answer::new(500, "text/plain", "oh"));
    site.expect("status.server-error", "/fails");
    site.linking(Some("link.broken"), "/drops");
    site.answers.insert("/drops".to_owned(), Answer::new(0, "", ""));
    site.expect("status.unreachable", "/drops");

    site.linking(Some("link.redirected"), "/moved");
    site.answers.insert("/moved".to_owned(), Answer::redirect("/chapter/3"));
    site.expect("sitemap.not-indexable", "/moved");
    site.linking(Some("link.redirected"), "/chain");
    site.answers.insert("/chain".to_owned(), Answer::redirect("/link-of-chain"));
    site.answers.insert("/link-of-chain".to_owned(), Answer::redirect("/chapter/4"));
    site.expect("redirect.chain", "/chain");
    site.linking(Some("link.redirected"), "/loop");
    site.answers.insert("/loop".to_owned(), Answer::redirect("/pool"));
    site.answers.insert("/pool".to_owned(), Answer::redirect("/loop"));
    site.expect("redirect.loop", "/loop");
    site.expect("redirect.loop", "/pool");

    site.linking(None, "/private/diary");
    site.answers.insert("/private/diary".to_owned(), Answer::new(200, "text/html", "<title>Dear diary</title>"));
    site.expect("indexability.blocked", "/private/diary");

    // What is no fault.
    site.linking(None, "/almanac.pdf");
    site.answers.insert("/almanac.pdf".to_owned(), Answer::new(200, "application/pdf", "%PDF-1.7"));
    site.linking(None, "https://elsewhere.example/");
    site.linking(None, "/chapter/5?utm_source=almanac#top");
    site.linking(None, "mailto:editor@example.com");

    let orphan = Page::new(site.origin, "/orphan", usize::MAX / 2);
    site.answers.insert("/orphan".to_owned(), Answer::new(200, "text/html; charset=utf-8", orphan.html()));
    site.expect("sitemap.orphan", "/orphan");
}

fn planted(planter: Planter<'_>) -> Site {
    let Planter { origin, pages, mut answers, headers, delays, expected, .. } = planter;
    let robots = format!("User-agent: *\nDisallow: /private/\nAllow: /\n\nSitemap: {origin}/sitemaps.xml\n");
    answers.insert("/robots.txt".to_owned(), Answer::new(200, "text/plain", robots));
    let index = format!(
        "<?xml version=\"1.0\"?><sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>{origin}/sitemap-1.xml</loc></sitemap></sitemapindex>"
    );
    answers.insert("/sitemaps.xml".to_owned(), Answer::new(200, "application/xml", index));
    let listed = (0..FIRST_FAULT / 2).map(path).chain(["/moved".to_owned(), "/orphan".to_owned()]);
    let listed: String = listed.map(|path| format!("<url><loc>{origin}{path}</loc></url>")).collect();
    let listed =
        format!("<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{listed}</urlset>");
    answers.insert("/sitemap-1.xml".to_owned(), Answer::new(200, "application/xml", listed));
    for (number, page) in pages.iter().enumerate() {
        let mut answer = Answer::new(200, "text/html; charset=utf-8", page.html());
        answer.headers.extend(headers.get(&number).cloned());
        answer.delay = delays.get(&number).copied().unwrap_or_default();
        answers.insert(path(number), answer);
    }
    Site { answers, expected: expected.into_iter().map(|(check, path)| (check.to_owned(), path)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_page() {
        let site = generate("http://a.com", FEWEST);
        assert!(site.expected.iter().all(|(_, path)| site.answers.contains_key(path)), "{:?}", site.expected);
        assert_eq!(site.answers.keys().filter(|path| path.starts_with("/chapter/")).count(), FEWEST - 1);
        assert_eq!(generate("http://a.com", FEWEST + 7).answers.len(), site.answers.len() + 7);
    }
}
