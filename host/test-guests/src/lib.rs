//! Paths of the components that the tests run: hostile and odd guests, and the example plugins.

include!(concat!(env!("OUT_DIR"), "/guests.rs"));
