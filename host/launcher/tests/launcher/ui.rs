//! A user interface, of a component in a file and of a packed one, served without the guest.

use std::io::Read;
use std::sync::OnceLock;

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use serde_json::Value;
use temps_plugin_protocol::{ProtocolVersion, decode_ready_line, headers};

use crate::support::{Launcher, Pack, Start};

const BOTH: [ProtocolVersion; 2] = [ProtocolVersion::V1, ProtocolVersion::V2];
const PAGE: &[u8] = include_bytes!("../../../test-guests/guests/ui/web/dist/index.html");
const SCRIPT: &[u8] = include_bytes!("../../../test-guests/guests/ui/web/dist/assets/app-1a2b3c4d.js");
const LOGO: &[u8] = include_bytes!("../../../test-guests/guests/ui/web/dist/assets/logo 1.png");
const SCRIPT_PATH: &str = "/ui/assets/app-1a2b3c4d.js";

fn packed() -> Start {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| Pack::of(test_guests::UI)).start()
}

/// The same plugin in its two forms, up and running.
async fn forms() -> [Launcher; 2] {
    [Start::with(test_guests::UI).ready().await, packed().ready().await]
}

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Got {
    fn text(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn send(launcher: &Launcher, request: Request<Empty<Bytes>>) -> Got {
    let (parts, body) = launcher.client().send(request).await.into_parts();
    Got { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
}

async fn ask(launcher: &Launcher, method: Method, path: &str, headers: &[(HeaderName, &str)]) -> Got {
    let request = headers
        .iter()
        .fold(launcher.client().request(path).method(method), |request, (name, value)| request.header(name, *value));
    send(launcher, request.body(Empty::new()).unwrap()).await
}

async fn get(launcher: &Launcher, path: &str, headers: &[(HeaderName, &str)]) -> Got {
    ask(launcher, Method::GET, path, headers).await
}

#[tokio::test]
async fn the_host_is_told_of_it_exactly_if_there_is_one() {
    for version in BOTH {
        for (start, expected) in
            [(Start::with(test_guests::UI), true), (packed(), true), (Start::with(test_guests::SHOWS_HEADERS), false)]
        {
            let mut launcher = start.version(version).spawn();
            launcher.manifest().await;
            launcher.launch().await;
            let ready = decode_ready_line(version, &launcher.line().await.unwrap()).unwrap();
            assert_eq!(ready.has_ui, expected);
        }
    }
}

#[tokio::test]
async fn its_paths_lead_to_files_or_to_the_page() {
    for version in BOTH {
        for start in [Start::with(test_guests::UI), packed()] {
            let launcher = start.version(version).ready().await;
            let top = get(&launcher, "/ui", &[]).await;
            assert_eq!((top.status, top.text(LOCATION), top.body.len()), (StatusCode::MOVED_PERMANENTLY, "ui/", 0));
            assert_eq!(get(&launcher, "/ui?tab=2", &[]).await.text(LOCATION), "ui/?tab=2");
            for path in ["/ui/", "/ui/?tab=2", "/ui/index.html", "/ui/settings", "/ui/settings/", "/ui/a//b", "/ui/%C3%BC"] {
                let page = get(&launcher, path, &[]).await;
                assert_eq!((page.status, &*page.body), (StatusCode::OK, PAGE), "{path}");
                assert_eq!(page.text(CACHE_CONTROL), "no-cache", "{path}");
            }
            for path in [SCRIPT_PATH, "/ui/assets%2Fapp-1a2b3c4d.js?v=1", "/ui/%61ssets/app-1a2b3c4d.js"] {
                let script = get(&launcher, path, &[]).await;
                assert_eq!((script.status, &*script.body), (StatusCode::OK, SCRIPT), "{path}");
                assert_eq!(script.text(CACHE_CONTROL), "public, max-age=31536000, immutable");
            }
            assert_eq!(&*get(&launcher, "/ui/assets/logo%201.png", &[]).await.body, LOGO);
            for path in
                ["/ui/app.js", "/ui/assets/app-1a2b3c4d.js/", "/ui/../health.txt", "/ui/%2e%2e", "/ui/%ff.js", "/ui/%00.js"]
            {
                let missing = get(&launcher, path, &[]).await;
                assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
                assert_eq!(missing.text(CONTENT_TYPE), "application/problem+json", "{path}");
            }
            for (path, said) in [("/greeting", "hello"), ("/uix", "the guest's"), ("/health", "ok")] {
                assert_eq!(launcher.get(path).await.text, said);
            }
            launcher.stop().await;
        }
    }
}

#[tokio::test]
async fn each_answer_says_what_it_is() {
    for launcher in forms().await {
        for (path, content_type) in [
            ("/ui/", "text/html; charset=utf-8"),
            (SCRIPT_PATH, "text/javascript; charset=utf-8"),
            ("/ui/assets/logo%201.png", "image/png"),
        ] {
            let got = get(&launcher, path, &[]).await;
            assert_eq!(got.text(CONTENT_TYPE), content_type);
            assert_eq!((got.text(X_CONTENT_TYPE_OPTIONS), got.text(ACCEPT_RANGES)), ("nosniff", "bytes"));
            assert_eq!(got.text(CONTENT_LENGTH), got.body.len().to_string());
            assert_eq!(got.text(VARY), if content_type == "image/png" { "" } else { "accept-encoding" });
        }
        let page = get(&launcher, "/ui/", &[]).await;
        let policy = page.text(CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'self'; ") && policy.contains("frame-ancestors 'self'"), "{policy}");
        assert_eq!(page.text(REFERRER_POLICY), "same-origin");
        assert_eq!(get(&launcher, SCRIPT_PATH, &[]).await.text(CONTENT_SECURITY_POLICY), "");
    }
}

#[tokio::test]
async fn what_a_client_can_decompress_is_compressed() {
    // Brotli is what a bundle brings.
    for (launcher, smallest) in forms().await.into_iter().zip(["gzip", "br"]) {
        let mut tags = Vec::new();
        for (accepted, coding) in [("gzip, deflate, br, zstd", smallest), ("br;q=0.1, gzip", "gzip"), ("br;q=0", "")] {
            let got = get(&launcher, SCRIPT_PATH, &[(ACCEPT_ENCODING, accepted)]).await;
            assert_eq!(got.text(CONTENT_ENCODING), coding);
            assert_eq!(got.body.len() < SCRIPT.len(), !coding.is_empty());
            let mut back = Vec::new();
            match coding {
                "br" => brotli::Decompressor::new(&*got.body, 4096).read_to_end(&mut back).unwrap(),
                "gzip" => flate2::read::GzDecoder::new(&*got.body).read_to_end(&mut back).unwrap(),
                _ => (&*got.body).read_to_end(&mut back).unwrap(),
            };
            assert_eq!(back, SCRIPT);
            tags.push(got.text(ETAG).to_owned());
        }
        assert_eq!(tags[0] == tags[1], smallest == "gzip", "{tags:?}");
        assert!(tags[0] != tags[2] && tags[1] != tags[2], "{tags:?}");
        let logo = get(&launcher, "/ui/assets/logo%201.png", &[(ACCEPT_ENCODING, "br")]).await;
        assert_eq!((logo.text(CONTENT_ENCODING), &*logo.body), ("", LOGO));
    }
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    for launcher in forms().await {
        for path in ["/ui/", SCRIPT_PATH] {
            let tag = get(&launcher, path, &[]).await.text(ETAG).to_owned();
            let again = get(&launcher, path, &[(IF_NONE_MATCH, &tag)]).await;
            assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
            assert_eq!((again.text(ETAG), again.text(VARY)), (tag.as_str(), "accept-encoding"));
            let compressed = get(&launcher, path, &[(IF_NONE_MATCH, &tag), (ACCEPT_ENCODING, "gzip")]).await;
            assert_eq!(compressed.status, StatusCode::OK, "that is another form");
        }
    }
}

#[tokio::test]
async fn a_client_can_have_a_part() {
    for launcher in forms().await {
        let whole = get(&launcher, SCRIPT_PATH, &[]).await;
        let part = get(&launcher, SCRIPT_PATH, &[(RANGE, "bytes=3-7"), (IF_RANGE, whole.text(ETAG))]).await;
        assert_eq!((part.status, &*part.body), (StatusCode::PARTIAL_CONTENT, &SCRIPT[3..8]));
        assert_eq!(part.text(CONTENT_RANGE), format!("bytes 3-7/{}", SCRIPT.len()));
        let end = get(&launcher, SCRIPT_PATH, &[(RANGE, "bytes=-4")]).await;
        assert_eq!((end.status, &*end.body), (StatusCode::PARTIAL_CONTENT, &SCRIPT[SCRIPT.len() - 4..]));
        let beyond = get(&launcher, SCRIPT_PATH, &[(RANGE, "bytes=9999999-")]).await;
        assert_eq!((beyond.status, beyond.body.len()), (StatusCode::RANGE_NOT_SATISFIABLE, 0));
        assert_eq!(beyond.text(CONTENT_RANGE), format!("bytes */{}", SCRIPT.len()));
        for other in [&[(RANGE, "bytes=0-1"), (IF_RANGE, "\"another\"")][..], &[(RANGE, "bytes=0-1,4-5")]] {
            let all = get(&launcher, SCRIPT_PATH, other).await;
            assert_eq!((all.status, &*all.body), (StatusCode::OK, SCRIPT));
        }
    }
}

#[tokio::test]
async fn it_is_only_read() {
    for launcher in forms().await {
        let head = ask(&launcher, Method::HEAD, SCRIPT_PATH, &[]).await;
        let got = get(&launcher, SCRIPT_PATH, &[]).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
        for name in [CONTENT_LENGTH, CONTENT_TYPE, ETAG, CACHE_CONTROL] {
            assert_eq!(head.text(name.clone()), got.text(name));
        }
        assert_eq!(ask(&launcher, Method::HEAD, "/ui", &[]).await.status, StatusCode::MOVED_PERMANENTLY);
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            for path in ["/ui", "/ui/", SCRIPT_PATH, "/ui/api"] {
                let refused = ask(&launcher, method.clone(), path, &[]).await;
                assert_eq!(
                    (refused.status, refused.text(ALLOW)),
                    (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"),
                    "{method} {path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn v2_wants_a_signature() {
    for start in [Start::with(test_guests::UI), packed()] {
        let launcher = start.ready().await;
        for path in ["/ui", "/ui/", SCRIPT_PATH, "/ui/missing.js"] {
            for signature in [None, Some("wrong")] {
                let request = Request::get(path).header("host", "localhost");
                let request = signature.into_iter().fold(request, |request, text| request.header(headers::AUTH_SIGNATURE, text));
                let refused = send(&launcher, request.body(Empty::new()).unwrap()).await;
                assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
                assert_eq!(refused.text(CONTENT_TYPE), "application/problem+json");
            }
        }
    }
}

#[tokio::test]
async fn without_one_its_paths_are_the_guests() {
    let launcher = Start::with(test_guests::NEVER_ANSWERS).ready().await;
    for path in ["/ui", "/ui/", "/ui/app.js"] {
        assert_eq!(launcher.get(path).await.text, "ok", "{path}");
    }
}

/// The guest `ui-cases` with this case written into it: a policy, and paths.
fn case(policy: &str, paths: &[&str]) -> Start {
    let mut component = std::fs::read(test_guests::UI_CASES).unwrap();
    let begin = b"ui-case||index.html|";
    let at = component.windows(begin.len()).position(|bytes| bytes == begin).unwrap();
    let case = format!("ui-case|{policy}|{}|", paths.join("|"));
    let room = &mut component[at..at + 256];
    assert!(case.len() <= room.len() && room[begin.len()..].iter().all(|byte| *byte == b' '));
    room.fill(b' ');
    room[..case.len()].copy_from_slice(case.as_bytes());
    Start::with_bytes(&component)
}

#[tokio::test]
async fn a_path_that_is_none_ends_the_start() {
    for (paths, said) in [
        (&["index.html", "../x"][..], &["user interface", "\"../x\"", "`..`"][..]),
        (&["index.html", "/etc/passwd"], &["\"/etc/passwd\"", "empty segment"]),
        (&["index.html", "a\\b"], &["\"a\\\\b\"", "`\\`"]),
        (&["index.html", "a\0b"], &["\"a\\0b\"", "control character"]),
        (&["index.html", "a.js", "a.js"], &["\"a.js\"", "twice"]),
        (&["assets/app.js"], &["no index.html"]),
        (&["index.html", "missing"], &["\"missing\""]),
    ] {
        case("", paths).spawn().fails(5, said).await;
    }
}

#[tokio::test]
async fn more_than_is_allowed_ends_the_start() {
    // What is in a file is its path: 10 and 4 bytes.
    let paths = ["index.html", "a.js"];
    for (limit, most, less, said) in [
        ("ui_files", "2", "1", "it has 2 files, and 1 are allowed (limit ui_files)"),
        ("ui_file_bytes", "10", "9", "\"index.html\" has 10 bytes, and 9 are allowed (limit ui_file_bytes)"),
        ("ui_bytes", "14", "13", "more than 13 bytes, with \"a.js\""),
        ("ui_path_bytes", "10", "9", "it has 10 bytes, and 9 are allowed (limit ui_path_bytes)"),
    ] {
        let launcher = case("", &paths).limit(limit, most).ready().await;
        assert_eq!(launcher.get("/ui/a.js").await.text, "a.js");
        launcher.stop().await;
        case("", &paths).limit(limit, less).spawn().fails(5, &[said]).await;
    }
}

#[tokio::test]
async fn a_policy_of_the_plugins_own_is_sent_with_its_pages() {
    let mut launcher = case("default-src *", &["index.html"]).spawn();
    let line: Value = launcher.manifest().await;
    assert!(!line.to_string().contains("default-src"), "the host is told nothing of it");
    launcher.launch().await;
    launcher.line().await.unwrap();
    assert_eq!(get(&launcher, "/ui/any", &[]).await.text(CONTENT_SECURITY_POLICY), "default-src *");
    case("a\nb", &["index.html"]).spawn().fails(5, &["`content_security_policy`", "one line"]).await;
}
