use std::time::Duration;

use temps_plugin_sdk::http::header::CONTENT_TYPE;
use temps_plugin_sdk::http::{Client, Error, StatusCode, Ungranted};
use url::Url;

/// A page that takes longer is not one that a search engine waits for.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Bytes of a page or a sitemap. Sitemaps may have 50 MB; those that do are split by who cares for them.
const MOST_BYTES: usize = 16 << 20;

/// A text that a server answered with.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// The one that answered, after redirects.
    pub(crate) url: Url,
    pub(crate) text: String,
    content_type: String,
}

impl Fetched {
    pub(crate) fn is_html(&self) -> bool {
        ["text/html", "application/xhtml+xml"].iter().any(|html| self.content_type.starts_with(html))
    }
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("it answered {status} ({url})")]
    Status { url: Url, status: StatusCode },
    #[error("it has more than {MOST_BYTES} bytes ({0})")]
    TooLarge(Url),
    #[error("{}", of_http(.0))]
    Http(Error),
}

impl FetchError {
    /// Whether it may go better in a while.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Status { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge(_) => false,
            Self::Http(error) => !error.is_denied() && !error.is_too_large() && !error.is_builder(),
        }
    }
}

fn of_http(error: &Error) -> String {
    match error.ungranted() {
        Some(Ungranted::Origin(origin)) => {
            format!("the plugin's policy does not allow it: its operator adds \"{origin}\" to `allow` in [network]")
        }
        Some(Ungranted::Address(address)) => {
            format!("the plugin's policy does not allow it: its operator adds \"{address}\" to `allow_private` in [network]")
        }
        None => error.to_string(),
    }
}

/// Gets a text.
pub(crate) async fn text(client: &Client, url: &Url) -> Result<Fetched, FetchError> {
    let mut response = client.get(url.as_str()).timeout(TIMEOUT).send().await.map_err(FetchError::Http)?;
    if !response.status().is_success() {
        return Err(FetchError::Status { url: url.clone(), status: response.status() });
    }
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().trim().to_ascii_lowercase();
    let answered = Url::parse(response.url()).unwrap_or_else(|_| url.clone());
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(FetchError::Http)? {
        if bytes.len() + piece.len() > MOST_BYTES {
            return Err(FetchError::TooLarge(url.clone()));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Fetched { url: answered, text: String::from_utf8_lossy(&bytes).into_owned(), content_type })
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing::{Exchange, HttpScript};

    use super::*;

    #[tokio::test]
    async fn a_text_has_a_largest_size() {
        for (extra, fits) in [(0, true), (1, false)] {
            let server =
                HttpScript::new().expect(Exchange::get("https://x.example/").pieces([vec![b'x'; MOST_BYTES], vec![b'x'; extra]]));
            let _installed = server.install();
            let fetched = text(&Client::new(), &Url::parse("https://x.example/").unwrap()).await;
            match fetched {
                Ok(fetched) => assert!(fits && fetched.text.len() == MOST_BYTES),
                Err(error) => assert!(!fits && matches!(error, FetchError::TooLarge(_)), "{error}"),
            }
        }
    }
}
