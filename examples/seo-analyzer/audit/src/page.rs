use serde::{Deserialize, Serialize};

/// What became of a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Outcome {
    /// The server answered.
    #[serde(rename_all = "camelCase")]
    Answered {
        /// The status.
        status: u16,
        /// Where a redirect leads to, in its one form.
        redirect_to: Option<String>,
    },
    /// robots.txt keeps crawlers away: it was not fetched.
    Blocked,
    /// There was no answer.
    Failed {
        /// Why.
        reason: String,
    },
}

/// A page, as the crawl saw it: what is kept of it, and what checks across pages read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// In its one form.
    pub url: String,
    /// Clicks from the start; 1 for what only the sitemap has.
    pub depth: u32,
    /// Whether the sitemap has it.
    pub in_sitemap: bool,
    /// What became of it.
    pub outcome: Outcome,
    /// The type that the server said.
    pub content_type: Option<String>,
    /// Bytes of the body that were read.
    pub bytes: u64,
    /// Milliseconds until the body was read.
    pub elapsed_ms: u64,
    /// The first title.
    pub title: Option<String>,
    /// The first description.
    pub description: Option<String>,
    /// The first heading of level 1.
    pub h1: Option<String>,
    /// The language that it says.
    pub language: Option<String>,
    /// What it says is canonical, in its one form.
    pub canonical: Option<String>,
    /// Whether it asks not to be indexed.
    pub noindex: bool,
    /// Words of its visible text.
    pub words: u32,
    /// A hash of its visible text, in hex. None for what is no HTML.
    pub text_hash: Option<String>,
    /// Pictures in it.
    pub images: u32,
    /// Links to other origins.
    pub external_links: u32,
    /// What it links to on its own origin, each once, in its one form.
    pub links: Vec<String>,
    /// Itself in other languages.
    pub alternates: Vec<Alternate>,
}

/// A page in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternate {
    /// The language, such as `de-AT`, or `x-default`.
    pub language: String,
    /// In its one form.
    pub url: String,
}

impl Page {
    /// A page of which nothing is known but what became of it.
    #[must_use]
    pub fn new(url: impl Into<String>, outcome: Outcome) -> Self {
        Self {
            url: url.into(),
            depth: 0,
            in_sitemap: false,
            outcome,
            content_type: None,
            bytes: 0,
            elapsed_ms: 0,
            title: None,
            description: None,
            h1: None,
            language: None,
            canonical: None,
            noindex: false,
            words: 0,
            text_hash: None,
            images: 0,
            external_links: 0,
            links: Vec::new(),
            alternates: Vec::new(),
        }
    }

    /// The status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.outcome {
            Outcome::Answered { status, .. } => Some(status),
            Outcome::Blocked | Outcome::Failed { .. } => None,
        }
    }

    /// Where it redirects to.
    #[must_use]
    pub fn redirect_to(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Answered { redirect_to, .. } => redirect_to.as_deref(),
            Outcome::Blocked | Outcome::Failed { .. } => None,
        }
    }

    /// Whether it was answered with HTML and a status of success.
    #[must_use]
    pub fn is_document(&self) -> bool {
        self.text_hash.is_some()
    }

    /// Whether search engines may show it: a document that does not ask them not to, and is its own canonical.
    #[must_use]
    pub fn is_indexable(&self) -> bool {
        self.is_document() && !self.noindex && self.canonical.as_ref().is_none_or(|canonical| *canonical == self.url)
    }
}
