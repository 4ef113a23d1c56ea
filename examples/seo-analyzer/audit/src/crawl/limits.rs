use std::time::Duration;

/// How far a crawl goes, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// URLs that are looked at, those that robots.txt blocks included.
    pub pages: u32,
    /// Clicks from the start.
    pub depth: u32,
    /// Bytes of a page that are read.
    pub body_bytes: usize,
    /// Requests under way at once.
    pub concurrency: u32,
    /// The time between the starts of two requests. robots.txt may ask for more.
    pub delay: Duration,
}
