//! What happened lately, for the page of the local Temps: requests, log lines, events and builds.
//!
//! The last of each kind are kept, so that a page that is loaded again shows them, and all of them go to whoever listens. A listener that is too
//! slow is cut off: what it gets when it comes again is the whole of what is kept.

mod event;
mod exchange;
mod log;

pub(super) use exchange::Exchange;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::json;
use temps_plugin_protocol::PluginEvent;
use tokio::sync::broadcast;
use uuid::Uuid;

use super::Delivery;
use event::EventRecord;

/// The requests that are kept: 500, some minutes of work with a user interface.
pub const MAX_REQUESTS: usize = 500;

/// The log lines that are kept: 2,000, what a page shows without getting slow. With [`MAX_TEXT`] they take 16 MiB at most, and usually less than one.
pub const MAX_LOG_LINES: usize = 2_000;

/// The events that are kept: 200. They come from a hand.
pub const MAX_EVENTS: usize = 200;

/// The bytes that are kept of a text, such as a log message or a header's value: 8 KiB. The rest is for the terminal.
pub const MAX_TEXT: usize = 8 * 1024;

/// The messages that a listener may be behind: 4,096, more than all that is kept. One that is further behind is cut off.
pub const MAX_BEHIND: usize = 4_096;

/// What a listener is told.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) kind: Kind,
    /// JSON.
    pub(super) data: Arc<str>,
}

/// What a message is about. Its name is the type of the server-sent event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request began, was answered or ended. The same `id` replaces what came before.
    Request,
    /// A line of the log.
    Log,
    /// An event was emitted.
    Event,
    /// How a plugin's build goes. The same `plugin` replaces what came before.
    Build,
    /// The list of plugins, or the state of one, is another.
    Plugins,
    /// A plugin was started again: what it shows is to be loaded again.
    Reloaded,
    /// The fixtures are others.
    Fixtures,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Log => "log",
            Self::Event => "event",
            Self::Build => "build",
            Self::Plugins => "plugins",
            Self::Reloaded => "reloaded",
            Self::Fixtures => "fixtures",
        }
    }
}

/// How the build of a plugin goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildState {
    /// It is under way; the plugin runs as it was.
    Building,
    /// It failed; the plugin runs as it was.
    Failed,
    /// It is done, but the plugin did not start.
    NotStarted,
    /// It is done, and the plugin runs.
    Running,
}

/// The record of what happened lately in one [`LocalTemps`](super::LocalTemps).
pub struct Activity {
    /// Tells a page that this is another run than the one it knows.
    run: String,
    kept: Mutex<Kept>,
    live: broadcast::Sender<Message>,
}

#[derive(Debug, Default)]
struct Kept {
    made: u64,
    requests: VecDeque<(u64, Message)>,
    log: VecDeque<Message>,
    events: VecDeque<Message>,
    builds: BTreeMap<String, Message>,
}

impl Default for Activity {
    fn default() -> Self {
        Self { run: Uuid::new_v4().to_string(), kept: Mutex::default(), live: broadcast::Sender::new(MAX_BEHIND) }
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Activity").field("run", &self.run).finish_non_exhaustive()
    }
}

impl Activity {
    /// Records a line of a plugin's log, as the launcher writes it: JSON, or any other text.
    pub fn log(&self, plugin: &str, line: &str) {
        let mut kept = self.kept();
        let record = log::Record::new(kept.number(), plugin, line);
        let message = Message::new(Kind::Log, &record);
        push(&mut kept.log, MAX_LOG_LINES, message.clone());
        self.tell(message);
    }

    /// Records how the build of a plugin goes. `detail` is what there is to read, such as the compiler's errors; empty: nothing.
    pub fn build(&self, plugin: &str, state: BuildState, detail: &str) {
        let record = json!({"plugin": plugin, "state": state, "detail": detail, "at": now()});
        let message = Message::new(Kind::Build, &record);
        self.kept().builds.insert(plugin.to_owned(), message.clone());
        self.tell(message);
    }

    /// Tells that a plugin was started again, by its name.
    pub(super) fn reloaded(&self, plugin: &str) {
        self.tell(Message::new(Kind::Reloaded, &json!({"plugin": plugin})));
    }

    pub(super) fn plugins_changed(&self) {
        self.tell(Message::new(Kind::Plugins, &json!({})));
    }

    pub(super) fn fixtures_changed(&self) {
        self.tell(Message::new(Kind::Fixtures, &json!({})));
    }

    pub(super) fn emitted(&self, event: &PluginEvent, deliveries: &[(String, Delivery)]) {
        let mut kept = self.kept();
        let message = Message::new(Kind::Event, &EventRecord::new(kept.number(), event, deliveries));
        push(&mut kept.events, MAX_EVENTS, message.clone());
        self.tell(message);
    }

    /// A number for a request.
    fn number(&self) -> u64 {
        self.kept().number()
    }

