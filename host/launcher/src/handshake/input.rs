use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

use super::HandshakeFailure;

/// The longest launch line: 64 KiB. Real ones have a few hundred bytes.
pub(super) const LAUNCH_LINE_BYTES: usize = 64 << 10;

/// Reads the launch line, without its newline. A stream that ends gives what came until then, which may be nothing.
///
/// Nothing after the line is used, though some of it may be read.
///
/// # Errors
///
/// [`HandshakeFailure`] if the line does not come within `limit`, is longer than [`LAUNCH_LINE_BYTES`], or is no text.
pub(crate) async fn launch_line(input: impl AsyncRead + Unpin, limit: Duration) -> Result<String, HandshakeFailure> {
    timeout(limit, read_line(input)).await.map_err(|_| HandshakeFailure::ReadTimedOut { limit })?
}

async fn read_line(mut input: impl AsyncRead + Unpin) -> Result<String, HandshakeFailure> {
    let mut line = Vec::new();
    loop {
        let before = line.len();
        let read = input.read_buf(&mut line).await.map_err(HandshakeFailure::Read)?;
        let end = line.iter().skip(before).position(|byte| *byte == b'\n').map(|at| before + at);
        if let Some(end) = end {
            line.truncate(end);
        }
        if line.len() > LAUNCH_LINE_BYTES {
            return Err(HandshakeFailure::LineTooLong);
        }
        if end.is_some() || read == 0 {
            return String::from_utf8(line).map_err(|_| HandshakeFailure::NotUtf8);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::AsyncWriteExt;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    async fn read(text: &[u8]) -> Result<String, HandshakeFailure> {
        launch_line(text, LIMIT).await
    }

    #[tokio::test]
    async fn a_line_ends_at_its_newline_or_with_the_stream() {
        assert_eq!(read(b"{}\nrest").await.unwrap(), "{}");
        assert_eq!(read(b"{}").await.unwrap(), "{}");
        assert_eq!(read(b"").await.unwrap(), "");
    }

    #[tokio::test]
    async fn a_line_may_come_in_pieces() {
        let (mut host, launcher) = tokio::io::duplex(4);
        let line = tokio::spawn(launch_line(launcher, LIMIT));
        host.write_all(b"{\"a\":1}\n").await.unwrap();
        assert_eq!(line.await.unwrap().unwrap(), "{\"a\":1}");
    }

    #[tokio::test]
    async fn a_line_has_a_longest_length() {
        let text = |bytes| [vec![b'x'; bytes], vec![b'\n']].concat();
        assert_eq!(read(&text(LAUNCH_LINE_BYTES)).await.unwrap().len(), LAUNCH_LINE_BYTES);
        assert!(matches!(read(&text(LAUNCH_LINE_BYTES + 1)).await, Err(HandshakeFailure::LineTooLong)));
    }

    #[tokio::test]
    async fn a_line_that_never_ends_is_not_read_for_ever() {
        let endless = tokio::io::repeat(b'x');
        assert!(matches!(launch_line(endless, LIMIT).await, Err(HandshakeFailure::LineTooLong)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_host_is_not_waited_for_for_ever() {
        let (_host, launcher) = tokio::io::duplex(4);
        let error = launch_line(launcher, LIMIT).await.unwrap_err();
        assert!(error.to_string().contains("within 30s"), "{error}");
    }

    #[tokio::test]
    async fn bytes_that_are_no_text_are_refused() {
        assert!(matches!(read(b"\xff\n").await, Err(HandshakeFailure::NotUtf8)));
    }
}
