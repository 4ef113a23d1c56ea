//! HTTP: what a request asks of the store, and how its answer is told.

pub(crate) mod notebooks;
pub(crate) mod notes;
pub(crate) mod search;
pub(crate) mod settings;
