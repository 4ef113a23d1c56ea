//! The guest's side of `wit/`, generated. Only this folder names its types, and [`main!`](crate::main), which needs it public.
#![expect(missing_docs, clippy::mem_forget, reason = "generated from wit/")]

wit_bindgen::generate!({
    world: "plugin",
    path: "wit",
    export_macro_name: "export",
    pub_export_macro: true,
});
