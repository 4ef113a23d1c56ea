use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Up to which time a statement is quick: 200 µs. Handing it to another thread and back takes a good part of that.
pub(super) const QUICK: Duration = Duration::from_micros(200);

/// Statements that are remembered: 256, some times as many as are kept prepared. With one more all are forgotten.
const REMEMBERED: usize = 256;

/// What is known of each statement on one connection.
#[derive(Debug, Default)]
pub(super) struct Quickness {
    hasher: RandomState,
    known: HashMap<u64, Known>,
}

/// What is known of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Known {
    /// Whether it was quick the last time.
    pub(super) quick: bool,
    /// Whether each of its steps is [bounded](super::bounds). None if that was not looked at yet.
    pub(super) bounded: Option<bool>,
}

impl Quickness {
    pub(super) fn of(&self, sql: &str) -> Known {
        self.known.get(&self.hasher.hash_one(sql)).copied().unwrap_or_default()
    }

    pub(super) fn learn(&mut self, sql: &str, known: Known) {
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(self.hasher.hash_one(sql), known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_time_counts() {
        let mut quickness = Quickness::default();
        assert_eq!(quickness.of("SELECT 1"), Known { quick: false, bounded: None });
        for known in [Known { quick: true, bounded: Some(true) }, Known { quick: false, bounded: Some(true) }] {
            quickness.learn("SELECT 1", known);
            assert_eq!((quickness.of("SELECT 1"), quickness.of("SELECT 2")), (known, Known::default()));
        }
    }

    #[test]
    fn no_more_is_remembered_than_may_be() {
        let mut quickness = Quickness::default();
        for n in 0..3 * REMEMBERED {
            quickness.learn(&format!("SELECT {n}"), Known::default());
        }
        assert!(quickness.known.len() <= REMEMBERED);
    }
}
