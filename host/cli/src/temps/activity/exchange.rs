use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use http::{HeaderMap, Response, header};
use http_body::{Body as _, Frame, SizeHint};
use serde::Serialize;
use temps_plugin_protocol::headers;

use super::{Activity, cut, now};
use crate::temps::Identity;

/// What stands in for the value of a header that nobody is to read from a screen.
const HIDDEN: &str = "(hidden)";

/// A request to a plugin and its answer, recorded from the beginning to the end. Dropped before its end, it was given up by the client.
#[derive(Debug)]
pub(in crate::temps) struct Exchange {
    activity: Arc<Activity>,
    began: Instant,
    record: Record,
}

/// A request, as the page gets it.
#[derive(Debug, Serialize)]
struct Record {
    id: u64,
    at: String,
    plugin: String,
    method: String,
    /// The path and query, as the plugin gets them.
    target: String,
    /// As whom it is made; `None` in v1, where nobody knows.
    identity: Option<&'static str>,
    state: State,
    status: Option<u16>,
    /// The time until the answer's head, in milliseconds.
    first_byte_ms: Option<f64>,
    /// The time until its end, likewise.
    total_ms: Option<f64>,
    /// The bytes of the answer's body so far.
    bytes: u64,
    /// Whether the local Temps answered in the plugin's place, and why.
    refused: Option<String>,
    request_headers: Vec<(String, String)>,
    response_headers: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// No answer yet.
    Waiting,
    /// The head came, the body is on its way.
    Streaming,
    /// Answered to the end.
    Done,
    /// The plugin's end broke off.
    BrokenOff,
    /// The client left.
    GivenUp,
}

impl Exchange {
    pub(in crate::temps) fn begin(
        activity: &Arc<Activity>,
        plugin: &str,
        method: &http::Method,
        target: &str,
        identity: Option<Identity>,
        request_headers: &HeaderMap,
    ) -> Self {
        let record = Record {
            id: activity.number(),
            at: now(),
            plugin: plugin.to_owned(),
            method: method.to_string(),
            target: cut(target),
            identity: identity.map(Identity::name),
            state: State::Waiting,
            status: None,
            first_byte_ms: None,
            total_ms: None,
            bytes: 0,
            refused: None,
            request_headers: shown(request_headers),
            response_headers: Vec::new(),
        };
        let exchange = Self { activity: Arc::clone(activity), began: Instant::now(), record };
        exchange.tell();
        exchange
    }

    /// The local Temps answers itself, with this status.
    pub(in crate::temps) fn refused(mut self, status: http::StatusCode, reason: &str) {
        self.record.status = Some(status.as_u16());
        self.record.refused = Some(cut(reason));
        self.record.first_byte_ms = Some(self.elapsed());
        self.end(State::Done);
    }

    /// The plugin answers. The record ends with the body.
    pub(in crate::temps) fn answered(mut self, response: Response<Body>) -> Response<Body> {
        self.record.status = Some(response.status().as_u16());
        self.record.first_byte_ms = Some(self.elapsed());
        self.record.response_headers = shown(response.headers());
        if response.body().is_end_stream() {
            self.end(State::Done);
            return response;
        }
        self.record.state = State::Streaming;
        self.tell();
        response.map(|body| Body::new(Recorded { body, exchange: self }))
    }

    fn end(&mut self, state: State) {
        if self.record.total_ms.is_none() {
            self.record.total_ms = Some(self.elapsed());
            self.record.state = state;
            self.tell();
        }
    }

    fn elapsed(&self) -> f64 {
        milliseconds(self.began.elapsed())
    }

    fn tell(&self) {
        self.activity.request(self.record.id, &self.record);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.end(State::GivenUp);
    }
}

/// To the hundredth.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}

fn shown(given: &HeaderMap) -> Vec<(String, String)> {
    let value = |name: &http::HeaderName, value: &http::HeaderValue| {
        let is_secret = [headers::AUTH_SIGNATURE, headers::AUTH, headers::ACTOR_TOKEN].contains(&name.as_str())
            || [header::COOKIE, header::AUTHORIZATION, header::SET_COOKIE].contains(name);
        if is_secret { HIDDEN.to_owned() } else { cut(&String::from_utf8_lossy(value.as_bytes())) }
    };
    given.iter().map(|(name, text)| (name.to_string(), value(name, text))).collect()
}

/// A body whose way through is recorded.
#[derive(Debug)]
struct Recorded {
    body: Body,
    exchange: Exchange,
}

impl http_body::Body for Recorded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.exchange.record.bytes += u64::try_from(length).unwrap_or(u64::MAX);
                if self.body.is_end_stream() {
                    self.exchange.end(State::Done);
                }
            }
            Some(Err(_)) => self.exchange.end(State::BrokenOff),
            None => self.exchange.end(State::Done),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http_body_util::BodyExt as _;
    use serde_json::{Value, json};

    use super::*;

    fn begin(activity: &Arc<Activity>) -> Exchange {
        let mut given = HeaderMap::new();
        given.insert("accept", HeaderValue::from_static("text/html"));
        given.insert(headers::AUTH_SIGNATURE, HeaderValue::from_static("s3cret"));
        Exchange::begin(activity, "p", &http::Method::GET, "/a?b=c", Some(Identity::Reader), &given)
    }

    fn last(activity: &Activity) -> Value {
        let (kept, _) = activity.listen();
        assert_eq!(kept.len(), 1);
        serde_json::from_str(&kept[0].data).unwrap()
    }

    #[tokio::test]
    async fn a_request_is_recorded_to_its_end_without_its_secrets() {
        let activity = Arc::new(Activity::default());
        let exchange = begin(&activity);
        let record = last(&activity);
        assert_eq!(
            (&record["state"], &record["identity"], &record["status"]),
            (&json!("waiting"), &json!("reader"), &Value::Null)
        );
        assert_eq!(record["request_headers"], json!([["accept", "text/html"], ["x-temps-auth-signature", HIDDEN]]));

        let response = exchange.answered(Response::new(Body::from("hello")));
        assert_eq!(last(&activity)["state"], "streaming");
        response.into_body().collect().await.unwrap();
        let record = last(&activity);
        assert_eq!((&record["state"], &record["bytes"], &record["status"]), (&json!("done"), &json!(5), &json!(200)));
        assert!(record["total_ms"].as_f64().unwrap() >= record["first_byte_ms"].as_f64().unwrap());
    }

    #[test]
    fn what_is_dropped_was_given_up() {
        let activity = Arc::new(Activity::default());
        drop(begin(&activity).answered(Response::new(Body::from("hello"))));
        assert_eq!(last(&activity)["state"], "given_up");
    }

    #[test]
    fn an_empty_answer_and_a_refusal_are_done_at_once() {
        let activity = Arc::new(Activity::default());
        let _response = begin(&activity).answered(Response::new(Body::empty()));
        assert_eq!(last(&activity)["state"], "done");
        let activity = Arc::new(Activity::default());
        begin(&activity).refused(http::StatusCode::UNAUTHORIZED, "not signed in");
        let record = last(&activity);
        assert_eq!(
            (&record["state"], &record["status"], &record["refused"]),
            (&json!("done"), &json!(401), &json!("not signed in"))
        );
    }
}
