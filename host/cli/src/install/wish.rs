use std::str::FromStr;

use temps_plugin_policy::network::{Grant, GrantFault};

/// What `--grant` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantWish {
    /// `all`: everything that the plugin asks its operator for.
    All,
    /// `network=ORIGIN`, be it asked for or not.
    Network(Grant),
}

/// A text that is no [`GrantWish`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoWish {
    /// Neither of the two forms.
    #[error("write network=ORIGIN, such as network=https://api.example.org, or all")]
    Form,
    /// No origin.
    #[error("{0}")]
    Origin(#[from] GrantFault),
}

impl FromStr for GrantWish {
    type Err = NoWish;

    fn from_str(text: &str) -> Result<Self, NoWish> {
        match text.split_once('=') {
            None if text == "all" => Ok(Self::All),
            Some(("network", origin)) => Ok(Self::Network(origin.parse()?)),
            None | Some(_) => Err(NoWish::Form),
        }
    }
}

/// What `--set` says: a key of `[config]` and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigWish {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl FromStr for ConfigWish {
    type Err = NoConfigWish;

    fn from_str(text: &str) -> Result<Self, NoConfigWish> {
        let (key, value) = text.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or(NoConfigWish)?;
        Ok(Self { key: key.to_owned(), value: value.to_owned() })
    }
}

/// A text that is no [`ConfigWish`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write KEY=VALUE, with a key that the plugin declares")]
pub struct NoConfigWish;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_value_which_may_be_empty_or_have_an_equals_sign() {
        let wish = |key: &str, value: &str| Ok(ConfigWish { key: key.into(), value: value.into() });
        assert_eq!(("a=b=c".parse(), "a=".parse()), (wish("a", "b=c"), wish("a", "")));
        assert_eq!(("a".parse::<ConfigWish>(), "=b".parse::<ConfigWish>()), (Err(NoConfigWish), Err(NoConfigWish)));
    }

    #[test]
    fn there_are_two_forms() {
        assert_eq!("all".parse(), Ok(GrantWish::All));
        assert_eq!("network=https://A.example".parse(), Ok(GrantWish::Network("https://a.example".parse().unwrap())));
        for text in ["", "none", "network", "all=1", "files=/", "https://a.example"] {
            assert_eq!(text.parse::<GrantWish>(), Err(NoWish::Form), "{text}");
        }
        assert!(matches!("network=https://a.example/".parse::<GrantWish>(), Err(NoWish::Origin(GrantFault::Path))));
    }
}
