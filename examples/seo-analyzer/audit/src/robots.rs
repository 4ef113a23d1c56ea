//! robots.txt, as RFC 9309 has it, with `crawl-delay` besides.

use std::time::Duration;

use url::Url;

use crate::{Fetch, FetchError};

/// The name that groups of robots.txt call this crawler by.
pub const AGENT: &str = "temps-seo-analyzer";

/// Bytes of a robots.txt that are read: what RFC 9309 asks for at least.
pub const ROBOTS_BYTES: usize = 500 * 1024;

/// The longest delay that a robots.txt gets: with more, an audit would never end.
pub const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// What a site asks of this crawler.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
    /// The time between two requests.
    pub crawl_delay: Option<Duration>,
    /// Sitemaps that it names, as written.
    pub sitemaps: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allows: bool,
    pattern: String,
}

#[derive(Default)]
struct Group {
    agents: Vec<String>,
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

impl Robots {
    /// Fetches and reads a site's robots.txt. One that is not there allows everything; a server that fails, nothing.
    ///
    /// # Errors
    ///
    /// [`FetchError`], if there is no answer at all.
    pub async fn of(fetch: &impl Fetch, start: &Url) -> Result<Self, FetchError> {
        let mut url = start.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        // RFC 9309: at least five redirects.
        for _ in 0..=5 {
            let answer = fetch.get(&url, ROBOTS_BYTES).await?;
            match answer.status {
                200..=299 => return Ok(Self::parse(&String::from_utf8_lossy(&answer.body))),
                300..=399 => {
                    let next = answer.header(http::header::LOCATION).and_then(|place| url.join(place).ok());
                    match next.filter(|next| crate::same_origin(next, start)) {
                        Some(next) => url = next,
                        None => return Ok(Self::default()),
                    }
                }
                400..=499 => return Ok(Self::default()),
                _ => return Ok(Self::nothing()),
            }
        }
        Ok(Self::default())
    }

    /// Allows nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self { rules: vec![Rule { allows: false, pattern: "/".to_owned() }], ..Self::default() }
    }

    /// Reads a robots.txt. Lines that say nothing are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut robots = Self::default();
        let mut groups: Vec<Group> = Vec::new();
        let mut naming = false;
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match (key.as_str(), groups.last_mut()) {
                ("user-agent", last) => {
                    let agent = value.to_ascii_lowercase();
                    match last {
                        Some(group) if naming => group.agents.push(agent),
                        _ => groups.push(Group { agents: vec![agent], ..Group::default() }),
                    }
                    naming = true;
                    continue;
                }
                ("sitemap", _) => {
                    robots.sitemaps.push(value.to_owned());
                    continue;
                }
                ("allow" | "disallow", Some(group)) if !value.is_empty() => {
                    group.rules.push(Rule { allows: key == "allow", pattern: value.to_owned() });
                }
                ("crawl-delay", Some(group)) => {
                    let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                    group.crawl_delay = group.crawl_delay.or(seconds.map(|delay| delay.min(LONGEST_DELAY)));
                }
                _ => {}
            }
            naming = false;
        }
        let named = |name: &str| groups.iter().any(|group| group.agents.iter().any(|agent| agent == name));
        let name = if named(AGENT) { AGENT } else { "*" };
        for group in groups.into_iter().filter(|group| group.agents.iter().any(|agent| agent == name)) {
            robots.rules.extend(group.rules);
            robots.crawl_delay = robots.crawl_delay.or(group.crawl_delay);
        }
        robots
    }

    /// Whether a URL may be fetched: the longest rule that fits decides, and of two that are as long the one that allows.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        let mut target = url.path().to_owned();
        if let Some(query) = url.query() {
            target.push('?');
            target.push_str(query);
        }
        let fitting = self.rules.iter().filter(|rule| fits(rule.pattern.as_bytes(), target.as_bytes()));
        fitting.max_by_key(|rule| (rule.pattern.len(), rule.allows)).is_none_or(|rule| rule.allows)
    }
}

/// Whether a pattern fits a beginning of the target; with `$` at its end, all of it. `*` is any text.
fn fits(pattern: &[u8], target: &[u8]) -> bool {
    let (pattern, whole) = match pattern.split_last() {
        Some((b'$', rest)) => (rest, true),
        _ => (pattern, false),
    };
    let mut pieces = pattern.split(|byte| *byte == b'*');
    let Some(mut rest) = pieces.next().and_then(|first| target.strip_prefix(first)) else { return false };
    let mut last: Option<&[u8]> = None;
    for piece in pieces {
        // Each piece as early as it comes, but for the last of a pattern with `$`, which has to be at the end.
        if let Some(piece) = last.replace(piece) {
            let Some(at) = find(rest, piece) else { return false };
            rest = rest.get(at + piece.len()..).unwrap_or_default();
        }
    }
    match (last, whole) {
        (None, whole) => !whole || rest.is_empty(),
        (Some(piece), true) => rest.ends_with(piece),
        (Some(piece), false) => find(rest, piece).is_some(),
    }
}

