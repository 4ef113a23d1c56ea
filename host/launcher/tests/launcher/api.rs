//! Calls of the platform's API as the user that a request comes from.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use serde_json::json;
use temps_plugin_protocol::channel::MAX_API_PAYLOAD_BYTES;
use temps_plugin_protocol::{ApiBody, ApiCall, ApiMethod, ChannelError, ErrorCode, PartContent, PlatformCall};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Channel, Launcher, Start, User};

/// Calls under way at once.
const AT_ONCE: usize = 32;

fn guest() -> Start {
    Start::with(test_guests::CALLS_API)
}

impl Channel {
    /// The plugin's next API call.
    async fn api_call(&mut self) -> (u64, ApiCall) {
        match self.query().await {
            (id, PlatformCall::ApiCall(call)) => (id, call),
            (_, other) => panic!("{other:?} is no API call"),
        }
    }

    /// Answers an API call.
    async fn answer_api(&mut self, id: u64, status: u16, body: &str) {
        self.answer(id, &Ok(json!({ "status": status, "body": body }))).await;
    }

    /// Answers the next API call with its token, so that whoever made it gets its own.
    async fn echo_token(&mut self) -> ApiCall {
        let (id, call) = self.api_call().await;
        self.answer_api(id, 200, &call.actor).await;
        call
    }

    /// Nothing but the answer to a ping is on the way: whatever was sent before has come.
    async fn nothing_more(&mut self) {
        self.send_message(Message::Ping(Bytes::new())).await;
        let next = self.message().await;
        assert!(matches!(next, Some(Message::Pong(_))), "{next:?}");
    }
}

/// A call and its answer, with nothing sent before it.
async fn works(launcher: &Launcher, channel: &mut Channel) {
    let user = User::new(99);
    let (answer, call) = tokio::join!(user.get(launcher.client(), "/get/works"), channel.echo_token());
    assert_eq!(call.path, "/works");
    assert_eq!(answer.text, format!("200 {}", user.token()));
}

