//! TLS: versions 1.2 and 1.3, with the public roots that are in the launcher.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;

use crate::Error;
use crate::error::chain;

/// A connection without and with TLS.
pub(super) type Stream = Either<TcpStream, TlsStream<TcpStream>>;

/// What TLS begins with. `more` certificates are trusted besides the public roots.
pub(super) fn connector(more: &[CertificateDer<'static>]) -> Result<TlsConnector, Error> {
    let failed = |error: rustls::Error| Error::Protocol(format!("TLS cannot be set up: {error}"));
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for certificate in more {
        roots.add(certificate.clone()).map_err(failed)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(failed)?;
    let mut config = versions.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Begins TLS with a host, whose certificate has to be for that very name or address.
pub(super) async fn begin(tls: &TlsConnector, host: &str, stream: TcpStream) -> Result<Stream, Error> {
    let failed = |reason: String| Error::Tls { host: host.to_owned(), reason };
    let name = ServerName::try_from(host.to_owned()).map_err(|error| failed(error.to_string()))?;
    let stream = tls.connect(name, stream).await.map_err(|error| failed(chain(&error)))?;
    Ok(Stream::Right(stream))
}
