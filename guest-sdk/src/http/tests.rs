use std::time::Duration;

use futures::{StreamExt, stream};
use serde_json::json;

use super::*;
use crate::testing::{Exchange, HttpScript};

fn client(servers: &HttpScript) -> Client {
    let _installed = servers.install();
    Client::new()
}

#[tokio::test]
async fn a_request_is_made_of_its_parts() {
    let servers = HttpScript::new().expect(Exchange::new(Method::PUT, "https://a.test/x?a=1&b=c+d&e=f#g"));
    let request = client(&servers).put("https://a.test/x?a=1#g").query(&[("b", "c d")]).query(&json!({ "e": "f" }));
    let request = request.header("x-a", "1").header("x-a", "2").bearer_auth("t").json(&json!({ "k": [1] }));
    assert!(request.send().await.unwrap().status().is_success());
    let made = &servers.made()[0];
    assert_eq!(made.headers.get_all("x-a").iter().count(), 2);
    assert_eq!(made.headers["authorization"], "Bearer t");
    assert_eq!(made.headers["content-type"], "application/json");
    assert_eq!(made.json(), Some(json!({ "k": [1] })));
    servers.assert_done();
}

#[tokio::test]
async fn bodies_are_bytes_text_forms_and_streams() {
    let servers = HttpScript::new();
    let servers = ["a=b+c", "bytes", "stream"]
        .iter()
        .fold(servers, |servers, body| servers.expect(Exchange::post("https://a.test/").with_body(*body)));
    let client = client(&servers);
    let post = || client.post("https://a.test/");
    post().form(&[("a", "b c")]).basic_auth("u", Some("p")).send().await.unwrap();
    post().body(b"bytes".to_vec()).send().await.unwrap();
    let pieces = stream::iter([Ok::<_, std::io::Error>("str"), Ok("eam")]);
    post().body(Body::wrap_stream(pieces)).send().await.unwrap();
    assert_eq!(servers.made()[0].headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(servers.made()[0].headers["authorization"], "Basic dTpw");
    servers.assert_done();
    let broken = stream::iter([Ok("a"), Err(std::io::Error::other("gone"))]);
    let error = post().body(Body::wrap_stream(broken)).send().await.unwrap_err();
    assert!(error.is_protocol() && error.to_string().contains("gone"), "{error}");
}

#[tokio::test]
async fn default_headers_give_way() {
    let servers = HttpScript::new().expect(Exchange::get("https://a.test/")).expect(Exchange::get("https://a.test/"));
    let _installed = servers.install();
    let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/html"))]);
    let client = Client::builder().default_headers(headers).user_agent("me/1").timeout(Duration::from_secs(1)).build().unwrap();
    client.get("https://a.test/").send().await.unwrap();
    client.get("https://a.test/").header("accept", "text/plain").send().await.unwrap();
    let accepted: Vec<_> = servers.made().iter().map(|made| made.headers["accept"].clone()).collect();
    assert_eq!(accepted, ["text/html", "text/plain"]);
    assert_eq!(servers.made()[1].headers["user-agent"], "me/1");
    assert_eq!((servers.made()[0].timeout, servers.made()[0].redirects), (Some(Duration::from_secs(1)), Some(10)));
    assert!(Client::builder().user_agent("a\nb").build().unwrap_err().is_builder());
}

#[tokio::test]
async fn a_response_is_read_in_many_ways() {
    let exchange = || Exchange::get("https://a.test/").header("etag", "x").json(&json!({ "n": 1 }));
    let servers = (0..5).fold(HttpScript::new(), |servers, _| servers.expect(exchange()));
    let client = client(&servers);
    let send = || async { client.get("https://a.test/").send().await.unwrap() };
    let response = send().await;
    assert_eq!(
        (response.url(), response.content_length(), &response.headers()["etag"]),
        ("https://a.test/", Some(7), &HeaderValue::from_static("x"))
    );
    assert_eq!(response.json::<serde_json::Value>().await.unwrap(), json!({ "n": 1 }));
    assert_eq!(send().await.text().await.unwrap(), r#"{"n":1}"#);
    let error = send().await.json::<Vec<u8>>().await.unwrap_err();
    assert!(error.is_decode() && error.url() == Some("https://a.test/"), "{error}");
    let mut response = send().await;
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 7);
    assert_eq!(response.chunk().await.unwrap(), None);
    assert_eq!(send().await.bytes_stream().map(|piece| piece.unwrap().len()).collect::<Vec<_>>().await, [7]);
}

#[tokio::test]
async fn a_body_comes_in_pieces_and_may_break_off() {
    let exchange = || Exchange::get("https://a.test/").pieces(["ab", "cd", "ef"]);
    let servers = HttpScript::new().expect(exchange()).expect(exchange().breaks_off());
    let client = client(&servers);
    let send = || async { client.get("https://a.test/").send().await.unwrap() };
    let response = send().await;
    assert_eq!(response.content_length(), None);
    assert_eq!(response.text().await.unwrap(), "abcdef");
    let error = send().await.bytes().await.unwrap_err();
    assert!(error.is_lost() && error.is_body() && !error.is_connect() && !error.is_request(), "{error}");
    assert_eq!(error.url(), Some("https://a.test/"));
}

#[tokio::test]
async fn errors_say_what_they_are() {
    let url = "https://a.test:8443/x/y?z";
    let servers = HttpScript::new().expect(Exchange::get(url).denied()).expect(Exchange::get(url).times_out());
    let servers = servers.expect(Exchange::get(url).cannot_connect()).expect(Exchange::get(url).status(404));
    let client = client(&servers);
    let send = || client.get(url).send();
    let error = send().await.unwrap_err();
    assert_eq!(error.ungranted(), Some(&Ungranted::Origin("https://a.test:8443".to_owned())));
    assert!(error.is_denied() && error.to_string().ends_with(&format!("({url})")), "{error}");
    assert!(send().await.unwrap_err().is_timeout());
    let error = send().await.unwrap_err();
    assert!(error.is_connect() && error.is_request() && !error.is_body() && !error.is_lost(), "{error}");
    let error = send().await.unwrap().error_for_status().unwrap_err();
    assert_eq!((error.status(), error.is_status()), (Some(StatusCode::NOT_FOUND), true));
    let error = client.get(url).header("a b", "c").send().await.unwrap_err();
    assert!(error.is_builder() && error.url() == Some(url), "{error}");
    assert!(client.get(url).header("a", "b\r\nc: d").send().await.unwrap_err().is_builder());
}

#[tokio::test]
async fn what_is_not_expected_fails() {
    let servers = HttpScript::new().expect(Exchange::post("https://a.test/").with_header("x", "1"));
    let client = client(&servers);
    let error = client.post("https://a.test/").header("x", "2").send().await.unwrap_err();
    assert!(error.to_string().contains("it expects POST https://a.test/"), "{error}");
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| servers.assert_done()));
    assert!(done.is_err());
    // A client that was made without a script has one that expects nothing.
    let error = Client::new().get("https://a.test/").send().await.unwrap_err();
    assert!(error.to_string().contains("it expects nothing"), "{error}");
}
