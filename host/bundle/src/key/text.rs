use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustix::fs::OFlags;

use super::error::TextFault;

/// A key file, in bytes: 1 KiB, where a key has about 70. A larger file is another one, given by mistake.
pub const KEY_FILE_BYTES: usize = 1 << 10;

/// What a public key begins with.
pub(super) const PUBLIC: &str = "temps-plugin-key";

/// What a secret key begins with.
pub(super) const SECRET: &str = "temps-plugin-secret-key";

const VERSION: &str = "v1";

pub(super) fn encode(label: &str, key: &[u8; 32]) -> String {
    format!("{label} {VERSION} {}", BASE64_STANDARD.encode(key))
}

/// The 32 bytes of a key with this label.
pub(super) fn decode(label: &'static str, text: &str) -> Result<[u8; 32], TextFault> {
    if text.len() > KEY_FILE_BYTES {
        return Err(TextFault::TooLong);
    }
    let mut words = text.split_ascii_whitespace();
    match words.next() {
        Some(found) if found == label => {}
        Some(PUBLIC) => return Err(TextFault::Public),
        Some(SECRET) => return Err(TextFault::Secret),
        _ => return Err(TextFault::NotAKey { expected: label }),
    }
    match (words.next(), words.next(), words.next()) {
        (Some(VERSION), Some(key), None) => {
            let key = BASE64_STANDARD.decode(key).map_err(|_| TextFault::Damaged)?;
            key.try_into().map_err(|_| TextFault::Damaged)
        }
        (Some(VERSION), ..) => Err(TextFault::Damaged),
        (Some(version), ..) if version.starts_with('v') => Err(TextFault::Version),
        _ => Err(TextFault::NotAKey { expected: label }),
    }
}

/// Opens a key file. Another thing than a file, such as a FIFO, is refused: reading it could wait for ever.
pub(super) fn open(path: &Path) -> std::io::Result<File> {
    let nonblocking = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(std::io::Error::new(ErrorKind::InvalidInput, "it is not a file")) }
}

/// What is in a key file, up to one byte more than it may have.
pub(super) fn read(file: &File) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    file.take(KEY_FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
