use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use temps_plugin_http::{Client, Detours, Error, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use crate::support::{get, grants, response, serve_streams, text};

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn acceptor(&self, name: &str, alpn: &[u8]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let mut config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
        config.alpn_protocols = vec![alpn.to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A server of HTTP/1.1 or HTTP/2 whose certificate is for `name`.
async fn server(authority: &Authority, name: &str, alpn: &'static [u8]) -> u16 {
    let acceptor = authority.acceptor(name, alpn);
    let at = serve_streams(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            if alpn == b"h2" {
                let io = hyper_util::rt::TokioIo::new(stream);
                let service = hyper::service::service_fn(|request: http::Request<hyper::body::Incoming>| async move {
                    let seen = format!("{:?} {}", request.version(), request.uri());
                    Ok::<_, std::convert::Infallible>(http::Response::new(http_body_util::Full::new(bytes::Bytes::from(seen))))
                });
                drop(
                    hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
                        .serve_connection(io, service)
                        .await,
                );
            } else {
                let mut buffer = [0; 4096];
                drop(stream.read(&mut buffer).await);
                drop(stream.write_all(&response("200 OK", b"secure")).await);
            }
        }
    });
    at.await.port()
}

fn client(roots: Vec<CertificateDer<'static>>) -> Client {
    let mut detours = Detours::default();
    detours.resolve("a.test=127.0.0.1").unwrap();
    Client::with(grants(&["*"], &["127.0.0.1"]), Settings::default(), detours, roots)
}

#[tokio::test]
async fn a_certificate_has_to_be_trusted_and_for_the_name() {
    let authority = Authority::new();
    let port = server(&authority, "a.test", b"http/1.1").await;
    let trusting = client(vec![authority.0.der().clone()]);
    assert_eq!(text(&trusting, get(format!("https://a.test:{port}/"))).await.unwrap(), "secure");
    for (client, url) in [
        (&client(vec![]), format!("https://a.test:{port}/")),
        (&trusting, format!("https://localhost:{port}/")),
        (&trusting, format!("https://127.0.0.1:{port}/")),
    ] {
        let error = client.fetch(get(url)).await.unwrap_err();
        assert!(matches!(&error, Error::Tls { reason, .. } if reason.contains("certificate")), "{error}");
    }
    // What speaks no TLS at all.
    let plain = crate::support::serve(|_| response("200 OK", b"")).await;
    let error = trusting.fetch(get(format!("https://a.test:{}/", plain.port()))).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. } | Error::Timeout { .. }), "{error}");
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_understood() {
    let authority = Authority::new();
    let port = server(&authority, "a.test", b"h2").await;
    let client = client(vec![authority.0.der().clone()]);
    let url = format!("https://a.test:{port}/x?y");
    assert_eq!(text(&client, get(&url)).await.unwrap(), format!("HTTP/2.0 {url}"));
}