#[tokio::test]
async fn a_call_goes_out_in_the_callers_name() {
    let (launcher, mut channel) = guest().running().await;
    let user = User::new(7);
    let (answer, ()) = tokio::join!(user.get(launcher.client(), "/get/projects/7?a=b"), async {
        let (id, call) = channel.api_call().await;
        assert_eq!((call.method, call.path.as_str(), call.query.as_deref()), (ApiMethod::Get, "/projects/7", Some("q=a%3Db")));
        assert_eq!((call.body, call.actor.as_str()), (None, user.token()));
        channel.answer_api(id, 404, r#"{"title":"no such project"}"#).await;
    });
    assert_eq!(answer.text, r#"404 {"title":"no such project"}"#);

    let (answer, ()) = tokio::join!(user.post(launcher.client(), "/json/7", ""), async {
        let (id, call) = channel.api_call().await;
        assert_eq!((call.method, call.path.as_str()), (ApiMethod::Post, "/json"));
        assert_eq!(call.body, Some(ApiBody::Json(r#""xxxxx""#.to_owned())));
        channel.answer_api(id, 204, "").await;
    });
    assert_eq!(answer.text, "204 ");

    let (_, ()) = tokio::join!(user.post(launcher.client(), "/form/5", ""), async {
        let (id, call) = channel.api_call().await;
        let Some(ApiBody::Multipart(parts)) = call.body else { panic!("no form") };
        assert_eq!((parts[0].name.as_str(), &parts[0].content), ("title", &PartContent::Text("ü".to_owned())));
        assert_eq!((parts[1].filename.as_deref(), &parts[1].content), (Some("f.bin"), &PartContent::Binary(vec![0xa5; 3])));
        channel.answer_api(id, 200, "").await;
    });
    let log = launcher.log();
    assert!(log.iter().all(|line| !line.contains(user.token())), "{log:#?}");
    launcher.stop().await;
}

#[tokio::test]
async fn two_callers_are_not_mixed_up() {
    let (launcher, mut channel) = guest().running().await;
    let users: Vec<User> = (0..16).map(User::new).collect();
    let asked = futures::future::join_all(users.iter().map(|user| user.get(launcher.client(), "/get/me")));
    let (answers, ()) = tokio::join!(asked, async {
        let mut calls = Vec::new();
        for _ in &users {
            calls.push(channel.api_call().await);
        }
        // In another order than that in which they came.
        calls.sort_by_key(|(id, _)| (id % 3, std::cmp::Reverse(*id)));
        for (id, call) in calls {
            channel.answer_api(id, 200, &call.actor).await;
        }
    });
    for (user, answer) in users.iter().zip(answers) {
        assert_eq!(answer.text, format!("200 {}", user.token()));
    }
    launcher.stop().await;
}

#[tokio::test]
async fn the_platforms_refusals_reach_the_guest() {
    let (launcher, mut channel) = guest().running().await;
    for (code, said) in [
        (ErrorCode::Unauthenticated, "Platform(Unauthenticated("),
        (ErrorCode::PermissionDenied, "Platform(PermissionDenied("),
        (ErrorCode::Internal, "Platform(Internal("),
    ] {
        let (answer, ()) = tokio::join!(User::new(7).get(launcher.client(), "/get/x"), async {
            let (id, _) = channel.api_call().await;
            channel.answer(id, &Err(ChannelError::new(code, "in its own words"))).await;
        });
        assert!(answer.text.starts_with(said) && answer.text.contains("in its own words"), "{}", answer.text);
    }
    for odd in [json!({}), json!({ "status": "200", "body": "" }), json!({ "status": 0, "body": "" })] {
        let (answer, ()) = tokio::join!(User::new(7).get(launcher.client(), "/get/x"), async {
            let (id, _) = channel.api_call().await;
            channel.answer(id, &Ok(odd)).await;
        });
        assert!(answer.text.starts_with("Platform(Protocol("), "{}", answer.text);
    }
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_caller_is_acted_for_beyond_the_request_but_not_for_ever() {
    let (launcher, mut channel) = guest().limit("actor_time", "3s").running().await;
    let user = User::new(7);
    user.post(launcher.client(), "/later/100", "").await;
    let (id, call) = channel.api_call().await;
    assert_eq!(call.actor, user.token());
    channel.answer_api(id, 200, "later").await;
    until(&launcher, "200 later").await;

    let (too_late, ()) = tokio::join!(user.get(launcher.client(), "/after/3000"), async {
        user.post(launcher.client(), "/later/3000", "").await;
        until(&launcher, "Expired").await;
    });
    assert!(too_late.text.starts_with("Expired"), "{}", too_late.text);
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

/// Waits for what the last call in the background gave.
async fn until(launcher: &Launcher, begins: &str) {
    let came = async {
        while !launcher.get("/later").await.text.starts_with(begins) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), came).await.unwrap_or_else(|_| panic!("{begins} does not come"));
}

#[tokio::test]
async fn without_a_caller_or_a_token_there_is_nobody_to_act_for() {
    let (launcher, mut channel) = guest().running().await;
    assert_eq!(launcher.get("/get/x").await.status, 401);
    let answer = User::new(7).without_token().get(launcher.client(), "/get/x").await;
    assert!(answer.text.starts_with("NoActor"), "{}", answer.text);
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn the_launcher_itself_refuses_what_must_not_be_sent() {
    let (launcher, mut channel) = Start::with(test_guests::API_RAW).running().await;
    let (client, user) = (launcher.client(), User::new(7));
    assert_eq!(user.get(client, "/get").await.text, "ApiError::MissingCapability(Capability::ApiRead)");
    for path in ["x", "/../x", "/a/%2E%2e/x", "/a/..%2fx", "/x?y", "/x#y", "/x\ny", "/x\\..\\y"] {
        let answer = user.post(client, "/post", path).await;
        assert!(answer.text.starts_with("ApiError::InvalidTarget"), "{path}: {}", answer.text);
    }
    let answer = user.post(client, "/query", "a#b").await;
    assert!(answer.text.starts_with("ApiError::InvalidTarget"), "{}", answer.text);
    let over = MAX_API_PAYLOAD_BYTES + 1;
    assert_eq!(user.get(client, &format!("/large/{over}")).await.text, format!("ApiError::TooLarge({over})"));
    assert_eq!(launcher.get("/get").await.text, "no caller");
    channel.nothing_more().await;
    let (answer, call) = tokio::join!(user.post(client, "/post", "/x/y"), channel.echo_token());
    assert_eq!((answer.text, call.path.as_str()), (format!("200 {}", user.token()), "/x/y"));
    launcher.stop().await;
}

#[tokio::test]
async fn a_body_of_the_largest_size_gets_across() {
    let (launcher, mut channel) = guest().limit("platform_call_time", "60s").running().await;
    let (client, user) = (launcher.client(), User::new(7));
    for kind in ["json", "form"] {
        let (answer, ()) = tokio::join!(user.post(client, &format!("/{kind}/{MAX_API_PAYLOAD_BYTES}"), ""), async {
            let (id, call) = channel.api_call().await;
            assert_eq!(call.payload_bytes(), MAX_API_PAYLOAD_BYTES);
            // As large an answer as the body, so that both ways are seen.
            channel.answer_api(id, 200, &"y".repeat(MAX_API_PAYLOAD_BYTES)).await;
        });
        assert_eq!(answer.text.len(), "200 ".len() + MAX_API_PAYLOAD_BYTES, "{kind}");
        let refused = user.post(client, &format!("/{kind}/{}", MAX_API_PAYLOAD_BYTES + 1), "").await;
        assert!(refused.text.starts_with("TooLarge"), "{}", &refused.text[..refused.text.len().min(200)]);
    }
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn calls_wait_their_turn_in_order() {
    let (launcher, mut channel) = guest().running().await;
    const CALLS: usize = 40;
    let (answer, ()) = tokio::join!(User::new(7).get(launcher.client(), &format!("/many/{CALLS}")), async {
        let mut under_way = Vec::new();
        for n in 0..AT_ONCE {
            let (id, call) = channel.api_call().await;
            assert_eq!(call.path, format!("/{n}"));
            under_way.push((id, call.path));
        }
        channel.nothing_more().await;
        for n in AT_ONCE..CALLS {
            let (id, path) = under_way.swap_remove(n % under_way.len());
            channel.answer_api(id, 200, &path).await;
            let (id, call) = channel.api_call().await;
            assert_eq!(call.path, format!("/{n}"));
            under_way.push((id, call.path));
        }
        for (id, path) in under_way {
            channel.answer_api(id, 200, &path).await;
        }
    });
    let expected: Vec<_> = (0..CALLS).map(|n| format!("200 /{n}")).collect();
    assert_eq!(answer.text.lines().collect::<Vec<_>>(), expected);
    launcher.stop().await;
}

#[tokio::test]
async fn calls_hold_only_so_many_bytes() {
    let (launcher, mut channel) = guest().limit("api_bytes", "1000").running().await;
    let (client, user) = (launcher.client(), User::new(7));
    // With the path, `/json`: 995 bytes are the most.
    let refused = user.post(client, "/json/996", "").await;
    assert!(refused.text.starts_with("Platform(Overloaded)"), "{}", refused.text);
    let (first, ()) = tokio::join!(user.post(client, "/json/995", ""), async {
        let (id, _) = channel.api_call().await;
        let refused = user.get(client, "/get/x").await;
        assert!(refused.text.starts_with("Platform(Overloaded)"), "{}", refused.text);
        channel.answer_api(id, 200, "").await;
    });
    assert_eq!(first.text, "200 ");
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_call_ends_with_its_request_or_its_channel() {
    // With one call under way at once, the next one goes out when the one given up is gone.
    let (launcher, mut channel) = guest().limit("platform_in_flight", "1").running().await;
    let client = launcher.client();
    let request = User::new(7).sign(client.request("/get/given-up")).body(Empty::<Bytes>::new()).unwrap();
    let mut connection = client.connect().await;
    let given_up = tokio::spawn(async move { connection.send_request(request).await.map(drop) });
    let (id, _) = channel.api_call().await;
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    works(&launcher, &mut channel).await;
    channel.answer_api(id, 200, "").await;
    launcher.logged("is late or came twice").await;

    let (lost, ()) = tokio::join!(User::new(7).get(client, "/get/lost"), async {
        channel.api_call().await;
        drop(channel);
    });
    assert!(lost.text.starts_with("Platform(Disconnected)"), "{}", lost.text);
    works(&launcher, &mut launcher.channel().await).await;
    launcher.stop().await;
}
