//! What the plugin is to cost at most, by its native peer.

use crate::start::{ANSWERED, LATER, MANIFEST, READY};

/// A case, a figure, and the highest ratio of wasm to native.
const TARGETS: &[(&str, &str, f64)] = &[(LATER, MANIFEST, 1.5), (LATER, READY, 2.0), (LATER, ANSWERED, 1.5)];

/// The target, if there is one.
pub fn target(case: &str, figure: &str) -> Option<f64> {
    TARGETS.iter().find(|(of, what, _)| *of == case && *what == figure).map(|(.., ratio)| *ratio)
}
