//! Reading a body whose bytes come over time.

use bytes::Bytes;
use wit_bindgen::{StreamReader, StreamResult};

/// How much of a body is read at once, in bytes: more than half of what a socket holds, so that a fast upload takes few calls.
const READ_SIZE: usize = 128 * 1024;

/// A read that gave less than this many bytes is copied out of its buffer, so that a body of many small pieces does not keep a
/// buffer of [`READ_SIZE`] for each.
const COPY_BELOW: usize = READ_SIZE / 4;

/// The bytes of a body. Dropping it tells the launcher that nobody reads on.
pub(super) struct BodyReader {
    content: StreamReader<u8>,
    /// Room for the next read, empty.
    buffer: Vec<u8>,
}

impl BodyReader {
    pub(super) fn new(content: StreamReader<u8>) -> Self {
        Self { content, buffer: Vec::new() }
    }

    /// The next bytes. None: they have ended, and whether they are all of them is not known here.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.reserve(READ_SIZE);
            let (result, mut buffer) = self.content.read(buffer).await;
            if !buffer.is_empty() {
                if buffer.len() >= COPY_BELOW {
                    return Some(buffer.into());
                }
                let bytes = Bytes::copy_from_slice(&buffer);
                buffer.clear();
                self.buffer = buffer;
                return Some(bytes);
            }
            match result {
                // A read of nothing; the next one waits for more.
                StreamResult::Complete(_) => self.buffer = buffer,
                StreamResult::Dropped | StreamResult::Cancelled => return None,
            }
        }
    }
}
