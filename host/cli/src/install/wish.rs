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

#[cfg(test)]
mod tests {
    use super::*;

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
