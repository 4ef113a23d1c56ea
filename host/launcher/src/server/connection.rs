use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tokio_util::sync::CancellationToken;

use super::idle::Idle;
use super::{Answer, Site};
use crate::socket::{ClientStream, gone};

/// The time for a request's head, which is also how long a connection may idle between two: 75 s, above the 60 s after which clients
/// commonly give up a connection, so that it is they who close it.
pub(super) const HEAD_TIME: Duration = Duration::from_secs(75);

/// Serves a connection until it ends, idles for too long, the client goes away, or `cut`, which is looked at once `stop` has come. After
/// `stop` it ends with the request under way.
pub(super) async fn serve<G: Answer>(stream: UnixStream, site: Arc<Site<G>>, stop: CancellationToken, cut: CancellationToken) {
    let stream = Arc::new(stream);
    let idle = Idle::new();
    let service = service_fn(|request| {
        let (site, under_way) = (site.clone(), idle.request());
        async move { Ok::<_, std::convert::Infallible>(site.answer(request).await.map(|body| under_way.until_end_of(body))) }
    });
    let connection = http1::Builder::new()
        .half_close(true)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(ClientStream(stream.clone())), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut gone = pin!(gone(&stream));
    let mut idle_too_long = pin!(idle.longer_than(HEAD_TIME));
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended with an error");
                }
                return;
            }
            // Dropping the connection drops the request's future, which is how the guest's work is cancelled.
            () = gone.as_mut() => return,
            () = idle_too_long.as_mut() => return,
            () = cut.cancelled(), if stopping => return,
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