fn find(text: &[u8], piece: &[u8]) -> Option<usize> {
    if piece.is_empty() {
        return Some(0);
    }
    text.windows(piece.len()).position(|window| window == piece)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Pages, block_on};

    fn allows(robots: &str, path: &str) -> bool {
        Robots::parse(robots).allows(&Url::parse("http://a.com").unwrap().join(path).unwrap())
    }

    #[test]
    fn the_longest_rule_decides() {
        let robots = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c$\nDisallow: /*.pdf$\nAllow: /x\nDisallow: /x\nDisallow: /q?s=";
        for (path, allowed) in [
            ("/", true),
            ("/a", false),
            ("/ab", false),
            ("/a/b", true),
            ("/a/b/c", false),
            ("/a/b/c/d", true),
            ("/f.pdf", false),
            ("/f.pdf.html", true),
            ("/f.pdf?x", true),
            ("/x", true),
            ("/q", true),
            ("/q?s=1", false),
            ("/q?t=1", true),
        ] {
            assert_eq!(allows(robots, path), allowed, "{path}");
        }
    }

    #[test]
    fn patterns_have_stars() {
        for (pattern, target, expected) in [
            ("/*", "/a", true),
            ("/a*c", "/abbc/d", true),
            ("/a*c$", "/abcbc", true),
            ("/a*c$", "/abcd", false),
            ("/*/b/*/d", "/a/b/c/d/e", true),
            ("/*/b/*/d", "/a/b/d", false),
            ("*x", "/yx", true),
            ("/a*", "/a", true),
            ("/a*$", "/abc", true),
            ("$", "", true),
            ("$", "/", false),
            ("/a**b", "/ab", true),
        ] {
            assert_eq!(fits(pattern.as_bytes(), target.as_bytes()), expected, "{pattern} {target}");
        }
    }

    #[test]
    fn its_own_group_goes_before_that_of_all() {
        let robots = "user-agent: *\ndisallow: /\n\nuser-agent: Other\nUser-Agent: Temps-SEO-Analyzer # me\ndisallow: /b\ncrawl-delay: 0.5\n\nuser-agent: temps-seo-analyzer\ndisallow: /c";
        assert!(allows(robots, "/a") && !allows(robots, "/b") && !allows(robots, "/c"));
        assert_eq!(Robots::parse(robots).crawl_delay, Some(Duration::from_millis(500)));
        assert!(!allows("user-agent: *\ndisallow: /\nuser-agent: temps-seo-analyzer-news\nallow: /", "/a"));
    }

    #[test]
    fn what_says_nothing_is_passed_over() {
        let robots = Robots::parse(
            "\u{feff}disallow: /before\nnonsense\nSitemap: http://a.com/s.xml\nuser-agent: *\ndisallow:\ncrawl-delay: soon\nsitemap: /t.xml",
        );
        assert_eq!(robots.sitemaps, ["http://a.com/s.xml", "/t.xml"]);
        assert!(robots.rules.is_empty() && robots.crawl_delay.is_none());
        assert_eq!(Robots::parse("user-agent: *\ncrawl-delay: 86400").crawl_delay, Some(LONGEST_DELAY));
        assert_eq!(Robots::parse("user-agent: *\ncrawl-delay: -1").crawl_delay, None);
    }

    #[test]
    fn a_server_that_fails_allows_nothing() {
        let start = Url::parse("http://a.com/x").unwrap();
        for (status, allowed) in [(200, false), (404, true), (403, true), (500, false)] {
            let pages = Pages::default().with("http://a.com/robots.txt", status, "text/plain", "user-agent: *\ndisallow: /x");
            assert_eq!(block_on(Robots::of(&pages, &start)).unwrap().allows(&start), allowed, "{status}");
        }
        let moved = Pages::default().redirect("http://a.com/robots.txt", "/r").with(
            "http://a.com/r",
            200,
            "text/plain",
            "user-agent: *\ndisallow: /x",
        );
        assert!(!block_on(Robots::of(&moved, &start)).unwrap().allows(&start));
        assert!(block_on(Robots::of(&Pages::default().down("http://a.com/robots.txt"), &start)).is_err());
    }
}
