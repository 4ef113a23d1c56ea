//! What holds for whatever bytes a file has: nothing panics, and what is taken is what a writer makes of the same launcher and sections.
//!
//! The functions panic if something does not hold. The generated files of `bundle`, the files of `fuzz/corpus` and the fuzzer all go through them.

#![allow(dead_code, reason = "each that includes this uses what it needs")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what tests share is a test too, though clippy does not see it"
)]

use bytes::Bytes;
use temps_plugin_bundle::format::{MAGIC, RECORD_BYTES, TRAILER_BYTES};
use temps_plugin_bundle::{Bundle, Digest, Fault, WriteError};

/// What became of a file.
#[derive(Debug)]
pub(crate) enum Opened {
    /// A plain launcher.
    None,
    /// Taken, and each section too.
    Whole,
    /// Refused when it was opened, or when its sections were.
    Refused(Fault),
}

/// Opens a file, and reads all of it.
pub(crate) fn bundle(bytes: &[u8]) -> Opened {
    let opened = match Bundle::from_bytes(bytes.to_vec()) {
        Ok(opened) => opened,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return Opened::Refused(error.fault);
        }
    };
    let Some(bundle) = opened else {
        assert!(!bytes.ends_with(&MAGIC) || bytes.len() < TRAILER_BYTES, "what ends as a bundle does is one, or an error");
        return Opened::None;
    };
    if let Err(error) = bundle.check() {
        assert!(bundle.entries().any(|entry| bundle.section(entry.kind).is_err()), "both see the same hashes");
        return Opened::Refused(error.fault);
    }
    let mut builder = Bundle::builder();
    for entry in bundle.entries() {
        let section = bundle.section(entry.kind).unwrap().unwrap();
        assert_eq!((section.len() as u64, Digest::of(&section)), (entry.length, entry.digest));
        let section = section.to_vec();
        builder =
            if entry.optional { builder.optional_section(entry.kind, section) } else { builder.section(entry.kind, section) };
    }
    let launcher = Bytes::copy_from_slice(&bytes[..usize::try_from(bundle.launcher_length()).unwrap()]);
    let mut again = Vec::new();
    match builder.append_to(&launcher, &mut again) {
        // All but the signature, which takes the secret key, and the hash over it.
        Ok(()) if bundle.signed_by().is_some() => {
            let before = bytes.len() - TRAILER_BYTES + 64;
            assert_eq!(again.len(), bytes.len());
            assert_eq!(again[..before], bytes[..before]);
        }
        Ok(()) => assert!(again == bytes, "there is one file for what is in it"),
        Err(WriteError::HasBundle { .. } | WriteError::HasBrokenBundle(_)) => {}
        Err(error) => panic!("what is read can be written: {error}"),
    }
    Opened::Whole
}

/// The file with all hashes made anew, as somebody would do who wants it to be taken.
pub(crate) fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut file = bytes.to_vec();
    let Some(trailer) = file.len().checked_sub(TRAILER_BYTES) else {
        return file;
    };
    let directory = trailer.min(usize::try_from(number(&file, trailer + 8)).unwrap_or(usize::MAX));
    for record in (directory..trailer).step_by(RECORD_BYTES).filter(|record| record + RECORD_BYTES <= trailer) {
        let from = usize::try_from(number(&file, record + 16)).unwrap_or(usize::MAX).min(file.len());
        let length = usize::try_from(number(&file, record + 24)).unwrap_or(usize::MAX);
        let to = from.saturating_add(length).min(file.len());
        let digest = Digest::of(&file[from..to]);
        file[record + 40..record + 72].copy_from_slice(digest.as_bytes());
    }
    let digest = Digest::of(&file[directory..trailer]);
    file[trailer + 32..trailer + 64].copy_from_slice(digest.as_bytes());
    let digest = Digest::of(&file[trailer..trailer + 148]);
    file[trailer + 148..trailer + 180].copy_from_slice(digest.as_bytes());
    file
}

/// The number at a place.
pub(crate) fn number(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

/// Puts a number to a place.
pub(crate) fn set(bytes: &mut [u8], at: usize, number: u64) {
    bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
}
