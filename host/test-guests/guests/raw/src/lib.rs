//! For guests that are written against the WIT world itself, to do what the SDK does not let them.

pub mod bindings {
    wit_bindgen::generate!({ path: "../../../../wit", world: "plugin", pub_export_macro: true, generate_all });
}

pub use bindings::exports::temps::plugin::manifest::PluginManifest;
pub use bindings::exports::temps::plugin::routes::{Request, Response};
pub use bindings::temps::plugin::platform::Capability;
pub use bindings::temps::plugin::types::Body;
pub use wit_bindgen;

/// A manifest with nothing in it but a name.
pub fn manifest(name: &str) -> PluginManifest {
    PluginManifest {
        name: name.into(),
        version: "0.1.0".into(),
        display_name: None,
        description: None,
        nav: vec![],
        ui: None,
        health_path: "/health".into(),
        events: vec![],
        hide_header: false,
        public_paths: vec![],
        capabilities: vec![],
        host_permissions: vec![],
        concurrent_events: false,
        stateless: false,
        network: vec![],
        content_security_policy: None,
        config: vec![],
    }
}

/// A response with a text.
pub fn text(text: &str) -> Response {
    Response { status: 200, headers: vec![], body: Body::Inline(text.as_bytes().to_vec()) }
}

/// A guest without a user interface.
#[macro_export]
macro_rules! no_ui {
    ($guest:ident) => {
        impl $crate::bindings::exports::temps::plugin::ui::Guest for $guest {
            fn paths() -> Option<Vec<String>> {
                None
            }
            fn read(_: String) -> Option<Vec<u8>> {
                None
            }
        }
    };
}

/// The exports of a guest with the given name and an `async fn(Request) -> Response`, and perhaps with capabilities.
#[macro_export]
macro_rules! plugin {
    ($name:literal, $handle:path) => {
        $crate::plugin!($name, $handle, []);
    };
    ($name:literal, $handle:path, [$($capability:ident),*]) => {
        struct Guest;

        impl $crate::bindings::exports::temps::plugin::manifest::Guest for Guest {
            fn describe() -> $crate::PluginManifest {
                $crate::PluginManifest { capabilities: vec![$($crate::Capability::$capability),*], ..$crate::manifest($name) }
            }
            fn openapi() -> Option<String> {
                None
            }
        }

        $crate::no_ui!(Guest);
        $crate::serves!(Guest, $handle);
    };
}

/// The exports of a guest that says of itself what the SDK does not let it, with an `async fn(Request) -> Response`.
#[macro_export]
macro_rules! serves {
    ($guest:ident, $handle:path) => {
        impl $crate::bindings::exports::temps::plugin::lifecycle::Guest for $guest {
            async fn init() -> Result<(), String> {
                Ok(())
            }
            async fn shutdown() {}
        }

        impl $crate::bindings::exports::temps::plugin::routes::Guest for $guest {
            fn table() -> Vec<$crate::bindings::exports::temps::plugin::routes::Route> {
                vec![]
            }
            async fn handle(request: $crate::Request) -> $crate::Response {
                $handle(request).await
            }
        }

        impl $crate::bindings::exports::temps::plugin::events::Guest for $guest {
            async fn on_event(_: $crate::bindings::exports::temps::plugin::events::Event) -> Result<(), String> {
                Ok(())
            }
        }

        $crate::bindings::export!($guest with_types_in $crate::bindings);
    };
}
