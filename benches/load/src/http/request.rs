/// The auth secret of every side that is started here.
pub const SECRET: &str = "0f5b8e6c2a914d7fb3c1a0d96e87f2435d60b81c4ea9f7231c0d5e8fa6b79342";

const ACCEPT_ENCODING: &str = "accept-encoding: gzip, br\r\n";

/// A whole request as bytes. It is signed once: v2's signature is the secret itself.
#[derive(Debug, Clone)]
pub struct Request {
    pub bytes: Vec<u8>,
}

impl Request {
    /// What the proxy of Temps sends for a signed-in user: the client's headers, and its own.
    pub fn new(method: &str, path: &str, body: Option<(&str, &[u8])>) -> Self {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\n\
             host: localhost\r\n\
             accept: application/json\r\n\
             {ACCEPT_ENCODING}\
             user-agent: bench-load\r\n\
             x-temps-plugin: bench\r\n\
             x-temps-request-id: 5e0c53b2-7d60-4a0a-9d39-3f0b7b0b1f7c\r\n\
             x-temps-user-id: 7\r\n\
             x-temps-user-email: ann@example.com\r\n\
             x-temps-user-role: admin\r\n\
             x-temps-user-permissions: deployments:read,deployments:write,projects:read\r\n\
             x-temps-auth-signature: {SECRET}\r\n"
        );
        let mut bytes = Vec::new();
        if let Some((content_type, body)) = body {
            head.push_str(&format!("content-type: {content_type}\r\ncontent-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(body.map(|(_, body)| body).unwrap_or_default());
        Self { bytes }
    }

    /// The same from a client that decompresses nothing.
    pub fn uncompressed(method: &str, path: &str) -> Self {
        let mut bytes = Self::new(method, path, None).bytes;
        if let Some(at) = bytes.windows(ACCEPT_ENCODING.len()).position(|line| line == ACCEPT_ENCODING.as_bytes()) {
            bytes.drain(at..at + ACCEPT_ENCODING.len());
        }
        Self { bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decompresses_nothing_does_not_say_that_it_does() {
        let text = |request: Request| String::from_utf8(request.bytes).unwrap();
        let (usual, plain) = (text(Request::new("GET", "/", None)), text(Request::uncompressed("GET", "/")));
        assert_eq!(usual.replace(ACCEPT_ENCODING, ""), plain);
        assert!(plain.len() < usual.len());
    }
}
