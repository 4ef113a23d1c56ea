use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::{AdvanceError, Answer, Reader, Request};

/// What is written before anything is read. More may have to be read meanwhile, since it comes back while it is sent.
const WRITTEN_FIRST: usize = 16 << 10;

/// One request over a connection of its own, waited for, with the answer's body.
pub fn ask(socket: &Path, request: &Request) -> Result<(Answer, Vec<u8>), AdvanceError> {
    let mut stream = UnixStream::connect(socket)?;
    let (first, rest) = request.bytes.split_at(request.bytes.len().min(WRITTEN_FIRST));
    stream.write_all(first)?;
    if rest.is_empty() {
        return read(stream);
    }
    let mut writer = stream.try_clone()?;
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || writer.write_all(rest));
        let answered = read(stream)?;
        match writing.join() {
            Ok(written) => written?,
            Err(panic) => std::panic::resume_unwind(panic),
        }
        Ok(answered)
    })
}

fn read(mut stream: UnixStream) -> Result<(Answer, Vec<u8>), AdvanceError> {
    let (mut reader, mut buffer, mut body) = (Reader::default(), [0; 4096], Vec::new());
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(AdvanceError::Io(ErrorKind::UnexpectedEof.into()));
        }
        let read = buffer.get(..count).unwrap_or_default();
        if let Some(answer) = reader.take_and_keep(read, &mut |bytes| body.extend_from_slice(bytes))? {
            return Ok((answer, body));
        }
    }
}
