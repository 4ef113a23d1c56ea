use std::io::Read;

use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY as CSP, CONTENT_TYPE, ETAG, HeaderName,
    IF_NONE_MATCH, IF_RANGE, RANGE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};

use super::*;
use crate::files::tests::files;
use crate::{Limits, section};

const PAGE: &[u8] = b"<!doctype html><title>A page</title>";
const HELP: &[u8] = b"<!doctype html><title>Another page</title>";
const PICTURE: &[u8] = b"\x89PNG, and no more of it";

fn script() -> Vec<u8> {
    "export const answer = 42;\n".repeat(200).into_bytes()
}

fn all() -> Files {
    let script = script();
    files([
        (INDEX, PAGE),
        ("assets/app.js", &script),
        ("assets/app-1a2B3c4D.js", b"hashed"),
        ("a b/ü.png", PICTURE),
        ("empty.css", b""),
        ("help/index.html", HELP),
    ])
}

/// The same files as they are served without and with a bundle.
fn both() -> [Ui; 2] {
    let section = Bytes::from(section::write(&all()).unwrap());
    let section = section::compressed(&section, Limits::default()).unwrap().into();
    let contents = section::read(&section, Limits::default()).unwrap();
    [Ui::from_files(all(), None), Ui::from_section(contents, None)]
}

async fn get(ui: &Ui, path: &str, headers: &[(HeaderName, &str)]) -> Option<Response<Bytes>> {
    let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect();
    ui.answer(&Method::GET, path, &headers).await
}

fn text(response: &Response<Bytes>, name: HeaderName) -> &str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_path_is_a_file_or_the_page_or_nothing() {
    for ui in both() {
        for path in ["", "index.html", "settings", "settings/", "a/b/c", "a//b", "%C3%BC", "%"] {
            assert_eq!(get(&ui, path, &[]).await.unwrap().body(), PAGE, "{path}");
        }
        for path in ["assets/app.js", "assets%2Fapp.js", "%61ssets/app%2ejs"] {
            assert_eq!(*get(&ui, path, &[]).await.unwrap().body(), script(), "{path}");
        }
        assert_eq!(get(&ui, "a%20b/%C3%BC.png", &[]).await.unwrap().body(), PICTURE);
        for path in [
            "app.js",
            "assets/app.js/",
            "assets/app.js/x.y",
            "../x",
            "..%2fhealth",
            "..",
            "%ff",
            "a%00.js",
            "favicon.ico",
            "Index.html",
        ] {
            assert!(get(&ui, path, &[]).await.is_none(), "{path}");
        }
        for path in ["help", "help/", "help/index.html", "%68elp/"] {
            assert_eq!(get(&ui, path, &[]).await.unwrap().body(), HELP, "{path}");
        }
        assert_eq!(get(&ui, "help/more", &[]).await.unwrap().body(), PAGE);
        assert_eq!(ui.files(), 6);
    }
}

