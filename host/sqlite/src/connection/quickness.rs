use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Up to which time a statement is quick: 200 µs. Handing it to another thread and back takes a good part of that.
const QUICK: Duration = Duration::from_micros(200);

/// Statements that are remembered: 256, some times as many as are kept prepared. With one more all are forgotten.
const REMEMBERED: usize = 256;

/// How long each statement took the last time, on one connection.
#[derive(Debug, Default)]
pub(super) struct Quickness {
    hasher: RandomState,
    quick: HashMap<u64, bool>,
}

impl Quickness {
    /// Whether the statement was quick the last time.
    pub(super) fn is_quick(&self, sql: &str) -> bool {
        self.quick.get(&self.hasher.hash_one(sql)).copied().unwrap_or_default()
    }

    pub(super) fn took(&mut self, sql: &str, time: Duration) {
        if self.quick.len() >= REMEMBERED {
            self.quick.clear();
        }
        self.quick.insert(self.hasher.hash_one(sql), time <= QUICK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_time_counts() {
        let mut quickness = Quickness::default();
        assert!(!quickness.is_quick("SELECT 1"));
        quickness.took("SELECT 1", QUICK);
        assert!(quickness.is_quick("SELECT 1") && !quickness.is_quick("SELECT 2"));
        quickness.took("SELECT 1", QUICK + Duration::from_nanos(1));
        assert!(!quickness.is_quick("SELECT 1"));
    }

    #[test]
    fn no_more_is_remembered_than_may_be() {
        let mut quickness = Quickness::default();
        for n in 0..3 * REMEMBERED {
            quickness.took(&format!("SELECT {n}"), QUICK);
        }
        assert!(quickness.quick.len() <= REMEMBERED);
    }
}
