use std::time::Duration;

use super::{Instant, sleep};

/// Ticks at once and then every `period`.
///
/// A tick that is taken late puts off those after it: missed ticks are not made up for. A period of zero ticks as fast as it is
/// asked, giving others their turn in between.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use temps_plugin_sdk::time::interval;
///
/// let mut ticks = interval(Duration::from_millis(1));
/// for _ in 0..3 {
///     ticks.tick().await;
/// }
/// # }
/// ```
#[must_use]
pub fn interval(period: Duration) -> Interval {
    Interval { period, last: None }
}

/// Made by [`interval`].
#[derive(Debug)]
pub struct Interval {
    period: Duration,
    last: Option<Instant>,
}

impl Interval {
    /// Resolves at the next tick. Giving it up, as in a `select`, loses no tick.
    pub async fn tick(&mut self) {
        if let Some(last) = self.last {
            sleep(self.period.saturating_sub(last.elapsed())).await;
        }
        self.last = Some(Instant::now());
    }

    /// The time between two ticks.
    #[must_use]
    pub fn period(&self) -> Duration {
        self.period
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_tick_is_at_once_and_a_late_one_puts_off_the_next() {
        let start = Instant::now();
        let mut ticks = interval(Duration::from_secs(2));
        ticks.tick().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        ticks.tick().await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        sleep(Duration::from_secs(5)).await;
        ticks.tick().await;
        assert_eq!(start.elapsed(), Duration::from_secs(7));
        ticks.tick().await;
        assert_eq!(start.elapsed(), Duration::from_secs(9));
    }
}
