//! The way to a plugin: a new connection for each request, the prefix stripped, bodies streamed both ways.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, HeaderValue};
use http::{StatusCode, Uri, Version};
use temps_plugin_protocol::hop_by_hop::remove_hop_by_hop;
use temps_plugin_protocol::{ProtocolVersion, paths};

use super::identity::identity;
use super::problem::Problem;
use super::{PROXY_PREFIX, target};
use crate::client::ask_socket;
use crate::temps::activity::Exchange;
use crate::temps::headers::for_plugin;
use crate::temps::identity::is_public;
use crate::temps::{AS_HEADER, Identity, Plugin, Shared};

pub(super) async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match forward(&shared, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn forward(shared: &Shared, mut request: Request) -> Result<Response, Problem> {
    let missing = |detail: String| Problem::new(StatusCode::NOT_FOUND, detail);
    let Some((name, path)) = split(target(&request)) else {
        return Err(missing(format!("plugins are below {PROXY_PREFIX}; GET / lists what is here")));
    };
    let plugin = shared
        .plugin(name)
        .ok_or_else(|| missing(format!("there is no plugin `{}`; GET / lists what is here", name.escape_default())))?;
    if plugin.protocol() == ProtocolVersion::V2 && paths::is_reserved(path_of(&path)) {
        return Err(missing(format!("{} is between the host and the plugin", path_of(&path))));
    }
    let identity = identity(request.headers_mut(), shared.options.identity)?;
    let unusable = || Problem::new(StatusCode::BAD_REQUEST, "the path cannot be passed on");
    *request.uri_mut() = path.parse::<Uri>().map_err(|_| unusable())?;
    *request.version_mut() = Version::HTTP_11;
    let signed_in = check_signed_in(&plugin, path_of(&path), identity);
    if signed_in.is_ok() {
        for_plugin(request.headers_mut(), &plugin, identity.user(), &shared.actors);
    }

    let known = (plugin.protocol() == ProtocolVersion::V2).then_some(identity);
    let exchange = Exchange::begin(&shared.options.activity, plugin.name(), request.method(), &path, known, request.headers());
    if let Err(problem) = signed_in {
        return Err(problem.recorded(exchange));
    }
    let response = match ask_socket(plugin.socket(), request).await {
        Ok(response) => response,
        Err(error) => return Err(unreachable_plugin(&plugin, &error).recorded(exchange)),
    };
    let (mut head, body) = response.into_parts();
    remove_hop_by_hop(&mut head.headers);
    let in_ui = paths::below_ui(path_of(&path)).is_some();
    if in_ui && head.headers.contains_key(CACHE_CONTROL) {
        // While it is worked on, a file changes under its name.
        head.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    Ok(exchange.answered(Response::from_parts(head, body)))
}

/// A v2 host lets nobody through who has not signed in, but to the paths that the manifest calls public.
fn check_signed_in(plugin: &Plugin, path: &str, identity: Identity) -> Result<(), Problem> {
    let manifest = plugin.manifest();
    if plugin.protocol() == ProtocolVersion::V1 || identity.user().is_some() || is_public(path, &manifest.public_paths) {
        return Ok(());
    }
    let detail = format!(
        "{path} is for signed-in users: the manifest of `{}` does not call it public. The header `{AS_HEADER}: admin` signs in",
        manifest.name
    );
    Err(Problem::new(StatusCode::UNAUTHORIZED, detail))
}

fn unreachable_plugin(plugin: &Plugin, error: &dyn std::error::Error) -> Problem {
    let name = plugin.name();
    Problem::new(
        StatusCode::BAD_GATEWAY,
        match (plugin.not_replaced(), plugin.exit()) {
            (Some(reason), _) => format!("the plugin `{name}` was stopped for its new version, which did not start: {reason}"),
            (None, Some(exit)) => format!("the plugin `{name}` has ended with {exit}"),
            (None, None) => format!("the plugin `{name}` did not answer: {}", with_causes(error)),
        },
    )
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

/// The plugin's name and the path and query that it gets.
fn split(target: &str) -> Option<(&str, String)> {
    let rest = target.strip_prefix(PROXY_PREFIX)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (name, path) = rest.split_at_checked(end)?;
    let slash = if path.starts_with('/') { "" } else { "/" };
    (!name.is_empty()).then(|| (name, format!("{slash}{path}")))
}

fn path_of(target: &str) -> &str {
    target.split_once('?').map_or(target, |(path, _)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_stripped_and_nothing_else() {
        for (target, name, path) in [
            ("/api/x/hello", "hello", "/"),
            ("/api/x/hello/", "hello", "/"),
            ("/api/x/hello?a=b", "hello", "/?a=b"),
            ("/api/x/hello/a%2Fb//c/?x=/y", "hello", "/a%2Fb//c/?x=/y"),
            ("/api/x/hello/api/x/hello", "hello", "/api/x/hello"),
        ] {
            assert_eq!(split(target), Some((name, path.to_owned())), "{target}");
        }
        for target in ["/", "/api/x", "/api/x/", "/api/x//a", "/api/y/hello"] {
            assert_eq!(split(target), None, "{target}");
        }
    }
}
