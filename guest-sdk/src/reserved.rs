//! Which of a plugin's routes the launcher would answer itself.

use axum::Router;
use axum::routing::any;
use temps_plugin_protocol::paths;

use crate::Route;

/// A route on a path that the launcher answers itself, so that the plugin would never be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the route `{path}` would never be reached: {reason}")]
pub struct ReservedRoute {
    /// The route's path, with the prefixes that it was nested under.
    pub path: String,
    /// Who answers there, and what to do.
    pub reason: &'static str,
}

/// What the launcher answers itself beside the protocol's own paths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own<'a> {
    /// Where health checks are answered.
    pub(crate) health_path: &'a str,
    /// Whether there is a user interface to serve.
    pub(crate) ui: bool,
}

/// Finds the first route, in alphabetical order, that is exactly the health path or `/_events`, or at or below `/_temps`, or at or below `/ui` of a plugin that has
/// a user interface.
/// Patterns that merely match such a path, like `/{*rest}`, are none.
pub(crate) fn check(router: &Router, table: &[Route], own: Own<'_>) -> Result<(), ReservedRoute> {
    let listed = match listed_paths(router) {
        Some(paths) => paths,
        None => {
            tracing::warn!(
                "this version of axum does not show a router's paths: routes on `{}`, `{}` and `{}` go unnoticed",
                own.health_path,
                paths::EVENTS,
                paths::RESERVED
            );
            Vec::new()
        }
    };
    let mut all: Vec<&str> = listed.iter().map(String::as_str).chain(table.iter().map(|route| route.path.as_str())).collect();
    all.sort_unstable();
    let found = all.into_iter().find_map(|path| reason(path, own).map(|reason| (path, reason)));
    match found {
        Some((path, reason)) => Err(ReservedRoute { path: path.to_owned(), reason }),
        None => Ok(()),
    }
}

fn reason(path: &str, own: Own<'_>) -> Option<&'static str> {
    if path == own.health_path {
        Some("the launcher answers health checks there. Remove it from the router, or set another health_path in the manifest")
    } else if path == paths::EVENTS {
        Some("the launcher takes events there. Remove it from the router, and implement on_event")
    } else if paths::is_reserved(path) || path == paths::RESERVED.trim_end_matches('/') {
        Some("what is below /_temps belongs to the protocol. Choose another path")
    } else if own.ui && (path == paths::UI || paths::below_ui(path).is_some()) {
        Some(
            "the launcher serves the user interface there. Remove it from the router, or leave `fn ui` out to serve it from there",
        )
    } else {
        None
    }
}

/// The paths of all routes, nested and merged ones included, as axum wrote them down.
///
/// axum has no way to ask a router for them, and its `Debug` output is the only place where they can be seen. That is not a
/// promise of axum's, so a router with known paths is looked at first: `None` if they are not found in it.
fn listed_paths(router: &Router) -> Option<Vec<String>> {
    const CANARIES: [&str; 2] = ["/canary", "/nested/canary"];
    let [plain, nested] = CANARIES;
    let canary: Router = Router::new()
        .route(plain, any(async || {}))
        .nest("/nested", Router::new().route(nested.trim_start_matches("/nested"), any(async || {})));
    let seen = quoted_paths(&format!("{canary:?}"));
    CANARIES.iter().all(|path| seen.iter().any(|seen| seen == path)).then(|| quoted_paths(&format!("{router:?}")))
}

/// Every string literal in `text` that begins with a slash. Escapes other than those of quotes and backslashes are left as they
/// are: no reserved path needs one.
fn quoted_paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('"') {
        let mut literal = String::new();
        let mut characters = after.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => break,
                '\\' => literal.extend(characters.next()),
                other => literal.push(other),
            }
        }
        if literal.starts_with('/') {
            paths.push(literal);
        }
        rest = characters.as_str();
    }
    paths
}

#[cfg(test)]
mod tests {
    use axum::routing::{any_service, get};
    use tower::service_fn;

    use super::*;

