use std::time::Duration;

use crate::Settings;

/// The pause after the delivery with this number, from 1, failed: doubled from time to time, and shortened at random by up to a half.
pub(crate) fn pause(attempt: u32, settings: &Settings) -> Duration {
    let doublings = attempt.saturating_sub(1).min(31);
    let longest = settings.first_wait.saturating_mul(1 << doublings).min(settings.longest_wait);
    longest.mul_f64(1.0 - fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let settings = Settings::default();
        for (attempt, seconds) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (1000, 60)] {
            for _ in 0..100 {
                let pause = pause(attempt, &settings);
                let longest = Duration::from_secs(seconds);
                assert!(pause <= longest && pause >= longest / 2, "{attempt}: {pause:?}");
            }
        }
    }

    #[test]
    fn they_are_not_all_the_same() {
        let settings = Settings::default();
        let first = pause(1, &settings);
        assert!((0..100).any(|_| pause(1, &settings) != first));
    }
}
