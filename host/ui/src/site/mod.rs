//! Answering requests for the files.

mod asset;
mod form;
mod range;
mod validators;

use std::collections::HashMap;

use bytes::Bytes;
use http::header::{ACCEPT_RANGES, CONTENT_RANGE};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use percent_encoding::percent_decode_str;

use crate::coding::accepted;
use crate::section::Contents;
use crate::{Files, INDEX};
use asset::Asset;
use form::Form;
use range::Wanted;

/// The `Content-Security-Policy` of pages whose plugin sets none. What a page loads and where it connects to is where it comes from, the plugin's own API included; styles may
/// be inline, as libraries make them so; pictures and fonts may be in the page itself. It is framed by Temps alone, which is of the same origin.
pub const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; \
     frame-ancestors 'self'; base-uri 'self'; form-action 'self'; object-src 'none'",
);

/// A user interface that is served. Headers are made in advance, and bytes are those that it was made from: an answer copies nothing.
#[derive(Debug)]
pub struct Ui {
    assets: HashMap<String, Asset>,
}

impl Ui {
    /// Serves files as a component gave them. Each is compressed with gzip when a client first wants that. It takes a hash of each.
    ///
    /// `policy` is the `Content-Security-Policy` of pages, [`CONTENT_SECURITY_POLICY`] if there is none. One that is no header is as good as none: check it before.
    #[must_use]
    pub fn from_files(files: Files, policy: Option<&str>) -> Self {
        let policy = policy_header(policy);
        let assets = files.into_iter().map(|(path, bytes)| {
            let asset = Asset::plain(&path, bytes, &policy);
            (path, asset)
        });
        Self { assets: assets.collect() }
    }

    /// Serves files as they are in a section. What has no compressed form there goes out as it is. `policy` is as in [`from_files`](Self::from_files).
    #[must_use]
    pub fn from_section(contents: Contents, policy: Option<&str>) -> Self {
        let policy = policy_header(policy);
        let assets = contents.files.into_iter().map(|mut stored| {
            let asset = Asset::stored(&mut stored, &policy);
            (stored.path, asset)
        });
        Self { assets: assets.collect() }
    }

    /// How many files there are.
    #[must_use]
    pub fn files(&self) -> usize {
        self.assets.len()
    }

    /// Answers a request for `path`, which is what comes after `/ui/`, percent-encoded and without a query. `None`: there is no such file. The method has to be GET or HEAD;
    /// whoever sends the answer to HEAD leaves its body out.
    ///
    /// It waits for nothing but the first compression of a file, which is done on another thread of the tokio runtime that it is called in.
    pub async fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response<Bytes>> {
        let asset = self.find(path)?;
        for coding in accepted(headers) {
            if let Some(form) = asset.form(coding).await {
                return Some(respond(form, method, headers));
            }
        }
        Some(respond(&asset.plain, method, headers))
    }

    fn find(&self, path: &str) -> Option<&Asset> {
        if path.is_empty() {
            return self.assets.get(INDEX);
        }
        if !path.contains('%') {
            return self.at(path);
        }
        self.at(&percent_decode_str(path).decode_utf8().ok()?)
    }

    /// The file at a path, the page of the folder there, or the page that shows what is there: a single-page app has paths that are no files. A path with an extension would be one, and one that leads
    /// upwards is none that a browser asks for.
    fn at(&self, path: &str) -> Option<&Asset> {
        let is_page = || {
            let last = path.rsplit('/').find(|segment| !segment.is_empty());
            !last.is_some_and(|last| last.contains('.')) && !path.split('/').any(|segment| matches!(segment, "." | ".."))
        };
        let in_folder = || self.assets.get(&format!("{}/{INDEX}", path.trim_end_matches('/')));
        self.assets.get(path).or_else(|| if is_page() { in_folder().or_else(|| self.assets.get(INDEX)) } else { None })
    }
}

fn policy_header(policy: Option<&str>) -> HeaderValue {
    policy.and_then(|policy| HeaderValue::from_str(policy).ok()).unwrap_or(CONTENT_SECURITY_POLICY)
}

fn respond(form: &Form, method: &Method, headers: &HeaderMap) -> Response<Bytes> {
    if validators::has_it(headers, &form.etag) {
        return with(StatusCode::NOT_MODIFIED, form.unchanged.clone(), Bytes::new());
    }
    // HEAD has no ranges (RFC 9110, 14.2).
    let wanted = if *method == Method::GET && validators::may_have_part(headers, &form.etag) {
        Wanted::of(headers, form.bytes.len())
    } else {
        Wanted::Whole
    };
    let length = form.bytes.len();
    match wanted {
        Wanted::Whole => with(StatusCode::OK, form.headers.clone(), form.bytes.clone()),
        Wanted::Part(part) => {
            let range = format!("bytes {}-{}/{length}", part.start, part.end.saturating_sub(1));
            let mut headers = form.headers.clone();
            headers.extend(HeaderValue::try_from(range).map(|range| (CONTENT_RANGE, range)));
            with(StatusCode::PARTIAL_CONTENT, headers, form.bytes.slice(part))
        }
        Wanted::Nothing => {
            let mut headers = HeaderMap::with_capacity(2);
            headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
            headers.extend(HeaderValue::try_from(format!("bytes */{length}")).map(|range| (CONTENT_RANGE, range)));
            with(StatusCode::RANGE_NOT_SATISFIABLE, headers, Bytes::new())
        }
    }
}

fn with(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

#[cfg(test)]
mod tests;
