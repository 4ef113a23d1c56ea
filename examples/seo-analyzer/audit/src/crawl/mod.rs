//! Goes through a site, a bounded number of requests at a time.
//!
//! ```text
//!  pending ──▶ fetches under way (concurrency, delay) ──▶ analysed ──▶ Record::save
//!     ▲                                                      │
//!     └───────────────── links, redirects ───────────────────┘
//! ```
//!
//! What is finished is saved with what it led to, in one step: whoever stops a crawl at any moment and goes on with what was [saved](Record) fetches no page a second
//! time, but for those that were under way. Saving and fetching go on side by side.

mod analysis;
mod limits;

pub use limits::Limits;

use std::collections::{HashSet, VecDeque};
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures::future::poll_fn;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::robots::Robots;
use crate::{Fetch, FetchError, Fetched, Finding, Outcome, Page, same_origin};

/// Pages that are saved at once at most: enough to share the cost of a write, and few to lose.
pub const BATCH: usize = 16;

/// How long the crawl computes until it gives the thread to others.
const TURN: Duration = Duration::from_millis(5);

/// A page that is still to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// In its one form.
    pub url: String,
    /// Clicks from the start; 1 for what only the sitemap has.
    pub depth: u32,
    /// Whether the sitemap has it.
    pub in_sitemap: bool,
}

/// A page that is done, with what is wrong with it by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// The page.
    pub page: Page,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// What is saved in one step.
#[derive(Debug, Default)]
pub struct Batch {
    /// Pages that are done, and no longer pending.
    pub finished: Vec<Finished>,
    /// Pages that became known. None of them was known before.
    pub discovered: Vec<Pending>,
}

/// Where results go.
pub trait Record: Sync {
    /// Why it cannot be saved, which ends the crawl.
    type Error;

    /// Saves all of it, or nothing.
    fn save(&self, batch: Batch) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// A crawl of one site.
#[derive(Debug)]
pub struct Crawl<'a, F, R> {
    /// Gets pages.
    pub fetch: &'a F,
    /// Takes results.
    pub record: &'a R,
    /// The page that it begins with: its origin is the site.
    pub start: &'a Url,
    /// What robots.txt says.
    pub robots: &'a Robots,
    /// How far it goes.
    pub limits: Limits,
}

/// The first pending pages of a crawl: its start, and what the sitemap lists, within the limit of pages.
#[must_use]
pub fn first(start: &Url, seeds: Vec<Url>, limits: &Limits) -> Vec<Pending> {
    let listed = seeds.contains(start);
    let start = Pending { url: start.to_string(), depth: 0, in_sitemap: listed };
    let others = seeds.into_iter().map(String::from).filter(|url| *url != start.url);
    let most = limits.pages as usize;
    let others: Vec<_> = others.map(|url| Pending { url, depth: 1, in_sitemap: true }).collect();
    std::iter::once(start).chain(others.into_iter().filter(|pending| pending.depth <= limits.depth)).take(most).collect()
}

struct Visit {
    pending: Pending,
    url: Option<Url>,
    /// None: robots.txt keeps it from being fetched.
    answer: Option<Result<Fetched, FetchError>>,
    elapsed: Duration,
}

impl<F: Fetch, R: Record> Crawl<'_, F, R> {
    /// Crawls until nothing is pending. `pending` is what is still to be fetched, and `known` every URL that was seen, those included.
    ///
    /// # Errors
    ///
    /// That of [`Record::save`].
    pub async fn run(&self, pending: Vec<Pending>, mut known: HashSet<String>) -> Result<(), R::Error> {
        let delay = self.limits.delay.max(self.robots.crawl_delay.unwrap_or_default());
        let concurrency = self.limits.concurrency.max(1) as usize;
        let mut pending = VecDeque::from(pending);
        let mut next_start = Instant::now();
        let mut under_way = FuturesUnordered::new();
        let mut ready: VecDeque<Visit> = VecDeque::new();
        loop {
            while under_way.len() < concurrency
                && ready.len() < BATCH
                && let Some(next) = pending.pop_front()
            {
                let url = Url::parse(&next.url).ok();
                if url.as_ref().is_some_and(|url| !self.robots.allows(url)) {
                    ready.push_back(Visit { pending: next, url, answer: None, elapsed: Duration::ZERO });
                    continue;
                }
                let wait = next_start.saturating_duration_since(Instant::now());
                next_start = Instant::now().max(next_start) + delay;
                under_way.push(self.visit(next, url, wait));
            }
            if ready.is_empty() {
                match under_way.next().await {
                    Some(visit) => ready.push_back(visit),
                    None => return Ok(()),
                }
            }
            while ready.len() < BATCH
                && let Some(Some(visit)) = under_way.next().now_or_never()
            {
                ready.push_back(visit);
            }
            let batch = self.analyse(&mut ready, &mut known).await;
            pending.extend(batch.discovered.iter().cloned());

            let mut save = pin!(self.record.save(batch));
            let saved = poll_fn(|context| {
                // What is fetched meanwhile goes into the next batch.
                while ready.len() < BATCH
                    && let Poll::Ready(Some(visit)) = under_way.poll_next_unpin(context)
                {
                    ready.push_back(visit);
                }
                save.as_mut().poll(context)
            });
            saved.await?;
        }
    }

    async fn visit(&self, pending: Pending, url: Option<Url>, wait: Duration) -> Visit {
        if !wait.is_zero() {
            self.fetch.pause(wait).await;
        }
        let begun = Instant::now();
        let answer = match &url {
            Some(url) => self.fetch.get(url, self.limits.body_bytes).await,
            None => Err(FetchError::Other("it is no URL".to_owned())),
        };
        Visit { pending, url, answer: Some(answer), elapsed: begun.elapsed() }
    }

    async fn analyse(&self, ready: &mut VecDeque<Visit>, known: &mut HashSet<String>) -> Batch {
        let mut batch = Batch::default();
        let mut turn = Instant::now();
        for Visit { pending, url, answer, elapsed } in ready.drain(..) {
            let finished = match answer {
                Some(answer) => analysis::analyse(pending, url, answer, elapsed),
                None => analysis::finished(pending, Outcome::Blocked),
            };
            self.discover(&finished.page, known, &mut batch.discovered);
            batch.finished.push(finished);
            if turn.elapsed() > TURN {
                self.fetch.pause(Duration::ZERO).await;
                turn = Instant::now();
            }
        }
        batch
    }

    /// Links of a page are one click further; a redirect's target is not.
    fn discover(&self, page: &Page, known: &mut HashSet<String>, discovered: &mut Vec<Pending>) {
        let redirect = page.redirect_to().map(|to| (to, page.depth));
        let links = page.links.iter().map(|link| (link.as_str(), page.depth.saturating_add(1)));
        for (url, depth) in redirect.into_iter().chain(links) {
            if depth > self.limits.depth || known.len() >= self.limits.pages as usize || known.contains(url) {
                continue;
            }
            if Url::parse(url).is_ok_and(|url| same_origin(&url, self.start)) {
                known.insert(url.to_owned());
                discovered.push(Pending { url: url.to_owned(), depth, in_sitemap: false });
            }
        }
    }
}

#[cfg(test)]
mod tests;
