//! What a file is, by its name.

use http::HeaderValue;
use mime_guess::Mime;
use mime_guess::mime::{APPLICATION, FONT, IMAGE, TEXT};

/// The type of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Media {
    pub(crate) content_type: HeaderValue,
    /// Whether compressing it may be worth while: it is text, or like text.
    pub(crate) compressible: bool,
    /// Whether a browser shows it as a page in which scripts can run.
    pub(crate) document: bool,
}

impl Media {
    pub(crate) fn of(path: &str) -> Self {
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        let essence = mime.essence_str();
        let content_type = if is_text(&mime) { format!("{essence}; charset=utf-8") } else { essence.to_owned() };
        let content_type = HeaderValue::try_from(content_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
        let document =
            matches!(essence, "text/html" | "application/xhtml+xml" | "image/svg+xml" | "text/xml" | "application/xml");
        Self { content_type, compressible: is_compressible(&mime), document }
    }
}

/// Whether the type has a `charset`. JSON has none: it is always UTF-8.
fn is_text(mime: &Mime) -> bool {
    mime.type_() == TEXT
        || mime.suffix().is_some_and(|suffix| suffix == "xml")
        || matches!(mime.subtype().as_str(), "javascript" | "xml")
}

fn is_compressible(mime: &Mime) -> bool {
    let subtype = mime.subtype().as_str();
    is_text(mime)
        || mime.suffix().is_some_and(|suffix| suffix == "json")
        || match mime.type_() {
            APPLICATION => matches!(subtype, "json" | "wasm" | "manifest+json" | "vnd.ms-fontobject" | "rtf" | "x-font-ttf"),
            FONT => matches!(subtype, "ttf" | "otf" | "collection"),
            IMAGE => matches!(subtype, "bmp" | "x-icon" | "vnd.microsoft.icon"),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_says() {
        for (path, content_type, compressible, document) in [
            ("index.html", "text/html; charset=utf-8", true, true),
            ("assets/app-1a2b.js", "text/javascript; charset=utf-8", true, false),
            ("a.mjs", "application/javascript; charset=utf-8", true, false),
            ("a.css", "text/css; charset=utf-8", true, false),
            ("a.txt", "text/plain; charset=utf-8", true, false),
            ("a.svg", "image/svg+xml; charset=utf-8", true, true),
            ("a.json", "application/json", true, false),
            ("a.webmanifest", "application/manifest+json", true, false),
            ("a.wasm", "application/wasm", true, false),
            ("a.ico", "image/x-icon", true, false),
            ("a.ttf", "font/ttf", true, false),
            ("a.woff2", "font/woff2", false, false),
            ("a.PNG", "image/png", false, false),
            ("a.zip", "application/zip", false, false),
            ("LICENSE", "application/octet-stream", false, false),
            ("a.nothing-known", "application/octet-stream", false, false),
        ] {
            let media = Media::of(path);
            let found = (media.content_type.to_str().unwrap(), media.compressible, media.document);
            assert_eq!(found, (content_type, compressible, document), "{path}");
        }
    }
}
