use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use xxhash_rust::xxh3::Xxh3Default;

use super::{Document, Image, LONGEST_JSON_LD, LONGEST_TEXT, MOST_ITEMS};

/// Reads tokens into a [`Document`].
#[derive(Default)]
pub(super) struct Reader {
    document: Document,
    tag: Tag,
    /// Of the tag that is open: attributes that matter to some tag.
    attributes: Attributes,
    attribute: Option<Attribute>,
    /// What text goes into, besides the visible text.
    collects: Option<Collects>,
    collected: String,
    /// Depth of `<svg>`, whose titles are not the page's.
    pictures: u32,
    /// The element whose text is not visible, until its end.
    hidden: Option<Tag>,
    hash: Xxh3Default,
    in_word: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Collects {
    Title,
    Heading(u8),
    JsonLd,
}

/// The tags that matter.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Tag {
    #[default]
    Other,
    Html,
    Base,
    Title,
    Meta,
    Link,
    Heading(u8),
    Image,
    Anchor,
    Script,
    Style,
    Template,
    /// As search engines run scripts, it is not for them: no links, no text.
    NoScript,
    Svg,
    /// Inside of a paragraph or line: its edges do not end a word.
    Inline,
}

impl Tag {
    fn of(name: &[u8]) -> Self {
        match name {
            b"a" => Self::Anchor,
            b"img" => Self::Image,
            b"h1" => Self::Heading(1),
            b"h2" => Self::Heading(2),
            b"h3" => Self::Heading(3),
            b"h4" => Self::Heading(4),
            b"h5" => Self::Heading(5),
            b"h6" => Self::Heading(6),
            b"script" => Self::Script,
            b"style" => Self::Style,
            b"meta" => Self::Meta,
            b"link" => Self::Link,
            b"title" => Self::Title,
            b"svg" => Self::Svg,
            b"html" => Self::Html,
            b"base" => Self::Base,
            b"template" => Self::Template,
            b"noscript" => Self::NoScript,
            b"b" | b"i" | b"em" | b"strong" | b"span" | b"small" | b"sub" | b"sup" | b"u" | b"mark" | b"code" | b"abbr"
            | b"wbr" => Self::Inline,
            _ => Self::Other,
        }
    }

    fn is_inline(self) -> bool {
        matches!(self, Self::Inline | Self::Anchor)
    }
}

#[derive(Clone, Copy)]
enum Attribute {
    Href,
    Source,
    Alt,
    Name,
    Content,
    Rel,
    Language,
    HrefLanguage,
    Kind,
}

#[derive(Default)]
struct Attributes {
    href: Option<String>,
    source: Option<String>,
    alt: Option<String>,
    name: Option<String>,
    content: Option<String>,
    rel: Option<String>,
    language: Option<String>,
    href_language: Option<String>,
    kind: Option<String>,
}

