//! What a server would like to do to a launcher.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{PUBLIC, answers, ask, get, head, outside, response, serve, start};
use crate::support::Start;
use crate::survives;

/// A server that says `begin` and then `more`, again and again.
async fn endless(begin: &'static [u8], more: Vec<u8>, pause: Duration) -> u16 {
    let more = Arc::new(more);
    serve(move |mut stream| {
        let more = Arc::clone(&more);
        async move {
            head(&mut stream).await;
            drop(stream.write_all(begin).await);
            while stream.write_all(&more).await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        }
    })
    .await
}

const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let more = [b"10000\r\n".as_slice(), &[b'x'; 0x1_0000], b"\r\n"].concat();
    let port = endless(CHUNKED, more, Duration::ZERO).await;
    survives(
        || outside(port).limit("fetch_response_bytes", "8MiB"),
        async |launcher| {
            let answers = futures::future::join_all((0..3).map(|_| get(launcher, "http://93.184.216.34/"))).await;
            for answer in answers {
                assert!(answer.starts_with("too large: "), "{answer}");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_server_that_is_slow_or_silent_is_given_up() {
    let silent = serve(|mut stream| async move {
        head(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let stalls = endless(CHUNKED, b"1\r\nx\r\n".to_vec(), Duration::from_secs(600)).await;
    let drips = endless(CHUNKED, b"1\r\nx\r\n".to_vec(), Duration::from_millis(20)).await;
    let headers = endless(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n".to_vec(), Duration::from_millis(50)).await;
    let start = || {
        let ways = [(1, silent), (2, stalls), (3, drips), (4, headers)];
        let start = start().limit("fetch_time", "700ms").limit("fetch_idle_time", "300ms");
        ways.iter().fold(start, |start, (at, port)| start.argument(&format!("--connect-to={PUBLIC}:{at}=127.0.0.1:{port}")))
    };
    survives(start, async |launcher| {
        let (launcher, all) = (&launcher, [1, 2, 3, 4]);
        let fetches = all.map(|at| async move { get(launcher, &format!("http://{PUBLIC}:{at}/")).await });
        // Meanwhile others are answered.
        let (answers, ok) = futures::join!(futures::future::join_all(fetches), launcher.get("/ok"));
        assert_eq!(ok.text, "ok");
        assert!(answers.iter().all(|answer| answer.starts_with("timeout: ")), "{answers:?}");
        assert!(answers[1].contains("the next part of a body") && answers[2].contains("the fetch"), "{answers:?}");
    })
    .await;
}

#[tokio::test]
async fn a_bomb_is_cut_off() {
    /// 64 MiB of zeros, and more.
    fn bomb(encoding: &str) -> Vec<u8> {
        match encoding {
            // A stored-length run: a block of distance 1 would need a writer; zstd has one for runs.
            "zstd" => {
                // A frame with a window of 8 MiB; blocks of 128 KiB, each a run of one byte.
                let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x68];
                for _ in 0..1024 {
                    let header: u32 = (128 << 10 << 3) | (1 << 1);
                    frame.extend_from_slice(&header.to_le_bytes()[..3]);
                    frame.push(0);
                }
                frame
            }
            // Members that are empty, without end: nothing comes of them but work.
            _ => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0].repeat(500_000),
        }
    }
    for encoding in ["zstd", "gzip"] {
        let port = answers(move |_| response(&format!("200 OK\r\ncontent-encoding: {encoding}"), &bomb(encoding))).await;
        survives(
            || outside(port).limit("fetch_response_bytes", "8MiB"),
            async |launcher| {
                let answer = get(launcher, "http://93.184.216.34/").await;
                assert!(answer.starts_with("too large: "), "{answer} for {encoding}");
            },
        )
        .await;
    }
}

#[tokio::test]
async fn what_a_guest_keeps_or_forgets_does_not_pile_up() {
    let body = || [b"HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n".as_slice(), &[b'x'; 200_000]].concat();
    let port = serve(move |mut stream| async move {
        while !head(&mut stream).await.is_empty() {
            if stream.write_all(&body()).await.is_err() {
                return;
            }
        }
    })
    .await;
    let start = || outside(port).limit("fetches", "4").limit("fetch_queue", "2").limit("fetch_time", "1s");
    survives(start, async |launcher| {
        let fetch = format!("GET http://{PUBLIC}/");
        for _ in 0..4 {
            assert_eq!(ask(launcher, "/head", &fetch).await, "200");
        }
        // Those that are kept have all places until their time is over; of six more, two may wait.
        let answer = ask(launcher, "/many/6", &fetch).await;
        assert!(answer.contains("overloaded: too many fetches are waiting\": 4"), "{answer}");
        for _ in 0..20 {
            assert_eq!(ask(launcher, "/forgotten", &fetch).await, "given up");
            assert_eq!(ask(launcher, "/drop", &fetch).await, "200");
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_closes_early_is_told() {
    let port = answers(|_| b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nshort".to_vec()).await;
    survives(
        || outside(port),
        async |launcher| {
            let answer = get(launcher, "http://93.184.216.34/").await;
            assert!(answer.starts_with("lost: ") && answer.ends_with("after 5 bytes"), "{answer}");
        },
    )
    .await;
}

#[tokio::test]
async fn an_upload_is_whole_or_none() {
    let port = serve(|mut stream| async move {
        let mut seen = head(&mut stream).await.into_bytes();
        let mut buffer = vec![0; 64 << 10];
        while !seen.ends_with(b"0\r\n\r\n") {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(read) => seen.extend_from_slice(&buffer[..read]),
            }
        }
        let count = seen.iter().filter(|byte| **byte == b'x').count();
        drop(stream.write_all(&response("200 OK", count.to_string().as_bytes())).await);
    })
    .await;
    survives(
        || outside(port),
        async |launcher| {
            let post = format!("POST http://{PUBLIC}/");
            let answer = ask(launcher, "/upload/40", &post).await;
            assert_eq!(answer, format!("200 http://{PUBLIC}/ 7 {}", 40 * (64 << 10)));
            let answer = ask(launcher, "/upload/broken", &post).await;
            assert!(answer.starts_with("protocol: ") && answer.contains("it broke"), "{answer}");
            // To nobody: its stream is let go, too.
            let answer = ask(launcher, "/upload/40", "POST http://127.0.0.1/").await;
            assert_eq!(answer, "denied address 127.0.0.1");
        },
    )
    .await;
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let key = rcgen::generate_simple_self_signed(["a.test".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let secret = rustls::pki_types::PrivateKeyDer::try_from(key.signing_key.serialize_der()).unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![key.cert.der().clone()], secret).unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let port = serve(move |stream| {
        let acceptor = acceptor.clone();
        async move { drop(acceptor.accept(stream).await) }
    })
    .await;
    let start = || {
        let way = format!("--connect-to={PUBLIC}:443=127.0.0.1:{port}");
        start().argument(&way).argument(&format!("--resolve=a.test={PUBLIC}"))
    };
    survives(start, async |launcher| {
        let answer = get(launcher, "https://a.test/").await;
        assert!(answer.starts_with("tls: ") && answer.contains("certificate"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn the_sdk_sends_and_reads() {
    let port = serve(|mut stream| async move {
        loop {
            let request = head(&mut stream).await;
            let answer = match request.split(' ').nth(1) {
                Some("/moved") => response("302 Found\r\nlocation: /hello", b""),
                Some("/hello") => response("200 OK", format!("hello {}", request.contains("user-agent: sender/1")).as_bytes()),
                Some("/large") => response("200 OK", &[b'x'; 3_000_000]),
                Some("/missing") => response("404 Not Found", b""),
                Some("/never") => return std::future::pending().await,
                _ => return,
            };
            if stream.write_all(&answer).await.is_err() {
                return;
            }
        }
    })
    .await;
    let start = || {
        let start = Start::with(test_guests::SENDS_HTTP).argument(&format!("--allow=http://{PUBLIC}"));
        start.argument(&format!("--connect-to={PUBLIC}:80=127.0.0.1:{port}"))
    };
    let (launcher, _channel) = start().running().await;
    let get = async |route: &str, path: &str| launcher.get(&format!("{route}?url=http://{PUBLIC}{path}")).await.text;
    assert_eq!(get("/get", "/moved").await, format!("http://{PUBLIC}/hello hello true"));
    assert_eq!(get("/unfollowed", "/moved").await, "302 Found Some(\"/hello\")");
    assert_eq!(get("/pass", "/large").await.len(), 3_000_000);
    assert!(get("/get", "/missing").await.starts_with("status: the server answered 404"));
    assert!(get("/soon", "/never").await.starts_with("timeout: "));
    assert!(get("/get", ":81/").await.starts_with("denied: the policy does not allow http://93.184.216.34:81"));
    launcher.stop().await;
}
