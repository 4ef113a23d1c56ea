//! The user interface as native plugins are told to serve it: from the binary, with a type by the file's name.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use include_dir::{Dir, include_dir};

static UI_DIST: Dir<'_> = include_dir!("$OUT_DIR/dist");

pub fn router() -> Router {
    Router::new().route("/ui", get(redirect)).route("/ui/", get(index)).route("/ui/{*path}", get(asset))
}

async fn redirect() -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, "ui/")]).into_response()
}

async fn index() -> Response {
    file("index.html")
}

async fn asset(Path(path): Path<String>) -> Response {
    if UI_DIST.get_file(&path).is_some() { file(&path) } else { file("index.html") }
}

fn file(path: &str) -> Response {
    let Some(file) = UI_DIST.get_file(path) else { return StatusCode::NOT_FOUND.into_response() };
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let kept = if path == "index.html" { "no-cache" } else { "public, max-age=31536000, immutable" };
    let headers = [(header::CONTENT_TYPE, mime.as_ref()), (header::CACHE_CONTROL, kept)];
    (headers, Body::from(file.contents())).into_response()
}
