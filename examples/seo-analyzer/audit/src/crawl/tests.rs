use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::testing::{Pages, block_on};

/// Keeps what is saved, as a database would.
#[derive(Default)]
struct Kept {
    finished: Mutex<Vec<Finished>>,
    pending: Mutex<Vec<Pending>>,
    batches: AtomicUsize,
    /// Fails from this batch on.
    fails_at: Option<usize>,
}

impl Record for Kept {
    type Error = &'static str;

    async fn save(&self, batch: Batch) -> Result<(), Self::Error> {
        if self.fails_at.is_some_and(|at| self.batches.fetch_add(1, Ordering::Relaxed) >= at) {
            return Err("full");
        }
        assert!(batch.finished.len() <= BATCH);
        let mut pending = self.pending.lock().unwrap();
        for finished in &batch.finished {
            pending.retain(|one| one.url != finished.page.url);
        }
        pending.extend(batch.discovered);
        self.finished.lock().unwrap().extend(batch.finished);
        Ok(())
    }
}

impl Kept {
    fn urls(&self) -> Vec<String> {
        let mut urls: Vec<_> = self.finished.lock().unwrap().iter().map(|finished| finished.page.url.clone()).collect();
        urls.sort();
        urls
    }
}

const LIMITS: Limits = Limits { pages: 100, depth: 10, body_bytes: 10_000, concurrency: 4, delay: Duration::ZERO };

fn url(path: &str) -> String {
    format!("http://a.com{path}")
}

fn linking(to: &[&str]) -> String {
    to.iter().map(|to| format!("<a href={to}>x</a>")).collect()
}

fn crawl(pages: &Pages, robots: &str, limits: Limits) -> Kept {
    let kept = Kept::default();
    let start = Url::parse("http://a.com/").unwrap();
    let pending = first(&start, vec![], &limits);
    let known = pending.iter().map(|pending| pending.url.clone()).collect();
    let robots = Robots::parse(robots);
    block_on(Crawl { fetch: pages, record: &kept, start: &start, robots: &robots, limits }.run(pending, known)).unwrap();
    kept
}

#[test]
fn each_page_is_fetched_once() {
    let pages = Pages::default()
        .html(&url("/"), &linking(&["/a", "/b", "/a#x", "http://b.com/"]))
        .html(&url("/a"), &linking(&["/", "/b", "/c"]))
        .redirect(&url("/c"), "/d")
        .redirect(&url("/b"), "http://b.com/y")
        .html(&url("/d"), "");
    let kept = crawl(&pages, "", LIMITS);
    assert_eq!(kept.urls(), ["/", "/a", "/b", "/c", "/d"].map(url));
    assert_eq!(pages.asked().len(), 5);
    let depth = |path: &str| kept.finished.lock().unwrap().iter().find(|one| one.page.url == url(path)).unwrap().page.depth;
    assert_eq!((depth("/"), depth("/a"), depth("/c"), depth("/d")), (0, 1, 2, 2));
    assert!(kept.pending.lock().unwrap().is_empty());
}

#[test]
fn robots_keep_it_away() {
    let pages = Pages::default().html(&url("/"), &linking(&["/a", "/b"])).html(&url("/b"), "");
    let kept = crawl(&pages, "user-agent: *\ndisallow: /a", LIMITS);
    assert_eq!(pages.asked(), ["/", "/b"].map(url));
    let finished = kept.finished.lock().unwrap();
    let blocked = finished.iter().find(|one| one.page.url == url("/a")).unwrap();
    assert_eq!((&blocked.page.outcome, blocked.findings[0].check.id), (&Outcome::Blocked, "indexability.blocked"));
}

#[test]
fn it_stops_at_its_limits() {
    let mut pages = Pages::default().html(&url("/"), &linking(&["/1", "/wide1", "/wide2"]));
    for number in 1..20 {
        pages = pages.html(&url(&format!("/{number}")), &linking(&[&format!("/{}", number + 1)]));
    }
    assert_eq!(crawl(&pages, "", Limits { depth: 2, ..LIMITS }).urls(), ["/", "/1", "/2", "/wide1", "/wide2"].map(url));
    assert_eq!(crawl(&pages, "", Limits { pages: 3, ..LIMITS }).urls().len(), 3);
    assert_eq!(crawl(&pages, "", Limits { pages: 1, ..LIMITS }).urls(), [url("/")]);
    let cut = crawl(&pages, "", Limits { body_bytes: 20, depth: 0, ..LIMITS });
    assert_eq!(cut.finished.lock().unwrap()[0].page.bytes, 20);
    assert!(cut.finished.lock().unwrap()[0].findings.iter().any(|finding| finding.check.id == "size.cut"));
}

