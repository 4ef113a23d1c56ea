use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where submissions go. Engines pass on to each other what they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Engine {
    IndexNow,
    Bing,
    Yandex,
    Seznam,
    Naver,
    Yep,
    /// The endpoint in the settings.
    Custom,
}

impl Engine {
    /// Those with an endpoint of their own.
    pub(crate) const KNOWN: [Self; 6] = [Self::IndexNow, Self::Bing, Self::Yandex, Self::Seznam, Self::Naver, Self::Yep];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::IndexNow => "IndexNow (all engines)",
            Self::Bing => "Microsoft Bing",
            Self::Yandex => "Yandex",
            Self::Seznam => "Seznam.cz",
            Self::Naver => "Naver",
            Self::Yep => "Yep",
            Self::Custom => "Another endpoint",
        }
    }

    /// What the operator's policy has to allow.
    pub(crate) fn origin(self) -> Option<&'static str> {
        match self {
            Self::IndexNow => Some("https://api.indexnow.org"),
            Self::Bing => Some("https://www.bing.com"),
            Self::Yandex => Some("https://yandex.com"),
            Self::Seznam => Some("https://search.seznam.cz"),
            Self::Naver => Some("https://searchadvisor.naver.com"),
            Self::Yep => Some("https://indexnow.yep.com"),
            Self::Custom => None,
        }
    }

    /// Where its submissions are posted.
    pub(crate) fn endpoint(self) -> Option<String> {
        Some(format!("{}/indexnow", self.origin()?))
    }
}
