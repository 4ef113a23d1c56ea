//! Reports as files. They are written in pieces while they are read: a report may be larger than memory.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;

use crate::AppState;
use crate::error::AppError;
use crate::store::{SeoStore, StoreError};
use crate::types::{Finding, Problem, WhichFindings};

/// Findings of one piece.
const PIECE: u64 = 500;

const CSV_HEAD: &str = "url,severity,check,message,evidence\r\n";

/// All findings, as CSV of RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(get, path = "/reports/{id}/export.csv", params(("id" = i64, Path)), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn csv(State(app): State<Arc<AppState>>, id: Result<Path<i64>, PathRejection>) -> Result<Response, AppError> {
    let Path(id) = id?;
    app.store.report(id).await?;
    let body = pieces(app.store.clone(), id, CSV_HEAD.to_owned(), |_, finding| row(finding), String::new());
    Ok(file("text/csv; charset=utf-8", &format!("seo-report-{id}.csv"), body))
}

/// The report and all findings, as JSON.
#[utoipa::path(get, path = "/reports/{id}/export.json", params(("id" = i64, Path)), responses(
    (status = 200, body = serde_json::Value, content_type = "application/json"),
    (status = 404, body = Problem, content_type = "application/problem+json")
))]
pub(crate) async fn json(State(app): State<Arc<AppState>>, id: Result<Path<i64>, PathRejection>) -> Result<Response, AppError> {
    let Path(id) = id?;
    let report = app.store.report_detail(id).await?;
    let report = serde_json::to_string(&report).map_err(|source| StoreError::Stored { what: "a report", source })?;
    let item = |first: bool, finding: &Finding| {
        let comma = if first { "" } else { "," };
        format!("{comma}\n{}", serde_json::json!(finding))
    };
    let body = pieces(app.store.clone(), id, format!("{{\"report\":{report},\"findings\":["), item, "\n]}\n".to_owned());
    Ok(file("application/json", &format!("seo-report-{id}.json"), body))
}

fn file(kind: &'static str, name: &str, body: Body) -> Response {
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))], body).into_response()
}

enum Step {
    Head(String),
    Behind { after: i64, first: bool },
    Over,
}

/// `head`, each finding as `item` writes it (told whether it is the first), and `tail`.
fn pieces(store: SeoStore, report: i64, head: String, item: fn(bool, &Finding) -> String, tail: String) -> Body {
    Body::from_stream(stream::try_unfold((Step::Head(head), tail), move |(step, tail)| {
        let store = store.clone();
        async move {
            match step {
                Step::Head(head) => {
                    Ok::<_, StoreError>(Some((Bytes::from(head), (Step::Behind { after: 0, first: true }, tail))))
                }
                Step::Behind { after, first } => {
                    let which = WhichFindings { after, limit: PIECE, ..WhichFindings::default() };
                    let found = store.findings(report, &which).await?;
                    let Some(last) = found.last() else { return Ok(Some((Bytes::from(tail), (Step::Over, String::new())))) };
                    let after = last.id;
                    let text: String = found.iter().enumerate().map(|(at, finding)| item(first && at == 0, finding)).collect();
                    Ok(Some((Bytes::from(text), (Step::Behind { after, first: false }, tail))))
                }
                Step::Over => Ok(None),
            }
        }
    }))
}

fn row(finding: &Finding) -> String {
    let Finding { id: _, url, check, severity, message, evidence } = finding;
    let evidence = evidence.join(" | ");
    let cells = [url, severity, check, message, &evidence].map(|text| cell(text));
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains(['"', ',', '\r', '\n']) || !guard.is_empty() {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("=1+1", "\"'=1+1\""),
            ("-x", "\"'-x\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
