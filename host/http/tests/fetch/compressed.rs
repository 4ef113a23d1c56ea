use async_compression::tokio::bufread::{GzipEncoder, ZstdEncoder};
use async_compression::tokio::write::ZstdEncoder as ZstdWriter;
use temps_plugin_http::{Content, Error, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{get, open_client, read, response, serve, text};

async fn compressed(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    match encoding {
        "gzip" => drop(GzipEncoder::new(bytes).read_to_end(&mut all).await.unwrap()),
        "zstd" => drop(ZstdEncoder::new(bytes).read_to_end(&mut all).await.unwrap()),
        _ => drop(
            brotli::BrotliCompress(
                &mut &bytes[..],
                &mut all,
                &brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() },
            )
            .unwrap(),
        ),
    }
    all
}

async fn server(encoding: &str, body: Vec<u8>) -> String {
    let head = format!("200 OK\r\ncontent-encoding: {encoding}");
    format!("http://{}/", serve(move |_| response(&head, &body)).await)
}

#[tokio::test]
async fn each_encoding_is_undone() {
    let text: String = (0..200_000).map(|number| format!("{number} ")).collect();
    for encoding in ["gzip", "br", "zstd"] {
        let at = server(encoding, compressed(encoding, text.as_bytes()).await).await;
        let response = open_client(Settings::default()).fetch(get(&at)).await.unwrap();
        assert!(!response.headers.contains_key("content-encoding") && !response.headers.contains_key("content-length"));
        assert_eq!(read(response).await.unwrap(), text.as_bytes(), "{encoding}");
        let at = server(encoding, compressed(encoding, b"small").await).await;
        let response = open_client(Settings::default()).fetch(get(&at)).await.unwrap();
        assert!(matches!(&response.body, Content::Inline(bytes) if bytes == "small"), "{response:?}");
    }
}

#[tokio::test]
async fn what_stands_behind_the_last_member_is_passed_over() {
    let client = open_client(Settings::default());
    for encoding in ["gzip", "br", "zstd"] {
        let (one, other) = (compressed(encoding, b"one ").await, compressed(encoding, b"other").await);
        for behind in [&b"\n"[..], b"\r\n", &[0; 512], b"<!-- cached -->", &[0xff; 100_000]] {
            let at = server(encoding, [&one, behind].concat()).await;
            assert_eq!(text(&client, get(&at)).await.unwrap(), "one ", "{encoding} and {} bytes", behind.len());
        }
        if encoding != "br" {
            let at = server(encoding, [&one[..], &other, b"\n"].concat()).await;
            assert_eq!(text(&client, get(&at)).await.unwrap(), "one other", "{encoding}");
            let cut = &other[..other.len() - 1];
            let error = text(&client, get(server(encoding, [&one, cut].concat()).await)).await.unwrap_err();
            assert!(matches!(error, Error::Protocol(_)), "{error} for {encoding}");
        }
    }
    // A frame of zstd that is to be skipped.
    let skipped = [b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), compressed("zstd", b"text").await].concat();
    let at = server("zstd", [compressed("zstd", b"a ").await, skipped].concat()).await;
    assert_eq!(text(&client, get(&at)).await.unwrap(), "a text");
}

#[tokio::test]
async fn a_guest_that_asks_for_an_encoding_gets_it() {
    let body = compressed("gzip", b"small").await;
    let at = server("gzip", body.clone()).await;
    let mut request = get(&at);
    request.headers.insert("accept-encoding", "gzip".parse().unwrap());
    let response = open_client(Settings::default()).fetch(request).await.unwrap();
    assert_eq!(response.headers["content-encoding"], "gzip");
    assert_eq!(read(response).await.unwrap(), body);
    let at = server("compress", b"as it is".to_vec()).await;
    let response = open_client(Settings::default()).fetch(get(&at)).await.unwrap();
    assert_eq!(response.headers["content-encoding"], "compress");
}

#[tokio::test]
async fn a_bomb_is_cut_off() {
    let bytes = vec![0; 32 << 20];
    for encoding in ["gzip", "br", "zstd"] {
        let bomb = compressed(encoding, &bytes).await;
        assert!(bomb.len() < 64 << 10, "{encoding}: {}", bomb.len());
        let at = server(encoding, bomb).await;
        let client = open_client(Settings::default().with_response_bytes(1 << 20));
        let error = text(&client, get(&at)).await.unwrap_err();
        assert_eq!(error, Error::TooLarge { what: "the response's body", limit: 1 << 20 }, "{encoding}");
    }
}

#[tokio::test]
async fn what_decompresses_to_nothing_is_counted_as_it_comes() {
    // Empty members without end: 23 bytes for nothing.
    let empty = compressed("gzip", b"").await;
    let body = empty.repeat(200_000 / empty.len());
    let client = |bytes| open_client(Settings::default().with_response_bytes(bytes));
    let at = server("gzip", body.clone()).await;
    assert_eq!(text(&client(body.len()), get(&at)).await.unwrap(), "");
    let error = text(&client(body.len() - 1), get(&at)).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn a_window_has_a_largest_size() {
    let large = async |log: u32| {
        let params = [async_compression::zstd::CParameter::window_log(log)];
        let mut encoder = ZstdWriter::with_quality_and_params(Vec::new(), async_compression::Level::Default, &params);
        // Unpredictable enough that the window is used, and larger than it.
        encoder.write_all(&vec![7; 20 << 20]).await.unwrap();
        encoder.shutdown().await.unwrap();
        server("zstd", encoder.into_inner()).await
    };
    let client = open_client(Settings::default());
    assert!(text(&client, get(large(23).await)).await.is_ok());
    let error = text(&client, get(large(24).await)).await.unwrap_err();
    assert!(matches!(error, Error::Protocol(_)), "{error}");
    // Brotli's extension for large windows: its first byte.
    let error = text(&client, get(server("br", vec![0x11, 0x9e, 0, 0, 0]).await)).await.unwrap_err();
    assert!(matches!(error, Error::Protocol(_)), "{error}");
}

#[tokio::test]
async fn what_is_not_compressed_as_it_says_is_told() {
    let client = open_client(Settings::default());
    for encoding in ["gzip", "br", "zstd"] {
        let whole = compressed(encoding, b"some text that is cut in the middle").await;
        for body in [whole[..whole.len() / 2].to_vec(), b"\xff\xff\xff\xff no".to_vec()] {
            let error = text(&client, get(server(encoding, body).await)).await.unwrap_err();
            assert!(matches!(error, Error::Protocol(_)), "{error} for {encoding}");
        }
        let at = serve(move |_| {
            format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n").into()
        })
        .await;
        assert_eq!(text(&client, get(format!("http://{at}/"))).await.unwrap(), "", "{encoding}");
    }
}
