use std::fmt;
use std::str::FromStr;

/// Which events a plugin wants: one type, or all that share a prefix.
///
/// | Form | Matches | Does not match |
/// |---|---|---|
/// | `deployment.failed` | that type | anything else |
/// | `deployment.*` | `deployment.failed`, `deployment.step.failed` | `deployment`, `deployments.failed` |
///
/// Words are lower case: a letter, then letters, digits and `_`. There is no form for every event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subscription(String);

impl Subscription {
    /// Reads a subscription.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError`] names the text and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SubscriptionError> {
        let Some((first, last)) = text.rsplit_once('.') else {
            return Err(SubscriptionError::OneWord(text.to_owned()));
        };
        if first.split('.').all(is_word) && (last == WILDCARD || is_word(last)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SubscriptionError::Word(text.to_owned()))
        }
    }

    /// Whether an event of this type is wanted.
    #[must_use]
    pub fn matches(&self, event_type: &str) -> bool {
        pattern_matches(&self.0, event_type)
    }

    /// The subscription as the manifest writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subscription {
    type Err = SubscriptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no subscription.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionError {
    /// There is no dot in it.
    #[error("{0:?} has one word: give a type such as `deployment.succeeded`, or a prefix such as `deployment.*`")]
    OneWord(String),
    /// One of the words between the dots is empty or has a character that words have not.
    #[error(
        "{0:?} is not made of lower-case words between dots: give a type such as `deployment.succeeded`, or a prefix such as `deployment.*`"
    )]
    Word(String),
}

const WILDCARD: &str = "*";

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Whether `pattern`, which may be of no valid form, selects `event_type`: a pattern that is not
/// valid matches at most itself.
pub(crate) fn pattern_matches(pattern: &str, event_type: &str) -> bool {
    match pattern.strip_suffix(WILDCARD) {
        Some(prefix) if prefix.len() > 1 && prefix.ends_with('.') => {
            event_type.len() > prefix.len() && event_type.starts_with(prefix)
        }
        _ => pattern == event_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_prefixes_are_subscriptions() {
        for text in ["deployment.failed", "a.b.c", "a.*", "a.b.*", "a1.b_2"] {
            let subscription: Subscription = text.parse().unwrap();
            assert_eq!(subscription.as_str(), text);
            assert_eq!(subscription.to_string(), text);
        }
    }

    #[test]
    fn one_word_is_none() {
        for text in ["", "*", "deployment"] {
            assert_eq!(Subscription::parse(text), Err(SubscriptionError::OneWord(text.into())));
        }
    }

    #[test]
    fn other_words_are_none() {
        for text in
            ["a.", ".a", ".", "..", ".*", "a..b", "A.b", "a.B", "a.1", "a.b-c", "a. b", "a.b*", "*.a", "a.*.b", "a.**", "é.a"]
        {
            assert_eq!(Subscription::parse(text), Err(SubscriptionError::Word(text.into())), "{text}");
        }
    }

    #[test]
    fn the_message_shows_the_text_and_both_forms() {
        for text in ["deployment", "Deployment.failed"] {
            let message = Subscription::parse(text).unwrap_err().to_string();
            for shown in [text, "`deployment.succeeded`", "`deployment.*`"] {
                assert!(message.contains(shown), "{message}");
            }
        }
    }

    #[test]
    fn a_type_matches_itself_only() {
        let subscription = Subscription::parse("deployment.failed").unwrap();
        assert!(subscription.matches("deployment.failed"));
        for other in ["deployment.failed.twice", "deployment.faile", "deployment", "project.failed", ""] {
            assert!(!subscription.matches(other), "{other}");
        }
    }

    #[test]
    fn a_prefix_matches_what_is_below_it() {
        let subscription = Subscription::parse("deployment.*").unwrap();
        for below in ["deployment.failed", "deployment.step.failed", "deployment.x"] {
            assert!(subscription.matches(below), "{below}");
        }
        for other in ["deployment", "deployment.", "deployments.failed", "a.deployment.failed", ""] {
            assert!(!subscription.matches(other), "{other}");
        }
    }

    #[test]
    fn a_pattern_of_no_valid_form_selects_nothing_beyond_itself() {
        for pattern in ["*", ".*", "deploy*", ""] {
            assert!(!pattern_matches(pattern, "deployment.failed"), "{pattern}");
        }
    }
}