    /// Records a request as it is now.
    fn request(&self, id: u64, record: &impl Serialize) {
        let message = Message::new(Kind::Request, record);
        let mut kept = self.kept();
        let is_forgotten = kept.requests.front().is_some_and(|(oldest, _)| id < *oldest);
        match kept.requests.iter_mut().rev().find(|(other, _)| *other == id) {
            Some((_, old)) => *old = message.clone(),
            // One that was forgotten while it was under way does not come back.
            None if is_forgotten => {}
            None => push(&mut kept.requests, MAX_REQUESTS, (id, message.clone())),
        }
        self.tell(message);
    }

    /// What is kept, each kind in its order, and everything that comes after it.
    pub(super) fn listen(&self) -> (Vec<Message>, broadcast::Receiver<Message>) {
        let kept = self.kept();
        let requests = kept.requests.iter().map(|(_, message)| message);
        let all = kept.builds.values().chain(requests).chain(&kept.log).chain(&kept.events);
        // Under the lock, so that nothing is missed: whoever records something tells it after it is kept. What is told twice is the same.
        (all.cloned().collect(), self.live.subscribe())
    }

    pub(super) fn run(&self) -> &str {
        &self.run
    }

    fn tell(&self, message: Message) {
        // Nobody may listen.
        let _ = self.live.send(message);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }
}

impl Message {
    fn new(kind: Kind, data: &impl Serialize) -> Self {
        // What is recorded has text for keys and no failing parts.
        Self { kind, data: serde_json::to_string(data).unwrap_or_default().into() }
    }
}

fn push<T>(kept: &mut VecDeque<T>, limit: usize, item: T) {
    if kept.len() >= limit {
        kept.pop_front();
    }
    kept.push_back(item);
}

/// The text, or its beginning and what is missing.
fn cut(text: &str) -> String {
    temps_plugin_protocol::cut(text, MAX_TEXT).into_owned()
}

/// RFC 3339.
fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::temps::NewEvent;

    fn kept(activity: &Activity, kind: Kind) -> Vec<Value> {
        let (messages, _) = activity.listen();
        messages
            .iter()
            .filter(|message| message.kind == kind)
            .map(|message| serde_json::from_str(&message.data).unwrap())
            .collect()
    }

    #[test]
    fn the_last_lines_are_kept() {
        let activity = Activity::default();
        for line in 0..=MAX_LOG_LINES {
            activity.log("p", &format!("line {line}"));
        }
        let lines = kept(&activity, Kind::Log);
        assert_eq!(lines.len(), MAX_LOG_LINES);
        assert_eq!((&lines[0]["message"], &lines[MAX_LOG_LINES - 1]["message"]), (&json!("line 1"), &json!("line 2000")));
    }

    #[test]
    fn a_request_is_kept_as_it_was_last() {
        let activity = Activity::default();
        for id in 1..=u64::try_from(MAX_REQUESTS).unwrap() {
            activity.request(id, &json!({"id": id}));
        }
        activity.request(1, &json!({"id": 1, "status": 200}));
        assert_eq!(kept(&activity, Kind::Request)[0]["status"], 200);
        activity.request(501, &json!({"id": 501}));
        activity.request(1, &json!({"id": 1, "status": 201}));
        let requests = kept(&activity, Kind::Request);
        assert_eq!(
            (requests.len(), &requests[0]["id"], &requests[MAX_REQUESTS - 1]["id"]),
            (MAX_REQUESTS, &json!(2), &json!(501))
        );
    }

    #[test]
    fn the_last_events_are_kept() {
        let activity = Activity::default();
        for number in 0..=MAX_EVENTS {
            activity.emitted(&NewEvent { id: Some(number.to_string()), ..NewEvent::new("a.b") }.into(), &[]);
        }
        let events = kept(&activity, Kind::Event);
        assert_eq!((events.len(), &events[0]["id"], &events[MAX_EVENTS - 1]["id"]), (MAX_EVENTS, &json!("1"), &json!("200")));
    }

    #[test]
    fn a_build_is_kept_as_it_was_last() {
        let activity = Activity::default();
        activity.build("p", BuildState::Building, "");
        activity.build("p", BuildState::Failed, "no such function");
        let builds = kept(&activity, Kind::Build);
        assert_eq!((builds.len(), &builds[0]["state"]), (1, &json!("failed")));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut(&"a".repeat(MAX_TEXT)).len(), MAX_TEXT);
        let text = format!("a{}", "é".repeat(MAX_TEXT));
        let short = cut(&text);
        assert!(
            short.starts_with("aéé") && short.ends_with(&format!("… ({} bytes more)", text.len() - MAX_TEXT + 1)),
            "{}",
            short.len()
        );
    }

    #[tokio::test]
    async fn a_listener_hears_what_comes_after_what_is_kept() {
        let activity = Activity::default();
        activity.log("p", "before");
        let (messages, mut live) = activity.listen();
        assert_eq!(messages.len(), 1);
        activity.reloaded("p");
        assert_eq!(live.recv().await.unwrap().kind, Kind::Reloaded);
        for _ in 0..=MAX_BEHIND {
            activity.plugins_changed();
        }
        assert!(matches!(live.recv().await, Err(broadcast::error::RecvError::Lagged(1))));
    }
}
