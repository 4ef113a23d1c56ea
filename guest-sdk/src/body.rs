//! How much of a response's body goes with the response itself.

use axum::body::Body;
use bytes::Bytes;
use futures::FutureExt;
use http_body::Body as _;
use http_body_util::BodyExt;

/// The largest body that goes with the response itself, in bytes. Beyond it the copy costs more than a stream does, and a body
/// that is held as a whole costs memory on both sides.
const INLINE_LIMIT: usize = 64 * 1024;

/// What there is of a body when its response is ready.
#[derive(Debug)]
pub(crate) enum AtHand {
    /// It is empty.
    Nothing,
    /// All of it, at most [`INLINE_LIMIT`] bytes.
    All(Bytes),
    /// It comes over time, or is large. What was taken from it already comes first.
    Later(Option<Taken>),
}

/// What was taken from a body: data or its error, and what follows.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) data: Result<Bytes, axum::Error>,
    pub(crate) behind: Behind,
}

impl Taken {
    /// This frame, with those behind it that are there, up to `limit` bytes together.
    pub(crate) fn of(frame: Result<Bytes, axum::Error>, body: &mut Body, limit: usize) -> Self {
        match frame {
            Ok(data) => {
                let (data, behind) = gather(body, data, limit);
                Self { data: Ok(data), behind }
            }
            Err(_) => Self { data: frame, behind: Behind::End },
        }
    }
}

/// Looks at what is there at once: a response never waits for its body.
pub(crate) fn at_hand(body: &mut Body) -> AtHand {
    let size = body.size_hint().exact();
    match size {
        Some(0) => return AtHand::Nothing,
        Some(size) if size > INLINE_LIMIT as u64 => return AtHand::Later(None),
        Some(_) | None => {}
    }
    let taken = match next_frame(body).now_or_never() {
        None => return AtHand::Later(None),
        Some(None) => return AtHand::Nothing,
        Some(Some(Ok(data))) if size == Some(data.len() as u64) => return AtHand::All(data),
        Some(Some(frame)) => Taken::of(frame, body, INLINE_LIMIT),
    };
    match taken {
        Taken { data: Ok(data), behind: Behind::End } => AtHand::All(data),
        taken => AtHand::Later(Some(taken)),
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
fn gather(body: &mut Body, first: Bytes, limit: usize) -> (Bytes, Behind) {
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
        assert!(matches!(at_hand(&mut Body::from(vec![1; INLINE_LIMIT])), AtHand::All(data) if data.len() == INLINE_LIMIT));
        assert!(matches!(at_hand(&mut Body::from(vec![1; INLINE_LIMIT + 1])), AtHand::Later(None)));
    }

    #[test]
    fn an_empty_body_is_nothing() {
        assert!(matches!(at_hand(&mut Body::empty()), AtHand::Nothing));
        assert!(matches!(at_hand(&mut Body::from("")), AtHand::Nothing));
        assert!(matches!(at_hand(&mut Body::from_stream(stream::empty::<Result<Bytes, Infallible>>())), AtHand::Nothing));
    }

    /// A stream of pieces of this size, of which each is there when it is asked for.
    fn pieces(count: usize, size: usize) -> Body {
        Body::from_stream(stream::iter((0..count).map(move |_| Ok::<_, Infallible>(vec![1; size]))))
    }

    #[test]
    fn so_is_a_stream_that_ends_before_it() {
        let size = INLINE_LIMIT / 16;
        assert!(matches!(at_hand(&mut pieces(16, size)), AtHand::All(data) if data.len() == INLINE_LIMIT));
        let AtHand::Later(Some(Taken { data: Ok(data), behind: Behind::Frame(Ok(frame)) })) = at_hand(&mut pieces(17, size))
        else {
            panic!("it is over the limit");
        };
        assert_eq!((data.len(), frame.len()), (INLINE_LIMIT, size));
    }

    #[test]
    fn a_stream_that_fails_keeps_its_error() {
        let mut body = Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("the disk is gone"))]));
        assert!(matches!(at_hand(&mut body), AtHand::Later(Some(Taken { data: Err(_), behind: Behind::End }))));
    }

    #[test]
    fn a_body_that_waits_in_between_keeps_what_was_taken() {
        let mut body = Body::new(Slow(vec!["first", "second", "", "third"]));
        let AtHand::Later(Some(Taken { data: Ok(data), behind: Behind::Unknown })) = at_hand(&mut body) else {
            panic!("it is not there yet");
        };
        assert_eq!(data, "firstsecond");
        assert_eq!(next_frame(&mut body).now_or_never().unwrap().unwrap().unwrap(), "third");
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
