//! Fetches what it is sent, without anything between it and the world's own interface.
//!
//! | request | does |
//! |---|---|
//! | `POST /fetch` | the body's first line is a method and a URL, the others are headers, and after an empty line comes the request's body |
//! | `POST /raw` | the same, but with what follows the first line as the block of headers |
//! | `POST /head` | the same as `/fetch`, and keeps the response's body unread for ever |
//! | `POST /drop` | the same as `/fetch`, and drops the response's body unread |
//! | `POST /many/{count}` | the same as `/fetch`, that often at once: how often each answer came |
//! | `POST /forgotten` | the same as `/fetch`, but gives it up at once |
//! | `POST /upload/{pieces}` | the same as `/fetch`, with a streamed body of so many pieces of 64 KiB; `broken` is one that breaks off |
//!
//! An answer is the error's kind and its words, or the status, the URL and the length and beginning of the body.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures::FutureExt;
use futures::future::join_all;
use raw::bindings::temps::plugin::http_client::{self as client, Denial, Error, ResponseBody, Ungranted, fetch};
use raw::bindings::temps::plugin::types::{BodyError, BodyStream};
use raw::bindings::{wit_future, wit_stream};
use raw::wit_bindgen::{StreamReader, StreamResult};
use raw::{Body, Request, Response, text};

thread_local! {
    static KEPT: RefCell<Vec<client::Response>> = const { RefCell::new(Vec::new()) };
}

/// How much of a body an answer shows.
const SHOWN: usize = 4096;

async fn handle(request: Request) -> Response {
    let sent = match request.body {
        Body::Empty => vec![],
        Body::Inline(bytes) => bytes,
        Body::Streamed(body) => body.content.collect().await,
    };
    let parts: Vec<&str> = request.path_with_query.split('/').skip(1).collect();
    let answer = match parts[..] {
        ["ok"] => "ok".to_owned(),
        ["fetch"] => said(fetch(parse(&sent)).await).await,
        ["raw"] => {
            let (line, headers) = sent.split_at(sent.iter().position(|byte| *byte == b'\n').unwrap() + 1);
            said(fetch(client::Request { headers: headers.to_vec(), ..parse(line) }).await).await
        }
        ["head"] => match fetch(parse(&sent)).await {
            Ok(response) => {
                let status = response.status;
                KEPT.with_borrow_mut(|kept| kept.push(response));
                format!("{status}")
            }
            Err(error) => words(&error),
        },
        ["drop"] => match fetch(parse(&sent)).await {
            Ok(response) => format!("{}", response.status),
            Err(error) => words(&error),
        },
        ["many", count] => {
            let mut answers = BTreeMap::new();
            for answer in join_all((0..count.parse().unwrap()).map(|_| async { said(fetch(parse(&sent)).await).await })).await {
                *answers.entry(answer).or_insert(0) += 1;
            }
            format!("{answers:?}")
        }
        ["forgotten"] => match fetch(parse(&sent)).now_or_never() {
            None => "given up".to_owned(),
            Some(answer) => said(answer).await,
        },
        ["upload", pieces] => upload(parse(&sent), pieces).await,
        _ => "no such route".to_owned(),
    };
    text(&answer)
}

fn parse(sent: &[u8]) -> client::Request {
    let sent = String::from_utf8_lossy(sent);
    let (head, body) = sent.split_once("\n\n").unwrap_or((&sent, ""));
    let mut lines = head.lines();
    let (method, url) = lines.next().unwrap().split_once(' ').unwrap();
    let headers = lines.map(|line| format!("{line}\r\n")).collect::<String>().into_bytes();
    let body = if body.is_empty() { Body::Empty } else { Body::Inline(body.as_bytes().to_vec()) };
    client::Request { method: method.to_owned(), url: url.to_owned(), headers, body, timeout: None, redirects: Some(5) }
}

async fn upload(request: client::Request, pieces: &str) -> String {
    let (mut content, content_reader) = wit_stream::new();
    let (end, end_reader) = wit_future::new(|| Err(BodyError::Aborted));
    let body = Body::Streamed(BodyStream { content: content_reader, end: end_reader });
    let sending = async {
        for _ in 0..pieces.parse().unwrap_or(1) {
            if !content.write_all(vec![b'x'; 64 << 10]).await.is_empty() {
                return;
            }
        }
        drop(content);
        let outcome = if pieces == "broken" { Err(BodyError::Failed("it broke".to_owned())) } else { Ok(()) };
        let _ = end.write(outcome).await;
    };
    let (answer, ()) = futures::join!(async { said(fetch(client::Request { body, ..request }).await).await }, sending);
    answer
}

async fn said(fetched: Result<client::Response, Error>) -> String {
    let response = match fetched {
        Ok(response) => response,
        Err(error) => return words(&error),
    };
    let (length, shown) = match response.body {
        ResponseBody::Empty => (0, vec![]),
        ResponseBody::Inline(bytes) => (bytes.len(), bytes),
        ResponseBody::Streamed(stream) => {
            let (length, shown) = count(stream.content).await;
            if let Err(error) = stream.end.await {
                return format!("{} after {length} bytes", words(&error));
            }
            (length, shown)
        }
    };
    let shown = String::from_utf8_lossy(&shown[..shown.len().min(SHOWN)]).into_owned();
    format!("{} {} {length} {shown}", response.status, response.url)
}

/// Reads to the end without keeping more than what is shown: what the guest's memory grows by would be the launcher's too.
async fn count(mut content: StreamReader<u8>) -> (usize, Vec<u8>) {
    let (mut length, mut shown, mut buffer) = (0, Vec::new(), Vec::with_capacity(64 << 10));
    loop {
        let (result, read) = content.read(buffer).await;
        length += read.len();
        shown.extend(read.iter().take(SHOWN.saturating_sub(shown.len())));
        buffer = read;
        buffer.clear();
        if matches!(result, StreamResult::Dropped | StreamResult::Cancelled) {
            return (length, shown);
        }
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::Denied(Denial { ungranted: Ungranted::Origin(origin), .. }) => format!("denied origin {origin}"),
        Error::Denied(Denial { ungranted: Ungranted::Address(address), .. }) => format!("denied address {address}"),
        Error::Dns(words) => format!("dns: {words}"),
        Error::Connect(words) => format!("connect: {words}"),
        Error::Tls(words) => format!("tls: {words}"),
        Error::Timeout(words) => format!("timeout: {words}"),
        Error::TooLarge(words) => format!("too large: {words}"),
        Error::Overloaded(words) => format!("overloaded: {words}"),
        Error::Protocol(words) => format!("protocol: {words}"),
        Error::Redirect(words) => format!("redirect: {words}"),
        Error::Lost(words) => format!("lost: {words}"),
    }
}

raw::plugin!("fetches", handle);
