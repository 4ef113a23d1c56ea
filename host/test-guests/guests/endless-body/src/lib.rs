//! Sends bodies that never end, fast and slow, and one that breaks off.

use std::convert::Infallible;
use std::io::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use futures::stream;
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::time::sleep;

/// Counts the bodies that are being sent.
#[derive(Default, Clone)]
struct EndlessBody(Arc<AtomicU64>);

struct Sending(Arc<AtomicU64>);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl EndlessBody {
    fn body(&self, piece: usize, wait: Duration) -> Body {
        self.0.fetch_add(1, Ordering::Relaxed);
        let sending = Sending(Arc::clone(&self.0));
        Body::from_stream(stream::unfold(sending, move |sending| async move {
            if !wait.is_zero() {
                sleep(wait).await;
            }
            Some((Ok::<_, Infallible>(Bytes::from(vec![b'z'; piece])), sending))
        }))
    }
}

impl ExternalPlugin for EndlessBody {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("endless-body", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        let (fast, slow, count) = (self.clone(), self.clone(), self.clone());
        let broken = || async {
            let pieces = [Ok(Bytes::from_static(b"begun")), Err(Error::other("the source dried up"))];
            Body::from_stream(stream::iter(pieces))
        };
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/fast", get(|| async move { fast.body(64 << 10, Duration::ZERO) }))
            .route("/slow", get(|| async move { slow.body(5, Duration::from_millis(20)) }))
            .route("/broken", get(broken))
            .route("/sending", get(|| async move { count.0.load(Ordering::Relaxed).to_string() })))
    }
}

temps_plugin_sdk::main!(EndlessBody);
