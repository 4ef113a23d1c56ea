//! Names and addresses that an operator maps to others, on the command line alone: for a test that plays the outside, or a host that DNS
//! does not know. What a name is mapped to is checked as if DNS had said it.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::sync::PoisonError;

/// A mapping that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetourError {
    /// It does not say what a name resolves to.
    #[error("`{given}` is not NAME=ADDRESS[,ADDRESS]...[;ADDRESS...]")]
    Name {
        /// What was given.
        given: String,
    },
    /// It does not say where a connection goes.
    #[error("`{given}` is not ADDRESS:PORT=ADDRESS:PORT")]
    Address {
        /// What was given.
        given: String,
    },
}

/// The answers that a name has. Each is given once, and the last for ever.
#[derive(Debug)]
struct Answers {
    list: Vec<Vec<IpAddr>>,
    given: usize,
}

/// Mappings of names and addresses. Without any, names are the system's and connections go where they should.
#[derive(Debug, Default)]
pub struct Detours {
    names: HashMap<String, Mutex<Answers>>,
    addresses: HashMap<SocketAddr, SocketAddr>,
}

impl Detours {
    /// Maps a name: `NAME=ADDRESS,ADDRESS`. Behind `;` is what the next one to ask is told.
    ///
    /// # Errors
    ///
    /// [`DetourError::Name`] for other text.
    pub fn resolve(&mut self, text: &str) -> Result<(), DetourError> {
        let read = || {
            let (name, answers) = text.split_once('=').filter(|(name, _)| !name.is_empty())?;
            let list = |answer: &str| answer.split(',').map(|address| address.trim().parse().ok()).collect::<Option<Vec<_>>>();
            Some((name.to_ascii_lowercase(), answers.split(';').map(list).collect::<Option<Vec<_>>>()?))
        };
        let (name, list) = read().ok_or_else(|| DetourError::Name { given: text.to_owned() })?;
        self.names.insert(name, Mutex::new(Answers { list, given: 0 }));
        Ok(())
    }

    /// Has connections to an address go to another: `ADDRESS:PORT=ADDRESS:PORT`. The first one is what is checked.
    ///
    /// # Errors
    ///
    /// [`DetourError::Address`] for other text.
    pub fn connect(&mut self, text: &str) -> Result<(), DetourError> {
        let read = || {
            let (from, to) = text.split_once('=')?;
            Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
        };
        let (from, to) = read().ok_or_else(|| DetourError::Address { given: text.to_owned() })?;
        self.addresses.insert(from, to);
        Ok(())
    }

    /// What a name is mapped to.
    pub(crate) fn answer(&self, name: &str) -> Option<Vec<IpAddr>> {
        let mut answers = self.names.get(name)?.lock().unwrap_or_else(PoisonError::into_inner);
        let next = answers.given.min(answers.list.len().saturating_sub(1));
        answers.given += 1;
        answers.list.get(next).cloned()
    }

    /// Where a connection goes.
    pub(crate) fn way_to(&self, address: SocketAddr) -> SocketAddr {
        self.addresses.get(&address).copied().unwrap_or(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_answers_in_turn() {
        let mut detours = Detours::default();
        detours.resolve("A.test=1.2.3.4,::1;127.0.0.1").unwrap();
        let addresses = |list: &[&str]| Some(list.iter().map(|address| address.parse().unwrap()).collect::<Vec<IpAddr>>());
        assert_eq!(detours.answer("a.test"), addresses(&["1.2.3.4", "::1"]));
        assert_eq!(detours.answer("a.test"), addresses(&["127.0.0.1"]));
        assert_eq!(detours.answer("a.test"), addresses(&["127.0.0.1"]));
        assert_eq!(detours.answer("b.test"), None);
    }

    #[test]
    fn a_connection_goes_elsewhere() {
        let mut detours = Detours::default();
        detours.connect("1.2.3.4:80=127.0.0.1:8080").unwrap();
        detours.connect("[2606::1]:443=[::1]:1").unwrap();
        let way = |address: &str| detours.way_to(address.parse().unwrap()).to_string();
        assert_eq!(way("1.2.3.4:80"), "127.0.0.1:8080");
        assert_eq!(way("[2606::1]:443"), "[::1]:1");
        assert_eq!(way("1.2.3.4:81"), "1.2.3.4:81");
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["", "a", "=1.2.3.4", "a=", "a=b", "a=1.2.3.4,", "a=1.2.3.4;", "a=1.2.3.4:80"] {
            assert!(matches!(Detours::default().resolve(text), Err(DetourError::Name { .. })), "{text}");
        }
        for text in ["", "1.2.3.4:80", "1.2.3.4=1.2.3.4", "1.2.3.4:80=a:80", "a:80=1.2.3.4:80"] {
            assert!(matches!(Detours::default().connect(text), Err(DetourError::Address { .. })), "{text}");
        }
    }
}
