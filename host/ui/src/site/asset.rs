use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use super::Form;
use crate::Coding;
use crate::coding::gzip_now;
use crate::hash::hash;
use crate::media::Media;
use crate::section::Stored;

/// The least characters of a hash in a file's name: 8, as Vite makes them. Others have more.
const HASH_CHARS: usize = 8;

/// How long such a file is kept: a year, the longest that caches take, and it is not asked for again
/// meanwhile.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Any other file may change under its name. A browser asks each time, and has 304 for an answer
/// while the file is the same.
const ASKED_FOR: HeaderValue = HeaderValue::from_static("no-cache");

/// A file with its forms.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) plain: Form,
    /// It is there only if it was stored: making one takes a client's patience and a launcher's size.
    brotli: Option<Form>,
    /// `None` within: that form would be no smaller.
    gzip: OnceCell<Option<Form>>,
    /// What the answers with every form have in common.
    headers: HeaderMap,
}

impl Asset {
    /// A file with no other form yet, and at most one more, with gzip, when a client wants it.
    pub(super) fn plain(path: &str, bytes: Bytes, policy: &HeaderValue) -> Self {
        let media = Media::of(path);
        let headers = common_headers(path, &media, policy);
        let hash = hash(&bytes);
        let gzip = if media.compressible { OnceCell::new() } else { OnceCell::new_with(Some(None)) };
        Self { plain: Form::new(bytes, &hash, headers.clone()), brotli: None, gzip, headers }
    }

    /// A file with the forms that it was stored with, and no others.
    pub(super) fn stored(stored: &mut Stored, policy: &HeaderValue) -> Self {
        let headers = common_headers(&stored.path, &Media::of(&stored.path), policy);
        let plain = Form::new(stored.plain.bytes.clone(), &stored.plain.hash, headers.clone());
        let mut form = |coding| stored.take(coding).map(|form| coded(form.bytes, &form.hash, coding, &headers));
        let (brotli, gzip) = (form(Coding::Brotli), form(Coding::Gzip));
        Self { plain, brotli, gzip: OnceCell::new_with(Some(gzip)), headers }
    }

    /// The file in a form, if there is one. It is made now if that was not done yet.
    pub(super) async fn form(&self, coding: Coding) -> Option<&Form> {
        match coding {
            Coding::Identity => Some(&self.plain),
            Coding::Brotli => self.brotli.as_ref(),
            Coding::Gzip => match self.gzip.get() {
                Some(made) => made.as_ref(),
                None => self.gzip.get_or_init(|| self.compress()).await.as_ref(),
            },
        }
    }

    async fn compress(&self) -> Option<Form> {
        let bytes = self.plain.bytes.clone();
        let compressed = spawn_blocking(move || {
            let compressed = gzip_now(&bytes)?;
            let hash = hash(&compressed);
            Some((Bytes::from(compressed), hash))
        });
        let (bytes, hash) = compressed.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a file of the user interface goes out uncompressed");
            None
        })?;
        Some(coded(bytes, &hash, Coding::Gzip, &self.headers))
    }
}

fn coded(bytes: Bytes, hash: &str, coding: Coding, common: &HeaderMap) -> Form {
    let mut headers = common.clone();
    headers.extend(coding.content_encoding().map(|name| (CONTENT_ENCODING, name)));
    Form::new(bytes, hash, headers)
}

fn common_headers(path: &str, media: &Media, policy: &HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(10);
    headers.insert(CONTENT_TYPE, media.content_type.clone());
    headers.insert(CACHE_CONTROL, if is_hashed(path) { KEPT } else { ASKED_FOR });
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if media.compressible {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if media.document {
        headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
        // What page of Temps somebody is on is nobody else's business.
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    }
    headers
}

/// Whether a file's name has a hash of what is in it, so that it changes with that: `index-BkqX9f_a.js` of Vite, `main.3f2ab91c.css` of others.
///
/// A hash stands at the end, behind `-` or `.`, and has a letter and a digit or a capital letter. One of small letters alone would be taken for
/// a word: such a file is asked for each time, which is slower and never wrong.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    // `main.3f2ab91c.css`, and `index-….js.map`.
    let parts = name.rsplitn(3, '.').chain([stem]);
    parts.flat_map(|part| [vite_hash(part), part.rsplit('-').next()]).flatten().any(|hash| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        hash.len() >= HASH_CHARS
            && hash.len() < name.len()
            && hash.chars().all(is_word)
            && hash.contains(|c: char| c.is_ascii_alphabetic())
            && hash.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
    })
}

/// The last characters of a name behind a `-`, as many as Vite makes, which may be `-` themselves.
fn vite_hash(part: &str) -> Option<&str> {
    let (before, hash) = part.split_at_checked(part.len().checked_sub(HASH_CHARS)?)?;
    before.ends_with('-').then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_told_from_a_word() {
        for path in [
            "assets/index-BkqX9f_a.js",
            "assets/index-B-qX9f_a.css",
            "assets/app-1a2b3c4d.js",
            "main.3f2ab91c.css",
            "js/chunk-vendors.0c9e5f7b21aa.js",
            "assets/index-BkqX9f_a.js.map",
            "assets/inter-latin-400-normal-C38fXH4l.woff2",
        ] {
            assert!(is_hashed(path), "{path}");
        }
        for path in [
            "index.html",
            "favicon.svg",
            "sw.js",
            "manifest.json",
            "assets/app.js",
            "assets/logo 1.png",
            "assets/hero-backdrop.png",
            "report-20260101.pdf",
            "service-worker.js",
            "3f2ab91c",
            "assets/",
            "",
            ".well-known/x",
        ] {
            assert!(!is_hashed(path), "{path}");
        }
    }
}
