//! What a search engine reads of a page's HTML.
//!
//! The tokens are looked at, and no tree is built: nothing here needs one, and it is several times as fast.

mod reader;

use reader::Reader;

/// Items of each kind that are kept of a page: a page with more has other trouble.
pub const MOST_ITEMS: usize = 5_000;

/// Bytes of a title, a heading or an attribute that are kept.
pub const LONGEST_TEXT: usize = 4_096;

/// Bytes of a block of structured data that are read.
pub const LONGEST_JSON_LD: usize = 256 * 1024;

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// `<html lang>`.
    pub language: Option<String>,
    /// `<base href>`, the first.
    pub base: Option<String>,
    /// Titles outside of pictures.
    pub titles: Vec<String>,
    /// `<meta name="description">`.
    pub descriptions: Vec<String>,
    /// `<meta name="robots">`, in lower case.
    pub robots: Vec<String>,
    /// `<link rel="canonical">`.
    pub canonicals: Vec<String>,
    /// `<link rel="alternate" hreflang>`: language and `href`.
    pub alternates: Vec<(String, String)>,
    /// `<meta property="og:…">`: the property without `og:`, and its content.
    pub open_graph: Vec<(String, String)>,
    /// Headings: level and text.
    pub headings: Vec<(u8, String)>,
    /// `<img>`.
    pub images: Vec<Image>,
    /// `<a href>`.
    pub links: Vec<String>,
    /// `<script type="application/ld+json">`.
    pub json_ld: Vec<String>,
    /// Words of the visible text.
    pub words: u32,
    /// A hash of the visible text, whatever its spaces.
    pub text_hash: u64,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where it is.
    pub source: String,
    /// What it is for those who do not see it. Empty: it is decoration.
    pub alt: Option<String>,
}

impl Document {
    /// Reads HTML. What is not UTF-8 is replaced.
    #[must_use]
    pub fn read(html: &[u8]) -> Self {
        Reader::read(html)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Document {
        Document::read(html.as_bytes())
    }

    #[test]
    fn a_head_is_read() {
        let document = read(
            r#"<!doctype html><HTML lang=" en "><head><title> A &amp; <b>B
            </title><svg><title>picture</title></svg><base href="/x/">
            <META NAME="Description" CONTENT="of &quot;it&quot;"><meta name=robots content="NOINDEX, follow">
            <link rel="Canonical" href=" /c "><link rel="stylesheet alternate" hreflang=de href=/de>
            <meta property=og:title content=T><meta name="og:image" content="/i.png"></head>"#,
        );
        assert_eq!(document.language.as_deref(), Some("en"));
        assert_eq!(document.titles, ["A & <b>B"]);
        assert_eq!(document.base.as_deref(), Some("/x/"));
        assert_eq!((document.descriptions, document.robots), (vec![r#"of "it""#.to_owned()], vec!["noindex, follow".to_owned()]));
        assert_eq!(
            (document.canonicals, document.alternates),
            (vec!["/c".to_owned()], vec![("de".to_owned(), "/de".to_owned())])
        );
        let open_graph = [("title", "T"), ("image", "/i.png")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(document.open_graph, open_graph);
    }

    #[test]
    fn a_body_is_read() {
        let document = read(
            r#"<body><h1>One <em>two</em>
            three</h1><h3></h3><img src=a.png><img src=b.png alt=""><a href="/x">x</a><a name=y>y</a>
            <script>document.write("<a href=/no>")</script><style>p { }</style><noscript><a href="/no">y</a></noscript>
            <script type="application/ld+json">{"a": "</b>"}</script><!-- <a href=/no> --><textarea><a href=/no></textarea><template><p>hid</template>"#,
        );
        assert_eq!(document.headings, [(1, "One two three".to_owned()), (3, String::new())]);
        let image = |source: &str, alt: Option<&str>| Image { source: source.to_owned(), alt: alt.map(str::to_owned) };
        assert_eq!(document.images, [image("a.png", None), image("b.png", Some(""))]);
        assert_eq!(document.links, ["/x"]);
        assert_eq!(document.json_ld, [r#"{"a": "</b>"}"#]);
    }

    #[test]
    fn text_is_the_same_whatever_its_spaces_and_markup() {
        let one = read("<title>a</title><p>Hello,  <b>dear</b>\n world</p><script>1</script><noscript>no</noscript>");
        let other = read("<title>b</title><div>Hello, dear</div><div>world</div><style>x</style>");
        assert_eq!((one.text_hash, one.words), (other.text_hash, 3));
        assert_ne!(one.text_hash, read("<p>Hello, dear words</p>").text_hash);
        assert_eq!(read("").words, 0);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let document = read(&"<a href=x>".repeat(MOST_ITEMS + 1));
        assert_eq!(document.links.len(), MOST_ITEMS);
        let long = read(&format!("<title>{}</title>", "é".repeat(LONGEST_TEXT)));
        assert!(long.titles[0].len() <= LONGEST_TEXT && long.titles[0].chars().all(|letter| letter == 'é'));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_too_odd(html in proptest::collection::vec(proptest::num::u8::ANY, 0..400), tags in "(<(title|h1|a|script|svg|/title|/h1|/svg)[ =\"'a-z]{0,9}>?.{0,5}){0,20}") {
            let _ = Document::read(&html);
            let _ = Document::read(tags.as_bytes());
        }
    }
}