    async fn handler() {}

    fn inner(path: &str) -> Router {
        Router::new().route(path, get(handler))
    }

    fn service() -> impl tower::Service<
        axum::extract::Request,
        Response = axum::response::Response,
        Error = std::convert::Infallible,
        Future: Send + 'static,
    > + Clone
    + Send
    + Sync
    + 'static {
        service_fn(async |_| Ok(axum::response::Response::default()))
    }

    fn own(health_path: &str) -> Own<'_> {
        Own { health_path, ui: false }
    }

    #[track_caller]
    fn collides(router: Router, path: &str) {
        let error = check(&router, &[], own("/health")).unwrap_err();
        assert_eq!(error.path, path);
        assert!(error.to_string().contains(path), "{error}");
    }

    #[test]
    fn this_axum_shows_the_paths() {
        assert_eq!(listed_paths(&inner("/a\"b")).unwrap()[0], "/a\"b");
    }

    #[test]
    fn a_reserved_route_is_found_however_it_was_added() {
        collides(inner("/health"), "/health");
        collides(inner("/_events"), "/_events");
        collides(inner("/_temps"), "/_temps");
        collides(inner("/_temps/channel"), "/_temps/channel");
        collides(inner("/_temps/of/my/own"), "/_temps/of/my/own");
        collides(inner("/_temps/{id}"), "/_temps/{id}");
        collides(inner("/_temps/{*rest}"), "/_temps/{*rest}");
        collides(inner("/ok").merge(inner("/health")), "/health");
        collides(inner("/ok").route_service("/health", any_service(service())), "/health");
        collides(Router::new().nest("/_temps", inner("/mine")), "/_temps/mine");
        collides(Router::new().nest("/_temps", Router::new().fallback(handler)), "/_temps");
        collides(Router::new().nest_service("/_temps", service()), "/_temps");
        collides(Router::new().nest_service("/health", service()), "/health");
        collides(Router::new().nest("/a", inner("/b")).route("/health", get(handler)).fallback(handler), "/health");
        collides(inner("/health").layer(tower::layer::layer_fn(|inner| inner)), "/health");
        let with_state: Router<u8> = Router::new().route("/health", get(handler));
        collides(with_state.with_state(7), "/health");
    }

    #[test]
    fn a_pattern_that_only_matches_a_reserved_path_is_none() {
        for path in ["/{*path}", "/{name}", "/{a}/{b}", "/health/deep", "/healthz", "/_events/mine", "/_tempsy/x", "/x/_temps/y"]
        {
            assert_eq!(check(&inner(path), &[], own("/health")), Ok(()), "{path}");
        }
        assert_eq!(check(&Router::new().fallback(handler), &[], own("/health")), Ok(()));
        assert_eq!(check(&Router::new().nest("/api", inner("/health")), &[], own("/health")), Ok(()));
    }

    #[test]
    fn another_health_path_frees_the_default_one() {
        assert_eq!(check(&inner("/health"), &[], own("/up")), Ok(()));
        assert_eq!(check(&inner("/up"), &[], own("/up")).unwrap_err().path, "/up");
    }

    #[test]
    fn the_table_is_checked_too() {
        let error = check(&Router::new(), &[Route::any("/ok"), Route::new("GET", "/health")], own("/health")).unwrap_err();
        assert_eq!(error.path, "/health");
    }

    #[test]
    fn the_interfaces_paths_are_taken_if_there_is_one() {
        let with = Own { ui: true, ..own("/health") };
        for path in ["/ui", "/ui/", "/ui/{*path}", "/ui/api"] {
            assert_eq!(check(&inner(path), &[], own("/health")), Ok(()), "{path}");
            assert_eq!(check(&inner(path), &[], with).unwrap_err().path, path);
        }
        assert_eq!(check(&inner("/uix"), &[Route::any("/{*path}")], with), Ok(()));
        assert_eq!(check(&Router::new(), &[Route::any("/ui/{*path}")], with).unwrap_err().path, "/ui/{*path}");
    }
}
