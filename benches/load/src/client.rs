//! A keep-alive connection that does as little as possible between two requests.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::error::BenchError;
use crate::measure::Case;
use crate::side::Side;

#[derive(Debug)]
pub struct Connection {
    stream: UnixStream,
    request: Vec<u8>,
    answer: Vec<u8>,
    side: &'static str,
    path: &'static str,
}

impl Connection {
    pub async fn open(side: &Side, case: &Case) -> Result<Self, BenchError> {
        let Case { method, path, .. } = case;
        let length = if *method == "POST" { "content-length: 0\r\n" } else { "" };
        let request = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{length}{}\r\n", side.headers);
        let stream = UnixStream::connect(&side.socket).await?;
        Ok(Self { stream, request: request.into_bytes(), answer: Vec::with_capacity(64 << 10), side: side.name, path })
    }

    /// One request, until the last byte of its answer.
    pub async fn ask(&mut self) -> Result<(), BenchError> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
            }
            let Some(head) = self.answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.answer[..head]);
            let length: usize = text
                .lines()
                .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))
                .and_then(|(_, value)| value.parse().ok())
                .unwrap_or_default();
            if self.answer.len() < head + 4 + length {
                continue;
            }
            let status = text.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
            if status != 200 {
                let body = String::from_utf8_lossy(&self.answer[head + 4..]).into_owned();
                return Err(BenchError::Answer { side: self.side, path: self.path, status, body });
            }
            return Ok(());
        }
    }
}
