//! Work that goes on beside the request that began it.

#[cfg_attr(target_family = "wasm", path = "component.rs")]
#[cfg_attr(not(target_family = "wasm"), path = "native.rs")]
mod executor;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Starts a task that goes on by itself: after the response is sent, and after the client has gone.
///
/// All tasks share the component's one thread. They take turns where they await, so a task that computes for long without
/// awaiting holds everything up, and one that never awaits is ended with the whole instance. Dropping the handle does not stop
/// the task. A trap of the instance does, without a word to it.
///
/// The future has to be [`Send`] although nothing moves between threads, so that the same code compiles natively.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use temps_plugin_sdk::{spawn, time};
///
/// let task = spawn(async {
///     time::sleep(Duration::from_millis(1)).await;
///     42
/// });
/// assert_eq!(task.await, Ok(42));
/// # }
/// ```
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    JoinHandle { task: executor::spawn(future) }
}

/// A task begun with [`spawn`]. Awaiting it gives the task's result; dropping it lets the task go on.
pub struct JoinHandle<T> {
    task: executor::Task<T>,
}

impl<T> JoinHandle<T> {
    /// Stops the task where it awaits next; what it holds is dropped then. Awaiting the handle gives [`JoinError::Aborted`],
    /// unless the task had already ended.
    pub fn abort(&self) {
        self.task.abort();
    }

    /// Whether the task has ended, by itself or by [`abort`](Self::abort).
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.task).poll(cx)
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("finished", &self.is_finished()).finish()
    }
}

/// Why a task gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// It was stopped with [`JoinHandle::abort`], or with what it ran in.
    #[error("the task was aborted")]
    Aborted,
    /// It panicked. Only seen natively: in a component a panic ends the whole instance.
    #[error("the task panicked: {0}")]
    Panicked(String),
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_task_gives_its_result() {
        assert_eq!(spawn(async { 7 }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_task_outlives_its_handle() {
        let (sender, receiver) = oneshot::channel();
        drop(spawn(async move { sender.send(7) }));
        assert_eq!(receiver.await, Ok(7));
    }

    #[tokio::test]
    async fn an_aborted_task_drops_what_it_holds() {
        let (sender, receiver) = oneshot::channel::<()>();
        let task = spawn(async move {
            let _held = sender;
            std::future::pending::<()>().await;
        });
        task.abort();
        assert!(receiver.await.is_err());
        assert_eq!(task.await, Err(JoinError::Aborted));
    }

    #[tokio::test]
    async fn a_panic_is_told_apart() {
        let task = spawn(async { panic!("no such thing") });
        assert_eq!(task.await, Err::<(), _>(JoinError::Panicked("no such thing".to_owned())));
    }
}