#[tokio::test]
async fn each_answer_says_what_it_is() {
    for ui in both() {
        let page = get(&ui, "", &[]).await.unwrap();
        assert_eq!(text(&page, CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(text(&page, CACHE_CONTROL), "no-cache");
        assert_eq!(text(&page, CSP), CONTENT_SECURITY_POLICY.to_str().unwrap());
        assert_eq!(text(&page, REFERRER_POLICY), "same-origin");
        let script = get(&ui, "assets/app.js", &[]).await.unwrap();
        assert_eq!(text(&script, CACHE_CONTROL), "no-cache");
        assert_eq!((text(&script, CSP), text(&script, VARY)), ("", "accept-encoding"));
        let picture = get(&ui, "a b/ü.png", &[(ACCEPT_ENCODING, "gzip, br")]).await.unwrap();
        assert_eq!((text(&picture, VARY), text(&picture, CONTENT_ENCODING)), ("", ""));
        for response in [page, script, picture] {
            assert_eq!(text(&response, X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert_eq!(text(&response, ACCEPT_RANGES), "bytes");
            assert_eq!(text(&response, ETAG).len(), 34);
        }
    }
}

#[tokio::test]
async fn only_names_that_change_with_what_is_in_them_are_kept() {
    for ui in both() {
        for (path, kept) in [
            ("assets/app-1a2B3c4D.js", true),
            ("assets/app.js", false),
            ("help/", false),
            ("empty.css", false),
            ("a%20b/%C3%BC.png", false),
            ("x", false),
        ] {
            let answer = get(&ui, path, &[]).await.unwrap();
            let expected = if kept { "public, max-age=31536000, immutable" } else { "no-cache" };
            assert_eq!(text(&answer, CACHE_CONTROL), expected, "{path}");
        }
    }
}

#[tokio::test]
async fn a_policy_of_the_plugins_own_replaces_the_launchers() {
    let ui = Ui::from_files(all(), Some("default-src *"));
    assert_eq!(text(&get(&ui, "x", &[]).await.unwrap(), CSP), "default-src *");
}

#[tokio::test]
async fn a_form_of_its_own_has_a_tag_of_its_own() {
    // Without a bundle there is no Brotli.
    for (ui, smallest) in both().into_iter().zip(["gzip", "br"]) {
        let mut tags = Vec::new();
        for (accepted, coding) in [("br, gzip", smallest), ("gzip;q=0.9, br;q=0.1", "gzip"), ("identity", ""), ("zstd", "")] {
            let answer = get(&ui, "assets/app.js", &[(ACCEPT_ENCODING, accepted)]).await.unwrap();
            assert_eq!(text(&answer, CONTENT_ENCODING), coding);
            let mut back = Vec::new();
            match coding {
                "br" => brotli::Decompressor::new(&**answer.body(), 4096).read_to_end(&mut back).unwrap(),
                "gzip" => flate2::read::GzDecoder::new(&**answer.body()).read_to_end(&mut back).unwrap(),
                _ => answer.body().as_ref().read_to_end(&mut back).unwrap(),
            };
            assert_eq!(back, script());
            tags.push(text(&answer, ETAG).to_owned());
        }
        assert_eq!((&tags[2], tags[0] == tags[1]), (&tags[3], smallest == "gzip"));
        assert!(tags[0] != tags[2] && tags[1] != tags[2]);
        let empty = get(&ui, "empty.css", &[(ACCEPT_ENCODING, "br")]).await.unwrap();
        assert_eq!((text(&empty, CONTENT_ENCODING), text(&empty, VARY)), ("", "accept-encoding"));
    }
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    for ui in both() {
        let tag = text(&get(&ui, "", &[(ACCEPT_ENCODING, "gzip")]).await.unwrap(), ETAG).to_owned();
        let again = get(&ui, "", &[(IF_NONE_MATCH, &tag), (ACCEPT_ENCODING, "gzip"), (RANGE, "bytes=0-1")]).await.unwrap();
        assert_eq!((again.status(), again.body().len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!((text(&again, ETAG), text(&again, CACHE_CONTROL)), (&*tag, "no-cache"));
        assert_eq!((text(&again, VARY), text(&again, CONTENT_TYPE)), ("accept-encoding", ""));
        let other = get(&ui, "", &[(IF_NONE_MATCH, "\"0\"")]).await.unwrap();
        assert_eq!(other.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_part_is_sent_of_the_same_form() {
    for ui in both() {
        let tag = text(&get(&ui, "assets/app.js", &[]).await.unwrap(), ETAG).to_owned();
        let length = script().len();
        let part = get(&ui, "assets/app.js", &[(RANGE, "bytes=7-11"), (IF_RANGE, &tag)]).await.unwrap();
        assert_eq!((part.status(), &**part.body()), (StatusCode::PARTIAL_CONTENT, &b"const"[..]));
        assert_eq!((text(&part, CONTENT_RANGE), text(&part, ETAG)), (&*format!("bytes 7-11/{length}"), &*tag));
        let none = get(&ui, "assets/app.js", &[(RANGE, "bytes=999999-")]).await.unwrap();
        assert_eq!((none.status(), none.body().len()), (StatusCode::RANGE_NOT_SATISFIABLE, 0));
        assert_eq!(text(&none, CONTENT_RANGE), format!("bytes */{length}"));
        for headers in [&[(RANGE, "bytes=0-1"), (IF_RANGE, "\"0\"")][..], &[(RANGE, "bytes=0-1,3-4")]] {
            let whole = get(&ui, "assets/app.js", headers).await.unwrap();
            assert_eq!((whole.status(), whole.body().len()), (StatusCode::OK, length));
        }
        let range = [(RANGE, HeaderValue::from_static("bytes=0-1"))].into_iter().collect();
        assert_eq!(ui.answer(&Method::HEAD, "", &range).await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_file_is_compressed_once() {
    let [ui, _] = both();
    let headers = [(ACCEPT_ENCODING, "gzip")];
    let (first, second) = tokio::join!(get(&ui, "assets/app.js", &headers), get(&ui, "assets/app.js", &headers));
    let (first, second) = (first.unwrap().into_body(), second.unwrap().into_body());
    assert_eq!(first.as_ptr(), second.as_ptr());
}
