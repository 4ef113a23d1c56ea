use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::{Answer, Site, generate};

/// A site on loopback. Dropped, it is gone.
#[derive(Debug)]
pub struct Server {
    origin: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    site: Site,
    asked: Mutex<BTreeMap<String, usize>>,
    count: AtomicUsize,
    /// Requests that are answered before others are held.
    hold_after: watch::Sender<usize>,
    held: watch::Sender<usize>,
}

impl Server {
    /// Serves a site of so many chapters.
    ///
    /// # Errors
    ///
    /// If loopback has no port.
    pub async fn start(pages: usize) -> io::Result<Self> {
        Self::serve(pages, None).await
    }

    /// Serves a site whose answers all take so long, for measurements: less than what is found slow.
    ///
    /// # Errors
    ///
    /// If loopback has no port.
    pub async fn start_even(pages: usize, delay: Duration) -> io::Result<Self> {
        Self::serve(pages, Some(delay)).await
    }

    async fn serve(pages: usize, delay: Option<Duration>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let origin = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let mut site = generate(&origin, pages);
        if let Some(delay) = delay {
            site.answers.values_mut().for_each(|answer| answer.delay = delay);
            site.expected.retain(|(check, _)| check != "timing.slow");
        }
        let shared = Arc::new(Shared {
            site,
            asked: Mutex::default(),
            count: AtomicUsize::new(0),
            hold_after: watch::Sender::new(usize::MAX),
            held: watch::Sender::new(0),
        });
        let accepting = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self { origin, shared, accepting })
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What an audit has to find, and nothing else: check and path.
    #[must_use]
    pub fn expected(&self) -> &BTreeSet<(String, String)> {
        &self.shared.site.expected
    }

    /// The paths that have an answer, without robots.txt and sitemaps.
    pub fn pages(&self) -> impl Iterator<Item = &str> {
        let paths = self.shared.site.answers.keys().map(String::as_str);
        paths.filter(|path| *path != "/robots.txt" && !path.starts_with("/sitemap"))
    }

    /// How often each path was asked for.
    #[must_use]
    pub fn asked(&self) -> BTreeMap<String, usize> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers so many more requests, and lets those after them wait until [`release`](Self::release).
    pub fn hold_after(&self, requests: usize) {
        self.shared.hold_after.send_replace(self.shared.count.load(Ordering::Relaxed) + requests);
    }

    /// Resolves when a request waits.
    pub async fn held(&self) {
        let mut held = self.shared.held.subscribe();
        // The sender is in `self`.
        let _ = held.wait_for(|count| *count > 0).await;
    }

    /// Answers all that wait, and holds nothing any more.
    pub fn release(&self) {
        self.shared.hold_after.send_replace(usize::MAX);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, shared.clone()));
    }
}

/// Why a connection is closed without an answer.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the page has no answer")
    }
}

impl std::error::Error for Dropped {}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let shared = shared.clone();
        async move { answer(&shared, request.uri().path()).await }
    });
    // A client that goes away is none of the server's business.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(shared: &Shared, path: &str) -> Result<Response<Full<Bytes>>, Dropped> {
    *shared.asked.lock().unwrap_or_else(PoisonError::into_inner).entry(path.to_owned()).or_default() += 1;
    let number = shared.count.fetch_add(1, Ordering::Relaxed);
    let mut limit = shared.hold_after.subscribe();
    if *limit.borrow() <= number {
        shared.held.send_modify(|count| *count += 1);
        // The sender is in `shared`.
        let _ = limit.wait_for(|limit| *limit > number).await;
        shared.held.send_modify(|count| *count -= 1);
    }
    let Some(Answer { status, headers, body, delay }) = shared.site.answers.get(path).cloned() else {
        return Response::builder().status(404).body(Full::default()).map_err(|_| Dropped);
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if status == 0 {
        return Err(Dropped);
    }
    let response =
        headers.into_iter().fold(Response::builder().status(status), |response, (name, value)| response.header(name, value));
    response.body(Full::new(body)).map_err(|_| Dropped)
}
