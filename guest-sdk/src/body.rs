//! How much of a response's body goes with the response itself.

use axum::body::Body;
use bytes::Bytes;
use futures::FutureExt;
use http_body::Body as _;
use http_body_util::BodyExt;

/// The largest body that goes with the response itself, in bytes. Beyond it the copy costs more than a stream does, and a body
/// that is held as a whole costs memory on both sides.
const INLINE_LIMIT: u64 = 64 * 1024;

/// What there is of a body when its response is ready.
#[derive(Debug)]
pub(crate) enum AtHand {
    /// It is empty.
    Nothing,
    /// All of it, at most [`INLINE_LIMIT`] bytes.
    All(Bytes),
    /// It comes over time, or is large. A frame that was taken from it already comes first.
    Later(Option<Result<Bytes, axum::Error>>),
}

/// Looks at what is there at once: a response never waits for its body.
pub(crate) fn at_hand(body: &mut Body) -> AtHand {
    match body.size_hint().exact() {
        Some(0) => AtHand::Nothing,
        Some(size) if size <= INLINE_LIMIT => match next_frame(body).now_or_never() {
            Some(None) => AtHand::Nothing,
            Some(Some(Ok(data))) if data.len() as u64 == size => AtHand::All(data),
            Some(first) => AtHand::Later(first),
            None => AtHand::Later(None),
        },
        Some(_) | None => AtHand::Later(None),
    }
}

/// The data of the next frame; none for a frame of trailers, which have no place on the way to the launcher.
pub(crate) async fn next_frame(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    body.frame().await.map(|frame| frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// What follows on what was gathered.
#[derive(Debug)]
pub(crate) enum Behind {
    /// Nothing.
    End,
    /// A frame that had no room, or an error.
    Frame(Result<Bytes, axum::Error>),
    /// Whatever comes later.
    Unknown,
}

/// Puts the frames that are there behind `first`, without waiting for one, up to `limit` bytes together. Each piece that is sent costs the
/// same, however small it is. From a quarter of that on, `first` goes alone: copying it would cost more than a piece does.
pub(crate) fn gather(body: &mut Body, first: Bytes, limit: usize) -> (Bytes, Behind) {
    if first.len() >= limit / 4 {
        return (first, Behind::Unknown);
    }
    let mut gathered = Vec::new();
    let behind = loop {
        let held = if gathered.is_empty() { first.len() } else { gathered.len() };
        match next_frame(body).now_or_never() {
            Some(None) => break Behind::End,
            Some(Some(Ok(frame))) if held + frame.len() <= limit => {
                if gathered.is_empty() {
                    gathered.reserve(limit);
                    gathered.extend_from_slice(&first);
                }
                gathered.extend_from_slice(&frame);
            }
            Some(Some(frame)) => break Behind::Frame(frame),
            None => break Behind::Unknown,
        }
    };
    (if gathered.is_empty() { first } else { gathered.into() }, behind)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use futures::stream;
    use http_body::{Frame, SizeHint};

    use super::*;

    /// A body that knows its size and gives its frames one by one; an empty one stands for a wait.
    struct Slow(Vec<&'static str>);

    impl http_body::Body for Slow {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.0.is_empty() {
                return Poll::Ready(None);
            }
            match self.0.remove(0) {
                "" => Poll::Pending,
                text => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(text.as_bytes()))))),
            }
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.0.iter().map(|text| text.len() as u64).sum())
        }
    }

    #[test]
    fn a_body_up_to_the_limit_is_at_hand() {
        let limit = INLINE_LIMIT as usize;
        assert!(matches!(at_hand(&mut Body::from(vec![1; limit])), AtHand::All(data) if data.len() == limit));
        assert!(matches!(at_hand(&mut Body::from(vec![1; limit + 1])), AtHand::Later(None)));
    }

    #[test]
    fn an_empty_body_is_nothing() {
        assert!(matches!(at_hand(&mut Body::empty()), AtHand::Nothing));
        assert!(matches!(at_hand(&mut Body::from("")), AtHand::Nothing));
    }

    #[test]
    fn a_stream_is_left_alone() {
        let mut body = Body::from_stream(stream::iter([Ok::<_, Infallible>("all of it")]));
        assert!(matches!(at_hand(&mut body), AtHand::Later(None)));
        assert_eq!(next_frame(&mut body).now_or_never().unwrap().unwrap().unwrap(), "all of it");
    }

    #[test]
    fn a_body_in_pieces_keeps_the_one_that_was_taken() {
        let mut body = Body::new(Slow(vec!["first", "second"]));
        assert!(matches!(at_hand(&mut body), AtHand::Later(Some(Ok(first))) if first == "first"));
        assert_eq!(next_frame(&mut body).now_or_never().unwrap().unwrap().unwrap(), "second");
    }

    #[test]
    fn a_body_that_is_not_there_yet_is_not_waited_for() {
        assert!(matches!(at_hand(&mut Body::new(Slow(vec!["", "late"]))), AtHand::Later(None)));
    }

    fn gathered(frames: Vec<&'static str>, limit: usize) -> (Bytes, Behind) {
        gather(&mut Body::new(Slow(frames)), Bytes::from_static(b"1"), limit)
    }

    #[test]
    fn frames_that_are_there_go_together() {
        let (piece, behind) = gathered(vec!["2", "3456"], 8);
        assert_eq!(piece, "123456");
        assert!(matches!(behind, Behind::End), "{behind:?}");
        let (piece, behind) = gathered(vec!["2", "", "late"], 64);
        assert_eq!(piece, "12");
        assert!(matches!(behind, Behind::Unknown), "{behind:?}");
        let (piece, behind) = gathered(vec![], 64);
        assert_eq!(piece, "1");
        assert!(matches!(behind, Behind::End), "{behind:?}");
    }

    #[test]
    fn a_frame_without_room_is_kept_for_the_next_piece() {
        let (piece, behind) = gathered(vec!["2", "3456789"], 8);
        assert_eq!(piece, "12");
        assert!(matches!(behind, Behind::Frame(Ok(frame)) if frame == "3456789"));
    }

    #[test]
    fn what_is_large_enough_goes_alone() {
        for (limit, expected) in [(7, "1"), (8, "12")] {
            let (piece, _) = gathered(vec!["2"], limit);
            assert_eq!(piece, expected);
        }
    }
}
