use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Told;
use crate::{Error, Settings};

/// Counts the statements that wait or run, of all databases of a plugin, and what they occupy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Admission {
    counts: Arc<Counts>,
    told: Told,
}

/// The statements that may run on at once although they were told to stop: 2. Beyond it no further one begins until one of them has ended:
/// each occupies a core.
const LOST: usize = 2;

#[derive(Debug, Default)]
struct Counts {
    statements: AtomicUsize,
    bytes: AtomicUsize,
}

/// A statement's place. Dropped, it is free again.
#[derive(Debug)]
pub(crate) struct Place {
    counts: Arc<Counts>,
    bytes: usize,
}

impl Admission {
    /// Takes a place for a statement of this many bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] if there are as many as may be.
    pub(crate) fn enter(&self, bytes: usize, settings: &Settings) -> Result<Place, Error> {
        let lost = self.told.lost();
        if lost > LOST {
            return Err(Error::Busy(format!(
                "{lost} statements cannot be stopped, and no other runs until one of them has ended"
            )));
        }
        let place = Place { counts: Arc::clone(&self.counts), bytes };
        let statements = self.counts.statements.fetch_add(1, Ordering::Relaxed) + 1;
        let all = self.counts.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if statements > settings.statements() {
            return Err(Error::Busy(format!("more than {} statements wait", settings.statements())));
        }
        if all > settings.statement_bytes() {
            let most = settings.statement_bytes();
            return Err(Error::Busy(format!("the statements that wait have more than {most} bytes with their parameters")));
        }
        Ok(place)
    }

    /// The statements that were told to stop.
    pub(crate) fn told(&self) -> &Told {
        &self.told
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.counts.statements.fetch_sub(1, Ordering::Relaxed);
        self.counts.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_a_largest_count_and_size() {
        let admission = Admission::default();
        let settings = Settings::default().with_statements(2).with_statement_bytes(10);
        let first = admission.enter(4, &settings).unwrap();
        let second = admission.enter(6, &settings).unwrap();
        assert!(matches!(admission.enter(0, &settings), Err(Error::Busy(words)) if words.contains("more than 2")));
        drop(second);
        assert!(matches!(admission.enter(7, &settings), Err(Error::Busy(words)) if words.contains("10 bytes")));
        let again = admission.enter(6, &settings).unwrap();
        drop((first, again));
        admission.enter(10, &settings).unwrap();
    }
}
