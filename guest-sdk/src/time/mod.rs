//! Waiting, without holding the plugin up.
//!
//! What std and tokio offer for it does not do in a component: `std::thread::sleep` stops every request of the plugin, and
//! `tokio::time` needs a runtime that is not there. Reading the clock with [`Instant::now`] is fine.

mod interval;

pub use interval::{Interval, interval};

use std::fmt;
use std::future::Future;
use std::time::Duration;

/// A point in time, to measure with. Natively it is tokio's, so that a test may pause the clock.
#[cfg(target_family = "wasm")]
pub type Instant = std::time::Instant;

/// A point in time, to measure with. Natively it is tokio's, so that a test may pause the clock.
#[cfg(not(target_family = "wasm"))]
pub type Instant = tokio::time::Instant;

/// Resolves when `duration` has passed since this call.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// temps_plugin_sdk::time::sleep(Duration::from_millis(5)).await;
/// # }
/// ```
pub fn sleep(duration: Duration) -> impl Future<Output = ()> + Send + 'static {
    #[cfg(target_family = "wasm")]
    let sleep = crate::wasm::sleep(duration);
    #[cfg(not(target_family = "wasm"))]
    let sleep = tokio::time::sleep(duration);
    sleep
}

/// Gives `future` so much time. When it runs out the future is dropped, which also gives up what it was awaiting.
///
/// A future that does not await cannot be stopped: the time is only looked at between its steps.
///
/// # Errors
///
/// [`Elapsed`] if `duration` passed first. A future that is ready at once wins, even against a duration of zero.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use temps_plugin_sdk::time::{timeout, Elapsed};
///
/// assert_eq!(timeout(Duration::from_secs(1), async { 7 }).await, Ok(7));
/// assert_eq!(timeout(Duration::from_millis(1), std::future::pending::<()>()).await, Err(Elapsed));
/// # }
/// ```
pub async fn timeout<F: Future>(duration: Duration, future: F) -> Result<F::Output, Elapsed> {
    let future = std::pin::pin!(future);
    let sleep = std::pin::pin!(sleep(duration));
    match futures::future::select(future, sleep).await {
        futures::future::Either::Left((output, _)) => Ok(output),
        futures::future::Either::Right(((), _)) => Err(Elapsed),
    }
}

/// The time given to [`timeout`] ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time ran out")
    }
}

impl std::error::Error for Elapsed {}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn sleep_takes_its_time() {
        let start = Instant::now();
        sleep(Duration::from_secs(3)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_drops_what_is_late() {
        let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let late = async move {
            let _held = sender;
            sleep(Duration::from_secs(10)).await;
        };
        assert_eq!(timeout(Duration::from_secs(9), late).await, Err(Elapsed));
        assert!(receiver.await.is_err());
        assert_eq!(timeout(Duration::from_secs(10), sleep(Duration::from_secs(9))).await, Ok(()));
        assert_eq!(timeout(Duration::ZERO, async { 7 }).await, Ok(7));
    }
}
