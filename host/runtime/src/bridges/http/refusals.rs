//! What is said in the log of what was refused: how to allow it, once for each.

use std::collections::HashSet;

use temps_plugin_http::Ungranted;

/// Refusals of one instance that the log tells of: 64. A guest may ask for as many origins as there are.
const TOLD: usize = 64;

/// The refusals that the log has told of.
#[derive(Debug, Default)]
pub(crate) struct Refusals(HashSet<String>);

impl Refusals {
    /// Tells of a refusal, unless it was told before or there were too many.
    pub(super) fn tell(&mut self, ungranted: &Ungranted) {
        let line = line(ungranted);
        if self.0.len() > TOLD || self.0.contains(&line) {
            return;
        }
        self.0.insert(line.clone());
        if self.0.len() > TOLD {
            tracing::warn!("the plugin asks for more that the policy does not allow: no more of it is logged");
        } else {
            tracing::warn!(reason = %ungranted, allow_with = %line, "a request of the plugin was refused: to allow it, add this to the policy's [network]");
        }
    }
}

/// The policy's line that would allow it.
fn line(ungranted: &Ungranted) -> String {
    match ungranted {
        Ungranted::Origin { origin } => format!("allow = [\"{origin}\"]"),
        Ungranted::Address { address, .. } => format!("allow_private = [\"{address}\"]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(number: usize) -> Ungranted {
        Ungranted::Origin { origin: format!("https://h{number}.test") }
    }

    #[test]
    fn the_line_is_the_policys() {
        assert_eq!(line(&origin(1)), "allow = [\"https://h1.test\"]");
        let kind = temps_plugin_http::address::Kind::Private;
        let address = Ungranted::Address { host: "a.test".into(), address: "10.0.0.1".parse().unwrap(), kind };
        assert_eq!(line(&address), "allow_private = [\"10.0.0.1\"]");
    }

    #[test]
    fn each_is_told_once_and_not_too_many() {
        let mut refusals = Refusals::default();
        for number in [1, 1, 2, 1] {
            refusals.tell(&origin(number));
        }
        assert_eq!(refusals.0.len(), 2);
        (0..1000).for_each(|number| refusals.tell(&origin(number)));
        assert_eq!(refusals.0.len(), TOLD + 1);
    }
}
