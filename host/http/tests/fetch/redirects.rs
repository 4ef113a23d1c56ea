use http::Method;
use http_body_util::{BodyExt, Empty};
use temps_plugin_http::{Error, Request, RequestBody, Settings, Ungranted};

use crate::support::{PUBLIC, get, open_client, outside, post, response, serve, text};

fn to(status: &str, place: &str) -> Vec<u8> {
    response(&format!("{status}\r\nlocation: {place}"), b"moved")
}

#[tokio::test]
async fn they_are_followed_as_far_as_wanted() {
    let at = serve(|request| {
        let count: usize = request.split(['/', ' ']).nth(2).unwrap().parse().unwrap();
        if count == 0 { response("200 OK", b"there") } else { to("302 Found", &format!("/{}", count - 1)) }
    })
    .await;
    let client = open_client(Settings::default().with_redirects(5));
    let fetch = |count: u32, most| client.fetch(Request { redirects: most, ..get(format!("http://{at}/{count}")) });
    let response = fetch(3, Some(3)).await.unwrap();
    assert_eq!((response.status.as_u16(), response.url.path()), (200, "/0"));
    for (count, most) in [(4, Some(3)), (1, Some(0)), (6, Some(100))] {
        let error = fetch(count, most).await.unwrap_err();
        assert!(matches!(error, Error::Redirect(_)), "{error}");
    }
    assert!(fetch(5, Some(100)).await.is_ok());
    let response = fetch(1, None).await.unwrap();
    assert_eq!(
        (response.status.as_u16(), response.url.path(), &response.headers["location"]),
        (302, "/1", &"/0".parse().unwrap())
    );
}

#[tokio::test]
async fn each_hop_is_granted_anew() {
    let at = serve(|request| {
        let place = request.split([' ', '?']).nth(2).unwrap();
        to("307 Temporary Redirect", place)
    })
    .await;
    let names = [&*format!("a.test={PUBLIC}"), "in.test=10.0.0.1"];
    let client = outside(&["http://a.test", "http://127.0.0.1", "http://in.test"], &names, &[format!("{PUBLIC}:80={at}")]);
    for (place, asked) in
        [("http://b.test/", "http://b.test"), ("http://a.test:81/", "http://a.test:81"), ("https://a.test/", "https://a.test")]
    {
        let error = client.fetch(get(format!("http://a.test/?{place}"))).await.unwrap_err();
        assert_eq!(error, Error::Denied(Ungranted::Origin { origin: asked.to_owned() }));
    }
    for place in ["http://127.1/", "http://in.test/", "//127.0.0.1/"] {
        let error = client.fetch(get(format!("http://a.test/?{place}"))).await.unwrap_err();
        assert!(matches!(error, Error::Denied(Ungranted::Address { .. })), "{error}");
    }
    let error = client.fetch(get("http://a.test/?file:///etc/passwd")).await.unwrap_err();
    assert!(matches!(error, Error::Redirect(_)), "{error}");
}

#[tokio::test]
async fn another_origin_gets_neither_credentials_nor_a_body_that_it_should_not() {
    let there = serve(|request| response("200 OK", request.as_bytes())).await;
    let here = serve(move |request| to(request.split([' ', '?']).nth(2).unwrap(), &format!("http://{there}/"))).await;
    let client = open_client(Settings::default());
    let fetch = |status: &str| {
        let mut request = post(format!("http://{here}/?{status}"), "payload");
        request.headers.insert("authorization", "secret".parse().unwrap());
        request.headers.insert("cookie", "secret".parse().unwrap());
        request.headers.insert("content-type", "text/plain".parse().unwrap());
        request.headers.insert("x-kept", "1".parse().unwrap());
        text(&client, request)
    };
    let seen = fetch("303").await.unwrap();
    assert!(seen.starts_with("GET / ") && seen.contains("x-kept") && seen.contains(&format!("host: {there}")), "{seen}");
    assert!(!seen.contains("secret") && !seen.contains("payload") && !seen.contains("content-type"), "{seen}");
    let seen = fetch("308").await.unwrap();
    assert!(seen.starts_with("POST / ") && seen.ends_with("payload") && seen.contains("content-type"), "{seen}");
    assert!(!seen.contains("secret"), "{seen}");
}

#[tokio::test]
async fn a_streamed_body_is_sent_once() {
    let at = serve(|request| if request.starts_with("POST") { to("307 Again", "/b") } else { response("200 OK", b"") }).await;
    let body = RequestBody::Streamed(Empty::new().map_err(|never| match never {}).boxed_unsync());
    let request = Request { method: Method::POST, body, ..get(format!("http://{at}/")) };
    let error = open_client(Settings::default()).fetch(request).await.unwrap_err();
    assert!(matches!(&error, Error::Redirect(words) if words.contains("sent once")), "{error}");
}
