//! The crawl's way to sites: through the launcher, as far as the operator allows.

use std::time::Duration;

use bytes::BytesMut;
use seo_audit::robots::AGENT;
use seo_audit::{Fetch, FetchError, Fetched};
use temps_plugin_sdk::http::header::{ACCEPT, HeaderMap};
use temps_plugin_sdk::http::{Client, Error, HeaderValue, Ungranted, redirect};
use temps_plugin_sdk::time;
use url::Url;

/// The time for a page, its body included: a visitor would have left long before.
const PAGE_TIME: Duration = Duration::from_secs(30);

/// Sends the crawl's requests.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    client: Client,
}

impl Web {
    pub(crate) fn new() -> Result<Self, Error> {
        let accept = HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        let client = Client::builder()
            .user_agent(format!("{AGENT}/{}", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([(ACCEPT, accept)]))
            .redirect(redirect::Policy::none())
            .timeout(PAGE_TIME);
        Ok(Self { client: client.build()? })
    }
}

impl Fetch for Web {
    async fn get(&self, url: &Url, most: usize) -> Result<Fetched, FetchError> {
        let mut response = self.client.get(url.as_str()).send().await.map_err(failure)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = response.chunk().await.map_err(failure)?.unwrap_or_default();
        if body.len() <= most
            && let Some(second) = response.chunk().await.map_err(failure)?
        {
            let mut all = BytesMut::from(body);
            all.extend_from_slice(&second);
            while all.len() <= most
                && let Some(piece) = response.chunk().await.map_err(failure)?
            {
                all.extend_from_slice(&piece);
            }
            body = all.freeze();
        }
        let cut = body.len() > most;
        body.truncate(most);
        Ok(Fetched { status, headers, body, cut })
    }

    async fn pause(&self, time: Duration) {
        time::sleep(time).await;
    }
}

fn failure(error: Error) -> FetchError {
    match error.ungranted() {
        Some(Ungranted::Origin(origin)) => FetchError::Denied(format!(
            "the operator does not allow {origin}: it takes `allow = [\"{origin}\"]` in `[network]` of the plugin's policy file"
        )),
        Some(Ungranted::Address(address)) => FetchError::Denied(format!(
            "the operator does not allow the address {address}: it takes `allow_private = [\"{address}\"]` in `[network]` of the plugin's policy file"
        )),
        None if error.is_timeout() => FetchError::Timeout,
        None => FetchError::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use temps_plugin_sdk::testing::{Exchange, HttpScript};

    use super::*;

    async fn get(exchange: Exchange, most: usize) -> Result<Fetched, FetchError> {
        let script = HttpScript::new().expect(exchange);
        let _installed = script.install();
        let answer = Web::new().unwrap().get(&Url::parse("http://a.com/").unwrap(), most).await;
        script.assert_done();
        let made = &script.made()[0];
        assert_eq!((made.redirects, made.timeout), (None, Some(PAGE_TIME)));
        assert!(made.headers["user-agent"].to_str().unwrap().starts_with("temps-seo-analyzer/"));
        answer
    }

    #[tokio::test]
    async fn so_much_of_a_body_is_read() {
        for pieces in [vec!["abcdef"], vec!["ab", "cd", "ef"], vec!["abcde", "f"]] {
            for (most, read, cut) in [(7, "abcdef", false), (6, "abcdef", false), (5, "abcde", true), (0, "", true)] {
                let answer = get(Exchange::get("http://a.com/").pieces(pieces.clone()), most).await.unwrap();
                assert_eq!((&answer.body[..], answer.cut), (read.as_bytes(), cut), "{pieces:?} {most}");
            }
        }
    }

    #[tokio::test]
    async fn what_failed_is_said() {
        let denied = get(Exchange::get("http://a.com/").denied(), 1).await.unwrap_err();
        assert!(denied.to_string().contains(r#"`allow = ["http://a.com"]` in `[network]`"#), "{denied}");
        assert_eq!(get(Exchange::get("http://a.com/").times_out(), 1).await.unwrap_err(), FetchError::Timeout);
        assert!(matches!(get(Exchange::get("http://a.com/").cannot_connect(), 1).await, Err(FetchError::Other(_))));
        assert!(matches!(get(Exchange::get("http://a.com/").body("x").breaks_off(), 9).await, Err(FetchError::Other(_))));
    }
}
