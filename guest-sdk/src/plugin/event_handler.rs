//! Whether a plugin has a handler of its own for events, and what its manifest says of them.

use std::any::type_name;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use temps_plugin_protocol::PluginManifest;

use crate::{EventError, ExternalPlugin, PluginContext, PluginEvent};

/// The default [`on_event`](ExternalPlugin::on_event): it takes the event and does nothing.
///
/// The type is what tells the default from a plugin's own handler. No handler of a plugin can give it,
/// because the type has no name outside of this crate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoHandler;

impl Future for NoHandler {
    type Output = Result<(), EventError>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok(()))
    }
}

/// Whether the plugin implements [`on_event`](ExternalPlugin::on_event). Nothing of the plugin runs for it.
///
/// The types of the two futures are compared by their names, since a future that borrows has no
/// `TypeId`. The names come from the same compiler, and of this crate's own type there is one.
pub(crate) fn is_implemented<P: ExternalPlugin>() -> bool {
    future_of(P::on_event) != type_name::<NoHandler>()
}

fn future_of<'a, P, F>(_: fn(&'a P, &'a PluginContext, PluginEvent) -> F) -> &'static str {
    type_name::<F>()
}

/// A subscription without a handler, or the other way round. It is no error: the plugin runs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EventMismatch {
    #[error(
        "`on_event` is implemented and the manifest subscribes to nothing, so no event ever comes: add one to the \
         manifest, such as `.event(\"deployment.succeeded\")`"
    )]
    NoSubscription,
    #[error(
        "the manifest subscribes to {} and `on_event` is not implemented, so each event is taken and dropped: \
         implement `on_event`, or take the subscription out of the manifest",
        subscriptions.join(", ")
    )]
    NoHandler { subscriptions: Vec<String> },
}

impl EventMismatch {
    pub(crate) fn of(manifest: &PluginManifest, is_implemented: bool) -> Option<Self> {
        match (manifest.events.is_empty(), is_implemented) {
            (true, true) => Some(Self::NoSubscription),
            (false, false) => Some(Self::NoHandler { subscriptions: manifest.events.clone() }),
            (true, false) | (false, true) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use axum::Router;

    use super::*;
    use crate::StartError;

    macro_rules! plugin {
        ($name:ident $(, $handler:item)?) => {
            #[derive(Default)]
            struct $name;

            impl ExternalPlugin for $name {
                fn manifest(&self) -> PluginManifest {
                    PluginManifest::builder("p", "1.0.0").build()
                }

                async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
                    Ok(Router::new())
                }

                $($handler)?
            }
        };
    }

    plugin!(Without);
    plugin!(
        Async,
        async fn on_event(&self, _: &PluginContext, _: PluginEvent) -> Result<(), EventError> {
            Ok(())
        }
    );
    plugin!(
        ByHand,
        fn on_event(&self, _: &PluginContext, _: PluginEvent) -> impl Future<Output = Result<(), EventError>> {
            ready(Ok(()))
        }
    );
    plugin!(
        Eager,
        fn on_event(&self, _: &PluginContext, event: PluginEvent) -> impl Future<Output = Result<(), EventError>> {
            assert_eq!(event.event_type, "never called");
            ready(Ok(()))
        }
    );

    #[derive(Default)]
    struct Generic<P>(P);

    impl<P: ExternalPlugin> ExternalPlugin for Generic<P> {
        fn manifest(&self) -> PluginManifest {
            self.0.manifest()
        }

        async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
            self.0.router(ctx).await
        }
    }

    #[test]
    fn a_handler_is_told_from_the_default() {
        assert!(!is_implemented::<Without>());
        assert!(!is_implemented::<Generic<Async>>());
        assert!(is_implemented::<Async>());
        assert!(is_implemented::<ByHand>());
        assert!(is_implemented::<Eager>());
    }

    #[test]
    fn a_handler_and_a_subscription_belong_together() {
        let bare = PluginManifest::builder("p", "1.0.0");
        let subscribed = bare.clone().event("project.created").event("domain.*").build();
        assert_eq!(EventMismatch::of(&bare.clone().build(), false), None);
        assert_eq!(EventMismatch::of(&subscribed, true), None);
        let never = EventMismatch::of(&bare.build(), true).unwrap().to_string();
        assert!(never.contains("no event ever comes") && never.ends_with(r#"`.event("deployment.succeeded")`"#), "{never}");
        let dropped = EventMismatch::of(&subscribed, false).unwrap().to_string();
        assert!(dropped.starts_with("the manifest subscribes to project.created, domain.* and "), "{dropped}");
    }
}
