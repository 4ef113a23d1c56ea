/// Why there is nothing to report.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{what} does not build")]
    Build { what: &'static str },
    #[error("{side} did not start: it said {said:?}")]
    Start { side: &'static str, said: String },
    #[error("{side} answered {path} with {status}: {body}")]
    Answer { side: &'static str, path: &'static str, status: u16, body: String },
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}
