use std::time::Duration;

/// Tries before a submission or a scan has failed: with the pauses between them, half a day of an engine that is down.
pub(crate) const MOST_TRIES: i32 = 10;

/// Before the second try. It doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(30);

/// An engine that is up again is told within this time.
const LONGEST_PAUSE: Duration = Duration::from_secs(2 * 60 * 60);

/// No engine has reason to ask for more: a `Retry-After` beyond it is cut.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 60 * 60);

/// The pause after this many tries, or the one that was asked for.
pub(crate) fn pause(tries: i32, asked: Option<Duration>) -> Duration {
    if let Some(asked) = asked {
        return asked.min(LONGEST_ASKED);
    }
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or_default().min(16);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_longest_one() {
        let seconds: Vec<_> = (1..=10).map(|tries| pause(tries, None).as_secs()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1920, 3840, 7200, 7200]);
        assert_eq!(pause(i32::MAX, None), LONGEST_PAUSE);
    }

    #[test]
    fn what_an_engine_asks_for_is_kept_up_to_a_day() {
        for (asked, kept) in [(0, 0), (7, 7), (86_400, 86_400), (86_401, 86_400)] {
            assert_eq!(pause(3, Some(Duration::from_secs(asked))), Duration::from_secs(kept));
        }
    }
}
