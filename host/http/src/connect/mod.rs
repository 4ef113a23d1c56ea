//! A connection: to addresses that were checked, and no others.
//!
//! The connector resolves a name itself, checks each address, and connects to those that passed. A name that resolves differently a moment later
//! changes nothing, and a connection in the pool belongs to the origin that it was made for. It is the one place where a socket is made.

mod dial;
mod link;
mod resolve;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::Uri;
use http::uri::Scheme;
use rustls::pki_types::CertificateDer;
use temps_plugin_policy::network::Grants;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::target::{bare, check_address};
use crate::{Detours, Error};
use link::Link;

/// Names that are resolved at once: 32. Each occupies a thread until the system's resolver gives up, which may be long after its fetch has ended.
const LOOKUPS: usize = 32;

/// What all connections are made with.
pub(crate) struct Ways {
    grants: Grants,
    detours: Detours,
    /// Certificates that are trusted besides the public roots.
    roots: Vec<CertificateDer<'static>>,
    time: Duration,
    lookups: Arc<Semaphore>,
    open: Arc<AtomicUsize>,
    tls: OnceLock<TlsConnector>,
}

impl Ways {
    pub(crate) fn new(grants: Grants, detours: Detours, roots: Vec<CertificateDer<'static>>, time: Duration) -> Self {
        let lookups = Arc::new(Semaphore::new(LOOKUPS));
        Self { grants, detours, roots, time, lookups, open: Arc::default(), tls: OnceLock::new() }
    }

    pub(crate) fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Connections that are open.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    async fn connect(&self, to: &Uri) -> Result<Link, Error> {
        let secure = to.scheme() == Some(&Scheme::HTTPS);
        let host = bare(to.host().unwrap_or_default());
        let port = to.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let addresses = self.addresses(host).await?;
        let ways = addresses.into_iter().map(|address| self.detours.way_to(SocketAddr::new(address, port))).collect();
        let stream =
            dial::dial(ways).await.map_err(|error| Error::Connect { host: host.to_owned(), reason: error.to_string() })?;
        let stream = if secure { tls::begin(self.tls()?, host, stream).await? } else { tls::Stream::Left(stream) };
        Ok(Link::new(stream, &self.open))
    }

    fn tls(&self) -> Result<&TlsConnector, Error> {
        match self.tls.get() {
            Some(tls) => Ok(tls),
            None => {
                let tls = tls::connector(&self.roots)?;
                Ok(self.tls.get_or_init(|| tls))
            }
        }
    }

    /// The addresses that may be connected to for a host.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Error> {
        let found = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => match self.detours.answer(host) {
                Some(answer) => answer,
                None => resolve::resolve(host, &self.lookups).await?,
            },
        };
        let mut refused = None;
        let mut allowed = Vec::with_capacity(found.len());
        for address in found {
            match check_address(address, host, self.grants()) {
                Ok(()) => allowed.push(address),
                Err(ungranted) => refused = refused.or(Some(ungranted)),
            }
        }
        match refused {
            Some(ungranted) if allowed.is_empty() => Err(ungranted.into()),
            None if allowed.is_empty() => Err(Error::Dns { host: host.to_owned(), reason: "the name has no address".to_owned() }),
            _ => Ok(allowed),
        }
    }
}

/// hyper's way to [`Ways`].
#[derive(Clone)]
pub(crate) struct Connector(pub(crate) Arc<Ways>);

impl tower::Service<Uri> for Connector {
    type Response = Link;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Link, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let ways = Arc::clone(&self.0);
        Box::pin(async move {
            let connected = timeout(ways.time, ways.connect(&to)).await;
            connected.unwrap_or(Err(Error::Timeout { what: "the connection", limit: ways.time }))
        })
    }
}
