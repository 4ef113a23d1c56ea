use bytes::Bytes;
use http::HeaderMap;
use temps_plugin_protocol::header_block::{decode, encode};

/// Whether the block is taken. What is comes back the same when it is written again, and nothing that HTTP cannot send is.
pub(crate) fn header_block(bytes: &[u8]) -> bool {
    let Some(headers) = read(Bytes::copy_from_slice(bytes)) else { return false };
    let block = encode(&headers);
    assert!(block.len() <= bytes.len());
    assert!(headers.values().all(|value| value.as_bytes().iter().all(|byte| !matches!(byte, b'\r' | b'\n' | 0))));
    assert_eq!(read(block.into()).as_ref(), Some(&headers));
    true
}

fn read(block: Bytes) -> Option<HeaderMap> {
    let lines = decode(block);
    let mut headers = HeaderMap::with_capacity(lines.estimate());
    for line in lines {
        let (name, value) = line.ok()?;
        headers.append(name, value);
    }
    Some(headers)
}
