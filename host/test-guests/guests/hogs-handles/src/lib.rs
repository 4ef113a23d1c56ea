//! Makes the host hold things for it: streams and waits without end, and calls with much in them.

use std::future::Future;

use raw::bindings::temps::plugin::{log, time};
use raw::{Request, Response, text};

async fn handle(request: Request) -> Response {
    match request.path_with_query.as_str() {
        "/streams" => {
            let mut kept = Vec::new();
            loop {
                kept.push(raw::bindings::wit_stream::new::<u8>());
            }
        }
        "/sleeps" => {
            let mut kept = Vec::new();
            loop {
                let mut sleep = Box::pin(time::sleep(u64::MAX));
                std::future::poll_fn(|cx| {
                    assert!(sleep.as_mut().poll(cx).is_pending());
                    std::task::Poll::Ready(())
                })
                .await;
                kept.push(sleep);
            }
        }
        "/large-call" => {
            let message = "m".repeat(64 << 20);
            log::emit(&log::Entry { level: log::Level::Info, target: String::new(), message, fields: vec![] });
            text("logged")
        }
        _ => text("ok"),
    }
}

raw::plugin!("hogs-handles", handle);
