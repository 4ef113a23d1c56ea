//! Who packs plugins: Ed25519 keys, and the text that they are kept as.

mod error;
mod id;
mod pair;
mod public;
mod text;

pub use error::{KeyError, TextFault};
pub use id::KeyId;
pub use pair::KeyPair;
pub use public::PublicKey;
pub use text::KEY_FILE_BYTES;
