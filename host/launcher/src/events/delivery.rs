use std::fmt::Display;

use temps_plugin_protocol::PluginEvent;

use super::{Inbox, Outcome};

/// Whoever takes events in the end: the plugin.
pub(crate) trait Deliver: Send + Sync + 'static {
    /// Why an event was not taken.
    type Error: Display + Send;

    /// Hands over an event, and waits until it is done or its time is over: who implements this bounds it.
    fn deliver(&self, event: &PluginEvent, attempt: u32) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Delivers what comes into the inbox, one event at a time, until the inbox is closed and empty.
pub(crate) async fn deliver_in_order(inbox: &impl Inbox, guest: &impl Deliver) {
    while let Some(delivery) = inbox.next().await {
        let (event, attempt) = (&delivery.event, delivery.attempt);
        let outcome = match guest.deliver(event, attempt).await {
            Ok(()) => {
                tracing::debug!(event = %event.id, event_type = %event.event_type, attempt, "event delivered");
                Outcome::Done
            }
            Err(error) => {
                tracing::error!(event = %event.id, event_type = %event.event_type, attempt, %error, "event not delivered");
                Outcome::Failed
            }
        };
        inbox.settle(delivery, outcome).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::events::{MemoryInbox, event};

    /// Fails what is called `fails`, and writes down the rest.
    #[derive(Default)]
    struct Guest {
        taken: Mutex<Vec<String>>,
        under_way: AtomicUsize,
    }

    impl Deliver for Guest {
        type Error = &'static str;

        async fn deliver(&self, event: &PluginEvent, _: u32) -> Result<(), &'static str> {
            assert_eq!(self.under_way.fetch_add(1, Ordering::SeqCst), 0, "two events at once");
            tokio::task::yield_now().await;
            self.under_way.fetch_sub(1, Ordering::SeqCst);
            match event.id.as_str() {
                "fails" => Err("no"),
                id => {
                    self.taken.lock().unwrap().push(id.to_owned());
                    Ok(())
                }
            }
        }
    }

    #[tokio::test]
    async fn each_is_delivered_in_its_turn_whatever_became_of_the_one_before() {
        let inbox = MemoryInbox::new(8);
        for id in ["1", "fails", "2", "3"] {
            inbox.put(event(id, "a.b")).await.unwrap();
        }
        inbox.close();
        let guest = Guest::default();
        deliver_in_order(&inbox, &guest).await;
        assert_eq!(*guest.taken.lock().unwrap(), ["1", "2", "3"]);
    }
}
