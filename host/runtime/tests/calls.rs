//! Calls into a real guest, without a socket.

#[allow(dead_code, reason = "the rest is for the other tests")]
mod support;

use std::time::{Duration, Instant};

use http::StatusCode;
use support::{event, get, post, start};
use temps_plugin_runtime::{DeliverError, InitError, Limits};

#[tokio::test(flavor = "multi_thread")]
async fn hello_answers() {
    let plugin = start(test_guests::TEMPS_HELLO_PLUGIN, &Limits::default());
    plugin.initialised().await.unwrap();
    let answer = get(&plugin, "/hello/7").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.text, r#"{"id":7,"name":"user-7","msg":"hello world"}"#);
    assert_eq!(post(&plugin, "/echo", "said").await.text, "said");
    assert_eq!(get(&plugin, "/nowhere").await.status, StatusCode::NOT_FOUND);
    assert!(get(&plugin, "/project/7").await.text.contains("seven"));
    plugin.stop().await;
    assert_eq!(get(&plugin, "/hello/7").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_slow_requests_take_as_long_as_one() {
    let plugin = start(test_guests::MIXED, &Limits::default());
    plugin.initialised().await.unwrap();
    // The best of three: other tests run beside.
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        let answers = futures::future::join_all((0..64).map(|_| get(&plugin, "/wait/50"))).await;
        assert!(answers.iter().all(|answer| answer.text == "waited"));
        best = best.min(begun.elapsed());
    }
    assert!(best < Duration::from_millis(150), "64 requests of 50 ms took {best:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_lock_stops_only_those_who_want_it() {
    let plugin = start(test_guests::MIXED, &Limits::default());
    plugin.initialised().await.unwrap();
    let (lock, other) = tokio::join!(get(&plugin, "/lock/300"), async {
        let begun = Instant::now();
        let answer = get(&plugin, "/ok").await;
        (answer, begun.elapsed())
    });
    assert_eq!(lock.text, "1");
    assert_eq!(other.0.text, "ok");
    assert!(other.1 < Duration::from_millis(200), "{:?}", other.1);
    let begun = Instant::now();
    let counts = futures::future::join_all((0..4).map(|_| get(&plugin, "/lock/50"))).await;
    assert!(begun.elapsed() >= Duration::from_millis(200));
    assert_eq!(counts.iter().map(|answer| answer.text.as_str()).collect::<Vec<_>>(), ["2", "3", "4", "5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_every_size_come_back_whole() {
    let plugin = start(test_guests::MIXED, &Limits::default());
    for size in [0, 1, 65_535, 65_536, 65_537, 1 << 20, 4 << 20] {
        let body: String = (0..size).map(|n| char::from(b'a' + u8::try_from(n % 26).unwrap())).collect();
        let answer = post(&plugin, "/echo", body.clone()).await;
        assert!(answer.text == body, "{size} bytes did not come back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_taken_refused_or_too_slow() {
    let plugin = start(test_guests::MIXED, &Limits::default().with_event_time(Duration::from_millis(200)));
    assert_eq!(plugin.deliver(&event("project.created"), 1).await, Ok(()));
    let refused = plugin.deliver(&event("project.deleted"), 1).await;
    assert_eq!(refused, Err(DeliverError::Refused("not this one".into())));
    let slow = plugin.deliver(&event("project.stuck"), 1).await;
    assert_eq!(slow, Err(DeliverError::TimedOut(Duration::from_millis(200))));
    assert_eq!(plugin.deliver(&event("project.created"), 2).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_whose_time_is_over_is_dropped() {
    let plugin = start(test_guests::MIXED, &Limits::default().with_event_time(Duration::from_millis(100)));
    for _ in 0..3 {
        assert!(matches!(plugin.deliver(&event("project.stuck"), 1).await, Err(DeliverError::TimedOut(_))));
    }
    let dropped = async {
        // Each question is answered by the event loop that the guest's tasks run in.
        while plugin.stats().await.unwrap().calls > 0 {}
    };
    tokio::time::timeout(Duration::from_secs(20), dropped).await.expect("the handlers go on");
    assert_eq!(plugin.stats().await.unwrap().instance, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_costs_what_it_must() {
    let plugin = start(test_guests::PANICS, &Limits::default());
    plugin.initialised().await.unwrap();
    let idempotent = tokio::spawn({
        let plugin = plugin.clone();
        async move { get(&plugin, "/wait/200").await }
    });
    let other = tokio::spawn({
        let plugin = plugin.clone();
        async move { post(&plugin, "/wait/200", "").await }
    });
    // Both are under way once a third, sent after them, has been answered.
    assert_eq!(get(&plugin, "/wait/20").await.text, "waited");
    let answer = get(&plugin, "/panic").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let idempotent = idempotent.await.unwrap();
    assert_eq!((idempotent.status, idempotent.text.as_str()), (StatusCode::OK, "waited"));
    let other = other.await.unwrap();
    assert_eq!(other.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(other.headers["retry-after"], "1");
    assert_eq!(get(&plugin, "/ok").await.text, "ok");
    assert_eq!(plugin.stats().await.unwrap().instance, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_is_the_fault_of_its_request() {
    let plugin = start(test_guests::SPINS, &Limits::default().with_cpu_budget(Duration::from_millis(300)));
    plugin.initialised().await.unwrap();
    let (spun, ok) = tokio::join!(get(&plugin, "/spin"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        get(&plugin, "/ok").await
    });
    assert_eq!(spun.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(ok.text, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn traps_of_every_kind_are_the_fault_of_their_request() {
    for (component, path) in [(test_guests::ALLOCATES, "/allocate"), (test_guests::RECURSES, "/recurse")] {
        let plugin = start(component, &Limits::default());
        plugin.initialised().await.unwrap();
        assert_eq!(get(&plugin, path).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert_eq!(get(&plugin, "/ok").await.text, "ok");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_does_not_wait_for_an_initialisation() {
    let plugin = start(test_guests::HANGS_IN_INIT, &Limits::default());
    tokio::time::timeout(Duration::from_secs(5), plugin.stop()).await.expect("it waits");
    assert_eq!(plugin.initialised().await, Err(InitError::Stopped));
    assert_eq!(get(&plugin, "/").await.status, StatusCode::SERVICE_UNAVAILABLE);
}
