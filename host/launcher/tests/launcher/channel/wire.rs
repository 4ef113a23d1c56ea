//! Frames that are not as they should be, each with the line that it leaves in the log.

use http::StatusCode;
use serde_json::json;
use temps_plugin_protocol::ProtocolVersion;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::{asking, hello, works};
use crate::support::Channel;

/// More than the largest frame.
const TOO_LARGE: usize = (33 << 20) + 1;

/// A frame's head with an empty mask: its first byte, and the length of what follows.
fn head(first: u8, length: usize) -> Vec<u8> {
    [&[first, 0xff][..], &u64::try_from(length).unwrap().to_be_bytes(), &[0; 4]].concat()
}

/// Fragments of text that never end: a first one, and so many of a megabyte after it.
fn fragments(count: usize) -> Vec<u8> {
    let next = [head(0x00, 1 << 20), vec![b' '; 1 << 20]].concat();
    [head(0x01, 2), b"{ ".to_vec(), next.repeat(count)].concat()
}

/// The reason that the plugin gives for the end; `None` if the connection was cut off before it could be read.
async fn closed(channel: &mut Channel) -> Option<CloseCode> {
    use futures::StreamExt;
    loop {
        match channel.socket().next().await {
            Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return None,
        }
    }
}

#[tokio::test]
async fn what_the_websocket_cannot_go_on_after_ends_the_connection() {
    let launcher = hello(ProtocolVersion::V2).ready().await;
    for (bytes, reason, logged) in [
        // The head alone is enough.
        (head(0x81, TOO_LARGE), CloseCode::Size, "Message too long: 34603009 > 34603008"),
        (fragments(34), CloseCode::Size, "Message too long: 34603010 > 34603008"),
        ([head(0x81, 2), vec![0xc3, 0x28]].concat(), CloseCode::Invalid, "UTF-8 encoding error"),
        // Text, two bytes, no mask.
        (vec![0x81, 2, b'{', b'}'], CloseCode::Protocol, "Received an unmasked frame from client"),
        // A continuation of nothing.
        ([head(0x80, 2), b"{}".to_vec()].concat(), CloseCode::Protocol, "Continue frame but nothing to continue"),
        // A ping of 126 bytes.
        ([head(0x89, 126), vec![b'p'; 126]].concat(), CloseCode::Protocol, "Control frame too big"),
        // Reserved bits, and a reserved kind.
        ([head(0xf1, 2), b"{}".to_vec()].concat(), CloseCode::Protocol, "Reserved bits are non-zero"),
        ([head(0x83, 2), b"{}".to_vec()].concat(), CloseCode::Protocol, "invalid opcode: 3"),
    ] {
        let mut channel = launcher.channel().await;
        let (answer, code) = asking(&launcher, async {
            channel.query().await;
            // The launcher may have seen enough before it has read everything.
            drop(channel.connection().write_all(&bytes).await);
            closed(&mut channel).await
        })
        .await;
        assert!(code.is_none_or(|code| code == reason), "{code:?}: {logged}");
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{logged}");
        assert!(answer.text.contains("the channel to the platform is closed"), "{}", answer.text);
        let line = launcher.logged(logged).await;
        assert!(line.contains("the channel was lost"), "{line}");
    }
    works(&launcher, &mut launcher.channel().await).await;
    launcher.stop().await;
}

#[tokio::test]
async fn frames_of_the_other_version_are_told_from_ones_own_in_v1() {
    let other = json!({ "outcome": { "ok": { "method": "get_project", "result": { "id": 7 } } } });
    frames_of_the_other_version_are_told_from_ones_own(ProtocolVersion::V1, other).await;
}

#[tokio::test]
async fn frames_of_the_other_version_are_told_from_ones_own_in_v2() {
    frames_of_the_other_version_are_told_from_ones_own(ProtocolVersion::V2, json!({ "result": { "id": 7 } })).await;
}

async fn frames_of_the_other_version_are_told_from_ones_own(version: ProtocolVersion, mut other: serde_json::Value) {
    let (launcher, mut channel) = hello(version).running().await;
    let (answer, ()) = asking(&launcher, async {
        let (id, _) = channel.query().await;
        (other["type"], other["id"]) = (json!("response"), json!(id));
        channel.send(other).await;
    })
    .await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.text.contains("was not understood"), "{}", answer.text);
    launcher.logged(&format!("has neither a result nor an error where {version} has them")).await;
    // A plugin's own frame, sent back.
    channel.send(json!({ "type": "request", "id": 0, "method": "get_project", "params": { "project_id": 7 } })).await;
    launcher.logged(r#"`type` is \"request\", which this side does not take"#).await;
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn answers_reach_who_asked_in_whatever_order_they_come() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    let (first, second, ()) = tokio::join!(launcher.get("/project/1"), launcher.get("/project/2"), async {
        let queries = [channel.query().await, channel.query().await];
        for (id, call) in queries.into_iter().rev() {
            let temps_plugin_protocol::PlatformCall::GetProject { project_id } = call else { panic!("{call:?}") };
            let mut project = Channel::project();
            project["id"] = json!(project_id);
            project["name"] = json!(format!("number {project_id}"));
            channel.answer(id, &Ok(project)).await;
        }
    });
    assert!(first.text.contains("number 1") && second.text.contains("number 2"), "{} {}", first.text, second.text);
    launcher.stop().await;
}
