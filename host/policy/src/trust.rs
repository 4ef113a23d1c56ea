//! `[trust]`.

use temps_plugin_bundle::PublicKey;

use crate::Fault;
use crate::table::{Entry, Wrong};

const KEYS: &[&str] = &["keys"];

pub(crate) fn read(table: &Entry<'_>) -> Result<Vec<PublicKey>, Wrong> {
    let mut keys = Vec::new();
    for entry in table.table()? {
        match entry.key {
            "keys" => {
                let expected = "a list of strings, each a public key as `temps-wasm keygen` makes it";
                keys = entry.strings("trust.keys", expected, |text| PublicKey::parse(text).map_err(Fault::Key))?;
            }
            _ => return Err(entry.unknown("[trust]", KEYS)),
        }
    }
    // A table that asks for a signature without saying whose must not be one that asks for none.
    if keys.is_empty() { Err(table.wrong_key(Fault::NoKeys)) } else { Ok(keys) }
}
