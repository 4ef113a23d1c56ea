use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use temps_plugin_sdk::http::header::{CONTENT_TYPE, RETRY_AFTER};
use temps_plugin_sdk::http::{Client, Error, StatusCode, Ungranted};

/// An engine answers within seconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What is posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) host: String,
    pub(crate) key: String,
    pub(crate) key_location: String,
    pub(crate) url_list: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Accepted {
        code: u16,
        message: String,
    },
    /// Sent again it would be refused again.
    Refused {
        code: Option<u16>,
        message: String,
    },
    /// It may be accepted later; `after` is what the engine asked for.
    Later {
        code: Option<u16>,
        message: String,
        after: Option<Duration>,
    },
}

pub(crate) async fn send(client: &Client, endpoint: &str, request: &Request) -> Outcome {
    // `json` leaves a type that is set alone.
    let post = client.post(endpoint).header(CONTENT_TYPE, "application/json; charset=utf-8").json(request).timeout(TIMEOUT);
    match post.send().await {
        Ok(response) => {
            let after = response.headers().get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, Utc::now()));
            of_status(response.status(), after)
        }
        Err(error) => of_error(&error),
    }
}

fn of_status(status: StatusCode, after: Option<Duration>) -> Outcome {
    let code = status.as_u16();
    let message = match code {
        200 => "the engine has taken the URLs",
        202 => "the engine has taken the URLs, and is yet to check the key",
        400 => "the engine does not understand the request",
        403 => "the engine did not find the key at its location: check that the site serves it",
        422 => "the URLs are not of this host, or the key is not the one in the key file",
        429 => "the engine has had too many submissions",
        500.. => "the engine has a problem of its own",
        _ => return Outcome::Refused { code: Some(code), message: format!("the engine answered {status}") },
    };
    let message = message.to_owned();
    match code {
        200 | 202 => Outcome::Accepted { code, message },
        429 | 500.. => Outcome::Later { code: Some(code), message, after },
        _ => Outcome::Refused { code: Some(code), message },
    }
}

fn of_error(error: &Error) -> Outcome {
    if let Some(ungranted) = error.ungranted() {
        let (list, name) = match ungranted {
            Ungranted::Origin(origin) => ("allow", origin),
            Ungranted::Address(address) => ("allow_private", address),
        };
        let message = format!("the plugin's policy does not allow it: its operator adds \"{name}\" to `{list}` in [network]");
        return Outcome::Refused { code: None, message };
    }
    let message = error.to_string();
    if error.is_builder() {
        Outcome::Refused { code: None, message }
    } else {
        Outcome::Later { code: None, message, after: None }
    }
}

/// What `Retry-After` says: seconds, or a date.
fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(value.trim()).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use temps_plugin_sdk::testing::{Exchange, HttpScript};

    use super::*;

    const ENDPOINT: &str = "https://api.indexnow.org/indexnow";

    async fn outcome(exchange: Exchange) -> Outcome {
        let engine = HttpScript::new().expect(exchange);
        let _installed = engine.install();
        let request = Request {
            host: "shop.example".into(),
            key: "0123456789abcdef".into(),
            key_location: "https://shop.example/0123456789abcdef.txt".into(),
            url_list: vec!["https://shop.example/".into()],
        };
        send(&Client::new(), ENDPOINT, &request).await
    }

    #[tokio::test]
    async fn it_sends_what_the_protocol_says() {
        let body = json!({
            "host": "shop.example", "key": "0123456789abcdef", "keyLocation": "https://shop.example/0123456789abcdef.txt",
            "urlList": ["https://shop.example/"],
        });
        let expected = Exchange::post(ENDPOINT).with_header("content-type", "application/json; charset=utf-8").with_json(body);
        assert!(matches!(outcome(expected).await, Outcome::Accepted { code: 200, .. }));
    }

    #[tokio::test]
    async fn each_answer_has_its_meaning() {
        for status in [200, 202] {
            assert!(
                matches!(outcome(Exchange::post(ENDPOINT).status(status)).await, Outcome::Accepted { code, .. } if code == status)
            );
        }
        for status in [400, 403, 404, 422, 301] {
            let outcome = outcome(Exchange::post(ENDPOINT).status(status)).await;
            assert!(matches!(&outcome, Outcome::Refused { code: Some(code), .. } if *code == status), "{outcome:?}");
        }
        for status in [429, 500, 503] {
            let outcome = outcome(Exchange::post(ENDPOINT).status(status).header("retry-after", "120")).await;
            let after = Some(Duration::from_secs(120));
            assert!(
                matches!(&outcome, Outcome::Later { code: Some(code), after: a, .. } if *code == status && *a == after),
                "{outcome:?}"
            );
        }
        assert!(matches!(outcome(Exchange::post(ENDPOINT).times_out()).await, Outcome::Later { code: None, after: None, .. }));
        assert!(matches!(outcome(Exchange::post(ENDPOINT).cannot_connect()).await, Outcome::Later { .. }));
        let Outcome::Refused { code: None, message } = outcome(Exchange::post(ENDPOINT).denied()).await else {
            panic!("not refused")
        };
        assert!(message.contains("adds \"https://api.indexnow.org\" to `allow`"), "{message}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").unwrap().to_utc();
        for (value, seconds) in [
            ("0", Some(0)),
            (" 90 ", Some(90)),
            ("Thu, 01 Jan 2026 00:01:00 GMT", Some(60)),
            ("Wed, 31 Dec 2025 00:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
