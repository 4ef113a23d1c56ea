//! Crawls a site and says what is wrong with its pages.
//!
//! ```text
//!  robots, sitemap ──▶ crawl ──▶ html ──▶ checks of a page ─┐
//!     (seeds)           │  ▲ links                          ├──▶ score
//!                       ▼  │                                │
//!                    Record::save            SiteIndex ──▶ checks across pages
//! ```
//!
//! Requests go through [`Fetch`] and results through [`Record`](crawl::Record), so that the same code runs in a plugin and natively. It needs no runtime, never blocks, and gives the
//! thread back between pages.
//!
//! What it does not do: run scripts, fetch what is on other origins, read compressed sitemap files.

pub mod checks;
pub mod crawl;
mod fetch;
mod finding;
pub mod html;
mod page;
pub mod robots;
mod score;
mod site_index;
mod sitemap;
mod url_form;

pub use fetch::{Fetch, FetchError, Fetched};
pub use finding::{Check, Finding, MOST_EVIDENCE, Severity};
pub use page::{Alternate, Outcome, Page};
pub use score::{Reason, Score, score};
pub use site_index::SiteIndex;
pub use sitemap::{MOST_SITEMAPS, SITEMAP_BYTES, seeds};
pub use url_form::{normal, resolve, same_origin};

#[cfg(test)]
mod testing;
