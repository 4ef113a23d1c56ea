use std::time::{Duration, Instant};

/// Says at debug level how long each step of the start took.
#[derive(Debug)]
pub(super) struct StepClock {
    begun: Instant,
    last: Instant,
}

impl StepClock {
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Self { begun: now, last: now }
    }

    /// A step has come to its end, and the next begins.
    pub(super) fn done(&mut self, step: &'static str) {
        let now = Instant::now();
        let (took, since_start) = (millis(now - self.last), millis(now - self.begun));
        tracing::debug!(step, took_ms = took, since_start_ms = since_start, "start");
        self.last = now;
    }
}

/// Milliseconds, to the microsecond.
fn millis(time: Duration) -> f64 {
    f64::from(u32::try_from(time.as_micros()).unwrap_or(u32::MAX)) / 1000.0
}
