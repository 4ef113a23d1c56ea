//! Answers whether or not somebody still waits.

use std::sync::atomic::{AtomicU64, Ordering};

use raw::bindings::temps::plugin::time::sleep;
use raw::bindings::temps::plugin::types::{BodyError, BodyStream};
use raw::{Body, Request, Response, text};

static ANSWERED: AtomicU64 = AtomicU64::new(0);

async fn handle(request: Request) -> Response {
    match request.path_with_query.as_str() {
        "/late" => {
            sleep(200_000_000).await;
            ANSWERED.fetch_add(1, Ordering::Relaxed);
            text("late")
        }
        "/late-stream" => {
            sleep(200_000_000).await;
            let (mut writer, content) = raw::bindings::wit_stream::new::<u8>();
            let (ended, end) = raw::bindings::wit_future::new::<Result<(), BodyError>>(|| Err(BodyError::Aborted));
            raw::wit_bindgen::spawn_local(async move {
                drop(writer.write_all(vec![b'l'; 1 << 20]).await);
                drop(writer);
                drop(ended.write(Ok(())).await);
                ANSWERED.fetch_add(1, Ordering::Relaxed);
            });
            Response { status: 200, headers: vec![], body: Body::Streamed(BodyStream { content, end }) }
        }
        "/answered" => text(&ANSWERED.load(Ordering::Relaxed).to_string()),
        _ => text("ok"),
    }
}

raw::plugin!("answers-late", handle);
