//! The text of a policy file.

#![no_main]

// The policy's own tests, so that each file of the corpus is a test too.
#[path = "../../host/policy/tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::policy(bytes);
});
