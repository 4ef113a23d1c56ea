use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use temps_plugin_protocol::HeaderBlockError;
use temps_plugin_protocol::header_block::{Names, decode, encode};

/// Whether the block is taken. What is comes back the same when it is written again, and nothing that HTTP cannot send is. Names that are kept make no difference.
pub(crate) fn header_block(bytes: &[u8]) -> bool {
    let block = Bytes::copy_from_slice(bytes);
    let read = read(block.clone());
    let mut names = Names::new();
    for _ in 0..2 {
        assert_eq!(read_with(block.clone(), &mut names), read);
    }
    let Ok(headers) = read else { return false };
    let block = encode(&headers);
    assert!(block.len() <= bytes.len());
    assert!(headers.values().all(|value| value.as_bytes().iter().all(|byte| !matches!(byte, b'\r' | b'\n' | 0))));
    assert_eq!(self::read(block.into()).as_ref(), Ok(&headers));
    true
}

fn read(block: Bytes) -> Result<HeaderMap, HeaderBlockError> {
    collect(decode(block))
}

fn read_with(block: Bytes, names: &mut Names) -> Result<HeaderMap, HeaderBlockError> {
    let mut lines = decode(block);
    collect(std::iter::from_fn(|| lines.next_with(names)))
}

fn collect(
    lines: impl Iterator<Item = Result<(HeaderName, HeaderValue), HeaderBlockError>>,
) -> Result<HeaderMap, HeaderBlockError> {
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line?;
        headers.append(name, value);
    }
    Ok(headers)
}
