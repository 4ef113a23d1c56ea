use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::response::Response;

/// The pieces of `/stream`, 64 KiB in all.
const PIECES: usize = 16;

/// One piece.
static PIECE: [u8; 4096] = [b'x'; 4096];

/// Sends the body back as it comes in, without keeping it.
pub async fn echo(body: Body) -> Response {
    Response::new(body)
}

/// Sends a body in pieces, of which nobody knows how many there are.
pub async fn stream() -> Response {
    let pieces = (0..PIECES).map(|_| Ok::<_, Infallible>(Bytes::from_static(&PIECE)));
    Response::new(Body::from_stream(futures::stream::iter(pieces)))
}
