/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error("{0}: {1}")]
    Io(&'static str, std::io::Error),
    #[error("the native store: {0}")]
    Store(#[from] sea_orm::DbErr),
    #[error("a request: {0}")]
    Request(#[from] reqwest::Error),
    #[error("the site's URL: {0}")]
    Url(#[from] url::ParseError),
    #[error("the site: {0}")]
    Fetch(#[from] seo_audit::FetchError),
    #[error("the plugin answered {0}")]
    Answer(String),
    #[error("{side} has {found} findings, and {expected} are planted")]
    Findings { side: &'static str, found: u64, expected: u64 },
}
