//! The event types that hosts are known to send, and subscriptions that none of them reaches.

use std::fmt;

use super::subscription::pattern_matches;
use crate::PluginManifest;

/// Every event type that a Temps is known to send. Hosts newer than this list may send others.
pub const EVENT_TYPES: [&str; 9] = [
    "deployment.created",
    "deployment.succeeded",
    "deployment.failed",
    "deployment.cancelled",
    "deployment.ready",
    "project.created",
    "project.deleted",
    "domain.created",
    "domain.provisioned",
];

/// The prefixes of [`EVENT_TYPES`], as subscriptions write them.
const PREFIXES: [&str; 3] = ["deployment.*", "project.*", "domain.*"];

/// The least likeness of each part of a suggestion, from 0 to 1, by Jaro and Winkler: 0.8, a slip or
/// another form of the word. Below it nothing is suggested.
const LIKENESS: f64 = 0.8;

/// The most characters of a subscription that a message shows: 64, twice the longest known type.
const SHOWN_CHARS: usize = 64;

/// A subscription that selects none of the [`EVENT_TYPES`].
///
/// Its text is the warning for the plugin's author. It shows the subscription cut and escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownEvent<'a> {
    /// The subscription as the manifest writes it.
    pub subscription: &'a str,
    /// The known type or prefix that is most like it, if one is.
    pub nearest: Option<&'static str>,
}

impl<'a> UnknownEvent<'a> {
    /// The subscription, or the type of an event, unless it is a known one.
    #[must_use]
    pub fn of(subscription: &'a str) -> Option<Self> {
        let is_known = EVENT_TYPES.iter().any(|known| pattern_matches(subscription, known));
        (!is_known).then(|| Self { subscription, nearest: nearest(subscription) })
    }
}

impl fmt::Display for UnknownEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown: String = self.subscription.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
        if self.subscription.chars().nth(SHOWN_CHARS).is_some() {
            shown.push('…');
        }
        write!(f, "the manifest subscribes to `{shown}`, which no known Temps sends: ")?;
        match self.nearest {
            Some(nearest) => write!(f, "did you mean `{nearest}`?"),
            None => write!(f, "the known types are {}", EVENT_TYPES.join(", ")),
        }
    }
}

impl PluginManifest {
    /// The subscriptions that none of the [`EVENT_TYPES`] matches, in the manifest's order.
    ///
    /// They are no error: a newer host may send such a type.
    ///
    /// ```
    /// # use temps_plugin_protocol::PluginManifest;
    /// let manifest = PluginManifest::builder("p", "1.0.0").event("deployment.suceeded").build();
    /// let unknown = manifest.unknown_events().next().map(|event| event.nearest);
    /// assert_eq!(unknown, Some(Some("deployment.succeeded")));
    /// ```
    pub fn unknown_events(&self) -> impl Iterator<Item = UnknownEvent<'_>> {
        self.events.iter().filter_map(|event| UnknownEvent::of(event))
    }
}

fn nearest(subscription: &str) -> Option<&'static str> {
    let known: &[&str] = if subscription.ends_with('*') { &PREFIXES } else { &EVENT_TYPES };
    let (prefix, rest) = subscription.split_once('.')?;
    // Part by part: as a whole, all types of one prefix are alike.
    let likeness = |name: &&'static str| {
        let (known_prefix, known_rest) = name.split_once('.')?;
        Some((strsim::jaro_winkler(prefix, known_prefix).min(strsim::jaro_winkler(rest, known_rest)), *name))
    };
    let (likeness, name) = known.iter().filter_map(likeness).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (likeness >= LIKENESS).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(events: &[&str]) -> Vec<String> {
        let manifest = PluginManifest::builder("p", "1.0.0").events(events.iter().copied()).build();
        manifest.unknown_events().map(|event| event.to_string()).collect()
    }

    #[test]
    fn what_a_host_sends_is_known() {
        let known: Vec<&str> = EVENT_TYPES.into_iter().chain(PREFIXES).collect();
        assert_eq!(unknown(&known), Vec::<String>::new());
        assert!(EVENT_TYPES.iter().all(|known| PREFIXES.iter().any(|prefix| pattern_matches(prefix, known))));
    }

    #[test]
    fn a_slip_of_the_pen_gets_the_type_that_was_meant() {
        for (written, meant) in [
            ("deployment.suceeded", "deployment.succeeded"),
            ("deployment.success", "deployment.succeeded"),
            ("deployments.failed", "deployment.failed"),
            ("deployment.canceled", "deployment.cancelled"),
            ("project.create", "project.created"),
            ("domain.provisoned", "domain.provisioned"),
            ("deploymnt.*", "deployment.*"),
            ("projects.*", "project.*"),
        ] {
            let text = format!("the manifest subscribes to `{written}`, which no known Temps sends: did you mean `{meant}`?");
            assert_eq!(unknown(&["project.created", written]), [text]);
        }
    }

    #[test]
    fn what_is_like_none_gets_all_that_there_are() {
        for written in ["backup.finished", "deployment.rolled_back", "backup.*"] {
            let text = &unknown(&[written])[0];
            assert!(text.ends_with(&format!("the known types are {}", EVENT_TYPES.join(", "))), "{text}");
        }
    }

    #[test]
    fn a_subscription_is_shown_cut_and_escaped() {
        let text = &unknown(&[&format!("a\u{1b}[2J.{}", "x".repeat(SHOWN_CHARS))])[0];
        assert!(text.contains(r"`a\u{1b}[2J.xxx") && text.contains("x…`"), "{text}");
        let whole = "x".repeat(SHOWN_CHARS);
        assert!(unknown(&[&whole])[0].contains(&format!("`{whole}`")));
    }
}
