//! An executable with a bundle, as it is and with its hashes made anew, which the fuzzer does not guess.

#![no_main]

// The bundle's own tests, so that each file of the corpus is a test too.
#[path = "../../host/bundle/tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    drop(properties::bundle(bytes));
    drop(properties::bundle(&properties::sealed(bytes)));
});
