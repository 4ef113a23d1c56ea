//! The plugin's OpenAPI document, derived from handlers and types.

use serde_json::Value;
use utoipa::OpenApi;

use crate::routes::{checks, exports, findings, pages, reports, settings, sites};

#[derive(OpenApi)]
#[openapi(
    info(title = "SEO Analyzer", description = "Audits of sites: what keeps their pages from being found."),
    paths(
        reports::list,
        reports::begin,
        reports::show,
        reports::remove,
        reports::cancel,
        reports::difference,
        findings::list,
        pages::list,
        pages::show,
        pages::find,
        exports::csv,
        exports::json,
        checks::list,
        settings::show,
        settings::update,
        sites::projects,
        sites::set,
        sites::remove
    )
)]
struct Document;

/// The document. What cannot be written as JSON is `null`, which the start refuses.
pub(crate) fn document() -> Value {
    serde_json::to_value(Document::openapi()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_describes_each_route() {
        let document = document();
        assert_eq!(document["info"]["title"], "SEO Analyzer");
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
        assert_eq!(
            paths,
            [
                "/checks",
                "/projects",
                "/reports",
                "/reports/{id}",
                "/reports/{id}/cancel",
                "/reports/{id}/difference",
                "/reports/{id}/export.csv",
                "/reports/{id}/export.json",
                "/reports/{id}/findings",
                "/reports/{id}/page",
                "/reports/{id}/pages",
                "/reports/{id}/pages/{page}",
                "/settings",
                "/sites/{project}",
            ]
        );
        assert_eq!(document["components"]["schemas"]["Settings"]["properties"]["maxPages"]["maximum"], 5000);
    }
}
