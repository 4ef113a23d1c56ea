use temps_plugin_bundle::format::TRAILER_BYTES;
use temps_plugin_bundle::{Bundle, KeyId, KeyPair, Kind, PublicKey, VerifyError};

use crate::properties::sealed;
use crate::{elf, packed, small};

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn verify(file: &[u8], keys: &[PublicKey]) -> Result<KeyId, VerifyError> {
    Bundle::from_bytes(file.to_vec()).unwrap().unwrap().verify(keys)
}

#[test]
fn a_trusted_key_is_found_among_others() {
    let (key, other) = (key(), key());
    let file = packed(&small().signed_with(&key), &elf(300));
    assert_eq!(verify(&file, &[other.public(), key.public()]).unwrap(), key.public().id());
    assert_eq!(Bundle::from_bytes(file).unwrap().unwrap().signed_by(), Some(key.public().id()));
}

#[test]
fn without_a_signature_or_the_key_nobody_is_trusted() {
    let (key, other) = (key(), key());
    let plain = packed(&small(), &elf(300));
    assert!(matches!(verify(&plain, &[key.public()]), Err(VerifyError::Unsigned { .. })));
    let file = packed(&small().signed_with(&key), &elf(300));
    for keys in [&[][..], &[other.public()]] {
        let refused = verify(&file, keys);
        assert!(matches!(refused, Err(VerifyError::Untrusted { key: named, .. }) if named == key.public().id()), "{refused:?}");
    }
}

/// Whoever changes a file can make its hashes anew, and not its signature. The launcher has no hash, and is covered too.
#[test]
fn no_byte_can_be_changed_under_a_signature() {
    let key = key();
    let file = packed(&small().signed_with(&key), &elf(300));
    let trailer = file.len() - TRAILER_BYTES;
    let mut seen = 0;
    for at in (64..300).chain(4096..4105).chain(trailer..trailer + 180) {
        let mut file = file.clone();
        file[at] ^= 1;
        // Others are no bundle any more, which is tested where bundles are changed.
        if let Ok(Some(bundle)) = Bundle::from_bytes(sealed(&file)) {
            let refused = bundle.verify(&[key.public()]);
            let named = (trailer + 68..trailer + 84).contains(&at);
            let expected = if named { "Untrusted" } else { "Forged" };
            // A hash that is made anew is what it was.
            let unchanged = sealed(&file) == packed(&small().signed_with(&key), &elf(300));
            match refused {
                Ok(_) => assert!(unchanged, "byte {at}"),
                Err(error) => assert!(format!("{error:?}").starts_with(expected) && !unchanged, "byte {at}: {error}"),
            }
            seen += usize::from(!unchanged);
        }
    }
    assert_eq!(seen, 300 - 64 + 9 + 16 + 64, "the launcher, the component, the key and the signature");
}

#[test]
fn a_signature_fits_no_other_file() {
    let key = key();
    let one = packed(&small().signed_with(&key), &elf(300));
    let mut other = packed(&small().signed_with(&key), &elf(301));
    let (from, to) = (one.len() - TRAILER_BYTES + 84, other.len() - TRAILER_BYTES + 84);
    other[to..to + 64].copy_from_slice(&one[from..from + 64]);
    assert!(matches!(verify(&sealed(&other), &[key.public()]), Err(VerifyError::Forged { .. })));
}

#[test]
fn a_signature_that_was_taken_off_is_missed() {
    let key = key();
    let mut file = packed(&small().signed_with(&key), &elf(300));
    let at = file.len() - TRAILER_BYTES + 64;
    file[at..at + 84].fill(0);
    let file = sealed(&file);
    assert_eq!(file, packed(&small(), &elf(300)));
    assert!(matches!(verify(&file, &[key.public()]), Err(VerifyError::Unsigned { .. })));
}

/// A file that is exchanged between opening it and checking its signature does not lend its signature to what was read before.
#[test]
fn what_was_read_is_what_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    let key = key();
    let good = packed(&Bundle::builder().section(Kind::UI, b"good".as_slice()).signed_with(&key), &elf(300));
    let bad = packed(&Bundle::builder().section(Kind::UI, b"evil".as_slice()).signed_with(&key), &elf(300));
    // It names the key, and has the good one's signature.
    let mut forged = bad;
    let at = forged.len() - TRAILER_BYTES + 84;
    forged[at..at + 64].copy_from_slice(&good[at..at + 64]);
    std::fs::write(&path, sealed(&forged)).unwrap();
    let bundle = Bundle::open(&path).unwrap().unwrap();
    std::fs::write(&path, &good).unwrap();
    assert!(matches!(bundle.verify(&[key.public()]), Err(VerifyError::Forged { .. })));
    assert!(bundle.section(Kind::UI).is_err());
    assert!(Bundle::open(&path).unwrap().unwrap().verify(&[key.public()]).is_ok());
}

#[test]
fn a_file_that_is_gone_is_no_forgery() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    let key = key();
    std::fs::write(&path, packed(&small().signed_with(&key), &elf(300))).unwrap();
    let bundle = Bundle::open(&path).unwrap().unwrap();
    std::fs::File::create(&path).unwrap();
    let refused = bundle.verify(&[key.public()]);
    assert!(matches!(refused, Err(VerifyError::Bundle(_))), "{refused:?}");
}
