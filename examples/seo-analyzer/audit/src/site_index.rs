use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use crate::{Outcome, Page};

/// What checks across pages need of all pages: a few hundred bytes of each, without its links.
#[derive(Debug, Default)]
pub struct SiteIndex {
    urls: Vec<String>,
    pages: HashMap<String, Known>,
    /// Hashes of the URLs that pages link to.
    linked: HashSet<u64>,
    /// Pages by the hash of what they may share.
    shared: HashMap<(Shared, u64), Vec<usize>>,
}

/// What pages may have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shared {
    Title,
    Description,
    Text,
}

/// A page, as others see it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) status: Option<u16>,
    pub(crate) is_blocked: bool,
    pub(crate) is_document: bool,
    pub(crate) noindex: bool,
    pub(crate) redirect_to: Option<String>,
    alternates: Vec<u64>,
}

impl Known {
    /// Whether the page has this URL among its alternates.
    pub(crate) fn names(&self, url: &str) -> bool {
        self.alternates.contains(&hash(url))
    }
}

impl SiteIndex {
    /// Takes a page in.
    pub fn add(&mut self, page: &Page) {
        let number = self.urls.len();
        self.urls.push(page.url.clone());
        self.linked.extend(page.links.iter().map(|link| hash(link)));
        self.linked.extend(page.redirect_to().map(hash));
        if page.is_indexable() {
            let shared =
                [(Shared::Title, &page.title), (Shared::Description, &page.description), (Shared::Text, &page.text_hash)];
            for (what, value) in shared {
                if let Some(value) = value {
                    self.shared.entry((what, hash(value))).or_default().push(number);
                }
            }
        }
        let known = Known {
            status: page.status(),
            is_blocked: page.outcome == Outcome::Blocked,
            is_document: page.is_document(),
            noindex: page.noindex,
            redirect_to: page.redirect_to().map(str::to_owned),
            alternates: page.alternates.iter().map(|alternate| hash(&alternate.url)).collect(),
        };
        self.pages.insert(page.url.clone(), known);
    }

    /// How many pages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.urls.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.urls.is_empty()
    }

    pub(crate) fn page(&self, url: &str) -> Option<&Known> {
        self.pages.get(url)
    }

    pub(crate) fn is_linked(&self, url: &str) -> bool {
        self.linked.contains(&hash(url))
    }

    /// The pages that share it, in the order in which they came.
    pub(crate) fn with_same(&self, what: Shared, value: &str) -> impl Iterator<Item = &str> {
        let numbers = self.shared.get(&(what, hash(value)));
        numbers.into_iter().flatten().filter_map(|number| self.urls.get(*number)).map(String::as_str)
    }
}

fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}
