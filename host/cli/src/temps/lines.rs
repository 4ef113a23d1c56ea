//! Lines from a plugin's pipes, of bounded length.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

/// Reads up to a newline or the stream's end. `None` is the end. What is no UTF-8 is replaced.
///
/// A line longer than `limit` bytes comes in pieces of that length, so that no plugin fills the memory of its host.
pub(super) async fn next_line(reader: &mut (impl AsyncBufRead + Unpin), limit: u64) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if reader.take(limit).read_until(b'\n', &mut bytes).await? == 0 {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_is_cut_at_the_limit_and_not_before() {
        let mut reader: &[u8] = b"12345678\n123456789\n\nlast";
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut reader, 9).await.unwrap() {
            lines.push(line);
        }
        assert_eq!(lines, ["12345678", "123456789", "", "", "last"]);
    }
}
