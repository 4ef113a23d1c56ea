use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Client;

/// Asks for the health again and again, as Temps might, and remembers the slowest answer.
pub(crate) struct Health {
    stop: oneshot::Sender<()>,
    probe: JoinHandle<Duration>,
}

impl Health {
    pub(crate) fn watch(client: &Client) -> Self {
        let (stop, mut stopped) = oneshot::channel();
        let client = client.clone();
        let probe = tokio::spawn(async move {
            let mut slowest = Duration::ZERO;
            let mut pace = tokio::time::interval(Duration::from_millis(10));
            loop {
                tokio::select! {
                    _ = &mut stopped => return slowest,
                    _ = pace.tick() => {
                        let begun = Instant::now();
                        let answer = client.get("/health").await;
                        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "ok"));
                        slowest = slowest.max(begun.elapsed());
                    }
                }
            }
        });
        Self { stop, probe }
    }

    /// The slowest answer so far.
    pub(crate) async fn slowest(self) -> Duration {
        self.stop.send(()).expect("the probe runs");
        self.probe.await.unwrap()
    }
}
