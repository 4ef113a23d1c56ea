//! A site in memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use url::Url;

use crate::{Fetch, FetchError, Fetched};

pub(crate) use futures::executor::block_on;

#[derive(Default)]
pub(crate) struct Pages {
    answers: HashMap<String, Result<Fetched, FetchError>>,
    asked: Mutex<Vec<String>>,
}

impl Pages {
    pub(crate) fn with(self, url: &str, status: u16, content_type: &str, body: &str) -> Self {
        self.answer(url, status, &[("content-type", content_type)], body)
    }

    pub(crate) fn html(self, url: &str, body: &str) -> Self {
        self.with(url, 200, "text/html; charset=utf-8", body)
    }

    pub(crate) fn redirect(self, url: &str, to: &str) -> Self {
        self.answer(url, 301, &[("location", to)], "")
    }

    pub(crate) fn down(mut self, url: &str) -> Self {
        self.answers.insert(url.to_owned(), Err(FetchError::Timeout));
        self
    }

    fn answer(mut self, url: &str, status: u16, headers: &[(&'static str, &str)], body: &str) -> Self {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
        let answer = Fetched { status, headers, body: Bytes::from(body.to_owned()), cut: false };
        self.answers.insert(url.to_owned(), Ok(answer));
        self
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Fetch for Pages {
    async fn get(&self, url: &Url, most: usize) -> Result<Fetched, FetchError> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(url.to_string());
        let missing = || Ok(Fetched { status: 404, headers: HeaderMap::new(), body: Bytes::new(), cut: false });
        let mut answer = self.answers.get(url.as_str()).cloned().unwrap_or_else(missing)?;
        answer.cut = answer.body.len() > most;
        answer.body.truncate(most);
        Ok(answer)
    }

    async fn pause(&self, _: Duration) {}
}
