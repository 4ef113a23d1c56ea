//! What the plugin is to reach, by its native peer.

use std::fmt;

use serde::Serialize;

use crate::case::{JSON, UI};
use crate::measure::{AFTER, CPU, P99, PER_SECOND, PSS};
use crate::start::{ANSWERED, IDLE, LATER, MANIFEST, READY};

/// A bound on the ratio of wasm to native.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// More is better.
    AtLeast(f64),
    /// Less is better.
    AtMost(f64),
}

use Target::{AtLeast, AtMost};

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtLeast(ratio) => write!(f, "≥ {ratio:.2}"),
            AtMost(ratio) => write!(f, "≤ {ratio:.2}"),
        }
    }
}

/// The target, if there is one, of a figure of a case that is asked in this way.
pub fn target(case: &str, mode: &str, figure: &str) -> Option<Target> {
    let kept_and_many = matches!(mode, "16" | "64");
    Some(match (case, figure) {
        (JSON, PER_SECOND) if kept_and_many => AtLeast(0.75),
        (JSON, PER_SECOND) if mode == "16 new" => AtLeast(0.9),
        (JSON, P99) if mode != "1" => AtMost(1.3),
        (JSON, CPU) if mode != "1" => AtMost(1.5),
        ("rows", PER_SECOND) => AtLeast(1.2),
        ("insert" | UI, PER_SECOND) => AtLeast(1.0),
        ("echo-1m" | "stream", PER_SECOND) => AtLeast(0.7),
        (LATER, MANIFEST | ANSWERED) => AtMost(1.5),
        (LATER, READY) => AtMost(2.0),
        (LATER, IDLE) | (AFTER, PSS) => AtMost(2.5),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_of_a_figure_in_a_mode() {
        assert_eq!(target("json", "64", "requests/s"), Some(AtLeast(0.75)));
        assert_eq!(target("json", "1", "requests/s"), None);
        assert_eq!(target("rows", "1", "p99, µs"), None);
        assert_eq!(target("later start", "", "ready, ms").unwrap().to_string(), "≤ 2.00");
    }
}
