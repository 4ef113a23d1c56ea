//! Gives responses that are not valid HTTP: each path is one.

use raw::{Body, Request, Response, text};

fn with(status: u16, headers: &[(&str, &[u8])], body: &str) -> Response {
    let headers = headers.iter().flat_map(|(name, value)| [name.as_bytes(), b": ", *value, b"\r\n"]).flatten().copied().collect();
    Response { status, headers, body: Body::Inline(body.as_bytes().to_vec()) }
}

async fn handle(request: Request) -> Response {
    match request.path_with_query.as_str() {
        "/status/0" => with(0, &[], ""),
        "/status/100" => with(100, &[], ""),
        "/status/101" => with(101, &[("upgrade", b"websocket")], ""),
        "/status/999" => with(999, &[], ""),
        "/status/65535" => with(65535, &[], ""),
        "/name" => with(200, &[("a b", b"c")], ""),
        "/value" => with(200, &[("x-split", b"a\nset-cookie: forged=1")], ""),
        "/line" => Response { status: 200, headers: b"no colon\r\n".to_vec(), body: Body::Empty },
        "/unended" => Response { status: 200, headers: b"x-cut: of".to_vec(), body: Body::Empty },
        "/count" => with(200, &[("x-many", &b"1"[..]); 129], ""),
        "/bytes" => with(200, &[("x-long", &[b'v'; 70_000])], ""),
        "/length" => with(200, &[("content-length", b"100")], "short"),
        "/lengths" => with(200, &[("content-length", b"5"), ("content-length", b"6")], "short"),
        "/chunked" => with(200, &[("transfer-encoding", b"chunked")], "0\r\n\r\nHTTP/1.1 200 forged\r\n\r\n"),
        "/no-content" => with(204, &[], "a body all the same"),
        _ => text("ok"),
    }
}

raw::plugin!("bad-responses", handle);
