use std::sync::Arc;

use temps_plugin_inbox::{Put, Settings, Step};

use crate::{Test, done, event};

#[tokio::test]
async fn an_event_comes_out_as_it_came_in() {
    let test = Test::new(Settings::default()).await;
    assert_eq!(test.put(&["1"]).await, [Put::Taken]);
    let due = test.one(&[]).await;
    assert_eq!((due.event, due.attempt), (event("1"), 1));
}

#[tokio::test]
async fn a_second_one_with_its_id_is_known_whatever_became_of_the_first() {
    let test = Test::new(Settings::default()).await;
    assert_eq!(test.put(&["1", "2", "1"]).await, [Put::Taken, Put::Taken, Put::Known]);
    assert_eq!(test.put(&["1"]).await, [Put::Known]);
    let due = test.one(&[]).await;
    assert_eq!(test.put(&["1"]).await, [Put::Known]);
    assert_eq!(test.one(&done(&due)).await.event.id, "2");
    assert_eq!(test.put(&["1"]).await, [Put::Known]);
}

#[tokio::test]
async fn one_more_than_may_wait_is_refused() {
    let test = Test::new(Settings::default().with_pending(2)).await;
    assert_eq!(test.put(&["1", "2", "3"]).await, [Put::Taken, Put::Taken, Put::Full]);
    // One that is known takes no room, full or not.
    assert_eq!(test.put(&["2"]).await, [Put::Known]);
    // Being delivered it still counts; done it does not.
    let due = test.one(&[]).await;
    assert_eq!(test.put(&["3"]).await, [Put::Full]);
    test.due(&done(&due)).await;
    assert_eq!(test.put(&["3"]).await, [Put::Taken]);
}

#[tokio::test]
async fn bytes_are_bounded_and_what_is_in_can_be_settled() {
    const BYTES: usize = 1 << 20;
    let test = Test::new(Settings::default().with_bytes(BYTES)).await;
    let large = |n: usize| {
        let mut event = event(&n.to_string());
        event.data = serde_json::Value::String("x".repeat(50_000));
        Arc::new(event)
    };
    let mut taken = 0;
    loop {
        let event = large(taken);
        match test.inbox.commit(Step { came: vec![event], ..Step::default() }).await.unwrap().put[..] {
            [Put::Taken] => taken += 1,
            ref refused => break assert_eq!(refused, [Put::Full]),
        }
    }
    assert!((18..=21).contains(&taken), "{taken}");
    let mut due = test.one(&[]).await;
    for _ in 1..taken {
        due = test.one(&done(&due)).await;
    }
    test.due(&done(&due)).await;
    let event = large(taken);
    assert_eq!(test.inbox.commit(Step { came: vec![event], ..Step::default() }).await.unwrap().put, [Put::Taken]);
    let file = std::fs::metadata(temps_plugin_inbox::path_in(test.folder.path())).unwrap().len();
    assert!(file <= u64::try_from(BYTES + BYTES / 8).unwrap(), "{file}");
}

#[tokio::test]
async fn what_was_taken_is_there_after_a_kill_and_comes_before_new_ones() {
    let test = Test::new(Settings::default()).await;
    test.put(&["1", "2"]).await;
    let first = test.one(&[]).await;
    let test = test.killed(Settings::default()).await;
    test.put(&["3"]).await;
    let again = test.one(&[]).await;
    assert_eq!((again.event.id.as_str(), again.attempt), ("1", first.attempt + 1));
    let second = test.one(&done(&again)).await;
    assert_eq!(second.event.id, "2");
    assert_eq!(test.one(&done(&second)).await.event.id, "3");
}
