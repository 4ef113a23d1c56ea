use std::fmt::Write as _;

/// A page without a fault, unless something is changed.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) language: &'static str,
    pub(crate) titles: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) canonicals: Vec<String>,
    pub(crate) alternates: Vec<(&'static str, String)>,
    pub(crate) robots: Option<&'static str>,
    pub(crate) open_graph: Vec<(&'static str, String)>,
    pub(crate) headings: Vec<(u8, String)>,
    pub(crate) json_ld: String,
    pub(crate) image: String,
    pub(crate) text: String,
    /// Where to, and the text.
    pub(crate) links: Vec<(String, String)>,
    /// Bytes of comment at its end.
    pub(crate) padding: usize,
}

/// Words of a page's text: some 10 KB of HTML, as a small article has.
const WORDS: usize = 900;

const VOCABULARY: [&str; 24] = [
    "harbour", "lantern", "meadow", "ledger", "compass", "orchard", "granite", "velvet", "ribbon", "anchor", "cinder", "willow",
    "copper", "marble", "saddle", "thimble", "walnut", "barley", "candle", "feather", "hollow", "juniper", "kettle", "linen",
];

impl Page {
    pub(crate) fn new(origin: &str, path: &str, number: usize) -> Self {
        let title = format!("Chapter {number} of the almanac");
        let description =
            format!("What chapter {number} of the almanac has to say about harbours, orchards and the weather of the year.");
        Self {
            language: "en",
            titles: vec![title.clone()],
            description: Some(description.clone()),
            canonicals: vec![format!("{origin}{path}")],
            alternates: Vec::new(),
            robots: None,
            open_graph: vec![("title", title), ("description", description), ("image", format!("{origin}/cover.png"))],
            headings: vec![(1, format!("Chapter {number}")), (2, "In short".to_owned()), (3, "In detail".to_owned())],
            json_ld: format!(r#"{{"@context": "https://schema.org", "@type": "Article", "headline": "Chapter {number}"}}"#),
            image: "<img src=\"/cover.png\" alt=\"The cover\">".to_owned(),
            text: text(number),
            links: Vec::new(),
            padding: 0,
        }
    }

    pub(crate) fn html(&self) -> String {
        let mut html = String::with_capacity(16 * 1024 + self.padding);
        html.push_str("<!doctype html>\n<html");
        if !self.language.is_empty() {
            let _ = write!(html, " lang=\"{}\"", self.language);
        }
        html.push_str("><head><meta charset=\"utf-8\">");
        for title in &self.titles {
            let _ = write!(html, "<title>{title}</title>");
        }
        if let Some(description) = &self.description {
            let _ = write!(html, "<meta name=\"description\" content=\"{description}\">");
        }
        if let Some(robots) = self.robots {
            let _ = write!(html, "<meta name=\"robots\" content=\"{robots}\">");
        }
        for canonical in &self.canonicals {
            let _ = write!(html, "<link rel=\"canonical\" href=\"{canonical}\">");
        }
        for (language, href) in &self.alternates {
            let _ = write!(html, "<link rel=\"alternate\" hreflang=\"{language}\" href=\"{href}\">");
        }
        for (property, value) in &self.open_graph {
            let _ = write!(html, "<meta property=\"og:{property}\" content=\"{value}\">");
        }
        let _ = write!(html, "<script type=\"application/ld+json\">{}</script></head><body><main>", self.json_ld);
        for (level, text) in &self.headings {
            let _ = write!(html, "<h{level}>{text}</h{level}>");
        }
        let _ = write!(html, "{}{}<nav><ul>", self.image, self.text);
        for (href, text) in &self.links {
            let _ = write!(html, "<li><a href=\"{href}\">{text}</a></li>");
        }
        html.push_str("</ul></nav></main></body></html>\n");
        if self.padding > 0 {
            let _ = write!(html, "<!-- {} -->", ".".repeat(self.padding));
        }
        html
    }
}

/// Paragraphs that no other number has.
fn text(number: usize) -> String {
    let mut out = String::from("<p>");
    let mut state = number as u64 + 1;
    for word in 0..WORDS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(state >> 33).unwrap_or_default() % VOCABULARY.len();
        out.push_str(VOCABULARY.get(at).copied().unwrap_or_default());
        out.push_str(if word % 60 == 59 { ".</p>\n<p>" } else { " " });
    }
    let _ = write!(out, "Number {number}.</p>");
    out
}
