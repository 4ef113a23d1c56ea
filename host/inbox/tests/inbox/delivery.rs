use std::time::Duration;

use temps_plugin_inbox::{Counts, ERROR_BYTES, Ended, Operator, Outcome, Put, Settings, Step};

use crate::{Test, done, failed, impatient, said};

#[tokio::test]
async fn an_event_that_failed_is_tried_again_before_the_next() {
    let test = Test::new(impatient()).await;
    test.put(&["1", "2"]).await;
    let first = test.one(&[]).await;
    let again = test.one(&failed(&first)).await;
    assert_eq!((again.event.id.as_str(), again.attempt), ("1", 2));
    assert_eq!(test.one(&done(&again)).await.event.id, "2");
}

#[tokio::test]
async fn it_holds_its_place_while_it_waits() {
    let hour = Duration::from_secs(3600);
    let test = Test::new(Settings::default().with_first_wait(hour).with_longest_wait(hour)).await;
    test.put(&["1", "2"]).await;
    let first = test.one(&[]).await;
    let waiting = test.due(&failed(&first)).await;
    assert_eq!(waiting.due, []);
    let pause = waiting.next_due.unwrap();
    assert!(pause <= hour && pause >= hour / 3, "{pause:?}");
    assert!(matches!(&waiting.ended[..], [Ended::Again { id, after }] if id == "1" && *after >= hour / 2), "{:?}", waiting.ended);
    // With a second place it does not hold up the others, and neither does a restart shorten its pause.
    let test = test.killed(Settings::default().with_longest_wait(hour)).await;
    let both = test.inbox.commit(Step { at_once: 2, ..Step::default() }).await.unwrap();
    assert_eq!(both.due.iter().map(|due| due.event.id.as_str()).collect::<Vec<_>>(), ["2"]);
    assert!(both.next_due.unwrap() >= hour / 3);
}

#[tokio::test]
async fn a_pause_is_never_longer_than_the_longest_whatever_the_clock_says() {
    let hour = Duration::from_secs(3600);
    let test = Test::new(Settings::default().with_first_wait(hour).with_longest_wait(hour)).await;
    test.put(&["1"]).await;
    let first = test.one(&[]).await;
    test.due(&failed(&first)).await;
    let test = test.killed(Settings::default().with_longest_wait(Duration::from_secs(2))).await;
    assert_eq!(test.due(&[]).await.next_due, Some(Duration::from_secs(2)));
}

#[tokio::test]
async fn after_its_last_try_it_is_dead_and_the_next_has_its_turn() {
    let test = Test::new(impatient().with_tries(3)).await;
    test.put(&["1", "2"]).await;
    let mut due = test.one(&[]).await;
    for attempt in 2..=3 {
        due = test.one(&failed(&due)).await;
        assert_eq!((due.event.id.as_str(), due.attempt), ("1", attempt));
    }
    let dead = test.due(&failed(&due)).await;
    assert_eq!(dead.ended, [Ended::Dead { id: "1".into(), attempts: 3, reason: "no".into() }]);
    assert_eq!(dead.due[0].event.id, "2");
    assert_eq!(test.inbox.counts().await.unwrap(), Counts { pending: 1, retried: 0, dead: 1 });
}

#[tokio::test]
async fn of_an_error_no_more_is_kept_than_of_a_line_of_the_log() {
    let test = Test::new(impatient().with_tries(2)).await;
    test.put(&["1"]).await;
    let long = || Outcome::Failed("é".repeat(10 << 20));
    let first = test.one(&[]).await;
    let second = test.one(&said(&first, long())).await;
    let dead = test.due(&said(&second, long())).await;
    let [Ended::Dead { reason, .. }] = &dead.ended[..] else { panic!("{:?}", dead.ended) };
    assert!(reason.starts_with('é') && reason.ends_with(" bytes more)") && reason.len() < ERROR_BYTES + 40, "{}", reason.len());
    let operator = Operator::open(test.folder.path()).await.unwrap();
    let kept = operator.show("1").await.unwrap().unwrap();
    assert_eq!(kept.last_error.as_ref(), Some(reason));
}

