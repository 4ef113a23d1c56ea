use super::Malformed;

/// A chunked body, taken in pieces as they come.
#[derive(Debug, Default)]
pub struct Chunked {
    state: State,
    /// The bytes of the chunks so far.
    pub length: usize,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// In the line with a chunk's size: the size so far, and whether its digits have ended.
    Size { size: usize, ended: bool },
    /// In a chunk, with this much to come.
    Data(usize),
    /// At the line's end behind a chunk.
    AfterData,
    /// In a line behind the last chunk, which is so long yet.
    Trailer(usize),
}

impl Default for State {
    fn default() -> Self {
        Self::Size { size: 0, ended: false }
    }
}

impl Chunked {
    /// Takes what came, and gives what chunks hold to `keep`. How much of it belongs to the body, if the body ends in it.
    pub fn take(&mut self, bytes: &[u8], keep: &mut impl FnMut(&[u8])) -> Result<Option<usize>, Malformed> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match self.state {
                State::Data(left) => {
                    let taken = left.min(bytes.len() - at);
                    self.length += taken;
                    keep(bytes.get(at..at + taken).unwrap_or_default());
                    at += taken;
                    self.state = if taken == left { State::AfterData } else { State::Data(left - taken) };
                    continue;
                }
                State::AfterData if *byte == b'\n' => self.state = State::default(),
                State::AfterData => {}
                State::Size { size: 0, .. } if *byte == b'\n' => self.state = State::Trailer(0),
                State::Size { size, .. } if *byte == b'\n' => self.state = State::Data(size),
                State::Size { ended: true, .. } => {}
                State::Size { size, .. } => {
                    self.state = match char::from(*byte).to_digit(16) {
                        Some(digit) if size <= usize::MAX >> 8 => State::Size { size: size << 4 | digit as usize, ended: false },
                        Some(_) => return Err(Malformed::ChunkSize),
                        None if matches!(byte, b'\r' | b';' | b' ') => State::Size { size, ended: true },
                        None => return Err(Malformed::ChunkSize),
                    };
                }
                State::Trailer(0) if *byte == b'\n' => return Ok(Some(at + 1)),
                State::Trailer(_) if *byte == b'\n' => self.state = State::Trailer(0),
                State::Trailer(_) if *byte == b'\r' => {}
                State::Trailer(length) => self.state = State::Trailer(length + 1),
            }
            at += 1;
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_in_the_same_place_however_it_is_cut() {
        let body = b"5\r\nhello\r\n1a;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nx: y\r\n\r\n";
        let next = b"HTTP/1.1 200 OK";
        for cut in 0..body.len() {
            let mut chunked = Chunked::default();
            assert_eq!(chunked.take(&body[..cut], &mut |_| {}), Ok(None), "cut at {cut}");
            let rest = [&body[cut..], next].concat();
            assert_eq!(chunked.take(&rest, &mut |_| {}), Ok(Some(body.len() - cut)), "cut at {cut}");
            assert_eq!(chunked.length, 31);
        }
    }

    #[test]
    fn a_size_that_is_none_is_refused() {
        assert_eq!(Chunked::default().take(b"x\r\n", &mut |_| {}), Err(Malformed::ChunkSize));
        assert_eq!(Chunked::default().take(b"fffffffffffffffff\r\n", &mut |_| {}), Err(Malformed::ChunkSize));
    }
}
