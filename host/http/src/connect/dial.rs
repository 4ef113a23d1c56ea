//! One TCP connection to one of several addresses.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// How long an address is tried alone before the next one is tried beside it: 250 ms, as RFC 8305 recommends.
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to the first address that answers, in order, but without waiting for one that does not.
pub(super) async fn dial(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut rest = alternating(addresses).into_iter();
    let mut tried = FuturesUnordered::new();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "there is no address");
    loop {
        match rest.next() {
            Some(address) => tried.push(TcpStream::connect(address)),
            None if tried.is_empty() => return Err(last),
            None => {}
        }
        let wait = async { if rest.len() > 0 { sleep(HEAD_START).await } else { std::future::pending().await } };
        tokio::select! {
            Some(connected) = tried.next() => match connected {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            },
            () = wait => {}
        }
    }
}

/// The families in turn, beginning with the first address's: one of them may lead nowhere.
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (these, those): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| address.is_ipv4() == first);
    let (mut these, mut those) = (these.into_iter(), those.into_iter());
    let mut all = Vec::with_capacity(these.len() + those.len());
    loop {
        let pair = [these.next(), those.next()];
        if pair == [None, None] {
            return all;
        }
        all.extend(pair.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn families_take_turns() {
        let given = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"].map(|address| address.parse().unwrap());
        let order: Vec<_> = alternating(given.to_vec()).iter().map(ToString::to_string).collect();
        assert_eq!(order, ["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"]);
    }

    #[tokio::test]
    async fn an_address_that_refuses_is_passed_over() {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let there = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = dial(vec![gone, there.local_addr().unwrap()]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), there.local_addr().unwrap());
        assert_eq!(dial(vec![gone]).await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(dial(vec![]).await.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
