//! A server that answers with ready bytes: what it reaches is the most that the load generator can measure. It runs in a process of its
//! own, as the sides do.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use mio::net::{UnixListener, UnixStream};
use mio::{Events, Interest, Poll, Token};

use crate::case::HELLO;
use crate::error::BenchError;

const LISTENER: Token = Token(usize::MAX);

/// Serves until the process is killed. Each piece that comes is taken for a request: the load generator's small ones come in one.
pub fn serve(socket: &Path) -> Result<(), BenchError> {
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         date: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n{HELLO}",
        HELLO.len()
    );
    let mut listener = UnixListener::bind(socket).map_err(BenchError::io("bind", socket))?;
    let mut poll = Poll::new().map_err(BenchError::Poll)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE).map_err(BenchError::Poll)?;
    let (mut events, mut buffer) = (Events::with_capacity(256), [0; 4096]);
    let (mut connections, mut next) = (HashMap::new(), 0);
    loop {
        poll.poll(&mut events, None).map_err(BenchError::Poll)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut connection, _)) = listener.accept() {
                    poll.registry().register(&mut connection, Token(next), Interest::READABLE).map_err(BenchError::Poll)?;
                    connections.insert(next, connection);
                    next += 1;
                }
            } else if let Some(connection) = connections.get_mut(&event.token().0)
                && !answered(connection, &mut buffer, answer.as_bytes())
            {
                connections.remove(&event.token().0);
            }
        }
    }
}

/// Whether the connection goes on.
fn answered(connection: &mut UnixStream, buffer: &mut [u8], answer: &[u8]) -> bool {
    match connection.read(buffer) {
        Ok(0) => false,
        Ok(_) => connection.write_all(answer).is_ok(),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}
