use super::chunked::Chunked;

/// The most headers of an answer.
const MAX_HEADERS: usize = 32;

/// Why bytes are no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("the head cannot be read: {0}")]
    Head(httparse::Error),
    #[error("the head has no status or a content-length that is no number")]
    Field,
    #[error("the body has neither a content-length nor chunks")]
    NoLength,
    #[error("a chunk's size cannot be read")]
    ChunkSize,
    #[error("more bytes than the answer has")]
    Trailing,
}

/// What is checked of every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The body's bytes, without the framing of chunks.
    pub length: usize,
}

/// Reads one answer from the pieces in which it comes.
#[derive(Debug, Default)]
pub struct Reader {
    head: Vec<u8>,
    body: Option<(u16, Body)>,
}

#[derive(Debug)]
enum Body {
    Sized { length: usize, left: usize },
    Chunked(Chunked),
}

impl Reader {
    /// Takes what came. The answer, once its last byte is among it.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Option<Answer>, Malformed> {
        self.take_and_keep(bytes, &mut |_| {})
    }

    /// The same, and gives the body's bytes to `keep`.
    pub fn take_and_keep(&mut self, bytes: &[u8], keep: &mut impl FnMut(&[u8])) -> Result<Option<Answer>, Malformed> {
        if self.body.is_some() {
            return self.take_body(bytes, keep);
        }
        // Most heads come in one piece, and are not copied.
        if self.head.is_empty() {
            return match head(bytes)? {
                Some((at, status, body)) => {
                    self.body = Some((status, body));
                    self.take_body(bytes.get(at..).unwrap_or_default(), keep)
                }
                None => {
                    self.head.extend_from_slice(bytes);
                    Ok(None)
                }
            };
        }
        let mut whole = std::mem::take(&mut self.head);
        whole.extend_from_slice(bytes);
        self.take_and_keep(&whole, keep)
    }

    fn take_body(&mut self, bytes: &[u8], keep: &mut impl FnMut(&[u8])) -> Result<Option<Answer>, Malformed> {
        let Some((status, body)) = &mut self.body else { return Ok(None) };
        let status = *status;
        let (ends, length) = match body {
            Body::Sized { length, left } => {
                let taken = bytes.len().min(*left);
                *left -= taken;
                keep(bytes.get(..taken).unwrap_or_default());
                ((*left == 0).then_some(taken), *length)
            }
            Body::Chunked(chunked) => (chunked.take(bytes, keep)?, chunked.length),
        };
        match ends {
            None => Ok(None),
            Some(end) if end == bytes.len() => {
                self.body = None;
                Ok(Some(Answer { status, length }))
            }
            Some(_) => Err(Malformed::Trailing),
        }
    }
}

/// The head's length, the status, and how the body ends, once the head is whole.
fn head(bytes: &[u8]) -> Result<Option<(usize, u16, Body)>, Malformed> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(at) = response.parse(bytes).map_err(Malformed::Head)? else { return Ok(None) };
    let mut body = None;
    for header in response.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            let length = std::str::from_utf8(header.value).ok().and_then(|text| text.parse().ok()).ok_or(Malformed::Field)?;
            body = Some(Body::Sized { length, left: length });
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") && header.value.eq_ignore_ascii_case(b"chunked") {
            body = Some(Body::Chunked(Chunked::default()));
        }
    }
    Ok(Some((at, response.code.ok_or(Malformed::Field)?, body.ok_or(Malformed::NoLength)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_same_however_it_is_cut() {
        let sized = &b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nx: y\r\n\r\nhello"[..];
        let chunked = &b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"[..];
        let sized = (sized, Answer { status: 404, length: 5 }, b"hello".as_slice());
        for (bytes, answer, body) in [sized, (chunked, Answer { status: 200, length: 3 }, b"abc")] {
            let mut reader = Reader::default();
            for cut in 0..bytes.len() {
                assert_eq!(reader.take(&bytes[..cut]), Ok(None), "cut at {cut}");
                assert_eq!(reader.take(&bytes[cut..]), Ok(Some(answer)), "cut at {cut}");
            }
            let (last, others) = bytes.split_last().unwrap();
            let mut kept = Vec::new();
            for byte in others {
                assert_eq!(reader.take_and_keep(&[*byte], &mut |bytes| kept.extend_from_slice(bytes)), Ok(None));
            }
            assert_eq!(reader.take_and_keep(&[*last], &mut |bytes| kept.extend_from_slice(bytes)), Ok(Some(answer)));
            assert_eq!(kept, body);
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let cases: [(&[u8], Malformed); 4] = [
            (b"HTTP/1.1 200 OK\r\n\r\n", Malformed::NoLength),
            (b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", Malformed::Field),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab", Malformed::Trailing),
            (b"HELLO\r\n\r\n", Malformed::Head(httparse::Error::Version)),
        ];
        for (bytes, error) in cases {
            assert_eq!(Reader::default().take(bytes), Err(error));
        }
    }
}
