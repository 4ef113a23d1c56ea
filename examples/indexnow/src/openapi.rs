//! The plugin's OpenAPI document, derived from handlers and types.

use serde_json::Value;
use utoipa::OpenApi;

use crate::routes::{key, projects, settings, sites, submissions, suggestions};

#[derive(OpenApi)]
#[openapi(
    info(title = "IndexNow", description = "Tells search engines of new and changed pages."),
    paths(
        settings::show,
        settings::update,
        settings::new_key,
        sites::list,
        sites::create,
        sites::update,
        sites::delete,
        sites::scan,
        key::check,
        key::file,
        submissions::list,
        submissions::create,
        submissions::show,
        submissions::retry,
        suggestions::list,
        suggestions::submit,
        projects::list
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
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        let paths = document["paths"].as_object().unwrap();
        let routes: Vec<_> =
            paths.iter().map(|(path, methods)| format!("{path} {}", methods.as_object().unwrap().len())).collect();
        let expected = [
            "/key/{file} 1",
            "/projects 1",
            "/settings 2",
            "/settings/key 1",
            "/sites 2",
            "/sites/{id} 2",
            "/sites/{id}/key 1",
            "/sites/{id}/scan 1",
            "/submissions 2",
            "/submissions/{id} 1",
            "/submissions/{id}/retry 1",
            "/suggestions 1",
            "/suggestions/submit 1",
        ];
        assert_eq!(routes, expected);
        assert!(document["components"]["schemas"]["SubmissionDetail"].is_object());
    }
}
