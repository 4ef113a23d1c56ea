use std::io::{self, Write as _};

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;

use super::DevError;
use super::error::GetFailure;
use crate::client::ask_url;
use crate::temps::{LocalTemps, PROXY_PREFIX, Plugin};

/// Fetches a path of the plugin through the proxy, and writes the status and then the body to stdout as it comes.
pub(super) async fn fetch(temps: &LocalTemps, plugin: &Plugin, path: &str) -> Result<(), DevError> {
    let failed = |reason: GetFailure| DevError::Get { path: path.to_owned(), reason };
    let slash = if path.starts_with('/') { "" } else { "/" };
    let url = format!("{}{PROXY_PREFIX}{}{slash}{path}", temps.url(), plugin.name());
    let request = Request::get(url).body(Body::empty()).map_err(|_| DevError::GetPath { path: path.to_owned() })?;
    let response = ask_url(request).await.map_err(|error| failed(error.into()))?;
    let status = response.status();
    write(format!("{status}\n").as_bytes())?;
    let mut body = response.into_body();
    let mut last = b'\n';
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|error| failed(error.into()))?.into_data() {
            write(&data)?;
            last = data.last().copied().unwrap_or(last);
        }
    }
    if last != b'\n' {
        write(b"\n")?;
    }
    if status.is_success() || status.is_redirection() {
        Ok(())
    } else {
        Err(DevError::GetStatus { path: path.to_owned(), status })
    }
}

fn write(bytes: &[u8]) -> Result<(), DevError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(DevError::Stdout)
}
