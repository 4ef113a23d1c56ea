//! Decompression of a response's body.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use async_compression::tokio::bufread::{GzipDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use bytes::Bytes;
use futures::Stream;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};
use tokio_util::io::{ReaderStream, StreamReader};

use crate::body::Raw;

/// How much is decompressed at once: 64 KiB.
const PIECE: usize = 64 << 10;

/// Compressed bytes that are worked on in one turn: 4 KiB. What comes of them is bounded by nothing but time, and whoever shares the thread waits
/// that long: gzip's shortest members, of which these are some 200, take a few milliseconds.
const TURN: usize = 4 << 10;

/// The largest window of zstd, as a power of two: 8 MiB, which RFC 9659 gives for HTTP. By default it would be 128 MiB for each body.
const ZSTD_WINDOW: u32 = 23;

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Gzip,
    Brotli,
    Zstd,
}

impl Encoding {
    /// The encoding that a response names, if it is one that is decompressed. Several at once are the guest's business.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut named = headers.get_all(CONTENT_ENCODING).iter();
        let (Some(name), None) = (named.next(), named.next()) else { return None };
        match name.to_str().ok()?.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Takes out the headers that are no longer true.
    pub(crate) fn undo(headers: &mut HeaderMap) {
        headers.remove(CONTENT_ENCODING);
        headers.remove(CONTENT_LENGTH);
    }
}

/// A body's bytes as the guest gets them.
pub(crate) enum Decoded {
    Plain(Raw),
    Through { decoder: ReaderStream<Pin<Box<dyn AsyncRead + Send>>>, intake: Arc<Intake> },
}

impl Decoded {
    pub(crate) fn new(raw: Raw, encoding: Option<Encoding>) -> Self {
        let Some(encoding) = encoding else { return Self::Plain(raw) };
        let intake = Arc::new(Intake::default());
        let read = StreamReader::new(InTurns { raw, rest: Bytes::new(), intake: Arc::clone(&intake) });
        let decoder: Pin<Box<dyn AsyncRead + Send>> = match encoding {
            Encoding::Gzip => Box::pin(Members {
                at: At::Member(GzipDecoder::new(read)),
                make: GzipDecoder::new,
                inner: GzipDecoder::into_inner,
                begins: begins_gzip,
            }),
            Encoding::Zstd => {
                Box::pin(Members { at: At::Member(zstd(read)), make: zstd, inner: ZstdDecoder::into_inner, begins: begins_zstd })
            }
            Encoding::Brotli => Box::pin(BrotliReader::new(read)),
        };
        Self::Through { decoder: ReaderStream::with_capacity(decoder, PIECE), intake }
    }
}

impl Stream for Decoded {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match &mut *self {
            Self::Plain(raw) => Pin::new(raw).poll_next(cx),
            Self::Through { decoder, intake } => {
                intake.had_its_turn.store(false, Ordering::Relaxed);
                let piece = ready!(Pin::new(decoder).poll_next(cx));
                // No bytes at all are no bytes in any encoding: servers send that for an empty page.
                let ended =
                    |error: &io::Error| error.kind() == io::ErrorKind::UnexpectedEof && !intake.begun.load(Ordering::Relaxed);
                Poll::Ready(piece.filter(|piece| !piece.as_ref().is_err_and(ended)))
            }
        }
    }
}

/// What is known of the compressed bytes.
#[derive(Default)]
pub(crate) struct Intake {
    /// There was one.
    begun: AtomicBool,
    /// The decoder has been given some since it was polled.
    had_its_turn: AtomicBool,
}

/// Gives a decoder [`TURN`] bytes each time that it is polled, and no more.
struct InTurns {
    raw: Raw,
    /// What came and was not given yet.
    rest: Bytes,
    intake: Arc<Intake>,
}

