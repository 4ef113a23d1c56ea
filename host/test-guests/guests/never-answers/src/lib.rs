//! Does not answer, and does not listen when it is told to let go.

use raw::{Request, Response, text};

async fn handle(request: Request) -> Response {
    match request.path_with_query.as_str() {
        "/never" => std::future::pending().await,
        _ => text("ok"),
    }
}

raw::plugin!("never-answers", handle);
