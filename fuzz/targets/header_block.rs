//! The headers of a guest's response.

#![no_main]

// The protocol's own tests, so that each file of the corpus is a test too.
#[path = "../../host/protocol/tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::header_block(bytes);
});
