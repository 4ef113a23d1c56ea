use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream};
use serde::{Deserialize, Serialize};
use temps_plugin_sdk::time;

use crate::error::{AppError, at_most};

/// The most lines of one response. Each is cheap; an endless response is not.
const MAX_LINES: u64 = 1_000_000;

/// The longest sleep, in milliseconds: ten minutes are longer than any time limit of the host.
const MAX_SLEEP_MS: u64 = 600_000;

/// How many ticks `/ticks` sends.
const TICKS: u32 = 5;

/// The time between two ticks: long enough to see that each comes by itself.
const BETWEEN_TICKS: Duration = Duration::from_millis(100);

/// Sends the body back as it comes in, without keeping it.
pub(crate) async fn echo(headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    if let Some(content_type) = headers.get(CONTENT_TYPE) {
        response.headers_mut().insert(CONTENT_TYPE, content_type.clone());
    }
    response
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lines {
    #[serde(default = "five")]
    lines: u64,
}

fn five() -> u64 {
    5
}

/// Writes lines, each when the one before it was taken.
pub(crate) async fn lines(Query(Lines { lines }): Query<Lines>) -> Result<Response, AppError> {
    let lines = at_most("lines", lines, MAX_LINES)?;
    let body = Body::from_stream(stream::iter((1..=lines).map(|line| Ok::<_, Infallible>(format!("line {line}\n")))));
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response())
}

/// Sends a few server-sent events, one by one.
pub(crate) async fn ticks() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ticks = time::interval(BETWEEN_TICKS);
    Sse::new(stream::unfold((ticks, 1), async |(mut ticks, tick)| {
        if tick > TICKS {
            return None;
        }
        ticks.tick().await;
        Some((Ok(Event::default().event("tick").data(tick.to_string())), (ticks, tick + 1)))
    }))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Slept {
    slept_ms: u64,
}

/// Answers after a while. Other requests are answered meanwhile.
pub(crate) async fn sleep(Path(ms): Path<u64>) -> Result<Json<Slept>, AppError> {
    let slept_ms = at_most("the time to sleep, in milliseconds,", ms, MAX_SLEEP_MS)?;
    time::sleep(Duration::from_millis(slept_ms)).await;
    Ok(Json(Slept { slept_ms }))
}

#[cfg(test)]
mod tests {
    use axum::http::{Request, StatusCode};
    use temps_plugin_sdk::testing::TestPlugin;
    use temps_plugin_sdk::time::Instant;

    use super::*;
    use crate::HelloPlugin;

    #[tokio::test]
    async fn an_echo_keeps_the_type_and_the_pieces() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let body = Body::from_stream(stream::iter([Ok::<_, Infallible>("first"), Ok("second")]));
        let request = Request::post("/echo").header(CONTENT_TYPE, "text/x-mine").body(body).unwrap();
        let mut response = plugin.request(request).await;
        assert_eq!(response.header("content-type"), Some("text/x-mine"));
        assert_eq!(response.chunk().await.unwrap().unwrap(), "first");
        assert_eq!(response.chunk().await.unwrap().unwrap(), "second");
        assert_eq!(response.chunk().await.unwrap(), None);
    }

    #[tokio::test]
    async fn lines_are_streamed_up_to_the_limit() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let response = plugin.get("/stream?lines=2").await.unwrap();
        assert_eq!(response.header("content-length"), None);
        assert_eq!(response.text().await.unwrap(), "line 1\nline 2\n");
        assert_eq!(plugin.get("/stream").await.unwrap().text().await.unwrap().lines().count(), 5);
        assert_eq!(plugin.get("/stream?lines=1000000").await.unwrap().status(), StatusCode::OK);
        assert_eq!(plugin.get("/stream?lines=1000001").await.unwrap().status(), StatusCode::BAD_REQUEST);
    }

    #[tokio::test(start_paused = true)]
    async fn ticks_come_one_by_one() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let start = Instant::now();
        let mut response = plugin.get("/ticks").await.unwrap();
        assert_eq!(response.header("content-type"), Some("text/event-stream"));
        for tick in 1..=TICKS {
            let event = response.chunk().await.unwrap().unwrap();
            assert_eq!(event, format!("event: tick\ndata: {tick}\n\n"));
            assert_eq!(start.elapsed(), BETWEEN_TICKS * (tick - 1));
        }
        assert_eq!(response.chunk().await.unwrap(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn sleep_takes_the_time_that_it_says() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let start = Instant::now();
        assert_eq!(plugin.get("/sleep/600000").await.unwrap().text().await.unwrap(), r#"{"sleptMs":600000}"#);
        assert_eq!(start.elapsed(), Duration::from_secs(600));
        assert_eq!(plugin.get("/sleep/600001").await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
}
