use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, VARY};
use http::{HeaderMap, HeaderValue};

/// A file in one form, with the headers of its answers.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) bytes: Bytes,
    /// Strong: forms of one file have tags of their own.
    pub(super) etag: HeaderValue,
    /// Those of a 200.
    pub(super) headers: HeaderMap,
    /// Those of a 304 (RFC 9110, 15.4.5), and the policy, which holds for the page that is shown again.
    pub(super) unchanged: HeaderMap,
}

impl Form {
    /// `hash` is hexadecimal.
    pub(super) fn new(bytes: Bytes, hash: &str, mut headers: HeaderMap) -> Self {
        let etag = HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""));
        headers.insert(ETAG, etag.clone());
        let kept = [CACHE_CONTROL, ETAG, VARY, CONTENT_SECURITY_POLICY];
        let unchanged = kept.into_iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect();
        Self { bytes, etag, headers, unchanged }
    }
}
