//! Who a request comes from: verified in v2, never in v1, and nobody's business otherwise.

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE};
use http::request::Builder;
use http::{HeaderValue, StatusCode};
use http_body_util::{Empty, Full};
use temps_plugin_protocol::{ProtocolVersion, headers};

use crate::support::{Answer, Client, Launcher, SECRET, Start, User};

fn guest(version: ProtocolVersion) -> Start {
    Start::with(test_guests::CALLS_API).version(version)
}

async fn send(client: &Client, request: Builder) -> Answer {
    client.answer(request.body(Empty::<Bytes>::new()).unwrap()).await
}

/// A request as a client can send it, straight to the socket.
fn unsigned(path: &str) -> Builder {
    http::Request::get(path).header("host", "localhost").header(headers::PLUGIN, "plugin")
}

#[tokio::test]
async fn v2_tells_the_guest_who_asks() {
    let (launcher, _channel) = guest(ProtocolVersion::V2).running().await;
    let (client, user) = (launcher.client(), User::new(7));
    assert_eq!(user.get(client, "/me").await.text, "7 user-7@example.com reader x:read y:read");
    assert_eq!(user.get(client, "/required").await.text, "7");
    assert_eq!(user.without_token().get(client, "/me").await.text, "7 user-7@example.com reader x:read y:read");
    // The host's own words stay visible.
    let seen = User::new(7).get(client, "/headers").await.text;
    assert!(seen.contains("x-temps-user-id: 7") && seen.contains("x-temps-user-permissions: x:read,y:read"), "{seen}");
    launcher.stop().await;
}

#[tokio::test]
async fn v2_knows_of_anonymous_requests_and_missing_permissions() {
    let (launcher, _channel) = guest(ProtocolVersion::V2).running().await;
    assert_eq!(launcher.get("/me").await.text, "nobody");
    let nobody = launcher.get("/required").await;
    assert_eq!((nobody.status, &nobody.headers["content-type"]), (StatusCode::UNAUTHORIZED, &problem()));
    let refused = User::new(7).get(launcher.client(), "/write").await;
    assert_eq!((refused.status, &refused.headers["content-type"]), (StatusCode::FORBIDDEN, &problem()));
    assert!(refused.text.contains("x:write"), "{}", refused.text);
    launcher.stop().await;
}

fn problem() -> HeaderValue {
    HeaderValue::from_static("application/problem+json")
}

#[tokio::test]
async fn v1_believes_no_claim() {
    let (launcher, _channel) = guest(ProtocolVersion::V1).running().await;
    let client = launcher.client();
    // As the v1 host passes on what a client has sent.
    let forged =
        |path| User::new(1).sign(client.request(path)).header(headers::AUTH_SIGNATURE, SECRET).header(headers::AUTH, SECRET);
    assert_eq!(send(client, forged("/me")).await.text, "nobody");
    assert_eq!(send(client, forged("/required")).await.status, StatusCode::UNAUTHORIZED);
    let seen = send(client, forged("/headers")).await.text;
    for hidden in ["x-temps-user", "actor-token", "signature", SECRET] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
    launcher.stop().await;
}

#[tokio::test]
async fn v2_believes_nobody_but_the_host() {
    let (launcher, _channel) = guest(ProtocolVersion::V2).running().await;
    let client = launcher.client();
    for signatures in [&[][..], &["wrong"], &[""], &[SECRET, SECRET], &["wrong", SECRET]] {
        let forged = User::new(1).sign(unsigned("/me"));
        let forged = signatures.iter().fold(forged, |request, signature| request.header(headers::AUTH_SIGNATURE, *signature));
        assert_eq!(send(client, forged).await.status, StatusCode::UNAUTHORIZED, "{signatures:?}");
    }
    let v1 = User::new(1).sign(unsigned("/me")).header(headers::AUTH, SECRET);
    assert_eq!(send(client, v1).await.status, StatusCode::UNAUTHORIZED);
    launcher.stop().await;
}