#[test]
fn what_was_saved_goes_on() {
    let mut pages = Pages::default();
    let all: Vec<String> = (0..50).map(|number| format!("/{number}")).collect();
    pages = pages.html(&url("/"), &linking(&all.iter().map(String::as_str).collect::<Vec<_>>()));
    for path in &all {
        pages = pages.html(&url(path), &linking(&["/", "/3"]));
    }
    let kept = Kept { fails_at: Some(2), ..Kept::default() };
    let start = Url::parse("http://a.com/").unwrap();
    let robots = Robots::default();
    let pending = first(&start, vec![], &LIMITS);
    let known: HashSet<String> = HashSet::from([url("/")]);
    kept.pending.lock().unwrap().extend(pending.clone());
    let crawl = Crawl { fetch: &pages, record: &kept, start: &start, robots: &robots, limits: LIMITS };
    assert_eq!(block_on(crawl.run(pending, known)), Err("full"));
    let done = kept.urls();
    assert!(!done.is_empty() && done.len() < 51, "{}", done.len());

    let asked = pages.asked().len();
    let kept = Kept { fails_at: None, ..kept };
    let pending = kept.pending.lock().unwrap().clone();
    let known = done.iter().cloned().chain(pending.iter().map(|pending| pending.url.clone())).collect();
    let crawl = Crawl { fetch: &pages, record: &kept, start: &start, robots: &robots, limits: LIMITS };
    block_on(crawl.run(pending, known)).unwrap();
    assert_eq!(kept.urls().len(), 51);
    assert!(pages.asked()[asked..].iter().all(|url| !done.contains(url)));
}

/// Counts requests under way, each of which takes a few turns, and how long it was asked to pause.
struct Slow {
    under_way: AtomicUsize,
    most: AtomicUsize,
    paused: Mutex<Vec<Duration>>,
}

impl Fetch for Slow {
    async fn get(&self, url: &Url, _: usize) -> Result<Fetched, FetchError> {
        let now = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        for _ in 0..3 {
            let mut first = true;
            poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
            })
            .await;
        }
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        let body =
            if url.path() == "/" { linking(&["/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9"]) } else { String::new() };
        let headers = [(http::header::CONTENT_TYPE, "text/html".parse().unwrap())].into_iter().collect();
        Ok(Fetched { status: 200, headers, body: body.into(), cut: false })
    }

    async fn pause(&self, time: Duration) {
        self.paused.lock().unwrap().push(time);
    }
}

#[test]
fn so_many_requests_are_under_way() {
    for concurrency in [1, 3] {
        let slow = Slow { under_way: AtomicUsize::new(0), most: AtomicUsize::new(0), paused: Mutex::default() };
        let start = Url::parse("http://a.com/").unwrap();
        let limits = Limits { concurrency, delay: Duration::from_secs(10), ..LIMITS };
        let (kept, robots) = (Kept::default(), Robots::parse("user-agent: *\ncrawl-delay: 20"));
        let crawl = Crawl { fetch: &slow, record: &kept, start: &start, robots: &robots, limits };
        block_on(crawl.run(first(&start, vec![], &limits), HashSet::from([url("/")]))).unwrap();
        assert_eq!((kept.urls().len(), slow.most.load(Ordering::Relaxed)), (10, concurrency as usize));
        // Each but the first waits for its turn, 20 s after the one before it; this clock does not move.
        let paused = slow.paused.lock().unwrap();
        assert_eq!(paused.len(), 9);
        for (number, time) in (1..).zip(paused.iter()) {
            let expected = Duration::from_secs(20 * number);
            assert!(*time <= expected && *time > expected - Duration::from_secs(10), "{number}: {time:?}");
        }
    }
}

#[test]
fn the_first_pages_are_the_start_and_the_sitemaps() {
    let start = Url::parse("http://a.com/").unwrap();
    let seeds = || ["/x", "/", "/y"].iter().map(|path| start.join(path).unwrap()).collect();
    let urls = |limits: Limits| {
        first(&start, seeds(), &limits).into_iter().map(|one| (one.url, one.depth, one.in_sitemap)).collect::<Vec<_>>()
    };
    assert_eq!(urls(LIMITS), [(url("/"), 0, true), (url("/x"), 1, true), (url("/y"), 1, true)]);
    assert_eq!(urls(Limits { pages: 2, ..LIMITS }).len(), 2);
    assert_eq!(urls(Limits { depth: 0, ..LIMITS }).len(), 1);
}
