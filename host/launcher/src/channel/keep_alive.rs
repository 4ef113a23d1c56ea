use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::LinkLimits;

/// Answers to the host's pings that wait to be written: 64, some 8 KiB. A host that reads never has more than one; one that does not is
/// not read from either until it does.
pub(super) const MAX_PONGS: usize = 64;

/// The control frames that the reading half of a connection leaves to the writing half: pings, and the answers to the host's.
#[derive(Debug, Default)]
pub(super) struct ControlFrames {
    ping_due: AtomicBool,
    /// At least as many as are not written. The WebSocket has them; only the writing half can tell that they are gone.
    pongs: AtomicUsize,
    pongs_written: Notify,
}

impl ControlFrames {
    /// Asks for a ping. Several that are not written yet are one.
    pub(super) fn ask_for_ping(&self) {
        self.ping_due.store(true, Ordering::Relaxed);
    }

    /// Whether a ping was asked for since the last time.
    pub(super) fn take_ping(&self) -> bool {
        self.ping_due.swap(false, Ordering::Relaxed)
    }

    /// Says that the host has sent a ping, whose answer the WebSocket has to write.
    pub(super) fn pong_waits(&self) {
        self.pongs.fetch_add(1, Ordering::Relaxed);
    }

    /// How many answers may be waiting to be written.
    pub(super) fn pongs(&self) -> usize {
        self.pongs.load(Ordering::Relaxed)
    }

    /// Says that so many are written.
    pub(super) fn wrote(&self, pongs: usize) {
        self.pongs.fetch_sub(pongs, Ordering::Relaxed);
        self.pongs_written.notify_one();
    }

    /// Waits until another answer has room.
    pub(super) async fn room(&self) {
        while self.pongs() >= MAX_PONGS {
            self.pongs_written.notified().await;
        }
    }
}

/// Waits for a sign of the host's life, and calls `ping` each time it has been silent for long. `None` once it has been for too long.
pub(super) async fn sign_of_life<T>(limits: &LinkLimits, sign: impl Future<Output = T>, ping: impl Fn()) -> Option<T> {
    let mut sign = pin!(sign);
    let begun = Instant::now();
    // With at least one ping before the end, however the limits are set.
    let every = limits.ping.min(limits.silence / 2);
    let mut next_ping = begun + every;
    loop {
        tokio::select! {
            biased;
            sign = sign.as_mut() => return Some(sign),
            () = sleep_until(begun + limits.silence) => return None,
            () = sleep_until(next_ping) => {
                ping();
                next_ping += every;
            }
        }
    }
}
