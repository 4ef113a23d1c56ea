//! The page of the local Temps: a console with the plugins' navigation, their user interfaces, and what happens.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};

use super::problem::Problem;

const PAGE: &str = include_str!("index.html");

/// The parts that the page loads, by name. There is no build: browsers get them as they are.
const PARTS: [(&str, &str); 13] = [
    ("shell.css", include_str!("shell.css")),
    ("panels.css", include_str!("panels.css")),
    ("icon.svg", include_str!("icon.svg")),
    ("main.js", include_str!("main.js")),
    ("stream.js", include_str!("stream.js")),
    ("elements.js", include_str!("elements.js")),
    ("icons.js", include_str!("icons.js")),
    ("navigation.js", include_str!("navigation.js")),
    ("tabs.js", include_str!("tabs.js")),
    ("requests.js", include_str!("requests.js")),
    ("logs.js", include_str!("logs.js")),
    ("events.js", include_str!("events.js")),
    ("fixtures.js", include_str!("fixtures.js")),
];

/// Everything from here, nothing inline. Pages of others may not put it into a frame: a click in it acts as an administrator.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn page() -> Response {
    file("text/html; charset=utf-8", PAGE)
}

pub(super) async fn part(Path(name): Path<String>) -> Response {
    let Some((_, text)) = PARTS.iter().find(|(part, _)| *part == name) else {
        let detail = format!("the page has no part {}", name.escape_default());
        return Problem::new(StatusCode::NOT_FOUND, detail).into_response();
    };
    let content_type = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
    file(content_type, text)
}

fn file(content_type: &'static str, text: &'static str) -> Response {
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, content_type),
        // The next run may be another version of this program.
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers.map(|(name, value)| (name, HeaderValue::from_static(value))), text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_loads_what_is_here_and_nothing_inline() {
        for reference in PAGE.split("/_dev/shell/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(PARTS.iter().any(|(part, _)| *part == name), "{name}");
        }
        assert!(!PAGE.contains("<style") && !PAGE.contains(" style=") && !PAGE.contains("onclick"));
        assert_eq!(PAGE.matches("<script").count(), PAGE.matches("<script type=\"module\" src=").count());
    }

    #[test]
    fn modules_import_what_is_here() {
        let scripts = PARTS.iter().filter(|(name, _)| name.ends_with(".js"));
        for (name, import) in scripts.flat_map(|(name, text)| text.split("from \"./").skip(1).map(move |rest| (name, rest))) {
            let import = import.split('"').next().unwrap();
            assert!(PARTS.iter().any(|(part, _)| *part == import), "{name} imports {import}");
        }
    }
}
