use std::time::Duration;

use temps_plugin_inbox::event::State;
use temps_plugin_inbox::{Changes, Counts, InboxError, NotChanged, Operator, Outcome, Put, path_in};

use crate::{Test, done, failed, impatient, said};

const ALL: [State; 4] = [State::Pending, State::Done, State::Dead, State::Dropped];

#[tokio::test]
async fn they_see_what_there_is_beside_a_running_launcher() {
    let test = Test::new(impatient().with_tries(1)).await;
    test.put(&["1", "2", "3"]).await;
    let first = test.one(&[]).await;
    let second = test.one(&failed(&first)).await;
    test.due(&done(&second)).await;

    let operator = Operator::open(test.folder.path()).await.unwrap();
    let seen = operator.list(&ALL, 10).await.unwrap();
    let seen: Vec<_> = seen.iter().map(|event| (event.id.as_str(), event.state)).collect();
    assert_eq!(seen, [("1", State::Dead), ("2", State::Done), ("3", State::Pending)]);
    assert_eq!(operator.list(&[State::Dead], 10).await.unwrap().len(), 1);
    assert_eq!(operator.list(&ALL, 2).await.unwrap().len(), 2);
    let dead = operator.show("1").await.unwrap().unwrap();
    assert_eq!((dead.attempts, dead.last_error.as_deref()), (1, Some("no")));
    assert_eq!(dead.to_event().unwrap(), crate::event("1"));
    assert_eq!(operator.show("9").await.unwrap(), None);
    assert_eq!(operator.counts().await.unwrap(), Counts { pending: 1, retried: 0, dead: 1 });
}

#[tokio::test]
async fn a_dead_event_comes_back_at_its_place_with_all_its_tries() {
    let test = Test::new(impatient().with_tries(1)).await;
    test.put(&["1", "2"]).await;
    let first = test.one(&[]).await;
    let second = test.one(&failed(&first)).await;
    let operator = Operator::open(test.folder.path()).await.unwrap();
    assert_eq!(operator.retry("1").await.unwrap().unwrap().state, State::Pending);
    let again = test.one(&done(&second)).await;
    assert_eq!((again.event.id.as_str(), again.attempt), ("1", 1));
}

#[tokio::test]
async fn a_pause_can_be_cut_short() {
    let hour = Duration::from_secs(3600);
    let test = Test::new(impatient().with_first_wait(hour).with_longest_wait(hour)).await;
    test.put(&["1"]).await;
    let first = test.one(&[]).await;
    assert_eq!(test.due(&failed(&first)).await.due, []);
    let operator = Operator::open(test.folder.path()).await.unwrap();
    operator.retry("1").await.unwrap().unwrap();
    assert_eq!(test.one(&[]).await.attempt, 1);
}

#[tokio::test]
async fn a_dropped_event_is_not_delivered_and_its_id_stays_known() {
    let test = Test::new(impatient()).await;
    test.put(&["1", "2"]).await;
    let first = test.one(&[]).await;
    let operator = Operator::open(test.folder.path()).await.unwrap();
    operator.drop("1").await.unwrap().unwrap();
    // Its delivery was under way: what comes of it changes nothing.
    assert_eq!(test.one(&failed(&first)).await.event.id, "2");
    assert_eq!(operator.show("1").await.unwrap().unwrap().state, State::Dropped);
    assert_eq!(test.put(&["1"]).await, [Put::Known]);
}

#[tokio::test]
async fn what_is_over_or_unknown_is_left_alone() {
    let test = Test::new(impatient()).await;
    test.put(&["1"]).await;
    let first = test.one(&[]).await;
    test.due(&said(&first, Outcome::Done)).await;
    let operator = Operator::open(test.folder.path()).await.unwrap();
    let over = NotChanged::Over { id: "1".into(), state: State::Done };
    assert_eq!(operator.retry("1").await.unwrap().unwrap_err(), over);
    assert_eq!(operator.drop("1").await.unwrap().unwrap_err(), over);
    assert_eq!(operator.drop("9").await.unwrap().unwrap_err(), NotChanged::Unknown { id: "9".into() });
}

#[tokio::test]
async fn a_running_launcher_is_told() {
    let test = Test::new(impatient()).await;
    test.put(&["1"]).await;
    let mut watch = Changes::of(&path_in(test.folder.path())).watch().unwrap();
    let operator = Operator::open(test.folder.path()).await.unwrap();
    operator.drop("1").await.unwrap().unwrap();
    tokio::time::timeout(Duration::from_secs(20), watch.changed()).await.unwrap().unwrap();
    // Only of changes.
    operator.list(&ALL, 10).await.unwrap();
    operator.drop("1").await.unwrap().unwrap_err();
    tokio::time::timeout(Duration::from_millis(100), watch.changed()).await.unwrap_err();
}

#[tokio::test]
async fn where_no_plugin_has_run_there_is_nothing_to_see() {
    let folder = tempfile::tempdir().unwrap();
    let error = Operator::open(folder.path()).await.unwrap_err();
    assert!(matches!(&error, InboxError::Missing { path } if path.starts_with(folder.path())), "{error}");
    assert!(!path_in(folder.path()).exists());
}
