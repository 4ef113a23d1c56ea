use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use temps_plugin_protocol::PluginEvent;
use tokio::sync::Notify;

use super::{Delivery, Inbox, Outcome, PutError};

/// An inbox in memory: each event is tried once, and none outlives the process.
///
/// It holds [`event_queue`](temps_plugin_runtime::Limits::event_queue) events; an event beyond them is refused.
#[derive(Debug)]
pub(crate) struct MemoryInbox {
    capacity: usize,
    queue: Mutex<Queue>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<PluginEvent>,
    closed: bool,
}

impl MemoryInbox {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, queue: Mutex::default(), changed: Notify::new() }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // No code that holds the lock can leave the queue half changed.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inbox for MemoryInbox {
    async fn put(&self, event: PluginEvent) -> Result<(), PutError> {
        let mut queue = self.queue();
        if queue.closed {
            return Err(PutError::Closed);
        }
        if queue.events.len() >= self.capacity {
            return Err(PutError::Full { waiting: queue.events.len() });
        }
        queue.events.push_back(event);
        drop(queue);
        self.changed.notify_one();
        Ok(())
    }

    async fn next(&self) -> Option<Delivery> {
        loop {
            {
                let mut queue = self.queue();
                if let Some(event) = queue.events.pop_front() {
                    return Some(Delivery { event, attempt: 1 });
                }
                if queue.closed {
                    return None;
                }
            }
            // `notify_one` keeps a permit, so a change in between is not missed.
            self.changed.notified().await;
        }
    }

    async fn settle(&self, delivery: Delivery, outcome: Outcome) {
        if outcome == Outcome::Failed {
            tracing::error!(event = %delivery.event.id, event_type = %delivery.event.event_type, "the event is lost: it is tried only once");
        }
    }

    fn close(&self) {
        self.queue().closed = true;
        self.changed.notify_one();
    }

    fn waiting(&self) -> usize {
        self.queue().events.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::event;

    #[tokio::test]
    async fn events_come_out_in_order() {
        let inbox = MemoryInbox::new(8);
        for id in ["1", "2", "3"] {
            inbox.put(event(id, "a.b")).await.unwrap();
        }
        for id in ["1", "2", "3"] {
            let delivery = inbox.next().await.unwrap();
            assert_eq!((delivery.event.id.as_str(), delivery.attempt), (id, 1));
        }
    }

    #[tokio::test]
    async fn one_event_more_than_it_holds_is_refused() {
        let inbox = MemoryInbox::new(2);
        inbox.put(event("1", "a.b")).await.unwrap();
        inbox.put(event("2", "a.b")).await.unwrap();
        assert_eq!(inbox.put(event("3", "a.b")).await, Err(PutError::Full { waiting: 2 }));
        inbox.next().await.unwrap();
        inbox.put(event("3", "a.b")).await.unwrap();
    }

    #[tokio::test]
    async fn a_closed_inbox_gives_out_what_waits_and_ends() {
        let inbox = MemoryInbox::new(2);
        inbox.put(event("1", "a.b")).await.unwrap();
        inbox.close();
        assert_eq!(inbox.put(event("2", "a.b")).await, Err(PutError::Closed));
        assert!(inbox.next().await.is_some());
        assert!(inbox.next().await.is_none());
    }

    #[tokio::test]
    async fn closing_wakes_who_waits() {
        let inbox = std::sync::Arc::new(MemoryInbox::new(2));
        let waiting = tokio::spawn({
            let inbox = inbox.clone();
            async move { inbox.next().await.is_none() }
        });
        tokio::task::yield_now().await;
        inbox.close();
        assert!(waiting.await.unwrap());
    }
}