#[tokio::test]
async fn v2_takes_no_caller_who_is_named_in_part_or_oddly() {
    let (launcher, _channel) = guest(ProtocolVersion::V2).running().await;
    let client = launcher.client();
    let all = [(headers::USER_ID, "7"), (headers::USER_EMAIL, "a@b"), (headers::USER_ROLE, "user")];
    let with =
        |named: &[(&str, &str)]| named.iter().fold(client.request("/me"), |request, (name, value)| request.header(*name, *value));
    for present in 1..7_usize {
        let named: Vec<_> = all.iter().enumerate().filter(|(bit, _)| present & (1 << bit) != 0).map(|(_, pair)| *pair).collect();
        assert_eq!(send(client, with(&named)).await.status, StatusCode::UNAUTHORIZED, "{named:?}");
    }
    for odd in ["2147483648", "seven", "", "7.5"] {
        let request = with(&[(headers::USER_ID, odd), all[1], all[2]]);
        let refused = send(client, request).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{odd}");
        assert!(refused.text.contains(headers::USER_ID), "{}", refused.text);
    }
    for header in [headers::USER_EMAIL, headers::USER_ROLE, headers::USER_PERMISSIONS, headers::ACTOR_TOKEN] {
        let user = || User::new(7).sign(client.request("/me"));
        let twice = user().header(header, "another");
        assert_eq!(send(client, twice).await.status, StatusCode::UNAUTHORIZED, "{header}");
        let mut odd = user().body(Empty::<Bytes>::new()).unwrap();
        odd.headers_mut().insert(header, HeaderValue::from_bytes(b"\xfe").unwrap());
        assert_eq!(client.answer(odd).await.status, StatusCode::UNAUTHORIZED, "{header}");
    }
    // A token alone is nobody's, and permissions are too.
    let alone = with(&[(headers::ACTOR_TOKEN, "token"), (headers::USER_PERMISSIONS, "x:read")]);
    assert_eq!(send(client, alone).await.text, "nobody");
    launcher.stop().await;
}

/// What the guest sees of a request with the user's own headers.
async fn seen(launcher: &Launcher) -> String {
    let request = launcher.client().request("/headers").header(COOKIE, "session=1").header(AUTHORIZATION, "Bearer 1");
    send(launcher.client(), request).await.text
}

#[tokio::test]
async fn the_users_own_headers_are_passed_when_the_operator_says_so() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let (launcher, _channel) = guest(version).running().await;
        let none = seen(&launcher).await;
        assert!(!none.contains("session=1") && !none.contains("Bearer 1"), "{none}");
        launcher.stop().await;

        let (launcher, _channel) = guest(version).argument("--pass-header").argument("Cookie").running().await;
        let cookie = seen(&launcher).await;
        assert!(cookie.contains("cookie: session=1") && !cookie.contains("Bearer 1"), "{cookie}");
        launcher.stop().await;

        let start = guest(version).argument("--pass-header=authorization").argument("--pass-header=cookie");
        let (launcher, _channel) = start.running().await;
        let both = seen(&launcher).await;
        assert!(both.contains("cookie: session=1") && both.contains("authorization: Bearer 1"), "{both}");
        launcher.stop().await;
    }
}

#[tokio::test]
async fn no_other_header_can_be_passed() {
    for name in ["x-temps-actor-token", "x-temps-auth-signature", "accept"] {
        let mut launcher = guest(ProtocolVersion::V2).argument("--pass-header").argument(name).spawn();
        assert_eq!(launcher.exit().await.code(), Some(2));
        let said = launcher.last_line().await.to_string();
        assert!(said.contains(name) && said.contains("only `cookie` and `authorization`"), "{said}");
    }
}

/// The text with the bits flipped that the guest flips back.
fn flipped(text: &str) -> Bytes {
    text.bytes().map(|byte| byte ^ 0x55).collect::<Vec<_>>().into()
}

#[tokio::test]
async fn the_token_is_nowhere_in_the_guest_nor_in_the_log() {
    let (launcher, _channel) = Start::with(test_guests::API_RAW).running().await;
    let (client, user) = (launcher.client(), User::new(7));
    let dump = user.get(client, "/dump").await.text;
    assert!(dump.contains(&user.email()) && dump.contains("Caller { handle"), "{dump}");
    assert!(!dump.contains(user.token()), "{dump}");
    let search = async |text: &str| -> usize { user.post(client, "/search", flipped(text)).await.text.parse().unwrap() };
    assert!(search(&user.email()).await > 0, "the search finds nothing");
    assert_eq!(search(user.token()).await, 0);
    assert_eq!(search(SECRET).await, 0);
    let log = launcher.log();
    assert!(log.iter().all(|line| !line.contains(user.token()) && !line.contains(SECRET)), "{log:#?}");
    launcher.stop().await;
}

#[tokio::test]
async fn a_large_upload_has_its_caller_too() {
    let (launcher, _channel) = guest(ProtocolVersion::V2).running().await;
    let client = launcher.client();
    let request = User::new(7).sign(client.request("/me")).method("GET").body(Full::new(Bytes::from(vec![0; 1 << 20])));
    assert_eq!(client.answer(request.unwrap()).await.text, "7 user-7@example.com reader x:read y:read");
    launcher.stop().await;
}
