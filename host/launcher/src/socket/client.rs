use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::net::{Shutdown, shutdown};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::UnixStream;

/// How often a client that has closed only its sending side is looked at again: 250 ms. Nothing tells of its second half closing, and
/// such clients are rare.
const HALF_CLOSED_LOOK: Duration = Duration::from_millis(250);

/// A response up to this many bytes is written in one piece: 1 KiB. Copying it costs less than the kernel takes for looking at several.
const SMALL_WRITE: usize = 1 << 10;

/// A client's connection, shared between who speaks HTTP on it and who watches for its end ([`gone`]).
#[derive(Debug, Clone)]
pub(crate) struct ClientStream(pub(crate) Arc<UnixStream>);

/// Resolves when the client has closed its connection altogether. One that has only stopped sending still reads, and is not gone.
///
/// hyper can either answer clients that have stopped sending or notice that a client went away, not both.
pub(crate) async fn gone(stream: &UnixStream) {
    // Only the end of what the client sends wakes this, no data.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if stream.ready(Interest::PRIORITY).await.is_err() {
        return;
    }
    while stream.ready(Interest::WRITABLE).await.is_ok_and(|ready| !ready.is_write_closed()) {
        tokio::time::sleep(HALF_CLOSED_LOOK).await;
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        loop {
            ready!(self.0.poll_read_ready(cx))?;
            let attempt = self.0.try_io(Interest::READABLE, || {
                let read = self.0.try_read_buf(buf)?;
                // Less than there was room for is all that there was: saying so saves the read that would find nothing.
                if read > 0 && buf.remaining() > 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
            });
            match attempt {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && buf.filled().len() == before => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Ready(Ok(())),
                result => return Poll::Ready(result),
            }
        }
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        write(&self.0, cx, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, pieces: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        match joined(pieces, &mut [0; SMALL_WRITE]) {
            Some(bytes) => write(&self.0, cx, |stream| stream.try_write(bytes)),
            None => write(&self.0, cx, |stream| stream.try_write_vectored(pieces)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // tokio shuts a stream down only where it is not shared.
        Poll::Ready(Ok(shutdown(&self.0, Shutdown::Write)?))
    }
}

/// The pieces in one, if there is room for all of them.
fn joined<'a>(pieces: &[io::IoSlice<'_>], room: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut end = 0;
    for piece in pieces {
        let start = end;
        end += piece.len();
        room.get_mut(start..end)?.copy_from_slice(piece);
    }
    room.get(..end)
}

fn write(
    stream: &UnixStream,
    cx: &mut Context<'_>,
    attempt: impl Fn(&UnixStream) -> io::Result<usize>,
) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_write_ready(cx))?;
        match attempt(stream) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            result => return Poll::Ready(result),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn a_client_that_closes_is_gone() {
        let (client, server) = UnixStream::pair().unwrap();
        drop(client);
        timeout(SOON, gone(&server)).await.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_closes_with_data_unread_is_gone() {
        let (mut client, server) = UnixStream::pair().unwrap();
        client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        drop(client);
        timeout(SOON, gone(&server)).await.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_only_stops_sending_is_not_gone() {
        let (mut client, server) = UnixStream::pair().unwrap();
        client.shutdown().await.unwrap();
        assert!(timeout(HALF_CLOSED_LOOK * 2, gone(&server)).await.is_err());
        drop(client);
        timeout(SOON, gone(&server)).await.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_sends_is_not_gone() {
        let (mut client, server) = UnixStream::pair().unwrap();
        client.write_all(b"data").await.unwrap();
        assert!(timeout(HALF_CLOSED_LOOK, gone(&server)).await.is_err());
    }

    #[tokio::test]
    async fn pieces_arrive_in_their_order_whether_they_are_joined_or_not() {
        for size in [1, SMALL_WRITE / 2, SMALL_WRITE / 2 + 1, SMALL_WRITE * 2] {
            let (mut client, server) = UnixStream::pair().unwrap();
            let mut server = ClientStream(Arc::new(server));
            let (first, second) = (vec![1; size], vec![2; size]);
            let written = server.write_vectored(&[io::IoSlice::new(&first), io::IoSlice::new(&second)]).await.unwrap();
            assert_eq!(written, size * 2);
            let mut read = vec![0; size * 2];
            client.read_exact(&mut read).await.unwrap();
            assert_eq!(read, [first, second].concat());
        }
    }

    #[tokio::test]
    async fn bytes_pass_both_ways_and_shutting_down_ends_them() {
        let (mut client, server) = UnixStream::pair().unwrap();
        let mut server = ClientStream(Arc::new(server));
        let sent = vec![7; 1 << 20];
        let (written, read) = tokio::join!(
            async {
                server.write_all(&sent).await.unwrap();
                server.shutdown().await.unwrap();
            },
            async {
                let mut read = Vec::new();
                client.read_to_end(&mut read).await.unwrap();
                read
            }
        );
        let () = written;
        assert_eq!(read.len(), 1 << 20);
        client.write_all(b"hi").await.unwrap();
        drop(client);
        let mut read = Vec::new();
        server.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, b"hi");
    }
}
