use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::TestError;

/// What a plugin answered.
#[derive(Debug)]
pub struct TestResponse {
    response: axum::response::Response,
}

impl TestResponse {
    pub(super) fn new(response: axum::response::Response) -> Self {
        Self { response }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// A header's first value; `None` if it is missing or not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// The next piece of the body, as the plugin sent it; `None` at its end.
    ///
    /// # Errors
    ///
    /// [`TestError::Body`] if the body fails.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TestError> {
        while let Some(frame) = self.response.body_mut().frame().await {
            if let Ok(data) = frame?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    /// The body, or what is left of it.
    ///
    /// # Errors
    ///
    /// [`TestError::Body`] if the body fails before its end.
    pub async fn bytes(self) -> Result<Bytes, TestError> {
        Ok(self.into_body().collect().await?.to_bytes())
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// As with [`bytes`](Self::bytes), and [`TestError::Text`] if it is not UTF-8.
    pub async fn text(self) -> Result<String, TestError> {
        Ok(String::from_utf8(self.bytes().await?.into())?)
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    ///
    /// As with [`text`](Self::text), and [`TestError::Json`] if it is not JSON or not of this form.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, TestError> {
        let body = self.text().await?;
        serde_json::from_str(&body).map_err(|error| TestError::Json { error, body })
    }

    /// The body itself.
    pub fn into_body(self) -> Body {
        self.response.into_body()
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use futures::stream;

    use super::*;

    fn response(body: impl IntoResponse) -> TestResponse {
        TestResponse::new(body.into_response())
    }

    #[tokio::test]
    async fn a_body_is_read_in_its_forms() {
        assert_eq!(response("[1, 2]").header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(response("[1, 2]").text().await.unwrap(), "[1, 2]");
        assert_eq!(response("[1, 2]").json::<Vec<u8>>().await.unwrap(), [1, 2]);
        let error = response("[1, 2]").json::<String>().await.unwrap_err();
        assert!(error.to_string().contains("`[1, 2]`"), "{error}");
        assert!(matches!(response(vec![0xff]).text().await, Err(TestError::Text(_))));
    }

    #[tokio::test]
    async fn a_stream_is_read_piece_by_piece() {
        let pieces = [Ok("a"), Ok("b"), Err(std::io::Error::other("torn"))];
        let mut response = response(Body::from_stream(stream::iter(pieces)));
        assert_eq!(response.chunk().await.unwrap().unwrap(), "a");
        assert_eq!(response.chunk().await.unwrap().unwrap(), "b");
        assert!(matches!(response.bytes().await, Err(TestError::Body(_))));
    }
}
