use futures::{SinkExt, StreamExt};
use serde_json::json;
use temps_plugin_protocol::{ProtocolVersion, encode_event, encode_response};
use temps_plugin_runtime::PlatformError;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::ask;
use crate::channel::connection::MAX_FRAME_BYTES;
use crate::testing::{TestSite, frame, soon};

const V2: ProtocolVersion = ProtocolVersion::V2;

#[tokio::test]
async fn frames_that_make_no_sense_are_ignored() {
    let site = TestSite::start(V2);
    let mut channel = site.open_channel().await.unwrap();
    let asked = ask(&site.link, 1).await;
    let sent = frame(&mut channel).await;
    let right = encode_response(V2, 0, "get_project", &Ok(json!("right")));
    for nonsense in [
        Message::text("{"),
        Message::text(""),
        Message::text("[]"),
        Message::text(r#"{"type":"newer"}"#),
        Message::text(r#"{"type":"response"}"#),
        Message::text(r#"{"type":"event","event":{"id":1}}"#),
        Message::text(encode_response(V2, 99, "get_project", &Ok(json!("nobody asked")))),
        Message::binary(right.clone().into_bytes()),
    ] {
        channel.send(nonsense).await.unwrap();
    }
    assert!(!asked.is_finished());
    assert_eq!(sent["id"], 0);
    channel.send(Message::text(right.clone())).await.unwrap();
    assert_eq!(soon(asked).await.unwrap(), Ok(json!("right")));
    // The same again, and the channel is as it was.
    channel.send(Message::text(right)).await.unwrap();
    let asked = ask(&site.link, 2).await;
    assert_eq!(frame(&mut channel).await["id"], 1);
    channel.send(Message::text(encode_response(V2, 1, "get_project", &Ok(json!("again"))))).await.unwrap();
    assert_eq!(soon(asked).await.unwrap(), Ok(json!("again")));
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_fails_its_query_at_once() {
    let site = TestSite::start(V2);
    let mut channel = site.open_channel().await.unwrap();
    let asked = ask(&site.link, 1).await;
    frame(&mut channel).await;
    channel.send(Message::text(r#"{"type":"response","id":0,"outcome":{"maybe":1}}"#)).await.unwrap();
    let failed = soon(asked).await.unwrap().unwrap_err();
    assert!(matches!(&failed, PlatformError::Protocol(words) if words.contains("response 0")), "{failed}");
}

#[tokio::test]
async fn pings_are_answered() {
    let site = TestSite::start(V2);
    let mut channel = site.open_channel().await.unwrap();
    channel.send(Message::Ping("hello".into())).await.unwrap();
    assert_eq!(soon(channel.next()).await.unwrap().unwrap(), Message::Pong("hello".into()));
}

#[tokio::test]
async fn events_go_to_the_inbox_if_the_plugin_wants_them() {
    let site = TestSite::start(V2);
    let mut channel = site.open_channel().await.unwrap();
    for (id, event_type) in [("1", "project.created"), ("2", "deployment.failed")] {
        let event = crate::events::event(id, event_type);
        channel.send(Message::text(encode_event(&event))).await.unwrap();
    }
    assert_eq!(soon(site.inbox.next()).await.id, "2");
    assert_eq!(site.inbox.waiting(), 0);
}

#[tokio::test]
async fn events_beyond_the_inbox_do_not_hold_up_answers() {
    let site = TestSite::start(V2);
    let mut channel = site.open_channel().await.unwrap();
    let asked = ask(&site.link, 1).await;
    frame(&mut channel).await;
    for id in ["1", "2", "3", "4"] {
        let event = crate::events::event(id, "deployment.failed");
        channel.send(Message::text(encode_event(&event))).await.unwrap();
    }
    channel.send(Message::text(encode_response(V2, 0, "get_project", &Ok(json!(1))))).await.unwrap();
    assert_eq!(soon(asked).await.unwrap(), Ok(json!(1)));
    assert_eq!(site.inbox.waiting(), 2);
}

#[tokio::test]
async fn a_frame_has_a_largest_size() {
    let site = TestSite::start(V2);
    let mut channel = site.open_channel().await.unwrap();
    let (asked, cut_off) = (ask(&site.link, 1).await, ask(&site.link, 2).await);
    let mut largest = encode_response(V2, 0, "get_project", &Ok(json!("large")));
    largest.push_str(&" ".repeat(MAX_FRAME_BYTES - largest.len()));
    let larger = format!("{largest} ");
    soon(channel.send(Message::text(largest))).await.unwrap();
    assert_eq!(soon(asked).await.unwrap(), Ok(json!("large")));
    let (sent, closed) = soon(async {
        let (mut sink, mut stream) = channel.split();
        tokio::join!(sink.send(Message::text(larger)), async move {
            loop {
                match stream.next().await {
                    Some(Ok(Message::Close(frame))) => break frame,
                    Some(Ok(_)) => {}
                    other => panic!("{other:?}"),
                }
            }
        })
    })
    .await;
    drop(sent);
    assert_eq!(closed.unwrap().code, CloseCode::Size);
    assert_eq!(soon(cut_off).await.unwrap(), Err(PlatformError::Disconnected));
}
