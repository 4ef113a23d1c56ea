use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{Sink, SinkExt, Stream, StreamExt};
use temps_plugin_protocol::{HostFrame, decode_host_frame, encode_request};
use temps_plugin_runtime::PlatformError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::Seat;
use super::keep_alive::{ControlFrames, MAX_PONGS, sign_of_life};
use super::link::Unasked;
use crate::events::EventSink;

/// The largest frame that is read: 33 MiB, the 32 MiB of an API call's payload and what is around it. A larger one ends the connection.
pub(super) const MAX_FRAME_BYTES: usize = 33 << 20;

/// How long a connection may take to end: 1 s, so that a host that does not read keeps nobody.
pub(super) const CLOSE_TIME: Duration = Duration::from_secs(1);

pub(super) fn config() -> WebSocketConfig {
    WebSocketConfig::default().max_message_size(Some(MAX_FRAME_BYTES)).max_frame_size(Some(MAX_FRAME_BYTES))
}

/// Why a connection ends.
enum End {
    HostClosed,
    Failed(Error),
    /// For this long.
    Silent(Duration),
    /// For this long it has read none of the answers to its pings.
    DeafToPongs(Duration),
    Replaced,
    Stopping,
}

impl End {
    /// The reason that the host is told, if it may be listening still.
    fn close_frame(&self) -> Option<CloseFrame> {
        let frame = |code, reason| Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) });
        match self {
            Self::HostClosed => None,
            Self::Failed(Error::Capacity(_)) => frame(CloseCode::Size, "frame too large"),
            Self::Failed(Error::Utf8(_)) => frame(CloseCode::Invalid, "not UTF-8"),
            Self::Failed(_) => frame(CloseCode::Protocol, ""),
            Self::Silent(_) | Self::DeafToPongs(_) => frame(CloseCode::Policy, "no sign of life"),
            Self::Replaced => frame(CloseCode::Policy, "replaced by another connection"),
            Self::Stopping => frame(CloseCode::Away, "stopping"),
        }
    }

    fn log(&self) {
        match self {
            Self::HostClosed => tracing::info!("the host closed the channel"),
            Self::Failed(error) => tracing::warn!(%error, "the channel was lost"),
            Self::Silent(limit) => tracing::warn!(?limit, "the channel was lost: the host gave no sign of life"),
            Self::DeafToPongs(limit) => {
                tracing::warn!(?limit, "the channel was lost: the host does not read the answers to its pings");
            }
            Self::Replaced => tracing::info!("another connection replaced the channel"),
            Self::Stopping => tracing::debug!("the channel is closed"),
        }
    }
}

/// Runs a connection until either side ends it. It frees its seat before the closing handshake, which may take its time.
pub(super) async fn run<S>(seat: Seat, socket: WebSocketStream<S>, events: Arc<dyn EventSink>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    seat.open();
    tracing::info!("the channel is open");
    let (mut sink, mut stream) = socket.split();
    let control = ControlFrames::default();
    // Side by side, so that a host that does not read while it writes is not waited for.
    let end = tokio::select! {
        end = read(&seat, &mut stream, &control, &*events) => end,
        error = write(&seat, &mut sink, &control) => End::Failed(error),
        () = seat.replaced.cancelled() => End::Replaced,
        () = seat.link.stop.cancelled() => End::Stopping,
    };
    end.log();
    drop(seat);
    let closing = async {
        if let Some(frame) = end.close_frame() {
            drop(sink.send(Message::Close(Some(frame))).await);
        }
        drop(sink.close().await);
    };
    if timeout(CLOSE_TIME, closing).await.is_err() {
        tracing::debug!("the host did not take the channel's closing frame");
    }
}

/// Takes what the host sends, one message after the other, and sees to it that it does not stay silent.
async fn read(
    seat: &Seat,
    stream: &mut (impl Stream<Item = Result<Message, Error>> + Unpin),
    control: &ControlFrames,
    events: &dyn EventSink,
) -> End {
    let limits = &seat.link.limits;
    let ping = || {
        control.ask_for_ping();
        seat.work.notify_one();
    };
    loop {
        let next = async {
            control.room().await;
            stream.next().await
        };
        let Some(message) = sign_of_life(limits, next, ping).await else {
            return match control.pongs() {
                MAX_PONGS.. => End::DeafToPongs(limits.silence),
                _ => End::Silent(limits.silence),
            };
        };
        match message {
            Some(Ok(Message::Text(text))) => {
                take(seat, &text, events).await;
                // So that a flood of frames lets others have their turn.
                tokio::task::consume_budget().await;
            }
            Some(Ok(Message::Binary(bytes))) => {
                tracing::warn!(bytes = bytes.len(), "ignored a binary message on the channel: frames are text");
            }
            // The WebSocket answers it by itself, and the writing half sees the answer out.
            Some(Ok(Message::Ping(_))) => {
                control.pong_waits();
                seat.work.notify_one();
            }
            Some(Ok(Message::Pong(_) | Message::Frame(_))) => {}
            Some(Ok(Message::Close(_))) | None => return End::HostClosed,
            Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => return End::HostClosed,
            Some(Err(error)) => return End::Failed(error),
        }
    }
}

async fn take(seat: &Seat, text: &str, events: &dyn EventSink) {
    let (id, answer) = match decode_host_frame(seat.link.version, text) {
        Ok(HostFrame::Response { id, outcome }) => (id, outcome.map_err(PlatformError::Channel)),
        Ok(HostFrame::Event(event)) => {
            events.offer(event);
            return;
        }
        Err(error) => {
            tracing::warn!(%error, "ignored a frame on the channel");
            match error.id() {
                Some(id) => (id, Err(PlatformError::Protocol(error.to_string()))),
                None => return,
            }
        }
    };
    match seat.link.settle(seat.number, id, answer) {
        Ok(()) => {}
        Err(Unasked::Late) => tracing::warn!(id, "ignored an answer on the channel that is late or came twice"),
        Err(Unasked::Unknown) => tracing::warn!(id, "ignored an answer on the channel to a question that was not asked"),
    }
}

/// Sends what waits, whenever there is something and room for it. It ends only when the connection fails.
async fn write(seat: &Seat, sink: &mut (impl Sink<Message, Error = Error> + Unpin), control: &ControlFrames) -> Error {
    loop {
        if control.take_ping()
            && let Err(error) = sink.feed(Message::Ping(Bytes::new())).await
        {
            return error;
        }
        while let Some((id, call)) = seat.link.next_to_send(seat.number) {
            match encode_request(seat.link.version, id, &call) {
                Ok(text) => {
                    if let Err(error) = sink.feed(Message::text(text)).await {
                        return error;
                    }
                }
                Err(error) => {
                    // Nobody being left to be told is no trouble.
                    let _ = seat.link.settle(seat.number, id, Err(PlatformError::Channel(error.to_channel_error())));
                }
            }
        }
        let pongs = control.pongs();
        if let Err(error) = sink.flush().await {
            return error;
        }
        control.wrote(pongs);
        seat.work.notified().await;
    }
}
