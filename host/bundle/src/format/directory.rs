use super::{Fields, RECORD_BYTES};
use crate::{Digest, Fault, Kind, Part};

/// The flag of a section that may be passed over.
const OPTIONAL: u64 = 1;

/// What the directory says of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it holds.
    pub kind: Kind,
    /// Where it begins, in bytes from the file's start.
    pub offset: u64,
    /// Its length, in bytes.
    pub length: u64,
    /// Whether a reader that does not know its kind passes over it.
    pub optional: bool,
    /// Its hash.
    pub digest: Digest,
}

/// A directory of these sections.
pub(crate) fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len().saturating_mul(RECORD_BYTES));
    for entry in entries {
        bytes.extend_from_slice(&entry.kind.padded());
        bytes.extend_from_slice(&entry.offset.to_le_bytes());
        bytes.extend_from_slice(&entry.length.to_le_bytes());
        bytes.extend_from_slice(&if entry.optional { OPTIONAL } else { 0 }.to_le_bytes());
        bytes.extend_from_slice(entry.digest.as_bytes());
    }
    bytes
}

/// What is in a directory. That its sections are where they have to be is not checked here.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Entry>, Fault> {
    let (records, []) = bytes.as_chunks::<RECORD_BYTES>() else {
        return Err(malformed("a part of a record"));
    };
    let mut entries: Vec<Entry> = Vec::with_capacity(records.len());
    for record in records {
        let entry = record_of(record)?;
        if entries.iter().any(|other| other.kind == entry.kind) {
            return Err(Fault::Twice { kind: entry.kind });
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn record_of(record: &[u8; RECORD_BYTES]) -> Result<Entry, Fault> {
    let short = || malformed("too few bytes");
    let mut fields = Fields(record);
    let kind = fields.bytes().ok_or_else(short)?;
    let kind = Kind::decode(kind).ok_or_else(|| malformed("a section whose kind is no name"))?;
    let offset = fields.u64().ok_or_else(short)?;
    let length = fields.u64().ok_or_else(short)?;
    let optional = match fields.u64().ok_or_else(short)? {
        0 => false,
        OPTIONAL => true,
        _ => return Err(malformed("a section with unknown flags")),
    };
    if !optional && !kind.is_known() {
        return Err(Fault::Unknown { kind });
    }
    let digest = fields.bytes().map(Digest).ok_or_else(short)?;
    Ok(Entry { kind, offset, length, optional, digest })
}

const fn malformed(what: &'static str) -> Fault {
    Fault::Malformed { part: Part::Directory, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: &str) -> Entry {
        Entry { kind: kind.parse().unwrap(), offset: 1, length: 2, optional: false, digest: Digest::of(b"") }
    }

    #[test]
    fn what_is_written_is_read() {
        let entries = [entry("code"), Entry { optional: true, ..entry("other") }];
        let bytes = encode(&entries);
        assert_eq!(bytes.len(), 2 * RECORD_BYTES);
        assert_eq!(decode(&bytes).unwrap(), entries);
        assert_eq!(decode(&[]).unwrap(), []);
    }

    #[test]
    fn a_kind_is_there_once() {
        assert!(matches!(decode(&encode(&[entry("ui"), entry("ui")])), Err(Fault::Twice { kind: Kind::UI })));
    }

    #[test]
    fn an_unknown_kind_has_to_be_optional() {
        let kind = "other".parse().unwrap();
        assert!(matches!(decode(&encode(&[entry("other")])), Err(Fault::Unknown { kind: found }) if found == kind));
    }

    #[test]
    fn what_no_writer_makes_is_refused() {
        let right = encode(&[entry("ui")]);
        for (at, byte, what) in [(0, 0, "kind is no name"), (15, b' ', "kind is no name"), (32, 2, "flags"), (39, 1, "flags")] {
            let mut bytes = right.clone();
            bytes[at] = byte;
            let refused = decode(&bytes).unwrap_err().to_string();
            assert!(refused.contains(what), "{refused}");
        }
        assert!(decode(&right[1..]).is_err());
    }
}
