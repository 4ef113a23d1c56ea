//! The paths on a plugin's socket that belong to the protocol.

/// Where health checks are answered unless the manifest says otherwise.
pub const HEALTH: &str = "/health";

/// Where the host opens the platform channel, a WebSocket.
pub const CHANNEL: &str = "/_temps/channel";

/// Where the host posts events when the channel cannot carry them.
pub const EVENTS: &str = "/_events";

/// Where a plugin's user interface is served, if it has one: here, and below.
pub const UI: &str = "/ui";

/// What paths that are kept for the protocol begin with, now and later.
pub const RESERVED: &str = "/_temps/";

/// Whether `path` belongs to the protocol, so that a plugin can neither route it nor make it its
/// health path.
///
/// That is [`EVENTS`] itself and everything below [`RESERVED`]. The health path is not among them:
/// it is the manifest's choice.
#[must_use]
pub fn is_reserved(path: &str) -> bool {
    path == EVENTS || path.starts_with(RESERVED)
}

/// What is below [`UI`] in `path`, without a slash before it: empty for `/ui/` itself. `None` for `/ui` and for everything else.
#[must_use]
pub fn below_ui(path: &str) -> Option<&str> {
    path.strip_prefix(UI)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_the_interface_is_what_has_a_slash_there() {
        for (path, below) in [("/ui/", Some("")), ("/ui/a/b", Some("a/b")), ("/ui", None), ("/uix", None), ("/a/ui/", None)] {
            assert_eq!(below_ui(path), below, "{path}");
        }
    }

    #[test]
    fn only_events_and_what_is_below_the_prefix_is_reserved() {
        for path in [EVENTS, CHANNEL, "/_temps/", "/_temps/anything/else"] {
            assert!(is_reserved(path), "{path}");
        }
        for path in ["/", "/_temps", "/_tempsy/x", "/_events/mine", "/events", HEALTH] {
            assert!(!is_reserved(path), "{path}");
        }
    }
}
