//! The plugin's OpenAPI document, derived from handlers and types.

use serde_json::Value;
use utoipa::OpenApi;

use crate::routes::{deployments, redeploy};

#[derive(OpenApi)]
#[openapi(
    info(title = "Deploy Watch", description = "What became of deployments, and redeployments."),
    paths(deployments::list, deployments::show, redeploy::redeploy)
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
        assert_eq!(document["info"]["title"], "Deploy Watch");
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
        assert_eq!(paths, ["/deployments", "/deployments/{id}", "/deployments/{id}/redeploy"]);
        let limit = &document["paths"]["/deployments"]["get"]["parameters"][1];
        assert_eq!((&limit["name"], &limit["schema"]["maximum"]), (&"limit".into(), &200.into()));
        assert!(document["components"]["schemas"]["History"].is_object());
    }
}