#[tokio::test]
async fn a_launcher_that_dies_in_it_uses_a_try_up() {
    let test = Test::new(impatient().with_tries(2)).await;
    test.put(&["1"]).await;
    assert_eq!(test.one(&[]).await.attempt, 1);
    let test = test.killed(impatient().with_tries(2)).await;
    assert_eq!(test.one(&[]).await.attempt, 2);
    let test = test.killed(impatient().with_tries(2)).await;
    let dead = test.due(&[]).await;
    assert_eq!(dead.due, []);
    assert!(
        matches!(&dead.ended[..], [Ended::Dead { attempts: 2, reason, .. }] if reason.contains("ended during")),
        "{:?}",
        dead.ended
    );
}

#[tokio::test]
async fn a_delivery_that_did_not_take_place_does_not_count() {
    let test = Test::new(impatient().with_tries(2)).await;
    test.put(&["1"]).await;
    let mut due = test.one(&[]).await;
    for _ in 0..5 {
        due = test.one(&said(&due, Outcome::Interrupted("stopping".into()))).await;
        assert_eq!(due.attempt, 1);
    }
    assert_eq!(test.inbox.counts().await.unwrap(), Counts { pending: 1, retried: 1, dead: 0 });
}

#[tokio::test]
async fn as_many_are_under_way_as_may() {
    let test = Test::new(Settings::default()).await;
    test.put(&["1", "2", "3", "4"]).await;
    assert_eq!(test.inbox.commit(Step::default()).await.unwrap().due, []);
    let three = test.inbox.commit(Step { at_once: 3, ..Step::default() }).await.unwrap().due;
    assert_eq!(three.iter().map(|due| due.event.id.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
    let under_way: Vec<i64> = three.iter().map(|due| due.sequence).collect();
    let full = test.inbox.commit(Step { under_way: under_way.clone(), at_once: 3, ..Step::default() }).await.unwrap();
    assert_eq!(full.due, []);
    let left = vec![under_way[0], under_way[2]];
    let said = done(&three[1]).to_vec();
    let next = test.inbox.commit(Step { said, under_way: left, at_once: 3, ..Step::default() }).await.unwrap().due;
    assert_eq!(next.iter().map(|due| due.event.id.as_str()).collect::<Vec<_>>(), ["4"]);
}

#[tokio::test]
async fn what_is_done_is_known_for_a_while() {
    let test = Test::new(Settings::default().with_history(2)).await;
    test.put(&["1", "2", "3"]).await;
    let mut due = test.one(&[]).await;
    for _ in 0..2 {
        due = test.one(&done(&due)).await;
    }
    assert_eq!(test.put(&["1"]).await, [Put::Known]);
    test.due(&done(&due)).await;
    assert_eq!(test.put(&["1", "2", "3"]).await, [Put::Taken, Put::Known, Put::Known]);
}

#[tokio::test]
async fn dead_ones_are_kept_up_to_a_number_and_the_oldest_goes_with_a_word() {
    let test = Test::new(impatient().with_tries(1).with_dead(2)).await;
    test.put(&["1", "2", "3"]).await;
    let mut due = test.one(&[]).await;
    for _ in 0..2 {
        let next = test.due(&failed(&due)).await;
        assert!(!next.ended.iter().any(|ended| matches!(ended, Ended::Forgotten { .. })));
        due = next.due.into_iter().next().unwrap();
    }
    let third = test.due(&failed(&due)).await.ended;
    assert!(third.contains(&Ended::Forgotten { id: "1".into(), event_type: "a.b".into() }), "{third:?}");
    assert_eq!(test.inbox.counts().await.unwrap().dead, 2);
}
