use axum::Json;

use crate::types::Check;

/// What is looked for.
#[utoipa::path(get, path = "/checks", responses((status = 200, body = [Check])))]
pub(crate) async fn list() -> Json<Vec<Check>> {
    let check = |check: &&seo_audit::Check| Check {
        id: check.id.to_owned(),
        severity: check.severity.as_str().to_owned(),
        weight: check.weight,
        title: check.title.to_owned(),
        advice: check.advice.to_owned(),
    };
    Json(seo_audit::checks::ALL.iter().map(check).collect())
}
