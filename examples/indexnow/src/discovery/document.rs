use html5gum::{Token, Tokenizer};
use sha2::{Digest, Sha256};
use url::Url;

/// What a page says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    /// Of its text: not of its markup, scripts and styles, which change without the page saying anything else.
    pub(super) digest: String,
    /// Where its links lead, in their order.
    pub(super) links: Vec<Url>,
    /// Whether it wants to be found.
    pub(super) indexed: bool,
}

/// Reads the page that was found at `url`.
pub(super) fn read(html: &str, url: &Url) -> Document {
    let mut hasher = Sha256::new();
    let mut document = Document { digest: String::new(), links: Vec::new(), indexed: true };
    let mut base = url.clone();
    let mut hidden: Option<Vec<u8>> = None;
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let attribute =
                    |name: &str| tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned());
                match tag.name.as_slice() {
                    b"a" => document.links.extend(attribute("href").and_then(|href| base.join(href.trim()).ok())),
                    b"base" => base = attribute("href").and_then(|href| url.join(&href).ok()).unwrap_or(base),
                    b"meta" if attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("robots")) => {
                        let content = attribute("content").unwrap_or_default().to_ascii_lowercase();
                        document.indexed &= !content.split(',').any(|word| matches!(word.trim(), "noindex" | "none"));
                    }
                    b"script" | b"style" | b"noscript" | b"template" if !tag.self_closing => {
                        hidden.get_or_insert_with(|| tag.name.to_vec());
                    }
                    _ => {}
                }
            }
            Token::EndTag(tag) if hidden.as_deref() == Some(tag.name.as_slice()) => hidden = None,
            Token::String(text) if hidden.is_none() => {
                // However it is broken into lines, and whatever markup is between.
                for word in String::from_utf8_lossy(&text).split_whitespace() {
                    hasher.update(word);
                    hasher.update(" ");
                }
            }
            _ => {}
        }
    }
    document.digest = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(html: &str) -> Document {
        read(html, &Url::parse("https://x.example/a/b").unwrap())
    }

    #[test]
    fn a_digest_is_of_what_a_page_says() {
        let digest = |html| document(html).digest;
        let page = digest("<h1>News</h1><p>of  today</p>");
        assert_eq!(
            page,
            digest(
                "<div class='x'><h1>News</h1>\n<p>of\ntoday</p><script nonce='1'>let t = '<p>1';</script><style>p{}</style></div>"
            )
        );
        assert_ne!(page, digest("<h1>News</h1><p>of yesterday</p>"));
        assert_eq!(page.len(), 64);
    }

    #[test]
    fn links_lead_somewhere() {
        let html = "<a href='c'>1</a><a href='/d?x=1&amp;y=2'>2</a><a>3</a><a href='mailto:a@b'>4</a><base href='/other/'><a href=' e '>5</a>";
        let links: Vec<String> = document(html).links.into_iter().map(Into::into).collect();
        assert_eq!(links, ["https://x.example/a/c", "https://x.example/d?x=1&y=2", "mailto:a@b", "https://x.example/other/e"]);
    }

    #[test]
    fn a_page_may_want_not_to_be_found() {
        assert!(document("<meta name=robots content='max-snippet:5, follow'>").indexed);
        for html in ["<meta name=ROBOTS content='follow, NoIndex'>", "<meta content=none name=robots>"] {
            assert!(!document(html).indexed, "{html}");
        }
    }
}
