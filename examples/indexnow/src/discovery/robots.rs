use url::Url;

/// What a `robots.txt` says to everybody (`User-agent: *`), and of its sitemaps.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Robots {
    pub(crate) sitemaps: Vec<String>,
    /// A pattern for paths, and whether it allows what fits.
    rules: Vec<(String, bool)>,
}

impl Robots {
    pub(crate) fn parse(text: &str) -> Self {
        let mut robots = Self::default();
        // Several agents may share the rules that follow.
        let (mut ours, mut in_rules) = (false, false);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "sitemap" if !value.is_empty() => robots.sitemaps.push(value.to_owned()),
                "user-agent" => {
                    ours = (ours && !in_rules) || value == "*";
                    in_rules = false;
                }
                rule @ ("allow" | "disallow") => {
                    in_rules = true;
                    if ours && !value.is_empty() {
                        robots.rules.push((value.to_owned(), rule == "allow"));
                    }
                }
                _ => {}
            }
        }
        robots
    }

    /// Whether the page may be read: the longest rule decides, and of two the one that allows.
    pub(crate) fn allows(&self, url: &Url) -> bool {
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let fitting = self.rules.iter().filter(|(pattern, _)| fits(pattern, &path));
        fitting.max_by_key(|(pattern, allows)| (pattern.len(), *allows)).is_none_or(|(_, allows)| *allows)
    }
}

/// Whether the path begins with the pattern, in which `*` stands for anything and a `$` at the end for the path's end. The first place that fits a part is the best
/// for what comes after it, but for the last part before a `$`, which has to fit at the end.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut wild = false;
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        wild = true;
        if to_end && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    wild || !to_end || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_everybody_hold() {
        let robots = Robots::parse(
            "User-agent: Bot\nDisallow: /bots\n\nUser-Agent: Other\nuser-agent: *\nDisallow: /admin # all of it\nAllow: /admin/open\n\
             Disallow: /*.pdf$\nDisallow: /q?x\nDisallow:\n\nUser-agent: Last\nDisallow: /last\nSitemap: https://x.example/a.xml\nsitemap:/b.xml\n",
        );
        assert_eq!(robots.sitemaps, ["https://x.example/a.xml", "/b.xml"]);
        for (path, allowed) in [
            ("/", true),
            ("/bots", true),
            ("/last", true),
            ("/admin", false),
            ("/admin/x", false),
            ("/admin/open/x", true),
            ("/a.pdf", false),
            ("/a.pdf?x", true),
            ("/q", true),
            ("/q?y=1", true),
            ("/q?x=1", false),
        ] {
            assert_eq!(robots.allows(&Url::parse(&format!("https://x.example{path}")).unwrap()), allowed, "{path}");
        }
        assert_eq!(Robots::parse("<!doctype html><title>a: b</title>"), Robots::default());
    }

    #[test]
    fn patterns_have_wildcards() {
        for (pattern, path, fit) in [
            ("/a", "/ab", true),
            ("/a$", "/ab", false),
            ("/a$", "/a", true),
            ("/*/c", "/a/b/c/d", true),
            ("/*/c$", "/c/c/c", true),
            ("/*/c$", "/c/c/cd", false),
            ("*.php", "/x.php?y", true),
            ("/a*", "/", false),
            ("/ab*b$", "/ab", false),
        ] {
            assert_eq!(fits(pattern, path), fit, "{pattern} {path}");
        }
    }
}
