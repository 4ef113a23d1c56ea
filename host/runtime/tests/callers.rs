//! A request's caller on the way into a real guest.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what tests share is a test too, though clippy does not see it")]

#[allow(dead_code, reason = "the rest is for the other tests")]
mod support;

use std::time::Duration;

use http::{Method, StatusCode};
use support::{get, post, send_as, start};
use temps_plugin_runtime::{Limits, Plugin};

/// Waits until the guest holds so many handles.
async fn holds(plugin: &Plugin, resources: usize) {
    let reached = async {
        while plugin.stats().await.unwrap().resources != resources {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reached).await.expect("the guest holds another number of handles");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_lives_as_long_as_the_guest_holds_it() {
    let plugin = start(test_guests::CALLS_API, &Limits::default());
    assert_eq!(get(&plugin, "/me").await.text, "nobody");
    let none = plugin.stats().await.unwrap().resources;
    for n in 1..=3 {
        assert_eq!(send_as(&plugin, 7, Method::POST, "/keep").await.status, StatusCode::OK);
        holds(&plugin, none + n).await;
    }
    assert_eq!(send_as(&plugin, 7, Method::GET, "/me").await.text, "7 7@x user ");
    holds(&plugin, none + 3).await;
    post(&plugin, "/forget", "").await;
    holds(&plugin, none).await;

    send_as(&plugin, 7, Method::POST, "/keep").await;
    assert_eq!(post(&plugin, "/trap", "").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(get(&plugin, "/me").await.text, "nobody");
    assert_eq!(plugin.stats().await.unwrap().instance, 2);
    holds(&plugin, none).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_try_has_its_caller_again() {
    let plugin = start(test_guests::CALLS_API, &Limits::default());
    plugin.initialised().await.unwrap();
    let tried_twice = tokio::spawn({
        let plugin = plugin.clone();
        async move { send_as(&plugin, 7, Method::GET, "/after/200").await }
    });
    // It is under way once another, sent after it, has been answered.
    assert_eq!(send_as(&plugin, 8, Method::GET, "/wait/20").await.text, "8");
    assert_eq!(post(&plugin, "/trap", "").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let answer = tried_twice.await.unwrap();
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "200 7"));
    assert_eq!(plugin.stats().await.unwrap().instance, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_runs_from_the_requests_arrival() {
    let plugin = start(test_guests::CALLS_API, &Limits::default().with_actor_time(Duration::from_millis(500)));
    plugin.initialised().await.unwrap();
    assert_eq!(send_as(&plugin, 7, Method::GET, "/get/x").await.text, "200 7");
    assert!(send_as(&plugin, 7, Method::GET, "/after/500").await.text.starts_with("Expired"));
}