impl Reader {
    pub(super) fn read(html: &[u8]) -> Document {
        let mut reader = Self::default();
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
            reader.take(event);
            None
        });
        emitter.naively_switch_states(true);
        let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish().map(drop);
        reader.ended()
    }

    fn take(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag::of(name);
                self.attribute = None;
            }
            CallbackEvent::AttributeName { name } => self.attribute = self.attribute_of(name),
            CallbackEvent::AttributeValue { value } => self.keep(value),
            CallbackEvent::CloseStartTag { self_closing } => self.opened(self_closing),
            CallbackEvent::EndTag { name } => self.closed(Tag::of(name)),
            CallbackEvent::String { value } => self.text(value),
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    /// The attribute, if it matters to the open tag. One without a value is there too, and empty.
    fn attribute_of(&mut self, name: &[u8]) -> Option<Attribute> {
        let attribute = match (self.tag, name) {
            (Tag::Anchor | Tag::Link | Tag::Base, b"href") => Attribute::Href,
            (Tag::Link, b"rel") => Attribute::Rel,
            (Tag::Link, b"hreflang") => Attribute::HrefLanguage,
            (Tag::Image, b"src") => Attribute::Source,
            (Tag::Image, b"alt") => Attribute::Alt,
            (Tag::Meta, b"name" | b"property") => Attribute::Name,
            (Tag::Meta, b"content") => Attribute::Content,
            (Tag::Html, b"lang") => Attribute::Language,
            (Tag::Script, b"type") => Attribute::Kind,
            _ => return None,
        };
        self.place(attribute).get_or_insert_default();
        Some(attribute)
    }

    fn place(&mut self, attribute: Attribute) -> &mut Option<String> {
        match attribute {
            Attribute::Href => &mut self.attributes.href,
            Attribute::Source => &mut self.attributes.source,
            Attribute::Alt => &mut self.attributes.alt,
            Attribute::Name => &mut self.attributes.name,
            Attribute::Content => &mut self.attributes.content,
            Attribute::Rel => &mut self.attributes.rel,
            Attribute::Language => &mut self.attributes.language,
            Attribute::HrefLanguage => &mut self.attributes.href_language,
            Attribute::Kind => &mut self.attributes.kind,
        }
    }

    fn keep(&mut self, value: &[u8]) {
        if let Some(attribute) = self.attribute.take() {
            let value = bounded(&String::from_utf8_lossy(value), LONGEST_TEXT).trim().to_owned();
            *self.place(attribute) = Some(value);
        }
    }

    fn opened(&mut self, self_closing: bool) {
        let tag = std::mem::take(&mut self.tag);
        if !tag.is_inline() {
            self.word_ends();
        }
        match tag {
            Tag::Other | Tag::Inline => return,
            Tag::Svg if !self_closing => self.pictures += 1,
            Tag::Title if self.pictures == 0 => self.collect(Collects::Title),
            Tag::Heading(level) => self.collect(Collects::Heading(level)),
            Tag::Style | Tag::Template | Tag::NoScript => self.hide(tag),
            Tag::Svg | Tag::Title => {}
            _ => {}
        }
        let Attributes { href, source, alt, name, content, rel, language, href_language, kind } =
            std::mem::take(&mut self.attributes);
        let document = &mut self.document;
        match tag {
            Tag::Html => document.language = document.language.take().or(language),
            Tag::Base => document.base = document.base.take().or(href),
            Tag::Anchor => push(&mut document.links, href),
            Tag::Image => push(&mut document.images, Some(Image { source: source.unwrap_or_default(), alt })),
            Tag::Meta => meta(document, name, content),
            Tag::Link => link(document, rel, href, href_language),
            Tag::Script => {
                if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json")) {
                    self.collect(Collects::JsonLd);
                }
                self.hide(Tag::Script);
            }
            Tag::Title | Tag::Heading(_) | Tag::Style | Tag::Template | Tag::NoScript | Tag::Svg | Tag::Inline | Tag::Other => {}
        }
    }

    fn closed(&mut self, tag: Tag) {
        if !tag.is_inline() {
            self.word_ends();
        }
        if self.hidden == Some(tag) {
            self.hidden = None;
        }
        let ends = match (tag, self.collects) {
            (Tag::Title, Some(Collects::Title))
            | (Tag::Heading(_), Some(Collects::Heading(_)))
            | (Tag::Script, Some(Collects::JsonLd)) => true,
            (Tag::Svg, _) => {
                self.pictures = self.pictures.saturating_sub(1);
                false
            }
            _ => false,
        };
        if ends {
            self.collected();
        }
    }

    fn hide(&mut self, tag: Tag) {
        self.hidden.get_or_insert(tag);
    }

    fn collect(&mut self, what: Collects) {
        self.collected();
        self.collects = Some(what);
    }

    fn collected(&mut self) {
        let text = std::mem::take(&mut self.collected);
        let document = &mut self.document;
        match self.collects.take() {
            None => {}
            Some(Collects::Title) => push(&mut document.titles, Some(spaced(&text))),
            Some(Collects::Heading(level)) => push(&mut document.headings, Some((level, spaced(&text)))),
            Some(Collects::JsonLd) => push(&mut document.json_ld, Some(text.trim().to_owned())),
        }
    }

    fn text(&mut self, value: &[u8]) {
        if let Some(collects) = self.collects {
            let most = if collects == Collects::JsonLd { LONGEST_JSON_LD } else { LONGEST_TEXT };
            let text = String::from_utf8_lossy(value);
            self.collected.push_str(bounded(&text, most.saturating_sub(self.collected.len())));
        }
        if self.hidden.is_some() || self.pictures > 0 || matches!(self.collects, Some(Collects::Title)) {
            return;
        }
        for (at, piece) in value.split(u8::is_ascii_whitespace).enumerate() {
            if at > 0 {
                self.word_ends();
            }
            if !piece.is_empty() {
                self.hash.update(piece);
                self.in_word = true;
            }
        }
    }

    fn word_ends(&mut self) {
        if self.in_word {
            self.hash.update(b" ");
            self.document.words = self.document.words.saturating_add(1);
            self.in_word = false;
        }
    }

    fn ended(mut self) -> Document {
        self.collected();
        self.word_ends();
        self.document.text_hash = self.hash.digest();
        self.document
    }
}

fn meta(document: &mut Document, name: Option<String>, content: Option<String>) {
    let (Some(mut name), Some(content)) = (name, content) else { return };
    name.make_ascii_lowercase();
    match name.as_str() {
        "description" => push(&mut document.descriptions, Some(content)),
        "robots" => push(&mut document.robots, Some(content.to_ascii_lowercase())),
        _ => {
            if let Some(property) = name.strip_prefix("og:") {
                push(&mut document.open_graph, Some((property.to_owned(), content)));
            }
        }
    }
}

fn link(document: &mut Document, rel: Option<String>, href: Option<String>, language: Option<String>) {
    let (Some(rel), Some(href)) = (rel, href) else { return };
    let is = |wanted: &str| rel.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(wanted));
    if is("canonical") {
        push(&mut document.canonicals, Some(href));
    } else if is("alternate")
        && let Some(language) = language
    {
        push(&mut document.alternates, Some((language, href)));
    }
}

fn push<T>(list: &mut Vec<T>, item: Option<T>) {
    if let Some(item) = item
        && list.len() < MOST_ITEMS
    {
        list.push(item);
    }
}

/// The text with one space where it has any.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The beginning of the text, in whole characters.
fn bounded(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}
