//! Who may ask: programs on this machine, and pages that come from it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, StatusCode, Uri, header};

use super::problem::Problem;

/// Refuses a request whose `Host` or `Origin` is not this machine. Without it, any web page could have the browser send a
/// request here (`Origin` tells) or read answers by letting its own name point to 127.0.0.1 (`Host` tells).
pub(super) async fn check(request: Request, next: Next) -> Response {
    match refusal(request.headers()) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(headers: &HeaderMap) -> Option<Problem> {
    let strange = |name: HeaderName, is_local: fn(&str) -> bool| {
        let value = headers.get(&name)?;
        let text = value.to_str().unwrap_or("");
        (!is_local(text)).then(|| {
            let detail =
                format!("the header `{name}: {}` does not name this machine; use 127.0.0.1 or localhost", text.escape_default());
            Problem::new(StatusCode::FORBIDDEN, detail)
        })
    };
    strange(header::HOST, is_local_authority).or_else(|| strange(header::ORIGIN, is_local_origin))
}

fn is_local_authority(text: &str) -> bool {
    text.parse::<Authority>().is_ok_and(|authority| is_local(authority.host()))
}

fn is_local_origin(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|origin| origin.host().is_some_and(is_local))
}

fn is_local(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn refused(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        refusal(&headers.collect()).is_some()
    }

    #[test]
    fn only_this_machine_may_ask() {
        assert!(!refused(&[]));
        for host in ["127.0.0.1:8081", "localhost", "LOCALHOST:1", "[::1]:8081", "temps.localhost:8081"] {
            assert!(!refused(&[("host", host)]), "{host}");
        }
        for host in ["example.com", "127.0.0.1.example.com", "localhost.example.com:8081", ""] {
            assert!(refused(&[("host", host)]), "{host}");
        }
        assert!(!refused(&[("host", "localhost:8081"), ("origin", "http://localhost:5175")]));
        for origin in ["https://example.com", "null", "http://localhost.example.com"] {
            assert!(refused(&[("host", "localhost:8081"), ("origin", origin)]), "{origin}");
        }
    }
}