impl Stream for InTurns {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let this = &mut *self;
        if this.intake.had_its_turn.load(Ordering::Relaxed) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        while this.rest.is_empty() {
            match ready!(Pin::new(&mut this.raw).poll_next(cx)) {
                Some(Ok(bytes)) => this.rest = bytes,
                end_or_error => return Poll::Ready(end_or_error),
            }
        }
        this.intake.begun.store(true, Ordering::Relaxed);
        this.intake.had_its_turn.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Ok(this.rest.split_to(this.rest.len().min(TURN)))))
    }
}

fn zstd<R: AsyncBufRead>(read: R) -> ZstdDecoder<R> {
    ZstdDecoder::with_params(read, &[DParameter::window_log_max(ZSTD_WINDOW)])
}

/// Whether bytes begin as a member of gzip does (RFC 1952, 2.3.1), as far as they go.
fn begins_gzip(bytes: &[u8]) -> bool {
    matches!(bytes, [0x1f] | [0x1f, 0x8b, ..])
}

/// Whether bytes begin as a frame of zstd does, one to be skipped among them (RFC 8878, 3.1), as far as they go.
fn begins_zstd(bytes: &[u8]) -> bool {
    let begins = |magic: [u8; 4]| bytes.iter().zip(magic).all(|(byte, expected)| *byte == expected);
    begins([0x28, 0xb5, 0x2f, 0xfd]) || (0x50..=0x5f).any(|first| begins([first, 0x2a, 0x4d, 0x18]))
}

/// Members one behind the other, as gzip and zstd allow. What stands behind the last one and begins none, such as a line's end or zeros, is no
/// part of the body, as browsers see it.
struct Members<R, D> {
    at: At<R, D>,
    make: fn(R) -> D,
    inner: fn(D) -> R,
    begins: fn(&[u8]) -> bool,
}

enum At<R, D> {
    Member(D),
    /// Behind a member.
    Behind(R),
    End,
}

impl<R: AsyncBufRead + Unpin, D: AsyncRead + Unpin> AsyncRead for Members<R, D> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            match &mut this.at {
                At::Member(decoder) => {
                    let before = buffer.filled().len();
                    ready!(Pin::new(decoder).poll_read(cx, buffer))?;
                    if buffer.filled().len() > before || buffer.remaining() == 0 {
                        return Poll::Ready(Ok(()));
                    }
                    if let At::Member(decoder) = std::mem::replace(&mut this.at, At::End) {
                        this.at = At::Behind((this.inner)(decoder));
                    }
                }
                At::Behind(read) => {
                    let bytes = ready!(Pin::new(read).poll_fill_buf(cx))?;
                    let follows = !bytes.is_empty() && (this.begins)(bytes);
                    if let At::Behind(read) = std::mem::replace(&mut this.at, At::End)
                        && follows
                    {
                        this.at = At::Member((this.make)(read));
                    }
                }
                At::End => return Poll::Ready(Ok(())),
            }
        }
    }
}

/// Brotli without its extension for windows of up to 1 GiB, which other decoders of its crate take.
struct BrotliReader<R> {
    read: R,
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    ended: bool,
}

impl<R> BrotliReader<R> {
    fn new(read: R) -> Self {
        let alloc = StandardAlloc::default;
        Self { read, state: Box::new(BrotliState::new_strict(alloc(), alloc(), alloc())), ended: false }
    }
}

impl<R: AsyncBufRead + Unpin> AsyncRead for BrotliReader<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while !this.ended {
            let input = ready!(Pin::new(&mut this.read).poll_fill_buf(cx))?;
            let at_end = input.is_empty();
            let output = buffer.initialize_unfilled();
            let (mut given, mut taken, mut space, mut made) = (input.len(), 0, output.len(), 0);
            let result =
                BrotliDecompressStream(&mut given, &mut taken, input, &mut space, &mut made, output, &mut 0, &mut this.state);
            Pin::new(&mut this.read).consume(taken);
            buffer.advance(made);
            match result {
                BrotliResult::ResultSuccess => this.ended = true,
                BrotliResult::ResultFailure => return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "no brotli"))),
                BrotliResult::NeedsMoreInput if at_end && made == 0 => {
                    return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                }
                BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
            }
            if made > 0 {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}
